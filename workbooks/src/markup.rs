//! Tables of web pages, which many platforms call `.xls`, and of SpreadsheetML 2003, Excel's workbook as one XML file.
//!
//! Neither is read as its standard has it: such files are written by hand-made programs and rarely whole. Tags that make
//! tables count, all others are let go, and what was never closed ends with what is around it.

use std::borrow::Cow;
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::inflate::within_limits;
use crate::sheet::{MOST_BLANK_ROWS, MOST_COLUMNS};
use crate::{Legacy, Result, Trouble};

/// How such files begin, after blanks and a mark of their encoding.
const BEGINNINGS: [&str; 11] =
    ["<html", "<!doctype html", "<table", "<?xml", "<meta", "<head", "<style", "<body", "<div", "<!--", "<workbook"];
/// Where the name of an encoding is looked for.
const HEAD_BYTES: usize = 2048;
/// Bytes that a cell takes beside its text.
const CELL_BYTES: u64 = 16;
/// The most letters of a reference such as `&frac12;`.
const LONGEST_REFERENCE: usize = 10;

/// Names of the characters from U+00A0 on, as web pages write them.
const LATIN: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute \
     micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
     Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash \
     Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc \
     euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml \
     yacute thorn yuml";
/// Those of some others.
const OTHERS: [(&str, char); 12] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("euro", '€'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
];

/// A table by rows.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) rows: Vec<Vec<Rc<str>>>,
}

/// Whether a file begins like a web page or like XML.
pub(crate) fn is_markup(first: &[u8]) -> bool {
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let first = first.strip_prefix(b"\xff\xfe").or(first.strip_prefix(b"\xfe\xff")).unwrap_or(first);
    // Every other byte of UTF-16 is zero.
    let plain: Vec<u8> =
        first.iter().take(crate::MAGIC_BYTES).filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    let plain = plain.trim_ascii_start();
    BEGINNINGS.iter().any(|tag| plain.starts_with(tag.as_bytes()))
}

/// Refuses what holds no row of a table: a page to sign in, a feed.
pub(crate) fn check(bytes: &[u8]) -> Result<()> {
    let has = |tag: &[u8]| {
        let mut parts = bytes.split(|byte| *byte == b'<');
        parts.any(|part| {
            let letters = part.iter().filter(|byte| **byte != 0).take(tag.len() + 3).map(u8::to_ascii_lowercase);
            let letters: Vec<u8> = letters.collect();
            letters.starts_with(tag) || letters.strip_prefix(b"ss:").is_some_and(|rest| rest.starts_with(tag))
        })
    };
    if has(b"tr") || has(b"row") { Ok(()) } else { Err(no_table()) }
}

/// What is said of a page without a table.
pub(crate) fn no_table() -> Trouble {
    let remedy = "export the orders as CSV; a sign-in page is saved like this when the session has ended";
    Trouble::not_a_table("html", "a web page or XML", remedy)
}

/// The tables of a file in their order, those inside others too.
///
/// # Errors
/// Fails where few tags claim far too many cells.
pub(crate) fn tables(bytes: &[u8]) -> Result<Vec<Found>> {
    let text = decoded(bytes);
    let mut parser = Parser { size: bytes.len() as u64, ..Parser::default() };
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('<') {
        parser.text(&rest[..at]);
        rest = parser.tag(&rest[at..])?;
    }
    parser.text(rest);
    while !parser.open.is_empty() {
        parser.end_table()?;
    }
    parser.done.sort_by_key(|(place, _)| *place);
    let (mut found, names) = (Vec::<Found>::new(), parser.names);
    for (place, (_, table)) in parser.done.into_iter().enumerate() {
        let name = table.name.or_else(|| names.get(place).cloned()).unwrap_or_default();
        let is_known = name.is_empty() || found.iter().any(|known| known.name == name);
        let name = if is_known { format!("Table {}", place + 1) } else { name };
        found.push(Found { name, rows: table.rows });
    }
    Ok(found)
}

/// The text by its mark, else as UTF-8 where it is that, else as it says itself.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]).to_ascii_lowercase();
    let label = ["charset=", "encoding="].iter().find_map(|key| {
        let said = head.split_once(key)?.1.trim_start_matches(['"', '\'', ' ']);
        let end = said.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_:".contains(letter)));
        Encoding::for_label(&said.as_bytes()[..end.unwrap_or(said.len())])
    });
    match label.filter(|label| ![UTF_8, UTF_16LE, UTF_16BE].contains(label)) {
        Some(encoding) => encoding.decode(bytes).0,
        None => {
            let mut text = Vec::new();
            Legacy::guessed(&bytes[..bytes.len().min(crate::PIECE_BYTES)]).decode(bytes, &mut text, true);
            String::from_utf8_lossy(&text).into_owned().into()
        }
    }
}

