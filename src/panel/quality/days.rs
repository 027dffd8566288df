//! Days on which nothing was sold though something should have been: in the whole shop, and of single products.

use crate::calendar::Frequency;
use crate::error::Result;
use crate::panel::Panel;

/// Chance of one false alarm among all of a shop's days.
const FALSE_ALARM: f64 = 0.05;
/// Products sold on one day are not independent: their number tells about half of what it would if they were.
const CLUMPING: f64 = 0.5;
/// A silence of a product that its own rate makes less likely than this is not chance.
const UNLIKELY: f64 = 1e-6;
/// Days before a silence from which a product's rate is learned.
const RATE_DAYS: usize = 56;
/// The least of them.
const FEWEST_RATE_DAYS: usize = 14;
/// Days after a silence in which sales must be back.
const BACK_DAYS: usize = 28;
/// A third of the rate before is "back".
const BACK_SHARE: f64 = 1.0 / 3.0;
/// A shorter silence is not long, however unlikely.
const SHORTEST_SILENCE: usize = 5;
/// A longer silence is a season, or the product's end.
const LONGEST_SILENCE: usize = 120;
/// The same for one that lasts to the end of the data.
const LONGEST_OPEN_SILENCE: usize = 60;
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

/// Runs of days on which the whole shop sold nothing, though as many products as usually go on such weekdays make that
/// unlikely. The panel is by days; without a day there is none.
pub fn gaps(panel: &Panel) -> Vec<Silence> {
    if panel.frequency() != Frequency::Day {
        return Vec::new();
    }
    let (first, sold) = products_sold(panel);
    let usual = by_weekday(first, &sold);
    let enough = -libm::log(FALSE_ALARM / sold.len().max(1) as f64);
    let mut found = Vec::new();
    for (from, until) in runs(&sold, |count| *count == 0) {
        let expected = |place: usize| usual[weekday(first, place)];
        let sum: f64 = (from..until).map(expected).sum();
        if sum * CLUMPING >= enough {
            let day = |place: usize| first + place as i32;
            let usual = sum / (until - from) as f64;
            found.push(Silence { series: None, from: day(from), until: day(until), usual });
        }
    }
    found
}

/// Runs of days on which a product sold nothing, though its own rate before makes that all but impossible, and after
/// which it sold again or the data end. Days on which the whole shop sold nothing tell nothing.
pub fn stock_outs(panel: &Panel) -> Vec<Silence> {
    if panel.frequency() != Frequency::Day {
        return Vec::new();
    }
    let (first, sold) = products_sold(panel);
    let mut found = Vec::new();
    let (mut days, mut values): (Vec<i32>, Vec<f64>) = (Vec::new(), Vec::new());
    for series in 0..panel.len() {
        let start = panel.series(series).start;
        days.clear();
        values.clear();
        for (day, value) in (start..).zip(panel.values(series)) {
            let is_open = sold.get((day - first) as usize).is_some_and(|count| *count > 0);
            if is_open && !value.is_nan() {
                days.push(day);
                values.push(*value);
            }
        }
        let share = |part: &[f64]| {
            let with_sale = part.iter().filter(|value| **value > 0.0).count();
            (with_sale as f64 + 0.5) / (part.len() as f64 + 1.0)
        };
        for (from, until) in runs(&values, |value| *value <= 0.0) {
            let before = &values[from.saturating_sub(RATE_DAYS)..from];
            if before.len() < FEWEST_RATE_DAYS || until - from < SHORTEST_SILENCE {
                continue;
            }
            let rate = share(before);
            let length = until - from;
            // A rate learned from so few days may be that much lower.
            let sure = rate - (rate * (1.0 - rate) / before.len() as f64).sqrt();
            if length as f64 * -libm::log(1.0 - sure.max(0.0)) < -libm::log(UNLIKELY) {
                continue;
            }
            let after = &values[until..values.len().min(until + BACK_DAYS)];
            let is_back = share(after) >= rate * BACK_SHARE;
            if (after.is_empty() && length <= LONGEST_OPEN_SILENCE)
                || (!after.is_empty() && is_back && length <= LONGEST_SILENCE)
            {
                let end = days.get(until).copied().unwrap_or_else(|| panel.end(series));
                found.push(Silence { series: Some(series), from: days[from], until: end, usual: rate });
            }
        }
    }
    found
}

