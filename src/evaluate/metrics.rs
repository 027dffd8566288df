//! Measures of a forecast against what came.
//!
//! The median is judged by absolute errors, the mean by squares and bias. Scales come from the history alone (Hyndman
//! and Koehler 2006, "Another look at measures of forecast accuracy"; Makridakis et al. 2022 for RMSSE and WQL).

use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, MEDIAN, pinball};

/// Errors of one forecast (or several pooled) against what came; definitions as in docs/accuracy.md.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// Mean absolute error of the median, units.
    pub mae: f64,
    /// Mean squared error of the mean, units squared.
    pub mse: f64,
    /// Root of `mse`, units.
    pub rmse: f64,
    /// Symmetric mean absolute percentage error of the median, 0 to 200.
    pub smape: f64,
    /// Sum of absolute errors of the median over sum of absolute actuals.
    pub wape: f64,
    /// Mean absolute error over that of the in-sample seasonal naive.
    pub mase: f64,
    /// Root mean squared error over that of the in-sample naive.
    pub rmsse: f64,
    /// Weighted quantile loss over levels 0.1 to 0.9.
    pub wql: f64,
    /// Pinball loss over levels 0.1 to 0.9, scaled as MASE.
    pub sql: f64,
    /// Share of actuals inside the 80 % band.
    pub coverage80: f64,
    /// Share of actuals inside the 50 % band.
    pub coverage50: f64,
    /// Sum of (mean − actual) over sum of absolute actuals.
    pub bias: f64,
    /// Absolute miss of the median of the horizon's total over its actual total; `NaN` where a step is missing.
    pub total: f64,
    /// Whether the horizon's total lay inside its 80 % band (share where pooled).
    pub total_coverage80: f64,
}

/// Levels of the quantile losses.
pub const LOSS_LEVELS: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Scales of a history, `NaN` where it has none.
#[derive(Debug, Clone, Copy)]
pub struct Scales {
    /// Mean absolute difference at the season's lag.
    pub absolute: f64,
    /// Mean squared first difference from the first value that is not zero.
    pub squared: f64,
}

impl Scales {
    /// Scales of a history; missing values are left out.
    pub fn of(history: &[f64], lag: usize) -> Self {
        let mean = |values: &mut dyn Iterator<Item = f64>| {
            let (sum, count) =
                values.filter(|value| !value.is_nan()).fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
            if count > 0 { sum / f64::from(count) } else { f64::NAN }
        };
        let first = history.iter().position(|value| *value != 0.0 && !value.is_nan()).unwrap_or(history.len());
        let tail = &history[first..];
        Self {
            absolute: mean(&mut history.iter().skip(lag).zip(history).map(|(now, then)| (now - then).abs())),
            squared: mean(&mut tail.iter().skip(1).zip(tail).map(|(now, then)| (now - then).powi(2))),
        }
    }
}

/// Their places among [`LEVELS`].
pub const LOSS_PLACES: [usize; LOSS_LEVELS.len()] = {
    let mut places = [0; LOSS_LEVELS.len()];
    let mut at = 0;
    while at < places.len() {
        places[at] = place(LOSS_LEVELS[at]);
        at += 1;
    }
    places
};

/// Places of the ends of ranges that are measured, in [`LEVELS`].
struct Places {
    low80: usize,
    low50: usize,
    high50: usize,
    high80: usize,
}

const fn place(level: f64) -> usize {
    let mut at = 0;
    while (LEVELS[at] - level).abs() > 1e-9 {
        at += 1;
    }
    at
}

const PLACES: Places = Places { low80: place(0.1), low50: place(0.25), high50: place(0.75), high80: place(0.9) };

/// Sums from which pooled measures are made.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    steps: f64,
    absolute: f64,
    squared: f64,
    shares: f64,
    volume: f64,
    signed: f64,
    loss: f64,
    inside80: f64,
    inside50: f64,
    /// What came over the whole horizon, and how far the total's median was from it; `NaN` unless every step is known.
    total: f64,
    total_miss: f64,
    total_inside80: f64,
}

