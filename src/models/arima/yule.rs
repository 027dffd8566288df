//! Autoregression: how many of the values before explain the next one.
//!
//! Partial autocorrelations come of the autocovariances by Durbin and Levinson's recursion (Yule 1927; Walker 1931;
//! Brockwell and Davis 1991, 8.2), and with each the variance that is left. The orders that AICc likes best so are fitted
//! by exact likelihood, the search beginning at these partial autocorrelations, and the least AICc of them is taken.

use super::{Choice, Fit, NEAREST, Orders, Sample};
use crate::models::summary::Candidate;
use crate::order::sort_few;

/// Orders that are fitted by exact likelihood.
const FITTED: usize = 4;
/// Most of the history's values that an order may be as a share of them.
const LARGEST_SHARE: usize = 3;
/// A partial autocorrelation at which a search may begin: nearer to ±1 it would have far to go.
const STEEPEST: f64 = 0.99;

/// Autocovariances at lags 0 to `most`, over all values: those at larger lags have fewer terms, and are drawn towards 0.
pub fn autocovariances(values: &[f64], most: usize) -> Vec<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let misses: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let at = |lag: usize| misses.iter().skip(lag).zip(&misses).map(|(now, then)| now * then).sum::<f64>() / count;
    (0..=most).map(at).collect()
}

/// Partial autocorrelations at lags from 1, and the variance left by each order from 0, by autocovariances. Ends where
/// nothing is left.
pub fn levinson(covariances: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut weights: Vec<f64> = Vec::new();
    let (mut partials, mut left) = (Vec::new(), vec![covariances[0]]);
    for lag in 1..covariances.len() {
        let known: f64 = weights.iter().enumerate().map(|(place, weight)| weight * covariances[lag - 1 - place]).sum();
        let before = left[lag - 1];
        let partial = (covariances[lag] - known) / before;
        if !(partial.is_finite() && before > 0.0) {
            break;
        }
        let turned: Vec<f64> = weights.iter().rev().copied().collect();
        weights.iter_mut().zip(turned).for_each(|(slot, other)| *slot -= partial * other);
        weights.push(partial);
        partials.push(partial);
        left.push(before * (1.0 - partial * partial));
    }
    (partials, left)
}

/// The model of a history and all that were fitted; none where none fits.
pub(super) fn search(sample: &Sample<'_>, season: usize) -> Option<(Fit, Vec<Candidate>)> {
    let history = sample.unexplained();
    let count = history.len();
    // A season's lag is looked at where there are enough seasons to see it.
    let usual = (10.0 * libm::log10(count as f64)) as usize;
    let most = usual.max(season + 1).min(count / LARGEST_SHARE);
    let (partials, left) = levinson(&autocovariances(&history, most));
    let criterion = |order: usize| {
        let parameters = (order + 2) as f64;
        let room = count as f64 - parameters - 1.0;
        let own = count as f64 * libm::log(left[order]) + 2.0 * parameters * (1.0 + (parameters + 1.0) / room);
        if room > 0.0 && own.is_finite() { own } else { f64::INFINITY }
    };
    let mut ranked: Vec<usize> = (0..left.len()).collect();
    sort_few(&mut ranked, |one, other| criterion(*one) < criterion(*other));
    let mut candidates = Vec::new();
    let mut best: Option<Fit> = None;
    for order in ranked.into_iter().take(FITTED) {
        let orders = Orders { p: order, season: 1, constant: true, ..Orders::default() };
        let start: Vec<f64> =
            partials[..order].iter().map(|partial| libm::atanh(partial.clamp(-STEEPEST, STEEPEST))).collect();
        let Some(fit) = Fit::beside(orders, sample, Some(&start), NEAREST) else { continue };
        candidates.push(fit.candidate(Choice::Autoregressive));
        if fit.aicc.is_finite() && best.as_ref().is_none_or(|best| fit.aicc < best.aicc) {
            best = Some(fit);
        }
    }
    best.map(|best| (best, candidates))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_autocorrelations_undo_a_recursion() {
        // Autocovariances of x = 0.5·x₋₁ + 0.2·x₋₂ + e: ρ₁ = 0.5/0.8, ρ₂ = 0.5·ρ₁ + 0.2.
        let one = 0.5 / 0.8;
        let two = 0.5 * one + 0.2;
        let (partials, left) = levinson(&[1.0, one, two, 0.5 * two + 0.2 * one]);
        assert!((partials[0] - one).abs() < 1e-12 && (partials[1] - 0.2).abs() < 1e-12, "{partials:?}");
        assert!(partials[2].abs() < 1e-12 && (left[3] - left[2]).abs() < 1e-12);
        assert_eq!(levinson(&[0.0, 0.0]), (vec![], vec![0.0]), "of a constant nothing is left");
    }

    #[test]
    fn the_order_is_found() {
        let mut state = 1_u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / 2_f64.powi(53) - 0.5
        };
        let mut values = vec![0.0, 0.0];
        for at in 2..400 {
            let next: f64 = 1.2 * values[at - 1] - 0.6 * values[at - 2] + noise();
            values.push(next);
        }
        let (fit, candidates) =
            search(&Sample { history: &values, known: &[] }, 1).unwrap_or_else(|| panic!("it fits"));
        assert_eq!(fit.orders.p, 2, "{candidates:?}");
        assert!((fit.process.ar[0] - 1.2).abs() < 0.1 && (fit.process.ar[1] + 0.6).abs() < 0.1, "{:?}", fit.process.ar);
    }
}
