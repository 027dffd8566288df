//! Training and answering as jobs for compute workers. They are sent the panel, and lay it out themselves: laid out it is
//! ten times as large, and what a job is sent exists on both sides and between.

use std::borrow::Cow;

use super::{Learned, Lesson, State, predict};
use crate::context::Context;
use crate::device::{Cpu, Device};
use crate::error::{Error, Result};
use crate::nn::{Checkpoint, block_on_ready};
use crate::panel::{Brief, Column, KnownAhead, Panel, Series};
use crate::work::{Cancel, Event, Job, Progress, RunJob, pack, unpack};

/// Rows of the table of jobs.
pub const JOBS: &[(&str, RunJob)] = &[(TRAIN, run_training), (ANSWER, run_answering)];

const TRAIN: &str = "lstm-train";
const ANSWER: &str = "lstm-answer";

/// What a network reads of a panel.
#[derive(serde::Serialize, serde::Deserialize)]
struct Sent {
    starts: Vec<i32>,
    values: Vec<Brief>,
    /// Name and values of each column that is known ahead.
    columns: Vec<(String, Brief)>,
    /// Values of the same over the horizon, where an answer is asked for.
    ahead: Vec<Brief>,
}

impl Sent {
    fn of(panel: &Panel, known: &KnownAhead) -> Self {
        let planned = || panel.columns().iter().filter(|column| column.planned);
        let ahead = |column: &Column| {
            let found = known.columns.iter().find(|known| known.name == column.name);
            Brief::of(found.map_or(&[], |known| &known.values))
        };
        Self {
            starts: (0..panel.len()).map(|index| panel.series(index).start).collect(),
            values: (0..panel.len()).map(|index| Brief::of(panel.values(index))).collect(),
            columns: planned().map(|column| (column.name.clone(), Brief::of(&column.values))).collect(),
            ahead: planned().map(ahead).collect(),
        }
    }

    /// The panel, its series by their places, and what is known of so many steps ahead.
    fn panel(self, spec: &super::Spec, horizon: usize) -> Result<(Panel, KnownAhead)> {
        let series = self.starts.into_iter().zip(self.values).enumerate().map(|(place, (start, values))| {
            let id = place.to_string();
            (Series { name: String::new(), id, store: None, category: None, start }, values.values())
        });
        let mut panel = Panel::new(spec.frequency, series.collect())?;
        let mut known = KnownAhead { horizon, columns: Vec::new() };
        for ((name, values), ahead) in self.columns.into_iter().zip(self.ahead) {
            known.columns.push(Column { name: name.clone(), planned: true, values: ahead.values() });
            panel = panel.with_column(Column { name, planned: true, values: values.values() })?;
        }
        Ok((panel, known))
    }
}

/// A training, from its beginning or from a checkpoint.
#[derive(serde::Serialize, serde::Deserialize)]
struct TrainJob<'a> {
    lesson: Lesson<'a>,
    panel: Sent,
    from: Option<Checkpoint>,
}

/// Answers for the ends of all series.
#[derive(serde::Serialize, serde::Deserialize)]
struct AnswerJob<'a> {
    state: Cow<'a, State>,
    panel: Sent,
    horizon: usize,
}

fn run_training(job: &Job, progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let TrainJob { lesson, panel, mut from } = unpack(&job.input)?;
    if !job.from.is_empty() {
        from = Some(unpack(&job.from)?);
    }
    let told = |at: &Checkpoint| {
        // Without it a second attempt begins again, which is slower but right.
        if let Ok(bytes) = pack(at) {
            progress.tell(Event::Checkpoint(bytes));
        }
    };
    let (panel, _) = panel.panel(&lesson.spec, lesson.horizon)?;
    pack(&block_on_ready(lesson.learn(&Device::Cpu(Cpu), &panel, from, &told, (progress, cancel)))?)
}

fn run_answering(job: &Job, _progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let AnswerJob { state, panel, horizon } = unpack(&job.input)?;
    let (panel, known) = panel.panel(&state.spec, horizon)?;
    pack(&block_on_ready(predict::offsets(&Device::Cpu(Cpu), &state, &panel, &known, horizon, cancel))?)
}

/// Trains in a compute worker.
pub(super) async fn train(
    lesson: &Lesson<'_>,
    panel: &Panel,
    from: Option<Checkpoint>,
    cx: &Context,
) -> Result<Learned> {
    let Lesson { lstm, spec, horizon, seed } = lesson;
    let lesson = Lesson { lstm: Cow::Borrowed(lstm), spec: Cow::Borrowed(spec), horizon: *horizon, seed: *seed };
    run_on_pool(cx, Job::new(TRAIN, &TrainJob { lesson, panel: Sent::of(panel, &KnownAhead::default()), from })?).await
}

/// Answers for the ends of all series in a compute worker, as [`predict::offsets`].
pub(super) async fn answer(
    state: &State,
    panel: &Panel,
    known: &KnownAhead,
    horizon: usize,
    cx: &Context,
) -> Result<Vec<f32>> {
    let job = AnswerJob { state: Cow::Borrowed(state), panel: Sent::of(panel, known), horizon };
    run_on_pool(cx, Job::new(ANSWER, &job)?).await
}

async fn run_on_pool<T: serde::de::DeserializeOwned>(cx: &Context, job: Job) -> Result<T> {
    let outputs = cx.pool.map(vec![job], &cx.progress, &cx.cancel).await?;
    unpack(outputs.first().ok_or_else(|| Error::internal("a job gave no output"))?)
}
