//! What is known ahead, as the page says it.

use js_sys::{Array, Float64Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::{Engine, failure};
use crate::session::known::AheadRow;

/// Rows of what is known ahead: `of` has the product (empty for all) and the date of each, `values` one number per column
/// each, `NaN` where it says nothing.
pub(super) fn rows(of: &[String], values: &[f64], columns: usize) -> Vec<AheadRow> {
    let row = |(pair, values): (&[String], &[f64])| AheadRow {
        product: pair.first().filter(|product| !product.is_empty()).cloned(),
        date: pair.last().cloned().unwrap_or_default(),
        values: values.to_vec(),
        ..AheadRow::default()
    };
    of.chunks(2).zip(values.chunks(columns.max(1))).map(row).collect()
}

#[wasm_bindgen]
impl Engine {
    /// What is usual of some columns over the horizon, for a product or for all: `{dates, columns}`, `NaN` where products
    /// differ or nothing is known.
    pub fn usual(
        &self,
        shop: u32,
        known: Vec<String>,
        horizon: usize,
        product: Option<usize>,
    ) -> Result<JsValue, JsValue> {
        let table = self.shop(shop)?.usual(&known, horizon, product).map_err(|error| failure(&error))?;
        let dates: Array = table.dates.iter().map(|date| JsValue::from(date.as_str())).collect();
        let columns: Array =
            table.columns.iter().map(|column| JsValue::from(Float64Array::from(&column[..]))).collect();
        let told = Object::new();
        Reflect::set(&told, &"dates".into(), &dates)?;
        Reflect::set(&told, &"columns".into(), &columns)?;
        Ok(told.into())
    }
}
