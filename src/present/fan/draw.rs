//! How a fan is drawn, once it is known where everything goes.

use super::layout::{LEADER, Layout, MIDDLE, NARROW, label_span, tick_text};
use crate::error::Result;
use crate::present::figure::{Anchor, Canvas, Plot, Point, line, room};
use crate::present::labels::Row;
use crate::present::words;

/// Least distance between words above the plot.
const GAP: f64 = 10.0;

/// Distance between the lines of a hatching.
const HATCH: f64 = 7.0;

impl Layout<'_> {
    pub(super) fn draw(&self, out: &mut String, summary: &str) -> Result<()> {
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
                let (centred, right) = label_span(x, &text, self.look.width);
                // Where the history is so short that the unit stands in its way, it stands beside it.
                let beside = room(&unit, false) + GAP;
                let found = [centred, beside]
                    .into_iter()
                    .find(|left| *left <= x && row.take(*left, *left + (right - centred), GAP));
                if let Some(left) = found {
                    let right = left + (right - centred);
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

/// The nearest place at which a line of one pixel covers one row of pixels.
fn crisp(pixel: f64) -> f64 {
    pixel.floor() + 0.5
}

/// Mean of the `window` values up to and including `place`, without missing ones.
fn trailing_mean(values: &[f64], place: usize, window: usize) -> f64 {
    let span = values.get((place + 1).saturating_sub(window)..=place).unwrap_or_default();
    let known: Vec<f64> = span.iter().copied().filter(|value| value.is_finite()).collect();
    if known.is_empty() { f64::NAN } else { known.iter().sum::<f64>() / known.len() as f64 }
}
