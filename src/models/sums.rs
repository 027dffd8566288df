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

use super::forecast::{LEVELS, MEDIAN, normal_quantile};
use super::gamma::Gamma;

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

#[cfg(test)]
mod tests {
    use super::*;

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
