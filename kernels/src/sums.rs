//! Order lines added up: a value for each period of each series.
//!
//! Not to be inlined: a part of a function that is compiled for size would be so too.

/// Order lines by columns, a value a line.
#[derive(Clone, Copy)]
pub struct Lines<'a> {
    /// Places of those that count, in the order in which they are added.
    pub used: &'a [u32],
    /// Their series.
    pub series: &'a [u32],
    /// Minutes since 1970.
    pub minute: &'a [i32],
    /// Units, none of them `NaN`.
    pub units: &'a [f64],
    /// Price of one, `NaN` where unknown; may be empty.
    pub price: &'a [f64],
}

/// The period of each day.
#[derive(Clone, Copy)]
pub struct Days<'a> {
    /// First minute of the first day.
    pub from: i32,
    /// By day; every line lies inside.
    pub periods: &'a [i32],
}

const DAY_MINUTES: u32 = 24 * 60;

impl Days<'_> {
    #[inline(always)]
    fn period(self, minute: i32) -> i32 {
        self.periods[(minute.wrapping_sub(self.from) as u32 / DAY_MINUTES) as usize]
    }
}

/// A series while it is added up.
#[derive(Clone, Copy, Default)]
pub struct Series {
    /// Place of its first value.
    pub offset: u32,
    /// Its periods: `start..end`; none where its lines do not count.
    pub start: i32,
    /// End of them.
    pub end: i32,
    /// Whether its lines count.
    pub counts: bool,
    /// Whether it has a line of less than no units.
    pub has_returns: bool,
    /// Units times prices.
    pub revenue: f64,
}

/// Adds up the lines, each in turn; `outside` is told the place, series and period of those that lie in none of their
/// series' periods, or whose series' do not count.
#[inline(never)]
pub fn add(
    lines: Lines<'_>,
    days: Days<'_>,
    series: &mut [Series],
    values: &mut [f64],
    outside: &mut dyn FnMut(u32, u32, i32),
) {
    let has_prices = !lines.price.is_empty();
    for &line in lines.used {
        let place = line as usize;
        let (key, units) = (lines.series[place], lines.units[place]);
        let (period, own) = (days.period(lines.minute[place]), &mut series[key as usize]);
        own.has_returns |= units < 0.0;
        if !own.counts || period < own.start || period >= own.end {
            outside(line, key, period);
            continue;
        }
        values[own.offset as usize + (period - own.start) as usize] += units;
        if has_prices && lines.price[place].is_finite() {
            own.revenue += units * lines.price[place];
        }
    }
}

/// First sale of a series, else its first line that is no return, and its last line, in minutes since 1970.
#[derive(Clone, Copy)]
pub struct Reach {
    /// First line of more than no units.
    pub sold: i32,
    /// First line of no units.
    pub first: i32,
    /// Last line of any.
    pub last: i32,
}

/// No such line.
pub const NEVER: i32 = i32::MAX;

/// The reach of each of so many series; `last` is `i32::MIN` where it has no line.
#[inline(never)]
pub fn reaches(lines: Lines<'_>, series: usize) -> Vec<Reach> {
    let mut reaches = vec![Reach { sold: NEVER, first: NEVER, last: i32::MIN }; series];
    for &line in lines.used {
        let place = line as usize;
        let (minute, units) = (lines.minute[place], lines.units[place]);
        let own = &mut reaches[lines.series[place] as usize];
        own.last = minute.max(own.last);
        if units > 0.0 {
            own.sold = minute.min(own.sold);
        } else if units == 0.0 {
            own.first = minute.min(own.first);
        }
    }
    reaches
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIES: [u32; 7] = [0, 1, 0, 1, 0, 2, 0];
    const MINUTE: [i32; 7] = [5, 1500, 1439, 1440, 2880, 3000, -1];
    const UNITS: [f64; 7] = [2.0, 3.0, -1.0, 4.0, 0.0, 5.0, 7.0];

    fn lines<'a>(used: &'a [u32], price: &'a [f64]) -> Lines<'a> {
        Lines { used, series: &SERIES, minute: &MINUTE, units: &UNITS, price }
    }

    #[test]
    fn each_line_is_added_to_its_period_or_told_to_lie_outside() {
        let days = Days { from: -1440, periods: &[9, 10, 11, 12] };
        let own = |offset, start, end, counts| Series { offset, start, end, counts, ..Series::default() };
        let mut series = [own(0, 10, 13, true), own(3, 10, 12, true), own(5, 0, 0, false)];
        let (mut values, mut outside) = ([0.0; 5], Vec::new());
        let mut tell = |line, key, period| outside.push((line, key, period));
        add(
            lines(&[0, 1, 2, 3, 4, 5, 6], &[1.5, f64::NAN, 1.0, 2.0, 9.0, 9.0, 9.0]),
            days,
            &mut series,
            &mut values,
            &mut tell,
        );
        assert_eq!(values, [1.0, 0.0, 0.0, 0.0, 7.0]);
        assert_eq!(outside, [(5, 2, 12), (6, 0, 9)]);
        assert_eq!(series.map(|one| one.revenue), [2.0, 8.0, 0.0]);
        assert_eq!(series.map(|one| one.has_returns), [true, false, false]);
    }

    #[test]
    fn a_series_reaches_from_its_first_sale_to_its_last_line() {
        let found = reaches(lines(&[0, 1, 2, 3, 4], &[]), 3);
        let told = found.iter().map(|reach| (reach.sold, reach.first, reach.last)).collect::<Vec<_>>();
        assert_eq!(told, [(5, 2880, 2880), (1440, NEVER, 1500), (NEVER, NEVER, i32::MIN)]);
    }
}
