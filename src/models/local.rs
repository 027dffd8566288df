//! Methods that learn each series by itself, behind the [`Forecaster`] trait: series are split into chunks of fixed
//! size, each chunk is a job of the pool.

use std::ops::Range;

use ndarray::{Array2, s};
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;

use super::arima::given::Given;
use super::effects::{Effects, multiply};
use super::forecast::{LEVELS, SeriesForecast};
use super::group::Groups;
use super::summary::has_likelihood;
use super::{
    Fitted, Forecaster, Scope, arima, baseline, ces, counts, ets, group, intermittent, mstl, orders, pooled, simple,
    theta, year,
};
use crate::calendar::Frequency;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::packed::Packed;
use crate::panel::{Brief, KnownAhead, Panel};
use crate::work::{Cancel, Job, LocalBoxFuture, Progress, RunJob, breathe, pack, unpack};

/// Series in a job; fixed, so that the split does not depend on the number of workers.
const CHUNK_SERIES: usize = 16;

/// Most periods of unknown sales at the end that are stepped over, as goods that have run out; earlier ones are filled.
const MOST_UNKNOWN: usize = 120;

const JOB: &str = "local-forecast";

/// Name of the answer for series without a value.
const NO_HISTORY: &str = "no-history";

/// Rows of the table of jobs.
pub const JOBS: &[(&str, RunJob)] = &[(JOB, run)];

/// A method of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The value one season before.
    SeasonalNaive,
    /// Quantiles of the last values.
    MovingAverage,
    /// Quantiles of all values, the latest most.
    Window,
    /// The same weeks of earlier years.
    YearOverYear,
    /// Earlier years of the product's group.
    GroupSeasonal,
    /// Exponential smoothing with chosen components.
    Ets,
    /// Complex smoothing.
    Ces,
    /// Several seasons taken apart.
    Mstl,
    /// Differences explained by the values and misses before.
    Arima(arima::Choice),
    /// Smoothed sizes and rhythm of rare sales.
    Intermittent(intermittent::Rule),
    /// Counts.
    Count(counts::Kind),
    /// Counts of all products together.
    Pooled,
    /// Numbers of orders times their sizes.
    Orders,
    /// A line's rule.
    Simple(simple::Rule),
    /// Exponential smoothing of one form.
    Smoothing(ets::Named),
    /// Level and line.
    Theta(theta::Kind),
}

impl Method {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Method::SeasonalNaive => "seasonal-naive",
            Method::MovingAverage => "moving-average",
            Method::Window => "window",
            Method::YearOverYear => year::NAME,
            Method::GroupSeasonal => group::NAME,
            Method::Ets => "ets",
            Method::Ces => "ces",
            Method::Mstl => mstl::NAME,
            Method::Arima(arima::Choice::Autoregressive) => "ar",
            Method::Arima(arima::Choice::Regression) => "arimax",
            Method::Arima(_) => "arima",
            Method::Intermittent(rule) => rule.name(),
            Method::Count(kind) => kind.name(),
            Method::Pooled => pooled::NAME,
            Method::Orders => orders::NAME,
            Method::Simple(rule) => rule.name(),
            Method::Smoothing(named) => named.name(),
            Method::Theta(kind) => kind.name(),
        }
    }

    /// Whether it answers with the year of a group where a series has seen none.
    fn is_of_groups(self) -> bool {
        matches!(self, Method::GroupSeasonal | Method::YearOverYear)
    }
}

/// A method as a job tells it: its place in [`METHODS`], or beyond it and the name of the orders that were given.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Code {
    place: usize,
    given: String,
}

impl Code {
    /// That of a method.
    pub fn of(method: Method) -> Self {
        let place = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len());
        let given = if let Method::Arima(arima::Choice::Given(given)) = method { given.name() } else { String::new() };
        Self { place, given }
    }

    /// The method.
    ///
    /// # Errors
    /// Fails only on a code that [`Code::of`] did not make.
    pub fn method(&self) -> Result<Method> {
        let given = || Given::parse(&self.given).map(|given| Method::Arima(arima::Choice::Given(given)));
        METHODS.get(self.place).copied().or_else(given).ok_or_else(|| Error::internal("no such method"))
    }
}

