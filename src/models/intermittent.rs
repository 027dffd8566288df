//! Goods that sell now and then: how often and how much are smoothed apart.
//!
//! *Croston* (1972) smooths the sizes z of sales and the gaps p between them, and expects z / p a period; *SBA*
//! (Syntetos and Boylan 2005) takes the lean of a quotient off, z / p · (1 − α/2). *TSB* (Teunter, Syntetos and Babai
//! 2011) smooths the chance of a sale instead, in every period, so that goods that stop selling fade out. *ADIDA*
//! (Nikolopoulos et al. 2011) smooths sums over spans as long as the mean gap, *IMAPA* (Petropoulos and Kourentzes
//! 2015) those of every length up to it, and means them. The wrong choice for trends, seasons and steady sellers.
//!
//! Constants as in statsforecast 2.1: α = 0.1 for Croston and SBA; within 0.1 to 0.3 by squares of the one-step misses,
//! sizes and gaps apart, for optimised Croston and the sums of ADIDA and IMAPA. TSB's, which that library leaves to its
//! user, are 0.2 for sizes and 0.1 for the chance.
//!
//! Ranges are those of a hurdle: no sale, or one of at least 1 whose excess is negative binomial, Poisson where sizes vary
//! no more than that (Snyder, Ord and Beaumont 2012); gamma where goods are not counted in whole pieces.

use ndarray::Array2;

use super::forecast::LEVELS;
use super::gamma::Gamma;
use super::local::{Answer, Task};

/// Which quantities are smoothed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Sizes and gaps, α = 0.1.
    Croston,
    /// Sizes and gaps, α by squares.
    CrostonOptimised,
    /// Croston's, less its lean.
    Sba,
    /// Sizes and chance.
    Tsb,
    /// Sums over the mean gap.
    Adida,
    /// Sums over all spans up to the mean gap.
    Imapa,
}

impl Rule {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Croston => "croston",
            Rule::CrostonOptimised => "croston-optimised",
            Rule::Sba => "sba",
            Rule::Tsb => "tsb",
            Rule::Adida => "adida",
            Rule::Imapa => "imapa",
        }
    }
}

/// α of Croston's method and SBA.
const FIXED: f64 = 0.1;
/// Bounds of an α that is looked for.
const BOUNDS: (f64, f64) = (0.1, 0.3);
/// α of sizes and of chance in TSB.
const TSB: (f64, f64) = (0.2, 0.1);
/// How near an α is looked for.
const NEAR: f64 = 1e-6;
/// Steps of that search; some four are usual.
const MOST_STEPS: usize = 60;

/// What is expected of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Units.
    pub mean: f64,
    /// Probability of a sale, in 0 to 1.
    pub chance: f64,
}

/// What was sold, and when.
struct Sales {
    sizes: Vec<f64>,
    /// From each sale to the one before it or the begin.
    gaps: Vec<f64>,
    /// Periods up to the last one.
    last: usize,
}

impl Sales {
    fn of(history: &[f64]) -> Self {
        let (mut sizes, mut gaps) = (vec![0.0; history.len()], vec![0.0; history.len()]);
        let (mut count, mut last) = (0, 0);
        // Without a branch: whether something was sold is what nothing foresees.
        for (place, value) in history.iter().enumerate() {
            let is_sale = *value > 0.0;
            (sizes[count], gaps[count]) = (*value, (place + 1 - last) as f64);
            count += usize::from(is_sale);
            last = if is_sale { place + 1 } else { last };
        }
        sizes.truncate(count);
        gaps.truncate(count);
        Self { sizes, gaps, last }
    }
}

/// The next period's rate after a history without missing or negative values; 0 of both where nothing was sold.
pub fn rate(history: &[f64], rule: Rule) -> Rate {
    rate_after(history, &Sales::of(history), rule)
}

fn rate_after(history: &[f64], Sales { sizes, gaps, last }: &Sales, rule: Rule) -> Rate {
    if sizes.is_empty() {
        return Rate { mean: 0.0, chance: 0.0 };
    }
    let span = (*last as f64 / gaps.len() as f64).round_ties_even() as usize;
    let of_quotient = |share: f64, size: f64, gap: f64| (share * size / gap, share / gap);
    let of_mean = |mean: f64| (mean, mean / smoothed(sizes));
    let (mean, chance) = match rule {
        Rule::Croston => of_quotient(1.0, smooth(sizes, FIXED), smooth(gaps, FIXED)),
        Rule::CrostonOptimised => of_quotient(1.0, smoothed(sizes), smoothed(gaps)),
        Rule::Sba => of_quotient(1.0 - FIXED / 2.0, smooth(sizes, FIXED), smooth(gaps, FIXED)),
        Rule::Tsb => return tsb(history, TSB.0, TSB.1),
        Rule::Adida => of_mean(by_span(history, span)),
        Rule::Imapa => of_mean((1..=span).map(|span| by_span(history, span)).sum::<f64>() / span as f64),
    };
    Rate { mean, chance: chance.min(1.0) }
}

/// TSB's rate with the given constants of sizes and chance.
pub fn tsb(history: &[f64], size: f64, chance: f64) -> Rate {
    let Some(first) = history.iter().find(|value| **value > 0.0) else {
        return Rate { mean: 0.0, chance: 0.0 };
    };
    let (mut level, mut sold) = (*first, f64::from(u8::from(history[0] > 0.0)));
    for value in &history[1..] {
        let is_sale = *value > 0.0;
        sold += chance * (f64::from(u8::from(is_sale)) - sold);
        if is_sale {
            level += size * (value - level);
        }
    }
    Rate { mean: sold * level, chance: sold }
}

