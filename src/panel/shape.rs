//! Whether a file holds regular series or order lines, and which dates lie too far off to be meant.

pub(super) mod list;

use crate::calendar::{Frequency, date_from_days};
use crate::ingest::Orders;

/// Minutes of a civil day.
pub(super) const DAY_MINUTES: i32 = 24 * 60;
const WEEK_MINUTES: i32 = 7 * DAY_MINUTES;
/// Days beyond the bulk of the dates from which a date is taken for a slip of the pen: five years.
pub(super) const FAR_OFF_DAYS: i32 = 5 * 366;
/// Share of the lines on either side that may be slips of the pen: one in this many.
const SLIPS: usize = 1000;
/// With fewer lines there is no bulk to be far off from.
const FEWEST_LINES_WITH_A_BULK: usize = 5;
/// Rows that a series needs before its spacing says anything.
const FEWEST_ROWS: usize = 3;

/// What the lines of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One row per series and period without a gap, at this spacing.
    Series(Frequency),
    /// At most one row per series and week or month; those without a row sold nothing.
    List(Frequency),
    /// Sales as they happened.
    Lines,
}

impl Shape {
    /// Spacing of the rows; none of sales as they happened.
    pub(super) fn spacing(self) -> Option<Frequency> {
        match self {
            Shape::Series(spacing) | Shape::List(spacing) => Some(spacing),
            Shape::Lines => None,
        }
    }
}

/// Looks at the `used` lines, each belonging to the series `key[line]` of `keys`.
pub(super) fn detect(orders: &Orders, used: &[u32], key: &[u32], keys: usize) -> Shape {
    if let Some(spacing) = orders.spacing {
        return Shape::List(spacing);
    }
    match detect_series(orders, used, key, keys) {
        Shape::Lines => list::spacing(orders, used, key).map_or(Shape::Lines, Shape::List),
        shape => shape,
    }
}

/// A series file has every (series, period) at most once, the same spacing everywhere and no gap inside a series, and
/// four fifths of its rows belong to series with at least three: one consecutive pair by chance proves nothing.
fn detect_series(orders: &Orders, used: &[u32], key: &[u32], keys: usize) -> Shape {
    let Some(&first) = used.first() else { return Shape::Lines };
    // Cheap refusals first: times of day at odd minutes, a product twice in a row at the same moment.
    let minute_of_hour = orders.minute[first as usize].rem_euclid(60);
    let mut latest = vec![i32::MIN; keys];
    let mut counts = vec![0_u32; keys + 1];
    for &line in used {
        let (minute, key) = (orders.minute[line as usize], key[line as usize] as usize);
        if minute.rem_euclid(60) != minute_of_hour || latest[key] == minute {
            return Shape::Lines;
        }
        latest[key] = minute;
        counts[key] += 1;
    }
    let long: usize = counts.iter().map(|&count| count as usize).filter(|&count| count >= FEWEST_ROWS).sum();
    if long * 5 < used.len() * 4 {
        return Shape::Lines;
    }
    let mut places = Vec::with_capacity(keys + 1);
    let mut total = 0;
    for &count in &counts {
        places.push(total);
        total += count as usize;
    }
    let mut next = places.clone();
    let mut moments = vec![0_i32; used.len()];
    for &line in used {
        let slot = &mut next[key[line as usize] as usize];
        moments[*slot] = orders.minute[line as usize];
        *slot += 1;
    }
    let mut spacing = None;
    for ends in places.windows(2) {
        let row = &mut moments[ends[0]..ends[1]];
        if !row.is_sorted() {
            row.sort_unstable();
        }
        if row.len() < 2 {
            continue;
        }
        let frequency = match spacing {
            Some(frequency) => frequency,
            None => match row[1] - row[0] {
                60 => Frequency::Hour,
                DAY_MINUTES => Frequency::Day,
                WEEK_MINUTES => Frequency::Week,
                step if (28 * DAY_MINUTES..=31 * DAY_MINUTES).contains(&step) => Frequency::Month,
                _ => return Shape::Lines,
            },
        };
        spacing = Some(frequency);
        if !is_regular(row, frequency) {
            return Shape::Lines;
        }
    }
    spacing.map_or(Shape::Lines, Shape::Series)
}

fn is_regular(moments: &[i32], frequency: Frequency) -> bool {
    let step = match frequency {
        Frequency::Hour => 60,
        Frequency::Day => DAY_MINUTES,
        Frequency::Week => WEEK_MINUTES,
        Frequency::Month => return is_monthly(moments),
    };
    moments.windows(2).all(|pair| pair[1] - pair[0] == step)
}

/// One moment in each of consecutive months: always the same day of the month, or always the month's last day.
fn is_monthly(moments: &[i32]) -> bool {
    let days = || moments.iter().map(|minute| minute.div_euclid(DAY_MINUTES));
    let consecutive = days()
        .zip(days().skip(1))
        .all(|(earlier, later)| Frequency::Month.period_of_days(later) == Frequency::Month.period_of_days(earlier) + 1);
    let mut dates = days().map(date_from_days);
    let Some(first) = dates.next() else { return true };
    consecutive
        && (dates.all(|date| date.day() == first.day())
            || days().all(|day| Frequency::Month.period_of_days(day + 1) > Frequency::Month.period_of_days(day)))
}

/// The days between which dates count, five years around the middle 99.8 % of the lines; none if all dates do.
pub(super) fn believable_days(orders: &Orders) -> Option<(i32, i32)> {
    let lines = orders.minute.len();
    if lines < FEWEST_LINES_WITH_A_BULK {
        return None;
    }
    let day = |minute: i32| minute.div_euclid(DAY_MINUTES);
    let span = orders.minute.iter().fold((i32::MAX, i32::MIN), |(low, high), &at| (low.min(at), high.max(at)));
    if day(span.1) - day(span.0) <= FAR_OFF_DAYS {
        return None;
    }
    // At least one line on each side may be wrong, however few there are.
    let slips = (lines / SLIPS).max(1);
    let mut minutes = orders.minute.clone();
    let low = day(*minutes.select_nth_unstable(slips).1) - FAR_OFF_DAYS;
    let high = day(*minutes.select_nth_unstable(lines - 1 - slips).1) + FAR_OFF_DAYS;
    (low > day(span.0) || high < day(span.1)).then_some((low, high))
}
