//! What a shop knows ahead: the numbers its files have beside the units, and their values over a horizon.

use std::collections::HashMap;

use crate::calendar::Frequency;
use crate::error::{Error, Position, Result};
use crate::ingest::Orders;
use crate::ingest::dates::{self, Day};
use crate::ingest::extras::{self, Kind};
use crate::ingest::roles::plain;
use crate::panel::{Column, KnownAhead, PRICE, Panel};

mod carried;

pub(super) use carried::Carried;

/// A number beside the units.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Extra {
    /// Name of the panel's column: the file's header, or `price`.
    pub name: String,
    /// What it is about; none for a column that was kept by hand and has a name of its own.
    pub kind: Option<Kind>,
    /// Whether it says yes or no: all values are 1 or 0.
    pub flag: bool,
    /// Whether it differs within some product: of what was always the same nothing can be learnt.
    pub varies: bool,
}

/// The columns of numbers that orders have beside the units, the price first.
pub(super) fn extras(orders: &Orders) -> Vec<Extra> {
    let has_price = orders.price.iter().any(|price| price.is_finite());
    let price = has_price.then(|| Extra {
        name: PRICE.into(),
        kind: Some(Kind::Price),
        flag: false,
        varies: varies(orders, &orders.price, f64::NAN),
    });
    let filled = orders.extra.iter().filter(|column| column.values.iter().any(|value| value.is_finite()));
    let own = filled.filter(|column| !has_price || column.name != PRICE).map(|column| Extra {
        name: column.name.clone(),
        kind: kind_of(&column.name),
        // A discount of nothing but zeros is no yes or no.
        flag: column.is_flag() && !matches!(kind_of(&column.name), Some(Kind::Discount | Kind::Cost | Kind::Stock)),
        varies: varies(orders, &column.values, column.blank()),
    });
    price.into_iter().chain(own).collect()
}

/// Whether the values of some product's lines differ; a blank one counts as that.
fn varies(orders: &Orders, values: &[f64], blank: f64) -> bool {
    let mut firsts = vec![f64::NAN; orders.products.len()];
    let filled = values.iter().map(|&value| if value.is_nan() { blank } else { value });
    orders.product.iter().zip(filled).filter(|(_, value)| value.is_finite()).any(|(&product, value)| {
        let first = &mut firsts[product as usize];
        if first.is_nan() {
            *first = value;
        }
        *first != value
    })
}

/// What a column of that name is about.
pub(super) fn kind_of(name: &str) -> Option<Kind> {
    if name == PRICE { Some(Kind::Price) } else { extras::kind_of(&plain(name)) }
}

/// What is known of some columns on one day, or in the week, month or hour it begins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AheadRow {
    /// Key of the product; none for all that have no row of their own.
    pub product: Option<String>,
    /// Store, where series are split by it; a row without a product holds for all.
    pub store: Option<String>,
    /// ISO date, for hours with its time.
    pub date: String,
    /// What the date stands for where that is not a period of the panel: see [`Shop::ahead`](super::Shop::ahead).
    pub per: Option<Frequency>,
    /// One value per column; `NaN` where it says nothing.
    pub values: Vec<f64>,
    /// Record number in its file; 0 without one.
    pub record: u64,
}

impl AheadRow {
    fn at(&self, column: &str) -> Position {
        Position { record: Some(self.record).filter(|&at| at > 0), column: Some(column.into()), file: None }
    }

    /// The period that it tells of.
    fn period(&self, frequency: Frequency) -> Result<i32> {
        period_of(frequency, &self.date).ok_or_else(|| {
            Error::input("bad-date", format!("\"{}\" is no date", self.date))
                .remedy("write dates as YYYY-MM-DD, hours as YYYY-MM-DDTHH:MM")
                .at(self.at("date"))
        })
    }
}

