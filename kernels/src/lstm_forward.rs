//! All time steps of the LSTM: the processor's twin of `lstm_forward.wgsl`.
//!
//! Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers et al., 2000: gates
//! `i, f, o = σ(W·[x, h, 1])`, `g = tanh(W·[x, h, 1])`, cell `c = f·c + i·g`, state `h = o·tanh(c)`.

use bytemuck::{cast_slice, cast_slice_mut};

use super::math::{sigmoid, tanh};
use super::product::{PANEL, ROWS, pack, tile};
use crate::Shape;

/// Rows that stay in the nearest cache through a time step.
const TILE: usize = 32;

/// Bindings as in the table of kernels.
pub fn lstm_forward(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [weights, inputs, gates, hidden, cells] = buffers else { return };
    let (weights, inputs): (&[f32], &[f32]) = (cast_slice(weights), cast_slice(inputs));
    let (gates, hidden, cells): (&mut [f32], &mut [f32], &mut [f32]) =
        (cast_slice_mut(gates), cast_slice_mut(hidden), cast_slice_mut(cells));
    let (batch, units, features) = (shape.batch as usize, shape.hidden as usize, shape.features as usize);
    let (k, columns) = (features + units, 4 * units);
    // Columns by gate, not by unit: the gates of eight units are then computed side by side.
    let packed = pack(k + 1, columns, |row, column| weights[row * columns + column % units * 4 + column / units]);
    let mut rows = vec![0.0_f32; TILE * k];
    hidden[..batch * units].fill(0.0);
    cells[..batch * units].fill(0.0);
    for first in (0..batch).step_by(TILE) {
        for t in 0..shape.steps() as usize {
            let n = t * batch + first;
            for (r, row) in rows.chunks_exact_mut(k).enumerate() {
                row[..features].copy_from_slice(&inputs[(n + r) * features..][..features]);
                row[features..].copy_from_slice(&hidden[(n + r) * units..][..units]);
            }
            let made = &mut gates[n * columns..][..TILE * columns];
            for (panel, w) in packed.chunks_exact((k + 1) * PANEL).enumerate() {
                let (w, bias) = w.split_at(k * PANEL);
                for r in (0..TILE).step_by(ROWS) {
                    let a = |place: usize| &rows[(r + place) * k..][..k];
                    let mut sums = [[0.0_f32; PANEL]; ROWS];
                    for sum in &mut sums {
                        sum.copy_from_slice(bias);
                    }
                    tile([a(0), a(1), a(2), a(3)], w, &mut sums);
                    for (place, sum) in sums.iter().enumerate() {
                        made[(r + place) * columns + panel * PANEL..][..PANEL].copy_from_slice(sum);
                    }
                }
            }
            let (old, new) = cells.split_at_mut((n + batch) * units);
            for r in 0..TILE {
                let (i, rest) = made[r * columns..][..columns].split_at_mut(units);
                let (f, rest) = rest.split_at_mut(units);
                let (g, o) = rest.split_at_mut(units);
                let before = &old[(n + r) * units..][..units];
                let cell = &mut new[r * units..][..units];
                let state = &mut hidden[(n + batch + r) * units..][..units];
                activate(i, f, g, o, before, cell, state);
            }
        }
    }
}

/// Gates from what stands before their activation, and the next cell and state.
// A call of its own: only then does the compiler know that the slices do not overlap, and computes several units at once.
#[inline(never)]
fn activate(
    i: &mut [f32],
    f: &mut [f32],
    g: &mut [f32],
    o: &mut [f32],
    before: &[f32],
    cell: &mut [f32],
    state: &mut [f32],
) {
    let count = i.len();
    let (f, g, o) = (&mut f[..count], &mut g[..count], &mut o[..count]);
    let (before, cell, state) = (&before[..count], &mut cell[..count], &mut state[..count]);
    for j in 0..count {
        i[j] = sigmoid(i[j]);
        f[j] = sigmoid(f[j]);
        g[j] = tanh(g[j]);
        o[j] = sigmoid(o[j]);
        let c = f[j] * before[j] + i[j] * g[j];
        cell[j] = c;
        state[j] = o[j] * tanh(c);
    }
}
