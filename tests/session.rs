//! The whole way on the sample shop: file, series, quick answer, final answer with its test, figures, download.
#![allow(missing_docs, reason = "tests")]

mod common;

use std::cell::RefCell;
use std::rc::Rc;

use common::context;
use tillcast::calendar::Frequency;
use tillcast::context::Context;
use tillcast::ingest::{ReadOptions, Reader};
use tillcast::models::local::{Local, Method};
use tillcast::models::recurrent::Lstm;
use tillcast::panel::KnownAhead;
use tillcast::panel::build::BuildOptions;
use tillcast::panel::clean::CleanOptions;
use tillcast::present::export::{Rows, field};
use tillcast::present::{Language, Look, Theme};
use tillcast::select::auto::{self, AutoOptions, Outcome};
use tillcast::session::figures::{self, FigureKind};
use tillcast::session::forecast::{DEFAULT_LEVELS, Stage, answer, download, run};
use tillcast::session::{ForecastOptions, Run, Shop, tables};
use tillcast::work::{Cancel, Event, Job, LocalBoxFuture, Pool, Progress, Threads};

fn options(horizon: usize, model: &str) -> ForecastOptions {
    ForecastOptions {
        horizon,
        model: model.into(),
        levels: DEFAULT_LEVELS.into(),
        folds: 4,
        clean: CleanOptions::default(),
        errors: false,
    }
}

fn forecast(shop: &Shop, options: &ForecastOptions) -> tillcast::Result<(Vec<Stage>, Run)> {
    let stages = RefCell::new(Vec::new());
    let on_stage = |run: Run| stages.borrow_mut().push(run.stage);
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
    assert_eq!(accuracy.shop_tested, 4, "the shop's own range is tested once an origin");
    assert!(accuracy.shop_held >= 2, "it held {} times", accuracy.shop_held);
    // The shop's total is that of its products, and its range is narrower than all of theirs put together.
    let products: f64 = run.forecast.whole()?.series.iter().map(|series| series.total_mean()).sum();
    assert!((run.all.total_mean() - products).abs() < 1e-6 * products);
    let width = |total: &dyn Fn(f64) -> f64| total(0.9) - total(0.1);
    let widths: f64 =
        run.forecast.whole()?.series.iter().map(|series| width(&|level| series.total_quantile(level))).sum();
    let whole = width(&|level| run.all.total_quantile(level));
    assert!(whole > 0.0 && whole < widths, "{whole} of {widths}");
    assert!(run.year_before_all().is_some_and(|sold| sold > 0.0));
    Ok(())
}

#[test]
fn a_method_asked_for_by_name_is_calibrated_on_its_own_past() -> tillcast::Result<()> {
    let shop = Shop::sample()?;
    // A rule whose ranges know nothing of its own misses.
    let asked = options(28, "year-over-year");
    let (_, run) = forecast(&shop, &asked)?;
    let own = ForecastOptions { folds: 0, ..asked };
    let raw = pollster::block_on(answer(&run.panel, &own, &KnownAhead::default(), &context()))?.forecast.whole()?;
    let made = run.forecast.whole()?;
    let pairs = || raw.series.iter().zip(&made.series);
    assert!(pairs().all(|(own, made)| own.model == made.model && own.quantiles.column(6) == made.quantiles.column(6)));
    assert!(pairs().any(|(own, made)| own.quantiles != made.quantiles), "its ranges are not moved");
    let accuracy = run.accuracy.expect("two years are enough for a test");
    let held = f64::from(accuracy.held) / f64::from(accuracy.tested);
    assert!((0.7..=0.95).contains(&held), "the 80 % range of totals held {held}");
    Ok(())
}

#[test]
fn little_history_has_an_answer_without_a_test() -> tillcast::Result<()> {
    let mut shop = Shop::sample()?;
    shop.regroup(Frequency::Month)?;
    let (_, run) = forecast(&shop, &options(12, "ets"))?;
    assert!(run.accuracy.is_none(), "24 months have no room for a test of 12");
    assert_eq!(run.forecast.len(), run.panel.len());
    Ok(())
}

