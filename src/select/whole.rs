//! The whole shop's forecast, and those of its categories, from those of the products.
//!
//! Products' misses are neither independent nor one: how much they go together is taken from the past, as the
//! correlation for which ranges of the shop's sum would have had the least quantile loss (see [`crate::models::sums`]); of
//! categories, for which those of all categories' sums would have had it.
//!
//! Products are added by date, from the latest start on. One that ended a few periods before the others has no
//! forecast for the last of them: it goes on as in its last season. One that ended longer ago is over.

use ndarray::Array2;

use super::groups::Groups;
use crate::error::{Error, Result};
use crate::evaluate::backtest::{ENDS, actuals};
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, pinball};
use crate::models::joint::Together;
use crate::models::pieces::PackedForecast;
use crate::models::short::widen;
use crate::models::sums::{Scale, Sum};
use crate::panel::{Panel, totals};
use crate::work::breathe;

/// Correlations tried.
const CORRELATIONS: [f64; 11] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0];
/// Correlation without a past to take it from.
const DEFAULT_CORRELATION: f64 = 0.2;

/// Sums over products, per step, and in a last row of the totals over the horizon.
struct Sums {
    mean: Vec<f64>,
    rows: Vec<Sum>,
    scale: &'static Scale,
    season: usize,
    start: i32,
}

impl Sums {
    fn new(horizon: usize, season: usize, start: i32) -> Self {
        let (mean, rows) = (vec![0.0; horizon], vec![Sum::default(); horizon + 1]);
        Sums { mean, rows, scale: Scale::get(), season, start }
    }

    /// Adds a series; steps are those from the start on, the latest start of any of them.
    fn add(&mut self, series: &SeriesForecast) {
        let horizon = self.mean.len();
        let Some(late) = late(self.start, series.start, horizon) else { return };
        let mut total = 0.0;
        for step in 0..horizon {
            let own = held(step + late, horizon, self.season);
            let part = self.scale.part(|place| series.quantiles[(own, place)], series.mean[own]);
            self.rows[step].add(&part);
            self.mean[step] += series.mean[own];
            total += series.mean[own];
        }
        let stretch = if late > 0 && series.total_mean() > 0.0 { total / series.total_mean() } else { 1.0 };
        self.rows[horizon].add(&self.scale.part(|place| stretch * series.total[place], total));
    }
}

/// Periods from a series' own start to the shop's; none where its forecast is over by then.
pub fn late(start: i32, own: i32, horizon: usize) -> Option<usize> {
    Some(usize::try_from(start - own).unwrap_or(0)).filter(|late| *late < horizon)
}

/// The step of a series' own forecast that stands for `step`, which may lie beyond its end: the same phase of its last
/// season, or the last step where the forecast is shorter than a season.
pub fn held(step: usize, horizon: usize, season: usize) -> usize {
    if step < horizon {
        step
    } else if season > horizon {
        horizon - 1
    } else {
        step - (step - horizon) / season * season - season
    }
}

/// What was sold by date, for the series that have all of the `horizon` periods from their common start on.
struct Came {
    start: i32,
    counts: Vec<bool>,
    /// Of the whole shop, and of its categories.
    sold: Vec<Sold>,
}

/// What was sold of some products.
#[derive(Clone)]
struct Sold {
    /// Per step, and the total.
    values: Vec<f64>,
    /// Whether no value is missing among them: else there is no total.
    is_whole: bool,
    /// Whether there was a product at all.
    any: bool,
}

impl Came {
    fn after(panel: &Panel, groups: &Groups, back: usize, horizon: usize) -> Self {
        // Of many products some have always run out: then no total would ever be known.
        let panel = &panel.as_written();
        let whole = |index: usize| {
            let came = actuals(panel, index, back, horizon);
            panel.values(index).len() > back && came.len() == horizon && came.iter().any(|value| !value.is_nan())
        };
        // Where its forecast started.
        let start_of = |index: usize| panel.end(index) - back as i32;
        let start = (0..panel.len()).filter(|&index| whole(index)).map(start_of).max().unwrap_or_default();
        let nothing = Sold { values: vec![0.0; horizon + 1], is_whole: true, any: false };
        let mut came = Came { start, counts: vec![false; panel.len()], sold: vec![nothing; 1 + groups.names.len()] };
        for index in (0..panel.len()).filter(|&index| whole(index)) {
            let Some(late) = late(start, start_of(index), horizon) else { continue };
            let values = panel.values(index);
            let first = values.len() - back + late;
            // A series that ended meanwhile is not known for all of these dates; one that is over takes no part.
            let Some(sold) = values.get(first..first + horizon) else { continue };
            came.counts[index] = true;
            for of in groups.sums_of(index) {
                let of = &mut came.sold[of];
                of.any = true;
                of.is_whole &= sold.iter().all(|value| !value.is_nan());
                for (step, value) in sold.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                    of.values[step] += value;
                    of.values[horizon] += value;
                }
            }
        }
        came
    }
}

