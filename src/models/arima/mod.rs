//! ARIMA: differences of a series, each explained by the values and misses before it, by season and by neighbours.
//!
//! With B for one period back and s for a season: φ(B)·Φ(Bˢ)·(∇ᵈ∇ₛᴰ y − μ) = θ(B)·Θ(Bˢ)·e. The likelihood of the differences
//! is exact and Gaussian; μ and the variance are solved for, so that only the polynomials are searched, by their partial
//! autocorrelations, which keeps them stationary and invertible (Barndorff-Nielsen and Schou 1973). Orders are given, or
//! found stepwise (Hyndman and Khandakar 2008, "Automatic time series forecasting: the forecast package for R"): see
//! `search`. What is known ahead comes in as a regression whose misses follow the model: its weights are solved for like the
//! mean (`arimax`); of many products alike, effects found on all of them together forecast better. The wrong choice for goods that rarely sell, and for many products in a hurry: it is the slowest of the
//! methods that learn each series by itself.

mod differences;
pub mod given;
mod ocsb;
mod orders;
mod process;
mod sample;
mod search;
mod summary;
mod yule;

use super::linear::solve;
use super::local::{Answer, Task};
use super::paths::{CEILING, drawable, flat, simulate};
use super::squares::{Ends, Slopes, least_squares};
use super::summary::Candidate;
use given::Given;
use orders::{Undone, partials, weights};
use process::{Innovations, Process};
use sample::Sample;

pub use differences::{STRONG as STRONG_SEASON, kpss, kpss_lags, seasonal_strength};
pub use ocsb::{Ocsb, ocsb, ocsb_with};
pub use orders::Orders;
pub use summary::summary;
pub use yule::{autocovariances, levinson};

/// History used to fit: older values say little about the next ones, and cost time.
const MOST_HISTORY: usize = 480;
/// Fewest values that a model is fitted to.
const LEAST_HISTORY: usize = 10;
/// Steps of a search for parameters, and −2 log-likelihood that is not worth another one: while models are compared, and of
/// the one that is taken.
const STEPS: usize = 60;
const NEAR: f64 = 1e-5;
const NEAREST: f64 = 1e-9;
/// Change of a parameter by which slopes are measured.
const NUDGE: f64 = 1e-5;
/// Partial autocorrelations are searched for as numbers without bounds; beyond this they are ±1 as far as numbers tell.
const FARTHEST: f64 = 9.0;
/// ln 2π.
const LN_2_PI: f64 = 1.837_877_066_409_345_3;

/// A model with its parameters, at the end of a history.
#[derive(Debug, Clone)]
pub struct Fit {
    /// The orders.
    pub orders: Orders,
    /// Mean of the differences; 0 without a constant.
    pub mean: f64,
    /// What one of each column known ahead adds.
    pub effects: Vec<f64>,
    /// Value minus one-step forecast, for each difference.
    pub misses: Vec<f64>,
    /// Variance of the noise.
    pub variance: f64,
    /// Log-likelihood of the differences.
    pub likelihood: f64,
    /// Akaike's criterion, corrected for short histories; infinite where it has no number.
    pub aicc: f64,
    /// Where the search ended, and where one of a neighbour may begin.
    point: Vec<f64>,
    process: Process,
    innovations: Innovations,
    history: Vec<f64>,
    /// The history without what columns known ahead explain; so are the differences.
    rest: Vec<f64>,
    differences: Vec<f64>,
}

/// What the likelihood is made of.
struct Misses {
    innovations: Innovations,
    /// Weights of the columns.
    weights: Vec<f64>,
    variance: f64,
    likelihood: f64,
}

