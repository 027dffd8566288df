//! Group seasonal indices: the year as the product's category, or the whole shop, shows it, at the product's own level.
//!
//! The dynamic optimised Theta method forecasts the product, and step h is multiplied by what earlier years made of the
//! group's level by that time (Dekker, van Donselaar and Ouwehand 2004, "How to use aggregation and combined forecasting to
//! improve seasonal demand forecasts"; Boylan, Chen, Mohammadipour and Syntetos 2014, "Formation of seasonal groups and
//! application of seasonal indices"). A product of some weeks thereby has a Christmas, and one that sells little has its
//! group's instead of a year's noise. The past is divided by the same year first, so that the level that is multiplied is one
//! without it. The year is like for like, of products that were there a year ago and still are, and counts as far as it came
//! true for them at earlier origins; a category has its own where that came nearer than the shop's (see `trust`). The wrong
//! choice for goods whose season is not that of their group, and after one single event that was no season, which is half
//! believed until a second year tells. Where no group has a year behind it, what Theta says stands, under Theta's name. Other
//! methods of a choice borrow the same year (see [`super::borrowing`]).

mod profile;
mod trust;

use std::collections::HashMap;

use super::SeriesForecast;
use super::effects::multiply;
use super::local::{Answer, Method, Task, filled};
use super::{ets, theta, year};
use crate::calendar::Frequency;
use crate::panel::Panel;
use profile::{Shape, divisor};
use trust::Lessons;

/// Name as the command writes it.
pub const NAME: &str = "group-seasonal";

/// Series from which on a category may have a year of its own.
const LEAST_PRODUCTS: usize = 3;
/// Of its mean sale a product counts so many in a period at most: one that the whole world wants for a week is no season of
/// its group.
const MOST_SALES: f64 = 10.0;
/// Of the largest sale that a series has seen so many may be foreseen with the group's year.
const MOST_OF_LARGEST: f64 = 20.0;
/// Share of what is sold now that steady products must make to stand for their group.
const LEAST_STEADY: f64 = 0.05;

/// A series' sales, at least 0 and at most so many usual ones, unknown ones as methods fill them; none before the first
/// known one.
fn known(values: &[f64], season: usize) -> Vec<f64> {
    let history = filled(values, season);
    let mut made = vec![0.0; values.len() - history.len()];
    made.extend(history.iter().map(|value| value.max(0.0)));
    let sum: f64 = made.iter().sum();
    let sales = made.iter().filter(|value| **value > 0.0).count();
    let most = MOST_SALES * sum / sales.max(1) as f64;
    made.iter_mut().for_each(|value| *value = value.min(most));
    made
}

/// The groups of a panel: its categories where they have a year of their own, and the whole shop.
pub struct Groups {
    shape: Shape,
    groups: Vec<Group>,
    /// Each series' place among them.
    of: Vec<usize>,
    /// Of the latest series.
    end: i32,
    /// Periods from which on the method finds the year in a series itself.
    finds_own: Option<usize>,
    /// Whether it counts pieces: of rare sales a count that is divided and multiplied is no count any more.
    is_counting: bool,
}

struct Group {
    values: Vec<f64>,
    /// How far its year counts, from 0 to 1.
    trust: f64,
    /// Its year before the end, by periods back.
    before: Vec<f64>,
}

