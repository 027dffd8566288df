//! The whole way from bytes to answers, in plain Rust: what every front end drives. The tables of jobs and models are
//! assembled here.
