//! The automatic choice on the past: made anew at each origin from older ones alone, and tested there.

use super::calibrate::{Calibration, Experience, kind_of};
use super::combine::combine;
use super::weights::{Lessons, Weights};
use super::whole::Past;
use crate::evaluate::backtest::{Judge, ModelBacktest};
use crate::models::SeriesForecast;
use crate::panel::Panel;

/// How much each method counts, and how ranges and means are calibrated.
pub struct Chosen {
    /// None where no past speaks: then the median of all methods is the answer.
    weights: Option<Weights>,
    calibration: Calibration,
}

impl Chosen {
    /// The forecast of a series, of its history and what each method says of it.
    pub fn forecast(&self, history: &[f64], said: &[&SeriesForecast]) -> SeriesForecast {
        let kind = kind_of(history);
        let mut made = self.combined(kind, said);
        self.calibration.apply(kind, &mut made);
        made
    }

    fn combined(&self, kind: Option<usize>, said: &[&SeriesForecast]) -> SeriesForecast {
        combine(said, self.weights.as_ref().map(|weights| weights.of(kind)))
    }
}

/// Choices among some methods, from the oldest origin on.
pub struct Round {
    lessons: Lessons,
    experience: Experience,
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
            judge: Judge::new(name, details),
            past: Past::new(horizon),
            now: None,
            members,
        }
    }

    /// What the origins so far speak for.
    pub fn chosen(&self) -> Chosen {
        Chosen { weights: self.lessons.weights(), calibration: self.experience.calibration() }
    }

    /// Comes to the next origin.
    pub fn arrive(&mut self) {
        self.now = Some((self.chosen(), Experience::default(), Lessons::new(self.members)));
    }

    /// Takes what each method said of series `index` `back` periods before the end. Series come in panel order.
    pub fn see(&mut self, panel: &Panel, back: usize, index: usize, said: &[&SeriesForecast]) {
        let Some((chosen, experience, lessons)) = &mut self.now else { return };
        if said.len() > 1 {
            lessons.add(panel, back, index, said);
        }
        let values = panel.values(index);
        let kind = kind_of(&values[..values.len().saturating_sub(back)]);
        let mut made = chosen.combined(kind, said);
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

    /// How the choice did.
    pub fn test(&self) -> ModelBacktest {
        self.judge.so_far().clone()
    }

    /// How its ranges of the shop's sum did.
    pub fn past(&self) -> &Past {
        &self.past
    }
}
