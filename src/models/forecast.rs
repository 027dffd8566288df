//! What every method answers: mean, quantiles and totals per series.

use ndarray::Array2;

use super::sums::{Scale, Sum};
use crate::calendar::Frequency;

/// Levels that every method computes; other levels are interpolated (see [`SeriesForecast::quantile`]).
pub const LEVELS: [f64; 13] = [0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95];

/// Place of the median in [`LEVELS`].
pub const MEDIAN: usize = 6;

/// Forecast of one series.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SeriesForecast {
    /// Product key.
    pub id: String,
    /// First forecast period.
    pub start: i32,
    /// The method that really made it.
    pub model: String,
    /// Expected value per step, at least 0.
    pub mean: Vec<f64>,
    /// `horizon × LEVELS`, at least 0, not decreasing along a row.
    pub quantiles: Array2<f64>,
    /// Quantiles at [`LEVELS`] of the sum over the horizon, at least 0, not decreasing.
    pub total: Vec<f64>,
}

/// Forecast of a whole panel, in panel order.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Forecast {
    /// Spacing of the steps.
    pub frequency: Frequency,
    /// Number of steps.
    pub horizon: usize,
    /// One per series of the panel.
    pub series: Vec<SeriesForecast>,
}

impl SeriesForecast {
    /// Puts a forecast in order: finite, at least 0, quantiles sorted; the total's quantiles from the steps' spread
    /// under a common correlation between steps.
    ///
    /// `correlation` (0 to 1) is that of the steps' errors: 0 adds variances, 1 adds spreads.
    pub fn new(id: String, start: i32, model: &str, mean: Vec<f64>, quantiles: Array2<f64>, correlation: f64) -> Self {
        let mut made = Self { id, start, model: model.to_owned(), mean, quantiles, total: Vec::new() };
        made.tidy();
        made.total = made.total_by_correlation(correlation);
        made
    }

    /// The same with the total's quantiles as the method has found them.
    pub fn with_total(
        id: String,
        start: i32,
        model: &str,
        mean: Vec<f64>,
        quantiles: Array2<f64>,
        mut total: Vec<f64>,
    ) -> Self {
        total.iter_mut().for_each(|value| *value = if value.is_finite() { value.max(0.0) } else { 0.0 });
        total.sort_unstable_by(f64::total_cmp);
        let mut made = Self { id, start, model: model.to_owned(), mean, quantiles, total };
        made.tidy();
        made
    }

    /// Quantile of one step at any level in (0, 1): linear between the computed levels on the scale of the normal
    /// quantile, continued beyond the outermost along their last slope.
    pub fn quantile(&self, step: usize, level: f64) -> f64 {
        interpolate(self.quantiles.row(step).iter().copied(), level)
    }

    /// Quantile of the sum over the horizon at any level in (0, 1).
    pub fn total_quantile(&self, level: f64) -> f64 {
        interpolate(self.total.iter().copied(), level)
    }

    /// Expected sum over the horizon.
    pub fn total_mean(&self) -> f64 {
        self.mean.iter().sum()
    }

    /// The sum's quantiles if the errors of any two steps had the given correlation; those of a single step are its
    /// own (see [`super::sums`]).
    pub fn total_by_correlation(&self, correlation: f64) -> Vec<f64> {
        let (scale, mut sum) = (Scale::get(), Sum::default());
        let rows = self.quantiles.rows();
        let mut last = None;
        for (row, &mean) in rows.into_iter().zip(&self.mean) {
            // Steps of methods without a season are all alike.
            let part = match last.take() {
                Some((known, of, part)) if known == row && of == mean => part,
                _ => scale.part(|place| row[place], mean),
            };
            sum.add(&part);
            last = Some((row, mean, part));
        }
        sum.quantiles(correlation).to_vec()
    }

    fn tidy(&mut self) {
        let tidied = |value: &mut f64| *value = if value.is_finite() { value.max(0.0) } else { 0.0 };
        self.mean.iter_mut().for_each(tidied);
        self.quantiles.iter_mut().for_each(tidied);
        for mut row in self.quantiles.rows_mut() {
            if row.iter().is_sorted() {
                continue;
            }
            let mut sorted = row.to_vec();
            sorted.sort_unstable_by(f64::total_cmp);
            row.iter_mut().zip(sorted).for_each(|(slot, value)| *slot = value);
        }
    }
}

/// Quantile at `level` from values at [`LEVELS`].
pub fn interpolate(values: impl Iterator<Item = f64>, level: f64) -> f64 {
    let values: Vec<f64> = values.collect();
    let exact = LEVELS.iter().position(|known| (known - level).abs() < 1e-9);
    if let Some(place) = exact {
        return values[place];
    }
    let upper = LEVELS.iter().position(|known| *known > level).unwrap_or(LEVELS.len() - 1).max(1);
    let (z0, z1) = (normal_quantile(LEVELS[upper - 1]), normal_quantile(LEVELS[upper]));
    let weight = (normal_quantile(level) - z0) / (z1 - z0);
    (values[upper - 1] + weight * (values[upper] - values[upper - 1])).max(0.0)
}

/// Twice the pinball loss of a quantile forecast, as weighted quantile losses add it up.
pub fn pinball(level: f64, actual: f64, forecast: f64) -> f64 {
    let miss = actual - forecast;
    2.0 * (level * miss).max((level - 1.0) * miss)
}

/// Quantile function of the standard normal distribution.
///
/// Acklam's rational approximation with one step of Halley's refinement; absolute error below 1e-9 on (0, 1).
pub fn normal_quantile(level: f64) -> f64 {
    let x = rough_normal_quantile(level);
    let error = 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2) - level;
    let step = error * (2.0 * std::f64::consts::PI).sqrt() * libm::exp(x * x / 2.0);
    x - step / (1.0 + x * step / 2.0)
}

/// The same to eight digits, for what begins there.
pub fn rough_normal_quantile(level: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.383_577_518_672_69e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] =
        [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    const TAIL: f64 = 0.02425;
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    if level < TAIL {
        tail((-2.0 * libm::log(level)).sqrt())
    } else if level > 1.0 - TAIL {
        -tail((-2.0 * libm::log(1.0 - level)).sqrt())
    } else {
        let q = level - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_interpolate_like_a_normal() {
        let values = LEVELS.map(|level| 100.0 + 10.0 * normal_quantile(level));
        for level in [0.02, 0.15, 0.5, 0.925, 0.99] {
            let expected = 100.0 + 10.0 * normal_quantile(level);
            assert!((interpolate(values.iter().copied(), level) - expected).abs() < 1e-6);
        }
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-9);
    }
}
