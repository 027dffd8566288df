//! The automatic choice: the median of the quantiles of all admissible methods, left only for what is clearly better.
//!
//! Methods are compared on the shop's own past. What is chosen is chosen for the whole shop: a single method, or the
//! median of some of them, replaces the median of all only where it is better by more than one standard error over at
//! least three origins; a product has its own choice only under the same rule on its own past (choosing per product on
//! one window is known to be worse than the plain median; Petropoulos and Svetunkov 2020, "A simple combination of
//! univariate models"). The choice's own test is honest: at each origin it is made anew from older origins alone.

use std::rc::Rc;

use super::combine::{Misses, combine};
use super::compare::{Choice, Losses, choices, choose, losses};
use super::whole::whole_shop;
use crate::context::Context;
use crate::error::Result;
use crate::evaluate::backtest::{Backtest, BacktestOptions, ModelBacktest, forecasts_at, judge, origins};
use crate::models::{Forecast, Forecaster, Scope, SeriesForecast, closed};
use crate::panel::{KnownAhead, Panel};
use crate::work::breathe;

/// Name of the automatic choice.
pub const NAME: &str = "auto";

/// How far ahead, and on how many past origins to compare.
#[derive(Debug, Clone, PartialEq)]
pub struct AutoOptions {
    /// Steps.
    pub horizon: usize,
    /// Origins to compare methods on; fewer are used where the past is short.
    pub folds: usize,
}

/// What was chosen and how it did.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Per product, in panel order.
    pub forecast: Forecast,
    /// The whole shop.
    pub all: SeriesForecast,
    /// Every method's test, the automatic choice's last; none where the past is too short for any.
    pub backtest: Option<Backtest>,
}

/// Everything known of the methods so far.
#[derive(Default)]
struct Known {
    backs: Vec<usize>,
    /// Forecasts of each method for the future.
    future: Vec<Forecast>,
    /// Each method's tests.
    tests: Vec<Rc<ModelBacktest>>,
}

/// Share of the work that quick methods take, as progress tells it, where a network follows.
const QUICK_SHARE: f64 = 0.35;
/// Share of a network's own work up to its last test.
const TEST_SHARE: f64 = 0.8;

/// Forecasts with the automatic choice. `on_quick` is shown what local methods alone answer, if others follow.
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
    on_quick: &dyn Fn(&Outcome),
) -> Result<Outcome> {
    let horizon = options.horizon;
    // Too short a past is no failure: then nothing is compared.
    let backs = origins(panel, &BacktestOptions { horizon, folds: options.folds }, cx).unwrap_or_default();
    let mut found = Known { backs, ..Known::default() };
    let (local, global): (Vec<&dyn Forecaster>, Vec<&dyn Forecaster>) =
        members.iter().copied().partition(|member| member.scope() == Scope::Local);
    let quick_share = if global.is_empty() { 1.0 } else { QUICK_SHARE };
    let groups = [(local, 0.0, quick_share), (global, quick_share, 1.0)];
    for (place, (group, from, to)) in groups.iter().enumerate() {
        if group.is_empty() {
            continue;
        }
        if place > 0 && !found.future.is_empty() {
            on_quick(&decide(panel, horizon, &found).await?);
        }
        for (member, method) in group.iter().enumerate() {
            let share = |part: f64| from + (to - from) * (member as f64 + part) / group.len() as f64;
            let phase = if method.scope() == Scope::Local { "fitting" } else { "training" };
            let inner = Context { progress: cx.progress.part(phase, share(0.0), share(1.0)), ..cx.clone() };
            test(*method, panel, known, horizon, &mut found, &inner).await?;
        }
    }
    decide(panel, horizon, &found).await
}

/// Tests one method and asks it about the future. A global one begins its last training with what it learned for its
/// test.
async fn test(
    method: &dyn Forecaster,
    panel: &Panel,
    known: &KnownAhead,
    horizon: usize,
    found: &mut Known,
    cx: &Context,
) -> Result<()> {
    let part = |from: f64, to: f64| Context { progress: cx.progress.part("testing", from, to), ..cx.clone() };
    let mut learned = None;
    if !found.backs.is_empty() {
        let inner = part(0.0, TEST_SHARE);
        let (forecasts, fitted) = forecasts_at(method, panel, horizon, &found.backs, &inner).await?;
        if let Some(fitted) = fitted {
            learned = method.continued(fitted.state()?);
        }
        found.tests.push(Rc::new(judge(method.name(), panel, &found.backs, forecasts).await));
    }
    let last = part(if found.backs.is_empty() { 0.0 } else { TEST_SHARE }, 1.0);
    let method = learned.as_deref().unwrap_or(method);
    let fitted = method.fit(panel, horizon, &last).await?;
    found.future.push(closed::predict(&*fitted, panel, horizon, known, &last).await?);
    Ok(())
}

