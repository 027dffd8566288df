//! Statistical methods on one core, series by series: `cargo bench --bench statistics -- SERIES.json JOBS.json`, or
//! `npm run bench:stat`, which makes the series and measures the peers. Prints milliseconds a series, forecasts and
//! criteria as JSON; the jobs, as a browser's workers get them, are written beside.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

use serde_json::{Value, json};
use tillcast::Result;
use tillcast::calendar::Frequency;
use tillcast::context::Context;
use tillcast::device::{Cpu, Device};
use tillcast::error::Error;
use tillcast::models::local::{Local, METHODS, Method};
use tillcast::models::{Forecaster, intermittent, summary};
use tillcast::notes::Notes;
use tillcast::panel::{KnownAhead, Panel, Series};
use tillcast::session::tables::run_job;
use tillcast::work::{Cancel, Job, LocalBoxFuture, Pool, Progress};

const HORIZON: usize = 28;
const SEED: u64 = 1;
/// Of which the quickest counts.
const ROUNDS: usize = 5;

/// A pool of one thread that keeps the jobs.
#[derive(Default)]
struct Kept(Rc<RefCell<Vec<Vec<u8>>>>);

impl Pool for Kept {
    fn width(&self) -> usize {
        1
    }

    fn map<'a>(
        &'a self,
        jobs: Vec<Job>,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Vec<Vec<u8>>>> {
        Box::pin(async move {
            self.0.borrow_mut().extend(jobs.iter().map(|job| job.input.clone()));
            jobs.iter().map(|job| run_job(job, progress, cancel)).collect()
        })
    }
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [series, jobs, names @ ..] = words.as_slice() else {
        return Err(Error::input("usage", "statistics SERIES.json JOBS.json [METHOD…]"));
    };
    let unreadable = |error: std::io::Error| Error::input("unreadable", error.to_string());
    let text = std::fs::read_to_string(series).map_err(unreadable)?;
    let cases: Value = serde_json::from_str(&text).map_err(|error| Error::input("unreadable", error.to_string()))?;
    let (mut told, mut kept) = (Vec::new(), Vec::new());
    for case in cases.as_array().into_iter().flatten() {
        for method in METHODS {
            let wanted = case["methods"].as_array().into_iter().flatten().any(|name| name == method.name());
            if wanted && (names.is_empty() || names.iter().any(|name| name == method.name())) {
                let (answer, jobs) = measure(case, method)?;
                told.push(answer);
                kept.push(jobs);
            }
        }
    }
    std::fs::write(jobs, Value::from(kept).to_string()).map_err(unreadable)?;
    println!("{}", Value::from(told));
    Ok(())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

fn measure(case: &Value, method: Method) -> Result<(Value, Value)> {
    let frequency = match case["season"].as_u64() {
        Some(12) => Frequency::Month,
        Some(52) => Frequency::Week,
        _ => Frequency::Day,
    };
    let all: Vec<Vec<f64>> = case["series"].as_array().into_iter().flatten().map(numbers).collect();
    let criterion = |values: &Vec<f64>| summary::summary(method, values, frequency).map(|made| made.candidates[0].aicc);
    let criteria: Vec<Option<f64>> = all.iter().map(criterion).collect();
    let count = all.len() as f64;
    let named = all.into_iter().enumerate().map(|(place, values)| {
        (Series { name: String::new(), id: format!("{place}"), store: None, category: None, start: 700 }, values)
    });
    let panel = Panel::new(frequency, named.collect())?;
    let kept = Rc::new(RefCell::new(Vec::new()));
    let cx = Context {
        device: Device::Cpu(Cpu),
        pool: Rc::new(Kept(kept.clone())),
        seed: SEED,
        progress: Progress::silent(),
        cancel: Cancel::default(),
        notes: Notes::default(),
    };
    let known = KnownAhead { horizon: HORIZON, columns: Vec::new() };
    let forecast = || {
        pollster::block_on(async { Local(method).fit(&panel, HORIZON, &cx).await?.predict(HORIZON, &known, &cx).await })
    };
    let made = forecast()?;
    let jobs: Vec<Vec<u8>> = kept.borrow().clone();
    let mut least = f64::INFINITY;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        black_box(forecast()?);
        least = least.min(1e3 * begun.elapsed().as_secs_f64() / count);
    }
    // What a peer that tells no ranges does of a method for rare sales.
    let rates = if let Method::Intermittent(rule) = method {
        let mut least = f64::INFINITY;
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            for place in 0..panel.len() {
                black_box(intermittent::rate(black_box(panel.values(place)), rule));
            }
            least = least.min(1e3 * begun.elapsed().as_secs_f64() / count);
        }
        Some(least)
    } else {
        None
    };
    let means: Vec<&Vec<f64>> = made.series.iter().map(|series| &series.mean).collect();
    let about = json!({ "method": method.name(), "length": case["length"], "season": case["season"], "count": count });
    let (mut answer, mut kept) = (about.clone(), about);
    answer["milliseconds"] = least.into();
    answer["rate_milliseconds"] = rates.into();
    answer["means"] = json!(means);
    answer["aicc"] = criteria.into();
    kept["jobs"] = json!(jobs);
    Ok((answer, kept))
}
