//! Days on which nothing was sold though something should have been: in the whole shop, and of single products.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::calendar::Frequency;
use crate::panel::Panel;

/// Chance of one false alarm among all of a shop's days.
const FALSE_ALARM: f64 = 0.05;
/// Products sold on one day are not independent: their number tells about half of what it would if they were.
const CLUMPING: f64 = 0.5;
/// A silence of a product that its own rate makes less likely than this is not chance.
const UNLIKELY: f64 = 1e-4;
/// Share of periods with a sale below which a product is not sold steadily: it falls silent with its season.
const LEAST_STEADY: f64 = 0.3;
/// A longer silence, in days, is a season, or the product's end.
pub(super) const LONGEST_SILENCE: usize = 120;

/// How long is long, in the periods of a panel.
struct Scale {
    /// Periods before a silence from which a product's rate is learned, and the least of them.
    rate: usize,
    least_rate: usize,
    /// Periods after a silence in which sales must be back.
    back: usize,
    /// Whole weeks of a year.
    year: i32,
    /// A shorter silence is not long, however unlikely.
    shortest: usize,
    /// A longer one is a season, or the product's end.
    longest: usize,
    /// The same for one that lasts to the end of the data.
    longest_open: usize,
    /// Whether a rate is pieces a period rather than the share of periods with a sale: a steady product sells in every
    /// month, so that only how much it sells tells how unlikely one without is.
    in_pieces: bool,
}

impl Scale {
    const DAYS: Scale = Scale {
        rate: 56,
        least_rate: 14,
        back: 28,
        year: 364,
        shortest: 4,
        longest: LONGEST_SILENCE,
        longest_open: 60,
        in_pieces: false,
    };
    /// Half a year of weeks, as two months of them tell no rate.
    const WEEKS: Scale = Scale {
        rate: 26,
        back: 13,
        year: 52,
        shortest: 3,
        longest: LONGEST_SILENCE / 7,
        longest_open: 8,
        ..Self::DAYS
    };
    const MONTHS: Scale = Scale {
        rate: 12,
        least_rate: 8,
        back: 3,
        year: 12,
        shortest: 1,
        longest: LONGEST_SILENCE / 30,
        longest_open: 2,
        in_pieces: true,
    };

    /// Of each period with known sales, what is learned from it.
    fn rate(&self, values: &[f64]) -> f64 {
        if self.in_pieces { values.iter().sum::<f64>() / values.len().max(1) as f64 } else { share(values) }
    }

    /// Whether a silence of that many periods is all but impossible at a rate, which is no higher than that of the
    /// periods `before` it.
    fn is_long(&self, length: usize, rate: f64, before: &[f64]) -> bool {
        let steady = if self.in_pieces { share(before) } else { rate };
        if steady < LEAST_STEADY || before.len() < self.least_rate || length < self.shortest {
            return false;
        }
        let evidence = if self.in_pieces {
            nothing_by_chance(rate, before)
        } else {
            // A rate learned from so few periods may be that much lower.
            let sure = rate - (rate * (1.0 - rate) / before.len() as f64).sqrt();
            -libm::log(1.0 - sure.max(0.0))
        };
        length as f64 * evidence >= -libm::log(UNLIKELY)
    }
}

/// Pieces are never taken to vary less than a negative binomial of that many "failures": few months cannot show that they
/// do.
const MOST_REGULAR: f64 = 5.0;

/// A month of this share of the mean is not so far from one without a sale.
const LOW_MONTH: f64 = 0.2;

