//! The past that the weights of methods are learned from: what came, and what each method had said.

use std::collections::BTreeSet;

use super::calibrate::kind_of;
use super::combine::median;
use super::voices::Voices;
use super::weights::grown_up;
use crate::evaluate::backtest::{actuals, scales_before};
use crate::evaluate::metrics::LOSS_LEVELS;
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, MEDIAN};
use crate::panel::Panel;

/// Most series that are learned from, those of each origin counted, and steps of each: a tab has to hold them.
const MOST_ROWS: usize = 2048;
const MOST_STEPS: usize = 14;
/// Series of an origin that are learned from however many origins there are.
const LEAST_SERIES: usize = 64;
/// Totals are one value a series, so of so many times as many.
const TOTALS_MORE: usize = 4;
/// What lies so many scales off the methods' median is one of a kind, and moves no weight: a product that hardly ever
/// sells has a tiny scale, and one stray sale would outweigh hundreds of others.
const STRAY: f64 = 20.0;
/// Farthest that a method is off, in scales.
const FARTHEST: f64 = 100.0;

/// What came of one product after one origin, and what methods had said, in its own scale.
pub struct Row {
    /// Kind of demand.
    pub kind: usize,
    /// Whether it had not seen a year.
    pub is_young: bool,
    /// The voice of each method's answer.
    pub voices: Vec<usize>,
    /// Value by value, decile by decile: how far above what came each method's decile lies.
    pub values: Vec<f32>,
}

/// The past that weights are learned from.
pub struct Lessons {
    /// Methods' answers so far.
    pub voices: Voices,
    /// Places of the deciles among the levels.
    pub deciles: Vec<usize>,
    /// Product by product, origin by origin.
    pub rows: Vec<Row>,
    /// Most series of an origin.
    most: usize,
}

/// Fractional part of the golden section: its multiples lie evenly between whole numbers and keep step with nothing, neither
/// with stores that a file lists in turns nor with the hours of a day.
const GOLDEN: f64 = 0.618_033_988_749_895;

/// Whether a series is among about so many that stand evenly over the panel.
fn is_taken(panel: &Panel, index: usize, most: usize) -> bool {
    (index as f64 * GOLDEN).fract() * (panel.len() as f64) < most as f64
}

/// So many steps at most, evenly over a horizon and, so far as that goes, over the phases of a season: at equal distances
/// unless most of these would meet the same few phases.
fn steps_of(horizon: usize, season: usize) -> Vec<usize> {
    let count = horizon.min(MOST_STEPS);
    let even: Vec<usize> = (0..count).map(|place| place * horizon / count).collect();
    let phases: BTreeSet<usize> = even.iter().map(|step| step % season).collect();
    if 2 * phases.len() >= season.min(count) {
        return even;
    }
    let width = horizon as f64 / count as f64;
    (0..count).map(|place| ((place as f64 + (place as f64 * GOLDEN).fract()) * width) as usize).collect()
}

impl Lessons {
    /// None yet, of methods of these names, at so many origins in all.
    pub fn new(members: &[&str], origins: usize) -> Self {
        let is_decile = |place: &usize| LOSS_LEVELS.iter().any(|level| (level - LEVELS[*place]).abs() < 1e-9);
        Self {
            voices: Voices::new(members),
            deciles: (0..LEVELS.len()).filter(is_decile).collect(),
            rows: Vec::new(),
            most: (MOST_ROWS / origins.max(1)).max(LEAST_SERIES),
        }
    }

