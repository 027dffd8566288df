//! The fan: what was sold, what will sell, and how sure that is.

use plotters::style::RGBColor;

use super::figure::{Anchor, Canvas, FONT_SIZE, Figure, Look, Plot, Point, Range, finite, line, plain_name, room};
use super::format::{self, Language};
use super::labels::{Row, spread};
use super::ticks::{NumberTicks, TimeTick, full_label, number_ticks, short_label, time_ticks};
use super::words;
use crate::calendar::Frequency;
use crate::error::Result;
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, MEDIAN};
use crate::order::sort_few;

/// Places of the bands' edges in [`LEVELS`]: 0.1, 0.25, 0.75, 0.9.
const EDGES: [usize; 4] = [1, 3, 9, 11];

/// Below this width of the figure, words are short.
const NARROW: f64 = 560.0;

/// Below this height, the legend of marks is dropped.
const LOW: f64 = 200.0;

/// With fewer pixels a period than this, single periods are drawn behind their moving average.
const DENSE: f64 = 3.0;

/// With fewer pixels a period than this, less history is shown.
const TOO_DENSE: f64 = 1.5;

/// Vertical distance between labels at line ends.
const LABEL_GAP: f64 = 16.0;

/// Least vertical distance between ticks of the number axis.
const TICK_GAP: f64 = 24.0;

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
    /// Periods with a promotion, ascending.
    pub promotions: &'a [i32],
    /// Periods with a holiday, ascending.
    pub holidays: &'a [i32],
    /// Suspected stock-outs: first and last period of each.
    pub stockouts: &'a [(i32, i32)],
    /// Word for the unit; none for pieces.
    pub unit: Option<&'a str>,
    /// Whether the forecast begins today, so that the cut-off may say so.
    pub today: bool,
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

/// A label at the end of a line.
struct EndLabel {
    text: String,
    value: f64,
    color: RGBColor,
    bold: bool,
}

/// Where everything goes, found before anything is drawn.
struct Layout<'a> {
    fan: &'a Fan<'a>,
    look: Look,
    plot: Plot,
    x: Range,
    ticks: NumberTicks,
    points: &'a [Point],
    /// Labels at line ends with their baselines.
    ends: Vec<(EndLabel, f64)>,
    time: Vec<TimeTick>,
    /// Middle of the row of marks below the axis.
    marks: Option<f64>,
    /// Baseline of the time labels.
    time_base: f64,
    /// Baseline of the legend.
    legend_base: Option<f64>,
    dense: bool,
}

impl<'a> Layout<'a> {
    fn new(fan: &'a Fan<'a>, points: &'a [Point], look: Look) -> Self {
        let narrow = look.width < NARROW;
        let (first, last) = (points.first().map_or(0.0, |point| point.x), points.last().map_or(1.0, |point| point.x));
        let x =
            if last > first { Range { min: first, max: last } } else { Range { min: first - 0.5, max: first + 0.5 } };
        let highest = points
            .iter()
            .flat_map(|point| [point.actual, point.high80, point.median, point.rule])
            .flatten()
            .fold(0.0, f64::max);

        let has_marks = !fan.promotions.is_empty() || !fan.holidays.is_empty();
        let dense_guess = (look.width - 140.0) / points.len().max(1) as f64;
        let dense = dense_guess < DENSE && matches!(fan.frequency, Frequency::Hour | Frequency::Day);
        let has_legend = (has_marks || dense || !fan.stockouts.is_empty()) && look.height >= LOW;
        let top = 26.0;
        let below = 22.0 + if has_marks { 16.0 } else { 0.0 } + if has_legend { 20.0 } else { 0.0 };
        let height = (look.height - top - below - 2.0).max(8.0);

        // Where nothing above 1 was sold, halves make no sense; below 1 they are weights or volumes.
        let finest = if highest >= 0.5 || highest <= 0.0 { 1.0 } else { 0.0 };
        let ticks = number_ticks(0.0, highest, ((height / TICK_GAP) as usize).min(6), finest);
        let widest = ticks.values.iter().map(|value| room(&tick_text(*value, &ticks, look.language), false));
        let left = widest.fold(0.0, f64::max) + 8.0;

        let ends = end_labels(fan, points, look, narrow);
        let right = ends.iter().map(|label| room(&label.text, label.bold)).fold(0.0, f64::max);
        let right = if ends.is_empty() { 8.0 } else { right + LEADER + 4.0 };
        let plot = Plot { x: left, y: top, width: (look.width - left - right).max(8.0), height };

        let wanted: Vec<f64> = ends.iter().map(|label| plot.down(label.value, ticks.range)).collect();
        let places = spread(&wanted, LABEL_GAP, plot.y + 6.0, plot.bottom() - 2.0);
        let ends = ends.into_iter().zip(places).collect();

        let marks = has_marks.then(|| plot.bottom() + 12.0);
        let time_base = plot.bottom() + 18.0 + if has_marks { 16.0 } else { 0.0 };
        let time = time_ticks(fan.frequency, x, look.language, |ticks| {
            let mut row = Row::default();
            ticks.iter().all(|tick| {
                let (from, to) = label_span(plot.across(tick.x, x), &tick.text, look.width);
                row.take(from, to, 10.0)
            })
        });
        let time = if points.is_empty() { Vec::new() } else { time };
        let legend_base = has_legend.then_some(look.height - 5.0);
        Self { fan, look, plot, x, ticks, points, ends, time, marks, time_base, legend_base, dense }
    }

