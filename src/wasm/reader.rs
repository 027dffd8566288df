//! A file on its way into the core.

use wasm_bindgen::prelude::*;

use super::values::failure;
use crate::ingest::{self, Incoming};

/// Whether text that begins like this must be decoded by the other module first; `label` is the user's encoding.
#[wasm_bindgen(js_name = isLegacy)]
pub fn is_legacy(head: &[u8], label: Option<String>) -> bool {
    ingest::decode::is_legacy(head, label.as_deref())
}

/// A file being read: push its bytes, then hand it to [`Engine::open`].
#[wasm_bindgen]
pub struct FileReader(pub(super) Incoming);

#[wasm_bindgen]
impl FileReader {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.push(bytes).map_err(|error| failure(&error))
    }

    /// What the workbook of a sheet told beside its text.
    #[wasm_bindgen(js_name = sheetTold)]
    pub fn sheet_told(&mut self, others: Vec<String>, error_cells: f64) {
        self.0.sheet_told(&others, error_cells as u64);
    }

    /// Says that the bytes were made UTF-8 of text in another encoding, and how many malformed sequences it had.
    pub fn decoded(&mut self, encoding: &str, replaced: f64) {
        self.0.decoded(encoding, replaced as u64);
    }

    /// Workbooks of the archive that lack the sheet that is wanted.
    #[wasm_bindgen(js_name = withoutSheet)]
    pub fn without_sheet(&mut self, sheet: &str, names: Vec<String>) {
        self.0.without_sheet(sheet, &names);
    }

    /// Members of the archive that were not even tried.
    #[wasm_bindgen(js_name = leftOut)]
    pub fn left_out(&mut self, names: Vec<String>) {
        self.0.left_out(&names);
    }
}
