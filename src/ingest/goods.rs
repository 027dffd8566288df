//! Cells that say how many beside the product: "2 x Mug", "Mug (x2)", or several at once, as in "Mug x 2; Cup x 1".
//!
//! "Poster 30 x 40" and "6 x Beer" alone are names. A column holds counts where nearly all its cells have one, or what
//! stands without one elsewhere, and where the same name comes with different counts.

use super::lines::Map;
use super::presets::woocommerce;
use super::records::Record;
use super::roles::{self, Content};
use super::shape::{Item, Shape, Split};
use super::{Role, numbers, words};
use crate::notes::Note;

/// Cells that must be told by their counts, of a column of them: one in this many may be none.
const OTHERS_IN: usize = 5;
/// Cells with a count from which they are no chance.
const FEWEST_COUNTED: usize = 3;
/// Share of the rows in which a column of units must be their sum to be taken for it.
const IS_SUM: f64 = 0.95;

/// A column of such cells.
pub struct Goods {
    /// Its place.
    pub column: usize,
    split: Split,
    /// Whether any cell holds several products: what else stands in its row is of all of them.
    has_lists: bool,
    /// Whether a column of units says how often each cell was sold.
    is_multiplied: bool,
    example: Option<(String, String, String)>,
}

impl Goods {
    /// Finds the column in a file that is not told by its headers. `taken` are the columns by role.
    pub fn find(rows: &[&Record], headers: &[String], contents: &[Content], taken: &[(Role, usize)]) -> Option<Self> {
        let plain: Vec<String> = headers.iter().map(|header| roles::plain(header)).collect();
        let column_of = |wanted| taken.iter().find(|(role, _)| *role == wanted).map(|(_, column)| *column);
        // What has a key of its own is not told by its name.
        let named = match column_of(Role::Product) {
            Some(column) => Some(column),
            None => column_of(Role::Name),
        };
        let may = |column: usize| contents.get(column).is_some_and(|content| roles::is_text(*content));
        (0..headers.len()).filter(|&column| may(column)).find_map(|column| {
            let is_product = named == Some(column) || words::is_word_of(&plain[column], &[Role::Product, Role::Name]);
            let is_named = is_product && column_of(Role::Product).is_none_or(|product| product == column);
            let (split, counts) = [woocommerce::SPLIT, before as Split, behind]
                .into_iter()
                .map(|split| (split, Counts::of(rows, column, split)))
                .find(|(_, counts)| counts.are_lists() || is_named && counts.are_of_products())?;
            let units = column_of(Role::Quantity).filter(|units| *units != column);
            let is_multiplied = units.is_some_and(|units| {
                words::is_word_of(&plain[units], &[Role::Quantity]) && !counts.are_summed(rows, column, units)
            });
            Some(Self { column, split, has_lists: counts.longest > 1, is_multiplied, example: counts.example })
        })
    }

    /// What its records become; `taken` keeps what holds for each product of a cell.
    pub fn shape(&self, taken: &mut Vec<(Role, usize)>) -> Shape {
        let (column, is_multiplied) = (self.column, self.is_multiplied);
        let is_kept = |role: Role| match role {
            Role::Product | Role::Name | Role::Variant => false,
            Role::Quantity => is_multiplied,
            Role::Price | Role::Revenue => is_multiplied && !self.has_lists,
            _ => true,
        };
        taken.retain(|(role, used)| *used != column && is_kept(*role));
        if is_multiplied { Shape::Sets(column, self.split) } else { Shape::Cells(column, self.split) }
    }

    /// Says how such a cell is read.
    pub fn note(&self) -> Option<Note> {
        let (cell, units, name) = self.example.as_ref()?;
        let text = format!("{cell} is read as {units} × {name}");
        let note = Note::info("counts-in-names", text).arg("cell", cell).arg("units", units);
        Some(note.arg("name", name).arg("multiplied", u8::from(self.is_multiplied)))
    }
}

/// What the cells of a column hold when they are divided.
#[derive(Default)]
struct Counts {
    /// Filled cells, and those with a count.
    cells: usize,
    counted: usize,
    longest: usize,
    /// Whether not all counts are the same.
    differ: bool,
    /// Of the names with a count, cells whose name has another one elsewhere, or none.
    alike: usize,
    /// Sums of the units of each row, by its place.
    sums: Vec<Option<f64>>,
    /// Products of each row.
    lengths: Vec<usize>,
    /// A cell, and its first product's units and name.
    example: Option<(String, String, String)>,
}

