//! How much each method counts in a combination: non-negative weights that add to 1, learned on the past.
//!
//! Every quantile of the combination is the weighted mean of the methods' own. The weights are those with the least
//! quantile loss of the nine deciles over all products and origins so far, each product on its own scale, first for the
//! whole shop and from there on for each kind of demand that enough products speak of, and for young products beside
//! others: to have seen the year is what makes a method better, and they have not. An answer counts as the method that it
//! really is (see [`super::voices`]), and weights are shared out among those that answer. Totals over the horizon speak for weights
//! of their own: what forecasts a slow mover's months best may know little of its days. So do low, middle and high levels: a
//! method may know how much is sold at most and little of how much is sold usually; over them weights go a part of the way
//! to what each band says by itself. The loss is convex in the weights;
//! they are found by exponentiated gradients (Kivinen and Warmuth 1997). Sources: Lichtendahl, Grushka-Cockayne and
//! Winkler (2013), "Is it better to average probabilities or quantiles?"; Taylor and Taylor (2023), "Combining
//! probabilistic forecasts". Wrong for a shop whose past says nothing of its future.

use std::ops::Range;

use super::combine::{BANDS, Mix};
use super::lessons::{Lessons, Row};
use super::misses::KINDS;
use super::voices::{Term, Voices};
use crate::calendar::Frequency;
use crate::models::SeriesForecast;
use crate::models::forecast::LEVELS;

/// Series and origins, taken together, that make a kind of demand's own weights.
const LEAST: usize = 45;
/// Rounds of the search, those of a band of levels after it, its first pace, and rounds that halve it. On the validation
/// parts and up to two older origins of twelve sets half of the pace lost a thousandth, and twice as much gained as much;
/// with it, on rare sales, where one method of many is the best, the loss fell by 1.3 %.
const ROUNDS: u32 = 200;
const BAND_ROUNDS: u32 = 100;
/// Rounds from the shop's weights to those of young products: their own past ends before the season that is ahead of them,
/// so it is trusted the less.
const YOUNG_ROUNDS: u32 = 50;
const PACE: f64 = 1.0;
const SLOWING: f64 = 50.0;
/// Largest exponent of a round.
const STEEPEST: f64 = 20.0;
/// Least weight that the search over a band begins with.
const LEFT: f64 = 1e-3;
/// Loss, in scales, that there is nothing to learn from.
const LEAST_LOSS: f64 = 1e-9;
/// A smaller weight is none.
const NEGLIGIBLE: f64 = 0.02;

/// Weights of the whole shop and of each kind of demand, by voice, band by band of the levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    voices: Voices,
    /// Of which voices enough is known.
    known: Vec<bool>,
    bands: [Band; BANDS],
}

/// Weights by voice of a band of levels.
#[derive(Debug, Clone, PartialEq)]
struct Band {
    shop: Vec<f64>,
    kinds: [Option<Vec<f64>>; KINDS],
    young: Option<Vec<f64>>,
}

impl Band {
    fn of(&self, kind: Option<usize>, is_young: bool) -> &[f64] {
        let young = if is_young { self.young.as_deref() } else { None };
        young.or_else(|| self.kinds[kind?].as_deref()).unwrap_or(&self.shop)
    }
}

/// Periods from which on a product is not young: it has seen a year, of months two, as their methods find a season in no
/// less. No hour is.
pub fn grown_up(frequency: Frequency) -> usize {
    match frequency {
        Frequency::Hour => 0,
        Frequency::Day => 364,
        Frequency::Week => 52,
        Frequency::Month => 24,
    }
}

impl Weights {
    /// Those of what methods say of a young product, or of a kind of demand; none where nothing is known of any.
    pub fn of(&self, kind: Option<usize>, is_young: bool, said: &[&SeriesForecast]) -> Option<Mix> {
        let terms = self.voices.terms(&self.voices.of(said), &self.known);
        let of = |band: &Band| {
            let (own, mut weights) = (band.of(kind, is_young), vec![0.0; said.len()]);
            terms.iter().for_each(|term| weights[term.answer] += own[term.weight]);
            kept(weights)
        };
        let [low, middle, high] = &self.bands;
        Some(Mix([of(low)?, of(middle)?, of(high)?]))
    }
}

