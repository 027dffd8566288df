//! Days around a public holiday on which the whole shop was closed in earlier years: nothing is sold on them next time either.
//!
//! One year is enough to see a Christmas closure, and too little for any method that learns a season. A run of days
//! without a single sale around a holiday is taken as a closure where chance would hardly make it; its days are counted
//! from the holiday, so that those of Easter and the Chinese New Year move with it. Where years differ, what all of them
//! had in common stays. Wrong for a shop that opens this time: a column known ahead that says when it is open goes before.

use std::ops::RangeInclusive;

use crate::calendar::date_from_days;
use crate::calendar::holidays::Holiday;
use crate::panel::totals::Total;

/// Holidays on which shops close. A run of days belongs to the first of them that lies in it.
const HOLIDAYS: [Holiday; 7] = [
    Holiday::Christmas,
    Holiday::NewYear,
    Holiday::ChineseNewYear,
    Holiday::GoodFriday,
    Holiday::Easter,
    Holiday::EasterMonday,
    Holiday::BoxingDay,
];

/// Days without a sale from which on a shop is off season or given up, not closed for a holiday.
const MOST_DAYS: i32 = 21;
/// So far ahead closures are told.
const YEAR_DAYS: i32 = 366;
/// Days before and behind a run that tell how often the shop sells.
const ASIDE_DAYS: i32 = 28;
/// Known days among them that are needed.
const LEAST_KNOWN: f64 = 14.0;
/// What chance makes more often than that, of any of the holidays, is no closure.
const CHANCE: f64 = 0.02;

/// Days since 1970 behind the end of a shop's daily sales, on which it is taken to be closed; `weekdays` are closed anyway, by
/// day number modulo 7.
pub fn ahead(total: &Total, weekdays: &[bool; 7]) -> Vec<RangeInclusive<i32>> {
    let past = Past { total, weekdays };
    let end = past.end();
    let (first_year, year) = (date_from_days(total.start).year(), date_from_days(end).year());
    let mut told: Vec<i32> = Vec::new();
    let mut closures = Vec::new();
    for holiday in HOLIDAYS {
        let mut runs: Vec<Run> = Vec::new();
        let mut is_open = false;
        let occurrences = || (first_year..=year + 1).filter_map(|year| holiday.day(year));
        for day in occurrences().filter(|day| *day < end - MOST_DAYS) {
            match past.run(day) {
                Some(run) if told.contains(&(day + run.whole.0)) => {}
                Some(run) => {
                    told.push(day + run.whole.0);
                    runs.push(run);
                }
                None => is_open |= past.sold(day).is_some(),
            }
        }
        is_open |= occurrences().any(|day| past.sold(day) == Some(true));
        let chance: f64 = runs.iter().map(|run| run.chance).product();
        // What all of them had in common, and no weekly closing day at its ends that none of them needs.
        let first = runs.iter().map(|run| run.usual.0).min().max(runs.iter().map(|run| run.whole.0).max());
        let last = runs.iter().map(|run| run.usual.1).max().into_iter().chain(runs.iter().map(|run| run.whole.1)).min();
        let (Some(from), Some(to)) = (first, last) else { continue };
        if is_open || from > to || chance >= CHANCE / HOLIDAYS.len() as f64 {
            continue;
        }
        for day in occurrences().filter(|day| (end - MOST_DAYS..end + YEAR_DAYS).contains(day) && day + to >= end) {
            let is_again = (day + from..end).all(|now| past.sold(now) != Some(true));
            if is_again {
                closures.push((day + from).max(end)..=day + to);
            }
        }
    }
    closures
}

/// Days without a sale around a holiday, counted from it.
struct Run {
    /// First and last.
    whole: (i32, i32),
    /// The same of those that are no weekly closing days.
    usual: (i32, i32),
    /// How often chance makes it.
    chance: f64,
}

struct Past<'a> {
    total: &'a Total,
    weekdays: &'a [bool; 7],
}

