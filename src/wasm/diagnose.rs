//! What a fit says of itself, for who opens "How was this made?".

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::Engine;
use super::values::{failure, from_js};
use crate::session::diagnostics::inside;

#[wasm_bindgen]
impl Engine {
    /// A promise of what `model` says of `options.product`, or of the whole shop without it: tests, criteria, parameters and
    /// figures of the size of `options`, as JSON; `null` where it has no likelihood or no fit.
    pub fn diagnose(&self, forecast: u32, model: String, options: JsValue) -> Promise {
        #[derive(serde::Deserialize)]
        struct Which {
            product: Option<usize>,
        }
        let (run, cx) = (self.run(forecast), self.context());
        future_to_promise(async move {
            let (run, Which { product }) = (run?, from_js(options.clone())?);
            let made = inside(&run, &model, product, from_js(options)?, &cx).await;
            made.map(JsValue::from).map_err(|error| failure(&error))
        })
    }
}
