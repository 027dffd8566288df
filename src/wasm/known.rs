//! What is known ahead, as the page says it.

use js_sys::{Array, Float64Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::{Engine, failure};
use crate::session::known::AheadRow;

/// Rows of what is known ahead: `of` has the product (empty for all), the date and the spacing (empty for the panel's own)
/// of each, `values` one number per column each, `NaN` where it says nothing.
pub(super) fn rows(of: &[String], values: &[f64], columns: usize) -> Vec<AheadRow> {
    let row = |(of, values): (&[String], &[f64])| AheadRow {
        product: of.first().filter(|product| !product.is_empty()).cloned(),
        date: of.get(1).cloned().unwrap_or_default(),
        per: of.get(2).and_then(|per| per.parse().ok()),
        values: values.to_vec(),
        ..AheadRow::default()
    };
    of.chunks(3).zip(values.chunks(columns.max(1))).map(row).collect()
}

#[wasm_bindgen]
impl Engine {
    /// What is usual of some columns over the horizon, for a product or for all, with what is said of other periods:
    /// `{dates, columns}`, `NaN` where products differ or nothing is known.
    pub fn usual(
        &self,
        shop: u32,
        known: Vec<String>,
        horizon: usize,
        product: Option<usize>,
        future: Vec<String>,
        values: Vec<f64>,
    ) -> Result<JsValue, JsValue> {
        let rows = rows(&future, &values, known.len());
        let table = self.shop(shop)?.usual(&known, &rows, horizon, product).map_err(|error| failure(&error))?;
        let dates: Array = table.dates.iter().map(|date| JsValue::from(date.as_str())).collect();
        let columns: Array =
            table.columns.iter().map(|column| JsValue::from(Float64Array::from(&column[..]))).collect();
        let told = Object::new();
        Reflect::set(&told, &"dates".into(), &dates)?;
        Reflect::set(&told, &"columns".into(), &columns)?;
        Ok(told.into())
    }
}
