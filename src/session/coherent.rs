//! A shop's forecast that adds up: products, categories, stores and the whole shop.

use std::borrow::Cow;

use ndarray::Array2;

use super::forecast::{ForecastOptions, answer};
use crate::coherent::covariance::Covariance;
use crate::coherent::ensemble::{self, Joint, Member, Own};
use crate::coherent::trace::Trace;
use crate::coherent::{Nodes, Reconcile, top_down};
use crate::context::Context;
use crate::error::Result;
use crate::models::forecast::LEVELS;
use crate::models::joint::{Common, Rounding, Together};
use crate::models::local::own_seed;
use crate::models::{Forecast, SeriesForecast};
use crate::panel::{KnownAhead, Panel};
use crate::select::auto::Outcome;
use crate::select::whole::{held, late};
use crate::work::{Progress, breathe};

/// Share of the work that products take, as progress tells it, where groups are forecast by themselves.
const PRODUCTS_SHARE: f64 = 0.7;

/// Forecasts that add up, by date.
#[derive(Debug, Clone)]
pub struct Coherent {
    /// Products, in panel order.
    pub products: Forecast,
    /// What adds up to what.
    pub nodes: Nodes,
    /// One forecast a group, in the order of [`Nodes::all`]; all begin at the shop's start.
    pub groups: Vec<SeriesForecast>,
    /// What was brought together, and how.
    moved: Moved,
}

/// Products' means by date, and what else they were moved by.
#[derive(Debug, Clone)]
struct Moved {
    means: Vec<Vec<f64>>,
    /// Groups' own forecasts and the covariances of all errors, where they count.
    own: Option<(Vec<SeriesForecast>, Covariance)>,
}

/// Forecasts a panel and makes it add up; with it what the products' own forecast came to.
///
/// # Errors
/// As [`answer`].
pub async fn coherent(
    panel: &Panel,
    options: &ForecastOptions,
    known: &KnownAhead,
    how: Reconcile,
    cx: &Context,
) -> Result<(Outcome, Coherent)> {
    if how == Reconcile::BottomUp {
        let outcome = answer(panel, options, known, cx).await?;
        let made = added_up(panel, &outcome.forecast.whole()?, outcome.all.start, outcome.together, cx.seed).await;
        return Ok((outcome, made));
    }
    let options = ForecastOptions { errors: how == Reconcile::Trace, ..options.clone() };
    let part = |from, to| Context { progress: cx.progress.part("fitting", from, to), ..cx.clone() };
    let outcome = answer(panel, &options, known, &part(0.0, PRODUCTS_SHARE)).await?;
    let horizon = options.horizon;
    let own = outcome.forecast.whole()?;
    let aligned = Aligned::of(panel, &own, outcome.all.start);
    let nodes = aligned.nodes(panel);
    if nodes.all.is_empty() {
        let moved = Moved { means: aligned.means(), own: None };
        return Ok((outcome, Coherent { products: own, nodes, groups: Vec::new(), moved }));
    }
    let (sums, ahead) = nodes.panel(panel, known, aligned.start)?;
    let quiet = Context { notes: Default::default(), progress: Progress::silent(), ..cx.clone() };
    let above = answer(&sums, &options, &ahead, &quiet).await?;
    let (groups, said) = (nodes.groups(), above.forecast.whole()?.series);
    let sizes = |step: usize| {
        let below = aligned.series.iter().map(move |series| series.as_ref().map_or(0.0, |series| series.mean[step]));
        said.iter().map(|series| series.mean[step]).chain(below).collect::<Vec<f64>>()
    };
    let mean_sizes: Vec<f64> = (0..horizon).map(sizes).fold(vec![0.0; said.len() + panel.len()], |mut all, own| {
        all.iter_mut().zip(own).for_each(|(sum, value)| *sum += value / horizon as f64);
        all
    });
    // Without a past to err in there is none to learn from.
    let list =
        |errors: &[Vec<f32>], count: usize| if errors.is_empty() { vec![Vec::new(); count] } else { errors.to_vec() };
    let mut errors = list(&above.errors, said.len());
    errors.extend(list(&outcome.errors, panel.len()));
    let covariance = Covariance::of(&errors, horizon, &mean_sizes);
    let trace = Trace::new(&groups, panel.len(), &covariance);
    let mut means: Vec<Vec<f64>> = vec![Vec::with_capacity(horizon); panel.len()];
    for step in 0..horizon {
        let found = match how {
            Reconcile::TopDown => top_down::products(&nodes, &sizes(step)),
            _ => trace.products(&sizes(step)),
        };
        means.iter_mut().zip(found).for_each(|(own, value)| own.push(value));
        breathe().await;
    }
    let above = (how == Reconcile::Trace).then_some((said, covariance));
    let moved = Moved { means, own: above };
    let groups = aligned.groups(panel, &nodes, &moved, outcome.together, cx.seed).await;
    let products = aligned.moved(panel, &own, &moved.means, how);
    let groups = named(groups, how, &nodes, &products);
    Ok((outcome, Coherent { products, nodes, groups, moved }))
}

