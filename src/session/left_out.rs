//! The rows that were left out of a shop, as CSV: `file,row,reason,text`, in the order of the files, with their text as
//! it stands there. The files are read a second time for it.

use std::fmt::Write as _;

use super::shop::Shop;
use crate::error::Result;
use crate::ingest::left_out::Finder;
use crate::present::export::{defused, field};

/// How to write the list.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LeftOutOptions {
    /// What to call the reasons, by their codes, for a column `why` after `reason`; none for no such column.
    pub words: Vec<(String, String)>,
    /// Whether spreadsheets shall open it safely: a byte order mark, formulas made harmless. Without, cells are literal.
    pub for_spreadsheets: bool,
}

/// The list being written. Tell it of each table of the source, packed ones too, in the order in which they were first
/// read, and give it its bytes.
pub struct LeftOutList {
    finders: Vec<(usize, String, Finder)>,
    options: LeftOutOptions,
    table: usize,
    begun: bool,
}

impl LeftOutList {
    /// Of a shop.
    pub fn new(shop: &Shop, options: LeftOutOptions) -> Self {
        Self { finders: shop.rows.finders(&shop.built.unused), options, table: 0, begun: false }
    }

    /// The first lines: the names of the columns.
    pub fn head(&self) -> String {
        let mark = if self.options.for_spreadsheets { "\u{feff}" } else { "" };
        let why = if self.options.words.is_empty() { "" } else { ",why" };
        format!("{mark}file,row,reason{why},text\n")
    }

    /// Goes on to the next table of the source; writes what is still to say of the one before.
    ///
    /// # Errors
    /// Fails where a file is no longer what it was.
    pub fn begin(&mut self) -> Result<String> {
        let rest = if self.begun { self.end()? } else { String::new() };
        self.table += usize::from(self.begun);
        self.begun = true;
        Ok(rest)
    }

    /// Whether all rows of the present table were found: its other bytes need not be given.
    pub fn is_done(&self) -> bool {
        self.finders.iter().find(|(place, ..)| *place == self.table).is_none_or(|(.., finder)| finder.is_done())
    }

    /// Takes bytes of the present table; writes the rows that were found in them.
    ///
    /// # Errors
    /// As [`LeftOutList::begin`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<String> {
        self.each(|finder, take| finder.push(bytes, take))
    }

    /// Ends the last table.
    ///
    /// # Errors
    /// As [`LeftOutList::begin`].
    pub fn end(&mut self) -> Result<String> {
        self.each(|finder, take| finder.finish(take))
    }

    fn each(
        &mut self,
        work: impl FnOnce(&mut Finder, &mut dyn FnMut(u64, &str, &str)) -> Result<()>,
    ) -> Result<String> {
        let mut out = String::new();
        let Some((_, file, finder)) = self.finders.iter_mut().find(|(place, ..)| *place == self.table) else {
            return Ok(out);
        };
        let options = &self.options;
        let cell = |text: &str| match options.for_spreadsheets {
            true => field(&defused(text)).into_owned(),
            false => field(text).into_owned(),
        };
        let file = cell(file);
        work(finder, &mut |record, reason, text| {
            let why = match options.words.is_empty() {
                true => String::new(),
                false => format!(
                    ",{}",
                    cell(options.words.iter().find(|(code, _)| code == reason).map_or("", |(_, word)| word))
                ),
            };
            // Writing to a text never fails.
            let _ = writeln!(out, "{file},{record},{reason}{why},{}", cell(text));
        })?;
        Ok(out)
    }
}
