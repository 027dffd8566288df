//! Shopee: the Seller Centre's order export, whose headers are in the market's language.

use super::{BASE, Preset};
use crate::ingest::Role;

/// Orders, one record per item.
pub static PRESET: Preset = Preset {
    name: "shopee",
    marks: &[
        &["no pesanan", "order id"],
        &["waktu pesanan dibuat", "order creation date"],
        &["nama produk", "product name"],
    ],
    roles: &[
        (Role::Order, "No. Pesanan"),
        (Role::Order, "Order ID"),
        (Role::Date, "Waktu Pesanan Dibuat"),
        (Role::Date, "Order Creation Date"),
        (Role::Product, "Nomor Referensi SKU"),
        (Role::Product, "SKU Reference No."),
        (Role::Name, "Nama Produk"),
        (Role::Name, "Product Name"),
        (Role::Quantity, "Jumlah"),
        (Role::Quantity, "Quantity"),
        (Role::Price, "Harga Setelah Diskon"),
        (Role::Price, "Deal Price"),
        (Role::Status, "Status Pesanan"),
        (Role::Status, "Order Status"),
    ],
    returned: &["returned quantity"],
    product_else: &["sku induk", "parent sku reference no"],
    ..BASE
};
