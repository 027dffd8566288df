//! What is known ahead, from the file to the forecast: rows find their products and steps, what is left open is as usual,
//! and a promotion that is planned raises the forecast by what promotions did in the past.
#![allow(missing_docs, reason = "tests")]

mod common;

use std::fmt::Write as _;

use common::context;
use tillcast::calendar::Frequency;
use tillcast::ingest::{ReadOptions, Reader};
use tillcast::models::Forecaster;
use tillcast::models::recurrent::Lstm;
use tillcast::panel::build::BuildOptions;
use tillcast::session::known::AheadRow;
use tillcast::session::{ForecastOptions, Shop, forecast};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const FIRST_DAY: i32 = 20_089;
const DAYS: i32 = 196;
const PRODUCTS: i32 = 8;
const HORIZON: usize = 14;
/// What a promotion multiplies sales by.
const EFFECT: f64 = 2.5;

fn day(index: i32) -> String {
    Frequency::Day.label(FIRST_DAY + index)
}

/// Orders of products with a week, a price of their own and promotions of five days in twenty, which differ by product.
fn shop() -> tillcast::Result<Shop> {
    let mut text = String::from("date,sku,qty,price,promo\n");
    for index in 0..DAYS {
        for product in 0..PRODUCTS {
            let promoted = (index / 5 + product) % 4 == 0;
            let noise = f64::from((index * 7919 + product * 104_729) % 101) / 101.0 - 0.5;
            let usual = f64::from(20 + 4 * product) * (1.0 + 0.1 * f64::from(index % 7)) * (1.0 + 0.1 * noise);
            let units = (usual * if promoted { EFFECT } else { 1.0 }).round();
            let word = if promoted { "yes" } else { "no" };
            let _ = writeln!(text, "{},P{product},{units},{}.5,{word}", day(index), 5 + product);
        }
    }
    let mut reader = Reader::new("orders.csv", ReadOptions::default());
    reader.push(text.as_bytes())?;
    Shop::open("orders.csv", vec![reader.finish()?], BuildOptions::default())
}

