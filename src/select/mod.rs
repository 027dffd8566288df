//! Choosing and combining methods.

pub mod auto;
mod calibrate;
mod combine;
mod ended;
pub mod groups;
mod kept;
mod lean;
mod lessons;
mod misses;
pub mod round;
mod trial;
mod untested;
mod voices;
mod week;
pub mod weights;
pub mod whole;