/// The panel with the values of those days as missing. A longer period of which few days are missing is scaled up from
/// the others. `of_series` gives the place of a silence's series in this panel.
///
/// # Errors
/// Only if the panel is not in order.
pub fn blank(panel: &Panel, silences: &[Silence], of_series: impl Fn(usize) -> Option<usize>) -> Result<Panel> {
    let frequency = panel.frequency();
    let mut values: Vec<Vec<f64>> = (0..panel.len()).map(|index| panel.values(index).to_vec()).collect();
    // Periods and their missing days; those of a series come in order.
    let mut missing: Vec<Vec<(i32, i32)>> = vec![Vec::new(); panel.len()];
    for silence in silences {
        let all = || (0..panel.len()).collect::<Vec<_>>();
        let places = silence.series.map_or_else(all, |series| of_series(series).into_iter().collect());
        for place in places {
            for day in silence.from..silence.until {
                let hours = if frequency == Frequency::Hour { 24 } else { 1 };
                for hour in 0..hours {
                    let period = match frequency {
                        Frequency::Hour => day * 24 + hour,
                        _ => frequency.period_of_days(day),
                    };
                    match missing[place].iter_mut().rev().find(|(known, _)| *known == period) {
                        Some((_, days)) => *days += 1,
                        None => missing[place].push((period, 1)),
                    }
                }
            }
        }
    }
    for (index, missing) in missing.iter().enumerate() {
        let start = panel.series(index).start;
        for &(period, lost) in missing {
            let Some(value) = usize::try_from(period - start).ok().and_then(|slot| values[index].get_mut(slot)) else {
                continue;
            };
            let all = match frequency {
                Frequency::Hour | Frequency::Day => 1,
                _ => frequency.first_day(period + 1) - frequency.first_day(period),
            };
            let known = f64::from((all - lost).max(0)) / f64::from(all);
            *value = if known < LEAST_KNOWN_SHARE { f64::NAN } else { *value / known };
        }
    }
    panel.with_values(values)
}

/// The first day of a daily panel, and how many products sold on each.
fn products_sold(panel: &Panel) -> (i32, Vec<u32>) {
    let first = (0..panel.len()).map(|index| panel.series(index).start).min().unwrap_or_default();
    let end = (0..panel.len()).map(|index| panel.end(index)).max().unwrap_or_default();
    let mut sold = vec![0; usize::try_from(end - first).unwrap_or_default()];
    for index in 0..panel.len() {
        let offset = (panel.series(index).start - first) as usize;
        for (count, value) in sold[offset..].iter_mut().zip(panel.values(index)) {
            *count += u32::from(*value > 0.0);
        }
    }
    (first, sold)
}

fn weekday(first: i32, place: usize) -> usize {
    (first + place as i32).rem_euclid(7) as usize
}

/// Median of the counts by weekday.
fn by_weekday(first: i32, sold: &[u32]) -> [f64; 7] {
    let mut of: [Vec<f64>; 7] = Default::default();
    for (place, count) in sold.iter().enumerate() {
        of[weekday(first, place)].push(f64::from(*count));
    }
    of.map(|mut counts| {
        counts.sort_unstable_by(f64::total_cmp);
        counts.get(counts.len() / 2).copied().unwrap_or_default()
    })
}

/// Runs of values that are silent, as `from..until`.
fn runs<T>(values: &[T], is_silent: impl Fn(&T) -> bool) -> Vec<(usize, usize)> {
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
        let found = gaps(&busy);
        // Day 101 is no closed day; 101 % 7 = 3 is.
        assert_eq!(found.len(), 1);
        assert!(found[0].from <= 20_554 && found[0].until >= 20_555, "{found:?}");
        let quiet = panel(vec![(0..200).map(value).collect()])?;
        assert_eq!(gaps(&quiet), [], "one product that is not sold for two days tells nothing");
        Ok(())
    }

    #[test]
    fn a_steady_product_that_stops_and_comes_back_has_run_out() -> Result<()> {
        let steady =
            |from: usize, until: usize| (0..200).map(move |day| if (from..until).contains(&day) { 0.0 } else { 3.0 });
        let other: Vec<f64> = vec![1.0; 200];
        let found = stock_outs(&panel(vec![steady(90, 104).collect(), other.clone()])?);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].series, found[0].from, found[0].until), (Some(0), 20_544, 20_558));
        // Three days are chance, half a year is a season, and at the end it may be out now.
        assert_eq!(stock_outs(&panel(vec![steady(90, 93).collect(), other.clone()])?), []);
        assert_eq!(stock_outs(&panel(vec![steady(60, 190).collect(), other.clone()])?), []);
        assert_eq!(stock_outs(&panel(vec![steady(180, 200).collect(), other.clone()])?).len(), 1);
        assert_eq!(stock_outs(&panel(vec![steady(100, 200).collect(), other.clone()])?), []);
        // One that is rarely sold is silent for weeks anyway.
        let rare = (0..200).map(|day| f64::from(u8::from(day % 13 == 0))).collect();
        assert_eq!(stock_outs(&panel(vec![rare, other])?), []);
        Ok(())
    }

    #[test]
    fn blanked_days_are_missing_and_nothing_else_changes() -> Result<()> {
        let made = panel(vec![vec![1., 0., 0., 4.], vec![5., 6., 7., 8.]])?;
        let silence = |series| Silence { series, from: 20_455, until: 20_457, usual: 0.9 };
        let one = blank(&made, &[silence(Some(0))], Some)?;
        assert_eq!(format!("{:?}", one.values(0)), "[1.0, NaN, NaN, 4.0]");
        assert_eq!(one.values(1), [5., 6., 7., 8.]);
        let all = blank(&made, &[silence(None)], Some)?;
        assert_eq!(format!("{:?}", all.values(1)), "[5.0, NaN, NaN, 8.0]");
        Ok(())
    }
}
