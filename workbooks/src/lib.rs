//! Workbooks and archives as delimited text: bytes of an `.xlsx`, `.xls`, `.ods` or `.zip` in, tables out. An `.xls` may be
//! a web page or XML that only has the name.
//!
//! Everything is decided by content, never by a file's name. A workbook gives the first sheet that holds a table; an
//! archive gives each member that may be one. Nothing is held whole but the file itself: text comes in pieces.
//!
//! A crate of its own, so that the page loads it only when such a file is opened.

mod archive;
mod cells;
mod compound;
mod inflate;
mod legacy;
mod markup;
mod sheet;
mod stream;
mod trouble;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

use std::collections::VecDeque;
use std::io::Cursor;
use std::rc::Rc;

pub use legacy::Legacy;
pub use trouble::{Result, Trouble};

use archive::{Kind, Member};
use inflate::{Budget, Inflated};
use sheet::Sheet;

/// Bytes that every reader of the same file shares.
type Shared = Rc<[u8]>;
type Source = Cursor<Shared>;

/// Text made at a stretch: about so much is appended by one call of [`Table::read`].
const PIECE_BYTES: usize = 1 << 18;

const ZIP: &[u8] = b"PK\x03\x04";
const EMPTY_ZIP: &[u8] = b"PK\x05\x06";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A file with more bytes than this is refused: it is held whole while it is read.
pub const MOST_FILE_BYTES: u64 = inflate::MOST_BYTES;

/// First bytes that [`is_packed`] looks at.
pub const MAGIC_BYTES: usize = 64;

/// Whether a file that begins like this is a workbook or an archive, and wants [`Packed::open`] before it is text.
pub fn is_packed(first: &[u8]) -> bool {
    first.starts_with(ZIP) || first.starts_with(EMPTY_ZIP) || first.starts_with(COMPOUND) || markup::is_markup(first)
}

/// A workbook or archive, opened: its tables one after the other.
pub struct Packed {
    bytes: Shared,
    budget: Budget,
    waiting: VecDeque<Member>,
    /// A workbook that is the file itself.
    whole: Option<Kind>,
    archive: bool,
    left_out: Vec<String>,
    wanted: Option<String>,
    /// Members of an archive and the sheets to read of them.
    of_members: Vec<(String, String)>,
    without_sheet: Vec<String>,
    /// What to say where no workbook has the sheet that is wanted.
    missed: Option<Trouble>,
    has_sheet: bool,
}