impl Groups {
    /// Those of a panel, for a method; `values` are a series' sales. None where years are not told in its periods.
    pub fn of(panel: &Panel, horizon: usize, method: Method, values: impl Fn(usize) -> Vec<f64>) -> Option<Self> {
        let shape = Shape::of(panel.frequency())?;
        let season = panel.frequency().season_length();
        let mut sizes: HashMap<&str, usize> = HashMap::new();
        let category = |index: usize| panel.series(index).category.as_deref();
        (0..panel.len()).filter_map(category).for_each(|name| *sizes.entry(name).or_default() += 1);
        let start = (0..panel.len()).map(|index| panel.series(index).start).min().unwrap_or_default();
        let end = (0..panel.len()).map(|index| panel.end(index)).max().unwrap_or_default();
        let length = usize::try_from(end - start).unwrap_or_default();
        let none = || [(); 2].map(|()| Gathered { values: vec![0.0; length], lessons: Lessons::none(shape, horizon) });
        let (mut gathered, mut places) = (vec![none()], HashMap::new());
        let mut of = Vec::with_capacity(panel.len());
        for index in 0..panel.len() {
            let own = category(index).filter(|name| sizes[name] >= LEAST_PRODUCTS && sizes[name] < panel.len());
            let place = own.map_or(0, |name| {
                *places.entry(name).or_insert_with(|| {
                    gathered.push(none());
                    gathered.len() - 1
                })
            });
            of.push(place);
            let from = usize::try_from(panel.series(index).start - start).unwrap_or_default();
            let values = known(&values(index), season);
            let kinds = 1 + usize::from(panel.end(index) == end && shape.is_steady(&values));
            for place in [place, 0].into_iter().take(1 + usize::from(place > 0)) {
                for gathered in &mut gathered[place][..kinds] {
                    gathered.values[from..].iter_mut().zip(&values).for_each(|(sum, value)| *sum += value);
                    // A product that ended early is none to learn from.
                    if panel.end(index) == end {
                        gathered.lessons.add(&values);
                    }
                }
            }
        }
        let groups: Vec<Gathered> = gathered.into_iter().map(|both| Gathered::like_for_like(both, shape)).collect();
        let said: Vec<_> = groups.iter().map(|group| group.lessons.said(&group.values)).collect();
        let trusts: Vec<f64> = groups.iter().zip(&said).map(|(group, said)| group.lessons.trust(said)).collect();
        let own = |place: usize| (said[place].as_slice(), trusts[place]);
        let has_own: Vec<bool> =
            (0..groups.len()).map(|place| groups[place].lessons.prefer(own(place), own(0))).collect();
        of.iter_mut().filter(|of| !has_own[**of]).for_each(|of| *of = 0);
        let finish = |(Gathered { values, .. }, trust)| Group { trust, before: shape.before(&values), values };
        let groups = groups.into_iter().zip(trusts).map(finish).collect();
        let finds_own = finds_own(method, panel.frequency(), shape);
        let is_counting = matches!(method, Method::Count(_) | Method::Pooled);
        Some(Self { shape, groups, of, end, finds_own, is_counting })
    }

    /// Whether the method finds the year in a series' own past.
    fn knows_own(&self, panel: &Panel, index: usize) -> bool {
        let values = panel.values(index);
        let first = values.iter().position(|value| *value > 0.0).unwrap_or(values.len());
        self.finds_own.is_some_and(|least| values.len() - first >= least)
    }

    /// Puts the group's year on what was said of a series. Whether that is what the group says: so it is, too, where Theta
    /// said it and the series has seen years enough itself; not where the group has no earlier year.
    pub fn put_on(&self, panel: &Panel, index: usize, said: &mut SeriesForecast) -> bool {
        let Some(mut growth) = self.growth(panel, index, said.mean.len()) else {
            return self.knows_own(panel, index) && said.model == theta::Kind::Dynamic.name();
        };
        let known = panel.values(index).iter().filter(|value| value.is_finite());
        let most = MOST_OF_LARGEST * known.fold(0.0, |most: f64, value| most.max(*value));
        for (step, factor) in growth.iter_mut().enumerate() {
            let said = said.quantiles.row(step).iter().fold(said.mean[step], |most, value| most.max(*value));
            *factor = if said > 0.0 && most > 0.0 { factor.min(most / said) } else { *factor };
        }
        multiply(said, &growth);
        true
    }

    /// A series' values as the method learns from them: divided by the year of its group, where it has one of it.
    pub fn divide(groups: Option<&Self>, panel: &Panel, index: usize, mut values: Vec<f64>) -> Vec<f64> {
        if let Some(past) = groups.and_then(|groups| groups.past(panel, index)) {
            values.iter_mut().zip(past).for_each(|(value, factor)| *value /= factor);
        }
        values
    }

