//! What the page sees of a shop. Products cross as columns, which `www/engine/products.ts` puts together again: an object
//! of a dozen keys for each would take a sixth of the time from a file to its shop.

use std::collections::BTreeMap;

use js_sys::{Array, Float64Array, Object, Reflect, Uint32Array};
use wasm_bindgen::prelude::*;

use super::values::to_js;
use crate::session::shop::{ProductSummary, ShopSummary};

/// An end that stands for no text.
const NONE: u32 = u32::MAX;

/// `{…, products: {texts, ends, labels, numbers, recent}}`.
pub(super) fn summary_object(mut summary: ShopSummary) -> Result<JsValue, JsValue> {
    let products = std::mem::take(&mut summary.products);
    let told = to_js(&summary)?;
    Reflect::set(&told, &"products".into(), columns(&products)?.as_ref())?;
    Ok(told)
}

/// `texts`: identity, name, category and supplier of one product after the other; `ends`: where each of them ends, in
/// UTF-16 units, or [`NONE`]; `labels`: names of periods; `numbers`: by product units, revenue, places in `labels` of the
/// first and last period, how many of `recent` are its, and demand (interval, variation, place of the kind, whether rare;
/// `NaN` without), and whether it has ended.
fn columns(products: &[ProductSummary]) -> Result<Object, JsValue> {
    let (mut texts, mut end) = (String::new(), 0);
    let mut ends = Vec::with_capacity(4 * products.len());
    let mut numbers = Vec::with_capacity(10 * products.len());
    let mut recent = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let labels = Array::new();
    for product in products {
        for text in [Some(&product.id), Some(&product.name), product.category.as_ref(), product.supplier.as_ref()] {
            ends.push(text.map_or(NONE, |text| {
                texts.push_str(text);
                end += text.encode_utf16().count() as u32;
                end
            }));
        }
        let mut place = |label| {
            let next = places.len();
            *places.entry(label).or_insert_with(|| {
                labels.push(&JsValue::from_str(label));
                next
            }) as f64
        };
        numbers.extend([product.units, product.revenue, place(&product.first), place(&product.last)]);
        numbers.push(product.recent.len() as f64);
        numbers.extend(product.demand.map_or([f64::NAN; 4], |demand| {
            [demand.adi, demand.cv2, f64::from(demand.kind as u8), f64::from(u8::from(demand.rare))]
        }));
        numbers.push(f64::from(u8::from(product.ended)));
        recent.extend_from_slice(&product.recent);
    }
    let made = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&made, &name.into(), value);
    set("texts", &texts.into())?;
    set("ends", &Uint32Array::from(ends.as_slice()))?;
    set("labels", &labels)?;
    set("numbers", &Float64Array::from(numbers.as_slice()))?;
    set("recent", &Float64Array::from(recent.as_slice()))?;
    Ok(made)
}
