//! Stripe: payments, which name no products.

use super::{BASE, Holds, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

/// The payments export, and the older one of charges.
pub static PRESET: Preset = Preset {
    name: "stripe",
    marks: &[
        &["id"],
        &["created utc", "created date utc", "created"],
        &["amount"],
        &["amount refunded"],
        &["currency"],
    ],
    holds: Holds::Orders("the orders of your shop system, such as Shopify's Orders or WooCommerce's"),
    roles: &[
        (Role::Order, "id"),
        (Role::Date, "Created (UTC)"),
        (Role::Date, "Created date (UTC)"),
        (Role::Date, "Created"),
        (Role::Revenue, "Amount"),
        (Role::Status, "Status"),
        (Role::Currency, "Currency"),
    ],
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status).to_lowercase();
    if holds_any(&text, &["dispute", "requires", "incomplete", "uncaptured"]) {
        return Verdict::LeaveOut("failed");
    }
    generic::status(status)
}
