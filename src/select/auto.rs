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
use crate::evaluate::backtest::{Backtest, BacktestOptions, ModelBacktest, effort, forecasts_at, judge, origins};
use crate::models::{Fitted, Forecast, Forecaster, Scope, SeriesForecast, closed};
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

/// Share of the work that local methods take, as progress tells it, where a network follows.
const LOCAL_SHARE: f64 = 0.35;
/// Share of a network's own work up to its last test.
const TEST_SHARE: f64 = 0.8;

/// Forecasts with the automatic choice. `on_quick` is shown better and better answers on the way, as far as others
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
    on_quick: &dyn Fn(&Outcome),
) -> Result<Outcome> {
    let horizon = options.horizon;
    // Too short a past is no failure: then nothing is compared.
    let backs = origins(panel, &BacktestOptions { horizon, folds: options.folds }, cx).unwrap_or_default();
    let mut found = Known { backs, ..Known::default() };
    let (local, global): (Vec<&dyn Forecaster>, Vec<&dyn Forecaster>) =
        members.iter().copied().partition(|member| member.scope() == Scope::Local);
    let local_share = if global.is_empty() { 1.0 } else { LOCAL_SHARE };
    let all: f64 = local.iter().map(|method| effort(*method)).sum::<f64>() * (1 + found.backs.len()) as f64;
    let mut spent = 0.0;
    let mut spend = |phase: &'static str, effort: f64| {
        let from = spent;
        spent += effort;
        let share = |effort: f64| local_share * effort / all;
        Context { progress: cx.progress.part(phase, share(from), share(spent)), ..cx.clone() }
    };
    for (place, method) in local.iter().enumerate() {
        let forecast = ahead(*method, panel, known, horizon, &spend("fitting", effort(*method))).await?;
        found.future.push(forecast);
        let next = local.get(place + 1);
        let others = next.is_some() || !found.backs.is_empty() || !global.is_empty();
        if others && next.is_none_or(|next| !next.is_instant()) {
            on_quick(&untested(panel, &found.future).await);
        }
    }
    if !found.backs.is_empty() {
        for method in &local {
            let inner = spend("testing", effort(*method) * found.backs.len() as f64);
            test(*method, panel, horizon, &mut found, &inner).await?;
        }
        if !local.is_empty() && !global.is_empty() {
            on_quick(&decide(panel, horizon, &found).await?);
        }
    }
    for (place, method) in global.iter().enumerate() {
        let share = |part: f64| local_share + (1.0 - local_share) * (place as f64 + part) / global.len() as f64;
        let part = |from, to| Context { progress: cx.progress.part("training", share(from), share(to)), ..cx.clone() };
        let (mut learned, mut tested) = (None, 0.0);
        if !found.backs.is_empty() {
            tested = TEST_SHARE;
            // The last training begins with what was learned for the test.
            if let Some(fitted) = test(*method, panel, horizon, &mut found, &part(0.0, tested)).await? {
                learned = method.continued(fitted.state()?);
            }
        }
        let method = learned.as_deref().unwrap_or(*method);
        found.future.push(ahead(method, panel, known, horizon, &part(tested, 1.0)).await?);
    }
    decide(panel, horizon, &found).await
}

/// What a method says of the future.
async fn ahead(
    method: &dyn Forecaster,
    panel: &Panel,
    known: &KnownAhead,
    horizon: usize,
    cx: &Context,
) -> Result<Forecast> {
    let fitted = method.fit(panel, horizon, cx).await?;
    closed::predict(&*fitted, panel, horizon, known, cx).await
}

/// Tests one method; returns it as it was at the latest origin.
async fn test(
    method: &dyn Forecaster,
    panel: &Panel,
    horizon: usize,
    found: &mut Known,
    cx: &Context,
) -> Result<Option<Box<dyn Fitted>>> {
    let (forecasts, fitted) = forecasts_at(method, panel, horizon, &found.backs, cx).await?;
    found.tests.push(Rc::new(judge(method.name(), panel, &found.backs, forecasts).await));
    Ok(fitted)
}

/// The median of all methods, where nothing is known of how they did.
async fn untested(panel: &Panel, future: &[Forecast]) -> Outcome {
    let all: Vec<usize> = (0..future.len()).collect();
    let forecast = combine(&future.iter().collect::<Vec<_>>(), |_| Choice::new(&all)).await;
    let all = whole_shop(panel, &forecast, None).await;
    Outcome { forecast, all, backtest: None }
}

/// Chooses from all origins for the future, and for each origin from those before it.
async fn decide(panel: &Panel, horizon: usize, found: &Known) -> Result<Outcome> {
    if found.tests.is_empty() {
        return Ok(untested(panel, &found.future).await);
    }
    let choices = choices(found.future.len());
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
