//! What is asked of a fit, for who opens "How was this made?"; the module `tillcast-inside` answers.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::Engine;
use super::values::{failure, from_js};
use crate::session::diagnostics::inside;

#[wasm_bindgen]
impl Engine {
    /// A promise of what to ask the module of `model`, fitted to `options.product`, or to the whole shop without it, with
    /// figures of the size of `options`; `null` where it has no likelihood.
    pub fn inside(&self, forecast: u32, model: String, options: JsValue) -> Promise {
        #[derive(serde::Deserialize)]
        struct Which {
            product: Option<usize>,
        }
        let run = self.run(forecast);
        future_to_promise(async move {
            let (run, Which { product }) = (run?, from_js(options.clone())?);
            let asked = inside(&run, &model, product, from_js(options)?).await.map_err(|error| failure(&error))?;
            Ok(asked.map_or(JsValue::NULL, |asked| Uint8Array::from(asked.as_slice()).into()))
        })
    }
}
