//! Rolling-origin backtest (Tashman 2000, "Out-of-sample tests of forecasting accuracy").

use std::ops::Range;
use std::rc::Rc;

use super::metrics::{Metrics, Pooled, Scales, measure};
use super::reason::Reason;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::closed::Closed;
use crate::models::forecast::MEDIAN;
use crate::models::short::widen;
use crate::models::{Fitted, Forecaster, Scope, SeriesForecast, parts};
use crate::notes::Note;
use crate::panel::{KnownAhead, Panel};
use crate::work::breathe;

/// Where the origins lie.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct BacktestOptions {
    /// Steps forecast from each origin.
    pub horizon: usize,
    /// Number of origins; the latest lies one horizon before the end, the others one horizon apart before it.
    pub folds: usize,
}

/// What was said of a product's total over the horizon.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Said {
    /// Its median.
    pub median: f64,
    /// Lower end of its 80 % range.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Its mean.
    pub mean: f64,
}

impl Said {
    /// Reads it off a forecast.
    pub fn of(series: &SeriesForecast) -> Self {
        let [low, high] = ENDS.map(|place| series.total[place]);
        Self { median: series.total[MEDIAN], low, high, mean: series.total_mean() }
    }
}

/// Ends of the 80 % range among [`LEVELS`](crate::models::LEVELS).
pub const ENDS: [usize; 2] = [1, 11];

/// What one model did at each origin. The forecasts themselves are too large to keep.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ModelBacktest {
    /// Model name.
    pub model: String,
    /// `totals[fold][series]`; none where the series had no history or no actuals there, no folds where they were not
    /// kept.
    pub totals: Vec<Vec<Option<Said>>>,
    /// `products[fold][series]`, none likewise; no folds where single products were not asked for.
    pub products: Vec<Vec<Option<Metrics>>>,
    /// The whole shop per fold: mean over products, sums pooled; `NaN` where nothing could be measured.
    pub shop: Vec<Metrics>,
    /// Why it is what it is, where it is a choice among methods.
    pub reason: Option<Reason>,
}

/// Results of a backtest. Cloning shares the tests.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// Steps forecast from each origin.
    pub horizon: usize,
    /// Periods between each origin and the end, oldest origin first.
    pub backs: Vec<usize>,
    /// One entry per model.
    pub models: Vec<Rc<ModelBacktest>>,
}

/// Code of the error of a past without room for a test.
pub const TOO_SHORT: &str = "history-too-short";

/// A history this many times as long as the horizon is needed before an origin, so that there is something to learn.
const LEAST_HISTORY_HORIZONS: usize = 2;

/// Work of an instant method, where that of another is 1.
const INSTANT_EFFORT: f64 = 0.03;
/// Share of a global method's test up to its first forecast: it is trained but once.
const TRAINING_SHARE: f64 = 0.9;

/// Work of fitting a method once, in proportion to others: for progress, so only roughly right.
pub fn effort(method: &dyn Forecaster) -> f64 {
    if method.is_instant() { INSTANT_EFFORT } else { 1.0 }
}

/// Origins, as periods before the end, that the longest series leaves room for; oldest first.
///
/// # Errors
/// Fails if there is no room for one.
pub fn origins(panel: &Panel, options: &BacktestOptions, cx: &Context) -> Result<Vec<usize>> {
    let BacktestOptions { horizon, folds } = *options;
    let longest = (0..panel.len()).map(|index| panel.values(index).len()).max().unwrap_or(0);
    let room = (longest / horizon.max(1)).saturating_sub(LEAST_HISTORY_HORIZONS);
    let used = folds.min(room);
    if used == 0 {
        let needed = horizon * (LEAST_HISTORY_HORIZONS + 1);
        return Err(Error::input(TOO_SHORT, format!("the history has {longest} periods; a test needs {needed}"))
            .remedy("look less far ahead, or add older orders")
            .arg("periods", longest)
            .arg("needed", needed));
    }
    if used < folds {
        let text = format!("the history has room for {used} tests of {horizon} periods, not {folds}");
        cx.notes.add(Note::info("fewer-folds", text).count(used as u64).arg("asked", folds));
    }
    Ok((1..=used).rev().map(|fold| fold * horizon).collect())
}

/// A method fitted at an origin, or at the panel's end.
struct AtOrigin {
    fitted: Box<dyn Fitted>,
    known: KnownAhead,
    closed: Closed,
    horizon: usize,
}

impl AtOrigin {
    fn new(fitted: Box<dyn Fitted>, known: KnownAhead, horizon: usize) -> Self {
        let closed = Closed::of(fitted.panel(), &known);
        Self { fitted, known, closed, horizon }
    }

    async fn part(&self, places: Range<usize>, cx: &Context) -> Result<Vec<SeriesForecast>> {
        cx.cancel.check()?;
        let mut series = self.fitted.predict_part(places.clone(), self.horizon, &self.known, cx).await?;
        self.closed.keep(&mut series);
        let panel = self.fitted.panel();
        for (place, series) in places.zip(&mut series) {
            widen(series, panel.values(place));
        }
        Ok(series)
    }
}

