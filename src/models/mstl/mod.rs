//! MSTL: trend, several seasons and remainder taken apart by local regression, and each forecast by itself.
//!
//! Seasons are taken out one after the other, the shortest first, and each again from what the others leave; what is left
//! of all is forecast by smoothing without a season, and each season repeats itself. Days have a week and, with two years
//! behind them, a year; hours a day and a week. The season is not known for certain: a phase's figure is as unsure as the
//! mean of its few values, and moves from season to season as it did, both of which ranges take in. Source: Bandara,
//! Hyndman and Bergmeir (2021), "MSTL: a seasonal-trend decomposition algorithm for time series with multiple seasonal
//! patterns"; the decomposition by one season is in `loess`. The wrong choice for goods that rarely sell, for swings that
//! grow with the level, and where promotions fall on other days each year. A history of less than two seasons is forecast
//! by smoothing.

mod loess;

use super::ets;
use super::local::{Answer, Task};
use super::paths::{CEILING, simulate};
use crate::calendar::Frequency;

pub use loess::Decomposition;

/// Name as the command writes it.
pub const NAME: &str = "mstl";

/// Seasons in which each is taken from what the others leave.
const ROUNDS: usize = 2;
/// Values of a phase that make its figure: for the shortest season, and more of them for each longer one.
const WINDOW: (usize, usize) = (11, 4);
/// History used: four years of days.
const MOST_HISTORY: usize = 4 * 366;
/// History that the trend is smoothed over.
const MOST_SMOOTHED: usize = 480;

/// Seasons of a spacing, the shortest first.
fn seasons(frequency: Frequency) -> &'static [usize] {
    match frequency {
        Frequency::Hour => &[24, 168],
        Frequency::Day => &[7, 365],
        Frequency::Week => &[52],
        Frequency::Month => &[12],
    }
}

/// Parts of a series that add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// The trend.
    pub trend: Vec<f64>,
    /// The seasons, in the order of their lengths.
    pub seasons: Vec<Vec<f64>>,
    /// What is left.
    pub rest: Vec<f64>,
}

impl Parts {
    /// Of values, at least two of the longest of the season `lengths`, which rise.
    pub fn of(values: &[f64], lengths: &[usize]) -> Self {
        let windows = (0..).map(|place| WINDOW.0 + WINDOW.1 * place);
        let made = |(length, window): (&usize, usize)| Decomposition::new(values.len(), *length, window);
        let decompositions: Vec<Decomposition> = lengths.iter().zip(windows).map(made).collect();
        let mut seasons = vec![vec![0.0; values.len()]; lengths.len()];
        let mut left = values.to_vec();
        let mut trend = Vec::new();
        // A single season leaves nothing to another.
        let rounds = if lengths.len() == 1 { 1 } else { ROUNDS };
        for _ in 0..rounds {
            for (decomposition, season) in decompositions.iter().zip(&mut seasons) {
                left.iter_mut().zip(&*season).for_each(|(slot, part)| *slot += part);
                (*season, trend) = decomposition.parts(&left);
                left.iter_mut().zip(&*season).for_each(|(slot, part)| *slot -= part);
            }
        }
        let rest = left.iter().zip(&trend).map(|(value, trend)| value - trend).collect();
        Self { trend, seasons, rest }
    }
}

/// A season at the end of a history.
struct Season {
    /// The coming figure, phase by phase.
    figure: Vec<f64>,
    /// Standard deviation of a phase's figure, and of its change from one season to the next.
    unsure: f64,
    change: f64,
}

impl Season {
    fn of(season: &[f64], rest: &[f64], length: usize, window: usize) -> Self {
        let root = |squares: f64, count: usize| (squares / count.max(1) as f64).sqrt();
        let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>();
        let changes = &mut season.iter().skip(length).zip(season).map(|(now, then)| now - then);
        let change = root(squares(changes), season.len() - length);
        let known = (season.len() / length).min(window);
        let unsure = root(squares(&mut rest.iter().copied()), rest.len() * known);
        Self { figure: season[season.len() - length..].to_vec(), unsure, change }
    }

