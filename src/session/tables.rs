//! The tables: every job and every model the crate knows.

#[cfg(not(target_arch = "wasm32"))]
use super::diagnostics;
use crate::calendar::Frequency;
use crate::error::{Error, Result};
use crate::models::arima::Choice;
use crate::models::arima::given::GivenOrders;
use crate::models::local::{self, Local, Method};
use crate::models::recurrent::{self, Lstm};
use crate::models::{Forecaster, Scope, counts, ets, group, intermittent, mstl, orders, pooled, simple, theta, year};
use crate::work::{Cancel, Job, Progress, RunJob};

/// One model the command and the page can be asked for.
#[derive(Clone, Copy)]
pub struct ModelRow {
    /// Name as the command writes it.
    pub name: &'static str,
    /// Local or global.
    pub scope: Scope,
    /// What it is, in one English sentence.
    pub about: &'static str,
    /// Spacings at which the automatic choice considers it.
    pub in_auto: &'static [Frequency],
    /// Makes the default configuration.
    pub make: fn() -> Box<dyn Forecaster>,
}

/// Every spacing.
const ALL: [Frequency; 4] = [Frequency::Hour, Frequency::Day, Frequency::Week, Frequency::Month];

/// All models, simplest first.
pub const MODELS: &[ModelRow] = &[
    ModelRow {
        name: "seasonal-naive",
        scope: Scope::Local,
        about: "repeats the last week (day of hours, year of months): the rule to beat",
        in_auto: &ALL,
        make: || Box::new(Local(Method::SeasonalNaive)),
    },
    ModelRow {
        name: "moving-average",
        scope: Scope::Local,
        about: "quantiles of the last values, over the window that did best on the product's own past",
        in_auto: &ALL,
        make: || Box::new(Local(Method::MovingAverage)),
    },
    ModelRow {
        name: year::NAME,
        scope: Scope::Local,
        about: "the same weeks of earlier years at the level of the last ones",
        // Of hours and months another member answers for it.
        in_auto: &[Frequency::Day, Frequency::Week],
        make: || Box::new(Local(Method::YearOverYear)),
    },
    ModelRow {
        name: group::NAME,
        scope: Scope::Local,
        about: "earlier years of the product's category or of the whole shop, at the product's own level",
        in_auto: &ALL,
        make: || Box::new(Local(Method::GroupSeasonal)),
    },
    ModelRow {
        name: "ets",
        scope: Scope::Local,
        about: "exponential smoothing; error, trend, damping and season chosen by AICc",
        in_auto: &ALL,
        make: || Box::new(Local(Method::Ets)),
    },
    ModelRow {
        name: "naive",
        scope: Scope::Local,
        about: "repeats the last value",
        in_auto: &[],
        make: || Box::new(Local(Method::Simple(simple::Rule::Naive))),
    },
    ModelRow {
        name: "drift",
        scope: Scope::Local,
        about: "goes on from the last value by the mean change of the past",
        in_auto: &[],
        make: || Box::new(Local(Method::Simple(simple::Rule::Drift))),
    },
    ModelRow {
        name: "weighted-moving-average",
        scope: Scope::Local,
        about: "mean of the last values, the latest counting most",
        in_auto: &[],
        make: || Box::new(Local(Method::Simple(simple::Rule::WeightedMovingAverage))),
    },
    ModelRow {
        name: "ses",
        scope: Scope::Local,
        about: "simple exponential smoothing: a level, neither trend nor season",
        in_auto: &[],
        make: || Box::new(Local(Method::Smoothing(ets::Named::Ses))),
    },
    ModelRow {
        name: "holt",
        scope: Scope::Local,
        about: "exponential smoothing of level and trend",
        in_auto: &[],
        make: || Box::new(Local(Method::Smoothing(ets::Named::Holt))),
    },
    ModelRow {
        name: "holt-winters",
        scope: Scope::Local,
        about: "exponential smoothing of level, trend and season",
        in_auto: &[],
        make: || Box::new(Local(Method::Smoothing(ets::Named::HoltWinters))),
    },
    ModelRow {
        name: "theta",
        scope: Scope::Local,
        about: "a smoothed level and half of the line through the past, the season apart",
        in_auto: &[],
        make: || Box::new(Local(Method::Theta(theta::Kind::Standard))),
    },
    ModelRow {
        name: "optimised-theta",
        scope: Scope::Local,
        about: "the same, with as much of the line as fits the past best",
        in_auto: &[],
        make: || Box::new(Local(Method::Theta(theta::Kind::Optimised))),
    },
    ModelRow {
        name: "dynamic-optimised-theta",
        scope: Scope::Local,
        about: "the same, with the line of the values so far at each step",
        // The same with the group's year, where there is one, takes its place.
        in_auto: &[],
        make: || Box::new(Local(Method::Theta(theta::Kind::Dynamic))),
    },
    ModelRow {
        name: "ces",
        scope: Scope::Local,
        about: "complex exponential smoothing; no, simple, partial or full season by AICc",
        // As slow as all others together on long series, and no better there than they are.
        in_auto: &[Frequency::Hour, Frequency::Month],
        make: || Box::new(Local(Method::Ces)),
    },
    ModelRow {
        name: mstl::NAME,
        scope: Scope::Local,
        about: "several seasons (week and year, day and week) taken apart by local regression, the rest smoothed",
        // On validation data far better than all others by the hour, and a little for the mix by the day.
        in_auto: &[Frequency::Hour, Frequency::Day],
        make: || Box::new(Local(Method::Mstl)),
    },
    ModelRow {
        name: "arima",
        scope: Scope::Local,
        about: "differences explained by the values and misses before; orders by stepwise search on AICc, or given as in arima(1,1,1)(0,1,1)",
        in_auto: &[],
        make: || Box::new(Local(Method::Arima(Choice::Stepwise))),
    },
    ModelRow {
        name: "arimax",
        scope: Scope::Local,
        about: "the same beside a regression of each product by itself on columns known ahead, which add instead of multiplying",
        in_auto: &[],
        make: || Box::new(Local(Method::Arima(Choice::Regression))),
    },
    ModelRow {
        name: "ar",
        scope: Scope::Local,
        about: "the next value explained by the last ones, as many as AICc wants; ar(2) by two of them",
        in_auto: &[],
        make: || Box::new(Local(Method::Arima(Choice::Autoregressive))),
    },
    ModelRow {
        name: "window",
        scope: Scope::Local,
        about: "quantiles of all past values, the latest counting most: hard to beat on rare and erratic goods",
        in_auto: &ALL,
        make: || Box::new(Local(Method::Window)),
    },
    ModelRow {
        name: "croston",
        scope: Scope::Local,
        about: "rarely sold goods: sizes of sales and gaps between them, smoothed apart",
        in_auto: &[],
        make: || Box::new(Local(Method::Intermittent(intermittent::Rule::Croston))),
    },
    ModelRow {
        name: "croston-optimised",
        scope: Scope::Local,
        about: "the same, smoothed as fits the product's own past best",
        in_auto: &[],
        make: || Box::new(Local(Method::Intermittent(intermittent::Rule::CrostonOptimised))),
    },
    ModelRow {
        name: "sba",
        scope: Scope::Local,
        about: "Croston's method without its lean upwards (Syntetos and Boylan)",
        in_auto: &[],
        make: || Box::new(Local(Method::Intermittent(intermittent::Rule::Sba))),
    },
    ModelRow {
        name: "tsb",
        scope: Scope::Local,
        about: "rarely sold goods that may fade out: sizes of sales and the chance of one (Teunter, Syntetos and Babai)",
        // Of days it changes nothing.
        in_auto: &[Frequency::Week, Frequency::Month],
        make: || Box::new(Local(Method::Intermittent(intermittent::Rule::Tsb))),
    },
    ModelRow {
        name: "adida",
        scope: Scope::Local,
        about: "rarely sold goods: sums over spans as long as the usual gap",
        in_auto: &[],
        make: || Box::new(Local(Method::Intermittent(intermittent::Rule::Adida))),
    },
    ModelRow {
        name: "imapa",
        scope: Scope::Local,
        about: "the same over spans of every length up to it",
        // Of days it changes nothing.
        in_auto: &[Frequency::Week, Frequency::Month],
        make: || Box::new(Local(Method::Intermittent(intermittent::Rule::Imapa))),
    },
    ModelRow {
        name: "poisson",
        scope: Scope::Local,
        about: "counts as likely as Poisson's, about a mean that follows what is sold",
        in_auto: &[],
        make: || Box::new(Local(Method::Count(counts::Kind::Poisson))),
    },
    ModelRow {
        name: "negative-binomial",
        scope: Scope::Local,
        about: "the same, varying more: counts of goods that sell now and then",
        // A little better on validation data by the month, no better by days and weeks.
        in_auto: &[Frequency::Month],
        make: || Box::new(Local(Method::Count(counts::Kind::NegativeBinomial))),
    },
    ModelRow {
        name: "hurdle",
        scope: Scope::Local,
        about: "no sale, or at least one: the chance of a sale and its size follow the past apart",
        // A little better on validation data by the month, no better by days and weeks.
        in_auto: &[Frequency::Month],
        make: || Box::new(Local(Method::Count(counts::Kind::Hurdle))),
    },
    ModelRow {
        name: orders::NAME,
        scope: Scope::Local,
        about: "how many orders come, times their sizes: goods that sell in packs, or in bulk now and then",
        // Most files that it was compared on have sums by days, and no orders.
        in_auto: &[],
        make: || Box::new(Local(Method::Orders)),
    },
    ModelRow {
        name: pooled::NAME,
        scope: Scope::Local,
        about: "counts from a product's past and from what became of all products' pasts: goods that sell now and then",
        // Little better by days and weeks, where it would not know the year that young products are lent.
        in_auto: &[Frequency::Month],
        make: || Box::new(Local(Method::Pooled)),
    },
    ModelRow {
        name: "lstm",
        scope: Scope::Global,
        about: "one recurrent network trained on all products",
        in_auto: &ALL,
        make: || Box::new(Lstm::default()),
    },
];

