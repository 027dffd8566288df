//! What earlier years made of a level: around the same moment of each, in levels without their growth, as a mean of the years.

use super::super::year::{earlier, level};
use crate::calendar::Frequency;

/// A block sells so many levels at most: beyond lies a past of next to nothing.
const MOST_LEVELS: f64 = 20.0;
/// And so many at least where a past is divided by it, lest one piece in a quiet time become dozens.
const LEAST_LEVELS: f64 = 0.2;
/// A level becomes so many in a year at most.
const MOST_DRIFT: f64 = 4.0;
/// Levels before an earlier moment that must be known, so that a shop's first weeks are not taken for a quiet season.
const LEVELS_BEFORE: usize = 2;

/// A year, the level, and what is taken as one moment of the year, in periods.
#[derive(Clone, Copy)]
pub struct Shape {
    pub year: usize,
    pub level: usize,
    pub block: usize,
}

impl Shape {
    /// None of hours.
    pub fn of(frequency: Frequency) -> Option<Self> {
        match frequency {
            Frequency::Hour => None,
            Frequency::Day => Some(Self { year: 364, level: 56, block: 7 }),
            Frequency::Week => Some(Self { year: 52, level: 8, block: 1 }),
            Frequency::Month => Some(Self { year: 12, level: 3, block: 1 }),
        }
    }

    /// Whether a series sold in the third of a year before the same moment of last year, and in the last one.
    pub fn is_steady(self, history: &[f64]) -> bool {
        let sold = |until: usize| history[until.saturating_sub(self.year / 3)..until].iter().any(|value| *value > 0.0);
        history.len().checked_sub(self.year).is_some_and(|then| then >= self.level && sold(then)) && sold(history.len())
    }

    /// Where the same moment of each earlier year lies, and the level before it.
    pub fn earlier(self, history: &[f64]) -> impl Iterator<Item = (usize, f64)> {
        let first = history.iter().position(|value| *value > 0.0).unwrap_or(history.len());
        let least = first + LEVELS_BEFORE * self.level;
        earlier(history, self.year, self.level).filter(move |(then, _)| *then >= least)
    }

    /// What earlier years made of the level, block by block behind the last value; none without an earlier year.
    pub fn after(self, history: &[f64], blocks: usize) -> Option<Vec<f64>> {
        let (mut sums, mut years) = (vec![0.0; blocks], 0.0);
        for (then, base) in self.earlier(history) {
            years += 1.0;
            let drift = self.drift(history, then, base);
            for (block, sum) in sums.iter_mut().enumerate() {
                // Beyond what came since, the year before that repeats.
                let from = then + (block * self.block) % self.year;
                let since = (from - then) as f64 + (self.block as f64 - 1.0) / 2.0;
                let levels = mean(&history[from..history.len().min(from + self.block)]) / base / drift.powf(since);
                *sum += levels.min(MOST_LEVELS);
            }
        }
        (years > 0.0).then(|| sums.iter().map(|sum| sum / years).collect())
    }

    /// The same before the last value, by periods back of one year; 1 where no earlier year reaches.
    pub fn before(self, history: &[f64]) -> Vec<f64> {
        let (mut sums, mut years) = (vec![0.0; self.year], vec![0.0; self.year]);
        for (then, base) in self.earlier(history) {
            let drift = self.drift(history, then, base);
            for back in 1..=self.year.min(then) {
                sums[back - 1] += self.near(history, then - back) / base * drift.powf(back as f64);
                years[back - 1] += 1.0;
            }
        }
        sums.iter().zip(years).map(|(sum, years)| if years > 0.0 { sum / years } else { 1.0 }).collect()
    }

    /// What the level became a year behind a moment, per period: a trend is for the methods to tell, not for the year.
    fn drift(self, history: &[f64], then: usize, base: f64) -> f64 {
        let after = level(&history[..then + self.year], self.level) / base;
        after.clamp(1.0 / MOST_DRIFT, MOST_DRIFT).powf(1.0 / self.year as f64)
    }

    /// Mean around a period, a block wide.
    pub fn near(self, history: &[f64], at: usize) -> f64 {
        let around = self.block / 2;
        mean(&history[at.saturating_sub(around)..history.len().min(at + around + 1)])
    }

    /// By what a level is multiplied at each step, by blocks, where they count so far.
    pub fn growth(self, blocks: &[f64], trust: f64, horizon: usize) -> Vec<f64> {
        // Blocks are known in their middle.
        let middle = (self.block as f64 - 1.0) / 2.0;
        let at = |block: usize| 1.0 + trust * (blocks[block.min(blocks.len() - 1)] - 1.0);
        let step = |step: usize| {
            let place = ((step as f64 - middle) / self.block as f64).max(0.0);
            let share = place - place.floor();
            at(place as usize) * (1.0 - share) + at(place as usize + 1) * share
        };
        (0..horizon).map(step).collect()
    }
}

/// By what a period of the past is divided that is so many levels, where they count so far.
pub fn divisor(levels: f64, trust: f64) -> f64 {
    1.0 + trust * (levels.clamp(LEAST_LEVELS, MOST_LEVELS) - 1.0)
}

/// Mean of some values, 0 of none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