/// All of them. Jobs tell a method by its place, since code that reads and writes the names would be larger.
pub const METHODS: [Method; 31] = [
    Method::SeasonalNaive,
    Method::MovingAverage,
    Method::Window,
    Method::YearOverYear,
    Method::GroupSeasonal,
    Method::Ets,
    Method::Ces,
    Method::Mstl,
    Method::Arima(arima::Choice::Stepwise),
    Method::Arima(arima::Choice::Autoregressive),
    Method::Simple(simple::Rule::Naive),
    Method::Simple(simple::Rule::Drift),
    Method::Simple(simple::Rule::WeightedMovingAverage),
    Method::Smoothing(ets::Named::Ses),
    Method::Smoothing(ets::Named::Holt),
    Method::Smoothing(ets::Named::HoltWinters),
    Method::Theta(theta::Kind::Standard),
    Method::Theta(theta::Kind::Optimised),
    Method::Theta(theta::Kind::Dynamic),
    Method::Intermittent(intermittent::Rule::Croston),
    Method::Intermittent(intermittent::Rule::CrostonOptimised),
    Method::Intermittent(intermittent::Rule::Sba),
    Method::Intermittent(intermittent::Rule::Tsb),
    Method::Intermittent(intermittent::Rule::Adida),
    Method::Intermittent(intermittent::Rule::Imapa),
    Method::Count(counts::Kind::Poisson),
    Method::Count(counts::Kind::NegativeBinomial),
    Method::Count(counts::Kind::Hurdle),
    Method::Arima(arima::Choice::Regression),
    Method::Pooled,
    Method::Orders,
];

/// What a method says of one series.
pub struct Answer {
    /// The method that really made it.
    pub model: String,
    /// Expected value per step.
    pub mean: Vec<f64>,
    /// `horizon × LEVELS`.
    pub quantiles: Array2<f64>,
    /// Quantiles at [`LEVELS`] of the sum, where the method knows them; else `correlation` makes them.
    pub total: Option<Vec<f64>>,
    /// Correlation of the steps' errors.
    pub correlation: f64,
}

/// One series to forecast.
pub struct Task<'a> {
    /// History without missing values, oldest first, not empty.
    pub history: &'a [f64],
    /// Spacing.
    pub frequency: Frequency,
    /// Steps from the last known value on.
    pub horizon: usize,
    /// So many of them are periods whose sales are unknown: they are stepped over, and count in no total.
    pub unknown: usize,
    /// Columns known for the history and the steps, of methods that take them.
    pub known: Vec<&'a [f64]>,
    /// What the method learned of all series together.
    pub shared: &'a [f64],
    /// The first of the steps.
    pub end: i32,
    /// For methods that draw.
    pub random: Pcg64Mcg,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Chunk {
    method: Code,
    frequency: Frequency,
    horizon: usize,
    seed: u64,
    /// What the method learned of all series together.
    shared: Vec<f64>,
    series: Vec<Past>,
}

/// One series as a job gets it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Past {
    id: String,
    store: Option<String>,
    /// Where its forecast starts.
    end: i32,
    /// Oldest first, `NaN` for missing.
    values: Brief,
    /// Columns known for these periods and those ahead, of methods that take them; all finite.
    known: Vec<Vec<f64>>,
}

/// A local method as a [`Forecaster`].
#[derive(Debug, Clone, Copy)]
pub struct Local(pub Method);

impl Forecaster for Local {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn scope(&self) -> Scope {
        Scope::Local
    }

    fn is_instant(&self) -> bool {
        !has_likelihood(self.0) && self.0 != Method::Mstl
    }

    fn fit<'a>(
        &'a self,
        train: &'a Panel,
        horizon: usize,
        _cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        fit(self.0, self.0.is_of_groups(), train, horizon)
    }

    fn local(&self) -> Option<Method> {
        Some(self.0)
    }
}

/// A local method on a panel; whether it `borrows` the year of groups, where it knows none.
pub(super) fn fit(
    method: Method,
    borrows: bool,
    panel: &Panel,
    horizon: usize,
) -> LocalBoxFuture<'_, Result<Box<dyn Fitted>>> {
    Box::pin(async move { Ok(Box::new(LocalFitted::new(method, borrows, panel, horizon).await) as Box<dyn Fitted>) })
}

/// A local method on its panel; parameters are estimated with each forecast, in the same job.
struct LocalFitted {
    method: Method,
    panel: Panel,
    horizon: usize,
    /// What columns known ahead do; none for the simple rule, which others are compared with.
    effects: Option<Effects>,
    /// Where the method looks at them.
    groups: Option<Groups>,
    /// What it learned of all series together.
    shared: Vec<f64>,
}

impl LocalFitted {
    async fn new(method: Method, borrows: bool, panel: &Panel, horizon: usize) -> Self {
        let effects = if method == Method::SeasonalNaive { None } else { Effects::of(panel).await };
        let values = |place: usize| match &effects {
            Some(effects) => effects.without(panel, place, &KnownAhead::default(), 0).0,
            None => panel.values(place).to_vec(),
        };
        let groups = if borrows { Groups::of(panel, horizon, method, values) } else { None };
        let plain = |place: usize| Groups::divide(groups.as_ref(), panel, place, values(place));
        let learned = if method == Method::Pooled { pooled::Learned::of(panel, horizon, plain).await } else { None };
        let shared = learned.map_or_else(Vec::new, |learned| learned.numbers());
        Self { method, panel: panel.clone(), horizon, effects, groups, shared }
    }
}

