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
        let leap = level - base;
        if form.trend != Trend::None {
            self.trend = phi * self.trend + beta * leap;
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
        self.level = base + alpha * leap;
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
/// Misses whose turns are kept until their products are taken: these sums stay where they are added to meanwhile.
const BLOCK: usize = 8;

/// What a run finds of its misses r = e·g, g being the geometric mean of the forecasts that errors are shares of (1 of
/// additive ones): minus twice the log-likelihood is n·ln Σr² up to a constant.
#[derive(Debug, Clone, Default)]
pub struct Slopes {
    /// n.
    pub count: f64,
    /// Σ r², over g².
    pub squares: f64,
    /// Σ r·dr/dp for each p of the point, over g².
    pub gradient: Vec<f64>,
    /// Σ dr/dp·dr/dq, row by row, over g².
    pub products: Vec<f64>,
}

/// Runs over a history from a point and tells how its misses turn there; none of a point whose [`run`] is infinite.
#[inline(never)]
pub fn slopes(history: &[f64], form: Form, places: &Places, point: &[f64]) -> Slopes {
    let (parameters, mut state) = places.decode(form, point);
    let Parameters { alpha, beta, gamma, phi } = parameters;
    let given = |place: Option<usize>| place.map_or(0.0, |place| point[place]);
    let (trend_share, season_share) = (given(places.beta), given(places.gamma));
    let width = places.count.div_ceil(LANES);
    let zero = f64x4::splat(0.0);
    // What smooths has the first places, all in one vector.
    let unit = |place: Option<usize>| f64x4::new(std::array::from_fn(|lane| f64::from(u8::from(place == Some(lane)))));
    let by_alpha = unit(Some(0));
    let (by_beta, by_gamma, by_phi) = (unit(places.beta), unit(places.gamma), unit(places.phi));
    let phases = state.season.len();
    let (mut level, mut trend) = (vec![zero; width], vec![zero; width]);
    let mut season = vec![zero; width * phases.max(1)];
    let set = |row: &mut [f64x4], place: usize, to: f64| row[place / LANES].as_mut_array()[place % LANES] = to;
    set(&mut level, places.level, 1.0);
    if let Some(place) = places.trend {
        set(&mut trend, place, 1.0);
    }
    if let Some(last) = phases.checked_sub(1) {
        for phase in 0..last {
            set(&mut season[phase * width..], places.season + phase, 1.0);
            set(&mut season[last * width..], places.season + phase, -1.0);
        }
    }
    let relative = form.errors == Errors::Relative;
    let mut logs = vec![zero; width];
    let (mut rows, mut misses) = (vec![zero; width * BLOCK], [0.0; BLOCK]);
    let mut sums = Sums::new(width);
    for block in history.chunks(BLOCK) {
        for ((&came, row), miss) in block.iter().zip(rows.chunks_exact_mut(width)).zip(&mut misses) {
            let (base, mean) = state.expected(form, phi);
            let before = state.season.get(state.phase).copied().unwrap_or(0.0);
            // How the forecast turns with base and season, the level and the season that came and how they turn with season
            // and base.
            let (of_base, of_season, came_level, level_by_season, came_season, season_by_base) = match form.season {
                Season::None => (1.0, 0.0, came, 0.0, 0.0, 0.0),
                Season::Additive => (1.0, 1.0, came - before, -1.0, came - base, -1.0),
                Season::Multiplicative => {
                    let (divisor, other) = (before.max(SMALL), base.max(SMALL));
                    let (came_level, came_season) = (came / divisor, came / other);
                    (before, base, came_level, -came_level / divisor, came_season, -came_season / other)
                }
            };
            let part = 1.0 / mean;
            let of_miss = if relative { -came * part * part } else { -1.0 };
            *miss = if relative { (came - mean) * part } else { came - mean };
            let old_trend = state.trend;
            let season = &mut season[state.phase * width..][..width];
            state.learn(came, base, form, &parameters);
            let (miss_by_base, miss_by_season) = (of_base * of_miss, of_season * of_miss);
            let (log_by_base, log_by_season) = (of_base * part, of_season * part);
            level[0] += by_phi * old_trend;
            for (at, slot) in row.iter_mut().enumerate() {
                let from_base = level[at] + trend[at] * phi;
                let from_season = season[at];
                *slot = from_base * miss_by_base + from_season * miss_by_season;
                if relative {
                    logs[at] += from_base * log_by_base + from_season * log_by_season;
                }
                let leap = from_season * level_by_season - from_base;
                level[at] = from_base + leap * alpha;
                trend[at] = trend[at] * phi + leap * beta;
                season[at] = from_season + (from_base * season_by_base - from_season) * gamma;
            }
            let leap = came_level - base;
            level[0] += by_alpha * leap;
            trend[0] += by_alpha * (trend_share * leap) + by_beta * (alpha * leap) + by_phi * old_trend;
            let leap = came_season - before;
            season[0] += by_gamma * ((1.0 - alpha) * leap) - by_alpha * (season_share * leap);
        }
        sums.add(&rows[..width * block.len()], &misses[..block.len()]);
    }
    sums.told(&logs, history.len(), places.count)
}

/// Sums over the misses.
struct Sums {
    squares: f64,
    gradient: Vec<f64x4>,
    /// Of each vector's numbers with each vector up to it.
    products: Vec<[f64x4; LANES]>,
}

impl Sums {
    fn new(width: usize) -> Self {
        let zero = f64x4::splat(0.0);
        Self { squares: 0.0, gradient: vec![zero; width], products: vec![[zero; LANES]; width * (width + 1) / 2] }
    }

    /// Adds misses and how each of them turns.
    #[inline(always)]
    fn add(&mut self, rows: &[f64x4], misses: &[f64]) {
        let width = self.gradient.len();
        self.squares += misses.iter().map(|miss| miss * miss).sum::<f64>();
        let mut products = self.products.iter_mut();
        for (high, slope) in self.gradient.iter_mut().enumerate() {
            for (row, miss) in rows.chunks_exact(width).zip(misses) {
                *slope += row[high] * *miss;
            }
            for (low, sums) in (0..=high).zip(&mut products) {
                let [mut a, mut b, mut c, mut d] = *sums;
                for row in rows.chunks_exact(width) {
                    let ([one, two, three, four], other) = (row[high].to_array(), row[low]);
                    a += other * one;
                    b += other * two;
                    c += other * three;
                    d += other * four;
                }
                *sums = [a, b, c, d];
            }
        }
    }

    /// Those of r, of `count` misses and `size` places.
    fn told(&self, logs: &[f64x4], count: usize, size: usize) -> Slopes {
        let number = |row: &[f64x4], place: usize| row[place / LANES].as_array()[place % LANES];
        let product = |one: usize, other: usize| {
            let (low, high) = (one.min(other), one.max(other));
            let (row, column) = (high / LANES, low / LANES);
            self.products[row * (row + 1) / 2 + column][high % LANES].as_array()[low % LANES]
        };
        let (count, squares) = (count as f64, self.squares);
        let log = |place: usize| number(logs, place) / count;
        let plain = |place: usize| number(&self.gradient, place);
        let gradient = (0..size).map(|place| plain(place) + log(place) * squares).collect();
        let mut products = Vec::with_capacity(size * size);
        for one in 0..size {
            for other in 0..size {
                let mixed = log(one) * plain(other) + log(other) * plain(one);
                products.push(product(one, other) + mixed + log(one) * log(other) * squares);
            }
        }
        Slopes { count, squares, gradient, products }
    }
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
