//! Whether one method alone is better than the combination, on the shop's own past.
//!
//! The combination is left only for what was better on three origins, taken together, by more than two standard errors:
//! a single method that was best by chance is rarely best again (Petropoulos and Svetunkov 2020). Losses are those of the
//! nine deciles on each product's own scale. The combination's are honest: at each origin it was weighted by older ones
//! alone, so the oldest, where nothing was known, does not count. The error is the larger of that between products and
//! that between origins, since a shop's good or bad month is in all of its products.

use crate::evaluate::backtest::{actuals, scales_before};
use crate::evaluate::metrics::{LOSS_LEVELS, LOSS_PLACES};
use crate::evaluate::reason::{Overruled, Reason, Rival};
use crate::models::SeriesForecast;
use crate::models::forecast::pinball;
use crate::panel::Panel;
use crate::panel::demand::Kind;

use super::misses::KINDS;

/// Origins that a single method must be better on, taken together.
const ORIGINS: usize = 3;
/// Products and origins, taken together, that speak for a method or of a kind of demand.
const LEAST: f64 = 45.0;
/// How many standard errors a method must be better by. The best of several by one alone is often so by chance: of twelve
/// validation parts two left the combination for it, and lost 2 %.
const ERRORS: f64 = 2.0;
/// Farthest that a product's losses are apart, in scales: one stray sale outweighs no hundred others.
const FARTHEST: f64 = 3.0;

/// Losses of some products at one origin.
#[derive(Debug, Clone, Default)]
struct Losses {
    products: f64,
    combined: f64,
    /// By method: sums of what it lost more than the combination, and of the squares of that.
    more: Vec<(f64, f64)>,
}

impl Losses {
    fn add(&mut self, other: &Self) {
        self.products += other.products;
        self.combined += other.combined;
        self.more.resize(other.more.len().max(self.more.len()), (0.0, 0.0));
        self.more.iter_mut().zip(&other.more).for_each(|(own, more)| {
            own.0 += more.0;
            own.1 += more.1;
        });
    }
}

/// Losses origin by origin and kind by kind.
#[derive(Debug, Clone, Default)]
pub struct Trial(Vec<[Losses; KINDS]>);

impl Trial {
    /// Comes to the next origin.
    pub fn arrive(&mut self) {
        self.0.push(Default::default());
    }

    /// Adds what came of series `index`, of that kind, after the origin `back` periods before the end, to what each method
    /// and what the combination had said.
    pub fn see(
        &mut self,
        panel: &Panel,
        back: usize,
        index: usize,
        kind: Option<usize>,
        said: &[&SeriesForecast],
        combined: &SeriesForecast,
    ) {
        let (Some(now), Some(kind)) = (self.0.last_mut(), kind) else { return };
        let scale = scales_before(panel, index, back).absolute;
        let came = actuals(panel, index, back, combined.mean.len());
        let (Some(whole), true) = (loss(combined, came), scale > 0.0) else { return };
        let more = said.iter().map(|one| {
            let more = loss(one, came).map_or(0.0, |own| ((own - whole) / scale).clamp(-FARTHEST, FARTHEST));
            (more, more * more)
        });
        now[kind].add(&Losses { products: 1.0, combined: whole / scale, more: more.collect() });
    }

    /// The method that did best beside the combination on some kinds of demand, by its place, and how.
    fn best(&self, kinds: std::ops::Range<usize>) -> Option<(usize, f64, f64)> {
        let mut origins = Vec::new();
        let mut all = Losses::default();
        for origin in self.0.iter().skip(1) {
            let mut own = Losses::default();
            origin[kinds.clone()].iter().for_each(|kind| own.add(kind));
            all.add(&own);
            if own.products > 0.0 {
                origins.push(own);
            }
        }
        if origins.len() < ORIGINS || all.products < LEAST || all.combined <= 0.0 {
            return None;
        }
        let count = origins.len() as f64;
        let of = |place: usize| {
            let (sum, squares) = all.more[place];
            let mean = sum / all.products;
            let within = (squares / all.products - mean * mean).max(0.0) / all.products;
            let apart = origins.iter().map(|one| one.more[place].0 / one.products - mean).map(|apart| apart * apart);
            let between = apart.sum::<f64>() / (count - 1.0).max(1.0) / count;
            let whole = all.combined / all.products;
            (place, mean / whole, within.max(between).sqrt() / whole)
        };
        (0..all.more.len()).map(of).min_by(|one, other| one.1.total_cmp(&other.1))
    }

