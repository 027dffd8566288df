//! UTF-8 text to records: quotes, line ends, cut-off ends.

use memchr::memchr;

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

/// One record; fields lie in `bytes`, each before its end in `ends` and after the `gap` bytes that follow the one before.
#[derive(Debug, Default)]
pub struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// 1 where the delimiters are kept, as in a line without quotes, 0 where fields lie side by side.
    gap: usize,
}

impl Record {
    /// Takes the fields of a line that was made.
    pub fn copy(&mut self, made: &super::shape::Made) {
        self.bytes.clear();
        self.bytes.extend_from_slice(&made.bytes);
        self.ends.clear();
        self.ends.extend(made.spans.iter().map(|span| span.1 as usize));
        self.gap = 0;
    }

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
        let start = if index == 0 { 0 } else { self.ends[index - 1] + self.gap };
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
    match scan(text, dialect, &mut record.ends) {
        Line::Quoted => {
            record.ends.clear();
            record.gap = 0;
            quoted(text, dialect, last, number, record)
        }
        Line::Endless if !last => partial(text, number),
        found => {
            let (end, used) = if let Line::Plain(end) = found { (end, end + 1) } else { (text.len(), text.len()) };
            let plain = text[..end].strip_suffix(b"\r").unwrap_or(&text[..end]);
            // One copy of the line instead of one for each field.
            record.gap = 1;
            record.bytes.extend_from_slice(plain);
            record.ends.push(plain.len());
            Ok(Found::Record(used))
        }
    }
}

/// What [`scan`] met first.
enum Line {
    /// The end of a line without quotes.
    Plain(usize),
    /// A quote.
    Quoted,
    /// The end of the text.
    Endless,
}

/// Finds the delimiters of a line without quotes, eight bytes at a time: fields are short, so a search that starts anew
/// for each spends its time on starting.
fn scan(text: &[u8], dialect: Dialect, ends: &mut Vec<usize>) -> Line {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let spread = |byte: u8| u64::from(byte) * 0x0101_0101_0101_0101;
    // The high bit of each byte that is not zero.
    let nonzero = |word: u64| ((word & LOW) + LOW) | word;
    let quote = if dialect.quoted { b'"' } else { dialect.delimiter };
    let (delimiters, line_ends, quotes) = (spread(dialect.delimiter), spread(dialect.line_end), spread(quote));
    let mut met = |place: usize| {
        let byte = text[place];
        if byte == dialect.delimiter {
            ends.push(place);
            None
        } else if byte == dialect.line_end {
            Some(Line::Plain(place))
        } else {
            Some(Line::Quoted)
        }
    };
    let (words, _) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let others = nonzero(word ^ delimiters) & nonzero(word ^ line_ends) & nonzero(word ^ quotes);
        let mut hits = !others & !LOW;
        while hits != 0 {
            if let Some(end) = met(at * 8 + hits.trailing_zeros() as usize / 8) {
                return end;
            }
            hits &= hits - 1;
        }
    }
    for (place, &byte) in text.iter().enumerate().skip(words.len() * 8) {
        if (byte == dialect.delimiter || byte == dialect.line_end || byte == quote)
            && let Some(end) = met(place)
        {
            return end;
        }
    }
    Line::Endless
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