/// Minus the logarithm of the chance of a period without a sale, where `rate` pieces are expected and pieces vary as in
/// the periods before: of a negative binomial distribution by its moments. What is sold by the dozen or told in hundreds
/// counts in those.
fn nothing_by_chance(rate: f64, before: &[f64]) -> f64 {
    let count = before.len() as f64;
    let mean = before.iter().sum::<f64>() / count;
    let sold = || before.iter().copied().filter(|value| *value > 0.0);
    if sold().any(|value| value < LOW_MONTH * mean) {
        return 0.0;
    }
    let lot = sold().fold(0.0, common_divisor).max(1.0);
    let (rate, mean) = (rate / lot, mean / lot);
    let squares = before.iter().map(|value| (value / lot - mean) * (value / lot - mean)).sum::<f64>();
    let variance = squares / (count - 1.0).max(1.0);
    let failures = if variance > mean { (mean * mean / (variance - mean)).min(MOST_REGULAR) } else { MOST_REGULAR };
    failures * libm::log(1.0 + rate.max(0.0) / failures)
}

/// The greatest number that two whole ones are multiples of; below 1 of others.
fn common_divisor(one: f64, other: f64) -> f64 {
    let (mut one, mut other) = (one, other);
    while other >= 1.0 {
        (one, other) = (other, one % other);
    }
    if other > 0.0 { other } else { one }
}

/// Share of a longer period's days that must be known for the rest to be scaled up.
const LEAST_KNOWN_SHARE: f64 = 0.75;

/// Days without a sale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Silence {
    /// The series; none for the whole shop.
    pub series: Option<usize>,
    /// First day, as days since 1970.
    pub from: i32,
    /// The day after the last.
    pub until: i32,
    /// What is usual: products sold on a day of the shop, or the share of days with a sale of the product.
    pub usual: f64,
}

/// How many products sold in each period of a shop.
#[derive(Debug, Clone, PartialEq)]
pub struct SoldOn {
    frequency: Frequency,
    first: i32,
    counts: Vec<u32>,
}

impl SoldOn {
    /// Of a panel by days, weeks or months; nothing of others.
    pub fn new(panel: &Panel) -> Self {
        let frequency = panel.frequency();
        if frequency == Frequency::Hour {
            return Self { frequency, first: 0, counts: Vec::new() };
        }
        let first = (0..panel.len()).map(|index| panel.series(index).start).min().unwrap_or_default();
        let end = (0..panel.len()).map(|index| panel.end(index)).max().unwrap_or_default();
        let mut counts = vec![0; usize::try_from(end - first).unwrap_or_default()];
        for index in 0..panel.len() {
            let offset = (panel.series(index).start - first) as usize;
            for (count, value) in counts[offset..].iter_mut().zip(panel.values(index)) {
                *count += u32::from(*value > 0.0);
            }
        }
        Self { frequency, first, counts }
    }

    /// The same as it was before a day.
    #[must_use]
    pub fn before(&self, day: i32) -> Self {
        let known = self.frequency.period_of_days(day) - self.first;
        let known = usize::try_from(known).unwrap_or_default().min(self.counts.len());
        Self { counts: self.counts[..known].to_vec(), ..*self }
    }

    fn on(&self, period: i32) -> u32 {
        usize::try_from(period - self.first).ok().and_then(|place| self.counts.get(place).copied()).unwrap_or_default()
    }

    fn scale(&self) -> Scale {
        match self.frequency {
            Frequency::Hour | Frequency::Day => Scale::DAYS,
            Frequency::Week => Scale::WEEKS,
            Frequency::Month => Scale::MONTHS,
        }
    }

    fn weekday(&self, place: usize) -> usize {
        (self.first + place as i32).rem_euclid(7) as usize
    }

    /// Median of the counts by weekday.
    fn by_weekday(&self) -> [f64; 7] {
        let mut of: [Vec<f64>; 7] = Default::default();
        for (place, count) in self.counts.iter().enumerate() {
            of[self.weekday(place)].push(f64::from(*count));
        }
        of.map(|mut counts| {
            counts.sort_unstable_by(f64::total_cmp);
            counts.get(counts.len() / 2).copied().unwrap_or_default()
        })
    }
}

