//! Bytes of an export to order lines: encoding, dialect, column roles, platform presets, cleaning.
//!
//! To add a format: one file in `presets`, one arm in the sniffer, one ugly fixture under `tests/data`.

pub mod covered;
pub mod dates;
pub mod decode;
pub mod extras;
mod fees;
mod goods;
mod groups;
mod header;
mod incoming;
mod join;
mod keys;
mod kinds;
mod layout;
pub mod left_out;
mod lines;
pub mod mapping;
mod marks;
pub mod numbers;
#[cfg(not(target_arch = "wasm32"))]
pub mod packed;
mod pattern;
mod periods;
mod plan;
pub mod presets;
mod reader;
pub mod records;
mod repeats;
mod returns;
pub mod roles;
mod shape;
mod table;
mod words;
pub mod unicode;
mod units;
mod variants;

pub use dates::format::is_format as is_date_format;
pub use incoming::{Incoming, finish};
pub use join::{Joined, OrderLines, Part, join};
pub(crate) use lines::Map as KeyMap;
pub use reader::Reader;
pub use table::table;
pub(crate) use tillcast_kernels::keys::mix;

use crate::notes::Note;

/// A product as the file names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Product {
    /// Literal key: the SKU, else the name.
    pub id: String,
    /// Name to show; the key where the file has none.
    pub name: String,
    /// Category, where the file has one.
    pub category: Option<String>,
    /// Supplier, where the file has one.
    pub supplier: Option<String>,
}

/// A further number per line: promotion, opening, stock …
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ExtraColumn {
    /// Header in the file.
    pub name: String,
    /// One value per line, `NaN` where blank.
    pub values: Vec<f64>,
}

impl ExtraColumn {
    /// Whether it says yes or no: all its values are 1 or 0.
    pub fn is_flag(&self) -> bool {
        self.values.iter().all(|value| value.is_nan() || *value == 0.0 || *value == 1.0)
    }

    /// What a blank means: no, of a box that is ticked or not; else nothing is known.
    pub fn blank(&self) -> f64 {
        if self.is_flag() && self.values.iter().all(|value| *value != 0.0) { 0.0 } else { f64::NAN }
    }
}

/// Order lines, column by column, in file order. All vectors but `products` and `stores` have one entry per line.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Orders {
    /// Products in order of first appearance.
    pub products: Vec<Product>,
    /// Stores in order of first appearance; empty where the file has none.
    pub stores: Vec<String>,
    /// Place in `products`.
    pub product: Vec<u32>,
    /// Place in `stores`; empty where the file has none.
    pub store: Vec<u32>,
    /// Civil minutes since 1970-01-01T00:00, as written in the file.
    pub minute: Vec<i32>,
    /// Units; negative for returns; `NaN` where a series file leaves it blank.
    pub quantity: Vec<f64>,
    /// Unit price; `NaN` where unknown; empty where the file has none.
    pub price: Vec<f64>,
    /// Further numeric columns the file has.
    pub extra: Vec<ExtraColumn>,
    /// Whether the dates carry a time of day.
    pub has_time: bool,
    /// What period each line is the sum of, where that was said: see [`ReadOptions::report_period`].
    #[serde(default)]
    pub spacing: Option<crate::calendar::Frequency>,
    /// Minutes of further lines, in other currencies than the one that is looked at: they tell what time the files cover.
    #[serde(default)]
    pub others: Vec<i32>,
}

impl Orders {
    /// Gives back the room that was made for further lines: reading makes up to twice as much as it needs.
    pub fn shrink_to_fit(&mut self) {
        self.product.shrink_to_fit();
        self.store.shrink_to_fit();
        self.minute.shrink_to_fit();
        self.quantity.shrink_to_fit();
        self.price.shrink_to_fit();
        self.extra.iter_mut().for_each(|column| column.values.shrink_to_fit());
    }

    /// Keeps those lines; products and stores keep their places.
    pub fn retain(&mut self, keep: &[bool]) {
        fn column<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
            let mut kept = keep.iter();
            values.retain(|_| kept.next().copied().unwrap_or(false));
        }
        column(&mut self.product, keep);
        column(&mut self.store, keep);
        column(&mut self.minute, keep);
        column(&mut self.quantity, keep);
        column(&mut self.price, keep);
        self.extra.iter_mut().for_each(|extra| column(&mut extra.values, keep));
    }
}

