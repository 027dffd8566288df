//! Orders that somebody gives, by a method's name: `ar(2)`, `arima(1,1,1)`, `arima(1,1,1)(0,1,1)`.

use super::Orders;
use crate::context::Context;
use crate::error::Result;
use crate::models::local::{self, Method};
use crate::models::{Fitted, Forecaster, Scope};
use crate::panel::Panel;
use crate::work::LocalBoxFuture;

/// Most values and misses before.
pub const MOST: usize = 24;
/// Most of them by seasons.
pub const MOST_SEASONAL: usize = 3;
/// Most differences, and most of them by seasons.
pub const MOST_DIFFERENCES: (usize, usize) = (2, 1);

/// Orders without the season's length, which is that of the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// So many values before.
    Ar(usize),
    /// p, d and q, and the same by seasons.
    Arima([usize; 3], Option<[usize; 3]>),
}

impl Given {
    /// Reads a method's name; none where it is no such name, as [`Given::name`] writes it, or its
    /// orders are larger than the largest.
    pub fn parse(name: &str) -> Option<Self> {
        let (kind, rest) = name.split_once('(')?;
        let rest = rest.strip_suffix(')')?;
        let numbers = |text: &str| -> Option<Vec<usize>> { text.split(',').map(|part| part.parse().ok()).collect() };
        let three = |text: &str| -> Option<[usize; 3]> { numbers(text)?.try_into().ok() };
        let made = match (kind, rest.split_once(")(")) {
            ("ar", None) => Self::Ar(rest.parse().ok()?),
            ("arima", Some((own, seasonal))) => Self::Arima(three(own)?, Some(three(seasonal)?)),
            ("arima", None) => Self::Arima(three(rest)?, None),
            _ => return None,
        };
        (made.is_small() && made.name() == name).then_some(made)
    }

    fn is_small(self) -> bool {
        match self {
            Self::Ar(p) => p <= MOST,
            Self::Arima([p, d, q], seasonal) => {
                let [sp, sd, sq] = seasonal.unwrap_or_default();
                p.max(q) <= MOST && sp.max(sq) <= MOST_SEASONAL && d <= MOST_DIFFERENCES.0 && sd <= MOST_DIFFERENCES.1
            }
        }
    }

    /// As it is written.
    pub fn name(self) -> String {
        match self {
            Self::Ar(p) => format!("ar({p})"),
            Self::Arima([p, d, q], None) => format!("arima({p},{d},{q})"),
            Self::Arima([p, d, q], Some([sp, sd, sq])) => format!("arima({p},{d},{q})({sp},{sd},{sq})"),
        }
    }

    /// The orders for seasons of a length. There is a mean where nothing is differenced, as in R's `arima`.
    pub fn orders(self, season: usize) -> Orders {
        let (own, seasonal) = match self {
            Self::Ar(p) => ([p, 0, 0], None),
            Self::Arima(own, seasonal) => (own, seasonal),
        };
        let ([p, d, q], [sp, sd, sq]) = (own, seasonal.unwrap_or_default());
        // Without a part by seasons there is no season either.
        let season = if seasonal.is_some() { season } else { 1 };
        Orders { p, d, q, seasonal: (sp, sd, sq), season, constant: d + sd == 0 }
    }
}

/// A model of given orders as a [`Forecaster`].
pub struct GivenOrders {
    method: Method,
    name: String,
}

impl GivenOrders {
    /// Of a method's name; none where [`Given::parse`] finds no orders in it.
    pub fn of(name: &str) -> Option<Self> {
        let given = Given::parse(name)?;
        Some(Self { method: Method::Arima(super::Choice::Given(given)), name: given.name() })
    }
}

impl Forecaster for GivenOrders {
    fn name(&self) -> &str {
        &self.name
    }

    fn scope(&self) -> Scope {
        Scope::Local
    }

    fn fit<'a>(
        &'a self,
        train: &'a Panel,
        horizon: usize,
        _cx: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Box<dyn Fitted>>> {
        local::fit(self.method, false, train, horizon)
    }

    fn local(&self) -> Option<Method> {
        Some(self.method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_as_they_are_written() {
        for name in ["ar(2)", "ar(0)", "arima(1,1,1)", "arima(2,0,3)(1,1,0)"] {
            assert_eq!(Given::parse(name).map(Given::name).as_deref(), Some(name));
        }
        let no = [
            "ar",
            "ar()",
            "ar(-1)",
            "ar(25)",
            "ar(02)",
            "ar(+2)",
            "arima(1, 1, 1)",
            "arima(1,1)",
            "arima(1,3,1)",
            "arima(1,1,1)(0,1,1)(1,1,1)",
            "ets(1)",
        ];
        assert_eq!(no.map(Given::parse), [None; 11]);
        let seasonal = Given::Arima([1, 0, 0], Some([0, 0, 1])).orders(7);
        assert_eq!((seasonal.season, seasonal.constant), (7, true));
        assert_eq!(Given::Arima([1, 1, 0], None).orders(7).season, 1);
    }
}
