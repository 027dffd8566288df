//! How values go together with those before them.

use crate::models::arima::{autocovariances, levinson};

/// Outer 2.5 % of a normal distribution on either side.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// Correlations of values with those so many periods before, from one period on.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlations {
    /// Autocorrelations.
    pub acf: Vec<f64>,
    /// What of them is within ± of this by chance 19 times out of 20, if there are none from that lag on (Bartlett 1946).
    pub acf_band: Vec<f64>,
    /// Partial autocorrelations: beyond what the periods between explain. Fewer where nothing is left to explain.
    pub pacf: Vec<f64>,
    /// What of them is within ± of this by chance 19 times out of 20 (Quenouille 1949).
    pub pacf_band: f64,
}

impl Correlations {
    /// At lags from 1 to `most`, or as many as there are values; none of a constant.
    pub fn of(values: &[f64], most: usize) -> Option<Self> {
        let lags = most.min(values.len().saturating_sub(1));
        let covariances = autocovariances(values, lags);
        let first = covariances.first().copied().filter(|variance| *variance > 0.0)?;
        let acf: Vec<f64> = covariances[1..].iter().map(|covariance| covariance / first).collect();
        let one = NORMAL_975 / (values.len() as f64).sqrt();
        let mut squares = 0.0_f64;
        let band = |correlation: &f64| {
            let wide = one * (1.0 + 2.0 * squares).sqrt();
            squares += correlation * correlation;
            wide
        };
        let acf_band = acf.iter().map(band).collect();
        Some(Self { acf, acf_band, pacf: levinson(&covariances).0, pacf_band: one })
    }
}
