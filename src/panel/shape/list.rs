//! Lists by weeks or months in which rows are missing, told by their dates: nobody sells on Mondays only.

use super::DAY_MINUTES;
use crate::calendar::{Frequency, date_from_days};
use crate::ingest::Orders;

/// Dates of one weekday from which they are no chance: of random ones, one such set in 2,401 would be.
const FEWEST_WEEKS: usize = 5;
/// Dates of one day of the month from which they are no chance: one such set in 900.
const FEWEST_MONTHS: usize = 3;
/// More than one in this many periods between the first and the last has a row: a list by fortnights is none by weeks.
const PERIODS_WITH_A_ROW: usize = 2;

/// The spacing of a list: all its dates are the same weekday, or the same day of the month or its last day; most periods
/// have a row; and no series of `key` has two rows of one date, as the order lines of a weekly market have.
pub(super) fn spacing(orders: &Orders, used: &[u32], key: &[u32]) -> Option<Frequency> {
    let spacing = same_days(orders, used)?;
    let period = |line: u32| spacing.period_of_days(orders.minute[line as usize].div_euclid(DAY_MINUTES));
    let mut rows: Vec<(i32, u32)> = used.iter().map(|&line| (period(line), key[line as usize])).collect();
    rows.sort_unstable();
    if rows.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let with_a_row = 1 + rows.windows(2).filter(|pair| pair[0].0 != pair[1].0).count();
    let all = rows.last()?.0.abs_diff(rows.first()?.0) as usize + 1;
    let fewest = if spacing == Frequency::Week { FEWEST_WEEKS } else { FEWEST_MONTHS };
    (with_a_row >= fewest && with_a_row * PERIODS_WITH_A_ROW > all + 1).then_some(spacing)
}

/// The period of which all dates are the same day. Most files are done with after their first few lines.
fn same_days(orders: &Orders, used: &[u32]) -> Option<Frequency> {
    let first = orders.minute[*used.first()? as usize];
    let days = || used.iter().map(|&line| orders.minute[line as usize].div_euclid(DAY_MINUTES));
    let at_one_time = || used.iter().all(|&line| (orders.minute[line as usize] - first).rem_euclid(DAY_MINUTES) == 0);
    let day = first.div_euclid(DAY_MINUTES);
    let in_month = date_from_days(day).day();
    let is_last = |day: i32| Frequency::Month.period_of_days(day + 1) > Frequency::Month.period_of_days(day);
    let spacing = if days().all(|other| (other - day) % 7 == 0) {
        Frequency::Week
    } else if days().all(|other| date_from_days(other).day() == in_month) || days().all(is_last) {
        Frequency::Month
    } else {
        return None;
    };
    at_one_time().then_some(spacing)
}
