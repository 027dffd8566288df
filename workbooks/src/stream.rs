//! Cells of an .xlsx sheet one by one: a sheet of a million rows is never held whole.

use calamine::{Style, Xlsx, XlsxCellReader, XlsxError};
use self_cell::{MutBorrow, self_cell};

use crate::cells::Cell;
use crate::sheet::{Lines, PEEK_ROWS, Peek, xlsx};
use crate::{Result, Source};

type Cells<'a> = XlsxCellReader<'a, Source>;

self_cell!(
    /// The reader of cells borrows its workbook.
    struct Borrowed {
        owner: MutBorrow<Xlsx<Source>>,
        #[not_covariant]
        dependent: Cells,
    }
);

/// A sheet whose cells are being read.
pub(crate) struct Stream {
    cells: Borrowed,
    /// Least digits of whole numbers by style: ids are kept as numbers that show leading zeros.
    digits: Vec<u8>,
}

impl Stream {
    pub(crate) fn open(workbook: Xlsx<Source>, name: &str) -> Result<Self> {
        let cells =
            Borrowed::try_new(MutBorrow::new(workbook), |workbook| workbook.borrow_mut().worksheet_cells_reader(name))
                .map_err(xlsx)?;
        let digits = cells.with_dependent(|_, cells| cells.styles().iter().map(zeros).collect());
        Ok(Self { cells, digits })
    }

    /// Appends lines until `text` is `enough` long; says whether there may be more.
    pub(crate) fn read(&mut self, lines: &mut Lines, text: &mut Vec<u8>, enough: usize) -> Result<bool> {
        let digits = &self.digits;
        self.cells.with_dependent_mut(|_, cells| {
            while text.len() < enough {
                let Some((cell, style)) = cells.next_cell_with_style_id().map_err(xlsx)? else {
                    lines.end(text);
                    return Ok(false);
                };
                let (row, column) = cell.get_position();
                let least = digits.get(style).copied().unwrap_or(0);
                lines.cell(row, column, Cell::from(cell.get_value()), usize::from(least), text);
            }
            Ok(true)
        })
    }
}

/// How many digits a format of zeros alone (`00000`) asks for.
fn zeros(style: &Style) -> u8 {
    let code = style.number_format.as_ref().map_or("", |format| format.format_code.as_str());
    if code.len() > 1 && code.bytes().all(|byte| byte == b'0') { u8::try_from(code.len()).unwrap_or(0) } else { 0 }
}

/// What the first rows of a sheet tell.
pub(crate) fn peek(workbook: &mut Xlsx<Source>, name: &str) -> Result<Peek> {
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A sheet of charts, or one that the workbook names but does not have.
        Err(XlsxError::NotAWorksheet(_) | XlsxError::WorksheetNotFound(_)) => return Ok(Peek::default()),
        Err(error) => return Err(xlsx(error)),
    };
    let (mut peek, mut at, mut values) = (Peek::default(), None, 0);
    while peek.filled < PEEK_ROWS {
        let Some(cell) = cells.next_cell().map_err(xlsx)? else { break };
        let value = Cell::from(cell.get_value());
        if value.is_blank() {
            continue;
        }
        let (row, column) = cell.get_position();
        if at != Some(row) {
            at = Some(row);
            peek.filled += 1;
            values = 0;
        }
        values += 1;
        peek.is_dated |= value.is_dated();
        peek.wide += usize::from(values == 2);
        peek.width = peek.width.max(column.saturating_add(1).min(crate::sheet::MOST_COLUMNS));
    }
    Ok(peek)
}
