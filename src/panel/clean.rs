//! Cleaning a user may choose: what methods learn from is changed, what was sold stays as it is everywhere else.
//!
//! A panel is cleaned as it is known at an origin, so that nothing after it is seen. By default nothing is cleaned.

use super::Panel;
use crate::error::Result;

/// Robust standard deviations beyond which a value is an outlier.
const MOST_DEVIATIONS: f64 = 5.0;
/// Median absolute deviation of a normal distribution, in its standard deviations, inverted.
const NORMAL_MAD: f64 = 1.4826;
/// Mean absolute deviation likewise.
const NORMAL_MEAN_AD: f64 = 1.253_314;
/// Known values that a series needs before one of them is an outlier.
const FEWEST_VALUES: usize = 14;
/// Largest share of outliers that the seasonal hybrid looks for.
const MOST_OUTLIERS: f64 = 0.02;
/// Its level of significance.
const SIGNIFICANCE: f64 = 0.05;
/// Seasons that it needs.
const FEWEST_SEASONS: usize = 3;
/// Seasons on either side of a value whose median is the level around it.
const LEVEL_SEASONS: usize = 2;

/// What becomes of missing values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// They stay missing: each method deals with them by itself.
    #[default]
    Keep,
    /// Nothing was sold.
    Zero,
    /// On a line between the known values on either side; at the ends the nearest known one.
    Interpolate,
    /// The mean of the nearest known values some seasons before and after; else as [`Missing::Interpolate`].
    Seasonal,
}

/// What becomes of outliers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outliers {
    /// They stay.
    #[default]
    Keep,
    /// Values more than five robust standard deviations from the median (median absolute deviation; where that is 0, the
    /// mean one; Iglewicz and Hoaglin 1993, "How to Detect and Handle Outliers") come down, or up, to that bound. Where
    /// most values are zero, the others are compared with each other.
    Clip,
    /// Values that the generalised extreme studentised deviate test (Rosner 1983) with median and median absolute deviation
    /// finds in what the season and the level leave over become season and level (S-H-ESD: Hochenbaum, Vallis and
    /// Kejariwal 2017, "Automatic Anomaly Detection in the Cloud via Statistical Learning"). At most 2 % of the values.
    SeasonalHybrid,
}

/// How to clean; by default nothing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CleanOptions {
    /// What becomes of missing values.
    pub missing: Missing,
    /// What becomes of outliers, before missing values are filled.
    pub outliers: Outliers,
}

impl CleanOptions {
    /// Whether nothing is to be cleaned.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A cleaned panel, and how many values changed: outliers, and missing ones.
///
/// # Errors
/// Only if the panel is not in order.
pub fn clean(panel: &Panel, options: &CleanOptions) -> Result<(Panel, [u64; 2])> {
    let season = panel.frequency().season_length();
    let mut changed = [0, 0];
    let values = (0..panel.len()).map(|index| {
        let mut values = panel.values(index).to_vec();
        changed[0] += match options.outliers {
            Outliers::Keep => 0,
            Outliers::Clip => clip(&mut values),
            Outliers::SeasonalHybrid => seasonal_hybrid(&mut values, season),
        };
        changed[1] += fill(&mut values, options.missing, season);
        values
    });
    let values = values.collect();
    Ok((panel.with_values(values)?, changed))
}

/// Fills missing values; says how many.
fn fill(values: &mut [f64], how: Missing, season: usize) -> u64 {
    let missing: Vec<usize> = (0..values.len()).filter(|&at| values[at].is_nan()).collect();
    if how == Missing::Keep || missing.len() == values.len() {
        return 0;
    }
    let known = values.to_vec();
    for &at in &missing {
        values[at] = match how {
            Missing::Keep => f64::NAN,
            Missing::Zero => 0.0,
            Missing::Interpolate => interpolated(&known, at),
            Missing::Seasonal => seasonal(&known, at, season).unwrap_or_else(|| interpolated(&known, at)),
        };
    }
    missing.len() as u64
}

/// On the line between the nearest known values; some value is known.
fn interpolated(values: &[f64], at: usize) -> f64 {
    let before = (0..at).rev().find(|&place| !values[place].is_nan());
    let after = (at + 1..values.len()).find(|&place| !values[place].is_nan());
    match (before, after) {
        (Some(before), Some(after)) => {
            let share = (at - before) as f64 / (after - before) as f64;
            values[before] + share * (values[after] - values[before])
        }
        (Some(one), None) | (None, Some(one)) => values[one],
        (None, None) => f64::NAN,
    }
}

/// Mean of the nearest known values whole seasons before and after.
fn seasonal(values: &[f64], at: usize, season: usize) -> Option<f64> {
    let known = |place: &usize| !values[*place].is_nan();
    let before = (at % season..at).step_by(season).rev().find(known);
    let after = (at + season..values.len()).step_by(season).find(known);
    match (before, after) {
        (Some(before), Some(after)) => Some(0.5 * (values[before] + values[after])),
        (Some(one), None) | (None, Some(one)) => Some(values[one]),
        (None, None) => None,
    }
}

/// Median; the mean of the middle two of an even number. None of nothing.
fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    let lower = values[(values.len() - 1) / 2];
    Some(0.5 * (lower + values[middle]))
}

