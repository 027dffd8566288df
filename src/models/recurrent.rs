//! One LSTM over all products ("global" model), after DeepAR's and the MQ-RNN's idea of learning the common habits of
//! many series (Salinas et al., 2020; Wen et al., 2017).
//!
//! The cell reads a window of history (`E` steps: value, value one season and one year before, calendar, planned
//! columns) and runs on through the horizon (`O` steps: no value, but season, calendar and planned columns of that
//! step). At each step of the horizon a linear head answers all quantiles at once as an offset to a base, the mean of
//! the same season's last values, in units of the series' own seasonal change; the loss is the pinball loss. Any
//! horizon can be asked for. Wrong choice: a single short series, from which a network has too little to learn.

mod jobs;
mod predict;
mod prepare;
mod scale;

pub use jobs::JOBS;

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use self::predict::{judged_targets, step_correlation};
use self::prepare::{Kept, Spec, places_learned, prepare};
use super::{Fitted, Forecaster, LEVELS, Scope, SeriesForecast};
use crate::context::Context;
use crate::device::{Device, NO_MEMORY, Shape};
use crate::error::Result;
use crate::models::forecast::normal_quantile;
use crate::nn::{Checkpoint, Network, Progressed, TrainOptions, starting_weights, train};
use crate::notes::Note;
use crate::panel::{KnownAhead, Panel};
use crate::work::{Cancel, LocalBoxFuture, Progress, pack, unpack};

/// Name as the command writes it.
const NAME: &str = "lstm";

/// A global LSTM. Configuration only.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Lstm {
    /// Units of the cell: 32 or 64.
    pub hidden: u32,
    /// Windows trained side by side, a multiple of 32.
    pub batch: u32,
    /// Most epochs.
    pub epochs: u32,
    /// Epochs without a better judgement after which training stops.
    pub patience: u32,
    /// Learning rate at the beginning.
    pub rate: f32,
    /// Share of the head's inputs dropped while training, in thousandths.
    pub dropout: u32,
    /// Least and most work of a training in floating-point operations; the number of steps follows from it and the
    /// sizes of net and panel.
    pub work: (f64, f64),
    /// Weights to begin with instead of random ones, if they fit: a [`Fitted::state`] of an earlier training.
    pub start: Option<Vec<u8>>,
}

impl Default for Lstm {
    fn default() -> Self {
        Self {
            hidden: 32,
            batch: 64,
            epochs: 20,
            patience: 5,
            rate: 4e-3,
            dropout: 100,
            work: (3e11, 1e12),
            start: None,
        }
    }
}

/// A trained LSTM with the panel it forecasts.
struct FittedLstm {
    state: Rc<State>,
    panel: Panel,
}

/// What is saved of a trained LSTM.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct State {
    version: u32,
    spec: Spec,
    weights: Vec<f32>,
    correlation: f64,
}

/// Version of the saved form.
const VERSION: u32 = 1;

impl Lstm {
    /// The trained network of a [`Fitted::state`], on a panel of the same kind.
    ///
    /// # Errors
    /// Fails on bytes that are no state of this version.
    pub fn resume(state: &[u8], panel: &Panel) -> Result<Box<dyn Fitted>> {
        let state: State = unpack(state)?;
        if state.version != VERSION {
            return Err(crate::Error::internal("a network saved by another version"));
        }
        Ok(Box::new(FittedLstm { state: Rc::new(state), panel: panel.clone() }))
    }

    /// Training steps in all: most of the windows of a large panel are seen once, within the work allowed; those of a
    /// small one many times.
    fn steps(&self, shape: &Shape, windows: u64) -> u32 {
        const LARGE_PASSES: f64 = 0.75;
        const SMALL_PASSES: f64 = 30.0;
        const LEAST: f64 = 200.0;
        let products = f64::from(shape.rows()) * f64::from(shape.hidden) * 4.0 * f64::from(shape.steps());
        // A product is an addition and a multiplication, done forwards and twice backwards.
        let window = 6.0 * products;
        let work = (LARGE_PASSES * window * windows as f64).clamp(self.work.0, self.work.1.max(self.work.0));
        let batch = f64::from(shape.batch);
        let wanted = SMALL_PASSES * windows as f64 / batch;
        (work / (window * batch)).min(wanted.max(LEAST)).max(1.0) as u32
    }

    async fn train(&self, panel: &Panel, horizon: usize, cx: &Context) -> Result<Box<dyn Fitted>> {
        cx.cancel.check()?;
        let horizon = horizon.max(1);
        let spec = Spec::of(panel, horizon, self.hidden);
        let places = places_learned(panel, horizon);
        let left_out = panel.len() - places.len();
        let part = if left_out > 0 { panel.select(&places) } else { panel.clone() };
        if left_out > 0 {
            cx.notes.add(
                Note::info("lstm-sampled", "the network learned from a part of the products, spread over all of them")
                    .count(left_out as u64),
            );
        }
        let lesson = Lesson { lstm: Cow::Borrowed(self), spec: Cow::Borrowed(&spec), horizon, seed: cx.seed };
        let learned = lesson.learn_on_device(&part, cx).await?;
        let state = State { version: VERSION, spec, weights: learned.weights, correlation: learned.correlation };
        Ok(Box::new(FittedLstm { state: Rc::new(state), panel: panel.clone() }))
    }
}

