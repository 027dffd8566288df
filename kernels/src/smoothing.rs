//! Exponential smoothing in state space form: one step of it, a run over a history, and how each miss of that run turns
//! with each parameter and each first state.
//!
//! Equations of Hyndman, Koehler, Ord and Snyder (2008), "Forecasting with Exponential Smoothing", table 2.3. Slopes are
//! carried forward beside the states they belong to.

use wide::f64x4;

/// What a miss is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// Of nothing: value less forecast.
    Additive,
    /// Of the forecast.
    Relative,
}

/// Whether the level moves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// No.
    None,
    /// By as much each period.
    Additive,
    /// By less each period.
    Damped,
}

/// How a season comes to the level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    /// Not at all.
    None,
    /// Added.
    Additive,
    /// As a factor.
    Multiplicative,
}

/// A form of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// Kind of errors.
    pub errors: Errors,
    /// Kind of trend.
    pub trend: Trend,
    /// Kind of season.
    pub season: Season,
}

/// Divisors below this count as this; a relative error is a share of no less.
pub const SMALL: f64 = 1e-10;

/// What smooths.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Parameters {
    /// Share of a miss by which the level moves.
    pub alpha: f64,
    /// The same of the trend.
    pub beta: f64,
    /// The same of the season.
    pub gamma: f64,
    /// Share of the trend that is left a period later; 1 where it is not damped.
    pub phi: f64,
}

/// Level, trend and the coming season.
#[derive(Debug, Clone)]
pub struct State {
    /// Level after the last value.
    pub level: f64,
    /// Trend after the last value; 0 without.
    pub trend: f64,
    /// Figure of the season; empty without.
    pub season: Vec<f64>,
    /// Place of the next period in `season`.
    pub phase: usize,
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

/// Logarithm of a product of many factors, few of which are taken the logarithm of one by one.
struct Logs {
    sum: f64,
    product: f64,
}

/// Bounds within which a product is multiplied on: its next factor does not leave the range of numbers.
const ROOM: (f64, f64) = (1e-150, 1e150);

impl Logs {
    #[inline(always)]
    fn times(&mut self, factor: f64) {
        self.product *= factor;
        if !(ROOM.0..ROOM.1).contains(&self.product) {
            self.sum += libm::log(self.product);
            self.product = 1.0;
        }
    }

    fn sum(&self) -> f64 {
        self.sum + libm::log(self.product)
    }
}

/// Runs over a history, telling each miss; answers n·ln Σe² + 2·Σ ln f of forecasts f that errors are shares of, which is
/// −2 log-likelihood up to a constant. Infinite where a relative error would be a share of nothing.
#[inline(never)]
pub fn run(
    history: &[f64],
    form: Form,
    parameters: &Parameters,
    state: &mut State,
    mut misses: Option<&mut Vec<f64>>,
) -> f64 {
    let (mut squares, mut logs) = (0.0, Logs { sum: 0.0, product: 1.0 });
    for &came in history {
        let (base, mean) = state.expected(form, parameters.phi);
        let miss = if form.errors == Errors::Additive {
            came - mean
        } else {
            if mean < SMALL {
                return f64::INFINITY;
            }
            logs.times(mean);
            (came - mean) / mean
        };
        squares += miss * miss;
        if let Some(misses) = misses.as_deref_mut() {
            misses.push(miss);
        }
        state.learn(came, base, form, parameters);
    }
    twice_less_likely(history.len(), squares, logs.sum())
}

fn twice_less_likely(count: usize, squares: f64, logs: f64) -> f64 {
    count as f64 * libm::log(squares.max(SMALL * SMALL)) + 2.0 * logs
}

/// Goes on from a state by errors that are drawn, none of the values farther from 0 than `most`.
#[inline(never)]
pub fn walk(
    form: Form,
    parameters: &Parameters,
    state: &mut State,
    most: f64,
    error: &mut dyn FnMut() -> f64,
    path: &mut [f64],
) {
    for slot in path {
        let (base, expected) = state.expected(form, parameters.phi);
        let error = error();
        let came = if form.errors == Errors::Additive { expected + error } else { expected * (1.0 + error).max(0.0) };
        *slot = came.clamp(-most, most);
        state.learn(*slot, base, form, parameters);
    }
}

/// What is searched for: α, then β as a share of α, γ as a share of 1 − α, φ, the first level, the first trend, and the
/// first season but its last phase, which follows from the others; each only where the form has it.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    /// Of β's share.
    pub beta: Option<usize>,
    /// Of γ's share.
    pub gamma: Option<usize>,
    /// Of φ.
    pub phi: Option<usize>,
    /// Of the level.
    pub level: usize,
    /// Of the trend.
    pub trend: Option<usize>,
    /// Of the season's first phase.
    pub season: usize,
    /// Their number.
    pub count: usize,
}

