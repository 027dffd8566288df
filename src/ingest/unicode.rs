//! Text in Unicode's encodings, piece by piece, malformed parts replaced and counted.

/// A Unicode encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unicode {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

impl Unicode {
    /// Name in the WHATWG's list.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }

    /// The encoding of that label; none for others.
    pub fn labelled(label: &str) -> Option<Self> {
        match label.trim().to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "unicode-1-1-utf-8" => Some(Self::Utf8),
            "utf-16" | "utf-16le" | "unicode" | "ucs-2" => Some(Self::Utf16Le),
            "utf-16be" => Some(Self::Utf16Be),
            _ => None,
        }
    }

    /// What the byte order mark at the beginning says.
    pub fn marked(first: &[u8]) -> Option<Self> {
        [(&b"\xef\xbb\xbf"[..], Self::Utf8), (b"\xff\xfe", Self::Utf16Le), (b"\xfe\xff", Self::Utf16Be)]
            .into_iter()
            .find(|(mark, _)| first.starts_with(mark))
            .map(|(_, found)| found)
    }

    /// What text is that begins like this, with or without a mark: UTF-16 by its zero bytes, UTF-8 where it is valid.
    pub fn of(first: &[u8]) -> Option<Self> {
        if let Some(marked) = Self::marked(first) {
            return Some(marked);
        }
        let pairs = first.len() / 2;
        if pairs > 0 {
            let zeros = |offset: usize| first.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
            let (even, odd) = (zeros(0), zeros(1));
            if odd * 3 > pairs && even * 10 < pairs {
                return Some(Self::Utf16Le);
            }
            if even * 3 > pairs && odd * 10 < pairs {
                return Some(Self::Utf16Be);
            }
        }
        // The cut may fall inside a character.
        match std::str::from_utf8(first) {
            Ok(_) => Some(Self::Utf8),
            Err(error) if error.error_len().is_none() && error.valid_up_to() + 4 > first.len() => Some(Self::Utf8),
            Err(_) => None,
        }
    }
}

const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// Text on its way to UTF-8.
#[derive(Debug)]
pub struct Text {
    unicode: Unicode,
    /// Bytes of a character whose others are still to come; with UTF-16 also a first surrogate.
    begun: Vec<u8>,
    /// Whether a byte order mark may still come.
    is_first: bool,
    replaced: u64,
}

impl Text {
    /// Text in that encoding.
    pub fn new(unicode: Unicode) -> Self {
        Self { unicode, begun: Vec::new(), is_first: true, replaced: 0 }
    }

    /// Text that goes on somewhere inside, where no byte order mark may stand.
    pub fn within(unicode: Unicode) -> Self {
        Self { is_first: false, ..Self::new(unicode) }
    }

    /// The encoding.
    pub fn unicode(&self) -> Unicode {
        self.unicode
    }

    /// Malformed sequences so far; each became U+FFFD.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Takes the next bytes and appends what they say; `last` says that nothing follows.
    pub fn decode(&mut self, bytes: &[u8], text: &mut Vec<u8>, last: bool) {
        let start = text.len();
        match self.unicode {
            Unicode::Utf8 => self.utf8(bytes, text, last),
            Unicode::Utf16Le => self.utf16(bytes, text, last, u16::from_le_bytes),
            Unicode::Utf16Be => self.utf16(bytes, text, last, u16::from_be_bytes),
        }
        if self.is_first && text.len() > start {
            self.is_first = false;
            if text[start..].starts_with("\u{feff}".as_bytes()) {
                text.drain(start..start + 3);
            }
        }
    }

    fn replace(&mut self, text: &mut Vec<u8>) {
        text.extend_from_slice(REPLACEMENT);
        self.replaced += 1;
    }

    fn utf8(&mut self, bytes: &[u8], text: &mut Vec<u8>, last: bool) {
        let mut rest = bytes;
        // A character that lies across two pieces has three bytes to come at most.
        while !self.begun.is_empty() {
            let Some((&next, others)) = rest.split_first() else { break };
            self.begun.push(next);
            match std::str::from_utf8(&self.begun) {
                Ok(_) => {
                    text.append(&mut self.begun);
                    rest = others;
                }
                Err(error) if error.error_len().is_none() => rest = others,
                // The byte that does not fit begins something else.
                Err(_) => {
                    self.begun.clear();
                    self.replace(text);
                }
            }
        }
        while !rest.is_empty() {
            let Err(error) = std::str::from_utf8(rest) else {
                text.extend_from_slice(rest);
                break;
            };
            let (valid, others) = rest.split_at(error.valid_up_to());
            text.extend_from_slice(valid);
            let Some(length) = error.error_len() else {
                self.begun.extend_from_slice(others);
                break;
            };
            self.replace(text);
            rest = &others[length..];
        }
        if last && !self.begun.is_empty() {
            self.begun.clear();
            self.replace(text);
        }
    }

