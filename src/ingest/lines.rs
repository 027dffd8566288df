//! Order lines being gathered: products and stores are told apart by their bytes, dates wait for the whole column.

mod gathered;
mod mixed;

use crate::notes::Note;
use crate::order::sort_few;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::dates::{Day, Stamp};
use super::fees::Fees;
use super::left_out::Left;
use super::marks;
use super::shape;
use super::units;
use super::variants::Seen;
use super::{DateOrder, ExtraColumn, Orders, Product};
use tillcast_kernels::keys::{ShortKeys, is_same, mix};

pub use gathered::Gathered;

/// A fast hash of short keys (Fowler–Noll–Vo over eight bytes at a time); keys come from the user's own file.
#[derive(Default)]
pub struct KeyHasher(u64);

const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(PRIME | 1 << 63);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// Keys and their places, by a fast hash.
pub type Map<K> = HashMap<K, u32, BuildHasherDefault<KeyHasher>>;

/// Keys and their places. Short keys, as nearly all are, are compared as one number instead of byte by byte.
#[derive(Default)]
struct Places {
    short: ShortKeys,
    long: Map<Box<[u8]>>,
    /// In the order of their places.
    keys: Vec<Box<[u8]>>,
}

impl Places {
    /// The place of a key, which is new if it equals `next`.
    fn of(&mut self, key: &[u8], next: usize) -> u32 {
        let place = match self.short.of(key, next as u32) {
            Some(place) => place,
            None => match self.long.get(key) {
                Some(&place) => return place,
                None => *self.long.entry(key.into()).or_insert(next as u32),
            },
        };
        if place as usize == self.keys.len() {
            self.keys.push(key.into());
        }
        place
    }
}

/// Why lines were left out, and which.
#[derive(Default)]
pub struct Reasons(Vec<Left>);

impl Reasons {
    /// Counts a record under a reason.
    pub fn add(&mut self, reason: &str, record: u64) {
        let found = match self.0.iter_mut().find(|known| known.reason == reason) {
            Some(found) => found,
            None => {
                self.0.push(Left { reason: reason.into(), records: Vec::new() });
                let last = self.0.len() - 1;
                &mut self.0[last]
            }
        };
        found.records.push(record as u32);
    }

    /// All reasons, the commonest first.
    pub fn finish(mut self) -> Vec<Left> {
        sort_few(&mut self.0, |a, b| (b.records.len(), &a.reason) < (a.records.len(), &b.reason));
        self.0
    }
}

/// A line to add.
pub struct NewLine<'a> {
    /// Product key.
    pub key: &'a [u8],
    /// Product name, may be empty.
    pub name: &'a [u8],
    /// Whether the file tells variations.
    pub has_variants: bool,
    /// Variation, may be empty.
    pub variant: &'a [u8],
    /// What the quantity counts, may be empty.
    pub unit: &'a [u8],
    /// Category, may be empty.
    pub category: &'a [u8],
    /// Supplier, may be empty.
    pub supplier: &'a [u8],
    /// Store, may be empty.
    pub store: &'a [u8],
    /// Units.
    pub quantity: f64,
    /// Unit price.
    pub price: f64,
    /// Record number.
    pub record: u64,
}

/// A name whose characters some platforms write as in HTML.
fn unescape(name: String) -> String {
    if !name.contains('&') {
        return name;
    }
    const SIGNS: [(&str, &str); 8] = [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        // Last, or what it makes would be read again.
        ("&amp;", "&"),
    ];
    SIGNS.iter().fold(name, |name, (written, sign)| name.replace(written, sign))
}

/// What neighbouring dates tell about the order of day and month.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence {
    /// Largest number written first, and second.
    pub largest: (u8, u8),
    /// Neighbouring days that run backwards when read day first, and month first.
    pub backwards: (u32, u32),
    /// Neighbouring days that run forwards when read day first, and month first.
    pub forwards: (u32, u32),
}

/// Lines gathered so far.
#[derive(Default)]
pub struct Lines {
    orders: Orders,
    products: Places,
    stores: Places,
    /// Whether a product has a name of its own, not its key.
    named: Vec<bool>,
    variants: Seen,
    units: units::Seen,
    /// Lines whose day and month are not told apart yet: place, numbers as written, minute of the day.
    undecided: Vec<mixed::Written>,
    records: Vec<u32>,
    /// Whether a line is to be left out; empty where none is.
    left_out: Vec<bool>,
    /// The date that was read last: as it is written, and the moment.
    dated: Vec<u8>,
    stamp: Stamp,
    /// Largest numbers written first and second in dates of lines that were left out.
    seen: (u8, u8),
    /// Moments of lines that are none of the shop's demand that is looked at, but tell what time the file covers.
    others: Vec<Moment>,
}