/// What a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// When the order was placed.
    Date,
    /// Product key.
    Product,
    /// Product name.
    Name,
    /// Units.
    Quantity,
    /// Unit price.
    Price,
    /// Line total.
    Revenue,
    /// Order number.
    Order,
    /// Payment or fulfilment status.
    Status,
    /// When or whether it was cancelled.
    Cancelled,
    /// Whether the line is a sale or pieces that came back.
    Kind,
    /// Store, channel or location.
    Store,
    /// Product category.
    Category,
    /// Variation of the product: size, colour; the one role that several columns may have.
    Variant,
    /// Who supplies the product.
    Supplier,
    /// Currency code.
    Currency,
}

impl Role {
    /// Whether its cells tell when, how much or whether; the others are names, which may read like anything.
    pub(crate) fn is_value(self) -> bool {
        use Role::{Category, Name, Order, Product, Store, Supplier, Variant};
        !matches!(self, Product | Name | Order | Store | Category | Supplier | Variant)
    }
}

/// Order of day and month in a numeric date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Day first.
    Dmy,
    /// Month first.
    Mdy,
    /// Year first.
    Ymd,
}

/// What is forecast of orders without products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Totals {
    /// Their number.
    Orders,
    /// Their value.
    Revenue,
}

/// What the user said about a file; everything left open is found by content.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReadOptions {
    /// Headers by role.
    pub roles: Vec<(Role, String)>,
    /// Headers of columns that have no role and are not guessed to have one.
    pub unused: Vec<String>,
    /// What was said about all files of a layout; `roles` and `date_order` come first, of two for one layout the later
    /// counts.
    pub mappings: Vec<mapping::Mapping>,
    /// WHATWG label of the encoding.
    pub encoding: Option<String>,
    /// Delimiter.
    pub delimiter: Option<char>,
    /// Decimal mark: `.` or `,`.
    pub decimal: Option<char>,
    /// Order of day and month in all files.
    pub date_order: Option<DateOrder>,
    /// What to do where many dates cannot be read: [`LEAVE_OUT`] their rows, or read them by a format such as `DDMMYYYY`
    /// (see [`is_date_format`]).
    pub unreadable_dates: Option<String>,
    /// Keep only lines in this currency; of `all`, the pieces of all lines, and no prices.
    pub currency: Option<String>,
    /// Reasons for which lines are left out by default, such as `cancelled` or `refunded`, that shall count; with
    /// `returned`, units that came back are not taken off either; with `dates-far-off`, lines of other years count,
    /// with `stock-out` days on which a product seems to have run out are days without sales.
    pub counted: Vec<String>,
    /// Kinds that count by default and shall not: `pending-kept`, `partly-refunded-kept`, or `returns-kept`, lines of
    /// pieces that came back, which are taken off what was sold; `status:` and a word, lines whose status is that word
    /// ([`Report::statuses`]); of what looks odd (see
    /// [`crate::panel::quality::Finding`]) `repeated-line` and `quantity-outlier` are left out, a `bulk-order` counts as one of the usual size, and sales in a `gap`
    /// taken as unknown, as in a `stock-out` they are anyway.
    pub uncounted: Vec<String>,
    /// Whether the variations of a product, which stand in a column of their own, are products of their own.
    pub variants: bool,
    /// Whether what is sold in units of certain size, which a column says, is counted in the smallest of their kind:
    /// grams, millilitres, pieces.
    pub smallest_unit: bool,
    /// First and last day that a report without dates covers, `YYYY-MM-DD..YYYY-MM-DD`: one day, seven, or a month.
    pub report_period: Option<String>,
    /// What to forecast of a file that has orders without products.
    pub without_products: Option<Totals>,
    /// Headers of numeric columns to keep, beside those found.
    pub extra: Vec<String>,
    /// Sheet of a workbook; by default the first with a table.
    pub sheet: Option<String>,
}

impl ReadOptions {
    /// Whether lines count that are left out for that reason by default. Sums of other lines never do.
    fn counts(&self, reason: &str) -> bool {
        !self.counted.is_empty()
            && !matches!(reason, "summary-row" | "total-row")
            && self.counted.iter().any(|known| known == reason)
    }
}

/// What [`ReadOptions::currency`] is where pieces count whatever they were paid in.
pub const ALL_CURRENCIES: &str = "all";

/// What [`ReadOptions::unreadable_dates`] is where the rows are left out.
pub const LEAVE_OUT: &str = "leave-out";

/// Code of the question that has no answers but other columns.
pub const NOTHING_LEFT: &str = "nothing-left";

