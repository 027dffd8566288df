//! The wasm-bindgen boundary, nothing else.

/// Yields to the browser's event loop if the last yield is long ago.
pub async fn breathe() {}
