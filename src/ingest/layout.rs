//! What a table without a platform's headers holds: lines, days or products across, one series, orders without
//! products.

use crate::order::sort_many;
use std::collections::HashMap;

use super::goods::Goods;
use super::records::Record;
use super::roles::{self, Content};
use super::shape::{self, Shape};
use super::{DateOrder, Role, dates, extras, words};
use crate::notes::Note;

/// Columns of days that make a table of days across.
const LEAST_DAYS: usize = 3;
/// Share of a column's filled cells that must be numbers.
const MOST: f64 = 0.8;

/// Words in headers of measures and keys, which are no product.
const NO_PRODUCT: [&str; 40] = [
    "sales",
    "units",
    "unit",
    "qty",
    "quantity",
    "sold",
    "price",
    "cost",
    "revenue",
    "amount",
    "value",
    "id",
    "nbr",
    "number",
    "no",
    "code",
    "sku",
    "item",
    "items",
    "product",
    "products",
    "order",
    "orders",
    "customers",
    "visitors",
    "sessions",
    "views",
    "discount",
    "tax",
    "shipping",
    "stock",
    "inventory",
    "temperature",
    "promo",
    "promotion",
    "year",
    "month",
    "week",
    "index",
    "row",
];

/// What was found.
#[derive(Debug, Default)]
pub struct Layout {
    /// What records become; none where each is a line.
    pub shape: Option<Shape>,
    /// Columns of totals that are left out.
    pub total_columns: Vec<usize>,
    /// Whether it holds orders or payments without products.
    pub is_without_products: bool,
    /// What is worth telling of it.
    pub note: Option<Note>,
}

/// As [`find`]; a table in which a column holds products with their pieces is told by its `rows`.
pub fn of_table(
    rows: &[&Record],
    headers: &[String],
    contents: &[Content],
    taken: &mut Vec<(Role, usize)>,
    given: &[Role],
) -> Layout {
    let is_open = !given.iter().any(|role| matches!(role, Role::Product | Role::Name | Role::Quantity));
    let Some(goods) = is_open.then(|| Goods::find(rows, headers, contents, taken)).flatten() else {
        return find(headers, contents, taken, given);
    };
    Layout { shape: Some(goods.shape(taken)), note: goods.note(), ..Layout::default() }
}

