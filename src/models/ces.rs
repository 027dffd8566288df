//! Complex exponential smoothing: a level and what the smoothing has missed of late, as one complex number.
//!
//! With the value's miss e, level l and potential c: l′ = l − (1 − α₁)·c + (α₀ − α₁)·e and c′ = l + (1 − α₀)·c + (α₀ + α₁)·e;
//! the next value is l′. Between a level and a trend there is no line to cross, so neither is chosen. The season is none,
//! *simple* (each phase of it smoothed by itself), *partial* (one figure more, moved by β of the miss) or *full* (a second
//! complex number), by AICc. Source: Svetunkov, Kourentzes and Ord (2022), "Complex exponential smoothing". The wrong
//! choice for goods that rarely sell, and for histories of less than two seasons that have one.
//!
//! As in statsforecast 2.1: starting values from the first values, made better by smoothing forwards, backwards and forwards
//! again; n·ln Σe² is least; the same bounds.

use super::local::{Answer, Task};
use super::optimise::nelder_mead;
use super::paths::{CEILING, drawable, flat, simulate};
use super::seasonal::seasonal_figure;
use super::summary::{Candidate, FitSummary, log_likelihood};

/// Bounds of the parameters α₀, α₁, β₀, β₁.
const BOUNDS: [(f64, f64); 4] = [(0.01, 1.8), (0.01, 1.9), (0.01, 1.5), (0.01, 1.5)];
/// History used to fit: older values say little about the next ones, and cost time.
const MOST_HISTORY: usize = 480;
/// Fewest values that a model is fitted to.
const LEAST_HISTORY: usize = 8;
/// A sum of squares below this counts as this.
const SMALL: f64 = 1e-20;

/// How the season is smoothed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    /// Not at all.
    None,
    /// Each phase as a series of its own.
    Simple,
    /// A figure beside the level.
    Partial,
    /// A complex figure beside the level.
    Full,
}

impl Season {
    /// Parameters that are estimated.
    fn parameters(self) -> usize {
        match self {
            Season::None | Season::Simple => 2,
            Season::Partial => 3,
            Season::Full => 4,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Season::None => "none",
            Season::Simple => "simple",
            Season::Partial => "partial",
            Season::Full => "full",
        }
    }
}

/// Level and figure, each with its potential.
type Place = [f64; 4];

/// The last places, one for each phase of the season.
#[derive(Debug, Clone)]
struct State {
    season: Season,
    /// α₀, α₁, β₀, β₁.
    parameters: [f64; 4],
    places: Vec<Place>,
    /// Phase of the next value.
    phase: usize,
}

/// A complex number smoothed by a miss.
fn smoothed(level: f64, potential: f64, miss: f64, first: f64, second: f64) -> (f64, f64) {
    (
        level - (1.0 - second) * potential + (first - second) * miss,
        level + (1.0 - first) * potential + (first + second) * miss,
    )
}

impl State {
    fn new(season: Season, history: &[f64], length: usize, parameters: &[f64]) -> Self {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let start = |level: f64, figure: f64| [level, level / 1.1, figure, figure / 1.1];
        let level = mean(&history[..history.len().min(length)]);
        let places = match season {
            Season::None => vec![start(mean(&history[..history.len().min(10)]), 0.0)],
            Season::Simple => history[..length].iter().map(|value| start(*value, 0.0)).collect(),
            Season::Partial | Season::Full => {
                seasonal_figure(history, length, false).into_iter().map(|figure| start(level, figure)).collect()
            }
        };
        let mut all = [0.0; 4];
        all.iter_mut().zip(parameters).for_each(|(slot, value)| *slot = *value);
        Self { season, parameters: all, places, phase: 0 }
    }

    /// The place that the next value's level comes from.
    fn from(&self) -> usize {
        match self.season {
            Season::Simple => self.phase,
            _ if self.phase == 0 => self.places.len() - 1,
            _ => self.phase - 1,
        }
    }

    fn expected(&self) -> f64 {
        self.places[self.from()][0] + self.places[self.phase][2]
    }

