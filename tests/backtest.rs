//! The command's tests of methods: orders that are given by name, and what a fit says of itself.
#![allow(missing_docs, reason = "tests")]

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

type Outcome = Result<(), Box<dyn Error>>;

/// Days of two products, one of them steady, in a file of its own.
fn file(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("backtest-models");
    std::fs::create_dir_all(&folder)?;
    let mut text = String::from("product,date,quantity\n");
    let (mut day, mut value) = (jiff::civil::date(2026, 1, 1), 20.0_f64);
    for at in 0..90_u32 {
        value = 8.0 + 0.6 * value + f64::from(at * 7919 % 13) - 6.0;
        text += &format!("A,{day},{:.0}\nB,{day},5\n", value.max(1.0));
        day = day.tomorrow()?;
    }
    let path = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path)
}

fn tillcast(words: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_tillcast")).args(words).output()
}

#[test]
fn orders_are_given_by_name() -> Outcome {
    let file = file("orders.csv")?.display().to_string();
    let names = "ar(2),arima(1,0,1)(1,0,0),arima(0,1,1)";
    let done = tillcast(&["backtest", &file, "--horizon", "7", "--folds", "2", "--models", names])?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let table = String::from_utf8(done.stdout)?;
    for name in ["ar(2)", "arima(1,0,1)(1,0,0)", "arima(0,1,1)"] {
        let own = if name.contains(',') { format!(",\"{name}\",") } else { format!(",{name},") };
        assert_eq!(table.lines().filter(|line| line.contains(&own)).count(), 2 * 3, "{name} in {table}");
    }
    let made = tillcast(&["forecast", &file, "--horizon", "3", "--model", "arima(1,0,1)"])?;
    let made = String::from_utf8(made.stdout)?;
    assert!(made.contains("A,2026-04-01,\"arima(1,0,1)\""), "{made}");
    assert!(made.contains("B,2026-04-01,mean"), "of a constant there is no such model: {made}");
    let unknown = tillcast(&["forecast", &file, "--horizon", "3", "--model", "arima(1,0)"])?;
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("arima(1,1,1)(0,1,1)"), "it says how orders are written");
    Ok(())
}

#[test]
fn what_has_a_likelihood_says_how_it_fits() -> Outcome {
    let file = file("diagnostics.csv")?.display().to_string();
    let call =
        ["backtest", &file, "--horizon", "7", "--folds", "1", "--json", "--models", "ets,ar(1),theta,statistical"];
    let done = tillcast(&call)?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told: Value = serde_json::from_slice(&done.stdout)?;
    assert_eq!(told["schema"], 1);
    let products = |name: &str| {
        let models = told["models"].as_array().into_iter().flatten();
        models
            .into_iter()
            .find(|model| model["model"] == name)
            .map(|model| model["products"].clone())
            .unwrap_or_default()
    };
    for name in ["theta", "statistical"] {
        assert!(
            products(name).is_array() && products(name)[0].get("diagnostics").is_none(),
            "{name} has no likelihood"
        );
    }
    assert!(products("ets")[1].get("diagnostics").is_none(), "a constant has no fit");
    let own = &products("ar(1)")[0]["diagnostics"];
    assert_eq!(own["model"], "ar(1)");
    assert_eq!((&own["coefficients"][0]["name"], &own["coefficients"][1]["name"]), (&"ar1".into(), &"mean".into()));
    let ar = own["coefficients"][0]["value"].as_f64().unwrap_or_default();
    assert!((0.4..0.8).contains(&ar), "it was made with 0.6: {ar}");
    for key in ["aic", "aicc", "bic", "logLikelihood", "parameters"] {
        assert!(own["candidates"][0][key].is_number(), "{key} in {own}");
    }
    assert_eq!(own["values"]["count"], 90);
    assert_eq!(own["residuals"]["values"].as_array().map(Vec::len), Some(90));
    for test in
        [&own["values"]["adf"], &own["values"]["kpss"], &own["residuals"]["ljungBox"], &own["residuals"]["jarqueBera"]]
    {
        assert!(test["p"].as_f64().is_some_and(|p| (0.0..=1.0).contains(&p)), "{own}");
    }
    let season = &own["values"]["season"];
    assert!(
        season["strength"].as_f64().is_some_and(|share| (0.0..0.64).contains(&share)),
        "it was made without: {season}"
    );
    let ocsb = ["statistic", "critical"].map(|key| season["ocsb"][key].as_f64().unwrap_or(f64::NAN));
    assert_eq!(season["verdict"], "weak");
    assert!(ocsb[0] < ocsb[1] && (ocsb[1] + 1.845).abs() < 1e-3, "{season}");
    for part in ["values", "residuals"] {
        let correlations = &own[part]["correlations"];
        assert_eq!(correlations["acf"].as_array().map(Vec::len), Some(14), "two weeks");
        assert_eq!(correlations["acfBand"].as_array().map(Vec::len), Some(14));
        assert!(correlations["pacf"].is_array() && correlations["pacfBand"].is_number());
    }
    assert!(products("ets")[0]["diagnostics"]["candidates"].as_array().is_some_and(|all| all.len() > 3));
    Ok(())
}