    /// Adds deviations from the figure to a path; `normal` draws standard ones.
    fn deviate(&self, normal: &mut dyn FnMut() -> f64, path: &mut [f64]) {
        let length = self.figure.len();
        let mut off: Vec<f64> = Vec::with_capacity(path.len());
        for (step, slot) in path.iter_mut().enumerate() {
            let drawn = match step.checked_sub(length) {
                Some(before) => off[before] + self.change * normal(),
                None => self.unsure.hypot(self.change) * normal(),
            };
            off.push(drawn);
            *slot += drawn;
        }
    }
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>) -> Answer {
    let history = &task.history[task.history.len().saturating_sub(MOST_HISTORY)..];
    let lengths = seasons(task.frequency).iter().copied().filter(|length| history.len() >= 2 * length);
    let lengths: Vec<usize> = lengths.collect();
    if lengths.is_empty() || history.windows(2).all(|pair| pair[0] == pair[1]) {
        return ets::forecast(task, None);
    }
    let parts = Parts::of(history, &lengths);
    let smooth: Vec<f64> = parts.trend.iter().zip(&parts.rest).map(|(trend, rest)| trend + rest).collect();
    let smooth = &smooth[smooth.len().saturating_sub(MOST_SMOOTHED)..];
    let Some(fit) = ets::without_season(smooth) else { return ets::forecast(task, None) };
    let seasons: Vec<Season> = parts
        .seasons
        .iter()
        .zip(&lengths)
        .enumerate()
        .map(|(place, (season, length))| Season::of(season, &parts.rest, *length, WINDOW.0 + WINDOW.1 * place))
        .collect();
    let errors = fit.drawable(lengths[0]);
    let spread = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
    let highest = history.iter().fold(0.0_f64, |most, value| most.max(*value));
    let back = |step: usize, value: f64| {
        value + seasons.iter().map(|season| season.figure[step % season.figure.len()]).sum::<f64>()
    };
    simulate(task, format!("{NAME}({})", fit.name("ets")), &errors, highest, &back, &mut |error, path| {
        fit.walk(CEILING * highest, error, path);
        if spread > 0.0 {
            for season in &seasons {
                season.deviate(&mut || error() / spread, path);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_and_a_year_are_told_apart() {
        let wave = |day: usize, length: f64| libm::sin(day as f64 * std::f64::consts::TAU / length);
        let noise = |day: usize| (day * 7919 % 101) as f64 / 101.0 - 0.5;
        let year = |day: usize| 20.0 * wave(day, 365.0);
        let week = |day: usize| 6.0 * wave(day, 7.0);
        let values: Vec<f64> = (0..3 * 365).map(|day| 50.0 + year(day) + week(day) + noise(day)).collect();
        let parts = Parts::of(&values, &[7, 365]);
        let off = |part: &[f64], truth: &dyn Fn(usize) -> f64| {
            let squares: f64 = part.iter().enumerate().map(|(day, value)| (value - truth(day)).powi(2)).sum();
            (squares / part.len() as f64).sqrt()
        };
        assert!(off(&parts.seasons[0], &week) < 0.5, "{}", off(&parts.seasons[0], &week));
        assert!(off(&parts.seasons[1], &year) < 1.0, "{}", off(&parts.seasons[1], &year));
        for (day, value) in values.iter().enumerate() {
            let sum = parts.trend[day] + parts.rest[day] + parts.seasons.iter().map(|part| part[day]).sum::<f64>();
            assert!((sum - value).abs() < 1e-9, "the parts add up");
        }
    }

    #[test]
    fn deviations_grow_from_season_to_season() {
        let season = Season { figure: vec![0.0; 3], unsure: 2.0, change: 1.0 };
        let mut path = [0.0; 9];
        season.deviate(&mut || 1.0, &mut path);
        assert!((path[0] - 5.0_f64.sqrt()).abs() < 1e-12 && (path[3] - path[0] - 1.0).abs() < 1e-12);
        assert!((path[8] - path[2] - 2.0).abs() < 1e-12);
        let mut none = [0.0; 4];
        season.deviate(&mut || 0.0, &mut none);
        assert_eq!(none, [0.0; 4], "without errors the figure itself");
    }
}
