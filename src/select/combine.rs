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

/// A series by several methods: without weights the median of every quantile, else the weighted mean; named after those
/// that count, with ` + ` between. `members` is what each method says of it.
pub fn combine(members: &[&SeriesForecast], weights: Option<&[f64]>) -> SeriesForecast {
    let even = vec![1.0; members.len()];
    let counted = members.iter().zip(weights.unwrap_or(&even)).filter(|(_, weight)| **weight > 0.0);
    let (parts, shares): (Vec<&SeriesForecast>, Vec<f64>) = counted.unzip();
    if let [only] = parts.as_slice() {
        return (*only).clone();
    }
    let horizon = parts[0].mean.len();
    let mut values = vec![0.0; parts.len()];
    let mut of = |value: &dyn Fn(&SeriesForecast) -> f64| {
        if weights.is_some() {
            return parts.iter().zip(&shares).map(|(part, share)| share * value(part)).sum();
        }
        values.iter_mut().zip(&parts).for_each(|(slot, part)| *slot = value(part));
        median(&mut values)
    };
    let mean = (0..horizon).map(|step| of(&|part| part.mean[step])).collect();
    let quantiles = Array2::from_shape_fn((horizon, LEVELS.len()), |at| of(&|part| part.quantiles[at]));
    let total = (0..LEVELS.len()).map(|place| of(&|part| part.total[place])).collect();
    // Methods that fell back to the same other one are named once, wherever they stand.
    let mut names: Vec<&str> = Vec::with_capacity(parts.len());
    for part in &parts {
        if !names.contains(&part.model.as_str()) {
            names.push(&part.model);
        }
    }
    SeriesForecast { id: parts[0].id.clone(), start: parts[0].start, model: names.join(" + "), mean, quantiles, total }
}

/// Quantiles of the total alone, as weighted means.
pub fn total(members: &[&SeriesForecast], weights: &[f64]) -> Vec<f64> {
    let of = |place: usize| members.iter().zip(weights).map(|(one, weight)| weight * one.total[place]).sum();
    (0..LEVELS.len()).map(of).collect()
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
        let made = combine(&parts.iter().collect::<Vec<_>>(), Some(&[0.25, 0.75, 0.0]));
        assert_eq!(made.model, "a + b");
        assert!((made.quantiles[(1, 12)] - (50.0 + 6.0 * 1.75)).abs() < 1e-12);
        assert!((made.total[0] - (100.0 - 6.0 * 1.75)).abs() < 1e-12);
        assert_eq!(combine(&parts.iter().collect::<Vec<_>>(), Some(&[0.0, 1.0, 0.0])), parts[1]);
        assert_eq!(total(&parts.iter().collect::<Vec<_>>(), &[0.25, 0.75, 0.0]), made.total);
    }

    #[test]
    fn a_method_that_several_fell_back_to_is_named_once() {
        let named = |model: &str| SeriesForecast { model: model.into(), ..flat(0, 1.0) };
        let parts = [named("mean"), named("ets"), named("mean")];
        assert_eq!(combine(&parts.iter().collect::<Vec<_>>(), None).model, "mean + ets");
    }
}