/// Something the file cannot tell; the answer goes into [`ReadOptions`] and the file is read again.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// `date-order`, `unreadable-dates`, `decimal`, `currency`, `report-period`, `without-products`, or `column-` and a role; `nothing-left` where no row can
    /// be used as it was read: other columns may help, or what is left out by default may count.
    pub code: String,
    /// One English sentence.
    pub text: String,
    /// [`Report::layout`] of the file that it is about.
    pub layout: String,
    /// Its name.
    #[serde(default)]
    pub file: String,
    /// Header it is about.
    pub column: Option<String>,
    /// Values from the file that show the doubt.
    pub examples: Vec<String>,
    /// Possible answers; none for `nothing-left` and `report-period`.
    pub choices: Vec<Choice>,
}

/// A question that was answered: it may be answered otherwise.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// The question as it would be asked.
    pub question: Question,
    /// The answer.
    pub value: String,
}

/// One answer to a question and what it would mean.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice {
    /// Value for [`ReadOptions`].
    pub value: String,
    /// What would follow from it, e.g. the first example read that way (ISO date).
    pub consequence: String,
    /// Lines that it would use, where the answers differ in that.
    pub count: Option<u64>,
}

/// Lines left out for one reason.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Stable code: `cancelled`, `refunded`, `voided`, `expired`, `unpaid`, `failed`, `returned`, `free`,
    /// `not-a-product`, `test-order`, `gift-card`, `total-row`, `summary-row`, `header-row`, `nothing-sold`, `no-quantity`, `no-date`, `no-product`, `bad-number`, `bad-date`, `short-row`, `long-row`,
    /// `other-currency`, `status` for lines of a status that the user named, `no-order` for lines whose order is in no file, `newer-file` for what stands
    /// in a newer file too, or `duplicate` for the lines of an order that stands in the file a second time.
    pub reason: String,
    /// How many lines.
    pub count: u64,
    /// Record numbers of the first few, the header being record 1 where it stands first.
    pub records: Vec<u64>,
    /// Whether it is for the shop to say that they count: [`ReadOptions::counted`] takes the reason, or
    /// [`ReadOptions::uncounted`] no longer does.
    pub optional: bool,
}

/// A status of which no word is known.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnknownStatus {
    /// As it stands in the file.
    pub word: String,
    /// Lines that have it.
    pub lines: u64,
    /// Whether they count: they do unless [`ReadOptions::uncounted`] names `status:` and the word.
    pub counts: bool,
}

/// What was understood of a file.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// File name.
    pub file: String,
    /// Platform preset, or `generic`.
    pub source: String,
    /// The sheet that was read of a workbook; none for text.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Further sheets of the workbook, which were not read.
    #[serde(default)]
    pub other_sheets: Vec<String>,
    /// WHATWG name of the encoding; empty for a workbook.
    pub encoding: String,
    /// Delimiter; empty for a workbook.
    pub delimiter: String,
    /// Record number of the header, from 1; 0 for none.
    pub header_record: u64,
    /// Headers by role.
    pub roles: Vec<(Role, String)>,
    /// All headers.
    pub headers: Vec<String>,
    /// The layout by which files with the same headers are known: [`mapping::layout_of`] of them.
    #[serde(default)]
    pub layout: String,
    /// Whether one of [`ReadOptions::mappings`] was for the columns of that layout.
    #[serde(default)]
    pub mapped: bool,
    /// What each column is read as, one by header.
    #[serde(default)]
    pub columns: Vec<mapping::Column>,
    /// The first records after the header.
    pub preview: Vec<Vec<String>>,
    /// Pattern of the dates, such as `YYYY-MM-DD HH:MM:SS ±ZZZZ`.
    pub date_pattern: String,
    /// Data records read.
    pub rows_read: u64,
    /// Lines used.
    pub rows_used: u64,
    /// Lines left out, by reason.
    pub left_out: Vec<LeftOut>,
    /// Currency codes seen.
    pub currencies: Vec<String>,
    /// Statuses of which no word is known, the commonest first.
    #[serde(default)]
    pub statuses: Vec<UnknownStatus>,
    /// What would be asked, had it not been answered.
    #[serde(default)]
    pub answered: Vec<Answered>,
}

/// A file that was read. With questions, `orders` is empty: answer and read again.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// Order lines.
    pub orders: Orders,
    /// What was understood.
    pub report: Report,
    /// What must be asked.
    pub questions: Vec<Question>,
    /// What was repaired or looks odd.
    pub notes: Vec<Note>,
    /// What [`join`] must know of it.
    #[serde(skip)]
    pub part: Part,
}
