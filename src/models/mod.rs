//! Forecasting methods behind one trait.
//!
//! To add a model: one file here, one row in `session`'s registry, one golden file under `tests/golden`.

pub mod arima;
pub mod baseline;
pub mod borrowing;
pub mod ces;
pub mod cleaned;
pub mod closed;
mod closures;
pub mod counts;
pub mod effects;
pub mod ets;
pub mod forecast;
mod gamma;
pub mod group;
pub mod intermittent;
pub mod joint;
pub(crate) mod linear;
pub mod local;
pub mod mstl;
pub mod optimise;
pub mod orders;
pub mod packed;
pub mod pieces;
pub mod paths;
pub mod pooled;
pub mod recurrent;
pub mod seasonal;
pub mod short;
pub mod simple;
pub mod spans;
pub mod squares;
pub mod summary;
pub mod sums;
pub mod theta;
pub mod year;

pub use forecast::{Forecast, LEVELS, SeriesForecast};
pub use summary::FitSummary;

use std::ops::Range;

use crate::context::Context;
use crate::error::Result;
use crate::panel::{KnownAhead, Panel};
use crate::work::LocalBoxFuture;

/// Whether a method learns each series by itself or one set of parameters from all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Each series by itself: refitting at another origin is cheap.
    Local,
    /// One model over all series: at later origins it is updated, not trained again.
    Global,
}

/// A method that can be trained. Configuration only; training returns a new value.
pub trait Forecaster {
    /// Name as the command writes it, lower case with dashes.
    fn name(&self) -> &str;

    /// Local or global.
    fn scope(&self) -> Scope;

    /// Whether thousands of series are answered within a second or two, so that these answers can be shown before
    /// those of other methods.
    fn is_instant(&self) -> bool {
        false
    }

    /// Trains on a panel. `horizon` is the longest one that will be asked for. Series that the method cannot model
    /// are not an error: their forecast names the fallback that made it.
    fn fit<'a>(
        &'a self,
        train: &'a Panel,
        horizon: usize,
        cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>>;

    /// The rule by which it learns each series by itself; none of global methods.
    fn local(&self) -> Option<local::Method> {
        None
    }

    /// The same method with a short training that begins with what was learned before (a [`Fitted::state`]); none
    /// for methods that learn afresh anyway.
    fn continued(&self, _state: Vec<u8>) -> Option<Box<dyn Forecaster>> {
        None
    }
}

/// Series that are forecast in one go: what all of a large shop needs at once would fill a browser tab.
pub const PART_SERIES: usize = 1024;

/// Places of a panel's series, part by part.
pub fn parts(series: usize) -> impl Iterator<Item = Range<usize>> {
    (0..series).step_by(PART_SERIES).map(move |first| first..series.min(first + PART_SERIES))
}

/// A trained method.
pub trait Fitted {
    /// The panel it was fitted on, or last updated to.
    fn panel(&self) -> &Panel;

    /// Mean and quantiles for the series at `places` of its panel, in that order, never negative or decreasing over
    /// levels, with the name of the method really used for each. The answer for a series does not depend on which
    /// others are asked for, if places begin at multiples of [`PART_SERIES`].
    fn predict_part<'a>(
        &'a self,
        places: Range<usize>,
        horizon: usize,
        known: &'a KnownAhead,
        cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Vec<SeriesForecast>>>;

    /// The same parameters on another panel (later or earlier data of the same kind), without training: states and
    /// windows move on. Local methods refit.
    fn update<'a>(&'a self, panel: &'a Panel, cx: &'a Context) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>>;

    /// Serialised state: crosses workers, is saved, resumed, fine-tuned.
    fn state(&self) -> Result<Vec<u8>>;
}

impl dyn Fitted + '_ {
    /// Forecasts of every series of its panel.
    ///
    /// # Errors
    /// Whatever the method fails with; cancellation.
    pub async fn predict(&self, horizon: usize, known: &KnownAhead, cx: &Context) -> Result<Forecast> {
        let mut series = Vec::with_capacity(self.panel().len());
        for places in parts(self.panel().len()) {
            series.extend(self.predict_part(places, horizon, known, cx).await?);
        }
        Ok(Forecast { frequency: self.panel().frequency(), horizon, series })
    }
}
