//! Joint sample paths: futures of whole horizons, of all products of a shop at once, that agree with what is said of
//! single periods and of sums.
//!
//! A path follows a normal score per period through the period's quantiles (a Gaussian copula: Sklar 1959; for sums of
//! forecasts Ben Taieb, Taylor and Hyndman 2017, "Coherent probabilistic forecasts for hierarchical time series"). The
//! score has a lasting part, one for the horizon, and a passing part that fades from period to period. Of each, a share
//! belongs to the whole shop. How large the lasting part is follows from how wide the sum over the horizon is known to be,
//! the shop's shares from how much products' misses went together on the past, in single periods and in totals. Last,
//! every path is scaled so that the sums over the horizon have exactly their calibrated quantiles: a period, a week and
//! the horizon tell one story. Wrong where misses go together over a season, or in groups of products only.

use ndarray::Array2;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::SeriesForecast;
use super::forecast::{LEVELS, normal_quantile};
use super::spans::Spans;
use super::sums::Scale;

/// How much of a passing miss is left in the next period.
const LEFT: f64 = 0.2;
/// Bounds of the factor on a path.
const STRETCH: (f64, f64) = (0.25, 4.0);

/// How much the misses of products go together: correlations on the normal scale, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Together {
    /// Of single periods.
    pub steps: f64,
    /// Of totals over the horizon.
    pub totals: f64,
}

/// What the paths of all products share.
pub struct Common {
    together: Together,
    horizon: usize,
    scale: &'static Scale,
    /// One a path.
    lasting: Vec<f64>,
    /// `horizon × paths`.
    passing: Vec<f64>,
    /// Normal scores of the paths put in order by their sums.
    scores: Vec<f64>,
}

/// Normal draws that give the same bits on every machine.
struct Draws {
    random: Pcg64Mcg,
    spare: Option<f64>,
}

impl Draws {
    fn new(seed: u64) -> Self {
        Self { random: Pcg64Mcg::seed_from_u64(seed), spare: None }
    }

    fn unit(&mut self) -> f64 {
        ((self.random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller).
    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * libm::log(self.unit())).sqrt();
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * self.unit());
        self.spare = Some(radius * sine);
        radius * cosine
    }

    /// Writes scores that fade from period to period: `horizon × paths`.
    fn fading(&mut self, left: f64, paths: usize, into: &mut [f64]) {
        let fresh = (1.0 - left * left).sqrt();
        for place in 0..into.len() {
            let draw = self.normal();
            into[place] = if place < paths { draw } else { left * into[place - paths] + fresh * draw };
        }
    }
}

/// Mean of `left` to the power of the distance over all pairs of `horizon` periods.
fn mean_power(left: f64, horizon: usize) -> f64 {
    let pairs = (horizon * horizon.saturating_sub(1)) as f64 / 2.0;
    let (mut power, mut sum) = (1.0, 0.0);
    for lag in 1..horizon {
        power *= left;
        sum += (horizon - lag) as f64 * power;
    }
    if pairs > 0.0 { sum / pairs } else { 0.0 }
}

/// Shares of a score's variance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shares {
    /// Lasting over the horizon.
    lasting: f64,
    /// What is left of the passing part in the next period.
    left: f64,
    /// Of the lasting part, what the whole shop shares; of the passing one.
    shop_lasting: f64,
    shop_passing: f64,
}

impl Shares {
    /// Those by which any two of the periods correlate by `mean` on average, and products as is known.
    fn of(mean: f64, horizon: usize, together: Together) -> Self {
        let power = mean_power(LEFT, horizon);
        let (lasting, left) = if mean > power {
            ((mean - power) / (1.0 - power), LEFT)
        } else {
            // The mean power is about in proportion to what is left, which is small.
            (0.0, if power > 0.0 { LEFT * mean / power } else { 0.0 })
        };
        let steps = horizon as f64;
        // Variances of the sum over the horizon, by part.
        let (all_lasting, all_passing) = (steps * steps, steps * (1.0 + (steps - 1.0) * mean_power(left, horizon)));
        let whole = lasting * all_lasting + (1.0 - lasting) * all_passing;
        let least = lasting * (all_lasting - all_passing);
        let shop_lasting = if least > 0.0 {
            ((together.totals * whole - all_passing * together.steps) / least).clamp(0.0, 1.0)
        } else {
            together.totals
        };
        let passing = 1.0 - lasting;
        let shop_passing =
            if passing > 0.0 { ((together.steps - lasting * shop_lasting) / passing).clamp(0.0, 1.0) } else { 0.0 };
        Self { lasting, left, shop_lasting, shop_passing }
    }
}