/// Runs of days on which the whole shop sold nothing, though as many products as usually go on such weekdays make that
/// unlikely. Of weeks none are told: nobody closes for one without knowing it.
pub fn gaps(sold: &SoldOn) -> Vec<Silence> {
    if sold.frequency != Frequency::Day {
        return Vec::new();
    }
    let usual = sold.by_weekday();
    let enough = -libm::log(FALSE_ALARM / sold.counts.len().max(1) as f64);
    let mut found = Vec::new();
    for (from, until) in runs(&sold.counts, |count| *count == 0) {
        let sum: f64 = (from..until).map(|place| usual[sold.weekday(place)]).sum();
        if sum * CLUMPING >= enough {
            let day = |place: usize| sold.first + place as i32;
            let usual = sum / (until - from) as f64;
            found.push(Silence { series: None, from: day(from), until: day(until), usual });
        }
    }
    found
}

/// Runs of days, weeks or months on which a product sold nothing, though its own rate before, after and a year ago makes that all
/// but impossible, and which ended, or with which the data end. Days on which the whole shop sold nothing tell nothing. The
/// panel is by days, weeks or months; of others there is none.
pub fn stock_outs(panel: &Panel, sold: &SoldOn) -> Vec<Silence> {
    let (scale, day) = (sold.scale(), |period: i32| panel.frequency().first_day(period));
    let mut found = Vec::new();
    for series in 0..panel.len() {
        let open = Open::of(panel, series, sold);
        for (from, until) in open.long_silences() {
            let after = &open.values[until..open.values.len().min(until + scale.back)];
            let longest = if after.is_empty() { scale.longest_open } else { scale.longest };
            let mut rate = scale.rate(open.before(from))
                * open.seasonal_share(from, until).min(open.shop_share(from, until, sold));
            if !after.is_empty() {
                // A season that ends leaves a lower rate behind.
                rate = rate.min(scale.rate(after));
            }
            let length = until - from;
            if length <= longest && scale.is_long(length, rate, open.before(from)) {
                // Some days before it ran out and after it came back nobody wanted any, as on other days.
                let usual = share(open.before(from));
                let often = if scale.in_pieces { usual } else { rate };
                let chance = ((1.0 - often) / often).round() as usize;
                let last = if after.is_empty() { until } else { until.saturating_sub(chance) };
                let (first, end) = (open.periods.get(from + chance), open.periods.get(last).copied());
                if let Some(&first) = first.filter(|_| from + chance < last) {
                    let until = end.unwrap_or_else(|| panel.end(series));
                    found.push(Silence { series: Some(series), from: day(first), until: day(until), usual });
                }
            }
        }
    }
    found
}

/// Places of the series of a panel in which [`stock_outs`] finds any, or does at an earlier origin.
pub fn may_run_out(panel: &Panel, sold: &SoldOn) -> Vec<usize> {
    let may = |&series: &usize| Open::of(panel, series, sold).long_silences().next().is_some();
    (0..panel.len()).filter(may).collect()
}

/// A series' periods in which the shop sold anything and the product's sales are known.
struct Open {
    scale: Scale,
    periods: Vec<i32>,
    values: Vec<f64>,
}

impl Open {
    fn of(panel: &Panel, series: usize, sold: &SoldOn) -> Self {
        let (mut periods, mut values) = (Vec::new(), Vec::new());
        if panel.frequency() == sold.frequency {
            for (period, value) in (panel.series(series).start..).zip(panel.values(series)) {
                if sold.on(period) > 0 && !value.is_nan() {
                    periods.push(period);
                    values.push(*value);
                }
            }
        }
        Self { scale: sold.scale(), periods, values }
    }

    /// The periods from which the rate at a place is learned.
    fn before(&self, at: usize) -> &[f64] {
        &self.values[at.saturating_sub(self.scale.rate)..at]
    }

