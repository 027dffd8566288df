//! What a fit looks like from inside: the models that were compared, the one that was taken, its parameters and residuals.
//!
//! Criteria: AIC = 2k − 2ℓ (Akaike 1974), AICc = AIC + 2k(k + 1)/(n − k − 1) (Hurvich and Tsai 1989), BIC = k·ln n − 2ℓ
//! (Schwarz 1978), ℓ being the Gaussian log-likelihood of n values by k parameters, the variance among them. They compare
//! models of the same values: forms of smoothing with each other, and orders of as many differences.

use super::local::{Method, filled};
use super::{arima, ces, ets};
use crate::calendar::Frequency;
use crate::order::sort_few;

/// A model that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// With its orders or components.
    pub model: String,
    /// Parameters, the variance and starting values among them.
    pub parameters: usize,
    /// Gaussian log-likelihood.
    pub log_likelihood: f64,
    /// Akaike's criterion.
    pub aic: f64,
    /// The same, corrected for short histories; infinite where there are too few values for it.
    pub aicc: f64,
    /// Schwarz' criterion.
    pub bic: f64,
}

impl Candidate {
    /// Of a model of `values` values.
    pub fn new(model: String, parameters: usize, log_likelihood: f64, values: usize) -> Self {
        let (count, all) = (parameters as f64, values as f64);
        let room = all - count - 1.0;
        let aic = 2.0 * count - 2.0 * log_likelihood;
        let aicc = if room > 0.0 { aic + 2.0 * count * (count + 1.0) / room } else { f64::INFINITY };
        let bic = count * libm::log(all) - 2.0 * log_likelihood;
        Self { model, parameters, log_likelihood, aic, aicc, bic }
    }
}

/// Gaussian log-likelihood where `twice` is n·ln Σe² + 2·Σ ln|scale|, as searches over smoothing minimise it.
pub fn log_likelihood(twice: f64, values: usize) -> f64 {
    let all = values as f64;
    -0.5 * (twice + all * (1.0 + libm::log(std::f64::consts::TAU / all)))
}

/// A fit to one series.
#[derive(Debug, Clone, PartialEq)]
pub struct FitSummary {
    /// The model that was taken, with its orders or components.
    pub model: String,
    /// Its parameters by name, in the order of its equation.
    pub coefficients: Vec<(String, f64)>,
    /// How many of them move with each value: tests of the residuals take these off.
    pub free: usize,
    /// Variance of the residuals.
    pub variance: f64,
    /// Values that the model was fitted to, oldest first: of the series without what is known ahead.
    pub values: Vec<f64>,
    /// Value minus one-step forecast, in units or, of relative errors, as a share of the forecast; oldest first. The first
    /// ones of an ARIMA model are shrunk to the spread of the later ones. As many as values, less those that differences
    /// take.
    pub residuals: Vec<f64>,
    /// The models that were compared, the least AICc first; each as far as it was searched, which of those that were out of
    /// reach of the first ones is not to the end.
    pub candidates: Vec<Candidate>,
}

/// Most candidates that are kept.
const CANDIDATES: usize = 12;

impl FitSummary {
    /// Candidates in order, and no more than are kept.
    pub(super) fn ordered(mut self) -> Self {
        sort_few(&mut self.candidates, |one, other| one.aicc < other.aicc);
        self.candidates.truncate(CANDIDATES);
        self
    }
}

/// Whether a method has a likelihood.
pub fn has_likelihood(method: Method) -> bool {
    matches!(method, Method::Ets | Method::Smoothing(_) | Method::Ces | Method::Arima(_))
}

/// A fit to values without what is known ahead, oldest first, `NaN` for missing; none for methods without a likelihood,
/// and where the history is too short or constant.
pub fn summary(method: Method, values: &[f64], frequency: Frequency) -> Option<FitSummary> {
    let season = frequency.season_length();
    let history = filled(values, season);
    match method {
        Method::Ets => ets::summary(&history, season, None),
        Method::Smoothing(named) => ets::summary(&history, season, Some(named)),
        Method::Ces => ces::summary(&history, season),
        Method::Arima(choice) => arima::summary(&history, season, choice),
        _ => None,
    }
}
