//! Numbers and dates as the reader writes them, rounded to what is known.

use jiff::civil::Date;

use crate::calendar::{Frequency, date_from_days};

/// Language of words, numbers and dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// Share of the likely range's width that rounding may take: what is finer than that is not known.
const ROUNDING_SHARE: f64 = 12.0;

/// Numbers without a range keep this many digits.
const PLAIN_DIGITS: i32 = 3;

/// Beyond this, whole numbers are not written out.
const LARGEST_WRITTEN: f64 = 1e15;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A power of ten, exact on every machine for the exponents in use.
pub(super) fn power_of_ten(exponent: i32) -> f64 {
    let power = (0..exponent.unsigned_abs()).fold(1.0, |product, _| product * 10.0);
    if exponent < 0 { 1.0 / power } else { power }
}

/// The exponent of a number's first digit: 0 for 1 to 9.99, 2 for 118; 0 for 0 and what is not finite.
pub(super) fn magnitude(value: f64) -> i32 {
    let value = value.abs();
    if !(value > 0.0 && value.is_finite()) {
        return 0;
    }
    let guess = libm::floor(libm::log10(value)) as i32;
    // The logarithm of a power of ten may fall to either side.
    if value >= power_of_ten(guess + 1) {
        guess + 1
    } else if value < power_of_ten(guess) {
        guess - 1
    } else {
        guess
    }
}

/// The step to which a number with a likely range of this width is rounded: 1, 5, 10, 50, 100 …
pub fn known_step(range_width: f64) -> f64 {
    let finest = range_width / ROUNDING_SHARE;
    if finest.is_nan() || finest < 5.0 || !finest.is_finite() {
        return 1.0;
    }
    let power = power_of_ten(magnitude(finest));
    if finest >= 5.0 * power { 5.0 * power } else { power }
}

/// The step that keeps three digits of a number that has no range.
pub fn plain_step(value: f64) -> f64 {
    power_of_ten((magnitude(value) - PLAIN_DIGITS + 1).max(0))
}

/// A count rounded to a step, with thousands separated: `27,100`. Not finite: a dash.
pub fn count(value: f64, step: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let rounded = (value / step).round() * step;
    if rounded.abs() >= LARGEST_WRITTEN {
        return format!("{rounded:.2e}");
    }
    group(rounded.round() as i64)
}

