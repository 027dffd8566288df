//! Where axes carry ticks, and what these say.

use jiff::civil::Date;

use super::figure::Range;
use super::format::{self, Language, magnitude, power_of_ten};
use crate::calendar::{Frequency, date_from_days, days_from_date};

/// At most this many labels stand along a time axis.
const MOST_LABELS: usize = 6;

/// Ticks of a number axis.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberTicks {
    /// Range from the first to the last tick.
    pub range: Range,
    /// Distance between ticks.
    pub step: f64,
    /// The ticks, ascending.
    pub values: Vec<f64>,
}

/// Ticks at 1, 2 or 5 times a power of ten that cover `low` to `high` in at most `most` steps (at least 2), as finely
/// as that allows; `finest` is the smallest step that makes sense. Ranges that are empty or not finite become 0 to 1.
pub fn number_ticks(low: f64, high: f64, most: usize, finest: f64) -> NumberTicks {
    let (low, high) = if low.is_finite() && high.is_finite() && high > low { (low, high) } else { (0.0, 1.0) };
    let most = most.max(2) as f64;
    let power = power_of_ten(magnitude((high - low) / most));
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0].map(|factor| factor * power);
    let covers = |step: &f64| *step >= finest && (high / step).ceil() - (low / step).floor() <= most;
    let step = steps.into_iter().find(covers).unwrap_or_else(|| finest.max(100.0 * power));
    let (first, last) = ((low / step).floor(), (high / step).ceil());
    let count = (last - first).clamp(1.0, 100.0) as usize;
    let values: Vec<f64> = (0..=count).map(|place| (first + place as f64) * step).collect();
    NumberTicks { range: Range { min: first * step, max: (first + count as f64) * step }, step, values }
}

/// One tick of a time axis.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeTick {
    /// Place, in periods; between two periods where a month begins within a week.
    pub x: f64,
    /// What it says.
    pub text: String,
}

/// Distances between ticks, finest first.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Hours(i32),
    Days(i32),
    Weeks(i32),
    Months(i32),
    Years(i32),
}

const STEPS: [Step; 20] = [
    Step::Hours(1),
    Step::Hours(3),
    Step::Hours(6),
    Step::Hours(12),
    Step::Days(1),
    Step::Days(2),
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Weeks(4),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
];

/// The finest calendar ticks of a range of periods whose labels fit: at most six, and `fits` agrees.
pub fn time_ticks(
    frequency: Frequency,
    x: Range,
    language: Language,
    fits: impl Fn(&[TimeTick]) -> bool,
) -> Vec<TimeTick> {
    let mut alone = Vec::new();
    for step in STEPS.into_iter().filter(|step| allowed(*step, frequency)) {
        let Some(ticks) = ticks_by(step, frequency, x, language) else { continue };
        if ticks.len() <= MOST_LABELS && fits(&ticks) {
            if ticks.len() > 1 {
                return ticks;
            }
            if alone.is_empty() {
                alone = ticks;
            }
        }
    }
    if alone.is_empty() {
        // A range shorter than its finest step: name its first period.
        let first = libm::ceil(x.min) as i32;
        let tick = TimeTick { x: f64::from(first), text: full_label(frequency, first, language) };
        if tick.x <= x.max && fits(std::slice::from_ref(&tick)) {
            alone.push(tick);
        }
    }
    alone
}

/// A period's label with its year: `30 Nov 2026`, `Dec 2026`, for hours `30 Nov, 14:00`.
pub fn full_label(frequency: Frequency, period: i32, language: Language) -> String {
    let date = date_from_days(frequency.first_day(period));
    match frequency {
        Frequency::Hour => {
            let hour = frequency.start(period).hour();
            match language {
                Language::En => format!("{}, {hour:02}:00", format::day_month(date, language)),
                Language::Zh => format!("{} {hour:02}:00", format::day_month(date, language)),
            }
        }
        Frequency::Day | Frequency::Week => format::day_month_year(date, language),
        Frequency::Month => format::month_year(date, language),
    }
}

/// What a period is called by itself, with or without its year: a week by its first and last day.
pub fn named(frequency: Frequency, period: i32, year: bool, language: Language) -> String {
    let first = date_from_days(frequency.first_day(period));
    let last = date_from_days(format::last_day(frequency, period));
    let day =
        |date, year| if year { format::day_month_year(date, language) } else { format::day_month(date, language) };
    match (frequency, language) {
        (Frequency::Hour, _) => full_label(frequency, period, language),
        (Frequency::Day, _) => day(first, year),
        (Frequency::Month, _) if year => format::month_year(first, language),
        (Frequency::Month, _) => format::month_short(first, language),
        (Frequency::Week, Language::En) if first.month() == last.month() => {
            format!("{}–{}", first.day(), day(last, year))
        }
        (Frequency::Week, Language::En) => {
            format!("{} – {}", day(first, year && first.year() != last.year()), day(last, year))
        }
        (Frequency::Week, Language::Zh) if first.month() == last.month() => {
            format!("{}至{}日", day(first, year), last.day())
        }
        (Frequency::Week, Language::Zh) => {
            format!("{}至{}", day(first, year), day(last, year && first.year() != last.year()))
        }
    }
}

