//! One file per selling platform: how its export is told by its headers, what its columns mean, what is no demand.
//!
//! To add one: a file with a [`Preset`], a row in [`PRESETS`], and an ugly fixture under `tests/data`.

pub mod generic;
pub mod shopify;
pub mod uci;

use super::Role;

/// One line as a preset sees it.
pub struct Line<'a> {
    /// Product key as written.
    pub product: &'a [u8],
    /// Order number.
    pub order: &'a [u8],
    /// Status.
    pub status: &'a [u8],
    /// When it was cancelled.
    pub cancelled: &'a [u8],
    /// Units; `NaN` where blank.
    pub quantity: f64,
    /// Unit price; `NaN` where unknown.
    pub price: f64,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is demand.
    Use,
    /// It is demand, and its kind is worth a note by that code.
    UseAndNote(&'static str),
    /// It is left out for that reason.
    LeaveOut(&'static str),
}

/// How one platform's export is read.
pub struct Preset {
    /// Name shown as the source.
    pub name: &'static str,
    /// Headers that tell it, compared in lower case without punctuation; all must be there.
    pub marks: &'static [&'static str],
    /// Columns by role; where a header has several names, each on its own row.
    pub roles: &'static [(Role, &'static str)],
    /// Whether order-level fields stand only on the first line of an order.
    pub fills_forward: bool,
    /// Whether a line without units is one unit.
    pub one_per_line: bool,
    /// Whether product keys are compared in upper case.
    pub upper_case: bool,
    /// Decides on a line.
    pub judge: fn(&Line<'_>) -> Verdict,
}

/// All presets, the most particular first; the generic one fits any headers.
pub const PRESETS: &[&Preset] = &[&shopify::PRESET, &uci::PRESET, &uci::SECOND, &generic::PRESET];

/// The preset that these headers (as [`super::roles::plain`] writes them) tell.
pub fn by_headers(headers: &[String]) -> &'static Preset {
    PRESETS
        .iter()
        .find(|preset| preset.marks.iter().all(|mark| headers.iter().any(|header| header == mark)))
        .copied()
        .unwrap_or(&generic::PRESET)
}
