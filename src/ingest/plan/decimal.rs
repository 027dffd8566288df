//! Which mark begins the decimals of a file.

use crate::ingest::numbers::{self, Mark};
use crate::ingest::units;

/// Cells whose numbers tell it.
pub(super) struct Cells<'a> {
    /// Of units, prices and revenues.
    pub(super) numbers: Vec<&'a [u8]>,
    /// Of units alone, where they have a column.
    pub(super) units: Vec<&'a [u8]>,
    /// Of further columns that are kept.
    pub(super) extra: Vec<&'a [u8]>,
}

/// The mark, and a cell of units that reads as another number with the other one, where nothing tells which is meant.
/// `usual` is what the platform writes.
pub(super) fn mark<'a>(cells: &Cells<'a>, usual: Option<u8>) -> (u8, Option<&'a [u8]>) {
    let mark = match numbers::decimal_mark(cells.numbers.iter().copied().map(units::bare)) {
        // Whole units beside "1,0" of a column that is kept: a file has one mark.
        Mark::None => match numbers::decimal_mark(cells.extra.iter().copied()) {
            told @ Mark::Told(_) => told,
            _ => Mark::None,
        },
        mark => mark,
    };
    match (mark, usual) {
        (Mark::Told(mark), _) | (Mark::Either(_), Some(mark)) => (mark, None),
        (Mark::None, usual) => (usual.unwrap_or(b'.'), None),
        (Mark::Either(mark), None) => {
            let is_open = matches!(numbers::decimal_mark(cells.units.iter().copied()), Mark::Either(_));
            let doubtful = cells.units.iter().copied().find(|cell| is_open && cell.contains(&mark));
            // Beside prices of three decimals are none without; else a point divides thousands.
            let has_whole = cells.units.iter().any(|cell| !cell.contains(&mark));
            (if mark == b'.' && has_whole { b',' } else { b'.' }, doubtful)
        }
    }
}