impl Common {
    /// What so many paths over a horizon share.
    pub fn new(seed: u64, paths: usize, horizon: usize, together: Together) -> Self {
        let mut draws = Draws::new(seed);
        let lasting = (0..paths).map(|_| draws.normal()).collect();
        let mut passing = vec![0.0; horizon * paths];
        draws.fading(LEFT, paths, &mut passing);
        let scores = (0..paths).map(|rank| normal_quantile((rank as f64 + 0.5) / paths as f64)).collect();
        Self { together, horizon, scale: Scale::get(), lasting, passing, scores }
    }

    /// Number of paths.
    pub fn paths(&self) -> usize {
        self.lasting.len()
    }

    /// Paths of a series, `horizon × paths`, at least 0. `seed` is the series' own.
    pub fn of(&self, series: &SeriesForecast, seed: u64) -> Array2<f64> {
        let (horizon, paths) = (self.horizon, self.paths());
        let shares = Shares::of(Spans::of(series).correlation(), horizon, self.together);
        let mut draws = Draws::new(seed);
        let own: Vec<f64> = (0..paths).map(|_| draws.normal()).collect();
        let mut passing = vec![0.0; horizon * paths];
        draws.fading(shares.left, paths, &mut passing);
        let Shares { lasting, shop_lasting, shop_passing, .. } = shares;
        let root = |share: f64| share.max(0.0).sqrt();
        let weights = [
            root(lasting * shop_lasting),
            root(lasting * (1.0 - shop_lasting)),
            root((1.0 - lasting) * shop_passing),
            root((1.0 - lasting) * (1.0 - shop_passing)),
        ];
        let mut made = Array2::zeros((horizon, paths));
        let mut sums = vec![0.0; paths];
        for (step, mut row) in made.rows_mut().into_iter().enumerate() {
            let curve = self.scale.curve(|place| series.quantiles[(step, place)], series.mean[step]);
            for (path, slot) in row.iter_mut().enumerate() {
                let at = step * paths + path;
                let parts = [self.lasting[path], own[path], self.passing[at], passing[at]];
                let score = parts.iter().zip(weights).map(|(part, weight)| part * weight).sum();
                *slot = curve.at(score);
                sums[path] += *slot;
            }
        }
        let factors = self.factors(series, &sums);
        for (path, mut column) in made.columns_mut().into_iter().enumerate() {
            column.iter_mut().for_each(|value| *value *= factors[path]);
        }
        made
    }

    /// Makes paths whole numbers. What is rounded off one period is carried to the next, so that sums over any of them are
    /// rounded by less than one piece, and no more uncertain.
    pub fn round(&self, paths: &mut Array2<f64>, seed: u64) {
        let mut draws = Draws::new(!seed);
        for mut column in paths.columns_mut() {
            let mut below = draws.unit();
            for value in &mut column {
                below += *value;
                *value = below.floor();
                below -= *value;
            }
        }
    }

    /// By what each path is multiplied so that sums have their calibrated quantiles.
    fn factors(&self, series: &SeriesForecast, sums: &[f64]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..sums.len()).collect();
        order.sort_unstable_by(|one, other| sums[*one].total_cmp(&sums[*other]).then(one.cmp(other)));
        let curve = self.scale.curve(|place| series.total[place], series.total_mean());
        let mut factors = vec![1.0; sums.len()];
        for (path, score) in order.into_iter().zip(&self.scores) {
            if sums[path] > 0.0 {
                factors[path] = (curve.at(*score) / sums[path]).clamp(STRETCH.0, STRETCH.1);
            }
        }
        factors
    }
}

/// Ranges of what [`Common::round`] makes whole.
pub struct Rounding {
    scale: &'static Scale,
    /// Normal scores of equally likely values.
    scores: Vec<f64>,
}

impl Rounding {
    /// Equally likely values that a range is taken for.
    const VALUES: usize = 128;

    /// For any number of ranges.
    pub fn new() -> Self {
        let score = |rank: usize| normal_quantile((rank as f64 + 0.5) / Self::VALUES as f64);
        Self { scale: Scale::get(), scores: (0..Self::VALUES).map(score).collect() }
    }

