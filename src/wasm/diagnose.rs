//! What a fit says of itself, for who opens "How was this made?".

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::Engine;
use super::values::{failure, from_js, to_js};
use crate::session::diagnostics::{fit, inside};

#[wasm_bindgen]
impl Engine {
    /// A promise of what `model` says of `options.product`, or of the whole shop without it: tests, criteria, parameters and
    /// figures of the size of `options`; `null` where it has no likelihood or no fit. The fit is kept for another size.
    pub fn diagnose(&self, forecast: u32, model: String, options: JsValue) -> Promise {
        #[derive(serde::Deserialize)]
        struct Which {
            product: Option<usize>,
        }
        let run = self.run(forecast);
        let (kept, cx) = (self.fitted.clone(), self.context());
        future_to_promise(async move {
            let (run, Which { product }) = (run?, from_js(options.clone())?);
            let key = (forecast, product, model);
            let known = kept.borrow().as_ref().filter(|(of, _)| *of == key).map(|(_, fit)| fit.clone());
            let found = match known {
                Some(found) => found,
                None => Rc::new(fit(&run, &key.2, product, &cx).await.map_err(|error| failure(&error))?),
            };
            *kept.borrow_mut() = Some((key, found.clone()));
            let Some(found) = &*found else { return Ok(JsValue::NULL) };
            to_js(&inside(&run, product, found, from_js(options)?).map_err(|error| failure(&error))?)
        })
    }
}