/// Chooses from all origins for the future, and for each origin from those before it.
async fn decide(panel: &Panel, horizon: usize, found: &Known) -> Result<Outcome> {
    let members = found.future.len();
    if found.tests.is_empty() {
        let all: Vec<usize> = (0..members).collect();
        let forecast = combine(&found.future.iter().collect::<Vec<_>>(), |_| Choice::new(&all)).await;
        let all = whole_shop(panel, &forecast, None).await;
        return Ok(Outcome { forecast, all, backtest: None });
    }
    let choices = choices(members);
    let losses: Losses = losses(panel, &found.backs, &found.tests, &choices).await;
    let mut tested: Vec<Forecast> = Vec::with_capacity(found.backs.len());
    let mut misses = Misses::default();
    for (fold, &back) in found.backs.iter().enumerate() {
        let at: Vec<&Forecast> = found.tests.iter().map(|test| &test.forecasts[fold]).collect();
        let forecast = chosen(panel, &at, &losses.before(fold), &choices).await;
        tested.push(misses.calibrate(forecast.clone()));
        misses.learn(panel, back, &forecast);
    }
    let future: Vec<&Forecast> = found.future.iter().collect();
    let forecast = misses.calibrate(chosen(panel, &future, &losses, &choices).await);
    let mut models = found.tests.clone();
    models.push(Rc::new(judge(NAME, panel, &found.backs, tested).await));
    let backtest = Backtest { horizon, backs: found.backs.clone(), models };
    let all = whole_shop(panel, &forecast, backtest.models.last().map(|own| (backtest.backs.as_slice(), &**own))).await;
    Ok(Outcome { forecast, all, backtest: Some(backtest) })
}

/// The forecast that losses speak for.
async fn chosen(panel: &Panel, at: &[&Forecast], losses: &Losses, choices: &[Choice]) -> Forecast {
    let per_product = choose(panel.len(), losses, choices);
    breathe().await;
    combine(at, |index| per_product[index].clone()).await
}

/// The whole shop's forecast where one method was asked for.
pub async fn shop_total(
    panel: &Panel,
    forecast: &Forecast,
    backtest: Option<&Backtest>,
    model: &str,
) -> SeriesForecast {
    let own = backtest.and_then(|all| {
        let own = all.models.iter().find(|tested| tested.model == model)?;
        Some((all.backs.as_slice(), &**own))
    });
    whole_shop(panel, forecast, own).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;
    use crate::models::forecast::{LEVELS, normal_quantile};
    use crate::panel::Series;

    const HORIZON: usize = 4;
    const FOLDS: usize = 4;
    const PRODUCTS: usize = 200;
    const LEVEL: f64 = 100.0;

    /// What a method says whose totals' ranges are half as wide as they should be.
    fn said(start: usize) -> Forecast {
        let series = (0..PRODUCTS).map(|index| {
            let quantiles = ndarray::Array2::from_elem((HORIZON, LEVELS.len()), LEVEL);
            let mut made =
                SeriesForecast::new(format!("{index}"), start as i32, "x", vec![LEVEL; HORIZON], quantiles, 0.0);
            made.total = LEVELS.map(|level| LEVEL * HORIZON as f64 + 0.5 * 20.0 * normal_quantile(level)).into();
            made
        });
        Forecast { frequency: Frequency::Day, horizon: HORIZON, series: series.collect() }
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
        let forecasts: Vec<Forecast> = backs.iter().map(|back| said(length - back)).collect();
        let test = pollster::block_on(judge("x", &panel, &backs, forecasts));
        let found = Known { backs, future: vec![said(length)], tests: vec![Rc::new(test)] };
        let made = pollster::block_on(decide(&panel, HORIZON, &found))?;
        let tests = made.backtest.expect("four origins").models;
        let tested = tests.last().expect("its own test is the last");
        let factor = |forecast: &Forecast| {
            let total = &forecast.series[7].total;
            (total[11] - total[1]) / (10.0 * (normal_quantile(0.9) - normal_quantile(0.1)))
        };
        assert!((factor(&tested.forecasts[0]) - 1.0).abs() < 1e-9, "nothing is known at the oldest origin");
        for later in tested.forecasts[1..].iter().chain([&made.forecast]) {
            assert!((1.9..=2.2).contains(&factor(later)), "twice as wide would be right, not {}", factor(later));
        }
        Ok(())
    }
}
