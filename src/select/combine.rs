//! Medians of several methods' quantiles, and totals calibrated on the past.

use ndarray::Array2;

use super::compare::Choice;
use crate::evaluate::backtest::actuals;
use crate::models::forecast::{LEVELS, MEDIAN};
use crate::models::{Forecast, SeriesForecast};
use crate::panel::Panel;
use crate::work::breathe;

/// Series between two breaths.
const BREATH_SERIES: usize = 256;

/// Middle of a few values, the mean of the two middle ones where their number is even; `values` is put in order.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[half],
        _ => 0.5 * (values[half - 1] + values[half]),
    }
}

/// Each series by its choice of methods: one as it is, several by the median of every quantile, named after all of
/// them with ` + ` between.
pub async fn combine(members: &[&Forecast], choice: impl Fn(usize) -> Choice) -> Forecast {
    let (frequency, horizon) = (members[0].frequency, members[0].horizon);
    let mut series = Vec::with_capacity(members[0].series.len());
    for index in 0..members[0].series.len() {
        let chosen = choice(index);
        let parts: Vec<&SeriesForecast> = chosen.members().map(|member| &members[member].series[index]).collect();
        series.push(if parts.len() == 1 { parts[0].clone() } else { middle(&parts, horizon) });
        if index % BREATH_SERIES == 0 {
            breathe().await;
        }
    }
    Forecast { frequency, horizon, series }
}

fn middle(parts: &[&SeriesForecast], horizon: usize) -> SeriesForecast {
    let mut values = vec![0.0; parts.len()];
    let mut of = |value: &dyn Fn(&SeriesForecast) -> f64| {
        values.iter_mut().zip(parts).for_each(|(slot, part)| *slot = value(part));
        median(&mut values)
    };
    let mean = (0..horizon).map(|step| of(&|part| part.mean[step])).collect();
    let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |at| of(&|part| part.quantiles[at]));
    let total = (0..LEVELS.len()).map(|place| of(&|part| part.total[place])).collect();
    // Methods that fell back to the same other one are named once, wherever they stand.
    let mut names: Vec<&str> = Vec::with_capacity(parts.len());
    for part in parts {
        if !names.contains(&part.model.as_str()) {
            names.push(&part.model);
        }
    }
    SeriesForecast { id: parts[0].id.clone(), start: parts[0].start, model: names.join(" + "), mean, quantiles, total }
}

/// Places of the 10 % and 90 % levels in [`LEVELS`].
const LOW: usize = 1;
/// See [`LOW`].
const HIGH: usize = 11;
/// Share of totals that may lie beyond one end of the 80 % range.
const BEYOND: f64 = 0.1;
/// Past totals needed to speak of a share.
const LEAST_TOTALS: usize = 50;
/// Narrowest and widest that a range is made, as factors.
const FACTORS: (f64, f64) = (0.5, 3.0);

/// How far totals of the past fell from the middle of what was said of them, in widths of the ranges as the methods
/// made them: what was stretched already would hide how much stretching is needed.
#[derive(Default)]
pub struct Misses {
    below: Vec<f64>,
    above: Vec<f64>,
}

impl Misses {
    /// Adds what came after the origin `back` periods before the end to what was said there, not yet stretched.
    /// A range without width on a side has none to stretch and says nothing of the others.
    pub fn learn(&mut self, panel: &Panel, back: usize, said: &Forecast) {
        for (index, series) in said.series.iter().enumerate() {
            let came = actuals(panel, index, back, said.horizon);
            let known = panel.values(index).len() > back && came.len() == said.horizon;
            let sum: f64 = came.iter().sum();
            if !known || !sum.is_finite() {
                continue;
            }
            let middle = series.total[MEDIAN];
            let (low, high) = (middle - series.total[LOW], series.total[HIGH] - middle);
            if low > 0.0 {
                self.below.push(((middle - sum) / low).max(0.0));
            }
            if high > 0.0 {
                self.above.push(((sum - middle) / high).max(0.0));
            }
        }
    }

