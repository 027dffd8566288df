//! Backwards through the head: the processor's twin of `linear_gradient.wgsl`.

use bytemuck::{cast_slice, cast_slice_mut};

use super::linear::keep;
use super::math::pcg;
use crate::Shape;

/// Bindings as in the table of kernels.
pub fn linear_gradient(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [weights, hidden, answer_gradient, state, hidden_gradient, head_pieces] = buffers else { return };
    let (weights, hidden, answer_gradient): (&[f32], &[f32], &[f32]) =
        (cast_slice(weights), cast_slice(hidden), cast_slice(answer_gradient));
    let (hidden_gradient, head_pieces): (&mut [f32], &mut [f32]) =
        (cast_slice_mut(hidden_gradient), cast_slice_mut(head_pieces));
    let (units, outputs) = (shape.hidden as usize, shape.outputs as usize);
    let head = &weights[shape.cell_weights() as usize..];
    let mixed = pcg(state[0] ^ state[1]);
    let skipped = ((shape.steps() - shape.head_steps + 1) * shape.batch) as usize * units;
    let rows = Shape::HEAD_ROWS as usize;
    for (piece, sums) in head_pieces.chunks_exact_mut(shape.head_weights() as usize).enumerate() {
        sums.fill(0.0);
        for row in piece * rows..piece * rows + rows {
            let slopes = &answer_gradient[row * outputs..][..outputs];
            for k in 0..units {
                let kept = keep(shape, mixed, row as u32, k as u32);
                let x = hidden[skipped + row * units + k] * kept;
                let mut back = 0.0;
                let terms = sums[k * outputs..][..outputs].iter_mut().zip(&head[k * outputs..][..outputs]).zip(slopes);
                for ((sum, w), slope) in terms {
                    *sum += x * slope;
                    back += slope * w;
                }
                hidden_gradient[row * units + k] = back * kept;
            }
            for (sum, slope) in sums[units * outputs..].iter_mut().zip(slopes) {
                *sum += slope;
            }
        }
    }
}
