//! Pieces sold in a period as counts: Poisson, negative binomial, or no sale and else at least one (a hurdle).
//!
//! The mean m follows what is sold, m ← m + α (y − m s), by days times a factor s of the weekday; a period's count is Poisson
//! with that mean, negative binomial with the variance m + m²/r, or 0 with a chance that is smoothed likewise and else 1
//! and a negative binomial excess. α, of which 0 is a mean that never moves, and r are those under which each value was
//! most likely as seen from the one before (Snyder, Ord and Beaumont 2012, "Forecasting the intermittent demand for
//! slow-moving inventories: A modelling approach"). Ahead the mean stays, and what it may move by widens the later steps
//! and sums; these are negative binomial with their mean and variance. The wrong choice for trends, yearly seasons, and
//! what is not counted in pieces, of which only mean and variance are used (a gamma distribution).

use ndarray::Array2;

use super::forecast::LEVELS;
use super::gamma::Gamma;
use super::local::{Answer, Task};
use super::optimise::golden_section;
use crate::calendar::Frequency;

/// Which distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Variance as large as the mean.
    Poisson,
    /// More variance.
    NegativeBinomial,
    /// No sale, or one of some size.
    Hurdle,
}

impl Kind {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Poisson => "poisson",
            Kind::NegativeBinomial => "negative-binomial",
            Kind::Hurdle => "hurdle",
        }
    }
}

/// Smoothing constants tried.
const ALPHAS: [f64; 7] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3];
/// Bounds of the logarithm of r, and how near it is looked for.
const SHAPES: (f64, f64) = (-3.0, 5.0);
const NEAR: f64 = 0.1;
/// Periods of the whole mean that each weekday's factor is mixed with.
const USUAL: f64 = 8.0;
/// Means above this are as good as continuous.
pub(super) const MANY: f64 = 200.0;
/// Least mean of a period: what never sold may sell.
const LEAST: f64 = 1e-6;

/// Factors of the season's phases, of mean 1.
pub(super) fn factors(history: &[f64], frequency: Frequency) -> Vec<f64> {
    let season = if frequency == Frequency::Day { frequency.season_length() } else { 1 };
    let mean = history.iter().sum::<f64>() / history.len() as f64;
    let mut sums = vec![(USUAL * mean, USUAL * mean); season];
    for (place, value) in history.iter().enumerate() {
        let (sold, usual) = &mut sums[place % season];
        *sold += value;
        *usual += mean;
    }
    let made: Vec<f64> = sums.iter().map(|(sold, usual)| if *usual > 0.0 { sold / usual } else { 1.0 }).collect();
    let whole = made.iter().sum::<f64>() / season as f64;
    made.into_iter().map(|factor| if whole > 0.0 { factor / whole } else { 1.0 }).collect()
}

/// A count's distribution by its logarithm: negative binomial, or Poisson for an infinite shape.
fn log_chance(count: f64, mean: f64, shape: f64) -> f64 {
    let mean = mean.max(LEAST);
    if shape.is_infinite() {
        return count * libm::log(mean) - mean - libm::lgamma(count + 1.0);
    }
    let none = shape * libm::log(shape / (shape + mean));
    if count <= 0.0 {
        return none;
    }
    none + count * libm::log(mean / (shape + mean)) + libm::lgamma(shape + count)
        - libm::lgamma(shape)
        - libm::lgamma(count + 1.0)
}

/// Means that follow the values, one before each and the last after all.
fn followed(values: &[f64], factors: &[f64], alpha: f64) -> Vec<f64> {
    let mut level = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let mut made = Vec::with_capacity(values.len() + 1);
    for (place, value) in values.iter().enumerate() {
        made.push(level);
        level = (level + alpha * (value - level * factors[place % factors.len()])).max(0.0);
    }
    made.push(level);
    made
}

/// A mean that follows the values, and how they vary about it.
pub(super) struct Fit {
    pub(super) level: f64,
    pub(super) alpha: f64,
    shape: f64,
    likelihood: f64,
}

impl Fit {
    pub(super) fn new(values: &[f64], factors: &[f64], is_poisson: bool) -> Self {
        let of = |alpha: f64| {
            let means = followed(values, factors, alpha);
            let at = |place: usize| means[place] * factors[place % factors.len()];
            let likelihood = |shape: f64| -> f64 {
                values.iter().enumerate().map(|(place, value)| log_chance(value.round(), at(place), shape)).sum()
            };
            let shape = if is_poisson {
                f64::INFINITY
            } else {
                libm::exp(golden_section(SHAPES, NEAR, &mut |log| -likelihood(libm::exp(log))))
            };
            Fit { level: means[values.len()], alpha, shape, likelihood: likelihood(shape) }
        };
        let first = of(ALPHAS[0]);
        ALPHAS[1..]
            .iter()
            .map(|alpha| of(*alpha))
            .fold(first, |best, next| if next.likelihood > best.likelihood { next } else { best })
    }

