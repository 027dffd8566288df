//! Methods that learn each series by itself, behind the [`Forecaster`] trait: series are split into chunks of fixed
//! size, each chunk is a job of the pool.

use ndarray::Array2;
use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;

use super::forecast::{Forecast, LEVELS, SeriesForecast};
use super::{Fitted, Forecaster, Scope, baseline, ets};
use crate::calendar::Frequency;
use crate::context::Context;
use crate::error::Result;
use crate::panel::{KnownAhead, Panel};
use crate::work::{Cancel, Job, LocalBoxFuture, Progress, RunJob, pack, unpack};

/// Series in a job; fixed, so that the split does not depend on the number of workers.
const CHUNK_SERIES: usize = 16;

const JOB: &str = "local-forecast";

/// Rows of the table of jobs.
pub const JOBS: &[(&str, RunJob)] = &[(JOB, run)];

/// A method of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Method {
    /// The value one season before.
    SeasonalNaive,
    /// Quantiles of the last values.
    MovingAverage,
    /// Exponential smoothing with chosen components.
    Ets,
}

impl Method {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Method::SeasonalNaive => "seasonal-naive",
            Method::MovingAverage => "moving-average",
            Method::Ets => "ets",
        }
    }
}

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
    /// Steps.
    pub horizon: usize,
    /// For methods that draw.
    pub random: Pcg64Mcg,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Chunk {
    method: Method,
    frequency: Frequency,
    horizon: usize,
    seed: u64,
    series: Vec<(String, i32, Vec<f64>)>,
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

    fn fit<'a>(
        &'a self,
        train: &'a Panel,
        _horizon: usize,
        _cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        let fitted = LocalFitted { method: self.0, panel: train.clone() };
        Box::pin(async move { Ok(Box::new(fitted) as Box<dyn Fitted>) })
    }
}

/// A local method on its panel; parameters are estimated with each forecast, in the same job.
#[derive(serde::Serialize, serde::Deserialize)]
struct LocalFitted {
    method: Method,
    panel: Panel,
}

impl Fitted for LocalFitted {
    fn predict<'a>(
        &'a self,
        horizon: usize,
        _known: &'a KnownAhead,
        cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Forecast>> {
        Box::pin(async move {
            let frequency = self.panel.frequency();
            let places: Vec<usize> = (0..self.panel.len()).collect();
            let jobs = places
                .chunks(CHUNK_SERIES)
                .map(|chunk| {
                    let series = chunk
                        .iter()
                        .map(|&place| {
                            (
                                self.panel.series(place).id.clone(),
                                self.panel.end(place),
                                self.panel.values(place).to_vec(),
                            )
                        })
                        .collect();
                    Job::new(JOB, &Chunk { method: self.method, frequency, horizon, seed: cx.seed, series })
                })
                .collect::<Result<Vec<_>>>()?;
            let outputs = cx.pool.map(jobs, &cx.progress.part("fitting", 0.0, 1.0), &cx.cancel).await?;
            let mut series = Vec::with_capacity(self.panel.len());
            for output in outputs {
                series.extend(unpack::<Vec<SeriesForecast>>(&output)?);
            }
            Ok(Forecast { frequency, horizon, series })
        })
    }

    fn update<'a>(&'a self, panel: &'a Panel, _cx: &'a Context) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        let fitted = LocalFitted { method: self.method, panel: panel.clone() };
        Box::pin(async move { Ok(Box::new(fitted) as Box<dyn Fitted>) })
    }

    fn state(&self) -> Result<Vec<u8>> {
        pack(self)
    }
}

fn run(job: &Job, progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let chunk: Chunk = unpack(&job.input)?;
    let mut made = Vec::with_capacity(chunk.series.len());
    for (place, (id, start, values)) in chunk.series.iter().enumerate() {
        cancel.check()?;
        made.push(forecast(chunk.method, id, *start, values, chunk.frequency, chunk.horizon, chunk.seed));
        progress.done("fitting", (place + 1) as f64 / chunk.series.len() as f64);
    }
    pack(&made)
}

/// Forecasts one series; every series gets a finite answer.
pub fn forecast(
    method: Method,
    id: &str,
    start: i32,
    values: &[f64],
    frequency: Frequency,
    horizon: usize,
    seed: u64,
) -> SeriesForecast {
    let history = filled(values, frequency.season_length());
    if history.is_empty() {
        let nothing = Array2::zeros((horizon, LEVELS.len()));
        return SeriesForecast::new(id.to_owned(), start, "no-history", vec![0.0; horizon], nothing, 0.0);
    }
    // The key is part of the seed, so that a product's draws do not depend on its neighbours.
    let own = id.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let task = Task { history: &history, frequency, horizon, random: Pcg64Mcg::seed_from_u64(own) };
    let answer = match method {
        Method::SeasonalNaive => baseline::seasonal_naive(&task),
        Method::MovingAverage => baseline::moving_average(&task),
        Method::Ets => ets::forecast(&task),
    };
    let mut made =
        SeriesForecast::new(id.to_owned(), start, &answer.model, answer.mean, answer.quantiles, answer.correlation);
    if let Some(mut total) = answer.total {
        total.iter_mut().for_each(|value| *value = if value.is_finite() { value.max(0.0) } else { 0.0 });
        total.sort_by(f64::total_cmp);
        made.total = total;
    }
    made
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
