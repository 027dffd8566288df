//! The reader: bytes in, order lines out.

use super::decode::{Decode, SNIFF_BYTES};
use super::lines::{Lines, NewLine, Reasons};
use super::presets::{self, Line, Preset, Verdict, generic};
use super::records::{self, Dialect, Found, Record};
use super::repeats::Repeats;
use super::roles::{self, Content};
use super::{Choice, DateOrder, Question, ReadOptions, Reading, Report, Role, dates, numbers};
use crate::calendar::Frequency;
use crate::error::{Error, Position, Result};
use crate::notes::Note;

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
/// Share of day-or-month evidence from the file's order that must point one way.
const ORDER_EVIDENCE: u32 = 20;

/// Reads a file piece by piece: give it bytes as they come, then ask for the result.
///
/// ```
/// use tillcast::ingest::{ReadOptions, Reader};
/// let mut reader = Reader::new("sales.csv", ReadOptions::default());
/// reader.push(b"date,sku,qty\n2026-01-01,A,2\n2026-01-02,A,3\n2026-01-03,A,1\n")?;
/// let reading = reader.finish()?;
/// assert_eq!(reading.orders.quantity, [2.0, 3.0, 1.0]);
/// # Ok::<(), tillcast::Error>(())
/// ```
pub struct Reader {
    name: String,
    options: ReadOptions,
    decode: Option<Decode>,
    text: Vec<u8>,
    plan: Option<Plan>,
    record: Record,
    number: u64,
    read: u64,
    lines: Lines,
    reasons: Reasons,
    /// Orders worth a note: its code, and a line of the order.
    noted: Vec<(&'static str, usize)>,
    order: OrderFields,
    repeats: Repeats,
    currencies: Vec<Vec<u8>>,
    cut_off: bool,
}

/// How the file is read, decided from its beginning.
struct Plan {
    dialect: Dialect,
    header_record: u64,
    headers: Vec<String>,
    preset: &'static Preset,
    roles: Vec<(Role, usize)>,
    columns: [Option<usize>; ROLES.len()],
    extra: Vec<usize>,
    decimal: u8,
    serial: bool,
    preview: Vec<Vec<String>>,
    pattern: String,
    missing: Vec<Role>,
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
    fn column(&self, role: Role) -> Option<usize> {
        ROLES.iter().position(|known| *known == role).and_then(|place| self.columns[place])
    }
}

/// Fields that stand only on the first line of an order, kept for its other lines.
#[derive(Default)]
struct OrderFields {
    date: Vec<u8>,
    status: Vec<u8>,
    cancelled: Vec<u8>,
    currency: Vec<u8>,
}

impl Reader {
    /// A reader for a file of that name (used in messages only, never to guess the format).
    pub fn new(name: &str, options: ReadOptions) -> Self {
        Self {
            name: name.to_owned(),
            options,
            decode: None,
            text: Vec::new(),
            plan: None,
            record: Record::default(),
            number: 0,
            read: 0,
            lines: Lines::default(),
            reasons: Reasons::default(),
            noted: Vec::new(),
            order: OrderFields::default(),
            repeats: Repeats::default(),
            currencies: Vec::new(),
            cut_off: false,
        }
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// Fails as soon as it is certain that the file is no table of orders.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.take(bytes, false).map_err(|error| error.in_file(&self.name))
    }

    fn take(&mut self, bytes: &[u8], last: bool) -> Result<()> {
        if self.decode.is_none() {
            self.decode = Some(Decode::new(self.options.encoding.as_deref())?);
        }
        let Some(decode) = &mut self.decode else { return Ok(()) };
        decode.push(bytes, &mut self.text)?;
        if last {
            decode.finish(&mut self.text)?;
        }
        if self.plan.is_none() {
            // The decoder lets nothing through before it has seen enough, so this is enough to plan with.
            if !last && self.text.len() < SNIFF_BYTES / 4 {
                return Ok(());
            }
            let (plan, used) = self.sniff()?;
            let names: Vec<String> = plan.extra.iter().map(|&column| plan.headers[column].clone()).collect();
            self.lines = Lines::new(&names);
            self.number = plan.header_record;
            self.plan = Some(plan);
            self.text.drain(..used);
        }
        self.consume(last)
    }

