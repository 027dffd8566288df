//! A peak that a shop of slow sellers has every year: seen twice, it is foreseen, though the months before it tell of none.

mod common;

use common::{context, noise};
use tillcast::calendar::Frequency;
use tillcast::panel::{KnownAhead, Panel, Series};
use tillcast::session::forecast::{DEFAULT_FOLDS, ForecastOptions, STATISTICAL, answer};

/// Two years and four months.
const DAYS: usize = 840;
const HORIZON: usize = 28;
const PRODUCTS: usize = 40;

/// What is sold for the usual, by days behind the cut-off: a rise that begins there and is at its height after 45 days.
fn peak(day: i32) -> f64 {
    let from = (day - DAYS as i32).rem_euclid(364);
    match from {
        0..45 => 1.0 + 3.0 * f64::from(from) / 45.0,
        45..60 => 4.0 - 3.0 * f64::from(from - 45) / 15.0,
        _ => 1.0,
    }
}

/// Pieces of a product on a day: a fraction of one usually.
fn sold(place: usize, day: usize) -> f64 {
    let mean = (0.2 + 0.6 * noise(place, 9_000)) * peak(day as i32);
    // Each half of a piece by its own chance.
    (0..8).map(|draw| f64::from(u8::from(noise(97 * place + draw, day) < mean / 8.0))).sum()
}

fn shop() -> tillcast::Result<Panel> {
    let series = |place: usize| {
        let id = format!("p{place}");
        let info = Series { name: id.clone(), id, store: None, category: None, start: 19_600 };
        (info, (0..DAYS).map(|day| sold(place, day)).collect())
    };
    Panel::new(Frequency::Day, (0..PRODUCTS).map(series).collect())
}

fn expected(model: &str) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    let (model, clean) = (model.into(), Default::default());
    let options =
        ForecastOptions { horizon: HORIZON, model, levels: vec![0.5], folds: DEFAULT_FOLDS, clean, errors: false };
    let made = pollster::block_on(answer(&shop()?, &options, &KnownAhead::default(), &context()))?;
    let series = made.forecast.whole()?.series;
    Ok((0..HORIZON).map(|step| series.iter().map(|one| one.mean[step]).sum()).collect())
}

#[test]
fn a_peak_of_every_year_is_foreseen() -> Result<(), Box<dyn std::error::Error>> {
    let came = |steps: std::ops::Range<usize>| -> f64 {
        steps.flat_map(|step| (0..PRODUCTS).map(move |place| sold(place, DAYS + step))).sum()
    };
    let made = expected(STATISTICAL)?;
    let (early, late) = (made[..7].iter().sum::<f64>() / came(0..7), made[21..].iter().sum::<f64>() / came(21..28));
    assert!((0.75..1.3).contains(&early) && (0.75..1.3).contains(&late), "first week {early:.2}, last {late:.2}");
    // By its own name a method is as it is.
    let plain = expected("moving-average")?;
    let rise = plain[21..].iter().sum::<f64>() / plain[..7].iter().sum::<f64>();
    assert!((0.8..1.2).contains(&rise), "a moving average knows no year, but rises {rise:.2} times");
    Ok(())
}
