//! ARIMA, exponential smoothing and MSTL against statsforecast, on the series of `golden/peer.json`, or of the file that
//! `TILLCAST_PEER` names (see `golden/peer.py`).
#![allow(missing_docs, reason = "tests")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use tillcast::models::arima::{self, Choice, Fit, Orders};
use tillcast::models::{ets, mstl};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Largest difference of values that are computed the same way, of the largest value.
const SAME: f64 = 1e-6;
/// The same where the peer begins from a diffuse prior, of finite variance, and we from the differences.
const DIFFUSE: f64 = 1e-4;
/// So much less likely is no less.
const LESS_LIKELY: f64 = 1e-3;
/// Share of fits that are no less likely.
const NO_WORSE_SHARE: f64 = 0.95;

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

/// Whether two rows of values differ by no more than a share of the largest; one that is missing or no number does.
fn near(one: &[f64], other: &[f64], share: f64) -> bool {
    let size = other.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a - b).abs() <= share * size)
}

fn series<'a>(all: &'a Value, kind: &'static str) -> impl Iterator<Item = (&'a str, usize, Vec<f64>, &'a Value)> {
    all["series"].as_array().into_iter().flatten().filter(move |one| !one[kind].is_null()).map(move |one| {
        let season = one["season"].as_u64().unwrap_or(1) as usize;
        (one["name"].as_str().unwrap_or_default(), season, numbers(&one["values"]), &one[kind])
    })
}

/// p, d, q, P, D, Q.
fn orders(value: &Value, season: usize, constant: bool) -> Orders {
    let [p, d, q, sp, sd, sq] = std::array::from_fn(|place| number(&value[place]) as usize);
    Orders { p, d, q, seasonal: (sp, sd, sq), season, constant }
}

/// How fits compare with the peer's.
#[derive(Default)]
struct Tally {
    seen: u32,
    worse: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, ours: f64, theirs: f64) {
        self.seen += 1;
        let no_worse = ours >= theirs - LESS_LIKELY;
        if !no_worse {
            self.worse.push(format!("{name}: {ours:.4} for {theirs:.4}"));
        }
    }

    fn share(&self) -> f64 {
        1.0 - self.worse.len() as f64 / f64::from(self.seen.max(1))
    }

    fn tell(&self, what: &str) {
        let some: Vec<&String> = self.worse.iter().take(8).collect();
        println!("{what}: {} fits, {:.1} % no worse than the peer's; worse: {some:?}", self.seen, 100.0 * self.share());
    }
}

#[test]
fn arima_with_given_weights_is_that_of_the_peer() -> Outcome {
    let all = read()?;
    let mut seen = 0;
    for (name, season, values, made) in series(&all, "arima") {
        for theirs in made["fixed"].as_array().into_iter().flatten() {
            let orders = orders(&theirs["orders"], season, false);
            let weights = numbers(&theirs["weights"]);
            let (own, seasonal) = weights.split_at(orders.p + orders.q);
            let shift = number(&theirs["shift"]);
            let shifted: Vec<f64> = values.iter().map(|value| value - shift).collect();
            let Some(fit) = Fit::new(orders, &shifted, own.split_at(orders.p), seasonal.split_at(orders.seasonal.0))
            else {
                return Err(format!("{} of {name} has no fit", orders.name()).into());
            };
            let share = if orders.d + orders.seasonal.1 == 0 { SAME } else { DIFFUSE };
            let misses = numbers(&theirs["misses"]);
            let known = &misses[misses.len() - fit.misses.len()..];
            assert!(near(&fit.residuals(), known, share), "{} of {name} fits otherwise", orders.name());
            let ahead = numbers(&theirs["mean"]);
            assert!(near(&fit.ahead(ahead.len()), &ahead, share), "{} of {name} foresees otherwise", orders.name());
            let wanted = number(&theirs["likelihood"]);
            let off = (fit.likelihood - wanted).abs();
            assert!(
                off <= LESS_LIKELY.max(share * wanted.abs()),
                "{} of {name}: {} for {wanted}",
                orders.name(),
                fit.likelihood
            );
            seen += 1;
        }
    }
    println!("{seen} fits");
    assert!(seen > 0 || std::env::var_os("TILLCAST_PEER").is_some());
    Ok(())
}

#[test]
fn arima_is_no_less_likely_and_its_search_no_worse() -> Outcome {
    let all = read()?;
    let (mut same, mut searched) = (Tally::default(), Tally::default());
    let mut comparable = 0;
    for (name, season, values, made) in series(&all, "arima") {
        let constant = made["constant"].as_bool().unwrap_or_default();
        let orders = orders(&made["orders"], season, constant);
        let ours = Fit::best(orders, &values, None).map_or(f64::NAN, |fit| fit.likelihood);
        same.add(&format!("{} of {name}", orders.name()), ours, number(&made["likelihood"]));
        let Some(found) = arima::summary(&values, season, Choice::Stepwise) else { continue };
        // Criteria of unlike differences say nothing to each other.
        let differences = |name: &str| name.split([',', ')']).nth(1).map(str::to_owned);
        let seasonal = |name: &str| name.split(',').nth(3).map(str::to_owned);
        let own = (differences(&found.model), seasonal(&found.model));
        let alike = own == (differences(&orders.name()), seasonal(&orders.name()));
        if alike {
            comparable += 1;
            searched.add(
                &format!("{} for {} of {name}", found.model, orders.name()),
                -found.candidates[0].aicc,
                -number(&made["aicc"]),
            );
        }
    }
    same.tell("the peer's orders");
    searched.tell("orders searched (AICc)");
    println!("{comparable} of {} with as many differences", same.seen);
    assert!(same.seen > 0 && same.share() >= NO_WORSE_SHARE);
    Ok(())
}

