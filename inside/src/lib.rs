//! What a fit says of itself: a module of its own, which the page loads when somebody asks how a forecast was made.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::*;

/// What the core asked, as JSON; throws a text.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
pub fn tell(asked: &[u8]) -> Result<String, JsError> {
    tillcast::session::diagnostics::tell(asked).map_err(|error| JsError::new(&error.to_string()))
}
