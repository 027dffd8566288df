//! Which column means what: by the header's words in the platforms' languages, checked against the content.

use super::Role;
use super::numbers::Mark;
use super::records::Record;
use super::words::{WORDS, is_no_name, is_part, is_word_of};
use super::{dates, extras, numbers, units};
use crate::order::{sort_few, sort_many};

/// Share of a column's filled cells that must be dates or numbers.
pub(super) const MOST: f64 = 0.8;
/// The same for a column that is called a date.
const HALF: f64 = 0.5;

/// Thai marks of tone and silence, which are parts of words but count as no letters.
const THAI_MARKS: std::ops::RangeInclusive<char> = '\u{e47}'..='\u{e4e}';

/// Header in lower case, punctuation as single blanks.
pub fn plain(header: &str) -> String {
    let mut out = String::new();
    for letter in header.trim().trim_start_matches('\u{feff}').chars() {
        if letter.is_alphanumeric() || THAI_MARKS.contains(&letter) {
            out.extend(letter.to_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.trim_end().to_owned()
}

/// The place of a header among those that [`plain`] wrote; the name may be written as the platform writes it,
/// and several be divided by bars, the most trusted first.
pub fn place(headers: &[String], name: &str) -> Option<usize> {
    if name.contains('|') {
        return name.split('|').find_map(|name| place(headers, name));
    }
    let found = headers.iter().position(|header| header == name);
    // Names beyond ASCII, or in capitals, are written plainly first.
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b' ');
    if found.is_some() || is_plain {
        return found;
    }
    let name = plain(name);
    headers.iter().position(|header| *header == name)
}

/// What the cells of a column are like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Content {
    /// Share of filled cells that are dates.
    pub dates: f64,
    /// The same, spreadsheets' day numbers and seconds since 1970 allowed.
    pub serial_dates: f64,
    /// Share of filled cells that are numbers.
    pub numbers: f64,
    /// The same, a word beside the number allowed that says what it counts.
    pub counts: f64,
    /// Share of filled cells that are whole numbers.
    pub whole: f64,
    /// Share of filled cells that are amounts of a currency, by their sign.
    pub money: f64,
    /// Share of cells that are filled.
    pub filled: f64,
    /// Share of filled cells that differ from all before.
    pub distinct: f64,
    /// Whether they number the rows or orders: whole numbers, each little above the one before, or each little below.
    pub is_numbering: bool,
}

/// Rows that tell a numbering from sales that grow.
const FEWEST_NUMBERED: usize = 20;
/// Share of the steps of a numbering that lead the same way, and of its numbers that come once.
const STEADY: f64 = 0.95;
/// Largest mean step of a numbering, as a share of its mean number.
const SMALL_STEP: f64 = 0.02;

fn is_numbering(numbers: &[f64], distinct: f64) -> bool {
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return false };
    let steps = (numbers.len() - 1) as f64;
    let way = (last - first).signum();
    let steady = numbers.windows(2).filter(|pair| (pair[1] - pair[0]) * way > 0.0).count() as f64;
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    let is_whole = numbers.iter().all(|number| *number >= 0.0 && *number == number.trunc());
    numbers.len() >= FEWEST_NUMBERED
        && is_whole
        && distinct >= STEADY
        && steady >= STEADY * steps
        && (last - first).abs() <= SMALL_STEP * mean * steps
}

/// Whether a column holds numbers that may count something.
pub(super) fn may_count(content: Content) -> bool {
    content.counts >= HALF && content.dates < MOST && !content.is_numbering
}

fn is_filled(cell: &[u8]) -> bool {
    !cell.is_empty() && !numbers::is_missing(cell, true)
}

/// Looks at the columns of some records.
pub fn contents(records: &[&Record], columns: usize) -> Vec<Content> {
    (0..columns)
        .map(|column| {
            let cells: Vec<&[u8]> =
                records.iter().map(|record| record.field(column)).filter(|cell| is_filled(cell)).collect();
            let share = |test: &dyn Fn(&[u8]) -> bool| {
                if cells.is_empty() {
                    0.0
                } else {
                    cells.iter().filter(|cell| test(cell)).count() as f64 / cells.len() as f64
                }
            };
            let decimal = match numbers::decimal_mark(cells.iter().copied()) {
                Mark::Told(mark) | Mark::Either(mark) => mark,
                Mark::None => b'.',
            };
            let mut sorted = cells.clone();
            sort_many(&mut sorted, Ord::cmp);
            sorted.dedup();
            let numbers = share(&|cell| numbers::parse(cell, decimal).is_some());
            let distinct = sorted.len() as f64 / cells.len().max(1) as f64;
            let values: Vec<f64> = match numbers >= MOST && distinct >= STEADY {
                true => cells.iter().filter_map(|cell| numbers::parse(cell, decimal)).collect(),
                false => Vec::new(),
            };
            Content {
                is_numbering: is_numbering(&values, distinct),
                dates: share(&|cell| dates::parse(cell, false).is_some()),
                serial_dates: share(&|cell| dates::parse(cell, true).is_some()),
                numbers,
                counts: if numbers >= MOST { numbers } else { share(&|cell| units::read(cell, decimal).is_some()) },
                whole: share(&|cell| numbers::parse(cell, decimal).is_some_and(|number| number == number.trunc())),
                money: share(&|cell| numbers::is_money(cell, decimal)),
                filled: cells.len() as f64 / records.len().max(1) as f64,
                distinct,
            }
        })
        .collect()
}

