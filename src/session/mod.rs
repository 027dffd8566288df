//! The whole way from bytes to answers, in plain Rust: what every front end drives.
//!
//! [`Shop::open`] takes what [`crate::ingest::Reader`] read, [`forecast::run`] answers, [`figures`] draws. The tables
//! of jobs and models are assembled in [`tables`], so that nothing above knows them all.

pub mod accuracy;
pub mod diagnostics;
mod categories;
pub mod coherent;
pub mod example;
pub mod figures;
pub mod forecast;
pub mod known;
pub mod left_out;
pub(crate) mod odd;
pub mod shop;
mod single;
pub mod tables;

pub use accuracy::Accuracy;
pub use forecast::{ForecastOptions, Run};
pub use shop::{Shop, ShopSummary};
