//! What adds up to what: groups of a panel's series.
//!
//! The whole shop; where products have categories, each of these; where the panel is split by store, each store, each
//! category in each store, and each product over its stores. Categories and stores cross each other: no tree, but sums.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::panel::{Column, KnownAhead, Panel, Series};

/// Most groups that are forecast by themselves: matrices are as large as their number squared. Levels beyond, counted
/// from the whole shop down, are sums of the products only.
pub const MOST_FORECAST: usize = 500;

/// What a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All products.
    Total,
    /// A category.
    Category,
    /// A store.
    Store,
    /// A category in a store.
    CategoryStore,
    /// A product over its stores.
    Product,
}

impl Level {
    /// Name as the command writes it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Total => "total",
            Level::Category => "category",
            Level::Store => "store",
            Level::CategoryStore => "category-store",
            Level::Product => "product",
        }
    }
}

/// A group of series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub level: Level,
    /// The category or the product key; empty for a store and the whole shop.
    pub name: String,
    /// The store, where it is in one.
    pub store: Option<String>,
    /// Places of its series in the panel, rising.
    pub leaves: Vec<usize>,
}

/// All groups of a panel, from the whole shop down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nodes {
    /// The groups.
    pub all: Vec<Node>,
    /// Places in `all` of those that are worth a forecast of their own: no two of the same series, none of one series.
    pub forecast: Vec<usize>,
    /// Series of the panel.
    pub leaves: usize,
}

impl Nodes {
    /// The groups of the series at which `counts` says yes. None of fewer than two series in all.
    pub fn of(panel: &Panel, counts: impl Fn(usize) -> bool) -> Self {
        let mut found: BTreeMap<(Level, &str, Option<&str>), Vec<usize>> = BTreeMap::new();
        for index in (0..panel.len()).filter(|index| counts(*index)) {
            let Series { id, store, category, .. } = panel.series(index);
            let (store, category) = (store.as_deref(), category.as_deref());
            let mut add = |level, name, store| found.entry((level, name, store)).or_default().push(index);
            add(Level::Total, "", None);
            if let Some(category) = category {
                add(Level::Category, category, None);
            }
            if let Some(store) = store {
                add(Level::Store, "", Some(store));
                add(Level::Product, id.as_str(), None);
                if let Some(category) = category {
                    add(Level::CategoryStore, category, Some(store));
                }
            }
        }
        let many = found.values().next().is_some_and(|all| all.len() > 1);
        let node = |((level, name, store), leaves): ((Level, &str, Option<&str>), Vec<usize>)| Node {
            level,
            name: name.to_owned(),
            store: store.map(str::to_owned),
            leaves,
        };
        let all: Vec<Node> = if many { found.into_iter().map(node).collect() } else { Vec::new() };
        let mut seen = std::collections::HashSet::new();
        let is_own: Vec<bool> = all.iter().map(|node| node.leaves.len() > 1 && seen.insert(&node.leaves)).collect();
        let mut forecast: Vec<usize> = Vec::new();
        for level in [Level::Total, Level::Category, Level::Store, Level::CategoryStore, Level::Product] {
            let own = || (0..all.len()).filter(|place| is_own[*place] && all[*place].level == level);
            if forecast.len() + own().count() <= MOST_FORECAST {
                forecast.extend(own());
            }
        }
        Self { all, forecast, leaves: panel.len() }
    }

    /// The groups that are forecast, each as the places of its series.
    pub fn groups(&self) -> Vec<&[usize]> {
        self.forecast.iter().map(|place| self.all[*place].leaves.as_slice()).collect()
    }

    /// The sums of the groups that are forecast, as series from their first sale up to `end`, and of what is known ahead
    /// their means over the same series. Periods of which nothing is known are missing.
    ///
    /// # Errors
    /// Fails only on groups of another panel.
    pub fn panel(&self, panel: &Panel, known: &KnownAhead, end: i32) -> Result<(Panel, KnownAhead)> {
        let sold = panel.as_written();
        let planned: Vec<usize> =
            (0..panel.columns().len()).filter(|column| panel.columns()[*column].planned).collect();
        let mut series = Vec::with_capacity(self.forecast.len());
        let mut columns: Vec<Vec<f64>> = vec![Vec::new(); planned.len()];
        let mut ahead: Vec<Vec<f64>> = vec![Vec::new(); planned.len()];
        for (number, group) in self.groups().into_iter().enumerate() {
            let start = group.iter().map(|leaf| sold.series(*leaf).start).min().unwrap_or(end).min(end);
            let length = (end - start) as usize;
            let mut values = Sums::new(length);
            group.iter().for_each(|leaf| values.add(sold.series(*leaf).start - start, sold.values(*leaf)));
            let (id, name) = (format!("{number}"), String::new());
            series.push((Series { id, name, store: None, category: None, start }, values.sums()));
            for (place, &column) in planned.iter().enumerate() {
                let (mut past, mut next) = (Sums::new(length), Sums::new(known.horizon));
                for &leaf in group {
                    past.add(panel.series(leaf).start - start, panel.column_values(column, leaf));
                    if let Some(values) = known.values(&panel.columns()[column].name, leaf) {
                        next.add(panel.end(leaf) - end, values);
                    }
                }
                columns[place].extend(past.means());
                ahead[place].extend(next.means());
            }
        }
        let mut made = Panel::new(panel.frequency(), series)?;
        let mut known = KnownAhead { horizon: known.horizon, columns: Vec::new() };
        for (column, (past, next)) in planned.into_iter().zip(columns.into_iter().zip(ahead)) {
            let name = panel.columns()[column].name.clone();
            made = made.with_column(Column { name: name.clone(), planned: true, values: past })?;
            known.columns.push(Column { name, planned: true, values: next });
        }
        Ok((made, known))
    }
}

