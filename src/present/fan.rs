//! The fan: what was sold, what will sell, and how sure that is.

mod draw;
mod layout;

use self::layout::Layout;
use super::figure::{Figure, Look, Point, finite, plain_name};
use super::format::{self, Language};
use super::words;
use crate::calendar::Frequency;
use crate::error::Result;
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, MEDIAN};

/// Places of the bands' edges in [`LEVELS`]: 0.1, 0.25, 0.75, 0.9.
const EDGES: [usize; 4] = [1, 3, 9, 11];

/// With fewer pixels a period than this, less history is shown.
const TOO_DENSE: f64 = 1.5;

/// What a fan shows. Periods are counted as by [`Frequency`].
#[derive(Debug, Clone, Copy)]
pub struct Fan<'a> {
    /// Spacing of the series.
    pub frequency: Frequency,
    /// Name of the product, for the sentence; may be empty.
    pub name: &'a str,
    /// Period of the first value of `history`.
    pub start: i32,
    /// What was sold, oldest first, `NaN` for missing; may be empty.
    pub history: &'a [f64],
    /// What will sell. It begins where the history ends.
    pub forecast: &'a SeriesForecast,
    /// The simple rule over the horizon.
    pub rule: Option<&'a [f64]>,
    /// Whether the range was tested on the past: how often it holds is not said of any other.
    pub tested: bool,
    /// Periods with a promotion, ascending.
    pub promotions: &'a [i32],
    /// Periods with a holiday, ascending.
    pub holidays: &'a [i32],
    /// Suspected stock-outs: first and last period of each.
    pub stockouts: &'a [(i32, i32)],
    /// Word for the unit; none for pieces.
    pub unit: Option<&'a str>,
    /// Periods of history to show; none for a choice by frequency, horizon and width.
    pub shown: Option<usize>,
}

/// Draws a fan.
///
/// # Errors
/// Fails only if the drawing library does.
pub fn fan(fan: &Fan<'_>, look: Look) -> Result<Figure> {
    let look = look.checked();
    let shown = fan.shown_history(look.width);
    let points = fan.points(shown);
    let summary = fan.summary(look.language);
    let layout = Layout::new(fan, &points, look);
    let mut svg = String::new();
    layout.draw(&mut svg, &summary)?;
    Ok(Figure { svg, plot: layout.plot, x: layout.x, y: layout.ticks.range, points, summary })
}

impl Fan<'_> {
    fn horizon(&self) -> usize {
        let rows = if self.forecast.quantiles.ncols() == LEVELS.len() { self.forecast.quantiles.nrows() } else { 0 };
        rows.min(self.forecast.mean.len())
    }

    /// How many periods of history to show: four horizons, at least one season that a reader would look for (a week
    /// of hours, eight weeks of days, a year of weeks, two years of months), fewer where the figure is too narrow.
    fn shown_history(&self, width: f64) -> usize {
        let least = match self.frequency {
            Frequency::Hour => 7 * 24,
            Frequency::Day => 8 * 7,
            Frequency::Week => 54,
            Frequency::Month => 25,
        };
        let horizon = self.horizon();
        let wanted = self.shown.unwrap_or_else(|| {
            let room = (width * 0.7 / TOO_DENSE) as usize;
            (4 * horizon).max(least).min(room.saturating_sub(horizon).max(2 * horizon).max(2))
        });
        wanted.min(self.history.len())
    }

    /// Read-out of the last `shown` periods of history and of the forecast.
    fn points(&self, shown: usize) -> Vec<Point> {
        let hidden = self.history.len() - shown;
        let mut points = Vec::new();
        for (place, value) in self.history.iter().enumerate().skip(hidden) {
            let period = self.start.saturating_add(place as i32);
            points.push(Point {
                x: f64::from(period),
                label: self.frequency.label(period),
                actual: finite(*value),
                ..Point::default()
            });
        }
        for step in 0..self.horizon() {
            let period = self.forecast.start.saturating_add(step as i32);
            let row = self.forecast.quantiles.row(step);
            points.push(Point {
                x: f64::from(period),
                label: self.frequency.label(period),
                actual: None,
                median: finite(row[MEDIAN]),
                low80: finite(row[EDGES[0]]),
                high80: finite(row[EDGES[3]]),
                low50: finite(row[EDGES[1]]),
                high50: finite(row[EDGES[2]]),
                rule: self.rule.and_then(|rule| rule.get(step).copied()).and_then(finite),
                ..Point::default()
            });
        }
        points
    }

    /// The total in one sentence.
    fn summary(&self, language: Language) -> String {
        let horizon = self.horizon();
        if horizon == 0 {
            return words::nothing(language).to_owned();
        }
        let known = self.forecast.total.len() == LEVELS.len();
        // The middle of the range, as the page says it above the chart: the mean of few sales may lie outside.
        let total = if known { self.forecast.total_quantile(0.5) } else { self.forecast.total_mean() };
        let (mut step, mut range) = (format::plain_step(total), None);
        if known {
            let (low, high) = (self.forecast.total_quantile(0.1), self.forecast.total_quantile(0.9));
            if low.is_finite() && high.is_finite() {
                step = format::known_step(high - low);
                range = Some((format::count(low, step), format::count(high, step)));
            }
        }
        let about = if total > 0.0 && total < 0.5 { None } else { Some(format::count(total, step)) };
        let last = self.forecast.start.saturating_add(horizon as i32 - 1);
        words::total(
            &plain_name(self.name),
            about.as_deref(),
            range.as_ref().map(|(low, high)| (low.as_str(), high.as_str())),
            &self.unit_word(language),
            &format::span(self.frequency, self.forecast.start, last, language),
            language,
        )
    }

    fn unit_word(&self, language: Language) -> String {
        self.unit.map_or_else(|| words::pieces(language).to_owned(), plain_name)
    }
}