    fn draw(&self, out: &mut String, summary: &str) -> Result<()> {
        let canvas = Canvas::new(out, self.look, summary, self.plot, self.x, self.ticks.range);
        if self.points.is_empty() {
            let middle = (self.look.width / 2.0, self.look.height / 2.0);
            let colors = self.look.palette();
            canvas.text(words::nothing(self.look.language), middle, Anchor::Middle, colors.ink_faint, false)?;
            return canvas.finish();
        }
        self.draw_grid(&canvas)?;
        self.draw_stockouts(&canvas)?;
        self.draw_forecast(&canvas)?;
        self.draw_history(&canvas)?;
        self.draw_axis(&canvas)?;
        self.draw_marks(&canvas)?;
        self.draw_ends(&canvas)?;
        let stockouts_named = self.draw_top(&canvas)?;
        self.draw_legend(&canvas, stockouts_named)?;
        canvas.finish()
    }

    fn draw_grid(&self, canvas: &Canvas<'_>) -> Result<()> {
        let colors = self.look.palette();
        let top = self.ticks.range.max;
        for value in self.ticks.values.iter().copied() {
            let y = crisp(self.plot.down(value, self.ticks.range));
            if value > 0.0 {
                canvas.pixel_line(&[(self.plot.x, y), (self.plot.right(), y)], line(colors.grid, 1.0))?;
            }
        }
        for value in self.ticks.values.iter().copied().filter(|value| *value < top) {
            let y = self.plot.down(value, self.ticks.range);
            let text = tick_text(value, &self.ticks, self.look.language);
            canvas.text(&text, (self.plot.x - 8.0, y + MIDDLE), Anchor::Right, colors.ink_faint, false)?;
        }
        Ok(())
    }

    fn draw_stockouts(&self, canvas: &Canvas<'_>) -> Result<()> {
        let colors = self.look.palette();
        for (left, right) in self.stockout_spans() {
            let area = Plot { x: left, width: right - left, ..self.plot };
            canvas.pixel_box(area, colors.stockout_fill)?;
            // Hatching: diagonals cut at the span's edges.
            let (top, bottom) = (self.plot.y, self.plot.bottom());
            let mut base = left + HATCH;
            while base - (bottom - top) < right {
                let from = if base > right { (right, bottom - (base - right)) } else { (base, bottom) };
                let over = base - (bottom - top);
                let to = if over < left { (left, bottom - (base - left)) } else { (over, top) };
                if from.1 > top && to.1 < bottom {
                    canvas.pixel_line(&[from, to], line(colors.stockout, 0.8))?;
                }
                base += HATCH;
            }
        }
        Ok(())
    }

    /// Stock-outs in sight, in pixels from edge to edge.
    fn stockout_spans(&self) -> Vec<(f64, f64)> {
        let spans = self.fan.stockouts.iter().filter_map(|&(first, last)| {
            let from = (f64::from(first) - 0.5).max(self.x.min);
            let to = (f64::from(last) + 0.5).min(self.x.max);
            (to > from).then(|| (self.plot.across(from, self.x), self.plot.across(to, self.x)))
        });
        spans.collect()
    }