impl Packed {
    /// Opens the bytes of a file. `sheet` names the sheet to read of a workbook, where the user said it; of the workbooks
    /// in an archive, those that have none of that name are left out, and named.
    ///
    /// # Errors
    /// Fails on what is neither workbook nor archive, on damaged and password-protected ones, and on those that swell
    /// too far.
    pub fn open(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Self> {
        guarded(|| Self::open_unguarded(bytes, sheet))
    }

    fn open_unguarded(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Self> {
        if bytes.len() as u64 > MOST_FILE_BYTES {
            return Err(Trouble::swells());
        }
        let bytes: Shared = bytes.into();
        let mut packed = Self {
            waiting: VecDeque::new(),
            whole: None,
            archive: false,
            left_out: Vec::new(),
            wanted: sheet.map(str::to_owned),
            of_members: Vec::new(),
            without_sheet: Vec::new(),
            missed: None,
            has_sheet: false,
            budget: Budget::default(),
            bytes: bytes.clone(),
        };
        match archive::kind(&bytes)? {
            Kind::Archive => {
                let contents = archive::contents(&bytes)?;
                packed.archive = true;
                packed.waiting = contents.tables.into();
                packed.left_out = contents.left_out;
            }
            kind => packed.whole = Some(kind),
        }
        Ok(packed)
    }

    /// Whether this is an archive rather than one workbook.
    pub fn is_archive(&self) -> bool {
        self.archive
    }

    /// Names of an archive's members that are no tables.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Says which sheet to read of one workbook of an archive.
    pub fn sheet_of(&mut self, member: &str, sheet: &str) {
        self.of_members.push((member.to_owned(), sheet.to_owned()));
    }

    /// Names of an archive's workbooks that were left out, as they lack the sheet that is wanted; all of them once the
    /// last table was given.
    pub fn without_sheet(&self) -> &[String] {
        &self.without_sheet
    }

    /// The next table; none when there is no further one.
    ///
    /// # Errors
    /// Fails if the table is a damaged or protected workbook, or one without any data; at the end, if no workbook has the
    /// sheet that is wanted.
    pub fn next_table(&mut self) -> Result<Option<Table>> {
        guarded(|| self.next_unguarded())
    }

    fn next_unguarded(&mut self) -> Result<Option<Table>> {
        if let Some(kind) = self.whole.take() {
            let sheet = Sheet::open(self.bytes.clone(), kind, self.wanted.as_deref(), &self.budget)?;
            return Ok(Some(Table { name: None, content: Content::Sheet(Box::new(sheet)), ended: false }));
        }
        while let Some(member) = self.waiting.pop_front() {
            let name = member.name.clone();
            let Some(kind) = member.kind else {
                let content = Content::Text(Box::new(Inflated::new(&self.bytes, &member, &self.budget)?));
                return Ok(Some(Table { name: Some(name), content, ended: false }));
            };
            let inside =
                Inflated::new(&self.bytes, &member, &self.budget)?.whole().map_err(|trouble| trouble.inside(&name))?;
            let own = self.of_members.iter().find(|(known, _)| *known == name).map(|(_, sheet)| sheet.as_str());
            match Sheet::open(inside.into(), kind, own.or(self.wanted.as_deref()), &self.budget) {
                Ok(sheet) => {
                    self.has_sheet = true;
                    return Ok(Some(Table {
                        name: Some(name),
                        content: Content::Sheet(Box::new(sheet)),
                        ended: false,
                    }));
                }
                Err(trouble) if trouble.code == sheet::NO_SHEET && own.is_none() => {
                    self.missed.get_or_insert_with(|| trouble.inside(&name));
                    self.without_sheet.push(name);
                }
                Err(trouble) => return Err(trouble.inside(&name)),
            }
        }
        match self.missed.take() {
            Some(trouble) if !self.has_sheet => Err(trouble),
            _ => Ok(None),
        }
    }
}

/// One table.
pub struct Table {
    name: Option<String>,
    content: Content,
    ended: bool,
}

enum Content {
    Sheet(Box<Sheet>),
    Text(Box<Inflated>),
}

impl Table {
    /// Name inside the archive; none for a workbook that is the file itself.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The sheet that is read; none for a member that is text as it is, in whatever encoding and dialect.
    pub fn sheet(&self) -> Option<&str> {
        match &self.content {
            Content::Sheet(sheet) => Some(sheet.name()),
            Content::Text(_) => None,
        }
    }

    /// Other visible sheets with data, which are not read.
    pub fn other_sheets(&self) -> &[String] {
        match &self.content {
            Content::Sheet(sheet) => sheet.others(),
            Content::Text(_) => &[],
        }
    }

    /// Cells read so far that hold an error such as `#N/A`; they are blank in the text.
    pub fn error_cells(&self) -> u64 {
        match &self.content {
            Content::Sheet(sheet) => sheet.error_cells(),
            Content::Text(_) => 0,
        }
    }

    /// Appends the next piece of text. A sheet's is UTF-8 with commas and quotes, one record per row of the sheet from
    /// its first on; a member's is its own. Says whether there may be more.
    ///
    /// # Errors
    /// Fails where the file is damaged or swells too far.
    pub fn read(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let more = guarded(|| match &mut self.content {
            Content::Sheet(sheet) => sheet.read(text),
            Content::Text(inflated) => inflated.read(text),
        });
        self.ended = !matches!(more, Ok(true));
        more.map_err(|trouble| match &self.name {
            Some(name) => trouble.inside(name),
            None => trouble,
        })
    }
}

/// A damaged workbook may hold what the crates that read it do not expect; what is half read is dropped then. In the
/// browser a panic ends the module, which lives for one file.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Trouble::stopped()))
}
