//! What a shop knows ahead: the numbers its files have beside the units, and their values over a horizon.

use crate::ingest::Orders;
use crate::ingest::extras::{self, Kind};
use crate::ingest::roles::plain;
use crate::panel::PRICE;

/// A number beside the units.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Extra {
    /// Name of the panel's column: the file's header, or `price`.
    pub name: String,
    /// What it is about; none for a column that was kept by hand and has a name of its own.
    pub kind: Option<Kind>,
    /// Whether it says yes or no: all values are 1 or 0.
    pub flag: bool,
}

/// The columns of numbers that orders have beside the units, the price first.
pub(super) fn extras(orders: &Orders) -> Vec<Extra> {
    let has_price = orders.price.iter().any(|price| price.is_finite());
    let price = has_price.then(|| Extra { name: PRICE.into(), kind: Some(Kind::Price), flag: false });
    let filled = orders.extra.iter().filter(|column| column.values.iter().any(|value| value.is_finite()));
    let own = filled.filter(|column| !has_price || column.name != PRICE).map(|column| Extra {
        name: column.name.clone(),
        kind: extras::kind_of(&plain(&column.name)),
        flag: column.is_flag(),
    });
    price.into_iter().chain(own).collect()
}
