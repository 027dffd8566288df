//! Colours of the figures: the chart tokens of the page, light and dark, checked for contrast there.

use plotters::style::RGBColor;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark ink on light paper.
    #[default]
    Light,
    /// Light ink on dark paper.
    Dark,
}

/// Colours by role. A figure has no background of its own: it lies on the page's surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Words that matter, and the cut-off.
    pub ink: RGBColor,
    /// Other words.
    pub ink_soft: RGBColor,
    /// Axis labels.
    pub ink_faint: RGBColor,
    /// What was sold.
    pub history: RGBColor,
    /// Single periods behind a moving average.
    pub history_faint: RGBColor,
    /// The forecast's median.
    pub forecast: RGBColor,
    /// Inner half of the forecast.
    pub band_50: RGBColor,
    /// Inner four fifths of the forecast.
    pub band_80: RGBColor,
    /// Edges of the bands.
    pub band_edge: RGBColor,
    /// The simple rule.
    pub rule: RGBColor,
    /// Grid hairlines.
    pub grid: RGBColor,
    /// The axis, its ticks, and the leaders of labels.
    pub axis: RGBColor,
    /// Promotions.
    pub promotion: RGBColor,
    /// Holidays.
    pub holiday: RGBColor,
    /// Hatching of suspected stock-outs.
    pub stockout: RGBColor,
    /// Ground under the hatching.
    pub stockout_fill: RGBColor,
}

const fn rgb(hex: u32) -> RGBColor {
    RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const LIGHT: Palette = Palette {
    ink: rgb(0x1c1b19),
    ink_soft: rgb(0x4f4b45),
    ink_faint: rgb(0x69635a),
    history: rgb(0x1c1b19),
    history_faint: rgb(0xb9b2a6),
    forecast: rgb(0x1d53c4),
    band_50: rgb(0xa8c3f6),
    band_80: rgb(0xd9e5fb),
    band_edge: rgb(0x86a8ea),
    rule: rgb(0x756f65),
    grid: rgb(0xebe7df),
    axis: rgb(0x8a8377),
    promotion: rgb(0xb05c00),
    holiday: rgb(0x4f4b45),
    stockout: rgb(0x8f887c),
    stockout_fill: rgb(0xf6f4ef),
};

const DARK: Palette = Palette {
    ink: rgb(0xf3f0ea),
    ink_soft: rgb(0xc6c0b6),
    ink_faint: rgb(0xa29b90),
    history: rgb(0xf3f0ea),
    history_faint: rgb(0x6b655c),
    forecast: rgb(0xa9c4ff),
    band_50: rgb(0x35559b),
    band_80: rgb(0x22345e),
    band_edge: rgb(0x5578c4),
    rule: rgb(0xa29b90),
    grid: rgb(0x2b2925),
    axis: rgb(0x827b70),
    promotion: rgb(0xf0a94e),
    holiday: rgb(0xc6c0b6),
    stockout: rgb(0x7d766b),
    stockout_fill: rgb(0x211f1c),
};

impl Theme {
    /// The theme's colours.
    pub fn palette(self) -> &'static Palette {
        match self {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }
}
