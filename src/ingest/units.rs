//! Units in which a product is sold, where a column says them line by line: told where one product has several, and counted
//! in the smallest of their kind (grams, millilitres, pieces) on request. What is not certain, such as what a box holds, stays
//! as it stands.

use super::numbers;
use super::words::is_one_of;
use crate::notes::Note;

/// Headers of a column of units, as [`super::roles::plain`] writes them.
const HEADERS: &str = "unit|units|uom|unit of measure|einheit|mengeneinheit|unidad|unidad de medida|unidade|unité|\
     unità|unità di misura|eenheid|jednostka|birim|ед изм|единица|단위|đơn vị|đơn vị tính|หน่วย|satuan|单位|計量単位|單位|単位";

/// Whether a column of words with that header says units.
pub fn is_header(header: &str) -> bool {
    is_one_of(HEADERS, header)
}

/// Units whose size is certain, by kind: mass in grams, volume in millilitres, pieces.
const KNOWN: [(u8, f64, &str); 7] = [
    (0, 1.0, "g|gr|gram|grams|gramm|gramo|grama|克|г"),
    (0, 1000.0, "kg|kgs|kilo|kilogram|kilograms|kilogramm|公斤|千克|кг"),
    (1, 1.0, "ml|milliliter|毫升|мл"),
    (1, 10.0, "cl"),
    (1, 1000.0, "l|ltr|liter|liters|litre|litres|litro|升|公升|л"),
    (2, 1.0, "piece|pieces|pc|pcs|ea|each|st|stk|stück|pz|szt|adet|шт|件|个|個|개"),
    (2, 12.0, "dozen|doz|dz|dutzend|docena|dúzia|douzaine|打|ダース"),
];
/// The place of all others.
const OTHER: usize = KNOWN.len();

/// Words beside a count, of which it is not certain what they hold.
const COUNTED: &str = "unit|units|item|items|pair|pairs|paar|set|sets|pack|packs|box|boxes|bottle|bottles|case|cases|bag|bags|\
     pkg|einheit|einheiten|packung|packungen|karton|flasche|flaschen|pièce|pièces|unité|unités|boîte|unidad|unidades|ud|uds|\
     pieza|piezas|caja|cajas|unidade|un|peça|peças|caixa|pezzo|pezzi|confezione|stuk|stuks|sztuk|sztuka|sztuki|styck|buah|\
     cái|chiếc|ชิ้น|อัน|盒|箱|包|套|瓶|双|条|本|枚|点|冊|セット|只|張|张|支|台|袋";

/// A number with what it counts beside it, as in "2 pcs", "500 g" or "x3": the number, and that word where there is one.
pub fn read(cell: &[u8], decimal: u8) -> Option<(f64, &[u8])> {
    let (number, word) = divide(cell)?;
    Some((numbers::parse(number, decimal)?, word))
}

/// The number in a cell as it is written, and the word beside it that says what it counts.
fn divide(cell: &[u8]) -> Option<(&[u8], &[u8])> {
    const TIMES: [&[u8]; 3] = [b"x", b"X", "×".as_bytes()];
    let cell = cell.trim_ascii();
    if let Some(rest) = TIMES.iter().find_map(|times| cell.strip_prefix(*times)) {
        return Some((rest.trim_ascii(), b""));
    }
    let end = cell.iter().rposition(u8::is_ascii_digit)? + 1;
    let (number, word) = (&cell[..end], cell[end..].trim_ascii());
    let is_known = || place(word) != OTHER || is_one_of(COUNTED, &lower(word));
    match TIMES.contains(&word) {
        true => Some((number, b"")),
        false => (word.is_empty() || is_known()).then_some((number, word)),
    }
}

/// The number in a cell as it is written, without what it counts.
pub fn bare(cell: &[u8]) -> &[u8] {
    match cell.last() {
        Some(last) if !last.is_ascii_digit() => divide(cell).map_or(cell, |(number, _)| number),
        _ => cell,
    }
}

