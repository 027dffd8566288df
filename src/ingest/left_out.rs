//! Rows that were left out: all their record numbers, and, in a second pass over the file, their text as it stands there.
//!
//! The first pass keeps numbers only, four bytes a row; most shops never ask for more.

use super::LeftOut;
use super::decode::Decode;
use super::marks::{GIFT_CARD, TEST};
use super::records::{Dialect, Found, Records};
use crate::error::Result;
use crate::notes::Note;
use crate::order::sort_few;

/// Records that a report names.
const NAMED_RECORDS: usize = 5;

/// Reasons that are the shop's to decide, by [`super::ReadOptions::counted`] and `uncounted`.
const OPTIONAL: [&str; 15] = [
    "cancelled",
    "refunded",
    "voided",
    "expired",
    "unpaid",
    "failed",
    "returned",
    "free",
    "not-a-product",
    TEST,
    GIFT_CARD,
    "duplicate",
    "pending-kept",
    "partly-refunded-kept",
    RETURNS_KEPT,
];

/// What [`super::ReadOptions::counted`] may name: kinds of lines that are left out unless the shop says otherwise.
pub fn countable() -> impl Iterator<Item = &'static str> {
    OPTIONAL.into_iter().filter(|reason| !reason.ends_with(KEPT))
}

/// What [`super::ReadOptions::uncounted`] may name of what reading finds: kinds that count unless the shop says
/// otherwise.
pub fn kept() -> impl Iterator<Item = &'static str> {
    OPTIONAL.into_iter().filter(|reason| reason.ends_with(KEPT))
}

/// How codes of kinds end that count unless the shop says otherwise.
pub const KEPT: &str = "-kept";

/// Lines of pieces that came back, written as a quantity below zero.
pub(super) const RETURNS_KEPT: &str = "returns-kept";

/// How [`super::ReadOptions::uncounted`] names a status whose lines shall not count: this, and its word.
pub const STATUS: &str = "status:";

/// Why lines are left out whose status the shop named.
pub(super) const BY_STATUS: &str = "status";

/// What the lines after a file's last record are called.
pub(super) const FOOTER: &str = "footer";

/// Why rows are left out in which something was sold, though it cannot be told when, how much or of what: no choice of the
/// shop's. An empty date may be that of an order that was never paid, a blank in a list that nothing was sold.
const LOST: [&str; 6] = ["bad-date", "bad-number", "no-quantity", "no-product", "short-row", "long-row"];
/// One row in this many of a file, lost so, makes forecasts too low by more than their usual bias.
const LOST_IN: usize = 20;
/// Code of the note that says so.
pub const ROWS_LOST: &str = "rows-lost";

/// Code of the note on lines that count though they would be left out.
pub(super) const COUNTED: &str = "counted";

/// Says that they do.
pub(super) fn counted_note(reason: &str, count: u64) -> Note {
    Note::info(COUNTED, format!("{count} orders or lines count that would be left out: {reason}"))
        .count(count)
        .arg("reason", reason)
}

/// Lines left out for one reason, by their records.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Left {
    /// As in [`LeftOut::reason`], or `footer` for what stands after the last record.
    pub reason: String,
    /// Record of each line; one that holds several lines may stand here several times.
    pub records: Vec<u32>,
}

impl Left {
    /// What a report says of them.
    pub(crate) fn told(&self) -> LeftOut {
        LeftOut {
            reason: self.reason.clone(),
            count: self.records.len() as u64,
            records: self.named(),
            optional: is_optional(&self.reason),
        }
    }
}

impl Left {
    /// The first few records, each once though it may hold several lines.
    fn named(&self) -> Vec<u64> {
        let mut named: Vec<u64> = Vec::with_capacity(NAMED_RECORDS);
        for &record in &self.records {
            if named.len() == NAMED_RECORDS {
                break;
            }
            if named.last() != Some(&u64::from(record)) {
                named.push(u64::from(record));
            }
        }
        named
    }
}

/// Whether it is for the shop to say that such lines count.
pub(super) fn is_optional(reason: &str) -> bool {
    OPTIONAL.contains(&reason)
}

/// Where the records of a file begin and how they are divided: a second pass numbers them as the first did.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scan {
    pub(super) dialect: Dialect,
    /// Bytes of text before the first data record.
    pub(super) begin: usize,
    /// Records before it.
    pub(super) before: u64,
    /// The user's label of the encoding.
    pub(super) encoding: Option<String>,
}

/// Rows of a file by what became of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileRows {
    /// Place of the file, or table of a packed file, among all that were given.
    pub place: usize,
    /// Its name.
    pub file: String,
    pub(super) scan: Option<Scan>,
    pub(super) left: Vec<Left>,
    /// Record of each line that is used.
    pub(super) used: Vec<u32>,
    /// Whether its lines have order numbers.
    pub(super) is_ordered: bool,
    /// Whether a row holds the lines of several days or products.
    pub(super) is_across: bool,
}

