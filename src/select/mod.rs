//! Choosing and combining methods.

pub mod auto;
mod calibrate;
mod combine;
pub mod groups;
mod kept;
mod lean;
mod lessons;
mod misses;
pub mod round;
mod trial;
mod voices;
pub mod weights;
pub mod whole;
