//! How wide a text is, from a table instead of a font: the reader's font is not known when a figure is drawn.

/// Advance widths of Helvetica for U+0020 to U+007E, in thousandths of the font size (Adobe Font Metrics).
const ASCII: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// System fonts run wider than Helvetica: Segoe UI, San Francisco, Roboto and Inter up to a tenth, DejaVu Sans and
/// Verdana by a sixth. Too much room is better than a collision.
const SYSTEM_FONTS: f64 = 1.17;

/// How much wider bold is.
const BOLD: f64 = 1.12;

/// Width of a text in pixels at a font size in pixels, on the wide side for the usual system fonts.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: f64 = text.chars().map(advance).sum();
    thousandths / 1000.0 * size * if bold { BOLD } else { 1.0 }
}

/// Advance of one character in thousandths of the font size.
fn advance(c: char) -> f64 {
    match u32::from(c) {
        code @ 0x20..=0x7E => f64::from(ASCII[code as usize - 0x20]) * SYSTEM_FONTS,
        // Control characters are not drawn; marks combine; joiners have no width.
        0..0x20 | 0x7F..=0x9F | 0x300..=0x36F | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0.0,
        // Narrow no-break space and thin space.
        0x202F | 0x2009 => 200.0,
        // East Asian wide and full-width blocks, pictographs.
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE4F => 1000.0,
        0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD => 1000.0,
        _ => 620.0 * SYSTEM_FONTS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_their_room() {
        assert!(text_width("预测", 12.0, false) >= 24.0);
        assert!(text_width("forecast", 12.0, false) > 40.0 && text_width("forecast", 12.0, false) < 70.0);
        assert!(text_width("forecast", 12.0, true) > text_width("forecast", 12.0, false));
        assert!(text_width("e\u{301}", 12.0, false) <= text_width("e", 12.0, false));
    }
}
