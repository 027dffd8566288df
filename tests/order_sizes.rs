//! Orders and their sizes beside what was sold: counted from the lines, read by one method, and known of the past alone.
#![allow(missing_docs, reason = "tests")]

mod common;

use std::fmt::Write as _;

use tillcast::calendar::Frequency;
use tillcast::ingest::{ReadOptions, Reader};
use tillcast::models::Forecast;
use tillcast::panel::build::BuildOptions;
use tillcast::panel::sizes::{LARGEST, ORDERS};
use tillcast::panel::{KnownAhead, Panel};
use tillcast::session::forecast::answer;
use tillcast::session::{ForecastOptions, Shop};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const DAYS: i32 = 140;
const HORIZON: usize = 14;

/// Two products by the half dozen, none to three orders a day, and from some day on in other sizes.
fn lines(later: i32) -> String {
    let (mut text, mut order) = (String::from("order,date,sku,qty\n"), 0);
    for day in 0..DAYS {
        for product in 0..2 {
            for place in 0..(common::noise(product, day as usize) * 4.0) as usize {
                order += 1;
                let size = if day < later { 6 } else { 10 + 7 * place };
                let _ = writeln!(text, "{order},{},P{product},{size}", Frequency::Day.label(20_454 + day));
            }
        }
    }
    text
}

fn shop(text: &str) -> Outcome<Shop> {
    let mut reader = Reader::new("orders.csv", ReadOptions::default());
    reader.push(text.as_bytes())?;
    Ok(Shop::open("shop", vec![reader.finish()?], BuildOptions::default())?)
}

fn panel(shop: &Shop, model: &str) -> Outcome<Panel> {
    Ok(shop.for_models(shop.built.panel.clone(), std::iter::once(model))?)
}

fn forecast(panel: &Panel) -> Outcome<Forecast> {
    let options = ForecastOptions {
        horizon: HORIZON,
        model: "orders".into(),
        levels: vec![0.1, 0.5, 0.9],
        folds: 2,
        clean: Default::default(),
        errors: false,
    };
    Ok(pollster::block_on(answer(panel, &options, &KnownAhead::default(), &common::context()))?.forecast.whole()?)
}

#[test]
fn orders_are_counted_where_they_are_asked_for() -> Outcome {
    let shop = shop(&lines(DAYS))?;
    assert!(panel(&shop, "ets")?.columns().is_empty(), "nobody reads them");
    let panel = panel(&shop, "orders")?;
    let names: Vec<&str> = panel.columns().iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, [ORDERS, LARGEST]);
    for index in 0..panel.len() {
        for (place, sold) in panel.values(index).iter().enumerate() {
            let (count, largest) = (panel.column_values(0, index)[place], panel.column_values(1, index)[place]);
            assert!((6.0 * count - sold).abs() < 1e-9 && largest == if count > 0.0 { 6.0 } else { 0.0 });
        }
    }
    let cut = panel.before(HORIZON);
    assert_eq!(cut.columns().len(), 2, "they are of the past");
    assert!(panel.known_after(HORIZON, HORIZON).columns.is_empty(), "and unknown ahead");
    Ok(())
}

#[test]
fn half_dozens_are_forecast_in_half_dozens() -> Outcome {
    let made = forecast(&panel(&shop(&lines(DAYS))?, "orders")?)?;
    for series in &made.series {
        assert_eq!(series.model, "orders");
        assert!(series.quantiles.iter().chain(&series.total).all(|value| value % 6.0 == 0.0), "{}", series.quantiles);
        assert!((series.mean[0] / 9.0 - 1.0).abs() < 0.4, "one and a half orders a day: {:?}", series.mean);
    }
    Ok(())
}

#[test]
fn what_was_ordered_after_an_origin_changes_nothing_before_it() -> Outcome {
    let (honest, other) = (panel(&shop(&lines(DAYS))?, "orders")?, panel(&shop(&lines(DAYS - 14))?, "orders")?);
    assert_eq!(forecast(&honest.before(HORIZON))?, forecast(&other.before(HORIZON))?);
    assert_ne!(forecast(&honest.before(HORIZON - 1))?, forecast(&other.before(HORIZON - 1))?, "a day less is hidden");
    Ok(())
}

#[test]
fn sums_by_days_have_no_orders_and_are_answered_as_counts() -> Outcome {
    let mut text = String::from("date,sku,units\n");
    for day in 0..DAYS {
        let units = (common::noise(3, day as usize) * 4.0) as u32;
        let _ = writeln!(text, "{},A,{units}", Frequency::Day.label(20_454 + day));
    }
    let panel = panel(&shop(&text)?, "orders")?;
    assert!(panel.columns().is_empty());
    assert_eq!(forecast(&panel)?.series[0].model, "negative-binomial");
    Ok(())
}