/// Median and robust standard deviation; none where all values are equal.
fn robust(values: &[f64]) -> Option<(f64, f64)> {
    let centre = median(&mut values.to_vec())?;
    let mut deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    let mean = deviations.iter().sum::<f64>() / deviations.len() as f64;
    let spread = NORMAL_MAD * median(&mut deviations)?;
    let spread = if spread > 0.0 { spread } else { NORMAL_MEAN_AD * mean };
    (spread > 0.0).then_some((centre, spread))
}

/// Clips outliers; says how many.
fn clip(values: &mut [f64]) -> u64 {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    // What is rarely sold has a median of 0, from which every sale would stand out.
    let sold: Vec<f64> = known.iter().copied().filter(|value| *value > 0.0).collect();
    let is_rare = sold.len() * 2 <= known.len();
    let judged = if is_rare { sold } else { known };
    if judged.len() < FEWEST_VALUES {
        return 0;
    }
    let Some((centre, spread)) = robust(&judged) else { return 0 };
    let low = if is_rare { 0.0 } else { (centre - MOST_DEVIATIONS * spread).max(0.0) };
    let high = centre + MOST_DEVIATIONS * spread;
    let mut clipped = 0;
    for value in values.iter_mut().filter(|value| **value < low || **value > high) {
        *value = value.clamp(low, high);
        clipped += 1;
    }
    clipped
}

/// Replaces what stands out of season and level; says how many.
fn seasonal_hybrid(values: &mut [f64], season: usize) -> u64 {
    if season < 2 || values.len() < FEWEST_SEASONS * season {
        return clip(values);
    }
    let usual = season_and_level(values, season);
    let mut left: Vec<(usize, f64)> =
        (0..values.len()).map(|at| (at, values[at] - usual[at])).filter(|(_, residual)| !residual.is_nan()).collect();
    if left.len() < FEWEST_VALUES {
        return 0;
    }
    let all = left.len();
    let most = ((all as f64 * MOST_OUTLIERS) as usize).max(1);
    let (mut tried, mut found) = (Vec::new(), 0);
    for place in 1..=most {
        let residuals: Vec<f64> = left.iter().map(|(_, residual)| *residual).collect();
        let Some((centre, spread)) = robust(&residuals) else { break };
        let far = |one: &f64| (one - centre).abs();
        let by_distance = |one: &usize, other: &usize| far(&residuals[*one]).total_cmp(&far(&residuals[*other]));
        let Some(farthest) = (0..residuals.len()).max_by(by_distance) else { break };
        let statistic = far(&residuals[farthest]) / spread;
        tried.push(left.remove(farthest).0);
        if statistic > critical(all, place) {
            found = place;
        }
    }
    for &at in &tried[..found] {
        values[at] = usual[at].max(0.0);
    }
    found as u64
}

