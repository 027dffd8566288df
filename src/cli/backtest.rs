//! `tillcast backtest`: what it writes.

use std::fmt::Write as _;

use serde_json::json;

use super::args::BacktestCall;
use super::output::{SCHEMA, context, key, warn, write, write_json};
use super::{input, progress};
use crate::error::{Error, Result};
use crate::evaluate::backtest::{Backtest, BacktestOptions};
use crate::evaluate::metrics::Metrics;
use crate::notes::Note;
use crate::present::export;
use crate::session::diagnostics::diagnose;
use crate::session::{Shop, forecast, tables};

/// `tillcast backtest`.
pub fn backtest(call: &BacktestCall) -> Result<()> {
    let shop = input::shop(&call.files, &call.work.known)?;
    let asked: Vec<String> = call.models.iter().flat_map(|names| names.0.clone()).collect();
    let names = if asked == ["all"] { tables::names() } else { asked };
    let cx = context(&call.work, names.iter().map(String::as_str))?;
    let panel = shop.for_models(shop.built.panel.clone(), names.iter().map(String::as_str))?;
    let tested = pollster::block_on(forecast::test(
        &panel,
        &names,
        &BacktestOptions { horizon: call.work.horizon as usize, folds: call.folds as usize },
        &call.work.clean(),
        &cx,
    ));
    progress::clear();
    let tested = tested?;
    let notes = cx.notes.take();
    warn(&notes);
    if !call.json {
        return write(call.out.as_deref(), backtest_csv(&shop, &tested).as_bytes());
    }
    let diagnosed = tested.models.iter().map(|model| {
        let (panel, clean) = (&shop.built.panel, call.work.clean());
        let made = pollster::block_on(diagnose(panel, 0..panel.len(), &model.model, &clean, None, &cx))?;
        let parsed = made.iter().map(|text| serde_json::from_str(text));
        parsed.collect::<serde_json::Result<Vec<_>>>().map_err(|error| Error::internal(error.to_string()))
    });
    let diagnosed = diagnosed.collect::<Result<Vec<_>>>();
    progress::clear();
    write_json(call.out.as_deref(), &backtest_json(&shop, &tested, &diagnosed?, &notes))
}

/// Columns of the backtest's table and how they are read off the measures.
type Measure = (&'static str, fn(&Metrics) -> f64);
const MEASURES: [Measure; 10] = [
    ("MAE", |m| m.mae),
    ("RMSE", |m| m.rmse),
    ("sMAPE", |m| m.smape),
    ("WAPE", |m| m.wape),
    ("MASE", |m| m.mase),
    ("RMSSE", |m| m.rmsse),
    ("WQL", |m| m.wql),
    ("coverage80", |m| m.coverage80),
    ("bias", |m| m.bias),
    ("MSE", |m| m.mse),
];

fn backtest_csv(shop: &Shop, tested: &Backtest) -> String {
    let panel = &shop.built.panel;
    let stores = panel.stores();
    let store = |index: usize| stores.as_ref().map(|stores| stores[index]);
    let mut text = String::from(if stores.is_some() { "product,store,model,fold" } else { "product,model,fold" });
    for (name, _) in MEASURES {
        let _ = write!(text, ",{name}");
    }
    text.push('\n');
    let mut row = |key: &str, model: &str, fold: usize, metrics: &Metrics| {
        let _ = write!(text, "{key},{},{}", export::field(model), fold + 1);
        for (_, measure) in MEASURES {
            let value = measure(metrics);
            let _ = if value.is_finite() { write!(text, ",{value:.6}") } else { write!(text, ",") };
        }
        text.push('\n');
    };
    // The shop's own line has neither product nor store.
    let shop_key = key("", stores.as_ref().map(|_| ""));
    for model in &tested.models {
        for (fold, (shop_metrics, products)) in model.shop.iter().zip(&model.products).enumerate() {
            row(&shop_key, &model.model, fold, shop_metrics);
            for (index, metrics) in products.iter().enumerate() {
                if let Some(metrics) = metrics {
                    row(&key(&panel.series(index).id, store(index)), &model.model, fold, metrics);
                }
            }
        }
    }
    text
}

/// `diagnosed[model][product]`, null without.
fn backtest_json(
    shop: &Shop,
    tested: &Backtest,
    diagnosed: &[Vec<serde_json::Value>],
    notes: &[Note],
) -> serde_json::Value {
    let measures = |metrics: &Metrics| -> serde_json::Value {
        MEASURES
            .iter()
            .map(|(name, measure)| ((*name).to_owned(), json!(measure(metrics))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let panel = &shop.built.panel;
    let stores = panel.stores();
    let models: Vec<_> = tested
        .models
        .iter()
        .zip(diagnosed)
        .map(|(model, diagnosed)| {
            let products: Vec<_> = (0..panel.len())
                .map(|index| {
                    let folds: Vec<_> = model.products.iter().map(|fold| fold[index].as_ref().map(measures)).collect();
                    let mut product = json!({ "product": panel.series(index).id, "folds": folds });
                    if let Some(stores) = &stores {
                        product["store"] = json!(stores[index]);
                    }
                    if !diagnosed[index].is_null() {
                        product["diagnostics"] = diagnosed[index].clone();
                    }
                    product
                })
                .collect();
            json!({ "model": model.model, "reason": model.reason, "shop": model.shop.iter().map(measures).collect::<Vec<_>>(), "products": products })
        })
        .collect();
    json!({
        "schema": SCHEMA,
        "frequency": panel.frequency(),
        "horizon": tested.horizon,
        "periodsBeforeEnd": tested.backs,
        "models": models,
        "notes": notes,
    })
}
