//! Pauses of long work in the browser, in which waiting messages are seen.

use std::cell::Cell;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds of uninterrupted work after which [`breathe`] lets messages in.
const BREATH_MS: f64 = 16.0;

thread_local! {
    static LAST_BREATH_MS: Cell<f64> = const { Cell::new(0.0) };
}

/// Yields to the browser's event loop if the last yield is long ago.
pub async fn breathe() {
    if js_sys::Date::now() - LAST_BREATH_MS.get() < BREATH_MS {
        return;
    }
    // A message to oneself comes after those that wait, and is not throttled as timers are.
    let promise = Promise::new(&mut |resolve, _| {
        if let Ok(channel) = web_sys::MessageChannel::new() {
            channel.port1().set_onmessage(Some(&resolve));
            drop(channel.port2().post_message(&JsValue::NULL));
        } else {
            drop(resolve.call0(&JsValue::NULL));
        }
    });
    drop(JsFuture::from(promise).await);
    LAST_BREATH_MS.set(js_sys::Date::now());
}
