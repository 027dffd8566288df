//! What is odd about single lines: repeats, slips of the pen, units that changed.

use crate::ingest::{KeyMap, Orders, mix};

/// Lines that a product needs before one of them can stand out.
const FEWEST_LINES: usize = 5;
/// A quantity this many times the product's median is a slip of the pen (two zeros too many) rather than a large order …
const OUTLIER_TIMES: f64 = 50.0;
/// … if it also is this many times the next smaller one: large orders come in all sizes.
const OUTLIER_LEAP: f64 = 5.0;
/// At most one line in this many is a slip.
const OUTLIERS_IN: usize = 20;
/// Pieces that come in packs: half a dozen, ten, a dozen, two dozen; and cents that stand as whole units.
const PACKS: [f64; 5] = [6.0, 10.0, 12.0, 24.0, 100.0];
/// A price this near to a pack's is one.
const PACK_TOLERANCE: f64 = 1.08;
/// A price this near to the usual one is the usual one.
const USUAL_TOLERANCE: f64 = 1.3;
/// Share of the lines that have one of the two prices.
const TOLD_SHARE: f64 = 0.9;
/// Lines at a pack's price.
const FEWEST_PACKS: usize = 2;

/// Places of all lines, product by product and in file order within each.
pub(super) struct ByProduct {
    lines: Vec<u32>,
    begins: Vec<u32>,
}

impl ByProduct {
    pub(super) fn new(orders: &Orders) -> Self {
        let mut begins = vec![0_u32; orders.products.len() + 1];
        for &product in &orders.product {
            begins[product as usize + 1] += 1;
        }
        for place in 1..begins.len() {
            begins[place] += begins[place - 1];
        }
        let mut next = begins.clone();
        let mut lines = vec![0; orders.product.len()];
        for (line, &product) in (0..).zip(&orders.product) {
            let slot = &mut next[product as usize];
            lines[*slot as usize] = line;
            *slot += 1;
        }
        Self { lines, begins }
    }

    /// Those of each product.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u32]> {
        self.begins.windows(2).map(|pair| &self.lines[pair[0] as usize..pair[1] as usize])
    }
}

/// Lines after the first of those that are equal in product, store, time, units, price and all further columns; in file
/// order.
pub(super) fn repeated(orders: &Orders, is_ordered: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut seen = KeyMap::default();
    let mut found = Vec::new();
    for line in (0..orders.product.len()).filter(|line| !is_ordered(*line)) {
        let value = |column: &[f64]| column.get(line).map_or(0, |value| value.to_bits());
        let store = orders.store.get(line).copied().unwrap_or(0);
        let words = [
            u64::from(orders.product[line]) << 32 | u64::from(store),
            orders.minute[line] as u64,
            value(&orders.quantity),
            value(&orders.price),
        ];
        let further = orders.extra.iter().map(|column| value(&column.values));
        let hash = words.into_iter().chain(further).fold(0, mix);
        if seen.insert(hash, line as u32).is_some() {
            found.push(line as u32);
        }
    }
    found
}

/// Sorts numbers; their median. None of nothing.
pub(super) fn sorted_median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Lines of far more than usual, with the product's median; in file order.
pub(super) fn outliers(orders: &Orders, products: &ByProduct) -> Vec<(u32, f64)> {
    let mut sold: Vec<f64> = Vec::new();
    // From how many units on a line of a product stands out, and what is usual.
    let mut bounds: Vec<(f64, f64)> = Vec::new();
    for lines in products.all() {
        bounds.push((f64::INFINITY, 0.0));
        sold.clear();
        sold.extend(lines.iter().map(|&line| orders.quantity[line as usize]).filter(|quantity| *quantity > 0.0));
        if sold.len() < FEWEST_LINES {
            continue;
        }
        let Some(usual) = sorted_median(&mut sold) else { continue };
        let least = usual * OUTLIER_TIMES;
        let leaps = |place: &usize| sold[*place] >= least && sold[*place] >= OUTLIER_LEAP * sold[place - 1];
        if let Some(first) = (1..sold.len()).find(leaps)
            && (sold.len() - first) * OUTLIERS_IN <= sold.len().max(OUTLIERS_IN)
            && let Some(bound) = bounds.last_mut()
        {
            *bound = (sold[first], usual);
        }
    }
    let lines = orders.quantity.iter().zip(&orders.product).zip(0..);
    let found = lines.filter_map(|((quantity, product), line)| {
        let (bound, usual) = bounds[*product as usize];
        (*quantity >= bound).then_some((line, usual))
    });
    found.collect()
}

