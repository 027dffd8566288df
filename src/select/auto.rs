//! The automatic choice: several methods combined, each counting as much as it did well on the shop's own past.
//!
//! Every quantile is a weighted mean of the methods' own, with weights learned across products and origins (see
//! [`super::weights`]); where the past is too short for any test, the median of them. That is more accurate than choosing
//! one method, for the shop or per product (Petropoulos and Svetunkov 2020, "A simple combination of univariate models"),
//! and a method that was best throughout still gets all the weight. The choice's own test is honest: at each origin it is
//! made anew from older origins alone.

use std::ops::Range;
use std::rc::Rc;

use super::kept::{Kept, Store};
use super::round::{Chosen, Round};
use super::whole::{Category, Held, Past, summed};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::evaluate::backtest::{Backtest, BacktestOptions, Keep, ModelBacktest, Pace, Walk, ahead, effort, origins};
use crate::models::joint::Together;
use crate::models::packed::Packed;
use crate::models::pieces::{PIECE_SERIES, PackedForecast};
use crate::models::{Forecaster, LEVELS, Scope, SeriesForecast, parts};
use crate::panel::{KnownAhead, Panel};
use crate::work::breathe;

/// Name of the automatic choice.
pub const NAME: &str = "auto";

/// How far ahead, and on how many past origins to compare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AutoOptions {
    /// Name of the choice in tests.
    pub name: &'static str,
    /// Steps.
    pub horizon: usize,
    /// Origins to compare methods on; fewer are used where the past is short.
    pub folds: usize,
    /// The method that it is compared with.
    pub rule: &'static str,
    /// Whether the tests keep the measures of single products, and of methods other than the choice and the rule what was
    /// said of products' totals.
    pub details: bool,
    /// Whether it keeps every error of its means.
    pub errors: bool,
}

/// What was chosen and how it did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Per product, in panel order.
    pub forecast: PackedForecast,
    /// The whole shop.
    pub all: SeriesForecast,
    /// Every method's test, the automatic choice's last; none where the past is too short for any.
    pub backtest: Option<Backtest>,
    /// Its categories, by name.
    pub categories: Vec<Category>,
    /// How often the whole shop's range held in the choice's test.
    pub held: Held,
    /// How much products' misses went together in the choice's test.
    pub together: Together,
    /// By series every error of its means there, if asked for (see [`Past::errors`]).
    pub errors: Vec<Vec<f32>>,
}

/// Everything known of the methods so far. Forecasts are put away piece by piece, of [`PIECE_SERIES`] series each: in full
/// they would fill a browser tab.
struct Known<'a> {
    panel: &'a Panel,
    options: &'a AutoOptions,
    backs: Vec<usize>,
    /// `future[method][piece]`.
    future: Vec<Vec<Kept>>,
    /// `past[method][fold][piece]`; of the last method nothing is kept.
    past: Vec<Vec<Vec<Kept>>>,
    store: Store,
    /// Each method's tests.
    tests: Vec<Rc<ModelBacktest>>,
}

/// Share of the work that local methods take, as progress tells it, where a network follows.
const LOCAL_SHARE: f64 = 0.35;
/// Share of a network's own work up to its last test.
const TEST_SHARE: f64 = 0.8;

