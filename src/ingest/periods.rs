//! Files without order numbers that overlap in time.
//!
//! In tables, which have a line a product, store and period, the newer says what was sold, and older values may differ,
//! as those of the month of the export do. Files of two shops may name the same products: most of their values differ,
//! and both count. Lines of sales must have the same columns and be alike.

use crate::order::sort_many;
use std::collections::HashMap;

use super::join::{drop_lines, retain};
use super::{Orders, Reading};
use crate::notes::Note;
use tillcast_kernels::keys::mix;

/// Days of a product with sales that two files of lines must share before they are taken for the same sales.
const LEAST_ALIKE: usize = 8;

/// A product's hash, its store's, and a moment.
pub(super) type Cell = (u64, u64, i32);

/// Stands for all moments of a product and store.
const ALWAYS: i32 = i32::MIN;

/// Takes days out of older files without order numbers that newer ones hold too.
pub(super) fn same_days_once(readings: &mut [Reading]) {
    let hash = |text: &str| text.bytes().fold(0, |hash, byte| mix(hash, u64::from(byte)));
    let cells = |orders: &Orders| -> Vec<Cell> {
        let products: Vec<u64> = orders.products.iter().map(|product| hash(&product.id)).collect();
        let stores: Vec<u64> = orders.stores.iter().map(|store| hash(store)).collect();
        let store = |line: usize| orders.store.get(line).map_or(0, |&store| stores[store as usize]);
        (0..orders.product.len())
            .map(|line| (products[orders.product[line] as usize], store(line), orders.minute[line]))
            .collect()
    };
    let units = |quantity: f64| if quantity.is_nan() { 0.0 } else { quantity };
    let last = |reading: &Reading| reading.orders.minute.iter().copied().max().unwrap_or(i32::MIN);
    let mut newest_first: Vec<usize> = (0..readings.len())
        .filter(|&place| readings[place].part.orders.is_empty() && !readings[place].orders.minute.is_empty())
        .collect();
    let key = |place: usize| (last(&readings[place]), place);
    sort_many(&mut newest_first, |&one, &other| key(other).cmp(&key(one)));
    if newest_first.len() < 2 {
        return;
    }
    // The files so far, which are newer: their place, first moment, and whether they are tables.
    let mut newer_files: Vec<(usize, i32, bool)> = Vec::new();
    for older in newest_first {
        let mut lines = cells(&readings[older].orders);
        let mut old: HashMap<Cell, f64> = HashMap::new();
        for (cell, quantity) in lines.iter().zip(&readings[older].orders.quantity) {
            *old.entry(*cell).or_insert(0.0) += units(*quantity);
        }
        let is_table =
            readings[older].part.rows.is_across || !readings[older].orders.has_time && old.len() == lines.len();
        let first = readings[older].orders.minute.iter().copied().min().unwrap_or(ALWAYS);
        for &(newer, begin, is_newer_table) in &newer_files {
            let are_tables = is_table && is_newer_table;
            let is_early = last(&readings[older]) < begin;
            if is_early || !are_tables && readings[older].report.headers != readings[newer].report.headers {
                continue;
            }
            // What the newer has of the older one's cells.
            let mut new: HashMap<Cell, f64> = HashMap::new();
            let orders = &readings[newer].orders;
            for (cell, quantity) in cells(orders).into_iter().zip(&orders.quantity) {
                if old.contains_key(&cell) {
                    *new.entry(cell).or_insert(0.0) += units(*quantity);
                }
                new.insert((cell.0, cell.1, ALWAYS), 0.0);
            }
            // A table has all periods of its time: those it lacks speak against it.
            let (mut sold, mut alike) = (0, 0);
            let mut each = lines.clone();
            sort_many(&mut each, Ord::cmp);
            each.dedup();
            for cell in &each {
                let (was, is) = (old[cell], new.get(cell).copied());
                let is_missing = are_tables && cell.2 >= begin && new.contains_key(&(cell.0, cell.1, ALWAYS));
                if is.map_or(is_missing && was != 0.0, |is| was != 0.0 || is != 0.0) {
                    sold += 1;
                    alike += usize::from(is == Some(was));
                }
            }
            let is_same = match are_tables {
                true => alike * 2 >= sold,
                false => alike * 10 >= sold * 9 && alike >= LEAST_ALIKE.min(old.len()),
            };
            if !is_same || alike == 0 {
                continue;
            }
            let keep: Vec<bool> = lines.iter().map(|cell| !new.contains_key(cell)).collect();
            let mut kept = keep.iter();
            lines.retain(|_| kept.next().copied().unwrap_or(false));
            old.retain(|cell, _| !new.contains_key(cell));
            let reading = &mut readings[older];
            let dropped = keep.iter().filter(|keep| !**keep).count() as u64;
            let rows = reading.part.rows.add_unkept_rows(&keep, "newer-file");
            retain(&mut reading.orders, &mut reading.part, &keep);
            drop_lines(reading, rows);
            let text = format!("{dropped} numbers stand in a newer file too, and count once");
            reading.notes.push(Note::info("newer-file", text).count(dropped));
        }
        newer_files.push((older, first, is_table));
    }
}
