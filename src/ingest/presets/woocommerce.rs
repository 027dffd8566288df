//! WooCommerce: Advanced Order Export plugin.

use super::{BASE, Preset};
use crate::ingest::Role;

/// One record per item, order fields on each.
pub static PLUGIN: Preset = Preset {
    name: "woocommerce-order-export",
    marks: &[
        &["order date"],
        &["item name", "product name"],
        &["quantity refund", "quantity"],
        &["item", "item cost"],
        &["order status"],
    ],
    roles: &[
        (Role::Order, "Order Number"),
        (Role::Order, "Order ID"),
        (Role::Date, "Order Date"),
        (Role::Product, "SKU"),
        (Role::Name, "Item Name"),
        (Role::Name, "Product Name"),
        (Role::Quantity, "Quantity (- Refund)"),
        (Role::Quantity, "Quantity"),
        (Role::Price, "Item Cost"),
        (Role::Revenue, "Order Line (w/o tax)"),
        (Role::Status, "Order Status"),
        (Role::Category, "Category"),
        (Role::Currency, "Order Currency"),
    ],
    ..BASE
};
