//! Exponential smoothing in state space form, components chosen by AICc.
//!
//! Level l, trend b and season s follow what came: with q = l + φb, the one-step forecast is q, q + s or q·s; the level
//! moves by α of the miss, the trend by β, the season by γ. Errors are additive or relative. Source: Hyndman, Koehler,
//! Ord and Snyder (2008), "Forecasting with Exponential Smoothing", and Hyndman et al. (2002) for the automatic choice.
//! The wrong choice for goods that rarely sell, for several seasons at once, and for sales driven by promotions.
//!
//! Smoothing parameters and first states have the largest likelihood that a search by least squares finds. Seasons longer
//! than 24 periods are taken out by shrunk averages first. Spread and sums come from simulated paths with resampled errors,
//! held below what the history makes plausible.

mod fit;
mod search;

use std::borrow::Borrow;

use super::local::{Answer, Task};
use super::paths::{CEILING, flat, simulate};
use super::seasonal::seasonal_figure;
use super::summary::{Candidate, FitSummary, log_likelihood};
pub use fit::Fit;
pub use tillcast_kernels::smoothing::{Errors, Form, Parameters, Season, State, Trend};

/// Longest season with states of its own.
pub const LONGEST_SEASON: usize = 24;
/// History used to fit: older values say little about the next ones, and cost time.
const MOST_HISTORY: usize = 480;
/// Fewest values that a model is fitted to.
const LEAST_HISTORY: usize = 4;

/// Methods that are older than the family, and few of its forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Simple exponential smoothing (Brown 1956): (A,N,N).
    Ses,
    /// Holt's linear trend (1957): (A,A,N).
    Holt,
    /// Holt and Winters' season (1960): (A,A,A) or (M,A,M), by AICc; (A,A,N) without two seasons.
    HoltWinters,
}

impl Named {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Named::Ses => "ses",
            Named::Holt => "holt",
            Named::HoltWinters => "holt-winters",
        }
    }
}

/// The forms that are compared for a history, or those of a named method: errors are shares of a forecast, and seasons
/// factors, only where all values are above zero, and factors go with relative errors alone, as additive ones make
/// forecasts that cannot be trusted (Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 8.6).
fn forms(history: &[f64], length: usize, named: Option<Named>) -> Vec<Form> {
    let positive = history.iter().all(|value| *value > 0.0);
    let seasonal = length > 1 && length <= LONGEST_SEASON && history.len() > 2 * length;
    let is_wanted = |form: &Form| {
        let Form { errors, trend, season } = *form;
        let is_possible = (positive || (errors == Errors::Additive && season != Season::Multiplicative))
            && (seasonal || season == Season::None)
            && !(errors == Errors::Additive && season == Season::Multiplicative);
        let both_or_none = (errors == Errors::Relative) == (season == Season::Multiplicative);
        let is_own = match named {
            None => true,
            Some(Named::Ses) => (errors, trend, season) == (Errors::Additive, Trend::None, Season::None),
            Some(Named::Holt) => (errors, trend, season) == (Errors::Additive, Trend::Additive, Season::None),
            Some(Named::HoltWinters) => {
                trend == Trend::Additive && both_or_none && (season == Season::None) != seasonal
            }
        };
        is_possible && is_own
    };
    let mut all = Vec::new();
    for errors in [Errors::Additive, Errors::Relative] {
        for season in [Season::None, Season::Additive, Season::Multiplicative] {
            for trend in [Trend::None, Trend::Additive, Trend::Damped] {
                all.extend(Some(Form { errors, trend, season }).filter(is_wanted));
            }
        }
    }
    all
}

/// The fits of all forms that are compared, each as far as it was worth searching.
fn fits(history: &[f64], length: usize, named: Option<Named>) -> Vec<Fit> {
    search::fits(history, length, &forms(history, length, named))
}

/// The one with the least AICc; of two alike the first.
fn best<F: Borrow<Fit>>(fits: impl IntoIterator<Item = F>) -> Option<F> {
    fits.into_iter().reduce(|one, other| if other.borrow().aicc < one.borrow().aicc { other } else { one })
}

/// The best form without a season; none where there is no fit.
pub(super) fn without_season(history: &[f64]) -> Option<Fit> {
    best(fits(history, 1, None))
}

/// A history without its season, where that is too long for states of its own.
struct Adjusted<'a> {
    history: &'a [f64],
    values: Vec<f64>,
    /// The season that was taken out; 0, or 1 where relative, where none was.
    figure: Vec<f64>,
    multiplicative: bool,
    /// Whether one was taken out.
    long: bool,
}

