//! Several methods' quantiles as one: their medians, or weighted means.

use ndarray::Array2;

use crate::models::SeriesForecast;
use crate::models::forecast::LEVELS;

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

/// Bands of levels that methods have weights of their own for: low, middle and high.
pub const BANDS: usize = 3;
/// Level in the middle of each band.
const CENTERS: [f64; BANDS] = [0.2, 0.5, 0.8];

/// How much each of some methods counts, band by band of the levels; each band's shares add to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix(pub [Vec<f64>; BANDS]);

impl Mix {
    /// Shares at a level, by its place among [`LEVELS`]: straight between the middles of the bands, level beyond.
    fn at(&self, place: usize) -> Vec<f64> {
        let level = LEVELS[place];
        let low = usize::from(level >= CENTERS[1]);
        let part = ((level - CENTERS[low]) / (CENTERS[low + 1] - CENTERS[low])).clamp(0.0, 1.0);
        let Self(bands) = self;
        bands[low].iter().zip(&bands[low + 1]).map(|(low, high)| (1.0 - part) * low + part * high).collect()
    }

    /// Shares over all levels.
    fn whole(&self) -> Vec<f64> {
        let Self([low, middle, high]) = self;
        low.iter().zip(middle).zip(high).map(|((low, middle), high)| (low + middle + high) / BANDS as f64).collect()
    }

    /// A part of the way to another.
    pub fn towards(&self, other: &Self, part: f64) -> Self {
        let between = |one: &Vec<f64>, other: &Vec<f64>| {
            one.iter().zip(other).map(|(one, other)| (1.0 - part) * one + part * other).collect()
        };
        Self(std::array::from_fn(|band| between(&self.0[band], &other.0[band])))
    }
}

/// A series by several methods: without weights the median of every quantile, else the weighted mean, in order; named
/// after those that count, with ` + ` between. `members` is what each method says of it.
pub fn combine(members: &[&SeriesForecast], mix: Option<&Mix>) -> SeriesForecast {
    let shares = mix.map_or_else(|| vec![1.0; members.len()], Mix::whole);
    let counted = members.iter().zip(&shares).filter(|(_, share)| **share > 0.0);
    let parts: Vec<&SeriesForecast> = counted.map(|(part, _)| *part).collect();
    match parts.as_slice() {
        // Shares of nothing are no answer.
        [] => return combine(members, None),
        [only] => return (*only).clone(),
        _ => {}
    }
    let horizon = parts[0].mean.len();
    let mut values = vec![0.0; parts.len()];
    let mut middle = |value: &dyn Fn(&SeriesForecast) -> f64| {
        values.iter_mut().zip(&parts).for_each(|(slot, part)| *slot = value(part));
        median(&mut values)
    };
    let mut quantiles = Array2::zeros((horizon, LEVELS.len()));
    let (mean, total) = if let Some(mix) = mix {
        for (place, mut column) in quantiles.columns_mut().into_iter().enumerate() {
            let shares = mix.at(place);
            column.iter_mut().enumerate().for_each(|(step, slot)| {
                *slot = weighted(members, &shares, |part| part.quantiles[(step, place)]);
            });
        }
        for mut row in quantiles.rows_mut() {
            order(row.as_slice_mut());
        }
        (means(members, mix), total(members, mix))
    } else {
        quantiles.indexed_iter_mut().for_each(|(at, slot)| *slot = middle(&|part| part.quantiles[at]));
        let mean = (0..horizon).map(|step| middle(&|part| part.mean[step])).collect();
        (mean, (0..LEVELS.len()).map(|place| middle(&|part| part.total[place])).collect())
    };
    // Methods that fell back to the same other one are named once, wherever they stand.
    let mut names: Vec<&str> = Vec::with_capacity(parts.len());
    for part in &parts {
        if !names.contains(&part.model.as_str()) {
            names.push(&part.model);
        }
    }
    SeriesForecast { id: parts[0].id.clone(), start: parts[0].start, model: names.join(" + "), mean, quantiles, total }
}

/// Quantiles of the total alone, as weighted means, in order.
pub fn total(members: &[&SeriesForecast], mix: &Mix) -> Vec<f64> {
    let of = |place: usize| weighted(members, &mix.at(place), |part| part.total[place]);
    let mut made: Vec<f64> = (0..LEVELS.len()).map(of).collect();
    order(Some(&mut made));
    made
}

/// Means alone, as weighted means.
pub fn means(members: &[&SeriesForecast], mix: &Mix) -> Vec<f64> {
    let shares = mix.whole();
    (0..members[0].mean.len()).map(|step| weighted(members, &shares, |part| part.mean[step])).collect()
}

