//! One method asked for by name: its answer, calibrated by its own test on the past.

use super::forecast::{ForecastOptions, RULE, method};
use super::tables;
use crate::context::Context;
use crate::error::Result;
use crate::evaluate::backtest::{BacktestOptions, Seen, TOO_SHORT, ahead, backtest};
use crate::models::pieces::{PIECE_SERIES, PackedForecast};
use crate::models::{Scope, SeriesForecast};
use crate::panel::{KnownAhead, Panel};
use crate::select::auto::Outcome;
use crate::select::round::Round;
use crate::select::whole::{Held, Past, summed};
use crate::work::breathe;

/// The method's own answer goes to `on_quick`; what is returned is calibrated by its misses at past origins, and tested
/// there as it would have been calibrated by older ones alone. Without room for a test the answer stays as it is.
///
/// # Errors
/// Fails on an unknown model, or when cancelled.
pub(super) async fn single(
    panel: &Panel,
    options: &ForecastOptions,
    known: &KnownAhead,
    cx: &Context,
    on_quick: &dyn Fn(Outcome),
) -> Result<Outcome> {
    let ForecastOptions { horizon, folds, .. } = *options;
    let part = |phase, from, to| Context { progress: cx.progress.part(phase, from, to), ..cx.clone() };
    let model = method(&options.model, &options.clean)?;
    // A local method is fitted at each test as well, a network trained once for all of them.
    let (phase, share) = match model.scope() {
        Scope::Local => ("fitting", 1.0 / (1 + folds) as f64),
        Scope::Global => ("training", 0.5),
    };
    let mut own = PackedForecast::new(panel.frequency(), horizon);
    let take = &mut |made: Vec<SeriesForecast>| made.chunks(PIECE_SERIES).try_for_each(|piece| own.push(piece));
    ahead(&*model, panel, horizon, known, &part(phase, 0.0, share), take).await?;
    let nothing = Past::new(horizon);
    let (all, categories) = summed(panel, &own, &nothing).await?;
    let (held, together, errors) = (Held::default(), nothing.together(), Vec::new());
    let quick = Outcome { forecast: own.clone(), all, categories, backtest: None, held, together, errors };
    let rule = tables::model(RULE)?;
    let models = if options.model == RULE { vec![&*model] } else { vec![&*model, &*rule] };
    // A choice of one.
    let mut round = Round::new(&options.model, &[&options.model], (horizon, options.folds), false);
    if options.errors {
        round.keep_errors();
    }
    let seen = &mut |seen: Seen<'_>| {
        if seen.model != model.name() {
            return;
        }
        if seen.index == 0 {
            round.arrive(panel, seen.back);
        }
        round.see(panel, seen.back, seen.index, &[seen.series]);
        if seen.index + 1 == panel.len() {
            round.leave();
        }
    };
    on_quick(quick.clone());
    let test = BacktestOptions { horizon, folds };
    let mut tested = match backtest(&models, panel, &test, &part("testing", share, 1.0), seen).await {
        Ok(tested) => tested,
        // Too short a past for a test is no reason to keep the forecast back.
        Err(error) if error.code() == TOO_SHORT => return Ok(quick),
        Err(error) => return Err(error),
    };
    let chosen = round.chosen(panel);
    let mut forecast = PackedForecast::new(panel.frequency(), horizon);
    for piece in own.pieces() {
        let of = |(series, index): (SeriesForecast, usize)| chosen.forecast(panel.values(index), &[&series]);
        let made: Vec<SeriesForecast> = piece?.into_iter().zip(forecast.len()..).map(of).collect();
        forecast.push(&made)?;
        breathe().await;
    }
    for own in tested.models.iter_mut().filter(|tested| tested.model == model.name()) {
        *own = std::rc::Rc::new(round.test());
    }
    let past = round.past();
    let (all, categories) = summed(panel, &forecast, past).await?;
    let (held, together, errors) = (past.held(), past.together(), past.errors().to_vec());
    Ok(Outcome { forecast, all, categories, backtest: Some(tested), held, together, errors })
}
