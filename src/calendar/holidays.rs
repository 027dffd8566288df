//! Public holidays and shopping festivals as functions of the year: for features and for marks on a chart.
//!
//! Dates are those of the day itself. Lunar dates come from a table for 2000 to 2035; other years have none.

use crate::order::sort_few;
use jiff::civil::date;

use super::{date_from_days, days_from_date};

/// A day on which people buy differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// First day of the first Chinese lunar month.
    ChineseNewYear,
    /// 14 February.
    ValentinesDay,
    /// Fourth Sunday of Lent (United Kingdom, Ireland).
    MothersDayUk,
    /// Friday before Easter.
    GoodFriday,
    /// Easter Sunday.
    Easter,
    /// Day after Easter.
    EasterMonday,
    /// Second Sunday of May (United States and most other countries).
    MothersDay,
    /// Third Sunday of June.
    FathersDay,
    /// 18 June, the year's second large Chinese shopping festival.
    Festival618,
    /// Amazon's two days in July. Approximate: the second Tuesday of July, as in most years since 2016, with the
    /// known exceptions of 2015, 2018 to 2021 and 2024; not before 2015.
    PrimeDay,
    /// Fifteenth day of the eighth Chinese lunar month.
    MidAutumn,
    /// 31 October.
    Halloween,
    /// 11 November, the largest Chinese shopping festival.
    SinglesDay,
    /// Friday after the fourth Thursday of November.
    BlackFriday,
    /// Monday after Black Friday.
    CyberMonday,
    /// 12 December.
    Festival1212,
    /// 25 December.
    Christmas,
    /// 26 December.
    BoxingDay,
}

impl Holiday {
    /// All of them, in the order of their usual dates.
    pub const ALL: [Holiday; 19] = [
        Holiday::NewYear,
        Holiday::ChineseNewYear,
        Holiday::ValentinesDay,
        Holiday::MothersDayUk,
        Holiday::GoodFriday,
        Holiday::Easter,
        Holiday::EasterMonday,
        Holiday::MothersDay,
        Holiday::FathersDay,
        Holiday::Festival618,
        Holiday::PrimeDay,
        Holiday::MidAutumn,
        Holiday::Halloween,
        Holiday::SinglesDay,
        Holiday::BlackFriday,
        Holiday::CyberMonday,
        Holiday::Festival1212,
        Holiday::Christmas,
        Holiday::BoxingDay,
    ];

