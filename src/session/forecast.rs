//! From a shop to an answer: quick methods first, better ones after, each with its test on the shop's own past.

use std::cell::RefCell;
use std::rc::Rc;

use super::accuracy::Accuracy;
use super::shop::Shop;
use crate::context::Context;
use crate::error::Result;
use crate::models::{Forecast, SeriesForecast};
use crate::notes::Note;
use crate::panel::{KnownAhead, Panel};
use crate::work::{Event, Progress};

/// Levels answered unless others are asked for.
pub const DEFAULT_LEVELS: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// Seed unless another is asked for.
pub const DEFAULT_SEED: u64 = 20_260_101;

/// Test origins unless another number is asked for.
pub const DEFAULT_FOLDS: usize = 4;

/// What to forecast.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForecastOptions {
    /// Steps.
    pub horizon: usize,
    /// A model's name or `auto`.
    #[serde(default = "auto_name")]
    pub model: String,
    /// Levels to answer.
    #[serde(default = "default_levels")]
    pub levels: Vec<f64>,
    /// Test origins.
    #[serde(default = "default_folds")]
    pub folds: usize,
}

fn auto_name() -> String {
    "auto".into()
}

fn default_levels() -> Vec<f64> {
    DEFAULT_LEVELS.into()
}

fn default_folds() -> usize {
    DEFAULT_FOLDS
}

/// How a network's loss went down.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct TrainingCurve {
    /// Model name.
    pub model: String,
    /// Epoch numbers, from 1.
    pub epochs: Vec<u32>,
    /// Mean training loss per epoch.
    pub training: Vec<f64>,
    /// Loss on the part kept aside, per epoch.
    pub validation: Vec<f64>,
}

/// Whether better methods still run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Quick methods only; better ones follow.
    Quick,
    /// The answer.
    Final,
}

/// An answer and everything that stands beside it.
#[derive(Debug, Clone)]
pub struct Run {
    /// What was asked.
    pub options: ForecastOptions,
    /// Whether better methods still run.
    pub stage: Stage,
    /// The series it was made from.
    pub panel: Rc<Panel>,
    /// Forecast per product, in panel order.
    pub forecast: Forecast,
    /// Forecast of the whole shop.
    pub all: SeriesForecast,
    /// The simple rule it is compared with, per product.
    pub rule: Forecast,
    /// How well the same method would have done; none where the history is too short.
    pub accuracy: Option<Accuracy>,
    /// Loss curves of the networks trained for it.
    pub training: Vec<TrainingCurve>,
    /// What was left out, repaired or done in another way.
    pub notes: Vec<Note>,
}

impl Run {
    /// Sum over the same span one year before, per product; none where the history does not reach back.
    pub fn year_before(&self) -> Vec<Option<f64>> {
        let _ = &self.panel;
        Vec::new()
    }
}

/// Collects the loss curves from the events that pass to `outer`.
pub fn record_training(outer: &Progress) -> (Progress, Rc<RefCell<Vec<TrainingCurve>>>) {
    let curves: Rc<RefCell<Vec<TrainingCurve>>> = Rc::default();
    let (kept, outer) = (curves.clone(), outer.clone());
    let progress = Progress::new(move |event| {
        if let Event::Epoch { model, epoch, training_loss, validation_loss, .. } = &event {
            let mut curves = kept.borrow_mut();
            // A first epoch begins a new training of the same model.
            if *epoch == 1 || !curves.iter().any(|curve| curve.model == *model) {
                curves.retain(|curve| curve.model != *model);
                curves.push(TrainingCurve { model: model.clone(), ..TrainingCurve::default() });
            }
            if let Some(curve) = curves.iter_mut().find(|curve| curve.model == *model) {
                curve.epochs.push(*epoch);
                curve.training.push(*training_loss);
                curve.validation.push(*validation_loss);
            }
        }
        outer.tell(event);
    });
    (progress, curves)
}

/// Forecasts a shop. `on_stage` is shown a quick answer as soon as there is one; the final one is returned.
///
/// # Errors
/// Fails on an unknown model, on a horizon of 0, when the panel is empty, or when cancelled.
pub async fn run(
    shop: &Shop,
    options: &ForecastOptions,
    known: &KnownAhead,
    cx: &Context,
    on_stage: &dyn Fn(&Run),
) -> Result<Run> {
    let _ = (shop, options, known, cx, on_stage);
    Err(crate::error::Error::internal("no model is there yet"))
}
