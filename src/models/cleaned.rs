//! A method that learns from a cleaned panel: cleaned as it is known at each origin, so that nothing later is seen.

use std::ops::Range;

use super::local::Method;
use super::{Fitted, Forecaster, Scope, SeriesForecast};
use crate::context::Context;
use crate::error::Result;
use crate::panel::clean::{CleanOptions, clean};
use crate::panel::{KnownAhead, Panel};
use crate::work::LocalBoxFuture;

/// A method and how to clean what it learns from.
pub struct Cleaned {
    /// The method.
    pub inner: Box<dyn Forecaster>,
    /// How to clean.
    pub options: CleanOptions,
}

impl Forecaster for Cleaned {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn scope(&self) -> Scope {
        self.inner.scope()
    }

    fn is_instant(&self) -> bool {
        self.inner.is_instant()
    }

    fn fit<'a>(
        &'a self,
        train: &'a Panel,
        horizon: usize,
        cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        Box::pin(async move {
            let (train, _) = clean(train, &self.options)?;
            let inner = self.inner.fit(&train, horizon, cx).await?;
            Ok(Box::new(CleanedFit { inner, options: self.options }) as Box<dyn Fitted>)
        })
    }

    fn local(&self) -> Option<Method> {
        self.inner.local()
    }

    fn continued(&self, state: Vec<u8>) -> Option<Box<dyn Forecaster>> {
        let inner = self.inner.continued(state)?;
        Some(Box::new(Cleaned { inner, options: self.options }))
    }
}

/// A method that has learned from a cleaned panel.
struct CleanedFit {
    inner: Box<dyn Fitted>,
    options: CleanOptions,
}

impl Fitted for CleanedFit {
    fn panel(&self) -> &Panel {
        self.inner.panel()
    }

    fn predict_part<'a>(
        &'a self,
        places: Range<usize>,
        horizon: usize,
        known: &'a KnownAhead,
        cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Vec<SeriesForecast>>> {
        self.inner.predict_part(places, horizon, known, cx)
    }

    fn update<'a>(&'a self, panel: &'a Panel, cx: &'a Context) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        Box::pin(async move {
            let (panel, _) = clean(panel, &self.options)?;
            let inner = self.inner.update(&panel, cx).await?;
            Ok(Box::new(CleanedFit { inner, options: self.options }) as Box<dyn Fitted>)
        })
    }

    fn state(&self) -> Result<Vec<u8>> {
        self.inner.state()
    }
}