/// A moment as it is written: days since 1970, or two numbers whose order is not known yet and a year; and the minute.
type Moment = (Option<i32>, u8, u8, i16, u16);

const MINUTES_PER_DAY: i32 = 1440;
/// What rounding may take from a sum.
const SUM_TOLERANCE: f64 = 1e-6;

impl Lines {
    /// Lines with these further columns.
    pub fn new(extra: &[String]) -> Self {
        let mut lines = Self::default();
        lines.orders.extra = extra.iter().map(|name| ExtraColumn { name: name.clone(), values: Vec::new() }).collect();
        lines
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.orders.product.len()
    }

    /// Reads the date of the next line; false if it is none. Neighbours are often equal, so that the last one is remembered
    /// rather than handed about.
    pub fn read_date(&mut self, text: &[u8], serial: bool) -> bool {
        if is_same(&self.dated, text) {
            return true;
        }
        let Some(stamp) = super::dates::parse(text, serial) else { return false };
        self.stamp = stamp;
        self.dated.clear();
        self.dated.extend_from_slice(text);
        true
    }

    /// The same by a format that the shop told.
    pub fn read_date_by(&mut self, format: &str, text: &[u8]) -> bool {
        let Some(day) = super::dates::format::read(format, text) else { return false };
        self.stamp = Stamp { day: Day::Known(day), minute: None };
        self.dated.clear();
        true
    }

    /// Says that the next line's date stands in another file.
    pub fn undate(&mut self) {
        self.dated.clear();
        self.stamp = Stamp::default();
    }

    /// Looks at the date of a line that is left out: its numbers tell about the order of day and month too.
    pub fn see(&mut self, date: &[u8], serial: bool) {
        if self.read_date(date, serial)
            && let Day::Either { first, second, .. } = self.stamp.day
        {
            self.seen = (self.seen.0.max(first), self.seen.1.max(second));
        }
    }

    /// Keeps the date that was read last, of a line that is not added.
    pub fn add_other(&mut self) {
        let minute = self.stamp.minute.unwrap_or(0);
        self.others.push(match self.stamp.day {
            Day::Known(days) => (Some(days), 0, 0, 0, minute),
            Day::Either { first, second, year } => (None, first, second, year, minute),
        });
    }

    /// Adds a line, of the date that was read last.
    pub fn add(&mut self, line: &NewLine<'_>, extra: impl Iterator<Item = f64>, has_price: bool, has_store: bool) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let known = self.orders.products.len();
        let product = self.products.of(line.key, known);
        if product as usize == known {
            let name = if line.name.is_empty() { line.key } else { line.name };
            let label = |label: &[u8]| (!label.is_empty()).then(|| text(label));
            let (category, supplier) = (label(line.category), label(line.supplier));
            let id = unescape(text(line.key));
            self.orders.products.push(Product { id, name: unescape(text(name)), category, supplier });
            self.named.push(name != line.key);
        } else if !line.name.is_empty() && !self.named[product as usize] && line.name != line.key {
            // The first line may lack the name that a later one has.
            self.orders.products[product as usize].name = unescape(text(line.name));
            self.named[product as usize] = true;
        }
        if line.has_variants {
            self.variants.see(product, line.variant);
        }
        if !line.unit.is_empty() {
            self.units.see(product, line.unit);
        }
        if has_store {
            let known = self.orders.stores.len();
            let store = self.stores.of(line.store, known);
            if store as usize == known {
                self.orders.stores.push(text(line.store));
            }
            self.orders.store.push(store);
        }
        let minute = self.stamp.minute.unwrap_or(0);
        let days = match self.stamp.day {
            Day::Known(days) => days,
            Day::Either { first, second, year } => {
                self.undecided.push((self.orders.product.len() as u32, first, second, year, minute));
                // Stands until the order is known, and tells lines of different days apart.
                let read = |order| self.stamp.day.in_order(order);
                read(DateOrder::Dmy).or_else(|| read(DateOrder::Mdy)).unwrap_or(0)
            }
        };
        self.orders.has_time |= minute > 0;
        self.orders.minute.push(days * MINUTES_PER_DAY + i32::from(minute));
        self.orders.product.push(product);
        self.orders.quantity.push(line.quantity);
        if has_price {
            self.orders.price.push(line.price);
        }
        for (column, value) in self.orders.extra.iter_mut().zip(extra) {
            column.values.push(value);
        }
        self.records.push(line.record as u32);
    }

