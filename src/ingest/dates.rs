//! Dates and times as exports write them; the day is the day as written, offsets are not applied.

use jiff::civil::Date;

use super::DateOrder;
use crate::calendar::days_from_date;

/// A date before day and month are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Days since 1970.
    Known(i32),
    /// Two small numbers and a year: day and month in an order that only the whole column tells.
    Either {
        /// The number written first.
        first: u8,
        /// The number written second.
        second: u8,
        /// Year.
        year: i16,
    },
}

/// A moment as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its day.
    pub day: Day,
    /// Minutes since midnight; none without a time of day.
    pub minute: Option<u16>,
}

impl Day {
    /// Days since 1970 with day and month in that order; none if there is no such day.
    pub fn in_order(self, order: DateOrder) -> Option<i32> {
        match self {
            Day::Known(days) => Some(days),
            Day::Either { first, second, year } => {
                let (month, day) = if order == DateOrder::Mdy { (first, second) } else { (second, first) };
                civil(year, month, day)
            }
        }
    }
}

fn civil(year: i16, month: u8, day: u8) -> Option<i32> {
    Date::new(year, month as i8, day as i8).ok().map(days_from_date)
}

/// Days from 1899-12-30, where spreadsheets begin to count, to 1970-01-01.
const SPREADSHEET_EPOCH_DAYS: i32 = 25_569;
/// Serial numbers taken for dates: 1954 to 2119.
const SERIALS: std::ops::Range<i32> = 20_000..80_000;
const MINUTES_PER_DAY: f64 = 1440.0;

/// A cursor over a date's text.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn skip(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.at < self.text.len() && wanted(self.text[self.at]) {
            self.at += 1;
        }
    }

    /// A whole number and how many digits it has.
    fn number(&mut self) -> Option<(i64, usize)> {
        let start = self.at;
        let mut value = 0_i64;
        while self.peek().is_ascii_digit() {
            if self.at - start >= 15 {
                return None;
            }
            value = value * 10 + i64::from(self.peek() - b'0');
            self.at += 1;
        }
        (self.at > start).then_some((value, self.at - start))
    }

    /// A word of letters, ASCII or not.
    fn word(&mut self) -> &[u8] {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphabetic() || byte >= 0x80);
        &self.text[start..self.at]
    }

    /// One separator of date parts, with blanks; the signs for year, month and day count too.
    fn separator(&mut self) -> bool {
        let start = self.at;
        self.skip(|byte| byte == b' ');
        if matches!(self.peek(), b'-' | b'/' | b'.' | b',') {
            self.at += 1;
        } else {
            for sign in ["年", "月", "日"] {
                if self.text[self.at..].starts_with(sign.as_bytes()) {
                    self.at += sign.len();
                    break;
                }
            }
        }
        self.skip(|byte| byte == b' ' || byte == b'.');
        self.at > start
    }
}

/// Reads a date with an optional time. `serial` allows spreadsheets' day numbers and seconds since 1970.
pub fn parse(text: &[u8], serial: bool) -> Option<Stamp> {
    let text = text.strip_prefix(b"=").unwrap_or(text);
    let text = text.strip_prefix(b"'").unwrap_or(text);
    let text = text.strip_prefix(b"\"").map_or(text, |inner| inner.strip_suffix(b"\"").unwrap_or(inner)).trim_ascii();
    let mut cursor = Cursor { text, at: 0 };
    let day = if cursor.peek().is_ascii_digit() { numeric(&mut cursor, serial)? } else { worded(&mut cursor)? };
    match day {
        Parsed::Whole(stamp) => Some(stamp),
        Parsed::Day(day) => Some(Stamp { day, minute: time(&mut cursor)? }),
    }
}

enum Parsed {
    Day(Day),
    Whole(Stamp),
}