/// What a method says of the future; `take` is given it part by part, in panel order.
///
/// # Errors
/// Whatever the method or `take` fails with; cancellation.
pub async fn ahead(
    method: &dyn Forecaster,
    panel: &Panel,
    horizon: usize,
    known: &KnownAhead,
    cx: &Context,
    take: &mut dyn FnMut(Vec<SeriesForecast>) -> Result<()>,
) -> Result<()> {
    let pace = Pace::new(method.scope(), 1, panel.len());
    let fitted = method.fit(panel, horizon, &pace.arriving(0, cx)).await?;
    let at = AtOrigin::new(fitted, known.clone(), horizon);
    for places in parts(panel.len()) {
        let inner = pace.part(0, &places, cx);
        take(at.part(places, &inner).await?)?;
    }
    Ok(())
}

/// A series' forecast at an origin, as a test comes by it.
pub struct Seen<'a> {
    /// Model name.
    pub model: &'a str,
    /// Periods between the origin and the end.
    pub back: usize,
    /// Place in the panel; all of one origin come before those of the next.
    pub index: usize,
    /// The forecast.
    pub series: &'a SeriesForecast,
}

/// How a method's work at some origins is spread, for progress: a global method's first origin has its training.
pub struct Pace {
    training: f64,
    origins: usize,
    series: usize,
}

impl Pace {
    /// Of a method at so many origins, of a panel of so many series.
    pub fn new(scope: Scope, origins: usize, series: usize) -> Self {
        Self { training: if scope == Scope::Global { TRAINING_SHARE } else { 0.0 }, origins, series }
    }

    /// The part of `cx` that is coming to an origin.
    pub fn arriving(&self, fold: usize, cx: &Context) -> Context {
        let share = self.share(fold, 0);
        Self::within(if fold == 0 { 0.0 } else { share }, share, cx)
    }

    /// The part of `cx` that is forecasting some series there.
    pub fn part(&self, fold: usize, places: &Range<usize>, cx: &Context) -> Context {
        Self::within(self.share(fold, places.start), self.share(fold, places.end), cx)
    }

    fn share(&self, fold: usize, place: usize) -> f64 {
        let forecast = (fold as f64 + place as f64 / self.series.max(1) as f64) / self.origins as f64;
        self.training + (1.0 - self.training) * forecast
    }

    /// A share of `cx`.
    pub fn within(from: f64, to: f64, cx: &Context) -> Context {
        Context { progress: cx.progress.part("testing", from, to), ..cx.clone() }
    }
}

/// A test under way: a method goes from origin to origin, the oldest first.
pub struct Walk<'a> {
    model: &'a dyn Forecaster,
    at: Option<AtOrigin>,
    back: usize,
    judge: Judge,
}

impl<'a> Walk<'a> {
    /// Before the first origin.
    pub fn new(model: &'a dyn Forecaster, keep: Keep) -> Self {
        Self { model, at: None, back: 0, judge: Judge::new(model.name(), keep) }
    }

    /// Comes to the next origin, `back` periods before the end: a local method is fitted, a global one trained the first
    /// time and updated later. Nothing after the origin is seen by its forecasts, planned columns apart.
    ///
    /// # Errors
    /// Whatever the method fails with; cancellation.
    pub async fn arrive(&mut self, panel: &Panel, back: usize, horizon: usize, cx: &Context) -> Result<()> {
        cx.cancel.check()?;
        let train = panel.before(back);
        let fitted = match (&self.at, self.model.scope()) {
            (Some(before), Scope::Global) => before.fitted.update(&train, cx).await?,
            _ => self.model.fit(&train, horizon, cx).await?,
        };
        self.at = Some(AtOrigin::new(fitted, panel.known_after(back, horizon), horizon));
        self.back = back;
        Ok(())
    }

    /// Forecasts a part there, and measures it. Parts come in order.
    ///
    /// # Errors
    /// Whatever the method fails with; cancellation.
    pub async fn part(&mut self, panel: &Panel, places: Range<usize>, cx: &Context) -> Result<Vec<SeriesForecast>> {
        let at = self.at.as_ref().ok_or_else(|| Error::internal("a test has not come to its origin"))?;
        let made = at.part(places.clone(), cx).await?;
        for (index, series) in places.zip(&made) {
            self.judge.add(panel, self.back, index, series);
            breathe().await;
        }
        Ok(made)
    }

    /// Leaves the origin.
    pub fn leave(&mut self) {
        self.judge.close();
    }

    /// The method.
    pub fn model(&self) -> &'a dyn Forecaster {
        self.model
    }

    /// What the method had learned at the latest origin; none before the first.
    ///
    /// # Errors
    /// Fails if it does not serialise.
    pub fn state(&self) -> Result<Option<Vec<u8>>> {
        self.at.as_ref().map(|at| at.fitted.state()).transpose()
    }

    /// What the method did.
    pub fn done(self) -> ModelBacktest {
        self.judge.done()
    }
}