/// Forecasts with the automatic choice. `on_quick` is given better and better answers on the way, as far as others
/// follow: the plain median of what local methods say ahead, instant ones first, without a test; then what was chosen
/// among them on the past. Nothing is computed twice for it, and the answer in the end does not depend on it.
/// A method that fails fails the whole, so that nothing is left out silently.
///
/// # Errors
/// Whatever a method fails with; cancellation.
pub async fn run(
    members: &[&dyn Forecaster],
    panel: &Panel,
    known: &KnownAhead,
    options: &AutoOptions,
    cx: &Context,
    on_quick: &dyn Fn(Outcome),
) -> Result<Outcome> {
    let horizon = options.horizon;
    // Too short a past is no failure: then nothing is compared.
    let backs = origins(panel, &BacktestOptions { horizon, folds: options.folds }, cx).unwrap_or_default();
    let tested = !backs.is_empty();
    let (local, global): (Vec<&dyn Forecaster>, Vec<&dyn Forecaster>) =
        members.iter().copied().partition(|member| member.scope() == Scope::Local);
    let local_share = if global.is_empty() { 1.0 } else { LOCAL_SHARE };
    let once: f64 = local.iter().map(|method| effort(*method)).sum();
    let share = |effort: f64| local_share * effort / (once * (1 + backs.len()) as f64);
    let part = |phase, from, to| Context { progress: cx.progress.part(phase, from, to), ..cx.clone() };
    let mut found = Known::of(panel, options, backs.clone(), members.len(), cx).await;
    let mut spent = 0.0;
    for (place, method) in local.iter().enumerate() {
        let from = spent;
        spent += effort(*method);
        found.ahead(*method, known, &part("fitting", share(from), share(spent))).await?;
        let next = local.get(place + 1);
        if (next.is_some() || tested || !global.is_empty()) && next.is_none_or(|next| !next.is_instant()) {
            on_quick(found.answer(None).await?);
        }
    }
    let mut round = None;
    if tested && !local.is_empty() {
        let inner = part("testing", share(once), local_share);
        round = found.walk(&local, true, !global.is_empty(), &inner).await?.0;
        if !global.is_empty() {
            on_quick(found.answer(round.as_ref()).await?);
        }
    }
    for (place, method) in global.iter().enumerate() {
        let last = place + 1 == global.len();
        let share = |part: f64| local_share + (1.0 - local_share) * (place as f64 + part) / global.len() as f64;
        let (mut learned, mut walked) = (None, 0.0);
        if tested {
            walked = TEST_SHARE;
            let inner = part("training", share(0.0), share(walked));
            let state;
            (round, state) = found.walk(&[*method], last, !last, &inner).await?;
            // The last training begins with what was learned for the test.
            learned = state.and_then(|state| method.continued(state));
        }
        let method = learned.as_deref().unwrap_or(*method);
        found.ahead(method, known, &part("training", share(walked), share(1.0))).await?;
    }
    found.answer(round.as_ref()).await
}

/// Tests all methods and the automatic choice on the past, as [`run`] does, without asking any about the future.
///
/// # Errors
/// Fails where the past is too short for a test; whatever a method fails with; cancellation.
pub async fn test(members: &[&dyn Forecaster], panel: &Panel, options: &AutoOptions, cx: &Context) -> Result<Backtest> {
    let backs = origins(panel, &BacktestOptions { horizon: options.horizon, folds: options.folds }, cx)?;
    let (local, global): (Vec<&dyn Forecaster>, Vec<&dyn Forecaster>) =
        members.iter().copied().partition(|member| member.scope() == Scope::Local);
    let local_share = match (local.is_empty(), global.is_empty()) {
        (true, _) => 0.0,
        (false, true) => 1.0,
        (false, false) => LOCAL_SHARE,
    };
    let part = |phase, from, to| Context { progress: cx.progress.part(phase, from, to), ..cx.clone() };
    let mut found = Known::of(panel, options, backs, members.len(), cx).await;
    let mut round = None;
    if !local.is_empty() {
        let inner = part("testing", 0.0, local_share);
        round = found.walk(&local, global.is_empty(), !global.is_empty(), &inner).await?.0;
    }
    for (place, method) in global.iter().enumerate() {
        let last = place + 1 == global.len();
        let share = |done: usize| local_share + (1.0 - local_share) * done as f64 / global.len() as f64;
        round = found.walk(&[*method], last, !last, &part("training", share(place), share(place + 1))).await?.0;
    }
    Ok(found.tested(&round.ok_or_else(|| Error::internal("there is no method to test"))?))
}

impl<'a> Known<'a> {
    /// Nothing yet, of so many methods.
    async fn of(panel: &'a Panel, options: &'a AutoOptions, backs: Vec<usize>, members: usize, cx: &Context) -> Self {
        let each = options.horizon * LEVELS.len() * members * (1 + backs.len());
        let numbers = panel.len().saturating_mul(each);
        let store = Store::open(cx.pool.clone(), numbers).await;
        Self { panel, options, backs, future: Vec::new(), past: Vec::new(), store, tests: Vec::new() }
    }

    /// Every method's test, and that of a round of choices among them.
    fn tested(&self, round: &Round) -> Backtest {
        let models = self.tests.iter().cloned().chain([Rc::new(round.test())]).collect();
        Backtest { horizon: self.options.horizon, backs: self.backs.clone(), models }
    }

    /// Asks a method about the future.
    async fn ahead(&mut self, method: &dyn Forecaster, known: &KnownAhead, cx: &Context) -> Result<()> {
        let season = self.panel.frequency().season_length();
        let (mut made, store) = (Vec::new(), &self.store);
        let take = &mut |series: Vec<SeriesForecast>| {
            for piece in series.chunks(PIECE_SERIES) {
                made.push(store.keep(Packed::new(piece, season)?));
            }
            Ok(())
        };
        ahead(method, self.panel, self.options.horizon, known, cx, take).await?;
        self.future.push(made);
        Ok(())
    }

