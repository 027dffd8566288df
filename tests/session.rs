//! The whole way on the sample shop: file, series, quick answer, final answer with its test, figures, download.
#![allow(missing_docs, reason = "tests")]

mod common;

use std::cell::RefCell;

use common::context;
use tillcast::calendar::Frequency;
use tillcast::panel::KnownAhead;
use tillcast::present::{Language, Look, Theme};
use tillcast::session::figures::{self, FigureKind};
use tillcast::session::forecast::{DEFAULT_LEVELS, Stage, download, run};
use tillcast::session::{ForecastOptions, Run, Shop};

fn options(horizon: usize, model: &str) -> ForecastOptions {
    ForecastOptions { horizon, model: model.into(), levels: DEFAULT_LEVELS.into(), folds: 4 }
}

fn forecast(shop: &Shop, options: &ForecastOptions) -> tillcast::Result<(Vec<Stage>, Run)> {
    let stages = RefCell::new(Vec::new());
    let on_stage = |run: &Run| stages.borrow_mut().push(run.stage);
    let run = pollster::block_on(run(shop, options, &KnownAhead::default(), &context(), &on_stage))?;
    Ok((stages.into_inner(), run))
}

#[test]
fn the_sample_shop_gets_a_quick_and_a_final_answer_with_its_test() -> tillcast::Result<()> {
    let mut shop = Shop::sample()?;
    assert!(shop.sample && shop.questions.is_empty());
    assert_eq!(shop.frequencies(), [Frequency::Hour, Frequency::Day, Frequency::Week, Frequency::Month]);
    shop.regroup(Frequency::Week)?;
    let (stages, run) = forecast(&shop, &options(4, "ets"))?;
    assert_eq!((stages.as_slice(), run.stage), (&[Stage::Quick][..], Stage::Final));
    let accuracy = run.accuracy.as_ref().expect("two years are enough for four tests");
    assert_eq!((accuracy.folds, accuracy.horizon, accuracy.products.len()), (4, 4, run.panel.len()));
    assert!(
        accuracy.total_miss < accuracy.rule_total_miss,
        "{} against {}",
        accuracy.total_miss,
        accuracy.rule_total_miss
    );
    let held = f64::from(accuracy.held) / f64::from(accuracy.tested);
    assert!((0.65..=0.95).contains(&held), "the 80 % range held {held}");
    // The shop's total is that of its products, and its range is narrower than all of theirs put together.
    let products: f64 = run.forecast.series.iter().map(|series| series.total_mean()).sum();
    assert!((run.all.total_mean() - products).abs() < 1e-6 * products);
    let width = |total: &dyn Fn(f64) -> f64| total(0.9) - total(0.1);
    let widths: f64 = run.forecast.series.iter().map(|series| width(&|level| series.total_quantile(level))).sum();
    let whole = width(&|level| run.all.total_quantile(level));
    assert!(whole > 0.0 && whole < widths, "{whole} of {widths}");
    assert!(run.year_before_all().is_some_and(|sold| sold > 0.0));
    Ok(())
}

#[test]
fn little_history_has_an_answer_without_a_test() -> tillcast::Result<()> {
    let mut shop = Shop::sample()?;
    shop.regroup(Frequency::Month)?;
    let (_, run) = forecast(&shop, &options(12, "ets"))?;
    assert!(run.accuracy.is_none(), "24 months have no room for a test of 12");
    assert_eq!(run.forecast.series.len(), run.panel.len());
    Ok(())
}

#[test]
fn products_and_the_shop_are_drawn_and_downloaded() -> tillcast::Result<()> {
    let shop = Shop::sample()?;
    let (_, run) = forecast(&shop, &options(28, "seasonal-naive"))?;
    let look = Look { width: 640.0, height: 320.0, theme: Theme::Light, language: Language::En };
    let whole = figures::draw(&run, FigureKind::Fan, None, look)?;
    let one = figures::draw(&run, FigureKind::Fan, Some(3), look)?;
    assert!(whole.svg.starts_with("<svg") && one.svg.starts_with("<svg") && whole.svg != one.svg);
    let none = figures::draw(&run, FigureKind::Fan, Some(run.panel.len()), look);
    assert!(none.is_err_and(|error| error.code() == "no-product"));
    assert!(figures::draw(&run, FigureKind::Loss, None, look).is_err_and(|error| error.code() == "no-training"));
    let csv = download(&run)?;
    assert_eq!(csv.lines().count(), 1 + run.panel.len() * (28 + 1), "every step and the total of every product");
    Ok(())
}

#[test]
fn what_cannot_be_asked_is_told() -> tillcast::Result<()> {
    let shop = Shop::sample()?;
    let code = |options: &ForecastOptions| forecast(&shop, options).err().map(|error| error.code().to_owned());
    assert_eq!(code(&options(0, "ets")).as_deref(), Some("no-horizon"));
    assert_eq!(code(&options(7, "oracle")).as_deref(), Some("unknown-model"));
    Ok(())
}
