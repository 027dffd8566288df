//! Lines of a section of a file, on their way from the worker that read them.

use std::marker::PhantomData;

use super::{Lines, Moment};
use crate::error::{Error, Result};
use crate::ingest::Product;
use crate::ingest::units;
use crate::ingest::variants::Seen;

/// Lines, with all that putting them behind others needs.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Gathered<'a> {
    products: Vec<Product>,
    named: Vec<bool>,
    variants: Seen,
    units: units::Seen,
    keys: Vec<Box<[u8]>>,
    stores: Vec<String>,
    store_keys: Vec<Box<[u8]>>,
    undecided: Vec<(u32, u8, u8, i16, u16)>,
    seen: (u8, u8),
    others: Vec<Moment>,
    has_time: bool,
    /// Names of the further columns.
    extra: Vec<String>,
    lines: usize,
    #[serde(skip)]
    columns: Columns<'a>,
}

/// One value a line, as the bytes that they came as: no room is taken for them twice. Those that the file lacks are empty.
#[derive(Default)]
struct Columns<'a> {
    product: Column<'a, u32>,
    store: Column<'a, u32>,
    minute: Column<'a, i32>,
    records: Column<'a, u32>,
    quantity: Column<'a, f64>,
    price: Column<'a, f64>,
    extra: Vec<Column<'a, f64>>,
}

/// Values as their bytes, wherever in memory these begin.
struct Column<'a, T>(&'a [u8], PhantomData<T>);

impl<T> Default for Column<'_, T> {
    fn default() -> Self {
        Self(&[], PhantomData)
    }
}

impl<'a, T: bytemuck::AnyBitPattern> Column<'a, T> {
    fn values(&self) -> impl ExactSizeIterator<Item = T> + use<'a, T> {
        self.0.chunks_exact(size_of::<T>()).map(bytemuck::pod_read_unaligned)
    }

    /// Behind it, the next column.
    fn take(rest: &mut &'a [u8]) -> Option<Self> {
        let (length, after) = rest.split_first_chunk::<8>()?;
        let (column, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        *rest = after;
        (column.len() % size_of::<T>() == 0).then_some(Self(column, PhantomData))
    }
}

/// Bytes of a line without its further columns, and of the lengths of all columns.
const MOST_LINE_BYTES: usize = 4 * 4 + 2 * 8;
const MOST_COLUMN_HEADS: usize = 6 * 8;

impl Lines {
    /// The lines as bytes, behind others.
    ///
    /// # Errors
    /// Fails only if a key does not serialise.
    pub fn gathered(self, mut bytes: Vec<u8>) -> Result<Vec<u8>> {
        let lines = self.len();
        let orders = self.orders;
        let (names, extra): (Vec<String>, Vec<Vec<f64>>) =
            orders.extra.into_iter().map(|column| (column.name, column.values)).unzip();
        let head = Gathered {
            products: orders.products,
            named: self.named,
            variants: self.variants,
            units: self.units,
            keys: self.products.keys,
            stores: orders.stores,
            store_keys: self.stores.keys,
            undecided: self.undecided,
            seen: self.seen,
            others: self.others,
            has_time: orders.has_time,
            extra: names,
            lines,
            columns: Columns::default(),
        };
        bytes = postcard::to_extend(&head, bytes).map_err(|error| Error::internal(error.to_string()))?;
        let numbers: usize = extra.iter().map(|column| 8 * (column.len() + 1)).sum();
        // What is doubled to make room would take the room of another section.
        bytes.reserve_exact(numbers + lines * MOST_LINE_BYTES + MOST_COLUMN_HEADS);
        put(&mut bytes, &orders.product);
        put(&mut bytes, &orders.store);
        put(&mut bytes, &orders.minute);
        put(&mut bytes, &self.records);
        put(&mut bytes, &orders.quantity);
        put(&mut bytes, &orders.price);
        extra.iter().for_each(|column| put(&mut bytes, column));
        Ok(bytes)
    }

    /// Puts lines behind these; `records` is how many the file has before theirs.
    pub fn append(&mut self, next: Gathered<'_>, records: u64) {
        let before = self.len() as u32;
        let orders = &mut self.orders;
        let mut products = Vec::with_capacity(next.products.len());
        for ((product, key), named) in next.products.into_iter().zip(next.keys).zip(next.named) {
            let place = self.products.of(&key, orders.products.len());
            if place as usize == orders.products.len() {
                orders.products.push(product);
                self.named.push(named);
            } else if named && !self.named[place as usize] {
                orders.products[place as usize].name = product.name;
                self.named[place as usize] = true;
            }
            products.push(place);
        }
        self.variants.append(next.variants, &products);
        self.units.append(next.units, &products);
        let mut stores = Vec::with_capacity(next.stores.len());
        for (store, key) in next.stores.into_iter().zip(next.store_keys) {
            let place = self.stores.of(&key, orders.stores.len());
            if place as usize == orders.stores.len() {
                orders.stores.push(store);
            }
            stores.push(place);
        }
        let Columns { product, store, minute, records: own, quantity, price, extra } = next.columns;
        orders.product.extend(product.values().map(|place| products[place as usize]));
        orders.store.extend(store.values().map(|place| stores[place as usize]));
        orders.minute.extend(minute.values());
        orders.quantity.extend(quantity.values());
        orders.price.extend(price.values());
        for (column, more) in orders.extra.iter_mut().zip(extra) {
            column.values.extend(more.values());
        }
        orders.has_time |= next.has_time;
        self.records.extend(own.values().map(|record| record + records as u32));
        self.undecided.extend(
            next.undecided
                .into_iter()
                .map(|(line, first, second, year, minute)| (line + before, first, second, year, minute)),
        );
        self.others.extend(next.others);
        self.seen = (self.seen.0.max(next.seen.0), self.seen.1.max(next.seen.1));
    }
}

impl<'a> Gathered<'a> {
    /// The lines that [`Lines::gathered`] wrote.
    ///
    /// # Errors
    /// Fails only on other bytes.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self> {
        Self::read(bytes).ok_or_else(|| Error::internal("lines of a section cannot be read"))
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (mut made, mut rest) = postcard::take_from_bytes::<Self>(bytes).ok()?;
        let (products, stores) = (made.products.len() as u32, made.stores.len() as u32);
        made.columns = Columns {
            product: Column::take(&mut rest)?,
            store: Column::take(&mut rest)?,
            minute: Column::take(&mut rest)?,
            records: Column::take(&mut rest)?,
            quantity: Column::take(&mut rest)?,
            price: Column::take(&mut rest)?,
            extra: made.extra.iter().map(|_| Column::take(&mut rest)).collect::<Option<_>>()?,
        };
        let columns = &made.columns;
        let is_whole = |length: usize| length == made.lines;
        let fits = is_whole(columns.product.values().len())
            && is_whole(columns.minute.values().len())
            && is_whole(columns.records.values().len())
            && is_whole(columns.quantity.values().len())
            && columns.product.values().all(|place| place < products)
            && columns.store.values().all(|place| place < stores)
            && made.keys.len() == made.products.len()
            && made.named.len() == made.products.len()
            && made.store_keys.len() == made.stores.len();
        fits.then_some(made)
    }
}

/// A column's length and its values as they lie in memory.
fn put<T: bytemuck::NoUninit>(bytes: &mut Vec<u8>, column: &[T]) {
    let column: &[u8] = bytemuck::cast_slice(column);
    bytes.extend((column.len() as u64).to_le_bytes());
    bytes.extend_from_slice(column);
}
