//! What a model missed, period by period, or how sales or misses go together, lag by lag: lines up and down from zero,
//! beside what chance allows.

use super::figure::{Anchor, Canvas, FONT_SIZE, Figure, Look, Plot, Point, Range, line, room};
use super::format;
use super::ticks::{full_label, number_ticks};
use super::words;
use crate::calendar::Frequency;
use crate::error::Result;

/// From the middle of a line of text down to its baseline.
const MIDDLE: f64 = FONT_SIZE * 0.35;
/// Widest that a stem is drawn, in pixels.
const WIDEST: f64 = 5.0;

/// What stems are, which says where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// What was missed, at periods from `start` on: in units, or as shares of what was expected.
    Misses {
        /// The periods.
        frequency: Frequency,
        /// The first one.
        start: i32,
        /// Whether they are shares, which are written in percent.
        relative: bool,
    },
    /// Autocorrelations of what was missed, at lags from 1 on.
    MissAcf,
    /// Autocorrelations of sales, at lags from 1 on.
    SalesAcf,
    /// Partial autocorrelations of sales, at lags from 1 on.
    SalesPacf,
}

/// What a stem figure shows.
#[derive(Debug, Clone, Copy)]
pub struct Stems<'a> {
    /// What they are.
    pub shown: Shown,
    /// Their heights.
    pub values: &'a [f64],
    /// What chance allows on either side of zero 19 times out of 20, for each.
    pub band: &'a [f64],
}

/// Draws misses or correlations. Stems beyond what chance allows stand out.
///
/// # Errors
/// Fails only if the drawing library does.
pub fn stems(stems: &Stems<'_>, look: Look) -> Result<Figure> {
    let look = look.checked();
    let (colors, language) = (look.palette(), look.language);
    let Stems { shown, values, band } = *stems;
    let (time, first) = match shown {
        Shown::Misses { frequency, start, .. } => (Some(frequency), start),
        _ => (None, 1),
    };
    let is_share = matches!(shown, Shown::Misses { relative: true, .. });
    let allowed = |place: usize| band.get(place).copied().unwrap_or(f64::INFINITY);
    let beyond = |place: usize| values[place].abs() > allowed(place);
    let outside = (0..values.len()).filter(|place| beyond(*place)).count();
    let summary = words::stems(shown, values.len(), outside, language);
    let points: Vec<Point> = values
        .iter()
        .zip(first..)
        .enumerate()
        .map(|(place, (value, x))| Point {
            x: f64::from(x),
            label: time.map_or_else(|| x.to_string(), |frequency| frequency.label(x)),
            actual: Some(*value).filter(|value| value.is_finite()),
            low80: band.get(place).map(|band| -band),
            high80: band.get(place).copied(),
            ..Point::default()
        })
        .collect();
    let heights = || points.iter().flat_map(|point| [point.actual, point.low80, point.high80]).flatten();
    let (low, high) = (heights().fold(0.0, f64::min), heights().fold(0.0, f64::max));
    let (top, below) = (28.0, 24.0);
    let height = (look.height - top - below).max(8.0);
    let ticks = number_ticks(low, high, ((height / 30.0) as usize).min(5), 0.0);
    let y = ticks.range;
    let (scale, sign) = if is_share { (100.0, "%") } else { (1.0, "") };
    let tick_text = |value: f64| {
        let most = y.max.abs().max(y.min.abs());
        format::axis_number(scale * value, scale * ticks.step, scale * most, language) + sign
    };
    let left = ticks.values.iter().map(|value| room(&tick_text(*value), false)).fold(0.0, f64::max) + 8.0;
    let plot = Plot { x: left, y: top, width: (look.width - left - 8.0).max(8.0), height };
    let x = Range { min: f64::from(first) - 0.5, max: f64::from(first) + values.len().max(1) as f64 - 0.5 };
    let mut svg = String::new();
    let canvas = Canvas::new(&mut svg, look, &summary, plot, x, y);
    for value in &ticks.values {
        let at = plot.down(*value, y).floor() + 0.5;
        let color = if value.abs() < ticks.step / 2.0 { colors.axis } else { colors.grid };
        canvas.pixel_line(&[(plot.x, at), (plot.right(), at)], line(color, 1.0))?;
        canvas.text(&tick_text(*value), (plot.x - 8.0, at + MIDDLE), Anchor::Right, colors.ink_faint, false)?;
    }
    canvas.text(words::stems_title(shown, language), (0.0, 16.0), Anchor::Left, colors.ink_faint, false)?;
    for sign in [-1.0, 1.0] {
        let edge: Vec<_> = band.iter().zip(first..).map(|(band, x)| (f64::from(x), sign * band)).collect();
        canvas.dashes(&edge, line(colors.rule, 1.0))?;
    }
    let wide = (0.6 * plot.width / values.len().max(1) as f64).clamp(1.0, WIDEST);
    for (place, point) in points.iter().enumerate() {
        let Some(value) = point.actual else { continue };
        let color = if beyond(place) { colors.promotion } else { colors.forecast };
        canvas.curve(&[(point.x, 0.0), (point.x, value)], line(color, wide))?;
    }
    let name = |x: i32| time.map_or_else(|| x.to_string(), |frequency| full_label(frequency, x, language));
    let last = first + (values.len() as i32 - 1).max(0);
    let ends = [(plot.x, name(first), Anchor::Left), (plot.right(), name(last), Anchor::Right)];
    for (at, text, anchor) in ends.iter().take(if values.len() > 1 { 2 } else { 1 }) {
        canvas.text(text, (*at, plot.bottom() + 17.0), *anchor, colors.ink_faint, false)?;
    }
    canvas.finish()?;
    Ok(Figure { svg, plot, x, y, points, summary })
}
