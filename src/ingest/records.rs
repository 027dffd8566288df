//! UTF-8 text to records: quotes, line ends, cut-off ends.
//!
//! Two steps, as in simdjson (Langdale and Lemire 2019): first every delimiter, line end and quote is marked, sixteen
//! bytes at a time, then records are walked from mark to mark. Fields stay where they are in the text; only what is
//! quoted with doubled quotes inside is copied.

use tillcast_kernels::marks;

use crate::error::{Error, Position, Result};

/// A single record longer than this is no record.
const MOST_RECORD_BYTES: usize = 16 << 20;

/// How the text is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between fields.
    pub delimiter: u8,
    /// Whether fields may be quoted with `"`.
    pub quoted: bool,
    /// `\n`, or `\r` where the text has no `\n`.
    pub line_end: u8,
}

/// A record in the text it was found in.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    text: &'a [u8],
    /// Fields whose quotes were taken off; places from the text's end on lie here.
    unquoted: &'a [u8],
    /// Without quotes: where the first field begins, and where each ends, one byte before the next.
    begin: u32,
    ends: &'a [u32],
    /// With quotes: begin and end of each field; empty without.
    spans: &'a [(u32, u32)],
    /// Whether its line has an end; the file's last may have none.
    pub is_ended: bool,
}

#[allow(clippy::len_without_is_empty, reason = "every record has a field")]
impl<'a> Row<'a> {
    /// A line that was made of a record with several.
    pub fn made(made: &'a super::shape::Made) -> Self {
        Self { text: &made.bytes, unquoted: &[], begin: 0, ends: &[], spans: &made.spans, is_ended: true }
    }

    /// Number of fields.
    pub fn len(&self) -> usize {
        self.ends.len().max(self.spans.len())
    }

    /// Field `index` without spaces around and control characters behind it (some platforms pad ids with tabs); empty
    /// where the record is too short.
    pub fn field(&self, index: usize) -> &'a [u8] {
        self.field_here(index)
    }

    /// The same as a part of the caller, for where each of a line's fields is looked at.
    #[inline(always)]
    pub fn field_here(&self, index: usize) -> &'a [u8] {
        match self.whole(index) {
            // Nearly all fields have nothing around them.
            field @ ([b'!'..=255, .., b'!'..=255] | [b'!'..=255]) => field,
            field => trimmed(field),
        }
    }

    #[inline(always)]
    fn whole(&self, index: usize) -> &'a [u8] {
        if let Some(&end) = self.ends.get(index) {
            let start = if index == 0 { self.begin } else { self.ends[index - 1] + 1 };
            return &self.text[start as usize..end as usize];
        }
        let Some(&(start, end)) = self.spans.get(index) else { return &[] };
        let (start, end, length) = (start as usize, end as usize, self.text.len());
        if start < length { &self.text[start..end] } else { &self.unquoted[start - length..end - length] }
    }

    /// All fields with the blanks around them.
    pub fn texts(&self) -> Vec<String> {
        let last = self.len() - 1;
        let whole = |index| match self.whole(index) {
            // What is left of the line's end.
            [field @ .., b'\r'] if index == last => field,
            field => field,
        };
        (0..=last).map(|index| String::from_utf8_lossy(whole(index)).into_owned()).collect()
    }

    /// Whether all fields are blank.
    pub fn is_blank(&self) -> bool {
        (0..self.len()).all(|index| self.field(index).is_empty())
    }

    /// A copy that outlives the text.
    pub fn to_record(self) -> Record {
        let mut record = Record::default();
        for index in 0..self.len() {
            record.bytes.extend_from_slice(self.field(index));
            record.ends.push(record.bytes.len());
        }
        record
    }
}

fn trimmed(field: &[u8]) -> &[u8] {
    let mut field = field.trim_ascii_end();
    while let [b' ', rest @ ..] = field {
        field = rest;
    }
    field
}

/// A record on its own: its trimmed fields lie side by side in `bytes`, each before its end.
#[derive(Debug, Default)]
pub struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

#[allow(clippy::len_without_is_empty, reason = "every record has a field")]
impl Record {
    /// Number of fields.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Field `index`; empty where the record is too short.
    pub fn field(&self, index: usize) -> &[u8] {
        let Some(&end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..end]
    }

    /// All fields as text.
    pub fn texts(&self) -> Vec<String> {
        (0..self.len()).map(|index| String::from_utf8_lossy(self.field(index)).into_owned()).collect()
    }

