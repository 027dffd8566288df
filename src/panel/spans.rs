//! Where each series begins and ends, and which periods its lines fall into.

use tillcast_kernels::sums::{self, NEVER, Reach};

use super::build::{Ends, Input};
use super::lines::Lines;
use super::outside::ONLY_RETURNS;
use super::partial::{Unit, begins_late, closed_weekdays, ends_early};
use super::shape::{DAY_MINUTES, Shape};
use crate::calendar::Frequency;
use crate::notes::Note;

/// Whole periods that must remain for a launch's partial first one to be left out.
const FEWEST_PERIODS_AFTER_LAUNCH: i32 = 2;

/// Periods of one series: `start..end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: i32,
    pub(super) end: i32,
    /// Its start was moved past a partial period in which it was launched.
    pub(super) launched: bool,
}

impl Span {
    /// Number of periods.
    pub(super) fn len(&self) -> usize {
        (self.end - self.start) as usize
    }
}

/// Periods of all series.
pub(super) struct Spans {
    /// By key; none where there is nothing but returns.
    pub(super) of_key: Vec<Option<Span>>,
    /// First and last whole period of the file.
    pub(super) whole: (i32, i32),
    /// Period of a line.
    pub(super) periods: Periods,
    /// First minutes of the rows' periods that nothing covers: see [`uncovered`].
    pub(super) uncovered: Vec<i32>,
}

/// First minute of a period.
fn first_minute(frequency: Frequency, period: i32) -> i32 {
    match frequency {
        Frequency::Hour => period * 60,
        _ => frequency.first_day(period) * DAY_MINUTES,
    }
}

/// Period of a minute, by a table for months, whose arithmetic is slow.
pub(super) struct Periods {
    frequency: Frequency,
    first_day: i32,
    table: Vec<i32>,
}

impl Periods {
    /// Of minutes `first..=last`.
    fn new(frequency: Frequency, (first, last): (i32, i32)) -> Self {
        let (first_day, last_day) = (first.div_euclid(DAY_MINUTES), last.div_euclid(DAY_MINUTES));
        let table = match frequency {
            Frequency::Hour => Vec::new(),
            _ => (first_day..=last_day).map(|day| frequency.period_of_days(day)).collect(),
        };
        Self { frequency, first_day, table }
    }

    /// The table, where the frequency has one.
    pub(super) fn days(&self) -> Option<sums::Days<'_>> {
        let from = self.first_day * DAY_MINUTES;
        (self.frequency != Frequency::Hour).then_some(sums::Days { from, periods: &self.table })
    }

    fn of(&self, minute: i32) -> i32 {
        match self.frequency {
            Frequency::Hour => minute.div_euclid(60),
            frequency => {
                let day = minute.div_euclid(DAY_MINUTES);
                let known = usize::try_from(day - self.first_day).ok().and_then(|place| self.table.get(place));
                known.copied().unwrap_or_else(|| frequency.period_of_days(day))
            }
        }
    }
}

/// Minutes `from..to` that data cover, with the weekdays on which nothing happens anyway.
struct Coverage {
    from: i32,
    to: i32,
    closed: [bool; 7],
}

impl Coverage {
    fn all_closed(&self, from: i32, to: i32) -> bool {
        // Every day that is touched, if only in part.
        let days = from.div_euclid(DAY_MINUTES)..(to + DAY_MINUTES - 1).div_euclid(DAY_MINUTES);
        days.into_iter().all(|day| self.closed[day.rem_euclid(7) as usize])
    }

    /// First and last period that lie inside; the first is after the last where none does.
    fn whole(&self, frequency: Frequency, of: impl Fn(i32) -> i32) -> (i32, i32) {
        let (first, last) = (of(self.from), of(self.to - 1));
        let begins = first_minute(frequency, first);
        let ends = first_minute(frequency, last + 1);
        let starts_whole = begins >= self.from || self.all_closed(begins, self.from);
        let ends_whole = ends <= self.to || self.all_closed(self.to, ends);
        (first + i32::from(!starts_whole), last - i32::from(!ends_whole))
    }
}

