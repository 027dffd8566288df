//! `tillcast forecast`.

use std::path::Path;

use ndarray::Array2;

use super::args::{ForecastCall, ReconcileArg};
use super::output::{context, key, warn, write};
use super::{future, input, progress, reason};
use crate::coherent::{Level, Reconcile};
use crate::error::Result;
use crate::models::{Forecast, SeriesForecast};
use crate::panel::Panel;
use crate::present::export::{self, CsvOptions, Rows};
use crate::select::auto::Outcome;
use crate::session::coherent::{Coherent, coherent, sample_paths};
use crate::session::forecast::{self, ForecastOptions};

impl From<ReconcileArg> for Reconcile {
    fn from(asked: ReconcileArg) -> Self {
        match asked {
            ReconcileArg::BottomUp => Reconcile::BottomUp,
            ReconcileArg::TopDown => Reconcile::TopDown,
            ReconcileArg::Mint => Reconcile::Trace,
        }
    }
}

/// `tillcast forecast`.
pub fn forecast(call: &ForecastCall) -> Result<()> {
    let shop = input::shop(&call.files, &call.work.known)?;
    let horizon = call.work.horizon as usize;
    let known = future::read(call.future.as_deref(), &shop, &call.work.known, horizon)?;
    let options = ForecastOptions {
        horizon,
        model: call.model.clone(),
        levels: call.quantiles.iter().map(|level| level.value).collect(),
        folds: call.folds as usize,
        clean: call.work.clean(),
        errors: false,
    };
    let cx = context(&call.work, std::iter::once(call.model.as_str()))?;
    let panel = &shop.for_models(shop.built.panel.clone(), std::iter::once(call.model.as_str()))?;
    let made = match call.reconcile {
        None => pollster::block_on(forecast::answer(panel, &options, &known, &cx)).map(|made| (made, None)),
        Some(how) => pollster::block_on(coherent(panel, &options, &known, how.into(), &cx))
            .map(|(made, adding)| (made, Some(adding))),
    };
    progress::clear();
    let (made, adding) = made?;
    warn(&shop.notes());
    warn(&cx.notes.take());
    let reasons = made.backtest.iter().flat_map(|tested| &tested.models).filter_map(|model| model.reason.as_ref());
    reasons.for_each(|why| eprintln!("tillcast: {}", reason::sentence(why)));
    if let Some(out) = &call.paths {
        write_paths(out, call, panel, &made, adding.as_ref())?;
    }
    let mut stores: Option<Vec<String>> = panel.stores().map(|stores| stores.into_iter().map(str::to_owned).collect());
    let mut forecast = made.forecast.whole()?;
    let kinds = adding.map(|adding| with_groups(adding, &mut forecast, &mut stores));
    let rows = if call.totals { Rows::StepsAndTotals } else { Rows::Steps };
    let level_names = Some(call.quantiles.iter().map(|level| level.text.clone()).collect());
    let spans = call.sums.iter().map(|length| *length as usize).collect();
    let options =
        CsvOptions { levels: options.levels, level_names, kinds, stores, rows, spans, ..CsvOptions::default() };
    write(call.out.as_deref(), export::forecast_csv(&forecast, &options)?.as_bytes())
}

/// Puts groups after the products, and says what each series is.
fn with_groups(adding: Coherent, forecast: &mut Forecast, stores: &mut Option<Vec<String>>) -> Vec<&'static str> {
    *forecast = adding.products;
    let own = if stores.is_some() { "product-store" } else { Level::Product.name() };
    let mut kinds = vec![own; forecast.series.len()];
    for (node, series) in adding.nodes.all.into_iter().zip(adding.groups) {
        kinds.push(node.level.name());
        stores.iter_mut().for_each(|stores| stores.push(node.store.clone().unwrap_or_default()));
        forecast.series.push(SeriesForecast { id: node.name, ..series });
    }
    kinds
}

/// Writes joint sample paths: a row a product and date, a column a path.
fn write_paths(
    out: &Path,
    call: &ForecastCall,
    panel: &Panel,
    made: &Outcome,
    adding: Option<&Coherent>,
) -> Result<()> {
    let (stores, start, count) = (panel.stores(), made.all.start, call.path_count as usize);
    let mut text = String::from(if stores.is_some() { "product,store,date" } else { "product,date" });
    (1..=count).for_each(|path| text += &format!(",{path}"));
    text.push('\n');
    let mut take = |index: usize, paths: Array2<f64>| {
        let key = key(&panel.series(index).id, stores.as_ref().map(|stores| stores[index]));
        for (row, period) in paths.rows().into_iter().zip(start..) {
            text += &format!("{key},{}", panel.frequency().label(period));
            row.iter().for_each(|value| text += &format!(",{}", export::number(*value)));
            text.push('\n');
        }
        Ok(())
    };
    pollster::block_on(sample_paths(panel, made, adding, call.work.seed, count, &mut take))?;
    write(Some(out), text.as_bytes())
}
