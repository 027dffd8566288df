//! Further values beside the quantities: unit price and the file's other numeric columns.

use super::Column;
use super::build::{BuildOptions, Input};
use super::shape::Shape;
use crate::ingest::Orders;

/// Name of the column made of unit prices.
pub const PRICE: &str = "price";

/// The panel's columns being made, one series after the other: the unit price first where the file has one, then the
/// file's own in their order.
///
/// A price is the mean weighted by units (the plain mean where nothing was sold); where there is none, the last known
/// one holds on. Other columns are the mean of the period's lines, so that a flag becomes the share of lines that
/// carry it. In order lines, a period without a line has 0 in a flag (nothing in it was promoted) and the last known
/// value in other columns; in a series file blanks stay missing.
pub(super) struct Columns<'a> {
    price: Option<Means<4>>,
    others: Vec<Other<'a>>,
    is_planned: Box<dyn Fn(&str) -> bool + 'a>,
}

fn is_wanted(options: &BuildOptions, name: &str) -> bool {
    options.columns.as_ref().is_none_or(|columns| columns.iter().any(|column| column == name))
}

/// One of the file's own columns.
struct Other<'a> {
    name: &'a str,
    of_line: &'a [f64],
    /// What a line without a value says.
    blank: f64,
    means: Means<2>,
}

/// What a period without a value gets.
#[derive(Clone, Copy, PartialEq)]
enum Gap {
    Missing,
    Zero,
    /// The last known value; what lies before the first known one stays missing, since a forecast made there could
    /// not have known it.
    LastKnown,
}

impl<'a> Columns<'a> {
    /// How many columns there will be, at most.
    pub(super) fn count(orders: &Orders, options: &BuildOptions) -> usize {
        let own = orders.extra.iter().filter(|extra| is_wanted(options, &extra.name)).count();
        own + usize::from(!orders.price.is_empty() && is_wanted(options, PRICE))
    }

    /// Columns of `length` values each.
    pub(super) fn new(input: &Input<'a>, length: usize) -> Self {
        let (orders, options) = (input.orders, input.options);
        let has_price = !orders.price.is_empty();
        let price = (has_price && is_wanted(options, PRICE)).then(|| Means::new(length, Gap::LastKnown));
        let mut others: Vec<Other<'a>> = Vec::new();
        for (extra, of_line) in orders.extra.iter().zip(&input.lines.extra) {
            let is_taken = has_price && extra.name == PRICE || others.iter().any(|other| other.name == extra.name);
            if is_taken || !is_wanted(options, &extra.name) {
                continue;
            }
            let gap = match input.shape {
                Shape::Lines if extra.is_flag() => Gap::Zero,
                Shape::Lines => Gap::LastKnown,
                Shape::Series(_) => Gap::Missing,
            };
            // Of a box that is ticked or not, no tick means no.
            let blank = if extra.is_flag() && extra.values.iter().all(|value| *value != 0.0) { 0.0 } else { f64::NAN };
            others.push(Other { name: &extra.name, of_line, blank, means: Means::new(length, gap) });
        }
        let is_planned = Box::new(|name: &str| options.known.iter().any(|known| known == name));
        Self { price, others, is_planned }
    }

    /// Begins a series of that length.
    pub(super) fn begin(&mut self, length: usize) {
        if let Some(price) = &mut self.price {
            price.begin(length);
        }
        self.others.iter_mut().for_each(|other| other.means.begin(length));
    }

    /// Adds a share of a line to a value of the series.
    pub(super) fn add(&mut self, slot: usize, line: usize, price: f64, units: f64, weight: f64) {
        if let Some(prices) = &mut self.price
            && price.is_finite()
        {
            let [money, sold, quoted, quotes] = &mut prices.sums[slot];
            if units > 0.0 {
                *money += price * units * weight;
                *sold += units * weight;
            } else if units == 0.0 || units.is_nan() {
                *quoted += price * weight;
                *quotes += weight;
            }
        }
        for other in &mut self.others {
            let value = if other.of_line[line].is_nan() { other.blank } else { other.of_line[line] };
            if value.is_finite() {
                let [sum, all] = &mut other.means.sums[slot];
                *sum += value * weight;
                *all += weight;
            }
        }
    }

    /// Ends the series of that length.
    pub(super) fn end(&mut self, length: usize) {
        if let Some(price) = &mut self.price {
            price.end(length);
        }
        self.others.iter_mut().for_each(|other| other.means.end(length));
    }

    /// The columns.
    pub(super) fn finish(self) -> Vec<Column> {
        let price = self.price.map(|means| (PRICE, means.values));
        let others = self.others.into_iter().map(|other| (other.name, other.means.values));
        let all = price.into_iter().chain(others);
        all.map(|(name, values)| Column { name: name.into(), planned: (self.is_planned)(name), values }).collect()
    }
}

/// A mean per value of the panel: of pairs of sum and weight, the first pair with a weight counts. Sums are kept for one
/// series at a time, and are nothing between two.
struct Means<const N: usize> {
    sums: Vec<[f64; N]>,
    values: Vec<f64>,
    gap: Gap,
}

impl<const N: usize> Means<N> {
    fn new(length: usize, gap: Gap) -> Self {
        Self { sums: Vec::new(), values: Vec::with_capacity(length), gap }
    }

    fn begin(&mut self, length: usize) {
        if self.sums.len() < length {
            self.sums.resize(length, [0.0; N]);
        }
    }

    fn end(&mut self, length: usize) {
        let mut filler = if self.gap == Gap::Zero { 0.0 } else { f64::NAN };
        for pairs in &mut self.sums[..length] {
            let mean = pairs.chunks_exact(2).find(|pair| pair[1] > 0.0).map(|pair| pair[0] / pair[1]);
            let value = mean.unwrap_or(filler);
            self.values.push(value);
            *pairs = [0.0; N];
            if self.gap == Gap::LastKnown {
                filler = value;
            }
        }
    }
}
