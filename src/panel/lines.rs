//! Order lines sorted by series.

use crate::ingest::Orders;

/// The lines that count, series by series and in file order within each, so that the memory of a series is still warm
/// while its lines are added up. Whatever is asked of a line lies in that order too: to fetch it from its place in the
/// file would miss the processor's cache at nearly every line.
pub(super) struct Lines {
    minute: Vec<i32>,
    units: Vec<f64>,
    /// Unit prices; empty where the file has none.
    pub(super) price: Vec<f64>,
    /// The file's other columns.
    pub(super) extra: Vec<Vec<f64>>,
    /// Where each series' lines begin, and the end.
    begins: Vec<u32>,
}

impl Lines {
    /// Counting sort of the `used` lines, each of the series `key[line]` of `keys`.
    pub(super) fn new(orders: &Orders, used: &[u32], key: &[u32], keys: usize) -> Self {
        let mut begins = vec![0_u32; keys + 1];
        for &line in used {
            begins[key[line as usize] as usize + 1] += 1;
        }
        for place in 1..=keys {
            begins[place] += begins[place - 1];
        }
        let mut next = begins.clone();
        let places: Vec<u32> = used
            .iter()
            .map(|&line| {
                let slot = &mut next[key[line as usize] as usize];
                *slot += 1;
                *slot - 1
            })
            .collect();
        let numbers = |column: &[f64]| if column.is_empty() { Vec::new() } else { sorted(column, used, &places) };
        Self {
            minute: sorted(&orders.minute, used, &places),
            units: numbers(&orders.quantity),
            price: numbers(&orders.price),
            extra: orders.extra.iter().map(|column| numbers(&column.values)).collect(),
            begins,
        }
    }

    /// Number of series.
    pub(super) fn keys(&self) -> usize {
        self.begins.len() - 1
    }

    /// Minutes of all lines, in no order that matters.
    pub(super) fn minutes(&self) -> impl Iterator<Item = i32> + Clone {
        self.minute.iter().copied()
    }

    /// Place among all lines, minute and units of a series' lines.
    pub(super) fn of(&self, key: usize) -> impl Iterator<Item = (usize, i32, f64)> {
        let range = self.begins[key] as usize..self.begins[key + 1] as usize;
        let values = self.minute[range.clone()].iter().zip(&self.units[range.clone()]);
        range.zip(values).map(|(line, (&minute, &units))| (line, minute, units))
    }
}

/// The used values of a column, each at its place.
fn sorted<T: Copy + Default>(column: &[T], used: &[u32], places: &[u32]) -> Vec<T> {
    let mut sorted = vec![T::default(); used.len()];
    for (&line, &place) in used.iter().zip(places) {
        sorted[place as usize] = column[line as usize];
    }
    sorted
}
