//! Sales forecasting that trains inside a browser tab.
//!
//! Bytes of an orders file become order lines ([`ingest`]), order lines become regular series ([`panel`]), series are
//! forecast by several methods ([`models`]; networks run on a [`device`] by [`kernels`] and [`nn`]), methods are
//! tested on the shop's own past ([`evaluate`]) and combined ([`select`]), products, categories and the whole shop are
//! made to add up ([`coherent`]), and the answer is drawn and exported ([`present`]). [`session`] is the whole way for
//! every front end.

pub mod error;
pub mod notes;
pub mod order;
pub mod calendar;
pub mod ingest;
pub mod sample;
pub mod panel;
pub mod features;
pub mod work;
pub use tillcast_kernels as kernels;
pub mod device;
pub mod context;
pub mod nn;
pub mod models;
pub mod evaluate;
pub mod select;
pub mod coherent;
pub mod present;
pub mod session;
#[cfg(not(target_arch = "wasm32"))]
pub mod cli;
#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod wasm;

pub use error::{Error, Result};