/// How often the shop's total lay in its own 80 % range on the past.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// So often.
    pub held: u32,
    /// Out of so many tests.
    pub tested: u32,
}

/// Losses of ranges by correlation.
#[derive(Default)]
struct Losses {
    steps: [f64; CORRELATIONS.len()],
    totals: [f64; CORRELATIONS.len()],
}

impl Losses {
    /// The correlations of single steps and of the totals that speak for the least.
    fn together(&self) -> Together {
        // A handful of totals says little by itself: single steps speak with them, in proportion to their least losses.
        let (least_step, least_total) = (least(&self.steps), least(&self.totals));
        let both = std::array::from_fn(|place| self.steps[place] / least_step + self.totals[place] / least_total);
        Together { steps: best(&self.steps), totals: best(&both) }
    }
}

/// An origin: what came, and what was said, of the whole shop and of its categories.
struct Origin {
    groups: Groups,
    came: Came,
    sums: Vec<Sums>,
}

/// How ranges of the shop's sum, and of its categories', would have done on the past, by correlation.
pub struct Past {
    horizon: usize,
    /// Of the whole shop, and of its categories.
    held: Vec<Held>,
    shop: Losses,
    categories: Losses,
    /// The origin that is being added up.
    origin: Option<Origin>,
    /// By series what means were too high by, origin by origin and step by step, where it is kept.
    errors: Option<Vec<Vec<f32>>>,
}

impl Past {
    /// Nothing yet.
    pub fn new(horizon: usize) -> Self {
        let (held, shop, categories) = (Vec::new(), Losses::default(), Losses::default());
        Self { horizon, held, shop, categories, origin: None, errors: None }
    }

    /// Keeps every error from now on.
    pub fn keep_errors(&mut self) {
        self.errors = Some(Vec::new());
    }

    /// By series what means were too high by, origin by origin and step by step, `NaN` where nothing is known; empty
    /// where it was not kept.
    pub fn errors(&self) -> &[Vec<f32>] {
        self.errors.as_deref().unwrap_or_default()
    }

    /// How much products' misses went together.
    pub fn together(&self) -> Together {
        self.shop.together()
    }

    /// How often the shop's total lay in its 80 % range, which at each origin is made of what older ones speak for.
    pub fn held(&self) -> Held {
        self.held_of(0)
    }

    /// The same of the shop (0) or of a category (from 1).
    fn held_of(&self, sum: usize) -> Held {
        self.held.get(sum).copied().unwrap_or_default()
    }

    fn together_of(&self, sum: usize) -> Together {
        if sum == 0 { self.shop.together() } else { self.categories.together() }
    }

