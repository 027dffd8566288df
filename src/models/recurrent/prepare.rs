//! From a panel to what the network's kernels read.

use std::ops::Range;

use super::scale::{MOST_SEASONS, base_seasons, scales};
use crate::calendar::Frequency;
use crate::device::Shape;
use crate::error::Result;
use crate::features::{CALENDAR_FEATURES, calendar_table};
use crate::kernels::{MISSING, OWN_FEATURES, SCALES, TABLE};
use crate::models::LEVELS;
use crate::nn::Data;
use crate::panel::{KnownAhead, Panel};

/// Most positions held on a device: more products are sampled.
const MOST_POSITIONS: usize = 1_500_000;
/// Most windows to judge by.
const MOST_JUDGED: usize = 1024;
/// Shortest history of a window.
const LEAST_HISTORY: usize = 4;

/// A column known ahead, and how its numbers are brought to one size.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Planned {
    name: String,
    mean: f64,
    inverse_deviation: f64,
}

/// What the network's inputs are: fixed when it is trained.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Spec {
    pub frequency: Frequency,
    pub encoder: usize,
    pub season: usize,
    pub long_season: usize,
    pub hidden: u32,
    /// Places of the calendar's features that vary.
    pub calendar: Vec<usize>,
    pub planned: Vec<Planned>,
    /// Mean of the level feature over the panel.
    pub usual_level: f64,
}

/// Which windows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Windows to train on, the latest kept aside to judge by.
    Latest,
    /// No training: forecasts after the end only, with no more of the past than they read.
    None,
}

/// Data with what the host must remember of it.
pub(super) struct Prepared {
    pub data: Data,
    /// Windows that training may draw.
    pub windows: u64,
}

impl Spec {
    pub fn of(panel: &Panel, horizon: usize, hidden: u32) -> Self {
        let frequency = panel.frequency();
        let season = frequency.season_length();
        let (encoder, long_season) = match frequency {
            Frequency::Hour => (72, 168),
            Frequency::Day => (56, 364),
            Frequency::Week => (39, 0),
            Frequency::Month => (24, 0),
        };
        let (first, last) = span(panel);
        let table = calendar_table(frequency, first..last + horizon as i32);
        let varies = |place: &usize| {
            let column = || table.iter().map(|row| row[*place]);
            column().fold(f32::MIN, f32::max) - column().fold(f32::MAX, f32::min) > 1e-3
        };
        let planned = panel.columns().iter().filter(|column| column.planned).map(|column| {
            let seen = || column.values.iter().copied().filter(|value| value.is_finite());
            let count = seen().count().max(1) as f64;
            let mean = seen().sum::<f64>() / count;
            let variance = seen().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
            let inverse_deviation = if variance > 1e-12 { 1.0 / variance.sqrt() } else { 0.0 };
            Planned { name: column.name.clone(), mean, inverse_deviation }
        });
        let planned = planned.collect();
        let mut levels: Vec<f64> = (0..panel.len())
            .filter_map(|index| {
                let values = panel.values(index).iter().filter(|value| value.is_finite());
                let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value.abs(), count + 1.0));
                (count > 0.0).then(|| libm::log1p(sum / count))
            })
            .collect();
        levels.sort_unstable_by(f64::total_cmp);
        Self {
            frequency,
            encoder,
            season,
            long_season,
            hidden,
            calendar: (0..CALENDAR_FEATURES).filter(varies).collect(),
            planned,
            usual_level: levels.get(levels.len() / 2).copied().unwrap_or(0.0),
        }
    }

    /// Whether weights learned with the other fit.
    pub fn same_inputs(&self, other: &Self) -> bool {
        let names = |spec: &Self| spec.planned.iter().map(|planned| planned.name.clone()).collect::<Vec<_>>();
        (self.frequency, self.encoder, self.hidden, &self.calendar)
            == (other.frequency, other.encoder, other.hidden, &other.calendar)
            && names(self) == names(other)
    }

    /// Periods before the origin that a window reads: the encoder's with what came a season before each, and the base's.
    fn reach(&self) -> usize {
        (self.encoder + self.season.max(self.long_season)).max(MOST_SEASONS * self.season)
    }

    pub fn shape(&self, horizon: usize, sampled: bool) -> Shape {
        let (calendar, planned) = (self.calendar.len() as u32, self.planned.len() as u32);
        Shape {
            batch: Shape::BATCH_UNIT,
            encoder: self.encoder as u32,
            decoder: horizon as u32,
            features: OWN_FEATURES + calendar + 2 * planned,
            hidden: self.hidden,
            head_steps: horizon as u32,
            outputs: LEVELS.len() as u32,
            quantiles: true,
            dropout: 0,
            sampled,
            calendar,
            planned,
            season: self.season as u32,
            long_season: self.long_season as u32,
        }
    }
}

