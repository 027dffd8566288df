//! One file per selling platform: how its export is told by its headers, what its columns mean, what is no demand.
//!
//! To add one: a file with a [`Preset`], a row in [`PRESETS`], and an ugly fixture under `tests/data`.

pub mod amazon;
pub mod bigcommerce;
pub mod ebay;
pub mod etsy;
pub mod generic;
pub mod jd;
pub mod lazada;
pub mod magento;
pub mod mercado;
pub mod olist;
pub mod pinduoduo;
pub mod shopee;
pub mod shopify;
pub mod shopify_abroad;
pub mod square;
pub mod stripe;
pub mod taobao;
pub mod tiktok;
pub mod uci;
pub mod woocommerce;

use super::records::Row;
use super::roles;
use super::shape::Split;
use super::{DateOrder, Role};

/// One line as a preset sees it.
pub struct Line<'a> {
    /// Product key as written.
    pub product: &'a [u8],
    /// Order number.
    pub order: &'a [u8],
    /// When it was cancelled.
    pub cancelled: &'a [u8],
    /// Units less those that came back; `NaN` where blank.
    pub quantity: f64,
    /// Unit price; `NaN` where unknown.
    pub price: f64,
    /// The whole record.
    pub row: &'a Row<'a>,
    /// Places of the columns that the preset watches.
    pub watched: &'a [Option<usize>],
}

