//! The least change that makes forecasts add up: minimum trace reconciliation.
//!
//! Forecasts ŷ of m groups and n products are moved to ỹ = ŷ − W·U·(UᵀWU)⁻¹·Uᵀŷ, where Uᵀŷ is by how much each group
//! differs from the sum of its products and W are the covariances of past errors: of all ỹ that add up, the one with the
//! least expected squared errors (Wickramasuriya, Athanasopoulos and Hyndman 2019, "Optimal forecast reconciliation for
//! hierarchical and grouped time series through trace minimization"). In this form only a matrix of the m groups is ever
//! solved, however many products there are. What would fall below 0 is held there and the rest solved again, until all
//! that is held would be negative without it (Wickramasuriya, Turlach and Hyndman 2020, "Optimal non-negative forecast
//! reconciliation", by block principal pivoting). Wrong where forecasts lean to one side: then it spreads the lean.

use super::covariance::Covariance;

/// Rounds of holding and releasing; what is negative after them is set to 0.
const ROUNDS: usize = 30;
/// A pivot below this share of its diagonal is none: two groups of the same products.
const NO_PIVOT: f64 = 1e-12;

/// What adds up to what, and how all of it errs.
pub struct Trace<'a> {
    groups: &'a [&'a [usize]],
    products: usize,
    covariance: &'a Covariance,
    /// Groups that each product is in.
    groups_of: Vec<Vec<usize>>,
}

impl<'a> Trace<'a> {
    /// Groups as places of their products, rising; `covariance` is of the groups first and then of so many products.
    pub fn new(groups: &'a [&'a [usize]], products: usize, covariance: &'a Covariance) -> Self {
        let mut groups_of = vec![Vec::new(); products];
        for (group, members) in groups.iter().enumerate() {
            members.iter().for_each(|product| groups_of[*product].push(group));
        }
        Self { groups, products, covariance, groups_of }
    }

    /// Products' forecasts that add up, at least 0, from those of all: groups first.
    pub fn products(&self, forecasts: &[f64]) -> Vec<f64> {
        let mut held = vec![false; self.products];
        let mut made = Vec::new();
        for _ in 0..ROUNDS {
            let (found, pull) = self.solve(forecasts, &held);
            made = found;
            let scale = made.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
            let mut changed = false;
            for product in 0..self.products {
                if held[product] {
                    if pull[product] > 0.0 {
                        (held[product], changed) = (false, true);
                    }
                } else if made[product] < -1e-12 * scale {
                    (held[product], changed) = (true, true);
                }
            }
            if !changed {
                break;
            }
        }
        made.iter_mut().for_each(|value| *value = value.max(0.0));
        made
    }

    /// The same without a floor: some may be below 0.
    pub fn unbounded(&self, forecasts: &[f64]) -> Vec<f64> {
        self.solve(forecasts, &vec![false; self.products]).0
    }

    /// Products' forecasts with some held at 0, and of those how much they are pulled above it, else 0.
    fn solve(&self, forecasts: &[f64], held: &[bool]) -> (Vec<f64>, Vec<f64>) {
        let gain = Gain::new(self, held);
        let (above, below) = forecasts.split_at(self.groups.len());
        let mut gaps: Vec<f64> = above.to_vec();
        let kept = |product: usize| if gain.is_solved && held[product] { 0.0 } else { below[product] };
        for (gap, group) in gaps.iter_mut().zip(self.groups) {
            *gap -= group.iter().map(|product| kept(*product)).sum::<f64>();
        }
        if !gain.is_solved {
            gaps.extend(held.iter().zip(below).filter(|(held, _)| **held).map(|(_, value)| *value));
        }
        let forces = gain.solved(&gaps);
        let moves = gain.moves(&forces);
        let mut made: Vec<f64> = (0..self.products).map(|product| kept(product) + moves[product]).collect();
        let mut pull = vec![0.0; self.products];
        let mut next = self.groups.len();
        for product in (0..self.products).filter(|product| held[*product]) {
            made[product] = 0.0;
            if let (true, Covariance::Diagonal(variances)) = (gain.is_solved, self.covariance) {
                let variance = variances[self.groups.len() + product];
                let force: f64 = self.groups_of[product].iter().map(|group| forces[*group]).sum();
                pull[product] = below[product] / variance + force;
            } else {
                pull[product] = forces[next];
                next += 1;
            }
        }
        (made, pull)
    }

    /// How products move with the gaps of their groups, when none is held: for paths.
    pub fn gain(&self) -> Gain<'_> {
        Gain::new(self, &[])
    }
}

