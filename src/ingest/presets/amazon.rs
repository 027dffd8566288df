//! Amazon: All Orders reports (flat files of every marketplace), FBA Customer Shipment Sales, Business Reports, settlements.

use super::{BASE, Holds, Line, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

/// All Orders by order date or last update, one record per item, tab separated without quotes.
pub static ALL_ORDERS: Preset = Preset {
    name: "amazon",
    marks: &[
        &["amazon order id", "order id"],
        &["purchase date"],
        &["sku"],
        &["quantity", "quantity purchased", "quantity shipped"],
    ],
    roles: &[
        (Role::Order, "amazon-order-id"),
        (Role::Order, "order-id"),
        (Role::Date, "purchase-date"),
        (Role::Product, "sku"),
        (Role::Name, "product-name"),
        (Role::Quantity, "quantity"),
        (Role::Quantity, "quantity-purchased"),
        (Role::Quantity, "quantity-shipped"),
        (Role::Revenue, "item-price"),
        (Role::Status, "order-status"),
        (Role::Currency, "currency"),
        (Role::Store, "sales-channel"),
    ],
    second_status: &["item status"],
    product_else: &["asin"],
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status).to_lowercase();
    if holds_any(&text, &["returned to seller", "returning to seller"]) {
        return Verdict::LeaveOut("returned");
    }
    if holds_any(&text, &["rejected by buyer", "lost in transit", "damaged"]) {
        return Verdict::LeaveOut("failed");
    }
    if text == "pending" {
        return Verdict::UseAndNote("pending-kept");
    }
    generic::status(status)
}

/// FBA Customer Shipment Sales: days of shipment; an amount of nothing is a replacement.
pub static SHIPMENTS: Preset = Preset {
    name: "amazon-fba-shipments",
    marks: &[&["customer shipment date", "shipment date"], &["merchant sku", "sku"], &["fnsku", "asin"], &["quantity"]],
    roles: &[
        (Role::Order, "Amazon Order Id"),
        (Role::Date, "Customer Shipment Date"),
        (Role::Date, "Shipment Date"),
        (Role::Product, "Merchant SKU"),
        (Role::Product, "SKU"),
        (Role::Quantity, "Quantity"),
        (Role::Revenue, "Product Amount"),
        (Role::Revenue, "Item Price"),
        (Role::Currency, "Currency"),
    ],
    product_else: &["asin"],
    judge: Some(judge),
    ..BASE
};

fn judge(line: &Line<'_>) -> Verdict {
    if line.price == 0.0 { Verdict::LeaveOut("free") } else { Verdict::Use }
}

/// Business report by child ASIN, in the languages of the marketplaces: one sum for each product.
pub static BY_ASIN: Preset = Preset {
    name: "amazon-business-report",
    marks: &[
        &[
            "child asin",
            "asin child",
            "untergeordnete asin",
            "asin untergeordnet",
            "enfant asin",
            "asin enfant",
            "secundario asin",
            "asin secundario",
            "asin hijo",
            "figlio asin",
            "asin figlio",
            "filho asin",
            "asin filho",
            "子 asin",
            "子asin",
            "asin 子",
        ],
        &["title", "titel", "titre", "título", "titolo", "タイトル", "商品名", "标题", "sku"],
    ],
    holds: Holds::Period(
        "Amazon's All Orders report (Reports → Fulfilment, or Order Reports), which has a day for each order",
    ),
    roles: &[
        (Role::Product, "SKU"),
        (Role::Name, "Title"),
        (Role::Name, "Titel"),
        (Role::Name, "Titre"),
        (Role::Name, "Título"),
        (Role::Name, "Titolo"),
        (Role::Name, "タイトル"),
        (Role::Name, "商品名"),
        (Role::Name, "标题"),
        (Role::Quantity, "Units Ordered"),
        (Role::Quantity, "Bestellte Einheiten"),
        (Role::Quantity, "Unités commandées"),
        (Role::Quantity, "Unidades pedidas"),
        (Role::Quantity, "Unità ordinate"),
        (Role::Quantity, "注文された商品点数"),
        (Role::Quantity, "已订购商品数量"),
        (Role::Revenue, "Ordered Product Sales"),
        (Role::Revenue, "Durch bestellte Produkte erzielter Umsatz"),
        (Role::Revenue, "Ventes de produits commandés"),
        (Role::Revenue, "Ventas de productos pedidos"),
        (Role::Revenue, "Vendite prodotti ordinati"),
        (Role::Revenue, "注文商品の売上額"),
        (Role::Revenue, "已订购商品销售额"),
    ],
    ..BASE
};

/// Settlement report, flat file 2: a line for each part of the money, so that the pieces of an order stand there many times.
pub static SETTLEMENT: Preset = Preset {
    name: "amazon-settlement",
    marks: &[&["settlement id"], &["amount description"], &["quantity purchased"]],
    roles: &[
        (Role::Date, "posted-date"),
        (Role::Product, "sku"),
        (Role::Quantity, "quantity-purchased"),
        (Role::Revenue, "amount"),
        (Role::Order, "order-id"),
        (Role::Store, "marketplace-name"),
    ],
    watches: &[&["transaction type"], &["amount type"], &["amount description"]],
    is_events: true,
    judge: Some(settled),
    ..BASE
};

/// The price itself is the one part that each sale has once; what came back has no pieces there.
fn settled(line: &Line<'_>) -> Verdict {
    let is = |place: usize, word: &[u8]| line.watched(place).eq_ignore_ascii_case(word);
    // Discounts have a principal too.
    match (is(1, b"ItemPrice") && is(2, b"Principal"), is(0, b"Order")) {
        (true, true) => Verdict::Use,
        (true, false) => Verdict::LeaveOut("refunded"),
        _ => Verdict::LeaveOut("not-a-product"),
    }
}

/// Business report by day: the whole store's units and sales.
pub static BY_DATE: Preset = Preset {
    name: "amazon-business-report-by-date",
    marks: &[
        &["date", "datum", "fecha", "data", "日付", "日期"],
        &[
            "units ordered",
            "bestellte einheiten",
            "unités commandées",
            "unidades pedidas",
            "unità ordinate",
            "注文された商品点数",
            "已订购商品数量",
        ],
    ],
    holds: Holds::Orders("Amazon's All Orders report (Reports → Fulfilment, or Order Reports)"),
    roles: &[
        (Role::Date, "Date"),
        (Role::Date, "Datum"),
        (Role::Date, "Fecha"),
        (Role::Date, "Data"),
        (Role::Date, "日付"),
        (Role::Date, "日期"),
        (Role::Quantity, "Units Ordered"),
        (Role::Quantity, "Bestellte Einheiten"),
        (Role::Quantity, "Unités commandées"),
        (Role::Quantity, "Unidades pedidas"),
        (Role::Quantity, "Unità ordinate"),
        (Role::Quantity, "注文された商品点数"),
        (Role::Quantity, "已订购商品数量"),
        (Role::Revenue, "Ordered Product Sales"),
        (Role::Revenue, "Durch bestellte Produkte erzielter Umsatz"),
        (Role::Revenue, "Ventes de produits commandés"),
        (Role::Revenue, "Ventas de productos pedidos"),
        (Role::Revenue, "Vendite prodotti ordinati"),
        (Role::Revenue, "注文商品の売上額"),
        (Role::Revenue, "已订购商品销售额"),
    ],
    ..BASE
};
