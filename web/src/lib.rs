//! What the browser loads: the bindings of the crate, and nothing else.
//!
//! A crate of its own for the sake of link-time optimisation, which runs at the level of the crate that it makes a
//! module of: for speed here, so that kernels keep their vector code, while everything else comes marked for size.

#[cfg(target_arch = "wasm32")]
pub use tillcast::wasm;
