//! From a shop to an answer: quick methods first, better ones after, each with its test on the shop's own past.

use crate::order::sort_few;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::accuracy::Accuracy;
use super::figures::Subject;
use super::shop::Shop;
use super::single::single;
use super::tables;
use crate::calendar::Frequency;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::evaluate::backtest::{Backtest, BacktestOptions, ModelBacktest, Seen, backtest};
use crate::models::borrowing::Borrowing;
use crate::models::cleaned::Cleaned;
use crate::models::closed::Closed;
use crate::models::pieces::PackedForecast;
use crate::models::{Forecaster, Scope, SeriesForecast, parts};
use crate::notes::Note;
use crate::panel::clean::{CleanOptions, clean};
use crate::panel::{KnownAhead, Panel, totals};
use crate::present::export::{CsvOptions, Rows, forecast_csv};
use crate::select::auto::{self, AutoOptions, Outcome};
use crate::select::groups::Groups;
use crate::select::whole::{Category, sum_by_date};
use crate::work::{Event, Progress};

/// Levels answered unless others are asked for.
pub const DEFAULT_LEVELS: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

/// Name of the automatic choice.
pub const AUTO: &str = "auto";

/// Name of the automatic choice among methods that learn each product by itself.
pub const STATISTICAL: &str = "statistical";

/// The simple rule everything is compared with.
pub const RULE: &str = "seasonal-naive";

/// Seed unless another is asked for.
pub const DEFAULT_SEED: u64 = 20_260_101;

/// Test origins unless another number is asked for.
pub const DEFAULT_FOLDS: usize = 4;

/// What to forecast.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ForecastOptions {
    /// Steps.
    pub horizon: usize,
    /// A model's name or `auto`.
    #[serde(default = "auto_name")]
    pub model: String,
    /// Levels to answer.
    #[serde(default = "default_levels")]
    pub levels: Vec<f64>,
    /// Past origins that methods are compared and ranges calibrated on; 0 for a method's own ranges.
    #[serde(default = "default_folds")]
    pub folds: usize,
    /// How to clean what methods learn from, at each origin by itself; by default nothing is cleaned. The simple rule that
    /// a method is compared with sees the sales as they were.
    #[serde(default)]
    pub clean: CleanOptions,
    /// Whether to keep every error of the past, for forecasts that are to add up.
    #[serde(skip)]
    pub errors: bool,
}

fn auto_name() -> String {
    AUTO.into()
}

fn default_levels() -> Vec<f64> {
    DEFAULT_LEVELS.into()
}

fn default_folds() -> usize {
    DEFAULT_FOLDS
}

/// How a network's loss went down.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct TrainingCurve {
    /// Model name.
    pub model: String,
    /// Epoch numbers, from 1.
    pub epochs: Vec<u32>,
    /// Mean training loss per epoch.
    pub training: Vec<f64>,
    /// Loss on the part kept aside, per epoch.
    pub validation: Vec<f64>,
}

/// Whether better methods still run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Quick methods only, at first without a test; better ones follow.
    Quick,
    /// The answer.
    Final,
}

/// An answer and everything that stands beside it.
#[derive(Debug, Clone)]
pub struct Run {
    /// What was asked.
    pub options: ForecastOptions,
    /// Whether better methods still run.
    pub stage: Stage,
    /// The series it was made from.
    pub panel: Rc<Panel>,
    /// Forecast per product, in panel order.
    pub forecast: PackedForecast,
    /// Forecast of the whole shop.
    pub all: SeriesForecast,
    /// Forecasts of its categories, by name; none where there are too few or too many to show.
    pub categories: Vec<Category>,
    /// Means of the simple rule it is compared with, per product and step; nothing of products too young to have a season
    /// to repeat.
    pub rule: Vec<Vec<f64>>,
    /// What was known ahead.
    pub known: KnownAhead,
    /// How well the same method would have done; none where the history is too short.
    pub accuracy: Option<Accuracy>,
    /// Loss curves of the networks trained for it.
    pub training: Vec<TrainingCurve>,
    /// What was left out, repaired or done in another way.
    pub notes: Vec<Note>,
}

