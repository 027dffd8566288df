//! What was said of other periods than the panel's: days of which a panel by weeks was told, weeks of one by days.

use super::AheadRow;
use crate::calendar::Frequency;
use crate::error::Result;
use crate::order::sort_many;
use crate::panel::Panel;

/// A row, and the hours since 1970 that it tells of.
struct Told<'a> {
    row: &'a AheadRow,
    hours: (i32, i32),
}

/// Rows of other periods, those that say most exactly what they mean last: the longest first.
pub(in crate::session) struct Carried<'a>(Vec<Told<'a>>);

/// A period's first hour since 1970, and the one behind its last.
fn hours(frequency: Frequency, period: i32) -> (i32, i32) {
    match frequency {
        Frequency::Hour => (period, period + 1),
        _ => (frequency.first_day(period) * 24, frequency.first_day(period + 1) * 24),
    }
}

impl<'a> Carried<'a> {
    /// Those of the rows that are not of the panel's own periods.
    ///
    /// # Errors
    /// Fails on a date that cannot be read.
    pub fn of(panel: &Panel, rows: &'a [AheadRow]) -> Result<Self> {
        let mut told = Vec::new();
        for row in rows {
            if let Some(per) = row.per.filter(|per| *per != panel.frequency()) {
                told.push((per, Told { row, hours: hours(per, row.period(per)?) }));
            }
        }
        sort_many(&mut told, |one, other| other.0.cmp(&one.0));
        Ok(Self(told.into_iter().map(|(_, told)| told).collect()))
    }

    /// Puts what they say of a series' column into its next steps, and says which steps they tell wholly. A step is the
    /// mean of its hours, as a past one is that of its lines: of a week with three days of promotion three sevenths, the
    /// rest as it was. What is said of the product goes before what is said of all.
    pub fn over(&self, steps: &mut [f64], column: usize, panel: &Panel, series: usize) -> Vec<bool> {
        let mut whole = vec![false; steps.len()];
        let (of, end) = (panel.series(series), panel.end(series));
        let is_of = |row: &AheadRow, own: bool| match &row.product {
            Some(product) => own && *product == of.id && (row.store.is_none() || row.store == of.store),
            None => !own,
        };
        for own in [false, true] {
            let mut rest = self.0.iter().filter(|told| is_of(told.row, own)).peekable();
            while let Some(first) = rest.peek() {
                let per = first.row.per;
                // By step: the sum of values times hours, and those hours.
                let mut sums = vec![(0.0, 0); steps.len()];
                while let Some(told) = rest.next_if(|told| told.row.per == per) {
                    let Some(value) = told.row.values.get(column).filter(|value| value.is_finite()) else { continue };
                    for (step, (sum, covered)) in (end..).zip(&mut sums) {
                        let (from, until) = hours(panel.frequency(), step);
                        let common = until.min(told.hours.1) - from.max(told.hours.0);
                        if common > 0 {
                            *sum += value * f64::from(common);
                            *covered += common;
                        }
                    }
                }
                for (((step, value), whole), (sum, covered)) in (end..).zip(&mut *steps).zip(&mut whole).zip(sums) {
                    if covered == 0 {
                        continue;
                    }
                    let (from, until) = hours(panel.frequency(), step);
                    let open = f64::from((until - from - covered).max(0));
                    let said = sum / f64::from(covered);
                    *value = if value.is_nan() { said } else { (sum + *value * open) / (f64::from(covered) + open) };
                    *whole |= open == 0.0;
                }
            }
        }
        whole
    }
}
