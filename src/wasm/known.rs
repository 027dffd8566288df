//! What is known ahead, as the page says it.

use wasm_bindgen::prelude::*;

use super::{Engine, failure, from_js, to_js};
use crate::session::known::AheadRow;

/// What a request says of columns known ahead, beside its other options.
#[derive(Default, serde::Deserialize)]
pub(super) struct Ahead {
    /// Names of the columns.
    #[serde(default)]
    pub known: Vec<String>,
    /// Their values; what is left open is as usual.
    #[serde(default)]
    pub future: Vec<AheadRow>,
}

#[wasm_bindgen]
impl Engine {
    /// What is usual of some columns over the horizon: `{dates, columns}`, by `options` `{known, horizon, product?}`.
    pub fn usual(&self, shop: u32, options: JsValue) -> Result<JsValue, JsValue> {
        #[derive(serde::Deserialize)]
        struct Asked {
            known: Vec<String>,
            horizon: usize,
            product: Option<usize>,
        }
        let Asked { known, horizon, product } = from_js(options)?;
        to_js(&self.shop(shop)?.usual(&known, horizon, product).map_err(|error| failure(&error))?)
    }
}
