//! Rules of a line each: the next value is a weighted mean of the last ones, and perhaps a step further.
//!
//! *Naive* repeats the last value. *Drift* goes on by the mean change of the past, as a line from the first value to the
//! last does, its slope as unsure as so many changes leave it. *Weighted moving average* counts the last w values by 1 to
//! w, the latest most; w is the length that did best one step ahead. Source: Hyndman and Athanasopoulos, "Forecasting:
//! Principles and Practice", 5.2 and 5.5. All are the wrong choice for seasons, drift also for a past with a turn.

use super::local::{Answer, Task};
use super::paths::{flat, simulate};

/// Which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The last value.
    Naive,
    /// The last value and the mean change.
    Drift,
    /// The last values, the latest most.
    WeightedMovingAverage,
}

impl Rule {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Naive => "naive",
            Rule::Drift => "drift",
            Rule::WeightedMovingAverage => "weighted-moving-average",
        }
    }
}

/// Lengths of a weighted moving average to choose from.
const LENGTHS: [usize; 6] = [2, 3, 5, 8, 13, 21];
/// Values beyond a length that are needed to judge it by.
const LEAST_MISSES: usize = 8;

/// Weights of the last values, the latest first.
fn falling(length: usize) -> Vec<f64> {
    let all = (length * (length + 1) / 2) as f64;
    (0..length).map(|back| (length - back) as f64 / all).collect()
}

/// The next value after some, of which there are at least as many as weights.
fn next(values: &[f64], weights: &[f64]) -> f64 {
    values.iter().rev().zip(weights).map(|(value, weight)| value * weight).sum()
}

fn misses(history: &[f64], weights: &[f64]) -> Vec<f64> {
    (weights.len()..history.len()).map(|place| history[place] - next(&history[..place], weights)).collect()
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>, rule: Rule) -> Answer {
    let history = task.history;
    if history.len() < 2 {
        return flat(task, history);
    }
    let weights = if rule == Rule::WeightedMovingAverage { best(history) } else { vec![1.0] };
    let mut errors = misses(history, &weights);
    let count = errors.len() as f64;
    let lean = errors.iter().sum::<f64>() / count;
    errors.iter_mut().for_each(|error| *error -= lean);
    let drift = if rule == Rule::Drift { lean } else { 0.0 };
    let unsure = if rule == Rule::Drift { 1.0 / count.sqrt() } else { 0.0 };
    let highest = history.iter().fold(0.0_f64, |most, value| most.max(*value));
    simulate(task, rule.name().into(), &errors, highest, &|_, value| value, &mut |error, path| {
        let drift = drift + unsure * error();
        let mut values = history[history.len() - weights.len()..].to_vec();
        for slot in path {
            *slot = next(&values, &weights) + drift + error();
            values.push(*slot);
        }
    })
}

/// Weights of the length with the least mean square; of the shortest, where there is little to judge by.
fn best(history: &[f64]) -> Vec<f64> {
    let mut best = (f64::INFINITY, falling(1));
    // Lengths are compared on the same values.
    let longest = LENGTHS.into_iter().filter(|length| length + LEAST_MISSES <= history.len()).max().unwrap_or(1);
    for length in LENGTHS.into_iter().filter(|length| *length <= longest) {
        let weights = falling(length);
        let squares = misses(&history[longest - length..], &weights).iter().map(|miss| miss * miss).sum();
        if squares < best.0 {
            best = (squares, weights);
        }
    }
    best.1
}
