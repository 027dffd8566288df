//! What a packed file is, and what is in an archive.

use std::io::Cursor;

use memchr::memmem;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::inflate::{Budget, Inflated};
use crate::{COMPOUND, Result, Shared, Source, Trouble, is_packed, markup};

/// Members that are looked at; no shop's export has so many.
const MOST_MEMBERS: usize = 1000;

/// What a packed file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Xlsx,
    Xls,
    Ods,
    /// A web page with a table, or SpreadsheetML 2003.
    Markup,
    Archive,
}

/// Where a member lies, and what it is.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) start: u64,
    pub(crate) compressed: u64,
    pub(crate) method: CompressionMethod,
    pub(crate) crc: u32,
    /// Which workbook it is; none for text.
    pub(crate) kind: Option<Kind>,
}

/// What is in an archive.
pub(crate) struct Contents {
    pub(crate) tables: Vec<Member>,
    pub(crate) left_out: Vec<String>,
}

/// Tells workbooks from archives, by what is in them.
pub(crate) fn kind(bytes: &Shared) -> Result<Kind> {
    if bytes.starts_with(COMPOUND) {
        return compound(bytes);
    }
    if markup::is_markup(bytes) {
        return markup::check(bytes).map(|()| Kind::Markup);
    }
    let archive = directory(bytes)?;
    let has = |wanted: &str| archive.index_for_name(wanted).is_some();
    if has("xl/workbook.bin") {
        let remedy = "in Excel: Save as, Excel workbook (.xlsx) or CSV";
        return Err(Trouble::not_a_table("xlsb", "a binary Excel workbook (.xlsb)", remedy));
    }
    if has("word/document.xml") || has("ppt/presentation.xml") {
        return Err(Trouble::not_a_table("document", "a document or presentation", "export the orders as CSV"));
    }
    if has("Index/Document.iwa") || has("Index.zip") {
        return Err(Trouble::not_a_table("numbers", "an Apple Numbers document", "in Numbers: File, Export to, CSV"));
    }
    if has("[Content_Types].xml") {
        return Ok(Kind::Xlsx);
    }
    if has("content.xml") && has("mimetype") {
        return Ok(Kind::Ods);
    }
    Ok(Kind::Archive)
}

/// Compound files hold old workbooks, workbooks under a password, and all kinds of old documents.
fn compound(bytes: &[u8]) -> Result<Kind> {
    // Names of streams stand in the file as UTF-16.
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &name).is_some()
    };
    if has("EncryptedPackage") {
        return Err(Trouble::password());
    }
    if has("Workbook") || has("Book") {
        return Ok(Kind::Xls);
    }
    Err(Trouble::not_a_table("document", "an old Office document", "export the orders as CSV"))
}

fn directory(bytes: &Shared) -> Result<ZipArchive<Source>> {
    ZipArchive::new(Cursor::new(bytes.clone())).map_err(|error| match error {
        ZipError::Io(_) | ZipError::InvalidArchive(_) => {
            Trouble::damaged_archive("its directory is missing, as after a download that was cut off")
        }
        other => Trouble::damaged_archive(other),
    })
}

/// All members in the order of the directory; folders left out.
fn members(bytes: &Shared) -> Result<Vec<Member>> {
    let mut archive = directory(bytes)?;
    let mut members = Vec::new();
    if archive.len() > MOST_MEMBERS {
        let message =
            format!("there are {} files inside, more than the {MOST_MEMBERS} that are looked at", archive.len());
        return Err(Trouble::new("too-many-files", message, "unpack it, and choose the files of orders"));
    }
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Trouble::password(),
            other => Trouble::damaged_archive(other),
        })?;
        if file.is_dir() {
            continue;
        }
        if file.encrypted() {
            return Err(Trouble::password());
        }
        let name = file.name().map_or_else(|_| String::from_utf8_lossy(file.name_raw()).into_owned(), Into::into);
        let start = file.data_start().ok_or_else(|| Trouble::damaged_archive("a member cannot be found"))?;
        let (compressed, method, crc) = (file.compressed_size(), file.compression(), file.crc32());
        members.push(Member { name, start, compressed, method, crc, kind: None });
    }
    Ok(members)
}

/// Sorts an archive's members into tables and others.
pub(crate) fn contents(bytes: &Shared) -> Result<Contents> {
    let mut contents = Contents { tables: Vec::new(), left_out: Vec::new() };
    for mut member in members(bytes)? {
        // What macOS and others put beside the files.
        if member.name.starts_with("__MACOSX/")
            || member.name.rsplit('/').next().is_some_and(|last| last.starts_with('.'))
        {
            continue;
        }
        let head = Inflated::new(bytes, &member, &Budget::default())?.head()?;
        if is_packed(&head) {
            let inside: Shared = Inflated::new(bytes, &member, &Budget::default())?.whole()?.into();
            match kind(&inside) {
                Ok(Kind::Archive) => contents.left_out.push(member.name),
                Ok(workbook) => {
                    member.kind = Some(workbook);
                    contents.tables.push(member);
                }
                Err(trouble) if trouble.code == "not-a-table" => contents.left_out.push(member.name),
                Err(trouble) => return Err(trouble.inside(&member.name)),
            }
        } else if is_text(&head) {
            contents.tables.push(member);
        } else {
            contents.left_out.push(member.name);
        }
    }
    if contents.tables.is_empty() {
        return Err(Trouble::new(
            "no-tables",
            "no file in the archive is a table",
            "pack the orders as CSV or .xlsx, or choose them directly",
        ));
    }
    Ok(contents)
}

/// Whether bytes begin like text in any encoding, or like gzip of it: what they say is for the reader of orders to judge.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\x1f\x8b") || head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return true;
    }
    if head.starts_with(b"%PDF") || head.starts_with(b"{\\rtf") || head.is_empty() {
        return false;
    }
    let controls = head.iter().filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31)).count();
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    // UTF-16 without a mark: every other byte of plain letters and digits is zero.
    controls == 0 && (zeros == 0 || zeros * 3 > head.len())
}

/// Inflates what a workbook's readers will inflate, to nowhere: they know no limits.
pub(crate) fn probe(bytes: &Shared, budget: &Budget) -> Result<()> {
    for member in members(bytes)? {
        let mut head = Vec::new();
        let total = Inflated::new(bytes, &member, budget)?.probe(|piece| {
            if head.is_empty() {
                head.extend_from_slice(&piece[..piece.len().min(1024)]);
            }
        })?;
        // Room is made for as many shared texts as a workbook claims to have.
        if claimed_texts(&head).is_some_and(|claimed| claimed > total) {
            return Err(Trouble::damaged_workbook("it claims more texts than it can hold"));
        }
    }
    Ok(())
}

fn claimed_texts(head: &[u8]) -> Option<u64> {
    let key = b"uniqueCount=\"";
    let at = memmem::find(head, key)? + key.len();
    let digits = head[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some(std::str::from_utf8(&head[at..at + digits]).ok()?.parse().unwrap_or(u64::MAX))
}
