//! What every figure is: SVG text, how its plot area maps, what stands at each x, and one sentence.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle, Text};
use plotters::prelude::Cartesian2d;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

use super::format::Language;
use super::measure::text_width;
use super::svg::{Dashes, SvgBackend, units};
use super::theme::{Palette, Theme};
use crate::error::{Error, Result};

/// Font size of all words in figures, in pixels.
pub const FONT_SIZE: f64 = 12.0;

/// Smallest and largest side of a figure in pixels.
const SIDE: (f64, f64) = (16.0, 4096.0);

/// A chart and how its plot area maps: `px = plot.x + (value - x.min) / (x.max - x.min) * plot.width`, and upwards
/// for y.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Figure {
    /// A whole SVG document without prolog.
    pub svg: String,
    /// The plot area in pixels.
    pub plot: Plot,
    /// Range of the x axis: periods since 1970 for `fan` and `spark`, epochs for `loss`.
    pub x: Range,
    /// Range of the y axis.
    pub y: Range,
    /// What stands at each x, in order.
    pub points: Vec<Point>,
    /// One sentence for screen readers.
    pub summary: String,
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Plot {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Range of an axis.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Range {
    /// Value at the left or bottom edge.
    pub min: f64,
    /// Value at the right or top edge, above `min`.
    pub max: f64,
}

/// What stands at one x, for the read-out.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// Place on the x axis.
    pub x: f64,
    /// ISO name of a period; the epoch's number for `loss`.
    pub label: String,
    /// What was sold; for `loss`, the training loss.
    pub actual: Option<f64>,
    /// Median of the forecast; for `loss`, the validation loss.
    pub median: Option<f64>,
    /// Lower edge of the inner 80 %.
    pub low80: Option<f64>,
    /// Upper edge of the inner 80 %.
    pub high80: Option<f64>,
    /// Lower edge of the inner 50 %.
    pub low50: Option<f64>,
    /// Upper edge of the inner 50 %.
    pub high50: Option<f64>,
    /// The simple rule.
    pub rule: Option<f64>,
    /// Codes of the period's holidays and shopping festivals.
    pub holidays: Vec<String>,
}

/// Size, colours and language of a figure.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Look {
    /// Width in pixels, held between 16 and 4096.
    pub width: f64,
    /// Height in pixels, held between 16 and 4096.
    pub height: f64,
    /// Light or dark.
    #[serde(default)]
    pub theme: Theme,
    /// Language of words, numbers and dates.
    #[serde(default)]
    pub language: Language,
}

impl Look {
    /// The same look with a size that can be drawn.
    pub(super) fn checked(self) -> Self {
        let held = |side: f64| if side.is_finite() { side.clamp(SIDE.0, SIDE.1) } else { SIDE.0 };
        Self { width: held(self.width), height: held(self.height), ..self }
    }

    pub(super) fn palette(&self) -> &'static Palette {
        self.theme.palette()
    }
}

/// Where a text stands to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// Room that a text takes on its line, in pixels.
pub(super) fn room(text: &str, bold: bool) -> f64 {
    text_width(text, FONT_SIZE, bold)
}

/// A page to draw on in pixels, and a plot area in it to draw on in values.
pub(super) struct Canvas<'a> {
    page: DrawingArea<SvgBackend<'a>, Shift>,
    plot: DrawingArea<SvgBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("cannot draw: {error}"))
}

/// A line's colour and width in pixels.
pub(super) fn line(color: RGBColor, width: f64) -> ShapeStyle {
    Color::stroke_width(&color, units(width).unsigned_abs())
}

impl<'a> Canvas<'a> {
    /// An empty page; `x` and `y` are what the plot area shows.
    pub fn new(out: &'a mut String, look: Look, summary: &str, area: Plot, x: Range, y: Range) -> Self {
        let page = SvgBackend::new(out, look.width, look.height, summary).into_drawing_area();
        let (left, right) = (units(area.x), units(area.x + area.width));
        let (top, bottom) = (units(area.y), units(area.y + area.height));
        let coordinates =
            Cartesian2d::<RangedCoordf64, RangedCoordf64>::new(x.min..x.max, y.min..y.max, (left..right, bottom..top));
        let plot = page.apply_coord_spec(coordinates);
        Self { page, plot }
    }