/// Spans of the rows of a series file.
pub(super) fn spans_of_rows(input: &Input<'_>, spacing: Frequency) -> Spans {
    let Input { lines, frequency, .. } = *input;
    let seen = extent(lines);
    let rows = Periods::new(spacing, seen);
    let mut ranges: Vec<Option<(i32, i32)>> = vec![None; lines.keys()];
    for line in lines.all() {
        let row = rows.of(line.minute);
        let (first, last) = ranges[line.key].get_or_insert((row, row));
        (*first, *last) = (row.min(*first), row.max(*last));
    }
    let whole_in = |(first, last): (i32, i32)| {
        if frequency == spacing {
            return (first, last);
        }
        let covered =
            Coverage { from: first_minute(spacing, first), to: first_minute(spacing, last + 1), closed: [false; 7] };
        covered.whole(frequency, |minute| match frequency {
            Frequency::Hour => minute.div_euclid(60),
            _ => frequency.period_of_days(minute.div_euclid(DAY_MINUTES)),
        })
    };
    let file = ranges.iter().flatten().copied().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or_default();
    let whole = whole_in(file);
    let of_key = ranges.iter().map(|range| {
        range.map(|range| {
            let (start, last) = whole_in(range);
            let last = if input.ends() == Ends::File { whole.1 } else { last };
            Span { start, end: (last + 1).max(start), launched: false }
        })
    });
    let uncovered = uncovered(input, spacing).into_iter().map(|row| first_minute(spacing, row)).collect();
    Spans { of_key: of_key.collect(), whole, periods: Periods::new(frequency, seen), uncovered }
}

/// Periods of the rows between the first and the last of which no product has one, where each is a report that was given:
/// one is missing, and what was sold then is unknown.
fn uncovered(input: &Input<'_>, spacing: Frequency) -> Vec<i32> {
    if input.orders.spacing.is_none() {
        return Vec::new();
    }
    let rows = Periods::new(spacing, extent(input.lines));
    let mut covered: Vec<i32> = input.lines.minutes().map(|minute| rows.of(minute)).collect();
    covered.sort_unstable();
    covered.dedup();
    covered.windows(2).flat_map(|pair| pair[0] + 1..pair[1]).collect()
}

/// Names the periods between the first and the last report that no report covers.
pub(super) fn reports_missing(input: &Input<'_>, spacing: Frequency) -> Option<Note> {
    /// Periods that are named.
    const NAMED: usize = 6;
    let missing = uncovered(input, spacing);
    let year_and_month = if spacing == Frequency::Month { 7 } else { usize::MAX };
    let name = |&row: &i32| spacing.label(row).chars().take(year_and_month).collect();
    let mut named: Vec<String> = missing.iter().take(NAMED).map(name).collect();
    if missing.len() > NAMED {
        named.push("…".into());
    }
    let named = named.join(", ");
    let text = format!("No report covers {named}; what was sold then is unknown, not zero");
    let note = Note::warning("reports-missing", text).count(missing.len() as u64).arg("periods", named);
    (!missing.is_empty()).then_some(note)
}

/// Says how many values of a list have no row, at its own spacing: between a series' first row and the end.
pub(super) fn rows_missing(input: &Input<'_>, spacing: Frequency) -> Option<Note> {
    let rows = Periods::new(spacing, extent(input.lines));
    let (lines, begins) = input.lines.by_series();
    let end = rows.of(extent(input.lines).1);
    let (mut missing, mut periods, uncovered) = (0, Vec::new(), uncovered(input, spacing));
    for ends in begins.windows(2) {
        periods.clear();
        periods.extend(lines[ends[0]..ends[1]].iter().map(|line| rows.of(line.minute)));
        periods.sort_unstable();
        periods.dedup();
        if let (Some(&first), Some(&last)) = (periods.first(), periods.last()) {
            let last = if input.ends() == Ends::File { end } else { last };
            let unknown = uncovered.iter().filter(|row| (first..=last).contains(row)).count();
            missing += (last - first + 1) as u64 - (periods.len() + unknown) as u64;
        }
    }
    let (code, text) = match spacing {
        Frequency::Month => ("list-by-months", "The list is by months; a product's month without a row counts as zero"),
        _ => (
            "list-by-weeks",
            "The list is by weeks; a product's week without a row counts as zero, unless it seems to have run out",
        ),
    };
    (missing > 0).then(|| Note::info(code, text).count(missing))
}

fn extent(lines: &Lines) -> (i32, i32) {
    lines.minutes().fold((i32::MAX, i32::MIN), |(low, high), at| (low.min(at), high.max(at)))
}