/// First period of the panel, and the one after its last.
fn span(panel: &Panel) -> (i32, i32) {
    let first = (0..panel.len()).map(|index| panel.series(index).start).min().unwrap_or(0);
    let last = (0..panel.len()).map(|index| panel.end(index)).max().unwrap_or(0);
    (first, last.max(first))
}

/// Places of the series that are learned from: all, or where they are too many some that are spread over all.
pub(super) fn places_learned(panel: &Panel, horizon: usize) -> Vec<usize> {
    let positions = panel.total_len() + panel.len() * (horizon + 1);
    (0..panel.len()).step_by(positions.div_ceil(MOST_POSITIONS).max(1)).collect()
}

/// Lays a panel out for a device. `known` gives planned columns after the end; what it leaves open is taken from one
/// season before.
pub(super) fn prepare(spec: &Spec, panel: &Panel, known: &KnownAhead, horizon: usize, kept: Kept) -> Result<Prepared> {
    let (first, last) = span(panel);
    let mut data = Data { levels: LEVELS.map(|level| level as f32).to_vec(), ..Data::default() };
    let from_of = |length: usize| if kept == Kept::Latest { 0 } else { length.saturating_sub(spec.reach()) };
    let lengths = (0..panel.len()).map(|index| panel.values(index).len());
    let positions: usize = lengths.map(|length| length - from_of(length) + horizon + 1).sum();
    // Lists that had to grow would be there twice while they do, and these are the largest.
    data.panel.reserve_exact(positions * (1 + spec.planned.len()));
    data.scales.reserve_exact(positions * SCALES);
    for row in calendar_table(spec.frequency, first..last + horizon as i32 + 1) {
        data.calendar.extend(spec.calendar.iter().map(|&place| row[place]));
    }
    let columns: Vec<Option<usize>> = spec
        .planned
        .iter()
        .map(|planned| panel.columns().iter().position(|column| column.name == planned.name))
        .collect();
    let (mut offset, mut windows) = (0_usize, 0_u64);
    for index in 0..panel.len() {
        let values = panel.values(index);
        let entry = (data.table.len() / TABLE) as u32;
        let length = values.len();
        let room = horizon + 1;
        let scale = scales(values, spec.season, spec.encoder);
        let aside = length >= LEAST_HISTORY.max(spec.season.min(spec.encoder)) + 2 * horizon;
        let limit = if aside { length - horizon } else { length };
        // Windows are judged by what came after them: the base they start from must not have seen it.
        let known_end = if kept == Kept::Latest { limit } else { length };
        let seasons = base_seasons(&values[..known_end], &scale[..=known_end], spec.season, spec.encoder);
        let from = from_of(length);
        lay_out(spec, &mut data, panel, known, index, &columns, from..length + room);
        for one in scale[from..].iter().chain(std::iter::repeat_n(&scale[length], room - 1)) {
            let size = libm::log1p(f64::from(one.level.abs())) - spec.usual_level;
            let ratio = one.level * one.inverse_spread;
            data.scales.extend([
                one.level,
                one.inverse_spread,
                1.0 / one.unit,
                0.3 * size as f32,
                ratio / (1.0 + ratio.abs()),
            ]);
        }
        // Windows that know a whole season teach more, if there are enough of them.
        let low = if limit >= spec.season + horizon { spec.season } else { LEAST_HISTORY };
        let high = limit.saturating_sub(horizon.div_ceil(2));
        let count = high.saturating_sub(low);
        data.table.extend([
            offset as u32,
            (length - from) as u32,
            (panel.series(index).start - first) as u32 + from as u32,
            low as u32,
            count.max(1) as u32,
            (limit.max(from) - from) as u32,
            seasons,
            0,
        ]);
        if kept == Kept::Latest && count > 0 {
            data.drawn.push(entry);
            windows += count as u64;
            if aside {
                data.judged.push([entry, limit as u32, length as u32]);
            }
        }
        offset += length - from + room;
    }
    let every = data.judged.len().div_ceil(MOST_JUDGED).max(1);
    data.judged = data.judged.into_iter().step_by(every).collect();
    Ok(Prepared { data, windows })
}

