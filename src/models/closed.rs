//! Days on which a shop is closed: nothing is sold there, whatever a method says.
//!
//! A method that knows no season spreads sales over all days, and a network only comes near 0. Where the whole shop has
//! sold nothing on a weekday for weeks, while it sold on most other days, its forecast is 0; and so it is around holidays
//! at which it was closed in earlier years (see [`super::closures`]).

use std::ops::RangeInclusive;

use super::{SeriesForecast, closures};
use crate::calendar::Frequency;
use crate::ingest::extras::{Kind, kind_of};
use crate::ingest::roles::plain;
use crate::panel::totals::{self, Total};
use crate::panel::{Column, KnownAhead, Panel};

/// Weeks without a sale that close a weekday.
const WEEKS: usize = 8;
/// Share of all other days that must have had sales, so that a shop of rare goods is not taken for closed.
const LEAST_OPEN: f64 = 0.75;

/// Days of the week, by period number modulo 7.
fn closed(total: &Total) -> [bool; 7] {
    let mut closed = [false; 7];
    let first = total.values.len().saturating_sub(7 * WEEKS);
    let (mut days, mut sold) = ([0_usize; 7], [0_usize; 7]);
    for (place, value) in total.values.iter().enumerate().skip(first).filter(|(_, value)| !value.is_nan()) {
        let weekday = (total.start + place as i32).rem_euclid(7) as usize;
        days[weekday] += 1;
        sold[weekday] += usize::from(*value != 0.0);
    }
    for weekday in 0..7 {
        closed[weekday] = days[weekday] >= WEEKS && sold[weekday] == 0;
    }
    let open = |counts: &[usize; 7]| {
        counts.iter().zip(&closed).filter(|(_, closed)| !**closed).map(|(count, _)| count).sum::<usize>()
    };
    // Eight weeks without any sale close no weekday: a shop off season or after a long closure has none of its own.
    let (sold, days) = (open(&sold), open(&days));
    if days == 0 || (sold as f64) < LEAST_OPEN * days as f64 { [false; 7] } else { closed }
}

/// Whether a column tells when a shop is open.
pub fn says_when_open(column: &Column) -> bool {
    kind_of(&plain(&column.name)) == Some(Kind::Opening)
}

/// When a shop is closed.
#[derive(Default)]
pub struct Closed {
    weekdays: [bool; 7],
    /// Days since 1970 behind the panel's end.
    pub holidays: Vec<RangeInclusive<i32>>,
}

impl Closed {
    /// What a panel shows of it; of holidays it says nothing where a column `known` ahead tells when the shop is open.
    pub fn of(panel: &Panel, known: &KnownAhead) -> Self {
        if panel.frequency() != Frequency::Day {
            return Self::default();
        }
        let total = totals::total(panel);
        let weekdays = closed(&total);
        let is_told = known.columns.iter().any(says_when_open);
        Self { weekdays, holidays: if is_told { Vec::new() } else { closures::ahead(&total, &weekdays) } }
    }

    fn is_closed(&self, day: i32) -> bool {
        self.weekdays[day.rem_euclid(7) as usize] || self.holidays.iter().any(|days| days.contains(&day))
    }

    /// Keeps days on which it is closed at 0.
    pub fn keep(&self, series: &mut [SeriesForecast]) {
        if !self.weekdays.contains(&true) && self.holidays.is_empty() {
            return;
        }
        for series in series {
            let before = series.total_mean();
            for step in 0..series.mean.len() {
                if self.is_closed(series.start + step as i32) {
                    series.mean[step] = 0.0;
                    series.quantiles.row_mut(step).fill(0.0);
                }
            }
            // What was foreseen for closed days is not sold on others: it was the method's share of them.
            let kept = if before > 0.0 { series.total_mean() / before } else { 1.0 };
            series.total.iter_mut().for_each(|value| *value *= kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::panel::Series;

    fn panel(value: impl Fn(usize, usize) -> f64) -> Result<Panel> {
        let series = |product: usize| {
            let id = format!("{product}");
            let values = (0..84).map(|day| value(product, day)).collect();
            (Series { name: id.clone(), id, store: None, category: None, start: 700 }, values)
        };
        Panel::new(Frequency::Day, (0..3).map(series).collect())
    }

    #[test]
    fn a_weekday_without_sales_is_closed_and_a_rare_one_is_not() -> Result<()> {
        let shut = panel(|product, day| if day % 7 == 2 { 0.0 } else { 1.0 + product as f64 })?;
        let mut expected = [false; 7];
        expected[2] = true;
        assert_eq!(closed(&totals::total(&shut)), expected);
        let lately = panel(|_, day| if day % 7 == 2 && day < 56 { 0.0 } else { 1.0 })?;
        assert_eq!(closed(&totals::total(&lately)), [false; 7], "open again since four weeks");
        let rare = panel(|product, day| if day % 5 == product { 1.0 } else { 0.0 })?;
        assert_eq!(closed(&totals::total(&rare)), [false; 7]);
        let slow = panel(|product, day| if product == 0 && day % 7 == 3 { 1.0 } else { 0.0 })?;
        assert_eq!(
            closed(&totals::total(&slow)).iter().filter(|closed| **closed).count(),
            6,
            "a market day is a market day"
        );
        let seldom = panel(|product, day| if product == 0 && day % 14 == 3 { 1.0 } else { 0.0 })?;
        assert_eq!(closed(&totals::total(&seldom)), [false; 7], "a sale a fortnight says nothing of weekdays");
        Ok(())
    }

    #[test]
    fn eight_weeks_without_any_sale_close_no_weekday() -> Result<()> {
        let off_season = panel(|_, day| if day < 84 - 7 * WEEKS { 5.0 } else { 0.0 })?;
        assert_eq!(closed(&totals::total(&off_season)), [false; 7]);
        let mut said = vec![SeriesForecast::new(
            "0".into(),
            784,
            "x",
            vec![2.0; 14],
            ndarray::Array2::from_elem((14, crate::models::LEVELS.len()), 2.0),
            0.0,
        )];
        let before = said.clone();
        Closed::of(&off_season, &KnownAhead::default()).keep(&mut said);
        assert_eq!(said, before, "what a method foresees for the season's return stays");
        Ok(())
    }
}
