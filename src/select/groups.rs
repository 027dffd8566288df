//! Categories of a panel's products, as further sums beside the whole shop's.

use std::collections::BTreeMap;

use crate::panel::Panel;

/// Fewest and most categories that are shown as such: with one all is said by the shop, and hundreds are no overview.
const SHOWN: std::ops::RangeInclusive<usize> = 2..=50;

/// Which products are of which category. Sums are numbered: 0 is the whole shop's, from 1 on those of categories.
pub struct Groups {
    /// Names of the categories, in order.
    pub names: Vec<String>,
    /// The category's sum of each product; 0 of those without one.
    of: Vec<usize>,
}

impl Groups {
    /// Those of a panel; none where they are too few or too many.
    pub fn of(panel: &Panel) -> Self {
        let category =
            |index: usize| panel.series(index).category.as_deref().filter(|_| !panel.values(index).is_empty());
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        (0..panel.len()).filter_map(category).for_each(|name| {
            places.insert(name, 0);
        });
        if !SHOWN.contains(&places.len()) {
            return Self { names: Vec::new(), of: vec![0; panel.len()] };
        }
        places.values_mut().zip(1..).for_each(|(place, number)| *place = number);
        let of = |index| category(index).and_then(|name| places.get(name)).copied().unwrap_or(0);
        let of = (0..panel.len()).map(of).collect();
        Self { names: places.into_keys().map(str::to_owned).collect(), of }
    }

    /// Numbers of all sums.
    pub fn all(&self) -> std::ops::RangeInclusive<usize> {
        0..=self.names.len()
    }

    /// Numbers of the sums that a product is in.
    pub fn sums_of(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        let own = self.of[index];
        std::iter::once(0).chain((own > 0).then_some(own))
    }

    /// Whether a product is in a sum.
    pub fn is_in(&self, index: usize, sum: usize) -> bool {
        sum == 0 || self.of[index] == sum
    }
}