/// The likelihood of differences beside columns, whose weights are the likeliest; none where it has no number.
fn misses(process: &Process, differences: &[f64], columns: &[Vec<f64>], ahead: usize) -> Option<Misses> {
    let innovations = process.innovations(differences, columns, ahead)?;
    let Innovations { values, columns, variances, .. } = &innovations;
    let product = |one: &[f64], other: &[f64]| -> f64 {
        one.iter().zip(other).zip(variances).map(|((one, other), variance)| one * other / variance).sum()
    };
    let size = columns.len();
    let with_values: Vec<f64> = columns.iter().map(|column| product(column, values)).collect();
    let mut rows = Vec::with_capacity(size * (size + 1));
    for (one, with) in columns.iter().zip(&with_values) {
        rows.extend(columns.iter().map(|other| product(one, other)));
        rows.push(*with);
    }
    let weights = solve(&mut rows, size).unwrap_or_else(|| {
        // Columns that say the same have no weights of their own: the first alone has one then.
        let first = columns.first().map_or(0.0, |first| with_values[0] / product(first, first));
        (0..size).map(|place| if place == 0 && first.is_finite() { first } else { 0.0 }).collect()
    });
    let explained: f64 = weights.iter().zip(&with_values).map(|(weight, with)| weight * with).sum();
    let logs: f64 = variances.iter().filter(|variance| **variance != 1.0).map(|variance| libm::log(*variance)).sum();
    let count = differences.len() as f64;
    let variance = (product(values, values) - explained) / count;
    let likelihood = -0.5 * (count * (LN_2_PI + 1.0 + libm::log(variance)) + logs);
    (variance > 0.0 && likelihood.is_finite()).then_some(Misses { innovations, weights, variance, likelihood })
}

impl Misses {
    /// Misses, each of variance 1, times the geometric mean of the spreads they had: −2 log-likelihood is n times the
    /// logarithm of the sum of their squares, up to a constant.
    fn scaled(&self) -> Vec<f64> {
        let variances = &self.innovations.variances;
        let logs: f64 =
            variances.iter().filter(|variance| **variance != 1.0).map(|variance| libm::log(*variance)).sum();
        let mean = libm::exp(0.5 * logs / variances.len() as f64);
        self.own().iter().zip(variances).map(|(miss, variance)| mean * miss / variance.sqrt()).collect()
    }

    /// Misses without what the columns explain.
    fn own(&self) -> Vec<f64> {
        let mut own = self.innovations.values.clone();
        for (column, weight) in self.innovations.columns.iter().zip(&self.weights) {
            own.iter_mut().zip(column).for_each(|(miss, value)| *miss -= weight * value);
        }
        own
    }
}

/// How misses turn with each parameter, by what a small change makes of them.
fn slopes(point: &[f64], misses: &dyn Fn(&[f64]) -> Option<Vec<f64>>) -> Slopes {
    let size = point.len();
    let here = misses(point).unwrap_or_default();
    let mut beside = point.to_vec();
    let mut turned: Vec<Vec<f64>> = Vec::with_capacity(size);
    for axis in 0..size {
        // Inwards, so that bounds hold.
        let by = if point[axis] > 0.0 { -NUDGE } else { NUDGE };
        beside[axis] = point[axis] + by;
        let there = misses(&beside).unwrap_or_else(|| here.clone());
        turned.push(there.iter().zip(&here).map(|(there, here)| (there - here) / by).collect());
        beside[axis] = point[axis];
    }
    let product = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
    Slopes {
        count: here.len() as f64,
        squares: product(&here, &here),
        gradient: turned.iter().map(|one| product(one, &here)).collect(),
        products: (0..size * size).map(|both| product(&turned[both / size], &turned[both % size])).collect(),
    }
}

impl Fit {
    /// With given weights of the values and misses before, of the neighbours and by seasons, as in the orders' equation:
    /// the differences' mean is the likeliest one.
    pub fn new(orders: Orders, history: &[f64], own: (&[f64], &[f64]), seasonal: (&[f64], &[f64])) -> Option<Self> {
        let minus = |weights: &[f64]| weights.iter().map(|weight| -weight).collect::<Vec<_>>();
        let unbounded = |weights: &[f64]| partials(weights).into_iter().map(libm::atanh);
        let point = unbounded(own.0)
            .chain(unbounded(&minus(own.1)))
            .chain(unbounded(seasonal.0))
            .chain(unbounded(&minus(seasonal.1)))
            .collect::<Vec<_>>();
        point
            .iter()
            .all(|value| value.is_finite())
            .then(|| Self::at(orders, &Sample { history, known: &[] }, &point, 0))
            .flatten()
    }

