//! What is told of a file's beginning: what stands above and below the header, columns of one name, columns of totals.

use crate::ingest::header::Head;
use crate::notes::Note;

/// A file's beginning.
pub(super) struct Beginning<'a> {
    pub(super) head: Head,
    /// Records above all others that tell how the file is divided.
    pub(super) skipped_records: u64,
    pub(super) headers: &'a [String],
    /// The same in plain letters.
    pub(super) plain: &'a [String],
    /// Columns of totals.
    pub(super) total_columns: &'a [usize],
    /// Whether headers are days: two measures of one day have the same.
    pub(super) days_across: bool,
}

impl Beginning<'_> {
    /// What is told of it.
    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.head.descriptions > 0 {
            let text = "the rows below the header describe the columns, and are skipped";
            notes.push(Note::info("description-skipped", text).count(self.head.descriptions as u64));
        }
        let above = self.head.header as u64 + self.skipped_records;
        if !self.head.headless && above > 0 {
            notes.push(Note::info("preamble-skipped", "the lines above the header are skipped").count(above));
        }
        let named =
            |columns: &[usize]| columns.iter().map(|&at| self.headers[at].trim()).collect::<Vec<_>>().join(", ");
        let mut seen = std::collections::HashSet::new();
        let is_doubled = |place: &usize| !self.plain[*place].is_empty() && !seen.insert(self.plain[*place].as_str());
        let doubled: Vec<usize> = (0..self.plain.len()).filter(is_doubled).collect();
        if !doubled.is_empty() && !self.days_across {
            let columns = named(&doubled);
            let text = format!("columns of the same name, of which the first counts: {columns}");
            let note = Note::warning("double-headers", text).count(doubled.len() as u64);
            notes.push(note.arg("columns", columns));
        }
        if !self.total_columns.is_empty() {
            let columns = named(self.total_columns);
            let text = format!("columns of totals, which are not added to the others: {columns}");
            let note = Note::info("total-column", text).count(self.total_columns.len() as u64);
            notes.push(note.arg("columns", columns));
        }
        notes
    }
}
