//! Dates in a form that only the shop can tell: "03112025", "2025-13-01". A format is written with `YYYY`, `YY`, `MM`, `DD`,
//! `M` and `D` for one or two digits, `DDD` for the day of the year, and any other signs as they stand.

use jiff::civil::Date;

use super::civil;
use crate::calendar::days_from_date;

/// Formats that are offered where a file's dates fit one of them.
const OFFERED: [&str; 10] = [
    "DDMMYYYY",
    "MMDDYYYY",
    "YYYYDDMM",
    "DDMMYY",
    "MMDDYY",
    "YYMMDD",
    "YYYYDDD",
    "YYYY-DD-MM",
    "YYYY/DD/MM",
    "YYYY.DD.MM",
];

/// Those of the offered formats that read all of some dates, of which there are any.
pub fn fitting<'a>(dates: impl Iterator<Item = &'a str> + Clone) -> impl Iterator<Item = &'static str> {
    let is_empty = dates.clone().next().is_none();
    let fits = move |format: &&str| !is_empty && dates.clone().all(|date| read(format, date.as_bytes()).is_some());
    let found: Vec<&'static str> = OFFERED.into_iter().filter(fits).collect();
    found.into_iter()
}

/// Whether a text is a format: it has a year, and a month with its day or the day of the year.
pub fn is_format(text: &str) -> bool {
    let has = |part: &str| text.contains(part);
    has("YY") && (has("DDD") || has("M") && has("D"))
}

/// The day of a date in that format, as days since 1970; a time may follow after a blank or a `T`.
pub fn read(format: &str, date: &[u8]) -> Option<i32> {
    let (mut rest, mut left) = (date.trim_ascii(), format.as_bytes());
    let (mut year, mut month, mut day, mut of_year) = (None, None, None, None);
    while let Some(&letter) = left.first() {
        let run = left.iter().take_while(|next| **next == letter).count();
        let part = match letter {
            b'Y' => &mut year,
            b'M' => &mut month,
            b'D' if run > 2 => &mut of_year,
            b'D' => &mut day,
            _ => {
                rest = rest.strip_prefix(&left[..run])?;
                left = &left[run..];
                continue;
            }
        };
        let most = if run == 1 { 2 } else { run };
        let digits = rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || run > 1 && digits < run {
            return None;
        }
        let number = rest[..digits].iter().fold(0_i32, |number, digit| number * 10 + i32::from(digit - b'0'));
        *part = Some(if letter == b'Y' && run == 2 { 2000 + number } else { number });
        (rest, left) = (&rest[digits..], &left[run..]);
    }
    if !matches!(rest.first(), None | Some(b' ' | b'T')) {
        return None;
    }
    let year = i16::try_from(year?).ok()?;
    match of_year {
        Some(of_year) => {
            let first = civil(year, 1, 1)?;
            let next = Date::new(year + 1, 1, 1).ok().map(days_from_date)?;
            Some(first + of_year - 1).filter(|day| of_year >= 1 && *day < next)
        }
        None => civil(year, u8::try_from(month?).ok()?, u8::try_from(day?).ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;

    #[test]
    fn dates_are_read_by_their_format() {
        for (format, date, day) in [
            ("DDMMYYYY", "03112025", "2025-11-03"),
            ("MMDDYYYY", "11032025 08:30", "2025-11-03"),
            ("YYYY-DD-MM", "2025-13-01", "2025-01-13"),
            ("YYYYDDD", "2025307", "2025-11-03"),
            ("D.M.YY", "3.11.25", "2025-11-03"),
            ("DDMMYYYY", "31022025", ""),
            ("DDMMYYYY", "3112025", ""),
            ("YYYYDDD", "2025366", ""),
            ("DDMMYYYY", "031120256", ""),
            ("D.M.YY", "", ""),
        ] {
            let found = read(format, date.as_bytes()).map(|day| Frequency::Day.label(day)).unwrap_or_default();
            assert_eq!(found, day, "{format} {date}");
        }
        assert_eq!(fitting(["03112025", "04112025"].into_iter()).collect::<Vec<_>>(), ["DDMMYYYY", "MMDDYYYY"]);
        assert_eq!(fitting(["13112025"].into_iter()).collect::<Vec<_>>(), ["DDMMYYYY"]);
        assert_eq!(fitting(["", "soon"].into_iter()).count() + fitting([].into_iter()).count(), 0);
        assert!(OFFERED.iter().all(|format| is_format(format)) && !is_format("leave-out") && !is_format("YYYYMM"));
    }
}
