//! The drawing backend of plotters that writes SVG text.
//!
//! plotters counts whole pixels; here one of its pixels is a tenth of a real one, so that lines stay smooth. Only
//! presentation attributes are written, never `style`, so that a strict content security policy has nothing to block.

use std::fmt::{self, Write};

use plotters::element::{Drawable, PointCollection};
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::measure::text_width;

/// Backend units in a pixel.
pub const UNITS: f64 = 10.0;

/// Fonts of the page; a saved file falls back along the list too.
const FONTS: &str = "system-ui, ui-sans-serif, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'PingFang SC', 'Noto Sans CJK SC', sans-serif";

/// Height of a line of text over its font size.
const LINE_HEIGHT: f64 = 1.2;

type Drawn = Result<(), DrawingErrorKind<fmt::Error>>;

/// Backend units of a length in pixels.
pub fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

/// Writes one SVG document to a string.
#[derive(Debug)]
pub struct SvgBackend<'a> {
    out: &'a mut String,
    size: (u32, u32),
    /// Style attributes and data of strokes not yet written: neighbours of one style become one element.
    pending: Option<(String, String)>,
    finished: bool,
}

impl<'a> SvgBackend<'a> {
    /// Starts a document of a size in pixels. `description` is what a screen reader says.
    pub fn new(out: &'a mut String, width: f64, height: f64, description: &str) -> Self {
        out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
        out.push_str(&format!("{} {}", Tenths(units(width)), Tenths(units(height))));
        out.push_str(&format!("\" width=\"{}\" height=\"{}\"", Tenths(units(width)), Tenths(units(height))));
        if description.is_empty() {
            out.push_str(" aria-hidden=\"true\"");
        } else {
            out.push_str(" role=\"img\" aria-label=\"");
            escape(out, description);
            out.push('"');
        }
        out.push_str(" font-family=\"");
        escape(out, FONTS);
        out.push_str("\" stroke-linejoin=\"round\">\n");
        Self { out, size: (units(width).unsigned_abs(), units(height).unsigned_abs()), pending: None, finished: false }
    }

    /// A line of dashes; `dash` and `gap` in pixels.
    fn dashed<S: BackendStyle>(
        &mut self,
        points: impl Iterator<Item = BackendCoord>,
        style: &S,
        (dash, gap): (f64, f64),
    ) {
        let attributes =
            format!("{} stroke-dasharray=\"{} {}\"", stroke(style), Tenths(units(dash)), Tenths(units(gap)));
        self.stroke_path(points, attributes);
    }

    fn stroke_path(&mut self, points: impl Iterator<Item = BackendCoord>, attributes: String) {
        if self.pending.as_ref().is_some_and(|(style, _)| *style != attributes) {
            self.flush();
        }
        let (_, data) = self.pending.get_or_insert_with(|| (attributes, String::new()));
        for (place, point) in points.enumerate() {
            data.push_str(if place == 0 { "M" } else { "L" });
            data.push_str(&format!("{} {}", Tenths(point.0), Tenths(point.1)));
        }
    }

    fn flush(&mut self) {
        if let Some((style, data)) = self.pending.take()
            && !data.is_empty()
        {
            self.out.push_str(&format!("<path fill=\"none\" {style} d=\"{data}\"/>\n"));
        }
    }