    /// Tests methods of one scope side by side, origin by origin. If they are to be chosen from, with those tested
    /// before, a round of choices goes along; if others follow, what they said is kept for them. Returns also what the
    /// last method, if global, had learned.
    async fn walk(
        &mut self,
        methods: &[&dyn Forecaster],
        choosing: bool,
        keep: bool,
        cx: &Context,
    ) -> Result<(Option<Round>, Option<Vec<u8>>)> {
        let (panel, AutoOptions { name, horizon, rule, details, errors, .. }) = (self.panel, *self.options);
        let season = panel.frequency().season_length();
        let before = self.tests.iter().map(|test| test.model.as_str());
        let names: Vec<&str> = before.chain(methods.iter().map(|method| method.name())).collect();
        let mut round = choosing.then(|| Round::new(name, &names, (horizon, self.backs.len()), details));
        if errors {
            round.iter_mut().for_each(Round::keep_errors);
        }
        let kept = |name: &str| match name {
            _ if details => Keep::Products,
            name if name == rule => Keep::Totals,
            _ => Keep::Shop,
        };
        let mut walks: Vec<Walk<'_>> = methods.iter().map(|method| Walk::new(*method, kept(method.name()))).collect();
        let scope = methods.first().map_or(Scope::Local, |method| method.scope());
        let pace = Pace::new(scope, self.backs.len(), panel.len());
        let all: f64 = methods.iter().map(|method| effort(*method)).sum();
        let mut past = vec![vec![Vec::new(); self.backs.len()]; methods.len()];
        for (fold, &back) in self.backs.iter().enumerate() {
            for walk in &mut walks {
                walk.arrive(panel, back, horizon, &pace.arriving(fold, cx)).await?;
            }
            if let Some(round) = &mut round {
                round.arrive(panel, back);
            }
            for places in parts(panel.len()) {
                // In full a part of all methods would be as much as the whole answer.
                let mut now: Vec<Vec<Packed>> = Vec::new();
                let (mut spent, part) = (0.0, pace.part(fold, &places, cx));
                for (walk, past) in walks.iter_mut().zip(&mut past) {
                    let from = spent;
                    spent += effort(walk.model()) / all;
                    let made = walk.part(panel, places.clone(), &Pace::within(from, spent, &part)).await?;
                    let mut packed = Vec::new();
                    for piece in made.chunks(PIECE_SERIES) {
                        if keep {
                            // Only losses and misses come of these: the answer itself is made of what is kept in full.
                            past[fold].push(self.store.keep(Packed::rounded(piece, season)?));
                        }
                        if choosing {
                            packed.push(Packed::new(piece, season)?);
                        }
                        breathe().await;
                    }
                    now.push(packed);
                }
                let Some(round) = &mut round else { continue };
                for (place, piece) in pieces(&places).enumerate() {
                    let before = self.past.iter().map(|kept| &kept[fold][piece.start / PIECE_SERIES]);
                    let before = before.map(|kept| self.store.unpack(kept));
                    let said = before.chain(now.iter().map(|packed| packed[place].unpack()));
                    let said = said.collect::<Result<Vec<_>>>()?;
                    for index in piece.clone() {
                        round.see(panel, back, index, &of_one(&said, index - piece.start));
                        breathe().await;
                    }
                }
            }
            walks.iter_mut().for_each(Walk::leave);
            if let Some(round) = &mut round {
                round.leave();
            }
        }
        let state = walks.last().filter(|_| scope == Scope::Global).map_or(Ok(None), Walk::state)?;
        self.tests.extend(walks.into_iter().map(|walk| Rc::new(walk.done())));
        self.past.extend(past);
        Ok((round, state))
    }

    /// What a round of choices on the past comes to for the future; the median of all methods, where nothing is known
    /// of how they did.
    async fn answer(&self, round: Option<&Round>) -> Result<Outcome> {
        let (panel, horizon) = (self.panel, self.options.horizon);
        let chosen = round.map_or_else(|| Chosen::untested(panel), |round| round.chosen(panel));
        let mut forecast = PackedForecast::new(panel.frequency(), horizon);
        for places in pieces(&(0..panel.len())) {
            let said = self.future.iter().map(|kept| self.store.unpack(&kept[places.start / PIECE_SERIES]));
            let said = said.collect::<Result<Vec<_>>>()?;
            let mut series = Vec::with_capacity(places.len());
            for index in places.clone() {
                let said = of_one(&said, index - places.start);
                series.push(chosen.forecast(panel.values(index), &said));
                breathe().await;
            }
            forecast.push(&series)?;
        }
        let nothing = Past::new(horizon);
        let past = round.map_or(&nothing, Round::past);
        let (all, categories) = summed(panel, &forecast, past).await?;
        let backtest = round.map(|round| self.tested(round));
        let (held, together, errors) = (past.held(), past.together(), past.errors().to_vec());
        Ok(Outcome { forecast, all, categories, backtest, held, together, errors })
    }
}

