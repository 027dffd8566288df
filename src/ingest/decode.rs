//! Raw bytes to UTF-8 text: gzip, byte order marks, legacy encodings.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use super::unicode::{Text, Unicode};
use crate::error::{Error, Result};
use crate::notes::Note;

#[cfg(not(target_arch = "wasm32"))]
use tillcast_workbooks::Legacy;

/// Bytes looked at before the encoding is decided.
pub const SNIFF_BYTES: usize = 256 << 10;

/// UTF-8's byte order mark.
const MARK_BYTES: usize = 3;

/// How gzip begins.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Bytes taken at a time of what may be gzip; they swell a thousandfold at most.
pub const GZIP_STEP: usize = 16 << 10;

/// A gzip file that swells by more than this is taken for a bomb.
const MOST_INFLATED_RATIO: u64 = 100;

/// Small files may swell by more, up to this size.
const ALWAYS_INFLATED_BYTES: u64 = 64 << 20;

/// Turns pushed bytes into UTF-8 text.
pub struct Decode {
    inflate: Option<MultiGzDecoder<Vec<u8>>>,
    begun: bool,
    raw: Vec<u8>,
    wanted: Option<String>,
    decoding: Option<Decoding>,
    is_marked: bool,
    taken_bytes: u64,
    inflated_bytes: u64,
}

/// How bytes become text.
enum Decoding {
    Unicode(Text),
    #[cfg(not(target_arch = "wasm32"))]
    Legacy(Box<Legacy>),
}

/// Whether text that begins like this (gzip or plain) is in none of Unicode's encodings, by a user's `label` or by its
/// bytes. The page's core has no tables for it: another module makes UTF-8 of it first.
pub fn is_legacy(head: &[u8], label: Option<&str>) -> bool {
    let mut inflated = Vec::new();
    let mut head = &head[..head.len().min(2 * SNIFF_BYTES)];
    if head.starts_with(GZIP) {
        let mut inflate = MultiGzDecoder::new(Vec::new());
        // In steps that even a bomb makes little of; what is damaged is told by who reads it all.
        for step in head.chunks(512) {
            if inflate.write_all(step).is_err() || inflate.get_ref().len() >= SNIFF_BYTES {
                break;
            }
        }
        // What is cut off or damaged leaves what came before.
        drop(inflate.flush());
        inflated.append(inflate.get_mut());
        head = &inflated;
    }
    let head = &head[..head.len().min(SNIFF_BYTES)];
    if Unicode::marked(head).is_some() {
        return false;
    }
    match label {
        Some(label) => Unicode::labelled(label).is_none(),
        None => Unicode::of(head).is_none() && not_a_table(head).is_ok(),
    }
}

/// Says that malformed sequences were replaced.
pub(super) fn replaced_note(count: u64) -> Note {
    Note::warning("bytes-replaced", format!("{count} characters could not be read; another encoding may be right"))
        .count(count)
}

impl Decode {
    /// A decoder; `label` names the encoding where the user said it.
    ///
    /// # Errors
    /// Fails on an unknown label.
    pub fn new(label: Option<&str>) -> Result<Self> {
        #[cfg(not(target_arch = "wasm32"))]
        if let Some(label) = label
            && Unicode::labelled(label).is_none()
            && Legacy::labelled(label).is_none()
        {
            return Err(Error::usage("unknown-encoding", format!("\"{label}\" is no encoding"))
                .remedy("use a name such as utf-8, gb18030, shift_jis or windows-1252"));
        }
        Ok(Self {
            inflate: None,
            begun: false,
            raw: Vec::new(),
            wanted: label.map(str::to_owned),
            decoding: None,
            is_marked: false,
            taken_bytes: 0,
            inflated_bytes: 0,
        })
    }

