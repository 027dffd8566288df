//! The tables: every job and every model the crate knows.

use crate::error::{Error, Result};
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
pub const MODELS: &[ModelRow] = &[];

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

const JOBS: &[&[(&str, RunJob)]] = &[];

/// Runs a job by its row in the table of jobs.
///
/// # Errors
/// Whatever the job fails with; `Internal` for an unknown kind.
pub fn run_job(job: &Job, progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let row = JOBS.iter().flat_map(|table| table.iter()).find(|(kind, _)| *kind == job.kind);
    let (_, run) = row.ok_or_else(|| Error::internal(format!("no job is called \"{}\"", job.kind)))?;
    run(job, progress, cancel)
}
