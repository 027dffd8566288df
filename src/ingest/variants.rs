//! Variations of a product (size, colour …) that stand in columns of their own: put together unless the shop wants them
//! apart, and told either way.

use std::borrow::Cow;

use super::plan::Plan;
use super::records::Row;
use super::{Role, numbers, words};
use crate::notes::Note;

/// What stands between a product and its variation.
const BETWEEN: &[u8] = " · ".as_bytes();

/// What platforms write for a product without variations.
const NONE: [&[u8]; 4] = [b"default title", b"default", b"regular", b"standard"];

/// Columns of variations: those that were given, else the free ones that are called so, where another names the product.
pub fn columns(plain: &[String], unused: &[bool], taken: &[(Role, usize)]) -> Vec<usize> {
    let has = |roles: &[Role]| taken.iter().any(|(role, _)| roles.contains(role));
    if has(&[Role::Variant]) || !has(&[Role::Product, Role::Name]) {
        return Vec::new();
    }
    let is_free = |column: &usize| !unused[*column] && taken.iter().all(|(_, used)| used != column);
    (0..plain.len()).filter(is_free).filter(|&column| words::is_word_of(&plain[column], &[Role::Variant])).collect()
}

/// The variation of a record; empty where it has none.
pub fn of<'a>(plan: &Plan, row: &Row<'a>) -> Cow<'a, [u8]> {
    let cells = plan.variants.iter().map(|&column| row.field(column).trim_ascii());
    let mut named = cells.filter(|cell| !numbers::is_missing(cell, true) && !is_none(cell));
    let Some(first) = named.next() else { return Cow::Borrowed(b"") };
    named.fold(Cow::Borrowed(first), |all, next| [&all, &b", "[..], next].concat().into())
}

fn is_none(cell: &[u8]) -> bool {
    cell.is_empty() || NONE.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// A product's key or name with its variation; empty where there is none.
pub fn apart<'a>(product: Cow<'a, [u8]>, variant: &[u8]) -> Cow<'a, [u8]> {
    if product.is_empty() || variant.is_empty() { product } else { [&product, BETWEEN, variant].concat().into() }
}

/// The variations of each product that were met.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Seen {
    /// By product, the first one, and whether there are others; one without a name, or called regular, is another.
    of_product: Vec<(Box<[u8]>, bool)>,
    /// Products that were met without any.
    plain: Vec<bool>,
}

impl Seen {
    /// Looks at the variation of a product's line, which may be none.
    pub fn see(&mut self, product: u32, variant: &[u8]) {
        if variant.is_empty() {
            self.see_plain(product as usize);
        }
        self.merge(product, variant, false);
    }

    fn see_plain(&mut self, product: usize) {
        if product >= self.plain.len() {
            self.plain.resize(product + 1, false);
        }
        self.plain[product] = true;
    }

    fn merge(&mut self, product: u32, variant: &[u8], has_others: bool) {
        if variant.is_empty() {
            return;
        }
        let place = product as usize;
        if place >= self.of_product.len() {
            self.of_product.resize(place + 1, (Box::default(), false));
        }
        let (first, several) = &mut self.of_product[place];
        if first.is_empty() {
            *first = variant.into();
        }
        *several |= has_others || **first != *variant;
    }

    /// Puts those of other lines behind; `places` are their products' places here.
    pub fn append(&mut self, next: Self, places: &[u32]) {
        for ((variant, several), &place) in next.of_product.iter().zip(places) {
            self.merge(place, variant, *several);
        }
        let plain = next.plain.iter().zip(places).filter(|(is_plain, _)| **is_plain);
        plain.for_each(|(_, &place)| self.see_plain(place as usize));
    }

    /// What is told of them; `name` names a product.
    pub fn note(&self, is_apart: bool, name: impl Fn(usize) -> String) -> Option<Note> {
        let with = |product: &usize| {
            let (first, several) = &self.of_product[*product];
            !first.is_empty() && (is_apart || *several || self.plain.get(*product) == Some(&true))
        };
        let count = (0..self.of_product.len()).filter(with).count() as u64;
        let example = (0..self.of_product.len()).find(with)?;
        let (code, text) = match is_apart {
            true => ("variants-apart", "variations of products are products of their own"),
            false => ("variants-together", "products with several variations, which are put together"),
        };
        let example = name(example);
        Some(Note::info(code, format!("{text}, such as {example}")).count(count).arg("example", example))
    }
}