    /// The point where history and forecast meet, if there is one to join.
    fn joint(&self) -> Option<(f64, f64)> {
        let first = self.points.iter().find(|point| point.median.is_some())?;
        let last = self.points.iter().rfind(|point| point.median.is_none() && point.x < first.x)?;
        // A moving average does not end at the last value, so there is nothing to join.
        let value = last.actual.filter(|_| !self.dense && first.x - last.x < 1.5)?;
        Some((last.x, value))
    }

    fn draw_forecast(&self, canvas: &Canvas<'_>) -> Result<()> {
        let colors = self.look.palette();
        let curve = |of: fn(&Point) -> Option<f64>| -> Vec<(f64, f64)> {
            let steps = self.points.iter().filter(|point| point.median.is_some());
            let mut values: Vec<_> = steps.map(|point| (point.x, of(point).unwrap_or_default())).collect();
            if let Some(joint) = self.joint() {
                values.insert(0, joint);
            }
            if let [(x, value)] = values[..] {
                // A single step has no width of its own.
                values = vec![(x - 0.2, value), (x + 0.2, value)];
            }
            values
        };
        let (low80, high80) = (curve(|point| point.low80), curve(|point| point.high80));
        let (low50, high50) = (curve(|point| point.low50), curve(|point| point.high50));
        canvas.band(&low80, &high80, colors.band_80)?;
        canvas.band(&low50, &high50, colors.band_50)?;
        canvas.curve(&low80, line(colors.band_edge, 0.8))?;
        canvas.curve(&high80, line(colors.band_edge, 0.8))?;
        let mut rule: Vec<_> =
            self.points.iter().filter_map(|point| point.rule.map(|value| (point.x, value))).collect();
        if let (Some(joint), false) = (self.joint(), rule.is_empty()) {
            rule.insert(0, joint);
        }
        if rule.len() > 1 {
            canvas.dashes(&rule, line(colors.rule, 1.2))?;
        }
        canvas.curve(&curve(|point| point.median), line(colors.forecast, 2.2))
    }

    fn draw_history(&self, canvas: &Canvas<'_>) -> Result<()> {
        let colors = self.look.palette();
        let steps = self.points.iter().filter(|point| point.median.is_none());
        let values: Vec<_> = steps.map(|point| (point.x, point.actual.unwrap_or(f64::NAN))).collect();
        if !self.dense {
            canvas.curve(&values, line(colors.history, 1.6))?;
            return match self.joint() {
                Some(joint) => canvas.dot(joint, 3.0, colors.history, true),
                None => Ok(()),
            };
        }
        canvas.curve(&values, line(colors.history_faint, 0.9))?;
        let first = values.first().map_or(0, |value| value.0 as i32 - self.fan.start).max(0) as usize;
        let window = self.fan.frequency.season_length();
        let averages: Vec<_> = values
            .iter()
            .enumerate()
            .map(|(place, &(x, _))| (x, trailing_mean(self.fan.history, first + place, window)))
            .collect();
        canvas.curve(&averages, line(colors.history, 1.8))
    }

    fn draw_axis(&self, canvas: &Canvas<'_>) -> Result<()> {
        let colors = self.look.palette();
        let bottom = crisp(self.plot.bottom());
        canvas.pixel_line(&[(self.plot.x, bottom), (self.plot.right(), bottom)], line(colors.axis, 1.0))?;
        for tick in &self.time {
            let x = self.plot.across(tick.x, self.x);
            canvas.pixel_line(&[(crisp(x), bottom), (crisp(x), bottom + 4.0)], line(colors.axis, 1.0))?;
        }
        for tick in &self.time {
            let (left, _) = label_span(self.plot.across(tick.x, self.x), &tick.text, self.look.width);
            let middle = left + room(&tick.text, false) / 2.0;
            canvas.text(&tick.text, (middle, self.time_base), Anchor::Middle, colors.ink_faint, false)?;
        }
        Ok(())
    }

    fn draw_marks(&self, canvas: &Canvas<'_>) -> Result<()> {
        let Some(middle) = self.marks else { return Ok(()) };
        let colors = self.look.palette();
        for (left, right) in self.promotion_spans() {
            let area = Plot { x: left, y: middle - 4.5, width: right - left, height: 9.0 };
            canvas.pixel_box(area, colors.promotion)?;
        }
        let mut row = Row::default();
        for period in self.in_sight(self.fan.holidays) {
            let x = self.plot.across(f64::from(period), self.x);
            if row.take(x - 3.5, x + 3.5, 0.5) {
                canvas.pixel_ring((x, middle), 3.0, colors.holiday)?;
            }
        }
        Ok(())
    }

