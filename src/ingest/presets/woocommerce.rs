//! WooCommerce: the Analytics reports, and the Advanced Order Export plugin.
//!
//! The reports' headers are those of `get_export_columns` in WooCommerce's report controllers and of its admin client, in
//! English and as its language packs of 2022 and 2023 (translate.wordpress.org) write them in German, French, Spanish,
//! Italian and Dutch.

use super::{BASE, Holds, Preset};
use crate::ingest::Role;
use crate::ingest::shape::{Item, Split};

/// Advanced Order Export: one record per item, order fields on each.
pub static PLUGIN: Preset = Preset {
    name: "woocommerce-order-export",
    marks: &[
        &["order date"],
        &["item name", "product name"],
        &["quantity refund", "quantity"],
        &["item", "item cost", "order line w o tax", "order line tax"],
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

/// Analytics → Orders: all products of an order in one cell.
pub static ORDERS: Preset = Preset {
    name: "woocommerce-orders",
    marks: &[DATES, ITEMS, ITEMS_SOLD, &["status", "état", "estado", "stato"]],
    holds: Holds::Cells(ITEMS, split),
    roles: &[
        (Role::Order, "Order #"),
        (Role::Order, "Bestellnummer #"),
        (Role::Order, "Commande n°"),
        (Role::Order, "Pedido #"),
        (Role::Order, "Ordine n."),
        (Role::Order, "Bestelnummer"),
        (Role::Date, "date"),
        (Role::Date, "datum"),
        (Role::Date, "fecha"),
        (Role::Date, "data"),
        (Role::Status, "status"),
        (Role::Status, "état"),
        (Role::Status, "estado"),
        (Role::Status, "stato"),
    ],
    ..BASE
};

const DATES: &[&str] = &["date", "datum", "fecha", "data"];
const ITEMS: &[&str] = &[
    "product s",
    "products",
    "produkt e",
    "produkte",
    "produit s",
    "produits",
    "producto s",
    "productos",
    "prodotto prodotti",
    "prodotti",
    "product en",
    "producten",
];
const ITEMS_SOLD: &[&str] = &[
    "items sold",
    "verkaufte artikel",
    "articles vendus",
    "artículos vendidos",
    "elementi venduti",
    "verkochte artikelen",
];
const ORDER_COUNTS: &[&str] = &["orders", "bestellungen", "commandes", "pedidos", "ordini", "bestellingen"];
const NET_SALES: &[&str] = &[
    "n revenue",
    "net sales",
    "n umsatz",
    "nettoumsatz",
    "n revenu",
    "ventes nettes",
    "ingresos netos",
    "ventas netas",
    "n fatturato",
    "vendite nette",
    "n inkomsten",
    "netto omzet",
];

/// Analytics → Products: one sum for each product.
pub static PRODUCTS: Preset = Preset {
    name: "woocommerce-products",
    marks: &[
        &[
            "product title",
            "produkttitel",
            "titre du produit",
            "título del producto",
            "titolo del prodotto",
            "producttitel",
        ],
        ITEMS_SOLD,
        NET_SALES,
        ORDER_COUNTS,
    ],
    holds: Holds::Sums("WooCommerce's Analytics → Orders, which has a day for each order"),
    roles: &[(Role::Product, "SKU"), (Role::Name, "Product title"), (Role::Quantity, "Items sold")],
    ..BASE
};

/// Analytics → Revenue: the whole shop's sums by day.
pub static REVENUE: Preset = Preset {
    name: "woocommerce-revenue",
    marks: &[
        DATES,
        ORDER_COUNTS,
        &["gross sales", "bruttoumsatz", "ventes brutes", "ventas brutas", "vendite lorde", "bruto verkoop"],
        NET_SALES,
    ],
    holds: Holds::Orders("WooCommerce's Analytics → Orders"),
    roles: &[
        (Role::Date, "date"),
        (Role::Date, "datum"),
        (Role::Date, "fecha"),
        (Role::Date, "data"),
        (Role::Quantity, "orders"),
        (Role::Quantity, "bestellungen"),
        (Role::Quantity, "commandes"),
        (Role::Quantity, "pedidos"),
        (Role::Quantity, "ordini"),
        (Role::Quantity, "bestellingen"),
        (Role::Revenue, "net sales"),
        (Role::Revenue, "nettoumsatz"),
        (Role::Revenue, "ventes nettes"),
        (Role::Revenue, "ventas netas"),
        (Role::Revenue, "vendite nette"),
        (Role::Revenue, "netto omzet"),
    ],
    ..BASE
};

/// How the cells of the orders are divided.
pub(in crate::ingest) const SPLIT: Split = split;

/// "2× Mug, large, 1× Cup": a product begins with its units, as names hold commas too.
fn split<'a>(cell: &'a [u8], take: &mut dyn FnMut(Item<'a>)) {
    let mut rest = cell;
    while let Some((units, after)) = counted(rest) {
        let end = (0..after.len()).find(|&place| after[place] == b',' && counted(&after[place + 1..]).is_some());
        let name = after[..end.unwrap_or(after.len())].trim_ascii();
        take(Item { units, name, ..Item::default() });
        rest = end.map_or(&[][..], |end| &after[end + 1..]);
    }
}

/// The units before a multiplication sign, and what follows it.
fn counted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (units, rest) = text.split_at(digits);
    let rest = rest.strip_prefix("×".as_bytes())?;
    (digits > 0).then_some((units, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_and_numbers_stay_whole() {
        let mut items = Vec::new();
        split("2× Mug, 12 oz, blue, 10× Cup × 3".as_bytes(), &mut |item| items.push((item.units, item.name)));
        assert_eq!(items, [(&b"2"[..], &b"Mug, 12 oz, blue"[..]), (b"10", "Cup × 3".as_bytes())]);
        split(b"no products", &mut |item| panic!("{item:?}"));
        split("× 3".as_bytes(), &mut |item| panic!("{item:?}"));
    }
}
