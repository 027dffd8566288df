//! Quantiles of sums, over the steps of a span or over the products of a shop.
//!
//! Quantiles do not add up: where a product sells on one day in ten, each day's lower half is 0, that of a month is
//! not. So mean and variance are added, and a distribution with both is asked for its quantiles: none sold at all, or
//! else a gamma distribution, which is never negative and becomes a normal one as the mean outgrows the deviation.
//!
//! Each part is a quantile function Q(z) of a standard normal z, straight between the computed levels. Parts whose z
//! correlate by ρ have the covariance ρ·c·c′ with c = E[Q(z)·z], the first Hermite coefficients: σ·σ′·ρ for normal
//! parts, less for rare sales, whose days can hardly move together. Hence the sum's variance Σσ² + ρ·((Σc)² − Σc²).
//! The wrong choice for a sum of few parts with more than one peak.

use std::sync::OnceLock;

use super::forecast::{LEVELS, MEDIAN, normal_quantile, rough_normal_quantile};

/// Place of the last level.
const LAST: usize = LEVELS.len() - 1;

/// Most by which a tail is steeper than the levels before it, unless half of all values are 0: then the mean alone
/// tells what lies beyond the last level.
const STEEPEST: f64 = 2.0;

/// Variance below this share of the squared mean is rounding.
const ROUNDING: f64 = 1e-20;

/// A point on the normal scale: its place, the density there and the probability below.
#[derive(Clone, Copy)]
struct Point {
    z: f64,
    density: f64,
    below: f64,
}

impl Point {
    /// Ends of the scale: terms with their density vanish, so their place does not matter.
    const LEAST: Point = Point { z: 0.0, density: 0.0, below: 0.0 };
    const MOST: Point = Point { z: 0.0, density: 0.0, below: 1.0 };

    fn at(z: f64, below: f64) -> Self {
        Point { z, density: density(z), below }
    }
}

/// [`LEVELS`] on the normal scale.
pub struct Scale([Point; LEVELS.len()]);

/// What a sum needs to know of one of its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Expected value as the method says.
    pub mean: f64,
    /// Expected value as the quantiles say; usually the same.
    pub spread_mean: f64,
    /// Variance.
    pub variance: f64,
    /// Standard deviation as far as it can be shared with other parts: E[Q(z)·z], at most the root of the variance.
    pub common: f64,
    /// Probability of 0.
    pub zero: f64,
    log_zero: f64,
    row: [f64; LEVELS.len()],
    /// Slope beyond the last level.
    tail: f64,
}

/// A part as a function of the normal score, 0 or more, and straight between the computed levels.
pub struct Curve {
    scores: [f64; LEVELS.len()],
    part: Part,
}

impl Curve {
    /// Its value at a score.
    pub fn at(&self, score: f64) -> f64 {
        let Part { row, tail, .. } = &self.part;
        let next = self.scores.partition_point(|known| *known <= score);
        if next > LAST {
            return row[LAST] + tail * (score - self.scores[LAST]);
        }
        let next = next.max(1);
        let slope = (row[next] - row[next - 1]) / (self.scores[next] - self.scores[next - 1]);
        (row[next] - slope * (self.scores[next] - score)).max(0.0)
    }
}

/// Integrals of a function that is straight in z.
#[derive(Default)]
struct Integrals {
    value: f64,
    square: f64,
    common: f64,
}

impl Integrals {
    /// Adds the piece `base + slope·z` between two points.
    fn add(&mut self, from: Point, to: Point, base: f64, slope: f64) {
        let mass = to.below - from.below;
        let first = from.density - to.density;
        let second = mass + from.z * from.density - to.z * to.density;
        self.value += base * mass + slope * first;
        self.square += base * base * mass + 2.0 * base * slope * first + slope * slope * second;
        self.common += base * first + slope * second;
    }
}

