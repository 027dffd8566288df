//! Shopee: the Seller Centre's order export, whose headers are in the market's language; those of Vietnam and Brazil are as
//! several public importers of 2024 to 2026 read them.

use super::{BASE, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

const BASE_OF_MARKETS: Preset = Preset {
    name: "shopee",
    returned: &[
        "returned quantity",
        "จำนวนที่ส่งคืน",
        "退貨數量",
        "jumlah dikembalikan",
        "số lượng sản phẩm được hoàn trả",
        "quantidade devolvida",
    ],
    product_else: &[
        "parent sku reference no",
        "sku induk",
        "เลขอ้างอิง Parent SKU",
        "主商品貨號",
        "SKU sản phẩm",
        "Nº de referência do SKU principal",
    ],
    status,
    ..BASE
};

/// Singapore, Malaysia, the Philippines, and every market with the back end in English.
pub static ENGLISH: Preset = Preset {
    marks: &[&["order id"], &["order creation date"], &["product name"], &["quantity"]],
    roles: &[
        (Role::Order, "Order ID"),
        (Role::Date, "Order Creation Date"),
        (Role::Product, "SKU Reference No."),
        (Role::Name, "Product Name"),
        (Role::Quantity, "Quantity"),
        (Role::Price, "Deal Price"),
        (Role::Price, "Original Price"),
        (Role::Status, "Order Status"),
    ],
    ..BASE_OF_MARKETS
};

/// Indonesia, where a point divides thousands.
pub static INDONESIA: Preset = Preset {
    marks: &[&["no pesanan"], &["waktu pesanan dibuat"], &["nama produk"], &["jumlah"]],
    roles: &[
        (Role::Order, "No. Pesanan"),
        (Role::Date, "Waktu Pesanan Dibuat"),
        (Role::Product, "Nomor Referensi SKU"),
        (Role::Name, "Nama Produk"),
        (Role::Quantity, "Jumlah"),
        (Role::Price, "Harga Setelah Diskon"),
        (Role::Price, "Harga Awal"),
        (Role::Status, "Status Pesanan"),
    ],
    decimal: Some(b','),
    ..BASE_OF_MARKETS
};

/// Vietnam, where a point divides thousands too.
pub static VIETNAM: Preset = Preset {
    marks: &[&["Mã đơn hàng"], &["Ngày đặt hàng"], &["Tên sản phẩm"], &["Số lượng"]],
    roles: &[
        (Role::Order, "Mã đơn hàng"),
        (Role::Date, "Ngày đặt hàng"),
        (Role::Product, "SKU phân loại hàng"),
        (Role::Name, "Tên sản phẩm"),
        (Role::Quantity, "Số lượng"),
        (Role::Price, "Giá ưu đãi"),
        (Role::Price, "Giá gốc"),
        (Role::Status, "Trạng Thái Đơn Hàng"),
    ],
    decimal: Some(b','),
    ..BASE_OF_MARKETS
};

/// Thailand.
pub static THAILAND: Preset = Preset {
    marks: &[&["หมายเลขคำสั่งซื้อ"], &["วันที่ทำการสั่งซื้อ"], &["ชื่อสินค้า"], &["จำนวน"]],
    roles: &[
        (Role::Order, "หมายเลขคำสั่งซื้อ"),
        (Role::Date, "วันที่ทำการสั่งซื้อ"),
        (Role::Product, "เลขอ้างอิง SKU (SKU Reference No.)"),
        (Role::Product, "เลขอ้างอิง SKU"),
        (Role::Name, "ชื่อสินค้า"),
        (Role::Quantity, "จำนวน"),
        (Role::Price, "ราคาขาย"),
        (Role::Price, "ราคาตั้งต้น"),
        (Role::Status, "สถานะการสั่งซื้อ"),
    ],
    ..BASE_OF_MARKETS
};

/// Taiwan.
pub static TAIWAN: Preset = Preset {
    marks: &[&["訂單編號"], &["訂單成立日期"], &["商品名稱"], &["數量"]],
    roles: &[
        (Role::Order, "訂單編號"),
        (Role::Date, "訂單成立日期"),
        (Role::Product, "商品選項貨號"),
        (Role::Name, "商品名稱"),
        (Role::Quantity, "數量"),
        (Role::Price, "商品活動價格"),
        (Role::Price, "商品原價"),
        (Role::Status, "訂單狀態"),
    ],
    ..BASE_OF_MARKETS
};

/// Brazil.
pub static BRAZIL: Preset = Preset {
    marks: &[&["ID do pedido"], &["Data de criação do pedido"], &["Nome do Produto"], &["Quantidade"]],
    roles: &[
        (Role::Order, "ID do pedido"),
        (Role::Date, "Data de criação do pedido"),
        (Role::Product, "Número de referência SKU"),
        (Role::Name, "Nome do Produto"),
        (Role::Quantity, "Quantidade"),
        (Role::Price, "Preço acordado"),
        (Role::Price, "Preço original"),
        (Role::Status, "Status do pedido"),
    ],
    ..BASE_OF_MARKETS
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status).to_lowercase();
    if holds_any(
        &text,
        &["belum bayar", "unpaid", "chưa thanh toán", "ที่ต้องชำระ", "ยังไม่ชำระ", "尚未付款", "não pago", "nao pago"],
    ) {
        return Verdict::LeaveOut("unpaid");
    }
    // 不成立: the order did not come about.
    if holds_any(&text, &["不成立", "đã hủy", "đã huỷ"]) {
        return Verdict::LeaveOut("cancelled");
    }
    generic::status(status)
}
