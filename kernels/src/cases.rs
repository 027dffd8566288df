//! Inputs on which shaders and their twins are compared.

use super::gather::{SCALES, WINDOW};
use super::math::pcg;
use super::{MISSING, OWN_FEATURES, SENTINEL};
use crate::{Case, Shape};

/// Sizes that differ in everything a kernel can trip over: both cell sizes, answers at one step and at many, quantiles
/// and plain targets, features that are no multiple of anything, drawn and listed windows.
fn shapes() -> [Shape; 2] {
    let quantiles = Shape {
        batch: 32,
        encoder: 9,
        decoder: 5,
        features: OWN_FEATURES + 3 + 4,
        hidden: 32,
        head_steps: 5,
        outputs: 13,
        quantiles: true,
        dropout: 200,
        sampled: true,
        calendar: 3,
        planned: 2,
        season: 3,
        long_season: 7,
    };
    let plain = Shape {
        batch: 64,
        encoder: 11,
        decoder: 0,
        features: OWN_FEATURES,
        hidden: 64,
        head_steps: 1,
        outputs: 28,
        quantiles: false,
        dropout: 0,
        sampled: false,
        calendar: 0,
        planned: 0,
        season: 7,
        long_season: 0,
    };
    [quantiles, plain]
}

/// Numbers between -`range` and `range`.
fn uniform(count: u32, range: f32, seed: u32) -> Vec<u32> {
    let draw = |place| (pcg(pcg(seed) ^ place) >> 8) as f32 / 8_388_608.0 - 1.0;
    (0..count).map(|place| (draw(place) * range).to_bits()).collect()
}

/// Numbers between 0 and 1.
fn positive(count: u32, seed: u32) -> Vec<u32> {
    uniform(count, 1.0, seed).into_iter().map(|bits| f32::from_bits(bits).abs().to_bits()).collect()
}

fn unwritten(count: u32) -> Vec<u32> {
    vec![SENTINEL; count as usize]
}

fn state() -> Vec<u32> {
    vec![3, 42, 0.01_f32.to_bits(), 0.5_f32.to_bits(), 3, 0.001_f32.to_bits(), 0, 0]
}

fn all(make: impl Fn(&Shape) -> Vec<Vec<u32>>) -> Vec<Case> {
    shapes().into_iter().map(|shape| Case { shape, buffers: make(&shape) }).collect()
}

pub(super) fn gather() -> Vec<Case> {
    const LENGTHS: [u32; 3] = [60, 40, 23];
    all(|s| {
        let room = 1 + s.decoder.max(s.targets());
        let (mut table, mut panel, mut offset) = (Vec::new(), Vec::new(), 0);
        for (series, length) in LENGTHS.into_iter().enumerate() {
            let first = 3 + series as u32;
            table.extend([offset, length, 5 * series as u32, first, length - first, length - 2, 1 + series as u32, 0]);
            for at in 0..length + room {
                let known = at < length && !at.is_multiple_of(11);
                let value = (pcg(at ^ offset) % 100) as f32 / 10.0;
                panel.push(if known { value } else { 2.0 * MISSING }.to_bits());
                panel.extend(uniform(s.planned, 1.0, at));
            }
            offset += length + room;
        }
        let mut windows: Vec<u32> = vec![0, 1, 2];
        if !s.sampled {
            windows = (0..s.batch * WINDOW as u32)
                .map(|place| {
                    let series = place / WINDOW as u32 % 3;
                    let length = LENGTHS[series as usize];
                    [series, 3 + pcg(place / WINDOW as u32) % (length - 3), length][(place % WINDOW as u32) as usize]
                })
                .collect();
        }
        vec![
            state(),
            table,
            windows,
            panel,
            positive(offset * SCALES as u32, 7),
            uniform(100 * s.calendar.max(1), 1.0, 8),
            unwritten(s.steps() * s.batch * s.features),
            unwritten(s.head_batch() * s.targets() * 2),
        ]
    })
}

pub(super) fn lstm_forward() -> Vec<Case> {
    all(|s| {
        let states = (s.steps() + 1) * s.batch * s.hidden;
        vec![
            uniform(s.weights(), 0.4, 1),
            uniform(s.steps() * s.batch * s.features, 2.0, 2),
            unwritten(s.steps() * s.batch * s.hidden * 4),
            unwritten(states),
            unwritten(states),
        ]
    })
}

pub(super) fn linear() -> Vec<Case> {
    all(|s| {
        vec![
            uniform(s.weights(), 0.5, 1),
            uniform((s.steps() + 1) * s.batch * s.hidden, 1.0, 2),
            state(),
            unwritten(s.head_batch() * s.outputs),
        ]
    })
}

pub(super) fn loss() -> Vec<Case> {
    all(|s| {
        let mut targets = uniform(s.head_batch() * s.targets() * 2, 3.0, 4);
        for (place, pair) in targets.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            pair[1] = if place % 5 == 0 { 0.0_f32 } else { 1.0 }.to_bits();
        }
        vec![
            uniform(s.head_batch() * s.outputs, 2.0, 3),
            targets,
            (0..s.outputs).map(|q| ((q as f32 + 0.5) / s.outputs as f32).to_bits()).collect(),
            unwritten(s.head_batch() * s.outputs),
            // Sums go on from what is there.
            positive(s.loss_groups() * 2, 5),
        ]
    })
}

pub(super) fn linear_gradient() -> Vec<Case> {
    all(|s| {
        vec![
            uniform(s.weights(), 0.5, 1),
            uniform((s.steps() + 1) * s.batch * s.hidden, 1.0, 2),
            uniform(s.head_batch() * s.outputs, 0.5, 3),
            state(),
            unwritten(s.head_batch() * s.hidden),
            unwritten(s.head_pieces() * s.head_weights()),
        ]
    })
}

pub(super) fn lstm_backward() -> Vec<Case> {
    all(|s| {
        vec![
            uniform(s.hidden * s.hidden * 4, 0.3, 1),
            positive(s.steps() * s.batch * s.hidden * 4, 2),
            uniform((s.steps() + 1) * s.batch * s.hidden, 1.0, 3),
            uniform(s.head_batch() * s.hidden, 0.5, 4),
        ]
    })
}

pub(super) fn weight_gradient() -> Vec<Case> {
    all(|s| {
        vec![
            uniform(s.steps() * s.batch * s.features, 1.0, 1),
            uniform((s.steps() + 1) * s.batch * s.hidden, 1.0, 2),
            uniform(s.steps() * s.batch * s.hidden * 4, 0.5, 3),
            unwritten(s.pieces() * s.cell_weights()),
        ]
    })
}

pub(super) fn reduce() -> Vec<Case> {
    all(|s| {
        vec![
            uniform(s.pieces() * s.cell_weights(), 0.1, 1),
            uniform(s.head_pieces() * s.head_weights(), 0.1, 2),
            unwritten(s.weights()),
            unwritten(s.weight_groups()),
            state(),
        ]
    })
}

pub(super) fn adam() -> Vec<Case> {
    all(|s| {
        vec![
            uniform(s.weights(), 0.5, 1),
            positive(s.weights() * 2, 2),
            unwritten(s.hidden * s.hidden * 4),
            uniform(s.weights(), 0.1, 3),
            positive(s.weight_groups(), 4),
            state(),
        ]
    })
}
