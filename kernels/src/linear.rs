//! The head: the processor's twin of `linear.wgsl`.

use bytemuck::{cast_slice, cast_slice_mut};

use super::math::pcg;
use crate::Shape;

/// What one input of the head is multiplied by: 0 if it is dropped in this step, else what keeps the mean (Srivastava
/// et al., "Dropout", 2014).
#[inline(always)]
pub fn keep(shape: &Shape, mixed: u32, row: u32, unit: u32) -> f32 {
    if shape.dropout == 0 {
        return 1.0;
    }
    let draw = pcg(mixed.wrapping_add(row * shape.hidden + unit)) % 1000;
    if draw >= shape.dropout { 1000.0 / (1000 - shape.dropout) as f32 } else { 0.0 }
}

/// Bindings as in the table of kernels.
pub fn linear(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [weights, hidden, state, answers] = buffers else { return };
    let (weights, hidden): (&[f32], &[f32]) = (cast_slice(weights), cast_slice(hidden));
    let answers: &mut [f32] = cast_slice_mut(answers);
    let (units, outputs) = (shape.hidden as usize, shape.outputs as usize);
    let head = &weights[shape.cell_weights() as usize..];
    let mixed = pcg(state[0] ^ state[1]);
    let skipped = ((shape.steps() - shape.head_steps + 1) * shape.batch) as usize * units;
    let rows = hidden[skipped..].chunks_exact(units).zip(answers.chunks_exact_mut(outputs));
    for (row, (states, answer)) in rows.enumerate() {
        answer.copy_from_slice(&head[units * outputs..][..outputs]);
        for (k, state) in states.iter().enumerate() {
            let x = state * keep(shape, mixed, row as u32, k as u32);
            for (sum, w) in answer.iter_mut().zip(&head[k * outputs..][..outputs]) {
                *sum += x * w;
            }
        }
    }
}
