//! Which methods speak where none could be tested: a past too short for a test may still show a season.
//!
//! The median of all methods is a good answer for what has no season. Where the last season came as the one before, most
//! of them are wrong about it, since they know none or need more seasons to find one; then those whose medians go with the
//! last season speak alone. The wrong choice where two seasons were alike by chance; of noise one in fifty is.

use super::combine::combine;
use crate::models::SeriesForecast;
use crate::models::forecast::MEDIAN;
use crate::panel::demand::{Demand, Kind};

/// Correlation of values with those of the season before from which on seasons are alike: at least this, and of few pairs
/// so many standard errors of one of white noise, which comes once in fifty times; what remembers the period before comes
/// up to three times as often. Where periods without a sale abound, two single sales make as much.
const ALIKE: f64 = 0.5;
const ERRORS: f64 = 2.06;
const ALIKE_WITH_GAPS: f64 = 0.85;
/// A method knows the season if its medians rise by this share of what the last season rose by.
const KNOWS: f64 = 1.0 / 3.0;
/// Methods that are enough to speak alone.
const LEAST: usize = 2;
/// By what their ranges are stretched: methods judge themselves by the past that they were fitted to, and where seasons are
/// two nothing corrects them. On tourism_monthly, m3_monthly and aus_retail, cut to two years before the last year of their
/// training parts, 13 to 18 % of months lay below the tenth and 19 to 32 % above the ninth without it, 9 to 12 and 17 to 24 % with it.
const STRETCH: f64 = 1.4;
const FEW_SEASONS: usize = 4;
/// Share of the squares of a history that rounding may leave.
const ROUNDING: f64 = 1e-12;

/// Sums of deviations from the means: of the first with itself, and with the second.
fn deviations(first: &[f64], second: &[f64]) -> (f64, f64) {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (one, other) = (mean(first), mean(second));
    first.iter().zip(second).fold((0.0, 0.0), |(own, both), (first, second)| {
        (own + (first - one) * (first - one), both + (first - one) * (second - other))
    })
}

/// A history without the line by which seasons grow; none where its seasons are not alike, or a value is missing.
fn repeating(history: &[f64], season: usize) -> Option<Vec<f64>> {
    if season < 2 || history.len() < 2 * season || history.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let pairs = history.len() - season;
    let growth = (season..history.len()).map(|place| history[place] - history[place - season]).sum::<f64>();
    let slope = growth / (pairs * season) as f64;
    let level: Vec<f64> = history.iter().enumerate().map(|(place, value)| value - slope * place as f64).collect();
    let (before, after) = (&level[..pairs], &level[season..]);
    let ((squares, both), (others, _)) = (deviations(before, after), deviations(after, before));
    let has_gaps = matches!(Demand::of(history)?.kind, Kind::Intermittent | Kind::Lumpy);
    let least = if has_gaps { ALIKE_WITH_GAPS } else { (ERRORS / (pairs as f64).sqrt()).max(ALIKE) };
    // What is left of a straight line by rounding is no season.
    let rounding = ROUNDING * history.iter().map(|value| value * value).sum::<f64>();
    let alike = squares > rounding && others > rounding && both >= least * (squares * others).sqrt();
    alike.then_some(level)
}

/// The median of what methods say of a series; of those that go with its season, where the history repeats itself.
pub fn middle(history: &[f64], season: usize, said: &[&SeriesForecast]) -> SeriesForecast {
    combine(&fitting(history, season, said), None)
}

/// Stretches the range of a series that repeats itself, and of which few seasons are known.
pub fn widen(history: &[f64], season: usize, made: &mut SeriesForecast) {
    if history.len() >= FEW_SEASONS * season || repeating(history, season).is_none() {
        return;
    }
    let stretch = |values: &mut dyn Iterator<Item = &mut f64>, middle: f64| {
        values.for_each(|value| *value = (middle + STRETCH * (*value - middle)).max(0.0));
    };
    for mut row in made.quantiles.rows_mut() {
        let middle = row[MEDIAN];
        stretch(&mut row.iter_mut(), middle);
    }
    let middle = made.total[MEDIAN];
    stretch(&mut made.total.iter_mut(), middle);
}

