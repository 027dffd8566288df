//! `docs/worked-example.md` is what an autoregression comes to, and what statsmodels comes to as well.
//!
//! `UPDATE_GOLDEN=1 cargo test --test worked_example` writes it anew; read the difference before committing.
#![allow(missing_docs, reason = "tests")]

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use tillcast::evaluate::diagnostics::Diagnostics;
use tillcast::evaluate::diagnostics::worked::{Step, short, steps};
use tillcast::models::arima::{self, Choice, autocovariances, levinson};
use tillcast::models::summary::FitSummary;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const VALUES: [f64; 10] = [100., 120., 110., 130., 150., 140., 160., 170., 180., 200.];
const HORIZON: usize = 5;
/// Two searches for the same optimum end so near to each other, of the value.
const SAME: f64 = 2e-4;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fit() -> Result<(FitSummary, Vec<Step>), Box<dyn std::error::Error>> {
    let fit = arima::summary(&VALUES, 1, Choice::Autoregressive).ok_or("it fits")?;
    let made = steps(&fit, HORIZON).ok_or("it is an autoregression")?;
    Ok((fit, made))
}

fn list(values: &[f64]) -> String {
    values.iter().map(|value| short(*value)).collect::<Vec<_>>().join(", ")
}

/// The document.
fn document() -> Result<String, Box<dyn std::error::Error>> {
    let (fit, made) = fit()?;
    let count = VALUES.len();
    let coefficient = |name: &str| fit.coefficients.iter().find(|one| one.0 == name).map(|one| one.1);
    let (ar, mean) = (coefficient("ar1").ok_or("ar1")?, coefficient("mean").ok_or("mean")?);
    let plain_mean = VALUES.iter().sum::<f64>() / count as f64;
    let covariances = autocovariances(&VALUES, 3);
    let (partials, left) = levinson(&covariances);
    let mut text = String::from("# A forecast worked out step by step\n\n");
    writeln!(
        text,
        "Written by `tests/worked_example.rs`, which fails when a number here is no longer what the program comes to;"
    )?;
    writeln!(text, "`tests/golden/diagnostics.py` has statsmodels find the same.\n")?;
    writeln!(text, "Ten months of sales: {}. What comes next, by an autoregression (`--model ar`)?\n", list(&VALUES))?;
    writeln!(text, "## 1. The mean and how values go together\n")?;
    writeln!(text, "The mean is ({}) / {count} = {}.\n", VALUES.map(short).join(" + "), short(plain_mean))?;
    writeln!(text, "| month | value | less the mean |\n|---|---|---|")?;
    for (place, value) in VALUES.iter().enumerate() {
        writeln!(text, "| {} | {} | {} |", place + 1, short(*value), short(value - plain_mean))?;
    }
    writeln!(
        text,
        "\nThe autocovariance at lag k is the sum of the products of what lies k months apart in the last column, over {count}:\n"
    )?;
    writeln!(
        text,
        "| lag k | autocovariance | autocorrelation | partial autocorrelation | variance left |\n|---|---|---|---|---|"
    )?;
    for (lag, covariance) in covariances.iter().enumerate() {
        let partial = lag.checked_sub(1).map_or("–".into(), |place| short(partials[place]));
        writeln!(
            text,
            "| {lag} | {} | {} | {partial} | {} |",
            short(*covariance),
            short(covariance / covariances[0]),
            short(left[lag])
        )?;
    }
    writeln!(
        text,
        "\nA partial autocorrelation is what a lag adds to the lags before it (Durbin and Levinson's recursion); each takes"
    )?;
    writeln!(
        text,
        "its square's share off the variance that is left: {} · (1 − {}²) = {}.\n",
        short(left[0]),
        short(partials[0]),
        short(left[1])
    )?;
    writeln!(text, "## 2. How many months before count\n")?;
    writeln!(text, "By variance left and AICc these orders are looked at, and fitted by exact likelihood:\n")?;
    writeln!(text, "| model | parameters | log-likelihood | AIC | AICc | BIC |\n|---|---|---|---|---|---|")?;
    for one in &fit.candidates {
        let [likelihood, aic, aicc, bic] = [one.log_likelihood, one.aic, one.aicc, one.bic].map(short);
        writeln!(text, "| `{}` | {} | {likelihood} | {aic} | {aicc} | {bic} |", one.model, one.parameters)?;
    }
    writeln!(
        text,
        "\nParameters are the weights, the mean and the variance; with k of them and n = {count} values AIC = 2k − 2ℓ,"
    )?;
    writeln!(text, "AICc = AIC + 2k(k + 1)/(n − k − 1), BIC = k·ln n − 2ℓ. The least AICc wins: `{}`.\n", fit.model)?;
    writeln!(text, "## 3. The coefficients\n")?;
    writeln!(
        text,
        "value − μ = φ · (value before − μ) + e, with φ = {} and μ = {}. The likeliest μ is not the plain mean: the",
        short(ar),
        short(mean)
    )?;
    writeln!(
        text,
        "first value, of which nothing before is known, has the spread of the whole process, σ² / (1 − φ²), the others have σ².\n"
    )?;
    writeln!(text, "| month | value | expected | missed by |\n|---|---|---|---|")?;
    let mut squares = 0.0;
    for (place, value) in VALUES.iter().enumerate() {
        let expected = place.checked_sub(1).map_or(mean, |before| mean + ar * (VALUES[before] - mean));
        let share = if place == 0 { 1.0 - ar * ar } else { 1.0 };
        squares += share * (value - expected).powi(2);
        let how = if place == 0 {
            short(mean)
        } else {
            format!(
                "{} + {}·({} − {}) = {}",
                short(mean),
                short(ar),
                short(VALUES[place - 1]),
                short(mean),
                short(expected)
            )
        };
        writeln!(text, "| {} | {} | {how} | {} |", place + 1, short(*value), short(value - expected))?;
    }
    writeln!(
        text,
        "\nσ² is the mean of the squared misses, the first one times 1 − φ² = {}: {} / {count} = {}, so σ = {}.\n",
        short(1.0 - ar * ar),
        short(squares),
        short(squares / count as f64),
        short((squares / count as f64).sqrt())
    )?;
    if (squares / count as f64 - fit.variance).abs() > 1e-9 * fit.variance {
        return Err(format!("the variance is {} here and {} there", squares / count as f64, fit.variance).into());
    }
    writeln!(text, "## 4. Step by step\n")?;
    writeln!(
        text,
        "What has not come yet is what was expected of it. The spread grows: σ·√(1 + φ² + φ⁴ + …); 1.282 of it on either"
    )?;
    writeln!(text, "side hold 8 times out of 10 if misses are normal.\n")?;
    writeln!(text, "| step | calculation | expected | spread | 8 times out of 10 |\n|---|---|---|---|---|")?;
    for (place, step) in made.iter().enumerate() {
        let [value, spread, low, high] = [step.value, step.spread, step.low, step.high].map(short);
        writeln!(text, "| {} | {} | {value} | {spread} | {low} to {high} |", place + 1, step.text)?;
    }
    writeln!(
        text,
        "\nThe forecast falls back towards μ, as an autoregression believes in a level. These ten values rise all the way, so that"
    )?;
    writeln!(
        text,
        "it is the wrong choice for them: `ets` or `arima`, which take differences, go on rising. The ranges of `--model ar`"
    )?;
    writeln!(text, "differ a little from these, as they are drawn from the misses themselves and never below 0.\n")?;
    writeln!(text, "## 5. What is left\n")?;
    let told = Diagnostics::of(&fit, 1);
    let names: Vec<String> =
        told.coefficients.iter().map(|(name, value)| format!("{name} = {}", short(*value))).collect();
    writeln!(text, "`backtest --json` says the same: {}, and of the misses:\n", names.join(", "))?;
    if let Some(shape) = told.residuals.jarque_bera {
        writeln!(text, "- normal shape (Jarque and Bera): {}, p = {}", short(shape.statistic), short(shape.p))?;
    }
    match told.residuals.ljung_box {
        Some(test) => writeln!(
            text,
            "- going together (Ljung and Box, {} lags): {}, p = {}",
            test.lags,
            short(test.statistic),
            short(test.p)
        )?,
        None => writeln!(text, "- going together (Ljung and Box): nothing, ten values are too few")?,
    }
    Ok(text)
}

