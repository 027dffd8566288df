//! What the shop itself counted: days on which it had none of a product and sold none. Stronger evidence than a silence, and
//! where it says that there was some, a silence is no stock-out.

use std::collections::HashMap;

use super::days::{LONGEST_SILENCE, Silence, runs, share};
use crate::ingest::extras::{Kind, kind_of};
use crate::ingest::roles::plain;
use crate::ingest::{ExtraColumn, Orders};
use crate::panel::{Column, Panel};

/// Name of the column of a panel that holds what was on hand.
pub const ON_HAND: &str = "on hand";

/// A count is kept where no more than one in this many of the days inside a time without stock has a sale.
const SOLD_WITHOUT_IN: usize = 5;
const DAY_MINUTES: i32 = 24 * 60;

/// The column of what was on hand, where the files have one.
fn column_of(orders: &Orders) -> Option<&ExtraColumn> {
    let is_stock = |extra: &&ExtraColumn| kind_of(&plain(&extra.name)) == Some(Kind::Stock);
    orders.extra.iter().filter(is_stock).find(|extra| extra.values.iter().any(|value| value.is_finite()))
}

/// The panel without columns but that of what was on hand in each period, where the files have one: the last count of a
/// period, of all stores together; `NaN` where none is known. Where not every period has a row (`is_carried`), a count
/// holds until the next.
///
/// # Errors
/// As [`Panel::with_column`].
pub fn with_on_hand(panel: &Panel, orders: &Orders, is_carried: bool) -> crate::Result<Panel> {
    let panel = panel.sold_before(0);
    let Some(column) = column_of(orders) else { return Ok(panel) };
    let key = |index: usize| (panel.series(index).id.as_str(), panel.series(index).store.as_deref());
    let places: HashMap<(&str, Option<&str>), usize> = (0..panel.len()).map(|index| (key(index), index)).collect();
    let is_split = panel.stores().is_some();
    // Of each series the moments of its counts, and their lines.
    let mut told: Vec<Vec<(i32, u32)>> = vec![Vec::new(); panel.len()];
    let store_of = |line: usize| orders.store.get(line).copied().unwrap_or(0);
    for line in (0..column.values.len()).filter(|&line| column.values[line].is_finite()) {
        let store = store_of(line);
        let named = orders.stores.get(store as usize).filter(|_| is_split).map(String::as_str);
        let id = orders.products[orders.product[line] as usize].id.as_str();
        if let Some(&place) = places.get(&(id, named)) {
            told[place].push((orders.minute[line], line as u32));
        }
    }
    let mut values = Vec::with_capacity(panel.total_len());
    for (index, told) in told.iter_mut().enumerate() {
        told.sort_unstable();
        let mut told = told.iter().peekable();
        // Of each store the last count and its moment.
        let mut known: Vec<(u32, i32, f64)> = Vec::new();
        for period in panel.series(index).start..panel.end(index) {
            if !is_carried {
                known.clear();
            }
            let until = panel.frequency().first_day(period + 1).saturating_mul(DAY_MINUTES);
            while let Some(&(minute, line)) = told.next_if(|(minute, _)| *minute < until) {
                let (store, value) = (store_of(line as usize), column.values[line as usize].max(0.0));
                match known.iter_mut().find(|(known, ..)| *known == store) {
                    // Of two counts of one moment the lower is the later: pieces are sold one by one.
                    Some((_, at, count)) => {
                        (*at, *count) = (minute, if *at == minute { count.min(value) } else { value })
                    }
                    None => known.push((store, minute, value)),
                }
            }
            values.push(if known.is_empty() { f64::NAN } else { known.iter().map(|(.., count)| count).sum() });
        }
    }
    panel.with_column(Column { name: ON_HAND.into(), planned: false, values })
}

/// What was on hand of a series, where its panel knows.
fn on_hand(panel: &Panel, index: usize) -> Option<&[f64]> {
    let place = panel.columns().iter().position(|column| column.name == ON_HAND)?;
    Some(panel.column_values(place, index))
}

/// Places of the series that had none at some time.
pub fn may_be_out(panel: &Panel) -> Vec<usize> {
    let is_out = |&index: &usize| on_hand(panel, index).is_some_and(|counts| counts.iter().any(|count| *count <= 0.0));
    (0..panel.len()).filter(is_out).collect()
}

/// Times in which a product was out of stock by the shop's own count and sold nothing; and of each series whether its
/// count tells anything, so that no silence is to be guessed at.
pub fn counted_out(panel: &Panel) -> (Vec<Silence>, Vec<bool>) {
    let day = |period: i32| panel.frequency().first_day(period);
    let (mut found, mut tells) = (Vec::new(), vec![false; panel.len()]);
    for (index, tells) in tells.iter_mut().enumerate() {
        let (start, values) = (panel.series(index).start, panel.values(index));
        let Some(outs) = on_hand(panel, index).and_then(|counts| outs(values, counts)) else { continue };
        *tells = true;
        for (from, until) in outs {
            let (first, end) = (day(start + from as i32), day(start + until as i32));
            // What has been out for so long by now is no longer kept.
            if until < values.len() || (end - first) as usize <= LONGEST_SILENCE {
                found.push(Silence { series: Some(index), from: first, until: end, usual: share(&values[..from]) });
            }
        }
    }
    (found, tells)
}

/// Runs of periods without stock and sale; none where the count tells nothing: it never changes, or goods are sold on and
/// on without any. What it says is believed from the first time on that there was some.
fn outs(values: &[f64], counts: &[f64]) -> Option<Vec<(usize, usize)>> {
    let first = counts.iter().position(|count| *count > 0.0)?;
    counts.iter().find(|count| count.is_finite() && **count != counts[first])?;
    let (mut inside, mut sold, mut found) = (0, 0, Vec::new());
    for (from, until) in runs(counts, |count| *count <= 0.0).into_iter().filter(|(from, _)| *from > first) {
        // The last piece goes on the first day, and new ones come on the last.
        let middle = values.get(from + 1..until - 1).unwrap_or_default();
        inside += middle.len();
        sold += middle.iter().filter(|value| **value > 0.0).count();
        let silent = runs(&values[from..until], |value| *value <= 0.0).into_iter();
        found.extend(silent.map(|(begin, end)| (from + begin, from + end)));
    }
    (sold * SOLD_WITHOUT_IN <= inside).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::outs;

    #[test]
    fn a_count_is_believed_where_it_is_kept() {
        let nan = f64::NAN;
        // Sold out on the second day, silent on three, delivered and sold on the sixth.
        assert_eq!(outs(&[4., 3., 0., 0., 0., 2.], &[3., 0., 0., 0., 0., 9.]), Some(vec![(2, 5)]));
        assert_eq!(outs(&[4., 0., 0., 2.], &[7., 5., 5., 3.]), Some(vec![]), "there was some, and nobody wanted it");
        assert_eq!(outs(&[4., 0., 0., 2.], &[0., 0., 0., 0.]), None, "no shop sells what it never has");
        assert_eq!(outs(&[4., 0., 0., 2.], &[8., 8., 8., 8.]), None, "what is in stock today, on every row");
        assert_eq!(outs(&[4., 0., 0., 2.], &[nan, nan, nan, nan]), None);
        assert_eq!(outs(&[4., 2., 0., 2., 0., 3., 1.], &[1., 0., 0., 0., 0., 0., 0.]), None, "sold on and on without");
        assert_eq!(outs(&[nan, 0., nan, 0.], &[5., 0., 0., 0.]), Some(vec![(1, 2), (3, 4)]));
    }
}