/// The equations solved once for many gaps.
pub struct Gain<'a> {
    trace: &'a Trace<'a>,
    /// Whether held products are out of the equations, rather than conditions of their own.
    is_solved: bool,
    /// Lower triangle of the Cholesky factor, row by row in full.
    factor: Vec<f64>,
    size: usize,
    /// `products × size`, for full covariances.
    reach: Vec<f64>,
    held: Vec<bool>,
}

impl<'a> Gain<'a> {
    fn new(trace: &'a Trace<'a>, held: &[bool]) -> Self {
        let is_held = |product: usize| held.get(product).copied().unwrap_or(false);
        let groups = trace.groups.len();
        match trace.covariance {
            Covariance::Diagonal(variances) => {
                let mut matrix = vec![0.0; groups * groups];
                for group in 0..groups {
                    matrix[group * (groups + 1)] = variances[group];
                }
                for (product, own) in trace.groups_of.iter().enumerate().filter(|(product, _)| !is_held(*product)) {
                    for &one in own {
                        own.iter().for_each(|other| matrix[one * groups + other] += variances[groups + product]);
                    }
                }
                let factor = factor(matrix, groups);
                Self { trace, is_solved: true, factor, size: groups, reach: Vec::new(), held: held.to_vec() }
            }
            Covariance::Full(full) => {
                // Conditions: each group is the sum of its products, each held product is 0.
                let all = groups + trace.products;
                let conditions: Vec<Option<usize>> = (0..groups)
                    .map(|_| None)
                    .chain((0..trace.products).filter(|product| is_held(*product)).map(Some))
                    .collect();
                let size = conditions.len();
                // What row of the covariances times each condition.
                let times = |row: usize, condition: usize| match conditions[condition] {
                    Some(product) => full[row * all + groups + product],
                    None => {
                        let sum = trace.groups[condition].iter().map(|product| full[row * all + groups + product]);
                        full[row * all + condition] - sum.sum::<f64>()
                    }
                };
                let reach: Vec<f64> = (0..all)
                    .flat_map(|row| (0..size).map(move |at| (row, at)))
                    .map(|(row, at)| times(row, at))
                    .collect();
                let mut matrix = vec![0.0; size * size];
                for (at, condition) in conditions.iter().enumerate() {
                    for other in 0..size {
                        matrix[at * size + other] = match condition {
                            Some(product) => reach[(groups + product) * size + other],
                            None => {
                                let sum =
                                    trace.groups[at].iter().map(|product| reach[(groups + product) * size + other]);
                                reach[at * size + other] - sum.sum::<f64>()
                            }
                        };
                    }
                }
                let reach = reach[groups * size..].to_vec();
                Self { trace, is_solved: false, factor: factor(matrix, size), size, reach, held: held.to_vec() }
            }
        }
    }

    /// Forces that close the gaps.
    pub fn solved(&self, gaps: &[f64]) -> Vec<f64> {
        let size = self.size;
        let mut found = gaps.to_vec();
        for row in 0..size {
            let known: f64 = self.factor[row * size..row * size + row].iter().zip(&found).map(|(a, b)| a * b).sum();
            found[row] = (found[row] - known) / self.factor[row * (size + 1)];
        }
        for row in (0..size).rev() {
            found[row] /= self.factor[row * (size + 1)];
            let value = found[row];
            found[..row].iter_mut().zip(&self.factor[row * size..]).for_each(|(slot, factor)| *slot -= factor * value);
        }
        found
    }

    /// By how much a product moves under forces.
    pub fn move_of(&self, product: usize, forces: &[f64]) -> f64 {
        match self.trace.covariance {
            Covariance::Diagonal(variances) => {
                let force: f64 = self.trace.groups_of[product].iter().map(|group| forces[*group]).sum();
                variances[self.trace.groups.len() + product] * force
            }
            Covariance::Full(_) => -self.reach[product * self.size..(product + 1) * self.size]
                .iter()
                .zip(forces)
                .map(|(a, b)| a * b)
                .sum::<f64>(),
        }
    }