impl FileRows {
    /// Leaves out a line that was used so far, by its place among the used ones, which stays as it is.
    pub(super) fn add(&mut self, line: usize, reason: &str) {
        let Some(&record) = self.used.get(line) else { return };
        match self.left.iter_mut().find(|left| left.reason == reason) {
            Some(left) => left.records.push(record),
            None => self.left.push(Left { reason: reason.to_owned(), records: vec![record] }),
        }
    }

    /// Leaves out the used lines that are not to be kept, which still stand where they stood.
    pub(super) fn add_unkept(&mut self, keep: &[bool], reason: &str) {
        (0..keep.len()).filter(|&line| !keep[line]).for_each(|line| self.add(line, reason));
    }

    /// The same by rows: one that holds the lines of several days or products is left out where none is kept. How many.
    pub(super) fn add_unkept_rows(&mut self, keep: &[bool], reason: &str) -> u64 {
        let (mut line, mut unkept) = (0, Vec::new());
        for row in self.used.chunk_by(|one, other| self.is_across && one == other) {
            if !keep.iter().skip(line).take(row.len()).any(|keep| *keep) {
                unkept.push(line);
            }
            line += row.len();
        }
        unkept.iter().for_each(|&line| self.add(line, reason));
        unkept.len() as u64
    }
}

/// Rows of all files of a shop, by what became of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ShopRows {
    /// One for each file that was used, in the order of the shop's lines.
    pub files: Vec<FileRows>,
}