    /// Promotions in sight in pixels; neighbouring periods are one.
    fn promotion_spans(&self) -> Vec<(f64, f64)> {
        let mut runs: Vec<(i32, i32)> = Vec::new();
        for period in self.in_sight(self.fan.promotions) {
            match runs.last_mut() {
                Some(run) if period - run.1 <= 1 => run.1 = period,
                _ => runs.push((period, period)),
            }
        }
        let across = |period: i32| self.plot.across(f64::from(period), self.x);
        runs.into_iter().map(|(first, last)| (across(first) - 1.5, across(last) + 1.5)).collect()
    }

    fn in_sight(&self, periods: &[i32]) -> Vec<i32> {
        let seen = |period: &i32| f64::from(*period) >= self.x.min && f64::from(*period) <= self.x.max;
        periods.iter().copied().filter(seen).collect()
    }

    fn draw_ends(&self, canvas: &Canvas<'_>) -> Result<()> {
        let colors = self.look.palette();
        let right = self.plot.right();
        for (label, y) in &self.ends {
            let from = self.plot.down(label.value, self.ticks.range);
            let leader = [(right + 3.0, from), (right + 9.0, *y), (right + LEADER - 4.0, *y)];
            canvas.pixel_line(&leader, line(colors.axis, 0.8))?;
        }
        for (label, y) in &self.ends {
            canvas.text(&label.text, (right + LEADER, y + MIDDLE), Anchor::Left, label.color, label.bold)?;
        }
        Ok(())
    }

    /// The cut-off and the row of words above the plot; answers whether every stock-out in sight found room for its.
    fn draw_top(&self, canvas: &Canvas<'_>) -> Result<bool> {
        let (colors, language) = (self.look.palette(), self.look.language);
        let base = self.plot.y - 10.0;
        let mut row = Row::default();
        let top = tick_text(self.ticks.range.max, &self.ticks, language);
        let unit = words::per_period(&top, &self.fan.unit_word(language), self.fan.frequency, language);
        row.take(0.0, room(&unit, false), 0.0);
        canvas.text(&unit, (0.0, base), Anchor::Left, colors.ink_faint, false)?;

        if let Some((x, texts)) = self.cut_off() {
            canvas
                .pixel_line(&[(crisp(x), self.plot.y - 6.0), (crisp(x), self.plot.bottom())], line(colors.ink, 1.0))?;
            for text in texts {
                let (left, right) = label_span(x, &text, self.look.width);
                if row.take(left, right, 10.0) {
                    canvas.text(&text, ((left + right) / 2.0, base), Anchor::Middle, colors.ink, false)?;
                    break;
                }
            }
        }
        let mut named = true;
        for (left, right) in self.stockout_spans() {
            let text = words::stockout(language);
            let (from, to) = label_span((left + right) / 2.0, text, self.look.width);
            if row.take(from, to, 10.0) {
                canvas.text(text, ((from + to) / 2.0, base), Anchor::Middle, colors.ink_soft, false)?;
            } else {
                named = false;
            }
        }
        Ok(named)
    }

    /// Pixel of the cut-off and what it may say, longest first; none without history and forecast.
    fn cut_off(&self) -> Option<(f64, Vec<String>)> {
        let first = self.points.iter().find(|point| point.median.is_some())?;
        let last = self.points.iter().rfind(|point| point.median.is_none())?;
        let at = if self.joint().is_some() { last.x } else { (last.x + first.x) / 2.0 };
        let (frequency, language) = (self.fan.frequency, self.look.language);
        let short = short_label(frequency, self.fan.forecast.start, language);
        let full = full_label(frequency, self.fan.forecast.start, language);
        let texts = if self.fan.today {
            vec![words::cut_off(&short, true, language), short]
        } else {
            vec![words::cut_off(&full, false, language), short]
        };
        Some((self.plot.across(at, self.x), texts))
    }