impl Scale {
    /// The scale.
    pub fn get() -> &'static Self {
        static SCALE: OnceLock<Scale> = OnceLock::new();
        SCALE.get_or_init(|| Self(LEVELS.map(|level| Point::at(normal_quantile(level), level))))
    }

    /// A part with these quantiles at [`LEVELS`], at least 0 and not decreasing, and this mean. What lies beyond the
    /// last level is as much as makes the mean right.
    pub fn part(&self, quantile: impl Fn(usize) -> f64, mean: f64) -> Part {
        let points = &self.0;
        let row: [f64; LEVELS.len()] = std::array::from_fn(quantile);
        let median = row[MEDIAN];
        // Differences from the median, so that large values keep their digits.
        let value = row.map(|value| value - median);
        let slope = |place: usize| (value[place + 1] - value[place]) / (points[place + 1].z - points[place].z);
        let mut sums = Integrals::default();
        let (first, floor) = (slope(0), -median);
        if first > 0.0 && value[0] > floor {
            let base = value[0] - first * points[0].z;
            let z = (floor - base) / first;
            let none = Point::at(z, 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2));
            sums.add(Point::LEAST, none, floor, 0.0);
            sums.add(none, points[0], base, first);
        } else {
            sums.add(Point::LEAST, points[0], value[0], 0.0);
        }
        for place in 0..LAST {
            let slope = slope(place);
            sums.add(points[place], points[place + 1], value[place] - slope * points[place].z, slope);
        }
        let end = points[LAST];
        let beyond = 1.0 - end.below;
        let wanted = (mean - median - sums.value - beyond * value[LAST]) / (end.density - beyond * end.z);
        let (steep, whole) = (slope(LAST - 1), value[LAST] / end.z);
        let tail =
            if median > 0.0 { wanted.clamp(steep.min(whole), STEEPEST * steep.max(whole)) } else { wanted.max(0.0) };
        sums.add(end, Point::MOST, value[LAST] - tail * end.z, tail);
        let variance = (sums.square - sums.value * sums.value).max(0.0);
        let zero = match row.iter().position(|value| *value > 0.0) {
            Some(0) => 0.0,
            Some(place) => 0.5 * (LEVELS[place - 1] + LEVELS[place]),
            None if mean > 0.0 => 0.5 * (LEVELS[LAST] + 1.0),
            None => 1.0,
        };
        Part {
            mean,
            spread_mean: median + sums.value,
            variance,
            common: sums.common.clamp(0.0, variance.sqrt()),
            zero,
            log_zero: libm::log(zero),
            row,
            tail,
        }
    }

    /// The same as a function of the normal score.
    pub fn curve(&self, quantile: impl Fn(usize) -> f64, mean: f64) -> Curve {
        Curve { scores: self.0.map(|point| point.z), part: self.part(quantile, mean) }
    }
}

/// A sum of parts.
#[derive(Debug, Clone, Default)]
pub struct Sum {
    parts: usize,
    mean: f64,
    spread_mean: f64,
    variance: f64,
    common: f64,
    common_squares: f64,
    log_zero: f64,
    /// Quantiles of the only part.
    only: [f64; LEVELS.len()],
}

impl Sum {
    /// Adds a part.
    pub fn add(&mut self, part: &Part) {
        self.parts += 1;
        self.mean += part.mean;
        self.spread_mean += part.spread_mean;
        self.variance += part.variance;
        self.common += part.common;
        self.common_squares += part.common * part.common;
        self.log_zero += part.log_zero;
        self.only = part.row;
    }

    /// Quantiles of the sum at [`LEVELS`], at least 0 and not decreasing, where parts correlate by `correlation`
    /// (0 to 1) on the normal scale. Those of a single part are its own; those of none are 0.
    pub fn quantiles(&self, correlation: f64) -> [f64; LEVELS.len()] {
        if self.parts < 2 {
            return self.only;
        }
        let shared = (self.common * self.common - self.common_squares).max(0.0);
        // A rule that repeats a week without sales says 0 on average, and yet that there may be some.
        let mean = if self.mean > 0.0 { self.mean } else { self.spread_mean };
        let variance = self.variance + correlation * shared;
        let square = mean * mean;
        let is_certain = variance <= ROUNDING * square;
        if mean <= 0.0 || is_certain || !(variance + square).is_finite() {
            return [mean.max(0.0); LEVELS.len()];
        }
        // No distribution with this mean and variance is 0 more often than that.
        let zero = self.zero(correlation).min(0.999 * variance / (variance + square));
        let some_mean = mean / (1.0 - zero);
        // Not as the difference of two squares: of a sum that is nearly certain nothing would be left.
        let some_variance = (variance - zero * (variance + square)) / ((1.0 - zero) * (1.0 - zero));
        let (shape, unit) = (some_mean * some_mean / some_variance, some_variance / some_mean);
        let mut gamma = Gamma::new(shape);
        let mut least = 0.0_f64;
        LEVELS.map(|level| {
            if level > zero {
                least = least.max(unit * gamma.quantile((level - zero) / (1.0 - zero)));
            }
            least
        })
    }

