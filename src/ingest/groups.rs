//! Rows in groups: what stands once, above, for all rows of a group. Spreadsheets write a day's date in merged cells, of
//! which only the first holds it, or in a row of its own; accounting programs write so the product.

use super::plan::Cells;
use super::records::{Record, Row};
use super::{Role, dates, numbers, shape};
use crate::notes::Note;

/// Rows without a date of their own that make groups: one line in this many.
const BELOW_IN: usize = 4;
/// Dates that repeat the one above them are no heads of groups: at most one in this many does.
const REPEATED_IN: usize = 10;
/// Heads that make groups.
const FEWEST_HEADS: usize = 2;
/// Filled cells of a line: two beside a date.
const LINE_CELLS: usize = 3;
/// How the sum of a group is called, before the group's name.
const SUM_OF: &[u8] = b"total ";

/// How the rows of a file stand in groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// Rows of nothing but a date tell the date of the rows below them.
    pub date_rows: bool,
    /// Rows of nothing but a cell of this column tell the product of the rows below them.
    pub product_rows: Option<usize>,
    /// The first row of each group tells the date, and these, of those below it.
    pub first_tells: Vec<Role>,
}

/// The one filled cell of a record: its place and text.
fn only<'a>(mut cells: impl Iterator<Item = (usize, &'a [u8])>) -> Option<(usize, &'a [u8])> {
    let first = cells.find(|(_, cell)| !cell.is_empty())?;
    cells.all(|(_, cell)| cell.is_empty()).then_some(first)
}

fn cells(record: &Record) -> impl Iterator<Item = (usize, &[u8])> {
    (0..record.len()).map(|column| (column, record.field(column)))
}

fn is_date(cell: &[u8]) -> bool {
    dates::parse(cell, false).is_some()
}

/// What a row is that tells something of those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head<'a> {
    /// Their date.
    Date(&'a [u8]),
    /// Their product.
    Product(&'a [u8]),
}

impl Groups {
    /// Looks for rows that tell something of those below them.
    pub fn by_rows(rows: &[&Record]) -> Self {
        // Below the last line there is nothing to head.
        let end = rows.iter().rposition(|row| only(cells(row)).is_none()).map_or(0, |last| last + 1);
        let rows = &rows[..end];
        let heads: Vec<(usize, &[u8])> = rows.iter().filter_map(|row| only(cells(row))).collect();
        let lines: Vec<&&Record> = rows
            .iter()
            .filter(|row| cells(row).filter(|(_, cell)| !cell.is_empty()).count() >= LINE_CELLS)
            .filter(|row| cells(row).any(|(_, cell)| is_date(cell)) && !cells(row).any(|(_, cell)| is_sum(cell)))
            .collect();
        let begins = rows.first().and_then(|row| only(cells(row)));
        let Some((column, first)) = begins.filter(|_| heads.len() >= FEWEST_HEADS) else { return Self::default() };
        let dated = heads.iter().filter(|(_, cell)| is_date(cell)).count();
        if is_date(first) {
            // A file whose lines have dates of their own needs no others.
            let date_rows = dated >= FEWEST_HEADS && lines.len() < dated;
            return Self { date_rows, ..Self::default() };
        }
        let is_apart = dated == 0 && !lines.is_empty() && lines.iter().all(|line| line.field(column).is_empty());
        let is_named = numbers::parse(first, b'.').is_none() && heads.iter().all(|(own, _)| *own == column);
        Self { product_rows: Some(column).filter(|_| is_apart && is_named), ..Self::default() }
    }

    /// Whether there are any.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a record tells something of those below it.
    pub fn is_head(&self, record: &Record) -> bool {
        only(cells(record)).is_some_and(|(column, cell)| self.of_cell(column, cell).is_some())
    }

    /// What a row tells of those below it.
    pub fn head<'a>(&self, row: &Row<'a>) -> Option<Head<'a>> {
        let (column, cell) = only((0..row.len()).map(|column| (column, row.field(column))))?;
        self.of_cell(column, cell)
    }

    fn of_cell<'a>(&self, column: usize, cell: &'a [u8]) -> Option<Head<'a>> {
        if (self.date_rows || !self.first_tells.is_empty()) && is_date(cell) {
            return Some(Head::Date(cell));
        }
        let names = self.product_rows == Some(column) && !is_sum(cell);
        names.then_some(Head::Product(cell))
    }

    /// Looks for dates that stand in the first row of each group, with the columns of the roles: of rows that tell a
    /// product and its units, many have none; those that have one begin another day; and none below is another order.
    pub fn by_cells(&mut self, rows: &[&Record], column: impl Fn(Role) -> Option<usize>) {
        let (Some(date), Some(units)) = (column(Role::Date), column(Role::Quantity)) else { return };
        let Some(product) = column(Role::Product).or_else(|| column(Role::Name)) else { return };
        let is_line = |row: &&&Record| {
            let key = row.field(product);
            !key.is_empty() && !is_sum(key) && numbers::parse(row.field(units), b'.').is_some()
        };
        let order = |row: &Record| column(Role::Order).map(|column| row.field(column).to_vec()).unwrap_or_default();
        let (mut lines, mut below, mut heads, mut repeated) = (0, 0, 0, 0);
        let (mut above, mut of_above): (&[u8], Vec<u8>) = (&[], Vec::new());
        // What was not sold yet has neither a date nor a price.
        let amount = column(Role::Revenue).or_else(|| column(Role::Price));
        let is_unsold = |row: &Record| amount.is_some_and(|column| row.field(column).is_empty());
        for row in rows.iter().filter(is_line) {
            lines += 1;
            let cell = row.field(date);
            if !cell.is_empty() {
                heads += 1;
                repeated += usize::from(cell == above);
                (above, of_above) = (cell, order(row));
                continue;
            }
            let own = order(row);
            if above.is_empty() || !own.is_empty() && own != of_above || is_unsold(row) {
                return;
            }
            below += 1;
        }
        if heads < FEWEST_HEADS || below * BELOW_IN < lines || repeated * REPEATED_IN > heads {
            return;
        }
        // What is blank in rows below only was merged along with the date.
        let is_merged = |role: &Role| {
            let Some(column) = column(*role) else { return false };
            let mut lines = rows.iter().filter(is_line);
            lines.all(|row| row.field(column).is_empty() == row.field(date).is_empty())
        };
        self.first_tells =
            [Role::Date].into_iter().chain([Role::Order, Role::Store].into_iter().filter(is_merged)).collect();
    }
}

