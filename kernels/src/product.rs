//! Matrix products on the processor: four rows by eight columns stay in registers, weights lie packed in panels of
//! eight columns. Every sum runs in the order of its terms, so that tiles never change a bit.

/// Columns of a panel.
pub const PANEL: usize = 8;
/// Rows of a register tile.
pub const ROWS: usize = 4;

/// Adds `a · panel` to `sums`: `panel` is `k × 8`, `a` four rows of `k`.
// One compiled body for all: inlined, some uses of it lose their vectors to the optimiser's other ideas.
#[inline(never)]
pub fn tile(a: [&[f32]; ROWS], panel: &[f32], sums: &mut [[f32; PANEL]; ROWS]) {
    let mut local = *sums;
    let (columns, _) = panel.as_chunks::<PANEL>();
    let terms = a[0].iter().zip(a[1]).zip(a[2]).zip(a[3]);
    for (w, (((&a0, &a1), &a2), &a3)) in columns.iter().zip(terms) {
        for lane in 0..PANEL {
            local[0][lane] += a0 * w[lane];
            local[1][lane] += a1 * w[lane];
            local[2][lane] += a2 * w[lane];
            local[3][lane] += a3 * w[lane];
        }
    }
    *sums = local;
}

/// Packs a `k × columns` matrix, given by `at(row, column)`, into panels `columns/8 × k × 8`.
pub fn pack(k: usize, columns: usize, at: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let mut packed = Vec::with_capacity(k * columns);
    for first in (0..columns).step_by(PANEL) {
        for row in 0..k {
            packed.extend((first..first + PANEL).map(|column| at(row, column)));
        }
    }
    packed
}
