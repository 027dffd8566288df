//! Means that go by the week of the shop.
//!
//! The quantiles of goods that sell a few pieces a week are the same small counts on most weekdays, so that weights that are
//! learned on quantiles favour methods without a season, and the sum of many such means is flat where the shop's sales are
//! not. All products together know the week: each weekday's share of the last year's sales, every product counting by how
//! certain its sales are (seasonal indices of a group; Dekker, van Donselaar and Ouwehand 2004). At past origins the sums of
//! expected sales had a week of their own; the quotient of the two is put on the means, by kind of demand, as far as the
//! pieces that the products sold together each day would have been missed by less. Sums over the horizon and all quantiles
//! stay as they are. The wrong choice for a product whose week is the shop's turned round, and for a week that is another
//! from month to month, where the past says not to.

use std::collections::BTreeMap;

use crate::calendar::Frequency;
use crate::evaluate::backtest::actuals;
use crate::models::SeriesForecast;
use crate::panel::Panel;

use super::calibrate::kind_of;
use super::misses::KINDS;

const DAYS: usize = 7;
/// Days that the week is taken from.
const HISTORY: usize = 52 * DAYS;
/// Least variance of a day's sales, for its mean, so that one product that hardly varies does not speak for all.
const LEAST_DISPERSION: f64 = 0.2;
/// A weekday of which less is expected, for the mean of a week, is one on which the shop is closed, and stays so.
const OPEN: f64 = 0.05;
/// Largest factor of a weekday, and inverse of the least, before the sum over the horizon is restored.
const MOST: f64 = 2.0;
/// How far means take the week.
const TRUSTS: [f64; 4] = [0.25, 0.5, 0.75, 1.0];
/// Origins, products at each and at all of them taken together, and standard errors of a day that must speak for it. By one error the
/// misses of whole shops' days fell by 5 to 8 % where products sell a few pieces a week (the sample shop, and three origins
/// before the test parts of Online Retail), and rose by 1 % where methods know the week (NN5, store_item); by two the
/// sample shop's means stayed flat at three origins of four.
const ORIGINS: usize = 2;
const EACH: usize = 10;
const LEAST: usize = 45;
const ERRORS: f64 = 1.0;

/// Kinds of demand, and all of them.
const GROUPS: usize = KINDS + 1;
const ALL: usize = KINDS;

/// A value for each weekday; a week begins on any day.
type Days = [f64; DAYS];

fn weekday(start: i32, step: usize) -> usize {
    (i64::from(start) + step as i64).rem_euclid(DAYS as i64) as usize
}

/// Groups that a product belongs to.
fn groups(kind: Option<usize>) -> impl Iterator<Item = usize> {
    kind.into_iter().chain([ALL])
}

/// Sales of a weekday for those of the mean one, by group; `NaN` where nothing is known.
fn weeks(panel: &Panel) -> [Days; GROUPS] {
    let (mut came, mut usual) = ([[0.0; DAYS]; GROUPS], [[0.0; DAYS]; GROUPS]);
    for index in 0..panel.len() {
        let (start, history) = (panel.series(index).start, panel.values(index));
        let (mut pieces, mut days, mut squares) = ([0.0; DAYS], [0.0; DAYS], 0.0);
        let from = history.len().saturating_sub(HISTORY);
        for (place, value) in history.iter().enumerate().skip(from).filter(|(_, value)| value.is_finite()) {
            let (value, day) = (value.max(0.0), weekday(start, place));
            pieces[day] += value;
            days[day] += 1.0;
            squares += value * value;
        }
        let (sold, count) = (pieces.iter().sum::<f64>(), days.iter().sum::<f64>());
        if sold <= 0.0 {
            continue;
        }
        let mean = sold / count;
        let dispersion = ((squares / count - mean * mean) / mean).max(LEAST_DISPERSION);
        for group in groups(kind_of(history)) {
            for day in 0..DAYS {
                came[group][day] += pieces[day] / dispersion;
                usual[group][day] += mean * days[day] / dispersion;
            }
        }
    }
    std::array::from_fn(|group| std::array::from_fn(|day| came[group][day] / usual[group][day]))
}

