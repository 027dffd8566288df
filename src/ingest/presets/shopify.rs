//! Shopify: Orders → Export. One record per line item; order-level fields stand on an order's first record only.

use super::{BASE, Holds, Line, Preset, Verdict};
use crate::ingest::{Role, marks};

/// Shopify's orders export, and Squarespace's, which has its columns.
pub static PRESET: Preset = Preset {
    name: "shopify",
    marks: &[&["name", "order id"], &["lineitem quantity"], &["lineitem name"], &["created at"]],
    roles: &[
        (Role::Order, "Name"),
        (Role::Order, "Order ID"),
        (Role::Date, "Created at"),
        (Role::Product, "Lineitem sku"),
        (Role::Name, "Lineitem name"),
        (Role::Quantity, "Lineitem quantity"),
        (Role::Price, "Lineitem price"),
        (Role::Status, "Financial Status"),
        (Role::Cancelled, "Cancelled at"),
        (Role::Currency, "Currency"),
        (Role::Supplier, "Vendor"),
    ],
    watches: &[&["lineitem requires shipping"]],
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
    if !line.cancelled.is_empty() {
        return Verdict::LeaveOut("cancelled");
    }
    // Nothing is sent, and without a key of its own the product is its name.
    let is_gift_card = line.watched(0) == b"false" && marks::is_gift_name(line.product);
    if is_gift_card { Verdict::LeaveOut(marks::GIFT_CARD) } else { Verdict::Use }
}

/// Analytics: sales by product over time, with the metrics that the merchant chose. Units are net of returns.
pub static SALES: Preset = Preset {
    name: "shopify-sales",
    marks: &[
        &["day", "hour of day", "hour", "week", "month"],
        &[
            "product title",
            "product variant sku",
            "product variant sku at time of sale",
            "variant sku",
            "product title at time of sale",
        ],
        &[
            "net items sold",
            "net quantity",
            "net units sold",
            "quantity ordered",
            "ordered item quantity",
            "items sold",
            "units sold",
        ],
    ],
    roles: &[
        (Role::Date, "Hour of day"),
        (Role::Date, "Hour"),
        (Role::Date, "Day"),
        (Role::Date, "Week"),
        (Role::Date, "Month"),
        (Role::Product, "Product variant SKU"),
        (Role::Product, "Product variant SKU at time of sale"),
        (Role::Product, "Variant SKU"),
        (Role::Name, "Product title"),
        (Role::Name, "Product title at time of sale"),
        (Role::Quantity, "Net items sold"),
        (Role::Quantity, "Net quantity"),
        (Role::Quantity, "Net units sold"),
        (Role::Quantity, "Quantity ordered"),
        (Role::Quantity, "Ordered item quantity"),
        (Role::Quantity, "Items sold"),
        (Role::Quantity, "Units sold"),
        (Role::Revenue, "Net sales"),
        (Role::Revenue, "Gross sales"),
        (Role::Category, "Product type"),
        (Role::Supplier, "Product vendor"),
        (Role::Supplier, "Product vendor at time of sale"),
        (Role::Store, "POS location name"),
        (Role::Store, "Sales channel"),
    ],
    ..BASE
};

/// The reports that have products.
pub(super) const PRODUCT_REPORT: &str = "Shopify's Orders, or the report of sales by product variant over time";

/// Analytics: sales over time without products.
pub static TOTALS: Preset = Preset {
    name: "shopify-totals",
    marks: &[&["day", "hour of day", "week", "month"], &["orders"], &["gross sales", "net sales", "total sales"]],
    holds: Holds::Orders(PRODUCT_REPORT),
    roles: &[
        (Role::Date, "Hour of day"),
        (Role::Date, "Day"),
        (Role::Date, "Week"),
        (Role::Date, "Month"),
        (Role::Quantity, "Orders"),
        (Role::Revenue, "Net sales"),
        (Role::Revenue, "Total sales"),
        (Role::Revenue, "Gross sales"),
    ],
    ..BASE
};