    /// Quantiles at [`LEVELS`] of values with such quantiles and mean once each is rounded down after a part of one piece,
    /// any part as likely, was added: the least whole numbers that so many do not exceed.
    pub fn quantiles(&self, quantile: impl Fn(usize) -> f64, mean: f64) -> [f64; LEVELS.len()] {
        let curve = self.scale.curve(quantile, mean);
        let values: Vec<f64> = self.scores.iter().map(|score| curve.at(*score)).collect();
        let mut whole = values.first().map_or(0.0, |least| least.floor().max(0.0));
        LEVELS.map(|level| {
            let enough = level * values.len() as f64 - 1e-9;
            let within = |whole: f64| values.iter().map(|value| (whole + 1.0 - value).clamp(0.0, 1.0)).sum::<f64>();
            let rank = (enough.ceil() as usize).clamp(1, values.len()) - 1;
            whole = whole.max(values[rank].floor() - 1.0);
            // One more than the value's own whole part is always enough.
            for _ in 0..2 {
                if within(whole) < enough {
                    whole += 1.0;
                }
            }
            whole
        })
    }
}

impl Default for Rounding {
    fn default() -> Self {
        Self::new()
    }
}

/// Quantiles at [`LEVELS`] of some equally likely values, which are put in order: the least value that so many do not exceed,
/// so that whole numbers have whole ones.
pub fn quantiles_of(values: &mut [f64]) -> [f64; LEVELS.len()] {
    values.sort_unstable_by(f64::total_cmp);
    LEVELS.map(|level| {
        let rank = (level * values.len() as f64 - 1e-9).ceil() as usize;
        values.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::forecast::MEDIAN;

    #[test]
    fn ranges_of_rounded_values_are_those_of_rounded_paths() {
        let horizon = 1;
        let together = Together { steps: 0.0, totals: 0.0 };
        let common = Common::new(1, 20_000, horizon, together);
        for mean in [0.2_f64, 0.8, 3.4, 60.0] {
            // About as wide as counts are.
            let own = LEVELS.map(|level| f64::max(0.0, mean + mean.sqrt() * normal_quantile(level)));
            let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |(_, place)| own[place]);
            let mut said = SeriesForecast::new("a".into(), 0, "any", vec![mean], quantiles, 0.0);
            said.total = own.to_vec();
            let mut paths = common.of(&said, 2);
            common.round(&mut paths, 3);
            let mut values: Vec<f64> = paths.iter().copied().collect();
            let (made, drawn) = (Rounding::new().quantiles(|place| own[place], mean), quantiles_of(&mut values));
            for ((one, other), level) in made.iter().zip(drawn).zip(LEVELS) {
                assert!(one.fract() == 0.0 && (one - other).abs() <= 1.0, "{mean}: {made:?} for {drawn:?}");
                // Where they differ, chance decides: about as many values lie below as should.
                let within = values.iter().filter(|value| *value <= one).count() as f64 / values.len() as f64;
                let below = values.iter().filter(|value| *value < one).count() as f64 / values.len() as f64;
                assert!(within > level - 0.02 && below < level + 0.02, "{mean}: {one} at {level}");
            }
        }
        let huge = Rounding::new().quantiles(|place| 1e17 * (1.0 + place as f64), 8e17);
        assert!(huge.is_sorted() && huge.iter().all(|value| value.is_finite()), "{huge:?}");
    }

    const STEPS: usize = 28;
    const PATHS: usize = 4000;
    const ALONE: Together = Together { steps: 0.0, totals: 0.0 };

    /// Steps about 50, more on each seventh, whose misses correlate by `correlation`.
    fn normal(correlation: f64) -> SeriesForecast {
        let mean = |step: usize| 50.0 + 20.0 * f64::from(u8::from(step.is_multiple_of(7)));
        let quantiles = Array2::from_shape_fn((STEPS, LEVELS.len()), |(step, place)| {
            mean(step) + 10.0 * normal_quantile(LEVELS[place])
        });
        SeriesForecast::new("x".into(), 0, "x", (0..STEPS).map(mean).collect(), quantiles, correlation)
    }

    fn sum_of(paths: &Array2<f64>, steps: std::ops::Range<usize>) -> Vec<f64> {
        paths.columns().into_iter().map(|column| column.iter().take(steps.end).skip(steps.start).sum()).collect()
    }

    fn spread(values: &[f64]) -> f64 {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64).sqrt()
    }

    #[test]
    fn a_day_a_week_and_the_horizon_agree() {
        for correlation in [0.0, 0.1, 0.5] {
            let series = normal(correlation);
            let paths = Common::new(7, PATHS, STEPS, ALONE).of(&series, 1);
            let total = quantiles_of(&mut sum_of(&paths, 0..STEPS));
            for (made, known) in total.iter().zip(&series.total) {
                assert!((made / known - 1.0).abs() < 2e-3, "{correlation}: {total:?} for {:?}", series.total);
            }
            for step in [0, 3, 27] {
                let day = quantiles_of(&mut paths.row(step).to_vec());
                for (made, known) in day.iter().zip(series.quantiles.row(step)) {
                    assert!((made - known).abs() < 1.5, "{correlation}, {step}: {day:?}");
                }
            }
            let (week, day) = (spread(&sum_of(&paths, 0..7)), spread(&paths.row(0).to_vec()));
            let whole = spread(&sum_of(&paths, 0..STEPS));
            assert!(week > day * 7.0_f64.sqrt() * 0.9 && week < 7.0 * day * 1.05, "{correlation}: {day} {week}");
            assert!(whole > week && whole < 4.1 * week, "{correlation}: {week} {whole}");
        }
    }

    #[test]
    fn products_move_together_as_much_as_is_known() {
        let series = normal(0.2);
        for together in [ALONE, Together { steps: 0.1, totals: 0.4 }, Together { steps: 0.6, totals: 0.6 }] {
            let common = Common::new(7, PATHS, STEPS, together);
            let (one, other) = (common.of(&series, 1), common.of(&series, 2));
            let correlation = |one: &[f64], other: &[f64]| {
                let both: Vec<f64> = one.iter().zip(other).map(|(a, b)| a + b).collect();
                let (a, b) = (spread(one), spread(other));
                (spread(&both) * spread(&both) - a * a - b * b) / (2.0 * a * b)
            };
            let steps: f64 =
                (0..STEPS).map(|step| correlation(&one.row(step).to_vec(), &other.row(step).to_vec())).sum();
            let (steps, totals) =
                (steps / STEPS as f64, correlation(&sum_of(&one, 0..STEPS), &sum_of(&other, 0..STEPS)));
            assert!((steps - together.steps).abs() < 0.06, "{together:?}: {steps}");
            assert!((totals - together.totals).abs() < 0.08, "{together:?}: {totals}");
        }
    }

    #[test]
    fn whole_paths_are_whole_in_every_sum_and_no_more_uncertain() {
        let rare =
            Array2::from_shape_fn((STEPS, LEVELS.len()), |(_, place)| if LEVELS[place] > 0.7 { 1.0 } else { 0.0 });
        let series = SeriesForecast::new("x".into(), 0, "x", vec![0.3; STEPS], rare, 0.0);
        let common = Common::new(7, PATHS, STEPS, ALONE);
        let broken = common.of(&series, 1);
        let mut paths = broken.clone();
        common.round(&mut paths, 1);
        assert!(paths.iter().all(|value| *value >= 0.0 && value.fract() == 0.0));
        let mean = paths.iter().sum::<f64>() / paths.len() as f64;
        assert!((mean - 0.3).abs() < 0.02, "{mean}");
        let (whole, plain) = (spread(&sum_of(&paths, 0..STEPS)), spread(&sum_of(&broken, 0..STEPS)));
        assert!((whole / plain - 1.0).abs() < 0.05, "{whole} {plain}");
        assert_eq!(common.of(&series, 1), broken, "the same seed, the same paths");
        assert_ne!(common.of(&series, 2), broken);
    }

    #[test]
    fn what_never_sells_has_paths_of_nothing() {
        let nothing = SeriesForecast::new("x".into(), 0, "x", vec![0.0; 3], Array2::zeros((3, LEVELS.len())), 0.0);
        let paths = Common::new(7, 100, 3, Together { steps: 1.0, totals: 1.0 }).of(&nothing, 1);
        assert!(paths.iter().all(|value| *value == 0.0));
        assert_eq!(quantiles_of(&mut [1.0, 3.0, 2.0])[MEDIAN], 2.0);
    }
}