/// Places of series, piece by piece; they begin with a piece.
fn pieces(places: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let end = places.end;
    places.clone().step_by(PIECE_SERIES).map(move |first| first..end.min(first + PIECE_SERIES))
}

/// What each method says of one series of some.
fn of_one(said: &[Vec<SeriesForecast>], place: usize) -> Vec<&SeriesForecast> {
    said.iter().map(|method| &method[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;
    use crate::evaluate::backtest::Said;
    use crate::models::forecast::{LEVELS, normal_quantile};
    use crate::panel::Series;
    use crate::work::Inline;

    const HORIZON: usize = 4;
    const FOLDS: usize = 4;
    const PRODUCTS: usize = 200;
    const LEVEL: f64 = 100.0;

    /// What a method says whose totals' ranges are half as wide as they should be.
    fn said(start: usize) -> Vec<SeriesForecast> {
        let series = (0..PRODUCTS).map(|index| {
            let quantiles = ndarray::Array2::from_elem((HORIZON, LEVELS.len()), LEVEL);
            let mut made =
                SeriesForecast::new(format!("{index}"), start as i32, "x", vec![LEVEL; HORIZON], quantiles, 0.0);
            made.total = LEVELS.map(|level| LEVEL * HORIZON as f64 + 0.5 * 20.0 * normal_quantile(level)).into();
            made
        });
        series.collect()
    }

    #[test]
    fn ranges_are_stretched_alike_at_every_origin_and_ahead() -> Result<()> {
        let length = (FOLDS + 2) * HORIZON;
        let all = (0..PRODUCTS).map(|index| {
            let value = |day: usize| {
                // Evenly spread over the normal distribution in every span, its order another each time.
                let place = (index * (2 * (day / HORIZON) + 3) % PRODUCTS) as f64;
                let sold = if day.is_multiple_of(HORIZON) {
                    20.0 * normal_quantile((place + 0.5) / PRODUCTS as f64)
                } else {
                    0.0
                };
                LEVEL + sold
            };
            let info = Series { id: format!("{index}"), name: String::new(), store: None, category: None, start: 0 };
            (info, (0..length).map(value).collect())
        });
        let panel = Panel::new(Frequency::Day, all.collect())?;
        let backs: Vec<usize> = (1..=FOLDS).rev().map(|fold| fold * HORIZON).collect();
        let options =
            AutoOptions { name: NAME, horizon: HORIZON, folds: FOLDS, rule: "x", details: false, errors: false };
        let mut round = Round::new(NAME, &["x"], (HORIZON, 2), false);
        for back in &backs {
            round.arrive(&panel, *back);
            for (index, one) in said(length - back).iter().enumerate() {
                round.see(&panel, *back, index, &[one]);
            }
            round.leave();
        }
        let pool = Rc::new(Inline { run: |_, _, _| Ok(Vec::new()) });
        let store = pollster::block_on(Store::open(pool, 0));
        let ahead = said(length);
        let kept = ahead.chunks(PIECE_SERIES).map(|piece| Ok(store.keep(Packed::new(piece, 7)?)));
        let future = vec![kept.collect::<Result<Vec<_>>>()?];
        let found =
            Known { panel: &panel, options: &options, backs, future, past: Vec::new(), store, tests: Vec::new() };
        let made = pollster::block_on(found.answer(Some(&round)))?;
        let tests = made.backtest.expect("four origins").models;
        let tested = tests.last().expect("its own test is the last");
        let factor = |said: Said| (said.high - said.low) / (10.0 * (normal_quantile(0.9) - normal_quantile(0.1)));
        let at = |fold: usize| factor(tested.totals[fold][7].expect("tested"));
        assert!((at(0) - 1.0).abs() < 1e-9, "nothing is known at the oldest origin");
        for later in (1..FOLDS).map(at).chain([factor(Said::of(&made.forecast.whole()?.series[7]))]) {
            assert!((1.9..=2.2).contains(&later), "twice as wide would be right, not {later}");
        }
        Ok(())
    }
}
