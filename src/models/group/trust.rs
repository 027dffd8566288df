//! How far a group's year counts: as far as it came true for its products at earlier origins.
//!
//! At each origin and block ahead the sales of all products together, each by its usual amount and the more the steadier it
//! is, are held against their level: that is a growth without the bias of single ratios, of which those of rare sales have
//! much. The trust is the slope of these growths on those of the group's year (least squares, drawn towards a half, as by a
//! normal prior), from 0 to 1. A category has a year of its own where these growths are more likely under it than under the
//! shop's by a margin, else the shop's.

use super::super::year::level;
use super::profile::{Shape, mean};

/// Origins, a horizon apart, at which years are held against what came; another is a year ago, at the same season.
const ORIGINS: usize = 3;
/// How far a year counts where no origin is early enough to tell.
const UNTOLD: f64 = 0.5;
/// Standard deviation of what is known of a trust before it is learned.
const UNSURE: f64 = 0.5;
/// Variance of a product's growth beside that of its sales from block to block: products differ.
const OWN_VARIANCE: f64 = 0.1;
/// Variance of a whole group's growth from year to year.
const SHARED_VARIANCE: f64 = 0.02;
/// By how much a category's own year must be more likely than the shop's (twice a difference of logarithms).
const MARGIN: f64 = 2.0;

/// Sums over the products of a group, per origin and block.
pub struct Lessons {
    shape: Shape,
    blocks: usize,
    sums: Vec<Sum>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    came: f64,
    level: f64,
    weight: f64,
}

/// A growth that came, and how uncertain it is.
struct Growth {
    origin: usize,
    block: usize,
    came: f64,
    variance: f64,
}

impl Lessons {
    /// Of no product, for that horizon.
    pub fn none(shape: Shape, horizon: usize) -> Self {
        let blocks = (horizon / shape.block).max(1);
        Self { shape, blocks, sums: vec![Sum::default(); blocks * (ORIGINS + 1)] }
    }

    /// Periods from each origin to the end.
    fn back(&self, origin: usize) -> usize {
        if origin < ORIGINS { (origin + 1) * self.blocks * self.shape.block } else { self.shape.year }
    }

    /// What a group's sales say at each origin of the blocks behind it.
    pub fn said(&self, group: &[f64]) -> Vec<Option<Vec<f64>>> {
        let past = |origin: usize| group.len().checked_sub(self.back(origin)).map(|at| &group[..at]);
        (0..=ORIGINS).map(|origin| self.shape.after(past(origin)?, self.blocks)).collect()
    }

    /// Adds a product's sales, which reach to the end.
    pub fn add(&mut self, history: &[f64]) {
        for origin in 0..=ORIGINS {
            // Where so many horizons are a year, that origin is the last.
            let is_same = origin < ORIGINS && self.back(origin) == self.shape.year;
            let Some(at) = history.len().checked_sub(self.back(origin)).filter(|_| !is_same) else { continue };
            let (past, came) = history.split_at(at);
            let usual = mean(past);
            if at < self.shape.level || usual <= 0.0 {
                continue;
            }
            let weight = 1.0 / (self.unsteadiness(past, usual) + OWN_VARIANCE);
            let level = level(past, self.shape.level);
            let sums = &mut self.sums[origin * self.blocks..(origin + 1) * self.blocks];
            for (sum, came) in sums.iter_mut().zip(came.chunks_exact(self.shape.block)) {
                sum.came += weight * mean(came) / usual;
                sum.level += weight * level / usual;
                sum.weight += weight;
            }
        }
    }

    /// Squared coefficient of variation of a block around the one before it.
    fn unsteadiness(&self, past: &[f64], usual: f64) -> f64 {
        let blocks: Vec<f64> = past.rchunks_exact(self.shape.block).map(mean).collect();
        let squares: f64 = blocks.windows(2).map(|pair| (pair[0] - pair[1]).powi(2) / 2.0).sum();
        squares / blocks.len().max(1) as f64 / (usual * usual)
    }

    fn growths(&self) -> impl Iterator<Item = Growth> {
        let known = self.sums.iter().enumerate().filter(|(_, sum)| sum.level > 0.0);
        known.map(|(place, sum)| Growth {
            origin: place / self.blocks,
            block: place % self.blocks,
            came: sum.came / sum.level - 1.0,
            variance: 2.0 / sum.weight + SHARED_VARIANCE,
        })
    }

    /// How far a year that said so counts.
    pub fn trust(&self, said: &[Option<Vec<f64>>]) -> f64 {
        let before = 1.0 / (UNSURE * UNSURE);
        let (mut with, mut own) = (before * UNTOLD, before);
        for growth in self.growths() {
            let Some(said) = &said[growth.origin] else { continue };
            let said = said[growth.block] - 1.0;
            with += said * growth.came / growth.variance;
            own += said * said / growth.variance;
        }
        (with / own).clamp(0.0, 1.0)
    }

    /// Whether a category's own year is more likely than the shop's, each as far as it counts; not where nothing tells.
    pub fn prefer(&self, own: (&[Option<Vec<f64>>], f64), shops: (&[Option<Vec<f64>>], f64)) -> bool {
        let miss = |growth: &Growth, (said, trust): (&[Option<Vec<f64>>], f64)| {
            let said = said[growth.origin].as_ref()?[growth.block] - 1.0;
            Some((growth.came - trust * said).powi(2) / growth.variance)
        };
        let gain = |growth: Growth| Some(miss(&growth, shops)? - miss(&growth, own)?);
        self.growths().filter_map(gain).sum::<f64>() > MARGIN
    }
}