/// What was said and what came at an origin, day by day, of the products of a group whose forecasts start together.
#[derive(Debug, Clone, Default)]
struct Sums {
    products: usize,
    came: Vec<f64>,
    said: Vec<f64>,
}

impl Sums {
    /// Expected sales of each weekday for those of the mean one; none without a week of them.
    fn week(&self, start: i32) -> Option<Days> {
        let (mut sums, mut steps) = ([0.0; DAYS], [0.0; DAYS]);
        // A closure of a day, or one of which nothing is known, says nothing of its weekday.
        for (step, said) in self.said.iter().enumerate().filter(|(_, said)| **said > 0.0) {
            sums[weekday(start, step)] += said;
            steps[weekday(start, step)] += 1.0_f64;
        }
        let means: Days = std::array::from_fn(|day| sums[day] / steps[day].max(1.0));
        let mean = means.iter().sum::<f64>() / DAYS as f64;
        (self.said.len() >= DAYS && self.products >= EACH && mean > 0.0).then(|| means.map(|own| own / mean))
    }
}

/// An origin.
#[derive(Debug, Clone)]
struct Origin {
    /// Where the forecasts start, of most products.
    start: i32,
    /// The week as it was known there.
    weeks: [Days; GROUPS],
    sums: [Sums; GROUPS],
}

/// How the means of past origins went by the week.
#[derive(Debug, Clone, Default)]
pub struct Weeks(Vec<Origin>);

impl Weeks {
    /// Comes to the next origin, with the panel as it was there.
    pub fn arrive(&mut self, panel: &Panel) {
        if panel.frequency() == Frequency::Day {
            // A product that was launched only later is empty here, and starts elsewhere.
            let mut ends: BTreeMap<i32, usize> = BTreeMap::new();
            let known = (0..panel.len()).filter(|index| !panel.values(*index).is_empty());
            known.for_each(|index| *ends.entry(panel.end(index)).or_default() += 1);
            let start = ends.into_iter().max_by_key(|(_, products)| *products).map_or(0, |(end, _)| end);
            self.0.push(Origin { start, weeks: weeks(panel), sums: Default::default() });
        }
    }

    /// Adds what came of series `index`, of that kind, after the origin `back` periods before the end, to what was said.
    pub fn see(&mut self, panel: &Panel, back: usize, index: usize, kind: Option<usize>, said: &SeriesForecast) {
        let Some(now) = self.0.last_mut().filter(|now| now.start == said.start) else { return };
        let came = actuals(panel, index, back, said.mean.len());
        for group in groups(kind) {
            let Sums { products, came: all, said: expected } = &mut now.sums[group];
            *products += 1;
            all.resize(said.mean.len(), 0.0);
            expected.resize(said.mean.len(), 0.0);
            for (step, value) in came.iter().enumerate().filter(|(_, value)| value.is_finite()) {
                all[step] += value;
                expected[step] += said.mean[step];
            }
        }
    }

    /// What the past speaks for, of a panel as it is known now.
    pub fn indices(&self, panel: &Panel) -> Indices {
        let is_told = panel.frequency() == Frequency::Day && self.0.len() >= ORIGINS;
        let now = is_told.then(|| weeks(panel));
        Indices(std::array::from_fn(|group| now.and_then(|now| self.of_group(group, &now[group]))))
    }

