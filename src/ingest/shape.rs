//! Files that do not hold one product and its units a record: tables with days or products across, several products in
//! one cell, orders without products. Each of their records becomes lines of one plain layout.

use super::Role;

/// A product in a cell that holds several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Item<'a> {
    /// Key, may be empty.
    pub sku: &'a [u8],
    /// Name, may be empty.
    pub name: &'a [u8],
    /// Units as written; empty for one.
    pub units: &'a [u8],
    /// Unit price as written, may be empty.
    pub price: &'a [u8],
}

/// Divides a cell into its products.
pub type Split = for<'a> fn(&'a [u8], &mut dyn FnMut(Item<'a>));

/// What a record is made of.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A column for each day, week or month: its place, and the day it begins with.
    DaysAcross(Vec<(usize, String)>),
    /// A column for each product: its place, and the product.
    ProductsAcross(Vec<(usize, String)>),
    /// Several products in the cell of that column.
    Cells(usize, Split),
    /// The same, where the units beside it say how many times it was sold.
    Sets(usize, Split),
    /// Lines of one series of that name: each counts the number in that column, or one.
    Series(String, Option<usize>),
}

impl Shape {
    /// Roles whose cells are made, not copied, in the order in which they are written.
    fn made(&self) -> &'static [Role] {
        match self {
            Shape::DaysAcross(_) => &[Role::Date, Role::Quantity],
            Shape::ProductsAcross(_) | Shape::Series(..) => &[Role::Product, Role::Quantity],
            Shape::Cells(..) => &[Role::Product, Role::Name, Role::Quantity, Role::Price],
            Shape::Sets(..) => &[Role::Product, Role::Name],
        }
    }

    /// Whether numbers beside the units hold for all lines of their record.
    pub fn keeps_extra(&self) -> bool {
        matches!(self, Shape::ProductsAcross(_) | Shape::Series(..))
    }

    /// Whether a record is one row of a table, whatever the number of its cells.
    pub fn is_across(&self) -> bool {
        matches!(self, Shape::DaysAcross(_) | Shape::ProductsAcross(_))
    }
}

/// Makes lines of records.
#[derive(Debug, Clone)]
pub struct Melt {
    /// What the records are.
    pub shape: Shape,
    copied: Vec<(Role, usize)>,
    /// Further columns that are copied, behind those.
    extra: Vec<usize>,
}

/// A line that was made: its bytes, and where each field ends.
#[derive(Debug, Default)]
pub struct Made {
    /// The fields side by side.
    pub bytes: Vec<u8>,
    /// Begin and end of each field.
    pub spans: Vec<(u32, u32)>,
}

impl Made {
    fn push(&mut self, field: &[u8]) {
        let begin = self.bytes.len() as u32;
        self.bytes.extend_from_slice(field);
        self.spans.push((begin, self.bytes.len() as u32));
    }

    fn truncate(&mut self, fields: usize) {
        self.spans.truncate(fields);
        self.bytes.truncate(self.spans.last().map_or(0, |span| span.1 as usize));
    }
}

impl Melt {
    /// Melts records with these columns by role and these further ones; also says the columns of the lines that are
    /// made. What stands beside the day of a table holds for all its products; what stands beside a product whose days
    /// go across holds for no day, and is let go.
    pub fn new(shape: Shape, roles: &[(Role, usize)], extra: Vec<usize>) -> (Self, Vec<(Role, usize)>, Vec<usize>) {
        let made = shape.made();
        let copied: Vec<(Role, usize)> = roles.iter().filter(|(role, _)| !made.contains(role)).copied().collect();
        let extra = if shape.keeps_extra() { extra } else { Vec::new() };
        let columns = copied.iter().map(|(role, _)| *role).zip(0..);
        let further = (copied.len()..).take(extra.len()).collect();
        let columns = columns.chain(made.iter().copied().zip(copied.len() + extra.len()..)).collect();
        (Self { shape, copied, extra }, columns, further)
    }

    /// The column of the lines that are made which says how many a set has of the product.
    pub fn per_set(&self) -> Option<usize> {
        let made = self.copied.len() + self.extra.len() + self.shape.made().len();
        matches!(self.shape, Shape::Sets(..)).then_some(made)
    }

    /// The record's column of a role that is copied into each line.
    pub fn source(&self, role: Role) -> Option<usize> {
        self.copied.iter().find(|(known, _)| *known == role).map(|(_, column)| *column)
    }