    fn consume(&mut self, last: bool) -> Result<()> {
        let Some(plan) = self.plan.take() else { return Ok(()) };
        let text = std::mem::take(&mut self.text);
        let mut record = std::mem::take(&mut self.record);
        let mut at = 0;
        let outcome = loop {
            match records::next(&text[at..], plan.dialect, last, self.number + 1, &mut record) {
                Ok(Found::Record(used)) => {
                    at += used;
                    self.number += 1;
                    let whole = text[at - 1] == plan.dialect.line_end || record.len() >= plan.headers.len();
                    if !whole && at == text.len() {
                        self.cut_off = true;
                        self.number -= 1;
                    } else if !record.is_blank() {
                        self.read += 1;
                        self.line(&plan, &record);
                    }
                }
                Ok(Found::CutOff) => {
                    self.cut_off = true;
                    at = text.len();
                    break Ok(());
                }
                Ok(Found::Partial | Found::End) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        self.text = text;
        self.text.drain(..at);
        self.record = record;
        self.plan = Some(plan);
        outcome
    }

    fn line(&mut self, plan: &Plan, record: &Record) {
        let cell = |role: Role| plan.column(role).map_or(&[][..], |column| record.field(column));
        let order = cell(Role::Order);
        let same = self.repeats.continues(order);
        if !same {
            self.repeats.begin(order, &self.lines);
        }
        let fields = &mut self.order;
        if plan.preset.fills_forward {
            for (kept, role) in [
                (&mut fields.date, Role::Date),
                (&mut fields.status, Role::Status),
                (&mut fields.cancelled, Role::Cancelled),
                (&mut fields.currency, Role::Currency),
            ] {
                let written = cell(role);
                if !same || !written.is_empty() {
                    kept.clear();
                    kept.extend_from_slice(written);
                }
            }
        }
        let filled = plan.preset.fills_forward;
        let (date, status, cancelled, currency) = if filled {
            (&fields.date[..], &fields.status[..], &fields.cancelled[..], &fields.currency[..])
        } else {
            (cell(Role::Date), cell(Role::Status), cell(Role::Cancelled), cell(Role::Currency))
        };
        let name = cell(Role::Name);
        let sku = cell(Role::Product);
        let mut key = std::borrow::Cow::Borrowed(if sku.is_empty() { name } else { sku });
        if plan.preset.upper_case && key.iter().any(u8::is_ascii_lowercase) {
            key = key.to_ascii_uppercase().into();
        }
        let number = self.number;
        if plan.column(Role::Quantity).is_some_and(|column| column >= record.len()) {
            return self.reasons.add("short-row", number);
        }
        let units = cell(Role::Quantity);
        let quantity = match numbers::parse(units, plan.decimal) {
            Some(quantity) => quantity,
            None if units.is_empty() && plan.preset.one_per_line => 1.0,
            None if units.is_empty() => f64::NAN,
            None => return self.reasons.add("bad-number", number),
        };
        let mut price = numbers::parse(cell(Role::Price), plan.decimal).unwrap_or(f64::NAN);
        if price.is_nan() && quantity > 0.0 {
            price = numbers::parse(cell(Role::Revenue), plan.decimal).map_or(f64::NAN, |revenue| revenue / quantity);
        }
        let note = match (plan.preset.judge)(&Line { product: &key, order, status, cancelled, quantity, price }) {
            Verdict::Use => None,
            Verdict::UseAndNote(code) => Some(code),
            Verdict::LeaveOut(reason) => return self.reasons.add(reason, number),
        };
        if date.is_empty() {
            return self.reasons.add(if key.is_empty() || quantity.is_nan() { "total-row" } else { "no-date" }, number);
        }
        if key.is_empty() {
            return self.reasons.add("no-product", number);
        }
        // A blank is a missing value of a series, but no order.
        if quantity.is_nan() && (plan.column(Role::Order).is_some() || plan.column(Role::Status).is_some()) {
            return self.reasons.add("no-quantity", number);
        }
        let Some(stamp) = self.lines.stamp(date, plan.serial) else { return self.reasons.add("bad-date", number) };
        if !currency.is_empty() {
            if !self.currencies.iter().any(|known| known == currency) {
                self.currencies.push(currency.to_vec());
            }
            if self.options.currency.as_ref().is_some_and(|wanted| !wanted.as_bytes().eq_ignore_ascii_case(currency)) {
                return self.reasons.add("other-currency", number);
            }
        }
        let line = NewLine {
            key: &key,
            name,
            category: cell(Role::Category),
            store: cell(Role::Store),
            stamp,
            quantity,
            price,
            record: number,
        };
        let extra =
            plan.extra.iter().map(|&column| numbers::parse(record.field(column), plan.decimal).unwrap_or(f64::NAN));
        let has_price = plan.column(Role::Price).is_some() || plan.column(Role::Revenue).is_some();
        self.lines.add(&line, extra, has_price, plan.column(Role::Store).is_some());
        if let Some(code) = note
            && self.noted.last().is_none_or(|&(known, line)| known != code || line < self.repeats.begins_at())
        {
            self.noted.push((code, self.lines.len() - 1));
        }
    }

    /// Decides how the file is read; also says how many bytes lie before the first data record.
    fn sniff(&mut self) -> Result<(Plan, usize)> {
        let text = &self.text;
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(
                Error::input("empty-file", "the file is empty").remedy("export it again, over a time with orders")
            );
        }
        let sample = &text[..text.len().min(SNIFF_BYTES)];
        let mut wanted = self.options.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
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
        let assigned = roles::assign(&headers, &contents, &self.options.roles, preset.roles);
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
                let asked = self.options.extra.iter().any(|wanted| roles::plain(wanted) == plain[column]);
                let numeric = contents[column].numbers >= 0.5;
                asked || (numeric && KEPT_COLUMNS.contains(&plain[column].as_str()))
            })
            .collect();
        let column_of = |role: Role| assigned.iter().find(|(known, _)| *known == role).map(|(_, column)| *column);
        let numeric = [Role::Quantity, Role::Price, Role::Revenue].into_iter().filter_map(column_of);
        let cells: Vec<&[u8]> =
            numeric.flat_map(|column| data.iter().map(move |record| record.field(column))).collect();
        let decimal = match self.options.decimal {
            Some(',') => b',',
            Some(_) => b'.',
            None => numbers::decimal_mark(cells.into_iter()),
        };
        let date = column_of(Role::Date);
        let content = date.map_or(Content::default(), |column| contents[column]);
        let first =
            date.and_then(|column| data.iter().map(|record| record.field(column)).find(|cell| !cell.is_empty()));
        let pattern = first.map_or_else(String::new, pattern);
        let plan = Plan {
            dialect,
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

    /// Ends the file.
    ///
    /// # Errors
    /// Fails if the file holds no usable order lines, with what it is and what to do.
    pub fn finish(mut self) -> Result<Reading> {
        let name = self.name.clone();
        self.take(&[], true).map_err(|error| error.in_file(&name))?;
        self.close().map_err(|error| error.in_file(&name))
    }

    fn close(mut self) -> Result<Reading> {
        let (Some(plan), Some(decode)) = (self.plan.take(), self.decode.take()) else {
            return Err(Error::internal("the file was never planned"));
        };
        let mut reasons = std::mem::take(&mut self.reasons);
        let repeats = std::mem::take(&mut self.repeats).finish(&self.lines);
        self.lines.leave_out(&repeats, "duplicate", &mut reasons);
        let mut notes = Vec::new();
        if decode.replaced > 0 {
            notes.push(
                Note::warning(
                    "bytes-replaced",
                    format!("{} characters could not be read; another encoding may be right", decode.replaced),
                )
                .count(decode.replaced),
            );
        }
        if self.cut_off {
            self.read += 1;
            reasons.add("cut-off", self.number + 1);
            notes.push(
                Note::warning(
                    "cut-off",
                    format!(
                        "the file ends inside record {}: it was cut off; the records before are used",
                        self.number + 1
                    ),
                )
                .arg("record", self.number + 1),
            );
        }
        let mut noted: Vec<(&str, u64)> = Vec::new();
        for (code, _) in self.noted.iter().filter(|(_, line)| !self.lines.is_left_out(*line)) {
            match noted.iter_mut().find(|(known, _)| known == code) {
                Some((_, count)) => *count += 1,
                None => noted.push((code, 1)),
            }
        }
        for (code, count) in noted {
            let text = match code {
                "pending-kept" => "orders still to be paid are counted",
                "partly-refunded-kept" => "partly refunded orders are counted in full",
                other => other,
            };
            notes.push(Note::info(code, text).count(count));
        }
        let mut questions = plan.questions();
        let currencies: Vec<String> =
            self.currencies.iter().map(|code| String::from_utf8_lossy(code).into_owned()).collect();
        let (order, doubt) = self.date_order();
        if doubt && questions.is_empty() {
            questions.push(self.date_question(&plan));
        }
        let orders = std::mem::take(&mut self.lines).finish(order, &mut reasons);
        let left_out = reasons.finish();
        if orders.product.is_empty() && questions.is_empty() {
            let why: Vec<String> = left_out.iter().map(|left| format!("{} {}", left.count, left.reason)).collect();
            return Err(Error::input(
                "nothing-left",
                format!("none of the {} rows can be used: {}", self.read, why.join(", ")),
            )
            .remedy("check the columns, or export another time span"));
        }
        let pattern = match (order, plan.pattern.as_str()) {
            (DateOrder::Mdy, "D/M") => "MM/DD/YYYY".to_owned(),
            (_, "D/M") => "DD/MM/YYYY".to_owned(),
            (_, other) => other.to_owned(),
        };
        let report = Report {
            file: self.name,
            source: plan.preset.name.into(),
            encoding: decode.encoding().map_or("UTF-8", |encoding| encoding.name()).to_lowercase(),
            delimiter: char::from(plan.dialect.delimiter).to_string(),
            header_record: plan.header_record,
            roles: plan.roles.iter().map(|(role, column)| (*role, plan.headers[*column].clone())).collect(),
            headers: plan.headers,
            preview: plan.preview,
            date_pattern: pattern,
            rows_read: self.read,
            rows_used: orders.product.len() as u64,
            left_out,
            currencies,
        };
        let orders = if questions.is_empty() { orders } else { super::Orders::default() };
        Ok(Reading { orders, report, questions, notes })
    }

    /// The order of day and month, and whether it is in doubt.
    fn date_order(&self) -> (DateOrder, bool) {
        if let Some(order) = self.options.date_order {
            return (order, false);
        }
        if !self.lines.is_undecided() {
            return (DateOrder::Ymd, false);
        }
        let evidence = self.lines.evidence();
        let (first, second) = evidence.largest;
        match (first > 12, second > 12) {
            (true, false) => return (DateOrder::Dmy, false),
            (false, true) => return (DateOrder::Mdy, false),
            // Both cannot be months: most files that mix were half changed by a spreadsheet; the first reading stands.
            (true, true) => return (DateOrder::Dmy, false),
            (false, false) => {}
        }
        // A file in the order of its dates runs one way when read right.
        let runs = |back: u32, forth: u32| back.min(forth) == 0 && back.max(forth) >= ORDER_EVIDENCE;
        let (back, forth) = (evidence.backwards, evidence.forwards);
        match (runs(back.0, forth.0), runs(back.1, forth.1)) {
            (true, false) => (DateOrder::Dmy, false),
            (false, true) => (DateOrder::Mdy, false),
            _ => (DateOrder::Dmy, true),
        }
    }

    fn date_question(&self, plan: &Plan) -> Question {
        // An example that reads differently both ways tells most.
        let example =
            self.lines.undecided().find(|(first, second, _)| first != second).or_else(|| self.lines.undecided().next());
        let (first, second, year) = example.unwrap_or((1, 2, 2026));
        let read = |order| {
            let days = dates::Day::Either { first, second, year }.in_order(order).unwrap_or(0);
            Frequency::Day.label(days)
        };
        let choice = |value: &str, order| Choice { value: value.into(), consequence: read(order) };
        let column = plan.column(Role::Date).map(|column| plan.headers[column].clone());
        let examples =
            plan.preview.iter().filter_map(|row| plan.column(Role::Date).and_then(|column| row.get(column)).cloned());
        Question {
            code: "date-order".into(),
            text: format!(
                "{first:02}/{second:02}/{year} can be read two ways: which comes first, the day or the month?"
            ),
            column,
            examples: examples.take(3).collect(),
            choices: vec![choice("dmy", DateOrder::Dmy), choice("mdy", DateOrder::Mdy)],
        }
    }
}

impl Plan {
    /// Asks for the columns that were not found.
    fn questions(&self) -> Vec<Question> {
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
