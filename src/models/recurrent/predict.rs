//! From the network's answers to forecasts.

use std::ops::Range;

use ndarray::Array2;

use super::prepare::{Kept, prepare};
use super::scale::{base, base_seasons, scales};
use super::{NAME, State, jobs, note_loss};
use crate::context::Context;
use crate::device::{Device, Shape};
use crate::error::Result;
use crate::kernels::{SCALES, TABLE};
use crate::models::forecast::{LEVELS, MEDIAN};
use crate::models::{PART_SERIES, SeriesForecast};
use crate::nn::{Data, Network};
use crate::panel::{KnownAhead, Panel};
use crate::work::Cancel;

/// Name of the answer for series that hold nothing to read.
const TOO_SHORT: &str = "lstm-too-short";

/// Answers for the ends of all series of a panel: `series × horizon × LEVELS`, in units of each one's scale around its base.
pub(super) async fn offsets(
    device: &Device,
    state: &State,
    panel: &Panel,
    known: &KnownAhead,
    horizon: usize,
    cancel: &Cancel,
) -> Result<Vec<f32>> {
    let data = prepare(&state.spec, panel, known, horizon, Kept::None)?.data;
    let windows: Vec<[u32; 3]> = (0..panel.len())
        .map(|index| {
            // The end of what is laid out of its past.
            let end = data.table[index * TABLE + 1];
            [index as u32, end, end]
        })
        .collect();
    let batch = (windows.len() as u32).next_multiple_of(Shape::BATCH_UNIT).min(128);
    let shape = Shape { batch, dropout: 0, sampled: false, ..state.spec.shape(horizon, false) };
    let network = Network::new(device, shape, data).await?;
    network.set_weights(&state.weights, None)?;
    network.answer(&windows, cancel).await
}

/// The same on the GPU if there is one, else in a compute worker.
async fn offsets_on_device(
    state: &State,
    panel: &Panel,
    known: &KnownAhead,
    horizon: usize,
    cx: &Context,
) -> Result<Vec<f32>> {
    if cx.device.is_gpu() {
        match offsets(&cx.device, state, panel, known, horizon, &cx.cancel).await {
            Err(error) if error.is_device() => note_loss(cx, &error),
            done => return done,
        }
    }
    jobs::answer(state, panel, known, horizon, cx).await
}

/// Most series answered at once: more would fill a device's memory. Divides the size of a part.
const SERIES_AT_ONCE: usize = 1024;
const _: () = assert!(PART_SERIES.is_multiple_of(SERIES_AT_ONCE), "parts are answered as the whole would be");

pub(super) async fn predict(
    state: &State,
    panel: &Panel,
    all: Range<usize>,
    horizon: usize,
    known: &KnownAhead,
    cx: &Context,
) -> Result<Vec<SeriesForecast>> {
    let mut made = Vec::with_capacity(all.len());
    for first in all.clone().step_by(SERIES_AT_ONCE) {
        cx.cancel.check()?;
        let places: Vec<usize> = (first..all.end.min(first + SERIES_AT_ONCE)).collect();
        let part = panel.select(&places);
        let ahead = select(known, &places);
        let offsets = offsets_on_device(state, &part, &ahead, horizon, cx).await?;
        let per_series = horizon * LEVELS.len();
        for index in 0..part.len() {
            let offsets = &offsets[index * per_series..][..per_series];
            made.push(of_series(state, &part, index, horizon, offsets));
        }
    }
    Ok(made)
}

fn select(known: &KnownAhead, places: &[usize]) -> KnownAhead {
    let mut picked = KnownAhead { horizon: known.horizon, columns: Vec::new() };
    for column in &known.columns {
        let values = places
            .iter()
            .flat_map(|&place| {
                let given = column.values.get(place * known.horizon..(place + 1) * known.horizon);
                given.map_or_else(|| vec![f64::NAN; known.horizon], <[f64]>::to_vec)
            })
            .collect();
        picked.columns.push(crate::panel::Column { values, ..column.clone() });
    }
    picked
}

