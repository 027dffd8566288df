//! The sheet of a workbook that holds the table, as text.

use calamine::{
    Data, Ods, OdsError, Range, Reader, Sheet as Tab, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
};
use std::io::Cursor;
use std::rc::Rc;

use crate::archive::{self, Kind};
use crate::cells::Cell;
use crate::compound;
use crate::inflate::Budget;
use crate::markup::{self, Found};
use crate::stream::Stream;
use crate::{PIECE_BYTES, Result, Shared, Source, Trouble};

/// Rows that are looked at to tell a table from a cover.
pub(crate) const PEEK_ROWS: usize = 50;
/// More columns than a sheet can have.
pub(crate) const MOST_COLUMNS: u32 = 16_384;
/// Blank rows in a row that are still written, so that records are counted like rows.
pub(crate) const MOST_BLANK_ROWS: u32 = 10_000;

/// Code of the trouble that no sheet has the name that is wanted.
pub(crate) const NO_SHEET: &str = "no-sheet";

/// What the first rows of a sheet tell.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Peek {
    /// Rows with any value.
    pub(crate) filled: usize,
    /// Rows with two values or more.
    pub(crate) wide: usize,
    /// Columns up to the last value.
    pub(crate) width: u32,
    /// Whether any value may be a date.
    pub(crate) is_dated: bool,
}

/// A sheet being read.
pub(crate) struct Sheet {
    name: String,
    others: Vec<String>,
    rows: Rows,
    lines: Lines,
}

enum Rows {
    /// Cells come out of the file one by one.
    Stream(Stream),
    /// All cells at once: old workbooks are small, and calamine streams neither these nor OpenDocument's.
    Whole { range: Range<Data>, next: usize },
    /// A table of a page.
    Markup { rows: Vec<Vec<Rc<str>>>, next: usize },
}

impl Sheet {
    /// Opens a workbook and picks its sheet: `wanted`, else the first visible one with a table, else the first hidden.
    pub(crate) fn open(bytes: Shared, kind: Kind, wanted: Option<&str>, budget: &Budget) -> Result<Self> {
        match kind {
            Kind::Xlsx => {
                archive::probe(&bytes, budget)?;
                let mut workbook: Xlsx<Source> = Xlsx::new(Cursor::new(bytes)).map_err(xlsx)?;
                let since_1904 = workbook.has_1904_epoch();
                let picked =
                    pick(&tabs(workbook.sheets_metadata()), wanted, |name| crate::stream::peek(&mut workbook, name))?;
                let stream = Stream::open(workbook, &picked.name)?;
                let lines = Lines { since_1904, width: picked.peek.width, ..Lines::default() };
                Ok(Self { name: picked.name, others: picked.others, rows: Rows::Stream(stream), lines })
            }
            Kind::Xls => {
                let bytes = compound::tamed(&bytes)?;
                let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(xls)?;
                let since_1904 = workbook.has_1904_epoch();
                let tabs = tabs(workbook.sheets_metadata());
                Self::whole(&tabs, wanted, since_1904, |name| workbook.worksheet_range(name).map_err(xls))
            }
            Kind::Markup => {
                let mut tables = markup::tables(&bytes)?;
                // What stands beside a page's menus has rows of several values.
                if !tables.iter().any(|table| peek_rows(&table.rows).wide > 1) {
                    return Err(markup::no_table());
                }
                let tab = |table: &Found| Tab {
                    name: table.name.clone(),
                    typ: SheetType::WorkSheet,
                    visible: SheetVisible::Visible,
                };
                let tabs: Vec<Tab> = tables.iter().map(tab).collect();
                let place = |name: &str| tables.iter().position(|table| table.name == name).unwrap_or_default();
                let picked = pick(&tabs, wanted, |name| Ok(peek_rows(&tables[place(name)].rows)))?;
                let rows = tables.swap_remove(place(&picked.name)).rows;
                let lines = Lines { width: picked.peek.width, ..Lines::default() };
                Ok(Self { name: picked.name, others: picked.others, rows: Rows::Markup { rows, next: 0 }, lines })
            }
            Kind::Ods | Kind::Archive => {
                archive::probe(&bytes, budget)?;
                let mut workbook: Ods<Source> = Ods::new(Cursor::new(bytes)).map_err(ods)?;
                let tabs = tabs(workbook.sheets_metadata());
                Self::whole(&tabs, wanted, false, |name| workbook.worksheet_range(name).map_err(ods))
            }
        }
    }

