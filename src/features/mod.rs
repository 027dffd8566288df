//! Features that are known ahead for every series: where a period stands in the day, the week, the month and the year,
//! and how near it is to days on which people buy differently.

use std::f64::consts::TAU;
use std::ops::Range;

use crate::calendar::holidays::{Holiday, marks};
use crate::calendar::{Frequency, date_from_days};

/// Number of calendar features.
pub const CALENDAR_FEATURES: usize = 14;

/// What each calendar feature is, in order. Pairs of sine and cosine lie in -1 to 1, the others in 0 to 1.
///
/// - `hour`: hour of the day; 0 unless periods are hours.
/// - `weekday`: from Monday; 0 for weeks and months.
/// - `month-day`: day of the month over the month's length; 0 for weeks and months.
/// - `year`: middle of the period in the year.
/// - `christmas`: rises from 0 four weeks before to 1 on 24 December.
/// - `after-christmas`: falls from 1 on 25 December to 0 two weeks later.
/// - `gift-day`: rises from 0 ten days before Valentine's Day, Easter, Mother's and Father's Day to 1 on the day.
/// - `black-friday`: 1 from Black Friday to Cyber Monday, a half in the four days before.
/// - `festival`: 1 on 618, Prime Day (two days), Singles' Day and 12.12.
/// - `lunar`: 1 in the week of the Chinese New Year and on the Mid-Autumn Festival, rising from ten days before.
pub const CALENDAR_NAMES: [&str; CALENDAR_FEATURES] = [
    "hour-sin",
    "hour-cos",
    "weekday-sin",
    "weekday-cos",
    "month-day-sin",
    "month-day-cos",
    "year-sin",
    "year-cos",
    "christmas",
    "after-christmas",
    "gift-day",
    "black-friday",
    "festival",
    "lunar",
];

/// First feature that is about holidays.
const HOLIDAYS: usize = 8;
const DAYS_BEFORE_CHRISTMAS: i32 = 28;
const DAYS_AFTER_CHRISTMAS: i32 = 14;
const DAYS_BEFORE_A_GIFT: i32 = 10;
const MEAN_YEAR_DAYS: f64 = 365.25;

/// Calendar features of one period, see [`CALENDAR_NAMES`]. Those about holidays are the mean over the period's days.
pub fn calendar(frequency: Frequency, period: i32) -> [f32; CALENDAR_FEATURES] {
    let first = frequency.first_day(period);
    let days = match frequency {
        Frequency::Hour | Frequency::Day => 1,
        Frequency::Week | Frequency::Month => (frequency.first_day(period + 1) - first).max(1),
    };
    let mut features = [0.0_f64; CALENDAR_FEATURES];
    let mut turn = |place: usize, share: f64| {
        features[place] = libm::sin(TAU * share);
        features[place + 1] = libm::cos(TAU * share);
    };
    let date = date_from_days(first);
    if frequency == Frequency::Hour {
        turn(0, f64::from(period.rem_euclid(24)) / 24.0);
    }
    if matches!(frequency, Frequency::Hour | Frequency::Day) {
        turn(2, f64::from(date.weekday().to_monday_zero_offset()) / 7.0);
        turn(4, f64::from(date.day() - 1) / f64::from(date.days_in_month()));
    }
    turn(6, (f64::from(date.day_of_year() - 1) + f64::from(days) / 2.0) / MEAN_YEAR_DAYS);
    let near = marks(first - DAYS_AFTER_CHRISTMAS, first + days + DAYS_BEFORE_CHRISTMAS);
    for day in first..first + days {
        for (place, value) in (HOLIDAYS..).zip(holiday_features(day, &near)) {
            features[place] += value / f64::from(days);
        }
    }
    features.map(|value| value as f32)
}

/// Calendar features of consecutive periods.
pub fn calendar_table(frequency: Frequency, periods: Range<i32>) -> Vec<[f32; CALENDAR_FEATURES]> {
    periods.map(|period| calendar(frequency, period)).collect()
}

