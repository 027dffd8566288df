//! Measures of a forecast against what came.

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
    /// Absolute miss of the horizon's total over its actual total.
    pub total: f64,
    /// Whether the horizon's total lay inside its 80 % band (share where pooled).
    pub total_coverage80: f64,
}
