//! The list of rows that were left out, for a download.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::{Engine, failure, from_js};
use crate::error::Result as CoreResult;
use crate::session::left_out::{LeftOutList, LeftOutOptions};

fn bytes(text: CoreResult<String>) -> Result<Uint8Array, JsValue> {
    text.map(|text| Uint8Array::from(text.as_bytes())).map_err(|error| failure(&error))
}

/// The list being written: tell it of each table in the order of the first reading, and give it the same bytes. Each
/// call answers with the next bytes of the list.
#[wasm_bindgen]
pub struct LeftOutWriter(LeftOutList);

#[wasm_bindgen]
impl LeftOutWriter {
    /// Its first line.
    pub fn head(&self) -> Result<Uint8Array, JsValue> {
        bytes(Ok(self.0.head()))
    }

    /// Goes on to the next table.
    pub fn begin(&mut self) -> Result<Uint8Array, JsValue> {
        bytes(self.0.begin())
    }

    /// Takes bytes of a table.
    pub fn push(&mut self, piece: &[u8]) -> Result<Uint8Array, JsValue> {
        bytes(self.0.push(piece))
    }

    /// Whether the rest of the table need not be given.
    #[wasm_bindgen(getter, js_name = isDone)]
    pub fn is_done(&self) -> bool {
        self.0.is_done()
    }

    /// Takes the whole invented sample, which is no file.
    pub fn sample(&mut self) -> Result<Uint8Array, JsValue> {
        bytes(self.0.push(&crate::sample::default().csv))
    }

    /// Ends the last table.
    pub fn end(&mut self) -> Result<Uint8Array, JsValue> {
        bytes(self.0.end())
    }
}

#[wasm_bindgen]
impl Engine {
    /// A list of the rows that were left out of a shop; `words` calls the reasons by name, in pairs.
    #[wasm_bindgen(js_name = leftOut)]
    pub fn left_out(&self, shop: u32, words: JsValue) -> Result<LeftOutWriter, JsValue> {
        let words: Vec<(String, String)> = from_js(words)?;
        let options = LeftOutOptions { words, for_spreadsheets: true };
        Ok(LeftOutWriter(LeftOutList::new(&*self.shop(shop)?, options)))
    }
}
