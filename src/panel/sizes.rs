//! How many orders a product had in each period, and the largest of them: of what sizes its sales are made.

use std::collections::HashMap;

use super::shape::DAY_MINUTES;
use super::{Column, Panel};
use crate::calendar::Frequency;
use crate::error::Result;
use crate::ingest::Orders;

/// Name of the column of the number of orders. No column of a file that a shop would name is called so.
pub const ORDERS: &str = "#orders";
/// Name of the column of the largest order, in units.
pub const LARGEST: &str = "#largest order";

/// Whether a column tells of orders. It is known of the past alone, and methods read it there.
pub(super) fn is_of_orders(name: &str) -> bool {
    [ORDERS, LARGEST].contains(&name)
}

/// The panel with columns of the number of orders and of the largest one: lines of units sold, none of returns. Lines of
/// other times and products than the panel's are left aside.
///
/// # Errors
/// Fails only on a panel that is not of these orders.
pub fn with_sizes(panel: Panel, orders: &Orders) -> Result<Panel> {
    let mut offsets = Vec::with_capacity(panel.len());
    let mut length = 0;
    for index in 0..panel.len() {
        offsets.push(length);
        length += panel.values(index).len();
    }
    let key = |index: usize| (panel.series(index).id.as_str(), panel.series(index).store.as_deref());
    let places: HashMap<_, usize> = (0..panel.len()).map(|index| (key(index), index)).collect();
    let has_stores = panel.stores().is_some();
    let (mut counts, mut largest) = (vec![0.0; length], vec![0.0; length]);
    for (line, (&product, &minute)) in orders.product.iter().zip(&orders.minute).enumerate() {
        let units = orders.quantity[line];
        let store = orders.store.get(line).filter(|_| has_stores).map(|store| orders.stores[*store as usize].as_str());
        let Some(&index) = places.get(&(orders.products[product as usize].id.as_str(), store)) else { continue };
        let period = match panel.frequency() {
            Frequency::Hour => minute.div_euclid(60),
            frequency => frequency.period_of_days(minute.div_euclid(DAY_MINUTES)),
        };
        let at = usize::try_from(i64::from(period) - i64::from(panel.series(index).start));
        if let Some(at) = at.ok().filter(|at| *at < panel.values(index).len() && units > 0.0) {
            counts[offsets[index] + at] += 1.0;
            let most: &mut f64 = &mut largest[offsets[index] + at];
            *most = most.max(units);
        }
    }
    let column = |name: &str, values| Column { name: name.into(), planned: false, values };
    panel.with_column(column(ORDERS, counts))?.with_column(column(LARGEST, largest))
}