/// What the automatic choice is, in one English sentence.
pub const AUTO_ABOUT: &str = "several methods combined, each counting as much as it did well on the shop's own past";

/// What the automatic choice among statistical methods is.
pub const STATISTICAL_ABOUT: &str = "the same without networks: quicker, and a little less accurate";

/// Automatic choices: names and descriptions.
const CHOICES: [(&str, &str); 2] =
    [(super::forecast::STATISTICAL, STATISTICAL_ABOUT), (super::forecast::AUTO, AUTO_ABOUT)];

/// Names of all models, the automatic choices last.
pub fn names() -> Vec<String> {
    listed().map(|(name, _)| name.to_owned()).collect()
}

/// Names and descriptions of all models, the automatic choices last.
pub fn listed() -> impl Iterator<Item = (&'static str, &'static str)> {
    MODELS.iter().map(|row| (row.name, row.about)).chain(CHOICES)
}

/// The model of that name in its default configuration.
///
/// # Errors
/// Fails on an unknown name, with the known ones.
pub fn model(name: &str) -> Result<Box<dyn Forecaster>> {
    if let Some(given) = GivenOrders::of(name) {
        return Ok(Box::new(given));
    }
    MODELS.iter().find(|row| row.name == name).map(|row| (row.make)()).ok_or_else(|| {
        let known: Vec<&str> = listed().map(|(name, _)| name).collect();
        Error::usage("unknown-model", format!("\"{name}\" is no model"))
            .remedy(format!("use one of {}, or orders as in ar(2) and arima(1,1,1)(0,1,1)", known.join(", ")))
            .arg("name", name)
    })
}

/// In the browser a module of its own tells of fits.
#[cfg(not(target_arch = "wasm32"))]
const JOBS: &[&[(&str, RunJob)]] = &[local::JOBS, recurrent::JOBS, diagnostics::JOBS];
#[cfg(target_arch = "wasm32")]
const JOBS: &[&[(&str, RunJob)]] = &[local::JOBS, recurrent::JOBS];

/// Runs a job by its row in the table of jobs.
///
/// # Errors
/// Whatever the job fails with; `Internal` for an unknown kind.
pub fn run_job(job: &Job, progress: &Progress, cancel: &Cancel) -> Result<Vec<u8>> {
    let row = JOBS.iter().flat_map(|table| table.iter()).find(|(kind, _)| *kind == job.kind);
    let (_, run) = row.ok_or_else(|| Error::internal(format!("no job is called \"{}\"", job.kind)))?;
    run(job, progress, cancel)
}
