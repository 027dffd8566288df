//! The wasm-bindgen boundary, nothing else. The module lives for one file: what is read is never given back before.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{Packed, Table, Trouble};

/// A workbook or archive: push its bytes, open it, then read table after table.
#[wasm_bindgen]
#[derive(Default)]
pub struct Unpacker {
    bytes: Vec<u8>,
    packed: Option<Packed>,
    table: Option<Table>,
    piece: Vec<u8>,
}

#[wasm_bindgen]
impl Unpacker {
    /// Room for a file of so many bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// Takes the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Opens what was pushed; `sheet` names the sheet to read of a workbook. Returns the names of an archive's members
    /// that are no tables.
    pub fn open(&mut self, sheet: Option<String>) -> Result<Vec<String>, JsValue> {
        let bytes = std::mem::take(&mut self.bytes);
        let packed = Packed::open(bytes, sheet.as_deref()).map_err(|trouble| failure(&trouble))?;
        let left_out = packed.left_out().to_vec();
        self.packed = Some(packed);
        Ok(left_out)
    }

    /// Goes on to the next table: `{member?, sheet?, others}`; nothing when there is no further one.
    pub fn next(&mut self) -> Result<JsValue, JsValue> {
        self.table = None;
        let Some(packed) = &mut self.packed else { return Ok(JsValue::UNDEFINED) };
        let Some(table) = packed.next_table().map_err(|trouble| failure(&trouble))? else {
            return Ok(JsValue::UNDEFINED);
        };
        let others: Array = table.other_sheets().iter().map(JsValue::from).collect();
        let told = object(&[
            ("member", table.name().map_or(JsValue::UNDEFINED, JsValue::from)),
            ("sheet", table.sheet().map_or(JsValue::UNDEFINED, JsValue::from)),
            ("others", others.into()),
        ]);
        self.table = Some(table);
        Ok(told)
    }

    /// The table's next piece of text, empty at its end.
    pub fn read(&mut self) -> Result<Uint8Array, JsValue> {
        self.piece.clear();
        if let Some(table) = &mut self.table {
            while self.piece.is_empty() && table.read(&mut self.piece).map_err(|trouble| failure(&trouble))? {}
        }
        Ok(Uint8Array::from(self.piece.as_slice()))
    }

    /// Cells with an error that were read so far of the table.
    #[wasm_bindgen(js_name = errorCells)]
    pub fn error_cells(&self) -> f64 {
        self.table.as_ref().map_or(0.0, |table| table.error_cells() as f64)
    }
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let made = Object::new();
    for (name, value) in entries {
        drop(Reflect::set(&made, &JsValue::from(*name), value));
    }
    made.into()
}

/// The plain object that the page sees of an error.
fn failure(trouble: &Trouble) -> JsValue {
    let args: Array =
        trouble.args.iter().map(|(name, value)| Array::of2(&JsValue::from(*name), &JsValue::from(value))).collect();
    let member = trouble.member.as_deref().map_or(JsValue::NULL, JsValue::from);
    object(&[
        ("kind", "input".into()),
        ("code", trouble.code.into()),
        ("message", trouble.message.as_str().into()),
        ("remedy", trouble.remedy.into()),
        ("args", args.into()),
        ("position", object(&[("file", member), ("record", JsValue::NULL), ("column", JsValue::NULL)])),
    ])
}