/// Tests models on the panel's past. Nothing after an origin is seen by its forecast, planned columns apart.
/// Local models are refitted at each origin; global ones are trained before the oldest origin and updated after.
/// `seen` is shown every forecast as it comes: they are not kept.
///
/// # Errors
/// Fails if no series is long enough for one fold, or when cancelled.
pub async fn backtest(
    models: &[&dyn Forecaster],
    panel: &Panel,
    options: &BacktestOptions,
    cx: &Context,
    seen: &mut dyn FnMut(Seen<'_>),
) -> Result<Backtest> {
    let (backs, horizon) = (origins(panel, options, cx)?, options.horizon);
    let mut tested = Vec::with_capacity(models.len());
    let all: f64 = models.iter().map(|model| effort(*model)).sum();
    let mut spent = 0.0;
    for model in models {
        let from = spent;
        spent += effort(*model) / all;
        let inner = Context { progress: cx.progress.part("testing", from, spent), ..cx.clone() };
        let pace = Pace::new(model.scope(), backs.len(), panel.len());
        let mut walk = Walk::new(*model, Keep::Products);
        for (fold, &back) in backs.iter().enumerate() {
            walk.arrive(panel, back, horizon, &pace.arriving(fold, &inner)).await?;
            for places in parts(panel.len()) {
                let (first, inner) = (places.start, pace.part(fold, &places, &inner));
                let made = walk.part(panel, places, &inner).await?;
                for (index, series) in (first..).zip(&made) {
                    seen(Seen { model: model.name(), back, index, series });
                    breathe().await;
                }
            }
            walk.leave();
        }
        tested.push(Rc::new(walk.done()));
    }
    Ok(Backtest { horizon, backs, models: tested })
}

/// What came after an origin `back` periods before the end of series `index`, at most `horizon` periods.
pub fn actuals(panel: &Panel, index: usize, back: usize, horizon: usize) -> &[f64] {
    let values = panel.values(index);
    let first = values.len().saturating_sub(back);
    &values[first..(first + horizon).min(values.len())]
}

/// Scales of series `index` as known `back` periods before its end, which must be fewer than it has.
pub fn scales_before(panel: &Panel, index: usize, back: usize) -> Scales {
    let values = panel.values(index);
    let history = &values[..values.len() - back];
    let mut scales = Scales::of(history, panel.frequency().season_length());
    // A history shorter than a season has no seasonal scale; its first differences serve.
    if scales.absolute.is_nan() || scales.absolute <= 0.0 {
        scales.absolute = Scales::of(history, 1).absolute;
    }
    scales
}

/// What is kept of a test, beside the measures of the whole shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub enum Keep {
    /// Nothing.
    Shop,
    /// What was said of products' totals.
    Totals,
    /// That, and the measures of single products.
    Products,
}

/// Measures a method's forecasts origin by origin, the oldest first, and part by part.
pub struct Judge {
    made: ModelBacktest,
    keep: Keep,
    totals: Vec<Option<Said>>,
    products: Vec<Option<Metrics>>,
    pooled: Pooled,
}

impl Judge {
    /// For a method of that name.
    pub fn new(model: &str, keep: Keep) -> Self {
        let (totals, products, shop) = (Vec::new(), Vec::new(), Vec::new());
        let made = ModelBacktest { model: model.into(), totals, products, shop, reason: None };
        Self { made, keep, totals: Vec::new(), products: Vec::new(), pooled: Pooled::default() }
    }

    /// Takes what was said of series `index` `back` periods before the end. Series come in panel order.
    pub fn add(&mut self, panel: &Panel, back: usize, index: usize, said: &SeriesForecast) {
        let measured = (panel.values(index).len() > back).then(|| {
            let scales = scales_before(panel, index, back);
            measure(said, actuals(panel, index, back, said.mean.len()), scales)
        });
        let measured = measured.flatten();
        if self.keep >= Keep::Totals {
            self.totals.push(measured.map(|_| Said::of(said)));
        }
        if self.keep >= Keep::Products {
            self.products.push(measured.map(|one| one.metrics));
        }
        measured.iter().for_each(|one| self.pooled.add(one));
    }

    /// Nothing more comes of this origin.
    pub fn close(&mut self) {
        self.made.shop.push(std::mem::take(&mut self.pooled).metrics());
        if self.keep >= Keep::Totals {
            self.made.totals.push(std::mem::take(&mut self.totals));
        }
        if self.keep >= Keep::Products {
            self.made.products.push(std::mem::take(&mut self.products));
        }
    }

    /// All that was measured at the origins so far.
    pub fn so_far(&self) -> &ModelBacktest {
        &self.made
    }

    /// The same, for the last time.
    pub fn done(self) -> ModelBacktest {
        self.made
    }
}
