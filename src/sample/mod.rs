//! An invented gift shop: two years of order lines as Shopify's orders export writes them, with the truth behind them.
//!
//! Nothing in it is real. Demand is known day by day, and the file has what real ones have: growth, seasons, holidays,
//! promotions, launches, goods no longer made, rarely sold goods, stock-outs, cancelled and refunded orders, orders
//! exported twice, notes with line breaks, clocks that change. The same seed and end give the same bytes everywhere.

mod catalog;
mod demand;
mod export;
mod random;

use random::Random;

/// Seed of the sample that the page shows.
pub const DEFAULT_SEED: u64 = 7;
/// Last day of the sample that the page shows: Sunday, 31 May 2026, as days since 1970.
pub const DEFAULT_LAST_DAY: i32 = 20_604;
/// Days covered.
pub const DAYS: usize = 730;
/// Name to show for the file.
pub const FILE_NAME: &str = "sample-shop-orders.csv";

/// An invented shop's export.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The file: UTF-8, comma, 79 columns, oldest order first.
    pub csv: Vec<u8>,
    /// What is behind it.
    pub truth: Truth,
}

/// What really happened in the invented shop. Days are days since 1970, vectors by day begin with `first_day`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Truth {
    /// First day of the file.
    pub first_day: i32,
    /// Products in the catalogue's order.
    pub products: Vec<TrueProduct>,
    /// Lines and units in the file that are no sale, by reason: `cancelled`, `refunded`, `voided`.
    pub no_sale: Vec<NoSale>,
    /// Lines that stand in the file a second time, whole orders together.
    pub repeated: Vec<Repeated>,
    /// Data records of the file, repeated ones included.
    pub records: u64,
}

/// Orders that were taken back, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NoSale {
    /// `cancelled` (with a date of cancellation), `refunded` or `voided` (by financial status).
    pub reason: &'static str,
    /// Lines in the file, repeated ones not counted again.
    pub lines: u64,
    /// Units on them.
    pub units: u64,
}

/// A line that was exported twice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Repeated {
    /// Place in [`Truth::products`].
    pub product: usize,
    /// Day of the order.
    pub day: i32,
    /// Units on the line.
    pub units: u32,
    /// Whether the order is a sale.
    pub is_sale: bool,
}

/// A lower price for some days.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Promotion {
    /// First day.
    pub from: i32,
    /// Last day.
    pub to: i32,
    /// Price over the usual price.
    pub price_factor: f64,
}

/// One product and what was really wanted of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TrueProduct {
    /// Key that a reader should find: the SKU, else the name.
    pub id: String,
    /// SKU as in the file; empty for one product.
    pub sku: String,
    /// Name as in the file.
    pub name: String,
    /// First day on sale, where launched within the two years.
    pub launched: Option<i32>,
    /// Last day on sale, where it ended within the two years.
    pub ended: Option<i32>,
    /// Days with a lower price.
    pub promotions: Vec<Promotion>,
    /// First and last days on which nothing could be sold.
    pub stock_outs: Vec<(i32, i32)>,
    /// Unit price by day, in cents.
    pub price_cents: Vec<u32>,
    /// Expected units by day, as if always in stock: the mean that a perfect forecast would name.
    pub expected: Vec<f64>,
    /// Units really sold by day: orders that stand, each counted once.
    pub sold: Vec<u32>,
}

/// Writes two years of orders up to and including `last_day` (days since 1970).
pub fn write(seed: u64, last_day: i32) -> Sample {
    let first_day = last_day + 1 - DAYS as i32;
    let mut random = Random::new(seed);
    let products = demand::shop(&mut random, first_day);
    export::write(&mut random, first_day, products)
}

/// The sample that the page and the command show.
pub fn default() -> Sample {
    write(DEFAULT_SEED, DEFAULT_LAST_DAY)
}