fn numeric(cursor: &mut Cursor, serial: bool) -> Option<Parsed> {
    let (first, digits) = cursor.number()?;
    match digits {
        8 => {
            let day = civil((first / 10_000) as i16, (first / 100 % 100) as u8, (first % 100) as u8)?;
            Some(Parsed::Day(Day::Known(day)))
        }
        4 => {
            cursor.separator().then_some(())?;
            let month = match cursor.number() {
                Some((month, 1..=2)) => month as u8,
                Some(_) => return None,
                None => month(cursor.word())?,
            };
            cursor.separator().then_some(())?;
            let (day, _) = cursor.number().filter(|(_, digits)| *digits <= 2)?;
            cursor.skip(|byte| byte >= 0x80);
            Some(Parsed::Day(Day::Known(civil(first as i16, month, day as u8)?)))
        }
        1 | 2 => {
            cursor.separator().then_some(())?;
            if let Some((second, digits)) = cursor.number() {
                if digits > 2 || !cursor.separator() {
                    return None;
                }
                let year = year(cursor.number()?)?;
                return Some(Parsed::Day(Day::Either { first: first as u8, second: second as u8, year }));
            }
            let mut found = month(cursor.word());
            if found.is_none() {
                // Spanish and Portuguese write "24 de março de 2026".
                cursor.separator();
                found = month(cursor.word());
            }
            let found = found?;
            cursor.separator();
            if cursor.peek() == b'd' {
                cursor.word();
                cursor.separator();
            }
            let year = year(cursor.number()?)?;
            Some(Parsed::Day(Day::Known(civil(year, found, first as u8)?)))
        }
        5 if serial && SERIALS.contains(&(first as i32)) => {
            let mut share = 0.0;
            if matches!(cursor.peek(), b'.' | b',') {
                cursor.at += 1;
                let (part, digits) = cursor.number()?;
                share = part as f64 / 10_f64.powi(digits as i32);
            }
            let minute = (share > 0.0).then_some((share * MINUTES_PER_DAY).round().min(MINUTES_PER_DAY - 1.0) as u16);
            Some(Parsed::Whole(Stamp { day: Day::Known(first as i32 - SPREADSHEET_EPOCH_DAYS), minute }))
        }
        10 | 13 if serial => {
            let seconds = if digits == 13 { first / 1000 } else { first };
            let minute = seconds.rem_euclid(86_400) / 60;
            Some(Parsed::Whole(Stamp {
                day: Day::Known(seconds.div_euclid(86_400) as i32),
                minute: Some(minute as u16),
            }))
        }
        _ => None,
    }
}

/// "Sep-07-26", "Mar 5, 2026", with or without a weekday before.
fn worded(cursor: &mut Cursor) -> Option<Parsed> {
    for _ in 0..2 {
        let found = month(cursor.word());
        cursor.separator();
        let Some(found) = found else {
            if cursor.peek().is_ascii_digit() {
                return numeric(cursor, false);
            }
            continue;
        };
        let (day, _) = cursor.number().filter(|(_, digits)| *digits <= 2)?;
        cursor.separator();
        let year = year(cursor.number()?)?;
        return Some(Parsed::Day(Day::Known(civil(year, found, day as u8)?)));
    }
    None
}

/// Two digits are 1970 to 2069.
fn year((value, digits): (i64, usize)) -> Option<i16> {
    match digits {
        4 => Some(value as i16),
        2 => Some(if value < 70 { 2000 + value as i16 } else { 1900 + value as i16 }),
        _ => None,
    }
}

