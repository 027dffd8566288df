//! Ranges that hold as often as they say: split conformal calibration on the past.
//!
//! What fell outside of a range is measured in widths of the range, so that products of all sizes speak together, and
//! pooled over products and origins by kind of demand: what sells in lumps is missed in another way than what sells
//! evenly. Single periods are told apart by the half of the horizon that they lie in, totals stand by themselves. Where
//! too few speak, all kinds do. A product is never judged by its own past alone: a few windows say nothing of one end.
//!
//! Sources: Romano, Patterson and Candès (2019), "Conformalized quantile regression"; Lei and others (2018),
//! "Distribution-free predictive inference for regression", for the rank. Wrong for a shop whose past says nothing of
//! its future: then the ranges are as wrong as they were.

use crate::evaluate::backtest::{ENDS, actuals};
use crate::models::SeriesForecast;
use crate::models::forecast::MEDIAN;
use crate::panel::Panel;
use crate::panel::demand::Demand;

/// Share that may lie beyond one end of the 80 % range.
const BEYOND: f64 = 0.1;
/// Misses needed to speak of a share.
const LEAST: u32 = 50;
/// Narrowest that a total's range is made, as a factor. Those of single periods are never narrowed: on real sales that
/// had been calm, narrowed ranges then held half of what they should (the validation part of `rossmann`).
const NARROWEST: [f64; SCOPES] = [0.5, 1.0, 1.0];
/// Widest that a range is made.
const WIDEST: f64 = 3.0;
/// Misses are told apart to one part in so many of a width, up to the widest factor and a bin beyond.
const BINS_PER_WIDTH: usize = 50;
const BINS: usize = BINS_PER_WIDTH * WIDEST as usize + 2;

/// Kinds of demand.
pub const KINDS: usize = 4;
/// Totals, and periods of the first and of the second half of the horizon.
const SCOPES: usize = 3;
const TOTALS: usize = 0;
/// Below the median and above.
const SIDES: usize = 2;

/// How a product sold up to an origin, as calibration tells products apart; none without a sale.
pub fn kind_of(history: &[f64]) -> Option<usize> {
    Demand::of(history).map(|demand| demand.kind as usize)
}

/// How often a miss of each size came.
#[derive(Clone)]
struct Sizes([u32; BINS]);

impl Sizes {
    /// `miss` in widths; 0 where the value lay on the other side of the median.
    fn add(&mut self, miss: f64) {
        // What lies just on an end is inside, whatever rounding makes of it.
        let bin = (miss.max(0.0) * BINS_PER_WIDTH as f64 - 1e-6).ceil().max(0.0);
        self.0[(bin as usize).min(BINS - 1)] += 1;
    }

    fn extend(&mut self, more: &Self) {
        self.0.iter_mut().zip(&more.0).for_each(|(own, more)| *own += more);
    }

    /// By what the width must be multiplied, at least; none of too few.
    fn factor(&self, narrowest: f64) -> Option<f64> {
        let count: u32 = self.0.iter().sum();
        let rank = ((1.0 - BEYOND) * (f64::from(count) + 1.0)).ceil() as u32;
        let mut so_far = 0;
        let bin = self.0.iter().position(|count| {
            so_far += count;
            so_far >= rank
        });
        let factor = bin.unwrap_or(BINS - 1) as f64 / BINS_PER_WIDTH as f64;
        (count >= LEAST).then(|| factor.clamp(narrowest, WIDEST))
    }
}

/// How far what came lay from the middle of what was said of it, in widths of the ranges as the methods made them: what
/// was stretched already would hide how much stretching is needed.
pub struct Misses(Vec<Sizes>);

impl Default for Misses {
    fn default() -> Self {
        Self(vec![Sizes([0; BINS]); KINDS * SCOPES * SIDES])
    }
}

impl Misses {
    /// Adds those of another origin.
    pub fn extend(&mut self, more: &Self) {
        self.0.iter_mut().zip(&more.0).for_each(|(own, more)| own.extend(more));
    }

    /// Adds what came of series `index` after the origin `back` periods before the end to what was said there, not yet
    /// stretched. A range without width on a side has none to stretch and says nothing of the others.
    pub fn learn(&mut self, panel: &Panel, back: usize, index: usize, kind: Option<usize>, said: &SeriesForecast) {
        let Some(kind) = kind else { return };
        let horizon = said.mean.len();
        let came = actuals(panel, index, back, horizon);
        for (step, &value) in came.iter().enumerate().filter(|(_, value)| value.is_finite()) {
            self.see(kind, scope(step, horizon), value, |place| said.quantiles[(step, place)]);
        }
        let sum: f64 = came.iter().sum();
        if came.len() == horizon && sum.is_finite() {
            self.see(kind, TOTALS, sum, |place| said.total[place]);
        }
    }

    fn see(&mut self, kind: usize, scope: usize, came: f64, said: impl Fn(usize) -> f64) {
        let middle = said(MEDIAN);
        let [low, high] = ENDS.map(said);
        for (side, (width, miss)) in
            [(middle - low, middle - came), (high - middle, came - middle)].into_iter().enumerate()
        {
            if width > 0.0 {
                self.0[place(kind, scope, side)].add(miss / width);
            }
        }
    }

