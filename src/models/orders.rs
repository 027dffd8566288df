//! How many orders come, times how large they are: a compound of counts and sizes.
//!
//! S = X₁ + … + X_N. The number N of a period is negative binomial about a mean that follows the past (see [`super::counts`]),
//! each size X is drawn from the product's own latest orders, independently of the number: the classical compound, or
//! stuttering, demand of inventory theory (Adelson 1966, "Compound Poisson distributions"; Boylan and Syntetos 2021,
//! "Intermittent Demand Forecasting", chapter 4). So packs of a dozen stay packs of a dozen in the range, and one bulk
//! order is one size among many, not a level. Ranges and sums are of simulated futures, in which the mean goes on following
//! what comes. Of a period with several orders their number, sum and largest are known: the others share the rest evenly.
//! The wrong choice where orders become larger or smaller, for trends and yearly seasons, and where many order at once for
//! one reason; without order lines it answers as `negative-binomial`.

use ndarray::Array2;
use rand_pcg::rand_core::Rng;

use super::counts::{self, Counted, Fit, Kind, MANY};
use super::forecast::{LEVELS, normal_quantile};
use super::joint::quantiles_of;
use super::local::{Answer, Task, filled};
use crate::panel::Panel;
use crate::panel::sizes::{LARGEST, ORDERS};

/// Name as the command writes it.
pub const NAME: &str = "orders";

/// Latest orders whose sizes are drawn.
const MOST_SIZES: usize = 200;
/// Fewest orders that sizes are told by.
const FEWEST_SIZES: usize = 5;
/// Simulated futures.
const PATHS: usize = 500;
/// Orders drawn one by one in a period; more are told by these.
const MOST_DRAWN: usize = 200;

/// What the method reads beside a series' `values`, as long as these: the number of orders, the largest one, and the value
/// as a share of what was sold, where what is known ahead was taken out. Nothing of a panel without orders.
pub fn columns(panel: &Panel, place: usize, values: &[f64]) -> Vec<Vec<f64>> {
    let of = |name: &str| {
        let column = panel.columns().iter().position(|column| column.name == name)?;
        Some(panel.column_values(column, place))
    };
    let (Some(counts), Some(largest)) = (of(ORDERS), of(LARGEST)) else { return Vec::new() };
    let (sold, season) = (panel.values(place), panel.frequency().season_length());
    let share = |at: usize| if sold[at] > 0.0 && values[at] > 0.0 { values[at] / sold[at] } else { 1.0 };
    // Where a value is missing, so is what it is made of, and both are filled alike.
    let beside = |column: &dyn Fn(usize) -> f64| {
        let known: Vec<f64> =
            (0..values.len()).map(|at| if values[at].is_finite() { column(at) } else { f64::NAN }).collect();
        let filled = filled(&known, season);
        let mut made = vec![0.0; values.len() - filled.len()];
        made.extend(filled);
        made
    };
    vec![beside(&|at| counts[at]), beside(&|at| largest[at]), beside(&share)]
}

/// Sizes of the latest orders, of what was sold in each period with its number of orders and the largest.
fn sizes(sold: &[f64], counts: &[f64], largest: &[f64]) -> Vec<f64> {
    let mut made = Vec::new();
    for ((sold, count), largest) in sold.iter().zip(counts).zip(largest).rev() {
        if *sold <= 0.0 || *count < 1.0 {
            continue;
        }
        let others = count - 1.0;
        // Of what came back it is not known whose it was.
        let (first, each) = if others > 0.0 && *largest < *sold {
            (*largest, (sold - largest) / others)
        } else {
            (sold / count, sold / count)
        };
        made.push(first);
        let room = MOST_SIZES.saturating_sub(made.len());
        made.extend(std::iter::repeat_n(each, room.min(others as usize)));
        if made.len() >= MOST_SIZES {
            break;
        }
    }
    made
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>) -> Answer {
    let past = task.history.len();
    let [counts, largest, share] = task.known[..] else { return counts::forecast(task, Kind::NegativeBinomial) };
    let sold: Vec<f64> = task.history.iter().zip(share).map(|(value, share)| value / share).collect();
    let sizes = sizes(&sold, &counts[..past], &largest[..past]);
    if sizes.len() < FEWEST_SIZES {
        return counts::forecast(task, Kind::NegativeBinomial);
    }
    let counts: Vec<f64> = counts[..past].iter().zip(share).map(|(count, share)| count * share).collect();
    let factors = counts::factors(&counts, task.frequency);
    let fit = Fit::new(&counts, &factors, false);
    let size = sizes.iter().sum::<f64>() / sizes.len() as f64;
    let factor = |step: usize| factors[(past + step) % factors.len()];
    let mut random = task.random.clone();
    let mut unit = || ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    let mut paths = Array2::zeros((task.horizon, PATHS));
    let mut totals = vec![0.0; PATHS];
    for (path, total) in totals.iter_mut().enumerate() {
        let mut level = fit.level;
        for step in 0..task.horizon {
            let mean = level * factor(step);
            let count = drawn(mean, fit.variance(mean), unit());
            let few = count.min(MOST_DRAWN as f64);
            let mut sum = 0.0;
            for _ in 0..few as usize {
                sum += sizes[(unit() * sizes.len() as f64) as usize];
            }
            if count > few {
                sum = (count * size + (count / few).sqrt() * (sum - few * size)).max(0.0);
            }
            level = (level + fit.alpha * (count - mean)).max(0.0);
            paths[(step, path)] = sum;
            if step >= task.unknown {
                *total += sum;
            }
        }
    }
    let mut quantiles = Array2::zeros((task.horizon, LEVELS.len()));
    let mut values = vec![0.0; PATHS];
    for (mut row, paths) in quantiles.rows_mut().into_iter().zip(paths.rows()) {
        values.iter_mut().zip(paths).for_each(|(slot, value)| *slot = *value);
        row.iter_mut().zip(quantiles_of(&mut values)).for_each(|(slot, value)| *slot = value);
    }
    let mean = (0..task.horizon).map(|step| fit.level * factor(step) * size).collect();
    let total = Some(quantiles_of(&mut totals).to_vec());
    Answer { model: NAME.into(), mean, quantiles, total, correlation: 0.0 }
}

