//! The shop's own forecast shared out: to categories, within these to stores, and within these to products, each time as
//! the forecasts below are in proportion (Athanasopoulos, Ahmed and Hyndman 2009, "Hierarchical forecasts for Australian
//! domestic tourism": forecast proportions).
//!
//! Stores that cross categories and products over stores are no step of the way; they are sums of what comes of it.
//! Without a forecast of the shop products stay as they are.

use super::nodes::{Level, Nodes};

/// Products' forecasts from those of all: groups that are forecast first, in their order.
pub fn products(nodes: &Nodes, forecasts: &[f64]) -> Vec<f64> {
    let (above, below) = forecasts.split_at(nodes.forecast.len());
    let mut made = below.to_vec();
    let mut total = None;
    // The smallest step that each product is in so far.
    let mut parent: Vec<Option<usize>> = vec![None; nodes.leaves];
    let mut steps: Vec<(Option<usize>, f64, &[usize])> = Vec::new();
    for (place, value) in nodes.forecast.iter().zip(above) {
        let node = &nodes.all[*place];
        match node.level {
            Level::Total => total = Some(steps.len()),
            Level::Category | Level::CategoryStore => {}
            // Without categories stores are the step.
            Level::Store if !nodes.all.iter().any(|other| other.level == Level::Category) => {}
            Level::Store | Level::Product => continue,
        }
        let first = node.leaves.first().copied().unwrap_or_default();
        steps.push((parent[first], *value, &node.leaves));
        node.leaves.iter().for_each(|leaf| parent[*leaf] = Some(steps.len() - 1));
    }
    if total.is_none() {
        return made;
    }
    // What is forecast of the parts of each step, and how many they are.
    let mut parts = vec![(0.0, 0_usize); steps.len()];
    let mut add = |parent: Option<usize>, value: f64| {
        if let Some((sum, count)) = parent.and_then(|parent| parts.get_mut(parent)) {
            *sum += value;
            *count += 1;
        }
    };
    steps.iter().for_each(|(parent, value, _)| add(*parent, *value));
    below.iter().zip(&parent).for_each(|(value, parent)| add(*parent, *value));
    let share = |parent: usize, value: f64, whole: f64| {
        let (sum, count) = parts[parent];
        if sum > 0.0 { whole * value / sum } else { whole / count as f64 }
    };
    let mut given = vec![0.0; steps.len()];
    for place in 0..steps.len() {
        let (parent, value, _) = steps[place];
        given[place] = parent.map_or(value, |parent| share(parent, value, given[parent]));
    }
    for (slot, parent) in made.iter_mut().zip(&parent) {
        if let Some(parent) = parent {
            *slot = share(*parent, *slot, given[*parent]);
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Frequency;
    use crate::error::Result;
    use crate::panel::{Panel, Series};

    #[test]
    fn the_shop_is_shared_out_through_its_categories() -> Result<()> {
        let series = |id: &str, category: Option<&str>| {
            let category = category.map(str::to_owned);
            (Series { id: id.into(), name: id.into(), store: None, category, start: 0 }, vec![1.0])
        };
        let all = [("a", Some("x")), ("b", Some("x")), ("c", Some("y")), ("d", Some("y")), ("e", None)];
        let panel = Panel::new(Frequency::Day, all.map(|(id, category)| series(id, category)).to_vec())?;
        let nodes = Nodes::of(&panel, |_| true);
        // The shop 100; x 30, y 10 and e 10 of 50; a and b 1 to 3; c and d nothing.
        let made = products(&nodes, &[100.0, 30.0, 10.0, 2.0, 6.0, 0.0, 0.0, 10.0]);
        assert_eq!(made, [15.0, 45.0, 10.0, 10.0, 20.0]);
        Ok(())
    }
}
