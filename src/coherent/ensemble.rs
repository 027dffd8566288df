//! Ranges of groups that belong together with those of their products: sums over joint sample paths.
//!
//! Every product has its paths (see [`crate::models::joint`]), scaled to the mean that it was given so that all adds up;
//! path by path, groups are sums. Where groups were forecast by themselves, their own ranges count as well: in each path
//! a group's own forecast stands at the same rank as the sum of its products, and the path is brought together as the
//! means were (Panagiotelis, Gamakumara, Athanasopoulos and Hyndman 2023, "Probabilistic forecast reconciliation"), in
//! proportion to what each product sells in it. So no path is negative and what does not sell stays unsold.

use ndarray::{Array2, ArrayView2};

use super::nodes::Nodes;
use super::trace::Gain;
use crate::models::SeriesForecast;
use crate::models::forecast::LEVELS;
use crate::models::joint::{Common, quantiles_of};
use crate::models::sums::Scale;
use crate::work::breathe;

/// Bounds of what bringing a path together does to one product.
const CHANGE: (f64, f64) = (0.2, 5.0);
/// Normal draws for all products, about, and bounds of the number of paths: more say nothing new.
const DRAWS: usize = 40_000_000;
const PATHS: (usize, usize) = (100, 500);
/// Values of groups held at once.
const HELD: usize = 6_000_000;

/// Number of paths for a shop of that size.
pub fn paths(products: usize, groups: usize, horizon: usize) -> usize {
    let by_work = DRAWS / (2 * products * horizon).max(1);
    let by_room = HELD / (groups * horizon).max(1);
    by_work.min(by_room).clamp(PATHS.0, PATHS.1)
}

/// One product by date.
pub struct Member<'a> {
    /// Its forecast, steps from the shop's first on.
    pub said: &'a SeriesForecast,
    /// Its means after all was brought together.
    pub mean: &'a [f64],
    /// Whether it sells whole units.
    pub whole: bool,
    /// Seed of its draws.
    pub seed: u64,
}

/// Groups' own forecasts, in the order of [`Nodes::forecast`], and how they are brought together.
pub struct Own<'a> {
    /// Their forecasts.
    pub said: &'a [SeriesForecast],
    /// How products move with them.
    pub gain: &'a Gain<'a>,
}

/// Joint paths of a shop's products after all was brought together: whole where the product sells whole units. Groups are
/// sums of them, path by path, and so are whole and add up exactly too.
pub struct Joint<'a> {
    nodes: &'a Nodes,
    common: &'a Common,
    horizon: usize,
    /// The products by their places; none where one is over.
    member: &'a dyn Fn(usize) -> Option<Member<'a>>,
    /// Groups' own forecasts, and what closes the gaps between them: of each step and path, group by group.
    own: Option<(&'a Own<'a>, Vec<f64>)>,
}

impl<'a> Joint<'a> {
    /// Those of products that `member` tells, brought together with groups' own forecasts where there are any.
    pub async fn new(
        nodes: &'a Nodes,
        common: &'a Common,
        horizon: usize,
        member: &'a dyn Fn(usize) -> Option<Member<'a>>,
        own: Option<&'a Own<'a>>,
    ) -> Self {
        let mut made = Self { nodes, common, horizon, member, own: None };
        if let Some(own) = own {
            let sums = made.sums(&nodes.forecast).await;
            made.own = Some((own, forces(own, &sums, horizon, common.paths())));
        }
        made
    }

    /// Paths of one product, `horizon × paths`, by date; none where it is over.
    pub fn product(&self, index: usize) -> Option<Array2<f64>> {
        let Member { said, mean, whole, seed } = (self.member)(index)?;
        let mut paths = self.common.of(said, seed);
        for (step, mut row) in paths.rows_mut().into_iter().enumerate() {
            let factor = if said.mean[step] > 0.0 { mean[step] / said.mean[step] } else { 1.0 };
            row.iter_mut().for_each(|value| *value *= factor);
            if let (Some((own, forces)), Some(row)) = (&self.own, row.as_slice_mut()) {
                let width = own.said.len();
                let forces = &forces[step * row.len() * width..];
                let moved = |path: usize| own.gain.move_of(index, &forces[path * width..(path + 1) * width]);
                change(row, mean[step], moved);
            }
        }
        if whole {
            self.common.round(&mut paths, seed);
        }
        Some(paths)
    }