    /// Moves on by a value that was missed by so much.
    fn learn(&mut self, miss: f64) {
        let [alpha0, alpha1, beta0, beta1] = self.parameters;
        let before = self.places[self.from()];
        let (level, potential) = smoothed(before[0], before[1], miss, alpha0, alpha1);
        let [.., figure, figure_potential] = self.places[self.phase];
        let (figure, figure_potential) = match self.season {
            Season::Partial => (figure + beta0 * miss, 0.0),
            Season::Full => smoothed(figure, figure_potential, miss, beta0, beta1),
            _ => (0.0, 0.0),
        };
        self.places[self.phase] = [level, potential, figure, figure_potential];
        self.phase = (self.phase + 1) % self.places.len();
    }

    /// Runs over values and, for the way back, a season beyond them; answers the sum of squares.
    fn run<'a>(&mut self, values: impl Iterator<Item = &'a f64>, mut misses: Option<&mut Vec<f64>>) -> f64 {
        let mut squares = 0.0;
        for value in values {
            let miss = value - self.expected();
            squares += miss * miss;
            if let Some(misses) = misses.as_deref_mut() {
                misses.push(miss);
            }
            self.learn(miss);
        }
        squares
    }

    /// Turns round: what would come next is what came before.
    fn turn(&mut self) {
        (0..self.places.len()).for_each(|_| self.learn(0.0));
        let phase = std::mem::take(&mut self.phase);
        self.places.rotate_left(phase);
        self.places.reverse();
    }

    /// Forwards, backwards and forwards again.
    fn settle(&mut self, history: &[f64], misses: Option<&mut Vec<f64>>) -> f64 {
        self.run(history.iter(), None);
        self.turn();
        self.run(history.iter().rev(), None);
        self.turn();
        history.len() as f64 * libm::log(self.run(history.iter(), misses).max(SMALL))
    }
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Fit {
    /// Value minus one-step forecast, for each value.
    pub misses: Vec<f64>,
    /// n·ln Σe²: −2 log-likelihood up to a constant.
    pub likelihood: f64,
    /// Akaike's criterion, corrected for short histories; infinite where it has no number.
    pub aicc: f64,
    state: State,
}

impl Fit {
    /// With the given α₀, α₁ and, as far as the season has them, β₀ and β₁. A season needs two of its `length` in the
    /// history.
    pub fn new(season: Season, history: &[f64], length: usize, parameters: &[f64]) -> Self {
        let mut state = State::new(season, history, length, parameters);
        let mut misses = Vec::with_capacity(history.len());
        let likelihood = state.settle(history, Some(&mut misses));
        // One more for the variance.
        let count = (season.parameters() + 1) as f64;
        let room = history.len() as f64 - count - 1.0;
        let penalty = 2.0 * count + 2.0 * count * (count + 1.0) / room;
        let aicc = if room > 0.0 && likelihood.is_finite() { likelihood + penalty } else { f64::INFINITY };
        Self { misses, likelihood, aicc, state }
    }

    /// With the parameters of the largest likelihood.
    pub fn best(season: Season, history: &[f64], length: usize) -> Self {
        let start = if season == Season::Partial { [1.3, 1.0, 0.1, 0.0] } else { [1.3, 1.0, 1.3, 1.0] };
        let lower = [1.0, start[1], start[2], start[3]];
        let (count, first) = (season.parameters(), State::new(season, history, length, &start));
        // Beyond a bound counts as at it, so that the search can go along.
        let inside = |point: &[f64]| {
            let mut all = [0.0; 4];
            for ((slot, value), (low, high)) in all.iter_mut().zip(point).zip(BOUNDS) {
                *slot = value.clamp(low, high);
            }
            all
        };
        let search = |from: [f64; 4], steps: [f64; 4], calls: usize| {
            let (point, value) = nelder_mead(&from[..count], &steps[..count], calls * count, &mut |point| {
                let mut state = first.clone();
                state.parameters = inside(point);
                state.settle(history, None)
            });
            (inside(&point), value)
        };
        // Two short looks, and a long way down from the better one: where the level hardly matters the valley is narrow.
        let (one, other) = (search(start, [0.065, 0.05, 0.065, 0.05], 60), search(lower, [-0.1, 0.1, -0.1, -0.1], 60));
        let better = if other.1 < one.1 { other.0 } else { one.0 };
        let (found, _) = search(better, [-0.03, 0.005, 0.05, 0.01], 600);
        Self::new(season, history, length, &found[..count])
    }

