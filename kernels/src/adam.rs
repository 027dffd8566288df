//! Adam with clipping and weight decay: the processor's twin of `adam.wgsl`.

use bytemuck::{cast_slice, cast_slice_mut};

use crate::Shape;

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const LOG2_BETA_1: f32 = -0.152_003_1;
const LOG2_BETA_2: f32 = -0.001_443_416_9;
const EPSILON: f32 = 1e-8;

/// Bindings as in the table of kernels.
pub fn adam(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [weights, moments, transposed, gradient, norms, state] = buffers else { return };
    let (gradient, norms): (&[f32], &[f32]) = (cast_slice(gradient), cast_slice(norms));
    let (weights, moments, transposed): (&mut [f32], &mut [f32], &mut [f32]) =
        (cast_slice_mut(weights), cast_slice_mut(moments), cast_slice_mut(transposed));
    let count = shape.weights() as usize;
    let norm = norms.iter().take(shape.weight_groups() as usize).sum::<f32>().sqrt();
    let [rate, clip, decay] = [state[2], state[3], state[5]].map(f32::from_bits);
    let shrink = if norm > clip { clip / norm } else { 1.0 };
    let step = state[0] as f32;
    let first = 1.0 - libm::exp2f(step * LOG2_BETA_1);
    let second = 1.0 - libm::exp2f(step * LOG2_BETA_2);
    let (means, squares) = moments.split_at_mut(count);
    for ((w, g), (m, v)) in weights.iter_mut().zip(gradient).zip(means.iter_mut().zip(squares)).take(count) {
        let g = g * shrink;
        *m = BETA_1 * *m + (1.0 - BETA_1) * g;
        *v = BETA_2 * *v + (1.0 - BETA_2) * g * g;
        *w -= rate * (*m / first / ((*v / second).sqrt() + EPSILON) + decay * *w);
    }
    transpose(shape, weights, transposed);
}

/// The copy of the recurrent weights that the backward pass reads: by the unit they come from.
pub fn transpose(shape: &Shape, weights: &[f32], transposed: &mut [f32]) {
    let (units, features) = (shape.hidden as usize, shape.features as usize);
    for row in 0..units {
        for unit in 0..units {
            let from = ((features + row) * units + unit) * 4;
            transposed[(unit * units + row) * 4..][..4].copy_from_slice(&weights[from..][..4]);
        }
    }
}
