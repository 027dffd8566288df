//! The loss of a network while it learns, on the data it learns from and on data kept aside.

use super::figure::{Anchor, Canvas, FONT_SIZE, Figure, Look, Plot, Point, Range, finite, line, plain_name, room};
use super::format::{self, Language};
use super::labels::{Row, spread};
use super::ticks::number_ticks;
use super::words;
use crate::error::Result;
use crate::order::sort_few;

/// Length of a leader from the plot to its label.
const LEADER: f64 = 14.0;

/// From the middle of a line of text down to its baseline.
const MIDDLE: f64 = FONT_SIZE * 0.35;

/// What a loss figure shows: one entry per epoch in each list.
#[derive(Debug, Clone, Copy)]
pub struct Loss<'a> {
    /// The model's name, for the sentence.
    pub model: &'a str,
    /// Epoch numbers, ascending.
    pub epochs: &'a [u32],
    /// Loss on the data it learns from.
    pub training: &'a [f64],
    /// Loss on the data kept aside; may be shorter.
    pub validation: &'a [f64],
}

/// Draws the loss by epoch. The epoch of the lowest validation loss, which is kept, has a hollow mark.
///
/// # Errors
/// Fails only if the drawing library does.
pub fn loss(loss: &Loss<'_>, look: Look) -> Result<Figure> {
    let look = look.checked();
    let (colors, language) = (look.palette(), look.language);
    let [title, learning, checking, pass, kept] = words::loss(language);
    let points = points(loss);
    let best = points
        .iter()
        .filter(|point| point.median.is_some())
        .min_by(|a, b| a.median.unwrap_or(f64::INFINITY).total_cmp(&b.median.unwrap_or(f64::INFINITY)));
    let summary = summary(loss, &points, best, language);

    let (first, last) = (points.first().map_or(0.0, |point| point.x), points.last().map_or(1.0, |point| point.x));
    let x = Range { min: first, max: if last > first { last } else { first + 1.0 } };
    let values = || points.iter().flat_map(|point| [point.actual, point.median]).flatten();
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    // A flat line still needs a range around it.
    let (low, high) = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
    let (top, below) = (28.0, 24.0);
    let height = (look.height - top - below).max(8.0);
    let ticks = number_ticks(low, high, ((height / 30.0) as usize).min(5), 0.0);
    let y = ticks.range;
    let tick_text = |value: f64| format::axis_number(value, ticks.step, y.max.abs().max(y.min.abs()), language);
    let left = ticks.values.iter().map(|value| room(&tick_text(*value), false)).fold(0.0, f64::max) + 8.0;
    let right = room(learning, false).max(room(checking, true)) + LEADER + 4.0;
    let plot = Plot { x: left, y: top, width: (look.width - left - right).max(8.0), height };

    let mut svg = String::new();
    let canvas = Canvas::new(&mut svg, look, &summary, plot, x, y);
    if points.is_empty() {
        canvas.finish()?;
        return Ok(Figure { svg, plot, x, y, points, summary });
    }
    for value in &ticks.values {
        let at = plot.down(*value, y);
        let color = if *value == y.min { colors.axis } else { colors.grid };
        canvas.pixel_line(&[(plot.x, at.floor() + 0.5), (plot.right(), at.floor() + 0.5)], line(color, 1.0))?;
        canvas.text(&tick_text(*value), (plot.x - 8.0, at + MIDDLE), Anchor::Right, colors.ink_faint, false)?;
    }
    canvas.text(title, (0.0, plot.y - 12.0), Anchor::Left, colors.ink_faint, false)?;
    let curve = |of: fn(&Point) -> Option<f64>| -> Vec<(f64, f64)> {
        points.iter().map(|point| (point.x, of(point).unwrap_or(f64::NAN))).collect()
    };
    canvas.curve(&curve(|point| point.actual), line(colors.rule, 1.4))?;
    canvas.curve(&curve(|point| point.median), line(colors.forecast, 2.0))?;

    let mut row = Row::default();
    let base = plot.bottom() + 17.0;
    if let Some(best) = best
        && let Some(value) = best.median
    {
        canvas.dot((best.x, value), 4.0, colors.forecast, false)?;
        let at = plot.across(best.x, x);
        let text = format!("{kept}: {}", epoch_name(best.x, pass, language));
        let (from, to) = held(at, &text, look.width);
        row.take(from, to, 0.0);
        canvas.pixel_dashes(&[(at, plot.down(value, y) + 5.0), (at, plot.bottom())], line(colors.axis, 0.8))?;
        canvas.text(&text, ((from + to) / 2.0, base), Anchor::Middle, colors.ink, false)?;
    }
    for (place, epoch) in [first, last].into_iter().enumerate() {
        let text = if place == 0 { epoch_name(epoch, pass, language) } else { format::count(epoch, 1.0) };
        let (from, to) = held(plot.across(epoch, x), &text, look.width);
        if row.take(from, to, 10.0) {
            canvas.text(&text, ((from + to) / 2.0, base), Anchor::Middle, colors.ink_faint, false)?;
        }
    }
    let ends =
        [(learning, curve(|p| p.actual), colors.rule, false), (checking, curve(|p| p.median), colors.forecast, true)];
    let mut ends: Vec<_> = ends
        .into_iter()
        .filter_map(|(text, curve, color, bold)| {
            let end = curve.iter().rfind(|point| point.1.is_finite())?;
            Some((plot.down(end.1, y), plot.across(end.0, x), text, color, bold))
        })
        .collect();
    sort_few(&mut ends, |a, b| a.0 < b.0);
    let wanted: Vec<f64> = ends.iter().map(|end| end.0).collect();
    for (end, at) in ends.iter().zip(spread(&wanted, 16.0, plot.y + 4.0, plot.bottom() - 4.0)) {
        let from = plot.right();
        canvas
            .pixel_line(&[(from + 2.0, end.0), (from + 7.0, at), (from + LEADER - 3.0, at)], line(colors.axis, 0.8))?;
        canvas.text(end.2, (from + LEADER, at + MIDDLE), Anchor::Left, end.3, end.4)?;
    }
    canvas.finish()?;
    Ok(Figure { svg, plot, x, y, points, summary })
}