impl ShopRows {
    /// For runs of the shop's lines, how many and whether they have order numbers.
    pub fn ordered(&self) -> impl Iterator<Item = (usize, bool)> + '_ {
        self.files.iter().map(|file| (file.used.len(), file.is_ordered))
    }

    /// What was left out after reading of each file: `lines` of the shop, by reason. A row that holds the lines of
    /// several days or products is left out only where none of them is used.
    pub fn later(&self, lines: &[(&'static str, Vec<u32>)]) -> Vec<Vec<Left>> {
        let mut first = 0;
        let of_file = |file: &FileRows| {
            let own = first..first + file.used.len();
            first = own.end;
            let of = |lines: &[u32]| -> Vec<usize> {
                lines
                    .iter()
                    .map(|&line| line as usize)
                    .filter(|line| own.contains(line))
                    .map(|line| line - own.start)
                    .collect()
            };
            // Of rows with several lines those of which anything is used, and then those already told.
            let mut is_settled = Vec::new();
            if file.is_across {
                let mut is_used = vec![true; file.used.len()];
                lines.iter().flat_map(|(_, lines)| of(lines)).for_each(|line| is_used[line] = false);
                is_settled.resize(file.used.iter().max().map_or(0, |last| *last as usize + 1), false);
                let used = file.used.iter().zip(&is_used).filter(|(_, is_used)| **is_used);
                used.for_each(|(record, _)| is_settled[*record as usize] = true);
            }
            let mut left = Vec::new();
            for (reason, lines) in lines {
                let mut records: Vec<u32> = of(lines).into_iter().map(|line| file.used[line]).collect();
                if file.is_across {
                    records.retain(|record| !std::mem::replace(&mut is_settled[*record as usize], true));
                }
                if !records.is_empty() {
                    left.push(Left { reason: (*reason).to_owned(), records });
                }
            }
            left
        };
        self.files.iter().map(of_file).collect()
    }

    /// Says how much too low forecasts are, where many rows of a file are left out though something was sold in them. A
    /// file of few such rows is not looked at: among many files one bad one makes its own months too low. `later` as in
    /// [`ShopRows::finders`].
    pub fn lost_note(&self, later: &[(&'static str, Vec<u32>)]) -> Option<Note> {
        let is_lost = |left: &&Left| LOST.contains(&&*left.reason);
        let rows = |left: &[Left]| left.iter().filter(is_lost).map(|left| left.records.len()).sum::<usize>();
        let (mut lost, mut all, mut why) = (0, 0, Vec::<String>::new());
        for (file, later) in self.files.iter().zip(self.later(later)) {
            // What is left out later was used at first.
            let (own, own_all) = (rows(&file.left) + rows(&later), rows(&file.left) + file.used.len());
            // A file without lines of its own only served another.
            if !file.used.is_empty() && own > 0 && own * LOST_IN >= own_all {
                lost += own;
                all += own_all;
                for left in file.left.iter().chain(&later).filter(is_lost).filter(|left| !left.records.is_empty()) {
                    if !why.contains(&left.reason) {
                        why.push(left.reason.clone());
                    }
                }
            }
        }
        if lost == 0 {
            return None;
        }
        sort_few(&mut why, |one, other| one < other);
        let percent = (200 * lost + all) / (2 * all);
        let text = format!(
            "{lost} of {all} rows were left out though something seems to have been sold in them ({}): what was sold, and \
             the forecasts, are about {percent} % too low; correct these rows in the file and read it again",
            why.join(", ").replace('-', " ")
        );
        let note = Note::warning(ROWS_LOST, text).count(lost as u64).arg("all", all);
        Some(note.arg("percent", percent).arg("reasons", why.join(",")))
    }

    /// A search for the text of all rows that were left out, per place of a file; `later` are lines of the shop that
    /// were left out after reading, and why.
    pub fn finders(&self, later: &[(&'static str, Vec<u32>)]) -> Vec<(usize, String, Finder)> {
        let mut finders = Vec::with_capacity(self.files.len());
        for (file, later) in self.files.iter().zip(self.later(later)) {
            if let Some(scan) = &file.scan {
                let wanted = file.left.iter().chain(&later).map(Wanted::new).collect();
                finders.push((file.place, file.file.clone(), Finder::new(scan, wanted)));
            }
        }
        finders
    }
}

/// Records that were left out for a reason, each once and in the order of the file.
struct Wanted {
    reason: String,
    records: Vec<usize>,
    /// The first that was not met yet.
    next: usize,
}

impl Wanted {
    fn new(left: &Left) -> Self {
        let mut records: Vec<usize> = left.records.iter().map(|&record| record as usize).collect();
        records.sort_unstable();
        records.dedup();
        Self { reason: left.reason.clone(), records, next: 0 }
    }

    fn coming(&self) -> Option<u64> {
        self.records.get(self.next).map(|record| *record as u64)
    }
}

/// Finds records of a file again by their numbers: push the same bytes as the first time.
pub struct Finder {
    scan: Scan,
    decode: Option<Decode>,
    text: Vec<u8>,
    records: Records,
    number: u64,
    begun: bool,
    wanted: Vec<Wanted>,
    /// The next record that is wanted for any reason.
    coming: Option<u64>,
}

/// What is told of a row: its number, why it was left out, and its text.
pub type Take<'a> = &'a mut dyn FnMut(u64, &str, &str);

impl Finder {
    fn new(scan: &Scan, wanted: Vec<Wanted>) -> Self {
        Self {
            scan: scan.clone(),
            decode: None,
            text: Vec::new(),
            records: Records::default(),
            number: scan.before,
            begun: false,
            coming: wanted.iter().filter_map(Wanted::coming).min(),
            wanted,
        }
    }

    /// Whether all rows were found, so that the rest of the file need not be given.
    pub fn is_done(&self) -> bool {
        self.coming.is_none()
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// Fails where the bytes are not those of the first time.
    pub fn push(&mut self, bytes: &[u8], take: Take<'_>) -> Result<()> {
        self.take_bytes(bytes, false, take)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As [`Finder::push`].
    pub fn finish(&mut self, take: Take<'_>) -> Result<()> {
        self.take_bytes(&[], true, take)
    }

    fn take_bytes(&mut self, bytes: &[u8], last: bool, take: Take<'_>) -> Result<()> {
        if self.is_done() {
            return Ok(());
        }
        if self.decode.is_none() {
            self.decode = Some(Decode::new(self.scan.encoding.as_deref())?);
        }
        let Some(decode) = &mut self.decode else { return Ok(()) };
        decode.push(bytes, &mut self.text)?;
        if last {
            decode.finish(&mut self.text)?;
        }
        if !self.begun {
            if self.text.len() < self.scan.begin {
                return Ok(());
            }
            self.text.drain(..self.scan.begin);
            self.begun = true;
        }
        let text = std::mem::take(&mut self.text);
        let used = self.find(&text, last, take)?;
        self.text = text;
        self.text.drain(..used);
        Ok(())
    }

    /// Goes through the whole records of a text; says how many bytes they took.
    fn find(&mut self, text: &[u8], last: bool, take: Take<'_>) -> Result<usize> {
        let dialect = self.scan.dialect;
        self.records.start(text, dialect);
        loop {
            let begin = self.records.used();
            let is_row = match self.records.next(text, dialect, last, self.number + 1)? {
                Found::Row => true,
                // What is left was cut off.
                Found::CutOff => false,
                Found::Partial | Found::End => return Ok(begin),
            };
            let end = if is_row { self.records.used() } else { text.len() };
            self.number += 1;
            if self.coming == Some(self.number) {
                let line = String::from_utf8_lossy(&text[begin..end]);
                for wanted in self.wanted.iter_mut().filter(|wanted| wanted.coming() == Some(self.number)) {
                    wanted.next += 1;
                    take(self.number, &wanted.reason, line.trim_end_matches(['\r', '\n']));
                }
                self.coming = self.wanted.iter().filter_map(Wanted::coming).min();
            }
            if !is_row || self.is_done() {
                return Ok(end);
            }
        }
    }
}