fn allowed(step: Step, frequency: Frequency) -> bool {
    match step {
        Step::Hours(_) => frequency == Frequency::Hour,
        Step::Days(_) => matches!(frequency, Frequency::Hour | Frequency::Day),
        Step::Weeks(_) => frequency != Frequency::Month,
        Step::Months(_) | Step::Years(_) => true,
    }
}

/// Place of a day's beginning on the axis, in periods.
fn place(frequency: Frequency, day: i32) -> f64 {
    let period = frequency.period_of_days(day);
    let first = frequency.first_day(period);
    match frequency {
        Frequency::Hour | Frequency::Day => f64::from(period),
        Frequency::Week => f64::from(period) + f64::from(day - first) / 7.0,
        // Months are asked for by their first day.
        Frequency::Month => f64::from(period),
    }
}

/// All ticks of one step in the range; none if they are far too many or out of the calendar.
fn ticks_by(step: Step, frequency: Frequency, x: Range, language: Language) -> Option<Vec<TimeTick>> {
    let (from, to) = (libm::floor(x.min) as i32, libm::ceil(x.max) as i32);
    let (first_day, last_day) = (frequency.first_day(from), frequency.first_day(to));
    let days = last_day.checked_sub(first_day)?;
    let mut ticks: Vec<(f64, Date, i32)> = Vec::new();
    // One more than fits is enough to know that it does not.
    let most = MOST_LABELS as i32 + 3;
    match step {
        Step::Hours(hours) => {
            if (to - from) / hours > most {
                return None;
            }
            let start = from.div_euclid(hours) * hours;
            for hour in (start..=to).step_by(hours.unsigned_abs() as usize) {
                ticks.push((f64::from(hour), date_from_days(hour.div_euclid(24)), hour.rem_euclid(24)));
            }
        }
        Step::Days(count) | Step::Weeks(count) => {
            // Weeks begin on Mondays; 1970-01-05 was one.
            let (length, offset) = if matches!(step, Step::Weeks(_)) { (7 * count, 4) } else { (count, 0) };
            if days / length > most {
                return None;
            }
            let start = (first_day - offset).div_euclid(length) * length + offset;
            for day in (start..=last_day).step_by(length.unsigned_abs() as usize) {
                ticks.push((place(frequency, day), date_from_days(day), 0));
            }
        }
        Step::Months(months) | Step::Years(months) => {
            let length = if matches!(step, Step::Years(_)) { months.checked_mul(12)? } else { months };
            if days / (28 * length) > most {
                return None;
            }
            let (start, end) = (Frequency::Month.period_of_days(first_day), Frequency::Month.period_of_days(last_day));
            // Whole decades and centuries, not 1970 plus them.
            let origin = if matches!(step, Step::Years(_)) { 1970 * 12 } else { 0 };
            let start = (start + origin).div_euclid(length) * length - origin;
            for month in (start..=end).step_by(length.unsigned_abs() as usize) {
                let day = Frequency::Month.first_day(month);
                ticks.push((place(frequency, day), date_from_days(day), 0));
            }
        }
    }
    ticks.retain(|(at, _, _)| *at >= x.min && *at <= x.max);
    Some(name_ticks(step, &ticks, language))
}

