//! Which methods, or medians of methods, did better on the past, and whether clearly so.

use super::combine::median;
use crate::evaluate::backtest::{actuals, scales_before};
use crate::evaluate::metrics::LOSS_LEVELS;
use crate::models::SeriesForecast;
use crate::models::forecast::{LEVELS, pinball};
use crate::panel::Panel;

/// A set of methods, by their places; the median of more than one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice(Vec<usize>);

impl Choice {
    /// The methods at these places.
    pub fn new(members: &[usize]) -> Self {
        Self(members.to_vec())
    }

    /// Places of the methods.
    pub fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().copied()
    }
}

/// Most methods of which every subset is tried: 2⁶ sets.
const MOST_SUBSETS_OF: usize = 6;

/// Origins on which something must have been better before it replaces the median of all.
const LEAST_ORIGINS: usize = 3;

/// A method that loses this many times as much as the first one, the simple rule, is not admissible.
const HOPELESS: f64 = 2.0;

/// Most that one product's loss counts among the shop's, in losses typical of the median of all methods.
const MOST_TYPICAL: f64 = 4.0;

/// All choices among so many methods: every subset of a few, single ones and all together of many. The set of all is
/// last.
pub fn choices(members: usize) -> Vec<Choice> {
    if members > MOST_SUBSETS_OF {
        let all: Vec<usize> = (0..members).collect();
        return all.iter().map(|&member| Choice::new(&[member])).chain([Choice::new(&all)]).collect();
    }
    (1..1_usize << members).map(|set| Choice((0..members).filter(|member| set >> member & 1 == 1).collect())).collect()
}

/// Scaled quantile losses: `[fold][series][choice]`, `NaN` where a series could not be judged. The loss is that of the
/// nine deciles over the series' own scale, so that products of all sizes count alike.
pub struct Losses {
    choices: usize,
    folds: Vec<Vec<f64>>,
    deciles: Vec<usize>,
}

impl Losses {
    /// None yet, of so many choices.
    pub fn new(choices: usize) -> Self {
        let deciles = (0..LEVELS.len())
            .filter(|&place| LOSS_LEVELS.iter().any(|level| (level - LEVELS[place]).abs() < 1e-9))
            .collect();
        Self { choices, folds: Vec::new(), deciles }
    }

    /// Those of the next origin follow.
    pub fn begin(&mut self) {
        self.folds.push(Vec::new());
    }

    /// Adds what methods (in the order of `choices`' members) said of series `index` `back` periods before the end.
    /// Series come in panel order.
    pub fn add(&mut self, panel: &Panel, back: usize, index: usize, said: &[&SeriesForecast], choices: &[Choice]) {
        let Some(found) = self.folds.last_mut() else { return };
        let from = found.len();
        found.resize(from + choices.len(), f64::NAN);
        if panel.values(index).len() <= back {
            return;
        }
        let scale = scales_before(panel, index, back).absolute;
        if scale.is_nan() || scale <= 0.0 {
            return;
        }
        let came = actuals(panel, index, back, said[0].mean.len());
        for (slot, choice) in found[from..].iter_mut().zip(choices) {
            *slot = loss(said, choice, came, &self.deciles) / scale;
        }
    }

    /// The same, none larger than a few times what is typical of the last choice, the median of all methods: a
    /// product that hardly ever sells has a tiny scale, and one stray sale would outweigh hundreds of others.
    fn capped(&self) -> Losses {
        let last = self.choices - 1;
        let mut typical: Vec<f64> = self
            .folds
            .iter()
            .flat_map(|fold| fold.iter().skip(last).step_by(self.choices))
            .copied()
            .filter(|loss| loss.is_finite() && *loss > 0.0)
            .collect();
        let most = MOST_TYPICAL * median(&mut typical);
        // `min` keeps the loss where nothing is typical, but would also replace what is missing.
        let cap = |loss: &f64| if loss.is_nan() { *loss } else { loss.min(most) };
        let folds = self.folds.iter().map(|fold| fold.iter().map(cap).collect()).collect();
        Losses { choices: self.choices, folds, deciles: Vec::new() }
    }

    fn at(&self, fold: usize, series: usize, choice: usize) -> f64 {
        self.folds[fold][series * self.choices + choice]
    }
}

/// Mean quantile loss per step; `NaN` without any actual.
fn loss(parts: &[&SeriesForecast], choice: &Choice, came: &[f64], deciles: &[usize]) -> f64 {
    let (mut sum, mut steps) = (0.0, 0_u32);
    let mut values = Vec::with_capacity(parts.len());
    for (step, &actual) in came.iter().enumerate().filter(|(_, actual)| !actual.is_nan()) {
        for &place in deciles {
            values.clear();
            values.extend(choice.members().map(|member| parts[member].quantiles[(step, place)]));
            sum += pinball(LEVELS[place], actual, median(&mut values));
        }
        steps += 1;
    }
    if steps > 0 { sum / (f64::from(steps) * deciles.len() as f64) } else { f64::NAN }
}

/// Mean and its standard error; the error is infinite for fewer than two values.
fn mean_and_error(values: impl Iterator<Item = f64>) -> (f64, f64, usize) {
    let (mut count, mut mean, mut squares) = (0_usize, 0.0, 0.0);
    for value in values.filter(|value| value.is_finite()) {
        count += 1;
        let step = value - mean;
        mean += step / count as f64;
        squares += step * (value - mean);
    }
    let n = count as f64;
    if count > 1 { (mean, (squares / (n - 1.0) / n).sqrt(), count) } else { (mean, f64::INFINITY, count) }
}

