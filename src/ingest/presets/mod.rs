//! One file per selling platform.
