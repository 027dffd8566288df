//! Goods that had run out when the history ends: what they would have sold then is unknown to every method.
#![allow(missing_docs, reason = "tests")]

mod common;

use common::{context, noise, panel};
use tillcast::calendar::Frequency;
use tillcast::models::{Forecast, Forecaster, Scope};
use tillcast::panel::{KnownAhead, Panel};
use tillcast::session::tables::MODELS;

type Outcome = Result<(), Box<dyn std::error::Error>>;

const HORIZON: usize = 14;

fn forecast(model: &dyn Forecaster, panel: &Panel, horizon: usize) -> tillcast::Result<Forecast> {
    let known = KnownAhead { horizon, columns: Vec::new() };
    let cx = context();
    pollster::block_on(async { model.fit(panel, horizon, &cx).await?.predict(horizon, &known, &cx).await })
}

/// What it sells of a lamp on a day, or in a week or month: the last ones before it had run out were poor.
fn lamp(place: usize, last: usize) -> f64 {
    let usual = 10.0 + 4.0 * noise(3, place);
    if place >= last { 2.0 } else { usual.round() }
}

#[test]
fn what_ran_out_at_the_end_is_forecast_as_from_its_last_day_in_stock() -> Outcome {
    for (frequency, known, out) in [(Frequency::Day, 200, 24), (Frequency::Week, 40, 5), (Frequency::Month, 30, 2)] {
        let values: Vec<f64> = (0..known).map(|place| lamp(place, known - 1)).collect();
        let gone: Vec<f64> = values.iter().copied().chain(std::iter::repeat_n(f64::NAN, out)).collect();
        let (then, now) = (panel(frequency, vec![values])?, panel(frequency, vec![gone])?);
        for row in MODELS.iter().filter(|row| row.scope == Scope::Local) {
            let (model, name) = ((row.make)(), row.name);
            let from_then = forecast(&*model, &then, HORIZON + out)?;
            let from_now = forecast(&*model, &now, HORIZON)?;
            let (then, now) = (&from_then.series[0], &from_now.series[0]);
            assert_eq!((&then.model, then.start + out as i32), (&now.model, now.start));
            assert_eq!(then.mean[out..], now.mean, "{name} by the {}", frequency.name());
            assert_eq!(then.quantiles.row(HORIZON + out - 1), now.quantiles.row(HORIZON - 1), "{name}");
            let totals = [0.1, 0.5, 0.9].map(|level| (now.total_quantile(level), then.total_quantile(level)));
            assert!(totals.iter().all(|(now, then)| now <= then) && totals[2].0 < totals[2].1, "{name}: {totals:?}");
        }
    }
    Ok(())
}
