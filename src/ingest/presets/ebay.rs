//! eBay: Orders report of the Seller Hub, with its empty records around the header and its footer.

use super::{BASE, Line, Preset, Verdict};
use crate::ingest::Role;

/// The orders report. Orders of several items begin with a record that sums them up and has no item number.
pub static PRESET: Preset = Preset {
    name: "ebay",
    marks: &[&["sales record number"], &["item number"], &["sale date"], &["quantity"]],
    roles: &[
        (Role::Order, "Sales Record Number"),
        (Role::Date, "Sale Date"),
        (Role::Product, "Custom Label"),
        (Role::Product, "Custom Label (SKU)"),
        (Role::Name, "Item Title"),
        (Role::Quantity, "Quantity"),
        (Role::Price, "Sold For"),
    ],
    watches: &[&["item number"], &["paid on date"]],
    judge: Some(judge),
    ..BASE
};

fn judge(line: &Line<'_>) -> Verdict {
    if line.watched(0).is_empty() {
        return Verdict::LeaveOut("summary-row");
    }
    if line.has(1) && line.watched(1).is_empty() { Verdict::LeaveOut("unpaid") } else { Verdict::Use }
}