    /// The next values, an error added to each, none farther from 0 than `most`.
    fn walk(&self, most: f64, error: &mut dyn FnMut() -> f64, path: &mut [f64]) {
        let mut state = self.state.clone();
        for slot in path {
            let expected = state.expected();
            *slot = (expected + error()).clamp(-most, most);
            state.learn(*slot - expected);
        }
    }

    /// The next values as expected.
    pub fn ahead(&self, horizon: usize) -> Vec<f64> {
        let mut path = vec![0.0; horizon];
        self.walk(f64::MAX, &mut || 0.0, &mut path);
        path
    }
}

/// The part of a history that a model is fitted to; none where it is too short or constant.
fn fitted_to(history: &[f64], season: usize) -> Option<&[f64]> {
    let history = &history[history.len().saturating_sub(MOST_HISTORY.max(4 * season))..];
    let is_flat = history.len() < LEAST_HISTORY || history.windows(2).all(|pair| pair[0] == pair[1]);
    (!is_flat).then_some(history)
}

/// The fits of every season that the history has room for.
fn fits(history: &[f64], season: usize) -> Vec<(Season, Fit)> {
    let all = [Season::None, Season::Simple, Season::Partial, Season::Full];
    let possible = if history.len() >= 2 * season { &all[..] } else { &all[..1] };
    possible.iter().map(|kind| (*kind, Fit::best(*kind, history, season))).collect()
}

/// The one with the least AICc; none where no one has any.
fn best(fits: Vec<(Season, Fit)>) -> Option<(Season, Fit)> {
    let best = fits.into_iter().reduce(|one, other| if other.1.aicc < one.1.aicc { other } else { one });
    best.filter(|(_, fit)| fit.aicc.is_finite())
}

fn name(kind: Season) -> String {
    format!("ces({})", kind.name())
}

/// The model of a history, beside those that were compared; none where there is none.
pub fn summary(history: &[f64], season: usize) -> Option<FitSummary> {
    let history = fitted_to(history, season)?;
    let (fits, all) = (fits(history, season), history.len());
    let candidate = |(kind, fit): &(Season, Fit)| {
        Candidate::new(name(*kind), kind.parameters() + 1, log_likelihood(fit.likelihood, all), all)
    };
    let candidates = fits.iter().map(candidate).collect();
    let (kind, fit) = best(fits)?;
    let named = ["alpha0", "alpha1", "beta0", "beta1"].into_iter().zip(fit.state.parameters);
    let made = FitSummary {
        model: name(kind),
        coefficients: named.take(kind.parameters()).map(|(name, value)| (name.into(), value)).collect(),
        free: kind.parameters(),
        variance: fit.misses.iter().map(|miss| miss * miss).sum::<f64>() / all as f64,
        values: history.to_vec(),
        residuals: fit.misses,
        candidates,
    };
    Some(made.ordered())
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>) -> Answer {
    let season = task.frequency.season_length();
    let found = fitted_to(task.history, season).and_then(|history| Some((history, best(fits(history, season))?)));
    let Some((history, (kind, fit))) = found else {
        return flat(task, &task.history[task.history.len().saturating_sub(MOST_HISTORY.max(4 * season))..]);
    };
    let errors = drawable(&fit.misses, season, true);
    let highest = history.iter().fold(0.0_f64, |most, value| most.max(*value));
    let most = CEILING * highest;
    simulate(task, name(kind), &errors, highest, &|_, value| value, &mut |error, path| {
        fit.walk(most, error, path);
    })
}
