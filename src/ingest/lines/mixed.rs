//! Files whose dates are written with the day first in one part and with the month first in another, as of two exports that
//! were put one below the other.
//!
//! A number above twelve is no month, so each such date tells its own order; the others follow those around them. Wrong where
//! two orders alternate from row to row.

use crate::ingest::DateOrder;
use crate::ingest::dates::Day;

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

/// The order of each date: that of the telling dates around it, or, where one part ends and the other begins, the one that
/// brings it nearer to the date before; `usual` where none tells.
pub(super) fn orders(dates: &[Written], usual: DateOrder) -> Vec<DateOrder> {
    let day = |at: usize, order: DateOrder| {
        let (_, first, second, year, _) = dates[at];
        Day::Either { first, second, year }.in_order(order)
    };
    let mut telling = dates.iter().enumerate().filter_map(|(at, date)| Some((at, told(date)?))).peekable();
    let mut before: Option<DateOrder> = None;
    let mut made: Vec<DateOrder> = Vec::with_capacity(dates.len());
    for at in 0..dates.len() {
        let after = telling.peek().map(|(_, order)| *order);
        if let Some((_, own)) = telling.next_if(|(place, _)| *place == at) {
            before = Some(own);
            made.push(own);
            continue;
        }
        let (one, other) = (before.or(after).unwrap_or(usual), after.or(before).unwrap_or(usual));
        let last = made.last().and_then(|order| day(at - 1, *order));
        let far = |order| Some(day(at, order)?.abs_diff(last?));
        made.push(if one != other && far(other) < far(one) { other } else { one });
    }
    made
}
