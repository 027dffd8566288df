//! Compound files, in which old workbooks lie: chains of sectors that calamine follows without end where they form a
//! circle, and streams that claim more than the file has.
//!
//! Source: Microsoft, [MS-CFB] Compound File Binary File Format, sections 2.2 (header) to 2.6 (directory).

use crate::{Result, Trouble};

/// Sector numbers from here on are no sectors.
const RESERVED: u32 = 0xffff_fffa;
const ENTRY_BYTES: usize = 128;
/// Sectors of the allocation table that the header itself names.
const IN_HEADER: std::ops::Range<usize> = 76..512;

/// Follows the chain of the directory, and looks at the length of every stream.
///
/// # Errors
/// Fails on chains in a circle or out of the file, and on streams longer than the file.
pub(crate) fn probe(bytes: &[u8]) -> Result<()> {
    check(bytes).ok_or_else(|| Trouble::damaged_workbook("its table of sectors is broken"))
}

fn check(bytes: &[u8]) -> Option<()> {
    let word = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let size = match bytes.get(30..32)? {
        [9, 0] => 512,
        [12, 0] => 4096,
        _ => return None,
    };
    let sector = |number: u32| bytes.get((number as usize + 1).checked_mul(size)?..);
    let most = bytes.len() / size + 1;
    // Sectors of the allocation table: those in the header, then those in a chain of their own.
    let mut tables: Vec<u32> = IN_HEADER.step_by(4).map_while(word).filter(|number| *number < RESERVED).collect();
    let (mut next, mut steps) = (word(68)?, 0);
    while next < RESERVED {
        steps += 1;
        let numbers = sector(next).filter(|_| steps <= most)?;
        let numbers: Vec<u32> =
            numbers.as_chunks::<4>().0.iter().take(size / 4).map(|number| u32::from_le_bytes(*number)).collect();
        let (last, own) = numbers.split_last()?;
        tables.extend(own.iter().filter(|number| **number < RESERVED));
        next = *last;
    }
    let after = |number: u32| {
        let (table, place) = (number as usize / (size / 4), number as usize % (size / 4));
        Some(u32::from_le_bytes(*sector(*tables.get(table)?)?.get(4 * place..)?.first_chunk()?))
    };
    let (mut next, mut steps) = (word(48)?, 0);
    while next < RESERVED {
        steps += 1;
        let entries = sector(next).filter(|_| steps <= most)?;
        for entry in entries[..entries.len().min(size)].chunks_exact(ENTRY_BYTES) {
            // In files with small sectors the upper half is not to be looked at.
            let length = u32::from_le_bytes(*entry[120..].first_chunk()?) as usize;
            let upper = if size == 512 { 0 } else { u32::from_le_bytes(*entry[124..].first_chunk()?) };
            if upper > 0 || length > bytes.len() {
                return None;
            }
        }
        next = after(next)?;
    }
    Some(())
}
