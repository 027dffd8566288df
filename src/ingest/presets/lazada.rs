//! Lazada: the Seller Center's order export; each record is one unit.

use super::{BASE, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

/// Orders, one record per unit.
pub static PRESET: Preset = Preset {
    name: "lazada",
    marks: &[&["sellersku", "seller sku"], &["lazadasku", "lazada sku"], &["createtime", "created at", "create time"]],
    roles: &[
        (Role::Order, "orderNumber"),
        (Role::Order, "Order Number"),
        (Role::Date, "createTime"),
        (Role::Date, "Create Time"),
        (Role::Date, "Created at"),
        (Role::Product, "sellerSku"),
        (Role::Product, "Seller SKU"),
        (Role::Name, "itemName"),
        (Role::Name, "Item Name"),
        (Role::Price, "unitPrice"),
        (Role::Price, "Unit Price"),
        (Role::Status, "status"),
        (Role::Currency, "Currency"),
    ],
    one_per_line: true,
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status).to_lowercase();
    if holds_any(&text, &["package returned", "returned", "in transit: returning"]) {
        return Verdict::LeaveOut("returned");
    }
    generic::status(status)
}