impl Counts {
    fn of(rows: &[&Record], column: usize, split: Split) -> Self {
        let mut made = Self::default();
        // Of each name the counts that it comes with.
        let mut places: Map<Box<[u8]>> = Map::default();
        let mut known: Vec<Vec<Vec<u8>>> = Vec::new();
        let mut names: Vec<u32> = Vec::new();
        for row in rows {
            let cell = row.field(column);
            let (mut sum, mut length, mut is_counted) = (0.0, 0, false);
            split(cell, &mut |item| {
                length += 1;
                is_counted |= !item.units.is_empty();
                let units = if item.units.is_empty() { b"1" } else { item.units };
                sum += numbers::parse(units, b'.').unwrap_or(0.0);
                let place = *places.entry(item.name.to_ascii_lowercase().into()).or_insert(known.len() as u32);
                if place as usize == known.len() {
                    known.push(Vec::new());
                }
                let counts = &mut known[place as usize];
                if !counts.iter().any(|count| count == units) {
                    counts.push(units.to_vec());
                }
                if !item.units.is_empty() {
                    names.push(place);
                    if made.example.is_none() && units != b"1" {
                        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                        made.example = Some((text(cell), text(units), text(item.name)));
                    }
                }
            });
            made.cells += usize::from(!cell.is_empty());
            made.counted += usize::from(is_counted);
            made.longest = made.longest.max(length);
            made.sums.push((length > 0).then_some(sum));
            made.lengths.push(length);
        }
        let mut counts = known.iter().flatten();
        let first = counts.next();
        made.differ = counts.any(|count| Some(count) != first);
        made.alike = names.iter().filter(|place| known[**place as usize].len() > 1).count();
        made
    }

    /// Whether nearly all cells have counts, some of them several, and not all the same.
    fn are_lists(&self) -> bool {
        self.counted > 0 && (self.cells - self.counted) * OTHERS_IN <= self.counted && self.longest > 1 && self.differ
    }

    /// Whether the counts are no part of names: most names have several.
    fn are_of_products(&self) -> bool {
        self.counted >= FEWEST_COUNTED && self.differ && self.alike * OTHERS_IN >= self.counted * (OTHERS_IN - 1)
    }

    /// Whether a column holds, of nearly all rows, the sum of their units or the number of their products.
    fn are_summed(&self, rows: &[&Record], column: usize, units: usize) -> bool {
        let filled = || (0..rows.len()).filter(|&row| !rows[row].field(column).is_empty() && self.sums[row].is_some());
        let said = |row: usize| numbers::parse(rows[row].field(units), b'.');
        let is_sum = filled().filter(|&row| said(row) == self.sums[row]).count() as f64;
        let is_length = filled().filter(|&row| said(row) == Some(self.lengths[row] as f64)).count() as f64;
        let all = filled().count() as f64 * IS_SUM;
        is_sum >= all || self.longest > 1 && is_length >= all
    }
}

/// Signs that stand between the products of a cell, whatever stands beside them.
const STRONG: [&[u8]; 6] = [b";", b"|", b"\n", "；".as_bytes(), "｜".as_bytes(), "、".as_bytes()];
/// Signs that do where a count stands beside them: names hold them too.
const WEAK: [&[u8]; 5] = [b",", b"+", b"/", b"&", "，".as_bytes()];

/// The length of a sign of that list at a place; 0 without one.
fn sign_at(text: &[u8], signs: &[&[u8]]) -> usize {
    signs.iter().find(|sign| text.starts_with(sign)).map_or(0, |sign| sign.len())
}

/// "2 x Mug", "2× Mug, large; 1× Cup": the count stands before.
fn before<'a>(cell: &'a [u8], take: &mut dyn FnMut(Item<'a>)) {
    let is_end = |rest: &[u8]| {
        let (strong, weak) = (sign_at(rest, &STRONG), sign_at(rest, &WEAK));
        strong > 0 || weak > 0 && count_before(&rest[weak..]).is_some()
    };
    pieces(cell, is_end, &mut |piece| {
        let (units, name) = count_before(piece).unwrap_or((b"", piece));
        take(Item { units, name, ..Item::default() });
    });
}

/// "Mug x 2", "Mug (x2); Cup": the count stands behind.
fn behind<'a>(cell: &'a [u8], take: &mut dyn FnMut(Item<'a>)) {
    let mut from = 0;
    let is_end = |rest: &[u8]| {
        let at = cell.len() - rest.len();
        let is_end = sign_at(rest, &STRONG) > 0
            || sign_at(rest, &WEAK) > 0 && count_behind(cell[from..at].trim_ascii()).is_some();
        if is_end {
            from = at + sign_at(rest, &STRONG).max(sign_at(rest, &WEAK));
        }
        is_end
    };
    pieces(cell, is_end, &mut |piece| {
        let (units, name) = count_behind(piece).unwrap_or((b"", piece));
        take(Item { units, name, ..Item::default() });
    });
}

