//! How a file writes its dates, for people: `DD.MM.YYYY`, `D-Mon-YYYY HH:MM`.
//!
//! Letters that stand for a part of the date are put in the place of its digits, as many as there are; a month's name is
//! `Mon` if it is short and `MONTH` if not. All else stays as it is written.

use std::fmt::Write as _;

use super::DateOrder;
use super::dates::{self, Day, Stamp};

/// What spreadsheets and other programs write in place of a date, which has no pattern.
const NUMBER: &str = "number";

/// Letters that a short name of a month has at most.
const SHORT_NAME: usize = 3;

/// A piece of a date's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Digits(&'a str),
    Letters(&'a str),
    Other(&'a str),
}

/// The pattern that most cells are written in; where some days or months have one digit, theirs. Empty without a date.
pub fn of_column<'a>(cells: impl Iterator<Item = &'a str>, order: DateOrder) -> String {
    let mut found: Vec<(String, usize)> = Vec::new();
    for pattern in cells.map(|cell| of(cell, order)).filter(|pattern| !pattern.is_empty()) {
        match found.iter_mut().find(|(known, _)| *known == pattern) {
            Some((_, count)) => *count += 1,
            None => found.push((pattern, 1)),
        }
    }
    // `D.M.YYYY` is written `DD.MM.YYYY` as well, on the tenth and after.
    let bare = |pattern: &str| pattern.replace("DD", "D").replace("MM", "M").replace("HH", "H");
    let most = found.iter().map(|(pattern, _)| {
        let same = found.iter().filter(|(other, _)| bare(other) == bare(pattern));
        (pattern, same.map(|(_, count)| count).sum::<usize>())
    });
    let best = most.reduce(|best, next| {
        let is_shorter = bare(best.0) == bare(next.0) && next.0.len() < best.0.len();
        if next.1 > best.1 || is_shorter { next } else { best }
    });
    best.map_or_else(String::new, |(pattern, _)| pattern.clone())
}

/// The pattern of one date, with day and month in `order` where it does not tell; empty if it is none.
fn of(text: &str, order: DateOrder) -> String {
    let text = text.trim().trim_start_matches('=').trim_matches(['"', '\'']).trim();
    let Some(stamp) = dates::parse(text.as_bytes(), true) else { return String::new() };
    let pieces = pieces(text);
    if let [Piece::Digits(digits)] | [Piece::Digits(digits), Piece::Other("." | ","), Piece::Digits(_)] = pieces[..] {
        return match (digits.len(), pieces.len()) {
            (8, 1) => "YYYYMMDD".to_owned(),
            (12, 1) => "YYYYMMDDHHMM".to_owned(),
            (14, 1) => "YYYYMMDDHHMMSS".to_owned(),
            _ => NUMBER.to_owned(),
        };
    }
    Writer::new(&pieces, stamp, order).write(&pieces)
}

/// Runs of digits, of letters and of anything else.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let kind = |letter: char| {
        if letter.is_ascii_digit() {
            0
        } else if is_letter(letter) {
            1
        } else {
            2
        }
    };
    let mut found = Vec::new();
    let mut from = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((_, letter)) = letters.next() {
        let next = letters.peek();
        if next.is_some_and(|(_, next)| kind(*next) == kind(letter)) {
            continue;
        }
        let to = next.map_or(text.len(), |(at, _)| *at);
        let run = &text[from..to];
        found.push([Piece::Digits(run), Piece::Letters(run), Piece::Other(run)][kind(letter)]);
        from = to;
    }
    found
}

/// Signs that stand behind a number, as in 3月, are no words.
fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() && !"年月日년월일".contains(letter)
}

/// Parts of a date in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    Month,
    Day,
    Week,
}

/// Writes a pattern, piece by piece.
struct Writer {
    fields: Vec<Field>,
    /// The last word that names a month; earlier ones are weekdays.
    month: Option<usize>,
    has_time: bool,
    /// Whether small numbers have a zero before them: who writes 1 for January writes 10 for October.
    is_padded: bool,
}