    /// Factors of a group's weekdays; none where too few products speak of them.
    fn of_group(&self, group: usize, now: &Days) -> Option<Days> {
        let all = self.0.iter().map(|origin| (origin, &origin.sums[group]));
        let counted: Vec<(&Origin, &Sums, Days)> =
            all.filter_map(|(origin, sums)| Some((origin, sums, sums.week(origin.start)?))).collect();
        let origins = || counted.iter().map(|(origin, sums, _)| (*origin, *sums));
        let known: Vec<Days> = counted.iter().map(|(.., week)| *week).collect();
        let products: usize = origins().map(|(_, sums)| sums.products).sum();
        if known.len() < ORIGINS || products < LEAST {
            return None;
        }
        let said: Days =
            std::array::from_fn(|day| known.iter().map(|week| week[day]).sum::<f64>() / known.len() as f64);
        let best = TRUSTS
            .into_iter()
            .filter_map(|trust| {
                let more: Vec<f64> = origins()
                    .flat_map(|(origin, sums)| {
                        missed_more(origin.start, sums, &factors(&origin.weeks[group], &said, trust))
                    })
                    .collect();
                let days = more.len() as f64;
                let mean = more.iter().sum::<f64>() / days;
                let apart = more.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / days / days;
                (mean < -ERRORS * apart.sqrt()).then_some((trust, mean))
            })
            .min_by(|one, other| one.1.total_cmp(&other.1));
        // Where the past speaks of it but not for it, means stay.
        Some(best.map_or([1.0; DAYS], |(trust, _)| factors(now, &said, trust)))
    }
}

/// Factors on a week of expected sales that go so far towards the week.
fn factors(week: &Days, said: &Days, trust: f64) -> Days {
    std::array::from_fn(|day| {
        let is_told = week[day].is_finite() && said[day] >= OPEN;
        if is_told { libm::pow((week[day] / said[day]).clamp(1.0 / MOST, MOST), trust) } else { 1.0 }
    })
}

/// How much more sums of sales were missed by with these factors, day by day, for those of a mean day.
fn missed_more(start: i32, sums: &Sums, factors: &Days) -> Vec<f64> {
    let mean = sums.came.iter().sum::<f64>() / sums.came.len() as f64;
    let bent = bent(start, &sums.said, factors);
    let missed = |said: &[f64]| sums.came.iter().zip(said).map(|(came, said)| (said - came).abs()).collect::<Vec<_>>();
    let more = missed(&bent).into_iter().zip(missed(&sums.said)).map(|(bent, plain)| (bent - plain) / mean);
    if mean > 0.0 { more.collect() } else { Vec::new() }
}

/// Means with factors on their weekdays, and the same sum.
fn bent(start: i32, means: &[f64], factors: &Days) -> Vec<f64> {
    let mut made: Vec<f64> =
        means.iter().enumerate().map(|(step, mean)| mean * factors[weekday(start, step)]).collect();
    let (before, after) = (means.iter().sum::<f64>(), made.iter().sum::<f64>());
    if after > 0.0 {
        made.iter_mut().for_each(|mean| *mean *= before / after);
    }
    made
}

/// Seasonal indices of the week, as factors on means, by kind of demand, the last for all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Indices([Option<Days>; GROUPS]);

