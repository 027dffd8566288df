//! Quantiles of gamma distributions, of those of counts and sums that are never negative.
//!
//! By Wilson and Hilferty's cube root (1931) alone where that is right to five digits, else from there on by steps of the
//! quantile function's Taylor series, to all digits.

use super::forecast::{normal_quantile, rough_normal_quantile};

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
    use crate::models::forecast::LEVELS;

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
}