/// One series' measures and the sums they are made of, so that a shop's can be made of many.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Measures of the series.
    pub metrics: Metrics,
    sums: Sums,
}

/// Measures of one series' forecast; none without any actual.
pub fn measure(forecast: &SeriesForecast, actual: &[f64], scales: Scales) -> Option<Measured> {
    let mut sums = Sums::default();
    for (step, &came) in actual.iter().enumerate().take(forecast.mean.len()) {
        if came.is_nan() {
            continue;
        }
        let quantiles = forecast.quantiles.row(step);
        let (median, mean) = (quantiles[MEDIAN], forecast.mean[step]);
        sums.steps += 1.0;
        sums.absolute += (came - median).abs();
        sums.squared += (came - mean).powi(2);
        let size = came.abs() + median;
        sums.shares += if size > 0.0 { 200.0 * (came - median).abs() / size } else { 0.0 };
        sums.volume += came.abs();
        sums.signed += mean - came;
        let losses = LOSS_PLACES.iter().zip(LOSS_LEVELS).map(|(&at, level)| pinball(level, came, quantiles[at]));
        sums.loss += losses.sum::<f64>() / LOSS_LEVELS.len() as f64;
        sums.inside80 += f64::from(quantiles[PLACES.low80] <= came && came <= quantiles[PLACES.high80]);
        sums.inside50 += f64::from(quantiles[PLACES.low50] <= came && came <= quantiles[PLACES.high50]);
    }
    let horizon = forecast.mean.len();
    let whole = actual.len() >= horizon;
    sums.total = if whole { actual[..horizon].iter().sum() } else { f64::NAN };
    sums.total_miss = (forecast.total[MEDIAN] - sums.total).abs();
    sums.total_inside80 = match sums.total {
        total if total.is_nan() => f64::NAN,
        total => f64::from(forecast.total[PLACES.low80] <= total && total <= forecast.total[PLACES.high80]),
    };
    (sums.steps > 0.0).then(|| Measured { metrics: finish(&sums, scales), sums })
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

fn finish(sums: &Sums, scales: Scales) -> Metrics {
    let mse = sums.squared / sums.steps;
    Metrics {
        mae: sums.absolute / sums.steps,
        mse,
        rmse: mse.sqrt(),
        smape: sums.shares / sums.steps,
        wape: ratio(sums.absolute, sums.volume),
        mase: ratio(sums.absolute / sums.steps, scales.absolute),
        rmsse: ratio(mse, scales.squared).sqrt(),
        wql: ratio(sums.loss, sums.volume),
        sql: ratio(sums.loss / sums.steps, scales.absolute),
        coverage80: sums.inside80 / sums.steps,
        coverage50: sums.inside50 / sums.steps,
        bias: ratio(sums.signed, sums.volume),
        total: ratio(sums.total_miss, sums.total),
        total_coverage80: sums.total_inside80,
    }
}

/// Measures of a whole panel, series by series: scaled ones as means over series, shares of volume over the sums.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pooled {
    sums: Sums,
    smape: Mean,
    mase: Mean,
    rmsse: Mean,
    sql: Mean,
    total_coverage80: Mean,
}

impl Pooled {
    /// Adds a series.
    pub fn add(&mut self, one: &Measured) {
        let (all, Measured { metrics, sums }) = (&mut self.sums, one);
        all.steps += sums.steps;
        all.absolute += sums.absolute;
        all.squared += sums.squared;
        all.volume += sums.volume;
        all.signed += sums.signed;
        all.loss += sums.loss;
        all.inside80 += sums.inside80;
        all.inside50 += sums.inside50;
        if sums.total.is_finite() {
            all.total += sums.total;
            all.total_miss += sums.total_miss;
        }
        self.smape.add(metrics.smape);
        self.mase.add(metrics.mase);
        self.rmsse.add(metrics.rmsse);
        self.sql.add(metrics.sql);
        self.total_coverage80.add(metrics.total_coverage80);
    }