impl Lessons {
    /// The weights that the past so far speaks for; none without any.
    pub fn weights(&self) -> Option<Weights> {
        let all: Vec<&Row> = self.rows.iter().collect();
        if all.is_empty() {
            return None;
        }
        let mut counted = vec![0; self.voices.len()];
        all.iter()
            .flat_map(|row| self.terms(row, &vec![true; self.voices.len()]))
            .for_each(|term| counted[term.weight] += 1);
        // What only answers for others has no say before enough products speak of it.
        let enough = |voice: usize| voice < self.voices.members() || counted[voice] >= LEAST.min(all.len().div_ceil(2));
        let known: Vec<bool> = (0..counted.len()).map(enough).collect();
        let start = |voice: usize| f64::from(u8::from(known[voice] && counted[voice] > 0));
        let deciles = 0..self.deciles.len();
        let mut shop = self.search(&all, &known, (0..counted.len()).map(start).collect(), (&deciles, ROUNDS));
        self.inherit(&counted, &mut shop);
        let rows = |is_own: &dyn Fn(&Row) -> bool| self.rows.iter().filter(|row| is_own(row)).collect::<Vec<_>>();
        let enough = |own: &Vec<&Row>| own.len() >= LEAST && own.len() < all.len();
        let young = Some(rows(&|row| row.is_young)).filter(enough);
        // What is counted apart says nothing of the others.
        let kinds: [Option<Vec<&Row>>; KINDS] = std::array::from_fn(|kind| {
            Some(rows(&|row| row.kind == kind && !(row.is_young && young.is_some()))).filter(enough)
        });
        let of_kinds = kinds
            .each_ref()
            .map(|rows| rows.as_ref().map(|rows| self.search(rows, &known, shop.clone(), (&deciles, ROUNDS))));
        let bands = std::array::from_fn(|band| {
            let own = band * deciles.len() / BANDS..(band + 1) * deciles.len() / BANDS;
            let refined = |rows: &[&Row], from: &[f64]| {
                // What all levels together left to next to nothing may still be the best at some.
                let lifted = from.iter().zip(&shop).map(|(one, shop)| if *shop > 0.0 { one.max(LEFT) } else { *one });
                self.search(rows, &known, lifted.collect(), (&own, BAND_ROUNDS))
            };
            let shop = refined(&all, &shop);
            let of_kind = |kind: usize| Some(refined(kinds[kind].as_ref()?, of_kinds[kind].as_ref()?));
            let of_young = |rows: &Vec<&Row>| self.search(rows, &known, shop.clone(), (&own, YOUNG_ROUNDS));
            Band { kinds: std::array::from_fn(of_kind), young: young.as_ref().map(of_young), shop }
        });
        Some(Weights { voices: self.voices.clone(), known, bands })
    }

    fn terms(&self, row: &Row, known: &[bool]) -> Vec<Term> {
        self.voices.terms(&row.voices.iter().copied().map(Some).collect::<Vec<_>>(), known)
    }

    /// A method that has never answered itself, as the shop was too young, is worth what those were that answered for it.
    fn inherit(&self, counted: &[usize], weights: &mut [f64]) {
        let members = self.voices.members();
        let heirs = |row: &Row, voice: usize| {
            let is_heir = |place: &usize| counted[*place] == 0 && row.voices[*place] == voice;
            (0..members).filter(is_heir).collect::<Vec<_>>()
        };
        // The latest answers are the likest to the next.
        for voice in members..weights.len() {
            let Some(row) = self.rows.iter().rev().find(|row| row.voices.contains(&voice)) else { continue };
            let heirs = heirs(row, voice);
            heirs.iter().for_each(|place| weights[*place] = weights[voice] / heirs.len() as f64);
        }
    }