    /// Probability that all parts are 0, taking them as alike.
    fn zero(&self, correlation: f64) -> f64 {
        // Places of the integral over what is common to all parts, and their distance.
        const REACH: i32 = 10;
        const STRIDE: f64 = 0.5;
        // A share of the sum below its last digit.
        const NOTHING: f64 = 1e-18;
        if self.log_zero == f64::NEG_INFINITY {
            return 0.0;
        }
        let parts = self.parts as f64;
        let one = libm::exp(self.log_zero / parts);
        if correlation <= 0.0 || one >= 1.0 {
            return libm::exp(self.log_zero);
        }
        if correlation >= 1.0 {
            return one;
        }
        let z = normal_quantile(one);
        let (of_common, of_own) = (correlation.sqrt(), std::f64::consts::FRAC_1_SQRT_2 / (1.0 - correlation).sqrt());
        let (mut sum, mut last) = (0.0, 0.0);
        for place in -REACH..=REACH {
            let common = STRIDE * f64::from(place);
            let below = 0.5 * libm::erfc((of_common * common - z) * of_own);
            let part = STRIDE * density(common) * power(below, self.parts);
            sum += part;
            // The logarithms of both factors are concave: past their peak all that is left is less.
            if part < last && part < NOTHING * sum {
                break;
            }
            last = part;
        }
        sum
    }
}

/// Whole powers by squaring.
fn power(mut base: f64, mut exponent: usize) -> f64 {
    let mut made = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            made *= base;
        }
        base *= base;
        exponent /= 2;
    }
    made
}

fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt()
}

/// Shape from which Wilson and Hilferty's cube root (1931) is right to five digits.
const NEARLY_NORMAL: f64 = 100.0;

/// Steps of at most this share of the place and of the deviation, whose fourth powers no digit shows.
const LAST_STEP: f64 = 1e-3;

/// A gamma distribution with scale 1.
pub struct Gamma {
    shape: f64,
    log_gamma: f64,
    /// Of the last quantile, its part of where its search began: that of the next level is nearly the same.
    off: f64,
}

impl Gamma {
    /// Of a shape above 0.
    pub fn new(shape: f64) -> Self {
        Self { shape, log_gamma: if shape < NEARLY_NORMAL { libm::lgamma(shape) } else { 0.0 }, off: 1.0 }
    }

    /// Quantile at `level` (in 0..1).
    pub fn quantile(&mut self, level: f64) -> f64 {
        let Self { shape, log_gamma, off } = *self;
        let is_nearly_normal = shape >= NEARLY_NORMAL;
        let normal = if is_nearly_normal { normal_quantile(level) } else { rough_normal_quantile(level) };
        let root = 1.0 - 1.0 / (9.0 * shape) + normal / (3.0 * shape.sqrt());
        let mut x = shape * root * root * root;
        if is_nearly_normal {
            return x;
        }
        // Near 0 the distribution is xᵏ / Γ(k + 1), above it by no more than x k / (k + 1).
        if root <= 0.0 || x < 0.5 * (shape + 1.0) {
            let small = libm::exp((libm::log(level) + log_gamma + libm::log(shape)) / shape);
            if root <= 0.0 || small < 0.2 * (shape + 1.0) {
                x = small;
            }
        }
        let begun = x;
        x *= off;
        let (mut low, mut high) = (0.0_f64, f64::INFINITY);
        for _ in 0..60 {
            if x <= 0.0 {
                return 0.0;
            }
            let front = libm::exp(shape * libm::log(x) - x - log_gamma);
            let miss = gamma_below(shape, x, front) - level;
            if miss > 0.0 {
                high = high.min(x);
            } else {
                low = low.max(x);
            }
            // The quantile function's Taylor series by the density's own slopes; far away Halley's step, its second term
            // made a quotient.
            let (newton, spread) = (-miss * x / front, (shape - 1.0) / x);
            let bend = spread - 1.0;
            let step = if (newton * bend).abs() < 0.2 {
                newton * (1.0 - newton * (bend / 2.0 - newton * (2.0 * bend * bend + spread / x) / 6.0))
            } else {
                let less = 1.0 + 0.5 * newton * bend;
                if less > 0.5 { newton / less } else { newton }
            };
            let mut next = x + step;
            let is_between = next > low && next < high;
            if !is_between {
                next = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * x };
            }
            let is_done = (next - x).abs() <= LAST_STEP * x.min(shape.sqrt()) && (newton * bend).abs() <= LAST_STEP;
            x = next;
            if is_done {
                break;
            }
        }
        self.off = (x / begun).clamp(0.5, 2.0);
        x
    }
}

