//! Against statsforecast, on the series of `golden/peer.json`, or of the file that `TILLCAST_PEER` names (see
//! `golden/peer.py`): with fixed parameters the same values, with its own no worse a fit.
#![allow(missing_docs, reason = "tests")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use tillcast::models::ces::{self, Season};
use tillcast::models::intermittent::{Rule, rate, tsb};
use tillcast::models::theta::{Adjusted, Fit, Kind, Parameters};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Largest difference of values that are computed the same way, of the largest value.
const SAME: f64 = 1e-6;
/// A sum of squares that is larger by no more than this share is no worse.
const NO_WORSE: f64 = 1e-6;

/// So much less likely, as n·ln Σe², is no less.
const LESS_LIKELY: f64 = 1e-3;
/// So much is another valley, in which a search may end on some series, as the peer's does on others.
const OTHER_VALLEY: f64 = 1.0;
/// Share of fits that may.
const VALLEYS_SHARE: f64 = 0.1;

fn read() -> Result<Value, Box<dyn std::error::Error>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/peer.json");
    let file = std::env::var_os("TILLCAST_PEER").map_or(own, PathBuf::from);
    Ok(serde_json::from_str(&std::fs::read_to_string(file)?)?)
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// Whether two rows of values are the same as far as rounding goes; one that is missing or no number is not.
fn same(one: &[f64], other: &[f64]) -> bool {
    let size = other.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a - b).abs() <= SAME * size)
}

fn series(all: &Value) -> impl Iterator<Item = (&str, Vec<f64>, &Value)> {
    all["series"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (one["name"].as_str().unwrap_or_default(), numbers(&one["values"]), one))
}

#[test]
fn rates_of_rare_sales_are_those_of_the_peer() -> Outcome {
    let all = read()?;
    let mut seen = 0;
    for (name, values, one) in series(&all).filter(|(.., one)| one["rates"].is_object()) {
        for rule in [Rule::Croston, Rule::CrostonOptimised, Rule::Sba, Rule::Adida, Rule::Imapa] {
            let (ours, theirs) = (rate(&values, rule).mean, number(&one["rates"][rule.name()]));
            assert!(same(&[ours], &[theirs]), "{} of {name}: {ours} for {theirs}", rule.name());
        }
        let (ours, theirs) = (tsb(&values, 0.2, 0.1).mean, number(&one["rates"]["tsb"]));
        assert!(same(&[ours], &[theirs]), "tsb of {name}: {ours} for {theirs}");
        seen += 1;
    }
    assert!(seen > 0);
    Ok(())
}

#[test]
fn theta_fits_as_the_peer_does_and_finds_no_worse_parameters() -> Outcome {
    let all = read()?;
    let (mut seen, mut worse, mut ratio) = (0, Vec::new(), 0.0);
    let fixed = &all["fixed"];
    for (name, values, one) in series(&all).filter(|(.., one)| one["theta"].is_object()) {
        let season = one["season"].as_u64().unwrap_or(1) as usize;
        let adjusted = Adjusted::of(&values, season);
        for (kind, theirs) in [(Kind::Standard, "STM"), (Kind::Optimised, "OTM"), (Kind::Dynamic, "DOTM")] {
            let made = &one["theta"][theirs];
            let decomposed = adjusted.multiplicative.map(|it| if it { "multiplicative" } else { "additive" });
            assert_eq!(decomposed, made["season"].as_str(), "season of {name}");
            let theta = if kind == Kind::Standard { 2.0 } else { number(&fixed["theta"]) };
            let parameters =
                Parameters { alpha: number(&fixed["alpha"]), share: 1.0 - 1.0 / theta, level: number(&made["level"]) };
            let fit = Fit::new(kind, &adjusted.values, parameters);
            assert!(same(&fit.misses[1..], &numbers(&made["misses"])), "{theirs} of {name} fits otherwise");
            let theirs_ahead = numbers(&made["mean"]);
            let ahead = fit.ahead(theirs_ahead.len()).into_iter().enumerate();
            let ahead: Vec<f64> = ahead.map(|(step, value)| adjusted.back(step, value)).collect();
            assert!(same(&ahead, &theirs_ahead), "{theirs} of {name} foresees {ahead:?} for {theirs_ahead:?}");
            let size = adjusted.values.iter().map(|value| value.abs()).sum::<f64>() / values.len() as f64;
            let squares = Fit::best(kind, &adjusted.values).misses[3..].iter().map(|miss| miss * miss).sum::<f64>();
            let (ours, wanted) = (squares / size, number(&made["squares"]));
            seen += 1;
            ratio += ours / wanted;
            let no_worse = ours <= wanted * (1.0 + NO_WORSE);
            if !no_worse {
                worse.push(format!("{theirs} of {name}: {ours} for {wanted}"));
            }
        }
    }
    println!("{seen} fits, {} worse, sum of squares {:.4} of the peer's", worse.len(), ratio / f64::from(seen));
    assert!(seen > 0 && worse.is_empty(), "{worse:?}");
    Ok(())
}

#[test]
fn complex_smoothing_fits_as_the_peer_does_and_is_no_less_likely() -> Outcome {
    let all = read()?;
    let (mut seen, mut worse, mut valleys, mut sum) = (0, Vec::new(), 0, 0.0);
    for (name, values, one) in series(&all).filter(|(.., one)| one["ces"].is_object()) {
        let length = one["season"].as_u64().unwrap_or(1) as usize;
        for (kind, theirs) in [(Season::None, "N"), (Season::Simple, "S"), (Season::Partial, "P"), (Season::Full, "F")]
        {
            let made = &one["ces"][theirs];
            if made.is_null() {
                continue;
            }
            let fit = ces::Fit::new(kind, &values, length, &numbers(&all["fixed"]["ces"][theirs]));
            assert!(same(&fit.misses, &numbers(&made["misses"])), "{theirs} of {name} fits otherwise");
            let ahead = numbers(&made["mean"]);
            assert!(same(&fit.ahead(ahead.len()), &ahead), "{theirs} of {name} foresees otherwise");
            let ours = ces::Fit::best(kind, &values, length).likelihood;
            let wanted = number(&made["likelihood"]);
            seen += 1;
            sum += ours - wanted;
            let [near, no_worse] = [OTHER_VALLEY, LESS_LIKELY].map(|most| ours <= wanted + most);
            valleys += i32::from(!near);
            if !no_worse {
                worse.push(format!("{theirs} of {name}: {ours} for {wanted}"));
            }
        }
    }
    println!("{seen} fits, {} less likely: {worse:?}", worse.len());
    assert!(seen > 0 && sum <= 0.0, "on the whole no less likely: {sum}");
    assert!(f64::from(valleys) <= VALLEYS_SHARE * f64::from(seen), "{valleys} of {seen}: {worse:?}");
    Ok(())
}
