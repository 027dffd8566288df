//! How well a method would have done: metrics and rolling-origin backtests.

pub mod backtest;
pub mod diagnostics;
pub mod metrics;
pub mod reason;