fn weighted(members: &[&SeriesForecast], shares: &[f64], value: impl Fn(&SeriesForecast) -> f64) -> f64 {
    members.iter().zip(shares).filter(|(_, share)| **share > 0.0).map(|(part, share)| share * value(part)).sum()
}

/// Puts quantiles in order, which cross where one method counts at low levels and another at high ones.
fn order(quantiles: Option<&mut [f64]>) {
    if let Some(quantiles) = quantiles {
        quantiles.sort_unstable_by(f64::total_cmp);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(id: usize, spread: f64) -> SeriesForecast {
        let quantiles = Array2::from_shape_fn((2, LEVELS.len()), |(_, place)| 50.0 + spread * (place as f64 - 6.0));
        let mut made = SeriesForecast::new(format!("{id}"), 8, "x", vec![50.0; 2], quantiles, 1.0);
        made.total = (0..LEVELS.len()).map(|place| 100.0 + spread * (place as f64 - 6.0)).collect();
        made
    }

    #[test]
    fn the_middle_of_three_ignores_the_odd_one() {
        let parts = [flat(0, 1.0), flat(0, 2.0), flat(0, 40.0)];
        let made = combine(&parts.iter().collect::<Vec<_>>(), None);
        assert_eq!(made.quantiles, parts[1].quantiles);
        assert_eq!(made.total, parts[1].total);
        assert!((median(&mut [4.0, 1.0, 2.0, 9.0]) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn weights_mean_and_who_has_none_is_not_named() {
        let named = |model: &str, spread: f64| SeriesForecast { model: model.into(), ..flat(0, spread) };
        let parts = [named("a", 1.0), named("b", 2.0), named("c", 40.0)];
        let mix = |shares: [f64; 3]| Mix([shares.to_vec(), shares.to_vec(), shares.to_vec()]);
        let made = combine(&parts.iter().collect::<Vec<_>>(), Some(&mix([0.25, 0.75, 0.0])));
        assert_eq!(made.model, "a + b");
        assert!((made.quantiles[(1, 12)] - (50.0 + 6.0 * 1.75)).abs() < 1e-12);
        assert!((made.total[0] - (100.0 - 6.0 * 1.75)).abs() < 1e-12);
        assert_eq!(combine(&parts.iter().collect::<Vec<_>>(), Some(&mix([0.0, 1.0, 0.0]))), parts[1]);
        assert_eq!(total(&parts.iter().collect::<Vec<_>>(), &mix([0.25, 0.75, 0.0])), made.total);
    }

    #[test]
    fn levels_follow_their_bands_and_stay_in_order() {
        let high = flat(0, 1.0);
        let shift = |by: f64| SeriesForecast { quantiles: &high.quantiles + by, ..flat(0, 1.0) };
        let (low, high) = (shift(0.0), shift(10.0));
        // The one counts at low levels, the other at high ones, and both alike in the middle.
        let mix = Mix([vec![1.0, 0.0], vec![0.5, 0.5], vec![0.0, 1.0]]);
        let made = combine(&[&low, &high], Some(&mix));
        let row = made.quantiles.row(0).to_vec();
        assert!(
            (row[0] - 44.0).abs() < 1e-12 && (row[6] - 55.0).abs() < 1e-12 && (row[12] - 66.0).abs() < 1e-12,
            "{row:?}"
        );
        assert!((made.mean[0] - 50.0).abs() < 1e-12);
        let crossed = combine(&[&high, &low], Some(&mix));
        assert!(crossed.quantiles.row(0).to_vec().is_sorted() && crossed.total.is_sorted(), "{crossed:?}");
        let halfway = mix.towards(&Mix([vec![0.0, 1.0], vec![0.5, 0.5], vec![0.0, 1.0]]), 0.5);
        assert_eq!(halfway, Mix([vec![0.5, 0.5], vec![0.5, 0.5], vec![0.0, 1.0]]));
    }

    #[test]
    fn shares_of_nothing_leave_the_median() {
        let parts = [flat(0, 1.0), flat(0, 2.0), flat(0, 40.0)];
        let nothing = || vec![f64::NAN; 3];
        let mix = Mix([nothing(), nothing(), nothing()]);
        assert_eq!(combine(&parts.each_ref(), Some(&mix)), combine(&parts.each_ref(), None));
    }

    #[test]
    fn a_method_that_several_fell_back_to_is_named_once() {
        let named = |model: &str| SeriesForecast { model: model.into(), ..flat(0, 1.0) };
        let parts = [named("mean"), named("ets"), named("mean")];
        assert_eq!(combine(&parts.iter().collect::<Vec<_>>(), None).model, "mean + ets");
    }
}