#[derive(Default)]
struct Parser {
    /// Tables that are open, each inside the one before.
    open: Vec<(usize, Open)>,
    /// Those that ended, by the order in which they began.
    done: Vec<(usize, Open)>,
    begun: usize,
    /// Names of sheets as Excel writes them into a page.
    names: Vec<String>,
    /// Name of the SpreadsheetML sheet that began last.
    sheet: Option<String>,
    /// Inside a remark on a cell, whose text is none of its value.
    in_remark: bool,
    size: u64,
    made: u64,
}

/// A table being read.
#[derive(Default)]
struct Open {
    name: Option<String>,
    rows: Vec<Vec<Rc<str>>>,
    row: Option<Vec<Rc<str>>>,
    cell: Option<Cell>,
    /// By column, in how many further rows the text of a cell above stands too.
    spans: Vec<(usize, Rc<str>)>,
}

/// A cell being read, with the columns and rows that it covers.
struct Cell {
    text: String,
    wide: usize,
    high: usize,
    is_moment: bool,
}

impl Parser {
    fn text(&mut self, text: &str) {
        if let Some((_, Open { cell: Some(cell), .. })) = self.open.last_mut().filter(|_| !self.in_remark) {
            refer(text, &mut cell.text);
        }
    }

    /// Takes what begins with `<`; gives what follows it.
    fn tag<'a>(&mut self, from: &'a str) -> Result<&'a str> {
        let until = |end: &str| from.find(end).map_or("", |at| &from[at + end.len()..]);
        if let Some(comment) = from.strip_prefix("<!--") {
            let inside = &comment[..comment.find("-->").unwrap_or(comment.len())];
            for name in inside.split("<x:Name>").skip(1).filter_map(|rest| rest.split_once("</x:Name>")) {
                let mut plain = String::new();
                refer(name.0, &mut plain);
                self.names.push(plain);
            }
            return Ok(until("-->"));
        }
        if let Some(inside) = from.strip_prefix("<![CDATA[") {
            if let Some((_, Open { cell: Some(cell), .. })) = self.open.last_mut() {
                cell.text.push_str(&inside[..inside.find("]]>").unwrap_or(inside.len())]);
            }
            return Ok(until("]]>"));
        }
        let inside = &from[1..];
        if !inside.starts_with(|first: char| first.is_ascii_alphabetic() || "/!?".contains(first)) {
            self.text("<");
            return Ok(inside);
        }
        let end = end_of_tag(inside);
        let rest = inside.get(end + 1..).unwrap_or_default();
        let (is_end, tag) = match inside[..end].strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, &inside[..end]),
        };
        let (name, attributes) =
            tag.split_at(tag.find(|letter: char| letter.is_whitespace() || letter == '/').unwrap_or(tag.len()));
        let name = name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        match (name.as_str(), is_end) {
            ("script" | "style", false) if !attributes.ends_with('/') => {
                let end = format!("</{name}");
                let at = rest.as_bytes().windows(end.len()).position(|part| part.eq_ignore_ascii_case(end.as_bytes()));
                return Ok(at.map_or("", |at| &rest[at..]));
            }
            ("comment", is_end) => self.in_remark = !is_end && !attributes.ends_with('/'),
            ("worksheet", false) => self.sheet = attribute(attributes, "name"),
            ("table", false) => {
                let name = self.sheet.take();
                self.open.push((self.begun, Open { name, ..Open::default() }));
                self.begun += 1;
            }
            ("table", true) => self.end_table()?,
            ("tr" | "row", false) => {
                self.end_row()?;
                if let Some((_, table)) = self.open.last_mut() {
                    table.row = Some(Vec::new());
                    let place = number(attributes, "index").unwrap_or(0).saturating_sub(1);
                    let blank = place.saturating_sub(table.rows.len()).min(MOST_BLANK_ROWS as usize);
                    table.rows.extend(std::iter::repeat_n(Vec::new(), blank));
                    self.made += blank as u64 * CELL_BYTES;
                }
            }
            ("tr" | "row", true) => self.end_row()?,
            ("td" | "th" | "cell", false) => {
                self.begin_cell(&name, attributes)?;
                if name == "cell" && attributes.ends_with('/') {
                    self.end_cell()?;
                }
            }
            ("td" | "th" | "cell", true) => self.end_cell()?,
            ("data", false) => {
                if let Some((_, Open { cell: Some(cell), .. })) = self.open.last_mut() {
                    let kind = attribute(attributes, "type");
                    cell.is_moment = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("datetime"));
                }
            }
            ("br" | "p" | "div" | "li", _) => self.text(" "),
            _ => {}
        }
        within_limits(self.made, self.size)?;
        Ok(rest)
    }

    fn begin_cell(&mut self, tag: &str, attributes: &str) -> Result<()> {
        self.end_cell()?;
        let Some((_, table)) = self.open.last_mut() else { return Ok(()) };
        let of = |name: &str| number(attributes, name).unwrap_or(0).min(MOST_COLUMNS as usize);
        // SpreadsheetML counts what a cell covers beside itself, and names the column after cells left out.
        let (wide, high, place) = match tag {
            "cell" => (of("mergeacross") + 1, of("mergedown") + 1, of("index")),
            _ => (of("colspan").max(1), of("rowspan").max(1), 0),
        };
        let row = table.row.get_or_insert_default();
        self.made += fill(row, &mut table.spans, place);
        table.cell = Some(Cell { text: String::new(), wide, high, is_moment: false });
        Ok(())
    }

    fn end_cell(&mut self) -> Result<()> {
        let Some((_, table)) = self.open.last_mut() else { return Ok(()) };
        let (Some(cell), Some(row)) = (table.cell.take(), &mut table.row) else { return Ok(()) };
        let mut text = cell.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if cell.is_moment {
            text = text.replacen('T', " ", 1).trim_end_matches(".000").trim_end_matches(" 00:00:00").to_owned();
        }
        let (text, blank): (Rc<str>, Rc<str>) = (text.into(), "".into());
        for column in 0..cell.wide {
            let own = if column == 0 { &text } else { &blank };
            if cell.high > 1 {
                table.spans.resize(table.spans.len().max(row.len() + 1), (0, blank.clone()));
                table.spans[row.len()] = (cell.high - 1, own.clone());
            }
            if row.len() < MOST_COLUMNS as usize {
                row.push(own.clone());
            }
        }
        self.made += CELL_BYTES * (cell.wide as u64 - 1);
        within_limits(self.made, self.size)
    }

    fn end_row(&mut self) -> Result<()> {
        self.end_cell()?;
        let Some((_, table)) = self.open.last_mut() else { return Ok(()) };
        if let Some(mut row) = table.row.take() {
            let last = table.spans.iter().rposition(|(left, _)| *left > 0).map_or(0, |last| last + 2);
            self.made += fill(&mut row, &mut table.spans, last);
            table.rows.push(row);
        }
        within_limits(self.made, self.size)
    }

    fn end_table(&mut self) -> Result<()> {
        self.end_row()?;
        self.done.extend(self.open.pop());
        Ok(())
    }
}