    /// How ranges must be stretched about their medians, each side by itself, so that on the past they would have held as
    /// often as they say.
    pub fn stretch(&self) -> Stretch {
        let mut factors = [[[1.0; SIDES]; SCOPES]; KINDS + 1];
        for (scope, side) in (0..SCOPES).flat_map(|scope| (0..SIDES).map(move |side| (scope, side))) {
            let of = |kind: usize| &self.0[place(kind, scope, side)];
            let mut all = Sizes([0; BINS]);
            (0..KINDS).for_each(|kind| all.extend(of(kind)));
            let of_all = all.factor(NARROWEST[scope]).unwrap_or(1.0);
            for (kind, factors) in factors.iter_mut().enumerate() {
                let own = (kind < KINDS).then(|| of(kind).factor(NARROWEST[scope]));
                factors[scope][side] = own.flatten().unwrap_or(of_all);
            }
        }
        Stretch(factors)
    }
}

fn place(kind: usize, scope: usize, side: usize) -> usize {
    (kind * SCOPES + scope) * SIDES + side
}

/// The half of the horizon that a step lies in.
fn scope(step: usize, horizon: usize) -> usize {
    TOTALS + 1 + usize::from(2 * step >= horizon)
}

/// Factors on the two sides of ranges, by kind of demand; the last are for what never sold.
#[derive(Debug, Clone)]
pub struct Stretch([[[f64; SIDES]; SCOPES]; KINDS + 1]);

impl Stretch {
    /// Stretches the ranges of a product of that kind. Medians and means stay.
    pub fn apply(&self, kind: Option<usize>, said: &mut SeriesForecast) {
        let factors = &self.0[kind.unwrap_or(KINDS)];
        let horizon = said.mean.len();
        for (step, mut row) in said.quantiles.rows_mut().into_iter().enumerate() {
            stretched(row.iter_mut(), factors[scope(step, horizon)]);
        }
        stretched(said.total.iter_mut(), factors[TOTALS]);
    }
}

fn stretched<'a>(said: impl ExactSizeIterator<Item = &'a mut f64>, [low, high]: [f64; SIDES]) {
    let mut said: Vec<&mut f64> = said.collect();
    let middle = *said[MEDIAN];
    for (place, value) in said.iter_mut().enumerate() {
        let factor = if place < MEDIAN { low } else { high };
        **value = (middle + factor * (**value - middle)).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::models::forecast::LEVELS;
    use crate::panel::Series;

    const LOW: usize = ENDS[0];
    const HIGH: usize = ENDS[1];
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

    /// What a product's range becomes after as many products have taught.
    fn taught(panel: &Panel, said: impl Fn(usize) -> SeriesForecast) -> impl Fn(usize) -> SeriesForecast {
        let kind = |index: usize| kind_of(&panel.values(index)[..HISTORY]);
        let kinds: Vec<Option<usize>> = (0..panel.len()).map(kind).collect();
        let mut misses = Misses::default();
        for (index, kind) in kinds.iter().enumerate() {
            misses.learn(panel, HORIZON, index, *kind, &said(index));
        }
        let stretch = misses.stretch();
        move |index| {
            let mut made = said(index);
            stretch.apply(kinds[index], &mut made);
            made
        }
    }

    #[test]
    fn ranges_that_were_too_narrow_are_widened_on_their_side_only() -> Result<()> {
        // Totals 200 to 299, one per product, where the range says 195 to 205: nine in ten of them lie below 290.
        let values = |index: usize, day: usize| if day < HISTORY { 50.0 } else { 50.0 + index as f64 / 4.0 };
        let before = said(50.0, 1.0);
        let made = taught(&panel(values, 100)?, |_| said(50.0, 1.0))(0);
        assert!((made.total[HIGH] - (200.0 + 5.0 * WIDEST)).abs() < 1e-9, "as far as allowed: {:?}", made.total);
        assert!((made.total[LOW] - 197.5).abs() < 1e-9, "nothing came below: {:?}", made.total);
        assert_eq!((made.total[MEDIAN], &made.mean), (before.total[MEDIAN], &before.mean));
        // Steps 50 to 75: nine in ten below 72.5.
        assert!((made.quantiles[(2, HIGH)] - 65.0).abs() < 1e-9, "{}", made.quantiles);
        Ok(())
    }

    #[test]
    fn few_misses_and_ranges_without_width_say_nothing() -> Result<()> {
        let values = |index: usize, day: usize| if day < HISTORY { 50.0 } else { 50.0 + index as f64 / 4.0 };
        let few = taught(&panel(values, 12)?, |_| said(50.0, 1.0))(0);
        assert_eq!(few, said(50.0, 1.0), "twelve products, twenty-four steps of each half");
        let certain = taught(&panel(values, 100)?, |_| said(50.0, 0.0))(0);
        assert_eq!(certain, said(50.0, 0.0));
        // Among others they change nothing.
        let mixed = |index: usize| said(50.0, f64::from(index.is_multiple_of(2)));
        let whole = |index: usize, day: usize| values(index / 2 * 2, day);
        let (with, without) =
            (taught(&panel(whole, 200)?, mixed)(0), taught(&panel(|i, d| whole(2 * i, d), 100)?, |i| mixed(2 * i))(0));
        assert_eq!(with, without);
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
}
