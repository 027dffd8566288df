//! What a product sells that has ended: most likely nothing.
//!
//! It comes back with a small chance, and then sells as methods say: a mixture of both. Its quantiles are 0 up to the
//! chance that it stays away, and beyond those of its return.

use crate::models::SeriesForecast;
use crate::models::forecast::LEVELS;

/// Chance that it sells again within the horizon: 60 of 924 products and origins in the order lines of Online Retail
/// (UCI), 28 days ahead (see [`crate::panel::demand::has_ended`]).
const RETURNS: f64 = 1.0 / 15.0;

/// Makes the mixture of what is said of a product as if it were still sold.
pub fn thin(said: &mut SeriesForecast) {
    for mut row in said.quantiles.rows_mut() {
        let made = mixed(&row.to_vec());
        row.iter_mut().zip(made).for_each(|(slot, value)| *slot = value);
    }
    said.total = mixed(&said.total).to_vec();
    said.mean.iter_mut().for_each(|mean| *mean *= RETURNS);
}

/// Quantiles at [`LEVELS`] of the mixture, of those of its return.
fn mixed(said: &[f64]) -> [f64; LEVELS.len()] {
    LEVELS.map(|level| {
        let within = (level - (1.0 - RETURNS)) / RETURNS;
        if within <= 0.0 {
            return 0.0;
        }
        let next = LEVELS.partition_point(|known| *known < within).min(LEVELS.len() - 1);
        let before = next.saturating_sub(1);
        let width = LEVELS[next] - LEVELS[before];
        let share = if width > 0.0 { ((within - LEVELS[before]) / width).clamp(0.0, 1.0) } else { 1.0 };
        said[before] + share * (said[next] - said[before])
    })
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn it_is_nothing_but_for_the_chance_of_a_return() {
        let quantiles = Array2::from_shape_fn((2, LEVELS.len()), |(_, place)| 10.0 + place as f64);
        let mut said = SeriesForecast::new("x".into(), 90, "x", vec![15.0; 2], quantiles, 1.0);
        let total = said.total.clone();
        thin(&mut said);
        for (place, level) in LEVELS.iter().enumerate() {
            let value = said.quantiles[(1, place)];
            assert!(if *level < 0.93 { value == 0.0 } else { value > 0.0 }, "{level}: {value}");
        }
        assert!(said.quantiles.row(0).to_vec().is_sorted() && said.total.is_sorted());
        assert!((said.mean[0] - 1.0).abs() < 1e-12 && said.total[LEVELS.len() - 1] < total[LEVELS.len() - 1]);
        // Half of the returns sell less than their median.
        let middle = mixed(&LEVELS.map(|level| level));
        let at = |level: f64| LEVELS.iter().position(|known| (known - level).abs() < 1e-9);
        let place = at(0.95).expect("95 % is a level");
        assert!((middle[place] - (0.95 - 14.0 / 15.0) * 15.0).abs() < 1e-9, "{middle:?}");
    }
}