impl Places {
    /// Those of a form with seasons of so many phases.
    pub fn of(form: Form, length: usize) -> Self {
        let mut count = 1;
        let mut next = |is_used: bool| {
            count += usize::from(is_used);
            is_used.then(|| count - 1)
        };
        let trended = form.trend != Trend::None;
        let beta = next(trended);
        let gamma = next(form.season != Season::None);
        let phi = next(form.trend == Trend::Damped);
        let level = next(true).unwrap_or_default();
        let trend = next(trended);
        let phases = if form.season == Season::None { 0 } else { length - 1 };
        Self { beta, gamma, phi, level, trend, season: count, count: count + phases }
    }

    /// The parameters and first state at a point.
    pub fn decode(&self, form: Form, point: &[f64]) -> (Parameters, State) {
        let at = |place: Option<usize>, none: f64| place.map_or(none, |place| point[place]);
        let alpha = point[0];
        let parameters = Parameters {
            alpha,
            beta: alpha * at(self.beta, 0.0),
            gamma: (1.0 - alpha) * at(self.gamma, 0.0),
            phi: at(self.phi, 1.0),
        };
        let mut season = point[self.season..self.count].to_vec();
        if form.season != Season::None {
            let whole = if form.season == Season::Multiplicative { season.len() as f64 + 1.0 } else { 0.0 };
            season.push(whole - season.iter().sum::<f64>());
        }
        (parameters, State { level: point[self.level], trend: at(self.trend, 0.0), season, phase: 0 })
    }
}

/// Numbers in a vector.
const LANES: usize = 4;

/// What a run finds of its misses r = e·g, g being the geometric mean of the forecasts that errors are shares of (1 of
/// additive ones): minus twice the log-likelihood is n·ln Σr² up to a constant.
#[derive(Debug, Clone, Default)]
pub struct Slopes {
    /// Σ r·dr/dp for each p of the point, over g².
    pub gradient: Vec<f64>,
    /// Σ dr/dp·dr/dq, row by row, over g².
    pub products: Vec<f64>,
}

