//! The automatic choice: the median of the quantiles of all admissible models, left only for what is clearly better.
