//! Choosing and combining methods.

pub mod auto;
