//! How a file is read, decided from its beginning: dialect, header, platform, columns.

mod cells;
mod decimal;
mod notes;
mod questions;

use crate::order::sort_many;
use cells::NO_COLUMN;
pub use cells::{Cells, ROLE_COUNT};
use questions::{decimal_question_of, period_question, totals_question};

use super::covered::Covered;
use super::decode::SNIFF_BYTES;
use super::groups::Groups;
use super::layout::{self, Layout};
use super::marks::Marks;
use super::presets::{self, Holds, Preset, generic};
use super::records::{self, Dialect, Found, Record, Records};
use super::roles::{self, Content};
use super::shape::{self, Melt, Shape};
use super::{
    Answered, DateOrder, Question, ReadOptions, Role, Totals, dates, extras, header, keys, kinds, mapping, numbers,
    pattern, returns, units, variants, words,
};
use crate::error::{Error, Position, Result};
use crate::notes::Note;

/// Records shown as a preview.
const PREVIEW_RECORDS: usize = 8;
/// Records looked at to tell columns apart.
const SAMPLE_RECORDS: usize = 400;
/// More columns than any export has.
const MOST_COLUMNS: usize = 10_000;
/// How the file is read, decided from its beginning.
pub struct Plan {
    /// How the text is divided.
    pub dialect: Dialect,
    /// Record number of the header, from 1; 0 for none.
    pub header_record: u64,
    /// Records before the first data record.
    pub before: u64,
    /// Bytes before it.
    pub begin: usize,
    /// Headers.
    pub headers: Vec<String>,
    /// Platform.
    pub preset: &'static Preset,
    /// Columns by role.
    pub roles: Vec<(Role, usize)>,
    /// The same, each at its role's number; past all columns where there is none.
    columns: [usize; ROLE_COUNT],
    /// The roles that have columns, and which.
    filled: Vec<(Role, usize)>,
    /// How records become lines, where they are none.
    pub melt: Option<Melt>,
    /// Cells that a record has at most; one with more was divided wrongly.
    pub width: usize,
    /// A column of amounts in several currencies, told by their signs.
    pub money: Option<usize>,
    /// Order of day and month where the dates do not tell it, by the platform or the language.
    pub date_order: Option<DateOrder>,
    /// Whether the days stand in another file, or nowhere.
    pub undated: bool,
    /// What the sums are of, where the file does not tell.
    pub covered: Option<Covered>,
    /// What was noted on the way.
    pub notes: Vec<Note>,
    /// What must be asked, beside columns.
    pub questions: Vec<Question>,
    /// What would be asked, had it not been answered.
    pub answered: Vec<Answered>,
    /// Whether lines count money, not pieces or orders.
    pub counts_money: bool,
    /// Columns that name the product where its own is blank.
    pub product_else: Vec<usize>,
    /// A second column with a status.
    pub second_status: Option<usize>,
    /// The column with the units that came back.
    pub returned: Option<usize>,
    /// Columns that the preset watches.
    pub watched: Vec<Option<usize>>,
    /// Columns of variations.
    pub variants: Vec<usize>,
    /// The column that says what the quantity counts.
    pub unit: Option<usize>,
    /// The column that says how many of the product are in one set.
    pub per_set: Option<usize>,
    /// Further columns to keep, as they stand in a line.
    pub extra: Vec<usize>,
    /// Their headers.
    pub extra_names: Vec<String>,
    /// Decimal mark.
    pub decimal: u8,
    /// Whether dates are numbers.
    pub serial: bool,
    /// The first data records.
    pub preview: Vec<Vec<String>>,
    /// Roles to ask for.
    pub missing: Vec<Role>,
    /// By which files with the same headers are known.
    pub layout: String,
    /// Whether something was said about files of this layout.
    pub mapped: bool,
    /// What each column is read as.
    pub meanings: Vec<mapping::Column>,
    /// Columns with any dates, those with the most first.
    pub dated: Vec<usize>,
    /// Columns of numbers that may count something.
    pub countable: Vec<usize>,
    /// Columns that mark test orders and gift cards.
    pub marks: Marks,
    /// What stands above the rows that it holds for.
    pub groups: Option<Groups>,
}

