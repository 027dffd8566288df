//! Shopify: Orders → Export. One record per line item; order-level fields stand on an order's first record only.

use super::{BASE, Line, Preset, Verdict};
use crate::ingest::Role;

/// Shopify's orders export.
pub static PRESET: Preset = Preset {
    name: "shopify",
    marks: &[&["name"], &["lineitem quantity"], &["lineitem name"], &["created at"]],
    roles: &[
        (Role::Order, "Name"),
        (Role::Date, "Created at"),
        (Role::Product, "Lineitem sku"),
        (Role::Name, "Lineitem name"),
        (Role::Quantity, "Lineitem quantity"),
        (Role::Price, "Lineitem price"),
        (Role::Status, "Financial Status"),
        (Role::Cancelled, "Cancelled at"),
        (Role::Currency, "Currency"),
    ],
    fills_forward: true,
    status,
    judge: Some(judge),
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    match status.to_ascii_lowercase().as_slice() {
        b"refunded" => Verdict::LeaveOut("refunded"),
        b"voided" => Verdict::LeaveOut("voided"),
        b"expired" => Verdict::LeaveOut("expired"),
        // Cash on delivery stays pending until it is delivered: it is demand.
        b"pending" => Verdict::UseAndNote("pending-kept"),
        b"partially_refunded" => Verdict::UseAndNote("partly-refunded-kept"),
        _ => Verdict::Use,
    }
}

fn judge(line: &Line<'_>) -> Verdict {
    if line.cancelled.is_empty() { Verdict::Use } else { Verdict::LeaveOut("cancelled") }
}
