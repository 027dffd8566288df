//! The whole shop's forecast from those of its products.
//!
//! Products' misses are neither independent nor one: how much they go together is taken from the past, as the
//! correlation for which ranges of the shop's sum would have had the least quantile loss (see [`crate::models::sums`]).
//!
//! Products are added by date, from the latest start on. One that ended a few periods before the others has no
//! forecast for the last of them: it goes on as in its last season. One that ended longer ago is over.

use ndarray::Array2;

use crate::evaluate::backtest::{ModelBacktest, actuals};
use crate::models::forecast::{LEVELS, pinball};
use crate::models::sums::{Scale, Sum};
use crate::models::{Forecast, SeriesForecast};
use crate::panel::Panel;
use crate::work::breathe;

/// Correlations tried.
const CORRELATIONS: [f64; 11] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0];
/// Correlation without a past to take it from.
const DEFAULT_CORRELATION: f64 = 0.2;
/// Ends of the 80 % range in [`LEVELS`].
const ENDS: [usize; 2] = [1, 11];
/// Series between two breaths.
const BREATH_SERIES: usize = 256;

/// Sums over products, per step, and in a last row of the totals over the horizon.
struct Sums {
    mean: Vec<f64>,
    rows: Vec<Sum>,
}

impl Sums {
    /// Sums over the series that `counts` names; steps are those from `start` on, the latest start of any of them.
    async fn of(forecast: &Forecast, start: i32, counts: impl Fn(usize) -> bool) -> Self {
        let (horizon, season) = (forecast.horizon, forecast.frequency.season_length());
        let scale = Scale::new();
        let mut sums = Sums { mean: vec![0.0; horizon], rows: vec![Sum::default(); horizon + 1] };
        for (index, series) in forecast.series.iter().enumerate().filter(|(index, _)| counts(*index)) {
            let late = usize::try_from(start - series.start).unwrap_or(0);
            if late >= horizon {
                continue;
            }
            let mut total = 0.0;
            for step in 0..horizon {
                let own = held(step + late, horizon, season);
                let part = scale.part(|place| series.quantiles[(own, place)], series.mean[own]);
                sums.rows[step].add(&part);
                sums.mean[step] += series.mean[own];
                total += series.mean[own];
            }
            let stretch = if late > 0 && series.total_mean() > 0.0 { total / series.total_mean() } else { 1.0 };
            sums.rows[horizon].add(&scale.part(|place| stretch * series.total[place], total));
            if index % BREATH_SERIES == 0 {
                breathe().await;
            }
        }
        sums
    }
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
}

impl Came {
    fn after(panel: &Panel, back: usize, tested: &ModelBacktest, fold: usize) -> Self {
        let forecast = &tested.forecasts[fold];
        let horizon = forecast.horizon;
        let whole = |index: usize| {
            tested.products[fold][index].is_some() && actuals(panel, index, back, horizon).len() == horizon
        };
        let start_of = |index: usize| forecast.series[index].start;
        let start = (0..panel.len()).filter(|&index| whole(index)).map(start_of).max().unwrap_or_default();
        let mut came = Came { start, counts: vec![false; panel.len()], sold: vec![0.0; horizon + 1] };
        for index in (0..panel.len()).filter(|&index| whole(index)) {
            let late = usize::try_from(start - start_of(index)).unwrap_or(0);
            let values = panel.values(index);
            let first = values.len() - back + late;
            // A series that ended meanwhile is not known for all of these dates; one that is over takes no part.
            let Some(sold) = values.get(first..first + horizon).filter(|_| late < horizon) else { continue };
            came.counts[index] = true;
            for (step, value) in sold.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                came.sold[step] += value;
                came.sold[horizon] += value;
            }
        }
        came
    }
}

