//! ARMA processes: their autocovariances, and the exact Gaussian likelihood of values by the innovations algorithm.
//!
//! Source: Brockwell and Davis (1991), "Time Series: Theory and Methods", sections 3.3, 5.3 and 8.7.

use tillcast_kernels::innovations::{self, Covariances};

pub use tillcast_kernels::innovations::Innovations;

use crate::models::linear::solve;

/// x(t) = Σ ar(i)·x(t−i) + e(t) + Σ ma(j)·e(t−j), with noise of variance 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// Weights of the values before, the last one first.
    pub ar: Vec<f64>,
    /// Weights of the noise before, the last one first.
    pub ma: Vec<f64>,
}

impl Process {
    /// Weights of the noise in an endless moving average, from the noise of now on.
    fn weights(&self, count: usize) -> Vec<f64> {
        let mut made = Vec::with_capacity(count);
        for place in 0..count {
            let own = if place == 0 { 1.0 } else { self.ma.get(place - 1).copied().unwrap_or(0.0) };
            let past: f64 =
                self.ar.iter().take(place).enumerate().map(|(lag, weight)| weight * made[place - 1 - lag]).sum();
            made.push(own + past);
        }
        made
    }

    /// What noise and values of so many steps before have in common, for lags from 0 to the order of the noise.
    fn common(&self) -> Vec<f64> {
        let order = self.ma.len();
        let weights = self.weights(order + 1);
        let noise = |place: usize| if place == 0 { 1.0 } else { self.ma[place - 1] };
        (0..=order).map(|lag| (lag..=order).map(|place| noise(place) * weights[place - lag]).sum()).collect()
    }

    /// Autocovariances at lags below `count`; none where the process has no finite variance.
    pub fn autocovariances(&self, count: usize) -> Option<Vec<f64>> {
        let order = self.ar.len();
        let common = self.common();
        let right = |lag: usize| common.get(lag).copied().unwrap_or(0.0);
        // γ(k) − Σ ar(i)·γ(|k − i|) = common(k), for k up to the order; then by the same recursion.
        let size = order + 1;
        let mut rows = vec![0.0; size * (size + 1)];
        for lag in 0..size {
            let row = &mut rows[lag * (size + 1)..(lag + 1) * (size + 1)];
            row[lag] += 1.0;
            for (place, weight) in self.ar.iter().enumerate() {
                row[lag.abs_diff(place + 1)] -= weight;
            }
            row[size] = right(lag);
        }
        let mut found = solve(&mut rows, size)?;
        for lag in size..count {
            let past: f64 = self.ar.iter().enumerate().map(|(place, weight)| weight * found[lag - 1 - place]).sum();
            found.push(right(lag) + past);
        }
        found.truncate(count.max(1));
        (found[0] > 0.0 && found.iter().all(|value| value.is_finite())).then_some(found)
    }

    /// Runs over values, more of them than its order, and over columns as long, and makes ready for so many steps ahead; none
    /// where the process has no finite variance.
    pub fn innovations(&self, values: &[f64], columns: &[Vec<f64>], ahead: usize) -> Option<Innovations> {
        let order = self.ar.len().max(self.ma.len());
        let covariances = Covariances { values: self.autocovariances(order.max(1) + 1)?, with_noise: self.common() };
        innovations::run(&self.ar, &self.ma, &covariances, values, columns, ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: &[f64], other: &[f64]) -> bool {
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn autocovariances_are_those_of_the_books() {
        // AR(1): φ^k/(1 − φ²). MA(1): 1 + θ², θ. ARMA(1, 1): (1 + 2φθ + θ²)/(1 − φ²), (1 + φθ)(φ + θ)/(1 − φ²).
        let ar = Process { ar: vec![0.5], ma: vec![] }.autocovariances(3).unwrap_or_default();
        assert!(close(&ar, &[4.0 / 3.0, 2.0 / 3.0, 1.0 / 3.0]), "{ar:?}");
        let ma = Process { ar: vec![], ma: vec![0.4] }.autocovariances(3).unwrap_or_default();
        assert!(close(&ma, &[1.16, 0.4, 0.0]), "{ma:?}");
        let both = Process { ar: vec![0.5], ma: vec![0.4] }.autocovariances(2).unwrap_or_default();
        assert!(close(&both, &[1.56 / 0.75, 1.2 * 0.9 / 0.75]), "{both:?}");
        assert!(Process { ar: vec![1.0], ma: vec![] }.autocovariances(2).is_none(), "a random walk has no variance");
    }

    /// −2 log-likelihood up to its constant, by the covariance matrix of all values.
    fn by_matrix(process: &Process, values: &[f64]) -> Option<f64> {
        let size = values.len();
        let gamma = process.autocovariances(size)?;
        // Cholesky: L·L′ = Γ, then L·e = x.
        let mut root = vec![vec![0.0_f64; size]; size];
        for row in 0..size {
            for column in 0..=row {
                let known: f64 = (0..column).map(|at| root[row][at] * root[column][at]).sum();
                let left = gamma[row - column] - known;
                root[row][column] = if row == column { left.sqrt() } else { left / root[column][column] };
            }
        }
        let (mut solved, mut sum) = (Vec::new(), 0.0);
        for row in 0..size {
            let known: f64 = (0..row).map(|at| root[row][at] * solved[at]).sum();
            let value: f64 = (values[row] - known) / root[row][row];
            sum += value * value + 2.0 * root[row][row].ln();
            solved.push(value);
        }
        Some(sum)
    }

    #[test]
    fn the_likelihood_is_that_of_the_whole_covariance_matrix() {
        let values: Vec<f64> = (0..90).map(|at| f64::from(at * at % 17) - 8.0 + 0.1 * f64::from(at)).collect();
        let seasonal_ma: Vec<f64> = [0.4, 0.0, 0.0, 0.5, 0.2].to_vec();
        for (ar, ma) in [
            (vec![0.6], vec![]),
            (vec![], vec![0.5]),
            (vec![0.7, -0.2], vec![0.4]),
            (vec![0.3], seasonal_ma.clone()),
            (vec![0.2, 0.0, 0.0, 0.6, -0.12], vec![-0.5]),
            (vec![0.2, 0.0, 0.0, 0.6, -0.12], seasonal_ma),
            (vec![], vec![]),
        ] {
            let process = Process { ar, ma };
            let made = process.innovations(&values, &[], 0).unwrap_or_else(|| panic!("{process:?}"));
            let ours: f64 = made
                .values
                .iter()
                .zip(&made.variances)
                .map(|(miss, variance)| miss * miss / variance + variance.ln())
                .sum();
            let theirs = by_matrix(&process, &values).unwrap_or(f64::NAN);
            assert!((ours - theirs).abs() < 1e-7 * theirs.abs(), "{process:?}: {ours} for {theirs}");
        }
    }
}
