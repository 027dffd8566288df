//! Ranges that hold as often as they say, and means as large as what comes: split conformal calibration on the past.
//!
//! Each side of a range is stretched about the median, level by level, by what misses at past origins ask for (see
//! [`super::misses`]); means are moved by what they missed there (see [`super::lean`]). Quantiles stay in order and at
//! least 0, and what was foreseen as no sale at all stays so where a range is narrowed. Wrong for a shop whose past says
//! nothing of its future: then the ranges are as wrong as they were.

use super::lean::Leans;
use super::misses::{DEPTHS, ENDS, Group, KINDS, Misses, SCOPES, SIDES, TOTALS};
use crate::evaluate::backtest::actuals;
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, MEDIAN, normal_quantile};
use crate::panel::Panel;
use crate::panel::demand::Demand;

/// How a product sold up to an origin, as calibration tells products apart; none without a sale.
pub fn kind_of(history: &[f64]) -> Option<usize> {
    Demand::of(history).map(|demand| demand.kind as usize)
}

/// What calibration learns from, as the methods made it: what was stretched already would hide how much is needed.
#[derive(Default)]
pub struct Experience {
    misses: Misses,
    leans: Leans,
}

impl Experience {
    /// Adds that of another origin.
    pub fn extend(&mut self, more: Self) {
        self.misses.extend(more.misses);
        self.leans.extend(more.leans);
    }

    /// Adds what came of series `index` after the origin `back` periods before the end to what was said there, not yet
    /// calibrated.
    pub fn learn(&mut self, panel: &Panel, back: usize, index: usize, kind: Option<usize>, said: &SeriesForecast) {
        let Some(kind) = kind else { return };
        let horizon = said.mean.len();
        let came = actuals(panel, index, back, horizon);
        let known = || came.iter().enumerate().filter(|(_, value)| value.is_finite());
        if known().next().is_none() {
            return;
        }
        let (mut sold, mut expected) = (0.0, 0.0);
        for (step, &value) in known() {
            self.misses.see(kind, scope(step, horizon), value, |place| said.quantiles[(step, place)]);
            sold += value;
            expected += said.mean[step];
        }
        self.leans.see(kind, sold, expected);
        let sum: f64 = came.iter().sum();
        if came.len() == horizon && sum.is_finite() {
            self.misses.see(kind, TOTALS, sum, |place| said.total[place]);
        }
    }

    /// What the past so far speaks for.
    pub fn calibration(&self) -> Calibration {
        let factors = std::array::from_fn(|kind| {
            let kind = (kind < KINDS).then_some(kind);
            std::array::from_fn(|scope| {
                std::array::from_fn(|side| {
                    let taught = std::array::from_fn(|depth| self.misses.factor(Group { kind, scope, side, depth }));
                    Distances::of(side, taught)
                })
            })
        });
        Calibration { factors, means: self.leans.factors() }
    }
}

/// The half of the horizon that a step lies in.
fn scope(step: usize, horizon: usize) -> usize {
    TOTALS + 1 + usize::from(2 * step >= horizon)
}

/// Factors on the distances of one side's levels from the median, from the median outwards.
#[derive(Debug, Clone, Copy)]
struct Distances([f64; MEDIAN]);

impl Distances {
    /// From those of the taught levels: straight on the scale of the normal quantile between them, level beyond.
    fn of(side: usize, taught: [f64; DEPTHS]) -> Self {
        let far = |place: usize| normal_quantile(LEVELS[place]).abs();
        Self(std::array::from_fn(|nth| {
            let here = far(at(side, nth));
            let above = ENDS[side].iter().position(|end| far(*end) > here - 1e-9);
            match above {
                Some(0) => taught[0],
                Some(depth) => {
                    let (near, end) = (far(ENDS[side][depth - 1]), far(ENDS[side][depth]));
                    taught[depth - 1] + (here - near) / (end - near) * (taught[depth] - taught[depth - 1])
                }
                None => taught[DEPTHS - 1],
            }
        }))
    }
}

/// Place of a side's `nth` level from the median outwards.
fn at(side: usize, nth: usize) -> usize {
    if side == 0 { MEDIAN - 1 - nth } else { MEDIAN + 1 + nth }
}

/// How ranges are stretched and means moved, by kind of demand; the last are for what never sold.
#[derive(Debug, Clone)]
pub struct Calibration {
    factors: [[[Distances; SIDES]; SCOPES]; KINDS + 1],
    means: [f64; KINDS + 1],
}

impl Calibration {
    /// Calibrates the forecast of a product of that kind. Medians stay.
    pub fn apply(&self, kind: Option<usize>, said: &mut SeriesForecast) {
        let kind = kind.unwrap_or(KINDS);
        let horizon = said.mean.len();
        for (step, mut row) in said.quantiles.rows_mut().into_iter().enumerate() {
            stretch(row.iter_mut(), &self.factors[kind][scope(step, horizon)]);
        }
        stretch(said.total.iter_mut(), &self.factors[kind][TOTALS]);
        said.mean.iter_mut().for_each(|mean| *mean *= self.means[kind]);
    }
}

