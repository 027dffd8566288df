//! Single orders that are far larger than what a product is usually ordered in, and that do not come again.

use super::lines::{ByProduct, sorted_median};
use crate::ingest::Orders;
use crate::panel::shape::DAY_MINUTES;

/// Orders that a product needs before one of them can stand out.
const FEWEST_ORDERS: usize = 20;
/// Robust standard deviations of the logarithm of sizes above the median (Iglewicz and Hoaglin 1993, "How to detect and
/// handle outliers": modified z-scores above 3.5).
const FAR: f64 = 3.5;
/// Median absolute deviations in a standard deviation of a normal distribution.
const NORMAL_MAD: f64 = 0.6745;
/// Least standard deviation, of sizes that hardly vary: half as much again.
const LEAST_SPREAD: f64 = 0.405;
/// Least share of the usual size.
const LEAST_TIMES: f64 = 10.0;
/// Days whose other sales together it exceeds.
const PERIOD_DAYS: f64 = 28.0;
/// At most one order in this many is one, and one of any: more come again.
const ONE_IN: usize = 50;
/// Orders of this share of it are its like.
const ALIKE: f64 = 0.5;

/// From which size on orders are bulk orders; none where none is. `sizes` are in order, over so many days.
fn bound(sizes: &[f64], usual: f64, days: f64) -> Option<f64> {
    let mut apart: Vec<f64> = sizes.iter().map(|size| libm::log(size / usual).abs()).collect();
    let spread = (sorted_median(&mut apart)? / NORMAL_MAD).max(LEAST_SPREAD);
    let far = usual * libm::exp(FAR * spread).max(LEAST_TIMES);
    let first = sizes.partition_point(|size| *size <= far);
    // What sells beside those that large: the smallest of them first.
    let mut others: f64 = sizes[..first].iter().sum();
    let place = (first..sizes.len()).find(|&place| {
        let is_large = sizes[place] > others * PERIOD_DAYS / days.max(PERIOD_DAYS);
        others += sizes[place];
        is_large
    })?;
    let alike = sizes.len() - sizes.partition_point(|size| *size < ALIKE * sizes[place]);
    (alike <= (sizes.len() / ONE_IN).max(1)).then_some(sizes[place])
}

/// Bulk orders with the product's usual size, in file order; those of `slips`, which rise, are none.
pub(super) fn bulk_orders(orders: &Orders, products: &ByProduct, slips: &[(u32, f64)]) -> Vec<(u32, f64)> {
    let last = orders.minute.iter().copied().max().unwrap_or_default();
    let is_slip = |line: u32| slips.binary_search_by_key(&line, |slip| slip.0).is_ok();
    let size = |line: u32| orders.quantity[line as usize];
    let mut found = Vec::new();
    let mut sizes: Vec<f64> = Vec::new();
    for lines in products.all() {
        let sold = || lines.iter().copied().filter(|line| size(*line) > 0.0 && !is_slip(*line));
        sizes.clear();
        sizes.extend(sold().map(size));
        if sizes.len() < FEWEST_ORDERS {
            continue;
        }
        let Some(usual) = sorted_median(&mut sizes) else { continue };
        let first = sold().map(|line| orders.minute[line as usize]).min().unwrap_or(last);
        let days = f64::from(last.saturating_sub(first)) / f64::from(DAY_MINUTES) + 1.0;
        if let Some(bound) = bound(&sizes, usual, days) {
            found.extend(sold().filter(|line| size(*line) >= bound).map(|line| (line, usual)));
        }
    }
    found.sort_unstable_by_key(|one| one.0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(sizes: &[f64]) -> Orders {
        Orders {
            products: vec![crate::ingest::Product { id: "a".into(), name: "a".into(), category: None, supplier: None }],
            product: vec![0; sizes.len()],
            minute: (0..).take(sizes.len()).map(|day| day * DAY_MINUTES).collect(),
            quantity: sizes.to_vec(),
            ..Orders::default()
        }
    }

    fn found(sizes: &[f64]) -> Vec<(u32, f64)> {
        let made = orders(sizes);
        bulk_orders(&made, &ByProduct::new(&made), &[])
    }

    fn usual(count: usize) -> Vec<f64> {
        (0..count).map(|at| 1.0 + (at % 3) as f64).collect()
    }

    #[test]
    fn one_order_of_a_months_sales_stands_out() {
        let mut sizes = usual(60);
        sizes[20] = 90.0;
        assert_eq!(found(&sizes), [(20, 2.0)]);
        let made = orders(&sizes);
        assert_eq!(bulk_orders(&made, &ByProduct::new(&made), &[(20, 2.0)]), [], "told as a slip already");
        // Less than what sells in four weeks beside it.
        sizes[20] = 50.0;
        assert_eq!(found(&sizes), []);
        // Too few orders to know what is usual.
        sizes[20] = 90.0;
        assert_eq!(found(&sizes[12..30]), []);
    }

    #[test]
    fn large_orders_that_come_again_or_in_all_sizes_are_demand() {
        let mut monthly = usual(90);
        for at in [20, 50, 80] {
            monthly[at] = 100.0;
        }
        assert_eq!(found(&monthly), []);
        let all: Vec<f64> = (0..60).map(|at| [1.0, 2.0, 6.0, 12.0, 24.0, 48.0, 1.0, 4.0][at % 8]).collect();
        let mut wholesale = all.clone();
        wholesale[30] = 600.0;
        assert_eq!(found(&wholesale), [], "sizes vary a hundredfold anyway");
    }
}