    /// WHATWG name of the encoding, once it is decided.
    pub fn encoding(&self) -> Option<&'static str> {
        Some(match self.decoding.as_ref()? {
            Decoding::Unicode(text) => text.unicode().name(),
            #[cfg(not(target_arch = "wasm32"))]
            Decoding::Legacy(legacy) => legacy.name(),
        })
    }

    /// How many malformed sequences were replaced.
    pub fn replaced(&self) -> u64 {
        match &self.decoding {
            Some(Decoding::Unicode(text)) => text.replaced(),
            #[cfg(not(target_arch = "wasm32"))]
            Some(Decoding::Legacy(legacy)) => legacy.replaced(),
            None => 0,
        }
    }

    /// Whether the bytes are UTF-8 as they are, so that a place in the text is one in the file.
    pub fn is_plain(&self) -> bool {
        let is_utf8 = matches!(&self.decoding, Some(Decoding::Unicode(text)) if text.unicode() == Unicode::Utf8);
        is_utf8 && self.inflate.is_none()
    }

    /// Bytes of the byte order mark, which are not in the text.
    pub fn marked_bytes(&self) -> usize {
        if self.is_marked { MARK_BYTES } else { 0 }
    }

    /// Begins anew at the beginning of a line.
    pub fn restart(&mut self) {
        if let Some(Decoding::Unicode(text)) = &mut self.decoding {
            *text = Text::within(text.unicode());
        }
    }

    /// Bytes to push at a time: of gzip, no more than even a bomb makes little of.
    pub fn step(&self) -> usize {
        if self.inflate.is_some() || !self.begun { GZIP_STEP } else { usize::MAX }
    }

    /// Takes bytes and appends the text that is certain to `text`.
    ///
    /// # Errors
    /// Fails on damaged or exploding gzip, and on files that are no text.
    pub fn push(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> Result<()> {
        self.taken_bytes += bytes.len() as u64;
        if !self.begun {
            self.raw.extend_from_slice(bytes);
            if self.raw.len() < 8 {
                return Ok(());
            }
            let first = std::mem::take(&mut self.raw);
            self.begin(&first)?;
            return self.take(&first, text);
        }
        self.take(bytes, text)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As [`Decode::push`].
    pub fn finish(&mut self, text: &mut Vec<u8>) -> Result<()> {
        if !self.begun {
            let first = std::mem::take(&mut self.raw);
            self.begin(&first)?;
            self.take(&first, text)?;
        }
        if let Some(inflate) = self.inflate.take() {
            let rest = inflate.finish().map_err(|_| cut_gzip())?;
            self.inflated_bytes += rest.len() as u64;
            self.decode(&rest, text)?;
        }
        if self.decoding.is_none() {
            self.choose()?;
            let raw = std::mem::take(&mut self.raw);
            self.run(&raw, text, false);
        }
        self.run(&[], text, true);
        Ok(())
    }

    fn begin(&mut self, first: &[u8]) -> Result<()> {
        self.begun = true;
        if first.starts_with(GZIP) {
            self.inflate = Some(MultiGzDecoder::new(Vec::new()));
            return Ok(());
        }
        not_a_table(first)
    }

    fn take(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> Result<()> {
        let Some(inflate) = &mut self.inflate else { return self.decode(bytes, text) };
        inflate.write_all(bytes).map_err(|_| {
            Error::input("damaged-gzip", "the compressed file is damaged").remedy("download or compress it again")
        })?;
        let out = std::mem::take(inflate.get_mut());
        self.inflated_bytes += out.len() as u64;
        if self.inflated_bytes > ALWAYS_INFLATED_BYTES
            && self.inflated_bytes / self.taken_bytes.max(1) > MOST_INFLATED_RATIO
        {
            return Err(Error::input("inflates-too-far", "the compressed file swells more than a hundredfold")
                .remedy("open it with another program, and give the file that is inside"));
        }
        self.decode(&out, text)
    }

    fn decode(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> Result<()> {
        if self.decoding.is_some() {
            self.run(bytes, text, false);
            return Ok(());
        }
        self.raw.extend_from_slice(bytes);
        if self.raw.len() < SNIFF_BYTES {
            return Ok(());
        }
        self.choose()?;
        let raw = std::mem::take(&mut self.raw);
        self.run(&raw, text, false);
        Ok(())
    }

    fn choose(&mut self) -> Result<()> {
        // No more than that, however much came at once: equal files are read in one way.
        let raw = &self.raw[..self.raw.len().min(SNIFF_BYTES)];
        not_a_table(raw)?;
        self.is_marked = Unicode::marked(raw).is_some();
        let unicode = Unicode::marked(raw).or_else(|| match &self.wanted {
            Some(label) => Unicode::labelled(label),
            None => Unicode::of(raw),
        });
        self.decoding = Some(match unicode {
            Some(unicode) => Decoding::Unicode(Text::new(unicode)),
            None => legacy(raw, self.wanted.as_deref())?,
        });
        Ok(())
    }

    fn run(&mut self, bytes: &[u8], text: &mut Vec<u8>, last: bool) {
        match &mut self.decoding {
            Some(Decoding::Unicode(unicode)) => unicode.decode(bytes, text, last),
            #[cfg(not(target_arch = "wasm32"))]
            Some(Decoding::Legacy(legacy)) => legacy.decode(bytes, text, last),
            None => {}
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn legacy(first: &[u8], label: Option<&str>) -> Result<Decoding> {
    let labelled = label.and_then(Legacy::labelled);
    Ok(Decoding::Legacy(Box::new(labelled.unwrap_or_else(|| Legacy::guessed(first)))))
}

/// Who pushes such a file has asked [`is_legacy`] first and decoded it elsewhere.
#[cfg(target_arch = "wasm32")]
fn legacy(_: &[u8], _: Option<&str>) -> Result<Decoding> {
    Err(Error::input("unknown-encoding", "the characters of the file are in no encoding that is known here")
        .remedy("save it as UTF-8"))
}

fn cut_gzip() -> Error {
    Error::input("cut-gzip", "the compressed file ends too early").remedy("download it again")
}

/// Names what a file really is, where its first bytes tell that it is no text.
fn not_a_table(first: &[u8]) -> Result<()> {
    let kinds: [(&[u8], &str, &str, &str); 8] = [
        (b"%PDF", "pdf", "a PDF document", "export the orders as CSV instead of printing them"),
        (b"\x89PNG", "picture", "a picture", "export the orders as CSV"),
        (b"\xff\xd8\xff", "picture", "a picture", "export the orders as CSV"),
        (b"PK\x03\x04", "archive", "a zip archive", "unpack it first"),
        (b"\xd0\xcf\x11\xe0", "excel", "an old Excel workbook", "in Excel: Save as, CSV"),
        (b"SQLite format 3", "sqlite", "a database", "export the orders as CSV"),
        (b"Rar!", "archive", "a RAR archive", "unpack it first"),
        (b"7z\xbc\xaf", "archive", "a 7-Zip archive", "unpack it first"),
    ];
    for (magic, kind, name, remedy) in kinds {
        if first.starts_with(magic) {
            // A workbook is a zip archive; the name of its first part or of its sheets' folder stands near the beginning.
            let names: [&[u8]; 2] = [b"[Content_Types].xml", b"xl/"];
            let near = &first[..first.len().min(2048)];
            let sheet =
                kind == "archive" && names.iter().any(|name| near.windows(name.len()).any(|found| found == *name));
            let (kind, name, remedy) =
                if sheet { ("excel", "an Excel workbook", "in Excel: Save as, CSV") } else { (kind, name, remedy) };
            return Err(Error::input("not-a-table", format!("this is {name}, no table of orders"))
                .remedy(remedy)
                .arg("kind", kind));
        }
    }
    let head = String::from_utf8_lossy(&first[..first.len().min(512)]).trim_start().to_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") || head.starts_with("<?xml") {
        return Err(Error::input("not-a-table", "this is a web page or XML, no table of orders")
            .remedy("export the orders as CSV; a sign-in page is saved like this when the session has ended")
            .arg("kind", "html"));
    }
    if is_json(&head) {
        return Err(Error::input("not-a-table", "this is JSON, no table of orders")
            .remedy("export the orders as CSV")
            .arg("kind", "json"));
    }
    Ok(())
}

/// Whether a text begins as a JSON object with a key, or as a list of such or of lists. Headers in brackets are none.
fn is_json(head: &str) -> bool {
    let blank = |letter: char| letter.is_whitespace() || letter == '\u{feff}';
    let head = head.trim_start_matches(blank);
    let inner = head.trim_start_matches(|letter| letter == '[' || blank(letter));
    let depth = head[..head.len() - inner.len()].matches('[').count();
    let object = inner.strip_prefix('{').and_then(|inner| inner.trim_start().strip_prefix('"'));
    let has_key =
        object.and_then(|key| key.split_once('"')).is_some_and(|(_, rest)| rest.trim_start().starts_with(':'));
    has_key || depth > 1 && inner.starts_with('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_encodings_are_told_in_gzip_too() -> std::io::Result<()> {
        let (german, ..) = encoding_rs::WINDOWS_1252.encode("Datum;Artikel;Stück\n02.03.2026;Tür;2\n");
        let plain = "Datum;Artikel;Stück\n02.03.2026;Tür;2\n".as_bytes();
        let packed = |bytes: &[u8]| {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(bytes).and_then(|()| gzip.finish())
        };
        for (bytes, legacy) in [(&german[..], true), (plain, false), (b"", false), (b"%PDF-1.7 \xe9\xff", false)] {
            assert_eq!(is_legacy(bytes, None), legacy, "{bytes:?}");
            let gzip = packed(bytes)?;
            assert_eq!(is_legacy(&gzip, None), legacy, "{bytes:?} in gzip");
        }
        let long = german.repeat(20_000);
        let gzip = packed(&long)?;
        assert!(is_legacy(&gzip[..gzip.len() / 2], None), "the beginning is enough");
        assert!(is_legacy(plain, Some("gb18030")) && !is_legacy(&german, Some("utf-8")));
        assert!(!is_legacy(b"\xef\xbb\xbfa", Some("gb18030")), "a mark says more than the user");
        Ok(())
    }
}