/// Month by name or its beginning, in the languages of the platforms.
fn month(word: &[u8]) -> Option<u8> {
    const STARTS: [(&str, u8); 46] = [
        ("juil", 7),
        ("juli", 7),
        ("jul", 7),
        ("juin", 6),
        ("juni", 6),
        ("jun", 6),
        ("giu", 6),
        ("lug", 7),
        ("jan", 1),
        ("jän", 1),
        ("ene", 1),
        ("gen", 1),
        ("janv", 1),
        ("feb", 2),
        ("fev", 2),
        ("fév", 2),
        ("mar", 3),
        ("mär", 3),
        ("mrt", 3),
        ("maa", 3),
        ("apr", 4),
        ("abr", 4),
        ("avr", 4),
        ("may", 5),
        ("mai", 5),
        ("maj", 5),
        ("mei", 5),
        ("mag", 5),
        ("aug", 8),
        ("ago", 8),
        ("aoû", 8),
        ("aou", 8),
        ("agu", 8),
        ("agt", 8),
        ("sep", 9),
        ("set", 9),
        ("oct", 10),
        ("okt", 10),
        ("out", 10),
        ("ott", 10),
        ("nov", 11),
        ("dec", 12),
        ("dez", 12),
        ("dic", 12),
        ("déc", 12),
        ("des", 12),
    ];
    if word.len() < 3 {
        return None;
    }
    let word = std::str::from_utf8(word).ok()?.to_lowercase();
    STARTS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

/// An optional time of day after a date. None means that what follows is no time.
fn time(cursor: &mut Cursor) -> Option<Option<u16>> {
    cursor.skip(|byte| matches!(byte, b' ' | b',' | b'T' | b't') || byte == 0xa0 || byte == 0xc2);
    if cursor.at >= cursor.text.len() || !cursor.peek().is_ascii_digit() {
        return if cursor.at >= cursor.text.len() || matches!(cursor.peek(), b'Z' | b'+' | b'-') {
            Some(None)
        } else {
            None
        };
    }
    let (mut hour, digits) = cursor.number()?;
    if digits > 2 || !matches!(cursor.peek(), b':' | b'.' | b'h') {
        return None;
    }
    cursor.at += 1;
    let (minute, _) = cursor.number()?;
    if matches!(cursor.peek(), b':' | b'.') {
        cursor.at += 1;
        cursor.number();
        if matches!(cursor.peek(), b'.' | b',') {
            cursor.at += 1;
            cursor.number();
        }
    }
    cursor.skip(|byte| byte == b' ');
    match cursor.peek() | 0x20 {
        b'p' if hour < 12 => hour += 12,
        b'a' if hour == 12 => hour = 0,
        _ => {}
    }
    (hour < 24 && minute < 60).then_some(Some((hour * 60 + minute) as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(year: i16, month: u8, day: u8) -> Day {
        Day::Known(civil(year, month, day).unwrap_or(i32::MIN))
    }

    #[test]
    fn reads_what_platforms_write() {
        let noon = Some(12 * 60);
        let cases: [(&str, Day, Option<u16>); 15] = [
            ("2026-03-02", ymd(2026, 3, 2), None),
            ("2026-03-02 12:00:12 -0500", ymd(2026, 3, 2), noon),
            ("2026-03-02T12:00:00+09:00", ymd(2026, 3, 2), noon),
            ("20260302", ymd(2026, 3, 2), None),
            ("2026年3月2日", ymd(2026, 3, 2), None),
            ("05 Mar 2026 12:00", ymd(2026, 3, 5), noon),
            ("24 de março de 2026 12:00 hs.", ymd(2026, 3, 24), noon),
            ("Sep-07-26", ymd(2026, 9, 7), None),
            ("07-Sep-26", ymd(2026, 9, 7), None),
            ("Mar 5, 2026", ymd(2026, 3, 5), None),
            ("12/1/2010 12:00", Day::Either { first: 12, second: 1, year: 2010 }, noon),
            ("12/1/10 12:00 PM", Day::Either { first: 12, second: 1, year: 2010 }, noon),
            ("01.02.2026", Day::Either { first: 1, second: 2, year: 2026 }, None),
            ("\"2026-03-02\"", ymd(2026, 3, 2), None),
            ("46083.5", ymd(2026, 3, 2), noon),
        ];
        for (text, day, minute) in cases {
            assert_eq!(parse(text.as_bytes(), true), Some(Stamp { day, minute }), "{text}");
        }
        for text in ["", "12", "2026-13-01", "hello", "1.5", "99/99", "46083", "May", "2026-03-02x"] {
            assert_eq!(parse(text.as_bytes(), false), None, "{text}");
        }
    }
}
