//! Series as no shop should have them, to every method of the table: each answers, with finite numbers and ranges that do
//! not explode, whatever columns are known ahead.
#![allow(missing_docs, reason = "tests")]

mod common;

use common::{context, panel};
use proptest::prelude::*;
use tillcast::calendar::Frequency;
use tillcast::models::arima::given::GivenOrders;
use tillcast::models::{Forecast, Forecaster, Scope};
use tillcast::panel::{Column, KnownAhead, Panel};
use tillcast::session::tables;

const HORIZON: usize = 16;
/// Ranges reach no farther than so many of the largest value: sixteen steps from one end of the values to the other, times
/// what columns known ahead multiply by at the most.
const PLAUSIBLE: f64 = 2.0 * HORIZON as f64 * 4.5;

/// A kind of bad series, as long as is wanted.
#[derive(Debug, Clone, Copy)]
enum Bad {
    Constant(f64),
    OnePoint,
    /// Every so many values a run of so many is missing.
    Gaps(usize, usize),
    /// One value is larger than all others by far.
    Spike(f64),
    /// A season of huge values.
    Huge,
    /// Below zero, and growing.
    Negative,
    /// Two values in turn.
    Turns,
    /// A straight line, which is fitted without a miss.
    Line,
    /// Growing so much each period.
    Explodes(f64),
    /// A step at the end.
    Step,
}

impl Bad {
    fn values(self, length: usize) -> Vec<f64> {
        let at = |place: usize| {
            let number = place as f64;
            let usual = 20.0 + (place * place % 13) as f64;
            match self {
                Bad::Constant(value) => value,
                Bad::OnePoint => {
                    if place == length / 2 {
                        7.0
                    } else {
                        0.0
                    }
                }
                Bad::Gaps(every, run) => {
                    if place % every < run {
                        f64::NAN
                    } else {
                        usual
                    }
                }
                Bad::Spike(size) => {
                    if place == length / 3 {
                        size
                    } else {
                        usual
                    }
                }
                Bad::Huge => 1e12 * (1.0 + 0.5 * (place % 7) as f64),
                Bad::Negative => -usual - number,
                Bad::Turns => (place % 2) as f64,
                Bad::Line => 3.0 + 2.0 * number,
                Bad::Explodes(by) => by.powi(place as i32).min(1e12),
                Bad::Step => {
                    if place + 5 < length {
                        0.0
                    } else {
                        1e6
                    }
                }
            }
        };
        (0..length).map(at).collect()
    }
}

fn bad() -> impl Strategy<Value = Bad> {
    prop_oneof![
        prop_oneof![Just(0.0), Just(1e-12), Just(5.0), Just(1e12), Just(-3.0)].prop_map(Bad::Constant),
        Just(Bad::OnePoint),
        (2_usize..40, 1_usize..30).prop_map(|(every, run)| Bad::Gaps(every, run)),
        prop_oneof![Just(1e12), Just(-1e12), Just(1e6)].prop_map(Bad::Spike),
        Just(Bad::Huge),
        Just(Bad::Negative),
        Just(Bad::Turns),
        Just(Bad::Line),
        (1.01..1.5_f64).prop_map(Bad::Explodes),
        Just(Bad::Step),
    ]
}

/// A number that a column may hold.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![4 => Just(0.0), 4 => Just(1.0), 1 => Just(f64::NAN), 1 => Just(1e12), 1 => -5.0..5.0_f64]
}

fn forecast(model: &dyn Forecaster, panel: &Panel, known: &KnownAhead) -> tillcast::Result<Forecast> {
    let cx = context();
    pollster::block_on(async { model.fit(panel, HORIZON, &cx).await?.predict(HORIZON, known, &cx).await })
}

/// What is wrong with an answer.
fn fault(made: &Forecast, series: usize, largest: f64) -> Option<String> {
    if made.series.len() != series {
        return Some(format!("{} answers for {series} series", made.series.len()));
    }
    made.series.iter().find_map(|one| {
        let finite = |value: &f64| value.is_finite() && *value >= 0.0;
        let all = || one.mean.iter().chain(&one.quantiles);
        let most = all().fold(0.0_f64, |most, value| most.max(*value));
        if one.mean.len() != HORIZON || !all().chain(&one.total).all(finite) {
            Some(format!("{} has no number: {:?}", one.model, one.mean))
        } else if most > PLAUSIBLE * largest {
            Some(format!("{} reaches {most} of at most {largest}", one.model))
        } else {
            None
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_local_method_answers(
        kinds in prop::collection::vec((bad(), prop_oneof![0_usize..12, 12_usize..130]), 1..4),
        column in prop::collection::vec(number(), 1..30),
        frequency in prop_oneof![Just(Frequency::Hour), Just(Frequency::Day), Just(Frequency::Week), Just(Frequency::Month)],
    ) {
        let all: Vec<Vec<f64>> = kinds.iter().map(|(kind, length)| kind.values(*length)).collect();
        let finite = all.iter().flatten().filter(|value| value.is_finite());
        let largest = finite.fold(1.0_f64, |most, value| most.max(value.abs()));
        let wrong = |error: tillcast::error::Error| TestCaseError::fail(error.to_string());
        let plain = panel(frequency, all).map_err(wrong)?;
        let values = |count: usize| (0..count).map(|place| column[place % column.len()]).collect::<Vec<f64>>();
        let named = |count: usize| Column { name: "promo".into(), planned: true, values: values(count) };
        let with = plain.clone().with_column(named(plain.total_len())).map_err(wrong)?;
        let ahead = KnownAhead { horizon: HORIZON, columns: vec![named(plain.len() * HORIZON)] };
        let none = KnownAhead { horizon: HORIZON, columns: Vec::new() };
        let registered = tables::MODELS.iter().filter(|row| row.scope == Scope::Local).map(|row| (row.make)());
        let given = ["arima(1,1,1)(0,1,1)", "arima(2,0,2)(1,0,1)", "ar(7)"];
        let given = given.into_iter().filter_map(GivenOrders::of).map(|model| Box::new(model) as Box<dyn Forecaster>);
        for model in registered.chain(given) {
            for (panel, known) in [(&plain, &none), (&with, &ahead)] {
                let made = forecast(&*model, panel, known).map_err(wrong)?;
                let fault = fault(&made, panel.len(), largest);
                prop_assert!(fault.is_none(), "{}: {:?}", model.name(), fault);
            }
        }
    }
}

/// Training takes its time: all kinds in one panel.
#[test]
fn every_global_method_answers() -> Result<(), Box<dyn std::error::Error>> {
    let kinds = [
        Bad::Constant(-3.0),
        Bad::OnePoint,
        Bad::Gaps(9, 6),
        Bad::Spike(1e12),
        Bad::Huge,
        Bad::Negative,
        Bad::Explodes(1.3),
        Bad::Step,
    ];
    let all: Vec<Vec<f64>> = kinds.iter().map(|kind| kind.values(60)).chain([vec![], vec![4.0]]).collect();
    let panel = panel(Frequency::Day, all)?;
    let none = KnownAhead { horizon: HORIZON, columns: Vec::new() };
    for row in tables::MODELS.iter().filter(|row| row.scope == Scope::Global) {
        let made = forecast(&*(row.make)(), &panel, &none)?;
        assert_eq!(fault(&made, panel.len(), 2e12), None, "{}", row.name);
    }
    Ok(())
}
