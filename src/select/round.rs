//! The automatic choice on the past: made anew at each origin from older ones alone, and tested there.

use super::calibrate::{Calibration, Experience, kind_of};
use super::combine::combine;
use super::misses::KINDS;
use super::trial::Trial;
use super::weights::{Lessons, Weights};
use super::whole::Past;
use crate::evaluate::backtest::{Judge, ModelBacktest};
use crate::models::SeriesForecast;
use crate::panel::Panel;

/// How much each method counts, and how ranges and means are calibrated.
pub struct Chosen {
    /// None where no past speaks: then the median of all methods is the answer.
    weights: Option<Weights>,
    /// The method that is used alone, by kind of demand; the last is for what never sold.
    alone: [Option<usize>; KINDS + 1],
    calibration: Calibration,
}

impl Chosen {
    /// The forecast of a series, of its history and what each method says of it.
    pub fn forecast(&self, history: &[f64], said: &[&SeriesForecast]) -> SeriesForecast {
        let kind = kind_of(history);
        let mut made = self.alone(kind, said).cloned().unwrap_or_else(|| self.combined(kind, said));
        self.calibration.apply(kind, &mut made);
        made
    }

    fn alone<'a>(&self, kind: Option<usize>, said: &[&'a SeriesForecast]) -> Option<&'a SeriesForecast> {
        said.get(self.alone[kind.unwrap_or(KINDS)]?).copied()
    }

    fn combined(&self, kind: Option<usize>, said: &[&SeriesForecast]) -> SeriesForecast {
        combine(said, self.weights.as_ref().map(|weights| weights.of(kind)))
    }
}

/// Choices among some methods, from the oldest origin on.
pub struct Round {
    lessons: Lessons,
    experience: Experience,
    trial: Trial,
    judge: Judge,
    past: Past,
    /// What older origins speak for at this one, and what it adds.
    now: Option<(Chosen, Experience, Lessons)>,
    members: usize,
}

impl Round {
    /// Before the first origin, for a choice of that name among so many methods. `details` keeps the measures of single
    /// products.
    pub fn new(name: &str, members: usize, horizon: usize, details: bool) -> Self {
        Self {
            lessons: Lessons::new(members),
            experience: Experience::default(),
            trial: Trial::default(),
            judge: Judge::new(name, details),
            past: Past::new(horizon),
            now: None,
            members,
        }
    }

    /// What the origins so far speak for.
    pub fn chosen(&self) -> Chosen {
        let alone = std::array::from_fn(|kind| self.trial.alone((kind < KINDS).then_some(kind)));
        Chosen { weights: self.lessons.weights(), alone, calibration: self.experience.calibration() }
    }

    /// Comes to the next origin.
    pub fn arrive(&mut self) {
        self.now = Some((self.chosen(), Experience::default(), Lessons::new(self.members)));
        self.trial.arrive();
    }

    /// Takes what each method said of series `index` `back` periods before the end. Series come in panel order.
    pub fn see(&mut self, panel: &Panel, back: usize, index: usize, said: &[&SeriesForecast]) {
        let Some((chosen, experience, lessons)) = &mut self.now else { return };
        let values = panel.values(index);
        let kind = kind_of(&values[..values.len().saturating_sub(back)]);
        let mut made = chosen.combined(kind, said);
        if said.len() > 1 {
            lessons.add(panel, back, index, said);
            self.trial.see(panel, back, index, kind, said, &made);
        }
        if let Some(alone) = chosen.alone(kind, said) {
            made.clone_from(alone);
        }
        experience.learn(panel, back, index, kind, &made);
        chosen.calibration.apply(kind, &mut made);
        self.judge.add(panel, back, index, &made);
        self.past.see(panel, back, index, &made);
    }

    /// Leaves the origin: what came after it is known from now on.
    pub fn leave(&mut self) {
        if let Some((_, experience, lessons)) = self.now.take() {
            self.experience.extend(experience);
            self.lessons.extend(lessons);
        }
        self.judge.close();
    }

    /// How the choice did, and why it fell as it did among the methods of these names; a choice of one has no reason.
    pub fn test(&self, names: &[&str]) -> ModelBacktest {
        let reason = (self.members > 1).then(|| self.trial.reason(names));
        ModelBacktest { reason, ..self.judge.so_far().clone() }
    }

    /// How its ranges of the shop's sum did.
    pub fn past(&self) -> &Past {
        &self.past
    }
}
