//! A peak that a shop has every year: foreseen though the months before it tell of none, forgotten once it is over, and not
//! invented from what was no season.

mod common;

use std::ops::Range;

use common::{context, noise};
use tillcast::calendar::Frequency;
use tillcast::panel::{KnownAhead, Panel, Series};
use tillcast::session::forecast::{DEFAULT_FOLDS, ForecastOptions, STATISTICAL, answer};

/// Two years and four months.
const DAYS: usize = 840;
const HORIZON: usize = 28;
const PRODUCTS: usize = 30;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A shop of slow sellers by days.
struct Shop<F: Fn(usize, i32) -> f64> {
    days: usize,
    /// What a product sells on a day for its usual.
    factor: F,
    /// First day of a product.
    start: fn(usize) -> usize,
    category: fn(usize) -> Option<&'static str>,
}

impl<F: Fn(usize, i32) -> f64> Shop<F> {
    fn new(days: usize, factor: F) -> Self {
        Self { days, factor, start: |_| 0, category: |_| None }
    }

    fn mean(&self, place: usize, day: usize) -> f64 {
        (0.2 + 0.6 * noise(place, 9_000)) * (self.factor)(place, day as i32)
    }

    /// Pieces, each eighth of the mean by its own chance.
    fn sold(&self, place: usize, day: usize) -> f64 {
        let mean = self.mean(place, day);
        let draws = (8.0 * mean.max(1.0)) as usize;
        let chance = mean / draws as f64;
        (0..draws).map(|draw| f64::from(u8::from(noise(97 * place + 31_337 * draw, day) < chance))).sum()
    }

    fn panel(&self) -> tillcast::Result<Panel> {
        let series = |place: usize| {
            let (id, from) = (format!("p{place}"), (self.start)(place));
            let category = (self.category)(place).map(str::to_owned);
            let info = Series { name: id.clone(), id, store: None, category, start: 19_600 + from as i32 };
            (info, (from..self.days).map(|day| self.sold(place, day)).collect())
        };
        Panel::new(Frequency::Day, (0..PRODUCTS).map(series).collect())
    }

    /// Means of each product by step.
    fn expected(&self, model: &str) -> Result<Vec<Vec<f64>>, Box<dyn std::error::Error>> {
        let (model, clean) = (model.into(), Default::default());
        let options =
            ForecastOptions { horizon: HORIZON, model, levels: vec![0.5], folds: DEFAULT_FOLDS, clean, errors: false };
        let made = pollster::block_on(answer(&self.panel()?, &options, &KnownAhead::default(), &context()))?;
        Ok(made.forecast.whole()?.series.into_iter().map(|series| series.mean).collect())
    }

    /// What the choice expects of some products over what is the truth, by weeks.
    fn weeks(&self, products: Range<usize>) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
        let made = self.expected(STATISTICAL)?;
        let ratio = |week: usize| {
            let steps = || (7 * week..7 * week + 7).flat_map(|step| products.clone().map(move |place| (place, step)));
            let expected: f64 = steps().map(|(place, step)| made[place][step]).sum();
            expected / steps().map(|(place, step)| self.mean(place, self.days + step)).sum::<f64>()
        };
        Ok((0..HORIZON / 7).map(ratio).collect())
    }
}

/// What is sold for the usual where a rise of 45 days to four times as much, and a fall of 15, began so many days before
/// `day` in each year.
fn peak(since: i32) -> f64 {
    match since.rem_euclid(364) {
        from @ 0..45 => 1.0 + 3.0 * f64::from(from) / 45.0,
        from @ 45..60 => 4.0 - 3.0 * f64::from(from - 45) / 15.0,
        _ => 1.0,
    }
}

fn all_within(weeks: &[f64], range: Range<f64>) {
    assert!(weeks.iter().all(|week| range.contains(week)), "expected over true, by weeks: {weeks:.2?}");
}

#[test]
fn a_peak_of_every_year_is_foreseen() -> Tested {
    let shop = Shop::new(DAYS, |_, day| peak(day - DAYS as i32));
    all_within(&shop.weeks(0..PRODUCTS)?, 0.8..1.2);
    // By its own name a method is as it is.
    let plain = shop.expected("moving-average")?;
    let sum = |steps: Range<usize>| -> f64 { plain.iter().map(|mean| mean[steps.clone()].iter().sum::<f64>()).sum() };
    let rise = sum(21..28) / sum(0..7);
    assert!((0.8..1.2).contains(&rise), "a moving average knows no year, but rises {rise:.2} times");
    Ok(())
}

#[test]
fn a_season_that_is_over_is_not_in_the_level() -> Tested {
    // It ended eight days ago; of fast sellers, whose level is known well.
    all_within(&Shop::new(DAYS, |_, day| 10.0 * peak(day - DAYS as i32 + 68)).weeks(0..PRODUCTS)?, 0.9..1.12);
    Ok(())
}

#[test]
fn a_product_that_went_viral_is_no_season_of_the_others() -> Tested {
    let factor = |place: usize, day: i32| if place == 3 && (346..356).contains(&day) { 120.0 } else { 1.0 };
    // Five times what all others sell together: what is left of it is half believed, as no second year tells of it.
    all_within(&Shop::new(700, factor).weeks(4..PRODUCTS)?, 0.8..1.6);
    Ok(())
}

#[test]
fn the_first_weeks_of_a_shop_are_no_quiet_season() -> Tested {
    let ramp = |_: usize, day: i32| (0.1 + 0.01 * f64::from(day)).min(1.0);
    all_within(&Shop::new(400, ramp).weeks(0..PRODUCTS)?, 0.8..1.2);
    Ok(())
}

#[test]
fn goods_that_were_launched_or_given_up_are_no_season_of_the_others() -> Tested {
    let is_old = |place: usize| place < PRODUCTS / 2;
    let mut launched = Shop::new(DAYS, |_, day| peak(day - DAYS as i32));
    launched.start = |place| if place < PRODUCTS / 2 { 480 } else { 0 };
    all_within(&launched.weeks(0..PRODUCTS)?, 0.8..1.25);
    // Nearly all of them launched, with zeros written before.
    let few = |place: usize, day: i32| if place >= 4 && day < 490 { 0.0 } else { 5.0 };
    all_within(&Shop::new(DAYS, few).weeks(0..PRODUCTS)?, 0.85..1.2);
    let given_up = move |place: usize, day: i32| match is_old(place) {
        true if day >= 660 => 0.0,
        true => peak(day - DAYS as i32),
        false => 1.0,
    };
    all_within(&Shop::new(DAYS, given_up).weeks(PRODUCTS / 2..PRODUCTS)?, 0.8..1.2);
    Ok(())
}

#[test]
fn a_small_category_has_its_own_year_or_none() -> Tested {
    let factor = |place: usize, day: i32| if place < 8 { 1.0 } else { peak(day - DAYS as i32) };
    let mut shop = Shop::new(DAYS, factor);
    shop.category = |place| Some(if place < 8 { "soap" } else { "cards" });
    all_within(&shop.weeks(0..8)?, 0.75..1.3);
    all_within(&shop.weeks(8..PRODUCTS)?, 0.8..1.2);
    Ok(())
}
