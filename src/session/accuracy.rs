//! How good the answer is, in the words of somebody who orders: about the total over the horizon.

use crate::evaluate::metrics::Metrics;

/// Misses of one product's totals.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductAccuracy {
    /// Sum of absolute misses of the totals over the sum of totals.
    pub total_miss: f64,
    /// The same for the simple rule.
    pub rule_total_miss: f64,
    /// How often the total lay in its 80 % range.
    pub held: u32,
    /// Out of how many tests.
    pub tested: u32,
}

/// One model's pooled measures.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ModelAccuracy {
    /// Model name.
    pub model: String,
    /// Mean over the folds of the whole shop's measures.
    pub metrics: Metrics,
}

/// How well the same method would have done on the shop's own past.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Accuracy {
    /// Steps of each test.
    pub horizon: usize,
    /// Number of tests.
    pub folds: usize,
    /// The method tested.
    pub model: String,
    /// The simple rule it is compared with.
    pub rule: String,
    /// Mean absolute miss of the whole shop's total over the actual total.
    pub total_miss: f64,
    /// The same for the simple rule.
    pub rule_total_miss: f64,
    /// Sum of absolute misses of products' totals over the sum of totals.
    pub product_miss: f64,
    /// The same for the simple rule.
    pub rule_product_miss: f64,
    /// How often a product's total lay in its 80 % range.
    pub held: u32,
    /// Out of how many tests.
    pub tested: u32,
    /// Per product, in panel order; none where its past is too short.
    pub products: Vec<Option<ProductAccuracy>>,
    /// Per model tested.
    pub models: Vec<ModelAccuracy>,
}
