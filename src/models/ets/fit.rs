//! One form of exponential smoothing with parameters and a first state, run over a history.

use tillcast_kernels::smoothing::{self, Errors, Form, Parameters, Places, Season, State, Trend};

use super::search::alone;
use crate::models::paths::drawable;

/// A fitted form.
pub struct Fit {
    /// The form.
    pub form: Form,
    /// Its parameters.
    pub parameters: Parameters,
    /// After the history.
    pub state: State,
    /// One-step misses of each value, relative ones as shares of the forecast.
    pub errors: Vec<f64>,
    /// n·ln Σe², and twice the logarithms of what relative errors are shares of: −2 log-likelihood up to a constant.
    pub likelihood: f64,
    /// Parameters, the variance and first states among them.
    pub count: usize,
    /// Akaike's criterion, corrected for short histories; infinite where it has no number.
    pub aicc: f64,
}

/// What Akaike's criterion, corrected for short histories, adds to minus twice the log-likelihood of so many parameters;
/// infinite where it has no number.
pub(super) fn penalty(count: usize, values: usize) -> f64 {
    let count = count as f64;
    let room = values as f64 - count - 1.0;
    if room > 0.0 { 2.0 * count + 2.0 * count * (count + 1.0) / room } else { f64::INFINITY }
}

impl Fit {
    /// The likeliest parameters and first states of a form, whatever the others are worth; none where it cannot have made
    /// the history.
    pub fn best(history: &[f64], form: Form, length: usize) -> Option<Self> {
        alone(history, length, form)
    }

    /// With given parameters and first state; none where it cannot have made the history.
    pub fn new(history: &[f64], form: Form, parameters: Parameters, mut state: State) -> Option<Self> {
        let places = Places::of(form, state.season.len());
        let mut errors = Vec::with_capacity(history.len());
        let likelihood = smoothing::run(history, form, &parameters, &mut state, Some(&mut errors));
        // One more for the variance.
        let all = places.count + 1;
        let aicc = likelihood + penalty(all, history.len());
        aicc.is_finite().then_some(Self { form, parameters, state, errors, likelihood, count: all, aicc })
    }

    /// The next values, an error added to each, none farther from 0 than `most`.
    pub fn walk(&self, most: f64, error: &mut dyn FnMut() -> f64, path: &mut [f64]) {
        smoothing::walk(self.form, &self.parameters, &mut self.state.clone(), most, error, path);
    }

    /// Its form as it is written, behind a method's name.
    pub fn name(&self, method: &str) -> String {
        let errors = if self.is_additive() { "A" } else { "M" };
        let trend = match self.form.trend {
            Trend::None => "N",
            Trend::Additive => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.form.season {
            Season::None => "N",
            Season::Additive => "A",
            Season::Multiplicative => "M",
        };
        format!("{method}({errors},{trend},{season})")
    }

    fn is_additive(&self) -> bool {
        self.form.errors == Errors::Additive
    }

    /// Errors to draw from, by a season as long as its own states or none.
    pub fn drawable(&self, season: usize) -> Vec<f64> {
        drawable(&self.errors, season.min(super::LONGEST_SEASON), self.is_additive())
    }
}
