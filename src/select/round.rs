//! The automatic choice on the past: made anew at each origin from older ones alone, and tested there.

use super::calibrate::{Calibration, Experience, kind_of};
use super::combine::{combine, means, total};
use super::ended;
use super::lessons::Lessons;
use super::misses::KINDS;
use super::trial::Trial;
use super::untested;
use super::voices::is_by;
use super::week::{Indices, Weeks};
use super::weights::{Weights, grown_up};
use super::whole::Past;
use crate::calendar::Frequency;
use crate::evaluate::backtest::{Judge, Keep, ModelBacktest};
use crate::models::SeriesForecast;
use crate::models::closed::says_when_open;
use crate::panel::Panel;
use crate::panel::demand::has_ended;

/// How far weights for totals go from those of single periods to what did best on totals: these are few. On validation
/// parts of seven sets the quantile loss of totals fell by 0 to 12 %, all the way by 0 to 4 %.
const OF_SUMS: f64 = 0.5;

/// How a panel tells that a product has ended.
#[derive(Debug, Clone, Copy)]
struct Span {
    frequency: Frequency,
    /// Whether a column tells when a shop is open: then silence may be closure.
    says_when: bool,
}

impl Default for Span {
    fn default() -> Self {
        Self { frequency: Frequency::Day, says_when: false }
    }
}

impl Span {
    fn of(panel: &Panel) -> Self {
        Self { frequency: panel.frequency(), says_when: panel.columns().iter().any(says_when_open) }
    }

    fn has_ended(&self, history: &[f64]) -> bool {
        !self.says_when && has_ended(history, self.frequency)
    }
}

/// How much each method counts, and how ranges and means are calibrated.
pub struct Chosen {
    /// The methods' names.
    members: Vec<String>,
    /// None where no past speaks: then the median of all methods is the answer.
    weights: Option<Weights>,
    /// The same by what totals alone speak for.
    sums: Option<Weights>,
    span: Span,
    /// The method that is used alone, by kind of demand; the last is for what never sold.
    alone: [Option<usize>; KINDS + 1],
    /// What gives the means of a combination the shop's week.
    week: Indices,
    calibration: Calibration,
}

impl Chosen {
    /// Where nothing could be tested.
    pub fn untested(panel: &Panel) -> Self {
        let (calibration, span) = (Experience::default().calibration(), Span::of(panel));
        let (members, week) = (Vec::new(), Indices::default());
        Self { members, weights: None, sums: None, span, alone: [None; KINDS + 1], week, calibration }
    }

    /// The forecast of a series, of its history and what each method says of it.
    pub fn forecast(&self, history: &[f64], said: &[&SeriesForecast]) -> SeriesForecast {
        let kind = kind_of(history);
        let mut made = self.alone(kind, said).cloned().unwrap_or_else(|| {
            let mut made = self.combined(kind, history, said);
            self.week.apply(kind, &mut made);
            made
        });
        self.calibration.apply(kind, &mut made);
        self.finish(history, said, &mut made);
        made
    }

    /// What a method says alone, if that is by itself.
    fn alone<'a>(&self, kind: Option<usize>, said: &[&'a SeriesForecast]) -> Option<&'a SeriesForecast> {
        let place = self.alone[kind.unwrap_or(KINDS)]?;
        said.get(place).copied().filter(|one| is_by(&self.members[place], one))
    }

    /// What is no matter of calibration. A method that was asked for by its name answers by itself.
    fn finish(&self, history: &[f64], said: &[&SeriesForecast], made: &mut SeriesForecast) {
        if said.len() > 1 && self.weights.is_none() {
            untested::widen(history, self.span.frequency.season_length(), made);
        }
        if said.len() > 1 && self.span.has_ended(history) {
            ended::thin(made, self.span.frequency);
        }
    }

    fn combined(&self, kind: Option<usize>, history: &[f64], said: &[&SeriesForecast]) -> SeriesForecast {
        if self.weights.is_none() {
            return untested::middle(history, self.span.frequency.season_length(), said);
        }
        let is_young = history.len() < grown_up(self.span.frequency);
        let of = |weights: &Weights| weights.of(kind, is_young, said);
        let weights = self.weights.as_ref().and_then(of);
        let mut made = combine(said, weights.as_ref());
        if let (Some(sums), Some(steps)) = (self.sums.as_ref().and_then(of), weights) {
            // Means add up, as totals do: where the two were mixed apart, a mean could lie outside of its total's range.
            let mix = steps.towards(&sums, OF_SUMS);
            (made.mean, made.total) = (means(said, &mix), total(said, &mix));
        }
        made
    }
}