/// Whether cells may stand in a column of that role.
pub(super) fn fits(role: Role, content: Content) -> bool {
    match role {
        Role::Date => content.serial_dates >= MOST,
        Role::Quantity => content.counts >= MOST && content.dates < MOST && content.money < HALF,
        Role::Price | Role::Revenue => content.numbers >= MOST && content.dates < MOST,
        Role::Product => content.dates < MOST && content.filled > 0.0,
        _ => true,
    }
}

/// Whether cells are words.
pub(super) fn is_text(content: Content) -> bool {
    content.filled > 0.5 && content.numbers < MOST && content.dates < MOST
}

/// Finds each role's column. `given` are the user's words, `preset` a platform's, both by header; with a platform, only
/// the `needed` roles that it does not name are guessed.
pub fn assign(
    headers: &[String],
    contents: &[Content],
    given: &[(Role, String)],
    preset: &[(Role, &str)],
    needed: &[Role],
) -> Vec<(Role, usize)> {
    let plain_headers: Vec<String> = headers.iter().map(|header| plain(header)).collect();
    let mut taken: Vec<(Role, usize)> = Vec::new();
    for (role, header) in given {
        let exact = headers.iter().position(|known| known.trim() == header.trim());
        if let Some(column) = exact.or_else(|| plain_headers.iter().position(|known| *known == plain(header))) {
            taken.push((*role, column));
        }
    }
    for (role, header) in preset {
        if taken.iter().all(|(known, _)| known != role)
            && let Some(column) = place(&plain_headers, header)
        {
            taken.push((*role, column));
        }
    }
    let is_open = |role: Role, taken: &[(Role, usize)]| {
        let known = |wanted: Role| taken.iter().any(|(known, _)| *known == wanted);
        let named = matches!(role, Role::Product | Role::Name) && (known(Role::Product) || known(Role::Name));
        !known(role) && (preset.is_empty() || needed.contains(&role) && !named)
    };
    let fits = |role: Role, column: usize| fits(role, contents.get(column).copied().unwrap_or_default());
    let kept: Vec<bool> = plain_headers.iter().map(|header| extras::is_kept(header)).collect();
    for (role, words) in WORDS {
        // What it is a variation of must be known first.
        if role == Role::Variant || !is_open(role, &taken) {
            continue;
        }
        let untaken = |column: &usize| !taken.iter().any(|(_, used)| used == column);
        let free = |column: &usize| untaken(column) && fits(role, *column);
        // A column that is called a date is one though many of its cells are broken; a key may look like a date.
        let named = |column: &usize| {
            let content = contents.get(*column).copied().unwrap_or_default();
            let trusted = match role {
                Role::Date => content.serial_dates >= HALF,
                Role::Product => {
                    content.filled > 0.0 && plain_headers[*column] != "product" && plain_headers[*column] != "item"
                }
                _ => false,
            };
            free(column) || trusted && untaken(column)
        };
        // "Umsatz CHF", "Price (EUR)"
        let amount = |column: usize| match (role, plain_headers[column].rsplit_once(' ')) {
            (Role::Price | Role::Revenue, Some((what, code))) if numbers::is_currency(code) => what,
            _ => &plain_headers[column],
        };
        let exact = words
            .split('|')
            .find_map(|word| (0..headers.len()).find(|&column| amount(column) == word && named(&column)));
        let within = || {
            // Once for all words: a table with thousands of products across has as many columns.
            let may_name =
                |column: &usize| !(matches!(role, Role::Product | Role::Name) && is_no_name(&plain_headers[*column]));
            let columns: Vec<usize> =
                (0..headers.len()).filter(|&at| free(&at) && !kept[at] && may_name(&at)).collect();
            words
                .split('|')
                .find_map(|word| columns.iter().copied().find(|&column| is_part(&plain_headers[column], word)))
        };
        let guessed = matches!(
            role,
            Role::Date | Role::Product | Role::Name | Role::Quantity | Role::Price | Role::Store | Role::Category
        );
        if let Some(column) = exact.or_else(|| if guessed { within() } else { None }) {
            taken.push((role, column));
        }
    }
    // By content alone: the first column of dates, the only free column of numbers, the first of words.
    let first = |taken: &[(Role, usize)], test: &dyn Fn(Content) -> bool| -> Vec<usize> {
        let free = |column: &usize| !taken.iter().any(|(_, used)| used == column);
        (0..headers.len())
            .filter(free)
            .filter(|column| contents.get(*column).is_some_and(|content| test(*content)))
            .collect()
    };
    if is_open(Role::Date, &taken) {
        taken.extend(first(&taken, &|content| content.dates >= MOST).first().map(|column| (Role::Date, *column)));
    }
    if is_open(Role::Quantity, &taken) {
        // Money is never taken for pieces.
        let mut numeric =
            first(&taken, &|content| content.counts >= MOST && content.dates < MOST && content.money < HALF);
        numeric.retain(|column| !kept[*column] && !contents[*column].is_numbering);
        // Beside prices units are the one column of whole numbers.
        let whole: Vec<usize> = numeric.iter().copied().filter(|column| contents[*column].whole >= 1.0).collect();
        if let ([only], _) | (_, [only]) = (&numeric[..], &whole[..]) {
            taken.push((Role::Quantity, *only));
        }
    }
    if is_open(Role::Product, &taken) && is_open(Role::Name, &taken) {
        let words = first(&taken, &is_text);
        let mut named: Vec<usize> = words.into_iter().filter(|column| !is_no_name(&plain_headers[*column])).collect();
        // A size tells products apart only where nothing else does.
        let is_word = |column: &usize| is_word_of(&plain_headers[*column], &[Role::Variant]);
        sort_few(&mut named, |a, b| !is_word(a) && is_word(b));
        let named = named.first();
        taken.extend(named.map(|column| (Role::Product, *column)));
    }
    taken
}
