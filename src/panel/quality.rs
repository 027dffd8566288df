//! What looks odd in a shop's data: lines that appear twice, slips of the pen, days and products that fell silent, units
//! that changed. By default nothing is changed for it; each finding says what was done, and what the shop may say instead.

mod bulk;
mod days;
mod lines;
mod stock;

use super::shape::{DAY_MINUTES, believable_days};
use crate::calendar::Frequency;
use crate::ingest::Orders;
use crate::notes::Severity;
use crate::panel::{Panel, Unknown};

pub use days::{Silence, SoldOn, gaps, may_run_out, stock_outs, without};
pub use stock::{ON_HAND, counted_out, may_be_out, with_on_hand};

/// Code of lines dated years away from nearly all others.
pub const FAR_DATES: &str = "dates-far-off";

/// Code of days on which a product seems to have run out.
pub const STOCK_OUT: &str = "stock-out";

/// Code of days on which a product was out of stock by the shop's own count: [`STOCK_OUT`] switches them too.
pub const COUNTED_OUT: &str = "counted-out";

/// Code of single orders far larger than a product is usually ordered in.
pub const BULK_ORDER: &str = "bulk-order";

/// Examples that a finding names.
const EXAMPLES: usize = 5;

/// What was done about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// They count as they stand.
    Counted,
    /// They are left out.
    LeftOut,
    /// Nothing was sold then.
    Zero,
    /// What was sold then is taken as unknown.
    Missing,
    /// They count with the usual quantity.
    Usual,
}

/// A place where it was met.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// Key of the product; none where it is about the whole shop.
    pub product: Option<String>,
    /// Its day, or the first of several; ISO 8601.
    pub from: String,
    /// The last day of several.
    pub until: Option<String>,
    /// What stands there: units, or the unit price where units may be mixed.
    pub value: Option<f64>,
    /// What usually does.
    pub usual: Option<f64>,
}

/// Something that looks odd.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// `dates-far-off`, `repeated-line`, `quantity-outlier`, `bulk-order`, `mixed-unit`, `gap`, `counted-out` or `stock-out`.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// How many: lines dated years away from nearly all others, lines that repeat another or hold far too much, single bulk orders, products with mixed units, days without any sale,
    /// times that a product was out of stock or seems to have run out.
    pub count: u64,
    /// Of times without stock, how many days they have in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u64>,
    /// What was done.
    pub done: Done,
    /// Whether the shop may say otherwise: the code in [`crate::ingest::ReadOptions::uncounted`] leaves such lines out,
    /// counts bulk orders as orders of the usual size, and takes such days as unknown; `dates-far-off` and `stock-out` (for `counted-out` too) in `counted` let them count.
    /// Zeros of a series file stand as they were written, unless `stock-out` is in `uncounted`.
    pub optional: bool,
    /// The first few.
    pub examples: Vec<Example>,
    /// One English sentence.
    pub text: String,
}

/// What is odd about the lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OddLines {
    /// Lines that repeat another in all that was read of them.
    pub repeated: Vec<u32>,
    /// Lines of far more than the product's usual quantity, with that.
    pub outliers: Vec<(u32, f64)>,
    /// Single orders of far more than the product is usually ordered in, which do not come again, with the usual size.
    pub bulk: Vec<(u32, f64)>,
    /// A line of each product that has two unit prices some pack's size apart, with its usual price.
    pub mixed: Vec<(u32, f64)>,
}

impl OddLines {
    /// Looks at all lines. `is_ordered` says whether a line's file has order numbers: there, equal lines of one order are
    /// what was bought, and equal orders have been told. `are_orders` says whether lines are orders, not sums by periods.
    pub fn find(orders: &Orders, is_ordered: impl Fn(usize) -> bool, are_orders: bool) -> Self {
        let products = lines::ByProduct::new(orders);
        let outliers = lines::outliers(orders, &products);
        Self {
            repeated: lines::repeated(orders, is_ordered),
            bulk: if are_orders { bulk::bulk_orders(orders, &products, &outliers) } else { Vec::new() },
            outliers,
            mixed: lines::mixed_units(orders, &products),
        }
    }

    /// What to tell; `says` is what the shop said against.
    pub fn findings(&self, orders: &Orders, says: impl Fn(&str) -> bool) -> Vec<Finding> {
        let example = |line: u32, value: &[f64], usual: Option<f64>| {
            let line = line as usize;
            Example {
                product: Some(orders.products[orders.product[line] as usize].id.clone()),
                from: Frequency::Day.label(orders.minute[line].div_euclid(DAY_MINUTES)),
                until: None,
                value: value.get(line).copied(),
                usual,
            }
        };
        let done = |code: &str| if says(code) { Done::LeftOut } else { Done::Counted };
        let mut findings = Vec::new();
        let count = self.repeated.len() as u64;
        if count > 0 {
            let severity = if orders.has_time { Severity::Warning } else { Severity::Info };
            findings.push(Finding {
                code: "repeated-line".into(),
                severity,
                count,
                days: None,
                done: done("repeated-line"),
                optional: true,
                examples: self
                    .repeated
                    .iter()
                    .take(EXAMPLES)
                    .map(|&line| example(line, &orders.quantity, None))
                    .collect(),
                text: format!("{count} lines equal another one in product, time, units and price"),
            });
        }
        let count = self.outliers.len() as u64;
        if count > 0 {
            let examples = self.outliers.iter().take(EXAMPLES);
            findings.push(Finding {
                code: "quantity-outlier".into(),
                severity: Severity::Warning,
                count,
                days: None,
                done: done("quantity-outlier"),
                optional: true,
                examples: examples.map(|&(line, usual)| example(line, &orders.quantity, Some(usual))).collect(),
                text: format!("{count} lines hold about a hundred times the product's usual quantity"),
            });
        }
        let count = self.bulk.len() as u64;
        if count > 0 {
            let examples = self.bulk.iter().take(EXAMPLES);
            findings.push(Finding {
                code: BULK_ORDER.into(),
                severity: Severity::Info,
                count,
                days: None,
                done: if says(BULK_ORDER) { Done::Usual } else { Done::Counted },
                optional: true,
                examples: examples.map(|&(line, usual)| example(line, &orders.quantity, Some(usual))).collect(),
                text: format!("{count} single orders are far larger than usual, and more than a month's other sales"),
            });
        }
        let count = self.mixed.len() as u64;
        if count > 0 {
            let examples = self.mixed.iter().take(EXAMPLES);
            findings.push(Finding {
                code: "mixed-unit".into(),
                severity: Severity::Warning,
                count,
                days: None,
                done: Done::Counted,
                optional: false,
                examples: examples.map(|&(line, usual)| example(line, &orders.price, Some(usual))).collect(),
                text: format!("{count} products have two prices a pack's size apart: pieces and packs may be mixed"),
            });
        }
        findings
    }
}