    /// The weights of least loss on some rows over some of the deciles, as far from a start as so many rounds go.
    fn search(
        &self,
        rows: &[&Row],
        known: &[bool],
        mut weights: Vec<f64>,
        (deciles, rounds): (&Range<usize>, u32),
    ) -> Vec<f64> {
        let members = self.voices.members();
        let step = self.deciles.len() * members;
        let terms: Vec<Vec<Term>> = rows.iter().map(|row| self.terms(row, known)).collect();
        let mut slopes = vec![0.0; weights.len()];
        let (mut shares, mut own) = (vec![0.0; members], vec![0.0; members]);
        for round in 0..rounds {
            slopes.fill(0.0);
            let mut missed = 0.0;
            for (row, terms) in rows.iter().zip(&terms) {
                let all: f64 = terms.iter().map(|term| weights[term.weight]).sum();
                if all <= 0.0 {
                    continue;
                }
                shares.fill(0.0);
                terms.iter().for_each(|term| shares[term.answer] += weights[term.weight] / all);
                own.fill(0.0);
                for values in row.values.chunks_exact(step) {
                    let each = values.chunks_exact(members).zip(&self.deciles);
                    for (said, &place) in each.skip(deciles.start).take(deciles.len()) {
                        let over: f64 = said.iter().zip(&shares).map(|(one, share)| f64::from(*one) * share).sum();
                        missed += over.abs();
                        let slope = if over < 0.0 { -LEVELS[place] } else { 1.0 - LEVELS[place] };
                        own.iter_mut().zip(said).for_each(|(sum, one)| *sum += slope * f64::from(*one));
                    }
                }
                // Against what the mix itself lost there: who does not answer loses nothing.
                let usual: f64 = own.iter().zip(&shares).map(|(slope, share)| slope * share).sum();
                terms.iter().for_each(|term| slopes[term.weight] += own[term.answer] - usual);
            }
            // Of next to no loss there is no direction, and a step by its reciprocal knows no bounds.
            if missed.is_nan() || missed < LEAST_LOSS {
                break;
            }
            let pace = 2.0 * PACE / missed / (1.0 + f64::from(round) / SLOWING);
            weights.iter_mut().zip(&slopes).for_each(|(weight, slope)| {
                // A method far worse than the others is as good as left out by one step; a longer one is none.
                *weight *= libm::exp((-pace * slope).clamp(-STEEPEST, STEEPEST));
            });
            let all: f64 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= all);
        }
        weights
    }
}

