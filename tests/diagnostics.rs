//! Tests and criteria of a fit against statsmodels, on the series of `golden/diagnostics.json` (see `diagnostics.py`).
#![allow(missing_docs, reason = "tests")]

use std::path::Path;

use serde_json::Value;
use tillcast::evaluate::diagnostics::residuals::{jarque_bera, ljung_box};
use tillcast::evaluate::diagnostics::stationarity::{dickey_fuller, kpss};
use tillcast::evaluate::diagnostics::{Correlations, Diagnostics, Test};
use tillcast::models::arima::{self, Choice, Fit, Orders};
use tillcast::models::summary::Candidate;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Largest difference of what is computed the same way, of the value or, of small ones, of 1.
const SAME: f64 = 1e-8;
/// A likelihood that is smaller by no more than this is no worse: the peer's search ends where it gains no more.
const NO_WORSE: f64 = 1e-3;

fn read() -> Result<Value, Box<dyn std::error::Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/diagnostics.json");
    Ok(serde_json::from_str(&std::fs::read_to_string(file)?)?)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// Whether rows are the same as far as rounding goes; one that is missing or no number is not.
fn same(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a - b).abs() <= SAME * b.abs().max(1.0))
}

fn told(test: Option<Test>) -> Vec<f64> {
    test.map_or(Vec::new(), |test| vec![test.statistic, test.p, test.lags as f64])
}

#[test]
fn tests_and_correlations_are_those_of_statsmodels() -> Outcome {
    let all = read()?;
    let free = all["free"].as_u64().unwrap_or_default() as usize;
    let mut seen = 0;
    for one in all["series"].as_array().into_iter().flatten() {
        let (name, values) = (&one["name"], numbers(&one["values"]));
        let check = |what: &str, ours: &[f64]| {
            let theirs = numbers(&one[what]);
            assert!(same(ours, &theirs), "{what} of {name}: {ours:?} for {theirs:?}");
        };
        let lags = numbers(&one["acf"]).len();
        let found = Correlations::of(&values, lags).ok_or("it varies")?;
        check("adf", &told(dickey_fuller(&values)));
        check("kpss", &told(kpss(&values)));
        check("acf", &found.acf);
        check("acfBand", &found.acf_band);
        check("pacf", &found.pacf);
        check("ljungBox", &told(ljung_box(&values, &found.acf, free)));
        let shape = jarque_bera(&values).ok_or("it varies")?;
        check("jarqueBera", &[shape.statistic, shape.p, shape.skewness, shape.kurtosis]);
        seen += 1;
    }
    assert!(seen >= 6);
    Ok(())
}

#[test]
fn criteria_are_those_of_statsmodels() -> Outcome {
    for one in read()?["series"].as_array().into_iter().flatten() {
        let (name, values) = (&one["name"], numbers(&one["values"]));
        for theirs in one["criteria"].as_array().into_iter().flatten() {
            let [p, _, q] = numbers(&theirs["orders"])[..] else { return Err("three orders".into()) };
            let orders = Orders { p: p as usize, q: q as usize, season: 1, constant: true, ..Orders::default() };
            let fit = Fit::best(orders, &values, None).ok_or("it fits")?;
            let wanted = number(&theirs["logLikelihood"]);
            assert!(fit.likelihood >= wanted - NO_WORSE, "{p}, {q} of {name}: {} for {wanted}", fit.likelihood);
            // The same likelihood makes the same criteria.
            let made = Candidate::new(String::new(), p as usize + q as usize + 2, wanted, values.len());
            let criteria = ["aic", "aicc", "bic"].map(|key| number(&theirs[key]));
            assert!(same(&[made.aic, made.aicc, made.bic], &criteria), "{made:?} for {criteria:?}");
        }
    }
    Ok(())
}

#[test]
fn nothing_is_said_of_what_is_too_short_or_does_not_vary() {
    for values in [vec![], vec![1.0], vec![3.0; 40], (0..40).map(f64::from).collect(), vec![0.0, 1e12]] {
        let steady = values.windows(2).all(|pair| pair[0] == pair[1]);
        assert_eq!(dickey_fuller(&values), None, "{values:?}");
        assert_eq!(kpss(&values).is_none(), steady || values.len() < 12, "{values:?}");
        assert_eq!(jarque_bera(&values).is_none(), steady || values.len() < 8, "{values:?}");
        assert_eq!(Correlations::of(&values, 5).is_none(), steady, "{values:?}");
        assert_eq!(ljung_box(&values, &[0.5; 3], 3), None, "as many were fitted as are looked at");
    }
}

#[test]
fn a_fit_tells_its_residuals_and_what_was_compared() -> Outcome {
    let all = read()?;
    let series = all["series"].as_array().ok_or("a list")?;
    let find = |name: &str| series.iter().find(|one| one["name"] == name).map(|one| numbers(&one["values"]));
    let values = find("recursion").ok_or("there is one")?;
    let fit = arima::summary(&values, 1, Choice::Autoregressive).ok_or("it fits")?;
    let told = Diagnostics::of(&fit, 1);
    assert!(told.model.starts_with("ar("), "{}", told.model);
    assert_eq!(told.candidates[0].model, told.model);
    assert!(told.candidates.is_sorted_by(|one, other| one.aicc <= other.aicc));
    let names: Vec<&str> = told.coefficients.iter().map(|one| one.0.as_str()).collect();
    assert!(names.starts_with(&["ar1", "ar2"]) && names.ends_with(&["mean"]), "{names:?}");
    // What the recursion leaves is noise; what it is made of is not.
    assert!(told.residuals.ljung_box.ok_or("enough")?.p > 0.05, "{:?}", told.residuals.ljung_box);
    let raw = Correlations::of(&values, 10).ok_or("it varies")?;
    assert!(ljung_box(&values, &raw.acf, 0).ok_or("enough")?.p < 1e-6);
    assert!(told.values.adf.ok_or("enough")?.p < 0.05, "it keeps to a level");
    Ok(())
}

#[test]
fn a_wandering_season_is_told_as_by_the_package_forecast() -> Outcome {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ocsb.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let mut seen = 0;
    for one in all["series"].as_array().into_iter().flatten() {
        let (name, values) = (&one["name"], numbers(&one["values"]));
        let season = one["season"].as_u64().ok_or("a number")? as usize;
        let of = |lags: usize| arima::ocsb_with(&values, season, lags);
        let ours: Vec<f64> = (0..4).filter_map(of).map(|found| found.statistic).collect();
        let theirs = numbers(&one["statistics"]);
        assert!(same(&ours, &theirs), "{name}: {ours:?} for {theirs:?}");
        let taken = arima::ocsb(&values, season).ok_or("long enough")?;
        assert!(same(&[taken.critical], &[number(&one["critical"])]), "{name}: {taken:?}");
        assert!(same(&[taken.statistic], &theirs[taken.lags..=taken.lags]), "{name}: {taken:?}");
        seen += 1;
    }
    assert!(seen >= 9);
    Ok(())
}