/// Choices among some methods, from the oldest origin on.
pub struct Round {
    lessons: Lessons,
    sums: Lessons,
    weeks: Weeks,
    experience: Experience,
    trial: Trial,
    judge: Judge,
    past: Past,
    now: Option<Now>,
    members: Vec<String>,
    horizon: usize,
    origins: usize,
    span: Span,
}

/// An origin.
struct Now {
    /// What older ones speak for.
    chosen: Chosen,
    /// What it adds.
    experience: Experience,
    lessons: Lessons,
    sums: Lessons,
    /// The panel as it was there, and as it was when all had come that was forecast: which days a product had run out is
    /// known better and better.
    then: Panel,
    came: Panel,
}

impl Round {
    /// Before the first origin, for a choice of that name among methods of these names, so many steps ahead at so many
    /// origins. `details` keeps the measures of
    /// single products.
    pub fn new(name: &str, members: &[&str], (horizon, origins): (usize, usize), details: bool) -> Self {
        Self {
            lessons: Lessons::new(members, origins),
            sums: Lessons::new(members, origins),
            weeks: Weeks::default(),
            experience: Experience::default(),
            trial: Trial::default(),
            judge: Judge::new(name, if details { Keep::Products } else { Keep::Totals }),
            past: Past::new(horizon),
            now: None,
            members: members.iter().map(|name| (*name).to_owned()).collect(),
            horizon,
            origins,
            span: Span::default(),
        }
    }

    /// Keeps every error of its means (see [`Past::errors`]).
    pub fn keep_errors(&mut self) {
        self.past.keep_errors();
    }

    /// What the origins so far speak for, of a panel as it is known there.
    pub fn chosen(&self, panel: &Panel) -> Chosen {
        let alone = std::array::from_fn(|kind| self.trial.alone((kind < KINDS).then_some(kind)));
        Chosen {
            members: self.members.clone(),
            weights: self.lessons.weights(),
            sums: self.sums.weights(),
            span: self.span,
            alone,
            week: self.weeks.indices(panel),
            calibration: self.experience.calibration(),
        }
    }

    /// Comes to the next origin, `back` periods before the end.
    pub fn arrive(&mut self, panel: &Panel, back: usize) {
        self.span = Span::of(panel);
        let members: Vec<&str> = self.members.iter().map(String::as_str).collect();
        let then = panel.sold_before(back);
        if self.members.len() > 1 {
            self.weeks.arrive(&then);
        }
        self.now = Some(Now {
            chosen: self.chosen(&then),
            experience: Experience::default(),
            lessons: Lessons::new(&members, self.origins),
            sums: Lessons::new(&members, self.origins),
            then,
            came: panel.sold_before(back.saturating_sub(self.horizon)),
        });
        self.trial.arrive();
    }

    /// Takes what each method said of series `index` `back` periods before the end. Series come in panel order.
    pub fn see(&mut self, panel: &Panel, back: usize, index: usize, said: &[&SeriesForecast]) {
        let Some(Now { chosen, experience, lessons, sums, then, came }) = &mut self.now else { return };
        let since = back.min(self.horizon);
        let kind = kind_of(then.values(index));
        let mut made = chosen.combined(kind, then.values(index), said);
        // What comes of products that have ended is no measure for the others.
        let has_ended = said.len() > 1 && self.span.has_ended(then.values(index));
        if said.len() > 1 && !has_ended {
            self.weeks.see(came, since, index, kind, &made);
        }
        chosen.week.apply(kind, &mut made);
        if said.len() > 1 && !has_ended {
            lessons.add(came, since, index, said);
            sums.add_total(came, since, index, said);
            // Where a method answers by another the mix is used all the same.
            let used = said.iter().zip(&self.members).map(|(one, name)| if is_by(name, one) { *one } else { &made });
            self.trial.see(came, since, index, kind, &used.collect::<Vec<_>>(), &made);
        }
        if let Some(alone) = chosen.alone(kind, said) {
            made.clone_from(alone);
        }
        if !has_ended {
            experience.learn(came, since, index, kind, &made);
        }
        chosen.calibration.apply(kind, &mut made);
        chosen.finish(then.values(index), said, &mut made);
        self.judge.add(panel, back, index, &made);
        self.past.see(panel, back, index, &made);
    }

