//! Whether anything is left in a model's residuals that it might have known.

use super::chance::chi_squared_above;
use super::stationarity::Test;

/// A test of the residuals' shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// The statistic.
    pub statistic: f64,
    /// How likely a larger one is by chance if residuals are normal, 0 to 1.
    pub p: f64,
    /// 0 for a symmetric shape, above it where large misses are mostly upwards.
    pub skewness: f64,
    /// 3 for a normal shape, above it where misses are mostly small and now and then large.
    pub kurtosis: f64,
}

/// Fewest residuals that are tested.
const LEAST: usize = 8;

/// The test of Ljung and Box (1978) of autocorrelations from lag 1 on: a small chance says that residuals still go
/// together. `free` parameters were fitted and are taken off the degrees of freedom; of as many lags or fewer nothing can
/// be said.
pub fn ljung_box(residuals: &[f64], autocorrelations: &[f64], free: usize) -> Option<Test> {
    let (count, lags) = (residuals.len() as f64, autocorrelations.len());
    if residuals.len() < LEAST || lags <= free {
        return None;
    }
    let sum: f64 =
        autocorrelations.iter().enumerate().map(|(place, one)| one * one / (count - (place + 1) as f64)).sum();
    let statistic = count * (count + 2.0) * sum;
    statistic.is_finite().then(|| Test { statistic, p: chi_squared_above(statistic, lags - free), lags })
}

/// The test of Jarque and Bera (1980) of skewness and kurtosis. None for a short history, and one without noise.
pub fn jarque_bera(residuals: &[f64]) -> Option<Shape> {
    let count = residuals.len() as f64;
    let mean = residuals.iter().sum::<f64>() / count;
    let moment = |order: i32| residuals.iter().map(|one| (one - mean).powi(order)).sum::<f64>() / count;
    let variance = moment(2);
    if residuals.len() < LEAST || variance.is_nan() || variance <= 0.0 {
        return None;
    }
    let (skewness, kurtosis) = (moment(3) / (variance * variance.sqrt()), moment(4) / (variance * variance));
    let statistic = count / 6.0 * (skewness * skewness + (kurtosis - 3.0).powi(2) / 4.0);
    statistic.is_finite().then(|| Shape { statistic, p: chi_squared_above(statistic, 2), skewness, kurtosis })
}