    fn whole(
        tabs: &[Tab],
        wanted: Option<&str>,
        since_1904: bool,
        mut range_of: impl FnMut(&str) -> Result<Range<Data>>,
    ) -> Result<Self> {
        let picked = pick(tabs, wanted, |name| range_of(name).map(|range| peek_range(&range)))?;
        let range = range_of(&picked.name)?;
        let lines = Lines { since_1904, width: picked.peek.width, ..Lines::default() };
        Ok(Self { name: picked.name, others: picked.others, rows: Rows::Whole { range, next: 0 }, lines })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn others(&self) -> &[String] {
        &self.others
    }

    pub(crate) fn error_cells(&self) -> u64 {
        self.lines.error_cells
    }

    /// Appends the next piece of text; says whether there may be more.
    pub(crate) fn read(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        let enough = text.len() + PIECE_BYTES;
        match &mut self.rows {
            Rows::Stream(stream) => stream.read(&mut self.lines, text, enough),
            Rows::Whole { range, next } => {
                let (first_row, first_column) = range.start().unwrap_or_default();
                let height = range.height();
                while *next < height && text.len() < enough {
                    for (column, cell) in (first_column..).zip(&range[*next]) {
                        self.lines.cell(first_row + *next as u32, column, Cell::from(cell), 0, text);
                    }
                    *next += 1;
                }
                let more = *next < height;
                if !more {
                    self.lines.end(text);
                }
                Ok(more)
            }
            Rows::Markup { rows, next } => {
                while *next < rows.len() && text.len() < enough {
                    for (column, cell) in (0..).zip(std::mem::take(&mut rows[*next])) {
                        self.lines.cell(*next as u32, column, Cell::Text(&cell), 0, text);
                    }
                    *next += 1;
                }
                let more = *next < rows.len();
                if !more {
                    self.lines.end(text);
                }
                Ok(more)
            }
        }
    }
}

/// Cells in order become lines: one for each row from the first on, blank ones too.
#[derive(Default)]
pub(crate) struct Lines {
    since_1904: bool,
    /// Fields that every line has at least; a cell that is blank at the end of a row is in no file.
    width: u32,
    /// Of the line being written; none before the first.
    row: Option<u32>,
    /// Fields of it so far.
    fields: u32,
    error_cells: u64,
}

impl Lines {
    /// Takes a cell; those of a row come together, rows in order. Cells that stand where they cannot are left out.
    pub(crate) fn cell(&mut self, row: u32, column: u32, cell: Cell<'_>, digits: usize, text: &mut Vec<u8>) {
        if matches!(cell, Cell::Error) {
            self.error_cells += 1;
        }
        if matches!(cell, Cell::Empty) || column >= MOST_COLUMNS || self.row.is_some_and(|at| row < at) {
            return;
        }
        if self.row.is_none_or(|at| row > at) {
            let before = match self.row {
                None => row,
                Some(at) => {
                    self.end(text);
                    row - at - 1
                }
            };
            for _ in 0..before.min(MOST_BLANK_ROWS) {
                self.fields = 0;
                self.end(text);
            }
            self.row = Some(row);
            self.fields = 0;
        }
        // Cells out of order within a row: only a damaged file has them.
        if self.fields > column {
            return;
        }
        // A comma stands before each field but the first.
        while self.fields < column {
            self.comma(text);
        }
        if self.fields > 0 {
            text.push(b',');
        }
        self.fields += 1;
        cell.write(digits, self.since_1904, text);
    }

    fn comma(&mut self, text: &mut Vec<u8>) {
        if self.fields > 0 {
            text.push(b',');
        }
        self.fields += 1;
    }