    /// Adds what was said of series `index` `back` periods before the end. Series come in panel order, all of one origin
    /// before those of the next.
    pub fn see(&mut self, panel: &Panel, back: usize, index: usize, said: &SeriesForecast) {
        if let Some(errors) = &mut self.errors {
            errors.resize(panel.len(), Vec::new());
            let is_known = panel.values(index).len() > back;
            let came = actuals(panel, index, back, self.horizon);
            let error =
                |(step, mean): (usize, &f64)| came.get(step).filter(|_| is_known).map_or(f64::NAN, |came| mean - came);
            errors[index].extend(said.mean.iter().enumerate().map(|at| error(at) as f32));
        }
        if index == 0 {
            let groups = Groups::of(panel);
            let came = Came::after(panel, &groups, back, self.horizon);
            let season = panel.frequency().season_length();
            let sums = groups.all().map(|_| Sums::new(self.horizon, season, came.start)).collect();
            self.origin = Some(Origin { groups, came, sums });
        }
        if let Some(Origin { groups, came, sums }) = &mut self.origin
            && came.counts[index]
        {
            groups.sums_of(index).for_each(|sum| sums[sum].add(said));
        }
        if index + 1 < panel.len() {
            return;
        }
        let Some(Origin { came, sums, .. }) = self.origin.take() else { return };
        self.held.resize(sums.len(), Held::default());
        for (sum, (sums, came)) in sums.iter().zip(&came.sold).enumerate() {
            let Sold { values, is_whole, any } = came;
            if *is_whole
                && *any
                && let (Some(row), Some(sold)) = (sums.rows.last(), values.last())
            {
                let said = row.quantiles(self.together_of(sum).totals);
                let [low, high] = ENDS.map(|end| said[end]);
                self.held[sum].held += u32::from(low <= *sold && *sold <= high);
                self.held[sum].tested += 1;
            }
        }
        for (sum, (sums, Sold { values, .. })) in sums.iter().zip(&came.sold).enumerate() {
            // Categories of all sizes speak alike.
            let scale = if sum == 0 { 1.0 } else { values[self.horizon].max(1.0) };
            let losses_of = if sum == 0 { &mut self.shop } else { &mut self.categories };
            for (place, &correlation) in CORRELATIONS.iter().enumerate() {
                let mut losses = sums.rows.iter().zip(values).map(|(row, &sold)| {
                    let said = row.quantiles(correlation);
                    ENDS.iter().map(|&end| pinball(LEVELS[end], sold, said[end])).sum::<f64>() / scale
                });
                losses_of.steps[place] += losses.by_ref().take(self.horizon).sum::<f64>();
                losses_of.totals[place] += losses.sum::<f64>();
            }
        }
    }
}

/// A category's forecast.
#[derive(Debug, Clone)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Sums of its products.
    pub forecast: SeriesForecast,
    /// How often its range held on the past.
    pub held: Held,
}

/// Forecasts of the sum of all products, and of the sums of each category, by name, without these where there are too few
/// or too many; `past` is how the same method did before. Products are added by date, from the shop's start on.
///
/// # Errors
/// Fails only if the forecast cannot be unpacked.
pub async fn summed(panel: &Panel, forecast: &PackedForecast, past: &Past) -> Result<(SeriesForecast, Vec<Category>)> {
    let (horizon, groups) = (forecast.horizon, Groups::of(panel));
    // A product without any history has no end either.
    let counts = |index: usize| !panel.values(index).is_empty();
    let starts = forecast.starts().iter().copied().enumerate();
    let start = starts.filter(|(index, _)| counts(*index)).map(|(_, start)| start).max();
    let start = start.or_else(|| forecast.starts().iter().copied().max()).unwrap_or_default();
    let season = forecast.frequency.season_length();
    let mut sums: Vec<Sums> = groups.all().map(|_| Sums::new(horizon, season, start)).collect();
    let mut index = 0;
    for piece in forecast.pieces() {
        for series in piece? {
            if counts(index) {
                groups.sums_of(index).for_each(|sum| sums[sum].add(&series));
            }
            index += 1;
            breathe().await;
        }
    }
    let mut made = Vec::with_capacity(sums.len());
    for (sum, sums) in sums.into_iter().enumerate() {
        let together = past.together_of(sum);
        let rows: Vec<[f64; LEVELS.len()]> =
            sums.rows.iter().take(horizon).map(|row| row.quantiles(together.steps)).collect();
        let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |(step, place)| rows[step][place]);
        let mut one = SeriesForecast::new(String::new(), start, "sum", sums.mean, quantiles, 0.0);
        one.total = sums.rows.last().map(|row| row.quantiles(together.totals).to_vec()).unwrap_or_default();
        // What a short past does not show of one product it shows of none: added up, that does not even out.
        widen(&mut one, &totals::total_of(panel, |index| groups.is_in(index, sum)).values);
        made.push(one);
        breathe().await;
    }
    let mut made = made.into_iter();
    let all = made.next().ok_or_else(|| Error::internal("there is no sum of all"))?;
    let named = (1..).zip(&groups.names).zip(made);
    let category = |((sum, name), forecast): ((usize, &String), SeriesForecast)| Category {
        name: name.clone(),
        forecast,
        held: past.held_of(sum),
    };
    Ok((all, named.map(category).collect()))
}