    /// Stretches the totals' ranges about their medians, each side by itself, so that on the past they would have held
    /// as often as they say: split conformal prediction, pooled over products and origins (Romano, Patterson and
    /// Candès 2019).
    #[must_use]
    pub fn calibrate(&self, mut forecast: Forecast) -> Forecast {
        let (low, high) = (factor(&self.below), factor(&self.above));
        for series in &mut forecast.series {
            let middle = series.total[MEDIAN];
            for (place, value) in series.total.iter_mut().enumerate() {
                let stretch = if place < MEDIAN { low } else { high };
                *value = (middle + stretch * (*value - middle)).max(0.0);
            }
        }
        forecast
    }
}

fn factor(shares: &[f64]) -> f64 {
    if shares.len() < LEAST_TOTALS {
        return 1.0;
    }
    let mut shares = shares.to_vec();
    shares.sort_unstable_by(f64::total_cmp);
    let rank = ((1.0 - BEYOND) * (shares.len() as f64 + 1.0)).ceil() as usize;
    shares[rank.min(shares.len()) - 1].clamp(FACTORS.0, FACTORS.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::panel::Series;

    fn flat(id: usize, spread: f64) -> SeriesForecast {
        let quantiles = Array2::from_shape_fn((2, LEVELS.len()), |(_, place)| 50.0 + spread * (place as f64 - 6.0));
        let mut made = SeriesForecast::new(format!("{id}"), 8, "x", vec![50.0; 2], quantiles, 1.0);
        made.total = (0..LEVELS.len()).map(|place| 100.0 + spread * (place as f64 - 6.0)).collect();
        made
    }

    #[test]
    fn the_middle_of_three_ignores_the_odd_one() {
        let parts = [flat(0, 1.0), flat(0, 2.0), flat(0, 40.0)];
        let made = middle(&parts.iter().collect::<Vec<_>>(), 2);
        assert_eq!(made.quantiles, parts[1].quantiles);
        assert_eq!(made.total, parts[1].total);
        assert!((median(&mut [4.0, 1.0, 2.0, 9.0]) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn ranges_that_were_too_narrow_are_widened_on_their_side_only() -> Result<()> {
        // Totals 100 to 199, one per product, where the range says 95 to 105: nine in ten of them lie below 190.
        let series = |index: usize| Series {
            id: format!("{index}"),
            name: String::new(),
            store: None,
            category: None,
            start: 0,
        };
        let panel = Panel::new(
            Frequency::Day,
            (0..100)
                .map(|index| (series(index), [vec![50.0; 8], vec![50.0 + index as f64 / 2.0; 2]].concat()))
                .collect(),
        )?;
        let forecast =
            Forecast { frequency: Frequency::Day, horizon: 2, series: (0..100).map(|id| flat(id, 1.0)).collect() };
        let mut misses = Misses::default();
        assert_eq!(misses.calibrate(forecast.clone()), forecast, "nothing is known yet");
        misses.learn(&panel, 2, &forecast);
        let made = misses.calibrate(forecast.clone());
        let total = &made.series[0].total;
        assert!((total[HIGH] - (100.0 + 5.0 * FACTORS.1)).abs() < 1e-9, "the upper side, as far as allowed: {total:?}");
        assert!((total[LOW] - 97.5).abs() < 1e-9, "nothing came below: {total:?}");
        // As many ranges without any width change nothing for the others.
        let mut certain = forecast.clone();
        certain.series.iter_mut().for_each(|series| series.total = vec![0.0; LEVELS.len()]);
        misses.learn(&panel, 2, &certain);
        assert_eq!(misses.calibrate(forecast), made);
        Ok(())
    }

    #[test]
    fn a_method_that_several_fell_back_to_is_named_once() {
        let named = |model: &str| SeriesForecast { model: model.into(), ..flat(0, 1.0) };
        let parts = [named("mean"), named("ets"), named("mean")];
        assert_eq!(middle(&parts.iter().collect::<Vec<_>>(), 2).model, "mean + ets");
    }
}