fn of_series(state: &State, panel: &Panel, index: usize, horizon: usize, offsets: &[f32]) -> SeriesForecast {
    let spec = &state.spec;
    let values = panel.values(index);
    let origin = values.len();
    let (id, start) = (panel.series(index).id.clone(), panel.end(index));
    let mut quantiles = Array2::zeros((horizon, LEVELS.len()));
    if !values.iter().any(|value| value.is_finite()) {
        return SeriesForecast::new(id, start, TOO_SHORT, vec![0.0; horizon], quantiles, 0.0);
    }
    let scale = scales(values, spec.season, spec.encoder);
    let seasons = base_seasons(values, &scale, spec.season, spec.encoder);
    let now = scale[origin];
    let mut mean = Vec::with_capacity(horizon);
    for step in 0..horizon {
        let base = f64::from(base(values, origin, step, spec.season, seasons, now.level));
        let answer = &offsets[step * LEVELS.len()..][..LEVELS.len()];
        let mut row: Vec<f64> =
            answer.iter().map(|&offset| (base + f64::from(offset) * f64::from(now.unit)).max(0.0)).collect();
        row.sort_unstable_by(f64::total_cmp);
        mean.push(mean_of(&row));
        quantiles.row_mut(step).iter_mut().zip(row).for_each(|(slot, value)| *slot = value);
    }
    SeriesForecast::new(id, start, NAME, mean, quantiles, state.correlation)
}

/// Mean of a distribution given by its quantiles at [`LEVELS`]: straight between them, the tails as long as a normal's.
fn mean_of(row: &[f64]) -> f64 {
    /// Distance of a normal's mean beyond its outermost level from that level, over that of the two outermost levels.
    const TAIL: f64 = 1.15;
    let last = row.len() - 1;
    let mut sum = LEVELS[0] * (row[0] - TAIL * (row[1] - row[0])).max(0.0);
    for place in 0..last {
        sum += (LEVELS[place + 1] - LEVELS[place]) * 0.5 * (row[place] + row[place + 1]);
    }
    sum + (1.0 - LEVELS[last]) * (row[last] + TAIL * (row[last] - row[last - 1]))
}

/// What the windows kept aside should have been answered: `windows × steps`, missing where it is not known.
pub(super) fn judged_targets(shape: &Shape, data: &Data) -> Vec<f64> {
    let stride = 1 + shape.planned as usize;
    let mut targets = Vec::with_capacity(data.judged.len() * shape.head_steps as usize);
    for window in &data.judged {
        let [series, origin, limit] = window.map(|word| word as usize);
        let entry = &data.table[series * TABLE..][..TABLE];
        let offset = entry[0] as usize;
        let values: Vec<f64> = (0..limit)
            .map(|at| {
                let value = data.panel[(offset + at) * stride];
                if value > crate::kernels::MISSING { f64::from(value) } else { f64::NAN }
            })
            .collect();
        let scale = &data.scales[(offset + origin) * SCALES..][..SCALES];
        for step in 0..shape.head_steps as usize {
            let value = values.get(origin + step).copied().unwrap_or(f64::NAN);
            let base = base(&values[..origin], origin, step, shape.season as usize, entry[6], scale[0]);
            targets.push((value - f64::from(base)) * f64::from(scale[2]));
        }
    }
    targets
}

/// Correlation of the errors of any two steps, as seen on the windows kept aside: the one that makes the spread of
/// their sums right.
pub(super) fn step_correlation(shape: &Shape, targets: &[f64], answers: &[f32]) -> f64 {
    const OUTER: (usize, usize) = (1, 11);
    /// Width between the levels 0.1 and 0.9 of a normal distribution in standard deviations.
    const OUTER_WIDTH: f64 = 2.563;
    let (steps, outputs) = (shape.head_steps as usize, shape.outputs as usize);
    let (mut excess, mut room) = (0.0, 0.0);
    for (targets, answer) in targets.chunks_exact(steps).zip(answers.chunks_exact(steps * outputs)) {
        let (mut error, mut single, mut common) = (0.0, 0.0, 0.0);
        let known = targets.iter().zip(answer.chunks_exact(outputs)).filter(|(target, _)| target.is_finite());
        for (target, row) in known {
            error += target - f64::from(row[MEDIAN]);
            let deviation = f64::from((row[OUTER.1] - row[OUTER.0]).abs()) / OUTER_WIDTH;
            single += deviation * deviation;
            common += deviation;
        }
        if single > 0.0 {
            // Each window counts alike, however wide its errors.
            excess += (error * error).min(common * common) / single - 1.0;
            room += common * common / single - 1.0;
        }
    }
    if room > 0.0 { (excess / room).clamp(0.0, 1.0) } else { 0.0 }
}