/// The median of the seasons around each value, and what its place in the season usually adds to it. Each is found twice:
/// first roughly, then without the other.
fn season_and_level(values: &[f64], season: usize) -> Vec<f64> {
    let known = |from: &mut dyn Iterator<Item = f64>| from.filter(|value| !value.is_nan()).collect::<Vec<_>>();
    let reach = LEVEL_SEASONS * season;
    let mut level = vec![f64::NAN; values.len()];
    let mut added = vec![0.0; season];
    for _ in 0..2 {
        for (at, level) in level.iter_mut().enumerate() {
            // Whole seasons, so that each of their places counts as often.
            let from = at.saturating_sub(reach).min(values.len().saturating_sub(2 * reach));
            let around = from..values.len().min(from + 2 * reach);
            *level = median(&mut known(&mut around.map(|at| values[at] - added[at % season]))).unwrap_or(f64::NAN);
        }
        for (phase, added) in added.iter_mut().enumerate() {
            let own = (phase..values.len()).step_by(season);
            *added = median(&mut known(&mut own.map(|at| values[at] - level[at]))).unwrap_or(0.0);
        }
    }
    (0..values.len()).map(|at| level[at] + added[at % season]).collect()
}

/// Rosner's critical value of the `place`-th most extreme of `all` values.
fn critical(all: usize, place: usize) -> f64 {
    let left = (all - place) as f64;
    let level = 1.0 - SIGNIFICANCE / (2.0 * (left + 1.0));
    let freedom = (left - 1.0).max(1.0);
    let t = student_quantile(level, freedom);
    left * t / ((left - 1.0 + t * t) * (left + 1.0)).sqrt()
}

/// Quantile of Student's t distribution by its expansion around the normal one (Abramowitz and Stegun 26.7.5), good to
/// three digits from twelve degrees of freedom on.
fn student_quantile(level: f64, freedom: f64) -> f64 {
    let z = normal_quantile(level);
    let (z3, z5, z7) = (z * z * z, z * z * z * z * z, z * z * z * z * z * z * z);
    z + (z3 + z) / (4.0 * freedom)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom * freedom)
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * freedom * freedom * freedom)
}

