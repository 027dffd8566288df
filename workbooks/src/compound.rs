//! Old workbooks made safe for calamine, which believes what a damaged one claims: a stray cell at the far end of a sheet
//! costs it gigabytes, and so does a sheet that only says that it is large.
//!
//! Sources: Microsoft, [MS-XLS] Excel Binary File Format, sections 2.1.4 (records), 2.4.28 (sheets), 2.4.90 (dimensions).

use std::io::{Cursor, Read, Write};

use cfb::{CompoundFile, Version};

use crate::{Result, Trouble};

/// A sheet that spreads over more cells, blank ones counted, is refused: calamine holds them all.
const MOST_CELLS: u64 = 1 << 23;

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000a;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const CELLS: [u16; 7] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd, 0x0006];
const ROW_OF_NUMBERS: u16 = 0x00bd;

/// The workbook of a compound file, alone in a new one, with sizes as they are instead of as they are claimed.
///
/// # Errors
/// Fails on a broken container, a list of sheets that lie outside the file, and sheets that are nearly all blank.
pub(crate) fn tamed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(Trouble::damaged_workbook)?;
    let name = ["Workbook", "Book"].into_iter().find(|name| file.is_stream(name));
    let name = name.ok_or_else(|| Trouble::damaged_workbook("there are no sheets inside"))?;
    let mut stream = Vec::new();
    file.open_stream(name)
        .and_then(|mut content| content.read_to_end(&mut stream))
        .map_err(Trouble::damaged_workbook)?;
    tame(&mut stream)?;
    let space = Cursor::new(Vec::with_capacity(stream.len() * 9 / 8));
    let write = || {
        // calamine knows no root in the newer version.
        let mut file = CompoundFile::create_with_version(Version::V3, space)?;
        file.create_stream(name)?.write_all(&stream)?;
        file.flush()?;
        Ok::<_, std::io::Error>(file.into_inner().into_inner())
    };
    write().map_err(Trouble::damaged_workbook)
}

/// A record: its kind and where its bytes begin and end.
struct Record {
    kind: u16,
    data: std::ops::Range<usize>,
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Records from a place on, up to the first that is not whole.
fn records(stream: &[u8], mut at: usize) -> impl Iterator<Item = Record> {
    std::iter::from_fn(move || {
        let (kind, length) = (word(stream, at)?, word(stream, at + 2)?);
        let data = at + 4..at + 4 + usize::from(length);
        at = data.end;
        (at <= stream.len()).then_some(Record { kind, data })
    })
}

/// Takes back what sheets claim, and looks at what they hold.
fn tame(stream: &mut [u8]) -> Result<()> {
    let sheets: Vec<usize> = records(stream, 0)
        .take_while(|record| record.kind != END)
        .filter(|record| record.kind == SHEET)
        .filter_map(|record| Some(u32::from_le_bytes(*stream.get(record.data.start..)?.first_chunk()?) as usize))
        .collect();
    for sheet in sheets {
        if sheet >= stream.len() {
            return Err(Trouble::damaged_workbook("a sheet lies outside the file"));
        }
        let mut claims = Vec::new();
        // Charts within a sheet have cells of their own.
        let (mut depth, mut rows, mut columns) = (0, (u16::MAX, 0), (u16::MAX, 0));
        for Record { kind, data } in records(stream, sheet) {
            match kind {
                BEGIN => depth += 1,
                END if depth <= 1 => break,
                END => depth -= 1,
                DIMENSIONS => claims.push(data),
                _ if depth <= 1 && (kind == ROW_OF_NUMBERS || CELLS.contains(&kind)) => {
                    let (Some(row), Some(first)) = (word(stream, data.start), word(stream, data.start + 2)) else {
                        break;
                    };
                    let count = if kind == ROW_OF_NUMBERS { (data.len() / 6) as u16 } else { 1 };
                    let last = first.saturating_add(count);
                    rows = (row.min(rows.0), row.max(rows.1));
                    columns = (first.min(columns.0), last.max(columns.1));
                }
                _ => (),
            }
        }
        let spread = |(first, last): (u16, u16)| u64::from(last.saturating_sub(first)) + 1;
        if spread(rows) * spread(columns) > MOST_CELLS {
            return Err(Trouble::damaged_workbook("a sheet has cells so far apart that nearly all between are blank"));
        }
        claims.into_iter().for_each(|claim| stream[claim].fill(0));
    }
    Ok(())
}
