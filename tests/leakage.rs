//! Nothing after an origin is seen by its forecast: what came later is scrambled, and the forecasts must not change by
//! one bit. Columns that are planned ahead may be seen, and are.
#![allow(missing_docs, reason = "tests")]

mod common;

use common::{context, noise, shop};
use tillcast::calendar::Frequency;
use tillcast::evaluate::backtest::{BacktestOptions, ModelBacktest, Said, Seen, backtest};
use tillcast::models::cleaned::Cleaned;
use tillcast::models::local::{Local, Method};
use tillcast::models::recurrent::Lstm;
use tillcast::models::{Forecaster, Scope, SeriesForecast};
use tillcast::panel::clean::{CleanOptions, Missing, Outliers};
use tillcast::panel::{Column, Panel, Series};
use tillcast::select::auto::{self, AutoOptions, Outcome};
use tillcast::session::tables;

const HORIZON: usize = 14;
const FOLDS: usize = 4;

/// The panel with every value of the last `back` periods replaced; the planned column only if `planned` says so.
fn scrambled(panel: &Panel, back: usize, planned: bool) -> tillcast::Result<Panel> {
    let odd = |index: usize, values: &[f64]| -> Vec<f64> {
        let known = values.len().saturating_sub(back);
        values
            .iter()
            .enumerate()
            .map(|(at, value)| if at < known { *value } else { 900.0 * noise(index + 71, at) })
            .collect()
    };
    let series = (0..panel.len())
        .map(|index| {
            let info: Series = panel.series(index).clone();
            (info, odd(index, panel.values(index)))
        })
        .collect();
    let mut made = Panel::new(Frequency::Day, series)?;
    for (place, column) in panel.columns().iter().enumerate() {
        let values = (0..panel.len())
            .flat_map(|index| {
                let own = panel.column_values(place, index);
                if planned { odd(index, own) } else { own.to_vec() }
            })
            .collect();
        made = made.with_column(Column { name: column.name.clone(), planned: column.planned, values })?;
    }
    Ok(made)
}

fn lstm() -> Lstm {
    Lstm { batch: 32, epochs: 3, patience: 3, work: (2e9, 2e9), ..Lstm::default() }
}

fn members(lstm: &Lstm) -> [&dyn Forecaster; 4] {
    [&Local(Method::SeasonalNaive), &Local(Method::MovingAverage), &Local(Method::Ets), lstm]
}

/// What every method said at every origin, oldest first: `[method][origin]`.
struct Forecasts {
    models: Vec<String>,
    backs: Vec<usize>,
    forecasts: Vec<Vec<Vec<SeriesForecast>>>,
}

/// All methods of the table, the network a small one.
fn tested(panel: &Panel) -> tillcast::Result<Forecasts> {
    let local = tables::MODELS.iter().filter(|row| row.scope == Scope::Local).map(|row| (row.make)());
    let all: Vec<Box<dyn Forecaster>> = local.chain([Box::new(lstm()) as Box<dyn Forecaster>]).collect();
    tested_with(&all.iter().map(|method| &**method).collect::<Vec<_>>(), panel)
}

fn tested_with(members: &[&dyn Forecaster], panel: &Panel) -> tillcast::Result<Forecasts> {
    let options = BacktestOptions { horizon: HORIZON, folds: FOLDS };
    let models: Vec<String> = members.iter().map(|model| model.name().to_owned()).collect();
    let mut forecasts = vec![Vec::new(); models.len()];
    let seen = &mut |seen: Seen<'_>| {
        let model = models.iter().position(|model| *model == seen.model).expect("one of those tested");
        if seen.index == 0 {
            forecasts[model].push(Vec::new());
        }
        forecasts[model].last_mut().expect("begun").push(seen.series.clone());
    };
    let done = pollster::block_on(backtest(members, panel, &options, &context(), seen))?;
    assert!(
        forecasts.iter().all(|origins| origins.len() == FOLDS && origins.iter().all(|all| all.len() == panel.len()))
    );
    Ok(Forecasts { models, backs: done.backs, forecasts })
}

fn options() -> AutoOptions {
    AutoOptions {
        name: auto::NAME,
        horizon: HORIZON,
        folds: FOLDS,
        details: false,
        rule: "seasonal-naive",
        errors: false,
    }
}

fn chosen(panel: &Panel) -> tillcast::Result<Outcome> {
    let lstm = lstm();
    let options = options();
    let known = panel.known_after(0, HORIZON);
    pollster::block_on(auto::run(&members(&lstm), panel, &known, &options, &context(), &|_| ()))
}

fn same(one: &[SeriesForecast], other: &[SeriesForecast]) -> bool {
    one.iter().zip(other).all(|(a, b)| {
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        a.model == b.model
            && bits(&a.mean) == bits(&b.mean)
            && bits(&a.total) == bits(&b.total)
            && a.quantiles.iter().zip(&b.quantiles).all(|(x, y)| x.to_bits() == y.to_bits())
    })
}

