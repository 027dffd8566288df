//! Choosing and combining methods.

pub mod auto;
mod combine;
mod compare;
mod round;
pub mod whole;