/// Divides a cell at the signs that `is_end` says to be between products.
fn pieces<'a>(cell: &'a [u8], mut is_end: impl FnMut(&[u8]) -> bool, take: &mut dyn FnMut(&'a [u8])) {
    let (mut from, mut at) = (0, 0);
    while at <= cell.len() {
        let sign = sign_at(&cell[at..], &STRONG).max(sign_at(&cell[at..], &WEAK));
        if at == cell.len() || sign > 0 && is_end(&cell[at..]) {
            let piece = cell[from..at].trim_ascii();
            if !piece.is_empty() {
                take(piece);
            }
            from = at + sign;
            at = from.max(at + 1);
        } else {
            at += 1;
        }
    }
}

/// Signs for "times" that may touch the name, and letters that may not.
const TIMES: [&[u8]; 3] = ["×".as_bytes(), b"*", "✕".as_bytes()];
const LETTERS: [&[u8]; 2] = [b"x", b"X"];
/// Digits of the largest count.
const MOST_DIGITS: usize = 4;

/// The count at the beginning of a text, and the name behind it.
fn count_before(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii();
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (units, rest) = text.split_at(digits);
    let rest = rest.trim_ascii_start();
    let (sign, letter) = (sign_at(rest, &TIMES), sign_at(rest, &LETTERS));
    let name = &rest[sign.max(letter)..];
    let is_apart = sign > 0 || letter > 0 && name.first() == Some(&b' ');
    let name = name.trim_ascii_start();
    // "30 x 40 cm" is a size.
    let is_name = name.first().is_some_and(|first| !first.is_ascii_digit());
    ((1..=MOST_DIGITS).contains(&digits) && is_apart && is_name).then_some((units, name))
}

/// The count at the end of a text, and the name before it.
fn count_behind(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii();
    let closing = match text.last() {
        Some(b')') => Some(b'('),
        Some(b']') => Some(b'['),
        _ => None,
    };
    let inner = &text[..text.len() - usize::from(closing.is_some())];
    let digits = inner.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (rest, units) = inner.split_at(inner.len() - digits);
    let rest = rest.trim_ascii_end();
    let sign = TIMES.iter().chain(&LETTERS).find(|sign| rest.ends_with(sign))?;
    let name = &rest[..rest.len() - sign.len()];
    let is_apart = match (closing, TIMES.contains(sign)) {
        (Some(opening), _) => name.trim_ascii_end().last() == Some(&opening),
        (None, is_sign) => is_sign || name.last() == Some(&b' '),
    };
    let name = name.trim_ascii_end();
    let name = if closing.is_some() { name[..name.len().saturating_sub(1)].trim_ascii_end() } else { name };
    let is_name = name.last().is_some_and(|last| !last.is_ascii_digit());
    ((1..=MOST_DIGITS).contains(&digits) && is_apart && is_name).then_some((units, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(split: Split, cell: &str) -> String {
        let mut out = Vec::new();
        split(cell.as_bytes(), &mut |item| {
            out.push(format!("{}|{}", String::from_utf8_lossy(item.units), String::from_utf8_lossy(item.name)));
        });
        out.join(" ")
    }

    #[test]
    fn counts_stand_before_the_name() {
        for (cell, found) in [
            ("2 x Mug", "2|Mug"),
            ("2x Mug, large; 1 x Cup", "2|Mug, large 1|Cup"),
            ("3× Tea + 1× Pot", "3|Tea 1|Pot"),
            ("2*杯子；1*盘子", "2|杯子 1|盘子"),
            ("Mug; 2 x Cup", "|Mug 2|Cup"),
            ("3xl shirt", "|3xl shirt"),
            ("30 x 40 cm poster", "|30 x 40 cm poster"),
            ("", ""),
            (" ; ", ""),
        ] {
            assert_eq!(divided(before, cell), found, "{cell}");
        }
    }

    #[test]
    fn counts_stand_behind_the_name() {
        for (cell, found) in [
            ("Mug x 2", "2|Mug"),
            ("Mug (x2)", "2|Mug"),
            ("Mug [x 12]", "12|Mug"),
            ("Mug, large x 2, Cup x 1", "2|Mug, large 1|Cup"),
            ("Mug x 2; Cup; Bowl ×3", "2|Mug |Cup 3|Bowl"),
            ("杯子*2、盘子×1", "2|杯子 1|盘子"),
            ("Max2", "|Max2"),
            ("Poster 30 x 40", "|Poster 30 x 40"),
            ("Maxx 2", "|Maxx 2"),
            ("x2", "|x2"),
            ("(x2)", "|(x2)"),
        ] {
            assert_eq!(divided(behind, cell), found, "{cell}");
        }
    }
}
