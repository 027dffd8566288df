//! Choosing and combining methods.

pub mod auto;
mod calibrate;
mod combine;
mod round;
pub mod weights;
pub mod whole;