impl Fitted for LocalFitted {
    fn panel(&self) -> &Panel {
        &self.panel
    }

    fn predict_part<'a>(
        &'a self,
        places: Range<usize>,
        horizon: usize,
        known: &'a KnownAhead,
        cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Vec<SeriesForecast>>> {
        Box::pin(async move {
            let mut factors = Vec::new();
            let (frequency, count) = (self.panel.frequency(), places.len());
            let mut jobs = Vec::with_capacity(count / CHUNK_SERIES + 1);
            for first in places.clone().step_by(CHUNK_SERIES) {
                let series = (first..places.end.min(first + CHUNK_SERIES))
                    .map(|place| {
                        let info = self.panel.series(place);
                        let (values, ahead, mut columns) = match (&self.effects, self.method) {
                            (Some(effects), Method::Arima(arima::Choice::Regression)) => {
                                effects.beside(&self.panel, place, known, horizon)
                            }
                            (Some(effects), _) => {
                                let (values, ahead) = effects.without(&self.panel, place, known, horizon);
                                (values, ahead, Vec::new())
                            }
                            (None, _) => (self.panel.values(place).to_vec(), Vec::new(), Vec::new()),
                        };
                        factors.push(ahead);
                        let values = Groups::divide(self.groups.as_ref(), &self.panel, place, values);
                        if self.method == Method::Orders {
                            columns = orders::columns(&self.panel, place, &values);
                        }
                        let (id, store) = (info.id.clone(), info.store.clone());
                        Past { id, store, end: self.panel.end(place), values: Brief::of(&values), known: columns }
                    })
                    .collect();
                let (method, shared) = (Code::of(self.method), self.shared.clone());
                jobs.push(Job::new(JOB, &Chunk { method, frequency, horizon, seed: cx.seed, shared, series })?);
                breathe().await;
            }
            let outputs = cx.pool.map(jobs, &cx.progress.part("fitting", 0.0, 1.0), &cx.cancel).await?;
            let mut series = Vec::with_capacity(count);
            for output in outputs {
                series.extend(Packed::of_bytes(output).unpack()?);
            }
            for (place, made) in places.zip(&mut series) {
                // A product that has earlier years of its own has no need of others'.
                let has_own = [year::NAME, NO_HISTORY].contains(&made.model.as_str());
                let groups = self.groups.as_ref().filter(|_| !has_own);
                let is_theirs = groups.is_some_and(|groups| groups.put_on(&self.panel, place, made));
                if is_theirs && self.method.is_of_groups() {
                    made.model = group::NAME.into();
                }
            }
            series.iter_mut().zip(&factors).for_each(|(made, factors)| multiply(made, factors));
            Ok(series)
        })
    }

    fn update<'a>(&'a self, panel: &'a Panel, _cx: &'a Context) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        fit(self.method, self.groups.is_some(), panel, self.horizon)
    }

    fn state(&self) -> Result<Vec<u8>> {
        pack(&Code::of(self.method))
    }
}

fn run(job: &Job, progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let chunk: Chunk = unpack(&job.input)?;
    let method = chunk.method.method()?;
    let mut made = Vec::with_capacity(chunk.series.len());
    for (place, past) in chunk.series.iter().enumerate() {
        cancel.check()?;
        made.push(forecast(past, &chunk, method));
        progress.done("fitting", (place + 1) as f64 / chunk.series.len() as f64);
    }
    Ok(Packed::new(&made, chunk.frequency.season_length())?.into_bytes())
}