    /// Whether the dates are written both ways: see [`mixed`].
    pub fn is_mixed(&self) -> bool {
        mixed::is_mixed(&self.undecided)
    }

    /// A hash of some lines (product, store, moment, units and price), the same in whatever order they stand.
    pub fn hash(&self, lines: Range<usize>) -> u64 {
        let orders = &self.orders;
        lines.fold(0, |sum, line| {
            let store = orders.store.get(line).copied().unwrap_or(0);
            let price = orders.price.get(line).copied().unwrap_or(0.0);
            let words = [
                u64::from(orders.product[line]) << 32 | u64::from(store),
                orders.minute[line] as u64,
                orders.quantity[line].to_bits(),
                price.to_bits(),
            ];
            sum.wrapping_add(words.into_iter().fold(0, mix))
        })
    }

    /// Leaves out lines that were added.
    pub fn leave_out(&mut self, ranges: &[Range<usize>], reason: &str, reasons: &mut Reasons) {
        if ranges.is_empty() {
            return;
        }
        self.left_out.resize(self.len(), false);
        let mut lines: Vec<usize> = ranges.iter().cloned().flatten().filter(|&line| !self.left_out[line]).collect();
        lines.sort_unstable();
        for line in lines {
            self.left_out[line] = true;
            reasons.add(reason, u64::from(self.records[line]));
        }
    }

    /// Lines of what is no product, such as postage; none where nothing else is sold.
    pub fn fees(&self) -> Vec<Range<usize>> {
        let products = &self.orders.products;
        let fees = Fees::new();
        let is_fee: Vec<bool> = products.iter().map(|product| fees.has(&product.id, &product.name)).collect();
        if !is_fee.contains(&true) || !is_fee.contains(&false) {
            return Vec::new();
        }
        let lines = self.orders.product.iter().enumerate();
        lines.filter(|(_, product)| is_fee[**product as usize]).map(|(line, _)| line..line + 1).collect()
    }

    /// Lines of gift cards, told by their keys.
    pub fn gift_cards(&self) -> Vec<Range<usize>> {
        let products = self.orders.products.iter();
        let is_card: Vec<bool> = products.map(|product| marks::is_gift_key(&product.id, &product.name)).collect();
        if !is_card.contains(&true) || !is_card.contains(&false) {
            return Vec::new();
        }
        let lines = self.orders.product.iter().enumerate();
        lines.filter(|(_, product)| is_card[**product as usize]).map(|(line, _)| line..line + 1).collect()
    }

    /// Lines of a product called a total that are the sum of the others of their time and store, as a table's margin is.
    pub fn sums(&self) -> Vec<Range<usize>> {
        let orders = &self.orders;
        let called = |text: &str| shape::is_total(text.as_bytes());
        let marginal: Vec<bool> =
            orders.products.iter().map(|product| called(&product.id) || called(&product.name)).collect();
        if !marginal.contains(&true) {
            return Vec::new();
        }
        let is_marginal = |line: usize| marginal[orders.product[line] as usize];
        let when = |line: usize| (orders.minute[line], orders.store.get(line).copied().unwrap_or(0));
        let mut others: HashMap<(i32, u32), f64> = HashMap::new();
        for line in (0..self.len()).filter(|line| !is_marginal(*line)) {
            *others.entry(when(line)).or_insert(0.0) += orders.quantity[line];
        }
        let found: Vec<usize> = (0..self.len()).filter(|line| is_marginal(*line)).collect();
        let is_sum = |line: &&usize| {
            others
                .get(&when(**line))
                .is_some_and(|sum| (sum - orders.quantity[**line]).abs() <= SUM_TOLERANCE * sum.abs())
        };
        // A shop may call a product so, whose units then have nothing to do with the others.
        if found.iter().filter(is_sum).count() * 2 < found.len() {
            return Vec::new();
        }
        found.into_iter().map(|line| line..line + 1).collect()
    }

