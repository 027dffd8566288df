//! The automatic choice on the past: made anew at each origin from older ones alone, and tested there.

use super::combine::{Misses, Stretch, combine};
use super::compare::{Choice, Losses, choices, choose};
use super::whole::Past;
use crate::evaluate::backtest::{Judge, ModelBacktest};
use crate::models::SeriesForecast;
use crate::panel::Panel;

/// A choice for each series, and how their totals' ranges are stretched.
pub struct Chosen {
    choices: Vec<Choice>,
    stretch: Stretch,
}

impl Chosen {
    /// The forecast of series `index`, of what each method says of it.
    pub fn forecast(&self, index: usize, said: &[&SeriesForecast]) -> SeriesForecast {
        let mut made = combine(said, &self.choices[index]);
        self.stretch.apply(&mut made);
        made
    }
}

/// Choices among some methods, from the oldest origin on.
pub struct Round {
    choices: Vec<Choice>,
    losses: Losses,
    misses: Misses,
    judge: Judge,
    past: Past,
    /// What older origins speak for at this one, and what misses it adds.
    now: Option<(Chosen, Misses)>,
}

impl Round {
    /// Before the first origin. `details` keeps the measures of single products.
    pub fn new(members: usize, horizon: usize, details: bool) -> Self {
        let choices = choices(members);
        Self {
            losses: Losses::new(choices.len()),
            choices,
            misses: Misses::default(),
            judge: Judge::new(super::auto::NAME, details),
            past: Past::new(horizon),
            now: None,
        }
    }

    /// What the origins so far speak for.
    pub fn chosen(&self, series: usize) -> Chosen {
        Chosen { choices: choose(series, &self.losses, &self.choices), stretch: self.misses.stretch() }
    }

    /// Comes to the next origin.
    pub fn arrive(&mut self, panel: &Panel) {
        self.now = Some((self.chosen(panel.len()), Misses::default()));
        self.losses.begin();
    }

    /// Takes what each method said of series `index` `back` periods before the end. Series come in panel order.
    pub fn see(&mut self, panel: &Panel, back: usize, index: usize, said: &[&SeriesForecast]) {
        self.losses.add(panel, back, index, said, &self.choices);
        let Some((chosen, misses)) = &mut self.now else { return };
        let mut made = combine(said, &chosen.choices[index]);
        misses.learn(panel, back, index, &made);
        chosen.stretch.apply(&mut made);
        self.judge.add(panel, back, index, &made);
        self.past.see(panel, back, index, &made);
    }

    /// Leaves the origin: what came after it is known from now on.
    pub fn leave(&mut self) {
        if let Some((_, misses)) = self.now.take() {
            self.misses.extend(misses);
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