/// Sums over some products of steps that begin where each product ends, by date from the shop's `start` on: which products
/// take part, and what stands for steps beyond a product's own, is as in [`summed`]. `steps[product][step]`.
pub fn sum_by_date(
    panel: &Panel,
    steps: &[Vec<f64>],
    start: i32,
    horizon: usize,
    is_in: &dyn Fn(usize) -> bool,
) -> Vec<f64> {
    let season = panel.frequency().season_length();
    let mut sums = vec![0.0; horizon];
    for (index, own) in steps.iter().enumerate().filter(|(index, _)| is_in(*index) && !panel.values(*index).is_empty())
    {
        let Some(late) = late(start, panel.end(index), horizon) else { continue };
        for (step, sum) in sums.iter_mut().enumerate() {
            *sum += own.get(held(step + late, horizon, season)).copied().unwrap_or(0.0);
        }
    }
    sums
}

fn least(losses: &[f64; CORRELATIONS.len()]) -> f64 {
    losses.iter().copied().fold(f64::INFINITY, f64::min).max(f64::MIN_POSITIVE)
}

/// The correlation with the least loss; the default one where there is nothing to tell them apart.
fn best(losses: &[f64; CORRELATIONS.len()]) -> f64 {
    let (low, high) =
        losses.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &loss| (low.min(loss), high.max(loss)));
    if high.is_nan() || high <= low {
        return DEFAULT_CORRELATION;
    }
    let place = losses.iter().position(|loss| *loss <= low).unwrap_or_default();
    CORRELATIONS[place]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;
    use crate::models::Forecast;
    use crate::panel::Series;

    /// Steps of `value`·1, ·2, ·3 …, with quantiles around them.
    fn rising(id: &str, start: i32, value: f64, horizon: usize) -> SeriesForecast {
        let of = |step: usize| value * (1.0 + step as f64);
        let quantiles =
            Array2::from_shape_fn((horizon, LEVELS.len()), |(step, place)| (of(step) + place as f64 - 6.0).max(0.0));
        SeriesForecast::new(id.into(), start, "x", (0..horizon).map(of).collect(), quantiles, 0.0)
    }

    fn info(id: &str) -> Series {
        Series { id: id.into(), name: id.into(), store: None, category: None, start: 0 }
    }

    #[test]
    fn products_of_different_ends_are_added_by_date_and_held_to_the_end() -> Result<()> {
        // The second ended a period before the first, the third three periods before, the fourth was never sold.
        let of = |id: &str, length: usize| (info(id), vec![1.0; length]);
        let panel = Panel::new(Frequency::Day, vec![of("a", 25), of("b", 24), of("c", 22), of("d", 0)])?;
        let mut series = vec![rising("a", 25, 10.0, 3), rising("b", 24, 7.0, 3), rising("c", 22, 100.0, 3)];
        series.push(rising("d", 29, 50.0, 3));
        let forecast = Forecast { frequency: Frequency::Day, horizon: 3, series };
        let packed = pollster::block_on(PackedForecast::of(&forecast))?;
        let (made, _) = pollster::block_on(summed(&panel, &packed, &Past::new(3)))?;
        assert_eq!(made.start, 25);
        assert_eq!(made.mean, [10.0 + 14.0, 20.0 + 21.0, 30.0 + 21.0], "its last step is held");
        for row in made.quantiles.rows() {
            assert!(row.iter().zip(row.iter().skip(1)).all(|(low, high)| low <= high), "{row}");
        }
        let (narrow, one) = (made.quantiles[(0, 11)] - made.quantiles[(0, 1)], 10.0);
        assert!(narrow > one && narrow < 2.0 * one, "between independent and as one: {narrow}");
        assert!((made.total[6] / made.total_mean() - 1.0).abs() < 0.02, "{:?}", made.total);
        let steps: Vec<Vec<f64>> = forecast.series.iter().map(|series| series.mean.clone()).collect();
        assert_eq!(
            sum_by_date(&panel, &steps, made.start, 3, &|_| true),
            made.mean,
            "products that are over add nothing"
        );
        // A week's forecast and more: the same day of the last week is held.
        assert_eq!([9, 10, 11, 12].map(|step| held(step, 10, 7)), [9, 3, 4, 5]);
        assert_eq!([10, 12, 26].map(|step| held(step, 14, 7)), [10, 12, 12]);
        Ok(())
    }

    #[test]
    fn what_came_is_added_by_date_as_what_was_said() -> Result<()> {
        // Two steady products with opposite waves, the second ended a day earlier: added by date the waves cancel.
        let horizon = 4;
        let wave = |day: usize| if day.is_multiple_of(2) { 5.0 } else { -5.0 };
        let (long, short) = (20, 19);
        let values = |length: usize, sign: f64| (0..length).map(|day| 50.0 + sign * wave(day)).collect::<Vec<_>>();
        let panel = Panel::new(Frequency::Day, vec![(info("a"), values(long, 1.0)), (info("b"), values(short, -1.0))])?;
        let came = Came::after(&panel, &Groups::of(&panel), 8, horizon);
        assert_eq!((came.start, came.counts), (12, vec![true, true]));
        assert_eq!(came.sold[0].values, [100.0, 100.0, 100.0, 100.0, 400.0]);
        Ok(())
    }

    #[test]
    fn the_shops_range_is_tested_at_each_origin_by_what_came() -> Result<()> {
        // Two steady products; the range of their sum holds what came, except after the origin before the jump.
        let (horizon, length) = (3, 21);
        let sold = |day: usize| if (15..18).contains(&day) { 40.0 } else { 10.0 };
        let values: Vec<f64> = (0..length).map(sold).collect();
        let mut blank = values.clone();
        blank[10] = f64::NAN;
        let held = |panel: &Panel| {
            let mut past = Past::new(horizon);
            for back in [12, 9, 6, 3] {
                for index in 0..2 {
                    let quantiles =
                        Array2::from_shape_fn((horizon, LEVELS.len()), |(_, place)| 8.0 + place as f64 / 3.0);
                    let start = (length - back) as i32;
                    let said = SeriesForecast::new("x".into(), start, "x", vec![10.0; horizon], quantiles, 0.0);
                    past.see(panel, back, index, &said);
                }
            }
            past.held()
        };
        let panel = Panel::new(Frequency::Day, vec![(info("a"), values.clone()), (info("b"), values.clone())])?;
        assert_eq!(held(&panel), Held { held: 3, tested: 4 });
        let panel = Panel::new(Frequency::Day, vec![(info("a"), values), (info("b"), blank)])?;
        assert_eq!(held(&panel), Held { held: 2, tested: 3 }, "a span with a missing value has no total");
        Ok(())
    }

    #[test]
    fn categories_add_up_to_the_shop_and_are_tested_by_themselves() -> Result<()> {
        // Two of a category, whose sales jump after the last origin, and one of another, which are steady.
        let (horizon, length) = (3, 21);
        let of = |id: &str, category: &str, jump: f64| {
            let values = (0..length).map(|day| if day >= 18 { 10.0 + jump } else { 10.0 }).collect::<Vec<f64>>();
            (Series { category: Some(category.into()), ..info(id) }, values)
        };
        let panel = Panel::new(Frequency::Day, vec![of("a", "x", 30.0), of("b", "y", 0.0), of("c", "x", 30.0)])?;
        let said = |start: usize| {
            let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |(_, place)| 8.0 + place as f64 / 3.0);
            SeriesForecast::new("x".into(), start as i32, "x", vec![10.0; horizon], quantiles, 0.0)
        };
        let mut past = Past::new(horizon);
        for back in [9, 6, 3] {
            (0..3).for_each(|index| past.see(&panel, back, index, &said(length - back)));
        }
        let series = (0..3).map(|_| said(length)).collect();
        let forecast = Forecast { frequency: Frequency::Day, horizon, series };
        let packed = pollster::block_on(PackedForecast::of(&forecast))?;
        let (all, made) = pollster::block_on(summed(&panel, &packed, &past))?;
        let told: Vec<_> = made.iter().map(|one| (one.name.as_str(), one.forecast.mean[0], one.held)).collect();
        let held = |held| Held { held, tested: 3 };
        assert_eq!(told, [("x", 20.0, held(2)), ("y", 10.0, held(3))]);
        assert!((all.mean[0] - 30.0).abs() < 1e-12 && past.held() == held(2));
        assert_eq!(made[1].forecast.quantiles, said(length).quantiles, "one product is that product");
        let width = |one: &SeriesForecast| one.total[11] - one.total[1];
        assert!(width(&made[0].forecast) > width(&said(length)) && width(&made[0].forecast) < width(&all));
        Ok(())
    }
}