/// Shares of weights, without negligible ones; none of nothing.
fn kept(mut weights: Vec<f64>) -> Option<Vec<f64>> {
    for least in [0.0, NEGLIGIBLE] {
        weights.iter_mut().filter(|weight| **weight < least).for_each(|weight| *weight = 0.0);
        let all: f64 = weights.iter().sum();
        if all.is_nan() || all <= 0.0 {
            return None;
        }
        weights.iter_mut().for_each(|weight| *weight /= all);
    }
    Some(weights)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::super::calibrate::kind_of;
    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::models::forecast::MEDIAN;
    use crate::panel::{Panel, Series};

    const HISTORY: usize = 40;
    const HORIZON: usize = 4;
    const PRODUCTS: usize = 100;

    /// Products about 50; odd ones sell every other day only.
    fn panel(stray: bool) -> Result<Panel> {
        let series = |index: usize| {
            let id = format!("{index}");
            let value = |day: usize| match (day, index) {
                (HISTORY.., 0) if stray => 1e6,
                (_, odd) if !odd.is_multiple_of(2) && day.is_multiple_of(2) => 0.0,
                _ => 50.0 + ((7 * day + 3 * index) % 11) as f64 - 5.0,
            };
            let info = Series { name: id.clone(), id, store: None, category: None, start: 0 };
            (info, (0..HISTORY + HORIZON).map(value).collect())
        };
        Panel::new(Frequency::Day, (0..PRODUCTS).map(series).collect())
    }

    fn said(middle: impl Fn(usize) -> f64, spread: f64) -> SeriesForecast {
        let quantiles = Array2::from_shape_fn((HORIZON, LEVELS.len()), |(step, place)| {
            (middle(step) + spread * (place as f64 - 6.0)).max(0.0)
        });
        SeriesForecast::new("x".into(), HISTORY as i32, "x", vec![50.0; HORIZON], quantiles, 0.0)
    }

    /// Weights of methods that all answer themselves, in the middle band.
    fn of(weights: &Weights, kind: Option<usize>, is_young: bool) -> Vec<f64> {
        let names = ["x", "y", "z"].into_iter().take(weights.voices.members());
        let said: Vec<_> = names.map(|name| SeriesForecast { model: name.into(), ..said(|_| 1.0, 0.0) }).collect();
        let Mix([_, middle, _]) = weights.of(kind, is_young, &said.iter().collect::<Vec<_>>()).expect("some are known");
        middle
    }

    fn learned(panel: &Panel, products: std::ops::Range<usize>) -> Option<Weights> {
        let mut lessons = Lessons::new(&["x", "y", "z"], 1);
        let (high, low) = (said(|_| 60.0, 1.0), said(|_| 40.0, 1.0));
        for index in products {
            let waves = |step: usize| if index.is_multiple_of(2) || step % 2 == 1 { 50.0 } else { 0.0 };
            lessons.add(panel, HORIZON, index, &[&high, &low, &said(waves, 0.8)]);
        }
        lessons.weights()
    }

    #[test]
    fn who_is_right_throughout_counts_alone_and_opposite_errors_even_out() -> Result<()> {
        let panel = panel(false)?;
        let weights = learned(&panel, 0..PRODUCTS).expect("there is a past");
        assert!(of(&weights, None, false)[2] > 0.9, "{weights:?}");
        // Of two that miss by as much on either side neither is better than their middle.
        let mut lessons = Lessons::new(&["x", "y"], 1);
        for index in (0..PRODUCTS).step_by(2) {
            lessons.add(&panel, HORIZON, index, &[&said(|_| 60.0, 1.0), &said(|_| 40.0, 1.0)]);
        }
        let even = lessons.weights().expect("there is a past");
        assert!((of(&even, None, false)[0] - 0.5).abs() < 0.1, "{even:?}");
        assert!((of(&even, Some(0), false).iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(Lessons::new(&["x", "y"], 1).weights(), None);
        Ok(())
    }

    #[test]
    fn a_kind_of_demand_has_its_own_weights_once_enough_products_speak() -> Result<()> {
        let panel = panel(false)?;
        // Says of all what holds for steady products, and what holds for those with gaps.
        let (steady, gaps) = (said(|_| 50.0, 0.8), said(|step| if step % 2 == 1 { 50.0 } else { 0.0 }, 0.8));
        let learn = |products: usize| {
            let mut lessons = Lessons::new(&["x", "y"], 1);
            (0..products).for_each(|index| lessons.add(&panel, HORIZON, index, &[&steady, &gaps]));
            lessons.weights().expect("there is a past")
        };
        let kind = |index: usize| kind_of(&panel.values(index)[..HISTORY]);
        assert_ne!(kind(0), kind(1));
        let weights = learn(PRODUCTS);
        assert!(of(&weights, kind(0), false)[0] > 0.9 && of(&weights, kind(1), false)[1] > 0.9, "{weights:?}");
        let few = learn(20);
        assert_eq!(of(&few, kind(0), false), of(&few, kind(1), false));
        Ok(())
    }

    #[test]
    fn a_method_that_never_errs_gets_all_the_weight_and_no_more() -> Result<()> {
        let silent = |index: usize| {
            let id = format!("{index}");
            let info = Series { name: id.clone(), id, store: None, category: None, start: 0 };
            (info, (0..HISTORY + HORIZON).map(|day| if day < HISTORY { (day % 5) as f64 } else { 0.0 }).collect())
        };
        let panel = Panel::new(Frequency::Day, (0..PRODUCTS).map(silent).collect())?;
        let mut lessons = Lessons::new(&["x", "y"], 1);
        for index in 0..PRODUCTS {
            lessons.add(&panel, HORIZON, index, &[&said(|_| 0.0, 0.0), &said(|_| 40.0, 0.0)]);
        }
        let weights = lessons.weights().expect("there is a past");
        assert!((of(&weights, None, false)[0] - 1.0).abs() < 1e-9, "{weights:?}");
        assert_eq!(kept(vec![f64::NAN, 1.0]), None, "what is no number is no weight");
        Ok(())
    }

    #[test]
    fn one_stray_sale_moves_no_weight() -> Result<()> {
        let products = 0..PRODUCTS;
        let (calm, stray) = (learned(&panel(false)?, products.clone()), learned(&panel(true)?, products));
        let (calm, stray) = (calm.expect("there is a past"), stray.expect("there is a past"));
        let pairs = of(&calm, None, false).into_iter().zip(of(&stray, None, false));
        let far = pairs.map(|(one, other)| (one - other).abs());
        assert!(far.fold(0.0, f64::max) < 0.05, "{calm:?} {stray:?}");
        Ok(())
    }

    #[test]
    fn a_method_counts_at_the_levels_that_it_knows() -> Result<()> {
        let panel = panel(false)?;
        // The first knows how little comes, the second how much; in between both say the same.
        let said = |low: f64, high: f64| {
            let of = |place: usize| 50.0 + if place < MEDIAN { low } else { high } * (place as f64 - MEDIAN as f64);
            SeriesForecast {
                quantiles: Array2::from_shape_fn((HORIZON, LEVELS.len()), |(_, place)| of(place)),
                ..said(|_| 50.0, 1.0)
            }
        };
        let mut lessons = Lessons::new(&["x", "y"], 1);
        for index in (0..PRODUCTS).step_by(2) {
            lessons.add(&panel, HORIZON, index, &[&said(1.0, 9.0), &said(9.0, 1.0)]);
        }
        let weights = lessons.weights().expect("there is a past");
        let named = ["x", "y"].map(|name| SeriesForecast { model: name.into(), ..said(1.0, 1.0) });
        let Mix([low, _, high]) = weights.of(None, false, &named.each_ref()).expect("some are known");
        assert!(low[0] > 0.9 && high[1] > 0.9, "{weights:?}");
        Ok(())
    }

    /// Weights where each method is right for one of two ages: the young ones are `HISTORY` days old.
    #[test]
    fn young_products_have_weights_of_their_own_beside_others() -> Result<()> {
        let series = |index: usize| {
            let id = format!("{index}");
            let days = if index.is_multiple_of(2) { HISTORY } else { 400 };
            let info = Series { name: id.clone(), id, store: None, category: None, start: 500 - days as i32 };
            (info, (0..days + HORIZON).map(|day| 50.0 + ((7 * day + 3 * index) % 11) as f64 - 5.0).collect())
        };
        let panel = Panel::new(Frequency::Day, (0..PRODUCTS).map(series).collect())?;
        let mut lessons = Lessons::new(&["x", "y"], 1);
        let (right, wrong) = (said(|_| 50.0, 1.0), said(|_| 80.0, 1.0));
        for index in 0..PRODUCTS {
            let both = if index.is_multiple_of(2) { [&right, &wrong] } else { [&wrong, &right] };
            lessons.add(&panel, HORIZON, index, &both);
        }
        let weights = lessons.weights().expect("a past");
        assert!(of(&weights, Some(0), true)[0] > 0.9 && of(&weights, Some(0), false)[1] > 0.9, "{weights:?}");
        assert_eq!(grown_up(panel.frequency()), 364);
        Ok(())
    }

    #[test]
    fn what_answers_for_a_method_has_a_weight_of_its_own_once_it_is_known() -> Result<()> {
        let panel = panel(false)?;
        let named = |model: &str, middle: f64| SeriesForecast { model: model.into(), ..said(|_| middle, 1.0) };
        // Best by far where it answers itself, and wrong where another answers for it.
        let learn = |others: usize| {
            let mut lessons = Lessons::new(&["x", "y"], 1);
            for index in (0..PRODUCTS).step_by(2) {
                let first = if index / 2 < others { named("naive", 90.0) } else { named("x", 50.0) };
                lessons.add(&panel, HORIZON, index, &[&first, &named("y", 54.0)]);
            }
            lessons.weights().expect("a past")
        };
        let weights = |others: usize, model: &str| {
            let Mix([_, middle, _]) =
                learn(others).of(None, false, &[&named(model, 50.0), &named("y", 54.0)]).expect("some are known");
            middle
        };
        assert!(weights(0, "x")[0] > 0.9 && weights(25, "x")[0] > 0.9);
        assert!(weights(25, "naive")[0] < 0.1, "{:?}", weights(25, "naive"));
        assert_eq!(weights(3, "naive")[0], 0.0, "three products say too little");
        assert_eq!(weights(0, "naive"), [0.0, 1.0], "it was never met");
        // Where a method has never answered itself it is worth what answered for it.
        assert_eq!(weights(50, "x"), weights(50, "naive"));
        Ok(())
    }

    #[test]
    fn totals_speak_for_what_is_right_about_totals() -> Result<()> {
        let panel = panel(false)?;
        let own = |weights: &Weights| of(weights, None, false);
        // The first is right about days and wrong about their sum, the second the other way round.
        let sum = |index: usize| panel.values(index)[HISTORY..].iter().sum::<f64>();
        let of = |index: usize, days: f64, total: f64| {
            let total = LEVELS.map(|level| total * sum(index) + level).to_vec();
            SeriesForecast { total, ..said(|step| panel.values(index)[HISTORY + step] + days, 0.1) }
        };
        let (mut steps, mut sums) = (Lessons::new(&["x", "y"], 1), Lessons::new(&["x", "y"], 1));
        for index in 0..PRODUCTS {
            let made = [of(index, 0.0, 1.4), of(index, 20.0, 1.0)];
            let made: Vec<&SeriesForecast> = made.iter().collect();
            steps.add(&panel, HORIZON, index, &made);
            sums.add_total(&panel, HORIZON, index, &made);
        }
        let first = |lessons: &Lessons| lessons.weights().map(|weights| own(&weights)[0]);
        assert!(first(&steps) > Some(0.9) && first(&sums) < Some(0.1), "{:?} {:?}", first(&steps), first(&sums));
        Ok(())
    }
}
