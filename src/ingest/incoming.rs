//! Files on their way into a shop, members of archives among them: what is no table beside tables is left out, not refused.

use super::decode::replaced_note;
use super::join::settle;
use super::{DateOrder, ReadOptions, Reader, Reading};
use crate::error::{Error, Result};
use crate::notes::Note;

/// Codes of errors that mean "this is another kind of file" rather than "these orders are damaged".
const NO_TABLE: [&str; 5] = ["not-a-table", "empty-file", "no-data-rows", "no-date-column", "too-many-columns"];
/// Names that a note lists.
const NAMED: usize = 5;

/// A file being read, and where it comes from.
pub struct Incoming {
    reader: Option<Reader>,
    name: String,
    sheet: Option<String>,
    other_sheets: Vec<String>,
    encoding: Option<String>,
    optional: bool,
    failed: Option<Error>,
    left_out: Vec<String>,
    notes: Vec<Note>,
}

impl Incoming {
    /// A file with bytes as they are on the disk.
    pub fn file(name: &str, options: ReadOptions) -> Self {
        Self {
            reader: Some(Reader::new(name, options)),
            name: name.to_owned(),
            sheet: None,
            other_sheets: Vec::new(),
            encoding: None,
            optional: false,
            failed: None,
            left_out: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A member of an archive: left out, with a note, where it is no table of orders and another member is.
    pub fn member(name: &str, options: ReadOptions) -> Self {
        Self { optional: true, ..Self::file(name, options) }
    }

    /// Says that the bytes are a sheet of a workbook, as comma-separated UTF-8. Comes before the first bytes.
    #[must_use]
    pub fn of_sheet(mut self, sheet: &str, options: ReadOptions) -> Self {
        let options = ReadOptions { encoding: Some("utf-8".into()), delimiter: Some(','), ..options };
        self.reader = Some(Reader::new(&self.name, options));
        self.sheet = Some(sheet.to_owned());
        self
    }

    /// What reads the bytes, unless they were found to be no table.
    pub fn reader(&self) -> Option<&Reader> {
        self.reader.as_ref().filter(|_| self.failed.is_none())
    }

    /// The same, to be told what to read.
    pub fn reader_mut(&mut self) -> Option<&mut Reader> {
        self.reader.as_mut().filter(|_| self.failed.is_none())
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Fails as soon as it is certain that the file is no table of orders; a member of an archive never does.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        if self.failed.is_some() {
            return Ok(());
        }
        let Some(reader) = &mut self.reader else { return Ok(()) };
        match reader.push(bytes) {
            Err(error) if self.may_miss(&error) => {
                self.failed = Some(error);
                Ok(())
            }
            taken => taken,
        }
    }

    /// What the workbook of this sheet told beside its text: other sheets that were not read, cells that held errors.
    pub fn sheet_told(&mut self, others: &[String], error_cells: u64) {
        if !others.is_empty() {
            self.other_sheets = others.to_vec();
            let (sheet, list) = (self.sheet.clone().unwrap_or_default(), listed(others));
            let text = format!("the sheet \"{sheet}\" was read, and not {list}");
            self.notes.push(
                Note::info("other-sheets", text).count(others.len() as u64).arg("sheet", sheet).arg("list", list),
            );
        }
        if error_cells > 0 {
            let text = format!("{error_cells} cells hold an error such as #N/A and were read as blank");
            self.notes.push(Note::warning("error-cells", text).count(error_cells));
        }
    }

    /// Says that the bytes were made UTF-8 of text in another encoding, and how many malformed sequences it had.
    pub fn decoded(&mut self, encoding: &str, replaced: u64) {
        self.encoding = Some(encoding.to_lowercase());
        if replaced > 0 {
            self.notes.push(replaced_note(replaced));
        }
    }

    /// Names of members of this one's archive that were not even tried.
    pub fn left_out(&mut self, names: &[String]) {
        self.left_out.extend_from_slice(names);
    }

    /// Names of workbooks of this one's archive that were left out, as they lack the sheet that is wanted.
    pub fn without_sheet(&mut self, sheet: &str, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let list = listed(names);
        let text = format!("left out of the archive, as they have no sheet \"{sheet}\": {list}");
        let note = Note::warning("sheet-missing", text).count(names.len() as u64);
        self.notes.push(note.arg("sheet", sheet).arg("list", list));
    }

    fn may_miss(&self, error: &Error) -> bool {
        self.optional && NO_TABLE.contains(&error.code())
    }

    /// Takes what is left of the file: what stands between its lines and their end may hang on other files.
    fn end(&mut self) {
        if let (None, Some(reader)) = (&self.failed, &mut self.reader)
            && let Err(error) = reader.end()
        {
            self.failed = Some(error);
        }
    }

    fn finish(&mut self) -> Result<Reading> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let reader = self.reader.take().ok_or_else(|| Error::internal("the file was finished twice"))?;
        let mut reading = reader.close().map_err(|error| error.in_file(&self.name))?;
        if self.sheet.is_some() {
            // Those of the text in between say nothing about the file.
            reading.report.encoding.clear();
            reading.report.delimiter.clear();
            reading.report.sheet = self.sheet.take();
            reading.report.other_sheets = std::mem::take(&mut self.other_sheets);
        }
        if let Some(encoding) = self.encoding.take() {
            reading.report.encoding = encoding;
        }
        reading.notes.append(&mut self.notes);
        Ok(reading)
    }
}

/// Ends all files of a shop.
///
/// # Errors
/// Fails if a file holds no usable order lines; of the members of archives, only if none does.
pub fn finish(mut files: Vec<Incoming>) -> Result<Vec<Reading>> {
    files.iter_mut().for_each(Incoming::end);
    share_date_order(&mut files);
    let (mut readings, mut missed, mut left_out) = (Vec::new(), None, Vec::new());
    for (place, mut file) in files.into_iter().enumerate() {
        left_out.append(&mut file.left_out);
        match file.finish() {
            Ok(mut reading) => {
                reading.part.rows.place = place;
                readings.push(reading);
            }
            Err(error) if file.may_miss(&error) => {
                left_out.push(file.name);
                missed.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    settle(&mut readings);
    match (readings.first_mut(), missed) {
        (None, Some(error)) => Err(error),
        (Some(first), _) if !left_out.is_empty() => {
            let (count, list) = (left_out.len(), listed(&left_out));
            let text = format!("left out of the archive, as no tables of orders: {list}");
            first.notes.push(Note::info("members-left-out", text).count(count as u64).arg("list", list));
            Ok(readings)
        }
        _ => Ok(readings),
    }
}

/// Where dates of one file can be read both ways, and another file with the same headers proves one: that holds for both.
fn share_date_order(files: &mut [Incoming]) {
    if files.len() < 2 {
        return;
    }
    let proven = files.iter().filter_map(|file| file.reader()?.proves());
    let proven: Vec<(String, DateOrder)> = proven.map(|(layout, order)| (layout.to_owned(), order)).collect();
    for reader in files.iter_mut().filter_map(Incoming::reader_mut) {
        let mut orders = proven.iter().filter(|(layout, _)| reader.layout() == Some(layout)).map(|(_, order)| *order);
        let first = orders.next();
        // Files that disagree prove nothing about a third.
        if let Some(order) = first.filter(|first| orders.all(|order| order == *first)) {
            reader.follow(order);
        }
    }
}

fn listed(names: &[String]) -> String {
    let mut list = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        list += ", …";
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[u8] = b"date,sku,qty\n2026-01-01,A,2\n2026-01-02,A,3\n";

    fn incoming(member: bool, text: &[u8]) -> Result<Incoming> {
        let make = if member { Incoming::member } else { Incoming::file };
        let mut file = make(if text == TABLE { "orders.csv" } else { "readme.txt" }, ReadOptions::default());
        file.push(text)?;
        Ok(file)
    }

    #[test]
    fn what_is_no_table_is_left_out_beside_one_that_is() -> Result<()> {
        let readings = finish(vec![incoming(true, b"Thank you.\n")?, incoming(true, TABLE)?])?;
        assert_eq!(readings.len(), 1);
        let note = readings[0].notes.iter().find(|note| note.code == "members-left-out");
        assert!(note.is_some_and(|note| note.text.ends_with(": readme.txt") && note.count == Some(1)));
        Ok(())
    }

    #[test]
    fn alone_or_outside_an_archive_it_is_refused() -> Result<()> {
        let alone = finish(vec![incoming(true, b"Thank you.\n")?]);
        assert!(alone.is_err_and(|error| error.code() == "not-a-table"));
        let outside = finish(vec![incoming(false, b"Thank you.\n")?, incoming(false, TABLE)?]);
        assert!(outside.is_err_and(|error| error.code() == "not-a-table"));
        Ok(())
    }
}
