//! The cells of a record by what they mean.

use super::Plan;
use crate::ingest::records::Row;
use crate::ingest::{Role, numbers};

/// Roles there are; [`Role::Currency`] is the last.
pub const ROLE_COUNT: usize = Role::Currency as usize + 1;
pub(super) const NO_COLUMN: usize = usize::MAX;

/// The fields of one record, each at its role's number; empty where there is none, or where it says so in words. An array,
/// filled where it is: to hand so many over, or to wrap them up, copies them, which takes longer than to find them.
pub type Cells<'a> = [&'a [u8]; ROLE_COUNT];

/// What stands in a field of that role.
#[inline(always)]
fn read(role: Role, field: &[u8]) -> &[u8] {
    // A shop may call its goods, stores and categories anything.
    // Who wrote "n/a" for units meant something, and shall be told that the row is left out.
    if numbers::is_missing(field, role != Role::Quantity) && role.is_value() { &[] } else { field }
}

impl Plan {
    /// Finds the fields of a record in one go, in `cells` that were empty: a call for each would cost more than what is done
    /// with most.
    #[inline(always)]
    pub fn fill<'a>(&self, row: &Row<'a>, cells: &mut Cells<'a>) {
        for &(role, column) in &self.filled {
            cells[role as usize] = read(role, row.field_here(column));
        }
    }

    /// The column of a role.
    pub fn column(&self, role: Role) -> Option<usize> {
        Some(self.columns[role as usize]).filter(|column| *column != NO_COLUMN)
    }

    /// The field of a role; as [`Cells`] have it.
    pub fn cell<'a>(&self, row: &Row<'a>, role: Role) -> &'a [u8] {
        self.column(role).map_or(&[], |column| read(role, row.field(column)))
    }
}