/// Forecast of the sum of all products; `past` is what the same method said before, with its origins.
pub async fn whole_shop(
    panel: &Panel,
    forecast: &Forecast,
    past: Option<(&[usize], &ModelBacktest)>,
) -> SeriesForecast {
    let horizon = forecast.horizon;
    let (mut steps, mut totals) = ([0.0; CORRELATIONS.len()], [0.0; CORRELATIONS.len()]);
    if let Some((backs, tested)) = past {
        for (fold, &back) in backs.iter().enumerate() {
            let came = Came::after(panel, back, tested, fold);
            let sums = Sums::of(&tested.forecasts[fold], came.start, |index| came.counts[index]).await;
            for (place, &correlation) in CORRELATIONS.iter().enumerate() {
                let mut losses = sums.rows.iter().zip(&came.sold).map(|(row, &sold)| {
                    let said = row.quantiles(correlation);
                    ENDS.iter().map(|&end| pinball(LEVELS[end], sold, said[end])).sum::<f64>()
                });
                steps[place] += losses.by_ref().take(horizon).sum::<f64>();
                totals[place] += losses.sum::<f64>();
            }
        }
    }
    let step_correlation = best(&steps);
    // A handful of totals says little by itself: single steps speak with them, in proportion to their least losses.
    let (least_step, least_total) = (least(&steps), least(&totals));
    let both = std::array::from_fn(|place| steps[place] / least_step + totals[place] / least_total);
    let total_correlation = best(&both);
    // A product without any history has no end either.
    let counts = |index: usize| !panel.values(index).is_empty();
    let starts = forecast.series.iter().map(|series| series.start).enumerate();
    let start = starts.filter(|(index, _)| counts(*index)).map(|(_, start)| start).max();
    let start = start.or_else(|| forecast.series.iter().map(|series| series.start).max()).unwrap_or_default();
    let sums = Sums::of(forecast, start, counts).await;
    let rows: Vec<[f64; LEVELS.len()]> =
        sums.rows.iter().take(horizon).map(|row| row.quantiles(step_correlation)).collect();
    let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |(step, place)| rows[step][place]);
    let mut made = SeriesForecast::new(String::new(), start, "sum", sums.mean, quantiles, 0.0);
    made.total = sums.rows.last().map(|row| row.quantiles(total_correlation).to_vec()).unwrap_or_default();
    made
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
    use crate::evaluate::backtest::judge;
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
        let panel = Panel::new(Frequency::Day, vec![of("a", 5), of("b", 4), of("c", 2), of("d", 0)])?;
        let mut series = vec![rising("a", 5, 10.0, 3), rising("b", 4, 7.0, 3), rising("c", 2, 100.0, 3)];
        series.push(rising("d", 9, 50.0, 3));
        let forecast = Forecast { frequency: Frequency::Day, horizon: 3, series };
        let made = pollster::block_on(whole_shop(&panel, &forecast, None));
        assert_eq!(made.start, 5);
        assert_eq!(made.mean, [10.0 + 14.0, 20.0 + 21.0, 30.0 + 21.0], "its last step is held");
        for row in made.quantiles.rows() {
            assert!(row.iter().zip(row.iter().skip(1)).all(|(low, high)| low <= high), "{row}");
        }
        let (narrow, one) = (made.quantiles[(0, 11)] - made.quantiles[(0, 1)], 10.0);
        assert!(narrow > one && narrow < 2.0 * one, "between independent and as one: {narrow}");
        assert!((made.total[6] / made.total_mean() - 1.0).abs() < 0.02, "{:?}", made.total);
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
        let backs = [8_usize];
        let series = [("a", long), ("b", short)].map(|(id, length)| {
            let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |(_, place)| 44.0 + place as f64);
            SeriesForecast::new(id.into(), (length - backs[0]) as i32, "x", vec![50.0; horizon], quantiles, 0.0)
        });
        let forecast = Forecast { frequency: Frequency::Day, horizon, series: series.into() };
        let tested = pollster::block_on(judge("x", &panel, &backs, vec![forecast]));
        let came = Came::after(&panel, backs[0], &tested, 0);
        assert_eq!((came.start, came.counts), (12, vec![true, true]));
        assert_eq!(came.sold, [100.0, 100.0, 100.0, 100.0, 400.0]);
        Ok(())
    }
}
