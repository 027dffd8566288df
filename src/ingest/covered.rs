//! The days that a report without dates covers, as the shop says: its sums are those of one period.
//!
//! Spread over the days they would be invented, so the period stays whole, and several such reports make a series of them.
//! Wrong for a quarter or a span of days of one's own: no calendar repeats those.

use super::dates::{self, Day};
use crate::calendar::{Frequency, date_from_days};

/// What is covered: the first day since 1970-01-01, and what the period is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// A day in it: the first, of seven days the middle one, in whose calendar week most of them lie.
    pub day: i32,
    /// Day, week or month.
    pub spacing: Frequency,
}

impl Covered {
    /// From the first and last day, `YYYY-MM-DD..YYYY-MM-DD`; none unless these are one day, seven, or a whole month.
    pub fn parse(said: &str) -> Option<Self> {
        let (from, to) = said.split_once("..")?;
        let day = |text: &str| match dates::parse(text.trim().as_bytes(), false)?.day {
            Day::Known(day) => Some(day),
            Day::Either { .. } => None,
        };
        let (from, to) = (day(from)?, day(to)?);
        let month = |day: i32| Frequency::Month.period_of_days(day);
        let spacing = match to - from {
            0 => Frequency::Day,
            6 => Frequency::Week,
            _ if date_from_days(from).day() == 1 && month(to) == month(from) && month(to + 1) > month(to) => {
                Frequency::Month
            }
            _ => return None,
        };
        Some(Self { day: if spacing == Frequency::Week { from + 3 } else { from }, spacing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_a_week_and_a_month_are_periods_and_other_spans_are_none() {
        let spacing = |said: &str| Covered::parse(said).map(|covered| covered.spacing);
        assert_eq!(spacing("2026-02-01..2026-02-28"), Some(Frequency::Month));
        assert_eq!(spacing("2024-02-01 .. 2024-02-29"), Some(Frequency::Month));
        assert_eq!(spacing("2026-02-25..2026-03-03"), Some(Frequency::Week));
        assert_eq!(spacing("2026-02-25..2026-02-25"), Some(Frequency::Day));
        for none in
            ["2026-02-01..2026-03-31", "2026-02-02..2026-02-28", "2026-03-01..2026-02-28", "2026-02", "a..b", ""]
        {
            assert_eq!(spacing(none), None, "{none}");
        }
        assert_eq!(Covered::parse("1970-01-02..1970-01-02").map(|covered| covered.day), Some(1));
    }
}