impl Run {
    /// Sum over the same span one year before, per product; none where the history does not reach back.
    pub fn year_before(&self) -> Vec<Option<f64>> {
        (0..self.panel.len()).map(|index| totals::year_before(&self.panel, index, self.options.horizon)).collect()
    }
}

impl Run {
    /// Sum over the same span one year before for the whole shop.
    pub fn year_before_all(&self) -> Option<f64> {
        totals::total(&self.panel).year_before(self.panel.frequency(), self.options.horizon)
    }

    /// Whether sales peaked in the same span one year before, in a past of less than two years; see
    /// [`totals::peak_once`]. Per product.
    pub fn peak_once(&self) -> Vec<bool> {
        let peak = |index| totals::peak_once(self.panel.values(index), self.panel.frequency(), self.options.horizon);
        (0..self.panel.len()).map(peak).collect()
    }

    /// The same for the whole shop.
    pub fn peak_once_all(&self) -> bool {
        totals::peak_once(&totals::total(&self.panel).values, self.panel.frequency(), self.options.horizon)
    }

    /// Whether the range of a product's total, or of the whole shop's, was tested on the past.
    pub fn is_tested(&self, product: Option<usize>) -> bool {
        self.accuracy.as_ref().is_some_and(|accuracy| {
            let own = |index: usize| accuracy.products.get(index).copied().flatten().map_or(0, |own| own.tested);
            product.map_or(accuracy.shop_tested, own) > 0
        })
    }

    /// The simple rule for a product, a category or the whole shop, per step; of several by date, and without products that
    /// are over. None where there is no season to repeat.
    pub fn rule_of(&self, subject: Subject) -> Option<Vec<f64>> {
        let sum = |is_in: &dyn Fn(usize) -> bool| {
            let has_rule = (0..self.panel.len()).any(|index| is_in(index) && !self.rule[index].is_empty());
            let sum = || sum_by_date(&self.panel, &self.rule, self.all.start, self.options.horizon, is_in);
            has_rule.then(sum)
        };
        match subject {
            Subject::Product(index) => self.rule.get(index).filter(|rule| !rule.is_empty()).cloned(),
            Subject::Category(place) => {
                let groups = Groups::of(&self.panel);
                sum(&|index| groups.is_in(index, place + 1))
            }
            Subject::Shop => sum(&|_| true),
        }
    }
}

/// Collects the loss curves from the events that pass to `outer`. The automatic choice trains a network for its test
/// and goes on from there: one curve. Asked for by itself, a network is trained for its answer first: that curve counts,
/// and the epochs of the test that follows are neither kept nor told.
pub fn record_training(model: &str, outer: &Progress) -> (Progress, Rc<RefCell<Vec<TrainingCurve>>>) {
    let curves: Rc<RefCell<Vec<TrainingCurve>>> = Rc::default();
    let (kept, outer, goes_on) = (curves.clone(), outer.clone(), choice(model).is_some());
    // Epochs of the trainings before the present one, by model.
    let before: RefCell<BTreeMap<String, u32>> = RefCell::default();
    let progress = Progress::new(move |event| {
        if let Event::Epoch { model, epoch, training_loss, validation_loss, .. } = &event {
            let mut curves = kept.borrow_mut();
            let place = curves.iter().position(|curve| curve.model == *model).unwrap_or_else(|| {
                curves.push(TrainingCurve { model: model.clone(), ..TrainingCurve::default() });
                curves.len() - 1
            });
            let curve = &mut curves[place];
            let mut before = before.borrow_mut();
            let offset = before.entry(model.clone()).or_default();
            if *epoch == 1 {
                *offset = curve.epochs.last().copied().unwrap_or(0);
            }
            if !goes_on && *offset > 0 {
                return;
            }
            curve.epochs.push(*offset + epoch);
            curve.training.push(*training_loss);
            curve.validation.push(*validation_loss);
        }
        outer.tell(event);
    });
    (progress, curves)
}

