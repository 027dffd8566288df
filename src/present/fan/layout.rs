//! Where everything of a fan goes, found before anything is drawn.

use plotters::style::RGBColor;

use super::Fan;
use crate::calendar::Frequency;
use crate::order::sort_few;
use crate::present::figure::{FONT_SIZE, Look, Plot, Point, Range, room};
use crate::present::format::{self, Language};
use crate::present::labels::{Row, spread};
use crate::present::ticks::{NumberTicks, TimeTick, named, number_ticks, time_ticks};
use crate::present::words;

/// Below this width of the figure, words are short.
pub(super) const NARROW: f64 = 560.0;

/// Below this height, the legend of marks is dropped.
const LOW: f64 = 200.0;

/// With fewer pixels a period than this, single periods are drawn behind their moving average.
const DENSE: f64 = 3.0;

/// Vertical distance between labels at line ends.
const LABEL_GAP: f64 = 16.0;

/// Least vertical distance between ticks of the number axis.
const TICK_GAP: f64 = 24.0;

/// Length of a leader from the plot to its label.
pub(super) const LEADER: f64 = 18.0;

/// From the middle of a line of text down to its baseline.
pub(super) const MIDDLE: f64 = FONT_SIZE * 0.35;

/// A label at the end of a line.
pub(super) struct EndLabel {
    pub text: String,
    pub value: f64,
    pub color: RGBColor,
    pub bold: bool,
}

/// Where everything goes, found before anything is drawn.
pub(super) struct Layout<'a> {
    pub fan: &'a Fan<'a>,
    pub look: Look,
    pub plot: Plot,
    pub x: Range,
    pub ticks: NumberTicks,
    pub points: &'a [Point],
    /// Labels at line ends with their baselines.
    pub ends: Vec<(EndLabel, f64)>,
    pub time: Vec<TimeTick>,
    /// Middle of the row of marks below the axis.
    pub marks: Option<f64>,
    /// Baseline of the time labels.
    pub time_base: f64,
    /// Baseline of the legend.
    pub legend_base: Option<f64>,
    pub dense: bool,
}

impl<'a> Layout<'a> {
    pub(super) fn new(fan: &'a Fan<'a>, points: &'a [Point], look: Look) -> Self {
        let narrow = look.width < NARROW;
        let (first, last) = (points.first().map_or(0.0, |point| point.x), points.last().map_or(1.0, |point| point.x));
        let x =
            if last > first { Range { min: first, max: last } } else { Range { min: first - 0.5, max: first + 0.5 } };
        let highest = points
            .iter()
            .flat_map(|point| [point.actual, point.high80, point.median, point.rule])
            .flatten()
            .fold(0.0, f64::max);
        // A hundredth of a piece is expected of what hardly sells: drawn from top to bottom it would look like a rise.
        let counted = points.iter().filter_map(|point| point.actual).all(|value| value.fract() == 0.0);
        let highest = if counted && highest > 0.0 { highest.max(1.0) } else { highest };

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

    /// Stock-outs in sight, in pixels from edge to edge.
    pub(super) fn stockout_spans(&self) -> Vec<(f64, f64)> {
        let spans = self.fan.stockouts.iter().filter_map(|&(first, last)| {
            let from = (f64::from(first) - 0.5).max(self.x.min);
            let to = (f64::from(last) + 0.5).min(self.x.max);
            (to > from).then(|| (self.plot.across(from, self.x), self.plot.across(to, self.x)))
        });
        spans.collect()
    }

    /// The point where history and forecast meet, if there is one to join.
    pub(super) fn joint(&self) -> Option<(f64, f64)> {
        let first = self.points.iter().find(|point| point.median.is_some())?;
        let last = self.points.iter().rfind(|point| point.median.is_none() && point.x < first.x)?;
        // A moving average does not end at the last value, so there is nothing to join.
        let value = last.actual.filter(|_| !self.dense && first.x - last.x < 1.5)?;
        Some((last.x, value))
    }

    /// Promotions in sight in pixels; neighbouring periods are one.
    pub(super) fn promotion_spans(&self) -> Vec<(f64, f64)> {
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

    pub(super) fn in_sight(&self, periods: &[i32]) -> Vec<i32> {
        let seen = |period: &i32| f64::from(*period) >= self.x.min && f64::from(*period) <= self.x.max;
        periods.iter().copied().filter(seen).collect()
    }

    /// Pixel of the cut-off and what it may say, longest first; none without history and forecast. It stands at the last
    /// period of which sales are known, and names that one, as a tick at the same place does.
    pub(super) fn cut_off(&self) -> Option<(f64, [String; 2])> {
        let first = self.points.iter().find(|point| point.median.is_some())?;
        let last = self.points.iter().rfind(|point| point.median.is_none())?;
        let at = if self.joint().is_some() { last.x } else { (last.x + first.x) / 2.0 };
        let texts = [true, false].map(|year| named(self.fan.frequency, last.x as i32, year, self.look.language));
        Some((self.plot.across(at, self.x), texts))
    }
}

pub(super) fn tick_text(value: f64, ticks: &NumberTicks, language: Language) -> String {
    format::axis_number(value, ticks.step, ticks.range.max, language)
}

/// From where to where a centred label reaches, pushed into the figure.
pub(super) fn label_span(center: f64, text: &str, width: f64) -> (f64, f64) {
    let own = room(text, false);
    let left = (center - own / 2.0).min(width - own).max(0.0);
    (left, left + own)
}

/// Labels at line ends in the order in which they stand, top first.
fn end_labels(fan: &Fan<'_>, points: &[Point], look: Look, narrow: bool) -> Vec<EndLabel> {
    let (colors, language) = (look.palette(), look.language);
    let Some(last) = points.last().filter(|point| point.median.is_some()) else { return Vec::new() };
    let length = usize::from(narrow);
    let candidates = [
        (words::band_80(language, fan.tested)[length], last.high80, colors.ink_soft, false),
        (words::band_50(language)[length], last.high50.filter(|_| fan.tested), colors.ink_soft, false),
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