/// Runs over a history from a point and tells how its misses turn there; none of a point whose [`run`] is infinite.
#[inline(never)]
pub fn slopes(history: &[f64], form: Form, places: &Places, point: &[f64]) -> Slopes {
    let (parameters, mut state) = places.decode(form, point);
    let Parameters { alpha, gamma, phi, .. } = parameters;
    let share = places.beta.map_or(0.0, |place| point[place]);
    // A place more for the misses themselves.
    let size = places.count + 1;
    let width = size.div_ceil(LANES);
    let lane = |place: usize| (place / LANES, place % LANES);
    let add = |row: &mut [f64x4], place: usize, more: f64| {
        let (vector, lane) = lane(place);
        row[vector].as_mut_array()[lane] += more;
    };
    let zero = f64x4::splat(0.0);
    let (mut level, mut trend) = (vec![zero; width], vec![zero; width]);
    let mut season = vec![zero; width * state.season.len()];
    add(&mut level, places.level, 1.0);
    if let Some(place) = places.trend {
        add(&mut trend, place, 1.0);
    }
    if let Some(last) = state.season.len().checked_sub(1) {
        for phase in 0..last {
            add(&mut season[phase * width..], places.season + phase, 1.0);
            add(&mut season[last * width..], places.season + phase, -1.0);
        }
    }
    let (mut base_turn, mut miss_turn, mut log_turn) = (vec![zero; width], vec![zero; width], vec![zero; width]);
    let mut products = vec![zero; width * size];
    for &came in history {
        let (base, mean) = state.expected(form, phi);
        let before = state.season.get(state.phase).copied().unwrap_or(0.0);
        let own = state.phase * width;
        // How the forecast turns with base and season, the level that came with the season, and the season with the base.
        let (of_base, of_season, level_by_season, season_by_base, came_level) = match form.season {
            Season::None => (1.0, 0.0, 0.0, 0.0, came),
            Season::Additive => (1.0, 1.0, -1.0, -1.0, came - before),
            Season::Multiplicative => {
                let (divisor, other) = (before.max(SMALL), base.max(SMALL));
                (before, base, -came / (divisor * divisor), -came / (other * other), came / divisor)
            }
        };
        let (miss, of_miss) = if form.errors == Errors::Additive {
            (came - mean, -1.0)
        } else {
            ((came - mean) / mean, -came / (mean * mean))
        };
        let (old_level, old_trend) = (state.level, state.trend);
        state.learn(came, base, form, &parameters);
        for ((slot, level), trend) in base_turn.iter_mut().zip(&level).zip(&trend) {
            *slot = *level + *trend * phi;
        }
        if let Some(place) = places.phi {
            add(&mut base_turn, place, old_trend);
        }
        let turned_season = match form.season {
            Season::None => &mut [][..],
            _ => &mut season[own..own + width],
        };
        let relative = form.errors == Errors::Relative;
        for at in 0..width {
            let from_base = base_turn[at];
            let from_season = turned_season.get(at).copied().unwrap_or(zero);
            let mean_turn = from_base * of_base + from_season * of_season;
            miss_turn[at] = mean_turn * of_miss;
            if relative {
                log_turn[at] += mean_turn * (1.0 / mean);
            }
            let moved = from_base * (1.0 - alpha) + from_season * (alpha * level_by_season);
            trend[at] = (from_base - level[at]) + (moved - from_base) * share;
            level[at] = moved;
            if let Some(slot) = turned_season.get_mut(at) {
                *slot = from_season * (1.0 - gamma) + from_base * (gamma * season_by_base);
            }
        }
        let leap = came_level - base;
        add(&mut level, 0, leap);
        if let Some(place) = places.beta {
            // The trend learns from the level's own move, which turns with α too.
            add(&mut trend, 0, share * leap);
            add(&mut trend, place, state.level - old_level - phi * old_trend);
        } else {
            trend.fill(zero);
        }
        if let Some(place) = places.gamma {
            let seen = if form.season == Season::Additive { came - base } else { came / base.max(SMALL) };
            let turned = &mut season[own..own + width];
            add(turned, 0, -(seen - before) * point[place]);
            add(turned, place, (seen - before) * (1.0 - alpha));
        }
        // What lies behind the last place stays 0.
        miss_turn[(size - 1) / LANES].as_mut_array()[(size - 1) % LANES] = miss;
        gather(&miss_turn, &mut products, size);
    }
    told(&products, &log_turn, history.len(), size)
}

/// Adds the products of a row's numbers, of each with those before it.
#[inline(always)]
fn gather(row: &[f64x4], products: &mut [f64x4], size: usize) {
    let width = row.len();
    for (place, sums) in products.chunks_exact_mut(width).enumerate().take(size) {
        let factor = row[place / LANES].as_array()[place % LANES];
        let until = place / LANES + 1;
        for (sum, other) in sums[..until].iter_mut().zip(&row[..until]) {
            *sum += *other * factor;
        }
    }
}

