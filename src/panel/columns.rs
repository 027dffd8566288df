//! Further values beside the quantities: unit price and the file's other numeric columns.

use super::Column;
use super::build::{BuildOptions, Input};
use super::lines::Line;
use super::shape::Shape;
use super::spans::{Spans, shares};

/// Name of the column made of unit prices.
pub const PRICE: &str = "price";

/// The panel's columns that are wanted: the unit price first where the file has one, then the
/// file's own in their order.
///
/// A price is the mean weighted by units (the plain mean where nothing was sold); where there is none, the last known
/// one holds on. Other columns are the mean of the period's lines, so that a flag becomes the share of lines that
/// carry it. In order lines, a period without a line has 0 in a flag (nothing in it was promoted) and the last known
/// value in other columns; in a series file blanks stay missing.
pub(super) struct Columns<'a> {
    price: Option<Means<4>>,
    others: Vec<Other<'a>>,
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
    /// Those that are wanted.
    pub(super) fn new(input: &Input<'a>) -> Self {
        let (orders, options) = (input.orders, input.options);
        let has_price = !orders.price.is_empty();
        let price = (has_price && is_wanted(options, PRICE)).then(|| Means::new(Gap::LastKnown));
        let mut others: Vec<Other<'a>> = Vec::new();
        for extra in &orders.extra {
            let is_taken = has_price && extra.name == PRICE || others.iter().any(|other| other.name == extra.name);
            if is_taken || !is_wanted(options, &extra.name) {
                continue;
            }
            let gap = match input.shape {
                Shape::Lines if extra.is_flag() => Gap::Zero,
                Shape::Lines => Gap::LastKnown,
                Shape::Series(_) | Shape::List(_) => Gap::Missing,
            };
            let (of_line, blank) = (&extra.values, extra.blank());
            others.push(Other { name: &extra.name, of_line, blank, means: Means::new(gap) });
        }
        Self { price, others }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.others.len() + usize::from(self.price.is_some())
    }

    /// Fills them with `length` values each.
    pub(super) fn fill(mut self, input: &Input<'_>, spans: &Spans, length: usize) -> Vec<Column> {
        if self.len() == 0 {
            return Vec::new();
        }
        self.price.iter_mut().for_each(|price| price.values.reserve_exact(length));
        self.others.iter_mut().for_each(|other| other.means.values.reserve_exact(length));
        // Sums are kept for one series at a time: for all they would be many times as large as the values.
        let (lines, begins) = input.lines.by_series();
        for (key, span) in spans.of_key.iter().enumerate() {
            let Some(span) = span else { continue };
            self.price.iter_mut().for_each(|price| price.begin(span.len()));
            self.others.iter_mut().for_each(|other| other.means.begin(span.len()));
            for &line in &lines[begins[key]..begins[key + 1]] {
                for (period, weight) in shares(input.shape, input.frequency, &spans.periods, line.minute) {
                    if (span.start..span.end).contains(&period) {
                        self.add((period - span.start) as usize, &input.orders.price, line, weight);
                    }
                }
            }
            self.price.iter_mut().for_each(|price| price.end(span.len()));
            self.others.iter_mut().for_each(|other| other.means.end(span.len()));
        }
        let price = self.price.map(|means| (PRICE, means.values));
        let others = self.others.into_iter().map(|other| (other.name, other.means.values));
        let is_planned = |name: &str| input.options.known.iter().any(|known| known == name);
        let all = price.into_iter().chain(others);
        all.map(|(name, values)| Column { name: name.into(), planned: is_planned(name), values }).collect()
    }

    /// Adds a share of a line to a value of the series.
    fn add(&mut self, slot: usize, prices: &[f64], line: Line, weight: f64) {
        if let Some(means) = &mut self.price
            && let Some(price) = prices.get(line.place).filter(|price| price.is_finite())
        {
            let [money, sold, quoted, quotes] = &mut means.sums[slot];
            if line.units > 0.0 {
                *money += price * line.units * weight;
                *sold += line.units * weight;
            } else if line.units == 0.0 || line.units.is_nan() {
                *quoted += price * weight;
                *quotes += weight;
            }
        }
        for other in &mut self.others {
            let value = other.of_line[line.place];
            let value = if value.is_nan() { other.blank } else { value };
            if value.is_finite() {
                let [sum, all] = &mut other.means.sums[slot];
                *sum += value * weight;
                *all += weight;
            }
        }
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
    fn new(gap: Gap) -> Self {
        Self { sums: Vec::new(), values: Vec::new(), gap }
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
