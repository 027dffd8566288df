//! Regular series side by side: one ragged, columnar panel, `NaN` for missing.

mod brief;
pub mod build;
pub mod clean;
mod columns;
pub mod demand;
mod lines;
mod outside;
mod partial;
pub mod quality;
mod shape;
pub mod sizes;
mod spans;
pub mod totals;
mod unknown;

use std::ops::Range;
use std::sync::Arc;

use crate::calendar::Frequency;
use crate::error::{Error, Result};

pub use brief::Brief;
pub use columns::PRICE;
pub use unknown::Unknown;

/// Who a series is about and when it begins.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Series {
    /// Literal product key; unique in the panel, together with the store where the panel is split by it.
    pub id: String,
    /// Name to show; the key where the file has none.
    pub name: String,
    /// Store or channel, where the panel is split by it.
    pub store: Option<String>,
    /// Category, where the file has one.
    pub category: Option<String>,
    /// First period (see [`Frequency`]).
    pub start: i32,
}

/// A further value per series and period: price, promotion, opening …
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// Name as in the file.
    pub name: String,
    /// Whether its values are planned ahead, so that a forecast may use them over the horizon.
    pub planned: bool,
    /// One value per panel value, in the same order; `NaN` for missing.
    pub values: Vec<f64>,
}

/// Ragged panel of regular series. Series may have different starts, ends and lengths; a length may be zero.
///
/// Cloning shares everything, and [`Panel::before`] the values: a shop's panel is the largest thing held.
#[derive(Debug, Clone)]
pub struct Panel {
    frequency: Frequency,
    series: Arc<Vec<Series>>,
    /// Where each series lies in `values`, which may hold more than this panel knows.
    ranges: Arc<Vec<Range<usize>>>,
    values: Arc<Vec<f64>>,
    /// What follows the values: those of series in which some are unknown.
    patch: Arc<Vec<f64>>,
    doubts: Option<unknown::Doubts>,
    /// Where each series begins in the columns, and last where they end.
    offsets: Arc<Vec<usize>>,
    columns: Arc<Vec<Column>>,
}

impl PartialEq for Panel {
    fn eq(&self, other: &Self) -> bool {
        self.frequency == other.frequency
            && self.series == other.series
            && (0..self.len()).all(|index| self.values(index) == other.values(index))
            && self.columns == other.columns
    }
}

/// Values of the planned columns over a horizon.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct KnownAhead {
    /// Steps covered.
    pub horizon: usize,
    /// One column per planned column, values series by series: `series × horizon`.
    pub columns: Vec<Column>,
}

impl Panel {
    /// A panel of series with their values.
    ///
    /// # Errors
    /// Fails if two series share key and store.
    pub fn new(frequency: Frequency, series: Vec<(Series, Vec<f64>)>) -> Result<Self> {
        let (mut infos, mut offsets, mut all) = (Vec::new(), vec![0], Vec::new());
        for (info, values) in series {
            all.extend(values);
            offsets.push(all.len());
            infos.push(info);
        }
        Self::from_parts(frequency, infos, offsets, all)
    }

    /// A panel of values that lie side by side already: those of series `i` at `offsets[i]..offsets[i + 1]`.
    fn from_parts(frequency: Frequency, series: Vec<Series>, offsets: Vec<usize>, values: Vec<f64>) -> Result<Self> {
        let mut seen = std::collections::HashSet::new();
        if let Some(twice) = series.iter().find(|info| !seen.insert((info.id.as_str(), info.store.as_deref()))) {
            return Err(Error::internal(format!("two series with the key \"{}\"", twice.id)));
        }
        let is_split = offsets.first() == Some(&0) && offsets.last() == Some(&values.len()) && offsets.is_sorted();
        if !is_split || offsets.len() != series.len() + 1 {
            return Err(Error::internal("the panel's values are not split by its series"));
        }
        let ranges = offsets.windows(2).map(|pair| pair[0]..pair[1]).collect();
        Ok(Self {
            frequency,
            series: Arc::new(series),
            ranges: Arc::new(ranges),
            values: Arc::new(values),
            patch: Arc::default(),
            doubts: None,
            offsets: Arc::new(offsets),
            columns: Arc::default(),
        })
    }

    /// Adds a column.
    ///
    /// # Errors
    /// Fails if it has not one value per panel value.
    pub fn with_column(mut self, column: Column) -> Result<Self> {
        if column.values.len() != self.total_len() {
            return Err(Error::internal(format!(
                "column \"{}\" has {} values for {}",
                column.name,
                column.values.len(),
                self.total_len()
            )));
        }
        Arc::make_mut(&mut self.columns).push(column);
        Ok(self)
    }

    /// The same series and columns with other values: a list for each series, as long as before.
    ///
    /// # Errors
    /// Fails if they are not as many as before.
    pub fn with_values(&self, values: Vec<Vec<f64>>) -> Result<Self> {
        let is_alike = |index: usize, own: &Vec<f64>| own.len() == self.ranges[index].len();
        if values.len() != self.len() || !values.iter().enumerate().all(|(index, own)| is_alike(index, own)) {
            return Err(Error::internal("other values than the panel has places for"));
        }
        let ranges = self.offsets.windows(2).map(|pair| pair[0]..pair[1]).collect();
        let (ranges, values) = (Arc::new(ranges), Arc::new(values.concat()));
        Ok(Self { ranges, values, patch: Arc::default(), doubts: None, ..self.clone() })
    }

    /// Spacing of all series.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Number of series.
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Whether there is no series.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// Number of values of all series.
    pub fn total_len(&self) -> usize {
        self.offsets.last().copied().unwrap_or_default()
    }