/// Values and planned columns of one series at some of its positions, which go on into the horizon.
fn lay_out(
    spec: &Spec,
    data: &mut Data,
    panel: &Panel,
    known: &KnownAhead,
    index: usize,
    columns: &[Option<usize>],
    positions: Range<usize>,
) {
    let values = panel.values(index);
    let plans: Vec<Vec<f64>> = spec
        .planned
        .iter()
        .zip(columns)
        .map(|(planned, column)| {
            let mut all = column.map_or_else(Vec::new, |column| panel.column_values(column, index).to_vec());
            all.resize(values.len(), f64::NAN);
            let ahead = known.values(&planned.name, index).unwrap_or(&[]);
            for step in 0..positions.end - values.len() {
                let given = ahead.get(step).copied().unwrap_or(f64::NAN);
                let before = all.len().checked_sub(spec.season).map_or(f64::NAN, |at| all[at]);
                all.push(if given.is_finite() { given } else { before });
            }
            all
        })
        .collect();
    for at in positions {
        let value = values.get(at).copied().filter(|value| value.is_finite());
        data.panel.push(value.map_or(2.0 * MISSING, |value| value as f32));
        for (planned, all) in spec.planned.iter().zip(&plans) {
            let scaled = (all[at] - planned.mean) * planned.inverse_deviation;
            data.panel.push(if scaled.is_finite() { scaled as f32 } else { 0.0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Cpu, Device};
    use crate::nn::{Network, block_on_ready, starting_weights};
    use crate::panel::{Column, Series};
    use crate::work::Cancel;

    fn panel(values: Vec<f64>) -> Result<Panel> {
        let series = Series { id: "a".into(), name: "a".into(), store: None, category: None, start: 19_000 };
        Panel::new(Frequency::Day, vec![(series, values)])
    }

    #[test]
    fn the_base_of_windows_that_are_judged_has_not_seen_what_came_after() -> Result<()> {
        const HORIZON: usize = 14;
        let week = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        let steady: Vec<f64> = (0..210).map(|day| week[day % 7]).collect();
        // Only in the part kept aside a mean of more weeks would have been the better base.
        let mut upset = steady.clone();
        upset[196..203].fill(1000.0);
        upset[203..].fill(0.0);
        let (steady, upset) = (panel(steady)?, panel(upset)?);
        let spec = Spec::of(&steady, HORIZON, 32);
        let seasons = |panel: &Panel, kept: Kept| -> Result<u32> {
            Ok(prepare(&spec, panel, &KnownAhead::default(), HORIZON, kept)?.data.table[6])
        };
        assert_eq!(seasons(&steady, Kept::Latest)?, 1);
        assert_eq!(seasons(&upset, Kept::Latest)?, 1);
        assert_ne!(seasons(&upset, Kept::None)?, 1, "a forecast knows all of the past");
        Ok(())
    }

    #[test]
    fn forecasts_lay_out_what_they_read_and_answer_as_from_all_of_the_past() -> Result<()> {
        const HORIZON: usize = 200;
        let lengths = [1500, 30, 400];
        let mut state = 7_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1_u32 << 24)
        };
        let all = lengths.iter().map(|&length| {
            let id = format!("{length}");
            let series = Series { name: id.clone(), id, store: None, category: None, start: 450_000 - length };
            let values = (0..length).map(|hour| 5.0 + f64::from(hour % 24) + 6.0 * random()).collect();
            (series, values)
        });
        let panel = Panel::new(Frequency::Hour, all.collect())?;
        let values = (0..panel.total_len()).map(|place| (place % 11) as f64).collect();
        let panel = panel.with_column(Column { name: "promo".into(), planned: true, values })?;
        let spec = Spec::of(&panel, HORIZON, 32);
        let known = KnownAhead::default();
        let short = prepare(&spec, &panel, &known, HORIZON, Kept::None)?.data;
        let positions: usize = lengths.iter().map(|&length| (length as usize).min(spec.reach()) + HORIZON + 1).sum();
        assert_eq!((spec.reach(), short.scales.len()), (240, positions * SCALES), "however long the past is");
        let mut long = prepare(&spec, &panel, &known, HORIZON, Kept::Latest)?.data;
        let shape = Shape { sampled: false, ..spec.shape(HORIZON, false) };
        let weights = starting_weights(&shape, 3, &[0.0; LEVELS.len()]);
        let mut answered = Vec::new();
        for series in 0..lengths.len() {
            long.table[series * TABLE + 6] = short.table[series * TABLE + 6];
        }
        for data in [short, long] {
            let windows: Vec<[u32; 3]> = (0..lengths.len())
                .map(|series| [series as u32, data.table[series * TABLE + 1], data.table[series * TABLE + 1]])
                .collect();
            let cancel = Cancel::default();
            let network = block_on_ready(Network::new(&Device::Cpu(Cpu), shape, data))?;
            network.set_weights(&weights, None)?;
            answered.push(block_on_ready(network.answer(&windows, &cancel))?);
        }
        assert!(answered[0].iter().any(|answer| answer.abs() > 1e-3));
        assert_eq!(answered[0], answered[1]);
        Ok(())
    }
}
