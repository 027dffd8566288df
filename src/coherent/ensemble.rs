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

/// Forecasts of all groups, in the order of [`Nodes::all`]; `member` is asked for the products in groups, by their places.
pub async fn groups<'a>(
    nodes: &Nodes,
    common: &Common,
    horizon: usize,
    start: i32,
    member: impl Fn(usize) -> Member<'a>,
    own: Option<&Own<'_>>,
) -> Vec<SeriesForecast> {
    let forces = match own {
        Some(own) => {
            let sums = sums(nodes, &nodes.forecast, common, horizon, &member, &|_, _, _, _| ()).await;
            Some(forces(own, &sums, horizon, common.paths()))
        }
        None => None,
    };
    let paths = common.paths();
    let change = |index: usize, said: &[f64], step: usize, row: &mut [f64]| {
        let (Some(own), Some(forces)) = (own, &forces) else { return };
        let width = own.said.len();
        if said[step] <= 0.0 {
            return;
        }
        let before: f64 = row.iter().sum();
        for (path, value) in row.iter_mut().enumerate() {
            let at = (step * paths + path) * width;
            let moved = own.gain.move_of(index, &forces[at..at + width]);
            *value *= (1.0 + moved / said[step]).clamp(CHANGE.0, CHANGE.1);
        }
        // How much is expected was settled for the means.
        let after: f64 = row.iter().sum();
        if after > 0.0 {
            row.iter_mut().for_each(|value| *value *= before / after);
        }
    };
    let all: Vec<usize> = (0..nodes.all.len()).collect();
    let sums = sums(nodes, &all, common, horizon, &member, &change).await;
    let mut made = Vec::with_capacity(nodes.all.len());
    for (node, sums) in nodes.all.iter().zip(&sums) {
        let mean = |step: usize| node.leaves.iter().map(|leaf| member(*leaf).mean[step]).sum();
        made.push(summed(start, (0..horizon).map(mean).collect(), sums.view()));
        breathe().await;
    }
    made
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

/// Changes a product's path of one step: its place, its forecast means, the step and the values.
type Change<'a> = dyn Fn(usize, &[f64], usize, &mut [f64]) + 'a;

/// Paths of some groups, each `horizon × paths`.
async fn sums<'a>(
    nodes: &Nodes,
    places: &[usize],
    common: &Common,
    horizon: usize,
    member: &impl Fn(usize) -> Member<'a>,
    change: &Change<'_>,
) -> Vec<Array2<f32>> {
    let mut made = vec![Array2::zeros((horizon, common.paths())); places.len()];
    let mut groups_of = vec![Vec::new(); nodes.leaves];
    for (at, place) in places.iter().enumerate() {
        nodes.all[*place].leaves.iter().for_each(|leaf| groups_of[*leaf].push(at));
    }
    for (index, groups) in groups_of.iter().enumerate().filter(|(_, groups)| !groups.is_empty()) {
        let Member { said, mean, whole, seed } = member(index);
        let mut paths = common.of(said, seed);
        for (step, mut row) in paths.rows_mut().into_iter().enumerate() {
            let factor = if said.mean[step] > 0.0 { mean[step] / said.mean[step] } else { 1.0 };
            row.iter_mut().for_each(|value| *value *= factor);
            if let Some(row) = row.as_slice_mut() {
                change(index, mean, step, row);
            }
        }
        if whole {
            common.round(&mut paths, seed);
        }
        for group in groups {
            made[*group].zip_mut_with(&paths, |sum, value| *sum += *value as f32);
        }
        breathe().await;
    }
    made
}

/// What closes the gaps between groups' own forecasts, at the ranks of their products' sums, and these sums: step by step,
/// path by path, group by group.
fn forces(own: &Own<'_>, sums: &[Array2<f32>], horizon: usize, paths: usize) -> Vec<f64> {
    let (scale, width) = (Scale::new(), own.said.len());
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
