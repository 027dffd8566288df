//! What a model is fitted to: a history, and columns known for it and for the periods ahead.

use super::Orders;
use crate::models::linear::solve;

/// A history, and columns that go with it and beyond it; of these as many values count as the history has.
#[derive(Clone, Copy)]
pub(super) struct Sample<'a> {
    pub history: &'a [f64],
    pub known: &'a [Vec<f64>],
}

impl Sample<'_> {
    /// Differences of the history, and of each column behind a constant 1 where the orders have one; none where too few
    /// are left to fit to.
    pub fn differences(&self, orders: &Orders) -> Option<(Vec<f64>, Vec<Vec<f64>>)> {
        let own = orders.differences(self.history)?;
        let mut columns = Vec::with_capacity(self.known.len() + 1);
        if orders.constant {
            columns.push(vec![1.0; own.len()]);
        }
        for known in self.known {
            columns.push(orders.differences(&known[..self.history.len()])?);
        }
        Some((own, columns))
    }

    /// The history less what its columns explain of it by least squares, beside a level.
    pub fn unexplained(&self) -> Vec<f64> {
        let mut rest = self.history.to_vec();
        if self.known.is_empty() {
            return rest;
        }
        let count = rest.len() as f64;
        let centred = |values: &[f64]| -> Vec<f64> {
            let mean = values.iter().sum::<f64>() / count;
            values.iter().map(|value| value - mean).collect()
        };
        let product = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
        let columns: Vec<Vec<f64>> = self.known.iter().map(|known| centred(&known[..rest.len()])).collect();
        let mut rows = Vec::new();
        for one in &columns {
            rows.extend(columns.iter().map(|other| product(one, other)));
            rows.push(product(one, &rest));
        }
        for (column, effect) in columns.iter().zip(solve(&mut rows, columns.len()).unwrap_or_default()) {
            rest.iter_mut().zip(column).for_each(|(value, known)| *value -= effect * known);
        }
        rest
    }
}