/// Forecasts a panel with one model or the automatic choice, calibrated and tested on as many past origins as there is
/// room for.
///
/// # Errors
/// Fails on an unknown model, when the panel is empty, or when cancelled.
pub async fn answer(panel: &Panel, options: &ForecastOptions, known: &KnownAhead, cx: &Context) -> Result<Outcome> {
    check(panel, options.horizon, &options.levels)?;
    let made = if choice(&options.model).is_some() {
        choose(panel, options, known, cx, &|_| ()).await?
    } else {
        single(panel, options, known, cx, &|_| ()).await?
    };
    tell_closed(panel, known, made.all.start, options.horizon, cx);
    Ok(made)
}

/// Says around which holidays the shop is taken to be closed, as it was before.
fn tell_closed(panel: &Panel, known: &KnownAhead, start: i32, horizon: usize, cx: &Context) {
    let end = start + horizon as i32;
    for days in Closed::of(panel, known).holidays.iter().filter(|days| (start..end).contains(days.start())) {
        let (from, to) = (Frequency::Day.label(*days.start()), Frequency::Day.label(*days.end()));
        let text =
            format!("no sale is foreseen from {from} to {to}: around that holiday the whole shop sold nothing before");
        cx.notes.add(Note::warning("closed-ahead", text).arg("from", from).arg("to", to));
    }
}