/// Forecasts one series; every series gets a finite answer.
fn forecast(past: &Past, chunk: &Chunk, method: Method) -> SeriesForecast {
    let Chunk { frequency, horizon, seed, .. } = *chunk;
    let Past { id, store, end, values, known } = past;
    let values = values.values();
    let mut history = filled(&values, frequency.season_length());
    if history.is_empty() {
        let nothing = Array2::zeros((horizon, LEVELS.len()));
        return SeriesForecast::new(id.clone(), *end, NO_HISTORY, vec![0.0; horizon], nothing, 0.0);
    }
    let random = Pcg64Mcg::seed_from_u64(own_seed(seed, id, store.as_deref()));
    // What a product would have sold while it was out is as unknown as what comes.
    let unknown = values.iter().rev().take_while(|value| !value.is_finite()).count().min(MOST_UNKNOWN);
    // Leading values that are missing are no history.
    let known = known.iter().map(|column| &column[values.len() - history.len()..]).collect();
    history.truncate(history.len() - unknown);
    let task = Task {
        history: &history,
        frequency,
        horizon: unknown + horizon,
        unknown,
        known,
        shared: &chunk.shared,
        end: *end - unknown as i32,
        random,
    };
    let answer = match method {
        Method::SeasonalNaive => baseline::seasonal_naive(&task),
        Method::MovingAverage => baseline::moving_average(&task),
        Method::Window => baseline::window(&task),
        Method::YearOverYear => year::forecast(&task),
        Method::GroupSeasonal => group::forecast(&task),
        Method::Ets => ets::forecast(&task, None),
        Method::Ces => ces::forecast(&task),
        Method::Mstl => mstl::forecast(&task),
        Method::Arima(choice) => arima::forecast(&task, choice),
        Method::Simple(rule) => simple::forecast(&task, rule),
        Method::Smoothing(named) => ets::forecast(&task, Some(named)),
        Method::Intermittent(rule) => intermittent::forecast(&task, rule),
        Method::Count(kind) => counts::forecast(&task, kind),
        Method::Pooled => pooled::forecast(&task),
        Method::Orders => orders::forecast(&task),
        Method::Theta(kind) => theta::forecast(&task, kind),
    };
    let Answer { model, mut mean, quantiles, total, correlation } = answer;
    mean.drain(..unknown);
    let quantiles = quantiles.slice_move(s![unknown.., ..]);
    match total {
        Some(total) => SeriesForecast::with_total(id.clone(), *end, &model, mean, quantiles, total),
        None => SeriesForecast::new(id.clone(), *end, &model, mean, quantiles, correlation),
    }
}

/// Seed of a series: key and store are part of it, so that its draws neither depend on its neighbours nor repeat theirs.
pub fn own_seed(seed: u64, id: &str, store: Option<&str>) -> u64 {
    // FNV-1a. The byte 0xff, which no UTF-8 text has, keeps key and store apart; without a store nothing is added.
    let store = store.into_iter().flat_map(|store| std::iter::once(0xff).chain(store.bytes()));
    id.bytes().chain(store).fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The history without missing values: leading ones are dropped, others take the value one season before, else the last.
pub fn filled(values: &[f64], season: usize) -> Vec<f64> {
    let first = values.iter().position(|value| value.is_finite()).unwrap_or(values.len());
    let mut history: Vec<f64> = values[first..].to_vec();
    for place in 0..history.len() {
        if !history[place].is_finite() {
            history[place] = if place >= season { history[place - season] } else { history[place - 1] };
        }
    }
    history
}

/// Quantile of sorted values, linear between neighbours.
pub fn quantile_sorted(sorted: &[f64], level: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = level * last as f64;
    let low = place as usize;
    let high = (low + 1).min(last);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positive values that follow no pattern, so that smoothing is left with errors to draw from.
    fn noisy(days: u64) -> Vec<f64> {
        let mut state = 7_u64;
        (0..days)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                5.0 + (state >> 40) as f64 / 2_f64.powi(24) * 20.0
            })
            .collect()
    }

    /// Quantiles by exponential smoothing of the same values under other keys and stores.
    fn drawn(names: &[(&str, Option<&str>)]) -> Result<Vec<Vec<f64>>> {
        let series = names.iter().map(|(id, store)| Past {
            id: (*id).into(),
            store: store.map(str::to_owned),
            end: 100,
            values: Brief::of(&noisy(100)),
            known: Vec::new(),
        });
        let (method, frequency) = (Code::of(Method::Ets), Frequency::Day);
        let chunk = Chunk { method, frequency, horizon: 7, seed: 1, shared: Vec::new(), series: series.collect() };
        let made = run(&Job::new(JOB, &chunk)?, &Progress::silent(), &Cancel::default())?;
        Ok(Packed::of_bytes(made).unpack()?.into_iter().map(|series| series.total).collect())
    }

    #[test]
    fn a_product_in_two_stores_has_two_random_streams() -> Result<()> {
        let made = drawn(&[("A", Some("North")), ("A", Some("South")), ("A", None), ("A", Some("North"))])?;
        assert_eq!(made[0], made[3], "the stream follows from key and store alone");
        assert_ne!(made[0], made[1]);
        assert_ne!(made[0], made[2]);
        assert_ne!(own_seed(1, "AB", Some("C")), own_seed(1, "A", Some("BC")));
        assert_ne!(own_seed(1, "A", Some("")), own_seed(1, "A", None));
        Ok(())
    }
}
