//! The tables: every job and every model the crate knows.

use crate::error::{Error, Result};
use crate::models::local::{self, Local, Method};
use crate::models::recurrent::{self, Lstm};
use crate::models::{Forecaster, Scope};
use crate::work::{Cancel, Job, Progress, RunJob};

/// One model the command and the page can be asked for.
#[derive(Clone, Copy)]
pub struct ModelRow {
    /// Name as the command writes it.
    pub name: &'static str,
    /// Local or global.
    pub scope: Scope,
    /// What it is, in one English sentence.
    pub about: &'static str,
    /// Whether the automatic choice considers it.
    pub in_auto: bool,
    /// Makes the default configuration.
    pub make: fn() -> Box<dyn Forecaster>,
}

/// All models, simplest first.
pub const MODELS: &[ModelRow] = &[
    ModelRow {
        name: "seasonal-naive",
        scope: Scope::Local,
        about: "repeats the last week (day of hours, year of months): the rule to beat",
        in_auto: true,
        make: || Box::new(Local(Method::SeasonalNaive)),
    },
    ModelRow {
        name: "moving-average",
        scope: Scope::Local,
        about: "quantiles of the last values, over the window that did best on the product's own past",
        in_auto: true,
        make: || Box::new(Local(Method::MovingAverage)),
    },
    ModelRow {
        name: "ets",
        scope: Scope::Local,
        about: "exponential smoothing; error, trend, damping and season chosen by AICc",
        in_auto: true,
        make: || Box::new(Local(Method::Ets)),
    },
    ModelRow {
        name: "lstm",
        scope: Scope::Global,
        about: "one recurrent network trained on all products",
        in_auto: true,
        make: || Box::new(Lstm::default()),
    },
];

/// What the automatic choice is, in one English sentence.
pub const AUTO_ABOUT: &str =
    "median of the quantiles of all admissible methods, left only for what is clearly better on the past";

/// Names of all models, the automatic choice last.
pub fn names() -> Vec<String> {
    listed().map(|(name, _)| name.to_owned()).collect()
}

/// Names and descriptions of all models, the automatic choice last.
pub fn listed() -> impl Iterator<Item = (&'static str, &'static str)> {
    MODELS.iter().map(|row| (row.name, row.about)).chain([("auto", AUTO_ABOUT)])
}

/// The model of that name in its default configuration.
///
/// # Errors
/// Fails on an unknown name, with the known ones.
pub fn model(name: &str) -> Result<Box<dyn Forecaster>> {
    MODELS.iter().find(|row| row.name == name).map(|row| (row.make)()).ok_or_else(|| {
        let known: Vec<&str> = MODELS.iter().map(|row| row.name).chain(["auto"]).collect();
        Error::usage("unknown-model", format!("\"{name}\" is no model"))
            .remedy(format!("use one of {}", known.join(", ")))
            .arg("name", name)
    })
}

const JOBS: &[&[(&str, RunJob)]] = &[local::JOBS, recurrent::JOBS];

/// Runs a job by its row in the table of jobs.
///
/// # Errors
/// Whatever the job fails with; `Internal` for an unknown kind.
pub fn run_job(job: &Job, progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let row = JOBS.iter().flat_map(|table| table.iter()).find(|(kind, _)| *kind == job.kind);
    let (_, run) = row.ok_or_else(|| Error::internal(format!("no job is called \"{}\"", job.kind)))?;
    run(job, progress, cancel)
}
