//! UTF-8 text to records: quotes, line ends, cut-off ends.

use memchr::{memchr, memchr_iter};

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

/// One record; fields lie in `bytes`.
#[derive(Debug, Default)]
pub struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    /// Number of fields.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no field.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Field `index` without spaces around and control characters behind it (some platforms pad ids with tabs); empty
    /// where the record is too short.
    pub fn field(&self, index: usize) -> &[u8] {
        let Some(&end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        let mut field = self.bytes[start..end].trim_ascii_end();
        while let Some(rest) = field.strip_prefix(b" ") {
            field = rest;
        }
        field
    }

    /// All fields as text.
    pub fn texts(&self) -> Vec<String> {
        (0..self.len()).map(|index| String::from_utf8_lossy(self.field(index)).into_owned()).collect()
    }

    /// Whether all fields are blank.
    pub fn is_blank(&self) -> bool {
        (0..self.len()).all(|index| self.field(index).is_empty())
    }
}

/// What [`next`] found at the head of a text.
pub enum Found {
    /// A record; so many bytes were used.
    Record(usize),
    /// The text ends inside a record: give more, or end the file.
    Partial,
    /// The text is used up.
    End,
    /// The file ends inside a quoted field.
    CutOff,
}

/// Reads the record at the head of `text` into `record`. `last` says that nothing follows.
///
/// # Errors
/// Fails on a record longer than any table has.
pub fn next(text: &[u8], dialect: Dialect, last: bool, number: u64, record: &mut Record) -> Result<Found> {
    record.bytes.clear();
    record.ends.clear();
    if text.is_empty() {
        return Ok(Found::End);
    }
    let line = memchr(dialect.line_end, text);
    let plain = match line {
        Some(end) => &text[..end],
        None if last => text,
        None => return partial(text, number),
    };
    if !dialect.quoted || memchr(b'"', plain).is_none() {
        let used = plain.len() + usize::from(line.is_some());
        let plain = plain.strip_suffix(b"\r").unwrap_or(plain);
        let mut start = 0;
        for place in memchr_iter(dialect.delimiter, plain) {
            record.bytes.extend_from_slice(&plain[start..place]);
            record.ends.push(record.bytes.len());
            start = place + 1;
        }
        record.bytes.extend_from_slice(&plain[start..]);
        record.ends.push(record.bytes.len());
        return Ok(Found::Record(used));
    }
    quoted(text, dialect, last, number, record)
}

fn partial(text: &[u8], number: u64) -> Result<Found> {
    if text.len() <= MOST_RECORD_BYTES {
        return Ok(Found::Partial);
    }
    Err(Error::input("record-too-long", format!("a single record is longer than {} MB", MOST_RECORD_BYTES >> 20))
        .remedy("this is no export of orders, or a quote is never closed; export it again")
        .at(Position { record: Some(number), ..Position::default() }))
}

/// The careful way: quotes may hold delimiters, line ends and doubled quotes. A quote inside an unquoted field is text.
fn quoted(text: &[u8], dialect: Dialect, last: bool, number: u64, record: &mut Record) -> Result<Found> {
    let mut at = 0;
    loop {
        if text.get(at) == Some(&b'"') {
            at += 1;
            loop {
                let Some(step) = memchr(b'"', &text[at..]) else {
                    return if last { Ok(Found::CutOff) } else { partial(text, number) };
                };
                record.bytes.extend_from_slice(&text[at..at + step]);
                at += step + 1;
                match text.get(at) {
                    Some(b'"') => {
                        record.bytes.push(b'"');
                        at += 1;
                    }
                    None if !last => return partial(text, number),
                    _ => break,
                }
            }
        }
        // The rest of the field, up to a delimiter or the line's end.
        let rest = &text[at..];
        let stop = rest.iter().position(|byte| *byte == dialect.delimiter || *byte == dialect.line_end);
        match stop {
            None if !last => return partial(text, number),
            None => {
                record.bytes.extend_from_slice(rest.strip_suffix(b"\r").unwrap_or(rest));
                record.ends.push(record.bytes.len());
                return Ok(Found::Record(text.len()));
            }
            Some(stop) => {
                let ends = rest[stop] == dialect.line_end;
                let part = &rest[..stop];
                record.bytes.extend_from_slice(if ends { part.strip_suffix(b"\r").unwrap_or(part) } else { part });
                record.ends.push(record.bytes.len());
                at += stop + 1;
                if ends {
                    return Ok(Found::Record(at));
                }
            }
        }
    }
}

/// Finds delimiter, quoting and line ends from a sample. `wanted` is the user's delimiter.
pub fn sniff(sample: &[u8], wanted: Option<u8>) -> Dialect {
    let line_end = if memchr(b'\n', sample).is_none() && memchr(b'\r', sample).is_some() { b'\r' } else { b'\n' };
    let candidates: &[u8] = match &wanted {
        Some(delimiter) => std::slice::from_ref(delimiter),
        None => b",;\t|",
    };
    let mut best = (Dialect { delimiter: wanted.unwrap_or(b','), quoted: true, line_end }, 0.0);
    for &delimiter in candidates {
        for quoted in [true, false] {
            let dialect = Dialect { delimiter, quoted, line_end };
            let score = evenness(sample, dialect);
            if score > best.1 * 1.000_001 {
                best = (dialect, score);
            }
        }
    }
    best.0
}

/// Records looked at to judge a dialect.
const JUDGED_RECORDS: usize = 200;

/// How much a dialect makes of a sample: the share of records with the commonest number of fields, and more for more
/// fields; nothing for one column.
fn evenness(sample: &[u8], dialect: Dialect) -> f64 {
    let (mut rest, mut record, mut counts) = (sample, Record::default(), Vec::new());
    while counts.len() < JUDGED_RECORDS {
        match next(rest, dialect, true, 0, &mut record) {
            Ok(Found::Record(used)) => {
                rest = &rest[used..];
                if !record.is_blank() {
                    counts.push(record.len());
                }
            }
            _ => break,
        }
    }
    let most = mode(&counts);
    if most < 2 {
        return 0.0;
    }
    let share = counts.iter().filter(|count| **count == most).count() as f64 / counts.len() as f64;
    share * share * (1.0 + (most as f64).min(50.0) / 50.0)
}

/// The commonest value; the larger of equally common ones.
pub fn mode(counts: &[usize]) -> usize {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).max_by_key(|run| run.len()).map_or(0, |run| run[0])
}
