//! Choosing and combining methods.

pub mod auto;
mod calibrate;
mod combine;
pub mod groups;
mod lean;
mod misses;
pub mod round;
mod trial;
pub mod weights;
pub mod whole;
