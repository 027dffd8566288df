//! Training and answering as jobs for compute workers.

use std::borrow::Cow;

use crate::context::Context;
use crate::device::{Cpu, Device, Shape};
use crate::error::{Error, Result};
use crate::nn::{Checkpoint, Data, Network, TrainOptions, block_on_ready, train};
use crate::work::{Cancel, Event, Job, Progress, RunJob, pack, unpack};

/// Rows of the table of jobs.
pub const JOBS: &[(&str, RunJob)] = &[("lstm-train", run_training), ("lstm-answer", run_answering)];

/// A training, from its beginning or from a checkpoint.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct TrainJob<'a> {
    pub shape: Shape,
    pub data: Cow<'a, Data>,
    pub options: TrainOptions,
    pub from: Checkpoint,
}

/// Answers for windows.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct AnswerJob<'a> {
    pub shape: Shape,
    pub data: Cow<'a, Data>,
    pub weights: Cow<'a, [f32]>,
    pub windows: Cow<'a, [[u32; 3]]>,
}

fn run_training(job: &Job, progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let TrainJob { shape, data, options, mut from } = unpack(&job.input)?;
    if !job.from.is_empty() {
        from = unpack(&job.from)?;
    }
    let told = |at: &Checkpoint| {
        // Without it a second attempt begins again, which is slower but right.
        if let Ok(bytes) = pack(at) {
            progress.tell(Event::Checkpoint(bytes));
        }
    };
    let done = block_on_ready(train(&Device::Cpu(Cpu), shape, &data, &options, from, &told, (progress, cancel)))?;
    pack(&done)
}

fn run_answering(job: &Job, _progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let AnswerJob { shape, data, weights, windows } = unpack(&job.input)?;
    let answers = block_on_ready(answer_on(&Device::Cpu(Cpu), shape, &data, &weights, &windows, cancel))?;
    pack(&answers)
}

/// Answers for windows on one device.
pub(super) async fn answer_on(
    device: &Device,
    shape: Shape,
    data: &Data,
    weights: &[f32],
    windows: &[[u32; 3]],
    cancel: &Cancel,
) -> Result<Vec<f32>> {
    let network = Network::new(device, shape, data).await?;
    network.set_weights(weights, None)?;
    network.answer(windows, cancel).await
}

/// Room for what a job has beside its data.
const ROOM_BYTES: usize = 1 << 20;

/// Runs one job on `data` in a compute worker.
pub(super) async fn run_on_pool<T: serde::de::DeserializeOwned>(
    cx: &Context,
    kind: &str,
    data: &Data,
    input: &impl serde::Serialize,
) -> Result<T> {
    // A buffer that had to grow would be there twice while it does, and this is the largest.
    let floats = data.panel.len() + data.scales.len() + data.calendar.len() + data.levels.len();
    let words = data.table.len() + data.drawn.len() + 3 * data.judged.len();
    let bytes = Vec::with_capacity(4 * floats + 5 * words + ROOM_BYTES);
    let input = postcard::to_extend(input, bytes).map_err(|error| Error::internal(error.to_string()))?;
    let outputs =
        cx.pool.map(vec![Job { kind: kind.into(), input, from: Vec::new() }], &cx.progress, &cx.cancel).await?;
    unpack(outputs.first().ok_or_else(|| Error::internal("a job gave no output"))?)
}