impl Indices {
    /// Gives means the week. Less than a week ahead is left as it is.
    pub fn apply(&self, kind: Option<usize>, said: &mut SeriesForecast) {
        let Self(groups) = self;
        let factors = kind.and_then(|kind| groups[kind]).or(groups[ALL]);
        if let Some(factors) = factors.filter(|_| said.mean.len() >= DAYS) {
            said.mean = bent(said.start, &said.mean, &factors);
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::error::Result;
    use crate::models::LEVELS;
    use crate::panel::Series;

    const LENGTH: usize = 420;
    const HORIZON: usize = 28;
    const PRODUCTS: usize = 60;
    const FIRST: i32 = 20_000;

    /// Slow sellers, each with so large a chance of a sale on a day as is told for its weekday and month.
    fn panel(chance: impl Fn(usize, usize) -> f64) -> Result<Panel> {
        let series = |place: usize| {
            // Each began on another day.
            let start = FIRST + place as i32;
            let value = |day: usize| {
                let drawn = (place * 131 + day * 7919 + day * day * 31) % 1009;
                f64::from(u8::from((drawn as f64) < 1009.0 * chance(weekday(start, day), (day + place) / HORIZON)))
            };
            let id = format!("{place}");
            let info = Series { name: id.clone(), id, store: None, category: None, start };
            (info, (0..LENGTH - place).map(value).collect())
        };
        Panel::new(Frequency::Day, (0..PRODUCTS).map(series).collect())
    }

    fn said(start: i32, week: &Days) -> SeriesForecast {
        let mean = (0..HORIZON).map(|step| week[weekday(start, step)]).collect();
        SeriesForecast::new("x".into(), start, "x", mean, Array2::zeros((HORIZON, LEVELS.len())), 0.0)
    }

    /// Means of a week after so many origins at which all means were those of that week.
    fn after(panel: &Panel, origins: usize, week: &Days) -> Vec<f64> {
        let mut weeks = Weeks::default();
        for origin in (1..=origins).rev() {
            let then = panel.sold_before(origin * HORIZON);
            weeks.arrive(&then);
            for index in 0..panel.len() {
                let kind = kind_of(then.values(index));
                weeks.see(panel, origin * HORIZON, index, kind, &said(then.end(index), week));
            }
        }
        let mut made = said(panel.end(0), week);
        weeks.indices(panel).apply(kind_of(panel.values(0)), &mut made);
        made.mean
    }

    #[test]
    fn means_take_the_week() -> Result<()> {
        let chance = |day: usize, _: usize| [0.3, 0.3, 0.3, 0.6, 0.0, 0.3, 0.3][day];
        let panel = panel(chance)?;
        let flat = [0.3; DAYS];
        let made = after(&panel, 3, &flat);
        let usual = made.iter().sum::<f64>() / HORIZON as f64;
        assert!((usual - 0.3).abs() < 1e-9, "the same sum: {made:?}");
        for (step, mean) in made.iter().enumerate() {
            match weekday(panel.end(0), step) {
                3 => assert!(*mean > 1.5 * usual, "{made:?}"),
                4 => assert!(*mean < 0.6 * usual, "closed: {made:?}"),
                _ => assert!(*mean < usual && *mean > 0.6 * usual, "{made:?}"),
            }
        }
        assert_eq!(after(&panel, 1, &flat), [0.3; HORIZON], "one origin is too few");
        // Means that know the week already stay, within what chance makes of shares.
        let known: Days = std::array::from_fn(|day| chance(day, 0));
        let (same, plain) = (after(&panel, 3, &known), said(panel.end(0), &known).mean);
        assert!(same.iter().zip(&plain).all(|(same, plain)| (same - plain).abs() < 0.1), "{same:?}");
        Ok(())
    }

    #[test]
    fn a_week_that_does_not_last_is_left_out() -> Result<()> {
        let panel = panel(|day, month| if day == 3 * month % DAYS { 0.9 } else { 0.3 })?;
        assert_eq!(after(&panel, 3, &[0.3; DAYS]), [0.3; HORIZON]);
        Ok(())
    }

    #[test]
    fn other_spacings_and_less_than_a_week_have_none() -> Result<()> {
        let indices = Indices([Some([2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]); GROUPS]);
        let mut short = SeriesForecast::new("x".into(), 0, "x", vec![1.0; 6], Array2::zeros((6, LEVELS.len())), 0.0);
        indices.apply(None, &mut short);
        assert_eq!(short.mean, [1.0; 6]);
        let info = Series { name: "x".into(), id: "x".into(), store: None, category: None, start: 0 };
        let weekly = Panel::new(Frequency::Week, vec![(info, vec![1.0; 60])])?;
        let mut weeks = Weeks::default();
        weeks.arrive(&weekly);
        weeks.arrive(&weekly);
        assert_eq!(weeks.indices(&weekly), Indices::default());
        Ok(())
    }
}
