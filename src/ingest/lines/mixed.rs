//! Files whose dates are written with the day first in one part and with the month first in another, as of two exports that
//! were put one below the other.
//!
//! A number above twelve is no month, so each such date tells its own order; the others follow the nearest that does. Wrong
//! where two orders alternate from row to row.

use crate::ingest::DateOrder;

/// A date whose day and month are not told apart: its place, the two numbers, the year and the minute of the day.
pub(super) type Written = (u32, u8, u8, i16, u16);

/// Dates of the rarer order, and one in so many of all that tell theirs, from which on a file is written both ways: fewer are
/// slips.
const FEWEST: usize = 3;
const ONE_IN: usize = 20;

/// The order that a date tells by itself.
fn told(&(_, first, second, ..): &Written) -> Option<DateOrder> {
    match (first > 12, second > 12) {
        (true, false) => Some(DateOrder::Dmy),
        (false, true) => Some(DateOrder::Mdy),
        _ => None,
    }
}

/// Whether both orders are told, and neither by slips alone.
pub(super) fn is_mixed(dates: &[Written]) -> bool {
    let (mut day_first, mut month_first) = (0, 0);
    for order in dates.iter().filter_map(told) {
        *(if order == DateOrder::Mdy { &mut month_first } else { &mut day_first }) += 1;
    }
    let few: usize = day_first.min(month_first);
    few >= FEWEST && few * ONE_IN >= day_first + month_first
}

/// The order of each date: its own, or that of the nearest which tells one, of two the one before; `usual` where none does.
pub(super) fn orders(dates: &[Written], usual: DateOrder) -> Vec<DateOrder> {
    let telling: Vec<(usize, DateOrder)> =
        dates.iter().enumerate().filter_map(|(at, date)| Some((at, told(date)?))).collect();
    let mut next = 0;
    let nearest = |at: usize| {
        while telling.get(next + 1).is_some_and(|(later, _)| later.abs_diff(at) < telling[next].0.abs_diff(at)) {
            next += 1;
        }
        telling.get(next).map_or(usual, |(_, order)| *order)
    };
    (0..dates.len()).map(nearest).collect()
}
