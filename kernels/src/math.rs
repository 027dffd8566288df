//! Elementary functions with the same bits on every machine: plain single-precision arithmetic that compilers turn
//! into vector code, without fused multiply-add and without the platform's mathematics library.

/// Inputs beyond this give the result at this: single precision ends there.
const EXP_LIMIT: f32 = 87.0;
/// Adding and subtracting it rounds to whole numbers (1.5 × 2²³).
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts, the first with few bits, so that `x − n·ln 2` loses none (Cody and Waite).
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// e to the power of `x`, relative error below 3e-7; `x` is held to ±87.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Comparisons instead of `min` and `max`: these become library calls on wasm.
    let x = if x > EXP_LIMIT { EXP_LIMIT } else { x };
    let x = if x < -EXP_LIMIT { -EXP_LIMIT } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let rest = x - whole * LN_2_HIGH - whole * LN_2_LOW;
    // Minimax polynomial of Cephes' expf.
    let mut p = 1.987_569_1e-4;
    p = p * rest + 1.398_2e-3;
    p = p * rest + 8.333_452e-3;
    p = p * rest + 4.166_579_6e-2;
    p = p * rest + 0.166_666_65;
    p = p * rest + 0.5;
    p = p * rest * rest + rest + 1.0;
    // The low bits of `shifted` hold the whole number: moved into the exponent's place they are 2 to its power.
    p * f32::from_bits(shifted.to_bits().wrapping_add(127) << 23)
}

/// Logistic function.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// Hyperbolic tangent, absolute error below 3e-7.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let e = exp(-2.0 * x.abs());
    ((1.0 - e) / (1.0 + e)).copysign(x)
}

/// A permuted congruential step (O'Neill; Jarzynski and Olano, "Hash Functions for GPU Rendering", 2020): a good hash
/// of 32 bits that shaders and processors compute alike.
#[inline(always)]
pub fn pcg(value: u32) -> u32 {
    let state = value.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let word = ((state >> ((state >> 28) + 4)) ^ state).wrapping_mul(277_803_737);
    (word >> 22) ^ word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_near_the_library() {
        for place in -8600..8600 {
            let x = place as f32 / 100.0;
            let exact = libm::exp(f64::from(x));
            assert!((f64::from(exp(x)) - exact).abs() <= 3e-7 * exact, "exp {x}");
            assert!((f64::from(tanh(x)) - libm::tanh(f64::from(x))).abs() <= 3e-7, "tanh {x}");
        }
        assert!(exp(f32::NAN).is_nan() && tanh(f32::NAN).is_nan());
    }
}