    /// Adds what came of series `index` after the origin `back` periods before the end, and what each method had said.
    pub fn add(&mut self, panel: &Panel, back: usize, index: usize, said: &[&SeriesForecast]) {
        if !is_taken(panel, index, self.most) || panel.values(index).len() <= back {
            return;
        }
        let scale = scales_before(panel, index, back).absolute;
        if scale.is_nan() || scale <= 0.0 {
            return;
        }
        let values = panel.values(index);
        let Some(kind) = kind_of(&values[..values.len() - back]) else { return };
        let came = actuals(panel, index, back, said[0].mean.len());
        let is_young = values.len() - back < grown_up(panel.frequency());
        let mut row = Row { kind, is_young, voices: self.voices.learn(said), values: Vec::new() };
        let steps = steps_of(came.len(), panel.frequency().season_length());
        for step in steps.into_iter().filter(|step| came[*step].is_finite()) {
            let mut middles: Vec<f64> = said.iter().map(|one| one.quantiles[(step, MEDIAN)]).collect();
            if (came[step] - median(&mut middles)).abs() > STRAY * scale {
                continue;
            }
            for &place in &self.deciles {
                let miss = |one: &&SeriesForecast| (one.quantiles[(step, place)] - came[step]) / scale;
                row.values.extend(said.iter().map(miss).map(|miss| miss.clamp(-FARTHEST, FARTHEST) as f32));
            }
        }
        if !row.values.is_empty() {
            self.rows.push(row);
        }
    }

    /// Adds the same of the total over the horizon.
    pub fn add_total(&mut self, panel: &Panel, back: usize, index: usize, said: &[&SeriesForecast]) {
        let values = panel.values(index);
        let came = actuals(panel, index, back, said[0].mean.len());
        let sum: f64 = came.iter().sum();
        let is_taken = is_taken(panel, index, TOTALS_MORE * self.most);
        if !is_taken || values.len() <= back || came.len() < said[0].mean.len() || !sum.is_finite() {
            return;
        }
        let scale = came.len() as f64 * scales_before(panel, index, back).absolute;
        let Some(kind) = kind_of(&values[..values.len() - back]).filter(|_| scale > 0.0) else { return };
        let mut middles: Vec<f64> = said.iter().map(|one| one.total[MEDIAN]).collect();
        if (sum - median(&mut middles)).abs() > STRAY * scale {
            return;
        }
        let is_young = values.len() - back < grown_up(panel.frequency());
        let mut row = Row { kind, is_young, voices: self.voices.learn(said), values: Vec::new() };
        for &place in &self.deciles {
            let miss = |one: &&SeriesForecast| (one.total[place] - sum) / scale;
            row.values.extend(said.iter().map(miss).map(|miss| miss.clamp(-FARTHEST, FARTHEST) as f32));
        }
        self.rows.push(row);
    }

    /// Adds those of another origin.
    pub fn extend(&mut self, more: Self) {
        let places = self.voices.join(&more.voices);
        self.rows.extend(more.rows.into_iter().map(|mut row| {
            row.voices.iter_mut().for_each(|voice| *voice = places[*voice]);
            row
        }));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::panel::Series;

    #[test]
    fn steps_and_series_that_teach_keep_step_with_nothing() -> Result<()> {
        for (horizon, season, least) in [(168, 24, 12), (336, 24, 12), (98, 7, 6), (28, 7, 7), (12, 12, 12), (1, 7, 1)]
        {
            let steps = steps_of(horizon, season);
            assert!(steps.is_sorted() && steps.iter().all(|step| *step < horizon), "{horizon}: {steps:?}");
            assert_eq!(steps.iter().collect::<HashSet<_>>().len(), horizon.min(MOST_STEPS), "{horizon}: {steps:?}");
            let phases: HashSet<usize> = steps.iter().map(|step| step % season).collect();
            assert!(phases.len() >= least, "{horizon}: {phases:?}");
        }
        // Ten stores in turns.
        let series = |index: usize| {
            let id = format!("{index}");
            (Series { name: id.clone(), id, store: None, category: None, start: 0 }, vec![1.0])
        };
        let panel = Panel::new(Frequency::Day, (0..10_000).map(series).collect())?;
        let taken: Vec<usize> = (0..panel.len()).filter(|index| is_taken(&panel, *index, 256)).collect();
        assert!((250..=262).contains(&taken.len()), "{}", taken.len());
        for store in 0..10 {
            assert!(taken.iter().filter(|index| *index % 10 == store).count() > 15);
        }
        assert!((0..200).all(|index| is_taken(&panel, index, panel.len())), "of few all are taken");
        Ok(())
    }
}
