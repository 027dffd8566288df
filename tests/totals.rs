//! Totals over a span hold as often as they say, for rare sellers too, whose single days have no lower half.
#![allow(missing_docs, reason = "tests")]

mod common;

use common::{context, noise, panel};
use tillcast::calendar::Frequency;
use tillcast::models::local::{Local, Method};
use tillcast::models::{Forecaster, SeriesForecast};
use tillcast::panel::KnownAhead;

const PRODUCTS: usize = 200;
const HISTORY: usize = 200;
const DAYS: usize = 28;

fn forecast(method: Method, sold: Vec<Vec<f64>>, horizon: usize) -> tillcast::Result<Vec<SeriesForecast>> {
    let (panel, known, cx) = (panel(Frequency::Day, sold)?, KnownAhead::default(), context());
    let model = Local(method);
    let made = pollster::block_on(async { model.fit(&panel, horizon, &cx).await?.predict(horizon, &known, &cx).await });
    Ok(made?.series)
}

/// Of many products sold on days that a coin decides: shares of totals below the 10 % quantile, among those where it
/// is above 0, and above the 90 % quantile, among all; and the number of the former.
fn missed(method: Method, chance: f64) -> tillcast::Result<(f64, f64, usize)> {
    let (mut below, mut lows, mut above) = (0, 0, 0);
    let sold = |product: usize, day: usize| f64::from(noise(product + 1000, day + 7) < chance);
    let past = (0..PRODUCTS).map(|product| (0..HISTORY).map(|day| sold(product, day)).collect()).collect();
    for (product, made) in forecast(method, past, DAYS)?.iter().enumerate() {
        let came: f64 = (HISTORY..HISTORY + DAYS).map(|day| sold(product, day)).sum();
        let (low, high) = (made.total_quantile(0.1), made.total_quantile(0.9));
        assert!(made.total.is_sorted() && made.total.iter().all(|value| *value >= 0.0), "{:?}", made.total);
        if low > 0.0 {
            lows += 1;
            below += usize::from(came < low);
        }
        above += usize::from(came > high);
    }
    Ok((below as f64 / lows.max(1) as f64, above as f64 / PRODUCTS as f64, lows))
}

#[test]
fn totals_of_rare_sellers_hold_as_often_as_they_say() -> tillcast::Result<()> {
    // A rule that repeats seven days knows nothing of what sells every third week.
    let seasonal: &[f64] = &[0.15, 0.3];
    let cases = [(Method::MovingAverage, &[0.05, 0.15, 0.3][..]), (Method::SeasonalNaive, seasonal)];
    let mut wrong = Vec::new();
    for (method, chances) in cases {
        for &chance in chances {
            let (below, above, lows) = missed(method, chance)?;
            println!("{} {chance}: {below:.3} of {lows} below, {above:.3} above", method.name());
            if above > 0.18 || (lows >= PRODUCTS / 10 && below > 0.2) {
                wrong.push(format!("{} {chance}: {below} below, {above} above", method.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    Ok(())
}

#[test]
fn the_total_of_one_step_is_that_step() -> tillcast::Result<()> {
    let sold: Vec<f64> = (0..HISTORY).map(|day| (10.0 * noise(1, day)).floor()).collect();
    for method in [Method::MovingAverage, Method::SeasonalNaive] {
        let made = forecast(method, vec![sold.clone()], 1)?;
        assert_eq!(made[0].total, made[0].quantiles.row(0).to_vec(), "{}", method.name());
    }
    Ok(())
}