    /// Ends the line being written.
    pub(crate) fn end(&mut self, text: &mut Vec<u8>) {
        while self.fields < self.width {
            self.comma(text);
        }
        text.push(b'\n');
    }
}

struct Picked {
    name: String,
    peek: Peek,
    others: Vec<String>,
}

fn tabs(all: &[Tab]) -> Vec<Tab> {
    all.iter().filter(|tab| tab.typ == SheetType::WorkSheet).cloned().collect()
}

/// The first visible sheet with a table, of several the first with dates, and the names of the others that have one; a cover with a line or two is none,
/// unless there is nothing else.
fn pick(tabs: &[Tab], wanted: Option<&str>, mut peek: impl FnMut(&str) -> Result<Peek>) -> Result<Picked> {
    if let Some(wanted) = wanted {
        let Some(tab) = tabs.iter().find(|tab| tab.name.trim().eq_ignore_ascii_case(wanted.trim())) else {
            let names: Vec<&str> = tabs.iter().map(|tab| tab.name.as_str()).collect();
            return Err(Trouble::new(
                NO_SHEET,
                format!("no sheet is called \"{wanted}\"; there are {}", names.join(", ")),
                "name one of the workbook's sheets",
            ));
        };
        let picked = peek(&tab.name)?;
        let visible = tabs.iter().filter(|other| other.visible == SheetVisible::Visible && other.name != tab.name);
        // Whoever chose one may want another; what is wrong with those is no fault of this one.
        let others = visible.filter(|other| peek(&other.name).is_ok_and(|peek| peek.wide >= 2));
        let others = others.map(|other| other.name.clone()).collect();
        return Ok(Picked { name: tab.name.clone(), peek: picked, others });
    }
    let (visible, hidden): (Vec<_>, Vec<_>) = tabs.iter().partition(|tab| tab.visible == SheetVisible::Visible);
    for tabs in [visible, hidden] {
        let mut found = Vec::new();
        for tab in tabs {
            let peek = peek(&tab.name)?;
            if peek.filled > 0 {
                found.push((&tab.name, peek));
            }
        }
        // Customers or goods may stand before the orders, which have dates.
        let first = |wanted: fn(&Peek) -> bool| found.iter().position(|(_, peek)| peek.wide >= 2 && wanted(peek));
        let table = first(|peek| peek.is_dated).or_else(|| first(|_| true)).unwrap_or(0);
        if let Some(&(name, peek)) = found.get(table) {
            let others = found
                .iter()
                .filter(|(other, peek)| *other != name && peek.wide >= 2)
                .map(|(other, _)| (*other).clone());
            return Ok(Picked { name: name.clone(), peek, others: others.collect() });
        }
    }
    Err(Trouble::new("empty-file", "the workbook has no sheet with data", "export it again, over a time with orders"))
}

fn peek_range(range: &Range<Data>) -> Peek {
    let mut peek = Peek::default();
    let first = range.start().map_or(0, |(_, column)| column);
    for row in range.rows() {
        let values = row.iter().filter(|cell| !Cell::from(*cell).is_blank()).count();
        if values == 0 {
            continue;
        }
        peek.is_dated |= row.iter().any(|cell| Cell::from(cell).is_dated());
        let last = row.iter().rposition(|cell| !Cell::from(cell).is_blank()).unwrap_or(0);
        peek.filled += 1;
        peek.wide += usize::from(values > 1);
        peek.width = peek.width.max(first + last as u32 + 1);
        if peek.filled >= PEEK_ROWS {
            break;
        }
    }
    peek
}

fn peek_rows(rows: &[Vec<Rc<str>>]) -> Peek {
    let mut peek = Peek::default();
    for row in rows {
        let filled = |cell: &Rc<str>| !cell.is_empty();
        let values = row.iter().filter(|cell| filled(cell)).count();
        peek.is_dated |= row.iter().any(|cell| Cell::Text(cell).is_dated());
        peek.filled += usize::from(values > 0);
        peek.wide += usize::from(values > 1);
        peek.width = peek.width.max(row.iter().rposition(filled).map_or(0, |last| last as u32 + 1));
        if peek.filled >= PEEK_ROWS {
            break;
        }
    }
    peek
}

pub(crate) fn xlsx(error: XlsxError) -> Trouble {
    match error {
        XlsxError::Password => Trouble::password(),
        other => Trouble::damaged_workbook(other),
    }
}

fn xls(error: XlsError) -> Trouble {
    match error {
        XlsError::Password => Trouble::password(),
        other => Trouble::damaged_workbook(other),
    }
}

fn ods(error: OdsError) -> Trouble {
    match error {
        OdsError::Password => Trouble::password(),
        OdsError::InvalidMime(_) => {
            Trouble::not_a_table("document", "an OpenDocument text or presentation", "export the orders as CSV")
        }
        other => Trouble::damaged_workbook(other),
    }
}
