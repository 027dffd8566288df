//! A product's key beside its name: of two columns that both could name the product, the one that tells products apart.
//!
//! "Artikel" is a name in one shop and a number in another. Which it is shows in the cells: a key has one name wherever it
//! stands, while two products may share a name.

use super::presets::Preset;
use super::records::Record;
use super::roles::Content;
use super::words::{is_no_name, is_one_of, is_word_of};
use super::{Role, extras};

/// Headers of keys that say no more than that, as [`super::roles::plain`] writes them.
const CODES: &str = "code|ref|réf|nr|no|number|nummer|id|key|kod|kód|код|cod|cód|código|codice|codigo|numéro|número|numero|\
     indeks|kürzel|编号|编码|代码|代號|編號|コード|番号|코드|번호|mã|รหัส|kode";

/// Headers that mean goods where a bare "name" stands beside them.
const GOODS: &str = "artikel|produkt|produit|producto|produto|prodotto|articolo|artículo|towar|товар|商品|产品";

/// Share of rows in which a key must stand beside one and the same name; a few are misspelt.
const MOST: f64 = 0.9;
/// Below it two columns have nothing to do with each other: a customer's name beside a product.
const HALF: f64 = 0.5;
/// Keys to a name: more are numbers of rows, not of products.
const MOST_KEYS: usize = 3;

/// How two columns go together.
struct Pair {
    /// Share of the rows with a value of the first that was met before in which the second is as it was then; 1 where
    /// no value comes twice.
    holds: f64,
    /// Rows with a value of the first that was met before.
    repeats: usize,
    /// Different values of the first, and of the second.
    distinct: (usize, usize),
}

fn pair(rows: &[&Record], one: usize, other: usize) -> Pair {
    // Row by row against those before: there are some hundreds, and hash maps are much code for a few of them.
    let cells: Vec<[&[u8]; 2]> = rows
        .iter()
        .map(|row| [row.field(one), row.field(other)])
        .filter(|cells| cells.iter().all(|cell| !cell.is_empty()))
        .collect();
    let (mut repeats, mut alike, mut others) = (0, 0, 0);
    for (at, [key, value]) in cells.iter().enumerate() {
        let before = &cells[..at];
        if let Some([_, first]) = before.iter().find(|[known, _]| known == key) {
            repeats += 1;
            alike += usize::from(first == value);
        }
        others += usize::from(before.iter().all(|[_, known]| known != value));
    }
    let holds = if repeats == 0 { 1.0 } else { alike as f64 / repeats as f64 };
    Pair { holds, repeats, distinct: (cells.len() - repeats, others) }
}

/// How many of a column's cells look like a code: one word in ASCII with a digit, or without small letters.
fn code_cells(rows: &[&Record], column: usize) -> usize {
    let is_code = |cell: &[u8]| {
        let is_small = |byte: &u8| !byte.is_ascii() || byte.is_ascii_lowercase();
        let is_word = cell.iter().all(|byte| byte.is_ascii() && *byte != b' ');
        is_word && !cell.is_empty() && (cell.iter().any(u8::is_ascii_digit) || !cell.iter().any(is_small))
    };
    rows.iter().filter(|row| is_code(row.field(column).trim_ascii())).count()
}

/// Mends which columns hold the product's key and its name, of a file that is no platform's.
pub(super) fn mend(
    rows: &[&Record],
    plain: &[String],
    contents: &[Content],
    taken: &mut Vec<(Role, usize)>,
    given: &[Role],
    preset: &Preset,
) {
    if !preset.roles.is_empty() || given.iter().any(|role| matches!(role, Role::Product | Role::Name)) {
        return;
    }
    let of = |role: Role| taken.iter().find(|(known, _)| *known == role).map(|(_, column)| *column);
    let (key, name) = (of(Role::Product), of(Role::Name));
    let named = match (key, name) {
        (Some(key), Some(name)) => {
            let found = pair(rows, key, name);
            // The customer's name, a remark: whatever it is, it is not this product's.
            if found.repeats > 1 && found.holds < HALF {
                taken.retain(|(role, _)| *role != Role::Name);
            }
            return;
        }
        (None, Some(column)) => column,
        // A key that is called so needs no other.
        (Some(column), None)
            if matches!(plain[column].as_str(), "product" | "item")
                || !is_word_of(&plain[column], &[Role::Product]) =>
        {
            column
        }
        _ => return,
    };
    let best = |test: &dyn Fn(usize) -> bool| {
        let free = |column: &usize| {
            let content = contents[*column];
            content.filled > HALF
                && content.dates < MOST
                && taken.iter().all(|(_, used)| used != column)
                && !extras::is_kept(&plain[*column])
                && !is_no_name(&plain[*column])
        };
        (0..plain.len()).filter(free).find(|&column| test(column))
    };
    let is_name = |column: usize| is_word_of(&plain[column], &[Role::Product, Role::Name]);
    let is_called_so = |column: usize| is_name(column) || is_one_of(CODES, &plain[column]);
    // What differs from row to row, such as a number of the row or a remark, goes with no product.
    let is_of_rows = |column: usize| {
        let (keyed, back) = (pair(rows, column, named), pair(rows, named, column));
        keyed.distinct.0 > back.distinct.0.saturating_mul(MOST_KEYS) || keyed.repeats == 0 && back.repeats > 0
    };
    let is_row_number = |column: usize| !is_name(column) && pair(rows, column, named).repeats == 0;
    let found = best(&|column| is_called_so(column) && !is_of_rows(column) && !is_row_number(column));
    let Some(other) = found else { return };
    let (keyed, back) = (pair(rows, other, named), pair(rows, named, other));
    let (code, named_code) = (code_cells(rows, other), code_cells(rows, named));
    let (key, name) = if keyed.holds < MOST && (back.holds < MOST || back.repeats == 0) {
        // Neither goes with the other. A bare "name" is a customer's as often as a product's.
        if !is_one_of(GOODS, &plain[other]) || !matches!(plain[named].as_str(), "name" | "nombre" | "nome") {
            return;
        }
        (other, None)
    } else if code > named_code && keyed.holds >= MOST {
        (other, Some(named))
    } else if code < named_code && back.holds >= MOST {
        (named, Some(other))
    } else {
        return;
    };
    taken.retain(|(role, _)| !matches!(role, Role::Product | Role::Name));
    taken.push((Role::Product, key));
    taken.extend(name.map(|column| (Role::Name, column)));
}
