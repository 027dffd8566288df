//! Whether values keep to a level: the tests of Dickey and Fuller, and of Kwiatkowski and others. They ask the opposite of
//! each other: the first believes in a level only on proof, the second believes in it until there is proof against it.

use super::chance::normal_below;
use crate::models::arima;
use crate::models::linear::apart;

/// A test's statistic, and how likely one as extreme is by chance if what the test doubts were so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// The statistic.
    pub statistic: f64,
    /// The chance, 0 to 1.
    pub p: f64,
    /// Lags that it looks at.
    pub lags: usize,
}

/// Fewest values that are tested.
const LEAST: usize = 12;

/// Squares left of changes once a level, the value before and so many changes before have explained what they can, from
/// no change before on; and the value before's t. Of the changes from `first` on.
struct Regression {
    squares: Vec<f64>,
    t: f64,
}

fn regress(values: &[f64], lags: usize, first: usize) -> Option<Regression> {
    let changes: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let count = changes.len().checked_sub(first).filter(|count| *count > lags + 2)?;
    let target = &changes[first..];
    let dot = |one: &[f64]| one.iter().zip(target).map(|(a, b)| a * b).sum::<f64>();
    let mut known = vec![vec![1.0 / (count as f64).sqrt(); count]];
    let mut left = target.iter().map(|change| change * change).sum::<f64>() - dot(&known[0]).powi(2);
    let level = apart(&values[first..values.len() - 1], &known)?;
    let mut squares = vec![left - dot(&level).powi(2)];
    let mut with_level = vec![known[0].clone(), level];
    for lag in 1..=lags {
        let column = &changes[first - lag..changes.len() - lag];
        let own = apart(column, &with_level)?;
        squares.push(squares[lag - 1] - dot(&own).powi(2));
        with_level.push(own);
        let own = apart(column, &known)?;
        left -= dot(&own).powi(2);
        known.push(own);
    }
    let along = dot(&apart(&values[first..values.len() - 1], &known)?);
    let spread = ((left - along * along) / (count - lags - 2) as f64).sqrt();
    Some(Regression { squares, t: along / spread })
}

/// The augmented test of Dickey and Fuller (1979; Said and Dickey 1984) around a level: a small chance speaks for a level,
/// a large one for values that wander. As many changes before are taken in as AIC likes best, at most 12·(n/100)^¼
/// (Schwert 1989). The chance is MacKinnon's approximation (1994). None for a short history, and one without noise.
pub fn dickey_fuller(values: &[f64]) -> Option<Test> {
    let count = values.len();
    if count < LEAST {
        return None;
    }
    let most = (libm::ceil(12.0 * libm::pow(count as f64 / 100.0, 0.25)) as usize).min(count / 2 - 2);
    let all = regress(values, most, most)?;
    let compared = (count - 1 - most) as f64;
    let criterion = |lags: usize| compared * libm::log(all.squares[lags] / compared) + 2.0 * lags as f64;
    let lags = (0..=most).min_by(|one, other| criterion(*one).total_cmp(&criterion(*other)))?;
    let statistic = regress(values, lags, lags)?.t;
    statistic.is_finite().then(|| Test { statistic, p: mackinnon(statistic), lags })
}

/// The chance of a smaller statistic where values wander (MacKinnon 1994, table 3, one variable and a level).
fn mackinnon(statistic: f64) -> f64 {
    const BOUNDS: (f64, f64) = (-18.83, 2.74);
    const SMALL: [f64; 3] = [2.1659, 1.4412, 0.038_269];
    const LARGE: [f64; 4] = [1.7339, 0.932_02, -0.127_45, -0.010_368];
    const BETWEEN: f64 = -1.61;
    if statistic < BOUNDS.0 {
        return 0.0;
    }
    if statistic > BOUNDS.1 {
        return 1.0;
    }
    let weights: &[f64] = if statistic <= BETWEEN { &SMALL } else { &LARGE };
    normal_below(weights.iter().rev().fold(0.0, |sum, weight| sum * statistic + weight))
}

/// The test of Kwiatkowski, Phillips, Schmidt and Shin (1992) around a level: a small chance speaks against a level. It
/// lies between 0.01 and 0.1, the ends of their table, and is linear between its rows. None for a short or constant history.
pub fn kpss(values: &[f64]) -> Option<Test> {
    const TABLE: [(f64, f64); 4] = [(0.347, 0.1), (0.463, 0.05), (0.574, 0.025), (0.739, 0.01)];
    if values.len() < LEAST {
        return None;
    }
    let statistic = arima::kpss(values);
    let p = match TABLE.iter().position(|(critical, _)| statistic < *critical) {
        Some(0) => TABLE[0].1,
        Some(place) => {
            let ((low, before), (high, after)) = (TABLE[place - 1], TABLE[place]);
            before + (statistic - low) / (high - low) * (after - before)
        }
        None => TABLE[TABLE.len() - 1].1,
    };
    statistic.is_finite().then(|| Test { statistic, p, lags: arima::kpss_lags(values.len()) })
}
