//! The whole shop's forecast from those of its products.
//!
//! Products' misses are neither independent nor one: how much they go together is taken from the past, as the share ρ
//! for which ranges of the shop's sum would have had the least quantile loss. Widths add up as √(ρ·(Σw)² + (1−ρ)·Σw²).

use ndarray::{Array1, Array2};

use crate::evaluate::backtest::{ModelBacktest, actuals};
use crate::models::forecast::{LEVELS, MEDIAN, pinball};
use crate::models::{Forecast, SeriesForecast};
use crate::panel::Panel;
use crate::work::breathe;

/// Shares tried.
const SHARES: [f64; 11] = [0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0];
/// Share without a past to take it from.
const DEFAULT_SHARE: f64 = 0.2;
/// Ends of the 80 % range in [`LEVELS`].
const ENDS: [usize; 2] = [1, 11];
/// Series between two breaths.
const BREATH_SERIES: usize = 256;

/// Sums over products, per step, and in a last row of the totals over the horizon.
struct Sums {
    start: i32,
    mean: Array1<f64>,
    median: Array1<f64>,
    widths: Array2<f64>,
    squares: Array2<f64>,
}

impl Sums {
    /// Sums over the series that `counts` names; steps are those of the latest start.
    async fn of(forecast: &Forecast, counts: impl Fn(usize) -> bool) -> Self {
        let (horizon, levels) = (forecast.horizon, LEVELS.len());
        let start = forecast.series.iter().map(|series| series.start).max().unwrap_or_default();
        let mut sums = Sums {
            start,
            mean: Array1::zeros(horizon + 1),
            median: Array1::zeros(horizon + 1),
            widths: Array2::zeros((horizon + 1, levels)),
            squares: Array2::zeros((horizon + 1, levels)),
        };
        for (index, series) in forecast.series.iter().enumerate().filter(|(index, _)| counts(*index)) {
            // A series that ended earlier adds what its forecast says of the later dates.
            let late = usize::try_from(start - series.start).unwrap_or(0);
            for step in late..horizon {
                sums.add(step - late, series.mean[step], |place| series.quantiles[(step, place)]);
            }
            if late == 0 {
                sums.add(horizon, series.total_mean(), |place| series.total[place]);
            } else if late < horizon {
                let kept = (horizon - late) as f64 / horizon as f64;
                sums.add(horizon, series.mean[late..].iter().sum(), |place| kept * series.total[place]);
            }
            if index % BREATH_SERIES == 0 {
                breathe().await;
            }
        }
        sums
    }

    fn add(&mut self, row: usize, mean: f64, quantile: impl Fn(usize) -> f64) {
        let median = quantile(MEDIAN);
        self.mean[row] += mean;
        self.median[row] += median;
        for place in 0..LEVELS.len() {
            let width = quantile(place) - median;
            self.widths[(row, place)] += width;
            self.squares[(row, place)] += width * width;
        }
    }

    /// Quantile of a row's sum where misses go together by `share`.
    fn quantile(&self, row: usize, place: usize, share: f64) -> f64 {
        // Skew vanishes as independent products add up: then the sum's median is the sum of means.
        let middle = share * self.median[row] + (1.0 - share) * self.mean[row];
        let (sum, squares) = (self.widths[(row, place)], self.squares[(row, place)]);
        let width = (share * sum * sum + (1.0 - share) * squares).max(0.0).sqrt();
        (middle + width * sum.signum()).max(0.0)
    }
}