/// Of what methods say of a series, that which goes with its season, where the history repeats itself and enough methods
/// do; else all.
fn fitting<'a>(history: &[f64], season: usize, said: &[&'a SeriesForecast]) -> Vec<&'a SeriesForecast> {
    let all = || said.to_vec();
    let horizon = said.first().map_or(0, |one| one.mean.len());
    let Some(level) = repeating(history, season) else { return all() };
    let steps = horizon.min(season);
    let last = &level[level.len() - season..][..steps];
    let ((whole, _), (own, _)) = (deviations(&level[level.len() - season..], &level), deviations(last, last));
    // Of a span in which the season hardly moves nobody can be wrong.
    if steps < 2 || own / (steps as f64) < 0.25 * whole / season as f64 {
        return all();
    }
    let knows = |one: &&&SeriesForecast| {
        let medians: Vec<f64> = (0..steps).map(|step| one.quantiles[(step, MEDIAN)]).collect();
        deviations(last, &medians).1 >= KNOWS * own
    };
    let left: Vec<&SeriesForecast> = said.iter().filter(knows).copied().collect();
    if left.len() < LEAST { all() } else { left }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::models::LEVELS;

    const SEASON: usize = 12;

    /// A December as high as three months, more each year.
    fn gloves(month: usize) -> f64 {
        let wave = if month % SEASON == 11 { 240.0 } else { 80.0 + 5.0 * (month % SEASON) as f64 };
        wave + month as f64
    }

    fn said(model: &str, value: impl Fn(usize) -> f64) -> SeriesForecast {
        let quantiles = Array2::from_shape_fn((SEASON, LEVELS.len()), |(step, _)| value(step));
        SeriesForecast::new("x".into(), 24, model, (0..SEASON).map(value).collect(), quantiles, 0.0)
    }

    fn names(history: &[f64], said: &[SeriesForecast]) -> Vec<String> {
        let said: Vec<&SeriesForecast> = said.iter().collect();
        fitting(history, SEASON, &said).iter().map(|one| one.model.clone()).collect()
    }

    #[test]
    fn who_knows_no_season_is_silent_where_the_last_one_came_as_the_one_before() {
        let answers = [
            said("flat", |_| 110.0),
            said("line", |step| 100.0 + step as f64),
            said("repeats", |step| gloves(12 + step)),
            said("half", |step| 50.0 + 0.5 * gloves(24 + step)),
        ];
        let history: Vec<f64> = (0..24).map(gloves).collect();
        assert_eq!(names(&history, &answers), ["repeats", "half"]);
        // With one alone, in a year unlike the last, and in less than two years, all speak.
        assert_eq!(names(&history, &answers[..3]).len(), 3);
        let unlike: Vec<f64> =
            (0..24).map(|month| if month < 12 { gloves(month) } else { gloves(35 - month) }).collect();
        assert_eq!(names(&unlike, &answers).len(), 4);
        assert_eq!(names(&history[1..], &answers).len(), 4);
        let mut missing = history.clone();
        missing[3] = f64::NAN;
        assert_eq!(names(&missing, &answers).len(), 4);
        let line = std::array::from_fn(|month| 19.99 + 0.1 * month as f64);
        for straight in [[5.0; 24], [19.99; 24], line] {
            assert!(repeating(&straight, SEASON).is_none(), "{straight:?}");
        }
        assert_eq!(names(&[5.0; 24], &answers).len(), 4);

        let said: Vec<&SeriesForecast> = answers.iter().collect();
        let (wide, flat) = (middle(&history, SEASON, &said), middle(&[5.0; 24], SEASON, &said));
        assert!(wide.mean[11] > 200.0 && flat.mean[11] < 200.0, "{:?}", wide.mean);
        let apart = |(step, place): (usize, usize)| gloves(12 + step) + place as f64;
        let ranges =
            || SeriesForecast { quantiles: Array2::from_shape_fn((SEASON, LEVELS.len()), apart), ..answers[2].clone() };
        let mut made = middle(&history, SEASON, &[&ranges(), &ranges(), &answers[0]]);
        widen(&unlike, SEASON, &mut made);
        assert_eq!(made.quantiles, ranges().quantiles);
        widen(&history, SEASON, &mut made);
        let width = made.quantiles[(0, 11)] - made.quantiles[(0, MEDIAN)];
        assert!((width - STRETCH * 5.0).abs() < 1e-9, "{}", made.quantiles.row(0));
    }
}
