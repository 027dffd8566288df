//! Group seasonal indices: the year as the product's category, or the whole shop, shows it, at the product's own level.
//!
//! The dynamic optimised Theta method forecasts the product, and step h is multiplied by what earlier years made of the
//! group's level by that time (Dekker, van Donselaar and Ouwehand 2004, "How to use aggregation and combined forecasting to
//! improve seasonal demand forecasts"; Boylan, Chen, Mohammadipour and Syntetos 2014, "Formation of seasonal groups and
//! application of seasonal indices"). A product of some weeks thereby has a Christmas, and one that sells little has its
//! group's instead of a year's noise. The group's year counts as far as it came true for its products at earlier origins.
//! The wrong choice for goods whose season is not that of their group. Where no group has a year behind it, what Theta says
//! stands, under Theta's name. Other methods of a choice borrow the same year (see [`super::borrowing`]).

use std::collections::HashMap;

use super::SeriesForecast;
use super::effects::multiply;
use super::local::{Answer, Task, filled};
use super::theta;
use super::year::{earlier, level};
use crate::calendar::Frequency;
use crate::panel::Panel;

/// Name as the command writes it.
pub const NAME: &str = "group-seasonal";

/// Origins, a horizon apart, at which the group's year is held against what came; another is a year ago, at the same season.
const ORIGINS: usize = 3;
/// Products from which on a category has a year of its own.
const LEAST_PRODUCTS: usize = 10;
/// How far a group's year may count.
const TRUSTS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// How far it counts where no origin is early enough to tell.
const UNTOLD: f64 = 0.5;
/// A block sells so many levels at most: beyond lies what came once, or a past of next to nothing.
const MOST_LEVELS: f64 = 5.0;

/// A year, the level, and what is taken as one moment of the year, in periods.
#[derive(Clone, Copy)]
struct Shape {
    year: usize,
    level: usize,
    block: usize,
}

impl Shape {
    fn of(frequency: Frequency) -> Option<Self> {
        match frequency {
            Frequency::Hour => None,
            Frequency::Day => Some(Self { year: 364, level: 56, block: 7 }),
            Frequency::Week => Some(Self { year: 52, level: 8, block: 1 }),
            Frequency::Month => Some(Self { year: 12, level: 3, block: 1 }),
        }
    }

    /// What earlier years made of the level, block by block behind the last value; none without an earlier year.
    fn years(self, history: &[f64], blocks: usize) -> Option<Vec<f64>> {
        let (mut sums, mut years) = (vec![0.0; blocks], 0.0);
        for (then, base) in earlier(history, self.year, self.level) {
            years += 1.0;
            for (block, sum) in sums.iter_mut().enumerate() {
                // Beyond what came since, the year before that repeats.
                let from = then + (block * self.block) % self.year;
                *sum += (mean(&history[from..history.len().min(from + self.block)]) / base).min(MOST_LEVELS);
            }
        }
        (years > 0.0).then(|| sums.iter().map(|sum| sum / years).collect())
    }

