//! Exponential smoothing in state space form, components chosen by AICc.
//!
//! Level l, trend b and season s follow what came: with q = l + φb, the one-step forecast is q, q + s or q·s; the level
//! moves by α of the miss, the trend by β, the season by γ. Errors are additive or relative. Source: Hyndman, Koehler,
//! Ord and Snyder (2008), "Forecasting with Exponential Smoothing", and Hyndman et al. (2002) for the automatic choice.
//! The wrong choice for goods that rarely sell, for several seasons at once, and for sales driven by promotions.
//!
//! Smoothing parameters, first level and first trend are optimised; first seasonal states come from a classical
//! decomposition. Seasons longer than 24 periods are taken out by shrunk averages first. Spread and sums come from
//! simulated paths with resampled errors, held below what the history makes plausible.

use std::borrow::Borrow;

use super::local::{Answer, Task};
use super::optimise::nelder_mead;
use super::paths::{CEILING, drawable, flat, simulate};
use super::seasonal::seasonal_figure;
use super::summary::{Candidate, FitSummary, log_likelihood};

/// Longest season with states of its own.
const LONGEST_SEASON: usize = 24;
/// History used to fit: older values say little about the next ones, and cost time.
const MOST_HISTORY: usize = 480;
/// Fewest values that a model is fitted to.
const LEAST_HISTORY: usize = 4;
const ALPHA: (f64, f64) = (1e-4, 0.9999);
const PHI: (f64, f64) = (0.8, 0.98);
/// Divisors below this count as this.
const SMALL: f64 = 1e-10;

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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errors {
    Additive,
    Relative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    None,
    Additive,
    Damped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Season {
    None,
    Additive,
    Multiplicative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    errors: Errors,
    trend: Trend,
    season: Season,
}

impl Form {
    fn name(self, method: &str) -> String {
        let errors = if self.errors == Errors::Additive { "A" } else { "M" };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Additive => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.season {
            Season::None => "N",
            Season::Additive => "A",
            Season::Multiplicative => "M",
        };
        format!("{method}({errors},{trend},{season})")
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Parameters {
    alpha: f64,
    beta: f64,
    gamma: f64,
    phi: f64,
}

/// Level, trend and the coming season.
#[derive(Debug, Clone)]
struct State {
    level: f64,
    trend: f64,
    season: Vec<f64>,
    /// Place of the next period in `season`.
    phase: usize,
}

impl State {
    /// The one-step forecast without and with season.
    // Hundreds of thousands of calls a series, which a build for size would not put in place.
    #[inline(always)]
    fn expected(&self, form: Form, phi: f64) -> (f64, f64) {
        let base = self.level + phi * self.trend;
        let mean = match form.season {
            Season::None => base,
            Season::Additive => base + self.season[self.phase],
            Season::Multiplicative => base * self.season[self.phase],
        };
        (base, mean)
    }

    /// Learns from what came.
    #[inline(always)]
    fn learn(&mut self, came: f64, base: f64, form: Form, parameters: &Parameters) {
        let Parameters { alpha, beta, gamma, phi } = *parameters;
        let level = match form.season {
            Season::None => came,
            Season::Additive => came - self.season[self.phase],
            Season::Multiplicative => came / self.season[self.phase].max(SMALL),
        };
        let moved = base + alpha * (level - base);
        if form.trend != Trend::None {
            self.trend = phi * self.trend + beta / alpha * (moved - self.level - phi * self.trend);
        }
        if form.season != Season::None {
            let slot = &mut self.season[self.phase];
            let seen = if form.season == Season::Additive { came - base } else { came / base.max(SMALL) };
            *slot += gamma * (seen - *slot);
            self.phase += 1;
            if self.phase == self.season.len() {
                self.phase = 0;
            }
        }
        self.level = moved;
    }
}

/// A fitted form.
pub(super) struct Fit {
    form: Form,
    parameters: Parameters,
    state: State,
    errors: Vec<f64>,
    /// n·ln Σe², and twice the logarithms of what relative errors are shares of: −2 log-likelihood up to a constant.
    likelihood: f64,
    /// Parameters, the variance and starting values among them.
    count: usize,
    aicc: f64,
}

/// Runs the filter; answers −2 log-likelihood up to a constant, and the errors where asked.
fn filter(
    history: &[f64],
    form: Form,
    parameters: &Parameters,
    state: &mut State,
    mut errors: Option<&mut Vec<f64>>,
) -> f64 {
    let (mut squares, mut logs) = (0.0, 0.0);
    for &came in history {
        let (base, mean) = state.expected(form, parameters.phi);
        let miss = if form.errors == Errors::Additive {
            came - mean
        } else {
            // A relative error needs a forecast above zero.
            if mean < SMALL {
                return f64::INFINITY;
            }
            logs += libm::log(mean);
            (came - mean) / mean
        };
        squares += miss * miss;
        if let Some(errors) = errors.as_deref_mut() {
            errors.push(miss);
        }
        state.learn(came, base, form, parameters);
    }
    let count = history.len() as f64;
    count * libm::log(squares.max(SMALL * SMALL)) + 2.0 * logs
}

/// First states: seasonal figure of the first few seasons, level and slope of a line through what is left.
fn first_state(history: &[f64], season: Season, length: usize) -> State {
    const SEASONS: usize = 4;
    let figure = match season {
        Season::None => Vec::new(),
        _ => seasonal_figure(&history[..history.len().min(SEASONS * length)], length, season == Season::Multiplicative),
    };
    let adjusted = |place: usize| match season {
        Season::None => history[place],
        Season::Additive => history[place] - figure[place % length],
        Season::Multiplicative => history[place] / figure[place % length].max(SMALL),
    };
    let count = history.len().min(10.max(2 * length * usize::from(season != Season::None))).max(2).min(history.len());
    let center = (count as f64 - 1.0) / 2.0;
    let mean = (0..count).map(adjusted).sum::<f64>() / count as f64;
    let spread: f64 = (0..count).map(|place| (place as f64 - center).powi(2)).sum();
    let slope = if spread > 0.0 {
        (0..count).map(|place| (place as f64 - center) * adjusted(place)).sum::<f64>() / spread
    } else {
        0.0
    };
    State { level: mean - slope * (center + 1.0), trend: slope, season: figure, phase: 0 }
}

fn fit(history: &[f64], form: Form, length: usize) -> Option<Fit> {
    let start = first_state(history, form.season, length);
    if form.season == Season::Multiplicative && start.season.iter().any(|value| *value <= SMALL) {
        return None;
    }
    let scale = {
        let mean = history.iter().sum::<f64>() / history.len() as f64;
        (history.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / history.len() as f64).sqrt().max(SMALL)
    };
    let (trended, seasonal, damped) =
        (form.trend != Trend::None, form.season != Season::None, form.trend == Trend::Damped);
    // Parameters lie in the order alpha, level, [beta, slope], [gamma], [phi]; beta as a share of alpha, gamma of 1 − alpha.
    let mut point = vec![0.3, 0.0];
    let mut steps = vec![0.2, 0.3];
    if trended {
        point.extend([0.1, 0.0]);
        steps.extend([0.2, 0.1]);
    }
    if seasonal {
        point.push(0.1);
        steps.push(0.15);
    }
    if damped {
        point.push(0.95);
        steps.push(-0.05);
    }
    let decode = |point: &[f64]| -> Option<(Parameters, State)> {
        let alpha = point[0];
        let mut at = 2;
        let mut next = || {
            at += 1;
            point[at - 1]
        };
        let (beta, slope) = if trended { (next(), next()) } else { (0.0, 0.0) };
        let gamma = if seasonal { next() } else { 0.0 };
        let phi = if damped { next() } else { 1.0 };
        let inside = (ALPHA.0..=ALPHA.1).contains(&alpha)
            && (!trended || (1e-4..=1.0).contains(&beta))
            && (!seasonal || (1e-4..=1.0).contains(&gamma))
            && (!damped || (PHI.0..=PHI.1).contains(&phi));
        inside.then(|| {
            let mut state = start.clone();
            state.level += point[1] * scale;
            state.trend = if trended { start.trend + slope * scale / 4.0 } else { 0.0 };
            (Parameters { alpha, beta: beta * alpha, gamma: gamma * (1.0 - alpha), phi }, state)
        })
    };
    let calls = 60 + 60 * point.len();
    let (best, _) = nelder_mead(&point, &steps, calls, &mut |point| {
        decode(point)
            .map_or(f64::INFINITY, |(parameters, mut state)| filter(history, form, &parameters, &mut state, None))
    });
    let (parameters, mut state) = decode(&best)?;
    let mut errors = Vec::with_capacity(history.len());
    let likelihood = filter(history, form, &parameters, &mut state, Some(&mut errors));
    let states = if seasonal { length - 1 } else { 0 };
    // One more for the variance.
    let all = point.len() + states + 1;
    let (count, values) = (all as f64, history.len() as f64);
    let room = values - count - 1.0;
    let aicc = if room > 0.0 { likelihood + 2.0 * count + 2.0 * count * (count + 1.0) / room } else { f64::INFINITY };
    aicc.is_finite().then_some(Fit { form, parameters, state, errors, likelihood, count: all, aicc })
}

/// The fits of all forms that are compared: the season first, then errors and trend for that season; of a named method,
/// its own forms.
fn fits(history: &[f64], length: usize, named: Option<Named>) -> Vec<Fit> {
    let positive = history.iter().all(|value| *value > 0.0);
    let seasonal = length > 1 && length <= LONGEST_SEASON && history.len() > 2 * length;
    let form = |errors, trend, season| Form { errors, trend, season };
    if let Some(named) = named {
        let trend = if named == Named::Ses { Trend::None } else { Trend::Additive };
        let season = if named == Named::HoltWinters && seasonal { Season::Additive } else { Season::None };
        let mut forms = vec![form(Errors::Additive, trend, season)];
        if season != Season::None && positive {
            forms.push(form(Errors::Relative, trend, Season::Multiplicative));
        }
        return forms.into_iter().filter_map(|form| fit(history, form, length)).collect();
    }
    let mut firsts = vec![form(Errors::Additive, Trend::None, Season::None)];
    if seasonal {
        firsts.push(form(Errors::Additive, Trend::None, Season::Additive));
        if positive {
            firsts.push(form(Errors::Relative, Trend::None, Season::Multiplicative));
        }
    }
    let mut made: Vec<Fit> = firsts.iter().filter_map(|form| fit(history, *form, length)).collect();
    let season = best(&made).map_or(Season::None, |fit| fit.form.season);
    for errors in [Errors::Additive, Errors::Relative] {
        for trend in [Trend::None, Trend::Additive, Trend::Damped] {
            let form = form(errors, trend, season);
            let forbidden = errors == Errors::Additive && season == Season::Multiplicative;
            if forbidden || firsts.contains(&form) || (errors == Errors::Relative && !positive) {
                continue;
            }
            made.extend(fit(history, form, length));
        }
    }
    made
}

/// The one with the least AICc; of two alike the first.
fn best<F: Borrow<Fit>>(fits: impl IntoIterator<Item = F>) -> Option<F> {
    fits.into_iter().reduce(|one, other| if other.borrow().aicc < one.borrow().aicc { other } else { one })
}

impl Fit {
    /// The next values, an error added to each, none farther from 0 than `most`.
    pub(super) fn walk(&self, most: f64, error: &mut dyn FnMut() -> f64, path: &mut [f64]) {
        let mut state = self.state.clone();
        for slot in path {
            let (base, expected) = state.expected(self.form, self.parameters.phi);
            let error = error();
            let came = if self.is_additive() { expected + error } else { expected * (1.0 + error).max(0.0) };
            *slot = came.clamp(-most, most);
            state.learn(*slot, base, self.form, &self.parameters);
        }
    }

    /// Its form as it is written, behind a method's name.
    pub(super) fn name(&self, method: &str) -> String {
        self.form.name(method)
    }

    fn is_additive(&self) -> bool {
        self.form.errors == Errors::Additive
    }

    /// Errors to draw from.
    pub(super) fn drawable(&self, season: usize) -> Vec<f64> {
        drawable(&self.errors, season.min(LONGEST_SEASON), self.is_additive())
    }
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

    fn name(&self, form: Form, named: Option<Named>) -> String {
        let name = form.name(named.map_or("ets", Named::name));
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
        |fit: &Fit| Candidate::new(adjusted.name(fit.form, named), fit.count, log_likelihood(fit.likelihood, all), all);
    let candidates = fits.iter().map(candidate).collect();
    let Fit { form, parameters: Parameters { alpha, beta, gamma, phi }, errors, .. } = best(fits)?;
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
        model: adjusted.name(form, named),
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
    simulate(task, adjusted.name(fit.form, named), &errors, highest, &back, &mut |error, path| {
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