    fn origins(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// The method, by its place, that is used alone for a kind of demand, or for products of which none is known; none
    /// where the combination stays.
    pub fn alone(&self, kind: Option<usize>) -> Option<usize> {
        let wins =
            |best: Option<(usize, f64, f64)>| best.filter(|(_, difference, error)| *difference < -ERRORS * error);
        let own = kind.and_then(|kind| self.best(kind..kind + 1));
        let place = |best: (usize, f64, f64)| best.0;
        if own.is_some() { wins(own).map(place) } else { wins(self.best(0..KINDS)).map(place) }
    }

    /// The same in numbers; `names` are the methods'.
    pub fn reason(&self, names: &[&str]) -> Reason {
        let rival = |(place, difference, error): (usize, f64, f64)| {
            Some(Rival { model: (*names.get(place)?).to_owned(), difference, error })
        };
        let shop = self.alone(None);
        let overruled = [Kind::Smooth, Kind::Erratic, Kind::Intermittent, Kind::Lumpy].into_iter().filter_map(|kind| {
            let (place, own) = (kind as usize, self.alone(Some(kind as usize)));
            let best = || self.best(place..place + 1).and_then(rival);
            (own != shop).then(|| Overruled { kind, rival: own.and_then(|_| best()) })
        });
        Reason {
            methods: names.len(),
            origins: self.origins(),
            best: self.best(0..KINDS).and_then(rival),
            alone: shop.is_some(),
            overruled: overruled.collect(),
        }
    }
}

/// Mean quantile loss over deciles and known steps, in units; none without any.
fn loss(said: &SeriesForecast, came: &[f64]) -> Option<f64> {
    let (mut sum, mut steps) = (0.0, 0_u32);
    for (row, &value) in said.quantiles.rows().into_iter().zip(came).filter(|(_, value)| value.is_finite()) {
        let losses = LOSS_PLACES.iter().zip(LOSS_LEVELS).map(|(place, level)| pinball(level, value, row[*place]));
        sum += losses.sum::<f64>();
        steps += 1;
    }
    (steps > 0).then(|| sum / f64::from(steps) / LOSS_LEVELS.len() as f64)
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::models::LEVELS;
    use crate::panel::Series;
    use crate::select::calibrate::kind_of;

    const HISTORY: usize = 40;
    const HORIZON: usize = 4;
    const PRODUCTS: usize = 60;

    /// Products about 50; odd ones sell every other day only.
    fn panel() -> Result<Panel> {
        let series = |index: usize| {
            let id = format!("{index}");
            let has_gap = |day: usize| !index.is_multiple_of(2) && day.is_multiple_of(2);
            let value = |day: usize| if has_gap(day) { 0.0 } else { 50.0 + ((7 * day + 3 * index) % 11) as f64 - 5.0 };
            let info = Series { name: id.clone(), id, store: None, category: None, start: 0 };
            (info, (0..HISTORY + HORIZON).map(value).collect())
        };
        Panel::new(Frequency::Day, (0..PRODUCTS).map(series).collect())
    }

    fn flat(middle: f64) -> SeriesForecast {
        let quantiles = Array2::from_shape_fn((HORIZON, LEVELS.len()), |(_, place)| middle + place as f64 - 6.0);
        SeriesForecast::new("x".into(), HISTORY as i32, "x", vec![middle; HORIZON], quantiles, 0.0)
    }

    /// After so many origins at which the combination said 50, a first method what `first` says of a product, and a second
    /// one 70.
    fn after(origins: usize, first: impl Fn(usize, usize) -> f64) -> Result<Trial> {
        let panel = panel()?;
        let mut trial = Trial::default();
        for origin in 0..origins {
            trial.arrive();
            for index in 0..PRODUCTS {
                let kind = kind_of(&panel.values(index)[..HISTORY]);
                let said = [&flat(first(origin, index)), &flat(70.0)];
                trial.see(&panel, HORIZON, index, kind, &said, &flat(50.0));
            }
        }
        Ok(trial)
    }

    #[test]
    fn a_method_is_used_alone_only_if_it_was_better_on_three_origins_by_more_than_chance() -> Result<()> {
        let far = |origin: usize, _: usize| if origin == 0 { 90.0 } else { 50.0 };
        // Of the oldest origin nothing counts; being as good as the combination is no reason to leave it.
        assert_eq!(after(4, far)?.alone(None), None);
        let panel = panel()?;
        let gaps = |_: usize, index: usize| if index.is_multiple_of(2) { 55.0 } else { 30.0 };
        let (smooth, gap) = (kind_of(&panel.values(0)[..HISTORY]), kind_of(&panel.values(1)[..HISTORY]));
        let trial = after(4, gaps)?;
        assert_eq!(
            (trial.alone(smooth), trial.alone(gap)),
            (None, Some(0)),
            "of 0 and 50 the lower is nearer on average"
        );
        assert_eq!(after(3, gaps)?.alone(gap), None, "two origins are too few");
        let wavering = |origin: usize, index: usize| if origin == 2 { 140.0 } else { gaps(origin, index) };
        assert_eq!(after(4, wavering)?.alone(gap), None, "no better at one of three");
        Ok(())
    }

    #[test]
    fn the_reason_names_the_best_and_the_kinds_that_were_decided_otherwise() -> Result<()> {
        let gaps = |_: usize, index: usize| if index.is_multiple_of(2) { 55.0 } else { 30.0 };
        let why = after(4, gaps)?.reason(&["low", "high"]);
        assert_eq!((why.methods, why.origins), (2, 3));
        assert_eq!(why.best.as_ref().map(|best| best.model.as_str()), Some("low"));
        // What is decided for all is decided otherwise for one of the two kinds.
        let [only] = why.overruled.as_slice() else { panic!("{why:?}") };
        assert_eq!(only.kind, if why.alone { Kind::Smooth } else { Kind::Intermittent });
        assert_eq!(only.rival.is_some(), !why.alone);
        let none = after(1, gaps)?.reason(&["low", "high"]);
        assert_eq!((none.best, none.origins, none.alone), (None, 0, false));
        Ok(())
    }
}