/// Tests models, the automatic choice among them where named, on the panel's past.
///
/// # Errors
/// Fails on an unknown model, when the history is too short for one test, or when cancelled.
pub async fn test(
    panel: &Panel,
    names: &[String],
    asked: &BacktestOptions,
    clean: &CleanOptions,
    cx: &Context,
) -> Result<Backtest> {
    let BacktestOptions { horizon, folds } = *asked;
    check(panel, horizon, &[])?;
    let options = BacktestOptions { horizon, folds };
    let mut tested: Option<Backtest> = None;
    for name in CHOICES.into_iter().filter(|own| names.iter().any(|name| name == own)) {
        let members = members(name, panel.frequency(), clean)?;
        let members: Vec<&dyn Forecaster> = members.iter().map(|member| &**member).collect();
        let made = auto::test(
            &members,
            panel,
            &AutoOptions { name, horizon, folds, rule: RULE, details: true, errors: false },
            cx,
        )
        .await?;
        add(&mut tested, made);
    }
    let is_missing =
        |name: &str| tested.as_ref().is_none_or(|made| made.models.iter().all(|model| model.model != name));
    let single = names.iter().filter(|name| is_missing(name)).map(|name| method(name, clean));
    let single = single.collect::<Result<Vec<_>>>()?;
    if !single.is_empty() {
        let single: Vec<&dyn Forecaster> = single.iter().map(|model| &**model).collect();
        let made = backtest(&single, panel, &options, cx, &mut |_: Seen<'_>| ()).await?;
        add(&mut tested, made);
    }
    let mut tested = tested.ok_or_else(|| Error::internal("there is no method to test"))?;
    tested.models.retain(|model| names.contains(&model.model));
    Ok(tested)
}

/// Adds further tests to some, none twice.
fn add(tested: &mut Option<Backtest>, more: Backtest) {
    match tested {
        Some(tested) => {
            let is_new = |model: &Rc<ModelBacktest>| tested.models.iter().all(|known| known.model != model.model);
            let more: Vec<_> = more.models.into_iter().filter(is_new).collect();
            tested.models.extend(more);
        }
        None => *tested = Some(more),
    }
}

/// Forecasts a shop. `on_stage` is given a quick answer as soon as there is one, and better ones as they come; the final
/// one is returned.
///
/// # Errors
/// Fails on an unknown model, on a horizon of 0, when the panel is empty, or when cancelled.
pub async fn run(
    shop: &Shop,
    options: &ForecastOptions,
    known: &KnownAhead,
    cx: &Context,
    on_stage: &dyn Fn(Run),
) -> Result<Run> {
    let names: Vec<String> = known.columns.iter().map(|column| column.name.clone()).collect();
    let panel = Rc::new(shop.for_models(shop.planned(&names)?, std::iter::once(options.model.as_str()))?);
    check(&panel, options.horizon, &options.levels)?;
    let (progress, curves) = record_training(&options.model, &cx.progress);
    let cx = Context { progress, ..cx.clone() };
    let rule = rule(&panel, options.horizon, known, &cx).await?;
    let finish = |Outcome { forecast, all, categories, backtest, held, .. }: Outcome, stage: Stage| {
        let accuracy = backtest.and_then(|tested| Accuracy::of(&panel, &tested, &options.model, RULE, held));
        Run {
            options: options.clone(),
            stage,
            panel: panel.clone(),
            all,
            categories,
            forecast,
            rule: rule.clone(),
            known: known.clone(),
            accuracy,
            training: curves.borrow().clone(),
            notes: Vec::new(),
        }
    };
    let outcome = if choice(&options.model).is_some() {
        choose(&panel, options, known, &cx, &|quick| on_stage(finish(quick, Stage::Quick))).await?
    } else {
        single(&panel, options, known, &cx, &|quick| on_stage(finish(quick, Stage::Quick))).await?
    };
    let mut run = finish(outcome, Stage::Final);
    if run.accuracy.is_none() {
        let text = format!("the past is too short for a test of {} periods", options.horizon);
        cx.notes.add(Note::info("untested", text).arg("horizon", options.horizon));
    }
    tell_closed(&panel, known, run.all.start, options.horizon, &cx);
    if !options.clean.is_nothing() {
        let (_, [outliers, missing]) = clean(&panel, &options.clean)?;
        for (code, count, text) in [
            ("outliers-cleaned", outliers, "values far from the usual were cleaned before methods learned from them"),
            ("missing-cleaned", missing, "missing values were filled before methods learned from them"),
        ] {
            if count > 0 {
                cx.notes.add(Note::info(code, format!("{count} {text}")).count(count));
            }
        }
    }
    run.notes = shop.notes();
    run.notes.extend(cx.notes.take());
    Ok(run)
}

/// The model of that name, learning from cleaned sales where that is asked for.
pub(super) fn method(name: &str, clean: &CleanOptions) -> Result<Box<dyn Forecaster>> {
    Ok(cleaned(name, tables::model(name)?, clean))
}

fn cleaned(name: &str, inner: Box<dyn Forecaster>, clean: &CleanOptions) -> Box<dyn Forecaster> {
    if clean.is_nothing() || name == RULE { inner } else { Box::new(Cleaned { inner, options: *clean }) }
}

/// Means of the simple rule, per product and step; what answers for it is not shown under its name.
async fn rule(panel: &Panel, horizon: usize, known: &KnownAhead, cx: &Context) -> Result<Vec<Vec<f64>>> {
    let quiet = Context { progress: Progress::silent(), ..cx.clone() };
    let fitted = tables::model(RULE)?.fit(panel, horizon, &quiet).await?;
    let mut means = Vec::with_capacity(panel.len());
    for places in parts(panel.len()) {
        let made = fitted.predict_part(places, horizon, known, &quiet).await?;
        means.extend(made.into_iter().map(|series| if series.model == RULE { series.mean } else { Vec::new() }));
    }
    Ok(means)
}

/// Farthest that is looked ahead: beyond, no method says more than that it goes on.
fn longest_horizon(frequency: Frequency) -> usize {
    match frequency {
        Frequency::Hour => 92 * 24,
        Frequency::Day => 3 * 366,
        Frequency::Week => 5 * 53,
        Frequency::Month => 10 * 12,
    }
}

pub(super) fn check(panel: &Panel, horizon: usize, levels: &[f64]) -> Result<()> {
    if horizon == 0 {
        return Err(Error::usage("no-horizon", "the horizon is 0").remedy("look at least one period ahead"));
    }
    let longest = longest_horizon(panel.frequency());
    if horizon > longest {
        let text = format!("{horizon} periods ahead are too far: {longest} are the most for this spacing");
        return Err(Error::usage("horizon-too-long", text)
            .remedy("look less far ahead, or by coarser periods")
            .arg("horizon", horizon)
            .arg("longest", longest));
    }
    if let Some(level) = levels.iter().find(|level| !(**level > 0.0 && **level < 1.0)) {
        return Err(Error::usage("bad-level", format!("the quantile level {level} is not between 0 and 1"))
            .remedy("give levels such as 0.1, 0.5, 0.9")
            .arg("level", level));
    }
    if panel.is_empty() {
        return Err(Error::input("no-series", "there is no product to forecast").remedy("open a file with orders"));
    }
    Ok(())
}

/// Names of automatic choices.
const CHOICES: [&str; 2] = [AUTO, STATISTICAL];

/// The automatic choice of that name; none where it is a method's.
pub(super) fn choice(name: &str) -> Option<&'static str> {
    CHOICES.into_iter().find(|own| *own == name)
}

