//! An autoregression's forecast worked out step by step, as one would with a pencil.
//!
//! Next value: μ + Σ φᵢ·(value i periods before − μ), an expected value standing for one that has not come yet. Its standard
//! deviation after h steps is σ·√(ψ₀² + … + ψ²ₕ₋₁), with ψ₀ = 1 and ψⱼ = Σ φᵢ·ψⱼ₋ᵢ (Brockwell and Davis 1991, 5.4).

use crate::models::forecast::normal_quantile;
use crate::models::summary::FitSummary;

/// One step ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The calculation: `148.82 + 0.9229·(200 − 148.82)`.
    pub text: String,
    /// What it comes to.
    pub value: f64,
    /// Standard deviation of what will come around it.
    pub spread: f64,
    /// Lower end of the range that holds 8 times out of 10 if residuals are normal.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// A number with four digits that count.
pub fn short(value: f64) -> String {
    let size = value.abs().max(1e-9);
    let decimals = (3.0 - libm::floor(libm::log10(size))).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.replace('-', "−") }
}

/// The steps; none where the fit is no autoregression.
pub fn steps(fit: &FitSummary, horizon: usize) -> Option<Vec<Step>> {
    let (mean, weights) = fit.coefficients.split_last()?;
    let is_autoregression = fit.model.starts_with("ar(") && mean.0 == "mean" && fit.values.len() >= weights.len();
    if !is_autoregression {
        return None;
    }
    let mean = mean.1;
    let mut values = fit.values.clone();
    let (mut shares, mut squares) = (Vec::<f64>::new(), 0.0_f64);
    let width = normal_quantile(0.9);
    let made = (0..horizon).map(|_| {
        let mut text = short(mean);
        let mut value = mean;
        for ((_, weight), before) in weights.iter().zip(values.iter().rev()) {
            let sign = if *weight < 0.0 { '−' } else { '+' };
            text += &format!(" {sign} {}·({} − {})", short(weight.abs()), short(*before), short(mean));
            value += weight * (before - mean);
        }
        let past = weights.iter().zip(shares.iter().rev()).map(|((_, weight), share)| weight * share).sum();
        let share = if shares.is_empty() { 1.0 } else { past };
        shares.push(share);
        squares += share * share;
        values.push(value);
        let spread = (fit.variance * squares).sqrt();
        Step { text, value, spread, low: value - width * spread, high: value + width * spread }
    });
    Some(made.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_count() {
        assert_eq!(
            [148.8211, 0.92287, 200.0, -3.5, 0.0, 12345.6].map(short),
            ["148.8", "0.9229", "200", "−3.5", "0", "12346"]
        );
    }
}
