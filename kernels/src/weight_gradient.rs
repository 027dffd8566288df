//! Gradient of the cell's weights: the processor's twin of `weight_gradient.wgsl`.

use bytemuck::{cast_slice, cast_slice_mut};

use super::product::{PANEL, ROWS, tile};
use crate::Shape;

/// Bindings as in the table of kernels.
pub fn weight_gradient(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [inputs, hidden, gates, pieces] = buffers else { return };
    let (inputs, hidden, gates): (&[f32], &[f32], &[f32]) = (cast_slice(inputs), cast_slice(hidden), cast_slice(gates));
    let pieces: &mut [f32] = cast_slice_mut(pieces);
    let (units, features, rows) = (shape.hidden as usize, shape.features as usize, shape.rows() as usize);
    let columns = 4 * units;
    let length = Shape::GRADIENT_ROWS as usize;
    let total = shape.steps() as usize * shape.batch as usize;
    let tiles = rows.div_ceil(ROWS);
    let mut left = vec![0.0_f32; tiles * length * ROWS];
    let mut right = vec![0.0_f32; length * PANEL];
    for piece in 0..shape.pieces() as usize {
        let (start, end) = (piece * length, (piece * length + length).min(total));
        let count = end - start;
        // The long matrix transposed, so that the inner loop reads both factors in a line.
        for n in 0..count {
            let at = start + n;
            let row = inputs[at * features..][..features].iter().chain(&hidden[at * units..][..units]);
            for (k, &value) in row.chain(&[1.0]).enumerate() {
                left[k * length + n] = value;
            }
        }
        let out = &mut pieces[piece * rows * columns..][..rows * columns];
        for panel in (0..columns).step_by(PANEL) {
            for n in 0..count {
                right[n * PANEL..][..PANEL].copy_from_slice(&gates[(start + n) * columns + panel..][..PANEL]);
            }
            let (gate, unit) = (panel / units, panel % units);
            for place in 0..tiles {
                let mut sums = [[0.0_f32; PANEL]; ROWS];
                let a = |row: usize| &left[(place * ROWS + row) * length..][..count];
                tile([a(0), a(1), a(2), a(3)], &right[..count * PANEL], &mut sums);
                for (r, sum) in sums.iter().enumerate().take(rows - place * ROWS) {
                    for (lane, value) in sum.iter().enumerate() {
                        out[(place * ROWS + r) * columns + (unit + lane) * 4 + gate] = *value;
                    }
                }
            }
        }
    }
}