/// Spans of order lines; `seen` are the first and last minute of the file before it was cut to a range of dates.
pub(super) fn spans_of_lines(input: &Input<'_>, seen: (i32, i32), notes: &mut Vec<Note>) -> Spans {
    let Input { options, lines, frequency, .. } = *input;
    let (whole, covered) = file_coverage(input, seen, notes);
    let periods = Periods::new(frequency, extent(lines));
    let mut without_sale = 0;
    let mut of_key = Vec::with_capacity(lines.keys());
    for Reach { sold, first, last } in sums::reaches(lines.columns(), lines.keys()) {
        let begin = if sold == NEVER { first } else { sold };
        let Some(minute) = Some(begin).filter(|begin| *begin != NEVER) else {
            without_sale += u64::from(last != i32::MIN);
            of_key.push(None);
            continue;
        };
        let launch = periods.of(minute);
        let mut span = Span { start: launch.clamp(whole.0, whole.1 + 1), end: whole.1 + 1, launched: false };
        if options.ends == Ends::Own {
            span.end = span.end.min(periods.of(last) + 1).max(span.start);
        }
        if launch > whole.0 && launch <= whole.1 && matches!(frequency, Frequency::Week | Frequency::Month) {
            let begins = first_minute(frequency, launch);
            let sold = minute.div_euclid(DAY_MINUTES) * DAY_MINUTES;
            let partial = begins < sold && !covered.all_closed(begins, sold);
            if partial && span.end - (span.start + 1) >= FEWEST_PERIODS_AFTER_LAUNCH {
                span.start += 1;
                span.launched = true;
            }
        }
        of_key.push(Some(span));
    }
    if without_sale > 0 {
        notes.push(Note::info(ONLY_RETURNS, "Products with returns but no sale were left out").count(without_sale));
    }
    Spans { of_key, whole, periods, uncovered: Vec::new() }
}

/// First and last whole period of a file of order lines, and what it covers.
fn file_coverage(input: &Input<'_>, seen: (i32, i32), notes: &mut Vec<Note>) -> ((i32, i32), Coverage) {
    let Input { orders, options, lines, frequency, .. } = *input;
    let others = orders.others.iter().copied().filter(move |at| (seen.0..=seen.1).contains(at));
    let minutes = lines.minutes().chain(others);
    let unit = if frequency == Frequency::Hour { 60 } else { DAY_MINUTES };
    let mut from = seen.0.div_euclid(unit) * unit;
    let mut to = (seen.1.div_euclid(unit) + 1) * unit;
    if orders.has_time {
        let alike = if frequency == Frequency::Hour { Unit::HOUR } else { Unit::DAY };
        if options.to.is_none_or(|day| day >= seen.1.div_euclid(DAY_MINUTES)) && ends_early(minutes.clone(), &alike) {
            to -= unit;
        }
        if options.from.is_none_or(|day| day <= seen.0.div_euclid(DAY_MINUTES)) && begins_late(minutes.clone(), &alike)
        {
            from += unit;
        }
    }
    let days = |day: i32| i32::try_from(i64::from(day) * i64::from(DAY_MINUTES)).unwrap_or(i32::MAX);
    from = options.from.map_or(from, |day| from.max(days(day)));
    to = options.to.map_or(to, |day| to.min(days(day.saturating_add(1))));
    let closed = closed_weekdays(
        minutes.map(|minute| minute.div_euclid(DAY_MINUTES)),
        from.div_euclid(DAY_MINUTES),
        (to - 1).div_euclid(DAY_MINUTES),
    );
    let covered = Coverage { from, to, closed };
    let of = |minute: i32| match frequency {
        Frequency::Hour => minute.div_euclid(60),
        _ => frequency.period_of_days(minute.div_euclid(DAY_MINUTES)),
    };
    let mut whole = covered.whole(frequency, of);
    if whole.0 > whole.1 {
        // Shorter than one period: better a partial one, said to be so, than none.
        whole = (of(from), of(to - 1));
        notes.push(
            Note::warning("no-whole-period", "The file covers no whole period; what there is was taken as whole")
                .arg("frequency", frequency.name()),
        );
    }
    (whole, covered)
}

/// Whether a row may belong to two periods: a week's to two months.
pub(super) fn straddles(shape: Shape, frequency: Frequency) -> bool {
    shape.spacing() == Some(Frequency::Week) && frequency == Frequency::Month
}

/// The periods of a line with its share in each: one, or two for a week's row that straddles two months.
pub(super) fn shares(
    shape: Shape,
    frequency: Frequency,
    periods: &Periods,
    minute: i32,
) -> impl Iterator<Item = (i32, f64)> {
    let (first, second) = if straddles(shape, frequency) {
        let monday = Frequency::Week.first_day(Frequency::Week.period_of_days(minute.div_euclid(DAY_MINUTES)));
        let (from, to) = (frequency.period_of_days(monday), frequency.period_of_days(monday + 6));
        let days_in_first = (frequency.first_day(from + 1) - monday).min(7);
        let share = f64::from(days_in_first) / 7.0;
        ((from, share), (to > from).then_some((to, 1.0 - share)))
    } else {
        ((periods.of(minute), 1.0), None)
    };
    std::iter::once(first).chain(second)
}