    fn utf16(&mut self, bytes: &[u8], text: &mut Vec<u8>, last: bool, unit: fn([u8; 2]) -> u16) {
        let mut joined = std::mem::take(&mut self.begun);
        joined.extend_from_slice(bytes);
        let (pairs, odd) = joined.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let is_high = |unit: u16| (0xd800..0xdc00).contains(&unit);
        // The other half of a last character may still come.
        let waits = !last && pairs.last().is_some_and(|pair| is_high(unit(*pair)));
        let mut letter = [0; 4];
        text.reserve(joined.len());
        for decoded in char::decode_utf16(units.take(pairs.len() - usize::from(waits))) {
            match decoded {
                Ok(decoded) => text.extend_from_slice(decoded.encode_utf8(&mut letter).as_bytes()),
                Err(_) => self.replace(text),
            }
        }
        if last {
            if !odd.is_empty() {
                self.replace(text);
            }
        } else {
            self.begun = joined.split_off(joined.len() - odd.len() - 2 * usize::from(waits));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes in pieces of every length up to the whole.
    fn decoded(unicode: Unicode, bytes: &[u8]) -> Vec<(String, u64)> {
        let pieces = |length: usize| {
            let (mut text, mut out) = (Text::new(unicode), Vec::new());
            for piece in bytes.chunks(length) {
                text.decode(piece, &mut out, false);
            }
            text.decode(&[], &mut out, true);
            (String::from_utf8_lossy(&out).into_owned(), text.replaced())
        };
        (1..=bytes.len()).map(pieces).collect()
    }

    #[test]
    fn pieces_may_be_cut_anywhere() {
        let said = "\u{feff}día,茶壶,🫖\n";
        let plain = said.trim_start_matches('\u{feff}');
        let utf16: Vec<u16> = said.encode_utf16().collect();
        let low: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let high: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for (unicode, bytes) in
            [(Unicode::Utf8, said.as_bytes()), (Unicode::Utf16Le, &low[..]), (Unicode::Utf16Be, &high[..])]
        {
            assert_eq!(Unicode::of(bytes), Some(unicode));
            for (text, replaced) in decoded(unicode, bytes) {
                assert_eq!((text.as_str(), replaced), (plain, 0), "{unicode:?}");
            }
        }
    }

    /// As the WHATWG's decoders do it, whatever the pieces.
    #[test]
    fn malformed_parts_are_replaced_and_counted() {
        let cases: [&[u8]; 8] = [
            b"a\xffb",
            b"a\xe8\x8c",
            b"\xe8\x8c,\xe8",
            b"\xf0\x9f\xab\xc3\xa9",
            b"\xc0\xaf\xed\xa0\x80",
            b"\x80\x80\x80",
            b"\xf4\x90\x80\x80",
            b"caf\xe9;1",
        ];
        for bytes in cases {
            let (wanted, _) = encoding_rs::UTF_8.decode_without_bom_handling(bytes);
            let count = wanted.matches('\u{fffd}').count() as u64;
            for found in decoded(Unicode::Utf8, bytes) {
                assert_eq!(found, (wanted.clone().into_owned(), count), "{bytes:?}");
            }
        }
        let cases: [&[u8]; 4] = [b"a\0\x3d\xd8b\0", b"\x00\xdca\0", b"a\0b", b"a\0\x3d\xd8"];
        for bytes in cases {
            let (wanted, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes);
            for (text, _) in decoded(Unicode::Utf16Le, bytes) {
                assert_eq!(text, wanted, "{bytes:?}");
            }
        }
    }

    #[test]
    fn unicode_is_told_from_other_encodings() {
        let utf16: Vec<u8> = "date,qty\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(Unicode::of(&utf16), Some(Unicode::Utf16Be));
        assert_eq!(Unicode::of("茶".as_bytes()), Some(Unicode::Utf8));
        assert_eq!(Unicode::of(&"茶".as_bytes()[..2]), Some(Unicode::Utf8), "cut inside a character");
        assert_eq!(Unicode::of(b"caf\xe9;1\n"), None);
        assert_eq!(Unicode::of(b""), Some(Unicode::Utf8));
        assert_eq!(Unicode::labelled("UTF8"), Some(Unicode::Utf8));
        assert_eq!(Unicode::labelled("gbk"), None);
    }
}
