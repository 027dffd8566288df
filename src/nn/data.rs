//! What a network learns from, as a device holds it.

/// The resident panel. Layouts are those of [`crate::kernels::GATHER`].
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Data {
    /// Words per series.
    pub table: Vec<u32>,
    /// Per position: value and planned columns, missing values far below zero.
    pub panel: Vec<f32>,
    /// Per position: level, one over the spread, one over the unit of answers, two features of the level.
    pub scales: Vec<f32>,
    /// Calendar features, period by period.
    pub calendar: Vec<f32>,
    /// Series that training draws from.
    pub drawn: Vec<u32>,
    /// Windows kept aside to judge by: series, origin, end of what targets may see.
    pub judged: Vec<[u32; 3]>,
    /// Levels of the quantiles.
    pub levels: Vec<f32>,
}
