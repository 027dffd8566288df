//! What methods with a likelihood say of themselves, product by product.

mod json;

use std::ops::Range;

use super::forecast::{Run, choice};
use super::tables;
use crate::calendar::Frequency;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::evaluate::diagnostics::worked::steps;
use crate::evaluate::diagnostics::{Correlations, Diagnostics, Test};
use crate::models::FitSummary;
use crate::models::arima::Ocsb;
use crate::models::effects::Effects;
use crate::models::local::{Code, Method};
use crate::models::summary::{has_likelihood, summary};
use crate::panel::clean::{CleanOptions, clean};
use crate::panel::{KnownAhead, Panel, Series, totals};
use crate::present::{self, Axis, Figure, Look, Stems};
use crate::work::{Cancel, Job, Progress, RunJob, breathe, pack, unpack};
use json::Json;

/// Steps of a calculation that are told.
const STEPS: usize = 5;
/// Standard deviations within which 19 of 20 misses lie.
const USUAL: f64 = 1.96;

const JOB: &str = "diagnose";

/// Rows of the table of jobs.
pub const JOBS: &[(&str, RunJob)] = &[(JOB, run)];

/// One product: its values without what is known ahead, and how its figures look, if any are wanted.
#[derive(serde::Serialize, serde::Deserialize)]
struct Asked {
    method: Code,
    frequency: Frequency,
    /// The period after the last value.
    end: i32,
    values: Vec<f64>,
    look: Option<Look>,
}

fn run(job: &Job, _progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    cancel.check()?;
    pack(&tell(&job.input)?)
}

/// What a fit says of itself, as JSON, of what [`inside`] packed.
///
/// # Errors
/// Fails on bytes that are none of these.
pub fn tell(asked: &[u8]) -> Result<String> {
    let asked: Asked = unpack(asked)?;
    let fit = summary(asked.method.method()?, &asked.values, asked.frequency);
    let mut json = Json::default();
    match fit {
        Some(fit) => write(&mut json, &asked, &fit)?,
        None => json.null(""),
    }
    Ok(json.0)
}

/// The keys are those of `docs/diagnostics.md`; where figures are wanted they stand beside `diagnostics`.
fn write(json: &mut Json, asked: &Asked, fit: &FitSummary) -> Result<()> {
    let told = Diagnostics::of(fit, asked.frequency.season_length());
    let Some(look) = asked.look else {
        json.object("", &mut |json| say(json, &told));
        return Ok(());
    };
    let residuals = &fit.residuals;
    let usual = vec![USUAL * fit.variance.sqrt(); residuals.len()];
    let start = asked.end - residuals.len() as i32;
    let misses = Stems { axis: Axis::Time(asked.frequency, start), values: residuals, band: &usual };
    let own = told.residuals.correlations.as_ref();
    let (acf, band) = own.map_or((&[][..], &[][..]), |own| (&own.acf[..], &own.acf_band[..]));
    let together = Stems { axis: Axis::Lags, values: acf, band };
    let figures = [("misses", present::stems(&misses, look)?), ("together", present::stems(&together, look)?)];
    json.object("", &mut |json| {
        json.object("diagnostics", &mut |json| say(json, &told));
        if let Some(steps) = steps(fit, STEPS) {
            json.within("steps", ['[', ']'], &mut |json| {
                for step in &steps {
                    json.object("", &mut |json| {
                        json.text("text", &step.text);
                        let numbers =
                            [("value", step.value), ("spread", step.spread), ("low", step.low), ("high", step.high)];
                        json.named(&numbers);
                    });
                }
            });
        } else {
            json.null("steps");
        }
        for (name, figure) in &figures {
            json.object(name, &mut |json| draw(json, figure));
        }
    });
    Ok(())
}

fn test(json: &mut Json, name: &str, found: Option<Test>) {
    match found {
        Some(Test { statistic, p, lags }) => json.object(name, &mut |json| {
            json.named(&[("statistic", statistic), ("p", p), ("lags", lags as f64)]);
        }),
        None => json.null(name),
    }
}

fn correlations(json: &mut Json, found: Option<&Correlations>) {
    let name = "correlations";
    match found {
        Some(found) => json.object(name, &mut |json| {
            for (name, values) in [("acf", &found.acf), ("acfBand", &found.acf_band), ("pacf", &found.pacf)] {
                json.numbers(name, values);
            }
            json.number("pacfBand", found.pacf_band);
        }),
        None => json.null(name),
    }
}

