//! Raw bytes to UTF-8 text: gzip, byte order marks, legacy encodings.

use std::io::Write;

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use flate2::write::MultiGzDecoder;

use crate::error::{Error, Result};

/// Bytes looked at before the encoding is decided.
pub const SNIFF_BYTES: usize = 256 << 10;

/// A gzip file that swells by more than this is taken for a bomb.
const MOST_INFLATED_RATIO: u64 = 100;

/// Small files may swell by more, up to this size.
const ALWAYS_INFLATED_BYTES: u64 = 64 << 20;

/// Turns pushed bytes into UTF-8 text.
pub struct Decode {
    inflate: Option<MultiGzDecoder<Vec<u8>>>,
    begun: bool,
    raw: Vec<u8>,
    wanted: Option<&'static Encoding>,
    decoder: Option<Decoder>,
    chosen: Option<&'static Encoding>,
    /// Whether the text is UTF-8 and was without a fault so far, so that bytes pass as they are.
    is_direct: bool,
    /// First bytes of a character whose others are still to come.
    begun_character: Vec<u8>,
    taken_bytes: u64,
    inflated_bytes: u64,
    /// How many malformed sequences were replaced.
    pub replaced: u64,
}

impl Decode {
    /// A decoder; `label` names the encoding where the user said it.
    ///
    /// # Errors
    /// Fails on an unknown label.
    pub fn new(label: Option<&str>) -> Result<Self> {
        let wanted = label
            .map(|label| {
                Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                    Error::usage("unknown-encoding", format!("\"{label}\" is no encoding"))
                        .remedy("use a name such as utf-8, gb18030, shift_jis or windows-1252")
                })
            })
            .transpose()?;
        Ok(Self {
            inflate: None,
            begun: false,
            raw: Vec::new(),
            wanted,
            decoder: None,
            chosen: None,
            is_direct: false,
            begun_character: Vec::new(),
            taken_bytes: 0,
            inflated_bytes: 0,
            replaced: 0,
        })
    }

    /// The encoding, once it is decided.
    pub fn encoding(&self) -> Option<&'static Encoding> {
        self.chosen
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
        if self.decoder.is_none() {
            self.choose()?;
            let raw = std::mem::take(&mut self.raw);
            self.run(&raw, text, false);
        }
        self.run(&[], text, true);
        Ok(())
    }

    fn begin(&mut self, first: &[u8]) -> Result<()> {
        self.begun = true;
        if first.starts_with(&[0x1f, 0x8b]) {
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
        if self.decoder.is_some() {
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
        let raw = &self.raw;
        not_a_table(raw)?;
        let encoding = match (self.wanted, Encoding::for_bom(raw)) {
            (Some(wanted), _) => wanted,
            (None, Some((found, _))) => found,
            (None, None) => guess(raw),
        };
        self.chosen = Some(encoding);
        self.decoder = Some(encoding.new_decoder());
        // The decoder takes a mark at the beginning off.
        self.is_direct = encoding == UTF_8 && !raw.starts_with(&[0xef]);
        Ok(())
    }

    fn run(&mut self, bytes: &[u8], text: &mut Vec<u8>, last: bool) {
        let Some(decoder) = &mut self.decoder else { return };
        let mut joined = std::mem::take(&mut self.begun_character);
        let bytes = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        let mut rest = bytes;
        if self.is_direct {
            let valid = Encoding::utf8_valid_up_to(bytes);
            text.extend_from_slice(&bytes[..valid]);
            rest = &bytes[valid..];
            let is_begun = std::str::from_utf8(rest).is_err_and(|error| error.error_len().is_none());
            if !last && is_begun {
                self.begun_character = rest.to_vec();
                return;
            }
            self.is_direct = rest.is_empty();
            if self.is_direct {
                return;
            }
        }
        loop {
            let room = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len() * 3 + 16);
            let start = text.len();
            text.resize(start + room, 0);
            let (result, read, written, replaced) = decoder.decode_to_utf8(rest, &mut text[start..], last);
            text.truncate(start + written);
            self.replaced += u64::from(replaced);
            rest = &rest[read..];
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
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
    Ok(())
}

/// Encoding of bytes without a mark: UTF-16 by its zero bytes, UTF-8 where it is valid, else the likeliest legacy one.
fn guess(raw: &[u8]) -> &'static Encoding {
    let pairs = raw.len() / 2;
    if pairs > 0 {
        let zeros = |offset: usize| raw.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        if odd * 3 > pairs && even * 10 < pairs {
            return UTF_16LE;
        }
        if even * 3 > pairs && odd * 10 < pairs {
            return UTF_16BE;
        }
    }
    // The cut may fall inside a character.
    match std::str::from_utf8(raw) {
        Ok(_) => return UTF_8,
        Err(error) if error.error_len().is_none() && error.valid_up_to() + 4 > raw.len() => return UTF_8,
        Err(_) => {}
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(raw, true);
    let found = detector.guess(None, chardetng::Utf8Detection::Allow);
    if found == encoding_rs::GBK {
        return GB18030;
    }
    // Short or mixed samples are taken for rare encodings; shops' exports come in these.
    if found == SHIFT_JIS
        || found == GB18030
        || found == UTF_8
        || found.name().starts_with("windows-125")
        || found == encoding_rs::BIG5
        || found == encoding_rs::EUC_KR
        || found == encoding_rs::EUC_JP
    {
        found
    } else {
        WINDOWS_1252
    }
}
