//! The simple rules that every other method has to beat.
//!
//! *Seasonal naive* repeats the last season; its spread is that of the differences one season apart, growing with the
//! root of the number of seasons ahead (Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 5.5). The
//! wrong choice for erratic goods. *Moving average* answers the quantiles of the last values, or of the last values of
//! the same phase of the season; how many, the series' own past decides. The wrong choice for trends. *Window* answers the
//! quantiles of all past values, old ones counting less and less by a fixed half-life (the
//! weights of exponential smoothing on an empirical distribution; Taylor 2007, "Forecasting daily supermarket sales using
//! exponentially weighted quantile regression"): hard to beat where sales are rare or erratic. The wrong choice for trends and seasons.

use ndarray::Array2;

use super::forecast::LEVELS;
use super::forecast::pinball;
use super::local::{Answer, Task, quantile_sorted};
use crate::calendar::Frequency;

/// Differences needed to speak of a spread.
const LEAST_DIFFERENCES: usize = 3;

/// Correlation of errors of neighbouring steps that simple rules show on sales: their level is wrong for all steps.
const LEVEL_CORRELATION: f64 = 0.2;

/// The value one season before. Where the history is shorter than a season: the mean of all where the season is the
/// week's or the day's, of which any single value shows one phase only, and the last value where it is the year's.
pub fn seasonal_naive(task: &Task<'_>) -> Answer {
    let history = task.history;
    let season = task.frequency.season_length();
    let (lag, model) = if history.len() >= season { (season, "seasonal-naive") } else { (1, "naive") };
    if lag == 1 && matches!(task.frequency, Frequency::Hour | Frequency::Day) {
        return part_of_a_season(task);
    }
    let tail = &history[history.len() - lag..];
    let mean: Vec<f64> = (0..task.horizon).map(|step| tail[step % lag]).collect();
    let mut steps: Vec<f64> = history.iter().skip(lag).zip(history).map(|(now, then)| now - then).collect();
    if steps.len() < LEAST_DIFFERENCES {
        steps = history.iter().skip(1).zip(history).map(|(now, then)| now - then).collect();
        steps.push(0.0);
    }
    steps.sort_unstable_by(f64::total_cmp);
    // The rule repeats: how sales usually change from season to season is no part of it, only how much.
    let usual = quantile_sorted(&steps, 0.5);
    let spread = LEVELS.map(|level| quantile_sorted(&steps, level) - usual);
    let quantiles = Array2::from_shape_fn((task.horizon, LEVELS.len()), |(step, place)| {
        let seasons_ahead = (step / lag + 1) as f64;
        mean[step] + spread[place] * seasons_ahead.sqrt()
    });
    Answer { model: model.into(), mean, quantiles, total: None, correlation: LEVEL_CORRELATION }
}

/// The same for every step: the mean of what little there is, and its quantiles.
fn part_of_a_season(task: &Task<'_>) -> Answer {
    let mut sorted = task.history.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let level = sorted.iter().sum::<f64>() / sorted.len() as f64;
    let quantiles = Array2::from_shape_fn((task.horizon, LEVELS.len()), |(_, place)| {
        level + quantile_sorted(&sorted, LEVELS[place]) - quantile_sorted(&sorted, 0.5)
    });
    Answer {
        model: "mean".into(),
        mean: vec![level; task.horizon],
        quantiles,
        total: None,
        correlation: LEVEL_CORRELATION,
    }
}

/// Which past values a window takes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Window {
    /// The last so many.
    Last(usize),
    /// The last so many of the same phase of the season.
    SamePhase(usize),
}

/// Origins on which windows are compared.
const ORIGINS: usize = 6;