#[test]
fn the_worked_example_is_what_the_program_comes_to() -> Outcome {
    let (file, text) = (root().join("docs/worked-example.md"), document()?);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &text)?;
    }
    let known = std::fs::read_to_string(&file)?;
    for (place, (now, then)) in text.lines().zip(known.lines()).enumerate() {
        assert_eq!(now, then, "line {}", place + 1);
    }
    assert_eq!(text.lines().count(), known.lines().count());
    Ok(())
}

#[test]
fn the_worked_example_is_what_statsmodels_comes_to() -> Outcome {
    let all: Value = serde_json::from_str(&std::fs::read_to_string(root().join("tests/golden/diagnostics.json"))?)?;
    let theirs = &all["example"];
    let (fit, made) = fit()?;
    let near = |what: &str, ours: f64, wanted: &Value| {
        let wanted = wanted.as_f64().unwrap_or(f64::NAN);
        assert!((ours - wanted).abs() <= SAME * wanted.abs().max(1.0), "{what}: {ours} for {wanted}");
    };
    assert_eq!(fit.model, "ar(1)");
    near("ar1", fit.coefficients[0].1, &theirs["ar"]);
    near("mean", fit.coefficients[1].1, &theirs["mean"]);
    near("variance", fit.variance, &theirs["variance"]);
    near("log-likelihood", fit.candidates[0].log_likelihood, &theirs["logLikelihood"]);
    near("AICc", fit.candidates[0].aicc, &theirs["aicc"]);
    for (place, step) in made.iter().enumerate() {
        near("expected", step.value, &theirs["ahead"][place]);
        near("spread", step.spread, &theirs["spread"][place]);
    }
    for (place, miss) in fit.residuals.iter().enumerate().skip(1) {
        near("missed", *miss, &theirs["misses"][place]);
    }
    Ok(())
}
