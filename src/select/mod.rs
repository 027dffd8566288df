//! Choosing and combining methods.

pub mod auto;
mod combine;
mod compare;
mod whole;