    /// What is told of products' variations, which are products of their own or not.
    pub fn variants_note(&self, is_apart: bool) -> Option<Note> {
        self.variants.note(is_apart, |product| self.orders.products[product].name.clone())
    }

    /// What is told of products in several units.
    pub fn units_notes(&self, is_smallest: bool) -> Vec<Note> {
        self.units.notes(is_smallest, |product| self.orders.products[product].name.clone())
    }

    /// Whether a line is left out.
    pub fn is_left_out(&self, line: usize) -> bool {
        self.left_out.get(line).copied().unwrap_or(false)
    }

    /// What the dates that wait tell about the order of day and month.
    pub fn evidence(&self) -> Evidence {
        let mut evidence = Evidence { largest: self.seen, ..Evidence::default() };
        let mut previous = None;
        for (first, second, year) in self.undecided() {
            evidence.largest = (evidence.largest.0.max(first), evidence.largest.1.max(second));
            let read = |order| Day::Either { first, second, year }.in_order(order).unwrap_or(0);
            let now = (read(DateOrder::Dmy), read(DateOrder::Mdy));
            if let Some(before) = previous.replace(now) {
                evidence.backwards.0 += u32::from(now.0 < before.0);
                evidence.backwards.1 += u32::from(now.1 < before.1);
                evidence.forwards.0 += u32::from(now.0 > before.0);
                evidence.forwards.1 += u32::from(now.1 > before.1);
            }
        }
        evidence
    }

    /// Whether any date waits for the order of day and month.
    pub fn is_undecided(&self) -> bool {
        !self.undecided.is_empty()
    }

    /// Dates that wait, as (first, second, year), of lines that are not left out.
    pub fn undecided(&self) -> impl Iterator<Item = (u8, u8, i16)> + '_ {
        let kept = self.undecided.iter().filter(|(line, ..)| !self.is_left_out(*line as usize));
        kept.map(|&(_, first, second, year, _)| (first, second, year))
    }

    /// Ends: all waiting dates are read in that order; lines whose date does not exist are left out. Also
    /// says of each line whether it was, and of each that was not its record.
    pub fn finish(mut self, order: DateOrder, mixed: bool, reasons: &mut Reasons) -> (Orders, Vec<bool>, Vec<u32>) {
        self.left_out.resize(self.len(), false);
        let own = if mixed { mixed::orders(&self.undecided, order) } else { Vec::new() };
        let orders = own.into_iter().chain(std::iter::repeat(order));
        for (&(place, first, second, year, minute), order) in self.undecided.iter().zip(orders) {
            let place = place as usize;
            match (Day::Either { first, second, year }).in_order(order) {
                Some(days) => self.orders.minute[place] = days * MINUTES_PER_DAY + i32::from(minute),
                None if self.left_out[place] => {}
                None => {
                    self.left_out[place] = true;
                    reasons.add("bad-date", u64::from(self.records[place]));
                }
            }
        }
        if self.left_out.contains(&true) {
            let mut at = 0;
            let runs = self.left_out.chunk_by(|one, other| one == other).filter_map(|run| {
                at += run.len();
                (!run[0]).then(|| at - run.len()..at)
            });
            let kept: Vec<Range<usize>> = runs.collect();
            let orders = &mut self.orders;
            retain(&mut orders.product, &kept);
            retain(&mut orders.store, &kept);
            retain(&mut orders.minute, &kept);
            retain(&mut orders.quantity, &kept);
            retain(&mut orders.price, &kept);
            orders.extra.iter_mut().for_each(|column| retain(&mut column.values, &kept));
            retain(&mut self.records, &kept);
        }
        let moment = |(days, first, second, year, minute): Moment| {
            let day = days.map_or(Day::Either { first, second, year }, Day::Known).in_order(order)?;
            Some(day * MINUTES_PER_DAY + i32::from(minute))
        };
        self.orders.others = self.others.into_iter().filter_map(moment).collect();
        (self.orders, self.left_out, self.records)
    }
}

/// Keeps those ranges of a column that holds every line, or none.
fn retain<T: Copy>(values: &mut Vec<T>, kept: &[Range<usize>]) {
    if values.is_empty() {
        return;
    }
    let mut end = 0;
    for range in kept {
        values.copy_within(range.clone(), end);
        end += range.len();
    }
    values.truncate(end);
}
