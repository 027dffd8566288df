//! Public holidays and shopping festivals.
