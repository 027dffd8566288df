//! Cells as fields of delimited text, the way a careful person would type them.

use std::io::Write;

use calamine::{Data, DataRef, ExcelDateTime, ExcelDateTimeType};

const DAY_SECONDS: f64 = 86_400.0;
/// Whole numbers up to here are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// Digits that a cell shows at most.
const SHOWN_DIGITS: usize = 15;

/// A cell's value, whoever read it.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Whole(i64),
    Bool(bool),
    Moment(ExcelDateTime),
    Iso(&'a str),
    Error,
    Empty,
}

impl<'a> From<&'a DataRef<'a>> for Cell<'a> {
    fn from(value: &'a DataRef<'a>) -> Self {
        match value {
            DataRef::Int(value) => Self::Whole(*value),
            DataRef::Float(value) => Self::Number(*value),
            DataRef::String(text) => Self::Text(text),
            DataRef::SharedString(text) => Self::Text(text),
            DataRef::Bool(value) => Self::Bool(*value),
            DataRef::DateTime(value) => Self::Moment(*value),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Self::Iso(text),
            DataRef::Error(_) => Self::Error,
            DataRef::Empty => Self::Empty,
        }
    }
}

impl<'a> From<&'a Data> for Cell<'a> {
    fn from(value: &'a Data) -> Self {
        match value {
            Data::Int(value) => Self::Whole(*value),
            Data::Float(value) => Self::Number(*value),
            Data::String(text) => Self::Text(text),
            Data::Bool(value) => Self::Bool(*value),
            Data::DateTime(value) => Self::Moment(*value),
            Data::DateTimeIso(text) | Data::DurationIso(text) => Self::Iso(text),
            Data::Error(_) => Self::Error,
            Data::Empty => Self::Empty,
        }
    }
}

impl Cell<'_> {
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) | Self::Iso(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Whether it may be a date: a moment, or text with a year in it.
    pub(crate) fn is_dated(&self) -> bool {
        let is_year = |run: &str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
        match self {
            Self::Moment(_) | Self::Iso(_) => true,
            Self::Text(text) => text.split(|letter: char| !letter.is_ascii_digit()).any(is_year),
            _ => false,
        }
    }

    /// Appends the cell as a field. `digits` is the least number of digits of whole numbers, by the cell's format;
    /// `since_1904` says which day is the first.
    pub(crate) fn write(&self, digits: usize, since_1904: bool, out: &mut Vec<u8>) {
        match *self {
            Self::Text(text) => quoted(text, out),
            // A moment's parts are divided by a letter there.
            Self::Iso(text) => quoted(
                &text.replacen('T', " ", usize::from(text.starts_with(|first: char| first.is_ascii_digit()))),
                out,
            ),
            Self::Number(value) => number(value, digits, out),
            Self::Whole(value) => put(out, format_args!("{value:0digits$}")),
            Self::Bool(value) => out.extend_from_slice(if value { b"TRUE" } else { b"FALSE" }),
            Self::Moment(value) => moment(value, since_1904, out),
            Self::Error | Self::Empty => {}
        }
    }
}

fn quoted(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
    for part in text.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// No exponent, no `.0`, and no more digits than a cell shows: 0.1 + 0.2 is 0.3 there.
fn number(value: f64, digits: usize, out: &mut Vec<u8>) {
    if !value.is_finite() {
        return;
    }
    if value.fract() == 0.0 && value.abs() < EXACT {
        return put(out, format_args!("{:0digits$}", value as i64));
    }
    let start = out.len();
    put(out, format_args!("{value}"));
    let written = out[start..].iter().filter(|byte| byte.is_ascii_digit()).skip_while(|digit| **digit == b'0').count();
    if written > SHOWN_DIGITS {
        out.truncate(start);
        let rounded: f64 = format!("{value:.*e}", SHOWN_DIGITS - 1).parse().unwrap_or(value);
        put(out, format_args!("{rounded}"));
    }
}

/// Writing into memory does not fail.
fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    drop(out.write_fmt(text));
}

