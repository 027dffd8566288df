//! Why several methods were combined, or one was used alone: numbers, for sentences that others write.

use crate::panel::demand::Kind;

/// How one method did beside the combination.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rival {
    /// Its name.
    pub model: String,
    /// Its quantile loss over that of the combination, less 1: below 0 it was better.
    pub difference: f64,
    /// Standard error of the difference.
    pub error: f64,
}

/// Products of a kind of demand for which the choice fell otherwise than for the shop.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Overruled {
    /// Kind of demand up to the end of the past.
    pub kind: Kind,
    /// The method that is used alone; none for the combination.
    pub rival: Option<Rival>,
}

/// Why a choice among methods fell as it did.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// Methods that there were to combine.
    pub methods: usize,
    /// Past origins that they were compared on.
    pub origins: usize,
    /// The best single method there, over the whole shop; none where nothing could be compared.
    pub best: Option<Rival>,
    /// Whether it is used alone: it was better than the combination by more than two standard errors.
    pub alone: bool,
    /// Kinds of demand for which enough products spoke, and otherwise.
    pub overruled: Vec<Overruled>,
}
