//! Where the header stands: after a preamble, before rows that describe the columns, or nowhere.

use super::presets;
use super::records::Record;
use super::{dates, numbers, roles, words};

/// Records among which a header is looked for.
const LOOKED_AT: usize = 40;
/// Rows of descriptions or units that may follow a header.
const MOST_DESCRIPTIONS: usize = 3;
/// Columns that a platform's export has at most.
const PLATFORM_COLUMNS: usize = 500;
/// Headers that must be words known from exports.
const KNOWN_HEADERS: usize = 2;

/// Where the header and the data stand among the first records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Place of the header; of the first data record where there is none.
    pub header: usize,
    /// Whether the data begins without a header.
    pub headless: bool,
    /// Place of the first data record.
    pub data_from: usize,
    /// Records between the two that describe the columns.
    pub descriptions: usize,
}

/// Finds the header among the first records, most of which have `columns` fields.
pub fn find(sampled: &[Record], columns: usize) -> Head {
    let first = &sampled[..sampled.len().min(LOOKED_AT)];
    let full = |record: &Record| record.len() + 1 >= columns && record.len() > 1 && !record.is_blank();
    let plain = |record: &Record| -> Vec<String> { record.texts().iter().map(|text| roles::plain(text)).collect() };
    let candidates: Vec<usize> = (0..first.len()).filter(|place| full(&first[*place])).collect();
    // No platform has more columns than this; tables of days and products across have thousands.
    let few = |place: &usize| first[*place].len() <= PLATFORM_COLUMNS;
    let platform = || candidates.iter().copied().filter(few).find(|place| presets::is_known(&plain(&first[*place])));
    let known = || {
        candidates.iter().copied().find(|place| {
            let found = plain(&first[*place]);
            found.iter().filter(|word| words::is_known(word)).count() >= KNOWN_HEADERS && !is_data(&first[*place])
        })
    };
    // Else the first record that is filled like the others: a preamble saved by a spreadsheet has few cells.
    let filled = |record: &Record| (0..record.len()).filter(|cell| !record.field(*cell).is_empty()).count();
    let most = candidates.iter().map(|place| filled(&first[*place])).max().unwrap_or(0);
    let like_others = || candidates.iter().copied().find(|place| filled(&first[*place]) * 5 >= most * 3);
    let named = platform().or_else(known);
    let header = named.or_else(like_others).unwrap_or(0);
    let headless = named.is_none() && sampled.get(header).is_some_and(is_data);
    if headless {
        return Head { header, headless, data_from: header, descriptions: 0 };
    }
    let mut descriptions = 0;
    while descriptions < MOST_DESCRIPTIONS && describes(&sampled[(header + 1 + descriptions).min(sampled.len())..]) {
        descriptions += 1;
    }
    Head { header, headless, data_from: header + 1 + descriptions, descriptions }
}

/// Whether a record holds both a date and a number.
fn is_data(record: &Record) -> bool {
    let cells = record.len();
    (0..cells).any(|cell| dates::parse(record.field(cell), false).is_some())
        && (0..cells).any(|cell| numbers::parse(record.field(cell), b'.').is_some())
}

/// Whether the first of these records has words where the ones after it have dates and numbers.
fn describes(records: &[Record]) -> bool {
    let Some((first, rest)) = records.split_first() else { return false };
    let rest: Vec<&Record> = rest.iter().filter(|record| !record.is_blank()).take(LOOKED_AT).collect();
    if rest.is_empty() || first.is_blank() {
        return false;
    }
    let is_value = |cell: &[u8]| dates::parse(cell, true).is_some() || numbers::parse(cell, b'.').is_some();
    let (mut words, mut values) = (0, 0);
    for cell in 0..first.len() {
        let filled: Vec<&[u8]> =
            rest.iter().map(|record| record.field(cell)).filter(|field| !field.is_empty()).collect();
        let of_values =
            !filled.is_empty() && filled.iter().filter(|field| is_value(field)).count() * 5 >= filled.len() * 4;
        let field = first.field(cell);
        if of_values && !field.is_empty() {
            if is_value(field) {
                values += 1;
            } else {
                words += 1;
            }
        }
    }
    // One bad cell is a bad cell; a row of them describes.
    words >= 2 && values == 0
}