    /// Ends the document.
    pub fn finish(self) -> Result<()> {
        self.page.present().map_err(failed)
    }

    fn draw<E>(&self, element: &E) -> Result<()>
    where
        for<'e> &'e E: PointCollection<'e, (f64, f64)>,
        E: Drawable<SvgBackend<'a>>,
    {
        self.plot.draw(element).map_err(failed)
    }

    /// A line through values; parts are split where a value is missing, single values become dots.
    pub fn curve(&self, points: &[(f64, f64)], style: ShapeStyle) -> Result<()> {
        for part in points.split(|point| !point.1.is_finite()).filter(|part| !part.is_empty()) {
            match part {
                [alone] => {
                    let radius = style.stroke_width.max(units(1.5).unsigned_abs());
                    self.draw(&Circle::new(*alone, radius, style.filled()))?;
                }
                _ => self.draw(&PathElement::new(part.to_vec(), style))?,
            }
        }
        Ok(())
    }

    /// A dashed line through values; missing ones are skipped over.
    pub fn dashes(&self, points: &[(f64, f64)], style: ShapeStyle) -> Result<()> {
        let points: Vec<_> = points.iter().copied().filter(|point| point.1.is_finite()).collect();
        self.draw(&Dashes { points, style, dash: (4.0, 3.0) })
    }

    /// The area between lower and upper values.
    pub fn band(&self, low: &[(f64, f64)], high: &[(f64, f64)], color: RGBColor) -> Result<()> {
        let outline: Vec<_> = high.iter().chain(low.iter().rev()).copied().collect();
        if outline.is_empty() { Ok(()) } else { self.draw(&Polygon::new(outline, color)) }
    }

    /// A dot at values, radius in pixels, filled or hollow.
    pub fn dot(&self, at: (f64, f64), radius: f64, color: RGBColor, filled: bool) -> Result<()> {
        let style = line(color, 1.5);
        self.draw(&Circle::new(at, units(radius), if filled { style.filled() } else { style }))
    }

    /// A line through pixels.
    pub fn pixel_line(&self, points: &[(f64, f64)], style: ShapeStyle) -> Result<()> {
        self.page.draw(&PathElement::new(in_units(points), style)).map_err(failed)
    }

    /// A dashed line through pixels.
    pub fn pixel_dashes(&self, points: &[(f64, f64)], style: ShapeStyle) -> Result<()> {
        let element = Dashes { points: in_units(points), style, dash: (4.0, 3.0) };
        self.page.draw(&element).map_err(failed)
    }

    /// A filled rectangle in pixels.
    pub fn pixel_box(&self, area: Plot, color: RGBColor) -> Result<()> {
        let corners = [(units(area.x), units(area.y)), (units(area.x + area.width), units(area.y + area.height))];
        self.page.draw(&Rectangle::new(corners, color.filled())).map_err(failed)
    }

    /// A hollow circle in pixels.
    pub fn pixel_ring(&self, (x, y): (f64, f64), radius: f64, color: RGBColor) -> Result<()> {
        self.page.draw(&Circle::new((units(x), units(y)), units(radius), line(color, 1.3))).map_err(failed)
    }

    /// A line of text whose baseline begins, centres or ends at a pixel.
    pub fn text(&self, text: &str, (x, y): (f64, f64), anchor: Anchor, color: RGBColor, bold: bool) -> Result<()> {
        let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, f64::from(units(FONT_SIZE)), style);
        let horizontal = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let style = TextStyle::from(font).color(&color).pos(Pos::new(horizontal, VPos::Bottom));
        self.page.draw(&Text::new(text, (units(x), units(y)), style)).map_err(failed)
    }
}

fn in_units(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().map(|point| (units(point.0), units(point.1))).collect()
}

impl Plot {
    /// Pixel of a value on the x axis.
    pub(super) fn across(&self, value: f64, x: Range) -> f64 {
        self.x + (value - x.min) / (x.max - x.min) * self.width
    }

    /// Pixel of a value on the y axis.
    pub(super) fn down(&self, value: f64, y: Range) -> f64 {
        self.y + (1.0 - (value - y.min) / (y.max - y.min)) * self.height
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }
}

/// A name for a sentence: without the characters that turn the direction of the text around it.
pub(super) fn plain_name(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A finite value.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