    /// Whether all fields are blank.
    pub fn is_blank(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// What [`Records::next`] found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A record, which [`Records::row`] gives: handed over in here, by way of memory, it would take the processor longer than
    /// to be found.
    Row,
    /// The text ends inside a record: give more, or end the file.
    Partial,
    /// The text is used up.
    End,
    /// The file ends inside a quoted field.
    CutOff,
}

/// The records of a text, one after the other.
#[derive(Default)]
pub struct Records {
    /// Places of all delimiters, line ends and quotes.
    marks: Vec<u32>,
    /// The first mark of the next record.
    mark: usize,
    /// Where the next record begins.
    at: usize,
    /// The record that was found: where it begins, its first mark, and whether its line has an end.
    begin: usize,
    first: usize,
    is_ended: bool,
    /// Whether `spans` are its fields, rather than what lies between its marks.
    is_quoted: bool,
    spans: Vec<(u32, u32)>,
    unquoted: Vec<u8>,
}

impl Records {
    /// Starts at the head of a text of less than 2 GB.
    pub fn start(&mut self, text: &[u8], dialect: Dialect) {
        (self.mark, self.at) = (0, 0);
        self.marks.clear();
        // A byte twice is found once, so that without quotes nothing more is marked.
        let quote = if dialect.quoted { b'"' } else { dialect.delimiter };
        marks::find(text, [dialect.delimiter, dialect.line_end, quote], &mut self.marks);
    }

    /// Bytes of the text that the records so far took.
    pub fn used(&self) -> usize {
        self.at
    }

    /// Goes to the next record of the text given to [`Records::start`]. `last` says that nothing follows the text, `number` is
    /// the record's, for messages.
    ///
    /// # Errors
    /// Fails on a record longer than any table has.
    #[inline(always)]
    pub fn next(&mut self, text: &[u8], dialect: Dialect, last: bool, number: u64) -> Result<Found> {
        (self.begin, self.first) = (self.at, self.mark);
        let mut mark = self.mark;
        while let Some(&place) = self.marks.get(mark) {
            let byte = text[place as usize];
            if byte == dialect.delimiter {
                mark += 1;
            } else if byte == dialect.line_end {
                (self.mark, self.at) = (mark + 1, place as usize + 1);
                (self.is_ended, self.is_quoted) = (true, false);
                return Ok(Found::Row);
            } else {
                return self.quoted(text, dialect, last, number);
            }
        }
        self.rest(text, mark, last, number)
    }

    /// The record that was found.
    #[inline(always)]
    pub fn row<'a>(&'a self, text: &'a [u8]) -> Row<'a> {
        let (ends, spans): (&[u32], &[(u32, u32)]) =
            if self.is_quoted { (&[], &self.spans) } else { (&self.marks[self.first..self.mark], &[]) };
        Row { text, unquoted: &self.unquoted, begin: self.begin as u32, ends, spans, is_ended: self.is_ended }
    }

    /// What is behind the last line end.
    fn rest(&mut self, text: &[u8], mark: usize, last: bool, number: u64) -> Result<Found> {
        if self.begin >= text.len() {
            return Ok(Found::End);
        }
        if !last {
            return partial(text.len() - self.begin, number);
        }
        // The last line may lack its end.
        self.marks.push(text.len() as u32);
        (self.mark, self.at) = (mark + 1, text.len());
        (self.is_ended, self.is_quoted) = (false, false);
        Ok(Found::Row)
    }

