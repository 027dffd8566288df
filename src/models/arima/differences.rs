//! How many differences a series needs: tests for a unit root and for a season.

use super::ocsb::ocsb;
use super::orders::differenced;
use crate::models::seasonal::seasonal_figure;

/// The KPSS statistic above which a level is not taken for stationary: one in twenty stationary series passes it.
const KPSS_95: f64 = 0.463;
/// Share of the variance without trend that is seasonal, above which seasons are differenced (Wang, Smith and Hyndman 2006).
pub const STRONG: f64 = 0.64;
/// Most differences between neighbours.
const MOST: usize = 2;

/// Lags up to which [`kpss`] counts covariances: 3√n/13.
pub fn kpss_lags(count: usize) -> usize {
    (3.0 * (count as f64).sqrt() / 13.0) as usize
}

/// The statistic of Kwiatkowski, Phillips, Schmidt and Shin (1992) for a stationary level: large where the level wanders.
/// Covariances are counted up to [`kpss_lags`], with Bartlett's weights.
pub fn kpss(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let misses: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let lags = kpss_lags(values.len());
    let product =
        |lag: usize| -> f64 { misses.iter().skip(lag).zip(&misses).map(|(now, then)| now * then).sum::<f64>() / count };
    let long_run =
        product(0) + (1..=lags).map(|lag| 2.0 * (1.0 - lag as f64 / (lags + 1) as f64) * product(lag)).sum::<f64>();
    let (mut sum, mut squares) = (0.0, 0.0);
    for miss in &misses {
        sum += miss;
        squares += sum * sum;
    }
    squares / (count * count * long_run)
}

/// Share of the variance around the trend that a steady season explains, 0 to 1.
pub fn seasonal_strength(values: &[f64], season: usize) -> f64 {
    let half = season / 2;
    if season < 2 || values.len() < 2 * season {
        return 0.0;
    }
    let figure = seasonal_figure(values, season, false);
    let trend = |place: usize| {
        let window = &values[place - half..=place + half];
        let ends = if season.is_multiple_of(2) { 0.5 * (window[0] + window[season]) } else { 0.0 };
        (window.iter().sum::<f64>() - ends) / season as f64
    };
    let variance = |numbers: &[f64]| {
        let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
        numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>()
    };
    let detrended: Vec<f64> = (half..values.len() - half).map(|place| values[place] - trend(place)).collect();
    let rest: Vec<f64> = detrended.iter().zip(half..).map(|(value, place)| value - figure[place % season]).collect();
    let whole = variance(&detrended);
    if whole > 0.0 { (1.0 - variance(&rest) / whole).clamp(0.0, 1.0) } else { 0.0 }
}

fn is_constant(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

/// Differences between neighbours, by KPSS, and between seasons, by the season's strength and OCSB, that make a history
/// stationary.
pub fn needed(history: &[f64], season: usize) -> (usize, usize) {
    let mut values = history.to_vec();
    let mut seasonal = 0;
    // A weak season may wander as well: where the test cannot rule it out, differences forecast no worse, or better.
    let wanders = || ocsb(history, season).is_some_and(|found| found.wanders());
    if seasonal_strength(history, season) > STRONG || wanders() {
        let taken = differenced(history, season);
        if !is_constant(&taken) {
            (values, seasonal) = (taken, 1);
        }
    }
    let mut own = 0;
    while own < MOST && values.len() > 4 && !is_constant(&values) && kpss(&values) > KPSS_95 {
        let taken = differenced(&values, 1);
        if is_constant(&taken) {
            break;
        }
        (values, own) = (taken, own + 1);
    }
    (own, seasonal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trends_are_differenced_and_seasons_where_they_are_strong() {
        let wave = |at: u32| 10.0 * libm::sin(f64::from(at) * std::f64::consts::TAU / 12.0);
        let noise = |at: u32| f64::from(at * 7919 % 101) / 50.0 - 1.0;
        let of = |make: &dyn Fn(u32) -> f64| needed(&(0..120).map(make).collect::<Vec<_>>(), 12);
        assert_eq!(of(&|at| 5.0 + noise(at)), (0, 0));
        assert_eq!(of(&|at| f64::from(at) + noise(at)), (1, 0));
        assert_eq!(of(&|at| wave(at) + noise(at)), (0, 1));
        // A season that wanders, under more noise: too weak for its strength to tell.
        let noise = |at: u32| {
            let large = libm::sin(f64::from(at) * 12.9898) * 43_758.545_3;
            2.0 * (large - large.floor()) - 1.0
        };
        let wandering = |at: u32| (0..=at / 4).map(|year| noise(5 + at - 4 * year)).sum::<f64>();
        let values: Vec<f64> = (0..32).map(|at| wandering(at) + 2.5 * noise(1005 + at)).collect();
        assert!(seasonal_strength(&values, 4) < STRONG, "{}", seasonal_strength(&values, 4));
        assert_eq!(needed(&values, 4).1, 1, "{:?}", ocsb(&values, 4));
    }
}
