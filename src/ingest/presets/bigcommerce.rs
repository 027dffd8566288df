//! BigCommerce: the default template of the order export, with all products of an order in one cell.

use super::{BASE, Holds, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;
use crate::ingest::shape::Item;

/// Orders; days are written as the store's settings say.
pub static PRESET: Preset = Preset {
    name: "bigcommerce",
    marks: &[&["order id"], &["order date", "date"], &["product details"]],
    holds: Holds::Cells(&["product details"], split),
    roles: &[
        (Role::Order, "Order ID"),
        (Role::Date, "Order Date"),
        (Role::Date, "Date"),
        (Role::Status, "Order Status"),
        (Role::Status, "Status"),
        (Role::Currency, "Order Currency Code"),
    ],
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status).to_lowercase();
    if text == "partially refunded" {
        return Verdict::UseAndNote("partly-refunded-kept");
    }
    if holds_any(&text, &["incomplete", "disputed"]) {
        return Verdict::LeaveOut("failed");
    }
    generic::status(status)
}

/// "Product ID: 77, Product Qty: 2, Product SKU: X, Product Name: Y, … | …"
fn split<'a>(cell: &'a [u8], take: &mut dyn FnMut(Item<'a>)) {
    let mut rest = cell;
    while !rest.is_empty() {
        // A bar inside a name is not followed by the first key of a product.
        let end = find(rest, b"|Product ID:").or_else(|| find(rest, b"| Product ID:")).unwrap_or(rest.len());
        let product = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or(&[]);
        let item = Item {
            sku: value(product, b"Product SKU:"),
            name: value(product, b"Product Name:"),
            units: value(product, b"Product Qty:"),
            price: value(product, b"Product Unit Price:"),
        };
        if !item.units.is_empty() || !item.name.is_empty() {
            take(item);
        }
    }
}

/// The value of a key, up to the next key: values may hold commas themselves.
fn value<'a>(product: &'a [u8], key: &[u8]) -> &'a [u8] {
    let Some(begin) = find(product, key).map(|place| place + key.len()) else { return &[] };
    let rest = &product[begin..];
    let end = find(rest, b", Product ").unwrap_or(rest.len());
    rest[..end].trim_ascii()
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_divided_at_products_only() {
        let cell =
            b"Product ID: 7, Product Qty: 2, Product SKU: A|B, Product Name: Mug, blue|white, Product Weight: 1.0|\
            Product ID: 8, Product Qty: 1, Product SKU: , Product Name: Cup, Product Unit Price: 3.50";
        let mut items = Vec::new();
        split(cell, &mut |item| items.push(item));
        assert_eq!(
            items,
            [
                Item { sku: b"A|B", name: b"Mug, blue|white", units: b"2", price: b"" },
                Item { sku: b"", name: b"Cup", units: b"1", price: b"3.50" },
            ]
        );
        split(b"no products here", &mut |item| panic!("{item:?}"));
    }
}