fn holiday_features(day: i32, near: &[(i32, Holiday)]) -> [f64; CALENDAR_FEATURES - HOLIDAYS] {
    let [mut christmas, mut after, mut gift, mut friday, mut festival, mut lunar] = [0.0_f64; 6];
    // 1 on the day, falling to 0 `reach` days before.
    let rising = |ahead: i32, reach: i32| {
        if (0..reach).contains(&ahead) { 1.0 - f64::from(ahead) / f64::from(reach) } else { 0.0 }
    };
    for &(marked, holiday) in near {
        let ahead = marked - day;
        match holiday {
            Holiday::Christmas => {
                christmas = f64::max(christmas, rising(ahead - 1, DAYS_BEFORE_CHRISTMAS));
                after = f64::max(after, rising(-ahead, DAYS_AFTER_CHRISTMAS));
            }
            Holiday::ValentinesDay
            | Holiday::Easter
            | Holiday::MothersDay
            | Holiday::MothersDayUk
            | Holiday::FathersDay => gift = f64::max(gift, rising(ahead, DAYS_BEFORE_A_GIFT)),
            Holiday::BlackFriday => {
                let value = match ahead {
                    -3..=0 => 1.0,
                    1..=4 => 0.5,
                    _ => 0.0,
                };
                friday = f64::max(friday, value);
            }
            Holiday::Festival618 | Holiday::SinglesDay | Holiday::Festival1212 if ahead == 0 => festival = 1.0,
            Holiday::PrimeDay if (-1..=0).contains(&ahead) => festival = 1.0,
            Holiday::ChineseNewYear if (-6..0).contains(&ahead) => lunar = 1.0,
            Holiday::ChineseNewYear | Holiday::MidAutumn => {
                lunar = f64::max(lunar, rising(ahead, DAYS_BEFORE_A_GIFT));
            }
            _ => {}
        }
    }
    [christmas, after, gift, friday, festival, lunar]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::days_from_date;

    fn of_day(year: i16, month: i8, day: i8, name: &str) -> f32 {
        let place = CALENDAR_NAMES.iter().position(|known| *known == name).unwrap_or(usize::MAX);
        calendar(Frequency::Day, days_from_date(jiff::civil::date(year, month, day)))[place]
    }

    #[test]
    fn features_tell_weekdays_seasons_and_holidays_apart() {
        assert!((of_day(2026, 3, 2, "weekday-cos") - 1.0).abs() < 1e-6, "a Monday");
        assert!((of_day(2026, 3, 2, "weekday-sin") - of_day(2026, 3, 9, "weekday-sin")).abs() < 1e-6);
        assert!(of_day(2026, 7, 1, "year-cos") < -0.99);
        assert!((of_day(2026, 12, 24, "christmas") - 1.0).abs() < 1e-6 && of_day(2026, 12, 25, "christmas") < 1e-6);
        assert!((of_day(2026, 12, 25, "after-christmas") - 1.0).abs() < 1e-6);
        assert!((of_day(2027, 1, 1, "after-christmas") - 0.5).abs() < 1e-6, "across the turn of the year");
        assert!((of_day(2026, 2, 9, "gift-day") - 0.5).abs() < 1e-6);
        assert!(
            (of_day(2026, 11, 30, "black-friday") - 1.0).abs() < 1e-6 && of_day(2026, 12, 1, "black-friday") < 1e-6
        );
        assert!((of_day(2026, 2, 20, "lunar") - 1.0).abs() < 1e-6);
    }

    #[test]
    fn features_stay_in_bounds_at_every_frequency() {
        for frequency in [Frequency::Hour, Frequency::Day, Frequency::Week, Frequency::Month] {
            let start = frequency.period_of_days(19_000);
            for row in calendar_table(frequency, start..start + 400) {
                assert!(row[..HOLIDAYS].iter().all(|value| value.abs() <= 1.0));
                assert!(row[HOLIDAYS..].iter().all(|value| (0.0..=1.0).contains(value)), "{frequency:?} {row:?}");
            }
        }
        // A month is the mean of its days.
        let december = calendar(Frequency::Month, (2026 - 1970) * 12 + 11);
        let days = days_from_date(jiff::civil::date(2026, 12, 1));
        let mean: f32 = (days..days + 31).map(|day| calendar(Frequency::Day, day)[HOLIDAYS]).sum::<f32>() / 31.0;
        assert!((december[HOLIDAYS] - mean).abs() < 1e-5);
    }
}
