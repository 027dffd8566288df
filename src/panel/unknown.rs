//! Days whose sales tell nothing of demand: a product had run out, or a part of the export is missing. Which they are is
//! found anew at each origin, from what was known there.

use crate::order::sort_many;
use std::ops::Range;
use std::sync::Arc;

use super::quality::{self, SoldOn};
use super::{Column, Panel};
use crate::calendar::Frequency;

/// What is taken as unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Days on which the whole shop fell silent.
    pub gaps: bool,
    /// Days on which a product seems to have run out, as it sold nothing for long.
    pub stock_outs: bool,
    /// Days on which the shop had none of a product by its own count, and sold none.
    pub counted_out: bool,
}

/// How a panel's unknown days are found, and what its series are without that.
#[derive(Debug, Clone)]
pub(super) struct Doubts {
    finder: Arc<Finder>,
    /// Where the values lie as they are written in the files.
    written: Arc<Vec<Range<usize>>>,
    /// Days on which a series' product seems to have run out.
    outs: Arc<Vec<(usize, Range<i32>)>>,
}

/// What unknown days are found from.
#[derive(Debug)]
struct Finder {
    unknown: Unknown,
    sold: SoldOn,
    /// By days, or by the weeks or months of a list: of the shop, those series that may have run out at some time, with what was on
    /// hand where it is known.
    base: Panel,
    /// Their places in the panel; some have no series there.
    places: Vec<Option<usize>>,
}

impl Panel {
    /// The panel with some days as unknown; `base` is the same shop by days, or by the weeks or months of a list, as written in its
    /// files, without columns but [`quality::ON_HAND`].
    #[must_use]
    pub fn with_unknown(self, unknown: Unknown, base: &Panel) -> Panel {
        let written = self.as_written();
        if unknown == Unknown::default() || base.frequency() == Frequency::Hour {
            return written;
        }
        let sold = SoldOn::new(base);
        let mut may = if unknown.stock_outs { quality::may_run_out(base, &sold) } else { Vec::new() };
        if unknown.counted_out {
            may.extend(quality::may_be_out(base));
            sort_many(&mut may, Ord::cmp);
            may.dedup();
        }
        if may.is_empty() && !unknown.gaps {
            return written;
        }
        let key = |panel: &Panel, index: usize| {
            let series = panel.series(index);
            (series.id.clone(), series.store.clone())
        };
        let own: std::collections::HashMap<_, _> =
            (0..written.len()).map(|index| (key(&written, index), index)).collect();
        let places = may.iter().map(|&index| own.get(&key(base, index)).copied()).collect();
        let base = base.select(&may);
        written.doubting(Arc::new(Finder { unknown, sold, base, places }))
    }

    /// The panel with all days as they are written in the files.
    #[must_use]
    pub fn as_written(&self) -> Panel {
        let ranges = self.doubts.as_ref().map_or_else(|| self.ranges.clone(), |doubts| doubts.written.clone());
        Panel { ranges, patch: Arc::default(), doubts: None, ..self.clone() }
    }

    /// First and last period of each time that the product of series `index` seems to have run out.
    pub fn stock_outs(&self, index: usize) -> Vec<(i32, i32)> {
        let period = |day: i32| match self.frequency {
            Frequency::Hour => day * 24,
            frequency => frequency.period_of_days(day),
        };
        let last = |until: i32| if self.frequency == Frequency::Hour { until * 24 - 1 } else { period(until - 1) };
        let outs = self.doubts.iter().flat_map(|doubts| doubts.outs.iter()).filter(|(place, _)| *place == index);
        outs.map(|(_, days)| (period(days.start), last(days.end))).collect()
    }

    /// Times that products seem to have run out, or had none by the shop's own count: places of the series, and days.
    pub fn days_out(&self) -> &[(usize, Range<i32>)] {
        self.doubts.as_ref().map_or(&[], |doubts| &doubts.outs)
    }

    /// As [`Panel::before`], with what was unknown as it seemed then.
    pub(super) fn doubting_before(&self, doubts: &Doubts, back: usize) -> Panel {
        self.as_written().before(back).doubting(doubts.finder.clone())
    }

    /// A panel as it is written, with what seems unknown at its end.
    fn doubting(self, finder: Arc<Finder>) -> Panel {
        let end_day = |place: usize| match self.frequency {
            Frequency::Hour => self.end(place).div_euclid(24),
            frequency => frequency.first_day(self.end(place)),
        };
        let mut silences = Vec::new();
        if finder.unknown.gaps {
            let end = (0..self.len()).map(end_day).max().unwrap_or_default();
            silences.extend(quality::gaps(&finder.sold.before(end)));
        }
        let ends: Vec<i32> = finder.places.iter().map(|place| place.map_or(i32::MIN, end_day)).collect();
        let (counted, seeming) = quality::all_stock_outs(&finder.base.until(&ends), &finder.sold);
        let mut outs = if finder.unknown.counted_out { counted } else { Vec::new() };
        outs.extend(seeming.iter().filter(|_| finder.unknown.stock_outs));
        sort_many(&mut outs, |one, other| (one.series, one.from).cmp(&(other.series, other.from)));
        silences.extend(&outs);
        let place = |out: &quality::Silence| out.series.and_then(|series| finder.places[series]);
        let outs = outs.iter().filter_map(|out| Some((place(out)?, out.from..out.until))).collect();
        let changed = quality::without(&self, &silences, |series| finder.places[series]);
        let (mut ranges, mut patch) = (self.ranges.to_vec(), Vec::new());
        for (place, values) in changed {
            let from = self.values.len() + patch.len();
            ranges[place] = from..from + values.len();
            patch.extend(values);
        }
        let doubts = Some(Doubts { finder, written: self.ranges.clone(), outs: Arc::new(outs) });
        Panel { ranges: Arc::new(ranges), patch: Arc::new(patch), doubts, ..self }
    }

