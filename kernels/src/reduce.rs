//! Adds the pieces of all gradients: the processor's twin of `reduce.wgsl`.

use bytemuck::{cast_slice, cast_slice_mut};

use crate::Shape;

/// Bindings as in the table of kernels.
pub fn reduce(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [pieces, head_pieces, gradient, norms, state] = buffers else { return };
    let (pieces, head_pieces): (&[f32], &[f32]) = (cast_slice(pieces), cast_slice(head_pieces));
    let (gradient, norms): (&mut [f32], &mut [f32]) = (cast_slice_mut(gradient), cast_slice_mut(norms));
    let (cell, head) = (shape.cell_weights() as usize, shape.head_weights() as usize);
    gradient[..cell + head].fill(0.0);
    let mut add = |first: usize, width: usize, pieces: &[f32], count: u32| {
        for piece in pieces.chunks_exact(width).take(count as usize) {
            for (sum, value) in gradient[first..first + width].iter_mut().zip(piece) {
                *sum += value;
            }
        }
    };
    add(0, cell, pieces, shape.pieces());
    add(cell, head, head_pieces, shape.head_pieces());
    for (norm, group) in norms.iter_mut().zip(gradient[..cell + head].chunks(Shape::LANES as usize)) {
        *norm = group.iter().map(|value| value * value).sum();
    }
    state[0] = state[0].wrapping_add(1);
}
