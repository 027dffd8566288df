//! What the invented shop's customers want on which day, and what of it could be sold.

use super::catalog::{CATALOG, Item};
use super::random::Random;
use super::{DAYS, Promotion, TrueProduct};
use crate::calendar::date_from_days;
use crate::calendar::holidays::Holiday;

const SHOP_GROWTH: f64 = 0.16;
/// Price elasticity: demand follows price to the power of minus this.
const ELASTICITY: f64 = 2.0;
/// Visits that Black Friday's promotion brings beyond its prices.
const BLACK_FRIDAY_VISITS: f64 = 1.7;
/// Spread of the factor that all products of a day share.
const DAY_SPREAD: f64 = 0.08;
/// Spread of each product's own factor: makes sales more scattered than Poisson, as real ones are.
const PRODUCT_SPREAD: f64 = 0.30;
/// Days until a launched product has found two thirds of its buyers.
const RAMP_DAYS: f64 = 14.0;
/// Prices rise once, on this day, by this factor.
const PRICE_RISE: (usize, f64) = (400, 1.04);
/// No stock-out begins in the last weeks, so that the forecast starts from a shop that can sell.
const CALM_END_DAYS: usize = 40;

/// Promotions, stock-outs, expected demand and sales of all products from `first_day` on.
pub(super) fn shop(random: &mut Random, first_day: i32) -> Vec<TrueProduct> {
    let day_factors: Vec<f64> = (0..DAYS).map(|_| random.shock(DAY_SPREAD)).collect();
    CATALOG.iter().map(|item| product(item, random, first_day, &day_factors)).collect()
}

fn product(item: &Item, random: &mut Random, first_day: i32, day_factors: &[f64]) -> TrueProduct {
    let promotions = promotions(item, random, first_day);
    let stock_outs = stock_outs(item, random, first_day);
    let last = if item.ended == 0 { DAYS } else { item.ended };
    let mut made = TrueProduct {
        id: if item.sku.is_empty() { item.name } else { item.sku }.to_owned(),
        sku: item.sku.to_owned(),
        name: item.name.to_owned(),
        launched: (item.launched > 0).then(|| first_day + item.launched as i32),
        ended: (item.ended > 0).then(|| first_day + item.ended as i32),
        promotions,
        stock_outs,
        price_cents: Vec::with_capacity(DAYS),
        expected: Vec::with_capacity(DAYS),
        sold: Vec::with_capacity(DAYS),
    };
    for (place, &day_factor) in day_factors.iter().enumerate() {
        let day = first_day + place as i32;
        let promotion = made.promotions.iter().filter(|promotion| (promotion.from..=promotion.to).contains(&day));
        let discount = promotion.map(|promotion| promotion.price_factor).fold(1.0, f64::min);
        let rise = if place >= PRICE_RISE.0 { PRICE_RISE.1 } else { 1.0 };
        made.price_cents.push((f64::from(item.price_cents) * rise * discount).round() as u32);
        let expected = if (item.launched..=last).contains(&place) {
            usual_demand(item, place, day) * libm::pow(discount, -ELASTICITY)
        } else {
            0.0
        };
        made.expected.push(expected);
        // Drawn in any case, so that a stock-out does not shift the luck of later days.
        let wanted = random.shock(PRODUCT_SPREAD);
        let wanted = random.poisson(expected * day_factor * wanted);
        let is_out = made.stock_outs.iter().any(|(from, to)| (*from..=*to).contains(&day));
        made.sold.push(if is_out { 0 } else { wanted });
    }
    made
}

