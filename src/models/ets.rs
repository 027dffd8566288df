//! ets.
