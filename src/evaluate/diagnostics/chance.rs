//! How likely a statistic is by chance.

/// Chance that a standard normal number is smaller.
pub fn normal_below(value: f64) -> f64 {
    0.5 * libm::erfc(-value / std::f64::consts::SQRT_2)
}

/// Chance that a chi-squared number with so many degrees of freedom, at least one, is larger.
///
/// By the recursion Q(a + 1, x) = Q(a, x) + xᵃe⁻ˣ/Γ(a + 1) from Q(½, x) = erfc √x and Q(1, x) = e⁻ˣ (Abramowitz and Stegun
/// 1964, 6.5.21), x being half of the value.
pub fn chi_squared_above(value: f64, freedom: usize) -> f64 {
    let half = 0.5 * value.max(0.0);
    let is_odd = freedom % 2 == 1;
    let start = if is_odd { 0.5 } else { 1.0 };
    let mut sum = if is_odd { libm::erfc(half.sqrt()) } else { libm::exp(-half) };
    for step in 0..freedom.saturating_sub(1) / 2 {
        let order = start + step as f64;
        // Of nothing there is no logarithm; what is added is nothing too.
        if half > 0.0 {
            sum += libm::exp(order * libm::log(half) - half - libm::lgamma(order + 1.0));
        }
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_the_tables() {
        for (value, freedom, chance) in [
            (3.841_458_820_694_124, 1, 0.05),
            (5.991_464_547_107_979, 2, 0.05),
            (18.307_038_053_275_146, 10, 0.05),
            (24.995_790_139_728_616, 15, 0.05),
            (0.0, 7, 1.0),
        ] {
            assert!((chi_squared_above(value, freedom) - chance).abs() < 1e-12, "{value} of {freedom}");
        }
        assert!((normal_below(-1.644_853_626_951_472_2) - 0.05).abs() < 1e-12);
    }
}