    /// Forecasts of all groups, in the order of [`Nodes::all`].
    pub async fn groups(&self, start: i32) -> Vec<SeriesForecast> {
        let all: Vec<usize> = (0..self.nodes.all.len()).collect();
        let sums = self.sums(&all).await;
        let mut made = Vec::with_capacity(sums.len());
        for (node, sums) in self.nodes.all.iter().zip(&sums) {
            let mean = |step: usize| node.leaves.iter().filter_map(|leaf| Some((self.member)(*leaf)?.mean[step])).sum();
            made.push(summed(start, (0..self.horizon).map(mean).collect(), sums.view()));
            breathe().await;
        }
        made
    }

    /// Paths of some groups, each `horizon × paths`.
    async fn sums(&self, places: &[usize]) -> Vec<Array2<f32>> {
        let mut made = vec![Array2::zeros((self.horizon, self.common.paths())); places.len()];
        let mut groups_of = vec![Vec::new(); self.nodes.leaves];
        for (at, place) in places.iter().enumerate() {
            self.nodes.all[*place].leaves.iter().for_each(|leaf| groups_of[*leaf].push(at));
        }
        for (index, groups) in groups_of.iter().enumerate().filter(|(_, groups)| !groups.is_empty()) {
            let Some(paths) = self.product(index) else { continue };
            for group in groups {
                made[*group].zip_mut_with(&paths, |sum, value| *sum += *value as f32);
            }
            breathe().await;
        }
        made
    }
}

/// Moves a product's paths of one period, in proportion to what it sells in them; `mean` is what is expected of it.
fn change(row: &mut [f64], mean: f64, moved: impl Fn(usize) -> f64) {
    if mean <= 0.0 {
        return;
    }
    let before: f64 = row.iter().sum();
    for (path, value) in row.iter_mut().enumerate() {
        *value *= (1.0 + moved(path) / mean).clamp(CHANGE.0, CHANGE.1);
    }
    // How much is expected was settled for the means.
    let after: f64 = row.iter().sum();
    if after > 0.0 {
        row.iter_mut().for_each(|value| *value *= before / after);
    }
}

/// A group's forecast of its paths, `horizon × paths`.
fn summed(start: i32, mean: Vec<f64>, paths: ArrayView2<'_, f32>) -> SeriesForecast {
    let horizon = mean.len();
    let mut quantiles = Array2::zeros((horizon, LEVELS.len()));
    let mut totals = vec![0.0; paths.ncols()];
    let mut values = Vec::with_capacity(paths.ncols());
    for (row, mut slots) in paths.rows().into_iter().zip(quantiles.rows_mut()) {
        values.clear();
        values.extend(row.iter().map(|value| f64::from(*value)));
        totals.iter_mut().zip(&values).for_each(|(sum, value)| *sum += value);
        slots.iter_mut().zip(quantiles_of(&mut values)).for_each(|(slot, value)| *slot = value);
    }
    let mut made = SeriesForecast::new(String::new(), start, "sum", mean, quantiles, 0.0);
    made.total = quantiles_of(&mut totals).to_vec();
    made
}

/// What closes the gaps between groups' own forecasts, at the ranks of their products' sums, and these sums: step by step,
/// path by path, group by group.
fn forces(own: &Own<'_>, sums: &[Array2<f32>], horizon: usize, paths: usize) -> Vec<f64> {
    let (scale, width) = (Scale::get(), own.said.len());
    let mut made = vec![0.0; horizon * paths * width];
    let mut order: Vec<usize> = (0..paths).collect();
    let mut gaps = vec![0.0; paths * width];
    for step in 0..horizon {
        for (group, (said, sums)) in own.said.iter().zip(sums).enumerate() {
            let row = sums.row(step);
            order.sort_unstable_by(|one, other| row[*one].total_cmp(&row[*other]).then(one.cmp(other)));
            let curve = scale.curve(|place| said.quantiles[(step, place)], said.mean[step]);
            for (rank, path) in order.iter().enumerate() {
                let level = (rank as f64 + 0.5) / paths as f64;
                gaps[path * width + group] =
                    curve.at(crate::models::forecast::normal_quantile(level)) - f64::from(row[*path]);
            }
        }
        for path in 0..paths {
            let found = own.gain.solved(&gaps[path * width..(path + 1) * width]);
            made[(step * paths + path) * width..][..width].copy_from_slice(&found);
        }
    }
    made
}
