//! eBay: Orders report of the Seller Hub, with its empty records around the header and its footer.
//!
//! Checked against public importers: the United States and Britain; Germany's two layouts (Seller Hub: semicolons,
//! Verkaufsprotokollnummer, Angebotstitel, Bestandseinheit, Anzahl, Verkauft für, Verkauft am as "10-Dez-25",
//! Zahlungsdatum; before, of the Selling Manager: Artikelbezeichnung, Stückzahl, Verkaufspreis, Verkaufsdatum,
//! Bezahldatum). No public importer was found for the French, Spanish and Italian headers, which may differ.

use super::{BASE, Line, Preset, Verdict};
use crate::ingest::Role;

/// The orders report. Orders of several items begin with a record that sums them up and has no item number.
pub static PRESET: Preset = Preset {
    name: "ebay",
    marks: &[
        &[
            "sales record number",
            "Verkaufsprotokollnummer",
            "numéro de vente",
            "número de registro de venta",
            "record number",
        ],
        &["item number", "artikelnummer", "numéro de l objet", "número de artículo", "numero oggetto", "item id"],
        &[
            "sale date",
            "verkauft am",
            "verkaufsdatum",
            "date de la vente",
            "date de vente",
            "fecha de venta",
            "data vendita",
        ],
        &["quantity", "anzahl", "stückzahl", "menge", "quantité", "cantidad", "quantità"],
    ],
    roles: &[
        (Role::Order, "Sales Record Number"),
        (Role::Order, "Verkaufsprotokollnummer"),
        (Role::Order, "Numéro de vente"),
        (Role::Order, "Número de registro de venta"),
        (Role::Order, "Record Number"),
        (Role::Date, "Sale Date"),
        (Role::Date, "Verkauft am"),
        (Role::Date, "Verkaufsdatum"),
        (Role::Date, "Date de la vente"),
        (Role::Date, "Date de vente"),
        (Role::Date, "Fecha de venta"),
        (Role::Date, "Data vendita"),
        (Role::Product, "Custom Label"),
        (Role::Product, "Custom Label (SKU)"),
        (Role::Product, "Bestandseinheit"),
        (Role::Product, "Bestandseinheit (SKU)"),
        (Role::Product, "Étiquette personnalisée"),
        (Role::Product, "Libellé personnalisé (SKU)"),
        (Role::Product, "Etiqueta personalizada"),
        (Role::Product, "Etichetta personalizzata (SKU)"),
        (Role::Name, "Item Title"),
        (Role::Name, "Angebotstitel"),
        (Role::Name, "Artikelbezeichnung"),
        (Role::Name, "Titre de l'objet"),
        (Role::Name, "Título del artículo"),
        (Role::Name, "Titolo dell'oggetto"),
        (Role::Quantity, "Quantity"),
        (Role::Quantity, "Anzahl"),
        (Role::Quantity, "Stückzahl"),
        (Role::Quantity, "Menge"),
        (Role::Quantity, "Quantité"),
        (Role::Quantity, "Cantidad"),
        (Role::Quantity, "Quantità"),
        (Role::Price, "Sold For"),
        (Role::Price, "Sale Price"),
        (Role::Price, "Verkauft für"),
        (Role::Price, "Verkaufspreis"),
        (Role::Price, "Prix de vente"),
        (Role::Price, "Vendu pour"),
        (Role::Price, "Precio de venta"),
    ],
    watches: &[
        &["item number", "artikelnummer", "numéro de l objet", "número de artículo", "numero oggetto", "item id"],
        &[
            "paid on date",
            "bezahlt am",
            "bezahldatum",
            "zahlungsdatum",
            "datum der zahlung",
            "payé le",
            "date du paiement",
            "fecha de pago",
            "data pagamento",
        ],
    ],
    judge: Some(judge),
    ..BASE
};

fn judge(line: &Line<'_>) -> Verdict {
    if line.watched(0).is_empty() {
        return Verdict::LeaveOut("summary-row");
    }
    if line.has(1) && line.watched(1).is_empty() { Verdict::LeaveOut("unpaid") } else { Verdict::Use }
}