    /// Silences that the rate before makes all but impossible. Those of an earlier origin begin with the same days.
    fn long_silences(&self) -> impl Iterator<Item = (usize, usize)> {
        let is_long = |&(from, until): &(usize, usize)| {
            let before = self.before(from);
            self.scale.is_long(until - from, self.scale.rate(before), before)
        };
        runs(&self.values, |value| *value <= 0.0).into_iter().filter(is_long)
    }

    /// What becomes of the shop's other products in the days of a silence: all may be quiet then. At most 1, and 1 where
    /// there are none.
    fn shop_share(&self, from: usize, until: usize, sold: &SoldOn) -> f64 {
        let mean = |places: Range<usize>| {
            let count = places.len() as f64;
            let own = |place: usize| u32::from(self.values[place] > 0.0);
            let others = places.map(|place| f64::from(sold.on(self.periods[place]) - own(place)));
            others.sum::<f64>() / count
        };
        let before = mean(from.saturating_sub(self.scale.rate)..from);
        if before > 0.0 { (mean(from..until) / before).min(1.0) } else { 1.0 }
    }

    /// What became a year before of the rate before, in the days of a silence: a season may end there every year. At most
    /// 1, and 1 where there is no such past.
    fn seasonal_share(&self, from: usize, until: usize) -> f64 {
        let Scale { rate, least_rate, back, year, .. } = self.scale;
        let place = |period: i32| self.periods.partition_point(|known| *known < period);
        let (first, end) = (self.periods[from] - year, self.periods[until - 1] + 1 - year);
        let middle = place(first);
        let before = &self.values[place(first - rate as i32)..middle];
        // Shares of few periods say little; pieces may be compared month by month.
        let least = if self.scale.in_pieces { 0 } else { back as i32 };
        let silent = &self.values[middle..place(end.max(first + least))];
        if before.len() < least_rate || silent.is_empty() {
            return 1.0;
        }
        (self.scale.rate(silent) / self.scale.rate(before)).min(1.0)
    }
}

/// Share of periods with a sale, as if half a period more had had one.
pub(super) fn share(values: &[f64]) -> f64 {
    let with_sale = values.iter().filter(|value| **value > 0.0).count();
    (with_sale as f64 + 0.5) / (values.len() as f64 + 1.0)
}

/// Values of the series in which there are such days, with those as missing, by their place in the panel. A longer period
/// of which few days are missing is scaled up from the others. `of_series` gives the place of a silence's series.
pub fn without(
    panel: &Panel,
    silences: &[Silence],
    of_series: impl Fn(usize) -> Option<usize>,
) -> Vec<(usize, Vec<f64>)> {
    let frequency = panel.frequency();
    // Periods and their missing days; those of a series come in order.
    let mut missing: BTreeMap<usize, Vec<(i32, i32)>> = BTreeMap::new();
    for silence in silences {
        let places = silence.series.map_or(0..panel.len(), |series| of_series(series).map_or(0..0, |one| one..one + 1));
        for place in places {
            let missing = missing.entry(place).or_default();
            for day in silence.from..silence.until {
                let hours = if frequency == Frequency::Hour { 24 } else { 1 };
                for hour in 0..hours {
                    let period = match frequency {
                        Frequency::Hour => day * 24 + hour,
                        _ => frequency.period_of_days(day),
                    };
                    match missing.iter_mut().rev().find(|(known, _)| *known == period) {
                        Some((_, days)) => *days += 1,
                        None => missing.push((period, 1)),
                    }
                }
            }
        }
    }
    let of_place = |(place, missing): (usize, Vec<(i32, i32)>)| {
        let (start, mut values) = (panel.series(place).start, panel.values(place).to_vec());
        for (period, lost) in missing {
            let Some(value) = usize::try_from(period - start).ok().and_then(|slot| values.get_mut(slot)) else {
                continue;
            };
            let all = match frequency {
                Frequency::Hour | Frequency::Day => 1,
                _ => frequency.first_day(period + 1) - frequency.first_day(period),
            };
            let known = f64::from((all - lost).max(0)) / f64::from(all);
            *value = if known < LEAST_KNOWN_SHARE { f64::NAN } else { *value / known };
        }
        (place, values)
    };
    missing.into_iter().map(of_place).collect()
}

