//! What a product sells that has ended: most likely nothing.
//!
//! It comes back with a small chance, the larger the farther ahead; until then it sells nothing, and from then on what
//! methods say. Levels up to the chance that it has not come back are 0, and those beyond are levels of what it sells then.
//! The wrong choice for a gift before the second of its seasons, of which nothing tells that there will be one.

use crate::calendar::Frequency;
use crate::models::SeriesForecast;
use crate::models::forecast::LEVELS;

/// Chance that it sells again within four weeks: of 616 such products and origins in the order lines of Online Retail (UCI)
/// 90 did, at four origins before the test parts of the sets that are made of them. Of spare parts silent for a year half
/// came back within the next one, which is less.
const RETURNS: f64 = 1.0 / 7.0;
const DAYS: f64 = 28.0;

/// Chance that it has come back after so many periods.
fn back(periods: usize, frequency: Frequency) -> f64 {
    let days = match frequency {
        Frequency::Hour => 1.0 / 24.0,
        Frequency::Day => 1.0,
        Frequency::Week => 7.0,
        Frequency::Month => 30.4,
    };
    1.0 - libm::pow(1.0 - RETURNS, periods as f64 * days / DAYS)
}

/// The quantile at a level of what is 0 but for a chance, and then has these quantiles.
fn rare(level: f64, chance: f64, said: &[f64]) -> f64 {
    if level <= 1.0 - chance {
        return 0.0;
    }
    let own = (level - 1.0 + chance) / chance;
    let above = LEVELS.iter().position(|known| *known >= own).unwrap_or(LEVELS.len() - 1);
    let below = above.saturating_sub(1);
    let part =
        if above == below { 0.0 } else { ((own - LEVELS[below]) / (LEVELS[above] - LEVELS[below])).clamp(0.0, 1.0) };
    said[below] + part * (said[above] - said[below])
}

/// What is said of a product as it becomes when it has ended.
pub fn thin(said: &mut SeriesForecast, frequency: Frequency) {
    for (step, mut row) in said.quantiles.rows_mut().into_iter().enumerate() {
        let chance = back(step + 1, frequency);
        let own = row.to_vec();
        row.iter_mut().zip(LEVELS).for_each(|(value, level)| *value = rare(level, chance, &own));
        said.mean[step] *= chance;
    }
    let chance = back(said.mean.len(), frequency);
    said.total = LEVELS.iter().map(|level| rare(*level, chance, &said.total)).collect();
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn it_is_nothing_but_for_the_chance_of_a_return() {
        let said = |steps: usize| {
            let quantiles = Array2::from_shape_fn((steps, LEVELS.len()), |(_, place)| 10.0 + place as f64);
            SeriesForecast::new("x".into(), 90, "x", vec![14.0; steps], quantiles, 1.0)
        };
        let mut days = said(28);
        thin(&mut days, Frequency::Day);
        for (place, level) in LEVELS.iter().enumerate() {
            assert_eq!(days.quantiles[(27, place)] > 0.0, *level > 6.0 / 7.0, "{level}");
            assert_eq!(days.total[place] > 0.0, *level > 6.0 / 7.0, "{level}");
        }
        assert!(
            days.quantiles.row(0).iter().take(LEVELS.len() - 1).all(|value| *value == 0.0),
            "tomorrow is hardly the day"
        );
        // Its 95 % are the 65 % of what it sells once it is back, halfway between 17 and 18.
        assert!((days.quantiles[(27, LEVELS.len() - 1)] - 17.5).abs() < 1e-9, "{}", days.quantiles);
        assert!((days.mean[27] - 2.0).abs() < 1e-12 && days.mean[0] < 0.1, "{:?}", days.mean);
        // In a year of months it is likelier than not to have come back.
        let mut months = said(12);
        thin(&mut months, Frequency::Month);
        assert!(months.total[LEVELS.len() / 2] > 0.0 && months.total[0] == 0.0 && months.total.is_sorted());
    }
}