/// Quantile of the standard normal distribution by halving.
fn normal_quantile(level: f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        let below = 0.5 * libm::erfc(-middle / std::f64::consts::SQRT_2);
        if below < level { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;
    use crate::panel::Series;

    const NAN: f64 = f64::NAN;

    fn cleaned(values: &[f64], missing: Missing, outliers: Outliers) -> Result<(Vec<f64>, [u64; 2])> {
        let series = Series { id: "a".into(), name: "a".into(), store: None, category: None, start: 100 };
        let panel = Panel::new(Frequency::Day, vec![(series, values.to_vec())])?;
        let (made, changed) = clean(&panel, &CleanOptions { missing, outliers })?;
        assert_eq!(format!("{:?}", panel.values(0)), format!("{values:?}"), "what was sold stays as it is");
        Ok((made.values(0).to_vec(), changed))
    }

    #[test]
    fn missing_values_are_filled_as_asked() -> Result<()> {
        let gap = [1., 2., NAN, NAN, 5., 6., 7., 8., 9., 20., NAN];
        let fill = |how| cleaned(&gap, how, Outliers::Keep);
        assert_eq!(format!("{:?}", fill(Missing::Keep)?), format!("({gap:?}, [0, 0])"));
        assert_eq!(fill(Missing::Zero)?.0, [1., 2., 0., 0., 5., 6., 7., 8., 9., 20., 0.]);
        assert_eq!(fill(Missing::Interpolate)?.0, [1., 2., 3., 4., 5., 6., 7., 8., 9., 20., 20.]);
        // A week later: 20 for the third day; the fourth has none, nor has the last a week before.
        let (seasonal, changed) = fill(Missing::Seasonal)?;
        assert_eq!((seasonal, changed), (vec![1., 2., 20., 4., 5., 6., 7., 8., 9., 20., 20.], [0, 3]));
        assert!(cleaned(&[NAN; 3], Missing::Seasonal, Outliers::Keep)?.0.iter().all(|value| value.is_nan()));
        Ok(())
    }

    #[test]
    fn clipping_follows_the_median_and_its_deviation() -> Result<()> {
        // Median 10, median absolute deviation 1: the bound is 10 + 5 * 1.4826.
        let mut values = [9., 10., 11., 8., 12., 10., 9., 11., 10., 9., 11., 10., 12., 8., 10.].repeat(2);
        values[7] = 90.0;
        let (made, changed) = cleaned(&values, Missing::Keep, Outliers::Clip)?;
        assert!((made[7] - 17.413).abs() < 1e-9, "{}", made[7]);
        assert_eq!(changed, [1, 0]);
        assert_eq!(made.iter().zip(&values).filter(|(one, other)| one != other).count(), 1);
        Ok(())
    }

    #[test]
    fn rare_sales_are_no_outliers_and_their_size_may_be() -> Result<()> {
        let rare: Vec<f64> = (0..200).map(|day| if day % 9 == 0 { 1.0 + f64::from(day % 2) } else { 0.0 }).collect();
        assert_eq!(cleaned(&rare, Missing::Keep, Outliers::Clip)?.1, [0, 0]);
        let mut typo = rare.clone();
        typo[90] = 300.0;
        let (made, changed) = cleaned(&typo, Missing::Keep, Outliers::Clip)?;
        assert_eq!(changed, [1, 0]);
        assert!(made[90] < 150.0 && made[99].to_bits() == typo[99].to_bits(), "{}", made[90]);
        assert_eq!(cleaned(&[4.0; 30], Missing::Keep, Outliers::Clip)?.1, [0, 0]);
        Ok(())
    }

    /// A week of 10, 10, 10, 10, 20, 60, 0 with a slow trend and some noise.
    fn weekly() -> Vec<f64> {
        let week = [10., 10., 10., 10., 20., 60., 0.];
        (0..140).map(|day: usize| week[day % 7] + day as f64 / 20.0 + ((day * 7919) % 13) as f64 / 6.0).collect()
    }

    #[test]
    fn the_seasonal_hybrid_finds_what_a_plain_bound_cannot() -> Result<()> {
        assert_eq!(cleaned(&weekly(), Missing::Keep, Outliers::SeasonalHybrid)?.1, [0, 0], "a Saturday is no outlier");
        let mut odd = weekly();
        // A Monday like a Saturday, and a Saturday without sales.
        (odd[70], odd[82]) = (62.0, 0.0);
        let (made, changed) = cleaned(&odd, Missing::Keep, Outliers::SeasonalHybrid)?;
        assert_eq!(changed, [2, 0]);
        assert!((made[70] - 14.5).abs() < 2.0 && (made[82] - 65.0).abs() < 3.0, "{} {}", made[70], made[82]);
        assert_eq!(made.iter().zip(&odd).filter(|(one, other)| one != other).count(), 2);
        Ok(())
    }

    #[test]
    fn critical_values_are_those_of_the_tables() {
        // Rosner 1983 as in the NIST handbook (1.3.5.17.3): 54 values, level 0.05.
        for (place, wanted) in [(1, 3.158), (2, 3.151), (3, 3.143), (10, 3.085)] {
            assert!((critical(54, place) - wanted).abs() < 2e-3, "{place}: {}", critical(54, place));
        }
        assert!((student_quantile(0.975, 12.0) - 2.178_8).abs() < 1e-3);
    }
}