    /// With the likeliest parameters, searched from `start`, or from none; none where the history is too short or says
    /// nothing.
    pub fn best(orders: Orders, history: &[f64], start: Option<&[f64]>) -> Option<Self> {
        Self::beside(orders, &Sample { history, known: &[] }, start, NEAREST)
    }

    /// The same beside columns that are known.
    fn beside(orders: Orders, sample: &Sample<'_>, start: Option<&[f64]>, near: f64) -> Option<Self> {
        let (differences, columns) = sample.differences(&orders)?;
        let size = orders.parameters();
        let starts = match start.filter(|point| point.len() == size) {
            Some(start) => vec![start.to_vec()],
            None => orders.starts(),
        };
        let at = |point: &[f64]| misses(&orders.process(point), &differences, &columns, 0);
        let mut worse = |point: &[f64]| at(point).map_or(f64::INFINITY, |found| -2.0 * found.likelihood);
        let mut slopes = |point: &[f64]| slopes(point, &|point| at(point).map(|found| found.scaled()));
        let bounds = vec![(-FARTHEST, FARTHEST); size];
        let ends = Ends { steps: STEPS, near, wanted: f64::INFINITY };
        let mut search = |start: Vec<f64>| least_squares(&start, &bounds, ends, &mut worse, &mut slopes);
        let (first, others) = starts.split_first()?;
        let (point, _) = others.iter().fold(search(first.clone()), |best, start| {
            let found = search(start.clone());
            if found.1 < best.1 { found } else { best }
        });
        Self::at(orders, sample, &point, 0)
    }

    fn at(orders: Orders, sample: &Sample<'_>, point: &[f64], ahead: usize) -> Option<Self> {
        let (mut differences, columns) = sample.differences(&orders)?;
        let process = orders.process(point);
        let found = misses(&process, &differences, &columns, ahead)?;
        let misses = found.own();
        let Misses { innovations, weights, variance, likelihood } = found;
        let own = usize::from(orders.constant);
        let (mean, effects) = (if orders.constant { weights[0] } else { 0.0 }, weights[own..].to_vec());
        let mut rest = sample.history.to_vec();
        for ((effect, known), column) in effects.iter().zip(sample.known).zip(&columns[own..]) {
            rest.iter_mut().zip(known).for_each(|(value, known)| *value -= effect * known);
            differences.iter_mut().zip(column).for_each(|(value, known)| *value -= effect * known);
        }
        let parameters = (orders.parameters() + weights.len() + 1) as f64;
        let count = differences.len() as f64;
        let room = count - parameters - 1.0;
        let penalty = 2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / room;
        let aicc = if room > 0.0 { penalty - 2.0 * likelihood } else { f64::INFINITY };
        Some(Self {
            orders,
            mean,
            effects,
            misses,
            variance,
            likelihood,
            aicc,
            point: point.to_vec(),
            process,
            innovations,
            history: sample.history.to_vec(),
            rest,
            differences,
        })
    }

    /// Searched to the end.
    fn refined(self, sample: &Sample<'_>) -> Self {
        let better = Self::beside(self.orders, sample, Some(&self.point), NEAREST);
        better.filter(|better| better.likelihood >= self.likelihood && better.is_sound()).unwrap_or(self)
    }

    /// Made ready for so many steps ahead.
    fn ready(self, known: &[Vec<f64>], horizon: usize) -> Self {
        let sample = Sample { history: &self.history, known };
        Self::at(self.orders, &sample, &self.point, horizon).unwrap_or(self)
    }

    /// Whether the process is so far from one that never forgets that a forecast by it can be trusted: no root of its
    /// polynomials, of all periods together, within 1.01.
    fn is_sound(&self) -> bool {
        const RADIUS: f64 = 1.01;
        let stable = |point: &[f64], length: usize| {
            let scaled: Vec<f64> = weights(point)
                .into_iter()
                .enumerate()
                .map(|(place, weight)| weight * libm::pow(RADIUS, ((place + 1) * length) as f64))
                .collect();
            partials(&scaled).iter().all(|partial| partial.abs() < 1.0)
        };
        let (ar, rest) = self.point.split_at(self.orders.p);
        let (ma, rest) = rest.split_at(self.orders.q);
        let (seasonal_ar, seasonal_ma) = rest.split_at(self.orders.seasonal.0);
        let season = self.orders.season;
        stable(ar, 1) && stable(ma, 1) && stable(seasonal_ar, season) && stable(seasonal_ma, season)
    }

