//! How a file is read, decided from its beginning: dialect, header, platform, columns.

use super::decode::SNIFF_BYTES;
use super::presets::{self, Preset, generic};
use super::records::{self, Dialect, Found, Record};
use super::roles::{self, Content};
use super::{Choice, Question, ReadOptions, Role, dates, numbers};
use crate::error::{Error, Position, Result};

/// Records shown as a preview.
const PREVIEW_RECORDS: usize = 8;
/// Records looked at to tell columns apart.
const SAMPLE_RECORDS: usize = 400;
/// More columns than any export has.
const MOST_COLUMNS: usize = 10_000;
/// Headers of numeric columns worth keeping in any table, as [`roles::plain`] writes them.
const KEPT_COLUMNS: [&str; 14] = [
    "promo",
    "promotion",
    "onpromotion",
    "on promotion",
    "open",
    "holiday",
    "isholiday",
    "is holiday",
    "schoolholiday",
    "school holiday",
    "stateholiday",
    "discount",
    "stock",
    "stock on hand",
];
/// How the file is read, decided from its beginning.
pub struct Plan {
    /// How the text is divided.
    pub dialect: Dialect,
    /// Records before the first data record.
    pub header_record: u64,
    /// Headers.
    pub headers: Vec<String>,
    /// Platform.
    pub preset: &'static Preset,
    /// Columns by role.
    pub roles: Vec<(Role, usize)>,
    /// The same, by place in [`ROLES`].
    pub columns: [Option<usize>; ROLES.len()],
    /// Columns that name the product where its own is blank.
    pub product_else: Vec<usize>,
    /// A second column with a status.
    pub second_status: Option<usize>,
    /// The column with the units that came back.
    pub returned: Option<usize>,
    /// Columns that the preset watches.
    pub watched: Vec<Option<usize>>,
    /// Further columns to keep.
    pub extra: Vec<usize>,
    /// Decimal mark.
    pub decimal: u8,
    /// Whether dates are numbers.
    pub serial: bool,
    /// The first data records.
    pub preview: Vec<Vec<String>>,
    /// Pattern of the dates, for people.
    pub pattern: String,
    /// Roles to ask for.
    pub missing: Vec<Role>,
}

const ROLES: [Role; 12] = [
    Role::Date,
    Role::Product,
    Role::Name,
    Role::Quantity,
    Role::Price,
    Role::Revenue,
    Role::Order,
    Role::Status,
    Role::Cancelled,
    Role::Store,
    Role::Category,
    Role::Currency,
];

impl Plan {
    /// The column of a role.
    pub fn column(&self, role: Role) -> Option<usize> {
        ROLES.iter().position(|known| *known == role).and_then(|place| self.columns[place])
    }