fn lower(word: &[u8]) -> String {
    let word = String::from_utf8_lossy(word).to_lowercase();
    word.trim_end_matches('.').to_owned()
}

/// The place of a unit among those that are known.
fn place(cell: &[u8]) -> usize {
    let word = lower(cell);
    KNOWN.iter().position(|(.., words)| is_one_of(words, &word)).unwrap_or(OTHER)
}

/// How many of the smallest of its kind a unit is; 1 where that is not certain.
pub fn size(cell: &[u8]) -> f64 {
    KNOWN.get(place(cell)).map_or(1.0, |(_, size, _)| *size)
}

/// The units of each product that were met: how many lines are in each of those that are known, and in others.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Seen(Vec<[u32; OTHER + 1]>);

impl Seen {
    fn of(&mut self, product: u32) -> &mut [u32; OTHER + 1] {
        let product = product as usize;
        if product >= self.0.len() {
            self.0.resize(product + 1, Default::default());
        }
        &mut self.0[product]
    }

    /// Looks at the unit of a product's line.
    pub fn see(&mut self, product: u32, cell: &[u8]) {
        self.of(product)[place(cell)] += 1;
    }

    /// Puts those of other lines behind; `places` are their products' places here.
    pub fn append(&mut self, next: Self, places: &[u32]) {
        for (lines, &product) in next.0.iter().zip(places) {
            self.of(product).iter_mut().zip(lines).for_each(|(all, more)| *all += more);
        }
    }

    /// What is told of products with several units; `name` names one. What can be counted in the smallest unit is told apart
    /// from what cannot.
    pub fn notes(&self, is_smallest: bool, name: impl Fn(usize) -> String) -> Vec<Note> {
        let certain = if is_smallest { "units-smallest" } else { "units-mixed" };
        [certain, "units-unknown"].into_iter().filter_map(|code| self.note(code, code == certain, &name)).collect()
    }

    fn note(&self, code: &str, is_certain: bool, name: &impl Fn(usize) -> String) -> Option<Note> {
        let kind = |unit: usize| KNOWN.get(unit).map(|known| known.0);
        let (mut products, mut count, mut example) = (0_u32, 0_u64, None);
        for (product, lines) in self.0.iter().enumerate() {
            let mut met = (0..=OTHER).filter(|unit| lines[*unit] > 0);
            let Some(first) = met.next() else { continue };
            let rest: Vec<usize> = met.collect();
            if rest.is_empty() || rest.iter().all(|unit| kind(*unit) == kind(first)) != is_certain {
                continue;
            }
            products += 1;
            count += u64::from(lines.iter().sum::<u32>() - lines.iter().max().unwrap_or(&0));
            example.get_or_insert((product, first, rest));
        }
        let (product, first, rest) = example?;
        let called = |unit: usize| KNOWN.get(unit).and_then(|known| known.2.split('|').next()).unwrap_or("…");
        let units = rest.into_iter().fold(called(first).to_owned(), |list, unit| list + ", " + called(unit));
        let name = name(product);
        let what = if code == "units-smallest" { "are counted in the smallest unit" } else { "count as they stand" };
        let text = format!("{count} lines in another unit than most of their product {what}, such as {name}: {units}");
        let note = Note::warning(code, text).count(count).arg("products", products);
        Some(note.arg("example", name).arg("units", units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_known_where_they_are_certain() {
        let sizes = ["g", "KG", "Stk.", "Dutzend", "公斤", "L", "cl", "box", "6er-Pack", "", "斤"];
        let known = [1.0, 1000.0, 1.0, 12.0, 1000.0, 1000.0, 10.0, 1.0, 1.0, 1.0, 1.0];
        assert_eq!(sizes.map(|unit| size(unit.as_bytes())), known);
        let mut seen = std::collections::BTreeSet::new();
        for word in KNOWN.iter().flat_map(|(.., words)| words.split('|')) {
            assert!(seen.insert(word), "{word} is there twice");
        }
    }
}
