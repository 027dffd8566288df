//! Young products in a shop of exactly two years: what others know of the year is theirs too.

mod common;

use common::{context, noise};
use tillcast::calendar::Frequency;
use tillcast::models::LEVELS;
use tillcast::panel::{KnownAhead, Panel, Series};
use tillcast::session::forecast::{DEFAULT_FOLDS, ForecastOptions, STATISTICAL, answer};

const WEEKS: usize = 104;
const HORIZON: usize = 8;
const OLD: usize = 40;

/// The year's share: five weeks of Christmas, which end with the history.
fn christmas(week: usize) -> f64 {
    [1.6, 2.2, 3.0, 3.4, 2.6][..].get((week % 52).wrapping_sub(47)).copied().unwrap_or(1.0)
}

/// What product `place` sells in a week; each has a year of its own besides, which only its own past tells.
fn sold(place: usize, week: usize) -> f64 {
    let own = 1.0 + 0.4 * libm::sin((week as f64 / 52.0 + noise(place, 999)) * std::f64::consts::TAU);
    let level = 20.0 + 60.0 * noise(place, 1_000);
    (level * own * christmas(week) * (0.85 + 0.3 * noise(place, week))).round()
}

/// Old products first, then young ones, born 20 to 45 weeks before the end.
fn shop(young: usize) -> tillcast::Result<Panel> {
    let series = |place: usize| {
        let from = if place < OLD { 0 } else { WEEKS - 20 - 25 * (place - OLD) / young };
        let id = format!("p{place}");
        let info = Series { name: id.clone(), id, store: None, category: None, start: 2_812 + from as i32 };
        (info, (from..WEEKS).map(|week| sold(place, week)).collect())
    };
    Panel::new(Frequency::Week, (0..OLD + young).map(series).collect())
}

#[test]
fn young_products_fall_with_the_shop_after_christmas() -> Result<(), Box<dyn std::error::Error>> {
    for young in [3, 6, 24] {
        let panel = shop(young)?;
        let options = ForecastOptions {
            horizon: HORIZON,
            model: STATISTICAL.into(),
            levels: vec![0.5],
            folds: DEFAULT_FOLDS,
            clean: Default::default(),
            errors: false,
        };
        let made =
            pollster::block_on(answer(&panel, &options, &KnownAhead::default(), &context()))?.forecast.whole()?;
        let median = LEVELS.iter().position(|level| *level == 0.5).ok_or("no median")?;
        let of = |places: std::ops::Range<usize>| {
            let said: f64 = places.clone().flat_map(|place| made.series[place].quantiles.column(median).to_vec()).sum();
            let came: f64 = places.flat_map(|place| (WEEKS..WEEKS + HORIZON).map(move |week| sold(place, week))).sum();
            said / came
        };
        let (old, new) = (of(0..OLD), of(OLD..OLD + young));
        assert!((0.8..1.25).contains(&old), "{young} young: old products are forecast {old:.2} times what came");
        assert!((0.75..1.35).contains(&new), "{young} young: they are forecast {new:.2} times what came");
    }
    Ok(())
}
