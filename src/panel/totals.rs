//! Sums over products and spans that a shop's summary shows.

use super::Panel;
use crate::calendar::Frequency;

/// One series that stands for the whole shop.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// First period with data of any series.
    pub start: i32,
    /// Sum over all series per period; `NaN` only where every series that covers the period is missing.
    pub values: Vec<f64>,
}

/// Periods shown beside a product's name.
pub const RECENT_PERIODS: usize = 13;

impl Total {
    /// The sum of the `horizon` periods one year before the periods that follow the last value; see [`year_before`].
    pub fn year_before(&self, frequency: Frequency, horizon: usize) -> Option<f64> {
        span_year_before(&self.values, frequency, horizon)
    }
}

/// Sum of all series, aligned by period. Series that begin later or end earlier add nothing outside their own span.
pub fn total(panel: &Panel) -> Total {
    let filled = || (0..panel.len()).filter(|&index| !panel.values(index).is_empty());
    let start = filled().map(|index| panel.series(index).start).min().unwrap_or_default();
    let end = filled().map(|index| panel.end(index)).max().unwrap_or_default();
    let mut values = vec![f64::NAN; usize::try_from(end - start).unwrap_or_default()];
    for index in filled() {
        let offset = (panel.series(index).start - start) as usize;
        for (sum, value) in values[offset..].iter_mut().zip(panel.values(index)) {
            if !value.is_nan() {
                *sum = if sum.is_nan() { *value } else { *sum + value };
            }
        }
    }
    Total { start, values }
}

/// The sum of the `horizon` periods one year before those that follow the end of series `index`: 52 weeks earlier for
/// hours, days and weeks, so that weekdays match, 12 months for months.
///
/// `None` where the history does not reach back that far, a value is missing, or the horizon is longer than a year.
pub fn year_before(panel: &Panel, index: usize, horizon: usize) -> Option<f64> {
    span_year_before(panel.values(index), panel.frequency(), horizon)
}

fn span_year_before(values: &[f64], frequency: Frequency, horizon: usize) -> Option<f64> {
    let year = match frequency {
        Frequency::Hour => 364 * 24,
        Frequency::Day => 364,
        Frequency::Week => 52,
        Frequency::Month => 12,
    };
    let from = values.len().checked_sub(year)?;
    let sum: f64 = values.get(from..from + horizon)?.iter().sum();
    (!sum.is_nan()).then_some(sum)
}

/// The last 13 values of series `index`, oldest first, `NaN` for missing; fewer where the series is shorter.
pub fn recent(panel: &Panel, index: usize) -> &[f64] {
    let values = panel.values(index);
    &values[values.len().saturating_sub(RECENT_PERIODS)..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::panel::Series;

    fn series(id: &str, start: i32) -> Series {
        Series { id: id.into(), name: id.into(), store: None, category: None, start }
    }

    #[test]
    fn totals_align_periods_and_skip_missing_values() -> Result<()> {
        let panel = Panel::new(
            Frequency::Day,
            vec![
                (series("a", 10), vec![1., f64::NAN, 3.]),
                (series("b", 12), vec![10., 20.]),
                (series("c", 99), vec![]),
            ],
        )?;
        let total = total(&panel);
        assert_eq!(total.start, 10);
        assert_eq!(format!("{:?}", total.values), "[1.0, NaN, 13.0, 20.0]");
        Ok(())
    }

    #[test]
    fn one_year_before_keeps_weekdays() -> Result<()> {
        // A daily series whose value is its weekday: the span of a week always sums to 21, one day shows the shift.
        let values: Vec<f64> = (0..400).map(|day| f64::from(day % 7)).collect();
        let panel = Panel::new(Frequency::Day, vec![(series("a", 0), values)])?;
        assert_eq!(year_before(&panel, 0, 1), Some(f64::from(400 % 7)));
        assert_eq!(year_before(&panel, 0, 7), Some(21.));
        assert_eq!(year_before(&panel.before(100), 0, 7), None);
        assert_eq!(year_before(&panel, 0, 365), None);
        assert_eq!(recent(&panel, 0).len(), RECENT_PERIODS);
        Ok(())
    }
}