/// Forecast of the sum of all products; `past` is what the same method said before, with its origins.
pub async fn whole_shop(
    panel: &Panel,
    forecast: &Forecast,
    past: Option<(&[usize], &ModelBacktest)>,
) -> SeriesForecast {
    let horizon = forecast.horizon;
    let (mut steps, mut totals) = ([0.0; SHARES.len()], [0.0; SHARES.len()]);
    if let Some((backs, tested)) = past {
        for (fold, &back) in backs.iter().enumerate() {
            let whole = |index: usize| {
                tested.products[fold][index].is_some() && actuals(panel, index, back, horizon).len() == horizon
            };
            let mut came = vec![0.0; horizon + 1];
            for index in (0..panel.len()).filter(|&index| whole(index)) {
                for (step, value) in
                    actuals(panel, index, back, horizon).iter().enumerate().filter(|(_, value)| !value.is_nan())
                {
                    came[step] += value;
                    came[horizon] += value;
                }
            }
            let sums = Sums::of(&tested.forecasts[fold], whole).await;
            let loss = |row: usize, share: f64| -> f64 {
                ENDS.iter().map(|&place| pinball(LEVELS[place], came[row], sums.quantile(row, place, share))).sum()
            };
            for (place, &share) in SHARES.iter().enumerate() {
                steps[place] += (0..horizon).map(|step| loss(step, share)).sum::<f64>();
                totals[place] += loss(horizon, share);
            }
        }
    }
    let step_share = best(&steps);
    // A handful of totals says little by itself: single steps speak with them, in proportion to their least losses.
    let (least_step, least_total) = (least(&steps), least(&totals));
    let both = std::array::from_fn(|place| steps[place] / least_step + totals[place] / least_total);
    let total_share = best(&both);
    let sums = Sums::of(forecast, |_| true).await;
    let quantiles =
        Array2::from_shape_fn((horizon, LEVELS.len()), |(step, place)| sums.quantile(step, place, step_share));
    let mean = sums.mean.iter().take(horizon).copied().collect();
    let mut made = SeriesForecast::new(String::new(), sums.start, "sum", mean, quantiles, 0.0);
    made.total = (0..LEVELS.len()).map(|place| sums.quantile(horizon, place, total_share)).collect();
    made.total.sort_by(f64::total_cmp);
    made
}

fn least(losses: &[f64; SHARES.len()]) -> f64 {
    losses.iter().copied().fold(f64::INFINITY, f64::min).max(f64::MIN_POSITIVE)
}

/// The share with the least loss; the default one where there is nothing to tell them apart.
fn best(losses: &[f64; SHARES.len()]) -> f64 {
    let (low, high) =
        losses.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &loss| (low.min(loss), high.max(loss)));
    if high.is_nan() || high <= low {
        return DEFAULT_SHARE;
    }
    let place = losses.iter().position(|loss| *loss <= low).unwrap_or_default();
    SHARES[place]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::panel::Series;

    #[test]
    fn products_of_different_ends_are_added_by_date() -> Result<()> {
        let info = |id: &str| Series { id: id.into(), name: id.into(), store: None, category: None, start: 0 };
        let panel = Panel::new(Frequency::Day, vec![(info("a"), vec![1.0; 5]), (info("b"), vec![1.0; 4])])?;
        let flat = |id: &str, start: i32, value: f64| {
            let quantiles =
                Array2::from_shape_fn((3, LEVELS.len()), |(step, place)| value * (1.0 + step as f64) + place as f64);
            SeriesForecast::new(id.into(), start, "x", vec![value, 2.0 * value, 3.0 * value], quantiles, 0.0)
        };
        let forecast =
            Forecast { frequency: Frequency::Day, horizon: 3, series: vec![flat("a", 5, 10.0), flat("b", 4, 1.0)] };
        let made = pollster::block_on(whole_shop(&panel, &forecast, None));
        assert_eq!(made.start, 5);
        assert_eq!(made.mean, [10.0 + 2.0, 20.0 + 3.0, 30.0]);
        for row in made.quantiles.rows() {
            assert!(row.iter().zip(row.iter().skip(1)).all(|(low, high)| low <= high), "{row}");
        }
        let (narrow, one) = (made.quantiles[(0, 11)] - made.quantiles[(0, 1)], 10.0);
        assert!(narrow > one && narrow < 2.0 * one, "between independent and as one: {narrow}");
        Ok(())
    }
}