/// Looks at a table with these columns by role, which are mended where the table's shape says better.
pub fn find(headers: &[String], contents: &[Content], taken: &mut Vec<(Role, usize)>, given: &[Role]) -> Layout {
    let mut layout = Layout::default();
    let plain: Vec<String> = headers.iter().map(|header| roles::plain(header)).collect();
    let numeric = |column: usize| {
        let content = contents[column];
        content.filled == 0.0 || content.numbers >= MOST && content.dates < MOST
    };
    let total: Vec<usize> =
        (0..headers.len()).filter(|column| numeric(*column) && shape::is_total(headers[*column].as_bytes())).collect();
    let asked = |role: Role| given.contains(&role);
    let mut days = days_across(headers, &plain, &|column| numeric(column));
    let is_dated = |(role, column): &(Role, usize)| {
        *role == Role::Date && contents[*column].dates >= MOST && days.iter().all(|(day, _)| day != column)
    };
    // "Set 10" and "Set 15" are goods where the days stand in a column of their own.
    if taken.iter().any(is_dated) && !is_regular(&days) {
        days.clear();
    }
    if days.len() >= LEAST_DAYS && !(asked(Role::Date) && asked(Role::Quantity)) {
        taken.retain(|(role, column)| {
            let across = days.iter().any(|(day, _)| day == column) || total.contains(column);
            !across && !matches!(role, Role::Date | Role::Quantity | Role::Price | Role::Revenue)
        });
        if taken.iter().all(|(role, _)| !matches!(role, Role::Product | Role::Name)) {
            let free = |column: &usize| {
                days.iter().all(|(day, _)| day != column)
                    && !total.contains(column)
                    && taken.iter().all(|(_, used)| used != column)
            };
            taken.extend((0..headers.len()).find(free).map(|column| (Role::Product, column)));
        }
        layout.shape = Some(match taken.iter().any(|(role, _)| matches!(role, Role::Product | Role::Name)) {
            true => Shape::DaysAcross(days),
            false => return layout,
        });
        layout.total_columns = total;
        return layout;
    }
    let Some(date) = taken.iter().find(|(role, _)| *role == Role::Date).map(|(_, column)| *column) else {
        return layout;
    };
    if asked(Role::Product) || asked(Role::Name) {
        return layout;
    }
    let other = |column: &usize| *column != date && !total.contains(column) && contents[*column].filled > 0.0;
    let margin = |column: usize| {
        words::is_word_of(&plain[column], &[Role::Store, Role::Category])
            || extras::is_kept(&plain[column])
            || WEEKDAYS.contains(&plain[column].as_str())
    };
    let candidates: Vec<usize> = (0..headers.len()).filter(other).filter(|column| !margin(*column)).collect();
    let stem = |column: usize| plain[column].rsplit_once(' ').map_or("", |(stem, _)| stem);
    let mut stems: Vec<&str> = candidates.iter().map(|column| stem(*column)).filter(|stem| !stem.is_empty()).collect();
    sort_many(&mut stems, Ord::cmp);
    let is_product = |column: usize| {
        let known = words::is_known(&plain[column]) || plain[column].split(' ').any(|word| NO_PRODUCT.contains(&word));
        // "Product A" and "Product B" are a list; a single "Product id" is none.
        let listed = || {
            let (from, to) = (
                stems.partition_point(|known| *known < stem(column)),
                stems.partition_point(|known| *known <= stem(column)),
            );
            to - from > 1
        };
        numeric(column) && !plain[column].is_empty() && (!known || listed() && !words::is_known(&plain[column]))
    };
    if !asked(Role::Quantity) && candidates.len() >= 2 && candidates.iter().all(|column| is_product(*column)) {
        taken.retain(|(role, _)| matches!(role, Role::Date | Role::Store));
        let across = candidates.iter().map(|column| (*column, headers[*column].clone())).collect();
        layout.shape = Some(Shape::ProductsAcross(across));
        layout.total_columns = total;
        return layout;
    }
    let has = |role: Role| taken.iter().any(|(known, _)| *known == role);
    if has(Role::Product) || has(Role::Name) {
        return layout;
    }
    if let Some(units) = taken.iter().find(|(role, _)| *role == Role::Quantity).map(|(_, column)| *column) {
        // Nothing is left that could name a product: the file is one series.
        let could_name = |column: &&usize| {
            let content = contents[**column];
            **column != units
                && taken.iter().all(|(_, used)| used != *column)
                && (content.numbers < MOST || content.distinct < 0.5)
        };
        if !candidates.iter().any(|column| could_name(&column)) {
            layout.shape = Some(Shape::Series(headers[units].clone(), Some(units)));
        }
        return layout;
    }
    layout.is_without_products = has(Role::Revenue) || has(Role::Price) || has(Role::Order);
    layout
}

/// Headers of columns that name the day of the week.
const WEEKDAYS: [&str; 8] = ["weekday", "day of week", "dayofweek", "wochentag", "星期", "曜日", "dow", "day name"];

/// Columns whose headers are days, weeks or months, and the days they begin with.
fn days_across(headers: &[String], plain: &[String], numeric: &dyn Fn(usize) -> bool) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (column, header) in headers.iter().enumerate() {
        let Some(day) = header_day(header) else { continue };
        if !numeric(column) {
            continue;
        }
        // Two measures of one day: units win over money.
        if let Some(known) = places.get(&day).and_then(|&place| found.get_mut(place)) {
            if words::says_units(&plain[column]) > words::says_units(&plain[known.0]) {
                known.0 = column;
            }
            continue;
        }
        places.insert(day.clone(), found.len());
        found.push((column, day));
    }
    found
}

/// Longest gap between the days of a table, in days: a quarter.
const LONGEST_GAP: i32 = 92;

/// Whether days follow each other as those of a table do.
fn is_regular(days: &[(usize, String)]) -> bool {
    let day = |(_, header): &(usize, String)| dates::parse(header.as_bytes(), false)?.day.in_order(DateOrder::Dmy);
    let mut known: Vec<i32> = days.iter().filter_map(day).collect();
    known.sort_unstable();
    known.windows(2).all(|pair| pair[1] - pair[0] <= LONGEST_GAP)
}

/// The date in a header, as it can be read again.
fn header_day(header: &str) -> Option<String> {
    let header = header.trim();
    if dates::parse(header.as_bytes(), false).is_some() {
        return Some(header.to_owned());
    }
    if header.len() == 6 && header.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, month) = header.split_at(4);
        let whole = format!("{year}-{month}-01");
        return dates::parse(whole.as_bytes(), false).filter(|_| ("1970".."2100").contains(&year)).map(|_| whole);
    }
    // "Units 2026-01", "2026-01 units"
    let begin = header.find(|letter: char| letter.is_ascii_digit())?;
    let end = header.rfind(|letter: char| letter.is_ascii_digit())? + 1;
    let inner = &header[begin..end];
    (inner.len() >= 6 && dates::parse(inner.as_bytes(), false).is_some()).then(|| inner.to_owned())
}
