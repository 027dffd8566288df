//! How good the answer is, in the words of somebody who orders: about the total over the horizon.

use std::rc::Rc;

use crate::evaluate::backtest::{Backtest, ModelBacktest, Said};
use crate::evaluate::metrics::Metrics;
use crate::evaluate::reason::Reason;
use crate::panel::Panel;
use crate::select::whole::Held;

/// Misses of one product's totals.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductAccuracy {
    /// Sum of absolute misses of the totals over the sum of totals; `NaN` where nothing was sold in any test.
    pub total_miss: f64,
    /// The same for the simple rule.
    pub rule_total_miss: f64,
    /// In how many of the tests the simple rule's total lay nearer.
    pub rule_nearer: u32,
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
    /// In how many of the tests the simple rule's total of the whole shop lay nearer.
    pub rule_nearer: u32,
    /// Sum of absolute misses of products' totals over the sum of totals.
    pub product_miss: f64,
    /// The same for the simple rule.
    pub rule_product_miss: f64,
    /// How often a product's total lay in its 80 % range.
    pub held: u32,
    /// Out of how many tests.
    pub tested: u32,
    /// How often the whole shop's total lay in its own 80 % range.
    pub shop_held: u32,
    /// Out of how many tests: one an origin, where all that was sold is known.
    pub shop_tested: u32,
    /// Per product, in panel order; none where its past is too short.
    pub products: Vec<Option<ProductAccuracy>>,
    /// Why the method is what it is, where it is a choice among methods.
    pub reason: Option<Reason>,
    /// Per model tested.
    pub models: Vec<ModelAccuracy>,
}

/// What a model's test at fold `fold` said of the total of series `index`, and what came; none without history or actuals.
fn tested(panel: &Panel, backtest: &Backtest, model: &ModelBacktest, fold: usize, index: usize) -> Option<(Said, f64)> {
    let said = model.totals[fold][index]?;
    let values = panel.values(index);
    let first = values.len().checked_sub(backtest.backs[fold])?;
    let actual: f64 = values.get(first..first + backtest.horizon)?.iter().sum();
    // A span with a missing value has no total.
    actual.is_finite().then_some((said, actual))
}

/// Sums over products and folds of one model.
#[derive(Default)]
struct Pooled {
    miss: f64,
    actual: f64,
    shop_misses: Vec<f64>,
}

fn pool(panel: &Panel, backtest: &Backtest, model: &ModelBacktest) -> Pooled {
    let mut pooled = Pooled::default();
    for fold in 0..backtest.backs.len() {
        let (mut shop_actual, mut shop_forecast) = (0.0, 0.0);
        for index in 0..panel.len() {
            if let Some((said, actual)) = tested(panel, backtest, model, fold, index) {
                pooled.miss += (said.median - actual).abs();
                pooled.actual += actual;
                shop_actual += actual;
                shop_forecast += said.mean;
            }
        }
        if shop_actual > 0.0 {
            pooled.shop_misses.push((shop_forecast - shop_actual).abs() / shop_actual);
        }
    }
    pooled
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { f64::NAN }
}

/// Every tested model's measures of the whole shop, mean over the folds.
pub fn pooled(backtest: &Backtest) -> Vec<ModelAccuracy> {
    let pooled = |tested: &Rc<ModelBacktest>| ModelAccuracy {
        model: tested.model.clone(),
        metrics: Metrics::mean(&tested.shop),
    };
    backtest.models.iter().map(pooled).collect()
}

impl Accuracy {
    /// Reads off a backtest how well `model` did beside `rule`; none if either was not tested or nothing could be. `shop`
    /// is how the model's range of the whole shop's total did.
    pub fn of(panel: &Panel, backtest: &Backtest, model: &str, rule: &str, shop: Held) -> Option<Self> {
        let find = |name: &str| backtest.models.iter().find(|tested| tested.model == name);
        let (ours, theirs) = (find(model)?, find(rule)?);
        let (mine, simple) = (pool(panel, backtest, ours), pool(panel, backtest, theirs));
        if mine.shop_misses.is_empty() {
            return None;
        }
        let products: Vec<Option<ProductAccuracy>> = (0..panel.len())
            .map(|index| {
                let (mut miss, mut rule_miss, mut actual, mut rule_nearer, mut held, mut count) =
                    (0.0, 0.0, 0.0, 0, 0, 0);
                for fold in 0..backtest.backs.len() {
                    let of = |model: &ModelBacktest| tested(panel, backtest, model, fold, index);
                    let (Some((one, came)), Some((other, _))) = (of(ours), of(theirs)) else { continue };
                    miss += (one.median - came).abs();
                    rule_miss += (other.median - came).abs();
                    rule_nearer += u32::from((other.median - came).abs() < (one.median - came).abs());
                    actual += came;
                    held += u32::from(one.low <= came && came <= one.high);
                    count += 1;
                }
                (count > 0).then(|| ProductAccuracy {
                    total_miss: share(miss, actual),
                    rule_total_miss: share(rule_miss, actual),
                    rule_nearer,
                    held,
                    tested: count,
                })
            })
            .collect();
        let nearer = mine.shop_misses.iter().zip(&simple.shop_misses).filter(|(mine, simple)| simple < mine).count();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        Some(Self {
            horizon: backtest.horizon,
            folds: backtest.backs.len(),
            model: model.into(),
            rule: rule.into(),
            total_miss: mean(&mine.shop_misses),
            rule_total_miss: mean(&simple.shop_misses),
            rule_nearer: nearer as u32,
            product_miss: share(mine.miss, mine.actual),
            rule_product_miss: share(simple.miss, simple.actual),
            held: products.iter().flatten().map(|product| product.held).sum(),
            tested: products.iter().flatten().map(|product| product.tested).sum(),
            shop_held: shop.held,
            shop_tested: shop.tested,
            products,
            reason: ours.reason.clone(),
            models: pooled(backtest),
        })
    }
}