    fn draw_legend(&self, canvas: &Canvas<'_>, stockouts_named: bool) -> Result<()> {
        let Some(base) = self.legend_base else { return Ok(()) };
        let (colors, language) = (self.look.palette(), self.look.language);
        let middle = base - MIDDLE;
        let narrow = self.look.width < NARROW;
        let (mut x, gap) = if narrow { (1.0, 12.0) } else { (self.plot.x, 18.0) };
        let mut entry = |text: &str, width: f64| -> Option<f64> {
            let end = x + width + 6.0 + room(text, false);
            (end <= self.look.width).then(|| std::mem::replace(&mut x, end + gap))
        };
        let [average, single] = words::smoothed(self.fan.frequency, language);
        if self.dense {
            for (text, color, width) in [(average, colors.history, 1.8), (single, colors.history_faint, 0.9)] {
                if let Some(x) = entry(text, 16.0) {
                    canvas.pixel_line(&[(x, middle), (x + 16.0, middle)], line(color, width))?;
                    canvas.text(text, (x + 22.0, base), Anchor::Left, colors.ink_soft, false)?;
                }
            }
        }
        let text = words::promotion(language);
        if !self.in_sight(self.fan.promotions).is_empty()
            && let Some(x) = entry(text, 3.0)
        {
            canvas.pixel_box(Plot { x, y: middle - 4.5, width: 3.0, height: 9.0 }, colors.promotion)?;
            canvas.text(text, (x + 9.0, base), Anchor::Left, colors.ink_soft, false)?;
        }
        let text = words::holiday(language);
        if !self.in_sight(self.fan.holidays).is_empty()
            && let Some(x) = entry(text, 7.0)
        {
            canvas.pixel_ring((x + 3.5, middle), 3.0, colors.holiday)?;
            canvas.text(text, (x + 13.0, base), Anchor::Left, colors.ink_soft, false)?;
        }
        let text = words::stockout(language);
        if !stockouts_named && let Some(x) = entry(text, 12.0) {
            canvas.pixel_box(Plot { x, y: middle - 5.0, width: 12.0, height: 10.0 }, colors.stockout_fill)?;
            for (from, to) in [((0.0, 0.0), (5.0, -5.0)), ((1.0, 5.0), (11.0, -5.0)), ((7.0, 5.0), (12.0, 0.0))] {
                let at = |point: (f64, f64)| (x + point.0, middle + point.1);
                canvas.pixel_line(&[at(from), at(to)], line(colors.stockout, 0.8))?;
            }
            canvas.text(text, (x + 18.0, base), Anchor::Left, colors.ink_soft, false)?;
        }
        Ok(())
    }
}

/// Length of a leader from the plot to its label.
const LEADER: f64 = 18.0;

/// Distance between the lines of a hatching.
const HATCH: f64 = 7.0;

/// From the middle of a line of text down to its baseline.
const MIDDLE: f64 = FONT_SIZE * 0.35;

/// The nearest place at which a line of one pixel covers one row of pixels.
fn crisp(pixel: f64) -> f64 {
    pixel.floor() + 0.5
}

fn tick_text(value: f64, ticks: &NumberTicks, language: Language) -> String {
    format::axis_number(value, ticks.step, ticks.range.max, language)
}

/// From where to where a centred label reaches, pushed into the figure.
fn label_span(center: f64, text: &str, width: f64) -> (f64, f64) {
    let own = room(text, false);
    let left = (center - own / 2.0).min(width - own).max(0.0);
    (left, left + own)
}

/// Mean of the `window` values up to and including `place`, without missing ones.
fn trailing_mean(values: &[f64], place: usize, window: usize) -> f64 {
    let span = values.get((place + 1).saturating_sub(window)..=place).unwrap_or_default();
    let known: Vec<f64> = span.iter().copied().filter(|value| value.is_finite()).collect();
    if known.is_empty() { f64::NAN } else { known.iter().sum::<f64>() / known.len() as f64 }
}

/// Labels at line ends in the order in which they stand, top first.
fn end_labels(fan: &Fan<'_>, points: &[Point], look: Look, narrow: bool) -> Vec<EndLabel> {
    let (colors, language) = (look.palette(), look.language);
    let Some(last) = points.last().filter(|point| point.median.is_some()) else { return Vec::new() };
    let length = usize::from(narrow);
    let candidates = [
        (words::band_80(language)[length], last.high80, colors.ink_soft, false),
        (words::band_50(language)[length], last.high50, colors.ink_soft, false),
        (words::forecast(language), last.median, colors.forecast, true),
        (words::rule(fan.frequency, language)[length], last.rule, colors.ink_faint, false),
    ];
    let mut labels: Vec<EndLabel> = candidates
        .into_iter()
        .filter_map(|(text, value, color, bold)| Some(EndLabel { text: text.to_owned(), value: value?, color, bold }))
        .collect();
    sort_few(&mut labels, |a, b| a.value > b.value);
    labels
}
