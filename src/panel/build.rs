//! Order lines to a panel: dense calendar, gaps filled, partial first and last periods recognised.

use super::Panel;
use crate::calendar::Frequency;
use crate::error::Result;
use crate::ingest::Orders;
use crate::notes::Note;

/// Where series end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ends {
    /// `Own` for a series file, `File` for order lines.
    #[default]
    Auto,
    /// All series end at the file's cut-off; days without a line are zero.
    File,
    /// Each series ends at its own last row; blanks are missing.
    Own,
}

/// How to build a panel.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BuildOptions {
    /// Spacing; the file's own, else day.
    pub frequency: Option<Frequency>,
    /// Where series end.
    pub ends: Ends,
    /// One series per product and store instead of per product.
    pub by_store: bool,
    /// First day to use, as days since 1970.
    pub from: Option<i32>,
    /// Last day to use, as days since 1970.
    pub to: Option<i32>,
    /// Names of extra columns that are planned ahead.
    pub known: Vec<String>,
}

/// A panel and what was decided on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The series.
    pub panel: Panel,
    /// `File` or `Own`.
    pub ends: Ends,
    /// Spacing of the file's own rows, where it is a series file.
    pub spacing: Option<Frequency>,
    /// Revenue per series over its whole length (0 where prices are unknown).
    pub revenue: Vec<f64>,
    /// Partial periods left out, gaps filled, returns clipped …
    pub notes: Vec<Note>,
}

/// Builds the panel of an orders file.
///
/// # Errors
/// Fails if no line is left.
pub fn build(orders: &Orders, options: &BuildOptions) -> Result<Built> {
    let _ = orders;
    Ok(Built {
        panel: Panel::new(options.frequency.unwrap_or(Frequency::Day), Vec::new())?,
        ends: Ends::File,
        spacing: None,
        revenue: Vec::new(),
        notes: Vec::new(),
    })
}