/// Probability that a gamma variable with scale 1 is at most `x`: the series until far above the mean, the continued
/// fraction (Lentz's method) beyond, which takes several times as long a term; `front` is xᵏ e⁻ˣ / Γ(k).
fn gamma_below(shape: f64, x: f64, front: f64) -> f64 {
    const TERMS: usize = 300;
    const ENOUGH: f64 = 1e-14;
    const TINY: f64 = 1e-300;
    if x < shape + 6.0 * shape.sqrt() + 6.0 {
        let (mut term, mut sum, mut divisor) = (1.0 / shape, 1.0 / shape, shape);
        for _ in 0..TERMS {
            divisor += 1.0;
            term *= x / divisor;
            sum += term;
            if term < ENOUGH * sum {
                break;
            }
        }
        return front * sum;
    }
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (1.0 / TINY, 1.0 / b);
    let mut fraction = d;
    for term in 1..=TERMS {
        let n = term as f64;
        let a = n * (shape - n);
        b += 2.0;
        d = 1.0 / nonzero(a * d + b, TINY);
        c = nonzero(b + a / c, TINY);
        fraction *= c * d;
        if (c * d - 1.0).abs() < ENOUGH {
            break;
        }
    }
    1.0 - front * fraction
}

fn nonzero(value: f64, tiny: f64) -> f64 {
    if value.abs() < tiny { tiny } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantile(shape: f64, level: f64) -> f64 {
        Gamma::new(shape).quantile(level)
    }

    #[test]
    fn gamma_quantiles_are_those_of_known_distributions() {
        for level in [0.01, 0.1, 0.5, 0.9, 0.99] {
            let exponential = -libm::log(1.0 - level);
            assert!((quantile(1.0, level) - exponential).abs() < 1e-8 * exponential, "level {level}");
            // Half a squared normal has shape ½.
            let z = normal_quantile(0.5 + level / 2.0);
            assert!((quantile(0.5, level) - z * z / 2.0).abs() < 1e-7 * z * z, "level {level}");
            let near = (quantile(99.999, level), quantile(100.0, level));
            assert!((near.0 - near.1).abs() < 2e-2, "no jump where the way to compute changes: {near:?}");
        }
        assert!(quantile(1e-3, 0.05) < 1e-300);
    }

    /// Against halving, which needs no slope.
    #[test]
    fn gamma_quantiles_have_all_their_digits() {
        for shape in [0.05, 0.3, 0.9, 1.0, 1.7, 4.0, 11.0, 30.0, 70.0, 99.0] {
            let log_gamma = libm::lgamma(shape);
            for level in LEVELS.into_iter().chain([1e-6, 1e-3, 0.02, 0.99, 0.9999]) {
                let below = |x: f64| gamma_below(shape, x, libm::exp(shape * libm::log(x) - x - log_gamma));
                let (mut low, mut high) = (-600.0, libm::log(300.0));
                for _ in 0..80 {
                    let middle = 0.5 * (low + high);
                    if below(libm::exp(middle)) < level { low = middle } else { high = middle }
                }
                let (known, made) = (libm::exp(low), quantile(shape, level));
                assert!((made - known).abs() <= 1e-10 * known + 1e-250, "{shape} at {level}: {made} for {known}");
            }
        }
    }

    #[test]
    fn normal_parts_add_up_as_normals_do() {
        let scale = Scale::get();
        let row = LEVELS.map(|level| 1000.0 + 50.0 * normal_quantile(level));
        let part = scale.part(|place| row[place], 1000.0);
        assert!((part.variance - 2500.0).abs() < 0.1 && (part.common - 50.0).abs() < 0.01, "{part:?}");
        for correlation in [0.0, 0.2, 1.0] {
            let mut sum = Sum::default();
            (0..28).for_each(|_| sum.add(&part));
            let deviation = 50.0 * (28.0 + correlation * 28.0 * 27.0_f64).sqrt();
            for (value, level) in sum.quantiles(correlation).iter().zip(LEVELS) {
                let expected = 28_000.0 + deviation * normal_quantile(level);
                // A gamma distribution leans by twice its deviation over its mean, 5 % at most here.
                assert!((value - expected).abs() < 0.035 * deviation, "{value} for {expected} at {level}");
            }
        }
    }

    #[test]
    fn parts_that_go_together_are_more_often_none() {
        let scale = Scale::get();
        let part = scale.part(|place| f64::from(LEVELS[place] > 0.7), 0.3);
        let mut sum = Sum::default();
        (0..28).for_each(|_| sum.add(&part));
        // Φ(z)²⁸ over what is common to all, z being what its own part is left to be.
        let (correlation, z) = (0.2_f64, normal_quantile(0.725));
        let own = |common: f64| (z - correlation.sqrt() * common) / (1.0 - correlation).sqrt();
        let below = |common: f64| 0.5 * libm::erfc(-own(common) / std::f64::consts::SQRT_2);
        let parts = (-10..=10).map(|place| 0.5 * f64::from(place));
        let plain: f64 = parts.map(|common| 0.5 * density(common) * libm::pow(below(common), 28.0)).sum();
        assert!((part.zero - 0.725).abs() < 1e-12, "{}", part.zero);
        assert!((sum.zero(correlation) / plain - 1.0).abs() < 1e-12, "{} for {plain}", sum.zero(correlation));
        assert!(plain > 10.0 * sum.zero(0.0));
    }

    #[test]
    fn what_is_certain_stays_exact_and_one_part_stays_itself() {
        let scale = Scale::get();
        let mut sum = Sum::default();
        assert_eq!(sum.quantiles(0.2), [0.0; LEVELS.len()]);
        let row: [f64; LEVELS.len()] = std::array::from_fn(|place| (place * place) as f64);
        sum.add(&scale.part(|place| row[place], 40.0));
        assert_eq!(sum.quantiles(0.2), row);
        let mut certain = Sum::default();
        (0..4).for_each(|_| certain.add(&scale.part(|_| 2.5, 2.5)));
        assert_eq!(certain.quantiles(0.2), [10.0; LEVELS.len()]);
    }

    #[test]
    fn large_sums_that_are_nearly_certain_are_not_lost() {
        let scale = Scale::get();
        let part = scale.part(|place| 2e9 + place as f64 / 6.0, 2e9 + 1.0);
        let mut sum = Sum::default();
        (0..7).for_each(|_| sum.add(&part));
        let made = sum.quantiles(0.2);
        assert!(made.iter().all(|value| (value - 1.4e10).abs() < 50.0), "{made:?}");
        assert!(made[0] < made[LAST], "{made:?}");
    }

    #[test]
    fn rare_sales_have_a_lower_half() {
        // One sale on three days in ten: each day's lower half is 0, that of four weeks is that of a binomial.
        let scale = Scale::get();
        let part = scale.part(|place| f64::from(LEVELS[place] > 0.7), 0.3);
        let mut sum = Sum::default();
        (0..28).for_each(|_| sum.add(&part));
        let made = sum.quantiles(0.0);
        assert!(made[1] > 3.5 && made[1] < 6.5, "8.4 less 1.28 times 2.4: {made:?}");
        assert!(made[11] > 10.5 && made[11] < 13.5, "{made:?}");
        // One in fifty: most often nothing in four weeks.
        let part = scale.part(|_| 0.0, 0.02);
        let mut sum = Sum::default();
        (0..28).for_each(|_| sum.add(&part));
        let made = sum.quantiles(0.0);
        assert!(made[4] <= 0.0 && made[11] > 0.5 && made[11] < 2.5, "{made:?}");
    }
}