/// Values of the columns over the horizon, `series × horizon` each, `NaN` where no row of the panel's own periods tells
/// them.
///
/// # Errors
/// Fails on a date that cannot be read, and on two values for one step.
pub fn ahead(panel: &Panel, columns: &[Extra], rows: &[AheadRow], horizon: usize) -> Result<KnownAhead> {
    let stores = panel.stores();
    let store_of = |index: usize| stores.as_ref().map(|stores| stores[index]);
    let places: HashMap<(&str, Option<&str>), usize> =
        (0..panel.len()).map(|index| ((panel.series(index).id.as_str(), store_of(index)), index)).collect();
    let ends = || (0..panel.len()).map(|index| panel.end(index));
    let first = ends().min().unwrap_or_default();
    let periods = ends().max().map_or(0, |last| (last - first) as usize + horizon);
    let mut values = vec![vec![f64::NAN; panel.len() * horizon]; columns.len()];
    // What holds for all products, by period from the first on.
    let mut common = vec![vec![f64::NAN; periods]; columns.len()];
    for row in rows.iter().filter(|row| row.per.is_none_or(|per| per == panel.frequency())) {
        let period = row.period(panel.frequency())?;
        let (index, all) = if let Some(product) = row.product.as_deref() {
            let store = row.store.as_deref().filter(|_| stores.is_some());
            let Some(&found) = places.get(&(product, store)) else { continue };
            (Some(found), &mut values)
        } else {
            (None, &mut common)
        };
        let (from, room) = index.map_or((first, periods), |index| (panel.end(index), horizon));
        let Some(step) = usize::try_from(period - from).ok().filter(|step| *step < room) else { continue };
        for ((column, value), slots) in columns.iter().zip(&row.values).zip(all) {
            let slot = &mut slots[index.map_or(step, |index| index * horizon + step)];
            if !value.is_finite() {
                continue;
            }
            if !slot.is_nan() && slot.to_bits() != value.to_bits() {
                let whose = row.product.as_deref().unwrap_or("all products");
                let date = panel.frequency().label(period);
                let text =
                    format!("another value of \"{}\" for \"{whose}\" on {date} than in a row before", column.name);
                let remedy = match (&stores, &row.store) {
                    (None, Some(_)) => "forecast stores apart with --by store, or give one row for all of them",
                    _ => "give one row for every step of the horizon",
                };
                return Err(Error::input("future-twice", text).remedy(remedy).at(row.at(&column.name)));
            }
            *slot = *value;
        }
    }
    for (own, common) in values.iter_mut().zip(&common) {
        for (place, value) in own.iter_mut().enumerate().filter(|(_, value)| value.is_nan()) {
            let late = (panel.end(place / horizon) - first) as usize;
            *value = common[late + place % horizon];
        }
    }
    let columns = columns.iter().zip(values);
    let columns = columns.map(|(column, values)| Column { name: column.name.clone(), planned: true, values }).collect();
    Ok(KnownAhead { horizon, columns })
}

/// Takes what no row tells from what is said of other periods, the rest as usual, and says how many values that were.
pub(super) fn fill(known: &mut KnownAhead, panel: &Panel, columns: &[Extra], carried: &Carried<'_>) -> u64 {
    let (horizon, mut filled) = (known.horizon, 0);
    for (place, (column, told)) in columns.iter().zip(&mut known.columns).enumerate() {
        let history = panel.columns().iter().position(|known| known.name == column.name);
        for (index, steps) in told.values.chunks_mut(horizon.max(1)).enumerate() {
            if steps.iter().all(|value| value.is_finite()) {
                continue;
            }
            let past = history.map_or(&[][..], |history| panel.column_values(history, index));
            let mut usual = usual(past, column, panel.frequency().season_length(), horizon);
            let whole = carried.over(&mut usual, place, panel, index);
            for ((value, usual), whole) in
                steps.iter_mut().zip(usual).zip(whole).filter(|((value, _), _)| value.is_nan())
            {
                *value = usual;
                filled += u64::from(!whole);
            }
        }
    }
    filled
}

/// The period that a date lies in; none for text that is no date or could be two.
fn period_of(frequency: Frequency, text: &str) -> Option<i32> {
    const MINUTES: i32 = 24 * 60;
    let stamp = dates::parse(text.trim().as_bytes(), false)?;
    let Day::Known(days) = stamp.day else { return None };
    let minute = days.checked_mul(MINUTES)? + i32::from(stamp.minute.unwrap_or(0));
    Some(if frequency == Frequency::Hour { minute.div_euclid(60) } else { frequency.period_of_days(days) })
}

/// Seasons by which it is judged what is usual.
const USUAL_SEASONS: usize = 4;

/// What a column would say over the horizon if nothing special were planned: what it said at the same place of the season
/// where the last four seasons were alike (closed on Sundays); else 0 for promotions, discounts and holidays, what it
/// mostly said at that place of the season for another yes or no, and the last known value for a number. `NaN` where
/// nothing is known of it.
pub fn usual(values: &[f64], column: &Extra, season: usize, horizon: usize) -> Vec<f64> {
    let season = season.max(1);
    let is_rare = matches!(column.kind, Some(Kind::Promotion | Kind::Discount | Kind::Holiday));
    let tail = values.len().checked_sub(USUAL_SEASONS * season).map_or(&[][..], |from| &values[from..]);
    // From the place in the season at which the horizon begins on.
    let mut phases = (0..season).map(|phase| tail.iter().skip(phase).step_by(season).copied());
    let alike = !tail.is_empty()
        && phases
            .all(|mut phase| phase.next().is_some_and(|first| first.is_finite() && phase.all(|next| next == first)));
    let last = |from: &[f64]| from.iter().rev().copied().find(|value| value.is_finite());
    if alike && season > 1 && (!is_rare || tail[..season].iter().any(|value| *value != tail[0])) {
        return tail[..season].iter().copied().cycle().take(horizon).collect();
    }
    if is_rare {
        return vec![0.0; horizon];
    }
    let last = last(values).unwrap_or(f64::NAN);
    if !column.flag || tail.is_empty() {
        return vec![last; horizon];
    }
    let mostly = |phase: usize| {
        let said = tail.iter().skip(phase).step_by(season).filter(|value| value.is_finite());
        let (sum, count) = said.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        if count == 0.0 { last } else { f64::from(sum * 2.0 >= count) }
    };
    (0..horizon).map(|step| mostly(step % season)).collect()
}