    /// By what a series' past is divided before the method learns from it, so that the level that the year is put on is one
    /// without it: a rise before Christmas is not taken for the product's own, nor Christmas for the level of January. Of a
    /// series that has not seen a year it is what its group sold then, else what earlier years make of the level. None where
    /// the method finds the year itself, and where that of the group's next weeks is not known.
    fn past(&self, panel: &Panel, index: usize) -> Option<Vec<f64>> {
        let Group { values, trust, before, .. } = self.lender(panel, index)?;
        let length = panel.values(index).len();
        if 2 * length >= 2 * self.shape.year + self.shape.level {
            let levels = |at: usize| before[(length - at - 1) % self.shape.year];
            return Some((0..length).map(|at| divisor(levels(at), *trust)).collect());
        }
        let base = year::level(values, self.shape.level);
        let levels = |at: usize| self.shape.near(values, at) / base;
        (base > 0.0).then(|| (values.len() - length..values.len()).map(|at| divisor(levels(at), *trust)).collect())
    }

    /// By what a series' level is multiplied at each step.
    fn growth(&self, panel: &Panel, index: usize, horizon: usize) -> Option<Vec<f64>> {
        let group = self.lender(panel, index)?;
        let years = self.shape.after(&group.values, horizon.div_ceil(self.shape.block))?;
        Some(self.shape.growth(&years, group.trust, horizon))
    }

    /// The group whose year a series has: its category, or the shop where that is younger than a year. None where that is
    /// too, where the method finds the series' own year, for a count of less than one piece a period, and for a series that ended
    /// before the others.
    fn lender(&self, panel: &Panel, index: usize) -> Option<&Group> {
        let values = panel.values(index);
        let is_rare = || values.iter().filter(|value| value.is_finite()).sum::<f64>() < values.len() as f64;
        if self.knows_own(panel, index) || panel.end(index) != self.end || self.is_counting && is_rare() {
            return None;
        }
        let has_year = |group: &&Group| self.shape.earlier(&group.values).next().is_some();
        [self.of[index], 0].into_iter().map(|place| &self.groups[place]).find(has_year)
    }
}

/// A group as it is gathered: of all its products, and of those that were there a year ago and still are.
struct Gathered {
    values: Vec<f64>,
    lessons: Lessons,
}

impl Gathered {
    /// That of steady products where they make a good part of what is sold, so that what was launched or given up since does
    /// not pass for a season; else that of all.
    fn like_for_like([all, steady]: [Self; 2], shape: Shape) -> Self {
        let last = |one: &Self| one.values.iter().rev().take(shape.level).sum::<f64>();
        if last(&steady) > 0.0 && last(&steady) >= LEAST_STEADY * last(&all) { steady } else { all }
    }
}

/// Periods of a series in which a method finds the year itself; none where it never does.
fn finds_own(method: Method, frequency: Frequency, shape: Shape) -> Option<usize> {
    let has_year = frequency.season_length() == shape.year;
    match method {
        Method::YearOverYear => Some(shape.year + shape.level / 2),
        Method::Mstl => Some(2 * shape.year + 2),
        Method::Ets | Method::Smoothing(_) => (has_year && shape.year <= ets::LONGEST_SEASON).then_some(2 * shape.year),
        Method::GroupSeasonal | Method::Theta(_) | Method::Arima(_) | Method::Ces => has_year.then_some(2 * shape.year),
        _ => None,
    }
}

