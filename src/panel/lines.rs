//! Order lines sorted by series.

use crate::ingest::Orders;

/// The lines that count, series by series and in file order within each, so that the memory of a series is still warm
/// while its lines are added up.
pub(super) struct Lines {
    /// Place in the file's lines.
    line: Vec<u32>,
    minute: Vec<i32>,
    units: Vec<f64>,
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
        let mut sorted =
            Self { line: vec![0; used.len()], minute: vec![0; used.len()], units: vec![0.0; used.len()], begins };
        for &line in used {
            let slot = &mut next[key[line as usize] as usize];
            let (to, from) = (*slot as usize, line as usize);
            sorted.line[to] = line;
            sorted.minute[to] = orders.minute[from];
            sorted.units[to] = orders.quantity[from];
            *slot += 1;
        }
        sorted
    }

    /// Number of series.
    pub(super) fn keys(&self) -> usize {
        self.begins.len() - 1
    }

    /// Minutes of all lines, in no order that matters.
    pub(super) fn minutes(&self) -> impl Iterator<Item = i32> + Clone {
        self.minute.iter().copied()
    }

    /// Place in the file, minute and units of a series' lines.
    pub(super) fn of(&self, key: usize) -> impl Iterator<Item = (usize, i32, f64)> {
        let range = self.begins[key] as usize..self.begins[key + 1] as usize;
        let [lines, minutes] = [range.clone(), range.clone()];
        let whole = self.line[lines].iter().zip(&self.minute[minutes]).zip(&self.units[range]);
        whole.map(|((&line, &minute), &units)| (line as usize, minute, units))
    }
}
