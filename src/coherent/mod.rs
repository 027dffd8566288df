//! Forecasts of products, categories, stores and the whole shop that add up.
//!
//! [`nodes`] finds what adds up to what. Forecasts made of each by itself do not; they are brought together by adding up
//! from below, by sharing out from above ([`top_down`]) or by the least change that their past errors justify
//! ([`trace`], [`covariance`]). Ranges come of joint sample paths of the products ([`ensemble`]), so that they belong
//! together as well.

pub mod covariance;
pub mod ensemble;
pub mod nodes;
pub mod top_down;
pub mod trace;

pub use nodes::{Level, Node, Nodes};

/// How forecasts are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconcile {
    /// Sums of the products' own. Never wrong about a product; groups may be forecast better by themselves.
    BottomUp,
    /// The shop's own, shared out as the forecasts below are in proportion. Wrong where products say more than the shop.
    TopDown,
    /// The least change of all, weighted by how they erred and erred together on the past.
    Trace,
}

impl Reconcile {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Reconcile::BottomUp => "bottom-up",
            Reconcile::TopDown => "top-down",
            Reconcile::Trace => "mint",
        }
    }
}
