//! Square: Item Sales Detail, in its layouts since 2016.

use super::{BASE, Line, Preset, Verdict};
use crate::ingest::Role;

/// Items detail: one record per item, sales and refunds.
pub static PRESET: Preset = Preset {
    name: "square",
    marks: &[&["item"], &["qty"], &["price point name"], &["event type"]],
    roles: &[
        (Role::Date, "Date"),
        (Role::Product, "SKU"),
        (Role::Name, "Item"),
        (Role::Quantity, "Qty"),
        (Role::Revenue, "Gross Sales"),
        (Role::Order, "Transaction ID"),
        (Role::Status, "Event Type"),
        (Role::Category, "Category"),
        (Role::Store, "Location"),
    ],
    watches: &[&["item"], &["itemization type"]],
    is_events: true,
    status,
    judge: Some(judge),
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    match status.to_ascii_lowercase().as_slice() {
        b"refund" => Verdict::LeaveOut("refunded"),
        _ => Verdict::Use,
    }
}

fn judge(line: &Line<'_>) -> Verdict {
    let kind = line.watched(1);
    if line.watched(0).eq_ignore_ascii_case(b"Custom Amount")
        || kind.eq_ignore_ascii_case(b"Custom Amount")
        || kind.eq_ignore_ascii_case(b"Gift Card")
    {
        return Verdict::LeaveOut("not-a-product");
    }
    Verdict::Use
}