    /// The careful way: quotes may hold delimiters, line ends and doubled quotes. A quote inside an unquoted field is
    /// text.
    fn quoted(&mut self, text: &[u8], dialect: Dialect, last: bool, number: u64) -> Result<Found> {
        self.spans.clear();
        self.unquoted.clear();
        let begin = self.at;
        let (mut at, mut mark) = (begin, self.mark);
        self.is_ended = loop {
            let mut span = None;
            if text.get(at) == Some(&b'"') {
                // The field's own first quote.
                mark += 1;
                let (mut piece, copied) = (at + 1, self.unquoted.len());
                let close = loop {
                    let Some(&place) = self.marks.get(mark) else {
                        return if last { Ok(Found::CutOff) } else { partial(text.len() - begin, number) };
                    };
                    let place = place as usize;
                    mark += 1;
                    if text[place] != b'"' {
                        continue;
                    }
                    match text.get(place + 1) {
                        Some(b'"') => {
                            self.unquoted.extend_from_slice(&text[piece..=place]);
                            piece = place + 2;
                            mark += 1;
                        }
                        None if !last => return partial(text.len() - begin, number),
                        _ => break place,
                    }
                };
                span = Some((piece, close, copied));
            }
            // The rest of the field, up to a delimiter or the line's end.
            let stop = loop {
                match self.marks.get(mark) {
                    Some(&place) if text[place as usize] == b'"' && dialect.quoted => mark += 1,
                    Some(&place) => break Some(place as usize),
                    None => break None,
                }
            };
            let stop = match stop {
                None if !last => return partial(text.len() - begin, number),
                None => text.len(),
                Some(stop) => stop,
            };
            mark += 1;
            self.spans.push(match span {
                None => (at as u32, stop as u32),
                Some((piece, close, copied)) => {
                    let rest = text[close + 1..stop].trim_ascii_end();
                    if rest.is_empty() && self.unquoted.len() == copied {
                        (piece as u32, close as u32)
                    } else {
                        self.unquoted.extend_from_slice(&text[piece..close]);
                        self.unquoted.extend_from_slice(rest);
                        ((text.len() + copied) as u32, (text.len() + self.unquoted.len()) as u32)
                    }
                }
            });
            at = stop + 1;
            match text.get(stop) {
                Some(&byte) if byte == dialect.line_end => break true,
                None => break false,
                _ => {}
            }
        };
        (self.mark, self.at, self.is_quoted) = (mark, at.min(text.len()), true);
        Ok(Found::Row)
    }
}

fn partial(bytes: usize, number: u64) -> Result<Found> {
    if bytes <= MOST_RECORD_BYTES {
        return Ok(Found::Partial);
    }
    Err(Error::input("record-too-long", format!("a single record is longer than {} MB", MOST_RECORD_BYTES >> 20))
        .remedy("this is no export of orders, or a quote is never closed; export it again")
        .at(Position { record: Some(number), ..Position::default() }))
}

/// Finds delimiter, quoting and line ends from a sample. `wanted` is the user's delimiter.
pub fn sniff(sample: &[u8], wanted: Option<u8>) -> Dialect {
    let has = |byte: u8| memchr::memchr(byte, sample).is_some();
    let line_end = if !has(b'\n') && has(b'\r') { b'\r' } else { b'\n' };
    let candidates: &[u8] = match &wanted {
        Some(delimiter) => std::slice::from_ref(delimiter),
        None => b",;\t|",
    };
    let mut best = (Dialect { delimiter: wanted.unwrap_or(b','), quoted: true, line_end }, 0.0);
    for &delimiter in candidates {
        let dialect = |quoted| Dialect { delimiter, quoted, line_end };
        let [quoted, plain] = [true, false].map(|quoted| evenness(sample, dialect(quoted)));
        // Quotes around delimiters make fewer fields; what speaks against them is unevenness alone.
        let is_quoted = quoted.share * MARGIN >= plain.share;
        let score = if is_quoted { quoted.score() } else { plain.score() };
        if score > best.1 * MARGIN {
            best = (dialect(is_quoted), score);
        }
    }
    best.0
}

/// By how much a dialect must be better than one looked at before.
const MARGIN: f64 = 1.000_001;

/// Records looked at to judge a dialect.
const JUDGED_RECORDS: usize = 200;

/// What a dialect makes of a sample.
struct Evenness {
    /// Share of the records with the commonest number of fields; nothing for one column.
    share: f64,
    /// That number.
    fields: usize,
}

impl Evenness {
    /// More for even records, and a little for more fields.
    fn score(&self) -> f64 {
        self.share * self.share * (1.0 + (self.fields as f64).min(50.0) / 50.0)
    }
}

fn evenness(sample: &[u8], dialect: Dialect) -> Evenness {
    let (mut records, mut counts) = (Records::default(), Vec::new());
    records.start(sample, dialect);
    let is_cut_off = loop {
        if counts.len() == JUDGED_RECORDS {
            break false;
        }
        match records.next(sample, dialect, true, 0) {
            Ok(Found::Row) => {
                let row = records.row(sample);
                if !row.is_blank() {
                    counts.push(row.len());
                }
            }
            found => break matches!(found, Ok(Found::CutOff)),
        }
    };
    // The sample may end inside a quoted field, but one that takes a good part of it begins with a quote that is text.
    let read = if is_cut_off { records.used() as f64 / sample.len() as f64 } else { 1.0 };
    let read = if read > 0.9 { 1.0 } else { read };
    let fields = mode(&counts);
    if fields < 2 {
        return Evenness { share: 0.0, fields };
    }
    let even = counts.iter().filter(|count| **count == fields).count();
    Evenness { share: read * even as f64 / counts.len() as f64, fields }
}

/// The commonest value; the larger of equally common ones.
pub fn mode(counts: &[usize]) -> usize {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).map_or(0, |run| run[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_in_every_name_divides_nothing() {
        let dialect = sniff("date,name,qty\n2026-01-01,\"Cup, red\",2\n2026-01-02,\"Cup, blue\",1\n".as_bytes(), None);
        assert_eq!((dialect.delimiter, dialect.quoted), (b',', true));
    }

    #[test]
    fn quotes_that_are_text_quote_nothing() {
        let dialect =
            sniff("date\tname\tqty\n2026-01-01\t\"17 inch bag\t2\n2026-01-02\t18 inch bag\t1\n".as_bytes(), None);
        assert_eq!((dialect.delimiter, dialect.quoted), (b'\t', false));
    }
}
