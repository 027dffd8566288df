//! Methods of an automatic choice with the year of the product's group.
//!
//! Most local methods know no year, or need two years and more of a product that sells enough to show one. A choice learns
//! what methods are worth from the last origins; where these lie in quiet months, those without a year are worth the most,
//! and a peak that the shop has every year would be missed. Hence those that do not find the year themselves learn from a
//! past without that of their group, and put on what they say what earlier years made of the group's level, as far as that
//! came true before (see [`super::group`]). Asked for by its own name a method is as its papers have it.

use super::local::{Local, Method, fit};
use super::{Fitted, Forecaster, Scope};
use crate::context::Context;
use crate::error::Result;
use crate::panel::Panel;
use crate::work::LocalBoxFuture;

/// A local method that borrows the year of groups where it knows none.
#[derive(Debug, Clone, Copy)]
pub struct Borrowing(pub Method);

impl Borrowing {
    /// The simple rule stays what others are compared with.
    fn borrows(self) -> bool {
        self.0 != Method::SeasonalNaive
    }
}

impl Forecaster for Borrowing {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn scope(&self) -> Scope {
        Scope::Local
    }

    fn is_instant(&self) -> bool {
        Local(self.0).is_instant()
    }

    fn fit<'a>(
        &'a self,
        train: &'a Panel,
        horizon: usize,
        _cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        fit(self.0, self.borrows(), train, horizon)
    }

    fn local(&self) -> Option<Method> {
        Some(self.0)
    }
}
