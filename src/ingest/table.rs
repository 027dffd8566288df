//! The cells of a text as they stand, before anything is made of them.

use super::ReadOptions;
use super::decode::{Decode, SNIFF_BYTES};
use super::records::{self, Found, Records};
use crate::error::Result;

/// All records of a text and their cells, blanks around them included; blank lines are no records. The text may be in any
/// encoding that is read, and in gzip; `options` may name its encoding and delimiter.
///
/// ```
/// use tillcast::ingest::{ReadOptions, table};
/// let cells = table(b"name;qty\n\"Cup, red\";2\n", &ReadOptions::default())?;
/// assert_eq!(cells, [["name", "qty"], ["Cup, red", "2"]]);
/// # Ok::<(), tillcast::Error>(())
/// ```
///
/// # Errors
/// Fails on what is no text, and on a record longer than any table has.
pub fn table(bytes: &[u8], options: &ReadOptions) -> Result<Vec<Vec<String>>> {
    let mut decode = Decode::new(options.encoding.as_deref())?;
    let mut text = Vec::new();
    for piece in bytes.chunks(decode.step()) {
        decode.push(piece, &mut text)?;
    }
    decode.finish(&mut text)?;
    let wanted = options.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
    let dialect = records::sniff(&text[..text.len().min(SNIFF_BYTES)], wanted);
    let mut records = Records::default();
    records.start(&text, dialect);
    let mut rows = Vec::new();
    loop {
        match records.next(&text, dialect, true, rows.len() as u64 + 1)? {
            Found::Row => {
                let row = records.row(&text);
                if row.len() > 1 || !row.is_blank() {
                    rows.push(row.texts());
                }
            }
            Found::Partial | Found::End | Found::CutOff => return Ok(rows),
        }
    }
}