/// The choice for each series.
pub fn choose(series: usize, losses: &Losses, choices: &[Choice]) -> Vec<Choice> {
    let shop = for_shop(series, &losses.capped(), choices);
    if losses.folds.len() < LEAST_ORIGINS {
        return vec![choices[shop].clone(); series];
    }
    (0..series)
        .map(|index| {
            let better = (0..choices.len()).filter(|&other| other != shop).filter_map(|other| {
                let gains =
                    (0..losses.folds.len()).map(|fold| losses.at(fold, index, shop) - losses.at(fold, index, other));
                let wins = gains.clone().filter(|gain| *gain > 0.0).count();
                let (mean, error, count) = mean_and_error(gains);
                // Clear: better at every origin, at three or more, by more than one standard error.
                (count >= LEAST_ORIGINS && wins == count && mean > error).then_some((other, mean - error))
            });
            let best = better.max_by(|a, b| a.1.total_cmp(&b.1));
            choices[best.map_or(shop, |(other, _)| other)].clone()
        })
        .collect()
}

/// The choice for the whole shop: the median of all admissible methods, unless something is clearly better.
fn for_shop(series: usize, losses: &Losses, choices: &[Choice]) -> usize {
    let folds = losses.folds.len();
    let pooled = |choice: usize| {
        mean_and_error((0..folds).flat_map(|fold| (0..series).map(move |index| losses.at(fold, index, choice)))).0
    };
    let place = |members: &[usize]| choices.iter().position(|choice| choice.0 == members);
    let count = choices.iter().flat_map(|choice| &choice.0).max().map_or(0, |last| last + 1);
    let mut admissible: Vec<usize> = (0..count).collect();
    if folds > 0 {
        let rule = place(&[0]).map_or(f64::INFINITY, pooled);
        admissible.retain(|&member| {
            place(&[member]).is_none_or(|single| {
                let loss = pooled(single);
                loss.is_nan() || loss <= HOPELESS * rule
            })
        });
    }
    // Of many methods only the set of all is at hand.
    let all = place(&admissible).unwrap_or(choices.len() - 1);
    if folds < LEAST_ORIGINS {
        return all;
    }
    let better = (0..choices.len()).filter(|&other| other != all).filter_map(|other| {
        let gain = |fold: usize, index: usize| losses.at(fold, index, all) - losses.at(fold, index, other);
        let by_fold = (0..folds).map(|fold| mean_and_error((0..series).map(|index| gain(fold, index))).0);
        let by_series = (0..series).map(|index| mean_and_error((0..folds).map(|fold| gain(fold, index))).0);
        let (mean, fold_error, _) = mean_and_error(by_fold);
        // Origins share what happened to the whole shop, series share what they are: the larger error counts.
        let series_error = if series > 1 { mean_and_error(by_series).1 } else { 0.0 };
        (mean > fold_error.max(series_error)).then_some((other, mean))
    });
    better.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(all, |(other, _)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Losses of two methods and their median at some origins; the same for every series but those of `odd`.
    fn made(rows: &[[f64; 3]], series: usize, odd: Option<(usize, [f64; 3])>) -> Losses {
        let fold = |row: &[f64; 3]| {
            (0..series)
                .flat_map(|index| match odd {
                    Some((place, own)) if place == index => own.map(|loss| loss * (1.0 + row[0] / 100.0)),
                    _ => *row,
                })
                .collect()
        };
        Losses { folds: rows.iter().map(fold).collect(), ..Losses::new(3) }
    }

    #[test]
    fn the_median_of_all_stays_unless_something_is_clearly_better() {
        let choices = choices(2);
        assert_eq!(choices, [Choice(vec![0]), Choice(vec![1]), Choice(vec![0, 1])]);
        let mixed = made(&[[1.0, 0.8, 0.9], [1.0, 1.2, 0.9], [1.0, 0.8, 0.9]], 5, None);
        assert_eq!(choose(5, &mixed, &choices)[0], choices[2], "better twice, worse once");
        let clear = made(&[[1.0, 0.8, 0.9], [1.1, 0.9, 1.0], [1.0, 0.75, 0.9]], 5, None);
        assert_eq!(choose(5, &clear, &choices)[0], choices[1]);
        let few = made(&[[1.0, 0.8, 0.9], [1.1, 0.9, 1.0]], 5, None);
        assert_eq!(choose(5, &few, &choices)[0], choices[2], "two origins are not enough");
    }

    #[test]
    fn a_product_may_differ_and_a_hopeless_method_is_left_out() {
        let choices = choices(2);
        let rows = [[1.0, 1.2, 0.9], [1.1, 1.1, 0.9], [1.0, 1.3, 0.9]];
        let losses = made(&rows, 5, Some((3, [2.0, 0.5, 1.0])));
        let chosen = choose(5, &losses, &choices);
        assert_eq!((&chosen[0], &chosen[3]), (&choices[2], &choices[1]));
        let bad = made(&[[1.0, 2.5, 1.1]], 5, None);
        assert_eq!(choose(5, &bad, &choices)[0], choices[0], "more than twice the simple rule's loss");
    }

    #[test]
    fn one_product_that_hardly_sells_does_not_outweigh_the_shop() {
        let choices = choices(2);
        let rows = [[1.0, 0.8, 0.9], [1.1, 0.9, 1.0], [1.0, 0.75, 0.9]];
        let losses = made(&rows, 200, Some((3, [2.0, 900.0, 400.0])));
        let chosen = choose(200, &losses, &choices);
        assert_eq!(chosen[0], choices[1], "better for 199 of 200");
        let hopeless = made(&[[1.0, 1e9, 1.1]], 5, None);
        assert_eq!(choose(5, &hopeless, &choices)[0], choices[0], "what is bad for all is still left out");
    }
}