/// Runs of values that are silent, as `from..until`.
pub(super) fn runs<T>(values: &[T], is_silent: impl Fn(&T) -> bool) -> Vec<(usize, usize)> {
    let mut at = 0;
    let chunks = values.chunk_by(|one, other| is_silent(one) == is_silent(other));
    let ends = chunks.filter_map(|run| {
        at += run.len();
        is_silent(&run[0]).then(|| (at - run.len(), at))
    });
    ends.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::panel::Series;

    fn panel(all: Vec<Vec<f64>>) -> Result<Panel> {
        let named = all.into_iter().enumerate().map(|(place, values)| {
            let id = format!("p{place}");
            (Series { name: id.clone(), id, store: None, category: None, start: 20_454 }, values)
        });
        Panel::new(Frequency::Day, named.collect())
    }

    #[test]
    fn a_busy_shop_with_two_silent_days_has_a_gap_and_closed_sundays_are_none() -> Result<()> {
        let value = |day: usize| f64::from(u8::from(day % 7 != 3 && !(100..102).contains(&day)));
        let busy = panel(vec![(0..200).map(value).collect(); 30])?;
        let found = gaps(&SoldOn::new(&busy));
        // Day 101 is no closed day; 101 % 7 = 3 is.
        assert_eq!(found.len(), 1);
        assert!(found[0].from <= 20_554 && found[0].until >= 20_555, "{found:?}");
        let quiet = panel(vec![(0..200).map(value).collect()])?;
        assert_eq!(gaps(&SoldOn::new(&quiet)), [], "one product that is not sold for two days tells nothing");
        Ok(())
    }

    #[test]
    fn a_steady_product_that_stops_and_comes_back_has_run_out() -> Result<()> {
        let steady =
            |from: usize, until: usize| (0..200).map(move |day| if (from..until).contains(&day) { 0.0 } else { 3.0 });
        let other: Vec<f64> = vec![1.0; 200];
        let found_in = |all| panel(all).map(|made| stock_outs(&made, &SoldOn::new(&made)));
        let found = found_in(vec![steady(90, 104).collect(), other.clone()])?;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].series, found[0].from, found[0].until), (Some(0), 20_544, 20_558));
        // Three days are chance, half a year is a season, and at the end it may be out now.
        assert_eq!(found_in(vec![steady(90, 93).collect(), other.clone()])?, []);
        assert_eq!(found_in(vec![steady(60, 190).collect(), other.clone()])?, []);
        assert_eq!(found_in(vec![steady(180, 200).collect(), other.clone()])?.len(), 1);
        assert_eq!(found_in(vec![steady(100, 200).collect(), other.clone()])?, []);
        // One that is rarely sold is silent for weeks anyway.
        let rare = (0..200).map(|day| f64::from(u8::from(day % 13 == 0))).collect();
        assert_eq!(found_in(vec![rare, other])?, []);
        Ok(())
    }

    #[test]
    fn blanked_days_are_missing_and_nothing_else_changes() -> Result<()> {
        let made = panel(vec![vec![1., 0., 0., 4.], vec![5., 6., 7., 8.]])?;
        let silence = |series| Silence { series, from: 20_455, until: 20_457, usual: 0.9 };
        let one = without(&made, &[silence(Some(0))], Some);
        assert_eq!(format!("{one:?}"), "[(0, [1.0, NaN, NaN, 4.0])]");
        let all = without(&made, &[silence(None)], Some);
        assert_eq!(format!("{:?}", all[1]), "(1, [5.0, NaN, NaN, 8.0])");
        Ok(())
    }
}
