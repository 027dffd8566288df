//! The test of Osborn, Chui, Smith and Birchenhall for a season that wanders.

use super::orders::differenced;
use crate::models::linear::{apart, solve};

/// Most lags of the doubly differenced values that are taken in.
const MOST_LAGS: usize = 3;

/// What the test says of values with a season.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ocsb {
    /// The statistic: the t of the season's root. Far below 0, the season keeps its shape.
    pub statistic: f64,
    /// Where one in twenty seasons that wander is lower.
    pub critical: f64,
    /// Lags that were taken in.
    pub lags: usize,
}

impl Ocsb {
    /// Whether nothing speaks against a season that wanders, so that differences by seasons are needed.
    pub fn wanders(&self) -> bool {
        self.statistic > self.critical
    }
}

/// Critical value at 5 % for a season of that length: the response surface that the R package forecast (8.20) publishes for
/// its `ocsb.test`, smoothed over simulations of its authors.
fn critical(season: usize) -> f64 {
    let beyond = libm::log(season as f64) - 0.765_645_1;
    -0.293_741_1 * libm::exp(-0.285_085_3 * beyond - 0.059_836_44 * beyond * beyond) - 1.652_202
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// The regression with so many lags, of the doubly differenced values from place `first` on.
struct Regression {
    statistic: f64,
    /// Akaike's criterion, corrected for few values.
    aicc: f64,
}

/// Values less a recursion on those before them: λ(B)·values, from place `weights.len()` on.
fn filtered(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let left = |place: usize| {
        let past = values[place - weights.len()..place].iter().rev();
        values[place] - past.zip(weights).map(|(value, weight)| value * weight).sum::<f64>()
    };
    (weights.len()..values.len()).map(left).collect()
}

fn regress(values: &[f64], season: usize, lags: usize, first: usize) -> Option<Regression> {
    let (own, seasonal) = (differenced(values, 1), differenced(values, season));
    let both = differenced(&seasonal, 1);
    let target = both.get(first..)?;
    let count = target.len();
    let free = count.checked_sub(lags + 2).filter(|free| *free > 2)?;
    let lagged = |lag: usize| &both[first - lag..both.len() - lag];
    let mut rows = Vec::with_capacity(lags * (lags + 1));
    for row in 1..=lags {
        rows.extend((1..=lags).map(|column| dot(lagged(row), lagged(column))));
        rows.push(dot(lagged(row), target));
    }
    let weights = solve(&mut rows, lags)?;
    // As long as the target, and one period and one season before it.
    let by_season = filtered(&seasonal, &weights);
    let by_neighbour = filtered(&own, &weights);
    let columns = (1..=lags)
        .map(lagged)
        .chain([&by_season[first - lags..first - lags + count], &by_neighbour[first - lags..first - lags + count]]);
    let mut known: Vec<Vec<f64>> = Vec::with_capacity(lags + 2);
    let (mut left, mut along) = (dot(target, target), 0.0);
    for column in columns {
        let part = apart(column, &known)?;
        along = dot(&part, target);
        left -= along * along;
        known.push(part);
    }
    let statistic = along / (left / free as f64).sqrt();
    let (parameters, count) = ((lags + 3) as f64, count as f64);
    let room = count - parameters - 1.0;
    let aicc = count * libm::log(left / count) + 2.0 * parameters * (1.0 + (parameters + 1.0) / room);
    (statistic.is_finite() && room > 0.0).then_some(Regression { statistic, aicc })
}

/// The test with a given number of lags; none for values too short or without noise.
pub fn ocsb_with(values: &[f64], season: usize, lags: usize) -> Option<Ocsb> {
    if season < 2 || values.len() < 2 * season + 5 {
        return None;
    }
    let found = regress(values, season, lags, lags)?;
    Some(Ocsb { statistic: found.statistic, critical: critical(season), lags })
}

/// The test of Osborn, Chui, Smith and Birchenhall (1988, "Seasonality and the order of integration for consumption").
///
/// Of ∇∇ₛy on its own lags, on λ(B)·∇ₛy one period before and on λ(B)·∇y one season before, where λ are the weights of the
/// lags alone, the t of the last: small where seasons come back to their shape. As many lags, at most three, as AICc likes
/// best on the same values, as in Hyndman and Khandakar's (2008) program. None for values shorter than two seasons and
/// five, and without noise.
pub fn ocsb(values: &[f64], season: usize) -> Option<Ocsb> {
    if season < 2 || values.len() < 2 * season + 5 {
        return None;
    }
    let criterion = |lags: usize| Some((regress(values, season, lags, MOST_LAGS)?.aicc, lags));
    let (_, lags) = (0..=MOST_LAGS).filter_map(criterion).min_by(|one, other| one.0.total_cmp(&other.0))?;
    ocsb_with(values, season, lags)
}
