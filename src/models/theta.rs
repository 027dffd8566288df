//! The Theta method: a smoothed line whose local bends are amplified, and a straight one for the long run.
//!
//! A series without its season is split into a line with the bends taken out and one with them θ times as large; the first
//! is drawn on, the second smoothed, and both are meaned. As one equation the next value is l + (1 − 1/θ)·(A·qⁱ + B·(1 −
//! qⁱ⁺¹)/α), with q = 1 − α, level l smoothed by α, and the line A + B·i through all values. *Standard*: θ = 2
//! (Assimakopoulos and Nikolopoulos 2000). *Optimised*: θ by least squares. *Dynamic optimised*: the line, too, is that of
//! the values so far (Fiorucci et al. 2016, "Models for optimising the theta method and their relationship to state space
//! models"). The wrong choice for goods that rarely sell and for several seasons at once.
//!
//! For a given α the one-step forecast is straight in the first level and in 1 − 1/θ, so that these two are solved for, and
//! only α is searched. The first three misses do not count, as in statsforecast 2.1, whose test for a season this is too.
//! The season's figure is then drawn towards none by what chance may have made of it.

use super::local::{Answer, Task};
use super::optimise::golden_section;
use super::paths::{drawable, flat, simulate};
use super::seasonal::{certain_share, is_seasonal, seasonal_figure};

/// Which parts are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// θ = 2.
    Standard,
    /// θ by least squares.
    Optimised,
    /// The same, on a line that moves.
    Dynamic,
}

impl Kind {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Standard => "theta",
            Kind::Optimised => "optimised-theta",
            Kind::Dynamic => "dynamic-optimised-theta",
        }
    }
}

/// Bounds of α.
const ALPHA: (f64, f64) = (0.1, 0.99);
/// Places of α among which the search begins, since the sum of squares may have several valleys.
const PLACES: usize = 12;
/// How near α is looked for.
const NEAR: f64 = 1e-6;
/// Largest 1 − 1/θ: below 1, as θ is finite.
const STEEPEST: f64 = 1.0 - 1e-10;
/// Misses at the start that do not count.
const SKIPPED: usize = 3;
/// Fewest values that parameters are found for.
const LEAST_HISTORY: usize = 8;
/// Seasonal factors below this are none to divide by.
const LEAST_FACTOR: f64 = 0.01;

/// Parameters of the method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Smoothing of the level.
    pub alpha: f64,
    /// How much of the line is added, 1 − 1/θ.
    pub share: f64,
    /// Level before the first value.
    pub level: f64,
}

/// Where the method stands before a value.
#[derive(Debug, Clone)]
struct State {
    dynamic: bool,
    alpha: f64,
    level: f64,
    mean: f64,
    line: (f64, f64),
    /// (1 − α)ⁱ, and i.
    power: f64,
    count: f64,
}

impl State {
    fn new(kind: Kind, history: &[f64], alpha: f64, level: f64) -> Self {
        let count = history.len() as f64;
        let dynamic = kind == Kind::Dynamic;
        let line = if dynamic {
            (history[0], 0.0)
        } else {
            let mean = history.iter().sum::<f64>() / count;
            let weighted: f64 = history.iter().enumerate().map(|(place, value)| (place + 1) as f64 * value).sum();
            let slope = 6.0 * (2.0 * weighted / count - (count + 1.0) * mean) / (count * count - 1.0);
            (mean - (count + 1.0) * slope / 2.0, slope)
        };
        Self { dynamic, alpha, level, mean: history[0], line, power: 1.0, count: 0.0 }
    }

    /// What the line adds to the level, before it is multiplied by the share.
    fn drawn_on(&self) -> f64 {
        let (start, slope) = self.line;
        start * self.power + slope * (1.0 - self.power * (1.0 - self.alpha)) / self.alpha
    }

    fn learn(&mut self, came: f64) {
        let Self { alpha, count, .. } = *self;
        self.level += alpha * (came - self.level);
        if self.dynamic {
            let slope = ((count - 1.0) * self.line.1 + 6.0 * (came - self.mean) / (count + 1.0)) / (count + 2.0);
            self.mean += (came - self.mean) / (count + 1.0);
            self.line = (self.mean - slope * (count + 2.0) / 2.0, slope);
        }
        self.power *= 1.0 - alpha;
        self.count += 1.0;
    }
}

/// A method with its parameters, at the end of a history.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The parameters.
    pub parameters: Parameters,
    /// Value minus one-step forecast, for each value.
    pub misses: Vec<f64>,
    state: State,
}

impl Fit {
    /// With the given parameters.
    pub fn new(kind: Kind, history: &[f64], parameters: Parameters) -> Self {
        let mut state = State::new(kind, history, parameters.alpha, parameters.level);
        let miss = |value: &f64| {
            let miss = value - state.level - parameters.share * state.drawn_on();
            state.learn(*value);
            miss
        };
        Self { parameters, misses: history.iter().map(miss).collect(), state }
    }

