//! Choosing and combining methods.

pub mod auto;
mod calibrate;
mod combine;
mod lean;
mod misses;
pub mod round;
mod trial;
pub mod weights;
pub mod whole;
