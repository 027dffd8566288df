//! The order lines that count, in the file's order.

use tillcast_kernels::sums;

use crate::ingest::Orders;

/// Which lines count, and whose they are. They are gone through as the file has them: it mostly runs by date, so that what
/// a day's lines are added to lies close together however many series there are.
pub(super) struct Lines<'a> {
    orders: &'a Orders,
    used: Vec<u32>,
    /// Series of each line of the file.
    key: &'a [u32],
    keys: usize,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// Its place in the file.
    pub(super) place: usize,
    /// Its series.
    pub(super) key: usize,
    pub(super) minute: i32,
    pub(super) units: f64,
}

impl<'a> Lines<'a> {
    /// The `used` lines, each of the series `key[line]` of `keys`.
    pub(super) fn new(orders: &'a Orders, used: Vec<u32>, key: &'a [u32], keys: usize) -> Self {
        Self { orders, used, key, keys }
    }

    /// Number of series.
    pub(super) fn keys(&self) -> usize {
        self.keys
    }

    /// All of them by columns.
    pub(super) fn columns(&self) -> sums::Lines<'_> {
        let Orders { minute, quantity, price, .. } = self.orders;
        sums::Lines { used: &self.used, series: self.key, minute, units: quantity, price }
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = Line> {
        self.used.iter().map(|&line| self.line(line))
    }

    /// Their minutes.
    pub(super) fn minutes(&self) -> impl Iterator<Item = i32> + Clone {
        self.used.iter().map(|&line| self.orders.minute[line as usize])
    }

    /// All of them series by series, and where each series' begin, and the end.
    pub(super) fn by_series(&self) -> (Vec<Line>, Vec<usize>) {
        let mut begins = vec![0; self.keys + 1];
        self.all().for_each(|line| begins[line.key + 1] += 1);
        for key in 1..=self.keys {
            begins[key] += begins[key - 1];
        }
        let mut next = begins.clone();
        let mut sorted = vec![Line { place: 0, key: 0, minute: 0, units: 0.0 }; self.used.len()];
        for line in self.all() {
            sorted[next[line.key]] = line;
            next[line.key] += 1;
        }
        (sorted, begins)
    }

    fn line(&self, line: u32) -> Line {
        let place = line as usize;
        let (minute, units) = (self.orders.minute[place], self.orders.quantity[place]);
        Line { place, key: self.key[place] as usize, minute, units }
    }
}
