//! What a curious person asks of a fit: whether its values keep to a level, which models were compared, and whether the
//! residuals hold anything more. Sources stand with each test. A test of many values finds the smallest fault, one of few
//! hardly any: a chance below 5 % is a reason to look, not a verdict.

pub mod chance;
pub mod correlation;
pub mod residuals;
pub mod stationarity;
pub mod worked;

use crate::models::arima::{Ocsb, STRONG_SEASON, ocsb, seasonal_strength};
use crate::models::summary::{Candidate, FitSummary};
pub use correlation::Correlations;
pub use residuals::Shape;
pub use stationarity::Test;

/// Lags of correlations where there is no season, and seasons of them where there is one.
const LAGS: usize = 10;
const SEASONS: usize = 2;
/// Most lags, as a share of the values.
const MOST_LAGS_SHARE: usize = 5;

/// Of the values that a model was fitted to.
#[derive(Debug, Clone, PartialEq)]
pub struct OfValues {
    /// How many they are.
    pub count: usize,
    /// Test of Dickey and Fuller: a small `p` speaks for a level.
    pub adf: Option<Test>,
    /// Test of Kwiatkowski and others: a small `p` speaks against a level.
    pub kpss: Option<Test>,
    /// What is seen of a season; none of values without one, or of fewer than two of them.
    pub season: Option<OfSeason>,
    /// How they go together with those before.
    pub correlations: Option<Correlations>,
}

/// Of the season of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfSeason {
    /// Share of the variance around the trend that a steady season explains, 0 to 1 (Wang, Smith and Hyndman 2006).
    pub strength: f64,
    /// Test of Osborn, Chui, Smith and Birchenhall: below its critical value, the season keeps its shape.
    pub ocsb: Option<Ocsb>,
}

impl OfSeason {
    /// What both say together: a season that `changes` its shape, that `stays` the same, or that is `weak`; none without
    /// the test.
    pub fn verdict(&self) -> Option<&'static str> {
        Some(match self.ocsb? {
            found if found.wanders() => "changes",
            _ if self.strength > STRONG_SEASON => "stays",
            _ => "weak",
        })
    }
}

/// Of a model's residuals.
#[derive(Debug, Clone, PartialEq)]
pub struct OfResiduals {
    /// The residuals, oldest first; the last one is that of the last value.
    pub values: Vec<f64>,
    /// Whether they are shares of what was expected: those of smoothing with relative errors, `ets(M,…)`.
    pub relative: bool,
    /// Their variance.
    pub variance: f64,
    /// Test of Ljung and Box: a small `p` says that they still go together.
    pub ljung_box: Option<Test>,
    /// Test of Jarque and Bera: a small `p` speaks against a normal shape.
    pub jarque_bera: Option<Shape>,
    /// How they go together with those before.
    pub correlations: Option<Correlations>,
}

/// All of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostics {
    /// The model, with its orders or components.
    pub model: String,
    /// Its parameters by name.
    pub coefficients: Vec<(String, f64)>,
    /// The models that were compared, the least AICc first.
    pub candidates: Vec<Candidate>,
    /// Of the values.
    pub values: OfValues,
    /// Of the residuals.
    pub residuals: OfResiduals,
}

impl Diagnostics {
    /// Of a fit to values with so many periods in a season.
    pub fn of(fit: &FitSummary, season: usize) -> Self {
        let lags = |count: usize| {
            let wanted = if season > 1 { SEASONS * season } else { LAGS };
            wanted.min(count / MOST_LAGS_SHARE).max(1)
        };
        let correlations = |values: &[f64]| Correlations::of(values, lags(values.len()));
        let own = correlations(&fit.residuals);
        let tested = own.as_ref().and_then(|own| residuals::ljung_box(&fit.residuals, &own.acf, fit.free));
        Self {
            model: fit.model.clone(),
            coefficients: fit.coefficients.clone(),
            candidates: fit.candidates.clone(),
            values: OfValues {
                count: fit.values.len(),
                adf: stationarity::dickey_fuller(&fit.values),
                kpss: stationarity::kpss(&fit.values),
                season: (season > 1 && fit.values.len() >= 2 * season).then(|| OfSeason {
                    strength: seasonal_strength(&fit.values, season),
                    ocsb: ocsb(&fit.values, season),
                }),
                correlations: correlations(&fit.values),
            },
            residuals: OfResiduals {
                values: fit.residuals.clone(),
                relative: fit.model.contains("(M,"),
                variance: fit.variance,
                ljung_box: tested,
                jarque_bera: residuals::jarque_bera(&fit.residuals),
                correlations: own,
            },
        }
    }
}