/// Goes on in a row to the next column that is free, or to the column of that number, from 1; what stands in cells above
/// stands here too. How many bytes were made.
fn fill(row: &mut Vec<Rc<str>>, spans: &mut [(usize, Rc<str>)], place: usize) -> u64 {
    let mut made = 0;
    loop {
        let span = spans.get_mut(row.len()).filter(|(left, _)| *left > 0);
        if row.len() + 1 >= place.max(1) && span.is_none() || row.len() >= MOST_COLUMNS as usize {
            return made;
        }
        let text: Rc<str> = match span {
            Some((left, text)) => {
                *left -= 1;
                text.clone()
            }
            None => "".into(),
        };
        made += CELL_BYTES + text.len() as u64;
        row.push(text);
    }
}

/// Where a tag ends: a `>` in a quoted attribute is none.
fn end_of_tag(inside: &str) -> usize {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') if at > 0 && inside.as_bytes()[at - 1] == b'=' => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    // A quote that is never closed.
    inside.find('>').unwrap_or(inside.len())
}

/// The value of an attribute, whatever its prefix.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let key = before.trim_end().rsplit(|letter: char| letter.is_whitespace() || letter == ':').next()?;
        let after = after.trim_start();
        let (value, next) = match after.chars().next().filter(|quote| "\"'".contains(*quote)) {
            Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            None => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
        };
        if key.eq_ignore_ascii_case(name) {
            let mut plain = String::new();
            refer(value, &mut plain);
            return Some(plain);
        }
        rest = next;
    }
    None
}

fn number(attributes: &str, name: &str) -> Option<usize> {
    attribute(attributes, name)?.trim().parse().ok()
}

/// Appends a text with its references (`&amp;`, `&#8364;`) as what they stand for.
fn refer(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known =
            rest.find(';').filter(|end| *end <= LONGEST_REFERENCE).and_then(|end| Some((meant(&rest[1..end])?, end)));
        match known {
            Some((letter, end)) => {
                out.push(letter);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn meant(name: &str) -> Option<char> {
    if let Some(code) = name.strip_prefix('#') {
        let hex = code.strip_prefix(['x', 'X']).map(|code| u32::from_str_radix(code, 16));
        return char::from_u32(hex.unwrap_or_else(|| code.parse()).ok()?);
    }
    let latin = || LATIN.split(' ').zip('\u{a0}'..).find(|(known, _)| *known == name).map(|(_, letter)| letter);
    OTHERS.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter).or_else(latin)
}
