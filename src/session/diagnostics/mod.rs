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
use crate::present::{self, Figure, Look, Shown, Stems};
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

/// The keys are those of `docs/diagnostics.md`; where figures are wanted they stand beside `diagnostics`, `null` those of
/// which there is nothing to draw.
fn write(json: &mut Json, asked: &Asked, fit: &FitSummary) -> Result<()> {
    let told = Diagnostics::of(fit, asked.frequency.season_length());
    let Some(look) = asked.look else {
        json.object("", &mut |json| say(json, &told));
        return Ok(());
    };
    let residuals = &fit.residuals;
    let usual = vec![USUAL * fit.variance.sqrt(); residuals.len()];
    let start = asked.end - residuals.len() as i32;
    let shown = Shown::Misses { frequency: asked.frequency, start, relative: told.residuals.relative };
    let (of_misses, of_sales) = (told.residuals.correlations.as_ref(), told.values.correlations.as_ref());
    let pacf_band = of_sales.map(|own| vec![own.pacf_band; own.pacf.len()]).unwrap_or_default();
    let wanted = [
        ("misses", Some(Stems { shown, values: residuals, band: &usual })),
        ("together", of_misses.map(|own| Stems { shown: Shown::MissAcf, values: &own.acf, band: &own.acf_band })),
        ("acf", of_sales.map(|own| Stems { shown: Shown::SalesAcf, values: &own.acf, band: &own.acf_band })),
        ("pacf", of_sales.map(|own| Stems { shown: Shown::SalesPacf, values: &own.pacf, band: &pacf_band })),
    ];
    let draw_one = |(name, stems): (&'static str, Option<Stems<'_>>)| {
        let stems = stems.filter(|stems| !stems.values.is_empty());
        Ok((name, stems.map(|stems| present::stems(&stems, look)).transpose()?))
    };
    let figures = wanted.into_iter().map(draw_one).collect::<Result<Vec<_>>>()?;
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
            match figure {
                Some(figure) => json.object(name, &mut |json| draw(json, figure)),
                None => json.null(name),
            }
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
        json.flag("relative", told.residuals.relative);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::present::{Language, Theme};

    type Tested = std::result::Result<(), Box<dyn std::error::Error>>;

    fn told(name: &str, values: &[f64]) -> std::result::Result<serde_json::Value, Box<dyn std::error::Error>> {
        let look = Look { width: 320.0, height: 180.0, theme: Theme::Light, language: Language::En };
        let method = Code::of(method(name)?.ok_or("it has a likelihood")?);
        let (frequency, values) = (Frequency::Month, values.to_vec());
        let asked = Asked { method, frequency, end: 600, values, look: Some(look) };
        Ok(serde_json::from_str(&tell(&pack(&asked)?)?)?)
    }

    #[test]
    fn sales_and_misses_are_drawn_as_they_are_told() -> Tested {
        let values: Vec<f64> = (0..60).map(|month| 40.0 + f64::from(month * month * 7 % 31)).collect();
        for name in ["ar", "ets", "ces"] {
            let told = told(name, &values)?;
            let of_sales = &told["diagnostics"]["values"]["correlations"];
            let of_misses = &told["diagnostics"]["residuals"]["correlations"];
            for (figure, correlations, key) in
                [("acf", of_sales, "acf"), ("pacf", of_sales, "pacf"), ("together", of_misses, "acf")]
            {
                let points = told[figure]["points"].as_array().ok_or(figure)?;
                let drawn: Vec<_> = points.iter().map(|point| point["actual"].clone()).collect();
                assert_eq!(Some(&drawn), correlations[key].as_array(), "{figure} of {name}");
                let band = &correlations[format!("{key}Band")];
                let bands = points.iter().map(|point| &point["high80"]);
                for (place, drawn) in bands.enumerate() {
                    assert_eq!(drawn, band.get(place).unwrap_or(band), "{figure} of {name}");
                }
            }
            assert!(told["acf"]["svg"].as_str().ok_or("drawn")?.contains("(ACF)"));
            assert!(told["pacf"]["svg"].as_str().ok_or("drawn")?.contains("(PACF)"));
        }
        Ok(())
    }

    #[test]
    fn a_figure_of_nothing_is_left_out() -> Tested {
        // A steady rise leaves nothing to a trend.
        let values: Vec<f64> = (0..24).map(f64::from).collect();
        let told = told("holt", &values)?;
        assert!(told["diagnostics"]["residuals"]["correlations"].is_null(), "{}", told["diagnostics"]["residuals"]);
        assert!(told["together"].is_null() && told["misses"]["svg"].is_string() && told["acf"]["svg"].is_string());
        Ok(())
    }

    #[test]
    fn relative_errors_are_drawn_as_shares() -> Tested {
        let shape = [1.0, 0.6, 1.4, 2.0, 1.1, 0.5, 0.8, 1.7, 1.2, 0.9, 0.7, 1.3];
        let value =
            |month: usize| (50.0 + 5.0 * month as f64) * shape[month % 12] * (1.0 + 0.02 * (month * 7 % 5) as f64);
        let told = told("ets", &(0..72).map(value).collect::<Vec<_>>())?;
        let model = told["diagnostics"]["model"].as_str().ok_or("a name")?;
        assert!(model.starts_with("ets(M,"), "{model}");
        assert_eq!(told["diagnostics"]["residuals"]["relative"], true);
        assert!(told["misses"]["svg"].as_str().ok_or("drawn")?.contains("% of expected"));
        Ok(())
    }
}