#[test]
fn no_method_sees_what_came_after_its_origin() -> tillcast::Result<()> {
    let panel = shop(5, 150)?;
    let honest = tested(&panel)?;
    // All that came after the oldest origin, on which networks are trained too; then after each later one.
    for (fold, &back) in honest.backs.iter().enumerate() {
        let after = tested(&scrambled(&panel, back, false)?)?;
        for (model, (one, other)) in honest.models.iter().zip(honest.forecasts.iter().zip(&after.forecasts)) {
            assert!(same(&one[fold], &other[fold]), "{model} looked ahead at origin {fold}");
            if fold == 0 {
                assert!(!same(&one[1], &other[1]), "{model} did not see what came before its origin");
            }
        }
    }
    Ok(())
}

/// The panel with days that are unknown, and some that are far too high.
fn dirty(panel: &Panel) -> tillcast::Result<Panel> {
    let values = (0..panel.len()).map(|index| {
        let dirt = |(at, value): (usize, &f64)| match (at * 7 + index * 3) % 31 {
            0 => f64::NAN,
            1 => 40.0 * (value + 1.0),
            _ => *value,
        };
        panel.values(index).iter().enumerate().map(dirt).collect()
    });
    panel.with_values(values.collect())
}

#[test]
fn cleaning_sees_nothing_after_its_origin() -> tillcast::Result<()> {
    let panel = dirty(&shop(5, 150)?)?;
    let options = CleanOptions { missing: Missing::Seasonal, outliers: Outliers::SeasonalHybrid };
    let cleaned: Vec<Cleaned> = [Method::SeasonalNaive, Method::MovingAverage, Method::Ets]
        .map(|method| Cleaned { inner: Box::new(Local(method)), options })
        .into();
    let clean: Vec<&dyn Forecaster> = cleaned.iter().map(|method| method as &dyn Forecaster).collect();
    let plain = tested_with(&members(&lstm())[..3], &panel)?;
    let honest = tested_with(&clean, &panel)?;
    assert!(!same(&plain.forecasts[2][0], &honest.forecasts[2][0]), "cleaning changes what is learned");
    for (fold, &back) in honest.backs.iter().enumerate() {
        let after = tested_with(&clean, &scrambled(&panel, back, false)?)?;
        for (model, (one, other)) in honest.models.iter().zip(honest.forecasts.iter().zip(&after.forecasts)) {
            assert!(same(&one[fold], &other[fold]), "{model} looked ahead at origin {fold}");
        }
    }
    Ok(())
}

#[test]
fn the_automatic_choice_is_tested_without_knowing_the_outcome() -> tillcast::Result<()> {
    let panel = shop(5, 150)?;
    let honest = chosen(&panel)?.backtest.expect("the past is long enough");
    let own = honest.models.last().expect("its own test is the last");
    assert_eq!(own.model, auto::NAME);
    let bits = |model: &ModelBacktest, fold: usize| -> Vec<[u64; 4]> {
        let said = model.totals[fold].iter().map(|said| said.expect("every product was sold before and after"));
        said.map(|said| [said.median, said.low, said.high, said.mean].map(f64::to_bits)).collect()
    };
    for (fold, &back) in honest.backs.iter().enumerate() {
        let after = chosen(&scrambled(&panel, back, false)?)?.backtest.expect("the past is as long");
        let other = after.models.last().expect("its own test is the last");
        assert_eq!(bits(own, fold), bits(other, fold), "looked ahead at origin {fold}");
        if fold == 0 {
            assert_ne!(bits(own, 1), bits(other, 1), "did not see what came before its origin");
        }
    }
    Ok(())
}

#[test]
fn ranges_are_calibrated_without_knowing_the_outcome() -> tillcast::Result<()> {
    // So many totals at each origin that they speak from the second on.
    let panel = shop(60, 150)?;
    let test = |panel: &Panel| {
        let options = options();
        let tested = pollster::block_on(auto::test(&members(&lstm())[..2], panel, &options, &context()))?;
        let own = tested.models.last().map(|own| own.totals.clone()).expect("its own test is the last");
        tillcast::Result::Ok((tested.backs, own))
    };
    let bits = |said: &[Option<Said>]| -> Vec<[u64; 4]> {
        let said = said.iter().map(|said| said.expect("every product was sold before and after"));
        said.map(|said| [said.median, said.low, said.high, said.mean].map(f64::to_bits)).collect()
    };
    let (backs, own) = test(&panel)?;
    for (fold, &back) in backs.iter().enumerate() {
        let (_, other) = test(&scrambled(&panel, back, false)?)?;
        assert_eq!(bits(&own[fold]), bits(&other[fold]), "looked ahead at origin {fold}");
        if fold == 0 {
            let width = |totals: &[Option<Said>]| totals[0].map_or(0.0, |said| (said.high - said.median).abs());
            assert!(width(&other[1]) > 1.5 * width(&own[1]), "misses after the oldest origin widen ranges at the next");
        }
    }
    Ok(())
}

#[test]
fn what_is_planned_ahead_may_be_seen() -> tillcast::Result<()> {
    let panel = shop(5, 150)?;
    let honest = tested(&panel)?;
    let after = tested(&scrambled(&panel, honest.backs[0], true)?)?;
    let lstm = honest.models.iter().position(|model| *model == "lstm").expect("tested");
    assert!(
        !same(&honest.forecasts[lstm][0], &after.forecasts[lstm][0]),
        "the network uses promotions that are planned"
    );
    Ok(())
}