impl Plan {
    /// The pattern of the file's dates for people, by what was seen of them; empty where they stand in another file.
    pub fn date_pattern(&self, order: DateOrder) -> String {
        let date = self.roles.iter().find(|(role, _)| *role == Role::Date).map(|(_, column)| *column);
        let across = match self.melt.as_ref().map(|melt| &melt.shape) {
            Some(Shape::DaysAcross(across)) => across.as_slice(),
            _ => &[],
        };
        let headers = across.iter().filter_map(|(column, _)| self.headers.get(*column));
        // Rows of nothing but a date have it in any column.
        let heads = self.preview.iter().filter(|_| self.groups.as_ref().is_some_and(|groups| groups.date_rows));
        let heads = heads.filter_map(|row| row.iter().find(|cell| dates::parse(cell.as_bytes(), false).is_some()));
        let cells = self.preview.iter().filter_map(|row| row.get(date?)).chain(heads);
        pattern::of_column(headers.chain(cells).map(String::as_str), order)
    }

    /// Decides how the file is read; also says how many bytes lie before the first data record.
    pub fn sniff(text: &[u8], options: &ReadOptions) -> Result<(Self, usize)> {
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(
                Error::input("empty-file", "the file is empty").remedy("export it again, over a time with orders")
            );
        }
        // No more than that, however much came at once: equal files, and all sections of one, are read in one way.
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
        let mut records = Records::default();
        records.start(&sample[skip..], dialect);
        while sampled.len() < SAMPLE_RECORDS {
            if records.next(&sample[skip..], dialect, true, 0)? != Found::Row {
                break;
            }
            let row = records.row(&sample[skip..]);
            if row.len() > MOST_COLUMNS {
                return Err(Error::input("too-many-columns", format!("a record has {} columns", row.len()))
                    .remedy(format!("a table of orders has at most {MOST_COLUMNS}")));
            }
            sampled.push(row.to_record());
            places.push(skip + records.used());
        }
        let counts: Vec<usize> = sampled.iter().filter(|record| !record.is_blank()).map(Record::len).collect();
        let columns = records::mode(&counts);
        if columns < 2 {
            return Err(Error::input("not-a-table", "no columns were found: every line is one piece of text")
                .remedy("export the orders as CSV, or name the delimiter")
                .arg("kind", "text"));
        }
        let head = header::find(&sampled, columns);
        let headers: Vec<String> = if head.headless {
            (1..=sampled[head.header].len()).map(|place| format!("column {place}")).collect()
        } else {
            sampled[head.header].texts().iter().map(|text| text.trim_start_matches('\u{feff}').to_owned()).collect()
        };
        let data_from = head.data_from;
        // What the sample cuts off tells of no cell what it holds, unless nothing else does.
        let is_cut = text.len() > sample.len() && places.last().is_some_and(|&end| end >= sample.len());
        if is_cut && sampled.len() > data_from + 1 {
            sampled.pop();
        }
        let used = if data_from == 0 { skip } else { places[data_from - 1] };
        let data = &sampled[data_from.min(sampled.len())..];
        if data.is_empty() && text.len() > sample.len() {
            // The rows come behind what was looked at.
            return Err(Error::input(
                "too-many-columns",
                format!("the header is longer than {} KB", SNIFF_BYTES >> 10),
            )
            .remedy(format!("a table of orders has at most {MOST_COLUMNS} columns, with short names")));
        }
        if data.iter().all(Record::is_blank) {
            return Err(Error::input("no-data-rows", "the file has a header but no rows")
                .remedy("export it again, over a time with orders"));
        }
        // Totals in the margin are like no cell of their columns.
        let is_total = |record: &&Record| {
            (0..record.len()).map(|cell| record.field(cell)).find(|cell| !cell.is_empty()).is_some_and(shape::is_total)
        };
        let mut rows: Vec<&Record> = data.iter().filter(|record| !record.is_blank() && !is_total(record)).collect();
        let mut groups = if head.headless { Groups::default() } else { Groups::by_rows(&rows) };
        rows.retain(|record| !groups.is_head(record));
        let mut contents = roles::contents(&rows, headers.len());
        let file_layout = mapping::layout_of(&headers, head.headless);
        let said = mapping::Said::of(options, &headers, &file_layout);
        let any_dates = contents.iter().any(|content| content.dates > 0.0);
        // What is not to be used has no name and no content that a guess could go by.
        let mut usable = headers.clone();
        for (column, _) in said.unused.iter().enumerate().filter(|(_, unused)| **unused) {
            usable[column].clear();
            contents[column] = Content::default();
        }
        let plain: Vec<String> = headers.iter().map(|header| roles::plain(header)).collect();
        let preset = if head.headless { &generic::PRESET } else { presets::by_headers(&plain) };
        let header_at = Position { record: Some(head.header as u64 + 1 + skipped_records), ..Position::default() };
        if let Holds::Sums(report) = preset.holds
            && said.roles.iter().all(|(role, _)| *role != Role::Date)
        {
            return Err(Error::input("no-date-column", "this report has one sum for each product, and no days")
                .remedy(format!("export {report} instead"))
                .arg("kind", "sums")
                .arg("report", report)
                .at(header_at));
        }
        let needed: &[Role] = match (preset.holds, preset.one_per_line) {
            (Holds::Lines, false) => &[Role::Date, Role::Product, Role::Name, Role::Quantity],
            (Holds::Lines, true) => &[Role::Date, Role::Product, Role::Name],
            (Holds::Cells(..) | Holds::Orders(_), _) => &[Role::Date],
            _ => &[],
        };
        let mut assigned = roles::assign(&usable, &contents, &said.roles, preset.roles, needed);
        if assigned.iter().all(|(role, _)| *role != Role::Date) {
            assigned.extend(self::dates_of_a_format(&rows, &plain, &said.unused).map(|column| (Role::Date, column)));
        }
        let place = |names: &[&str]| names.iter().find_map(|name| roles::place(&plain, name));
        let given: Vec<Role> = said.roles.iter().map(|(role, _)| *role).collect();
        if !head.headless {
            keys::mend(&rows, &plain, &contents, &mut assigned, &given, preset);
        }
        if !preset.roles.is_empty() || given.contains(&Role::Date) || given.contains(&Role::Product) {
            groups = Groups::default();
        }
        // Rows of customers stand above their lines too: a column whose header says product tells it.
        let named = |(role, column): &(Role, usize)| {
            *role == Role::Product && words::is_word_of(&plain[*column], &[Role::Product])
        };
        if groups.product_rows.is_some() && assigned.iter().any(named) {
            groups = Groups::default();
        }
        if let Some(column) = groups.product_rows {
            assigned.retain(|(role, used)| *used != column && !matches!(role, Role::Product | Role::Name));
            assigned.push((Role::Product, column));
        }
        let mut layout = if head.headless || !preset.roles.is_empty() {
            Layout::default()
        } else {
            layout::of_table(&rows, &usable, &contents, &mut assigned, &given)
        };
        let mut question = None;
        match preset.holds {
            Holds::Cells(names, split) => layout.shape = place(names).map(|column| Shape::Cells(column, split)),
            Holds::Orders(report) => question = Some(report),
            _ if layout.is_without_products => question = Some("the report with one row for each product of an order"),
            _ => {}
        }
        let column_of = |assigned: &[(Role, usize)], role: Role| {
            assigned.iter().find(|(known, _)| *known == role).map(|(_, column)| *column)
        };
        if let Holds::OrdersOf(file) = preset.holds {
            question = Some(file);
        }
        let (mut answered, mut counts_money, mut covered, mut of_period) = (Vec::new(), false, None, None);
        if let Holds::Period(report) = preset.holds {
            let said = options.report_period.as_deref();
            let question = period_question(&file_layout, report, said);
            covered = said.and_then(Covered::parse);
            match covered.and(said) {
                Some(value) => answered.push(Answered { question, value: value.into() }),
                None => of_period = Some(question),
            }
        }
        let question = question.and_then(|report| {
            // Sums by day count their orders or units in a column; else each record is an order.
            let count = column_of(&assigned, Role::Quantity);
            let value = column_of(&assigned, Role::Revenue).or_else(|| column_of(&assigned, Role::Price));
            let (name, column) = match options.without_products {
                Some(Totals::Revenue) => ("revenue", value),
                _ => ("orders", count),
            };
            layout.shape = Some(Shape::Series(name.into(), column));
            let question = totals_question(&file_layout, report, value.is_some());
            if options.without_products.is_none() {
                return Some(question);
            }
            answered.push(Answered { question, value: name.into() });
            counts_money = name == "revenue";
            None
        });
        if layout.shape.as_ref().is_none_or(Shape::is_across) {
            let found = variants::columns(&plain, &said.unused, &assigned);
            assigned.extend(found.into_iter().map(|column| (Role::Variant, column)));
        }
        // What a platform's own rules tell of a line needs no guess.
        let is_open = preset.roles.is_empty() && layout.shape.is_none() && !given.contains(&Role::Kind);
        let kinds = (0..plain.len()).filter(|_| is_open).find(|&column| {
            !said.unused[column]
                && assigned.iter().all(|(_, used)| *used != column)
                && kinds::is_of_kinds(&plain[column], &rows, column)
        });
        assigned.extend(kinds.map(|column| (Role::Kind, column)));
        let own = preset.roles.is_empty() && layout.shape.is_none();
        let back = own.then(|| returns::of_table(&rows, &plain, &contents, &mut assigned, &given)).flatten();
        let has_shape = |test: &dyn Fn(&Shape) -> bool| layout.shape.as_ref().is_some_and(test);
        let days_across = has_shape(&|shape| matches!(shape, Shape::DaysAcross(_)));
        let has = |role: Role| column_of(&assigned, role).is_some();
        let mut missing = Vec::new();
        let is_undated = matches!(preset.holds, Holds::ItemsOf(_) | Holds::Period(_));
        if layout.shape.is_some() {
            groups = Groups::default();
        } else if preset.roles.is_empty() && !groups.any() {
            groups.by_cells(&rows, |role| column_of(&assigned, role));
        }
        if !has(Role::Date) && !days_across && !groups.date_rows && !is_undated {
            if !any_dates && contents.iter().all(|content| content.serial_dates < 0.5) {
                return Err(Error::input("no-date-column", "no column holds dates")
                    .remedy("export the report with one row per order or per day; this one has totals only")
                    .at(header_at));
            }
            missing.push(Role::Date);
        }
        let melts = layout.shape.is_some();
        if !has(Role::Product) && !has(Role::Name) && !melts {
            missing.push(Role::Product);
        }
        if !has(Role::Quantity) && !preset.one_per_line && !melts {
            missing.push(Role::Quantity);
        }
        // Of two columns of numbers the one that does not name the product is the units: one question is enough.
        if missing == [Role::Product, Role::Quantity] {
            let free = (0..headers.len()).filter(|column| assigned.iter().all(|(_, used)| used != column));
            if free.filter(|&column| contents[column].numbers >= 0.8 && contents[column].dates < 0.8).count() == 2 {
                missing.truncate(1);
            }
        }
        let unit = (0..headers.len())
            .filter(|&column| {
                !said.unused[column] && units::is_header(&plain[column]) && roles::is_text(contents[column])
            })
            .find(|column| assigned.iter().all(|(_, used)| used != column));
        let extra: Vec<usize> = (0..headers.len())
            .filter(|column| assigned.iter().all(|(_, used)| used != column))
            .filter(|&column| {
                let asked = said.extra.iter().any(|wanted| roles::plain(wanted) == plain[column]);
                let values = || extras::are_values(rows.iter().map(|record| record.field(column)));
                asked || (extras::is_kept(&plain[column]) && !said.unused[column] && values())
            })
            .collect();
        let extra = if layout.shape.as_ref().is_none_or(Shape::keeps_extra) { extra } else { Vec::new() };
        let cells_of = |columns: &[usize]| -> Vec<&[u8]> {
            columns.iter().flat_map(|&column| data.iter().map(move |record| record.field(column))).collect()
        };
        let numeric: Vec<usize> = match &layout.shape {
            Some(Shape::DaysAcross(across) | Shape::ProductsAcross(across)) => {
                across.iter().map(|(column, _)| *column).collect()
            }
            _ => [Role::Quantity, Role::Price, Role::Revenue]
                .into_iter()
                .filter_map(|role| column_of(&assigned, role))
                .collect(),
        };
        let units = column_of(&assigned, Role::Quantity).map_or_else(|| numeric.clone(), |column| vec![column]);
        let cells = decimal::Cells { numbers: cells_of(&numeric), units: cells_of(&units), extra: cells_of(&extra) };
        let (found, doubtful) = decimal::mark(&cells, preset.decimal);
        let mut decimal_question = doubtful.map(|cell| decimal_question_of(&file_layout, cell));
        let decimal = match options.decimal {
            Some(',') => b',',
            Some(_) => b'.',
            None => found,
        };
        if options.decimal.is_some() {
            let question = decimal_question.take();
            answered.extend(question.map(|question| Answered { question, value: char::from(decimal).into() }));
        }
        let money =
            column_of(&assigned, Role::Price).or_else(|| column_of(&assigned, Role::Revenue)).filter(|&column| {
                let mut signs =
                    data.iter().map(|record| numbers::currency(record.field(column))).filter(|sign| !sign.is_empty());
                let first = signs.next();
                column_of(&assigned, Role::Currency).is_none() && signs.any(|sign| first != Some(sign))
            });
        let date = column_of(&assigned, Role::Date);
        let content = date.map_or(Content::default(), |column| contents[column]);
        let notes = notes::Beginning {
            head,
            skipped_records,
            headers: &headers,
            plain: &plain,
            total_columns: &layout.total_columns,
            days_across,
        };
        let mut notes = notes.notes();
        notes.extend(layout.note.take());
        let mut dated: Vec<usize> = (0..headers.len()).filter(|&column| contents[column].dates > 0.0).collect();
        sort_many(&mut dated, |&one, &other| contents[other].dates.total_cmp(&contents[one].dates));
        let decided = mapping::Decided {
            headers: &usable,
            contents: &contents,
            roles: &assigned,
            given: &said.roles,
            preset,
            shape: layout.shape.as_ref(),
            totals: &layout.total_columns,
            extra: &extra,
        };
        let meanings = decided.columns();
        let (extra_names, (melt, by_line, extra)) = match layout.shape.take() {
            Some(shape) => {
                let (melt, columns, places) = Melt::new(shape, &assigned, extra.clone());
                let names = extra.iter().take(places.len()).map(|&column| headers[column].clone());
                (names.collect(), (Some(melt), columns, places))
            }
            None => (extra.iter().map(|&column| headers[column].clone()).collect(), (None, assigned.clone(), extra)),
        };
        let product_else = preset.product_else.iter().filter_map(|name| place(&[*name]));
        let product_else = product_else.filter(|&column| !said.unused[column]).collect();
        let mut by_role = [NO_COLUMN; ROLE_COUNT];
        for (role, column) in &by_line {
            by_role[*role as usize] = *column;
        }
        let lines = melt.is_none();
        let marks = Marks::find(&plain, &said.unused, &rows, column_of(&assigned, Role::Order));
        let of_line = |columns: Vec<usize>| if lines { columns } else { Vec::new() };
        let plan = Plan {
            per_set: melt.as_ref().and_then(Melt::per_set),
            melt,
            notes,
            questions: of_period.into_iter().chain(question).chain(decimal_question).collect(),
            answered,
            counts_money,
            width: if lines { columns.max(headers.len()) } else { usize::MAX },
            money: money.filter(|_| lines),
            date_order: preset.date_order.or_else(|| {
                let date = date.map(|column| plain[column].as_str());
                let day_first = dialect.delimiter == b';' || date.is_some_and(words::is_day_first);
                day_first.then_some(DateOrder::Dmy)
            }),
            undated: is_undated,
            covered,
            dialect,
            variants: by_line.iter().filter(|(role, _)| *role == Role::Variant).map(|(_, column)| *column).collect(),
            unit: unit.filter(|_| lines),
            product_else: of_line(product_else),
            second_status: place(preset.second_status).filter(|_| lines),
            returned: place(preset.returned).or(back).filter(|_| lines),
            watched: preset.watches.iter().map(|names| place(names).filter(|_| lines)).collect(),
            before: data_from as u64 + skipped_records,
            begin: used,
            header_record: if head.headless { 0 } else { head.header as u64 + 1 + skipped_records },
            preview: data.iter().take(PREVIEW_RECORDS).map(Record::texts).collect(),
            headers,
            preset,
            roles: assigned,
            columns: by_role,
            filled: by_line,
            extra,
            extra_names,
            decimal,
            serial: content.dates < content.serial_dates,
            missing,
            marks,
            layout: file_layout,
            mapped: said.mapped,
            meanings,
            dated,
            countable: (0..contents.len()).filter(|&column| roles::may_count(contents[column])).collect(),
            groups: Some(groups).filter(Groups::any),
        };
        Ok((plan, used))
    }
}

/// A column that is called a date, and whose cells are dates of a form of which it must be asked.
fn dates_of_a_format(rows: &[&Record], plain: &[String], unused: &[bool]) -> Option<usize> {
    let cells = |column: usize| rows.iter().map(move |row| row.field(column)).filter(|cell| !cell.is_empty());
    let fits = |column: usize| {
        let unread = cells(column).filter(|cell| dates::parse(cell, false).is_none());
        let texts: Vec<String> = unread.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        dates::format::fitting(texts.iter().map(String::as_str)).next().is_some()
    };
    let is_called_so = |column: &usize| !unused[*column] && words::is_word_of(&plain[*column], &[Role::Date]);
    (0..plain.len()).filter(is_called_so).find(|&column| fits(column))
}