    /// Stable name for translated words, lower case with dashes.
    pub fn code(self) -> &'static str {
        match self {
            Holiday::NewYear => "new-year",
            Holiday::ChineseNewYear => "chinese-new-year",
            Holiday::ValentinesDay => "valentines-day",
            Holiday::MothersDayUk => "mothers-day-uk",
            Holiday::GoodFriday => "good-friday",
            Holiday::Easter => "easter",
            Holiday::EasterMonday => "easter-monday",
            Holiday::MothersDay => "mothers-day",
            Holiday::FathersDay => "fathers-day",
            Holiday::Festival618 => "618",
            Holiday::PrimeDay => "prime-day",
            Holiday::MidAutumn => "mid-autumn",
            Holiday::Halloween => "halloween",
            Holiday::SinglesDay => "singles-day",
            Holiday::BlackFriday => "black-friday",
            Holiday::CyberMonday => "cyber-monday",
            Holiday::Festival1212 => "1212",
            Holiday::Christmas => "christmas",
            Holiday::BoxingDay => "boxing-day",
        }
    }

    /// Its day in a year, as days since 1970; none where it is not known or not yet invented, or the year lies outside
    /// 1 to 9999.
    pub fn day(self, year: i16) -> Option<i32> {
        if !(1..=9999).contains(&year) {
            return None;
        }
        let fixed = |month, day| days_from_date(date(year, month, day));
        let day = match self {
            Holiday::NewYear => fixed(1, 1),
            Holiday::ChineseNewYear => lunar(year, &CHINESE_NEW_YEAR)?,
            Holiday::ValentinesDay => fixed(2, 14),
            Holiday::MothersDayUk => easter(year) - 21,
            Holiday::GoodFriday => easter(year) - 2,
            Holiday::Easter => easter(year),
            Holiday::EasterMonday => easter(year) + 1,
            Holiday::MothersDay => nth_weekday(year, 5, SUNDAY, 2),
            Holiday::FathersDay => nth_weekday(year, 6, SUNDAY, 3),
            Holiday::Festival618 => fixed(6, 18),
            Holiday::PrimeDay => match year {
                ..2015 => return None,
                2015 => fixed(7, 15),
                2018 => fixed(7, 16),
                2019 => fixed(7, 15),
                2020 => fixed(10, 13),
                2021 => fixed(6, 21),
                2024 => fixed(7, 16),
                _ => nth_weekday(year, 7, TUESDAY, 2),
            },
            Holiday::MidAutumn => lunar(year, &MID_AUTUMN)?,
            Holiday::Halloween => fixed(10, 31),
            Holiday::SinglesDay => fixed(11, 11),
            Holiday::BlackFriday => nth_weekday(year, 11, THURSDAY, 4) + 1,
            Holiday::CyberMonday => nth_weekday(year, 11, THURSDAY, 4) + 4,
            Holiday::Festival1212 => fixed(12, 12),
            Holiday::Christmas => fixed(12, 25),
            Holiday::BoxingDay => fixed(12, 26),
        };
        Some(day)
    }
}

/// All holidays from `from_day` to `to_day` (days since 1970, both included), by day.
pub fn marks(from_day: i32, to_day: i32) -> Vec<(i32, Holiday)> {
    if from_day > to_day {
        return Vec::new();
    }
    let years = date_from_days(from_day).year()..=date_from_days(to_day).year();
    let all =
        years.flat_map(|year| Holiday::ALL.into_iter().filter_map(move |holiday| Some((holiday.day(year)?, holiday))));
    let mut marks: Vec<_> = all.filter(|(day, _)| (from_day..=to_day).contains(day)).collect();
    sort_few(&mut marks, |a, b| a < b);
    marks
}

// Days since 1970 modulo 7, 1970-01-01 being a Thursday.
const THURSDAY: i32 = 0;
const SUNDAY: i32 = 3;
const TUESDAY: i32 = 5;

/// The `nth` (from 1) given weekday of a month.
fn nth_weekday(year: i16, month: i8, weekday: i32, nth: i32) -> i32 {
    let first = days_from_date(date(year, month, 1));
    first + (weekday - first).rem_euclid(7) + 7 * (nth - 1)
}

/// Easter Sunday of the Gregorian calendar (J. Meeus, "Astronomical Algorithms", chapter 8).
fn easter(year: i16) -> i32 {
    let year = i32::from(year);
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let days_from_march = h + l - 7 * m + 114 - 31 * 3;
    days_from_date(date(year as i16, 3, 1)) + days_from_march
}

const FIRST_LUNAR_YEAR: i16 = 2000;

fn lunar(year: i16, table: &[(i8, i8); 36]) -> Option<i32> {
    let place = usize::try_from(year.checked_sub(FIRST_LUNAR_YEAR)?).ok()?;
    table.get(place).map(|&(month, day)| days_from_date(date(year, month, day)))
}

/// Month and day of the Chinese New Year from 2000 on; checked against the Python package lunardate 0.3.0.
#[rustfmt::skip]
const CHINESE_NEW_YEAR: [(i8, i8); 36] = [
    (2, 5), (1, 24), (2, 12), (2, 1), (1, 22), (2, 9), (1, 29), (2, 18), (2, 7), (1, 26), (2, 14), (2, 3),
    (1, 23), (2, 10), (1, 31), (2, 19), (2, 8), (1, 28), (2, 16), (2, 5), (1, 25), (2, 12), (2, 1), (1, 22),
    (2, 10), (1, 29), (2, 17), (2, 6), (1, 26), (2, 13), (2, 3), (1, 23), (2, 11), (1, 31), (2, 19), (2, 8),
];

