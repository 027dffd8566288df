//! Texts of the encodings from before Unicode: which one it is, and what it says. Their tables are large, so they are not
//! in the page's core.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, CoderResult, Decoder, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, WINDOWS_1252};

/// A text in an encoding of its own, on its way to UTF-8.
pub struct Legacy {
    decoder: Decoder,
    replaced: u64,
}

impl Legacy {
    /// Text in a named encoding; none where the WHATWG's list has no such label.
    pub fn labelled(label: &str) -> Option<Self> {
        Encoding::for_label(label.as_bytes()).map(Self::of)
    }

    /// Text in the encoding that is likeliest by its first bytes, which are no Unicode.
    pub fn guessed(first: &[u8]) -> Self {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(first, true);
        let found = detector.guess(None, Utf8Detection::Deny);
        // What GBK says, its successor says too, and more.
        if found == GBK {
            return Self::of(GB18030);
        }
        // Short or mixed samples are taken for rare encodings; shops' exports come in these.
        let usual =
            [SHIFT_JIS, GB18030, BIG5, EUC_KR, EUC_JP].contains(&found) || found.name().starts_with("windows-125");
        Self::of(if usual { found } else { WINDOWS_1252 })
    }

    fn of(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder(), replaced: 0 }
    }

    /// The encoding's name in the WHATWG's list.
    pub fn name(&self) -> &'static str {
        self.decoder.encoding().name()
    }

    /// Malformed sequences so far; each became U+FFFD.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Takes the next bytes and appends what they say; `last` says that nothing follows.
    pub fn decode(&mut self, bytes: &[u8], text: &mut Vec<u8>, last: bool) {
        let mut rest = bytes;
        loop {
            let room = self.decoder.max_utf8_buffer_length(rest.len()).unwrap_or(rest.len() * 3 + 16);
            let start = text.len();
            text.resize(start + room, 0);
            let (result, read, written, replaced) = self.decoder.decode_to_utf8(rest, &mut text[start..], last);
            text.truncate(start + written);
            self.replaced += u64::from(replaced);
            rest = &rest[read..];
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_the_encodings_of_shops() {
        for (encoding, text) in [
            (GB18030, "订单创建时间,商品标题,购买数量\n2026-03-02,手工蜡烛 香草味 礼品装,2\n"),
            (SHIFT_JIS, "注文日,商品名,数量\n2026-03-02,キャンドル（バニラの香り）,2\n"),
            (WINDOWS_1252, "Datum;Artikel;Stück;Preis\n02.03.2026;Tür für draußen;2;19,90 €\n"),
            (encoding_rs::WINDOWS_1251, "Дата;Товар;Количество\n02.03.2026;Свеча ароматическая;2\n"),
        ] {
            let (bytes, ..) = encoding.encode(text);
            let mut legacy = Legacy::guessed(&bytes);
            let mut read = Vec::new();
            // A character may be cut anywhere.
            for (place, byte) in bytes.iter().enumerate() {
                legacy.decode(&[*byte], &mut read, place + 1 == bytes.len());
            }
            assert_eq!((legacy.name(), String::from_utf8_lossy(&read).as_ref()), (encoding.name(), text));
            assert_eq!(legacy.replaced(), 0);
        }
    }

    #[test]
    fn labels_are_those_of_the_web() {
        assert_eq!(Legacy::labelled("gb2312").map(|legacy| legacy.name()), Some("GBK"));
        assert!(Legacy::labelled("klingon").is_none());
    }
}