    /// Leaves the origin: what came after it is known from now on.
    pub fn leave(&mut self) {
        if let Some(Now { experience, lessons, sums, .. }) = self.now.take() {
            self.sums.extend(sums);
            self.experience.extend(experience);
            self.lessons.extend(lessons);
        }
        self.judge.close();
    }

    /// How the choice did, and why it fell as it did among its methods; a choice of one has no reason.
    pub fn test(&self) -> ModelBacktest {
        let names: Vec<&str> = self.members.iter().map(String::as_str).collect();
        let reason = (names.len() > 1).then(|| self.trial.reason(&names));
        ModelBacktest { reason, ..self.judge.so_far().clone() }
    }

    /// How its ranges of the shop's sum did.
    pub fn past(&self) -> &Past {
        &self.past
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::error::Result;
    use crate::models::LEVELS;
    use crate::panel::{Series, Unknown};

    const DAYS: usize = 240;
    const HORIZON: usize = 28;
    const PRODUCTS: usize = 60;

    /// A shop half of whose products fall silent before the last origin, and come back after it or not.
    fn shop(later: f64) -> Result<Panel> {
        let value = |product: usize, day: usize| match day {
            _ if day >= DAYS - HORIZON => later,
            140.. if product.is_multiple_of(2) => 0.0,
            _ => 2.0 + ((day * 7 + product) % 5) as f64 + if day % 7 == 3 { 4.0 } else { 0.0 },
        };
        let series = |product: usize| {
            let id = format!("{product}");
            Series { name: id.clone(), id, store: None, category: None, start: 20_454 }
        };
        let all = (0..PRODUCTS).map(|product| (series(product), (0..DAYS).map(|day| value(product, day)).collect()));
        let panel = Panel::new(Frequency::Day, all.collect())?;
        Ok(panel.clone().with_unknown(Unknown { gaps: true, stock_outs: true, counted_out: true }, &panel))
    }

    /// Flat, from so many periods before the end.
    fn said(back: usize, level: f64) -> SeriesForecast {
        let start = 20_454 + (DAYS - back) as i32;
        let quantiles = Array2::from_shape_fn((HORIZON, LEVELS.len()), |(_, place)| level * (0.5 + LEVELS[place]));
        let total = LEVELS.iter().map(|one| level * HORIZON as f64 * (0.5 + one)).collect();
        SeriesForecast { id: String::new(), model: "m".into(), start, mean: vec![level; HORIZON], quantiles, total }
    }

    #[test]
    fn what_is_chosen_at_an_origin_knows_nothing_of_what_came_after() -> Result<()> {
        let chosen = |later: f64| -> Result<Vec<u64>> {
            let panel = shop(later)?;
            let mut round = Round::new("auto", &["m", "n"], (HORIZON, 4), false);
            for back in [4 * HORIZON, 3 * HORIZON, 2 * HORIZON, HORIZON] {
                round.arrive(&panel, back);
                let Some(now) = &round.now else { unreachable!() };
                let said = [&said(back, 3.0), &said(back, 5.0)];
                if back == HORIZON {
                    assert_ne!(now.chosen.week, Indices::default(), "the shop has a week to learn");
                    let made = (0..PRODUCTS).map(|index| now.chosen.forecast(now.then.values(index), &said));
                    return Ok(made
                        .flat_map(|one| one.mean.into_iter().chain(one.quantiles))
                        .map(f64::to_bits)
                        .collect());
                }
                (0..PRODUCTS).for_each(|index| round.see(&panel, back, index, &said));
                round.leave();
            }
            Ok(Vec::new())
        };
        let alike = chosen(0.0)?;
        assert!(!alike.is_empty() && chosen(4.0)? == alike && chosen(90.0)? == alike);
        Ok(())
    }
}