impl Writer {
    fn new(pieces: &[Piece<'_>], stamp: Stamp, order: DateOrder) -> Self {
        let named =
            |piece: &Piece<'_>| matches!(piece, Piece::Letters(word) if dates::month(word.as_bytes()).is_some());
        let month = pieces.iter().rposition(named);
        let has_time = stamp.minute.is_some();
        let widths: Vec<usize> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Digits(digits) => Some(digits.len()),
                _ => None,
            })
            .collect();
        let is_week = |piece: &Piece<'_>| {
            let word = |word: &str| dates::WEEKS.contains(&word.to_lowercase().as_str());
            matches!(piece, Piece::Letters(letters) if word(letters))
        };
        let year_first = widths.first() == Some(&4);
        let fields = if month.is_none() && pieces.iter().any(is_week) {
            if year_first { vec![Field::Year, Field::Week] } else { vec![Field::Week, Field::Year] }
        } else if month.is_some() {
            // A year alone follows the name of a month of which no day is told.
            let numbers = if has_time { widths.len().min(2) } else { widths.len() };
            match (numbers, year_first) {
                (1, _) => vec![Field::Year],
                (_, true) => vec![Field::Year, Field::Day],
                (_, false) => vec![Field::Day, Field::Year],
            }
        } else if year_first {
            vec![Field::Year, Field::Month, Field::Day]
        } else if widths.get(1) == Some(&4) {
            vec![Field::Month, Field::Year]
        } else {
            let month_first = matches!(stamp.day, Day::Either { .. }) && order == DateOrder::Mdy;
            let first = if month_first { [Field::Month, Field::Day] } else { [Field::Day, Field::Month] };
            vec![first[0], first[1], Field::Year]
        };
        let is_padded = !widths.iter().take(fields.len()).any(|width| *width == 1);
        Self { fields, month, has_time, is_padded }
    }

    fn write(&self, pieces: &[Piece<'_>]) -> String {
        let mut out = String::new();
        // Numbers so far: those of the date, then those of the time, then those of another date or a time zone.
        let (mut dated, mut timed) = (0, 0);
        for (place, piece) in pieces.iter().enumerate() {
            match *piece {
                Piece::Letters(word) if Some(place) == self.month => {
                    let is_short = word.chars().count() <= SHORT_NAME;
                    out.push_str(if is_short { "Mon" } else { "MONTH" });
                }
                Piece::Letters(word) if is_half_day(word) => out.push_str("AM/PM"),
                Piece::Letters(word) if dated == 0 && self.month.is_some_and(|month| place < month) => {
                    out.push_str(if word.chars().count() <= SHORT_NAME { "Day" } else { "DAY" });
                }
                Piece::Letters(text) => out.push_str(text),
                // A sign before digits behind the time is that of a time zone.
                Piece::Other(text) if timed > 1 && text.ends_with(['+', '-']) => {
                    let _ = write!(out, "{}±", text.trim_end_matches(['+', '-']));
                    timed = 4;
                }
                Piece::Other(text) => out.push_str(text),
                Piece::Digits(digits) => {
                    let width = digits.len();
                    if dated == self.fields.len() && self.has_time {
                        let part = ["HH", "MM", "SS", "f"].get(timed).copied();
                        match part {
                            None => out.push_str(&"Z".repeat(width)),
                            Some("f") => out.push_str(&"f".repeat(width)),
                            // 120000 is a time without colons.
                            Some(_) if width > 2 => out.push_str(&"HHMMSS"[..width.min(6)]),
                            Some(part) => out.push_str(&part[..width.min(2)]),
                        }
                        timed += 1;
                        continue;
                    }
                    if dated == self.fields.len() {
                        dated = 0;
                    }
                    if dated == 0 && width == 8 {
                        out.push_str("YYYYMMDD");
                        dated = self.fields.len();
                        continue;
                    }
                    let (letter, is_year) = match self.fields.get(dated) {
                        Some(Field::Year) => ("Y", true),
                        Some(Field::Month) => ("M", false),
                        Some(Field::Week) => ("w", false),
                        _ => ("D", false),
                    };
                    out.push_str(&letter.repeat(if is_year || self.is_padded { width } else { 1 }));
                    dated += 1;
                }
            }
        }
        out
    }
}

/// Words for the halves of the day.
fn is_half_day(word: &str) -> bool {
    let word = word.to_lowercase();
    ["am", "pm", "上午", "下午", "午前", "午後", "오전", "오후"].contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_that_the_file_writes() {
        let cases = [
            ("2026-03-02", "YYYY-MM-DD"),
            ("02.03.2026", "DD.MM.YYYY"),
            ("2.3.2026", "D.M.YYYY"),
            ("02/03/26", "DD/MM/YY"),
            ("2026/3/2 8:05", "YYYY/M/D H:MM"),
            ("2026-03-02 12:00:12 -0500", "YYYY-MM-DD HH:MM:SS ±ZZZZ"),
            ("2026-03-02T12:00:00.000+09:00", "YYYY-MM-DDTHH:MM:SS.fff±ZZ:ZZ"),
            ("2026-03-02T12:00:00Z", "YYYY-MM-DDTHH:MM:SSZ"),
            ("20260302", "YYYYMMDD"),
            ("20260302120005", "YYYYMMDDHHMMSS"),
            ("2026年3月2日 下午12:00", "YYYY年M月D日 AM/PMHH:MM"),
            ("2026. 3. 2.", "YYYY. M. D."),
            ("05 Mar 2026 12:00", "DD Mon YYYY HH:MM"),
            ("24 de março de 2026 12:00 hs.", "DD de MONTH de YYYY HH:MM hs."),
            ("Sep-07-26", "Mon-DD-YY"),
            ("5-Jan-2026", "D-Mon-YYYY"),
            ("Tue, 5 May 2026 12:00", "Day, D Mon YYYY HH:MM"),
            ("March 5th, 2026", "MONTH Dth, YYYY"),
            ("2026-03", "YYYY-MM"),
            ("03/2026", "MM/YYYY"),
            ("Mar-26", "Mon-YY"),
            ("März 2026", "MONTH YYYY"),
            ("2026-W10", "YYYY-Www"),
            ("KW 10/2026", "KW ww/YYYY"),
            ("2026-03-02 - 2026-03-08", "YYYY-MM-DD - YYYY-MM-DD"),
            ("12/1/10 9:05 PM", "D/M/YY H:MM AM/PM"),
            ("=\"2026-03-02\"", "YYYY-MM-DD"),
            ("46083.5", "number"),
            ("1767225600", "number"),
            ("total", ""),
            ("", ""),
        ];
        for (text, pattern) in cases {
            assert_eq!(of(text, DateOrder::Dmy), pattern, "{text}");
        }
        assert_eq!(of("12/01/2010 08:26", DateOrder::Mdy), "MM/DD/YYYY HH:MM");
        assert_eq!(of("12.01.2010", DateOrder::Mdy), "DD.MM.YYYY", "between points the day stands first");
    }

    #[test]
    fn a_column_is_written_as_most_of_it_is() {
        let of = |cells: &[&str]| of_column(cells.iter().copied(), DateOrder::Dmy);
        assert_eq!(of(&["12/10/2026", "9/10/2026", "10/10/2026"]), "D/M/YYYY");
        assert_eq!(of(&["total", "", "02.03.2026", "2026-03-03", "04.03.2026"]), "DD.MM.YYYY");
        assert_eq!(of(&[]), "");
    }
}
