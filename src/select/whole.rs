//! The whole shop's forecast from those of its products.
//!
//! Products' misses are neither independent nor one: how much they go together is taken from the past, as the
//! correlation for which ranges of the shop's sum would have had the least quantile loss (see [`crate::models::sums`]).
//!
//! Products are added by date, from the latest start on. One that ended a few periods before the others has no
//! forecast for the last of them: it goes on as in its last season. One that ended longer ago is over.

use ndarray::Array2;

use crate::evaluate::backtest::{ENDS, actuals};
use crate::models::forecast::{LEVELS, pinball};
use crate::models::short::widen;
use crate::models::sums::{Scale, Sum};
use crate::models::{Forecast, SeriesForecast};
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
    scale: Scale,
    season: usize,
    start: i32,
}

impl Sums {
    fn new(horizon: usize, season: usize, start: i32) -> Self {
        let (mean, rows) = (vec![0.0; horizon], vec![Sum::default(); horizon + 1]);
        Sums { mean, rows, scale: Scale::new(), season, start }
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
fn late(start: i32, own: i32, horizon: usize) -> Option<usize> {
    Some(usize::try_from(start - own).unwrap_or(0)).filter(|late| *late < horizon)
}

/// The step of a series' own forecast that stands for `step`, which may lie beyond its end: the same phase of its last
/// season, or the last step where the forecast is shorter than a season.
fn held(step: usize, horizon: usize, season: usize) -> usize {
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
    /// Per step, and the total.
    sold: Vec<f64>,
    /// Whether no value is missing among them: else there is no total.
    is_whole: bool,
}

impl Came {
    fn after(panel: &Panel, back: usize, horizon: usize) -> Self {
        // Of many products some have always run out: then no total would ever be known.
        let panel = &panel.as_written();
        let whole = |index: usize| {
            let came = actuals(panel, index, back, horizon);
            panel.values(index).len() > back && came.len() == horizon && came.iter().any(|value| !value.is_nan())
        };
        // Where its forecast started.
        let start_of = |index: usize| panel.end(index) - back as i32;
        let start = (0..panel.len()).filter(|&index| whole(index)).map(start_of).max().unwrap_or_default();
        let mut came = Came { start, counts: vec![false; panel.len()], sold: vec![0.0; horizon + 1], is_whole: true };
        for index in (0..panel.len()).filter(|&index| whole(index)) {
            let Some(late) = late(start, start_of(index), horizon) else { continue };
            let values = panel.values(index);
            let first = values.len() - back + late;
            // A series that ended meanwhile is not known for all of these dates; one that is over takes no part.
            let Some(sold) = values.get(first..first + horizon) else { continue };
            came.counts[index] = true;
            came.is_whole &= sold.iter().all(|value| !value.is_nan());
            for (step, value) in sold.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                came.sold[step] += value;
                came.sold[horizon] += value;
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

/// How ranges of the shop's sum would have done on the past, by correlation.
pub struct Past {
    horizon: usize,
    held: Held,
    steps: [f64; CORRELATIONS.len()],
    totals: [f64; CORRELATIONS.len()],
    /// The origin that is being added up.
    origin: Option<(Came, Sums)>,
}

impl Past {
    /// Nothing yet.
    pub fn new(horizon: usize) -> Self {
        let (steps, totals) = ([0.0; CORRELATIONS.len()], [0.0; CORRELATIONS.len()]);
        Self { horizon, held: Held::default(), steps, totals, origin: None }
    }

    /// How often the shop's total lay in its 80 % range, which at each origin is made of what older ones speak for.
    pub fn held(&self) -> Held {
        self.held
    }

    /// The correlations of single steps and of the totals that the origins so far speak for.
    fn correlations(&self) -> (f64, f64) {
        // A handful of totals says little by itself: single steps speak with them, in proportion to their least losses.
        let (least_step, least_total) = (least(&self.steps), least(&self.totals));
        let both = std::array::from_fn(|place| self.steps[place] / least_step + self.totals[place] / least_total);
        (best(&self.steps), best(&both))
    }

    /// Adds what was said of series `index` `back` periods before the end. Series come in panel order, all of one origin
    /// before those of the next.
    pub fn see(&mut self, panel: &Panel, back: usize, index: usize, said: &SeriesForecast) {
        if index == 0 {
            let came = Came::after(panel, back, self.horizon);
            let sums = Sums::new(self.horizon, panel.frequency().season_length(), came.start);
            self.origin = Some((came, sums));
        }
        if let Some((came, sums)) = &mut self.origin
            && came.counts[index]
        {
            sums.add(said);
        }
        if index + 1 < panel.len() {
            return;
        }
        let Some((came, sums)) = self.origin.take() else { return };
        if came.is_whole
            && came.counts.contains(&true)
            && let (Some(row), Some(sold)) = (sums.rows.last(), came.sold.last())
        {
            let said = row.quantiles(self.correlations().1);
            let [low, high] = ENDS.map(|end| said[end]);
            self.held.held += u32::from(low <= *sold && *sold <= high);
            self.held.tested += 1;
        }
        for (place, &correlation) in CORRELATIONS.iter().enumerate() {
            let mut losses = sums.rows.iter().zip(&came.sold).map(|(row, &sold)| {
                let said = row.quantiles(correlation);
                ENDS.iter().map(|&end| pinball(LEVELS[end], sold, said[end])).sum::<f64>()
            });
            self.steps[place] += losses.by_ref().take(self.horizon).sum::<f64>();
            self.totals[place] += losses.sum::<f64>();
        }
    }
}

/// Forecast of the sum of all products; `past` is how the same method did before.
pub async fn whole_shop(panel: &Panel, forecast: &Forecast, past: &Past) -> SeriesForecast {
    let horizon = forecast.horizon;
    let (step_correlation, total_correlation) = past.correlations();
    // A product without any history has no end either.
    let counts = |index: usize| !panel.values(index).is_empty();
    let starts = forecast.series.iter().map(|series| series.start).enumerate();
    let start = starts.filter(|(index, _)| counts(*index)).map(|(_, start)| start).max();
    let start = start.or_else(|| forecast.series.iter().map(|series| series.start).max()).unwrap_or_default();
    let mut sums = Sums::new(horizon, forecast.frequency.season_length(), start);
    for (_, series) in forecast.series.iter().enumerate().filter(|(index, _)| counts(*index)) {
        sums.add(series);
        breathe().await;
    }
    let rows: Vec<[f64; LEVELS.len()]> =
        sums.rows.iter().take(horizon).map(|row| row.quantiles(step_correlation)).collect();
    let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |(step, place)| rows[step][place]);
    let mut made = SeriesForecast::new(String::new(), start, "sum", sums.mean, quantiles, 0.0);
    made.total = sums.rows.last().map(|row| row.quantiles(total_correlation).to_vec()).unwrap_or_default();
    // What a short past does not show of one product it shows of none: added up, that does not even out.
    widen(&mut made, &totals::total(panel).values);
    made
}

/// Sums over products of steps that begin where each product ends, by date from the shop's `start` on: which products
/// take part, and what stands for steps beyond a product's own, is as in [`whole_shop`]. `steps[product][step]`.
pub fn sum_by_date(panel: &Panel, steps: &[Vec<f64>], start: i32, horizon: usize) -> Vec<f64> {
    let season = panel.frequency().season_length();
    let mut sums = vec![0.0; horizon];
    for (index, own) in steps.iter().enumerate().filter(|(index, _)| !panel.values(*index).is_empty()) {
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
    use crate::error::Result;
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
        let made = pollster::block_on(whole_shop(&panel, &forecast, &Past::new(3)));
        assert_eq!(made.start, 25);
        assert_eq!(made.mean, [10.0 + 14.0, 20.0 + 21.0, 30.0 + 21.0], "its last step is held");
        for row in made.quantiles.rows() {
            assert!(row.iter().zip(row.iter().skip(1)).all(|(low, high)| low <= high), "{row}");
        }
        let (narrow, one) = (made.quantiles[(0, 11)] - made.quantiles[(0, 1)], 10.0);
        assert!(narrow > one && narrow < 2.0 * one, "between independent and as one: {narrow}");
        assert!((made.total[6] / made.total_mean() - 1.0).abs() < 0.02, "{:?}", made.total);
        let steps: Vec<Vec<f64>> = forecast.series.iter().map(|series| series.mean.clone()).collect();
        assert_eq!(sum_by_date(&panel, &steps, made.start, 3), made.mean, "products that are over add nothing");
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
        let came = Came::after(&panel, 8, horizon);
        assert_eq!((came.start, came.counts), (12, vec![true, true]));
        assert_eq!(came.sold, [100.0, 100.0, 100.0, 100.0, 400.0]);
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
}
