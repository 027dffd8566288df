//! Draws that give the same bits on every machine: a seeded generator and our own samplers over `libm`.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Above this mean a Poisson draw is split in two, so that `exp(-mean)` stays far from underflow.
const LARGEST_MEAN: f64 = 30.0;

pub(super) struct Random(Pcg64Mcg);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed))
    }

    /// Uniform in 0 to 1, 1 excluded.
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this chance happens.
    pub(super) fn chance(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }

    /// Uniform in `from..to`.
    pub(super) fn between(&mut self, from: usize, to: usize) -> usize {
        from + (self.unit() * to.saturating_sub(from) as f64) as usize
    }

    /// Standard normal (Box and Muller).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// A positive factor of mean 1 whose logarithm has the given spread.
    pub(super) fn shock(&mut self, spread: f64) -> f64 {
        libm::exp(spread * self.normal() - spread * spread / 2.0)
    }

    /// Poisson draw by inversion.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        if mean > LARGEST_MEAN {
            return self.poisson(mean / 2.0) + self.poisson(mean / 2.0);
        }
        let (mut term, mut count) = (libm::exp(-mean), 0_u32);
        let mut left = self.unit() - term;
        while left >= 0.0 && term > 0.0 {
            count += 1;
            term *= mean / f64::from(count);
            left -= term;
        }
        count
    }

    /// Puts a slice into random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let pick = self.between(0, last + 1);
            items.swap(last, pick);
        }
    }

    /// A place drawn in proportion to its weight.
    pub(super) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_mean_and_variance_they_should() {
        let mut random = Random::new(1);
        for mean in [0.05, 2.0, 45.0] {
            let draws: Vec<f64> = (0..20_000).map(|_| f64::from(random.poisson(mean))).collect();
            let average = draws.iter().sum::<f64>() / 20_000.0;
            let variance = draws.iter().map(|draw| (draw - average) * (draw - average)).sum::<f64>() / 20_000.0;
            // Five standard errors.
            assert!((average - mean).abs() < 5.0 * (mean / 20_000.0).sqrt(), "{mean}: {average}");
            assert!((variance / mean - 1.0).abs() < 0.15, "{mean}: {variance}");
        }
        let shocks = (0..20_000).map(|_| random.shock(0.4)).sum::<f64>() / 20_000.0;
        assert!((shocks - 1.0).abs() < 0.02, "{shocks}");
    }
}
