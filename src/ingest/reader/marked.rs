//! Lines that a column marks as a test's or a gift card's.

use super::line::Statuses;
use crate::ingest::marks::{Mark, TEST};
use crate::ingest::plan::Plan;
use crate::ingest::presets::Verdict;
use crate::ingest::records::Row;
use tillcast_kernels::keys::is_same;

/// What the columns have said so far.
#[derive(Default)]
pub(super) struct Marked {
    /// Of each column what its values mean.
    values: Vec<Statuses>,
    /// The tags that were met last, and what they say.
    tags: Vec<u8>,
    tagged: Verdict,
    /// Whether the order being read is a test.
    is_test: bool,
}

impl Marked {
    fn of(&mut self, place: usize, mark: Mark, cell: &[u8]) -> Verdict {
        if mark == Mark::Number {
            return mark.verdict(cell);
        }
        // Neighbours mostly say the same.
        if mark == Mark::Tags {
            if !is_same(&self.tags, cell) {
                self.tagged = mark.verdict(cell);
                self.tags.clear();
                self.tags.extend_from_slice(cell);
            }
            return self.tagged;
        }
        if place >= self.values.len() {
            self.values.resize_with(place + 1, Statuses::default);
        }
        self.values[place].judge(&|value| mark.verdict(value), cell)
    }

    /// Why a record is no demand by its marks; `same` says that the one before is of its order.
    #[inline(always)]
    pub(super) fn reason(&mut self, plan: &Plan, row: &Row<'_>, same: bool) -> Option<&'static str> {
        if plan.marks.is_empty() { None } else { self.find(plan, row, same) }
    }

    fn find(&mut self, plan: &Plan, row: &Row<'_>, same: bool) -> Option<&'static str> {
        let mut found = None;
        self.is_test &= same;
        for (place, (column, mark)) in plan.marks.each().enumerate() {
            // All lines of an order have its number.
            if same && mark == Mark::Number {
                continue;
            }
            let cell = row.field(column);
            if cell.is_empty() {
                continue;
            }
            if let Verdict::LeaveOut(reason) = self.of(place, mark, cell) {
                self.is_test |= mark.is_of_order();
                found = Some(reason);
            }
        }
        if self.is_test { Some(TEST) } else { found }
    }
}
