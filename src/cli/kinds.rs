//! Kinds of lines that `--count` and `--leave-out` name: the known ones, as the options call them.

use crate::error::{Error, Result};
use crate::ingest::left_out::{KEPT, STATUS, countable, kept};
use crate::panel::quality::{FAR_DATES, STOCK_OUT};
use crate::session::odd::OUTLIER;

/// Findings that the shop may say shall not count; stock-outs of order lines and lists do not anyway.
const FINDINGS: [&str; 4] = ["repeated-line", OUTLIER, "gap", STOCK_OUT];

/// What shall count that is left out by default.
///
/// # Errors
/// Fails on a word that is none of them, with the list of them.
pub fn counted(said: &[String]) -> Result<Vec<String>> {
    let known: Vec<&str> = countable().chain([FAR_DATES, STOCK_OUT]).collect();
    said.iter().map(|word| one("--count", word, &known, |kind| kind)).collect()
}

/// What shall not count that does by default.
///
/// # Errors
/// As [`counted`].
pub fn left_out(said: &[String]) -> Result<Vec<String>> {
    let known: Vec<&str> = kept().chain(FINDINGS).collect();
    let of_status = |word: &str| word.trim().starts_with(STATUS).then(|| word.trim().to_owned());
    said.iter().map(|word| of_status(word).map_or_else(|| one("--leave-out", word, &known, short), Ok)).collect()
}

/// What the command calls a kind.
pub fn short(kind: &str) -> &str {
    kind.strip_suffix(KEPT).unwrap_or(kind)
}

fn one(flag: &str, word: &str, known: &[&str], name: fn(&str) -> &str) -> Result<String> {
    let wanted = word.trim();
    let found = known.iter().find(|kind| **kind == wanted || name(kind) == wanted);
    found.map(|kind| (*kind).to_owned()).ok_or_else(|| {
        let known: Vec<&str> = known.iter().map(|kind| name(kind)).collect();
        Error::usage("unknown-kind", format!("\"{word}\" after {flag} is no kind of lines"))
            .remedy(format!("{flag} knows {}", known.join(", ")))
    })
}