/// Products of the misses, made those of r.
fn told(products: &[f64x4], log_turn: &[f64x4], count: usize, size: usize) -> Slopes {
    let width = log_turn.len();
    let number = |row: &[f64x4], place: usize| row[place / LANES].as_array()[place % LANES];
    let product = |one: usize, other: usize| {
        let (low, high) = (one.min(other), one.max(other));
        number(&products[high * width..(high + 1) * width], low)
    };
    let (last, count) = (size - 1, count as f64);
    let squares = product(last, last);
    let log = |place: usize| number(log_turn, place) / count;
    let gradient = (0..last).map(|place| product(place, last) + log(place) * squares).collect();
    let mut all = Vec::with_capacity(last * last);
    for one in 0..last {
        for other in 0..last {
            all.push(
                product(one, other)
                    + log(one) * product(other, last)
                    + log(other) * product(one, last)
                    + log(one) * log(other) * squares,
            );
        }
    }
    Slopes { gradient, products: all }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: usize = 4;

    fn forms() -> Vec<Form> {
        let mut all = Vec::new();
        for errors in [Errors::Additive, Errors::Relative] {
            for trend in [Trend::None, Trend::Additive, Trend::Damped] {
                for season in [Season::None, Season::Additive, Season::Multiplicative] {
                    all.push(Form { errors, trend, season });
                }
            }
        }
        all
    }

    fn point(form: Form, places: &Places) -> Vec<f64> {
        let mut point = vec![0.3; places.count];
        point[places.level] = 40.0;
        for (place, value) in [(places.beta, 0.2), (places.gamma, 0.3), (places.phi, 0.9), (places.trend, 0.7)] {
            if let Some(place) = place {
                point[place] = value;
            }
        }
        let unit = if form.season == Season::Multiplicative { 0.1 } else { 4.0 };
        let neutral = if form.season == Season::Multiplicative { 1.0 } else { 0.0 };
        for (phase, slot) in point[places.season..].iter_mut().enumerate() {
            *slot = neutral + unit * (phase as f64 - 1.0);
        }
        point
    }

    /// Slopes as they are carried forward, against differences of runs.
    #[test]
    fn slopes_are_those_of_differences() {
        let history: Vec<f64> = (0..37).map(|at| 40.0 + f64::from(at * at % 13) + 0.6 * f64::from(at)).collect();
        for form in forms() {
            let places = Places::of(form, LENGTH);
            let point = point(form, &places);
            let value = |point: &[f64]| {
                let (parameters, mut state) = places.decode(form, point);
                run(&history, form, &parameters, &mut state, None)
            };
            let found = slopes(&history, form, &places, &point);
            let (parameters, mut state) = places.decode(form, &point);
            let mut misses = Vec::new();
            run(&history, form, &parameters, &mut state, Some(&mut misses));
            let squares: f64 = misses.iter().map(|miss| miss * miss).sum();
            for place in 0..places.count {
                let step = 1e-5 * point[place].abs().max(0.1);
                let mut beside = point.clone();
                beside[place] += step;
                let above = value(&beside);
                beside[place] -= 2.0 * step;
                let slope = (above - value(&beside)) / (2.0 * step);
                // n·ln Σr² turns by 2n·Σ r·r′ / Σr².
                let ours = 2.0 * history.len() as f64 * found.gradient[place] / squares;
                assert!((ours - slope).abs() < 1e-5 * slope.abs().max(1.0), "{form:?} {place}: {ours} for {slope}");
                assert!(found.products[place * places.count + place] > 0.0, "{form:?} {place}");
            }
        }
    }

    #[test]
    fn a_product_of_many_factors_has_its_logarithm() {
        let mut logs = Logs { sum: 0.0, product: 1.0 };
        (0..100).for_each(|_| logs.times(1e12));
        (0..50).for_each(|_| logs.times(1e-10));
        assert!((logs.sum() - 700.0 * libm::log(10.0)).abs() < 1e-6, "{}", logs.sum());
    }
}