/// A date, a date and a time, a time of day or a duration: the serial number tells which.
fn moment(value: ExcelDateTime, since_1904: bool, out: &mut Vec<u8>) {
    let serial = value.as_f64();
    if !(0.0..3_000_000.0).contains(&serial) {
        return number(serial, 0, out);
    }
    let mut days = serial.floor();
    let mut seconds = ((serial - days) * DAY_SECONDS).round() as u64;
    if seconds == DAY_SECONDS as u64 {
        days += 1.0;
        seconds = 0;
    }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let seconds = seconds % 60;
    if value.is_duration() {
        let hours = days as u64 * 24 + hours;
        return put(out, format_args!("{hours}:{minutes:02}:{seconds:02}"));
    }
    let time = format!("{hours:02}:{minutes:02}:{seconds:02}");
    if days == 0.0 {
        return out.extend_from_slice(time.as_bytes());
    }
    let whole = ExcelDateTime::new(days, ExcelDateTimeType::DateTime, since_1904);
    let (year, month, day, ..) = whole.to_ymd_hms_milli();
    put(out, format_args!("{year:04}-{month:02}-{day:02}"));
    if (hours, minutes, seconds) != (0, 0, 0) {
        out.push(b' ');
        out.extend_from_slice(time.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cell: Cell<'_>, digits: usize, since_1904: bool) -> String {
        let mut out = Vec::new();
        cell.write(digits, since_1904, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn numbers_are_written_as_typed() {
        let cases = [
            (12.0, 0, "12"),
            (-3.0, 0, "-3"),
            (-0.0, 0, "0"),
            (0.1 + 0.2, 0, "0.3"),
            (19.99, 0, "19.99"),
            (1e15, 0, "1000000000000000"),
            (4_006_381_333_931.0, 0, "4006381333931"),
            (9_007_199_254_740_991.0, 0, "9007199254740991"),
            (1e21, 0, "1000000000000000000000"),
            (1e-7, 0, "0.0000001"),
            (123.0, 6, "000123"),
            (1.5, 4, "1.5"),
            (f64::NAN, 0, ""),
        ];
        for (value, digits, text) in cases {
            assert_eq!(written(Cell::Number(value), digits, false), text);
        }
    }

    #[test]
    fn serial_numbers_are_dates_in_both_epochs() {
        let at = |serial, since_1904| {
            let value = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, since_1904);
            written(Cell::Moment(value), 0, since_1904)
        };
        assert_eq!(at(46_083.0, false), "2026-03-02");
        assert_eq!(at(46_083.0 - 1462.0, true), "2026-03-02");
        assert_eq!(at(46_083.597_361_111_1, false), "2026-03-02 14:20:12");
        // Half a second before midnight is the next day.
        assert_eq!(at(46_082.999_999_9, false), "2026-03-02");
        assert_eq!(at(1.0, false), "1900-01-01");
        assert_eq!(at(0.5, false), "12:00:00");
        assert_eq!(at(-1.0, false), "-1");
        assert_eq!(at(1e9, false), "1000000000");
        let long = ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(written(Cell::Moment(long), 0, false), "36:00:00");
    }

    #[test]
    fn text_is_quoted_where_it_must_be() {
        for (text, field) in
            [("a", "a"), ("a,b", "\"a,b\""), ("6\" nail", "\"6\"\" nail\""), ("\"", "\"\"\"\""), ("a\nb", "\"a\nb\"")]
        {
            assert_eq!(written(Cell::Text(text), 0, false), field);
        }
        assert_eq!(written(Cell::Iso("2026-03-02T14:20:12"), 0, false), "2026-03-02 14:20:12");
        assert_eq!(written(Cell::Iso("PT36H"), 0, false), "PT36H");
        assert_eq!(written(Cell::Bool(true), 0, false), "TRUE");
        assert_eq!(written(Cell::Error, 0, false), "");
    }
}