/// Mean of a period, from smoothed sums over whole spans, the latest one complete.
fn by_span(history: &[f64], span: usize) -> f64 {
    let sums: Vec<f64> = history[history.len() % span..].chunks_exact(span).map(|part| part.iter().sum()).collect();
    smoothed(&sums) / span as f64
}

/// Simple exponential smoothing that begins with the first value.
fn smooth(values: &[f64], alpha: f64) -> f64 {
    values.iter().skip(1).fold(values[0], |level, value| level + alpha * (value - level))
}

/// The same with the α of the least squares.
fn smoothed(values: &[f64]) -> f64 {
    let (mut low, mut high) = BOUNDS;
    let [first, last] = squares(values, [low, high]);
    if first.slope == 0.0 && last.slope == 0.0 {
        // No α is better than another.
        return smooth(values, 0.5 * (low + high));
    }
    if first.slope >= 0.0 || last.slope <= 0.0 {
        return if first.sum <= last.sum { first.level } else { last.level };
    }
    // Newton's method where the slope changes its sign, kept between the places that are known to be too low and too high.
    let mut alpha = low + (high - low) * first.slope / (first.slope - last.slope);
    for _ in 0..MOST_STEPS {
        let [here] = squares(values, [alpha]);
        if here.slope < 0.0 {
            low = alpha;
        } else {
            high = alpha;
        }
        let newton = alpha - here.slope / here.bend;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - alpha).abs() < NEAR {
            // What the level is at the next place, but for the square of that distance.
            return here.level + (next - alpha) * here.level_slope;
        }
        alpha = next;
    }
    smooth(values, alpha)
}

/// Half the sum of squared one-step misses at an α, how it changes with α, and the last level likewise.
#[derive(Clone, Copy, Default)]
struct Squares {
    sum: f64,
    slope: f64,
    bend: f64,
    level: f64,
    level_slope: f64,
    level_bend: f64,
}

/// For several α at once: one alone waits for each of its sums.
fn squares<const N: usize>(values: &[f64], alphas: [f64; N]) -> [Squares; N] {
    let mut all = [Squares { level: values[0], ..Squares::default() }; N];
    for value in &values[1..] {
        for (made, alpha) in all.iter_mut().zip(alphas) {
            let miss = value - made.level;
            made.sum += 0.5 * miss * miss;
            made.slope -= miss * made.level_slope;
            made.bend += made.level_slope * made.level_slope - miss * made.level_bend;
            made.level_bend -= alpha * made.level_bend + 2.0 * made.level_slope;
            made.level_slope -= alpha * made.level_slope - miss;
            made.level += alpha * miss;
        }
    }
    all
}

/// Forecasts a series: the same for every step.
pub fn forecast(task: &Task<'_>, rule: Rule) -> Answer {
    let history: Vec<f64> = task.history.iter().map(|value| value.max(0.0)).collect();
    let sales = Sales::of(&history);
    let Rate { mean, chance } = rate_after(&history, &sales, rule);
    let row = if mean > 0.0 { Hurdle::new(mean, chance, &sales.sizes).quantiles() } else { [0.0; LEVELS.len()] };
    let quantiles = Array2::from_shape_fn((task.horizon, LEVELS.len()), |(_, place)| row[place]);
    Answer { model: rule.name().into(), mean: vec![mean; task.horizon], quantiles, total: None, correlation: 0.2 }
}

/// No sale, or one of some size.
struct Hurdle {
    zero: f64,
    /// Mean and variance of a sale's size.
    size: f64,
    variance: f64,
    /// Whether goods are counted in pieces.
    whole: bool,
}

/// Sizes above this are as good as continuous.
const MANY: f64 = 200.0;

impl Hurdle {
    /// With this mean and chance of a sale, and sizes that vary, for their mean, as those of the past did.
    fn new(mean: f64, chance: f64, sizes: &[f64]) -> Self {
        let count = sizes.len() as f64;
        let usual = sizes.iter().sum::<f64>() / count;
        let squares = sizes.iter().map(|size| (size / usual - 1.0) * (size / usual - 1.0)).sum::<f64>();
        let whole = sizes.iter().all(|size| size.fract() == 0.0);
        // Of pieces none sells by halves.
        let chance = if whole { chance.min(mean) } else { chance };
        let size = mean / chance;
        Self { zero: 1.0 - chance, size, variance: squares / (count - 1.0).max(1.0) * size * size, whole }
    }

    fn quantiles(&self) -> [f64; LEVELS.len()] {
        let Self { zero, size, variance, whole } = *self;
        let (excess, mut sum) = (size - 1.0, 0.0);
        let counted = whole && size < MANY && variance >= excess;
        // Of a negative binomial with this mean and variance; of a Poisson distribution, its limit, for no more variance.
        let shape =
            if variance > excess * (1.0 + 1e-6) { excess * excess / (variance - excess) } else { f64::INFINITY };
        let (mut mass, mut count) =
            (if shape.is_finite() { libm::pow(shape / (shape + excess), shape) } else { libm::exp(-excess) }, 0.0);
        let mut gamma = Gamma::new(size * size / variance);
        LEVELS.map(|level| {
            let level = (level - zero) / (1.0 - zero);
            if level <= 0.0 {
                return 0.0;
            }
            if !counted {
                let value = if variance > 0.0 { variance / size * gamma.quantile(level) } else { size };
                return if whole { value.round().max(1.0) } else { value };
            }
            while sum + mass < level && count < 100.0 * MANY {
                sum += mass;
                mass *=
                    if shape.is_finite() { (shape + count) / (shape + excess) } else { 1.0 } * excess / (count + 1.0);
                count += 1.0;
            }
            1.0 + count
        })
    }
}