/// Labels of ticks: the year stands at the first and where it changes.
fn name_ticks(step: Step, ticks: &[(f64, Date, i32)], language: Language) -> Vec<TimeTick> {
    let mut before: Option<Date> = None;
    let mut named = Vec::new();
    for &(x, date, hour) in ticks {
        let new_year = before.is_none_or(|before| before.year() != date.year());
        let new_day = before.is_none_or(|before| days_from_date(before) != days_from_date(date));
        let text = match step {
            Step::Hours(_) if hour != 0 && !new_day => format!("{hour:02}:00"),
            Step::Hours(_) if hour != 0 => {
                let gap = if language == Language::En { ", " } else { " " };
                format!("{}{gap}{hour:02}:00", format::day_month(date, language))
            }
            Step::Hours(_) => format::day_month(date, language),
            Step::Days(_) | Step::Weeks(_) if new_year => format::day_month_year(date, language),
            Step::Days(_) | Step::Weeks(_) => format::day_month(date, language),
            Step::Months(_) if new_year => format::month_year(date, language),
            Step::Months(_) => format::month_short(date, language),
            Step::Years(_) => format::year(date, language),
        };
        named.push(TimeTick { x, text });
        before = Some(date);
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn day(y: i16, m: i8, d: i8) -> i32 {
        days_from_date(date(y, m, d))
    }

    fn texts(frequency: Frequency, from: i32, to: i32, language: Language) -> Vec<String> {
        let range = Range { min: f64::from(from), max: f64::from(to) };
        time_ticks(frequency, range, language, |_| true).into_iter().map(|tick| tick.text).collect()
    }

    #[test]
    fn weekly_ticks_stand_at_months_and_name_the_year_where_it_changes() {
        let (from, to) =
            (Frequency::Week.period_of_days(day(2025, 11, 24)), Frequency::Week.period_of_days(day(2027, 2, 22)));
        assert_eq!(texts(Frequency::Week, from, to, Language::En), ["Jan 2026", "Apr", "Jul", "Oct", "Jan 2027"]);
        assert_eq!(texts(Frequency::Week, from, to, Language::Zh), ["2026年1月", "4月", "7月", "10月", "2027年1月"]);
    }

    #[test]
    fn every_frequency_has_ticks_at_its_own_landmarks() {
        let (from, to) = (day(2026, 8, 1), day(2026, 9, 10));
        assert_eq!(
            texts(Frequency::Day, from, to, Language::En),
            ["3 Aug 2026", "10 Aug", "17 Aug", "24 Aug", "31 Aug", "7 Sep"]
        );
        let hour = day(2026, 12, 31) * 24;
        assert_eq!(
            texts(Frequency::Hour, hour + 7, hour + 40, Language::En),
            ["31 Dec, 12:00", "18:00", "1 Jan", "06:00", "12:00"]
        );
        let (from, to) =
            (Frequency::Month.period_of_days(day(2021, 1, 1)), Frequency::Month.period_of_days(day(2026, 6, 1)));
        assert_eq!(texts(Frequency::Month, from, to, Language::En), ["2021", "2022", "2023", "2024", "2025", "2026"]);
        assert_eq!(texts(Frequency::Month, from, from, Language::En), ["Jan 2021"]);
    }

    #[test]
    fn a_period_is_called_by_what_it_holds() {
        let week = |y, m, d| Frequency::Week.period_of_days(day(y, m, d));
        let said = |frequency, period| {
            [true, false]
                .map(|year| [Language::En, Language::Zh].map(|language| named(frequency, period, year, language)))
        };
        let june = said(Frequency::Week, week(2026, 6, 1));
        assert_eq!(june, [["1–7 Jun 2026", "2026年6月1日至7日"], ["1–7 Jun", "6月1日至7日"]]);
        let between = said(Frequency::Week, week(2026, 6, 29));
        assert_eq!(between, [["29 Jun – 5 Jul 2026", "2026年6月29日至7月5日"], ["29 Jun – 5 Jul", "6月29日至7月5日"]]);
        let years = said(Frequency::Week, week(2025, 12, 29));
        assert_eq!(years[0], ["29 Dec 2025 – 4 Jan 2026", "2025年12月29日至2026年1月4日"]);
        assert_eq!(said(Frequency::Day, day(2026, 6, 9)), [["9 Jun 2026", "2026年6月9日"], ["9 Jun", "6月9日"]]);
        let may = Frequency::Month.period_of_days(day(2026, 5, 1));
        assert_eq!(said(Frequency::Month, may), [["May 2026", "2026年5月"], ["May", "5月"]]);
    }

    #[test]
    fn numbers_cover_the_range() {
        let ticks = number_ticks(0.0, 218.0, 5, 1.0);
        assert_eq!((ticks.step, ticks.range.max), (50.0, 250.0));
        assert_eq!(number_ticks(0.0, 0.0, 5, 1.0).values, [0.0, 1.0]);
        assert_eq!(number_ticks(0.0, f64::INFINITY, 5, 1.0).values, [0.0, 1.0]);
        assert_eq!(number_ticks(0.0, 1.0, 5, 1.0).values, [0.0, 1.0]);
        let ticks = number_ticks(-0.4, 1.9, 4, 0.0);
        assert!(ticks.range.min <= -0.4 && ticks.range.max >= 1.9);
        assert!(number_ticks(0.0, 1e300, 5, 1.0).range.max >= 1e300);
    }
}