/// A form by its name, `ets(M,Ad,N)`.
fn form(name: &str) -> ets::Form {
    let parts: Vec<&str> = name.trim_start_matches("ets(").trim_end_matches(')').split(',').collect();
    ets::Form {
        errors: if parts[0] == "A" { ets::Errors::Additive } else { ets::Errors::Relative },
        trend: match parts[1] {
            "N" => ets::Trend::None,
            "A" => ets::Trend::Additive,
            _ => ets::Trend::Damped,
        },
        season: match parts[2] {
            "N" => ets::Season::None,
            "A" => ets::Season::Additive,
            _ => ets::Season::Multiplicative,
        },
    }
}

#[test]
fn smoothing_with_given_parameters_fits_as_the_peers() -> Outcome {
    let all = read()?;
    let given = |name: &str| number(&all["fixed"]["ets"][name]);
    let mut seen = 0;
    for (name, _, values, made) in series(&all, "ets") {
        for (model, theirs) in made["forms"].as_object().into_iter().flatten() {
            let (form, theirs) = (form(model), &theirs["fixed"]);
            if theirs.is_null() {
                continue;
            }
            let has_season = form.season != ets::Season::None;
            let parameters = ets::Parameters {
                alpha: given("alpha"),
                beta: if form.trend == ets::Trend::None { 0.0 } else { given("beta") },
                gamma: if has_season { given("gamma") } else { 0.0 },
                phi: if form.trend == ets::Trend::Damped { given("phi") } else { 1.0 },
            };
            let season = numbers(&theirs["season"]);
            let state =
                ets::State { level: number(&theirs["level"]), trend: number(&theirs["trend"]), season, phase: 0 };
            let Some(fit) = ets::Fit::new(&values, form, parameters, state) else { continue };
            assert!(near(&fit.errors, &numbers(&theirs["misses"]), SAME), "{model} of {name} fits otherwise");
            let wanted = number(&theirs["likelihood"]);
            assert!((fit.likelihood - wanted).abs() <= SAME * wanted.abs(), "{model}: {} for {wanted}", fit.likelihood);
            seen += 1;
        }
    }
    println!("{seen} fits");
    assert!(seen > 0 || std::env::var_os("TILLCAST_PEER").is_some());
    Ok(())
}

#[test]
fn smoothing_is_as_likely_as_the_peers() -> Outcome {
    let all = read()?;
    let (mut forms, mut chosen) = (Tally::default(), Tally::default());
    let (mut sum, mut count) = (0.0, 0.0);
    for (name, season, values, made) in series(&all, "ets") {
        let Some(found) = ets::summary(&values, season, None) else { continue };
        // Theirs leaves out what is the same for all forms of a series.
        let all = values.len() as f64;
        let constant = -0.5 * all * (1.0 + (std::f64::consts::TAU / all).ln());
        for (model, theirs) in made["forms"].as_object().into_iter().flatten() {
            let Some(fit) = ets::Fit::best(&values, form(model), season) else { continue };
            let (ours, wanted) = (-0.5 * fit.likelihood, -0.5 * number(&theirs["likelihood"]));
            forms.add(&format!("{model} of {name}"), ours, wanted);
            sum += ours - wanted;
            count += 1.0;
        }
        let best = found.candidates.iter().map(|one| one.aicc + 2.0 * constant).fold(f64::INFINITY, f64::min);
        chosen.add(&format!("{} for {} of {name}", found.model, made["form"]), -best, -number(&made["aicc"]));
    }
    forms.tell("each form");
    chosen.tell("the form chosen (AICc)");
    println!("log-likelihood {:.4} above the peer's in the mean", sum / count);
    assert!(count > 0.0 && forms.share() >= NO_WORSE_SHARE && chosen.share() >= NO_WORSE_SHARE);
    Ok(())
}

#[test]
fn several_seasons_are_taken_apart_as_by_the_peer() -> Outcome {
    let all = read()?;
    let mut seen = 0;
    for (name, _, values, made) in series(&all, "mstl") {
        for theirs in made.as_array().into_iter().flatten() {
            let lengths: Vec<usize> = numbers(&theirs["seasons"]).into_iter().map(|length| length as usize).collect();
            let parts = mstl::Parts::of(&values, &lengths);
            assert!(near(&parts.trend, &numbers(&theirs["trend"]), SAME), "trend of {name} with {lengths:?}");
            for (ours, part) in parts.seasons.iter().zip(theirs["parts"].as_array().into_iter().flatten()) {
                assert!(near(ours, &numbers(part), SAME), "season of {name} with {lengths:?}");
            }
            seen += 1;
        }
    }
    println!("{seen} decompositions");
    assert!(seen > 0 || std::env::var_os("TILLCAST_PEER").is_some());
    Ok(())
}
