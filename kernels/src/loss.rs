//! Pinball loss or squared error: the processor's twin of `loss.wgsl`.
//!
//! Koenker and Bassett, "Regression quantiles", 1978; doubled, so that at the median it is the absolute error.

use bytemuck::{cast_slice, cast_slice_mut};

use crate::Shape;

/// Bindings as in the table of kernels.
pub fn loss(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [answers, targets, levels, answer_gradient, losses] = buffers else { return };
    let (answers, targets, levels): (&[f32], &[f32], &[f32]) =
        (cast_slice(answers), cast_slice(targets), cast_slice(levels));
    let (answer_gradient, losses): (&mut [f32], &mut [f32]) = (cast_slice_mut(answer_gradient), cast_slice_mut(losses));
    let outputs = shape.outputs as usize;
    let rows = shape.head_batch() as usize;
    let share = 1.0 / (rows * outputs) as f32;
    for group in 0..shape.loss_groups() as usize {
        let (mut sum, mut weight) = (losses[group * 2], losses[group * 2 + 1]);
        let lanes = Shape::LANES as usize;
        for row in group * lanes..(group * lanes + lanes).min(rows) {
            let (mut row_sum, mut row_weight) = (0.0, 0.0);
            for q in 0..outputs {
                let place = if shape.quantiles { row } else { row * outputs + q };
                let (target, known) = (targets[place * 2], targets[place * 2 + 1]);
                let difference = target - answers[row * outputs + q];
                let (one, slope) = if shape.quantiles {
                    let level = levels[q];
                    if difference > 0.0 {
                        (2.0 * level * difference, -2.0 * level)
                    } else {
                        (2.0 * (level - 1.0) * difference, 2.0 - 2.0 * level)
                    }
                } else {
                    (difference * difference, -2.0 * difference)
                };
                answer_gradient[row * outputs + q] = slope * known * share;
                row_sum += one * known;
                row_weight += known;
            }
            sum += row_sum;
            weight += row_weight;
        }
        losses[group * 2] = sum;
        losses[group * 2 + 1] = weight;
    }
}