/// A number of orders with that mean and variance, of a number between 0 and 1.
fn drawn(mean: f64, variance: f64, unit: f64) -> f64 {
    if mean > MANY {
        return (mean + variance.sqrt() * normal_quantile(unit)).round().max(0.0);
    }
    Counted::new(mean, variance).quantile(unit)
}

#[cfg(test)]
mod tests {
    use rand_pcg::Pcg64Mcg;
    use rand_pcg::rand_core::SeedableRng;

    use super::*;
    use crate::calendar::Frequency;

    fn made(history: &[f64], counts: &[f64], largest: &[f64]) -> Answer {
        let share = vec![1.0; history.len()];
        let random = Pcg64Mcg::seed_from_u64(1);
        let known = vec![counts, largest, &share];
        let (horizon, frequency) = (7, Frequency::Week);
        forecast(&Task { history, frequency, horizon, unknown: 0, known, shared: &[], end: 0, random })
    }

    #[test]
    fn packs_stay_packs_and_a_bulk_order_is_one_size_among_many() {
        let counts: Vec<f64> = (0..100).map(|week| f64::from(week * 7 % 5 / 2)).collect();
        let mut sold: Vec<f64> = counts.iter().map(|count| 12.0 * count).collect();
        let mut largest: Vec<f64> = counts.iter().map(|count| if *count > 0.0 { 12.0 } else { 0.0 }).collect();
        let answer = made(&sold, &counts, &largest);
        assert_eq!(answer.model, NAME);
        assert!(answer.quantiles.iter().all(|value| value % 12.0 == 0.0), "{}", answer.quantiles);
        let usual = counts.iter().sum::<f64>() / 100.0 * 12.0;
        assert!((answer.mean[0] / usual - 1.0).abs() < 0.1, "{:?} for {usual}", answer.mean);
        let total = answer.total.unwrap_or_default();
        assert!((total[6] / (7.0 * usual) - 1.0).abs() < 0.2 && total.is_sorted(), "{total:?}");
        // One more order of fifty times the size, in the last week but one with any.
        let Some(last) = counts.iter().rposition(|count| *count > 0.0) else { return };
        (sold[last], largest[last]) = (600.0 + sold[last] - 12.0, 600.0);
        let answer = made(&sold, &counts, &largest);
        assert!(answer.quantiles.column(9).iter().all(|value| *value < 100.0), "{}", answer.quantiles);
        assert!(answer.mean[0] < 1.8 * usual, "{:?} for {usual}", answer.mean);
    }

    #[test]
    fn sizes_are_taken_apart_as_far_as_they_are_known() {
        assert_eq!(
            sizes(&[5.0, 0.0, 30.0, 9.0], &[1.0, 0.0, 3.0, 2.0], &[5.0, 0.0, 20.0, 6.0]),
            [6.0, 3.0, 20.0, 5.0, 5.0, 5.0]
        );
        // Some of it came back.
        assert_eq!(sizes(&[4.0], &[2.0], &[5.0]), [2.0, 2.0]);
        assert_eq!(sizes(&[1e6], &[1e4], &[200.0]).len(), MOST_SIZES);
    }

    #[test]
    fn odd_histories_are_answered() {
        for (sold, count) in [(0.0, 0.0), (1e12, 1.0), (1e9, 1e6), (3.0, 1e3), (0.4, 1.0)] {
            let (sold, counts) = (vec![sold; 30], vec![count; 30]);
            let answer = made(&sold, &counts, &sold);
            let total = answer.total.unwrap_or_default();
            let mut all = answer.mean.iter().chain(&answer.quantiles).chain(&total);
            assert!(all.all(|value| value.is_finite() && *value >= 0.0), "{sold:?}");
        }
    }
}
