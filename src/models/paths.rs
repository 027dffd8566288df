//! Simulated futures of a fitted model: steps, ranges and sums that belong together, held below what the history makes
//! plausible.

use ndarray::{Array2, s};
use rand_pcg::rand_core::Rng;

use super::forecast::LEVELS;
use super::local::{Answer, Task, quantile_sorted};

/// Simulated futures.
const PATHS: usize = 500;
/// No path rises above this many times the largest value of the history.
pub const CEILING: f64 = 3.0;
/// Seasons whose errors say how large errors are now, and fewest of them.
const RECENT: (usize, usize) = (4, 24);
/// Bounds of recent errors against all.
const RECENT_SHARE: (f64, f64) = (0.05, 2.0);

/// Errors to draw from: with mean zero, as a model has them, though those of a fit may lean to one side; additive ones
/// of the size they had lately, since a shop's product may have become smaller or larger than most of its past.
pub fn drawable(errors: &[f64], season: usize, additive: bool) -> Vec<f64> {
    let lean = errors.iter().sum::<f64>() / errors.len() as f64;
    let recent = errors.len().min((RECENT.0 * season).max(RECENT.1));
    let size = |errors: &[f64]| errors.iter().map(|error| (error - lean).abs()).sum::<f64>() / errors.len() as f64;
    let (late, all) = (size(&errors[errors.len() - recent..]), size(errors));
    let share = if additive && all > 0.0 { (late / all).clamp(RECENT_SHARE.0, RECENT_SHARE.1) } else { 1.0 };
    errors.iter().map(|error| share * (error - lean)).collect()
}

/// One future from the end of the history: writes a value per step, taking an error for each.
pub type Walk<'a> = dyn FnMut(&mut dyn FnMut() -> f64, &mut [f64]) + 'a;

/// Forecast by simulation. `walk` makes futures of the values that the model knows, and `back` sales of a step's value;
/// these are held within 0 and the ceiling over `highest`, the largest of the history. The mean is the model's own, moved
/// by what holding does to the paths.
pub fn simulate(
    task: &Task<'_>,
    model: String,
    errors: &[f64],
    highest: f64,
    back: &dyn Fn(usize, f64) -> f64,
    walk: &mut Walk<'_>,
) -> Answer {
    let mut random = task.random.clone();
    let held = |value: f64| value.clamp(0.0, CEILING * highest.max(0.0));
    let mut paths = Array2::zeros((task.horizon, PATHS));
    let (mut path, mut mean) = (vec![0.0; task.horizon], vec![0.0; task.horizon]);
    let mut sums = vec![0.0; PATHS];
    for place in 0..PATHS {
        walk(&mut || errors[(random.next_u64() % errors.len() as u64) as usize], &mut path);
        for (step, value) in path.iter().enumerate() {
            let came = back(step, *value);
            let kept = held(came);
            paths[(step, place)] = kept;
            mean[step] += (kept - came) / PATHS as f64;
        }
        sums[place] = paths.slice(s![task.unknown.., place]).sum();
    }
    walk(&mut || 0.0, &mut path);
    mean.iter_mut().zip(&path).enumerate().for_each(|(step, (slot, value))| *slot = held(*slot + back(step, *value)));
    let mut quantiles = Array2::zeros((task.horizon, LEVELS.len()));
    let mut keys: Vec<u64> = Vec::with_capacity(PATHS);
    for (mut row, values) in quantiles.rows_mut().into_iter().zip(paths.rows()) {
        // Numbers from 0 up stand in the order of their bits, which whole numbers are sorted by in half the time.
        keys.clear();
        keys.extend(values.iter().map(|value| (value + 0.0).to_bits()));
        keys.sort_unstable();
        let values: Vec<f64> = keys.iter().map(|key| f64::from_bits(*key)).collect();
        row.iter_mut().zip(LEVELS).for_each(|(slot, level)| *slot = quantile_sorted(&values, level));
    }
    sums.sort_unstable_by(f64::total_cmp);
    let total = LEVELS.iter().map(|level| quantile_sorted(&sums, *level)).collect();
    Answer { model, mean, quantiles, total: Some(total), correlation: 0.0 }
}

/// A constant or very short history: its mean, with the spread of its values.
pub fn flat(task: &Task<'_>, history: &[f64]) -> Answer {
    let mean = history.iter().sum::<f64>() / history.len() as f64;
    let mut sorted = history.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let quantiles =
        Array2::from_shape_fn((task.horizon, LEVELS.len()), |(_, place)| quantile_sorted(&sorted, LEVELS[place]));
    Answer { model: "mean".into(), mean: vec![mean; task.horizon], quantiles, total: None, correlation: 0.2 }
}