impl Past<'_> {
    fn end(&self) -> i32 {
        self.total.start + self.total.values.len() as i32
    }

    /// Whether anything was sold; none where that is not known.
    fn sold(&self, day: i32) -> Option<bool> {
        let value = *self.total.values.get(usize::try_from(day - self.total.start).ok()?)?;
        (!value.is_nan()).then_some(value != 0.0)
    }

    fn is_usual(&self, day: i32) -> bool {
        !self.weekdays[day.rem_euclid(7) as usize]
    }

    /// The days without a sale around one that lies behind; none if that had sales, too many lie around it, or none of them
    /// is usually open.
    fn run(&self, day: i32) -> Option<Run> {
        let is_shut = |day: i32| self.sold(day) == Some(false);
        if !is_shut(day) {
            return None;
        }
        let from = (day - MOST_DAYS..=day).rev().take_while(|day| is_shut(*day)).last()?;
        let to = (day..=day + MOST_DAYS).take_while(|day| is_shut(*day)).last()?;
        let mut usual = (from..=to).filter(|day| self.is_usual(*day));
        let (first, count) = (usual.clone().next()?, usual.clone().count());
        let last = usual.next_back()?;
        let aside = || (from - ASIDE_DAYS..from).chain(to + 1..=to + ASIDE_DAYS).filter(|day| self.is_usual(*day));
        let known = aside().filter(|day| self.sold(*day).is_some()).count() as f64;
        let empty = aside().filter(|day| is_shut(*day)).count() as f64;
        // As likely as it can be, of a shop that has no closures.
        let chance = libm::pow((empty + 0.5) / (known + 1.0), count as f64);
        let is_told = to - from < MOST_DAYS && known >= LEAST_KNOWN;
        is_told.then_some(Run { whole: (from - day, to - day), usual: (first - day, last - day), chance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::days_from_date;
    use jiff::civil::date;

    const OPEN: [bool; 7] = [false; 7];

    fn day(year: i16, month: i8, of: i8) -> i32 {
        days_from_date(date(year, month, of))
    }

    /// A shop's sales from one day to another, without the last.
    fn sales(from: i32, end: i32, sold: impl Fn(i32) -> f64) -> Total {
        Total { start: from, values: (from..end).map(sold).collect() }
    }

    #[test]
    fn a_christmas_closure_comes_again_and_a_gap_at_no_holiday_does_not() {
        let shut = |now: i32| {
            let is_christmas =
                [2010, 2011].iter().any(|year| (day(*year, 12, 24)..=day(year + 1, 1, 3)).contains(&now));
            let is_gap = (day(2011, 6, 6)..=day(2011, 6, 9)).contains(&now);
            if is_christmas || is_gap { 0.0 } else { 9.0 }
        };
        let total = sales(day(2010, 12, 1), day(2011, 12, 9), shut);
        assert_eq!(ahead(&total, &OPEN), [day(2011, 12, 24)..=day(2012, 1, 3)]);
        // From within it, the rest; before it, nothing was learned yet.
        let within = sales(day(2010, 12, 1), day(2011, 12, 27), shut);
        assert_eq!(ahead(&within, &OPEN), [day(2011, 12, 27)..=day(2012, 1, 3), day(2012, 12, 24)..=day(2013, 1, 3)]);
        assert!(ahead(&sales(day(2010, 12, 1), day(2010, 12, 20), shut), &OPEN).is_empty());
        // Open again on the 27th this time: the year's closure is over; open at Christmas itself: there is none.
        let again = |from: i32| move |now: i32| if now >= from { 9.0 } else { shut(now) };
        let early = sales(day(2010, 12, 1), day(2011, 12, 29), again(day(2011, 12, 27)));
        assert_eq!(ahead(&early, &OPEN), [day(2012, 12, 24)..=day(2013, 1, 3)]);
        let open = sales(day(2010, 12, 1), day(2011, 12, 29), again(day(2011, 6, 1)));
        assert!(ahead(&open, &OPEN).is_empty());
        let unknown = sales(day(2010, 12, 1), day(2011, 12, 9), |now| if shut(now) == 0.0 { f64::NAN } else { 9.0 });
        assert!(ahead(&unknown, &OPEN).is_empty(), "unknown days are no closure");
    }

    #[test]
    fn what_years_have_in_common_counts_and_one_open_year_opens() {
        let year = |until: i32| {
            move |now: i32| {
                (day(2023, 12, 24)..=until).contains(&now) || now == day(2024, 12, 25) || now == day(2024, 12, 26)
            }
        };
        let of = |is_shut: &dyn Fn(i32) -> bool| {
            sales(day(2023, 1, 2), day(2025, 11, 1), |now| if is_shut(now) { 0.0 } else { 5.0 })
        };
        let shut = year(day(2023, 12, 31));
        assert_eq!(ahead(&of(&shut), &OPEN), [day(2025, 12, 25)..=day(2025, 12, 26)]);
        let open = |now: i32| (day(2023, 12, 24)..=day(2023, 12, 26)).contains(&now);
        assert!(ahead(&of(&open), &OPEN).is_empty(), "it was open at Christmas 2024");
    }

    #[test]
    fn easter_moves_closed_weekdays_prove_nothing_and_rare_goods_have_no_closures() {
        // Good Friday to Easter Monday 2025; the next is on 6 April 2026.
        let easter = |now: i32| (day(2025, 4, 18)..=day(2025, 4, 21)).contains(&now);
        let total = sales(day(2025, 1, 1), day(2026, 2, 1), |now| if easter(now) { 0.0 } else { 5.0 });
        assert_eq!(ahead(&total, &OPEN), [day(2026, 4, 3)..=day(2026, 4, 6)]);
        // A shop that rests on Sundays says nothing by the one that is Easter.
        let sunday = |now: i32| now.rem_euclid(7) == 3;
        let mut weekdays = OPEN;
        weekdays[3] = true;
        let rests = sales(day(2025, 1, 1), day(2026, 2, 1), |now| if sunday(now) { 0.0 } else { 5.0 });
        assert!(ahead(&rests, &weekdays).is_empty());
        // Christmas on a Sunday and its Monday, then on a Monday alone: the day itself.
        let shut = [day(2022, 12, 26), day(2023, 12, 25)];
        let twice = |now: i32| sunday(now) || shut.contains(&now);
        let total = sales(day(2022, 1, 3), day(2024, 11, 1), |now| if twice(now) { 0.0 } else { 5.0 });
        assert_eq!(ahead(&total, &weekdays), [day(2024, 12, 25)..=day(2024, 12, 25)]);
        // One empty day in one year is chance.
        let outage = sales(day(2025, 1, 1), day(2026, 2, 1), |now| if now == day(2025, 4, 21) { 0.0 } else { 5.0 });
        assert!(ahead(&outage, &OPEN).is_empty());
        let rare = sales(day(2025, 1, 1), day(2026, 2, 1), |now| f64::from(u8::from(now % 3 == 0)));
        assert!(ahead(&rare, &OPEN).is_empty());
        let given_up = sales(day(2025, 1, 1), day(2026, 2, 1), |now| if now < day(2025, 12, 20) { 5.0 } else { 0.0 });
        assert!(ahead(&given_up, &OPEN).is_empty(), "a shop that ended is not closed for Christmas");
    }
}
