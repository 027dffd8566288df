//! recurrent.