/// The first line of each product at a pack's price, with the product's usual price, where nearly all its lines have one
/// of the two; in the products' order.
pub(super) fn mixed_units(orders: &Orders, products: &ByProduct) -> Vec<(u32, f64)> {
    let mut found = Vec::new();
    if orders.price.is_empty() {
        return found;
    }
    let mut prices: Vec<f64> = Vec::new();
    for lines in products.all() {
        let price = |line: u32| {
            let (price, units) = (orders.price[line as usize], orders.quantity[line as usize]);
            Some(price).filter(|price| *price > 0.0 && units > 0.0)
        };
        prices.clear();
        prices.extend(lines.iter().filter_map(|&line| price(line)));
        if prices.len() < FEWEST_LINES {
            continue;
        }
        let Some(usual) = sorted_median(&mut prices) else { continue };
        let near = |price: f64, times: f64, tolerance: f64| {
            let ratio = price / usual;
            ratio <= times * tolerance && ratio >= times / tolerance
        };
        let count = |times: f64, tolerance: f64| prices.iter().filter(|price| near(**price, times, tolerance)).count();
        let plain = count(1.0, USUAL_TOLERANCE);
        let packs = PACKS.into_iter().flat_map(|pack| [pack, 1.0 / pack]).find(|&pack| {
            let packs = count(pack, PACK_TOLERANCE);
            packs >= FEWEST_PACKS && (plain + packs) as f64 >= TOLD_SHARE * prices.len() as f64
        });
        let is_pack =
            |line: &&u32| price(**line).zip(packs).is_some_and(|(price, pack)| near(price, pack, PACK_TOLERANCE));
        found.extend(lines.iter().find(is_pack).map(|&line| (line, usual)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Product;

    /// Lines as (product, day, quantity, price).
    fn orders(lines: &[(u32, i32, f64, f64)]) -> Orders {
        let products = lines.iter().map(|line| line.0 + 1).max().unwrap_or(0);
        let product =
            |place: u32| Product { id: format!("p{place}"), name: format!("p{place}"), category: None, supplier: None };
        Orders {
            products: (0..products).map(product).collect(),
            product: lines.iter().map(|line| line.0).collect(),
            minute: lines.iter().map(|line| line.1 * 1440).collect(),
            quantity: lines.iter().map(|line| line.2).collect(),
            price: lines.iter().map(|line| line.3).collect(),
            ..Orders::default()
        }
    }

    #[test]
    fn a_line_repeats_another_only_if_all_is_equal() {
        let made = orders(&[
            (0, 1, 2.0, 5.0),
            (1, 1, 2.0, 5.0),
            (0, 1, 2.0, 5.0),
            (0, 1, 3.0, 5.0),
            (0, 2, 2.0, 5.0),
            (0, 1, 2.0, 6.0),
            (0, 1, 2.0, 5.0),
        ]);
        assert_eq!(repeated(&made, |_| false), [2, 6]);
        assert_eq!(repeated(&made, |line| line < 3), [0; 0], "one line without an order number is no repeat");
    }

    #[test]
    fn two_zeros_too_many_stand_out_and_large_orders_do_not() {
        let typo: Vec<_> = (0..30).map(|day| (0, day, if day == 7 { 200.0 } else { 2.0 }, 1.0)).collect();
        let made = orders(&typo);
        assert_eq!(outliers(&made, &ByProduct::new(&made)), [(7, 2.0)]);
        // Sizes up to the largest: a shop that sells to other shops as well.
        let sizes = [1.0, 1.0, 2.0, 1.0, 4.0, 1.0, 10.0, 2.0, 1.0, 24.0, 1.0, 48.0, 1.0, 100.0, 1.0, 120.0];
        let large: Vec<_> = (0..).zip(sizes).map(|(day, size)| (0, day, size, 1.0)).collect();
        let made = orders(&large);
        assert_eq!(outliers(&made, &ByProduct::new(&made)), []);
        let few = orders(&[(0, 1, 1.0, 1.0), (0, 2, 1.0, 1.0), (0, 3, 500.0, 1.0)]);
        assert_eq!(outliers(&few, &ByProduct::new(&few)), []);
    }

    #[test]
    fn a_price_of_a_dozen_tells_mixed_units_and_a_sale_does_not() {
        let mixed: Vec<_> = (0..20).map(|day| (0, day, 1.0, if day % 5 == 4 { 23.5 } else { 2.0 })).collect();
        let made = orders(&mixed);
        assert_eq!(mixed_units(&made, &ByProduct::new(&made)), [(4, 2.0)]);
        let sale: Vec<_> = (0..20).map(|day| (0, day, 1.0, if day % 5 == 4 { 1.0 } else { 2.0 })).collect();
        let made = orders(&sale);
        assert_eq!(mixed_units(&made, &ByProduct::new(&made)), []);
        // Prices all over the place hold every ratio.
        let wild: Vec<_> = (0..20).map(|day| (0, day, 1.0, 1.0 + f64::from(day * day % 37))).collect();
        let made = orders(&wild);
        assert_eq!(mixed_units(&made, &ByProduct::new(&made)), []);
    }
}
