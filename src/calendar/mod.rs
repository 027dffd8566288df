//! Civil time on regular grids: a period is a whole number of hours, days, weeks or months since 1970.
//!
//! A week is named by its Monday, a month by its first day; hours are civil hours as written, without a time zone.

pub mod holidays;

use jiff::civil::{Date, DateTime};

use crate::error::{Error, Result};

/// Spacing of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Frequency {
    /// Civil hours.
    Hour,
    /// Civil days.
    Day,
    /// Weeks from Monday to Sunday.
    Week,
    /// Calendar months.
    Month,
}

/// The Monday of the week that contains 1970-01-01 (a Thursday) is three days before it.
const THURSDAY_OFFSET_DAYS: i32 = 3;

/// Days from 1970-01-01 to `date`.
pub fn days_from_date(date: Date) -> i32 {
    let (year, month) = (i32::from(date.year()), i32::from(date.month()));
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + i32::from(date.day()) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date `days` after 1970-01-01, clamped to the years -9999..=9999.
pub fn date_from_days(days: i32) -> Date {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    EPOCH.saturating_add(jiff::Span::new().try_days(i64::from(days)).unwrap_or_default())
}

impl Frequency {
    /// The period that contains a civil moment.
    pub fn period_of(self, moment: DateTime) -> i32 {
        let days = days_from_date(moment.date());
        match self {
            Frequency::Hour => days * 24 + i32::from(moment.hour()),
            _ => self.period_of_days(days),
        }
    }

    /// The period that contains a day given as days since 1970-01-01; for hours, its first hour.
    pub fn period_of_days(self, days: i32) -> i32 {
        match self {
            Frequency::Hour => days * 24,
            Frequency::Day => days,
            Frequency::Week => (days + THURSDAY_OFFSET_DAYS).div_euclid(7),
            Frequency::Month => {
                let date = date_from_days(days);
                (i32::from(date.year()) - 1970) * 12 + i32::from(date.month()) - 1
            }
        }
    }

    /// The first day of a period, as days since 1970-01-01.
    pub fn first_day(self, period: i32) -> i32 {
        match self {
            Frequency::Hour => period.div_euclid(24),
            Frequency::Day => period,
            Frequency::Week => period * 7 - THURSDAY_OFFSET_DAYS,
            Frequency::Month => {
                let year = 1970 + period.div_euclid(12);
                let month = period.rem_euclid(12) + 1;
                i16::try_from(year).ok().and_then(|year| Date::new(year, month as i8, 1).ok()).map_or(0, days_from_date)
            }
        }
    }

    /// The civil moment at which a period begins.
    pub fn start(self, period: i32) -> DateTime {
        let date = date_from_days(self.first_day(period));
        let hour = if self == Frequency::Hour { period.rem_euclid(24) as i8 } else { 0 };
        date.at(hour, 0, 0, 0)
    }

    /// ISO 8601 name of a period: `YYYY-MM-DD`, for hours `YYYY-MM-DDTHH:MM`.
    pub fn label(self, period: i32) -> String {
        let start = self.start(period);
        let (year, month, day) = (start.year(), start.month(), start.day());
        match self {
            Frequency::Hour => format!("{year:04}-{month:02}-{day:02}T{:02}:00", start.hour()),
            _ => format!("{year:04}-{month:02}-{day:02}"),
        }
    }

    /// The usual number of periods in the shortest season: 24 hours, 7 days, 52 weeks, 12 months.
    pub fn season_length(self) -> usize {
        match self {
            Frequency::Hour => 24,
            Frequency::Day => 7,
            Frequency::Week => 52,
            Frequency::Month => 12,
        }
    }

    /// Name as the command and the page write it.
    pub fn name(self) -> &'static str {
        match self {
            Frequency::Hour => "hour",
            Frequency::Day => "day",
            Frequency::Week => "week",
            Frequency::Month => "month",
        }
    }
}

impl std::str::FromStr for Frequency {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "hour" => Ok(Frequency::Hour),
            "day" => Ok(Frequency::Day),
            "week" => Ok(Frequency::Week),
            "month" => Ok(Frequency::Month),
            other => Err(Error::usage("unknown-frequency", format!("\"{other}\" is no frequency"))
                .remedy("use hour, day, week or month")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_and_days_agree() {
        for days in [-1000, -4, -3, 0, 1, 11016, 20000] {
            assert_eq!(days_from_date(date_from_days(days)), days);
            for frequency in [Frequency::Day, Frequency::Week, Frequency::Month] {
                let period = frequency.period_of_days(days);
                let first = frequency.first_day(period);
                assert!(first <= days && frequency.first_day(period + 1) > days, "{frequency:?} {days}");
            }
        }
        assert_eq!(Frequency::Week.label(Frequency::Week.period_of_days(0)), "1969-12-29");
        assert_eq!(Frequency::Hour.label(25), "1970-01-02T01:00");
    }
}