/// Groups as sums of products that stay as they are.
pub async fn added_up(panel: &Panel, forecast: &Forecast, start: i32, together: Together, seed: u64) -> Coherent {
    let aligned = Aligned::of(panel, forecast, start);
    let nodes = aligned.nodes(panel);
    let moved = Moved { means: aligned.means(), own: None };
    let groups = aligned.groups(panel, &nodes, &moved, together, seed).await;
    let groups = named(groups, Reconcile::BottomUp, &nodes, forecast);
    Coherent { products: forecast.clone(), nodes, groups, moved }
}

/// Groups with the name of how they came about; one of a single product is that product.
fn named(mut groups: Vec<SeriesForecast>, how: Reconcile, nodes: &Nodes, products: &Forecast) -> Vec<SeriesForecast> {
    for (group, node) in groups.iter_mut().zip(&nodes.all) {
        if let [leaf] = node.leaves[..]
            && products.series[leaf].start == group.start
        {
            group.clone_from(&products.series[leaf]);
        }
        group.model = how.name().to_owned();
    }
    groups
}

/// Joint sample paths of all products, by date from the shop's start on: `take` is given each product's place and its
/// paths, `horizon × count`, whole where the product sells whole units. Products that are over by then are left out. They
/// are those that `adding` brought together, where there is any: groups are their sums.
pub async fn sample_paths(
    panel: &Panel,
    outcome: &Outcome,
    adding: Option<&Coherent>,
    seed: u64,
    count: usize,
    take: &mut dyn FnMut(usize, Array2<f64>) -> Result<()>,
) -> Result<()> {
    let own = outcome.forecast.whole()?;
    let aligned = Aligned::of(panel, &own, outcome.all.start);
    let common = Common::new(seed, count, outcome.forecast.horizon, outcome.together);
    let (nodes, moved);
    let (nodes, moved) = match adding {
        Some(adding) => (&adding.nodes, &adding.moved),
        None => {
            nodes = aligned.nodes(panel);
            moved = Moved { means: aligned.means(), own: None };
            (&nodes, &moved)
        }
    };
    let mut taken = Ok(());
    aligned
        .joint(panel, nodes, moved, &common, seed, async |joint| {
            for index in 0..panel.len() {
                taken = joint.product(index).map_or(Ok(()), |paths| take(index, paths));
                if taken.is_err() {
                    break;
                }
                breathe().await;
            }
        })
        .await;
    taken
}

/// The seed of a product's paths, and whether it sells whole units.
fn about(panel: &Panel, index: usize, seed: u64) -> (u64, bool) {
    let info = panel.series(index);
    (own_seed(seed, &info.id, info.store.as_deref()), sells_whole_units(panel, index))
}

fn sells_whole_units(panel: &Panel, index: usize) -> bool {
    panel.values(index).iter().filter(|value| value.is_finite()).all(|value| value.fract() == 0.0)
}

/// Products' forecasts by date from the shop's start on; none of those that are over by then.
struct Aligned<'a> {
    start: i32,
    horizon: usize,
    series: Vec<Option<Cow<'a, SeriesForecast>>>,
}