    fn moves(&self, forces: &[f64]) -> Vec<f64> {
        let is_held = |product: usize| self.is_solved && self.held.get(product).copied().unwrap_or(false);
        (0..self.trace.products)
            .map(|product| if is_held(product) { 0.0 } else { self.move_of(product, forces) })
            .collect()
    }
}

/// Cholesky factor of a matrix that is positive definite, or nearly: what cannot be told apart gets no share.
fn factor(mut matrix: Vec<f64>, size: usize) -> Vec<f64> {
    for row in 0..size {
        let diagonal = matrix[row * (size + 1)];
        for column in 0..=row {
            let (above, own) = matrix.split_at(row * size);
            let known: f64 = if column == row {
                own[..column].iter().map(|value| value * value).sum()
            } else {
                above[column * size..column * size + column].iter().zip(own).map(|(a, b)| a * b).sum()
            };
            let value = matrix[row * size + column] - known;
            matrix[row * size + column] = if column < row {
                value / matrix[column * (size + 1)]
            } else if value > NO_PIVOT * diagonal {
                value.sqrt()
            } else {
                f64::MAX.sqrt()
            };
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(groups: &[&[usize]], products: &[f64]) -> Vec<f64> {
        groups.iter().map(|group| group.iter().map(|product| products[*product]).sum()).collect()
    }

    #[test]
    fn the_better_known_moves_less() {
        let groups: [&[usize]; 1] = [&[0, 1]];
        let variances = Covariance::Diagonal(vec![1.0, 1.0, 2.0]);
        let made = Trace::new(&groups, 2, &variances).products(&[10.0, 4.0, 2.0]);
        assert!((made[0] - 5.0).abs() < 1e-12 && (made[1] - 4.0).abs() < 1e-12, "{made:?}");
        // The same as covariances.
        let full = Covariance::Full(vec![1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0]);
        let same = Trace::new(&groups, 2, &full).products(&[10.0, 4.0, 2.0]);
        assert!(made.iter().zip(&same).all(|(a, b)| (a - b).abs() < 1e-12), "{same:?}");
    }

    #[test]
    fn nothing_falls_below_zero_and_the_least_change_is_kept() {
        // Without a floor the second would be 1 − 4 = −3.
        let groups: [&[usize]; 2] = [&[0, 1, 2], &[0, 1]];
        let forecasts = [4.0, 3.0, 9.0, 1.0, 2.0];
        let variances = vec![1.0, 1.0, 3.0, 3.0, 1.0];
        let full = (0..25).map(|at| if at % 6 == 0 { variances[at / 6] } else { 0.0 }).collect();
        let cost = |made: &[f64]| {
            let all = sums(&groups, made).into_iter().chain(made.iter().copied());
            all.zip(forecasts).zip(&variances).map(|((a, b), variance)| (a - b) * (a - b) / variance).sum::<f64>()
        };
        for covariance in [Covariance::Diagonal(variances.clone()), Covariance::Full(full)] {
            let made = Trace::new(&groups, 3, &covariance).products(&forecasts);
            assert!(made.iter().all(|value| *value >= 0.0) && made[1] == 0.0, "{made:?}");
            let least = cost(&made);
            for product in 0..3 {
                for change in [-1e-3, 1e-3] {
                    let mut other = made.clone();
                    other[product] = (other[product] + change).max(0.0);
                    assert!(cost(&other) >= least - 1e-12, "{made:?} {product} {change}");
                }
            }
        }
    }

    #[test]
    fn groups_of_the_same_products_and_errors_of_none_do_no_harm() {
        let groups: [&[usize]; 2] = [&[0, 1], &[0, 1]];
        let full =
            Covariance::Full(vec![4.0, 4.0, 1.0, 1.0, 4.0, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]);
        let made = Trace::new(&groups, 2, &full).products(&[6.0, 6.0, 2.0, 3.0]);
        assert!(made.iter().all(|value| value.is_finite() && *value >= 0.0), "{made:?}");
        let nothing = Covariance::Diagonal(vec![0.0; 4]);
        let made = Trace::new(&groups, 2, &nothing).products(&[0.0; 4]);
        assert!(made.iter().all(|value| *value == 0.0), "{made:?}");
    }
}
