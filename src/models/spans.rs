//! Sums over any span of a forecast: a delivery time, a week, half of the horizon.
//!
//! A forecast knows the quantiles of its single steps and of the sum over all of them; what lies between follows from
//! both. The steps are added as in [`super::sums`] under the correlation for which the sum over the horizon comes out as
//! wide as it is known to be. Where no correlation does that, what is left is taken as a stretch about the median, in
//! full for the horizon and by the logarithm of the length for less. So a span of one step is that step, the span of
//! all steps is the total, and where both hold as often as they say, so do those between. Wrong for steps whose misses
//! go together over a few steps only: short spans then come out too narrow.

use std::ops::Range;

use super::SeriesForecast;
use super::forecast::{LEVELS, MEDIAN};
use super::sums::{Part, Scale, Sum};

/// Correlations tried.
const CORRELATIONS: [f64; 9] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0];
/// Levels between which the width is compared.
const ENDS: [usize; 2] = [1, 11];
/// Bounds of the stretch of one side, and of the move of the median.
const STRETCH: (f64, f64) = (0.25, 4.0);

/// A forecast's steps as parts of sums. Made once for many spans.
pub struct Spans<'a> {
    series: &'a SeriesForecast,
    parts: Vec<Part>,
    correlation: f64,
    /// What the sum over the horizon is to that of the parts: of the median, and of the distance of each level from it.
    median: f64,
    distances: [f64; LEVELS.len()],
}

impl<'a> Spans<'a> {
    /// Of a forecast with any number of steps.
    pub fn of(series: &'a SeriesForecast) -> Self {
        let scale = Scale::get();
        let rows = series.quantiles.rows().into_iter().zip(&series.mean);
        let parts: Vec<Part> = rows.map(|(row, &mean)| scale.part(|place| row[place], mean)).collect();
        let all = sum(&parts);
        let width = |said: &[f64]| said[ENDS[1]] - said[ENDS[0]];
        let miss = |correlation: f64| (width(&all.quantiles(correlation)) - width(&series.total)).abs();
        let tried = CORRELATIONS.iter().map(|&correlation| (correlation, miss(correlation)));
        let correlation = tried.min_by(|one, other| one.1.total_cmp(&other.1)).map_or(0.0, |best| best.0);
        let made = all.quantiles(correlation);
        let ratio = |known: f64, made: f64| {
            let is_known = known > 0.0 && made > 0.0;
            if is_known { (known / made).clamp(STRETCH.0, STRETCH.1) } else { 1.0 }
        };
        let distance = |said: &[f64], place: usize| (said[place] - said[MEDIAN]).abs();
        let distances = std::array::from_fn(|place| ratio(distance(&series.total, place), distance(&made, place)));
        Self { series, parts, correlation, median: ratio(series.total[MEDIAN], made[MEDIAN]), distances }
    }

    /// Quantiles at [`LEVELS`] of the sum over some steps, in units, at least 0 and not decreasing; steps beyond the
    /// horizon are left out, and those of no step are 0.
    pub fn quantiles(&self, steps: Range<usize>) -> [f64; LEVELS.len()] {
        let horizon = self.parts.len();
        let steps = steps.start.min(horizon)..steps.end.min(horizon);
        let length = steps.len();
        if length > 1 && length == horizon {
            return std::array::from_fn(|place| self.series.total[place]);
        }
        let made = sum(&self.parts[steps]).quantiles(self.correlation);
        if length < 2 {
            return made;
        }
        let share = libm::log(length as f64) / libm::log(horizon as f64);
        let middle = made[MEDIAN];
        let mut least = 0.0_f64;
        std::array::from_fn(|place| {
            let distance = libm::pow(self.distances[place], share) * (made[place] - middle);
            least = least.max(libm::pow(self.median, share) * middle + distance);
            least
        })
    }

    /// Mean correlation of any two steps, on the normal scale, for which the sum over the horizon is as wide as it is known
    /// to be.
    pub fn correlation(&self) -> f64 {
        self.correlation
    }

    /// Expected sum over some steps.
    pub fn mean(&self, steps: Range<usize>) -> f64 {
        self.series.mean.iter().take(steps.end).skip(steps.start).sum()
    }
}

fn sum(parts: &[Part]) -> Sum {
    let mut sum = Sum::default();
    parts.iter().for_each(|part| sum.add(part));
    sum
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::models::forecast::normal_quantile;

    const STEPS: usize = 28;
    const DEVIATION: f64 = 20.0;

    /// Normal steps of 100, more on each seventh, whose total has `times` the width of independent ones.
    fn normal(times: f64) -> SeriesForecast {
        let mean = |step: usize| 100.0 + 50.0 * f64::from(u8::from(step.is_multiple_of(7)));
        let quantiles = Array2::from_shape_fn((STEPS, LEVELS.len()), |(step, place)| {
            mean(step) + DEVIATION * normal_quantile(LEVELS[place])
        });
        let mut made = SeriesForecast::new("x".into(), 0, "x", (0..STEPS).map(mean).collect(), quantiles, 0.0);
        let width = times * DEVIATION * (STEPS as f64).sqrt();
        made.total = LEVELS.map(|level| 3000.0 + width * normal_quantile(level)).to_vec();
        made
    }

    #[test]
    fn one_step_and_all_steps_are_what_they_were_and_others_lie_between() {
        for times in [0.5, 1.0, 2.5, 5.0] {
            let series = normal(times);
            let spans = Spans::of(&series);
            assert_eq!(spans.quantiles(0..STEPS).to_vec(), series.total, "{times}");
            assert_eq!(spans.quantiles(3..4).to_vec(), series.quantiles.row(3).to_vec(), "{times}");
            assert_eq!(spans.quantiles(4..4), [0.0; LEVELS.len()]);
            let week = spans.quantiles(0..7);
            let width = (week[11] - week[1]) / (2.0 * normal_quantile(0.9)) / (DEVIATION * 7.0_f64.sqrt());
            let (low, high) = if times < 1.0 { (0.55, 1.0) } else { (0.97, times.max(1.03)) };
            assert!(width > low && width < high, "{width} of independent ones for {times}");
            assert!(week.is_sorted() && week[0] >= 0.0, "{week:?}");
            assert!((spans.mean(0..7) - 750.0).abs() < 1e-9 && (week[MEDIAN] / 735.0 - 1.0).abs() < 0.06, "{week:?}");
        }
    }

    #[test]
    fn what_never_sells_has_sums_of_nothing_and_steps_beyond_the_horizon_add_nothing() {
        let nothing = Array2::zeros((STEPS, LEVELS.len()));
        let series = SeriesForecast::new("x".into(), 0, "x", vec![0.0; STEPS], nothing, 0.2);
        assert_eq!(Spans::of(&series).quantiles(0..14), [0.0; LEVELS.len()]);
        let series = normal(2.0);
        let spans = Spans::of(&series);
        assert_eq!(spans.quantiles(20..99), spans.quantiles(20..STEPS));
        assert!(spans.mean(99..120).abs() < 1e-12);
    }
}