    /// The next values without what is known ahead, an error added to each.
    fn walk(&self, most: f64, error: &mut dyn FnMut() -> f64, path: &mut [f64]) {
        let Process { ar, ma } = &self.process;
        let count = self.differences.len();
        let reach = ar.len().max(ma.len());
        // The last differences, without their mean, and the last misses, in the order of time.
        let mut values: Vec<f64> = self.differences[count - reach..].iter().map(|value| value - self.mean).collect();
        let mut misses = self.misses[count - reach..].to_vec();
        let mut undone = Undone::new(&self.orders, &self.rest);
        for (step, slot) in path.iter_mut().enumerate() {
            let weights = self.innovations.ahead.get(step).unwrap_or(ma);
            let past: f64 = ar.iter().zip(values.iter().rev()).map(|(weight, value)| weight * value).sum();
            let missed: f64 = weights.iter().zip(misses.iter().rev()).map(|(weight, miss)| weight * miss).sum();
            let drawn = error();
            values.push(past + missed + drawn);
            misses.push(drawn);
            *slot = undone.next(self.mean + past + missed + drawn).clamp(-most, most);
        }
    }

    /// The next values as expected, of a fit without anything known ahead.
    pub fn ahead(&self, horizon: usize) -> Vec<f64> {
        let mut path = vec![0.0; horizon];
        self.clone().ready(&[], horizon).walk(f64::MAX, &mut || 0.0, &mut path);
        path
    }
}

/// How orders come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// By the stepwise search.
    Stepwise,
    /// The same beside a regression on columns known ahead.
    Regression,
    /// Values before alone, as many as AICc wants.
    Autoregressive,
    /// They are told.
    Given(Given),
}

impl Choice {
    /// The model that it comes to for a history, with all that were compared; none where none fits.
    fn fit(self, sample: &Sample<'_>, season: usize) -> Option<(Fit, Vec<Candidate>)> {
        match self {
            Choice::Stepwise | Choice::Regression => search::search(sample, season),
            Choice::Autoregressive => yule::search(sample, season),
            Choice::Given(given) => {
                let fit = Fit::beside(given.orders(season), sample, None, NEAREST)?;
                let candidate = fit.candidate(self);
                Some((fit, vec![candidate]))
            }
        }
    }

    /// What a model of these orders is called.
    fn name(self, orders: &Orders) -> String {
        match self {
            Choice::Autoregressive | Choice::Given(Given::Ar(_)) => format!("ar({})", orders.p),
            Choice::Regression => orders.name().replacen("arima", "arimax", 1),
            _ => orders.name(),
        }
    }
}

/// The part of a history that a model is fitted to; none where it is too short or constant.
fn fitted_to(history: &[f64], season: usize) -> Option<&[f64]> {
    let history = &history[history.len().saturating_sub(MOST_HISTORY.max(4 * season))..];
    let is_flat = history.len() < LEAST_HISTORY || history.windows(2).all(|pair| pair[0] == pair[1]);
    (!is_flat).then_some(history)
}