impl<'a> Line<'a> {
    /// The cell of a watched column, by its place in [`Preset::watches`]; empty where the file lacks the column.
    pub fn watched(&self, place: usize) -> &'a [u8] {
        let column = self.watched.get(place).copied().flatten();
        column.map_or(&[][..], |column| self.row.field(column))
    }

    /// Whether the file has a watched column.
    pub fn has(&self, place: usize) -> bool {
        self.watched.get(place).copied().flatten().is_some()
    }
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It is demand.
    #[default]
    Use,
    /// It is demand, and its kind is worth a note by that code.
    UseAndNote(&'static str),
    /// It is left out for that reason.
    LeaveOut(&'static str),
}

/// What a platform's file holds.
#[derive(Clone, Copy)]
pub enum Holds {
    /// A product a line.
    Lines,
    /// Several products in one cell, in the first of these columns that is there.
    Cells(&'static [&'static str], Split),
    /// Orders or payments without products; the name of the report that has them.
    Orders(&'static str),
    /// Sums without days; the name of the report that has them.
    Sums(&'static str),
    /// Sums of a period that the file does not name; the name of the report that has days.
    Period(&'static str),
    /// Lines of orders whose days and statuses stand in another file; its name.
    ItemsOf(&'static str),
    /// Orders whose lines stand in another file; its name.
    OrdersOf(&'static str),
}

/// How one platform's export is read. All headers are compared in lower case without punctuation.
pub struct Preset {
    /// Name shown as the source.
    pub name: &'static str,
    /// Headers that tell it: of each group, one must be there.
    pub marks: &'static [&'static [&'static str]],
    /// What it holds.
    pub holds: Holds,
    /// Columns by role; where a header has several names, each on its own row, the most trusted first.
    pub roles: &'static [(Role, &'static str)],
    /// A second column with a status, such as that of a refund.
    pub second_status: &'static [&'static str],
    /// The column with the units that came back.
    pub returned: &'static [&'static str],
    /// Columns that name the product where its own is blank, in this order, before the name.
    pub product_else: &'static [&'static str],
    /// Columns that `judge` looks at, each by its names.
    pub watches: &'static [&'static [&'static str]],
    /// Decimal mark, where the platform's locale has one and the values cannot tell.
    pub decimal: Option<u8>,
    /// Order of day and month that the platform writes in every market.
    pub date_order: Option<DateOrder>,
    /// Whether order-level fields stand only on the first line of an order.
    pub fills_forward: bool,
    /// Whether, beside that, a blank date is the one above even without order numbers.
    pub fills_down: bool,
    /// Whether a line without units is one unit.
    pub one_per_line: bool,
    /// Whether product keys are compared in upper case.
    pub upper_case: bool,
    /// Whether records are events, of which a later one does not tell the state of an order.
    pub is_events: bool,
    /// What a status means; asked once for each that the file has.
    pub status: fn(&[u8]) -> Verdict,
    /// Decides on a line whose status leaves it open; none where the status says all.
    pub judge: Option<fn(&Line<'_>) -> Verdict>,
}

/// What most presets share.
pub const BASE: Preset = Preset {
    name: "generic",
    marks: &[],
    holds: Holds::Lines,
    roles: &[],
    second_status: &[],
    returned: &[],
    product_else: &[],
    watches: &[],
    decimal: None,
    date_order: None,
    fills_forward: false,
    fills_down: false,
    one_per_line: false,
    upper_case: false,
    is_events: false,
    status: generic::status,
    judge: None,
};

/// All presets, the most particular first; the generic one fits any headers.
pub const PRESETS: &[&Preset] = &[
    &shopify::PRESET,
    &shopify::SALES,
    &shopify_abroad::SALES,
    &woocommerce::PLUGIN,
    &woocommerce::ORDERS,
    &woocommerce::PRODUCTS,
    &woocommerce::REVENUE,
    &shopify::TOTALS,
    &shopify_abroad::TOTALS,
    &amazon::ALL_ORDERS,
    &amazon::SHIPMENTS,
    &amazon::SETTLEMENT,
    &amazon::BY_ASIN,
    &amazon::BY_DATE,
    &ebay::PRESET,
    &etsy::ITEMS,
    &etsy::ORDERS,
    &square::PRESET,
    &square::TRANSACTIONS,
    &stripe::PRESET,
    &bigcommerce::PRESET,
    &magento::PRODUCTS,
    &magento::ORDERS,
    &lazada::PRESET,
    &shopee::ENGLISH,
    &shopee::INDONESIA,
    &shopee::VIETNAM,
    &shopee::THAILAND,
    &shopee::TAIWAN,
    &shopee::BRAZIL,
    &tiktok::PRESET,
    &taobao::ITEMS,
    &taobao::ORDERS,
    &taobao::UNDATED_ITEMS,
    &pinduoduo::DOUYIN,
    &jd::PRESET,
    &pinduoduo::PRESET,
    &mercado::PRESET,
    &olist::ITEMS,
    &olist::ORDERS,
    &uci::PRESET,
    &uci::SECOND,
    &generic::PRESET,
];

/// The preset that these headers (as [`super::roles::plain`] writes them) tell.
pub fn by_headers(headers: &[String]) -> &'static Preset {
    let has = |group: &&[&str]| group.iter().any(|mark| roles::place(headers, mark).is_some());
    PRESETS.iter().find(|preset| preset.marks.iter().all(has)).copied().unwrap_or(&generic::PRESET)
}

/// Whether these headers are a platform's.
pub fn is_known(headers: &[String]) -> bool {
    !std::ptr::eq(by_headers(headers), &generic::PRESET)
}

/// Whether a text holds any of some words; the text in lower case.
pub fn holds_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_source_in_every_language() {
        let languages =
            [("en", include_str!("../../../www/locales/en.ts")), ("zh", include_str!("../../../www/locales/zh.ts"))];
        for (language, dictionary) in languages {
            let names = dictionary.split_once("sources: {").and_then(|(_, rest)| rest.split_once('}'));
            let names = names.map_or("", |(names, _)| names);
            let missing: Vec<&str> = PRESETS
                .iter()
                .map(|preset| preset.name)
                .filter(|name| {
                    ![format!(" {name}: \""), format!(" \"{name}\": \"")].iter().any(|key| names.contains(key))
                })
                .collect();
            assert!(missing.is_empty(), "{language} has no name for {missing:?}");
        }
    }
}
