//! All time steps of the LSTM backwards: the processor's twin of `lstm_backward.wgsl`.

use bytemuck::{cast_slice, cast_slice_mut};

use super::math::tanh;
use super::product::{PANEL, ROWS, pack, tile};
use crate::Shape;

/// Rows that stay in the nearest cache through a time step.
const TILE: usize = 32;

/// Bindings as in the table of kernels.
pub fn lstm_backward(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [transposed, gates, cells, hidden_gradient] = buffers else { return };
    let (transposed, cells, hidden_gradient): (&[f32], &[f32], &[f32]) =
        (cast_slice(transposed), cast_slice(cells), cast_slice(hidden_gradient));
    let gates: &mut [f32] = cast_slice_mut(gates);
    let (batch, units) = (shape.batch as usize, shape.hidden as usize);
    let columns = 4 * units;
    let (steps, head) = (shape.steps() as usize, shape.head_steps as usize);
    let packed = pack(columns, units, |row, column| transposed[(row % units * units + column) * 4 + row / units]);
    for first in (0..batch).step_by(TILE) {
        let mut state = vec![0.0_f32; TILE * units];
        let mut cell = vec![0.0_f32; TILE * units];
        for t in (0..steps).rev() {
            let n = t * batch + first;
            if t + head >= steps {
                let given = &hidden_gradient[((t + head - steps) * batch + first) * units..][..TILE * units];
                for (sum, value) in state.iter_mut().zip(given) {
                    *sum += value;
                }
            }
            let made = &mut gates[n * columns..][..TILE * columns];
            for r in 0..TILE {
                let (i, rest) = made[r * columns..][..columns].split_at_mut(units);
                let (f, rest) = rest.split_at_mut(units);
                let (g, o) = rest.split_at_mut(units);
                let before = &cells[(n + r) * units..][..units];
                let after = &cells[(n + batch + r) * units..][..units];
                let (dh, dc) = (&state[r * units..][..units], &mut cell[r * units..][..units]);
                slopes(i, f, g, o, before, after, dh, dc);
            }
            for (panel, w) in packed.chunks_exact(columns * PANEL).enumerate() {
                for r in (0..TILE).step_by(ROWS) {
                    let a = |place: usize| &made[(r + place) * columns..][..columns];
                    let mut sums = [[0.0_f32; PANEL]; ROWS];
                    tile([a(0), a(1), a(2), a(3)], w, &mut sums);
                    for (place, sum) in sums.iter().enumerate() {
                        state[(r + place) * units + panel * PANEL..][..PANEL].copy_from_slice(sum);
                    }
                }
            }
        }
    }
}

/// Gates become the gradients of what stood before their activation; the cell's gradient moves one step back.
// A call of its own: only then does the compiler know that the slices do not overlap, and computes eight units at once.
#[inline(never)]
#[allow(clippy::too_many_arguments, reason = "slices by themselves are what makes it fast")]
fn slopes(
    i: &mut [f32],
    f: &mut [f32],
    g: &mut [f32],
    o: &mut [f32],
    before: &[f32],
    after: &[f32],
    dh: &[f32],
    cell: &mut [f32],
) {
    let count = i.len();
    let (f, g, o) = (&mut f[..count], &mut g[..count], &mut o[..count]);
    let (before, after, dh, cell) = (&before[..count], &after[..count], &dh[..count], &mut cell[..count]);
    for j in 0..count {
        let (iv, fv, gv, ov) = (i[j], f[j], g[j], o[j]);
        let squashed = tanh(after[j]);
        let dc = cell[j] + dh[j] * ov * (1.0 - squashed * squashed);
        i[j] = dc * gv * iv * (1.0 - iv);
        f[j] = dc * before[j] * fv * (1.0 - fv);
        g[j] = dc * iv * (1.0 - gv * gv);
        o[j] = dh[j] * squashed * ov * (1.0 - ov);
        cell[j] = dc * fv;
    }
}