impl<'a> Aligned<'a> {
    fn of(panel: &Panel, forecast: &'a Forecast, start: i32) -> Self {
        let (horizon, season) = (forecast.horizon, forecast.frequency.season_length());
        let series = forecast.series.iter().enumerate().map(|(index, own)| {
            let late = late(start, own.start, horizon).filter(|_| !panel.values(index).is_empty())?;
            if late == 0 {
                return Some(Cow::Borrowed(own));
            }
            let step = |step: usize| held(step + late, horizon, season);
            let mean: Vec<f64> = (0..horizon).map(|at| own.mean[step(at)]).collect();
            let quantiles =
                Array2::from_shape_fn((horizon, LEVELS.len()), |(at, place)| own.quantiles[(step(at), place)]);
            let factor = if own.total_mean() > 0.0 { mean.iter().sum::<f64>() / own.total_mean() } else { 1.0 };
            let total = own.total.iter().map(|value| factor * value).collect();
            let (id, model) = (own.id.clone(), own.model.clone());
            Some(Cow::Owned(SeriesForecast { id, start, model, mean, quantiles, total }))
        });
        Self { start, horizon, series: series.collect() }
    }

    fn nodes(&self, panel: &Panel) -> Nodes {
        Nodes::of(panel, |index| self.series[index].is_some())
    }

    /// Those of products, as they are.
    fn means(&self) -> Vec<Vec<f64>> {
        let mean = |series: &Option<Cow<'_, SeriesForecast>>| series.as_ref().map(|series| series.mean.clone());
        self.series.iter().map(|series| mean(series).unwrap_or_default()).collect()
    }

    async fn groups(
        &self,
        panel: &Panel,
        nodes: &Nodes,
        moved: &Moved,
        together: Together,
        seed: u64,
    ) -> Vec<SeriesForecast> {
        if nodes.all.is_empty() {
            return Vec::new();
        }
        let paths = ensemble::paths(panel.len(), nodes.all.len(), self.horizon);
        let common = Common::new(seed, paths, self.horizon, together);
        self.joint(panel, nodes, moved, &common, seed, async |joint| joint.groups(self.start).await).await
    }

    /// What `use_it` makes of the joint paths.
    async fn joint<T>(
        &self,
        panel: &Panel,
        nodes: &Nodes,
        moved: &Moved,
        common: &Common,
        seed: u64,
        use_it: impl AsyncFnOnce(Joint<'_>) -> T,
    ) -> T {
        let member = |index: usize| {
            let (seed, whole) = about(panel, index, seed);
            let said = self.series[index].as_deref()?;
            Some(Member { said, mean: &moved.means[index], whole, seed })
        };
        let groups = nodes.groups();
        let trace = moved.own.as_ref().map(|(_, covariance)| Trace::new(&groups, panel.len(), covariance));
        let gain = trace.as_ref().map(Trace::gain);
        let own = moved.own.as_ref().zip(gain.as_ref()).map(|((said, _), gain)| Own { said, gain });
        use_it(Joint::new(nodes, common, self.horizon, &member, own.as_ref()).await).await
    }

    /// Products with other means, by date: each period's range in proportion, the total's as the means of all periods; whole
    /// where the product sells whole units, as its paths are.
    fn moved(&self, panel: &Panel, forecast: &Forecast, means: &[Vec<f64>], how: Reconcile) -> Forecast {
        let (mut made, rounding) = (forecast.clone(), Rounding::new());
        for (index, series) in made.series.iter_mut().enumerate() {
            let Some(aligned) = &self.series[index] else { continue };
            let first = (self.start - series.start).max(0) as usize;
            let before = series.total_mean();
            for step in first..self.horizon {
                let (mean, said) = (means[index][step - first], aligned.mean[step - first]);
                let factor = if said > 0.0 { mean / said } else { 1.0 };
                series.mean[step] = mean;
                series.quantiles.row_mut(step).iter_mut().for_each(|value| *value *= factor);
            }
            let factor = if before > 0.0 { series.total_mean() / before } else { 1.0 };
            series.total.iter_mut().for_each(|value| *value *= factor);
            if sells_whole_units(panel, index) {
                for step in 0..self.horizon {
                    let rounded = rounding.quantiles(|place| series.quantiles[(step, place)], series.mean[step]);
                    series.quantiles.row_mut(step).iter_mut().zip(rounded).for_each(|(slot, value)| *slot = value);
                }
                series.total = rounding.quantiles(|place| series.total[place], series.total_mean()).to_vec();
            }
            series.model = format!("{}({})", how.name(), series.model);
        }
        made
    }
}
