//! Year over year: the shape of the same weeks of earlier years, at the level of the last ones.
//!
//! What is expected of step h is the mean level of the last weeks times the mean, over up to four earlier years, of what
//! was sold at that time of the year over the level before it. Days are those of the same weekday, 364 days or 52 weeks
//! before, and are meaned with their neighbours a week and two weeks off. Ranges are those of the method's own misses at
//! earlier origins, in levels. It is the year-over-year growth that shops reckon with (Hyndman and Athanasopoulos,
//! "Forecasting: Principles and Practice", 5.2, as seasonal naive with drift in the level). The wrong choice where last
//! year was unlike this one. It needs more than a year of days or weeks; for what is shorter, and for hours and months,
//! the dynamic optimised Theta method answers, times the year of the product's group (see [`super::group`]).

use ndarray::Array2;

use super::forecast::LEVELS;
use super::local::{Answer, Task, quantile_sorted};
use super::paths::CEILING;
use super::theta;
use crate::calendar::Frequency;

/// Name as the command writes it.
pub const NAME: &str = "year-over-year";

/// Most earlier years.
const YEARS: usize = 4;
/// Earlier origins whose misses make the ranges, half a horizon apart.
const ORIGINS: usize = 8;
/// Correlation of errors of neighbouring steps: the level is wrong for all of them.
const LEVEL_CORRELATION: f64 = 0.4;

/// Mean of the last values, as many as make a level.
pub(super) fn level(history: &[f64], periods: usize) -> f64 {
    let last = &history[history.len().saturating_sub(periods)..];
    last.iter().sum::<f64>() / last.len().max(1) as f64
}

/// Where the same moment of each earlier year lies, the latest first, and the level before it; without those of none.
pub(super) fn earlier(history: &[f64], year: usize, periods: usize) -> impl Iterator<Item = (usize, f64)> {
    let places = (1..=YEARS).map_while(move |back| history.len().checked_sub(back * year));
    let told = places.take_while(move |then| 2 * then >= periods);
    told.map(move |then| (then, level(&history[..then], periods))).filter(|(_, base)| *base > 0.0)
}

/// Periods of a year, of the level, and neighbours that are meaned.
struct Shape {
    year: usize,
    level: usize,
    neighbours: &'static [isize],
}

impl Shape {
    fn of(frequency: Frequency) -> Option<Self> {
        match frequency {
            Frequency::Day => Some(Self { year: 364, level: 56, neighbours: &[-14, -7, 0, 7, 14] }),
            Frequency::Week => Some(Self { year: 52, level: 8, neighbours: &[0] }),
            Frequency::Hour | Frequency::Month => None,
        }
    }

    /// The next values; none where no earlier year has sales.
    fn ahead(&self, history: &[f64], horizon: usize) -> Option<Vec<f64>> {
        let (mut sums, mut years) = (vec![0.0; horizon], 0.0);
        for (then, base) in earlier(history, self.year, self.level) {
            years += 1.0;
            for (step, sum) in sums.iter_mut().enumerate() {
                // Beyond what came since, the year before that repeats.
                let at = then + step % self.year;
                let near = self.neighbours.iter().filter_map(|off| history.get(at.checked_add_signed(*off)?));
                let (total, count) = near.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
                *sum += if count > 0.0 { total / count / base } else { 1.0 };
            }
        }
        let level = level(history, self.level);
        (years > 0.0).then(|| sums.iter().map(|sum| level * sum / years).collect())
    }

    /// Misses at earlier origins, in levels.
    fn misses(&self, history: &[f64], horizon: usize) -> Vec<f64> {
        let mut misses = Vec::new();
        for origin in 1..=ORIGINS {
            let Some((past, came)) =
                history.len().checked_sub(origin * horizon.div_ceil(2)).map(|at| history.split_at(at))
            else {
                break;
            };
            let level = level(past, self.level);
            let Some(said) = self.ahead(past, horizon).filter(|_| level > 0.0) else { break };
            misses.extend(came.iter().zip(said).map(|(came, said)| (came - said) / level));
        }
        misses
    }
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>) -> Answer {
    let (history, horizon) = (task.history, task.horizon);
    let made = Shape::of(task.frequency).and_then(|shape| Some((shape.ahead(history, horizon)?, shape)));
    let Some((mut mean, shape)) = made else { return theta::forecast(task, theta::Kind::Dynamic) };
    // A peak over next to nothing, times a high level, is no forecast.
    let most = CEILING * history.iter().fold(0.0_f64, |most, value| most.max(*value));
    mean.iter_mut().for_each(|value| *value = value.clamp(0.0, most));
    let level = level(history, shape.level);
    let mut spread = shape.misses(history, horizon);
    if spread.is_empty() {
        // No origin is early enough: how values differ from week to week says how far off is usual.
        let lag = if task.frequency == Frequency::Day { task.frequency.season_length() } else { 1 };
        spread = history.iter().skip(lag).zip(history).map(|(now, then)| (now - then) / level.max(1e-9)).collect();
        spread.sort_unstable_by(f64::total_cmp);
        let usual = quantile_sorted(&spread, 0.5);
        spread.iter_mut().for_each(|miss| *miss -= usual);
    }
    spread.sort_unstable_by(f64::total_cmp);
    let off = LEVELS.map(|place| level * quantile_sorted(&spread, place));
    let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |(step, place)| (mean[step] + off[place]).min(most));
    Answer { model: NAME.into(), mean, quantiles, total: None, correlation: LEVEL_CORRELATION }
}

#[cfg(test)]
mod tests {
    use rand_pcg::Pcg64Mcg;
    use rand_pcg::rand_core::SeedableRng;

    use super::*;
    use crate::models::forecast::MEDIAN;

    fn answer(history: &[f64], frequency: Frequency, horizon: usize) -> Answer {
        forecast(&Task {
            history,
            frequency,
            horizon,
            unknown: 0,
            known: Vec::new(),
            shared: &[],
            end: 0,
            random: Pcg64Mcg::seed_from_u64(1),
        })
    }

    #[test]
    fn a_peak_of_last_year_comes_again_at_this_years_level() {
        // Weeks at 10 with five at 30 in each year; the last year sells twice as much.
        let value = |week: usize| {
            let level = if week >= 60 { 20.0 } else { 10.0 };
            if (40..45).contains(&(week % 52)) { 3.0 * level } else { level }
        };
        let all: Vec<f64> = (0..52 * 2).map(value).collect();
        let made = answer(&all[..90], Frequency::Week, 8);
        let expected: Vec<f64> = (90..98).map(value).collect();
        assert!(made.mean.iter().zip(&expected).all(|(one, other)| (one - other).abs() < 1e-9), "{:?}", made.mean);
        assert!(made.quantiles.rows().into_iter().all(|row| row[0] <= row[MEDIAN] && row[MEDIAN] <= row[12]));
    }

    #[test]
    fn what_has_no_year_behind_it_is_answered_otherwise() {
        let short: Vec<f64> = (0..200).map(|day| 10.0 + (day % 7) as f64).collect();
        assert_ne!(answer(&short, Frequency::Day, 14).model, NAME);
        assert_ne!(answer(&short, Frequency::Hour, 14).model, NAME);
        let nothing = vec![0.0; 800];
        assert_ne!(answer(&nothing, Frequency::Day, 14).model, NAME, "a year without sales has no shape");
        let long: Vec<f64> = (0..400).map(|day| 10.0 + (day % 7) as f64).collect();
        let made = answer(&long, Frequency::Day, 500);
        assert!(made.model == NAME && made.mean.iter().all(|value| value.is_finite() && *value > 0.0));
    }
}
