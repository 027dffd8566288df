//! Periods that a file covers only in part.

use super::shape::DAY_MINUTES;

/// Units (days or hours) with sales that must be known before one is called cut short.
const FEWEST_UNITS: usize = 20;
/// Units of the same weekday (hour of day) among them.
const FEWEST_ALIKE: usize = 4;
/// One earlier unit in this many may have ended as early.
const RARELY: usize = 50;
/// A cut is worth mending if one line in this many usually comes after it.
const WORTHWHILE: usize = 5;
/// A weekday is a closing day if it has sales at most once in this many weeks.
const CLOSED_WEEKS: usize = 20;

/// A stretch of time that repeats: what is compared with what.
pub(super) struct Unit {
    /// Length in minutes.
    minutes: i32,
    /// How many of them until one alike comes again.
    cycle: i32,
    /// How many earlier ones are looked at.
    window: i32,
}

impl Unit {
    /// Days of a week, over the last quarter.
    pub(super) const DAY: Unit = Unit { minutes: DAY_MINUTES, cycle: 7, window: 91 };
    /// Hours of a day, over the last four weeks.
    pub(super) const HOUR: Unit = Unit { minutes: 60, cycle: 24, window: 28 * 24 };
}

/// Whether the last day (hour) of the data clearly ends early, as in an export made at ten in the morning.
///
/// Careful on purpose: true only if at most one earlier unit in 50, and none of the same weekday (hour of day), had
/// its last line that early, and a fifth of all lines usually come later.
pub(super) fn ends_early(minutes: impl Iterator<Item = i32> + Clone, unit: &Unit) -> bool {
    let Some(last) = minutes.clone().max() else { return false };
    let (current, cut) = (last.div_euclid(unit.minutes), last.rem_euclid(unit.minutes));
    let mut ends: Vec<Option<i32>> = vec![None; unit.window as usize];
    let (mut lines, mut later) = (0_usize, 0_usize);
    let earliest = (current - unit.window).saturating_mul(unit.minutes);
    for minute in minutes.filter(|minute| *minute >= earliest) {
        let back = current - minute.div_euclid(unit.minutes);
        if back < 1 || back > unit.window {
            continue;
        }
        let within = minute.rem_euclid(unit.minutes);
        let end = &mut ends[back as usize - 1];
        *end = Some(end.map_or(within, |known| known.max(within)));
        lines += 1;
        later += usize::from(within > cut);
    }
    let known: Vec<(i32, i32)> = (1..).zip(&ends).filter_map(|(back, end)| end.map(|end| (back, end))).collect();
    let early = known.iter().filter(|(_, end)| *end <= cut).count();
    let mut alike = known.iter().filter(|(back, _)| back % unit.cycle == 0);
    known.len() >= FEWEST_UNITS
        && early * RARELY <= known.len()
        && alike.clone().count() >= FEWEST_ALIKE
        && alike.all(|(_, end)| *end > cut)
        && later * WORTHWHILE >= lines
}

/// Whether the first day (hour) of the data clearly begins late: [`ends_early`] with time turned round.
pub(super) fn begins_late(minutes: impl Iterator<Item = i32> + Clone, unit: &Unit) -> bool {
    ends_early(minutes.map(|minute| -1 - minute), unit)
}

/// Weekdays (days since 1970 modulo 7) on which the shop as good as never sells.
pub(super) fn closed_weekdays(days: impl Iterator<Item = i32>, first: i32, last: i32) -> [bool; 7] {
    let mut sold = vec![false; usize::try_from(last - first + 1).unwrap_or_default()];
    for day in days {
        if let Some(slot) = usize::try_from(day - first).ok().and_then(|place| sold.get_mut(place)) {
            *slot = true;
        }
    }
    let (mut all, mut with_sales) = ([0_usize; 7], [0_usize; 7]);
    for (day, sold) in (first..).zip(&sold) {
        let weekday = day.rem_euclid(7) as usize;
        all[weekday] += 1;
        with_sales[weekday] += usize::from(*sold);
    }
    std::array::from_fn(|weekday| all[weekday] >= FEWEST_ALIKE && with_sales[weekday] * CLOSED_WEEKS <= all[weekday])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(days: i32, last_hour: i32) -> Vec<i32> {
        let mut minutes: Vec<i32> =
            (0..days).flat_map(|day| (9..21).map(move |hour| day * DAY_MINUTES + hour * 60 + (day * 7) % 50)).collect();
        minutes.extend((9..last_hour).map(|hour| days * DAY_MINUTES + hour * 60));
        minutes
    }

    #[test]
    fn a_day_that_stops_at_noon_is_cut_short_and_a_usual_one_is_not() {
        assert!(ends_early(lines(60, 12).into_iter(), &Unit::DAY));
        assert!(!ends_early(lines(60, 21).into_iter(), &Unit::DAY));
        assert!(!ends_early(lines(60, 20).into_iter(), &Unit::DAY), "an hour early is no proof");
        assert!(!ends_early(lines(15, 12).into_iter(), &Unit::DAY), "too few days to know");
        let reversed = || lines(60, 12).into_iter().map(|minute| -1 - minute);
        assert!(begins_late(reversed(), &Unit::DAY) && !begins_late(lines(60, 12).into_iter(), &Unit::DAY));
    }

    #[test]
    fn a_short_saturday_is_no_cut() {
        // Every seventh day closes at noon; the data end on such a day.
        let minutes: Vec<i32> = (0..=70)
            .flat_map(|day| {
                let close = if day % 7 == 0 { 12 } else { 21 };
                (9..close).map(move |hour| day * DAY_MINUTES + hour * 60)
            })
            .collect();
        assert!(!ends_early(minutes.into_iter(), &Unit::DAY));
    }

    #[test]
    fn weekdays_without_sales_are_closing_days() {
        let closed = closed_weekdays((0..70).filter(|day| day % 7 != 3), 0, 69);
        assert_eq!(closed, [false, false, false, true, false, false, false]);
    }
}
