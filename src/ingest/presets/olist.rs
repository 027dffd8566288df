//! Olist, and other databases of orders in two files: items with their order's number, and orders with their day.

use super::{BASE, Holds, Preset, Verdict, generic};
use crate::ingest::Role;

/// Items. Their one date is when the seller must hand them over, not when they were sold.
pub static ITEMS: Preset = Preset {
    name: "olist-items",
    marks: &[&["order id"], &["order item id"], &["product id"], &["shipping limit date", "seller id"]],
    holds: Holds::ItemsOf("olist_orders_dataset.csv"),
    roles: &[(Role::Order, "order_id"), (Role::Product, "product_id"), (Role::Price, "price")],
    one_per_line: true,
    ..BASE
};

/// Orders.
pub static ORDERS: Preset = Preset {
    name: "olist-orders",
    marks: &[&["order id"], &["order status"], &["order purchase timestamp"]],
    holds: Holds::OrdersOf("olist_order_items_dataset.csv"),
    roles: &[(Role::Order, "order_id"), (Role::Date, "order_purchase_timestamp"), (Role::Status, "order_status")],
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    if status.eq_ignore_ascii_case(b"unavailable") {
        return Verdict::LeaveOut("cancelled");
    }
    generic::status(status)
}