    pub(super) fn variance(&self, mean: f64) -> f64 {
        mean + mean * mean / self.shape
    }
}

/// One period ahead.
struct Period {
    mean: f64,
    variance: f64,
    /// Chance of no sale that is known apart from the distribution of sales; 0 where there is none.
    none: f64,
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>, kind: Kind) -> Answer {
    let history: Vec<f64> = task.history.iter().map(|value| value.max(0.0)).collect();
    let factors = factors(task.history, task.frequency);
    let ahead = |step: usize| factors[(history.len() + step) % factors.len()];
    let (alpha, periods): (f64, Vec<Period>) = if kind == Kind::Hurdle {
        let sold: Vec<f64> = history.iter().map(|value| f64::from(u8::from(*value > 0.0))).collect();
        let more: Vec<f64> = history.iter().filter(|value| **value > 0.0).map(|value| (value - 1.0).max(0.0)).collect();
        // Of rare sales their number in a period is as good as whether there is one.
        let (chance, size) = (Fit::new(&sold, &factors, true), Fit::new(&more, &[1.0], false));
        let period = |step: usize| {
            let (some, mean) = ((chance.level * ahead(step)).clamp(0.0, 1.0), 1.0 + size.level);
            let squares = size.variance(size.level) + mean * mean;
            Period { mean: some * mean, variance: some * (squares - some * mean * mean), none: 1.0 - some }
        };
        (chance.alpha, (0..task.horizon).map(period).collect())
    } else {
        let fit = Fit::new(&history, &factors, kind == Kind::Poisson);
        let period = |step: usize| {
            let mean = fit.level * ahead(step);
            Period { mean, variance: fit.variance(mean), none: 0.0 }
        };
        (fit.alpha, (0..task.horizon).map(period).collect())
    };
    let whole = history.iter().all(|value| value.fract() == 0.0);
    let mut quantiles = Array2::zeros((task.horizon, LEVELS.len()));
    let (mut moved, mut total) = (0.0, 0.0);
    for ((step, period), mut row) in periods.iter().enumerate().zip(quantiles.rows_mut()) {
        // What a period adds to the mean of all later ones.
        let made = quantiles_of(period.mean, period.variance + moved, period.none, whole);
        row.iter_mut().zip(made).for_each(|(slot, value)| *slot = value);
        moved += alpha * alpha * period.variance;
        let own = f64::from(u8::from(step >= task.unknown));
        let weight = own + alpha * (task.horizon - task.unknown.max(step + 1)) as f64;
        total += period.variance * weight * weight;
    }
    let mean: Vec<f64> = periods.iter().map(|period| period.mean).collect();
    let none: f64 = periods[task.unknown..].iter().map(|period| period.none).product();
    let total = quantiles_of(mean[task.unknown..].iter().sum(), total, none, whole).to_vec();
    Answer { model: kind.name().into(), mean, quantiles, total: Some(total), correlation: 0.0 }
}

/// Quantiles of a count with that mean and variance; with a chance of none known apart, of none or at least one.
pub(super) fn quantiles_of(mean: f64, variance: f64, none: f64, whole: bool) -> [f64; LEVELS.len()] {
    if mean <= LEAST || none >= 1.0 {
        return [0.0; LEVELS.len()];
    }
    // Given that there is a sale: at least one piece, and what is more.
    let some = 1.0 - none;
    let least = if none > 0.0 && whole { 1.0 } else { 0.0 };
    let given = mean / some;
    let spread = ((variance + mean * mean) / some - given * given).max(0.0);
    let more = (given - least).max(0.0);
    let mut counted = Counted::new(more, spread);
    let mut gamma = Gamma::new(given * given / spread);
    LEVELS.map(|level| {
        let level = (level - none) / some;
        if level <= 0.0 {
            0.0
        } else if whole && more < MANY {
            least + counted.quantile(level)
        } else if spread > 0.0 {
            let value = spread / given * gamma.quantile(level);
            if whole { value.round().max(least) } else { value }
        } else {
            given
        }
    })
}

