//! Further values beside the quantities: unit price and the file's other numeric columns.

use super::Column;
use super::build::Input;
use super::shape::Shape;
use super::spans::Entry;

/// Name of the column made of unit prices.
pub const PRICE: &str = "price";

/// The panel's columns: the unit price first where the file has one, then the file's own in their order.
///
/// A price is the mean weighted by units (the plain mean where nothing was sold); where there is none, the last known
/// one holds on. Other columns are the mean of the period's lines, so that a flag becomes the share of lines that
/// carry it. In order lines, a period without a line has 0 in a flag (nothing in it was promoted) and the last known
/// value in other columns; in a series file blanks stay missing.
pub(super) fn collect(input: &Input<'_>, entries: &[Entry], offsets: &[usize], length: usize) -> Vec<Column> {
    let orders = input.orders;
    let is_planned = |name: &str| input.options.known.iter().any(|known| known == name);
    let mut columns = Vec::new();
    if !orders.price.is_empty() {
        let mut values = price(input, entries, offsets, length);
        carry(&mut values, offsets);
        columns.push(Column { name: PRICE.into(), planned: is_planned(PRICE), values });
    }
    for extra in &orders.extra {
        if columns.iter().any(|column| column.name == extra.name) {
            continue;
        }
        let mut values = means(entries, offsets, length, |[sum, weight]: &mut [f64; 2], entry| {
            let value = extra.values[entry.line as usize];
            if value.is_finite() {
                *sum += value * entry.weight;
                *weight += entry.weight;
            }
        });
        if input.shape == Shape::Lines {
            let is_flag = extra.values.iter().all(|value| value.is_nan() || *value == 0.0 || *value == 1.0);
            if is_flag {
                values.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
            } else {
                carry(&mut values, offsets);
            }
        }
        columns.push(Column { name: extra.name.clone(), planned: is_planned(&extra.name), values });
    }
    columns
}

/// Mean unit price per value of the panel.
fn price(input: &Input<'_>, entries: &[Entry], offsets: &[usize], length: usize) -> Vec<f64> {
    let orders = input.orders;
    means(entries, offsets, length, |[money, sold, quoted, quotes]: &mut [f64; 4], entry| {
        let (price, units) = (orders.price[entry.line as usize], entry.units);
        if !price.is_finite() {
            return;
        }
        if units > 0.0 {
            *money += price * units * entry.weight;
            *sold += units * entry.weight;
        } else if units == 0.0 || units.is_nan() {
            *quoted += price * entry.weight;
            *quotes += entry.weight;
        }
    })
}

/// A mean per value of the panel, missing where nothing was added. `add` adds a line to pairs of sum and weight; the
/// first pair with a weight counts. Sums are kept for one series at a time.
fn means<const N: usize>(
    entries: &[Entry],
    offsets: &[usize],
    length: usize,
    add: impl Fn(&mut [f64; N], &Entry),
) -> Vec<f64> {
    let key = |entry: &Entry| entry.key as usize;
    let mut values = vec![f64::NAN; length];
    let mut sums = Vec::new();
    for entries in entries.chunk_by(|one, other| key(one) == key(other)) {
        let start = offsets[key(&entries[0])];
        let end = offsets.get(key(&entries[0]) + 1).copied().unwrap_or(length);
        sums.clear();
        sums.resize(end - start, [0.0; N]);
        for entry in entries {
            add(&mut sums[entry.slot as usize - start], entry);
        }
        for (value, pairs) in values[start..end].iter_mut().zip(&sums) {
            if let Some(pair) = pairs.chunks_exact(2).find(|pair| pair[1] > 0.0) {
                *value = pair[0] / pair[1];
            }
        }
    }
    values
}

/// Lets the last known value of each series hold on; what lies before the first known one stays missing, since a
/// forecast made there could not have known it.
fn carry(values: &mut [f64], offsets: &[usize]) {
    let ends = offsets.iter().skip(1).copied().chain([values.len()]);
    for (start, end) in offsets.iter().copied().zip(ends) {
        let mut last = f64::NAN;
        for value in &mut values[start..end] {
            if value.is_nan() {
                *value = last;
            } else {
                last = *value;
            }
        }
    }
}