/// Forecasts a series by Theta, before its group's year is put on it.
pub fn forecast(task: &Task<'_>) -> Answer {
    theta::forecast(task, theta::Kind::Dynamic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::panel::Series;

    const WEEKS: i32 = 144;
    const HORIZON: usize = 10;
    const FIRST: i32 = 2_000;

    /// Products by weeks, the last fifth of each category being twenty weeks old. Category `a` sells three times as much
    /// in five weeks of each year, which begin two weeks behind the end, and `b` a third; `own` moves each product's weeks.
    fn panel(own: impl Fn(i32) -> i32) -> Result<Panel> {
        let series = |place: i32| {
            let (id, category) = (format!("{place}"), if place % 2 == 0 { "a" } else { "b" });
            let from = if place >= 32 { WEEKS - 20 } else { 0 };
            let value = |week: i32| {
                let is_season = (0..5).contains(&((week - WEEKS - 2 + own(place)).rem_euclid(52)));
                let season = if category == "a" { 3.0 } else { 1.0 / 3.0 };
                let noise = 1.0 + 0.1 * f64::from((week * 7 + place * 3) % 5 - 2);
                f64::from(20 + place) * noise * if is_season { season } else { 1.0 }
            };
            let info =
                Series { name: id.clone(), id, store: None, category: Some(category.into()), start: FIRST + from };
            (info, (from..WEEKS).map(value).collect())
        };
        Panel::new(Frequency::Week, (0..40).map(series).collect())
    }

    fn growth(panel: &Panel, index: usize) -> Option<Vec<f64>> {
        Groups::of(panel, HORIZON, Method::GroupSeasonal, |index| panel.values(index).to_vec())?
            .growth(panel, index, HORIZON)
    }

    #[test]
    fn a_young_product_has_the_season_of_its_category() -> Result<()> {
        let panel = panel(|_| 0)?;
        for (index, season) in [(38, 3.0), (39, 1.0 / 3.0)] {
            let growth = growth(&panel, index).expect("others have seen the year");
            for (step, factor) in growth.iter().enumerate() {
                let expected = if (2..7).contains(&step) { season } else { 1.0 };
                assert!((factor / expected - 1.0).abs() < 0.1, "{index}: {growth:?}");
            }
        }
        assert_eq!(growth(&panel, 0), None, "one that has seen two years has its own");
        // But no method without seasons finds it there.
        let window = Groups::of(&panel, HORIZON, Method::Window, |index| panel.values(index).to_vec());
        let lent =
            window.and_then(|groups| groups.growth(&panel, 0, HORIZON)).expect("its category has seen two as well");
        assert!((lent[4] - 3.0).abs() < 0.3, "{lent:?}");
        Ok(())
    }

    #[test]
    fn a_season_that_products_do_not_share_is_not_lent() -> Result<()> {
        let panel = panel(|place| 7 * place)?;
        let growth = growth(&panel, 38).expect("others have seen the year");
        assert!(growth.iter().all(|factor| (factor - 1.0).abs() < 0.25), "{growth:?}");
        Ok(())
    }

    #[test]
    fn a_shop_younger_than_a_year_lends_none_and_days_are_joined() -> Result<()> {
        let days = |count: i32| {
            let sold = |day: i32| if (day - count - 14).rem_euclid(364) < 28 { 30.0 } else { 10.0 };
            let series = |place: i32| {
                let id = format!("{place}");
                let info = Series { name: id.clone(), id, store: None, category: None, start: FIRST };
                (info, (0..count).map(sold).collect())
            };
            Panel::new(Frequency::Day, (0..12).map(series).collect())
        };
        let panel = |count: i32| {
            days(count).map(|panel| {
                Groups::of(&panel, 42, Method::GroupSeasonal, |at| panel.values(at).to_vec())
                    .and_then(|all| all.growth(&panel, 0, 42))
            })
        };
        assert_eq!(panel(300)?, None);
        let growth = panel(900)?.expect("two years");
        assert!(growth[..10].iter().all(|factor| (factor - 1.0).abs() < 0.05), "{growth:?}");
        assert!(growth[18..38].iter().all(|factor| (factor - 3.0).abs() < 0.1), "{growth:?}");
        assert!(
            growth.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.4),
            "no step in the middle of a week: {growth:?}"
        );
        Ok(())
    }
}