    /// By what a level is multiplied at each step, where the group's year counts so far.
    fn growth(self, years: &[f64], trust: f64, horizon: usize) -> Vec<f64> {
        // Blocks are known in their middle.
        let middle = (self.block as f64 - 1.0) / 2.0;
        let at = |block: usize| 1.0 + trust * (years[block.min(years.len() - 1)] - 1.0);
        let step = |step: usize| {
            let place = ((step as f64 - middle) / self.block as f64).max(0.0);
            let share = place - place.floor();
            at(place as usize) * (1.0 - share) + at(place as usize + 1) * share
        };
        (0..horizon).map(step).collect()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// A series' sales, at least 0, unknown ones as methods fill them; none before the first known one.
fn known(values: &[f64], season: usize) -> Vec<f64> {
    let history = filled(values, season);
    let mut made = vec![0.0; values.len() - history.len()];
    made.extend(history.iter().map(|value| value.max(0.0)));
    made
}

/// The groups of a panel: its categories where they have products enough, and the whole shop.
pub struct Groups {
    shape: Shape,
    groups: Vec<Group>,
    /// Each series' place among them.
    of: Vec<usize>,
}

struct Group {
    start: i32,
    values: Vec<f64>,
    /// How far its year counts, from 0 to 1.
    trust: f64,
}

impl Groups {
    /// Those of a panel; `values` are a series' sales. None where years are not told in its periods.
    pub fn of(panel: &Panel, horizon: usize, values: impl Fn(usize) -> Vec<f64>) -> Option<Self> {
        let shape = Shape::of(panel.frequency())?;
        let season = panel.frequency().season_length();
        let mut sizes: HashMap<&str, usize> = HashMap::new();
        let category = |index: usize| panel.series(index).category.as_deref();
        (0..panel.len()).filter_map(category).for_each(|name| *sizes.entry(name).or_default() += 1);
        let start = (0..panel.len()).map(|index| panel.series(index).start).min().unwrap_or_default();
        let end = (0..panel.len()).map(|index| panel.end(index)).max().unwrap_or_default();
        let length = usize::try_from(end - start).unwrap_or_default();
        let none = || Group { start, values: vec![0.0; length], trust: UNTOLD };
        let (mut groups, mut places) = (vec![none()], HashMap::new());
        let mut of = Vec::with_capacity(panel.len());
        for index in 0..panel.len() {
            let own = category(index).filter(|name| sizes[name] >= LEAST_PRODUCTS && sizes[name] < panel.len());
            let place = own.map_or(0, |name| {
                *places.entry(name).or_insert_with(|| {
                    groups.push(none());
                    groups.len() - 1
                })
            });
            of.push(place);
            let (from, values) = (panel.series(index).start, known(&values(index), season));
            groups[place].add(from, &values);
            if place > 0 {
                groups[0].add(from, &values);
            }
        }
        let mut made = Self { shape, groups, of };
        made.learn(panel, horizon, values);
        Some(made)
    }

    /// How far each group's year came true for its products.
    fn learn(&mut self, panel: &Panel, horizon: usize, values: impl Fn(usize) -> Vec<f64>) {
        let shape = self.shape;
        let blocks = (horizon / shape.block).max(1);
        let back = |origin: usize| if origin < ORIGINS { (origin + 1) * blocks * shape.block } else { shape.year };
        let said: Vec<Vec<Option<Vec<f64>>>> = self
            .groups
            .iter()
            .map(|group| {
                let past = |origin: usize| group.values.len().checked_sub(back(origin)).map(|at| &group.values[..at]);
                (0..=ORIGINS).map(|origin| shape.years(past(origin)?, blocks)).collect()
            })
            .collect();
        let mut losses = vec![[0.0_f64; TRUSTS.len()]; self.groups.len()];
        for index in 0..panel.len() {
            let history = known(&values(index), panel.frequency().season_length());
            for place in [0, self.of[index]] {
                let group = &self.groups[place];
                // A product that ended early is none to learn from.
                if panel.end(index) - group.start != group.values.len() as i32 {
                    continue;
                }
                for (origin, said) in said[place].iter().enumerate() {
                    let (Some(said), Some(at)) = (said, history.len().checked_sub(back(origin))) else { continue };
                    let level = level(&history[..at], shape.level);
                    if 2 * at < shape.level || level <= 0.0 {
                        continue;
                    }
                    for (came, said) in history[at..].chunks_exact(shape.block).zip(said) {
                        let came = (mean(came) / level).min(MOST_LEVELS);
                        for (loss, trust) in losses[place].iter_mut().zip(TRUSTS) {
                            *loss += (came - 1.0 - trust * (said - 1.0)).abs();
                        }
                    }
                }
                if place == self.of[index] {
                    break;
                }
            }
        }
        for (group, losses) in self.groups.iter_mut().zip(losses) {
            // Where all trusts are as good, nothing was there to tell them apart.
            let is_told = losses.iter().any(|loss| *loss != losses[0]);
            let least = TRUSTS.iter().zip(losses).min_by(|one, other| one.1.total_cmp(&other.1));
            group.trust = least.filter(|_| is_told).map_or(UNTOLD, |(trust, _)| *trust);
        }
    }

    /// Whether Theta finds a year in a series' own past.
    fn knows_own(&self, panel: &Panel, index: usize) -> bool {
        panel.frequency().season_length() == self.shape.year && panel.values(index).len() >= 2 * self.shape.year
    }

    /// Puts the group's year on what was said of a series. Whether that is what the group says: so it is, too, where Theta
    /// said it and the series has seen years enough itself; not where the group has no earlier year.
    pub fn put_on(&self, panel: &Panel, index: usize, said: &mut SeriesForecast) -> bool {
        let growth = self.growth(panel, index, said.mean.len());
        growth.iter().for_each(|growth| multiply(said, growth));
        growth.is_some() || self.knows_own(panel, index) && said.model == theta::Kind::Dynamic.name()
    }

    /// By what the group sold more in each period of a young series' past than in the last ones, as far as its year counts:
    /// without it a rise before Christmas is not taken for the product's own. None for those that have seen a year, whose
    /// own rise Theta may tell, and where the group's next weeks are not known either.
    pub fn past(&self, panel: &Panel, index: usize) -> Option<Vec<f64>> {
        let length = panel.values(index).len();
        if 2 * length >= 2 * self.shape.year + self.shape.level || self.knows_own(panel, index) {
            return None;
        }
        let (place, until) = self.group_with_year(panel, index)?;
        let Group { values, trust, .. } = &self.groups[place];
        let values = &values[..until];
        let base = level(values, self.shape.level);
        let around = self.shape.block / 2;
        let factor = |at: usize| {
            let near = &values[at.saturating_sub(around)..until.min(at + around + 1)];
            1.0 + trust * ((mean(near) / base).clamp(1.0 / MOST_LEVELS, MOST_LEVELS) - 1.0)
        };
        (base > 0.0).then(|| (until.saturating_sub(length)..until).map(factor).collect())
    }

    /// By what a series' level is multiplied at each step; none where its group has no earlier year, or Theta knows its own.
    fn growth(&self, panel: &Panel, index: usize, horizon: usize) -> Option<Vec<f64>> {
        if self.knows_own(panel, index) {
            return None;
        }
        let (place, until) = self.group_with_year(panel, index)?;
        let group = &self.groups[place];
        let years = self.shape.years(&group.values[..until], horizon.div_ceil(self.shape.block))?;
        Some(self.shape.growth(&years, group.trust, horizon))
    }

    /// The place of a series' group and how many of its periods lie before the series' end. A category that is younger than
    /// a year gives way to the shop; none where that is too.
    fn group_with_year(&self, panel: &Panel, index: usize) -> Option<(usize, usize)> {
        let with_end = |place: usize| {
            let group = &self.groups[place];
            let until = usize::try_from(panel.end(index) - group.start).unwrap_or_default();
            (place, until.min(group.values.len()))
        };
        let has_year = |(place, until): &(usize, usize)| {
            let values = &self.groups[*place].values[..*until];
            earlier(values, self.shape.year, self.shape.level).next().is_some()
        };
        [self.of[index], 0].into_iter().map(with_end).find(has_year)
    }
}

impl Group {
    fn add(&mut self, start: i32, values: &[f64]) {
        let from = usize::try_from(start - self.start).unwrap_or_default();
        self.values[from..].iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
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
        Groups::of(panel, HORIZON, |index| panel.values(index).to_vec())?.growth(panel, index, HORIZON)
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
                Groups::of(&panel, 42, |at| panel.values(at).to_vec()).and_then(|all| all.growth(&panel, 0, 42))
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
