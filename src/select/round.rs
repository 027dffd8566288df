//! The automatic choice on the past: made anew at each origin from older ones alone, and tested there.

use super::combine::{Misses, Stretch, combine};
use super::compare::{Choice, Losses, choices, choose};
use super::whole::Past;
use crate::evaluate::backtest::{Judge, ModelBacktest};
use crate::models::SeriesForecast;
use crate::panel::Panel;
use crate::work::breathe;

/// Series between two breaths.
const BREATH_SERIES: usize = 256;

/// A choice for each series, and how their totals' ranges are stretched.
pub struct Chosen {
    choices: Vec<Choice>,
    /// For all alike.
    pub stretch: Stretch,
}

impl Chosen {
    /// That of a series.
    pub fn choice(&self, index: usize) -> &Choice {
        &self.choices[index]
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
    pub async fn chosen(&self, series: usize) -> Chosen {
        let choices = choose(series, &self.losses, &self.choices);
        breathe().await;
        Chosen { choices, stretch: self.misses.stretch() }
    }

    /// Comes to the next origin.
    pub async fn arrive(&mut self, panel: &Panel) {
        self.now = Some((self.chosen(panel.len()).await, Misses::default()));
        self.losses.begin();
    }

    /// Takes what each method said, `back` periods before the end, of the series from `first` on. Parts come in order.
    pub async fn see(&mut self, panel: &Panel, back: usize, first: usize, said: &[Vec<SeriesForecast>]) {
        self.losses.add(panel, back, first, said, &self.choices).await;
        let Some((chosen, misses)) = &mut self.now else { return };
        let mut made = combine(said, |place| chosen.choice(first + place)).await;
        misses.learn(panel, back, first, &made);
        chosen.stretch.apply(&mut made);
        self.judge.add(panel, back, first, &made).await;
        for (part, series) in made.chunks(BREATH_SERIES).enumerate() {
            self.past.see(panel, back, first + part * BREATH_SERIES, series);
            breathe().await;
        }
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