/// What the automatic choice of that name chooses from, at a spacing.
fn members(name: &str, frequency: Frequency, clean: &CleanOptions) -> Result<Vec<Box<dyn Forecaster>>> {
    let is_member =
        |row: &&tables::ModelRow| row.in_auto.contains(&frequency) && (name == AUTO || row.scope == Scope::Local);
    let members = tables::MODELS.iter().filter(is_member);
    let member = |row: &tables::ModelRow| {
        let plain = tables::model(row.name)?;
        let inner = plain.local().map_or(plain, |method| Box::new(Borrowing(method)) as Box<dyn Forecaster>);
        Ok(cleaned(row.name, inner, clean))
    };
    let mut members = members.map(member).collect::<Result<Vec<_>>>()?;
    // What instant methods say is shown first.
    sort_few(&mut members, |one, other| one.is_instant() && !other.is_instant());
    Ok(members)
}

async fn choose(
    panel: &Panel,
    options: &ForecastOptions,
    known: &KnownAhead,
    cx: &Context,
    on_quick: &dyn Fn(Outcome),
) -> Result<Outcome> {
    let name = choice(&options.model).unwrap_or(AUTO);
    let members = members(name, panel.frequency(), &options.clean)?;
    let members: Vec<&dyn Forecaster> = members.iter().map(|member| &**member).collect();
    let auto_options = AutoOptions {
        name,
        horizon: options.horizon,
        folds: options.folds,
        rule: RULE,
        details: false,
        errors: options.errors,
    };
    auto::run(&members, panel, known, &auto_options, cx, on_quick).await
}

/// A run as CSV for a spreadsheet, with names, a byte order mark and formulas made harmless. Steps and their sums are
/// tables of their own, as a sum over both would count every sale twice.
///
/// # Errors
/// Fails if a level is not between 0 and 1.
pub fn download(run: &Run, rows: Rows) -> Result<String> {
    let names = Some((0..run.panel.len()).map(|index| run.panel.series(index).name.clone()).collect());
    let unit = totals::unit(&run.panel).unwrap_or(CsvOptions::default().unit);
    let options = CsvOptions { levels: run.options.levels.clone(), rows, names, unit, ..CsvOptions::default() };
    forecast_csv(&run.forecast.whole()?, &options.for_spreadsheets())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The curves kept of two trainings, and how many epochs were passed on.
    fn told(model: &str) -> (Vec<TrainingCurve>, usize) {
        let passed = Rc::new(RefCell::new(0));
        let count = passed.clone();
        let (progress, curves) = record_training(model, &Progress::new(move |_| *count.borrow_mut() += 1));
        for (training, epochs) in [3_u32, 2].into_iter().enumerate() {
            for epoch in 1..=epochs {
                let loss = f64::from(epoch) + 10.0 * training as f64;
                let (model, epochs) = ("lstm".into(), 9);
                progress.tell(Event::Epoch { model, epoch, epochs, training_loss: loss, validation_loss: loss });
            }
        }
        (curves.take(), passed.take())
    }

    #[test]
    fn a_training_that_goes_on_is_one_curve_and_one_for_a_test_is_none() {
        let (auto, passed) = told(AUTO);
        assert_eq!((auto[0].epochs.as_slice(), passed), (&[1, 2, 3, 4, 5][..], 5));
        assert_eq!(auto[0].training, [1.0, 2.0, 3.0, 11.0, 12.0]);
        let (single, passed) = told("lstm");
        assert_eq!((single[0].epochs.as_slice(), passed), (&[1, 2, 3][..], 3), "nobody hears of the test's own");
    }
}