    /// Decides how the file is read; also says how many bytes lie before the first data record.
    pub fn sniff(text: &[u8], options: &ReadOptions) -> Result<(Self, usize)> {
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(
                Error::input("empty-file", "the file is empty").remedy("export it again, over a time with orders")
            );
        }
        let sample = &text[..text.len().min(SNIFF_BYTES)];
        let mut wanted = options.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
        let mut skip = 0;
        let mut skipped_records = 0;
        // Spreadsheets' own hint.
        if sample.len() > 4 && sample[..4].eq_ignore_ascii_case(b"sep=") {
            wanted = wanted.or(Some(sample[4]));
            skip = memchr::memchr(b'\n', sample).map_or(sample.len(), |end| end + 1);
            skipped_records = 1;
        }
        let dialect = records::sniff(&sample[skip..], wanted);
        let mut sampled = Vec::new();
        let mut places = Vec::new();
        let mut at = skip;
        while sampled.len() < SAMPLE_RECORDS {
            let mut record = Record::default();
            match records::next(&text[at..], dialect, true, 0, &mut record)? {
                Found::Record(used) => {
                    at += used;
                    if record.len() > MOST_COLUMNS {
                        return Err(Error::input("too-many-columns", format!("a record has {} columns", record.len()))
                            .remedy(format!("a table of orders has at most {MOST_COLUMNS}")));
                    }
                    sampled.push(record);
                    places.push(at);
                }
                Found::Partial | Found::End | Found::CutOff => break,
            }
        }
        let counts: Vec<usize> = sampled.iter().filter(|record| !record.is_blank()).map(Record::len).collect();
        let columns = records::mode(&counts);
        if columns < 2 {
            return Err(Error::input("not-a-table", "no columns were found: every line is one piece of text")
                .remedy("export the orders as CSV, or name the delimiter")
                .arg("kind", "text"));
        }
        let full = |record: &&Record| record.len() + 1 >= columns && record.len() > 1 && !record.is_blank();
        let header = sampled.iter().position(|record| full(&record)).unwrap_or(0);
        let looks_like_data = |record: &Record| {
            let cells = record.len();
            (0..cells).any(|cell| dates::parse(record.field(cell), false).is_some())
                && (0..cells).any(|cell| numbers::parse(record.field(cell), b'.').is_some())
        };
        let headless = looks_like_data(&sampled[header]);
        let headers: Vec<String> = if headless {
            (1..=sampled[header].len()).map(|place| format!("column {place}")).collect()
        } else {
            sampled[header].texts().iter().map(|text| text.trim_start_matches('\u{feff}').to_owned()).collect()
        };
        let data_from = if headless { header } else { header + 1 };
        let used = if data_from == 0 { skip } else { places[data_from - 1] };
        let data = &sampled[data_from.min(sampled.len())..];
        if data.iter().all(Record::is_blank) {
            return Err(Error::input("no-data-rows", "the file has a header but no rows")
                .remedy("export it again, over a time with orders"));
        }
        let contents = roles::contents(data, headers.len());
        let plain: Vec<String> = headers.iter().map(|header| roles::plain(header)).collect();
        let preset = if headless { &generic::PRESET } else { presets::by_headers(&plain) };
        let assigned = roles::assign(&headers, &contents, &options.roles, preset.roles);
        let mut by_role = [None; ROLES.len()];
        for (role, column) in &assigned {
            if let Some(place) = ROLES.iter().position(|known| known == role) {
                by_role[place] = Some(*column);
            }
        }
        let has = |role: Role| assigned.iter().any(|(known, _)| *known == role);
        let mut missing = Vec::new();
        if !has(Role::Date) {
            if contents.iter().all(|content| content.serial_dates < 0.5) {
                return Err(Error::input("no-date-column", "no column holds dates")
                    .remedy("export the report with one row per order or per day; this one has totals only")
                    .at(Position { record: Some(header as u64 + 1 + skipped_records), ..Position::default() }));
            }
            missing.push(Role::Date);
        }
        if !has(Role::Product) && !has(Role::Name) {
            missing.push(Role::Product);
        }
        if !has(Role::Quantity) && !preset.one_per_line {
            missing.push(Role::Quantity);
        }
        let extra = (0..headers.len())
            .filter(|column| assigned.iter().all(|(_, used)| used != column))
            .filter(|&column| {
                let asked = options.extra.iter().any(|wanted| roles::plain(wanted) == plain[column]);
                let numeric = contents[column].numbers >= 0.5;
                asked || (numeric && KEPT_COLUMNS.contains(&plain[column].as_str()))
            })
            .collect();
        let column_of = |role: Role| assigned.iter().find(|(known, _)| *known == role).map(|(_, column)| *column);
        let numeric = [Role::Quantity, Role::Price, Role::Revenue].into_iter().filter_map(column_of);
        let cells: Vec<&[u8]> =
            numeric.flat_map(|column| data.iter().map(move |record| record.field(column))).collect();
        let decimal = match options.decimal {
            Some(',') => b',',
            Some(_) => b'.',
            None => preset.decimal.unwrap_or_else(|| numbers::decimal_mark(cells.into_iter())),
        };
        let date = column_of(Role::Date);
        let content = date.map_or(Content::default(), |column| contents[column]);
        let first =
            date.and_then(|column| data.iter().map(|record| record.field(column)).find(|cell| !cell.is_empty()));
        let pattern = first.map_or_else(String::new, pattern);
        let place = |names: &[&str]| names.iter().find_map(|name| plain.iter().position(|header| header == name));
        let plan = Plan {
            dialect,
            product_else: preset.product_else.iter().filter_map(|name| place(&[*name])).collect(),
            second_status: place(preset.second_status),
            returned: place(preset.returned),
            watched: preset.watches.iter().map(|names| place(names)).collect(),
            header_record: data_from as u64 + skipped_records,
            preview: data.iter().take(PREVIEW_RECORDS).map(Record::texts).collect(),
            headers,
            preset,
            roles: assigned,
            columns: by_role,
            extra,
            decimal,
            serial: content.dates < content.serial_dates,
            pattern,
            missing,
        };
        Ok((plan, used))
    }

    /// Asks for the columns that were not found.
    pub fn questions(&self) -> Vec<Question> {
        let asked = |role: Role| match role {
            Role::Date => ("column-date", "Which column says when it was sold?"),
            Role::Quantity => ("column-quantity", "Which column says how many were sold?"),
            _ => ("column-product", "Which column names the product?"),
        };
        self.missing
            .iter()
            .map(|&role| {
                let (code, text) = asked(role);
                let free = (0..self.headers.len()).filter(|column| self.roles.iter().all(|(_, used)| used != column));
                let choices = free
                    .map(|column| Choice {
                        value: self.headers[column].clone(),
                        consequence: self.preview.first().and_then(|row| row.get(column)).cloned().unwrap_or_default(),
                    })
                    .collect();
                Question { code: code.into(), text: text.into(), column: None, examples: Vec::new(), choices }
            })
            .collect()
    }
}

/// The pattern of a date, for people.
fn pattern(text: &[u8]) -> String {
    let Some(stamp) = dates::parse(text, true) else { return String::new() };
    if matches!(stamp.day, dates::Day::Either { .. }) {
        return "D/M".into();
    }
    let text = String::from_utf8_lossy(text);
    if text.chars().all(|letter| letter.is_ascii_digit() || letter == '.') {
        return if text.len() == 8 { "YYYYMMDD".into() } else { "number".into() };
    }
    if !text.starts_with(|letter: char| letter.is_ascii_digit())
        || text.chars().any(char::is_alphabetic) && !text.contains('T')
    {
        return "D MONTH YYYY".into();
    }
    let mut pattern = String::from("YYYY-MM-DD");
    if stamp.minute.is_some() {
        pattern += if text.contains('T') { "THH:MM" } else { " HH:MM" };
        if text.matches(':').count() > 1 {
            pattern += ":SS";
        }
        if text.get(10..).is_some_and(|zone| zone.contains(['+', '-'])) {
            pattern += " ±ZZZZ";
        }
    }
    pattern
}