/// A training as it is asked for, apart from what is learned from.
#[derive(serde::Serialize, serde::Deserialize)]
struct Lesson<'a> {
    lstm: Cow<'a, Lstm>,
    spec: Cow<'a, Spec>,
    horizon: usize,
    seed: u64,
}

/// What comes of it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Learned {
    weights: Vec<f32>,
    correlation: f64,
}

impl Lesson<'_> {
    /// On the GPU if there is one; if it fails, on the processor from the last finished epoch on.
    async fn learn_on_device(&self, panel: &Panel, cx: &Context) -> Result<Learned> {
        let last = RefCell::new(None);
        if cx.device.is_gpu() {
            let told = |at: &Checkpoint| *last.borrow_mut() = Some(at.clone());
            match self.learn(&cx.device, panel, None, &told, (&cx.progress, &cx.cancel)).await {
                Err(error) if error.is_device() => note_loss(cx, &error),
                done => return done,
            }
        }
        jobs::train(self, panel, last.into_inner(), cx).await
    }

    /// Learns from a panel, from a checkpoint on if one is given.
    async fn learn(
        &self,
        device: &Device,
        panel: &Panel,
        from: Option<Checkpoint>,
        told: Progressed<'_>,
        lines: (&Progress, &Cancel),
    ) -> Result<Learned> {
        let Self { lstm, spec, horizon, seed } = self;
        let prepared = prepare(spec, panel, &KnownAhead::default(), *horizon, Kept::Latest)?;
        let shape = Shape { batch: lstm.batch, dropout: lstm.dropout, ..spec.shape(*horizon, true) };
        let bias: Vec<f32> = LEVELS.iter().map(|&level| 0.7 * normal_quantile(level) as f32).collect();
        let mut options = TrainOptions {
            model: NAME.into(),
            epochs: lstm.epochs,
            steps: (lstm.steps(&shape, prepared.windows) / lstm.epochs.max(1)).max(1),
            patience: lstm.patience,
            rate: lstm.rate,
            clip: 1.0,
            decay: 1e-3,
            seed: (seed ^ (seed >> 32)) as u32,
        };
        let mut weights = starting_weights(&shape, *seed, &bias);
        if let Some(State { spec: known, weights: learned, .. }) =
            lstm.start.as_deref().and_then(|state| unpack::<State>(state).ok())
            && known.same_inputs(spec)
        {
            weights = learned;
            options.epochs = (lstm.epochs / 4).max(1);
            options.rate /= 4.0;
        }
        let start = from.unwrap_or_else(|| Checkpoint::start(weights));
        if prepared.data.drawn.is_empty() {
            // Nothing to learn from: the base and its usual spread.
            return Ok(Learned { weights: start.best, correlation: 0.0 });
        }
        let targets = judged_targets(&shape, &prepared.data);
        let network = Network::new(device, shape, prepared.data).await?;
        let weights = train(&network, &options, start, told, lines).await?.best;
        network.set_weights(&weights, None)?;
        let answers = network.answer(network.judged(), lines.1).await?;
        Ok(Learned { weights, correlation: step_correlation(&shape, &targets, &answers) })
    }
}

/// Says that the GPU failed, or was too small, and the processor went on: once, though later parts of the work find the
/// same.
fn note_loss(cx: &Context, error: &crate::Error) {
    let (code, text) = match error.code() {
        NO_MEMORY => (NO_MEMORY, "the work is too large for the GPU, so it went on on the processor"),
        _ => ("gpu-lost", "the GPU failed, so the work went on on the processor"),
    };
    cx.notes.add_once(Note::info(code, text).arg("cause", error.message()));
}

impl Forecaster for Lstm {
    fn name(&self) -> &str {
        NAME
    }

    fn scope(&self) -> Scope {
        Scope::Global
    }

    fn fit<'a>(
        &'a self,
        train: &'a Panel,
        horizon: usize,
        cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        Box::pin(self.train(train, horizon, cx))
    }

    fn continued(&self, state: Vec<u8>) -> Option<Box<dyn Forecaster>> {
        Some(Box::new(Self { start: Some(state), ..self.clone() }))
    }
}

impl Fitted for FittedLstm {
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
        Box::pin(predict::predict(&self.state, &self.panel, places, horizon, known, cx))
    }

    fn update<'a>(&'a self, panel: &'a Panel, _cx: &'a Context) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        Box::pin(async move {
            let moved = FittedLstm { state: self.state.clone(), panel: panel.clone() };
            Ok(Box::new(moved) as Box<dyn Fitted>)
        })
    }

    fn state(&self) -> Result<Vec<u8>> {
        pack(&*self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Cpu;
    use crate::notes::Notes;
    use crate::work::Inline;

    #[test]
    fn work_too_large_for_the_gpu_is_not_told_as_its_loss() {
        let cx = Context {
            device: Device::Cpu(Cpu),
            pool: Rc::new(Inline { run: |_, _, _| Ok(Vec::new()) }),
            seed: 1,
            progress: Progress::silent(),
            cancel: Cancel::default(),
            notes: Notes::default(),
        };
        for _ in 0..2 {
            note_loss(&cx, &crate::Error::device(NO_MEMORY, "a piece of the work is too large"));
            note_loss(&cx, &crate::Error::device("gpu-error", "the GPU reported something"));
        }
        let told: Vec<String> = cx.notes.take().into_iter().map(|note| note.code).collect();
        assert_eq!(told, ["gpu-memory", "gpu-lost"]);
    }
}