    /// Makes the lines of the record whose fields `field` gives, each written into `line` and then given to `take`.
    pub fn each<'a>(&self, field: impl Fn(usize) -> &'a [u8], line: &mut Made, mut take: impl FnMut(&Made)) {
        line.truncate(0);
        self.copied.iter().map(|(_, column)| column).chain(&self.extra).for_each(|column| line.push(field(*column)));
        let mut give = |cells: &[&[u8]]| {
            line.truncate(self.copied.len() + self.extra.len());
            cells.iter().for_each(|cell| line.push(cell));
            take(line);
        };
        match &self.shape {
            Shape::DaysAcross(across) => {
                // Before its first number a product was not sold yet; after it a blank means that nothing was sold.
                let mut begun = false;
                for (column, day) in across {
                    let cell = field(*column);
                    begun |= !cell.is_empty();
                    if begun {
                        give(&[day.as_bytes(), if cell.is_empty() { b"0" } else { cell }]);
                    }
                }
            }
            Shape::ProductsAcross(across) => {
                for (column, product) in across {
                    let cell = field(*column);
                    if !cell.is_empty() {
                        give(&[product.as_bytes(), cell]);
                    }
                }
            }
            Shape::Cells(column, split) => {
                split(field(*column), &mut |item| give(&[item.sku, item.name, one(item.units), item.price]));
            }
            Shape::Sets(column, split) => {
                split(field(*column), &mut |item| give(&[item.sku, item.name, one(item.units)]));
            }
            Shape::Series(name, value) => {
                give(&[name.as_bytes(), value.map_or(&b"1"[..], |column| field(column))]);
            }
        }
    }
}

/// A product without a count is one piece.
fn one(units: &[u8]) -> &[u8] {
    if units.is_empty() { b"1" } else { units }
}

/// Words for a total in a table's margin, in lower case.
const TOTALS: [&str; 30] = [
    "total",
    "totals",
    "grand total",
    "sum",
    "subtotal",
    "sub total",
    "overall",
    "all",
    "all products",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "total général",
    "total general",
    "total geral",
    "totale",
    "totaal",
    "suma",
    "somme",
    "soma",
    "итого",
    "合计",
    "总计",
    "小计",
    "合計",
    "総計",
    "小計",
    "รวม",
    "tổng cộng",
];

/// The longest of them in bytes.
const LONGEST_TOTAL_BYTES: usize = 24;

/// Whether a cell or header is called a total.
pub fn is_total(text: &[u8]) -> bool {
    if text.is_empty() || text.len() > LONGEST_TOTAL_BYTES {
        return false;
    }
    let text = super::roles::plain(&String::from_utf8_lossy(text));
    TOTALS.contains(&text.as_str())
}

/// Whether a text has a word for a total in it, or one that ends so: "Month total", "Sum X0", "Tagessumme 03.03.2025".
pub fn names_total(text: &[u8]) -> bool {
    /// Shorter ones end other words.
    const SHORTEST_BYTES: usize = 5;
    let ends = |word: &str, total: &str| total.len() >= SHORTEST_BYTES && word.ends_with(total);
    let text = super::roles::plain(&String::from_utf8_lossy(text));
    text.split(' ').any(|word| word != "all" && TOTALS.iter().any(|total| word == *total || ends(word, total)))
}

/// What a text says behind a word for a total: "mois" of "Total mois"; none where it begins with no such word.
pub fn total_of(text: &[u8]) -> Option<String> {
    /// "All" and "sum" begin names as well.
    const SHORTEST_BYTES: usize = 4;
    let text = super::roles::plain(&String::from_utf8_lossy(text));
    let words = TOTALS.iter().filter(|word| word.len() >= SHORTEST_BYTES);
    let mut rests = words.filter_map(|word| text.strip_prefix(word)?.strip_prefix(' '));
    rests.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(shape: Shape, roles: &[(Role, usize)], record: &[&str]) -> Vec<Vec<String>> {
        let (melt, columns, further) = Melt::new(shape, roles, vec![4]);
        let mut out = Vec::new();
        melt.each(
            |column| record.get(column).map_or(&[][..], |cell| cell.as_bytes()),
            &mut Made::default(),
            |made| {
                assert_eq!(made.spans.len(), columns.len() + further.len());
                let text = |&(begin, end): &(u32, u32)| {
                    String::from_utf8_lossy(&made.bytes[begin as usize..end as usize]).into_owned()
                };
                out.push(made.spans.iter().map(text).collect());
            },
        );
        out
    }

    #[test]
    fn days_across_become_lines() {
        let shape =
            Shape::DaysAcross(vec![(1, "2026-01-01".into()), (2, "2026-01-02".into()), (3, "2026-01-03".into())]);
        let lines = lines(shape, &[(Role::Product, 0)], &["A", "", "4", ""]);
        assert_eq!(lines, [["A", "2026-01-02", "4"], ["A", "2026-01-03", "0"]]);
    }

    #[test]
    fn products_across_become_lines() {
        let shape = Shape::ProductsAcross(vec![(1, "A".into()), (2, "B".into())]);
        let lines = lines(shape, &[(Role::Date, 0), (Role::Store, 3)], &["2026-01-01", "", "4", "x", "1"]);
        assert_eq!(lines, [["2026-01-01", "x", "1", "B", "4"]], "what is said of the day goes along");
    }

    #[test]
    fn totals_are_told_by_their_names() {
        for word in ["Total", "GRAND TOTAL", "合计", " Summe: ", "Total général"] {
            assert!(is_total(word.as_bytes()), "{word}");
        }
        assert!(!is_total("Total care shampoo".as_bytes()) && !is_total(b""));
        assert_eq!(total_of("TOTAL MOIS".as_bytes()).as_deref(), Some("mois"));
        assert_eq!(total_of("Summe Januar 2024".as_bytes()).as_deref(), Some("januar 2024"));
        assert!(total_of(b"Totally new").is_none() && total_of(b"All purpose cleaner").is_none());
    }
}