    fn element(&mut self, text: fmt::Arguments<'_>) -> Drawn {
        self.flush();
        self.out.write_fmt(text).map_err(DrawingErrorKind::DrawingError)
    }
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = fmt::Error;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        self.flush();
        if !self.finished {
            self.finished = true;
            self.out.push_str("</svg>\n");
        }
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        let (x, y) = (Tenths(point.0), Tenths(point.1));
        self.element(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"0.1\" height=\"0.1\" {}/>\n", fill(&color)))
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.stroke_path([from, to].into_iter(), stroke(style));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        self.stroke_path(path.into_iter(), stroke(style));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, filled: bool) -> Drawn {
        let (x, y) = (from.0.min(to.0), from.1.min(to.1));
        let (width, height) = (Tenths((from.0 - to.0).abs()), Tenths((from.1 - to.1).abs()));
        let paint = if filled { fill(style) } else { format!("fill=\"none\" {}", stroke(style)) };
        let (x, y) = (Tenths(x), Tenths(y));
        self.element(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {paint}/>\n"))
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, radius: u32, style: &S, filled: bool) -> Drawn {
        let paint = if filled { fill(style) } else { format!("fill=\"none\" {}", stroke(style)) };
        let (x, y, r) = (Tenths(center.0), Tenths(center.1), Tenths(radius as i32));
        self.element(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {paint}/>\n"))
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, vert: I, style: &S) -> Drawn {
        let mut data = String::new();
        for (place, point) in vert.into_iter().enumerate() {
            data.push_str(if place == 0 { "M" } else { "L" });
            data.push_str(&format!("{} {}", Tenths(point.0), Tenths(point.1)));
        }
        self.element(format_args!("<path {} d=\"{data}Z\"/>\n", fill(style)))
    }

    /// Writes one line of text whose baseline is at `pos`.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, pos: BackendCoord) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let weight = if matches!(style.style(), FontStyle::Bold) { " font-weight=\"600\"" } else { "" };
        let (x, y, size) = (Tenths(pos.0), Tenths(pos.1), Tenths(style.size().round() as i32));
        let color = fill(&style.color());
        let mut escaped = String::new();
        escape(&mut escaped, text);
        self.element(format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{weight} {color}>{escaped}</text>\n"
        ))
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<fmt::Error>> {
        let width = text_width(text, style.size(), matches!(style.style(), FontStyle::Bold));
        Ok((width.ceil() as u32, (style.size() * LINE_HEIGHT).ceil() as u32))
    }
}

/// A path of dashes on our backend. plotters' own cuts the path into pieces; here the reader's browser does.
#[derive(Debug, Clone)]
pub struct Dashes<C, S> {
    /// Corners of the path.
    pub points: Vec<C>,
    /// Colour and width.
    pub style: S,
    /// Length of a dash and of a gap, in pixels.
    pub dash: (f64, f64),
}

impl<'a, C, S> PointCollection<'a, C> for &'a Dashes<C, S> {
    type Point = &'a C;
    type IntoIter = &'a [C];

    fn point_iter(self) -> &'a [C] {
        &self.points
    }
}

impl<C, S: BackendStyle> Drawable<SvgBackend<'_>> for Dashes<C, S> {
    fn draw<I: Iterator<Item = BackendCoord>>(&self, points: I, backend: &mut SvgBackend<'_>, _: (u32, u32)) -> Drawn {
        backend.dashed(points, &self.style, self.dash);
        Ok(())
    }
}

/// Backend units written as pixels.
struct Tenths(i32);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10);
        if self.0 < 0 {
            f.write_char('-')?;
        }
        if rest == 0 { write!(f, "{whole}") } else { write!(f, "{whole}.{rest}") }
    }
}

fn hex(color: &BackendColor) -> String {
    let (r, g, b) = color.rgb;
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn opacity(color: &BackendColor, what: &str) -> String {
    if color.alpha < 1.0 {
        format!(" {what}-opacity=\"{}\"", (color.alpha * 100.0).round() / 100.0)
    } else {
        String::new()
    }
}

fn fill(style: &impl BackendStyle) -> String {
    let color = style.color();
    format!("fill=\"{}\"{}", hex(&color), opacity(&color, "fill"))
}

fn stroke(style: &impl BackendStyle) -> String {
    let color = style.color();
    let width = Tenths(style.stroke_width() as i32);
    format!("stroke=\"{}\"{} stroke-width=\"{width}\"", hex(&color), opacity(&color, "stroke"))
}

/// Escapes for XML text and attributes; characters that XML 1.0 cannot hold become U+FFFD.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place() {
        let mut out = String::new();
        escape(&mut out, "</text><script>\"'&\u{0}\n");
        assert_eq!(out, "&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;\u{fffd} ");
    }

    #[test]
    fn units_are_tenths_of_pixels() {
        assert_eq!(Tenths(units(-12.34)).to_string(), "-12.3");
        assert_eq!(Tenths(units(7.0)).to_string(), "7");
    }
}