/// Sums by period.
struct Sums(Vec<(f64, f64)>);

impl Sums {
    fn new(length: usize) -> Self {
        Self(vec![(0.0, 0.0); length])
    }

    /// Adds values, the first of them `offset` periods after the first sum.
    fn add(&mut self, offset: i32, values: &[f64]) {
        for (value, at) in values.iter().zip(i64::from(offset)..).filter(|(value, _)| value.is_finite()) {
            if let Some((sum, count)) = usize::try_from(at).ok().and_then(|at| self.0.get_mut(at)) {
                *sum += value;
                *count += 1.0;
            }
        }
    }

    fn sums(&self) -> Vec<f64> {
        self.0.iter().map(|(sum, count)| if *count > 0.0 { *sum } else { f64::NAN }).collect()
    }

    fn means(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|(sum, count)| sum / count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;

    fn series(id: &str, store: Option<&str>, category: Option<&str>, start: i32) -> Series {
        let (store, category) = (store.map(str::to_owned), category.map(str::to_owned));
        Series { id: id.into(), name: id.into(), store, category, start }
    }

    #[test]
    fn categories_and_stores_cross_and_what_is_the_same_is_forecast_once() -> Result<()> {
        let all = [("a", "n", "x"), ("a", "s", "x"), ("b", "n", "x"), ("c", "s", "y")];
        let values = |place: usize| vec![place as f64 + 1.0; 3];
        let all = all.iter().enumerate();
        let panel = Panel::new(
            Frequency::Day,
            all.map(|(place, (id, store, category))| (series(id, Some(store), Some(category), 5), values(place)))
                .collect(),
        )?;
        let nodes = Nodes::of(&panel, |_| true);
        let told: Vec<String> = nodes
            .all
            .iter()
            .map(|node| {
                format!(
                    "{} {} {} {:?}",
                    node.level.name(),
                    node.name,
                    node.store.as_deref().unwrap_or("-"),
                    node.leaves
                )
            })
            .collect();
        let expected = [
            "total  - [0, 1, 2, 3]",
            "category x - [0, 1, 2]",
            "category y - [3]",
            "store  n [0, 2]",
            "store  s [1, 3]",
            "category-store x n [0, 2]",
            "category-store x s [1]",
            "category-store y s [3]",
            "product a - [0, 1]",
            "product b - [2]",
            "product c - [3]",
        ];
        assert_eq!(told, expected);
        assert_eq!(nodes.forecast, [0, 1, 3, 4, 8], "x in n is all of n");
        let (sums, _) = nodes.panel(&panel, &KnownAhead::default(), 8)?;
        assert_eq!((0..5).map(|place| sums.values(place)[0]).collect::<Vec<_>>(), [10.0, 6.0, 4.0, 6.0, 3.0]);
        assert!(Nodes::of(&panel, |index| index == 2).all.is_empty(), "one series adds up to nothing else");
        Ok(())
    }

    #[test]
    fn sums_stand_by_date_and_known_columns_are_means() -> Result<()> {
        let panel = Panel::new(
            Frequency::Day,
            vec![
                (series("a", None, None, 0), vec![1.0, 2.0, f64::NAN, 4.0]),
                (series("b", None, None, 1), vec![10.0, f64::NAN]),
            ],
        )?
        .with_column(Column {
            name: "promo".into(),
            planned: true,
            values: vec![0.0, 1.0, 1.0, 0.0, 0.0, 1.0],
        })?;
        let ahead = Column { name: "promo".into(), planned: true, values: vec![1.0, 0.0, 0.0, 1.0] };
        let known = KnownAhead { horizon: 2, columns: vec![ahead] };
        let (sums, known) = Nodes::of(&panel, |_| true).panel(&panel, &known, 4)?;
        assert_eq!(format!("{:?}", sums.values(0)), "[1.0, 12.0, NaN, 4.0]");
        assert_eq!(sums.column_values(0, 0), [0.0, 0.5, 1.0, 0.0]);
        assert_eq!(
            known.values("promo", 0),
            Some(&[1.0, 0.0][..]),
            "b ended a day before: its second step is the first"
        );
        Ok(())
    }
}