/// Whether a cell calls its row a sum: of all, or of a group.
pub fn is_sum(cell: &[u8]) -> bool {
    shape::is_total(cell) || cell.get(..SUM_OF.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(SUM_OF))
}

/// What stands above the row that is read.
#[derive(Debug, Default)]
pub struct Above {
    cells: [Vec<u8>; 4],
    /// Rows that told the date of those below them.
    dates: u64,
    /// Rows that told their product.
    products: u64,
    /// The last of either, by its number, until a row follows that it holds for.
    new: Option<u64>,
}

/// Roles that are kept, at the places of their cells.
const KEPT: [Role; 4] = [Role::Date, Role::Product, Role::Order, Role::Store];

impl Above {
    /// Keeps what a head tells, the record of that number.
    pub fn keep(&mut self, head: Head<'_>, number: u64) {
        let (place, cell, count) = match head {
            Head::Date(cell) => (0, cell, &mut self.dates),
            Head::Product(cell) => (1, cell, &mut self.products),
        };
        *count += 1;
        self.new = Some(number);
        self.cells[place].clear();
        self.cells[place].extend_from_slice(cell);
    }

    /// The last head, if no row stands below it: it was none.
    pub fn take_last(&mut self, groups: &Groups) -> Option<u64> {
        let last = self.new.take()?;
        *(if groups.product_rows.is_some() { &mut self.products } else { &mut self.dates }) -= 1;
        Some(last)
    }

    /// Fills what stands above into the cells of a row with a product, or keeps what they tell. Whether its date did.
    pub fn fill<'a>(&'a mut self, groups: &Groups, cells: &mut Cells<'a>) -> bool {
        self.new = None;
        let product = cells[Role::Product as usize];
        let name = if product.is_empty() { cells[Role::Name as usize] } else { product };
        if groups.product_rows.is_some() {
            // What has the product beside its numbers is the sum of a group.
            if !product.is_empty() {
                return false;
            }
            cells[Role::Product as usize] = &self.cells[1];
            return false;
        }
        if is_sum(name) {
            return false;
        }
        let is_blank = cells[Role::Date as usize].is_empty();
        if groups.date_rows {
            if is_blank {
                cells[Role::Date as usize] = &self.cells[0];
            }
            return false;
        }
        let order = cells[Role::Order as usize];
        let is_below = is_blank && !name.is_empty() && (order.is_empty() || order == self.cells[2]);
        if !is_below {
            for (kept, role) in self.cells.iter_mut().zip(KEPT) {
                kept.clear();
                kept.extend_from_slice(cells[role as usize]);
            }
            return false;
        }
        for (kept, role) in self.cells.iter().zip(KEPT) {
            if groups.first_tells.contains(&role) && cells[role as usize].is_empty() {
                cells[role as usize] = kept;
            }
        }
        true
    }

    /// Says of how much the rest stood above it; of `lines` the date in the first row of their group.
    pub fn notes(&self, lines: u64) -> impl Iterator<Item = Note> {
        let told = [
            (lines, "date-above", "the date of some rows stands in a row above them"),
            (self.dates, "date-rows", "rows of nothing but a date tell the date of the rows below them"),
            (self.products, "product-rows", "rows of nothing but a product tell the product of the rows below them"),
        ];
        told.into_iter().filter(|(rows, ..)| *rows > 0).map(|(rows, code, text)| Note::info(code, text).count(rows))
    }
}
