//! Lists by weeks or months in which rows are missing, told by their dates: nobody sells on Mondays only. A slip of the pen
//! in a date, or a row that stands there twice, makes no other file of a list.

use super::DAY_MINUTES;
use crate::calendar::{Frequency, date_from_days};
use crate::ingest::Orders;
use crate::notes::Note;

/// Dates of one weekday from which they are no chance: of random ones, one such set in 2,401 would be.
const FEWEST_WEEKS: usize = 5;
/// Dates of one day of the month from which they are no chance: one such set in 900.
const FEWEST_MONTHS: usize = 3;
/// The same for dates among which there are others.
const FEWEST_WITH_SLIPS: usize = 8;
/// One date in this many may be another day, or one of them all.
const SLIPS: usize = 20;
/// The same for rows of a series and period that has one already.
const REPEATS: usize = 50;
/// Rows of other days among which a file is no list at all: one in this many.
const MOST_OTHERS: usize = 8;
/// Rows at a file's beginning that tell which day it is about.
const FIRST_ROWS: usize = 15;
/// More than one in this many periods between the first and the last has a row: a list by fortnights is none by weeks.
const PERIODS_WITH_A_ROW: usize = 2;

/// The spacing of a list: its dates are the same weekday, or the same day of the month or its last day; most periods
/// have a row; and no series of `key` has two rows of one date, as the order lines of a weekly market have.
pub(super) fn spacing(orders: &Orders, used: &[u32], key: &[u32]) -> Option<Frequency> {
    let first = orders.minute[*used.first()? as usize];
    let kinds = [Kind::Weekday, Kind::DayOfMonth, Kind::LastOfMonth];
    let (kind, others) = kinds.into_iter().find_map(|kind| Some((kind, kind.others(orders, used)?)))?;
    if used.iter().any(|&line| (orders.minute[line as usize] - first).rem_euclid(DAY_MINUTES) != 0) {
        return None;
    }
    let spacing = kind.spacing();
    let (periods, repeated) = periods(orders, used, key, spacing);
    let fewest = match spacing {
        _ if !others.is_empty() || repeated > 0 => FEWEST_WITH_SLIPS,
        Frequency::Week => FEWEST_WEEKS,
        _ => FEWEST_MONTHS,
    };
    let all = periods.last()?.abs_diff(*periods.first()?) as usize + 1;
    let is_repeated = repeated > others.len() + (used.len() / REPEATS).max(1);
    (!is_repeated && periods.len() >= fewest && periods.len() * PERIODS_WITH_A_ROW > all + 1).then_some(spacing)
}

/// What is told of rows of a list that are unlike the rest.
pub(in crate::panel) fn notes(orders: &Orders, used: &[u32], key: &[u32], spacing: Frequency) -> Vec<Note> {
    let kinds = [Kind::Weekday, Kind::DayOfMonth, Kind::LastOfMonth].into_iter();
    let others = kinds.filter(|kind| kind.spacing() == spacing).find_map(|kind| kind.others(orders, used));
    let others = others.unwrap_or_default();
    let mut notes = Vec::new();
    if let Some(&line) = others.first() {
        let example = Frequency::Day.label(day(orders, line));
        let text = format!(
            "Rows of the list dated on another day than the rest, such as {example}, count in their {}",
            spacing.name()
        );
        let note = Note::warning("list-other-days", text).count(others.len() as u64).arg("example", example);
        notes.push(note);
    }
    let (_, repeated) = periods(orders, used, key, spacing);
    if repeated > 0 {
        let text = format!("Rows of a product and {} that has one already are added to it", spacing.name());
        notes.push(Note::warning("list-repeated", text).count(repeated as u64));
    }
    notes
}

/// The periods with a row in their order, and how many rows there are of a series and period beyond its first.
fn periods(orders: &Orders, used: &[u32], key: &[u32], spacing: Frequency) -> (Vec<i32>, usize) {
    let mut rows: Vec<(i32, u32)> =
        used.iter().map(|&line| (spacing.period_of_days(day(orders, line)), key[line as usize])).collect();
    rows.sort_unstable();
    let all = rows.len();
    rows.dedup();
    let repeated = all - rows.len();
    let mut periods: Vec<i32> = rows.into_iter().map(|(period, _)| period).collect();
    periods.dedup();
    (periods, repeated)
}

fn day(orders: &Orders, line: u32) -> i32 {
    orders.minute[line as usize].div_euclid(DAY_MINUTES)
}

/// What all dates of a list have in common.
#[derive(Clone, Copy)]
enum Kind {
    Weekday,
    DayOfMonth,
    LastOfMonth,
}

impl Kind {
    fn spacing(self) -> Frequency {
        if matches!(self, Kind::Weekday) { Frequency::Week } else { Frequency::Month }
    }

    fn of(self, day: i32) -> i32 {
        match self {
            Kind::Weekday => day.rem_euclid(7),
            Kind::DayOfMonth => i32::from(date_from_days(day).day()),
            Kind::LastOfMonth => {
                i32::from(Frequency::Month.period_of_days(day + 1) > Frequency::Month.period_of_days(day))
            }
        }
    }

    /// Lines whose date is unlike the others'; none where so many are that the file is no such list. Most files are done
    /// with after a part of their lines.
    fn others(self, orders: &Orders, used: &[u32]) -> Option<Vec<u32>> {
        let mut first: Vec<i32> = used.iter().take(FIRST_ROWS).map(|&line| self.of(day(orders, line))).collect();
        first.sort_unstable();
        let usual = *first.chunk_by(|one, other| one == other).max_by_key(|run| run.len())?.first()?;
        if matches!(self, Kind::LastOfMonth) && usual == 0 {
            return None;
        }
        let (mut others, most) = (Vec::new(), (used.len() / MOST_OTHERS).max(1));
        let mut seen = None;
        for &line in used {
            let day = day(orders, line);
            // Neighbours mostly have the same date, and to tell a month's day takes long.
            let is_usual = match seen {
                Some((known, is_usual)) if known == day => is_usual,
                _ => self.of(day) == usual,
            };
            seen = Some((day, is_usual));
            if !is_usual {
                others.push(line);
                if others.len() > most {
                    return None;
                }
            }
        }
        if !others.is_empty() {
            let count = |lines: &[u32]| {
                let mut days: Vec<i32> = lines.iter().map(|&line| day(orders, line)).collect();
                days.sort_unstable();
                days.dedup();
                days.len()
            };
            if count(&others) > (count(used) / SLIPS).max(1) {
                return None;
            }
        }
        Some(others)
    }
}