/// What is usual, step by step.
#[derive(Debug, Clone, PartialEq)]
pub struct UsualTable {
    /// ISO date of each step.
    pub dates: Vec<String>,
    /// By column and step; `NaN` where products differ, or nothing is known.
    pub columns: Vec<Vec<f64>>,
}

/// What is usual of some columns, with what is said of other periods, for one product, or for all of a panel: then from the
/// end of the one that ends last.
pub(super) fn usual_table(
    panel: &Panel,
    columns: &[Extra],
    carried: &Carried<'_>,
    horizon: usize,
    product: Option<usize>,
) -> UsualTable {
    let series: Vec<usize> = product.map_or_else(|| (0..panel.len()).collect(), |index| vec![index]);
    let end = |index: &usize| panel.end(*index);
    let start = series.iter().map(end).max().unwrap_or_default();
    let season = panel.frequency().season_length();
    let mut table = Vec::with_capacity(columns.len());
    for (at, column) in columns.iter().enumerate() {
        let place = panel.columns().iter().position(|known| known.name == column.name);
        let mut all: Vec<f64> = Vec::new();
        for &index in &series {
            let late = usize::try_from(start - end(&index)).unwrap_or(0);
            let Some(place) = place.filter(|_| late < horizon) else { continue };
            let mut own = usual(panel.column_values(place, index), column, season, horizon + late);
            carried.over(&mut own, at, panel, index);
            let own = own.split_off(late);
            if all.is_empty() {
                all = own;
                continue;
            }
            for (known, _) in all.iter_mut().zip(own).filter(|(known, value)| **known != *value) {
                *known = f64::NAN;
            }
        }
        all.resize(horizon, f64::NAN);
        table.push(all);
    }
    let dates = (start..).take(horizon).map(|period| panel.frequency().label(period)).collect();
    UsualTable { dates, columns: table }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extra(kind: Kind, flag: bool) -> Extra {
        Extra { name: "column".into(), kind: Some(kind), flag, varies: true }
    }

    #[test]
    fn what_never_varied_within_a_product_is_told() -> Result<()> {
        let csv = "date,sku,qty,unit price,promo,discount,on sale\n2026-01-05,A,1,2,0,0,x\n2026-01-06,A,1,2,1,0,\n2026-01-06,B,1,3,0,0,\n";
        let mut reader = crate::ingest::Reader::new("orders.csv", crate::ingest::ReadOptions::default());
        reader.push(csv.as_bytes())?;
        let orders = reader.finish()?.orders;
        let told: Vec<(String, bool)> = extras(&orders).into_iter().map(|extra| (extra.name, extra.varies)).collect();
        let expected = [("price", false), ("promo", true), ("discount", false), ("on sale", true)];
        assert_eq!(
            told,
            expected.map(|(name, varies)| (name.to_owned(), varies)),
            "prices differ between products only"
        );
        Ok(())
    }

    #[test]
    fn what_is_usual_goes_by_the_season_or_by_what_was_last() {
        let weeks = |week: [f64; 7], count: usize| week.repeat(count);
        let closed = [1., 1., 1., 1., 1., 1., 0.];
        assert_eq!(usual(&weeks(closed, 5), &extra(Kind::Opening, true), 7, 9), [1., 1., 1., 1., 1., 1., 0., 1., 1.]);
        // A holiday in one of four weeks is not usual.
        let mut open = weeks(closed, 5);
        open[30] = 0.0;
        assert_eq!(usual(&open, &extra(Kind::Opening, true), 7, 7), closed);
        // A promotion every Friday goes on, one of some days and one without an end do not.
        let friday = [0., 0., 0., 0., 1., 0., 0.];
        assert_eq!(usual(&weeks(friday, 4), &extra(Kind::Promotion, true), 7, 7), friday);
        assert_eq!(usual(&open, &extra(Kind::Promotion, true), 7, 2), [0., 0.]);
        assert_eq!(usual(&[1.0; 60], &extra(Kind::Promotion, true), 7, 2), [0., 0.]);
        assert_eq!(usual(&[9.5, 8.0, f64::NAN], &extra(Kind::Price, false), 7, 2), [8., 8.]);
        assert!(usual(&[f64::NAN; 40], &extra(Kind::Price, false), 7, 1)[0].is_nan());
        assert!(usual(&[], &extra(Kind::Opening, true), 7, 1)[0].is_nan());
    }

    #[test]
    fn dates_are_read_as_the_period_they_lie_in() {
        let label = |frequency: Frequency, text: &str| period_of(frequency, text).map(|period| frequency.label(period));
        assert_eq!(label(Frequency::Week, "2026-03-04").as_deref(), Some("2026-03-02"));
        assert_eq!(label(Frequency::Month, "2026-03-04").as_deref(), Some("2026-03-01"));
        assert_eq!(label(Frequency::Hour, "2026-03-04T15:00").as_deref(), Some("2026-03-04T15:00"));
        assert_eq!((period_of(Frequency::Day, "soon"), period_of(Frequency::Day, "03/04/2026")), (None, None));
    }
}
