//! The reader: bytes in, order lines out.

mod close;
mod line;
mod marked;
mod order;
mod section;
mod unread;

use std::borrow::Cow;

use super::decode::{Decode, GZIP_STEP, SNIFF_BYTES};
use super::groups::Above;
use super::lines::{Lines, Reasons};
use super::plan::Plan;
use super::records::{Found, Records, Row};
use super::repeats::Repeats;
use super::shape::{self, Made, Melt};
use super::{DateOrder, ReadOptions, Role};
use crate::error::Result;
use line::{OrderFields, Statuses};
use marked::Marked;

use section::{Bounds, Meets};
use unread::Unread;

/// Bytes looked at in one go, however many come: their text and the places of all its delimiters take many times as much,
/// and what is looked at twice should still be in the processor's cache.
const PIECE_BYTES: usize = 256 << 10;

/// Reads a file piece by piece: give it bytes as they come, then ask for the result.
///
/// ```
/// use tillcast::ingest::{ReadOptions, Reader};
/// let mut reader = Reader::new("sales.csv", ReadOptions::default());
/// reader.push(b"date,sku,qty\n2026-01-01,A,2\n2026-01-02,A,3\n2026-01-03,A,1\n")?;
/// let reading = reader.finish()?;
/// assert_eq!(reading.orders.quantity, [2.0, 3.0, 1.0]);
/// # Ok::<(), tillcast::Error>(())
/// ```
pub struct Reader {
    name: String,
    options: ReadOptions,
    decode: Option<Decode>,
    text: Vec<u8>,
    plan: Option<Plan>,
    records: Records,
    number: u64,
    read: u64,
    lines: Lines,
    reasons: Reasons,
    /// Orders worth a note: its code, and a line of the order.
    noted: Vec<(Cow<'static, str>, usize)>,
    order: OrderFields,
    repeats: Repeats,
    /// Currencies and the lines in each.
    currencies: Vec<(Vec<u8>, u64)>,
    statuses: Statuses,
    seconds: Statuses,
    kinds: Statuses,
    marked: Marked,
    made: Made,
    /// Rows of a table with days or products across of which any cell was used.
    rows_melted: u64,
    /// Records without what makes a line since the last whole one, and why: at the file's end they are its footer.
    loose: Vec<(u64, Cow<'static, str>)>,
    /// Whether any record had what makes a line.
    met_whole: bool,
    cut_off: bool,
    /// No record ends in less of `text` than this.
    least: usize,
    /// Bytes of text that were read before those in `text`.
    before: u64,
    bounds: Option<Bounds>,
    above: Above,
    /// Lines whose date stands in a line above them.
    below: u64,
    unread: Unread,
    /// The order of day and month that another file of the same layout proves.
    sibling: Option<DateOrder>,
}

impl Reader {
    /// A reader for a file of that name (used in messages only, never to guess the format).
    pub fn new(name: &str, options: ReadOptions) -> Self {
        Self {
            name: name.to_owned(),
            options,
            decode: None,
            text: Vec::new(),
            plan: None,
            records: Records::default(),
            number: 0,
            read: 0,
            lines: Lines::default(),
            reasons: Reasons::default(),
            noted: Vec::new(),
            order: OrderFields::default(),
            repeats: Repeats::default(),
            currencies: Vec::new(),
            statuses: Statuses::default(),
            seconds: Statuses::default(),
            kinds: Statuses::default(),
            marked: Marked::default(),
            made: Made::default(),
            rows_melted: 0,
            loose: Vec::new(),
            met_whole: false,
            cut_off: false,
            least: 0,
            before: 0,
            bounds: None,
            above: Above::default(),
            below: 0,
            unread: Unread::default(),
            sibling: None,
        }
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// Fails as soon as it is certain that the file is no table of orders.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let step = self.decode.as_ref().map_or(GZIP_STEP, Decode::step).min(PIECE_BYTES).min(rest.len());
            let (piece, after) = rest.split_at(step);
            rest = after;
            self.take(piece, false).map_err(|error| error.in_file(&self.name))?;
        }
        Ok(())
    }

    fn take(&mut self, bytes: &[u8], last: bool) -> Result<()> {
        if self.has_ended() {
            return Ok(());
        }
        if self.decode.is_none() {
            self.decode = Some(Decode::new(self.options.encoding.as_deref())?);
        }
        let Some(decode) = &mut self.decode else { return Ok(()) };
        decode.push(bytes, &mut self.text)?;
        if last {
            decode.finish(&mut self.text)?;
        }
        if decode.replaced() > 0 && self.bounds.as_ref().is_some_and(Bounds::is_first) {
            // From here on, places in the text are none in the file: all is read in one go.
            self.bounds = None;
        }
        if self.plan.is_none() {
            // The decoder lets nothing through before it has seen enough, so this is enough to plan with.
            if !last && self.text.len() < SNIFF_BYTES / 4 {
                return Ok(());
            }
            let (plan, used) = Plan::sniff(&self.text, &self.options)?;
            self.lines = Lines::new(&plan.extra_names);
            self.number = plan.before;
            self.plan = Some(plan);
            self.text.drain(..used);
            self.before = (used + decode.marked_bytes()) as u64;
        }
        self.consume(last)
    }

    fn consume(&mut self, last: bool) -> Result<()> {
        if !last && self.text.len() < self.least {
            return Ok(());
        }
        let Some(plan) = self.plan.take() else { return Ok(()) };
        let text = std::mem::take(&mut self.text);
        let mut records = std::mem::take(&mut self.records);
        records.start(&text, plan.dialect);
        let outcome = loop {
            let begin = records.used();
            match records.next(&text, plan.dialect, last, self.number + 1) {
                Ok(Found::Row) => {
                    let row = records.row(&text);
                    if let Some(bounds) = &mut self.bounds
                        && !bounds.surround(self.before + begin as u64)
                    {
                        let order = plan.cell(&row, Role::Order);
                        match bounds.meets(self.before + begin as u64, row.is_blank(), order, &self.repeats) {
                            Meets::Inside => {}
                            Meets::Before => continue,
                            Meets::Behind => break Ok(()),
                        }
                    }
                    self.number += 1;
                    if !row.is_ended && row.len() < plan.headers.len() {
                        self.cut_off = true;
                        self.number -= 1;
                    } else if !row.field_here(0).is_empty() || !row.is_blank() {
                        match &plan.melt {
                            None => {
                                self.read += 1;
                                self.line(&plan, &row);
                            }
                            Some(melt) => self.melt(&plan, melt, &row),
                        }
                    }
                }
                Ok(Found::CutOff) => {
                    self.cut_off = true;
                    break Ok(());
                }
                Ok(Found::Partial | Found::End) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        self.text = text;
        let used = if self.cut_off || self.has_ended() { self.text.len() } else { records.used() };
        self.text.drain(..used);
        self.before += used as u64;
        // A record of many pieces is looked at each time it has doubled, not with each piece.
        self.least = if used == 0 { 2 * self.text.len() } else { 0 };
        self.records = records;
        self.plan = Some(plan);
        outcome
    }

    /// Adds the lines of a record that holds several.
    fn melt(&mut self, plan: &Plan, melt: &Melt, row: &Row<'_>) {
        let across = melt.shape.is_across();
        if across {
            self.read += 1;
            let margin = [Role::Product, Role::Name, Role::Date].into_iter().filter_map(|role| melt.source(role));
            let mut named = margin.map(|column| row.field(column)).filter(|cell| !cell.is_empty());
            if named.next().is_none_or(shape::is_total) {
                return self.reasons.add("total-row", self.number);
            }
        }
        // Of what a record holds many of, its own cells are all that marks them.
        let marked = self.marked.reason(plan, row, false).filter(|reason| !self.options.counts(reason));
        if let Some(reason) = marked {
            self.read += u64::from(!across);
            return self.reasons.add(reason, self.number);
        }
        let (before, read) = (self.lines.len(), self.read);
        let mut made = std::mem::take(&mut self.made);
        melt.each(
            |column| row.field(column),
            &mut made,
            |made| {
                self.read += u64::from(!across);
                self.line(plan, &Row::made(made));
            },
        );
        self.made = made;
        if !across && self.read == read {
            // Nothing is lost without a word.
            self.read += 1;
            self.reasons.add("no-product", self.number);
        }
        self.rows_melted += u64::from(across && self.lines.len() > before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_in_one_go_is_looked_at_in_pieces() -> Result<()> {
        let mut file = b"date,sku,qty\n".to_vec();
        while file.len() < 16 * PIECE_BYTES {
            file.extend_from_slice(b"2026-01-01,A,2\n2026-01-02,A,3\n");
        }
        let mut reader = Reader::new("sales.csv", ReadOptions::default());
        reader.push(&file)?;
        let held = reader.text.capacity();
        assert!(held <= 4 * PIECE_BYTES, "{held} bytes of text are held");
        assert_eq!(reader.finish()?.orders.quantity.len() as u64, (file.len() as u64 - 13) / 15);
        Ok(())
    }
}
