//! The wasm-bindgen boundary, nothing else. The module lives for one file: what is read is never given back before.

use std::io::Write;

use flate2::write::MultiGzDecoder;
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{Legacy, PIECE_BYTES, Packed, Table, Trouble};

/// A workbook or archive: push its bytes, open it, then read table after table.
#[wasm_bindgen]
#[derive(Default)]
pub struct Unpacker {
    bytes: Vec<u8>,
    of_members: Vec<(String, String)>,
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

    /// Says which sheet to read of one workbook of an archive. Comes before [`Unpacker::open`].
    #[wasm_bindgen(js_name = sheetOf)]
    pub fn sheet_of(&mut self, member: String, sheet: String) {
        self.of_members.push((member, sheet));
    }

    /// Workbooks of an archive that lack the sheet that is wanted, once there is no further table.
    #[wasm_bindgen(getter, js_name = withoutSheet)]
    pub fn without_sheet(&self) -> Vec<String> {
        self.packed.as_ref().map_or_else(Vec::new, |packed| packed.without_sheet().to_vec())
    }

    /// Opens what was pushed; `sheet` names the sheet to read of a workbook. Returns the names of an archive's members
    /// that are no tables.
    pub fn open(&mut self, sheet: Option<String>) -> Result<Vec<String>, JsValue> {
        let bytes = std::mem::take(&mut self.bytes);
        let mut packed = Packed::open(bytes, sheet.as_deref()).map_err(|trouble| failure(&trouble))?;
        self.of_members.iter().for_each(|(member, sheet)| packed.sheet_of(member, sheet));
        let left_out = packed.left_out().to_vec();
        self.packed = Some(packed);
        Ok(left_out)
    }

    /// Goes on to the next table: `{member?, sheet?, others}`; nothing when there is no further one.
    #[wasm_bindgen(js_name = nextTable)]
    pub fn next_table(&mut self) -> Result<JsValue, JsValue> {
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

/// Text in an encoding from before Unicode, gzip or plain: push its bytes, get UTF-8.
#[wasm_bindgen]
pub struct Decoder {
    label: Option<String>,
    inflate: Option<MultiGzDecoder<Vec<u8>>>,
    begun: bool,
    ended: bool,
    /// What is looked at to tell the encoding.
    first: Vec<u8>,
    legacy: Option<Legacy>,
    pushed: u64,
    inflated: u64,
}

#[wasm_bindgen]
impl Decoder {
    /// A decoder; `label` names the encoding where the user said it.
    #[wasm_bindgen(constructor)]
    pub fn new(label: Option<String>) -> Result<Self, JsValue> {
        if let Some(label) = &label
            && Legacy::labelled(label).is_none()
        {
            let remedy = "use a name such as utf-8, gb18030, shift_jis or windows-1252";
            return Err(failure(&Trouble::new("unknown-encoding", format!("\"{label}\" is no encoding"), remedy)));
        }
        Ok(Self {
            label,
            inflate: None,
            begun: false,
            ended: false,
            first: Vec::new(),
            legacy: None,
            pushed: 0,
            inflated: 0,
        })
    }

    /// Takes the next bytes; the text that is certain, which may be none yet. No bytes end the text.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Uint8Array, JsValue> {
        let text = self.take(bytes).map_err(|trouble| failure(&trouble))?;
        Ok(Uint8Array::from(text.as_slice()))
    }

    /// WHATWG name of the encoding, empty before it is known.
    #[wasm_bindgen(getter)]
    pub fn encoding(&self) -> String {
        self.legacy.as_ref().map_or_else(String::new, |legacy| legacy.name().to_owned())
    }

    /// Malformed sequences so far.
    #[wasm_bindgen(getter)]
    pub fn replaced(&self) -> f64 {
        self.legacy.as_ref().map_or(0.0, |legacy| legacy.replaced() as f64)
    }
}

impl Decoder {
    fn take(&mut self, bytes: &[u8]) -> crate::Result<Vec<u8>> {
        let last = bytes.is_empty();
        if self.ended {
            return Ok(Vec::new());
        }
        self.ended = last;
        if !std::mem::replace(&mut self.begun, true) && bytes.starts_with(b"\x1f\x8b") {
            self.inflate = Some(MultiGzDecoder::new(Vec::new()));
        }
        let mut plain = Vec::new();
        let raw = match &mut self.inflate {
            None => bytes,
            Some(inflate) => {
                let damaged = |_| Trouble::new("damaged-gzip", "the compressed file is damaged", "download it again");
                inflate.write_all(bytes).map_err(damaged)?;
                if last {
                    inflate.try_finish().map_err(damaged)?;
                }
                plain.append(inflate.get_mut());
                self.pushed += bytes.len() as u64;
                self.inflated += plain.len() as u64;
                crate::inflate::within_limits(self.inflated, self.pushed)?;
                &plain
            }
        };
        let mut text = Vec::new();
        if let Some(legacy) = &mut self.legacy {
            legacy.decode(raw, &mut text, last);
            return Ok(text);
        }
        self.first.extend_from_slice(raw);
        if last || self.first.len() >= PIECE_BYTES {
            let first = std::mem::take(&mut self.first);
            let looked_at = &first[..first.len().min(PIECE_BYTES)];
            let labelled = self.label.as_deref().and_then(Legacy::labelled);
            let legacy = self.legacy.insert(labelled.unwrap_or_else(|| Legacy::guessed(looked_at)));
            legacy.decode(&first, &mut text, last);
        }
        Ok(text)
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
