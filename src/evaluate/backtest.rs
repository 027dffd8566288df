//! Rolling-origin backtest (Tashman 2000, "Out-of-sample tests of forecasting accuracy").

use std::rc::Rc;

use super::metrics::{Metrics, Scales, measure, pool};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::{Fitted, Forecast, Forecaster, Scope, closed};
use crate::notes::Note;
use crate::panel::Panel;
use crate::work::breathe;

/// Where the origins lie.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct BacktestOptions {
    /// Steps forecast from each origin.
    pub horizon: usize,
    /// Number of origins; the latest lies one horizon before the end, the others one horizon apart before it.
    pub folds: usize,
}

/// What one model did at each origin.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ModelBacktest {
    /// Model name.
    pub model: String,
    /// One forecast per origin, oldest origin first; series in panel order.
    pub forecasts: Vec<Forecast>,
    /// `products[fold][series]`; none where the series had no history or no actuals there.
    pub products: Vec<Vec<Option<Metrics>>>,
    /// The whole shop per fold: mean over products, sums pooled; `NaN` where nothing could be measured.
    pub shop: Vec<Metrics>,
}

/// Results of a backtest. Cloning shares the tests, which hold the forecasts of every origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// Steps forecast from each origin.
    pub horizon: usize,
    /// Periods between each origin and the end, oldest origin first.
    pub backs: Vec<usize>,
    /// One entry per model.
    pub models: Vec<Rc<ModelBacktest>>,
}

/// Code of the error of a past without room for a test.
pub const TOO_SHORT: &str = "history-too-short";

/// Series between two breaths.
const BREATH_SERIES: usize = 256;

/// A history this many times as long as the horizon is needed before an origin, so that there is something to learn.
const LEAST_HISTORY_HORIZONS: usize = 2;

/// Work of an instant method, where that of another is 1.
const INSTANT_EFFORT: f64 = 0.03;
/// Share of a global method's test up to its first forecast: it is trained but once.
const TRAINING_SHARE: f64 = 0.9;

/// Work of fitting a method once, in proportion to others: for progress, so only roughly right.
pub fn effort(method: &dyn Forecaster) -> f64 {
    if method.is_instant() { INSTANT_EFFORT } else { 1.0 }
}

/// Origins, as periods before the end, that the longest series leaves room for; oldest first.
///
/// # Errors
/// Fails if there is no room for one.
pub fn origins(panel: &Panel, options: &BacktestOptions, cx: &Context) -> Result<Vec<usize>> {
    let BacktestOptions { horizon, folds } = *options;
    let longest = (0..panel.len()).map(|index| panel.values(index).len()).max().unwrap_or(0);
    let room = (longest / horizon.max(1)).saturating_sub(LEAST_HISTORY_HORIZONS);
    let used = folds.min(room);
    if used == 0 {
        let needed = horizon * (LEAST_HISTORY_HORIZONS + 1);
        return Err(Error::input(TOO_SHORT, format!("the history has {longest} periods; a test needs {needed}"))
            .remedy("look less far ahead, or add older orders")
            .arg("periods", longest)
            .arg("needed", needed));
    }
    if used < folds {
        let text = format!("the history has room for {used} tests of {horizon} periods, not {folds}");
        cx.notes.add(Note::info("fewer-folds", text).count(used as u64).arg("asked", folds));
    }
    Ok((1..=used).rev().map(|fold| fold * horizon).collect())
}

/// Tests models on the panel's past. Nothing after an origin is seen by its forecast, planned columns apart.
/// Local models are refitted at each origin; global ones are trained before the oldest origin and updated after.
///
/// # Errors
/// Fails if no series is long enough for one fold, or when cancelled.
pub async fn backtest(
    models: &[&dyn Forecaster],
    panel: &Panel,
    options: &BacktestOptions,
    cx: &Context,
) -> Result<Backtest> {
    let backs = origins(panel, options, cx)?;
    let mut tested = Vec::with_capacity(models.len());
    let all: f64 = models.iter().map(|model| effort(*model)).sum();
    let mut spent = 0.0;
    for model in models {
        let from = spent;
        spent += effort(*model) / all;
        let inner = Context { progress: cx.progress.part("testing", from, spent), ..cx.clone() };
        let (forecasts, _) = forecasts_at(*model, panel, options.horizon, &backs, &inner).await?;
        tested.push(Rc::new(judge(model.name(), panel, &backs, forecasts).await));
    }
    Ok(Backtest { horizon: options.horizon, backs, models: tested })
}