fn stretch<'a>(said: impl ExactSizeIterator<Item = &'a mut f64>, factors: &[Distances; SIDES]) {
    let mut said: Vec<&mut f64> = said.collect();
    let middle = *said[MEDIAN];
    for (side, Distances(factors)) in factors.iter().enumerate() {
        if factors.iter().all(|factor| *factor == 1.0) {
            continue;
        }
        let mut far: [f64; MEDIAN] = std::array::from_fn(|nth| {
            let value = *said[at(side, nth)];
            // No sale stays no sale: between it and one piece there is nothing.
            let stays = value <= 0.0 && factors[nth] < 1.0;
            (value - middle).abs() * if stays { 1.0 } else { factors[nth] }
        });
        // Levels in between give way to those that misses were counted at.
        let mut least = 0.0_f64;
        for nth in 0..MEDIAN {
            let limit = (nth..MEDIAN).find(|place| is_taught(side, *place)).map_or(f64::INFINITY, |place| far[place]);
            least = least.max(far[nth].min(limit));
            far[nth] = least;
        }
        for (nth, far) in far.into_iter().enumerate() {
            *said[at(side, nth)] = if side == 0 { (middle - far).max(0.0) } else { middle + far };
        }
    }
}

/// Whether misses are counted at a side's `nth` level from the median outwards.
fn is_taught(side: usize, nth: usize) -> bool {
    ENDS[side].contains(&at(side, nth))
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::panel::Series;

    const LOW: usize = 1;
    const HIGH: usize = 11;
    const HISTORY: usize = 28;
    const HORIZON: usize = 4;

    fn panel(values: impl Fn(usize, usize) -> f64, products: usize) -> Result<Panel> {
        let series = |index: usize| Series {
            id: format!("{index}"),
            name: String::new(),
            store: None,
            category: None,
            start: 0,
        };
        let of = |index| (series(index), (0..HISTORY + HORIZON).map(|day| values(index, day)).collect());
        Panel::new(Frequency::Day, (0..products).map(of).collect())
    }

    /// Steps about `middle` and totals about as many times as much, five of `unit` to either end of the 80 % range.
    fn said(middle: f64, unit: f64) -> SeriesForecast {
        let of = |middle: f64, place: usize| middle + unit * (place as f64 - MEDIAN as f64);
        let quantiles = Array2::from_shape_fn((HORIZON, LEVELS.len()), |(_, place)| of(middle, place));
        let mut made = SeriesForecast::new("x".into(), HISTORY as i32, "x", vec![middle; HORIZON], quantiles, 1.0);
        made.total = (0..LEVELS.len()).map(|place| of(middle * HORIZON as f64, place)).collect();
        made
    }

    /// What a product's range becomes after all products have taught at so many origins.
    fn taught_at(
        origins: usize,
        panel: &Panel,
        said: impl Fn(usize) -> SeriesForecast,
    ) -> impl Fn(usize) -> SeriesForecast {
        let kind = |index: usize| kind_of(&panel.values(index)[..HISTORY]);
        let kinds: Vec<Option<usize>> = (0..panel.len()).map(kind).collect();
        let mut learned = Experience::default();
        for _ in 0..origins {
            let mut now = Experience::default();
            for (index, kind) in kinds.iter().enumerate() {
                now.learn(panel, HORIZON, index, *kind, &said(index));
            }
            learned.extend(now);
        }
        let calibration = learned.calibration();
        move |index| {
            let mut made = said(index);
            calibration.apply(kinds[index], &mut made);
            made
        }
    }

    fn taught(panel: &Panel, said: impl Fn(usize) -> SeriesForecast) -> impl Fn(usize) -> SeriesForecast {
        taught_at(1, panel, said)
    }

    #[test]
    fn ranges_that_were_too_narrow_are_widened_on_their_side_only() -> Result<()> {
        // Totals 200 to 299, one per product, where the range says 195 to 205: nine in ten of them lie below 290.
        let values = |index: usize, day: usize| if day < HISTORY { 50.0 } else { 50.0 + index as f64 / 4.0 };
        let before = said(50.0, 1.0);
        let made = taught(&panel(values, 100)?, |_| said(50.0, 1.0))(0);
        assert!((made.total[HIGH] - (200.0 + 5.0 * 3.0)).abs() < 1e-9, "as far as allowed: {:?}", made.total);
        assert_eq!(made.total[..=MEDIAN], before.total[..=MEDIAN], "nothing came below, at one origin");
        assert!(made.mean[0] > 60.0 && made.mean[0] < 62.5, "what came was 62 on average: {:?}", made.mean);
        // Steps 50 to 75: nine in ten below 72.5.
        assert!((made.quantiles[(2, HIGH)] - 65.0).abs() < 1e-9, "{}", made.quantiles);
        Ok(())
    }

    #[test]
    fn few_misses_and_ranges_without_width_say_nothing() -> Result<()> {
        let values = |index: usize, day: usize| if day < HISTORY { 50.0 } else { 50.0 + (index as f64 - 5.5) / 4.0 };
        let few = taught(&panel(values, 12)?, |_| said(50.0, 1.0))(0);
        assert_eq!(few, said(50.0, 1.0), "twelve products, twenty-four steps of each half");
        let certain = taught(&panel(values, 100)?, |_| said(50.0, 0.0))(0);
        assert_eq!((certain.quantiles, certain.total), (said(50.0, 0.0).quantiles, said(50.0, 0.0).total));
        // Among others they change nothing.
        let mixed = |index: usize| said(50.0, f64::from(index.is_multiple_of(2)));
        let whole = |index: usize, day: usize| values(index / 2 * 2, day);
        let (with, without) =
            (taught(&panel(whole, 200)?, mixed)(0), taught(&panel(|i, d| whole(2 * i, d), 100)?, |i| mixed(2 * i))(0));
        assert_eq!((with.quantiles, with.total), (without.quantiles, without.total));
        Ok(())
    }

    #[test]
    fn kinds_of_demand_and_halves_of_the_horizon_are_stretched_apart() -> Result<()> {
        // Even products miss by exactly a width early and by two widths late, odd ones (in lumps) by half of that, which
        // narrows none.
        let lumpy = |day: usize| if day.is_multiple_of(7) { 300.0 } else { f64::from(day.is_multiple_of(2)) };
        let values = |index: usize, day: usize| {
            let late = if day < HISTORY + HORIZON / 2 { 5.0 } else { 10.0 };
            match (day < HISTORY, index.is_multiple_of(2)) {
                (true, true) => 50.0,
                (true, false) => lumpy(day),
                (false, even) => 50.0 + if even { late } else { late / 2.0 },
            }
        };
        let panel = panel(values, 200)?;
        assert_ne!(kind_of(&panel.values(0)[..HISTORY]), kind_of(&panel.values(1)[..HISTORY]));
        let made = taught(&panel, |_| said(50.0, 1.0));
        let width = |index: usize, step: usize| made(index).quantiles[(step, HIGH)] - 50.0;
        assert_eq!(
            [width(0, 0), width(0, 3), width(1, 0), width(1, 3)].map(|width| (10.0 * width).round()),
            [50.0, 100.0, 50.0, 50.0]
        );
        for index in 0..2 {
            for row in made(index).quantiles.rows() {
                assert!(row.iter().zip(row.iter().skip(1)).all(|(low, high)| low <= high), "{row}");
            }
        }
        Ok(())
    }

    #[test]
    fn calm_origins_narrow_ranges_once_there_are_several() -> Result<()> {
        // What comes lies within a fifth of the range to either side, and its sum within four fifths.
        let values = |index: usize, day: usize| if day < HISTORY { 50.0 } else { 49.0 + (index % 3) as f64 };
        let panel = panel(values, 100)?;
        let before = said(50.0, 1.0);
        let early = taught_at(3, &panel, |_| said(50.0, 1.0))(0);
        let ends = |made: &SeriesForecast| [LOW, HIGH].map(|end| (made.quantiles[(1, end)], made.total[end]));
        assert_eq!(ends(&early), ends(&before), "three origins are too few");
        let made = taught_at(4, &panel, |_| said(50.0, 1.0))(0);
        assert!((made.quantiles[(1, HIGH)] - 53.75).abs() < 1e-9, "half of the way to a half: {}", made.quantiles);
        assert!((made.quantiles[(1, LOW)] - 46.25).abs() < 1e-9, "{}", made.quantiles);
        assert!((made.total[HIGH] - 204.0).abs() < 0.05, "all of the way: {:?}", made.total);
        assert!((made.total[LOW] - 196.0).abs() < 0.05, "{:?}", made.total);
        // A range that begins at 0 still does, while its other end comes nearer.
        let low = taught_at(4, &panel, |index| said(if index == 0 { 4.0 } else { 50.0 }, 1.0))(0);
        assert_eq!(low.quantiles.row(1).iter().take(3).copied().collect::<Vec<_>>(), [0.0; 3]);
        assert!(low.quantiles[(1, HIGH)] < 9.0 && low.quantiles.row(1).to_vec().is_sorted(), "{}", low.quantiles);
        Ok(())
    }

    #[test]
    fn totals_that_only_ever_came_above_are_not_surer_below() -> Result<()> {
        let values = |index: usize, day: usize| if day < HISTORY { 50.0 } else { 51.0 + (index % 3) as f64 };
        let before = said(50.0, 1.0);
        let made = taught_at(4, &panel(values, 100)?, |_| said(50.0, 1.0))(0);
        assert!(made.total[HIGH] > before.total[HIGH], "{:?}", made.total);
        assert_eq!(made.total[..=MEDIAN], before.total[..=MEDIAN], "it might as well have come below");
        Ok(())
    }
}