/// Month and day of the Mid-Autumn Festival from 2000 on; checked likewise.
#[rustfmt::skip]
const MID_AUTUMN: [(i8, i8); 36] = [
    (9, 12), (10, 1), (9, 21), (9, 11), (9, 28), (9, 18), (10, 6), (9, 25), (9, 14), (10, 3), (9, 22), (9, 12),
    (9, 30), (9, 19), (9, 8), (9, 27), (9, 15), (10, 4), (9, 24), (9, 13), (10, 1), (9, 21), (9, 10), (9, 29),
    (9, 17), (10, 6), (9, 25), (9, 15), (10, 3), (9, 22), (9, 12), (10, 1), (9, 19), (9, 8), (9, 27), (9, 16),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;

    fn on(holiday: Holiday, year: i16) -> String {
        holiday.day(year).map(|day| Frequency::Day.label(day)).unwrap_or_default()
    }

    #[test]
    fn moving_days_fall_where_the_calendar_has_them() {
        for (year, day) in [(1999, "1999-04-04"), (2000, "2000-04-23"), (2024, "2024-03-31"), (2038, "2038-04-25")] {
            assert_eq!(on(Holiday::Easter, year), day);
        }
        assert_eq!(on(Holiday::GoodFriday, 2026), "2026-04-03");
        assert_eq!(on(Holiday::MothersDayUk, 2026), "2026-03-15");
        assert_eq!(on(Holiday::MothersDay, 2026), "2026-05-10");
        assert_eq!(on(Holiday::FathersDay, 2026), "2026-06-21");
        assert_eq!(on(Holiday::BlackFriday, 2024), "2024-11-29");
        assert_eq!(on(Holiday::CyberMonday, 2024), "2024-12-02");
        assert_eq!(on(Holiday::BlackFriday, 2026), "2026-11-27");
        assert_eq!(on(Holiday::PrimeDay, 2025), "2025-07-08");
        assert_eq!((on(Holiday::PrimeDay, 2014), on(Holiday::MidAutumn, 1999)), (String::new(), String::new()));
    }

    #[test]
    fn lunar_dates_follow_the_moon() {
        // Mean new moon of 6 January 2000, 18:14 UTC, and mean month; true moons stray by up to 0.6 days, and China's
        // day begins eight hours before Greenwich's.
        const NEW_MOON: f64 = 10_962.76;
        const MONTH: f64 = 29.530_588;
        for year in 2000..=2035 {
            for (holiday, age) in [(Holiday::ChineseNewYear, 0.0), (Holiday::MidAutumn, 14.0)] {
                let day = holiday.day(year).map_or(f64::NAN, f64::from);
                let phase = (day + 0.5 - age - NEW_MOON) / MONTH;
                let off = (phase - phase.round()) * MONTH;
                assert!(off.abs() < 1.3, "{holiday:?} {year} is {off} days off the moon");
            }
        }
    }

    #[test]
    fn marks_come_by_day_and_within_bounds() {
        let first = days_from_date(date(2025, 11, 1));
        let last = days_from_date(date(2026, 1, 1));
        let found: Vec<_> = marks(first, last).into_iter().map(|(_, holiday)| holiday.code()).collect();
        assert_eq!(
            found,
            ["singles-day", "black-friday", "cyber-monday", "1212", "christmas", "boxing-day", "new-year"]
        );
        assert!(marks(last, first).is_empty());
        // Decades pass without trouble outside the lunar table and at the ends of the calendar.
        assert!(!marks(i32::MIN, i32::MIN + 1).iter().any(|_| true));
    }
}