/// Forecasts of one model at each origin, oldest first, and the model as it was at the latest one.
///
/// # Errors
/// Whatever the model fails with; cancellation.
pub async fn forecasts_at(
    model: &dyn Forecaster,
    panel: &Panel,
    horizon: usize,
    backs: &[usize],
    cx: &Context,
) -> Result<(Vec<Forecast>, Option<Box<dyn Fitted>>)> {
    let mut forecasts = Vec::with_capacity(backs.len());
    let mut fitted: Option<Box<dyn Fitted>> = None;
    for (place, &back) in backs.iter().enumerate() {
        cx.cancel.check()?;
        let share = |part: usize| match (model.scope(), backs.len()) {
            (Scope::Global, many @ 2..) if part > 0 => {
                TRAINING_SHARE + (1.0 - TRAINING_SHARE) * (part - 1) as f64 / (many - 1) as f64
            }
            (_, many) => part as f64 / many as f64,
        };
        let inner = Context { progress: cx.progress.part("testing", share(place), share(place + 1)), ..cx.clone() };
        let train = panel.before(back);
        let now = match (&fitted, model.scope()) {
            (Some(before), Scope::Global) => before.update(&train, &inner).await?,
            _ => model.fit(&train, horizon, &inner).await?,
        };
        let known = panel.known_after(back, horizon);
        forecasts.push(closed::predict(&*now, &train, horizon, &known, &inner).await?);
        fitted = Some(now);
        breathe().await;
    }
    Ok((forecasts, fitted))
}

/// What came after an origin `back` periods before the end of series `index`, at most `horizon` periods.
pub fn actuals(panel: &Panel, index: usize, back: usize, horizon: usize) -> &[f64] {
    let values = panel.values(index);
    let first = values.len().saturating_sub(back);
    &values[first..(first + horizon).min(values.len())]
}

/// Scales of series `index` as known `back` periods before its end, which must be fewer than it has.
pub fn scales_before(panel: &Panel, index: usize, back: usize) -> Scales {
    let values = panel.values(index);
    let history = &values[..values.len() - back];
    let mut scales = Scales::of(history, panel.frequency().season_length());
    // A history shorter than a season has no seasonal scale; its first differences serve.
    if scales.absolute.is_nan() || scales.absolute <= 0.0 {
        scales.absolute = Scales::of(history, 1).absolute;
    }
    scales
}

/// Measures forecasts at each origin.
pub async fn judge(model: &str, panel: &Panel, backs: &[usize], forecasts: Vec<Forecast>) -> ModelBacktest {
    let mut products = Vec::with_capacity(backs.len());
    let mut shop = Vec::with_capacity(backs.len());
    for (&back, forecast) in backs.iter().zip(&forecasts) {
        let mut parts = Vec::new();
        let mut each = Vec::with_capacity(panel.len());
        for (index, series) in forecast.series.iter().enumerate() {
            let values = panel.values(index);
            if values.len() <= back {
                each.push(None);
                continue;
            }
            let scales = scales_before(panel, index, back);
            let came = actuals(panel, index, back, forecast.horizon);
            let measured = measure(series, came, scales);
            each.push(measured.map(|one| one.metrics));
            parts.extend(measured);
            if index % BREATH_SERIES == 0 {
                breathe().await;
            }
        }
        shop.push(pool(&parts));
        products.push(each);
        breathe().await;
    }
    ModelBacktest { model: model.to_owned(), forecasts, products, shop }
}
