//! What is odd about single lines: repeats, slips of the pen, units that changed.

use std::cmp::Ordering;

use crate::ingest::Orders;

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

    fn all(&self) -> impl Iterator<Item = &[u32]> {
        self.begins.windows(2).map(|pair| &self.lines[pair[0] as usize..pair[1] as usize])
    }
}

/// Lines after the first of those that are equal in product, store, time, units, price and all further columns; in file
/// order.
pub(super) fn repeated(orders: &Orders, products: &ByProduct, is_ordered: impl Fn(usize) -> bool) -> Vec<u32> {
    let compare = |one: &u32, other: &u32| -> Ordering {
        let (one, other) = (*one as usize, *other as usize);
        let of = |column: &[f64], line: usize| column.get(line).map_or(0, |value| value.to_bits());
        let store = |line: usize| orders.store.get(line).copied().unwrap_or(0);
        orders.minute[one]
            .cmp(&orders.minute[other])
            .then_with(|| store(one).cmp(&store(other)))
            .then_with(|| of(&orders.quantity, one).cmp(&of(&orders.quantity, other)))
            .then_with(|| of(&orders.price, one).cmp(&of(&orders.price, other)))
            .then_with(|| {
                let extra = orders.extra.iter().map(|column| of(&column.values, one).cmp(&of(&column.values, other)));
                extra.fold(Ordering::Equal, Ordering::then)
            })
    };
    let mut found = Vec::new();
    let mut own: Vec<u32> = Vec::new();
    for lines in products.all() {
        own.clear();
        own.extend(lines.iter().filter(|line| !is_ordered(**line as usize)));
        // Stable, so that of equal lines the first of the file stands first.
        own.sort_by(compare);
        let later = own.windows(2).filter(|pair| compare(&pair[0], &pair[1]) == Ordering::Equal);
        found.extend(later.map(|pair| pair[1]));
    }
    found.sort_unstable();
    found
}

/// Lines of far more than usual, with the product's median; in file order.
pub(super) fn outliers(orders: &Orders, products: &ByProduct) -> Vec<(u32, f64)> {
    let mut found = Vec::new();
    let mut sold: Vec<(f64, u32)> = Vec::new();
    for lines in products.all() {
        if lines.len() < FEWEST_LINES {
            continue;
        }
        sold.clear();
        sold.extend(
            lines.iter().map(|&line| (orders.quantity[line as usize], line)).filter(|(quantity, _)| *quantity > 0.0),
        );
        if sold.len() < FEWEST_LINES {
            continue;
        }
        let by_quantity = |one: &(f64, u32), other: &(f64, u32)| one.0.total_cmp(&other.0);
        let middle = sold.len() / 2;
        let usual = sold.select_nth_unstable_by(middle, by_quantity).1.0;
        let least = usual * OUTLIER_TIMES;
        if sold.iter().all(|(quantity, _)| *quantity < least) {
            continue;
        }
        sold.sort_unstable_by(by_quantity);
        let first =
            (1..sold.len()).find(|&place| sold[place].0 >= least && sold[place].0 >= OUTLIER_LEAP * sold[place - 1].0);
        if let Some(first) = first
            && (sold.len() - first) * OUTLIERS_IN <= sold.len().max(OUTLIERS_IN)
        {
            found.extend(sold[first..].iter().map(|(_, line)| (*line, usual)));
        }
    }
    found.sort_unstable_by_key(|(line, _)| *line);
    found
}

/// The first line of each product at a pack's price, with the product's usual price, where nearly all its lines have one
/// of the two; in file order.
pub(super) fn mixed_units(orders: &Orders, products: &ByProduct) -> Vec<(u32, f64)> {
    let mut found = Vec::new();
    if orders.price.is_empty() {
        return found;
    }
    let mut prices: Vec<(f64, u32)> = Vec::new();
    for lines in products.all() {
        if lines.len() < FEWEST_LINES {
            continue;
        }
        prices.clear();
        let of = |line: u32| (orders.price[line as usize], orders.quantity[line as usize]);
        prices.extend(
            lines.iter().filter(|line| of(**line).0 > 0.0 && of(**line).1 > 0.0).map(|&line| (of(line).0, line)),
        );
        if prices.len() < FEWEST_LINES {
            continue;
        }
        let middle = prices.len() / 2;
        let usual = prices.select_nth_unstable_by(middle, |one, other| one.0.total_cmp(&other.0)).1.0;
        let near = |ratio: f64, wanted: f64, tolerance: f64| ratio <= wanted * tolerance && ratio >= wanted / tolerance;
        let plain = prices.iter().filter(|(price, _)| near(price / usual, 1.0, USUAL_TOLERANCE)).count();
        for pack in PACKS.into_iter().flat_map(|pack| [pack, 1.0 / pack]) {
            let at_pack = prices.iter().filter(|(price, _)| near(price / usual, pack, PACK_TOLERANCE));
            let (count, first) = at_pack.fold((0, u32::MAX), |(count, first), (_, line)| (count + 1, first.min(*line)));
            if count >= FEWEST_PACKS && (plain + count) as f64 >= TOLD_SHARE * prices.len() as f64 {
                found.push((first, usual));
                break;
            }
        }
    }
    found.sort_unstable_by_key(|(line, _)| *line);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Product;

    /// Lines as (product, day, quantity, price).
    fn orders(lines: &[(u32, i32, f64, f64)]) -> Orders {
        let products = lines.iter().map(|line| line.0 + 1).max().unwrap_or(0);
        let product = |place: u32| Product { id: format!("p{place}"), name: format!("p{place}"), category: None };
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
        let products = ByProduct::new(&made);
        assert_eq!(repeated(&made, &products, |_| false), [2, 6]);
        assert_eq!(
            repeated(&made, &products, |line| line < 3),
            [0; 0],
            "one line without an order number is no repeat"
        );
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
