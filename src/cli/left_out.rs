//! `tillcast inspect FILE --left-out OUT.csv`: the rows that were left out, from a second pass over the files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::args::Files;
use super::input::{self, Opened};
use super::system;
use crate::error::{Error, Result};
use crate::ingest::packed;
use crate::session::Shop;
use crate::session::left_out::{LeftOutList, LeftOutOptions};

/// Refuses what can be read but once.
///
/// # Errors
/// Fails where standard input is among the files.
pub fn check(files: &Files) -> Result<()> {
    if files.files.iter().any(|path| path.as_os_str() == "-") {
        return Err(Error::usage("read-once", "standard input can be read but once; --left-out reads a second time")
            .remedy("save it to a file, and name that"));
    }
    Ok(())
}

/// Writes the list; the order of the tables is that in which the shop was read of them.
///
/// # Errors
/// Fails where a file can no longer be read, or the list not be written.
pub fn write(files: &Files, shop: &Shop, out: &Path) -> Result<()> {
    let failed = |error: std::io::Error| system("write", out, &error);
    let mut file = BufWriter::new(File::create(out).map_err(failed)?);
    let list = std::cell::RefCell::new(LeftOutList::new(shop, LeftOutOptions::default()));
    let text = std::cell::RefCell::new(list.borrow().head());
    for path in &files.files {
        let begin = &mut || {
            let rest = list.borrow_mut().begin()?;
            text.borrow_mut().push_str(&rest);
            Ok(())
        };
        let take = |bytes: &[u8]| {
            let rows = list.borrow_mut().push(bytes)?;
            text.borrow_mut().push_str(&rows);
            Ok(())
        };
        match input::open(path)? {
            Opened::Packed(bytes) => {
                let sheet = files.sheet.as_deref();
                packed::texts(&input::file_name(path), bytes, sheet, begin, &mut |bytes| take(bytes))?;
            }
            Opened::Text(first, rest) => {
                begin()?;
                input::stream(path, &first, rest, &mut |bytes| {
                    take(bytes)?;
                    file.write_all(text.take().as_bytes()).map_err(failed)?;
                    Ok(!list.borrow().is_done())
                })?;
            }
        }
    }
    let end = list.borrow_mut().end()?;
    text.borrow_mut().push_str(&end);
    file.write_all(text.take().as_bytes()).and_then(|()| file.flush()).map_err(failed)
}
