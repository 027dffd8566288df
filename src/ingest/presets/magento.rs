//! Magento and Adobe Commerce: the report of ordered products, and the grid of orders, which names no products.

use super::{BASE, Holds, Line, Preset, Verdict};
use crate::ingest::{Role, shape};

/// Reports → Products → Ordered: the interval stands on its first record only, and sums stand between.
pub static PRODUCTS: Preset = Preset {
    name: "magento-ordered-products",
    marks: &[
        &["interval", "period"],
        &["product", "product name"],
        &["order quantity", "quantity ordered", "ordered quantity", "quantity"],
    ],
    roles: &[
        (Role::Date, "Interval"),
        (Role::Date, "Period"),
        (Role::Product, "SKU"),
        (Role::Name, "Product"),
        (Role::Name, "Product Name"),
        (Role::Quantity, "Order Quantity"),
        (Role::Quantity, "Quantity Ordered"),
        (Role::Quantity, "Ordered Quantity"),
        (Role::Quantity, "Quantity"),
        (Role::Price, "Price"),
    ],
    watches: &[&["interval", "period"], &["product", "product name"]],
    fills_forward: true,
    fills_down: true,
    judge: Some(judge),
    ..BASE
};

fn judge(line: &Line<'_>) -> Verdict {
    let is_sum = shape::is_total(line.watched(0)) || shape::is_total(line.watched(1)) || shape::is_total(line.product);
    if is_sum { Verdict::LeaveOut("total-row") } else { Verdict::Use }
}

/// Sales → Orders.
pub static ORDERS: Preset = Preset {
    name: "magento-orders",
    marks: &[&["purchase date", "purchased on"], &["grand total base", "g t base"], &["status"]],
    holds: Holds::Orders("Magento's Reports → Products → Ordered"),
    roles: &[
        (Role::Order, "ID"),
        (Role::Order, "Order #"),
        (Role::Date, "Purchase Date"),
        (Role::Date, "Purchased On"),
        (Role::Revenue, "Grand Total (Base)"),
        (Role::Revenue, "G.T. (Base)"),
        (Role::Status, "Status"),
    ],
    ..BASE
};
