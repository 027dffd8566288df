//! Large files in sections, each read by a worker of its own.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::reader::FileReader;
use super::{failure, read_options};
use crate::ingest::Reader;

/// A section of a file, read by a compute worker. Places are bytes of the file.
#[wasm_bindgen]
pub struct SectionReader(Reader);

#[wasm_bindgen]
impl SectionReader {
    /// A reader for the orders behind `from`, where a line begins, up to those behind `until`; `head` is how the file
    /// begins.
    #[wasm_bindgen(constructor)]
    pub fn new(
        name: &str,
        options: JsValue,
        head: &[u8],
        from: f64,
        until: Option<f64>,
    ) -> Result<SectionReader, JsValue> {
        let until = until.map(|until| until as u64);
        let reader = Reader::of_section(name, read_options(options)?, head, from as u64, until);
        reader.map(Self).map_err(|error| failure(&error))
    }

    /// Takes the next bytes from `from` on.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.push(bytes).map_err(|error| failure(&error))
    }

    /// Whether the rest need not be given.
    #[wasm_bindgen(getter, js_name = isDone)]
    pub fn is_done(&self) -> bool {
        self.0.has_ended()
    }

    /// What was read, for [`FileReader::append`].
    pub fn finish(self) -> Result<Uint8Array, JsValue> {
        let bytes = self.0.into_section().map_err(|error| failure(&error))?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }
}

#[wasm_bindgen]
impl FileReader {
    /// Whether the rest of the file may be read in sections, once its head was pushed.
    pub fn divides(&self) -> bool {
        self.0.reader().is_some_and(Reader::divides)
    }

    /// Ends with the order that stands at that place.
    pub fn until(&mut self, place: f64) {
        if let Some(reader) = self.0.reader_mut() {
            reader.until(place as u64);
        }
    }

    /// Whether the rest of the section need not be given.
    #[wasm_bindgen(getter, js_name = isDone)]
    pub fn is_done(&self) -> bool {
        self.0.reader().is_some_and(Reader::has_ended)
    }

    /// Puts the next section behind; false, and nothing is done, if it does not begin where this ended.
    pub fn append(&mut self, section: &[u8]) -> Result<bool, JsValue> {
        let Some(reader) = self.0.reader_mut() else { return Ok(false) };
        reader.append(section).map_err(|error| failure(&error))
    }

    /// Goes on without sections; from where to push, or nothing where all was pushed.
    pub fn resume(&mut self) -> Option<f64> {
        self.0.reader_mut().and_then(Reader::resume).map(|place| place as f64)
    }
}
