//! The spark: a thumbnail of the last periods and the forecast, without words.

use super::figure::{Canvas, Figure, Look, Plot, Point, Range, finite, line};
use crate::calendar::Frequency;
use crate::error::Result;
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, MEDIAN};

/// Periods of history in a spark.
pub const SHOWN: usize = 13;

/// Places of 0.1 and 0.9 in [`LEVELS`].
const EDGES: [usize; 2] = [1, 11];

/// What a spark shows.
#[derive(Debug, Clone, Copy)]
pub struct Spark<'a> {
    /// Spacing of the series.
    pub frequency: Frequency,
    /// Period of the first value of `history`.
    pub start: i32,
    /// What was sold, oldest first; the last 13 are shown.
    pub history: &'a [f64],
    /// What will sell.
    pub forecast: &'a SeriesForecast,
}

/// Draws a spark: no text, no axes, hidden from screen readers (the row beside it says the numbers).
///
/// # Errors
/// Fails only if the drawing library does.
pub fn spark(spark: &Spark<'_>, look: Look) -> Result<Figure> {
    let look = look.checked();
    let colors = look.palette();
    let points = points(spark);
    let (first, last) = (points.first().map_or(0.0, |point| point.x), points.last().map_or(1.0, |point| point.x));
    let x = Range { min: first, max: if last > first { last } else { first + 1.0 } };
    let highest = points.iter().flat_map(|point| [point.actual, point.high80]).flatten().fold(0.0, f64::max);
    let y = Range { min: 0.0, max: if highest > 0.0 { highest } else { 1.0 } };
    // Half the widest line on every side, so that nothing is cut off.
    let plot = Plot { x: 1.5, y: 1.5, width: (look.width - 3.0).max(1.0), height: (look.height - 3.0).max(1.0) };
    let mut svg = String::new();
    let canvas = Canvas::new(&mut svg, look, "", plot, x, y);
    let history: Vec<_> = points.iter().filter(|point| point.median.is_none()).collect();
    let sold: Vec<_> = history.iter().map(|point| (point.x, point.actual.unwrap_or(f64::NAN))).collect();
    let joint = sold.last().copied().filter(|last| last.1.is_finite());
    let ahead = |of: fn(&Point) -> Option<f64>| -> Vec<(f64, f64)> {
        let steps = points.iter().filter(|point| point.median.is_some());
        joint.into_iter().chain(steps.map(|point| (point.x, of(point).unwrap_or_default()))).collect()
    };
    if points.len() > history.len() {
        canvas.band(&ahead(|point| point.low80), &ahead(|point| point.high80), colors.band_80)?;
    }
    canvas.curve(&sold, line(colors.history, 1.5))?;
    if points.len() > history.len() {
        canvas.curve(&ahead(|point| point.median), line(colors.forecast, 1.7))?;
    }
    canvas.finish()?;
    Ok(Figure { svg, plot, x, y, points, summary: String::new() })
}

fn points(spark: &Spark<'_>) -> Vec<Point> {
    let hidden = spark.history.len().saturating_sub(SHOWN);
    let label = |period| spark.frequency.label(period);
    let sold = spark.history.iter().enumerate().skip(hidden).map(|(place, value)| {
        let period = spark.start.saturating_add(place as i32);
        Point { x: f64::from(period), label: label(period), actual: finite(*value), ..Point::default() }
    });
    let quantiles = &spark.forecast.quantiles;
    let steps = if quantiles.ncols() == LEVELS.len() { quantiles.nrows() } else { 0 };
    let ahead = (0..steps).map(|step| {
        let period = spark.forecast.start.saturating_add(step as i32);
        let row = quantiles.row(step);
        Point {
            x: f64::from(period),
            label: label(period),
            median: finite(row[MEDIAN]),
            low80: finite(row[EDGES[0]]),
            high80: finite(row[EDGES[1]]),
            ..Point::default()
        }
    });
    sold.chain(ahead).collect()
}