fn say(json: &mut Json, told: &Diagnostics) {
    json.text("model", &told.model);
    json.within("coefficients", ['[', ']'], &mut |json| {
        for (name, value) in &told.coefficients {
            json.object("", &mut |json| {
                json.text("name", name);
                json.number("value", *value);
            });
        }
    });
    json.within("candidates", ['[', ']'], &mut |json| {
        for one in &told.candidates {
            json.object("", &mut |json| {
                json.text("model", &one.model);
                json.named(&[("parameters", one.parameters as f64), ("logLikelihood", one.log_likelihood)]);
                json.named(&[("aic", one.aic), ("aicc", one.aicc), ("bic", one.bic)]);
            });
        }
    });
    json.object("values", &mut |json| {
        json.number("count", told.values.count as f64);
        test(json, "adf", told.values.adf);
        test(json, "kpss", told.values.kpss);
        match told.values.season {
            Some(season) => json.object("season", &mut |json| {
                json.number("strength", season.strength);
                match season.ocsb {
                    Some(Ocsb { statistic, critical, lags }) => json.object("ocsb", &mut |json| {
                        json.named(&[("statistic", statistic), ("critical", critical), ("lags", lags as f64)]);
                    }),
                    None => json.null("ocsb"),
                }
                match season.verdict() {
                    Some(verdict) => json.text("verdict", verdict),
                    None => json.null("verdict"),
                }
            }),
            None => json.null("season"),
        }
        correlations(json, told.values.correlations.as_ref());
    });
    json.object("residuals", &mut |json| {
        json.numbers("values", &told.residuals.values);
        json.number("variance", told.residuals.variance);
        test(json, "ljungBox", told.residuals.ljung_box);
        match told.residuals.jarque_bera {
            Some(shape) => json.object("jarqueBera", &mut |json| {
                json.named(&[("statistic", shape.statistic), ("p", shape.p)]);
                json.named(&[("skewness", shape.skewness), ("kurtosis", shape.kurtosis)]);
            }),
            None => json.null("jarqueBera"),
        }
        correlations(json, told.residuals.correlations.as_ref());
    });
}

/// A [`Figure`].
fn draw(json: &mut Json, figure: &Figure) {
    json.text("svg", &figure.svg);
    let plot = figure.plot;
    json.object("plot", &mut |json| {
        json.named(&[("x", plot.x), ("y", plot.y), ("width", plot.width), ("height", plot.height)]);
    });
    for (name, range) in [("x", figure.x), ("y", figure.y)] {
        json.object(name, &mut |json| json.named(&[("min", range.min), ("max", range.max)]));
    }
    json.within("points", ['[', ']'], &mut |json| {
        for point in &figure.points {
            json.object("", &mut |json| {
                json.text("label", &point.label);
                let value = |value: Option<f64>| value.unwrap_or(f64::NAN);
                json.named(&[("x", point.x), ("actual", value(point.actual)), ("median", f64::NAN)]);
                json.named(&[("low80", value(point.low80)), ("high80", value(point.high80))]);
                json.named(&["low50", "high50", "rule"].map(|name| (name, f64::NAN)));
                json.numbers("holidays", &[]);
            });
        }
    });
    json.text("summary", &figure.summary);
}

/// The rule of a method that has a likelihood.
///
/// # Errors
/// Fails on an unknown model.
fn method(name: &str) -> Result<Option<Method>> {
    if choice(name).is_some() {
        return Ok(None);
    }
    Ok(tables::model(name)?.local().filter(|method| has_likelihood(*method)))
}

/// What a method's fits to the whole past of the products at `places` say of themselves, in that order, as JSON, with
/// figures where a look is given; `null` for methods without a likelihood, the automatic choices among them, and where a
/// past is too short or constant.
///
/// # Errors
/// Fails on an unknown model, or when cancelled.
pub async fn diagnose(
    panel: &Panel,
    places: Range<usize>,
    name: &str,
    options: &CleanOptions,
    look: Option<Look>,
    cx: &Context,
) -> Result<Vec<String>> {
    let Some(asked) = ask(panel, places.clone(), name, options, look).await? else {
        return Ok(vec!["null".into(); places.len()]);
    };
    let jobs = asked.into_iter().map(|input| Job { kind: JOB.into(), input, from: Vec::new() }).collect();
    let outputs = cx.pool.map(jobs, &cx.progress, &cx.cancel).await?;
    outputs.iter().map(|output| unpack(output)).collect()
}

/// What is asked of each product, packed for [`tell`]; none of methods without a likelihood.
async fn ask(
    panel: &Panel,
    places: Range<usize>,
    name: &str,
    options: &CleanOptions,
    look: Option<Look>,
) -> Result<Option<Vec<Vec<u8>>>> {
    let Some(method) = method(name)? else { return Ok(None) };
    let panel = if options.is_nothing() { panel.clone() } else { clean(panel, options)?.0 };
    let effects = Effects::of(&panel).await;
    let (nothing, frequency) = (KnownAhead::default(), panel.frequency());
    let mut made = Vec::with_capacity(places.len());
    for index in places {
        let values = match &effects {
            Some(effects) => effects.without(&panel, index, &nothing, 0).0,
            None => panel.values(index).to_vec(),
        };
        made.push(pack(&Asked { method: Code::of(method), frequency, end: panel.end(index), values, look })?);
        breathe().await;
    }
    Ok(Some(made))
}

/// What is asked of one product of a run (by its place), or of the sum of all, with figures of that look: for [`tell`],
/// which a module of its own has in the browser. None of methods without a likelihood.
///
/// # Errors
/// Fails on an unknown model or product.
pub async fn inside(run: &Run, name: &str, product: Option<usize>, look: Look) -> Result<Option<Vec<u8>>> {
    let (places, total);
    let panel = match product {
        Some(index) if index < run.panel.len() => {
            places = index..index + 1;
            &*run.panel
        }
        Some(index) => {
            let text = format!("there is no product number {index}");
            return Err(Error::usage("no-product", text).arg("index", index));
        }
        None => {
            let totals::Total { start, values } = totals::total(&run.panel);
            let (id, name) = (String::new(), String::new());
            let all = Series { id, name, store: None, category: None, start };
            total = Panel::new(run.panel.frequency(), vec![(all, values)])?;
            places = 0..1;
            &total
        }
    };
    let made = ask(panel, places, name, &run.options.clean, Some(look)).await?;
    Ok(made.and_then(|made| made.into_iter().next()))
}