#[test]
fn products_and_the_shop_are_drawn_and_downloaded() -> tillcast::Result<()> {
    let shop = Shop::sample()?;
    let (_, run) = forecast(&shop, &options(28, "seasonal-naive"))?;
    let look = Look { width: 640.0, height: 320.0, theme: Theme::Light, language: Language::En };
    let whole = figures::draw(&run, FigureKind::Fan, figures::Subject::Shop, look)?;
    let one = figures::draw(&run, FigureKind::Fan, figures::Subject::Product(3), look)?;
    assert!(whole.svg.starts_with("<svg") && one.svg.starts_with("<svg") && whole.svg != one.svg);
    let none = figures::draw(&run, FigureKind::Fan, figures::Subject::Product(run.panel.len()), look);
    assert!(none.is_err_and(|error| error.code() == "no-product"));
    assert!(
        figures::draw(&run, FigureKind::Loss, figures::Subject::Shop, look)
            .is_err_and(|error| error.code() == "no-training")
    );
    let steps = download(&run, Rows::Steps)?;
    assert_eq!(steps.lines().count(), 1 + run.panel.len() * 28, "every step of every product");
    let totals = download(&run, Rows::Totals)?;
    assert_eq!(totals.lines().count(), 1 + run.panel.len(), "every product once");
    let name = field(&run.panel.series(0).name);
    for csv in [steps, totals] {
        assert!(!csv.contains(",total,ets"), "no word among the dates");
        assert!(csv.contains(&format!(",{name},pieces,")), "the product's name: {name} in {:?}", csv.lines().nth(1));
    }
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

/// Threads, and a record of the kinds of jobs they were given.
struct Counted {
    threads: Threads,
    given: Rc<RefCell<Vec<String>>>,
}

impl Pool for Counted {
    fn width(&self) -> usize {
        self.threads.width()
    }

    fn map<'a>(
        &'a self,
        jobs: Vec<Job>,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, tillcast::Result<Vec<Vec<u8>>>> {
        self.given.borrow_mut().extend(jobs.iter().map(|job| job.kind.clone()));
        self.threads.map(jobs, progress, cancel)
    }
}

#[test]
fn instant_methods_answer_first_then_all_local_ones_then_their_test_and_nothing_is_done_twice() -> tillcast::Result<()>
{
    const FOLDS: usize = 3;
    let panel = common::shop(5, 120)?;
    let given: Rc<RefCell<Vec<String>>> = Rc::default();
    let shares: Rc<RefCell<Vec<f64>>> = Rc::default();
    let told = shares.clone();
    let progress = Progress::new(move |event| {
        if let Event::Progress { done, .. } = event {
            told.borrow_mut().push(done);
        }
    });
    let pool = Rc::new(Counted { threads: Threads { run: tables::run_job }, given: given.clone() });
    let cx = Context { pool, progress, ..context() };
    let lstm = Lstm { batch: 32, epochs: 2, patience: 2, work: (2e8, 2e8), ..Lstm::default() };
    let (naive, average, ets) = (Local(Method::SeasonalNaive), Local(Method::MovingAverage), Local(Method::Ets));
    let options = AutoOptions {
        name: auto::NAME,
        horizon: 14,
        folds: FOLDS,
        details: true,
        rule: "seasonal-naive",
        errors: false,
    };
    let seen: RefCell<Vec<(Outcome, usize)>> = RefCell::default();
    let on_quick = |quick: Outcome| seen.borrow_mut().push((quick, given.borrow().len()));
    let known = panel.known_after(0, 14);
    let last =
        pollster::block_on(auto::run(&[&naive, &average, &ets, &lstm], &panel, &known, &options, &cx, &on_quick))?;
    let seen = seen.into_inner();
    // A job fits 16 series: one for each local method at each origin and ahead.
    let after: Vec<usize> = seen.iter().map(|(_, jobs)| *jobs).collect();
    assert_eq!(after, [2, 3, 3 + 3 * FOLDS]);
    assert_eq!(given.borrow().iter().filter(|kind| *kind == "local-forecast").count(), 3 + 3 * FOLDS);
    let named =
        |outcome: &Outcome| outcome.forecast.get(0).ok().flatten().map_or_else(String::new, |series| series.model);
    assert_eq!(named(&seen[0].0), "seasonal-naive + moving-average");
    assert!(named(&seen[1].0).starts_with("seasonal-naive + moving-average + ets("), "{}", named(&seen[1].0));
    let tested = |outcome: &Outcome| outcome.backtest.as_ref().map(|tested| tested.models.len());
    assert_eq!(
        [tested(&seen[0].0), tested(&seen[1].0), tested(&seen[2].0), tested(&last)],
        [None, None, Some(4), Some(5)]
    );
    assert!(shares.borrow().is_sorted(), "{:?}", shares.borrow());
    // What was shown on the way changes nothing in the end.
    let quiet =
        pollster::block_on(auto::run(&[&naive, &average, &ets, &lstm], &panel, &known, &options, &context(), &|_| ()))?;
    assert!(quiet.forecast == last.forecast && quiet.all == last.all && quiet.backtest == last.backtest);
    // Where only tests are asked for nothing is asked about the future: no second training, no forecasts ahead.
    given.borrow_mut().clear();
    let tested = pollster::block_on(auto::test(&[&naive, &average, &ets, &lstm], &panel, &options, &cx))?;
    assert!(Some(tested) == last.backtest);
    let jobs = |wanted: &str| given.borrow().iter().filter(|kind| *kind == wanted).count();
    assert_eq!((jobs("local-forecast"), jobs("lstm-train")), (3 * FOLDS, 1));
    Ok(())
}

#[test]
fn a_past_too_short_for_a_test_has_one_untested_answer_before_the_last() -> tillcast::Result<()> {
    let panel = common::shop(3, 30)?;
    let options =
        AutoOptions { name: auto::NAME, horizon: 14, folds: 4, details: false, rule: "seasonal-naive", errors: false };
    let seen = RefCell::new(0);
    let (naive, ets) = (Local(Method::SeasonalNaive), Local(Method::Ets));
    let known = panel.known_after(0, 14);
    let on_quick = |quick: Outcome| {
        assert!(quick.backtest.is_none());
        *seen.borrow_mut() += 1;
    };
    let last = pollster::block_on(auto::run(&[&naive, &ets], &panel, &known, &options, &context(), &on_quick))?;
    assert_eq!((seen.into_inner(), last.backtest), (1, None));
    Ok(())
}

#[test]
fn the_line_of_the_simple_rule_for_the_whole_shop_is_by_date_and_without_what_is_over() -> tillcast::Result<()> {
    // A series file: the second product ended a year before the first at 100 a day, the third two days before it.
    let mut reader = tillcast::ingest::Reader::new("series.csv", tillcast::ingest::ReadOptions::default());
    reader.push(b"date,product,quantity\n")?;
    for (product, days) in [("A", 0..500), ("B", 0..135), ("C", 0..498)] {
        for day in days {
            let date = Frequency::Day.label(19_000 + day);
            let sold = if product == "B" { 100 } else { 5 + day % 7 };
            reader.push(format!("{date},{product},{sold}\n").as_bytes())?;
        }
    }
    let shop = Shop::open("series", vec![reader.finish()?], BuildOptions::default())?;
    let (_, run) = forecast(&shop, &options(14, "seasonal-naive"))?;
    let ends: Vec<i32> = (0..3).map(|index| run.panel.end(index) - run.panel.end(0)).collect();
    assert_eq!(ends, [0, -365, -2], "each product ends at its own last row");
    // Asked for by itself the rule is the forecast: the line that is compared with it lies on it.
    assert_eq!(run.rule_of(figures::Subject::Shop), Some(run.all.mean.clone()));
    assert!(run.all.mean.iter().all(|mean| *mean < 30.0), "{:?}", run.all.mean);
    Ok(())
}

#[test]
fn three_days_of_sales_answer_with_a_range_that_admits_it() -> tillcast::Result<()> {
    let mut reader = tillcast::ingest::Reader::new("three.csv", tillcast::ingest::ReadOptions::default());
    for (day, [mugs, cups]) in [[8, 20], [9, 23], [8, 19]].into_iter().enumerate() {
        let head = if day == 0 { "date,product,quantity\n" } else { "" };
        reader.push(format!("{head}2026-06-0{0},Mug,{mugs}\n2026-06-0{0},Cup,{cups}\n", day + 1).as_bytes())?;
    }
    let shop = Shop::open("three", vec![reader.finish()?], BuildOptions::default())?;
    for model in ["auto", "seasonal-naive", "moving-average", "ets", "lstm"] {
        let (_, run) = forecast(&shop, &options(28, model))?;
        for series in run.forecast.whole()?.series.iter().chain([&run.all]) {
            let [low, middle, high] = [0.1, 0.5, 0.9].map(|level| series.total_quantile(level));
            assert!(low < 0.75 * middle && high > 1.3 * middle, "{model}, {:?}: {low} {middle} {high}", series.id);
        }
    }
    Ok(())
}

/// A shop with a strong week, of so many days.
fn of_days(days: u8) -> tillcast::Result<Shop> {
    let mut text = String::from("date,product,quantity\n");
    for day in 0..days {
        for (product, level) in [("cup", 5), ("plate", 20), ("bowl", 60)] {
            let sold = level * [4, 3, 4, 5, 7, 9, 2][usize::from(day % 7)] / 4;
            text += &format!("2026-03-{:02},{product},{sold}\n", day + 2);
        }
    }
    let mut reader = Reader::new("orders.csv", ReadOptions::default());
    reader.push(text.as_bytes())?;
    Shop::open("orders.csv", vec![reader.finish()?], BuildOptions::default())
}

#[test]
fn less_than_a_season_draws_none_and_promises_nothing() -> tillcast::Result<()> {
    let (_, run) = forecast(&of_days(5)?, &options(14, "auto"))?;
    assert!(run.accuracy.is_none());
    for series in run.forecast.whole()?.series.iter().chain([&run.all]) {
        let (low, high) = (0..14)
            .map(|step| series.quantile(step, 0.5))
            .fold((f64::MAX, 0.0_f64), |(low, high), one| (low.min(one), high.max(one)));
        assert!(
            low > 0.0 && high / low < 1.1,
            "{} goes from {low} to {high} over days that were never seen",
            series.id
        );
        let width = series.total_quantile(0.9) / series.total_quantile(0.1);
        assert!(width > 1.5, "the range of {} is only {width} wide", series.id);
    }
    for product in [None, Some(1)] {
        for language in [Language::En, Language::Zh] {
            let look = Look { width: 640.0, height: 320.0, theme: Theme::Light, language };
            let drawn = figures::draw(
                &run,
                FigureKind::Fan,
                product.map_or(figures::Subject::Shop, figures::Subject::Product),
                look,
            )?;
            assert!(drawn.points.iter().all(|point| point.rule.is_none()), "there is no week to repeat");
            let promises = |text: &str| {
                ["out of 10", "of 10", "10 次", "last week", "上周"].iter().any(|word| text.contains(word))
            };
            assert!(!promises(&drawn.svg) && !promises(&drawn.summary));
        }
    }
    Ok(())
}
