//! Shops most of whose products have stopped selling.

mod common;

use common::{context, noise};
use tillcast::calendar::Frequency;
use tillcast::models::LEVELS;
use tillcast::panel::{KnownAhead, Panel, Series, Unknown};
use tillcast::session::forecast::{DEFAULT_FOLDS, ForecastOptions, STATISTICAL, answer};

/// Ice creams of one summer, sold out of the shop for five months, and tea all the year.
fn shop() -> tillcast::Result<Panel> {
    let series = |place: usize| {
        let sold = |day: usize| match place {
            0 => 5.0 + (5.0 * noise(0, day)).floor(),
            _ if day >= 214 => 0.0,
            _ => 4.0 + place as f64 + (9.0 * noise(place, day)).floor(),
        };
        let id = format!("p{place}");
        let info = Series { name: id.clone(), id, store: None, category: None, start: 19_814 };
        (info, (0..359).map(sold).collect())
    };
    let panel = Panel::new(Frequency::Day, (0..31).map(series).collect())?;
    Ok(panel.clone().with_unknown(Unknown { gaps: true, stock_outs: true, counted_out: true }, &panel))
}

#[test]
fn what_has_ended_most_likely_sells_nothing_and_the_rest_goes_on() -> Result<(), Box<dyn std::error::Error>> {
    let panel = shop()?;
    let options = ForecastOptions {
        horizon: 28,
        model: STATISTICAL.into(),
        levels: vec![0.5],
        folds: DEFAULT_FOLDS,
        clean: Default::default(),
        errors: false,
    };
    let made = pollster::block_on(answer(&panel, &options, &KnownAhead::default(), &context()))?.forecast.whole()?;
    let at = |level: f64| LEVELS.iter().position(|known| (known - level).abs() < 1e-9).ok_or("no such level");
    let tea = &made.series[0];
    assert!((150.0..250.0).contains(&tea.total[at(0.5)?]), "{:?}", tea.total);
    for ice in &made.series[1..] {
        assert!(ice.total[at(0.8)?] == 0.0 && ice.total.iter().all(|value| value.is_finite()), "{:?}", ice.total);
    }
    Ok(())
}
