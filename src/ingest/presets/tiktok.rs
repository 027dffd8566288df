//! TikTok Shop: the order export, whose second record describes the columns and whose cells end with tabs.

use super::{BASE, Preset};
use crate::ingest::Role;

/// Orders, one record per SKU of an order.
pub static PRESET: Preset = Preset {
    name: "tiktok",
    marks: &[
        &["order id"],
        &["seller sku"],
        &["created time"],
        &["quantity"],
        &["sku id", "sku quantity of return", "sku unit original price"],
    ],
    roles: &[
        (Role::Order, "Order ID"),
        (Role::Date, "Created Time"),
        (Role::Product, "Seller SKU"),
        (Role::Name, "Product Name"),
        (Role::Quantity, "Quantity"),
        (Role::Price, "SKU Unit Original Price"),
        (Role::Status, "Order Status"),
        (Role::Category, "Product Category"),
    ],
    returned: &["sku quantity of return"],
    ..BASE
};