impl<'a> Adjusted<'a> {
    /// Of the part of a history that a model is fitted to; none where that is too short or constant.
    fn of(history: &'a [f64], season: usize, named: Option<Named>) -> Option<Self> {
        let history = recent(history, season);
        if history.len() < LEAST_HISTORY || history.windows(2).all(|pair| pair[0] == pair[1]) {
            return None;
        }
        let seasonless = matches!(named, Some(Named::Ses | Named::Holt));
        let long = !seasonless && season > LONGEST_SEASON && history.len() >= 2 * season;
        let (figure, multiplicative) =
            if long { long_figure(history, season) } else { (vec![0.0; season.max(1)], false) };
        let without = |(place, value): (usize, &f64)| {
            if multiplicative { value / figure[place % season] } else { value - figure[place % season] }
        };
        let values = history.iter().enumerate().map(without).collect();
        Some(Self { history, values, figure, multiplicative, long })
    }

    fn fits(&self, season: usize, named: Option<Named>) -> Vec<Fit> {
        fits(&self.values, if self.long { 1 } else { season }, named)
    }

    fn name(&self, fit: &Fit, named: Option<Named>) -> String {
        let name = fit.name(named.map_or("ets", Named::name));
        if self.long { format!("{name} on {}-period averages", self.figure.len()) } else { name }
    }
}

/// The part of a history that says something of the next values.
fn recent(history: &[f64], season: usize) -> &[f64] {
    &history[history.len().saturating_sub(MOST_HISTORY.max(4 * season))..]
}

/// The model of a history, beside those that were compared; none where there is none.
pub fn summary(history: &[f64], season: usize, named: Option<Named>) -> Option<FitSummary> {
    let adjusted = Adjusted::of(history, season, named)?;
    let (fits, all) = (adjusted.fits(season, named), adjusted.values.len());
    let candidate =
        |fit: &Fit| Candidate::new(adjusted.name(fit, named), fit.count, log_likelihood(fit.likelihood, all), all);
    let candidates = fits.iter().map(candidate).collect();
    let fit = best(fits)?;
    let model = adjusted.name(&fit, named);
    let Fit { form, parameters: Parameters { alpha, beta, gamma, phi }, errors, .. } = fit;
    let coefficients: Vec<(String, f64)> = [
        ("alpha", alpha, true),
        ("beta", beta, form.trend != Trend::None),
        ("gamma", gamma, form.season != Season::None),
        ("phi", phi, form.trend == Trend::Damped),
    ]
    .into_iter()
    .filter(|(.., is_used)| *is_used)
    .map(|(name, value, _)| (name.into(), value))
    .collect();
    let made = FitSummary {
        model,
        free: coefficients.len(),
        coefficients,
        variance: errors.iter().map(|error| error * error).sum::<f64>() / all as f64,
        values: adjusted.values,
        residuals: errors,
        candidates,
    };
    Some(made.ordered())
}

/// Forecasts a series, with all forms to choose from or those of a named method alone.
pub fn forecast(task: &Task<'_>, named: Option<Named>) -> Answer {
    let season = task.frequency.season_length();
    let found = Adjusted::of(task.history, season, named).and_then(|adjusted| {
        let fit = best(adjusted.fits(season, named))?;
        Some((adjusted, fit))
    });
    let Some((adjusted, fit)) = found else { return flat(task, recent(task.history, season)) };
    let errors = fit.drawable(season);
    let Adjusted { history, figure, multiplicative, .. } = &adjusted;
    let highest = history.iter().fold(0.0_f64, |most, value| most.max(*value));
    let back = |step: usize, value: f64| {
        let part = figure[(history.len() + step) % season];
        if *multiplicative { value * part } else { value + part }
    };
    simulate(task, adjusted.name(&fit, named), &errors, highest, &back, &mut |error, path| {
        fit.walk(CEILING * highest, error, path);
    })
}

/// Figure of a long season, shrunk towards none by how few seasons it was seen; relative where all values are above zero.
fn long_figure(history: &[f64], season: usize) -> (Vec<f64>, bool) {
    let multiplicative = history.iter().all(|value| *value > 0.0);
    let seasons = (history.len() / season) as f64;
    let keep = seasons / (seasons + 1.0);
    let neutral = if multiplicative { 1.0 } else { 0.0 };
    let figure = seasonal_figure(history, season, multiplicative);
    (figure.iter().map(|value| neutral + keep * (value - neutral)).collect(), multiplicative)
}
