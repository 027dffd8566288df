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

/// What the numbers of a panel count where it is not pieces: one series of the shop's orders or its revenue, which is
/// called so.
pub fn unit(panel: &Panel) -> Option<&'static str> {
    let only = Some(panel).filter(|panel| panel.len() == 1)?.series(0);
    ["orders", "revenue"].into_iter().find(|unit| only.id.eq_ignore_ascii_case(unit))
}

/// Sum of all series, aligned by period. Series that begin later or end earlier add nothing outside their own span.
pub fn total(panel: &Panel) -> Total {
    total_of(panel, |_| true)
}

/// The same of some series.
pub fn total_of(panel: &Panel, is_in: impl Fn(usize) -> bool) -> Total {
    let filled = || (0..panel.len()).filter(|&index| is_in(index) && !panel.values(index).is_empty());
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

/// Periods of a year of whole weeks, or of months.
fn year(frequency: Frequency) -> usize {
    match frequency {
        Frequency::Hour => 364 * 24,
        Frequency::Day => 364,
        Frequency::Week => 52,
        Frequency::Month => 12,
    }
}

fn span_year_before(values: &[f64], frequency: Frequency, horizon: usize) -> Option<f64> {
    let from = values.len().checked_sub(year(frequency))?;
    let sum: f64 = values.get(from..from + horizon)?.iter().sum();
    (!sum.is_nan()).then_some(sum)
}

/// How much larger than usual a span must be to stand out.
const PEAK: f64 = 1.5;
/// The same in standard deviations of counts: few sales jump by themselves.
const PEAK_DEVIATIONS: f64 = 3.0;
/// Fewest spans to tell what is usual.
const LEAST_USUAL: usize = 6;

/// Whether sales stood out one year before in one of the periods that are forecast (weeks, where these are hours or
/// days), in a past of less than two years: such a season was seen once, and one year does not tell whether it comes
/// again. Usual are the upper quartile of the periods up to a quarter of a year before and after; of half a year for
/// months. No where the past does not reach back a year.
pub fn peak_once(values: &[f64], frequency: Frequency, horizon: usize) -> bool {
    let (span, around) = match frequency {
        Frequency::Hour => (7 * 24, 13),
        Frequency::Day => (7, 13),
        Frequency::Week => (1, 13),
        Frequency::Month => (1, 6),
    };
    let Some(from) = values.len().checked_sub(year(frequency)) else { return false };
    if values.len() >= 2 * year(frequency) {
        return false;
    }
    let until = (from + horizon).min(values.len());
    let sum = |spans: &[f64]| spans.iter().filter(|value| !value.is_nan()).sum::<f64>();
    let highest = values[from..until].windows(span.min(until - from).max(1)).map(sum).fold(0.0, f64::max);
    let before = values[from.saturating_sub(around * span)..from].rchunks_exact(span);
    let after = values[until..values.len().min(until + around * span)].chunks_exact(span);
    let mut usual: Vec<f64> = before.map(sum).chain(after.map(sum)).collect();
    if usual.len() < LEAST_USUAL {
        return false;
    }
    usual.sort_unstable_by(f64::total_cmp);
    let usual = usual[usual.len() * 3 / 4];
    highest > PEAK * usual && highest - usual > PEAK_DEVIATIONS * highest.sqrt()
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
    fn a_peak_seen_once_is_told_where_the_horizon_touches_it() {
        // Sales of 20 a day, and of 60 in three weeks of each year.
        let day = |day: usize| if (300..321).contains(&(day % 364)) { 60. } else { 20. };
        let until = |length: usize| (0..length).map(day).collect::<Vec<f64>>();
        let peak = |length, horizon| peak_once(&until(length), Frequency::Day, horizon);
        assert!(peak(364 + 290, 28), "28 days that touch it");
        assert!(!peak(364 + 220, 28) && !peak(364 + 250, 28) && peak(364 + 250, 56), "only those that look as far");
        assert!(!peak(2 * 364 + 290, 28), "two years tell");
        assert!(!peak(290, 28), "what was not seen cannot be told");
        let few: Vec<f64> = (0..500).map(|day| if day % 29 == 0 { 2. } else { 0. }).collect();
        assert!(!peak_once(&few, Frequency::Day, 28), "few sales jump by themselves");
        let months: Vec<f64> = (0..22).map(|month| if month == 11 { 900. } else { 300. }).collect();
        assert!(peak_once(&months, Frequency::Month, 3) && !peak_once(&months, Frequency::Month, 1));
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