fn points(loss: &Loss<'_>) -> Vec<Point> {
    let at = |values: &[f64], place: usize| values.get(place).copied().and_then(finite);
    let each = loss.epochs.iter().enumerate().map(|(place, epoch)| Point {
        x: f64::from(*epoch),
        label: epoch.to_string(),
        actual: at(loss.training, place),
        median: at(loss.validation, place),
        ..Point::default()
    });
    each.collect()
}

fn epoch_name(epoch: f64, pass: &str, language: Language) -> String {
    let number = format::count(epoch, 1.0);
    match language {
        Language::En => format!("{pass} {number}"),
        Language::Zh => format!("第 {number} {pass}"),
    }
}

fn held(center: f64, text: &str, width: f64) -> (f64, f64) {
    let own = room(text, false);
    let left = (center - own / 2.0).min(width - own).max(0.0);
    (left, left + own)
}

fn summary(loss: &Loss<'_>, points: &[Point], best: Option<&Point>, language: Language) -> String {
    let model = plain_name(loss.model);
    let checked = points.iter().find_map(|point| point.median);
    match (checked, best.and_then(|best| Some((best.x, best.median?)))) {
        (Some(from), Some((epoch, to))) => match language {
            Language::En => format!(
                "{model}: in {} passes over the data, the loss on data kept aside went from {from:.3} to {to:.3}; pass {epoch} is kept.",
                points.len()
            ),
            Language::Zh => format!(
                "{model}：学习了 {} 轮，留出数据上的损失从 {from:.3} 降到 {to:.3}，采用第 {epoch} 轮。",
                points.len()
            ),
        },
        _ => match language {
            Language::En => format!("{model}: {} passes over the data.", points.len()),
            Language::Zh => format!("{model}：学习了 {} 轮。", points.len()),
        },
    }
}