/// Forecasts a series by the model that a choice comes to for it; by its mean where there is none.
pub fn forecast(task: &Task<'_>, choice: Choice) -> Answer {
    let season = task.frequency.season_length();
    let found = fitted_to(task.history, season).and_then(|history| {
        let recent = task.known.iter().map(|column| &column[task.history.len() - history.len()..]);
        let moves = |column: &&[f64]| column[..history.len()].windows(2).any(|pair| pair[0] != pair[1]);
        let known: Vec<Vec<f64>> = recent.filter(moves).map(<[f64]>::to_vec).collect();
        let (fit, _) = choice.fit(&Sample { history, known: &known }, season)?;
        Some((fit.ready(&known, task.horizon), known))
    });
    let Some((fit, known)) = found else {
        return flat(task, &task.history[task.history.len().saturating_sub(MOST_HISTORY.max(4 * season))..]);
    };
    let errors = drawable(&fit.misses, season, true);
    let highest = fit.history.iter().fold(0.0_f64, |most, value| most.max(*value));
    let back = |step: usize, value: f64| {
        let place = fit.history.len() + step;
        value + fit.effects.iter().zip(&known).map(|(effect, column)| effect * column[place]).sum::<f64>()
    };
    simulate(task, choice.name(&fit.orders), &errors, highest, &back, &mut |error, path| {
        fit.walk(CEILING * highest, error, path);
    })
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn partial_autocorrelations_and_weights_are_each_others_way_back() {
        let point = [0.3, -0.8, 0.5];
        let back: Vec<f64> = partials(&weights(&point)).into_iter().map(libm::atanh).collect();
        assert!(back.iter().zip(&point).all(|(a, b)| (a - b).abs() < 1e-12), "{back:?}");
        assert!(partials(&[1.2, -0.1]).iter().any(|partial| partial.abs() >= 1.0), "it explodes");
    }

    #[test]
    fn differences_are_undone() {
        let history: Vec<f64> = (0..40).map(|at| f64::from(at * at % 13) + 0.5 * f64::from(at)).collect();
        let orders = Orders { d: 1, seasonal: (0, 1, 0), season: 4, ..Orders::default() };
        let differences = orders.differences(&history).unwrap_or_default();
        let mut undone = Undone::new(&orders, &history[..30]);
        for (place, value) in history.iter().enumerate().skip(30) {
            assert!((undone.next(differences[place - orders.lost()]) - value).abs() < 1e-9);
        }
    }

    /// Luteinizing hormone in blood samples, ten minutes apart (Diggle 1990).
    const HORMONE: [f64; 48] = [
        2.4, 2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7, 2.2, 1.8, 3.2, 3.2, 2.7, 2.2, 2.2, 1.9, 1.9, 1.8,
        2.7, 3.0, 2.3, 2.0, 2.0, 2.9, 2.9, 2.7, 2.7, 2.3, 2.6, 2.4, 1.8, 1.7, 1.5, 1.4, 2.1, 3.3, 3.5, 3.5, 3.1, 2.6,
        2.1, 3.4, 3.0, 2.9,
    ];
    /// Accidental deaths in the USA by month, 1973 to 1978 (Brockwell and Davis 1991).
    const DEATHS: [f64; 72] = [
        9007.0, 8106.0, 8928.0, 9137.0, 10017.0, 10826.0, 11317.0, 10744.0, 9713.0, 9938.0, 9161.0, 8927.0, 7750.0,
        6981.0, 8038.0, 8422.0, 8714.0, 9512.0, 10120.0, 9823.0, 8743.0, 9129.0, 8710.0, 8680.0, 8162.0, 7306.0,
        8124.0, 7870.0, 9387.0, 9556.0, 10093.0, 9620.0, 8285.0, 8466.0, 8160.0, 8034.0, 7717.0, 7461.0, 7767.0,
        7925.0, 8623.0, 8945.0, 10078.0, 9179.0, 8037.0, 8488.0, 7874.0, 8647.0, 7792.0, 6957.0, 7726.0, 8106.0,
        8890.0, 9299.0, 10625.0, 9302.0, 8314.0, 8850.0, 8265.0, 8796.0, 7836.0, 6892.0, 7791.0, 8192.0, 9115.0,
        9434.0, 10484.0, 9827.0, 9110.0, 9070.0, 8633.0, 9240.0,
    ];

    fn near(found: f64, told: f64, digits: i32) -> bool {
        (found - told).abs() <= 0.6 * 10_f64.powi(-digits)
    }

    /// Likelihoods as R's `arima` tells them in its manual, to the digits printed there.
    #[test]
    fn likelihoods_are_those_of_r() {
        let of = |p: usize, q: usize| Orders { p, q, season: 1, constant: true, ..Orders::default() };
        for (p, mean, variance, likelihood) in [(1, 2.4133, 0.1975, -29.38), (3, 2.3931, 0.1787, -27.09)] {
            let fit = Fit::best(of(p, 0), &HORMONE, None).expect("it fits");
            assert!(near(fit.likelihood, likelihood, 2), "AR({p}): {}", fit.likelihood);
            assert!((fit.mean - mean).abs() < 2e-3 && near(fit.variance, variance, 4), "{} {}", fit.mean, fit.variance);
        }
        let airline = Orders { q: 1, d: 1, seasonal: (0, 1, 1), season: 12, ..Orders::default() };
        let fit = Fit::best(airline, &DEATHS, None).expect("it fits");
        assert!(near(fit.likelihood, -425.44, 2), "{}", fit.likelihood);
        assert!(near(fit.process.ma[0], -0.4303, 2) && near(fit.process.ma[11], -0.5528, 2), "{:?}", fit.process.ma);
        let given = Fit::new(airline, &DEATHS, (&[], &[-0.4303]), (&[], &[-0.5528])).expect("it fits");
        assert!(
            near(given.likelihood, -425.44, 2) && given.likelihood <= fit.likelihood + 1e-6,
            "{}",
            given.likelihood
        );
        let ahead = given.ahead(6);
        let told = [8336.061, 7531.829, 8314.644, 8616.869, 9488.916, 9859.757];
        assert!(ahead.iter().zip(told).all(|(ours, theirs)| (ours - theirs).abs() < 2.0), "{ahead:?}");
    }

    /// Effects and likelihoods of statsforecast 2.1.1, `Arima(…, xreg, method="ML")`, on the hormone with 0.8 added where a
    /// first column is 1, beside a second one that does nothing.
    #[test]
    fn what_is_known_is_a_regression_with_the_models_misses() {
        let count = HORMONE.len();
        let flag: Vec<f64> = (0..count).map(|at| f64::from(u8::from(at * at % 7 == 2))).collect();
        let other: Vec<f64> = (0..count).map(|at| (at * 37 % 11) as f64 / 10.0).collect();
        let history: Vec<f64> = HORMONE.iter().zip(&flag).map(|(value, flag)| value + 0.8 * flag).collect();
        let known = [flag, other];
        for (q, likelihood, effects) in [(0, -29.316_42, [0.823_06, -0.046_17]), (1, -28.674_16, [0.838_39, -0.045_04])]
        {
            let orders = Orders { p: 1, q, season: 1, constant: true, ..Orders::default() };
            let fit =
                Fit::beside(orders, &Sample { history: &history, known: &known }, None, NEAREST).expect("it fits");
            assert!((fit.likelihood - likelihood).abs() < 1e-3, "{} for {likelihood}", fit.likelihood);
            assert!(fit.effects.iter().zip(effects).all(|(a, b)| (a - b).abs() < 1e-3), "{:?}", fit.effects);
        }
    }

    #[test]
    fn columns_that_say_the_same_or_nothing_leave_a_model() {
        let known = [vec![0.0; HORMONE.len()], vec![1.0; HORMONE.len()]];
        let orders = Orders { p: 1, season: 1, constant: true, ..Orders::default() };
        let fit = Fit::beside(orders, &Sample { history: &HORMONE, known: &known }, None, NEAREST).expect("it fits");
        assert!(near(fit.likelihood, -29.38, 2) && near(fit.mean, 2.413, 2), "{} {}", fit.likelihood, fit.mean);
    }

    #[test]
    fn the_search_finds_what_the_books_find() {
        let (fit, _) = search::search(&Sample { history: &DEATHS, known: &[] }, 12).expect("there is one");
        let airline = Orders { q: 1, d: 1, seasonal: (0, 1, 1), season: 12, ..Orders::default() };
        let other = Fit::best(airline, &DEATHS, None).expect("it fits");
        assert!(fit.aicc <= other.aicc + 1e-6, "{} with {} for {}", fit.orders.name(), fit.aicc, other.aicc);
    }

    #[test]
    fn odd_histories_have_no_model_or_a_finite_one() {
        let odd: [Vec<f64>; 5] = [
            vec![1e12; 40],
            (0..40).map(|at| if at == 20 { 1e12 } else { 0.0 }).collect(),
            (0..40).map(f64::from).collect(),
            (0..11).map(|at| f64::from(at % 2)).collect(),
            (0..60).map(|at| -f64::from(at % 12)).collect(),
        ];
        for history in &odd {
            if let Some((fit, _)) = search::search(&Sample { history, known: &[] }, 12) {
                assert!(fit.ahead(24).iter().all(|value| value.is_finite()), "{history:?}");
            }
        }
    }
}