    /// The panel's measures; without any series everything is `NaN`.
    pub fn metrics(&self) -> Metrics {
        let all = &self.sums;
        let mse = all.squared / all.steps;
        Metrics {
            mae: all.absolute / all.steps,
            mse,
            rmse: mse.sqrt(),
            smape: self.smape.value(),
            wape: ratio(all.absolute, all.volume),
            mase: self.mase.value(),
            rmsse: self.rmsse.value(),
            wql: ratio(all.loss, all.volume),
            sql: self.sql.value(),
            coverage80: all.inside80 / all.steps,
            coverage50: all.inside50 / all.steps,
            bias: ratio(all.signed, all.volume),
            total: ratio(all.total_miss, all.total),
            total_coverage80: self.total_coverage80.value(),
        }
    }
}

/// Mean of the finite ones of some values.
#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.sum += value;
            self.count += 1;
        }
    }

    fn value(&self) -> f64 {
        if self.count > 0 { self.sum / f64::from(self.count) } else { f64::NAN }
    }
}

/// Mean of the finite values; `NaN` where there is none.
pub fn mean_finite(values: impl Iterator<Item = f64>) -> f64 {
    let mut mean = Mean::default();
    values.for_each(|value| mean.add(value));
    mean.value()
}

impl Metrics {
    /// Mean of each measure over several tests.
    pub fn mean(all: &[Metrics]) -> Metrics {
        let mean = |part: fn(&Metrics) -> f64| mean_finite(all.iter().map(part));
        Metrics {
            mae: mean(|one| one.mae),
            mse: mean(|one| one.mse),
            rmse: mean(|one| one.rmse),
            smape: mean(|one| one.smape),
            wape: mean(|one| one.wape),
            mase: mean(|one| one.mase),
            rmsse: mean(|one| one.rmsse),
            wql: mean(|one| one.wql),
            sql: mean(|one| one.sql),
            coverage80: mean(|one| one.coverage80),
            coverage50: mean(|one| one.coverage50),
            bias: mean(|one| one.bias),
            total: mean(|one| one.total),
            total_coverage80: mean(|one| one.total_coverage80),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn measures_agree_with_arithmetic_by_hand() {
        let flat = |value: f64| Array2::from_elem((2, LEVELS.len()), value);
        let forecast = SeriesForecast::new("a".into(), 0, "x", vec![4.0, 4.0], flat(3.0), 0.0);
        let scales = Scales::of(&[0.0, 2.0, 4.0, 2.0], 1);
        assert!((scales.absolute - 2.0).abs() < 1e-12 && (scales.squared - 4.0).abs() < 1e-12);
        let Some(got) = measure(&forecast, &[2.0, 6.0], scales) else { panic!("there are actuals") };
        let got = got.metrics;
        assert!((got.mae - 2.0).abs() < 1e-12, "|2-3| and |6-3|");
        assert!((got.mse - 4.0).abs() < 1e-12, "(2-4)² and (6-4)²");
        assert!((got.mase - 1.0).abs() < 1e-12);
        assert!((got.rmsse - 1.0).abs() < 1e-12);
        assert!((got.wape - 0.5).abs() < 1e-12);
        assert!((got.smape - (200.0 / 5.0 + 600.0 / 9.0) / 2.0).abs() < 1e-9);
        // Mean over levels of 2·pinball: below, (1-q)·1·2; above, q·3·2; both have mean 0.5 over the nine levels.
        assert!((got.wql - (1.0 + 3.0) / 8.0).abs() < 1e-12);
        assert!(got.bias.abs() < 1e-12);
        assert!(measure(&forecast, &[f64::NAN, f64::NAN], scales).is_none());
    }
}