    /// With the parameters of the least squares, for a history of more than three values.
    pub fn best(kind: Kind, history: &[f64]) -> Self {
        let mut squares = |alpha: f64| solve(kind, history, alpha).1;
        let width = (ALPHA.1 - ALPHA.0) / (PLACES - 1) as f64;
        let place = |at: usize| ALPHA.0 + width * at as f64;
        let mut best = (f64::INFINITY, 0);
        for at in 0..PLACES {
            let found = squares(place(at));
            if found < best.0 {
                best = (found, at);
            }
        }
        let bounds = ((place(best.1) - width).max(ALPHA.0), (place(best.1) + width).min(ALPHA.1));
        let mut alpha = golden_section(bounds, NEAR, &mut squares);
        if squares(alpha) > best.0 {
            alpha = place(best.1);
        }
        Self::new(kind, history, solve(kind, history, alpha).0)
    }

    /// The next values, an error added to each.
    fn walk(&self, error: &mut dyn FnMut() -> f64, path: &mut [f64]) {
        let mut state = self.state.clone();
        for slot in path {
            *slot = state.level + self.parameters.share * state.drawn_on() + error();
            state.learn(*slot);
        }
    }

    /// The next values as expected.
    pub fn ahead(&self, horizon: usize) -> Vec<f64> {
        let mut path = vec![0.0; horizon];
        self.walk(&mut || 0.0, &mut path);
        path
    }
}

/// First level and share of the line for an α, and the sum of squares that they leave.
fn solve(kind: Kind, history: &[f64], alpha: f64) -> (Parameters, f64) {
    let mut state = State::new(kind, history, alpha, 0.0);
    // Sums of products of what the first level and the line add, and of what is left to explain.
    let (mut ll, mut ld, mut dd, mut lr, mut dr, mut rr) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (place, value) in history.iter().enumerate() {
        let (l, d, r) = (state.power, state.drawn_on(), value - state.level);
        if place >= SKIPPED {
            ll += l * l;
            ld += l * d;
            dd += d * d;
            lr += l * r;
            dr += d * r;
            rr += r * r;
        }
        state.learn(*value);
    }
    let share = match kind {
        Kind::Standard => 0.5,
        _ => {
            let share = (ll * dr - ld * lr) / (ll * dd - ld * ld);
            if share.is_finite() { share.clamp(0.0, STEEPEST) } else { 0.5 }
        }
    };
    let level = (lr - share * ld) / ll;
    let level = if level.is_finite() { level } else { history[0] / 2.0 };
    let squares = rr + level * level * ll + share * share * dd + 2.0 * (level * share * ld - level * lr - share * dr);
    (Parameters { alpha, share, level }, squares)
}

/// A history without its season.
pub struct Adjusted {
    /// The values.
    pub values: Vec<f64>,
    /// Whether values were divided by the figure, where it was not taken off; none without a season.
    pub multiplicative: Option<bool>,
    figure: Vec<f64>,
}

impl Adjusted {
    /// Takes the season out where there is one: multiplicative if all values and factors allow it.
    pub fn of(history: &[f64], length: usize) -> Self {
        if !is_seasonal(history, length) {
            return Self { values: history.to_vec(), multiplicative: None, figure: vec![0.0] };
        }
        let mut multiplicative = history.iter().all(|value| *value > 0.0);
        let mut figure = seasonal_figure(history, length, multiplicative);
        if multiplicative && figure.iter().any(|factor| *factor < LEAST_FACTOR) {
            multiplicative = false;
            figure = seasonal_figure(history, length, false);
        }
        let mut made = Self { values: Vec::new(), multiplicative: Some(multiplicative), figure };
        made.take_off(history);
        made
    }

    /// The same with as much of the season as is more than chance.
    fn shrunk(history: &[f64], length: usize) -> Self {
        let mut made = Self::of(history, length);
        if let Some(multiplicative) = made.multiplicative {
            let keep = certain_share(history, &made.figure, multiplicative);
            let neutral = if multiplicative { 1.0 } else { 0.0 };
            made.figure.iter_mut().for_each(|part| *part = neutral + keep * (*part - neutral));
            made.take_off(history);
        }
        made
    }

    fn take_off(&mut self, history: &[f64]) {
        let multiplicative = self.multiplicative == Some(true);
        let part = |(value, part): (&f64, &f64)| if multiplicative { value / part } else { value - part };
        self.values = history.iter().zip(self.figure.iter().cycle()).map(part).collect();
    }

    /// Puts the season back on a value `step` periods after the history.
    pub fn back(&self, step: usize, value: f64) -> f64 {
        let part = self.figure[(self.values.len() + step) % self.figure.len()];
        if self.multiplicative == Some(true) { value * part } else { value + part }
    }
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>, kind: Kind) -> Answer {
    let history = task.history;
    if history.len() < LEAST_HISTORY || history.windows(2).all(|pair| pair[0] == pair[1]) {
        return flat(task, history);
    }
    let season = task.frequency.season_length();
    let adjusted = Adjusted::shrunk(history, season);
    let fit = Fit::best(kind, &adjusted.values);
    let errors = drawable(&fit.misses[SKIPPED..], season, adjusted.multiplicative != Some(true));
    let highest = history.iter().fold(0.0_f64, |most, value| most.max(*value));
    let back = |step: usize, value: f64| adjusted.back(step, value);
    simulate(task, kind.name().into(), &errors, highest, &back, &mut |error, path| fit.walk(error, path))
}