/// Expected units at the usual price.
fn usual_demand(item: &Item, place: usize, day: i32) -> f64 {
    let years = place as f64 / 365.25;
    let growth = libm::pow(1.0 + SHOP_GROWTH, years) * libm::pow(1.0 + item.trend, years);
    let date = date_from_days(day);
    let weekday = item.theme.weekdays()[date.weekday().to_monday_zero_offset() as usize];
    let (strength, peak) = item.theme.wave();
    let season = 1.0 + strength * libm::cos(std::f64::consts::TAU * (f64::from(date.day_of_year()) - peak) / 365.25);
    let pulls = [Holiday::ValentinesDay, Holiday::Easter, Holiday::MothersDay, Holiday::FathersDay, Holiday::Christmas];
    let holidays: f64 = pulls
        .into_iter()
        .filter_map(|holiday| Some(item.theme.pull(holiday) * nearness(holiday, holiday.day(date.year())? - day)))
        .sum();
    // Right after Christmas people have what they need.
    let lull = if date.month() == 1 && date.day() <= 20 { 0.82 } else { 1.0 };
    let friday = Holiday::BlackFriday.day(date.year()).unwrap_or(i32::MAX);
    let visits = if (friday..=friday.saturating_add(3)).contains(&day) { BLACK_FRIDAY_VISITS } else { 1.0 };
    let ramp =
        if item.launched > 0 { 1.0 - libm::exp(-((place - item.launched) as f64 + 2.0) / RAMP_DAYS) } else { 1.0 };
    let fade = if item.ended > 0 { (0.3 + (item.ended - place) as f64 / 60.0).min(1.0) } else { 1.0 };
    item.base * growth * weekday * season * (1.0 + holidays) * lull * visits * ramp * fade
}

/// How strongly a holiday pulls `ahead` days before it: rises to the last day a parcel arrives in time, then falls.
fn nearness(holiday: Holiday, ahead: i32) -> f64 {
    let (reach, parcel) = if holiday == Holiday::Christmas { (40, 7) } else { (16, 4) };
    if ahead < 0 || ahead > reach {
        0.0
    } else if ahead >= parcel {
        1.0 - f64::from(ahead - parcel) / f64::from(reach - parcel + 1)
    } else {
        f64::from(ahead) / f64::from(parcel) * 0.6
    }
}

fn promotions(item: &Item, random: &mut Random, first_day: i32) -> Vec<Promotion> {
    let mut promotions = Vec::new();
    let last_day = first_day + DAYS as i32 - 1;
    let mut add = |from: i32, days: i32, price_factor: f64| {
        if from >= first_day && from + days - 1 <= last_day {
            promotions.push(Promotion { from, to: from + days - 1, price_factor });
        }
    };
    for year in date_from_days(first_day).year()..=date_from_days(last_day).year() {
        if let Some(friday) = Holiday::BlackFriday.day(year) {
            add(friday, 4, 0.8);
        }
        if let (Some(new_year), super::catalog::Theme::Home | super::catalog::Theme::Christmas) =
            (Holiday::NewYear.day(year), item.theme)
        {
            add(new_year + 1, 11, 0.7);
        }
    }
    // Drawn for every product, so that the catalogue's order alone decides on the luck.
    let half_years = 4;
    for half in 0..half_years {
        let wanted = random.chance(0.5) && item.base >= 0.3;
        let start = random.between(half * DAYS / half_years, (half + 1) * DAYS / half_years);
        let factor = [0.75, 0.8, 0.85, 0.9][random.between(0, 4)];
        let days = 5 + random.between(0, 6) as i32;
        if wanted && start > item.launched + 60 {
            add(first_day + start as i32, days, factor);
        }
    }
    promotions
}

fn stock_outs(item: &Item, random: &mut Random, first_day: i32) -> Vec<(i32, i32)> {
    let happens = random.chance(0.4) && item.base >= 0.5;
    let start = random.between(60, DAYS - CALM_END_DAYS - 20);
    let days = 4 + random.between(0, 14);
    let is_sold = start > item.launched + 60 && (item.ended == 0 || start + days < item.ended);
    let from = first_day + start as i32;
    if happens && is_sold { vec![(from, from + days as i32 - 1)] } else { Vec::new() }
}