/// Quantiles of a window of past values; the window that did best on the series' own past.
pub fn moving_average(task: &Task<'_>) -> Answer {
    let history = task.history;
    let season = task.frequency.season_length();
    let lengths: &[usize] = match task.frequency {
        Frequency::Hour => &[24, 72, 168, 336],
        Frequency::Day => &[7, 14, 28, 56, 91, 182],
        Frequency::Week => &[4, 8, 13, 26, 52],
        Frequency::Month => &[3, 6, 12, 24],
    };
    let phases: &[usize] = if task.frequency == Frequency::Week { &[] } else { &[4, 8, 16] };
    let windows =
        lengths.iter().map(|&length| Window::Last(length)).chain(phases.iter().map(|&count| Window::SamePhase(count)));
    let horizon = task.horizon.min(history.len() / 3).max(1);
    let stride = (horizon / 2).max(1);
    let score = |window: Window| -> f64 {
        (0..ORIGINS)
            .filter_map(|origin| history.len().checked_sub(horizon + origin * stride))
            .filter(|&end| end >= season.min(history.len() / 2).max(1))
            .map(|end| loss(&history[..end], &history[end..end + horizon], window, season))
            .sum()
    };
    let mut best = (Window::Last(lengths[lengths.len() / 2]), f64::INFINITY);
    for window in windows {
        let needed = match window {
            Window::Last(length) => length,
            Window::SamePhase(count) => count * season,
        };
        // The shortest window is always there to fall back on.
        if needed > history.len().saturating_sub(horizon) && window != Window::Last(lengths[0]) {
            continue;
        }
        let score = score(window);
        if score < best.1 {
            best = (window, score);
        }
    }
    let samples: Vec<Vec<f64>> = (0..task.horizon).map(|step| sample(history, step, best.0, season)).collect();
    let mean = samples.iter().map(|values| values.iter().sum::<f64>() / values.len() as f64).collect();
    let quantiles = Array2::from_shape_fn((task.horizon, LEVELS.len()), |(step, place)| {
        quantile_sorted(&samples[step], LEVELS[place])
    });
    Answer { model: "moving-average".into(), mean, quantiles, total: None, correlation: LEVEL_CORRELATION }
}

/// Quantiles of all past values, weighted by how lately they came.
pub fn window(task: &Task<'_>) -> Answer {
    // Periods that halve a value's weight: by quantile loss on the validation parts of sets of rare and erratic goods.
    let half_life = match task.frequency {
        Frequency::Hour => 168.0,
        Frequency::Day => 56.0,
        Frequency::Week => 12.0,
        Frequency::Month => 6.0,
    };
    let fade = libm::exp(-std::f64::consts::LN_2 / half_life);
    let mut sorted = task.history.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    // All the weight of equal values stands at the first of them.
    let mut weights = vec![0.0; sorted.len()];
    let (mut weight, mut all, mut sum) = (1.0, 0.0, 0.0);
    for value in task.history.iter().rev() {
        weights[sorted.partition_point(|other| other < value)] += weight;
        all += weight;
        sum += weight * value;
        weight *= fade;
    }
    let mean = sum / all;
    let (mut at, mut below) = (0, weights[0]);
    let row = LEVELS.map(|level| {
        while below < level * all && at + 1 < sorted.len() {
            at += 1;
            below += weights[at];
        }
        sorted[at]
    });
    let quantiles = Array2::from_shape_fn((task.horizon, LEVELS.len()), |(_, place)| row[place]);
    let mean = vec![mean; task.horizon];
    Answer { model: "window".into(), mean, quantiles, total: None, correlation: LEVEL_CORRELATION }
}

/// The window's values for a step, sorted, never empty.
fn sample(history: &[f64], step: usize, window: Window, season: usize) -> Vec<f64> {
    let mut values: Vec<f64> = match window {
        Window::Last(length) => history[history.len().saturating_sub(length)..].to_vec(),
        Window::SamePhase(count) => {
            let phase = (history.len() + step) % season;
            history
                .iter()
                .enumerate()
                .rev()
                .filter(|(place, _)| place % season == phase)
                .take(count)
                .map(|(_, value)| *value)
                .collect()
        }
    };
    if values.is_empty() {
        values.extend(history.last());
    }
    values.sort_unstable_by(f64::total_cmp);
    values
}

fn loss(history: &[f64], came: &[f64], window: Window, season: usize) -> f64 {
    came.iter()
        .enumerate()
        .map(|(step, &actual)| {
            let sorted = sample(history, step, window, season);
            LEVELS.iter().map(|&level| pinball(level, actual, quantile_sorted(&sorted, level))).sum::<f64>()
        })
        .sum()
}
