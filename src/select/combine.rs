//! Medians of several methods' quantiles, and totals calibrated on the past.

use ndarray::Array2;

use super::compare::Choice;
use crate::evaluate::backtest::actuals;
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, MEDIAN};
use crate::panel::Panel;

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

/// A series by its choice of methods: one as it is, several by the median of every quantile, named after all of them
/// with ` + ` between. `members` is what each method says of it.
pub fn combine(members: &[&SeriesForecast], choice: &Choice) -> SeriesForecast {
    let parts: Vec<&SeriesForecast> = choice.members().map(|member| members[member]).collect();
    if let [only] = parts.as_slice() { (*only).clone() } else { middle(&parts) }
}

fn middle(parts: &[&SeriesForecast]) -> SeriesForecast {
    let horizon = parts[0].mean.len();
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
    /// Adds those of another origin.
    pub fn extend(&mut self, more: Self) {
        self.below.extend(more.below);
        self.above.extend(more.above);
    }

    /// Adds what came of series `index` after the origin `back` periods before the end to what was said there, not yet
    /// stretched. A range without width on a side has none to stretch and says nothing of the others.
    pub fn learn(&mut self, panel: &Panel, back: usize, index: usize, said: &SeriesForecast) {
        let horizon = said.mean.len();
        let came = actuals(panel, index, back, horizon);
        let sum: f64 = came.iter().sum();
        if panel.values(index).len() <= back || came.len() < horizon || !sum.is_finite() {
            return;
        }
        let middle = said.total[MEDIAN];
        let (low, high) = (middle - said.total[LOW], said.total[HIGH] - middle);
        if low > 0.0 {
            self.below.push(((middle - sum) / low).max(0.0));
        }
        if high > 0.0 {
            self.above.push(((sum - middle) / high).max(0.0));
        }
    }

    /// How the totals' ranges must be stretched about their medians, each side by itself, so that on the past they would
    /// have held as often as they say: split conformal prediction, pooled over products and origins (Romano, Patterson
    /// and Candès 2019).
    pub fn stretch(&self) -> Stretch {
        Stretch { low: factor(&self.below), high: factor(&self.above) }
    }
}

/// Factors of the two sides of a range.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    low: f64,
    high: f64,
}

impl Stretch {
    /// Stretches a total's range.
    pub fn apply(self, said: &mut SeriesForecast) {
        let middle = said.total[MEDIAN];
        for (place, value) in said.total.iter_mut().enumerate() {
            let stretch = if place < MEDIAN { self.low } else { self.high };
            *value = (middle + stretch * (*value - middle)).max(0.0);
        }
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
        let made = middle(&parts.iter().collect::<Vec<_>>());
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
        let forecast: Vec<SeriesForecast> = (0..100).map(|id| flat(id, 1.0)).collect();
        let stretched = |misses: &Misses| {
            let mut made = forecast.clone();
            made.iter_mut().for_each(|one| misses.stretch().apply(one));
            made
        };
        let mut misses = Misses::default();
        assert_eq!(stretched(&misses), forecast, "nothing is known yet");
        forecast.iter().enumerate().for_each(|(index, one)| misses.learn(&panel, 2, index, one));
        let made = stretched(&misses);
        let total = &made[0].total;
        assert!((total[HIGH] - (100.0 + 5.0 * FACTORS.1)).abs() < 1e-9, "the upper side, as far as allowed: {total:?}");
        assert!((total[LOW] - 97.5).abs() < 1e-9, "nothing came below: {total:?}");
        // As many ranges without any width change nothing for the others.
        let mut certain = forecast.clone();
        certain.iter_mut().for_each(|series| series.total = vec![0.0; LEVELS.len()]);
        certain.iter().enumerate().for_each(|(index, one)| misses.learn(&panel, 2, index, one));
        assert_eq!(stretched(&misses), made);
        Ok(())
    }

    #[test]
    fn a_method_that_several_fell_back_to_is_named_once() {
        let named = |model: &str| SeriesForecast { model: model.into(), ..flat(0, 1.0) };
        let parts = [named("mean"), named("ets"), named("mean")];
        assert_eq!(middle(&parts.iter().collect::<Vec<_>>()).model, "mean + ets");
    }
}