    /// Series by days, weeks or months, each before a day.
    fn until(&self, ends: &[i32]) -> Panel {
        let mut offsets = vec![0];
        let ranges = self.ranges.iter().zip(ends).enumerate().map(|(index, (range, &end))| {
            let end = if end == i32::MIN { i32::MIN } else { self.frequency.period_of_days(end) };
            let length = usize::try_from(end.saturating_sub(self.series[index].start)).unwrap_or_default();
            range.start..range.end.min(range.start + length)
        });
        let ranges: Vec<Range<usize>> = ranges.collect();
        for range in &ranges {
            offsets.push(offsets[offsets.len() - 1] + range.len());
        }
        let columns = self.columns.iter().map(|column| {
            let parts = self.offsets.iter().zip(&ranges).map(|(&from, range)| &column.values[from..from + range.len()]);
            Column { name: column.name.clone(), planned: column.planned, values: parts.flatten().copied().collect() }
        });
        let columns = Arc::new(columns.collect());
        Panel { ranges: Arc::new(ranges), offsets: Arc::new(offsets), columns, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Series;
    use super::*;
    use crate::error::Result;

    const BOTH: Unknown = Unknown { gaps: true, stock_outs: true, counted_out: true };

    /// Two products by days; the first sells nothing on some days, and what comes from a day on is another.
    fn shop(silent: Range<usize>, until: usize, later: f64) -> Result<Panel> {
        let one = |day: usize| if silent.contains(&day) { 0.0 } else { 3.0 + (day % 3) as f64 };
        let values = |steady: bool| {
            let usual = move |day: usize| if steady { 2.0 } else { one(day) };
            (0..200).map(|day| if day < until { usual(day) } else { later }).collect::<Vec<f64>>()
        };
        let series = |id: &str| Series { id: id.into(), name: id.into(), store: None, category: None, start: 20_454 };
        Panel::new(Frequency::Day, vec![(series("a"), values(false)), (series("b"), values(true))])
    }

    fn doubted(panel: Panel) -> Panel {
        panel.clone().with_unknown(BOTH, &panel)
    }

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    #[test]
    fn days_out_of_stock_are_unknown_and_the_file_stays_as_it_is() -> Result<()> {
        let written = shop(90..104, 200, 0.0)?;
        let panel = doubted(written.clone());
        let unknown: Vec<usize> = (0..200).filter(|&day| panel.values(0)[day].is_nan()).collect();
        assert_eq!(unknown, (90..104).collect::<Vec<_>>());
        assert_eq!(panel.values(1), written.values(1));
        assert_eq!(panel.as_written(), written);
        assert_eq!(panel.stock_outs(0), [(20_544, 20_557)]);
        assert_eq!(panel.select(&[0]).values(0).iter().filter(|value| value.is_nan()).count(), 14);
        assert_eq!(written.clone().with_unknown(Unknown::default(), &written), written);
        Ok(())
    }

    #[test]
    fn a_week_of_which_too_little_is_known_is_unknown_too() -> Result<()> {
        let daily = shop(90..104, 200, 0.0)?;
        let series = Series { start: Frequency::Week.period_of_days(20_454), ..daily.series(0).clone() };
        let weekly = Panel::new(Frequency::Week, vec![(series, vec![20.0; 28])])?;
        let panel = weekly.with_unknown(BOTH, &daily);
        let unknown = panel.values(0).iter().filter(|value| value.is_nan()).count();
        assert!((2..=3).contains(&unknown), "{:?}", panel.values(0));
        Ok(())
    }

    #[test]
    fn an_origin_knows_nothing_of_what_came_after_it() -> Result<()> {
        // Silent at the origin; then it comes back, stays away, and everything is another.
        for until in [94, 97, 100, 110] {
            let mut before = Vec::new();
            for later in [0.0, 1.0, 50.0] {
                let panel = doubted(shop(90..200, until, later)?).before(200 - until);
                before.push(bits(panel.values(0)));
            }
            assert!(before.iter().all(|one| *one == before[0]), "{until}");
        }
        // At the end it has run out; months later it is no longer made.
        let silent =
            |until: usize| doubted(shop(90..200, 200, 0.0).unwrap_or_else(|_| unreachable!())).before(200 - until);
        assert!(silent(110).values(0)[95].is_nan() && !silent(200).values(0)[95].is_nan());
        Ok(())
    }
}
