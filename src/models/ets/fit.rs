//! One form of exponential smoothing fitted to a history: smoothing parameters and first states by the largest likelihood.

use tillcast_kernels::smoothing::{self, Errors, Form, Parameters, Places, SMALL, Season, State, Trend};

use crate::models::paths::drawable;
use crate::models::seasonal::seasonal_figure;
use crate::models::squares::{Slopes, least_squares};

/// Bounds of α, of β as a share of it, of γ as a share of 1 − α, and of φ. A trend that follows the level faster runs after
/// noise: of bounds from 0.05 to 1 this one forecast the validation parts of five data sets best.
const ALPHA: (f64, f64) = (1e-4, 0.9999);
const BETA: (f64, f64) = (1e-4, 0.2);
const GAMMA: (f64, f64) = (1e-4, 1.0);
const PHI: (f64, f64) = (0.8, 0.98);
/// Where searches begin: α, the shares of β and γ, φ. The likelihood may have several valleys.
const STARTS: [[f64; 4]; 2] = [[0.1, 0.1, 0.05, 0.97], [0.6, 0.1, 0.1, 0.9]];
/// Steps of a search, and −2 log-likelihood that is not worth another one.
const STEPS: usize = 60;
const NEAR: f64 = 1e-5;

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

/// First states to search from: seasonal figure of the first few seasons, level and slope of a line through what is left.
fn first_state(history: &[f64], form: Form, length: usize) -> State {
    const SEASONS: usize = 4;
    let season = form.season;
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
    let (level, trend) = if form.trend == Trend::None { (mean, 0.0) } else { (mean - slope * (center + 1.0), slope) };
    State { level, trend, season: figure, phase: 0 }
}

/// Whether a first state can be one: factors are above zero.
fn is_valid(form: Form, state: &State) -> bool {
    form.season != Season::Multiplicative || state.season.iter().all(|factor| *factor > SMALL)
}

impl Fit {
    /// The likeliest parameters and first states of a form; none where it cannot have made the history.
    pub fn best(history: &[f64], form: Form, length: usize) -> Option<Self> {
        let places = Places::of(form, length);
        let start = first_state(history, form, length);
        if !is_valid(form, &start) || history.len() <= places.count + 2 {
            return None;
        }
        let mut bounds = vec![(f64::NEG_INFINITY, f64::INFINITY); places.count];
        bounds[0] = ALPHA;
        for (place, range) in [(places.beta, BETA), (places.gamma, GAMMA), (places.phi, PHI)] {
            if let Some(place) = place {
                bounds[place] = range;
            }
        }
        let mut value = |point: &[f64]| {
            let (parameters, mut state) = places.decode(form, point);
            if !is_valid(form, &state) {
                return f64::INFINITY;
            }
            smoothing::run(history, form, &parameters, &mut state, None)
        };
        let mut slopes = |point: &[f64]| -> Slopes { smoothing::slopes(history, form, &places, point) };
        let found = STARTS.iter().map(|[alpha, beta, gamma, phi]| {
            let mut point = vec![0.0; places.count];
            (point[0], point[places.level]) = (*alpha, start.level);
            let given = [(places.beta, *beta), (places.gamma, *gamma), (places.phi, *phi), (places.trend, start.trend)];
            for (place, number) in given {
                if let Some(place) = place {
                    point[place] = number;
                }
            }
            point[places.season..].iter_mut().zip(&start.season).for_each(|(slot, part)| *slot = *part);
            least_squares(&point, &bounds, (STEPS, NEAR), &mut value, &mut slopes)
        });
        let (point, _) = found.reduce(|one, other| if other.1 < one.1 { other } else { one })?;
        let (parameters, state) = places.decode(form, &point);
        Self::new(history, form, parameters, state)
    }

    /// With given parameters and first state; none where it cannot have made the history.
    pub fn new(history: &[f64], form: Form, parameters: Parameters, mut state: State) -> Option<Self> {
        let places = Places::of(form, state.season.len());
        let mut errors = Vec::with_capacity(history.len());
        let likelihood = smoothing::run(history, form, &parameters, &mut state, Some(&mut errors));
        // One more for the variance.
        let all = places.count + 1;
        let (count, values) = (all as f64, history.len() as f64);
        let room = values - count - 1.0;
        let aicc =
            if room > 0.0 { likelihood + 2.0 * count + 2.0 * count * (count + 1.0) / room } else { f64::INFINITY };
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
