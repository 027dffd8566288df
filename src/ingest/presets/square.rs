//! Square: Item Sales Detail, in its layouts since 2016.

use super::{BASE, Holds, Line, Preset, Verdict, generic};
use crate::ingest::marks::GIFT_CARD;
use crate::ingest::{DateOrder, Role};

/// Items detail: one record per item, sales and refunds.
pub static PRESET: Preset = Preset {
    name: "square",
    marks: &[&["item"], &["qty"], &["price point name"], &["gross sales", "net sales"]],
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
    date_order: Some(DateOrder::Mdy),
    is_events: true,
    status,
    judge: Some(judge),
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    // "Refund", "Partial Refund", "Reembolso": in a list of events each is a row of its own.
    match generic::status(status) {
        Verdict::LeaveOut("refunded" | "returned") | Verdict::UseAndNote("partly-refunded-kept") => {
            Verdict::LeaveOut("refunded")
        }
        _ => Verdict::Use,
    }
}

fn judge(line: &Line<'_>) -> Verdict {
    let (item, kind) = (line.watched(0), line.watched(1));
    if [item, kind].iter().any(|cell| cell.eq_ignore_ascii_case(b"Custom Amount")) {
        return Verdict::LeaveOut("not-a-product");
    }
    // Square's own, of which the older layouts have no kind.
    if [&b"Gift Card"[..], b"eGift Card"].iter().any(|name| item.eq_ignore_ascii_case(name)) {
        return Verdict::LeaveOut(GIFT_CARD);
    }
    // The oldest layouts have no column for the kind of event, and not all write pieces that came back with a sign: then
    // the money has it.
    if line.quantity < 0.0 || line.price < 0.0 { Verdict::LeaveOut("refunded") } else { Verdict::Use }
}

/// Transactions, one record per sale.
pub static TRANSACTIONS: Preset = Preset {
    name: "square-transactions",
    marks: &[&["transaction id"], &["gross sales"], &["net sales"], &["total collected"]],
    holds: Holds::Orders("Square's Items Detail CSV (Transactions → Export)"),
    roles: &[
        (Role::Date, "Date"),
        (Role::Order, "Transaction ID"),
        (Role::Revenue, "Net Sales"),
        (Role::Status, "Event Type"),
        (Role::Store, "Location"),
    ],
    is_events: true,
    status,
    ..BASE
};
