//! Cuts windows out of the resident panel: the processor's twin of `gather.wgsl`.

use bytemuck::{cast_slice, cast_slice_mut};

use super::math::pcg;
use crate::Shape;

/// Values below it are missing.
pub const MISSING: f32 = -1e30;
/// Words of a series in the table: offset of its values, their number, first row of the calendar, first origin, number
/// of origins, end of what training may see, seasons averaged as the base, one unused.
pub const TABLE: usize = 8;
/// Words of a listed window: series, origin, end of what its targets may see.
pub const WINDOW: usize = 3;
/// Numbers kept per position: level, one over the spread, one over the unit of answers, two features of the level.
pub const SCALES: usize = 5;
/// Inputs before those of the calendar and of planned columns.
pub const OWN_FEATURES: u32 = 8;

/// The panel as a device holds it.
struct Resident<'a> {
    table: &'a [u32],
    panel: &'a [f32],
    stride: usize,
}

/// One window.
#[derive(Clone, Copy)]
struct Window {
    series: usize,
    origin: i32,
    limit: i32,
}

impl Resident<'_> {
    fn value(&self, offset: usize, at: i32, end: i32) -> f32 {
        if at < 0 || at >= end { 2.0 * MISSING } else { self.panel[(offset + at as usize) * self.stride] }
    }

    fn base(&self, shape: &Shape, window: Window, step: i32, level: f32) -> f32 {
        let entry = &self.table[window.series * TABLE..][..TABLE];
        let (mut sum, mut count) = (0.0, 0.0);
        let season = shape.season as i32;
        let back = (step / season + 1) * season;
        for k in 0..entry[6] as i32 {
            let value = self.value(entry[0] as usize, window.origin + step - back - k * season, window.origin);
            if value > MISSING {
                sum += value;
                count += 1.0;
            }
        }
        if count > 0.0 { sum / count } else { level }
    }
}

/// Bindings as in the table of kernels.
pub fn gather(shape: &Shape, buffers: &mut [Vec<u32>]) {
    let [state, table, windows, panel, scales, calendar, inputs, targets] = buffers else { return };
    let stride = 1 + shape.planned as usize;
    let resident = Resident { table, panel: cast_slice(panel), stride };
    let (scales, calendar): (&[f32], &[f32]) = (cast_slice(scales), cast_slice(calendar));
    let (inputs, targets): (&mut [f32], &mut [f32]) = (cast_slice_mut(inputs), cast_slice_mut(targets));
    let (batch, features) = (shape.batch as usize, shape.features as usize);
    let (calendar_count, planned) = (shape.calendar as usize, shape.planned as usize);
    let per_step = shape.targets() as usize;
    for row in 0..batch {
        let window = if shape.sampled {
            let draw = pcg(state[1].wrapping_add(pcg(state[0].wrapping_mul(shape.batch).wrapping_add(row as u32))));
            let series = windows[(draw % state[4]) as usize] as usize;
            let entry = &resident.table[series * TABLE..][..TABLE];
            Window { series, origin: (entry[3] + pcg(draw) % entry[4]) as i32, limit: entry[5] as i32 }
        } else {
            let listed = &windows[row * WINDOW..][..WINDOW];
            Window { series: listed[0] as usize, origin: listed[1] as i32, limit: listed[2] as i32 }
        };
        let entry = &resident.table[window.series * TABLE..][..TABLE];
        let offset = entry[0] as usize;
        let scale = &scales[(offset + window.origin as usize) * SCALES..][..SCALES];
        let (level, inverse) = (scale[0], scale[1]);
        let season = shape.season as i32;
        let scaled = |value: f32| if value > MISSING { (value - level) * inverse } else { 0.0 };
        for t in 0..shape.steps() as i32 {
            let step = t - shape.encoder as i32;
            let at = window.origin + step;
            let future = step >= 0;
            let out = &mut inputs[(t as usize * batch + row) * features..][..features];
            let value = resident.value(offset, at, if future { window.origin } else { at + 1 });
            let observed = value > MISSING && at < entry[1] as i32 && !future;
            out[0] = if observed { scaled(value) } else { 0.0 };
            out[1] = f32::from(observed);
            out[2] = f32::from(future);
            let back = if future { (step / season + 1) * season } else { season };
            out[3] = scaled(resident.value(offset, at - back, window.origin));
            out[4] = if shape.long_season > 0 {
                let long = shape.long_season as i32;
                let far = if future { (step / long + 1) * long } else { long };
                scaled(resident.value(offset, at - far, window.origin))
            } else {
                0.0
            };
            out[5] = if future { (resident.base(shape, window, step, level) - level) * inverse } else { 0.0 };
            out[6] = scale[3];
            out[7] = scale[4];
            let own = OWN_FEATURES as usize;
            if calendar_count > 0 {
                let day = (entry[2] as usize + at.max(0) as usize) * calendar_count;
                for c in 0..calendar_count {
                    out[own + c] = if at >= 0 { calendar[day + c] } else { 0.0 };
                }
            }
            for p in 0..planned {
                let read = |at: i32| {
                    if at >= 0 { resident.panel[(offset + at as usize) * stride + 1 + p] } else { 0.0 }
                };
                let now = read(at);
                out[own + calendar_count + p] = now;
                out[own + calendar_count + planned + p] = now - read(at - back);
            }
        }
        for step in 0..shape.head_steps as usize * per_step {
            let value = resident.value(offset, window.origin + step as i32, window.limit);
            let known = value > MISSING;
            let base = resident.base(shape, window, step as i32, level);
            let place = ((step / per_step * batch + row) * per_step + step % per_step) * 2;
            targets[place] = if known { (value - base) * scale[2] } else { 0.0 };
            targets[place + 1] = f32::from(known);
        }
    }
}
