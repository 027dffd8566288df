//! Goods that ran out: found in the invented shop, whose truth is known, and not taken for goods that nobody wanted.
#![allow(missing_docs, reason = "tests")]

mod common;

use tillcast::ingest::{ReadOptions, Reader};
use tillcast::panel::KnownAhead;
use tillcast::panel::Panel;
use tillcast::panel::build::BuildOptions;
use tillcast::panel::quality::{Silence, SoldOn, stock_outs};
use tillcast::sample::{DEFAULT_LAST_DAY, DEFAULT_SEED, TrueProduct, Truth, write};
use tillcast::session::shop::Shop;
use tillcast::session::tables;

const HORIZON: usize = 28;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Shops other than those that the detection was set by.
const SEEDS: std::ops::Range<u64> = 5000..5016;

fn shop(seed: u64, counted: &[&str]) -> Outcome<(Shop, Truth)> {
    let made = write(DEFAULT_SEED + seed, DEFAULT_LAST_DAY);
    let counted = counted.iter().map(|&kind| kind.to_owned()).collect();
    let mut reader = Reader::new("orders.csv", ReadOptions { counted, ..ReadOptions::default() });
    reader.push(&made.csv)?;
    Ok((Shop::open("orders.csv", vec![reader.finish()?], BuildOptions::default())?, made.truth))
}

fn true_product<'a>(truth: &'a Truth, panel: &Panel, index: usize) -> Outcome<&'a TrueProduct> {
    let id = &panel.series(index).id;
    truth.products.iter().find(|product| product.id == *id).ok_or_else(|| format!("{id} is none of the shop's").into())
}

#[test]
fn what_is_told_to_have_run_out_has() -> Outcome {
    let (mut told, mut wrong, mut days, mut days_wrong, mut long, mut long_told) = (0, 0, 0, 0, 0, 0);
    for seed in SEEDS {
        let (shop, truth) = shop(seed, &[])?;
        let panel = shop.built.panel.as_written();
        let found = stock_outs(&panel, &SoldOn::new(&panel));
        for one in &found {
            let product = true_product(&truth, &panel, one.series.ok_or("of no product")?)?;
            let is_out = |day: &i32| product.stock_outs.iter().any(|(from, to)| (*from..=*to).contains(day));
            let right = (one.from..one.until).filter(is_out).count() as i32;
            told += 1;
            wrong += i32::from(right == 0);
            days += one.until - one.from;
            days_wrong += one.until - one.from - right;
        }
        for (index, product) in (0..panel.len()).map(|index| (index, true_product(&truth, &panel, index))) {
            for (from, to) in &product?.stock_outs {
                let rate = |day: i32| {
                    true_product(&truth, &panel, index).map(|one| one.expected[(day - truth.first_day) as usize])
                };
                let expected: f64 = (*from..=*to).filter_map(|day| rate(day).ok()).sum();
                // So many pieces missed that chance is out of the question.
                if expected > 25.0 {
                    long += 1;
                    let meets = |one: &Silence| one.series == Some(index) && one.from <= *to && one.until > *from;
                    long_told += i32::from(found.iter().any(meets));
                }
            }
        }
    }
    println!("told {told}, wrong {wrong}; {days} days, {days_wrong} of them wrong; {long_told} of {long} large ones");
    assert!(told > 40, "{told}");
    assert!(f64::from(wrong) <= 0.05 * f64::from(told), "{wrong} of {told} are wrong");
    assert!(f64::from(days_wrong) <= 0.15 * f64::from(days), "{days_wrong} of {days} days are wrong");
    assert!(f64::from(long_told) >= 0.85 * f64::from(long), "{long_told} of {long} large ones");
    Ok(())
}

/// What is known of the days on which goods had run out.
#[derive(Clone, Copy)]
enum Told {
    /// What the shop's own data tell.
    Found,
    /// Nothing: they are days without sales.
    Nothing,
    /// All of them, and nothing else.
    Truth,
}

/// The mean forecasts of the four weeks that begin some days after goods had come back, of all of them.
fn demand(told: Told, days_later: i32) -> Outcome<f64> {
    let cx = common::context();
    let method = tables::model("moving-average")?;
    let known = KnownAhead { horizon: HORIZON, columns: Vec::new() };
    let mut sum = 0.0;
    for seed in SEEDS {
        let (shop, truth) = shop(seed, &[])?;
        let panel = match told {
            Told::Found => shop.built.panel,
            Told::Nothing => shop.built.panel.as_written(),
            Told::Truth => without_stock_outs(&shop.built.panel.as_written(), &truth)?,
        };
        for index in 0..panel.len() {
            for (_, to) in &true_product(&truth, &panel, index)?.stock_outs {
                let back = usize::try_from(panel.end(index) - (to + 1 + days_later))?;
                let train = panel.before(back).select(&[index]);
                let fitted = pollster::block_on(method.fit(&train, HORIZON, &cx))?;
                let made = pollster::block_on(fitted.predict(HORIZON, &known, &cx))?;
                sum += made.series[0].mean.iter().sum::<f64>();
            }
        }
    }
    Ok(sum)
}

/// The panel without the days on which goods had run out in truth.
fn without_stock_outs(panel: &Panel, truth: &Truth) -> Outcome<Panel> {
    let mut all = Vec::new();
    for index in 0..panel.len() {
        let product = true_product(truth, panel, index)?;
        let is_out = |day: i32| product.stock_outs.iter().any(|(from, to)| (*from..=*to).contains(&day));
        let days = panel.values(index).iter().zip(panel.series(index).start..);
        all.push(days.map(|(&value, day)| if is_out(day) { f64::NAN } else { value }).collect());
    }
    Ok(panel.with_values(all)?)
}

#[test]
fn goods_that_ran_out_are_forecast_nearly_as_if_they_had_not() -> Outcome {
    for (days_later, most) in [(0, 0.06), (7, 0.06), (28, 0.05)] {
        let true_demand = demand(Told::Truth, days_later)?;
        let bias = |told| demand(told, days_later).map(|said| said / true_demand - 1.0);
        let (found, nothing) = (bias(Told::Found)?, bias(Told::Nothing)?);
        println!("{days_later} days after: {:.1} %, with zeros {:.1} %", 100.0 * found, 100.0 * nothing);
        assert!(
            found.abs() <= most && found.abs() < 0.5 * nothing.abs(),
            "{days_later} days after: {found}, {nothing}"
        );
    }
    Ok(())
}
