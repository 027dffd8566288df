//! The innovations algorithm: one-step misses of an ARMA process with their variances, which its exact Gaussian likelihood
//! is made of.
//!
//! Source: Brockwell and Davis (1991), "Time Series: Theory and Methods", sections 5.3 and 8.7. From the first value on whose
//! misses hardly differ from the process' own noise, which an invertible process comes to, the recursion is that of the
//! process itself.

/// A miss' variance this near to that of the noise is that of the noise.
const SETTLED: f64 = 1e-9;

/// What a process' values have in common, with noise of variance 1.
#[derive(Debug, Clone)]
pub struct Covariances {
    /// Values with each other, by lag from 0 to the process' order, and at least to 1.
    pub values: Vec<f64>,
    /// Values with what is left of them once those before are taken off, by lag from 0 to the order of the noise.
    pub with_noise: Vec<f64>,
}

/// One-step misses of values and of columns beside them, as a process foresees them, with their variances.
#[derive(Debug, Clone)]
pub struct Innovations {
    /// Value minus one-step forecast of a process with mean zero.
    pub values: Vec<f64>,
    /// The same of each column.
    pub columns: Vec<Vec<f64>>,
    /// Variances of these misses, 1 in the long run.
    pub variances: Vec<f64>,
    /// Weights of the last misses in the next values, the latest first, until they are those of the process.
    pub ahead: Vec<Vec<f64>>,
}

/// The algorithm on the way through values.
struct Filter<'a> {
    ma: &'a [f64],
    covariances: &'a Covariances,
    /// Covariance of the noise's moving average at lags from 0.
    spread: Vec<f64>,
    /// The larger one of both orders: from here on values are foreseen by those before them.
    order: usize,
    /// Weights of the last misses, the latest first, for each value; `width` to a row.
    rows: Vec<f64>,
    width: usize,
    /// The weights of the row in hand, each times its miss' variance.
    weighted: Vec<f64>,
    variances: Vec<f64>,
    settled: bool,
}

/// Sum of products, four sums side by side.
#[inline(always)]
fn dot(one: &[f64], other: &[f64]) -> f64 {
    let ((ones, left), (others, right)) = (one.as_chunks::<4>(), other.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (a, b) in ones.iter().zip(others) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = left.iter().zip(right).map(|(a, b)| a * b).sum();
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

impl Filter<'_> {
    /// The weights of the next value's misses; answers their number.
    fn next(&mut self) -> usize {
        let (place, order) = (self.variances.len(), self.order);
        let own = if place < order { place } else { self.ma.len().min(place) };
        let from = self.rows.len();
        self.rows.resize(from + self.width, 0.0);
        let (before, row) = self.rows.split_at_mut(from);
        let mut variance = if place < order { self.covariances.values[0] } else { self.spread[0] };
        for lag in (1..=own).rev() {
            let earlier = place - lag;
            let together = if earlier >= order {
                self.spread[lag]
            } else if place < order {
                self.covariances.values[lag]
            } else {
                self.covariances.with_noise.get(lag).copied().unwrap_or(0.0)
            };
            // Misses that both places' values share.
            let their = if earlier < order { earlier } else { self.ma.len().min(earlier) };
            let shared = their.min(own - lag);
            let first = earlier * self.width;
            let known = dot(&before[first..first + shared], &self.weighted[lag..lag + shared]);
            let weight = (together - known) / self.variances[earlier];
            row[lag - 1] = weight;
            self.weighted[lag - 1] = weight * self.variances[earlier];
            variance -= weight * weight * self.variances[earlier];
        }
        self.variances.push(variance);
        self.settled = place >= 2 * order && (variance - 1.0).abs() < SETTLED;
        own
    }
}

/// Runs over values, more of them than the process' order, and over columns as long; makes ready for so many steps ahead.
/// None where a variance is none.
#[inline(never)]
pub fn run(
    ar: &[f64],
    ma: &[f64],
    covariances: &Covariances,
    values: &[f64],
    columns: &[Vec<f64>],
    ahead: usize,
) -> Option<Innovations> {
    let (count, order) = (values.len(), ar.len().max(ma.len()));
    let noise = |place: usize| if place == 0 { 1.0 } else { ma[place - 1] };
    let spread =
        (0..=ma.len()).map(|lag| (lag..=ma.len()).map(|place| noise(place) * noise(place - lag)).sum()).collect();
    let width = ma.len().max(order.saturating_sub(1));
    let mut filter = Filter {
        ma,
        covariances,
        spread,
        order,
        rows: Vec::with_capacity(width * count),
        width,
        weighted: vec![0.0; width],
        variances: Vec::with_capacity(count),
        settled: false,
    };
    while filter.variances.len() < count && !filter.settled {
        filter.next();
        let is_variance = filter.variances.last().is_some_and(|variance| *variance > 0.0);
        if !is_variance {
            return None;
        }
    }
    let settled = filter.variances.len();
    let (ar, sparse_ma) = (sparse(ar), sparse(ma));
    let misses = |all: &[f64]| {
        let mut made: Vec<f64> = Vec::with_capacity(count);
        for (place, value) in all.iter().enumerate() {
            let mut foreseen = 0.0;
            if place < settled {
                let own = if place < order { place } else { ma.len().min(place) };
                let row = &filter.rows[place * width..place * width + own];
                foreseen += row.iter().zip(made.iter().rev()).map(|(weight, miss)| weight * miss).sum::<f64>();
            } else {
                for (lag, weight) in &sparse_ma {
                    foreseen += weight * made[place - lag];
                }
            }
            if place >= order {
                for (lag, weight) in &ar {
                    foreseen += weight * all[place - lag];
                }
            }
            made.push(value - foreseen);
        }
        made
    };
    let (values, columns) = (misses(values), columns.iter().map(|column| misses(column)).collect());
    filter.variances.resize(count, 1.0);
    let mut weights = Vec::new();
    while weights.len() < ahead && !filter.settled {
        let from = filter.rows.len();
        let own = filter.next();
        weights.push(filter.rows[from..from + own].to_vec());
    }
    filter.variances.truncate(count);
    Some(Innovations { values, columns, variances: filter.variances, ahead: weights })
}

/// Lags and weights that are not zero.
fn sparse(weights: &[f64]) -> Vec<(usize, f64)> {
    weights
        .iter()
        .enumerate()
        .filter(|(_, weight)| **weight != 0.0)
        .map(|(place, weight)| (place + 1, *weight))
        .collect()
}