/// A negative binomial distribution, or Poisson's, walked through from 0 upwards.
pub(super) struct Counted {
    mean: f64,
    shape: f64,
    mass: f64,
    below: f64,
    count: f64,
}

impl Counted {
    pub(super) fn new(mean: f64, variance: f64) -> Self {
        let shape = if variance > mean * (1.0 + 1e-6) { mean * mean / (variance - mean) } else { f64::INFINITY };
        Self { mean, shape, mass: libm::exp(log_chance(0.0, mean, shape)), below: 0.0, count: 0.0 }
    }

    /// The least count that is not exceeded so often; levels come rising.
    pub(super) fn quantile(&mut self, level: f64) -> f64 {
        while self.below + self.mass < level && self.count < 100.0 * MANY {
            self.below += self.mass;
            let ratio =
                if self.shape.is_infinite() { 1.0 } else { (self.shape + self.count) / (self.shape + self.mean) };
            self.count += 1.0;
            self.mass *= ratio * self.mean / self.count;
        }
        self.count
    }
}

#[cfg(test)]
mod tests {
    use rand_pcg::Pcg64Mcg;
    use rand_pcg::rand_core::SeedableRng;

    use super::*;

    fn made(history: &[f64], frequency: Frequency, kind: Kind) -> Answer {
        let random = Pcg64Mcg::seed_from_u64(1);
        forecast(
            &Task { history, frequency, horizon: 14, unknown: 0, known: Vec::new(), shared: &[], end: 0, random },
            kind,
        )
    }

    #[test]
    fn counts_have_the_quantiles_of_the_books() {
        // Poisson with mean 3: P(0) = .0498, P(≤ 1) = .199, P(≤ 2) = .423, P(≤ 3) = .647, P(≤ 5) = .916, P(≤ 6) = .966.
        let poisson = quantiles_of(3.0, 3.0, 0.0, true);
        assert_eq!(poisson, [1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 4.0, 5.0, 6.0]);
        // Geometric with mean 1 (shape 1): P(≤ k) = 1 − 2^−(k + 1).
        let geometric = quantiles_of(1.0, 2.0, 0.0, true);
        assert_eq!(geometric, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0]);
        // No sale in 60 of 100 periods, else exactly two.
        let hurdle = quantiles_of(0.8, 0.4 * 4.0 - 0.64, 0.6, true);
        assert_eq!((hurdle[7], hurdle[8] >= 1.0), (0.0, true), "{hurdle:?}");
    }

    #[test]
    fn weekdays_a_moving_mean_and_sums_are_seen() {
        let weekly: Vec<f64> = (0..140).map(|day| if day % 7 == 6 { 0.0 } else { (day * 5 % 4) as f64 }).collect();
        let answer = made(&weekly, Frequency::Day, Kind::NegativeBinomial);
        assert!(answer.mean[6] < 0.3 * answer.mean[0], "{:?}", answer.mean);
        let grown: Vec<f64> =
            (0..120).map(|day| if day < 60 { (day % 2) as f64 } else { 8.0 + (day % 3) as f64 }).collect();
        for kind in [Kind::Poisson, Kind::NegativeBinomial, Kind::Hurdle] {
            let answer = made(&grown, Frequency::Week, kind);
            assert!((answer.mean[0] - 9.0).abs() < 1.5, "{kind:?}: {:?}", answer.mean);
            let total = answer.total.as_deref().unwrap_or_default();
            let sum: f64 = answer.mean.iter().sum();
            assert!((total[6] / sum - 1.0).abs() < 0.1 && total.is_sorted(), "{kind:?}: {total:?} for {sum}");
            assert!(answer.quantiles.rows().into_iter().all(|row| row.to_vec().is_sorted()), "{kind:?}");
        }
    }

    #[test]
    fn odd_histories_are_answered() {
        let large: Vec<f64> = (0..40).map(|day| 1e12 + f64::from(day)).collect();
        let broken: Vec<f64> = (0..40).map(|day| f64::from(day % 5) * 0.37).collect();
        for history in [&[0.0; 20][..], &[3.0], &[5.0; 30], &large, &broken] {
            for kind in [Kind::Poisson, Kind::NegativeBinomial, Kind::Hurdle] {
                let answer = made(history, Frequency::Day, kind);
                let total = answer.total.unwrap_or_default();
                let all = answer.mean.iter().chain(&answer.quantiles).chain(&total);
                assert!(all.clone().all(|value| value.is_finite() && *value >= 0.0), "{kind:?} {history:?}");
            }
        }
    }
}