/// A whole number with thousands separated by commas (both languages write them so).
pub fn group(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    if value < 0 {
        out.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Tick labels of an axis from 0 to `max` by `step`: all in one unit (`0.5M`, `50万`) once numbers grow long.
pub fn axis_number(value: f64, step: f64, max: f64, language: Language) -> String {
    let scales: &[(f64, &str)] = match language {
        Language::En => &[(1e12, "T"), (1e9, "B"), (1e6, "M")],
        Language::Zh => &[(1e12, "万亿"), (1e8, "亿"), (1e5, "万")],
    };
    let (divisor, suffix) = scales
        .iter()
        .find(|(from, _)| max >= *from)
        // Ten thousands come in sight only from a hundred thousand on.
        .map_or((1.0, ""), |&(from, suffix)| (if suffix == "万" { 1e4 } else { from }, suffix));
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.abs() >= 1e3 * LARGEST_WRITTEN {
        return format!("{value:.1e}");
    }
    let decimals = (-magnitude(step / divisor)).clamp(0, 6) as usize;
    let (value, step) = (value / divisor, step / divisor);
    // A step such as 2.5 needs one digit more than its magnitude says.
    let needs_more = {
        let shifted = step * power_of_ten(decimals as i32);
        (shifted - shifted.round()).abs() > 1e-6
    };
    let decimals = decimals + usize::from(needs_more);
    if decimals == 0 {
        return format!("{}{suffix}", group(value.round() as i64));
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0.0 { "−" } else { "" };
    let whole = group(whole.parse().unwrap_or_default());
    if fraction.is_empty() { format!("{sign}{whole}{suffix}") } else { format!("{sign}{whole}.{fraction}{suffix}") }
}

/// Name of a month: `Dec`, `12月`.
pub fn month_short(date: Date, language: Language) -> String {
    match language {
        Language::En => month_name(date)[..3].to_owned(),
        Language::Zh => format!("{}月", date.month()),
    }
}

/// Month and year: `Dec 2025`, `2025年12月`.
pub fn month_year(date: Date, language: Language) -> String {
    match language {
        Language::En => format!("{} {}", month_short(date, language), date.year()),
        Language::Zh => format!("{}年{}月", date.year(), date.month()),
    }
}

/// Day and month: `30 Nov`, `11月30日`.
pub fn day_month(date: Date, language: Language) -> String {
    match language {
        Language::En => format!("{} {}", date.day(), month_short(date, language)),
        Language::Zh => format!("{}月{}日", date.month(), date.day()),
    }
}

/// Day, month and year, short: `30 Nov 2026`, `2026年11月30日`.
pub fn day_month_year(date: Date, language: Language) -> String {
    match language {
        Language::En => format!("{} {}", day_month(date, language), date.year()),
        Language::Zh => format!("{}年{}", date.year(), day_month(date, language)),
    }
}

/// The year: `2026`, `2026年`.
pub fn year(date: Date, language: Language) -> String {
    match language {
        Language::En => date.year().to_string(),
        Language::Zh => format!("{}年", date.year()),
    }
}

/// The days from the first of one period to the last of another, in words:
/// `from 1 to 28 December 2026`, `2026年12月1日至28日`; months as months, hours with their clock times.
pub fn span(frequency: Frequency, first: i32, last: i32, language: Language) -> String {
    let start = date_from_days(frequency.first_day(first));
    let end = date_from_days(last_day(frequency, last));
    match (frequency, language) {
        (Frequency::Hour, _) => {
            let (from, to) = (frequency.start(first).hour(), frequency.start(last).hour());
            match language {
                Language::En => format!(
                    "from {} {}, {from:02}:00, to {} {}, {to:02}:59",
                    start.day(),
                    month_of(start, end),
                    end.day(),
                    month_and_year(end)
                ),
                Language::Zh => format!(
                    "{}{from:02}:00至{}{to:02}:59",
                    day_month_year(start, language),
                    if start.year() == end.year() { day_month(end, language) } else { day_month_year(end, language) }
                ),
            }
        }
        (Frequency::Month, Language::En) if start.year() == end.year() && start.month() == end.month() => {
            format!("in {}", month_and_year(start))
        }
        (Frequency::Month, Language::En) => format!("from {} to {}", month_of(start, end), month_and_year(end)),
        (Frequency::Month, Language::Zh) if start.year() == end.year() && start.month() == end.month() => {
            month_year(start, language)
        }
        (Frequency::Month, Language::Zh) if start.year() == end.year() => {
            format!("{}至{}月", month_year(start, language), end.month())
        }
        (Frequency::Month, Language::Zh) => {
            format!("{}至{}", month_year(start, language), month_year(end, language))
        }
        (_, Language::En) if start == end => format!("on {} {}", start.day(), month_and_year(start)),
        (_, Language::En) if start.year() == end.year() && start.month() == end.month() => {
            format!("from {} to {} {}", start.day(), end.day(), month_and_year(end))
        }
        (_, Language::En) => {
            format!("from {} {} to {} {}", start.day(), month_of(start, end), end.day(), month_and_year(end))
        }
        (_, Language::Zh) if start == end => day_month_year(start, language),
        (_, Language::Zh) if start.year() == end.year() && start.month() == end.month() => {
            format!("{}至{}日", day_month_year(start, language), end.day())
        }
        (_, Language::Zh) if start.year() == end.year() => {
            format!("{}至{}", day_month_year(start, language), day_month(end, language))
        }
        (_, Language::Zh) => format!("{}至{}", day_month_year(start, language), day_month_year(end, language)),
    }
}

/// The last day of a period, as days since 1970-01-01.
pub fn last_day(frequency: Frequency, period: i32) -> i32 {
    match frequency {
        Frequency::Hour => frequency.first_day(period),
        _ => frequency.first_day(period.saturating_add(1)) - 1,
    }
}

fn month_name(date: Date) -> &'static str {
    MONTHS[usize::from(date.month().unsigned_abs().clamp(1, 12)) - 1]
}

fn month_and_year(date: Date) -> String {
    format!("{} {}", month_name(date), date.year())
}

/// The month of `date`, with its year only if `other` is in another.
fn month_of(date: Date, other: Date) -> String {
    if date.year() == other.year() { month_name(date).to_owned() } else { month_and_year(date) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::days_from_date;
    use jiff::civil::date;

    #[test]
    fn numbers_are_rounded_to_what_is_known() {
        assert_eq!(count(118.37, known_step(150.0 - 95.0)), "118");
        assert_eq!(count(1_143.2, known_step(1_260.0 - 1_030.0)), "1,140");
        assert_eq!(count(27_123.0, known_step(2_000.0)), "27,100");
        assert_eq!(count(27_123.0, plain_step(27_123.0)), "27,100");
        assert_eq!(count(987.4, plain_step(987.4)), "987");
        assert_eq!(count(-1_234.0, 1.0), "−1,234");
        assert_eq!(count(f64::NAN, 1.0), "–");
        assert_eq!(known_step(f64::INFINITY), 1.0);
    }

    #[test]
    fn axis_numbers_share_a_unit() {
        assert_eq!(axis_number(500_000.0, 500_000.0, 2e6, Language::En), "0.5M");
        assert_eq!(axis_number(2e6, 500_000.0, 2e6, Language::En), "2M");
        assert_eq!(axis_number(500_000.0, 500_000.0, 2e6, Language::Zh), "50万");
        assert_eq!(axis_number(2.5, 2.5, 10.0, Language::En), "2.5");
        assert_eq!(axis_number(0.25, 0.25, 1.0, Language::En), "0.25");
        assert_eq!(axis_number(1500.0, 500.0, 1500.0, Language::En), "1,500");
    }

    #[test]
    fn spans_name_each_month_and_year_once() {
        let day = |y, m, d| days_from_date(date(y, m, d));
        let (from, to) = (day(2026, 12, 1), day(2026, 12, 28));
        assert_eq!(span(Frequency::Day, from, to, Language::En), "from 1 to 28 December 2026");
        assert_eq!(span(Frequency::Day, from, to, Language::Zh), "2026年12月1日至28日");
        let (from, to) =
            (Frequency::Week.period_of_days(day(2026, 11, 30)), Frequency::Week.period_of_days(day(2027, 2, 28)));
        assert_eq!(span(Frequency::Week, from, to, Language::En), "from 30 November 2026 to 28 February 2027");
        let (from, to) =
            (Frequency::Month.period_of_days(day(2026, 1, 1)), Frequency::Month.period_of_days(day(2026, 6, 1)));
        assert_eq!(span(Frequency::Month, from, to, Language::En), "from January to June 2026");
        assert_eq!(span(Frequency::Month, from, to, Language::Zh), "2026年1月至6月");
        assert_eq!(span(Frequency::Month, from, from, Language::En), "in January 2026");
        let hour = day(2026, 12, 31) * 24 + 22;
        assert_eq!(
            span(Frequency::Hour, hour, hour + 3, Language::En),
            "from 31 December 2026, 22:00, to 1 January 2027, 01:59"
        );
    }
}
