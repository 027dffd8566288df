//! Workbooks and archives for the command; the page has a module of its own for them, loaded when it is needed.

use tillcast_workbooks::{Packed, Trouble};

use super::{Incoming, ReadOptions};
use crate::error::{Error, Position, Result};

pub use tillcast_workbooks::{MAGIC_BYTES, MOST_FILE_BYTES, is_packed};

/// Reads a workbook or archive from its bytes: one file on its way for each table in it.
///
/// # Errors
/// Fails on damaged, protected and exploding files, and as [`Incoming::push`].
pub fn read(name: &str, bytes: Vec<u8>, options: &ReadOptions) -> Result<Vec<Incoming>> {
    let outside = |trouble: Trouble| error_of(trouble, name);
    let mut packed = Packed::open(bytes, options.sheet.as_deref()).map_err(outside)?;
    let mut files = Vec::new();
    let mut text = Vec::new();
    while let Some(mut table) = packed.next_table().map_err(outside)? {
        let mut file = match table.name() {
            Some(member) => Incoming::member(&format!("{name}/{member}"), options.clone()),
            None => Incoming::file(name, options.clone()),
        };
        if let Some(sheet) = table.sheet() {
            file = file.of_sheet(sheet, options.clone());
        }
        loop {
            text.clear();
            let more = table.read(&mut text).map_err(outside)?;
            file.push(&text).map_err(|error| error.in_file(name))?;
            if !more {
                break;
            }
        }
        file.sheet_told(table.other_sheets(), table.error_cells());
        files.push(file);
    }
    if let Some(first) = files.first_mut() {
        let within =
            |members: &[String]| -> Vec<String> { members.iter().map(|member| format!("{name}/{member}")).collect() };
        first.left_out(&within(packed.left_out()));
        first.without_sheet(options.sheet.as_deref().unwrap_or_default(), &within(packed.without_sheet()));
    }
    Ok(files)
}

/// Goes through the text of every table that [`read`] makes a file of, in the same order: `begin` is told of each
/// table, `take` of its bytes.
///
/// # Errors
/// As [`read`], and whatever `begin` and `take` fail with.
pub fn texts(
    name: &str,
    bytes: Vec<u8>,
    sheet: Option<&str>,
    begin: &mut dyn FnMut() -> Result<()>,
    take: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    let outside = |trouble: Trouble| error_of(trouble, name);
    let mut packed = Packed::open(bytes, sheet).map_err(outside)?;
    let mut text = Vec::new();
    while let Some(mut table) = packed.next_table().map_err(outside)? {
        begin()?;
        loop {
            text.clear();
            let more = table.read(&mut text).map_err(outside)?;
            take(&text)?;
            if !more {
                break;
            }
        }
    }
    Ok(())
}

/// The text of the first table, for small files beside the orders.
///
/// # Errors
/// As [`read`].
pub fn first_table(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let outside = |trouble: Trouble| error_of(trouble, name);
    let mut text = Vec::new();
    if let Some(mut table) = Packed::open(bytes, None).map_err(outside)?.next_table().map_err(outside)? {
        while table.read(&mut text).map_err(outside)? {}
    }
    Ok(text)
}

fn error_of(trouble: Trouble, name: &str) -> Error {
    let file = match &trouble.member {
        Some(member) => format!("{name}/{member}"),
        None => name.to_owned(),
    };
    let error = Error::input(trouble.code, trouble.message).remedy(trouble.remedy);
    let at = Position { file: Some(file), ..Position::default() };
    trouble.args.iter().fold(error, |error, (name, value)| error.arg(name, value)).at(at)
}