fn row(product: Option<&str>, step: usize, value: f64) -> AheadRow {
    let date = day(DAYS + step as i32);
    AheadRow { product: product.map(str::to_owned), date, values: vec![value], ..AheadRow::default() }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_planned_promotion_raises_the_forecast_by_what_promotions_did() -> Outcome {
    let shop = shop()?;
    let promo = names(&["promo"]);
    let panel = shop.planned(&promo)?;
    let cx = context();
    let lstm = Lstm { batch: 32, epochs: 8, patience: 8, work: (1e10, 1e10), ..Lstm::default() };
    let fitted = pollster::block_on(lstm.fit(&panel, HORIZON, &cx))?;
    let promoted = |step: usize| (4..9).contains(&step);
    let predict = |planned: bool| -> tillcast::Result<_> {
        let rows: Vec<_> = (0..HORIZON).map(|step| row(None, step, f64::from(planned && promoted(step)))).collect();
        let (known, note) = shop.ahead(&promo, &rows, HORIZON)?;
        assert_eq!(note, None, "every step is told");
        pollster::block_on(fitted.predict(HORIZON, &known, &cx))
    };
    let (with, without) = (predict(true)?, predict(false)?);
    let sum = |forecast: &tillcast::models::Forecast, steps: &dyn Fn(usize) -> bool| -> f64 {
        let of =
            |mean: &[f64]| mean.iter().enumerate().filter(|(step, _)| steps(*step)).map(|(_, mean)| mean).sum::<f64>();
        forecast.series.iter().map(|series| of(&series.mean)).sum()
    };
    let lifted = sum(&with, &promoted) / sum(&without, &promoted);
    assert!((0.8 * EFFECT..1.2 * EFFECT).contains(&lifted), "{lifted} times as many, in truth {EFFECT}");
    let before = |step: usize| step < 4;
    assert!((sum(&with, &before) / sum(&without, &before) - 1.0).abs() < 1e-6, "days before it stay as they are");
    let level = sum(&without, &|_| true) / (HORIZON as f64 * f64::from(PRODUCTS));
    assert!((35.0..60.0).contains(&level), "{level} a day and product, in truth 44");
    Ok(())
}

#[test]
fn rows_find_their_products_and_what_is_open_is_as_usual() -> Outcome {
    let shop = shop()?;
    let columns = names(&["promo", "price"]);
    let told = |product: Option<&str>, step: usize, values: [f64; 2]| AheadRow {
        values: values.to_vec(),
        ..row(product, step, 0.0)
    };
    let rows = [
        told(None, 1, [1.0, f64::NAN]),
        told(Some("P2"), 1, [0.0, 3.0]),
        told(Some("P2"), 9, [1.0, f64::NAN]),
        told(Some("gone"), 1, [1.0, f64::NAN]),
    ];
    let (known, note) = shop.ahead(&columns, &rows, 3)?;
    assert_eq!(known.values("promo", 0), Some(&[0., 1., 0.][..]), "no promotion unless one is planned");
    assert_eq!(known.values("promo", 2), Some(&[0., 0., 0.][..]), "its own row goes before that of all");
    assert_eq!(known.values("price", 2), Some(&[7.5, 3.0, 7.5][..]), "the last price holds on");
    let note = note.ok_or("what was left open is told")?;
    assert_eq!((note.code.as_str(), note.count), ("known-usual", Some(2 * 8 + 8 * 3 - 1)));
    let twice = shop.ahead(&names(&["promo"]), &[row(None, 1, 1.0), row(None, 1, 0.0)], 3);
    assert!(twice.is_err_and(|error| error.code() == "future-twice"));
    let bad = shop.ahead(&names(&["promo"]), &[AheadRow { date: "soon".into(), ..row(None, 1, 1.0) }], 3);
    assert!(bad.is_err_and(|error| error.code() == "bad-date"));
    let unknown = shop.ahead(&names(&["weather"]), &[], 3);
    assert!(unknown.is_err_and(|error| error.code() == "no-column" && error.remedy_text().contains("price, promo")));

    let all = shop.usual(&columns, &[], 3, None)?;
    assert_eq!(all.dates, [day(DAYS), day(DAYS + 1), day(DAYS + 2)]);
    assert_eq!(all.columns[0], [0.0; 3]);
    assert!(all.columns[1].iter().all(|price| price.is_nan()), "prices differ by product");
    assert_eq!(shop.usual(&columns, &[], 2, Some(2))?.columns, [[0.0; 2], [7.5; 2]]);
    assert!(shop.usual(&columns, &[], 2, Some(99)).is_err_and(|error| error.code() == "no-product"));
    Ok(())
}

#[test]
fn a_discount_of_nothing_is_a_number_all_the_same() -> Outcome {
    let mut reader = Reader::new("orders.csv", ReadOptions::default());
    reader.push(b"date,sku,qty,discount,promo\n2026-01-05,A,2,0,0\n2026-01-06,A,3,0,0\n")?;
    let shop = Shop::open("orders.csv", vec![reader.finish()?], BuildOptions::default())?;
    assert_eq!(shop.extras().iter().map(|extra| extra.flag).collect::<Vec<_>>(), [false, true]);
    Ok(())
}

#[test]
fn a_run_plans_the_columns_that_it_is_told_of() -> Outcome {
    let mut shop = shop()?;
    let options = ForecastOptions {
        horizon: 4,
        model: "ets".into(),
        levels: forecast::DEFAULT_LEVELS.into(),
        folds: 1,
        clean: tillcast::panel::clean::CleanOptions::default(),
        errors: false,
    };
    for frequency in [Frequency::Day, Frequency::Week] {
        shop.regroup(frequency)?;
        let (known, _) = shop.ahead(&names(&["price", "promo"]), &[row(None, 1, 1.0)], options.horizon)?;
        let run = pollster::block_on(forecast::run(&shop, &options, &known, &context(), &|_| ()))?;
        let planned = |run: &forecast::Run| -> Vec<String> {
            run.panel.columns().iter().filter(|column| column.planned).map(|column| column.name.clone()).collect()
        };
        assert_eq!((run.panel.frequency(), planned(&run)), (frequency, names(&["price", "promo"])));
        assert_eq!(run.known, known);
        let (nothing, note) = shop.ahead(&[], &[], options.horizon)?;
        assert!(note.is_none());
        let run = pollster::block_on(forecast::run(&shop, &options, &nothing, &context(), &|_| ()))?;
        assert_eq!(planned(&run), [""; 0]);
    }
    Ok(())
}

#[test]
fn what_is_said_by_days_tells_of_weeks_what_days_of_the_past_do_and_back() -> Outcome {
    let mut shop = shop()?;
    let columns = names(&["promo", "price"]);
    let said = |product: Option<&str>, step: usize, values: [f64; 2]| AheadRow {
        per: Some(Frequency::Day),
        values: values.to_vec(),
        ..row(product, step, 0.0)
    };
    shop.regroup(Frequency::Week)?;
    let weeks = shop.usual(&columns, &[], 3, Some(2))?;
    let monday = (0..14).find(|&step| day(DAYS + step as i32) == weeks.dates[1]).ok_or("a Monday within two weeks")?;
    let promoted = (0..3).map(|step| said(None, monday + step, [1.0, f64::NAN]));
    let rows: Vec<_> = promoted.chain([said(Some("P2"), monday, [f64::NAN, 4.0])]).collect();
    let share = 3.0 / 7.0;
    let price = (4.0 + 6.0 * 7.5) / 7.0;
    let (known, note) = shop.ahead(&columns, &rows, 3)?;
    let near = |found: Option<&[f64]>, wanted: [f64; 3]| {
        found.is_some_and(|found| found.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-12))
    };
    assert!(near(known.values("promo", 0), [0.0, share, 0.0]), "{:?}", known.values("promo", 0));
    assert!(near(known.values("price", 2), [7.5, price, 7.5]), "{:?}", known.values("price", 2));
    assert!(near(known.values("price", 1), [6.5, 6.5, 6.5]));
    assert!(note.is_some_and(|note| note.count == Some(2 * 8 * 3)), "no week is told wholly");
    let table = shop.usual(&columns, &rows, 3, Some(2))?;
    assert!(near(Some(&table.columns[0]), [0.0, share, 0.0]) && near(Some(&table.columns[1]), [7.5, price, 7.5]));
    // What is said of the week itself goes before.
    let date = weeks.dates[1].clone();
    let own = AheadRow { date, per: Some(Frequency::Week), ..said(None, 0, [1.0, f64::NAN]) };
    let both: Vec<_> = rows.iter().cloned().chain([own.clone()]).collect();
    assert_eq!(shop.ahead(&columns, &both, 3)?.0.values("promo", 0), Some(&[0.0, 1.0, 0.0][..]));
    // A week tells each of its days; one of them may be told apart.
    shop.regroup(Frequency::Day)?;
    let days = monday + 9;
    let (known, _) = shop.ahead(&columns, &[own.clone(), said(None, monday + 1, [0.0, f64::NAN])], days)?;
    let told = known.values("promo", 0).ok_or("no column")?;
    let wanted = |step: usize| f64::from(u8::from((monday..monday + 7).contains(&step) && step != monday + 1));
    assert!(told.iter().enumerate().all(|(step, value)| *value == wanted(step)), "{told:?}");
    let bad = AheadRow { date: "soon".into(), ..own };
    assert!(shop.usual(&columns, &[bad], 3, None).is_err_and(|error| error.code() == "bad-date"));
    Ok(())
}
