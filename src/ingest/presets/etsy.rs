//! Etsy: Sold Order Items; the file of Sold Orders names no products.

use super::{BASE, Holds, Preset};
use crate::ingest::{DateOrder, Role};

/// One record per item sold.
pub static ITEMS: Preset = Preset {
    name: "etsy",
    marks: &[&["sale date"], &["item name"], &["quantity"], &["transaction id", "listing id"]],
    roles: &[
        (Role::Order, "Order ID"),
        (Role::Date, "Sale Date"),
        (Role::Product, "SKU"),
        (Role::Name, "Item Name"),
        (Role::Quantity, "Quantity"),
        (Role::Price, "Price"),
        (Role::Currency, "Currency"),
    ],
    date_order: Some(DateOrder::Mdy),
    ..BASE
};

/// One record per order.
pub static ORDERS: Preset = Preset {
    name: "etsy-orders",
    marks: &[&["sale date"], &["order id"], &["number of items"], &["order value", "order total"]],
    holds: Holds::Orders("Etsy's Order Items (Shop Manager → Settings → Options → Download Data)"),
    roles: &[
        (Role::Order, "Order ID"),
        (Role::Date, "Sale Date"),
        (Role::Revenue, "Order Value"),
        (Role::Revenue, "Order Total"),
        (Role::Status, "Status"),
        (Role::Currency, "Currency"),
    ],
    date_order: Some(DateOrder::Mdy),
    ..BASE
};