    /// Store of each series, empty where it has none; nothing at all where the panel is not split by store.
    pub fn stores(&self) -> Option<Vec<&str>> {
        self.series
            .iter()
            .any(|series| series.store.is_some())
            .then(|| self.series.iter().map(|series| series.store.as_deref().unwrap_or_default()).collect())
    }

    /// Who series `index` is about.
    pub fn series(&self, index: usize) -> &Series {
        &self.series[index]
    }

    /// Values of series `index`, oldest first, `NaN` for missing.
    pub fn values(&self, index: usize) -> &[f64] {
        let Range { start, end } = self.ranges[index];
        match end.checked_sub(self.values.len()) {
            Some(end) if end > 0 => &self.patch[start - self.values.len()..end],
            _ => &self.values[start..end],
        }
    }

    /// The period after the last value of series `index`: where its forecast starts.
    pub fn end(&self, index: usize) -> i32 {
        self.series[index].start + self.values(index).len() as i32
    }

    /// All columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Values of column `column` for series `index`.
    pub fn column_values(&self, column: usize, index: usize) -> &[f64] {
        &self.columns[column].values[self.offsets[index]..self.offsets[index + 1]]
    }

    /// The panel as it was `back` periods before each series' end. Series keep their places; a short one becomes empty.
    /// Of the columns planned ones and those of [`sizes`] stay: no method reads others. Days are unknown that seemed so then.
    #[must_use]
    pub fn before(&self, back: usize) -> Panel {
        if let Some(doubts) = &self.doubts {
            return self.doubting_before(doubts, back);
        }
        let ranges: Vec<Range<usize>> =
            self.ranges.iter().map(|range| range.start..range.start.max(range.end.saturating_sub(back))).collect();
        let mut offsets = vec![0];
        for range in &ranges {
            offsets.push(offsets[offsets.len() - 1] + range.len());
        }
        let is_read = |column: &&Column| column.planned || sizes::is_of_orders(&column.name);
        let read = self.columns.iter().filter(is_read).map(|column| {
            let parts = self.offsets.iter().zip(&ranges).map(|(&from, range)| &column.values[from..from + range.len()]);
            let values = parts.flatten().copied().collect();
            Column { name: column.name.clone(), planned: column.planned, values }
        });
        let columns = Arc::new(read.collect());
        let (ranges, offsets) = (Arc::new(ranges), Arc::new(offsets));
        Panel { ranges, offsets, columns, ..self.clone() }
    }

    /// The same without columns.
    #[must_use]
    pub fn sold_before(&self, back: usize) -> Panel {
        Panel { columns: Arc::default(), ..self.clone() }.before(back)
    }

    /// What the panel's planned columns say about the `horizon` periods that begin `back` periods before each
    /// series' end. Steps past a series' end are `NaN`.
    pub fn known_after(&self, back: usize, horizon: usize) -> KnownAhead {
        let columns = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.planned)
            .map(|(place, column)| {
                let mut values = Vec::with_capacity(self.len() * horizon);
                for index in 0..self.len() {
                    let all = self.column_values(place, index);
                    // A series shorter than `back` begins inside the span.
                    let first = all.len() as isize - back as isize;
                    values.extend((0..horizon as isize).map(|step| {
                        usize::try_from(first + step).ok().and_then(|at| all.get(at).copied()).unwrap_or(f64::NAN)
                    }));
                }
                Column { name: column.name.clone(), planned: true, values }
            })
            .collect();
        KnownAhead { horizon, columns }
    }

    /// The series at `places`, in that order.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Panel {
        let (mut series, mut ranges, mut offsets, mut values) = (Vec::new(), Vec::new(), vec![0], Vec::new());
        for &place in places {
            let from = values.len();
            series.push(self.series[place].clone());
            values.extend_from_slice(self.values(place));
            ranges.push(from..values.len());
            offsets.push(values.len());
        }
        let columns = self.columns.iter().enumerate().map(|(place, column)| {
            let values = places.iter().flat_map(|&index| self.column_values(place, index).iter().copied()).collect();
            Column { name: column.name.clone(), planned: column.planned, values }
        });
        let columns = Arc::new(columns.collect());
        Self {
            frequency: self.frequency,
            series: Arc::new(series),
            ranges: Arc::new(ranges),
            values: Arc::new(values),
            patch: Arc::default(),
            doubts: None,
            offsets: Arc::new(offsets),
            columns,
        }
    }
}

impl KnownAhead {
    /// Values of a column by name for one series over the horizon.
    pub fn values(&self, name: &str, index: usize) -> Option<&[f64]> {
        let column = self.columns.iter().find(|column| column.name == name)?;
        column.values.get(index * self.horizon..(index + 1) * self.horizon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_keeps_places_and_columns() -> Result<()> {
        let series = |id: &str| Series { id: id.into(), name: id.into(), store: None, category: None, start: 10 };
        let panel = Panel::new(Frequency::Day, vec![(series("a"), vec![1., 2., 3.]), (series("b"), vec![4.])])?
            .with_column(Column { name: "promo".into(), planned: true, values: vec![0., 1., 0., 1.] })?;
        let cut = panel.before(2);
        assert_eq!((cut.values(0), cut.values(1)), (&[1.][..], &[][..]));
        assert_eq!((cut.total_len(), cut.end(0), cut.column_values(0, 0)), (1, 11, &[0.][..]));
        assert_eq!(cut.before(1).values(0), &[0.0; 0]);
        let known = panel.known_after(2, 2);
        assert_eq!(known.values("promo", 0), Some(&[1., 0.][..]));
        let short = known.values("promo", 1).map(<[f64]>::to_vec).unwrap_or_default();
        assert!(short[0].is_nan() && (short[1] - 1.).abs() < 1e-12);
        assert_eq!(panel.select(&[1]).values(0), &[4.]);
        Ok(())
    }
}