/// What to tell of order lines dated years away from nearly all others: a slip of the pen in the year. `counted` says that
/// the shop wants them.
pub fn far_dates(orders: &Orders, counted: bool) -> Option<Finding> {
    let (first, last) = believable_days(orders)?;
    let day = |line: usize| orders.minute[line].div_euclid(DAY_MINUTES);
    let far: Vec<usize> = (0..orders.minute.len()).filter(|&line| !(first..=last).contains(&day(line))).collect();
    let example = |&line: &usize| Example {
        product: Some(orders.products[orders.product[line] as usize].id.clone()),
        from: Frequency::Day.label(day(line)),
        value: orders.quantity.get(line).copied(),
        ..Example::default()
    };
    Some(Finding {
        code: FAR_DATES.into(),
        severity: Severity::Warning,
        count: far.len() as u64,
        days: None,
        done: if counted { Done::Counted } else { Done::LeftOut },
        optional: true,
        examples: far.iter().take(EXAMPLES).map(example).collect(),
        text: format!("{} lines are dated more than five years away from nearly all others", far.len()),
    })
}

/// Times that products were out of stock: by the shop's own count, and as it seems where that tells nothing. The panel is
/// by days, weeks or months, and without columns but [`ON_HAND`].
pub fn all_stock_outs(panel: &Panel, sold: &SoldOn) -> (Vec<Silence>, Vec<Silence>) {
    let (counted, tells) = counted_out(panel);
    let mut seeming = stock_outs(panel, sold);
    seeming.retain(|out| out.series.is_none_or(|series| !tells[series]));
    (counted, seeming)
}

/// Days without sales of a shop.
#[derive(Debug, Clone, Default)]
pub struct Silences {
    /// Of the whole shop.
    pub gaps: Vec<Silence>,
    /// Of products that were out of stock by the shop's own count.
    pub counted_out: Vec<Silence>,
    /// Of products that seem to have run out.
    pub stock_outs: Vec<Silence>,
}

impl Silences {
    /// Looks at a panel by days, weeks or months, without columns but [`ON_HAND`].
    pub fn find(panel: &Panel) -> Self {
        let sold = SoldOn::new(panel);
        let (counted_out, stock_outs) = all_stock_outs(panel, &sold);
        Self { gaps: gaps(&sold), counted_out, stock_outs }
    }

    /// What to tell of them, and which are taken as unknown.
    pub fn findings(&self, panel: &Panel, unknown: Unknown) -> Vec<Finding> {
        let day = |day: i32| Frequency::Day.label(day);
        let example = |silence: &Silence| Example {
            product: silence.series.map(|series| panel.series(series).id.clone()),
            from: day(silence.from),
            until: Some(day(silence.until - 1)),
            value: Some(0.0),
            usual: Some(silence.usual),
        };
        let days_of =
            |silences: &[Silence]| silences.iter().map(|out| i64::from(out.until - out.from)).sum::<i64>() as u64;
        let finding =
            |code: &str, severity, is_unknown: bool, silences: &[Silence], count: u64, text: String| Finding {
                code: code.into(),
                severity,
                count,
                days: (code != "gap").then(|| days_of(silences)),
                done: if is_unknown { Done::Missing } else { Done::Zero },
                optional: true,
                examples: silences.iter().take(EXAMPLES).map(example).collect(),
                text,
            };
        let mut findings = Vec::new();
        let days = days_of(&self.gaps);
        if days > 0 {
            let text = format!("on {days} days the whole shop sold nothing, as if a part of the export were missing");
            findings.push(finding("gap", Severity::Warning, unknown.gaps, &self.gaps, days, text));
        }
        let (count, days) = (self.counted_out.len() as u64, days_of(&self.counted_out));
        if count > 0 {
            let text =
                format!("on {days} days in all a product was out of stock by the file's own count, and sold nothing");
            let is_unknown = unknown.counted_out;
            findings.push(finding(COUNTED_OUT, Severity::Info, is_unknown, &self.counted_out, count, text));
        }
        let (count, days) = (self.stock_outs.len() as u64, days_of(&self.stock_outs));
        if count > 0 {
            let text = format!(
                "on {days} days in all a product that sells steadily sold nothing, for so long that it may have run out"
            );
            let is_unknown = unknown.stock_outs;
            findings.push(finding(STOCK_OUT, Severity::Info, is_unknown, &self.stock_outs, count, text));
        }
        findings
    }
}
