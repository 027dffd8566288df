//! Values and errors across the boundary.

use js_sys::Reflect;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::ingest::ReadOptions;

pub(super) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| failure(&Error::internal(error.to_string())))
}

pub(super) fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|error| failure(&Error::usage("bad-option", error.to_string())))
}

pub(super) fn read_options(options: JsValue) -> Result<ReadOptions, JsValue> {
    if options.is_undefined() || options.is_null() { Ok(ReadOptions::default()) } else { from_js(options) }
}

/// The plain object that the page sees of an error.
pub(super) fn failure(error: &Error) -> JsValue {
    #[derive(Serialize)]
    struct Failure<'a> {
        kind: &'a str,
        code: &'a str,
        message: &'a str,
        remedy: &'a str,
        args: &'a [(String, String)],
        position: &'a crate::error::Position,
    }
    let kind = match error.kind() {
        ErrorKind::Input => "input",
        ErrorKind::Usage => "usage",
        ErrorKind::Cancelled => "cancelled",
        ErrorKind::Device => "device",
        ErrorKind::Memory => "memory",
        _ => "internal",
    };
    let plain = Failure {
        kind,
        code: error.code(),
        message: error.message(),
        remedy: error.remedy_text(),
        args: error.args(),
        position: error.position(),
    };
    plain.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// An error from what the pool threw: our own object, or anything else as an internal error.
pub(super) fn from_failure(thrown: &JsValue) -> Error {
    let text =
        |name: &str| Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default();
    let kind = match text("kind").as_str() {
        "input" => ErrorKind::Input,
        "usage" => ErrorKind::Usage,
        "cancelled" => ErrorKind::Cancelled,
        "device" => ErrorKind::Device,
        "memory" => ErrorKind::Memory,
        _ => ErrorKind::Internal,
    };
    let (code, message) = (text("code"), text("message"));
    Error::new(
        kind,
        if code.is_empty() { "internal" } else { &code },
        if message.is_empty() { format!("{thrown:?}") } else { message },
    )
    .remedy(text("remedy"))
}
