//! Amazon: All Orders reports (flat files of every marketplace), FBA Customer Shipment Sales.

use super::{BASE, Line, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

/// All Orders by order date or last update, one record per item, tab separated without quotes.
pub static ALL_ORDERS: Preset = Preset {
    name: "amazon",
    marks: &[&["amazon order id"], &["purchase date"], &["sku"], &["quantity", "quantity purchased"]],
    roles: &[
        (Role::Order, "amazon-order-id"),
        (Role::Date, "purchase-date"),
        (Role::Product, "sku"),
        (Role::Name, "product-name"),
        (Role::Quantity, "quantity"),
        (Role::Quantity, "quantity-purchased"),
        (Role::Revenue, "item-price"),
        (Role::Status, "order-status"),
        (Role::Currency, "currency"),
        (Role::Store, "sales-channel"),
    ],
    second_status: &["item status"],
    product_else: &["asin"],
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status).to_lowercase();
    if holds_any(&text, &["returned to seller", "returning to seller"]) {
        return Verdict::LeaveOut("returned");
    }
    if holds_any(&text, &["rejected by buyer", "lost in transit", "damaged"]) {
        return Verdict::LeaveOut("failed");
    }
    if text == "pending" {
        return Verdict::UseAndNote("pending-kept");
    }
    generic::status(status)
}

/// FBA Customer Shipment Sales: days of shipment; an amount of nothing is a replacement.
pub static SHIPMENTS: Preset = Preset {
    name: "amazon-fba-shipments",
    marks: &[&["customer shipment date", "shipment date"], &["merchant sku"], &["quantity"]],
    roles: &[
        (Role::Order, "Amazon Order Id"),
        (Role::Date, "Customer Shipment Date"),
        (Role::Date, "Shipment Date"),
        (Role::Product, "Merchant SKU"),
        (Role::Quantity, "Quantity"),
        (Role::Revenue, "Product Amount"),
        (Role::Revenue, "Item Price"),
        (Role::Currency, "Currency"),
    ],
    product_else: &["asin"],
    judge: Some(judge),
    ..BASE
};

fn judge(line: &Line<'_>) -> Verdict {
    if line.price == 0.0 { Verdict::LeaveOut("free") } else { Verdict::Use }
}
