//! The start screen's living example: one product of the sample shop, really forecast.

use super::figures::{self, FigureKind};
use super::forecast::{self, DEFAULT_LEVELS, ForecastOptions, Run};
use super::shop::Shop;
use crate::calendar::Frequency;
use crate::context::Context;
use crate::error::Result;
use crate::panel::KnownAhead;
use crate::panel::clean::CleanOptions;

/// Weeks ahead.
const HORIZON_WEEKS: usize = 13;

/// A quick method that draws a season and a trend.
const MODEL: &str = "ets";

/// Forecasts the sample shop's best seller by week. The answer does not depend on the look, so keep it.
///
/// # Errors
/// Fails when cancelled, or if the sample cannot be read.
pub async fn run(cx: &Context) -> Result<Run> {
    let mut shop = Shop::sample()?;
    shop.regroup(Frequency::Week)?;
    let panel = &shop.built.panel;
    let units = |index: &usize| panel.values(*index).iter().filter(|value| value.is_finite()).sum::<f64>();
    let best = (0..panel.len()).max_by(|a, b| units(a).total_cmp(&units(b))).unwrap_or_default();
    shop.built.panel = panel.select(&[best]);
    let options = ForecastOptions {
        horizon: HORIZON_WEEKS,
        model: MODEL.into(),
        levels: DEFAULT_LEVELS.into(),
        folds: 1,
        clean: CleanOptions::default(),
        errors: false,
    };
    forecast::run(&shop, &options, &KnownAhead::default(), cx, &|_| ()).await
}

/// Draws the example.
///
/// # Errors
/// Fails only if the drawing library does.
pub fn draw(run: &Run, look: crate::present::Look) -> Result<crate::present::Figure> {
    figures::draw(run, FigureKind::Fan, figures::Subject::Product(0), look)
}
