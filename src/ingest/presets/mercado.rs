//! Mercado Livre and Mercado Libre: the report of sales.

use super::{BASE, Line, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

/// Sales; packages of several products begin with a record that has neither units nor a SKU.
pub static PRESET: Preset = Preset {
    name: "mercado",
    marks: &[
        &["n º de venda", "n de venda", "de venta", "nº de venda", "número de venda", "número de venta"],
        &["data da venda", "fecha de venta"],
        &["unidades"],
    ],
    roles: &[
        (Role::Order, "N.º de venda"),
        (Role::Order, "Nº de venda"),
        (Role::Order, "Número de venda"),
        (Role::Order, "# de venta"),
        (Role::Order, "Número de venta"),
        (Role::Date, "Data da venda"),
        (Role::Date, "Fecha de venta"),
        (Role::Product, "SKU"),
        (Role::Name, "Título do anúncio"),
        (Role::Name, "Título de la publicación"),
        (Role::Quantity, "Unidades"),
        (Role::Price, "Preço unitário de venda do anúncio (BRL)"),
        (Role::Price, "Preço unitário de venda do anúncio"),
        (Role::Price, "Precio unitario de venta de la publicación"),
        (Role::Price, "Precio unitario de venta de la publicación (MXN)"),
        (Role::Price, "Precio unitario de venta de la publicación (ARS)"),
        (Role::Price, "Precio unitario de venta de la publicación (CLP)"),
        (Role::Price, "Precio unitario de venta de la publicación (COP)"),
        (Role::Price, "Precio unitario de venta de la publicación (UYU)"),
        (Role::Price, "Precio unitario de venta de la publicación (PEN)"),
        (Role::Status, "Estado"),
    ],
    product_else: &["de anúncio", "de publicación"],
    status,
    judge: Some(judge),
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status).to_lowercase();
    if holds_any(&text, &["devol"]) {
        return Verdict::LeaveOut("returned");
    }
    generic::status(status)
}

fn judge(line: &Line<'_>) -> Verdict {
    if line.quantity.is_nan() { Verdict::LeaveOut("summary-row") } else { Verdict::Use }
}
