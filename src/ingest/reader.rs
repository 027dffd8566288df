//! The reader: bytes in, order lines out.

use super::decode::{self, Decode, SNIFF_BYTES};
use super::join::{Needs, Part};
use super::left_out::{FOOTER, FileRows, Left, Scan};
use super::lines::{Lines, NewLine, Reasons};
use super::plan::Plan;
use super::presets::{Holds, Line, Preset, Verdict};
use super::records::{Found, Records, Row};
use super::repeats::Repeats;
use super::shape::{self, Made, Melt};
use super::{Choice, DateOrder, LeftOut, Question, ReadOptions, Reading, Report, Role, dates, numbers};
use crate::calendar::Frequency;
use crate::error::{Error, Result};
use crate::notes::Note;
use crate::order::sort_few;

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
    records: Records,
    number: u64,
    read: u64,
    lines: Lines,
    reasons: Reasons,
    /// Orders worth a note: its code, and a line of the order.
    noted: Vec<(&'static str, usize)>,
    order: OrderFields,
    repeats: Repeats,
    /// Currencies and the lines in each.
    currencies: Vec<(Vec<u8>, u64)>,
    statuses: Statuses,
    made: Made,
    /// Rows of a table with days or products across of which any cell was used.
    rows_melted: u64,
    /// Records without what makes a line since the last whole one, and why: at the file's end they are its footer.
    loose: Vec<(u64, &'static str)>,
    cut_off: bool,
}

/// What the statuses seen so far mean: few differ, and each is judged once.
#[derive(Default)]
struct Statuses(Vec<(Vec<u8>, Verdict)>);

/// Different statuses remembered; a column with more is no status.
const MOST_STATUSES: usize = 64;

impl Statuses {
    fn judge(&mut self, preset: &Preset, status: &[u8]) -> Verdict {
        if status.is_empty() {
            return Verdict::Use;
        }
        if let Some((_, verdict)) = self.0.iter().find(|(known, _)| known == status) {
            return *verdict;
        }
        let verdict = (preset.status)(status);
        if self.0.len() < MOST_STATUSES {
            self.0.push((status.to_vec(), verdict));
        }
        verdict
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
            records: Records::default(),
            number: 0,
            read: 0,
            lines: Lines::default(),
            reasons: Reasons::default(),
            noted: Vec::new(),
            order: OrderFields::default(),
            repeats: Repeats::default(),
            currencies: Vec::new(),
            statuses: Statuses::default(),
            made: Made::default(),
            rows_melted: 0,
            loose: Vec::new(),
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
            let (plan, used) = Plan::sniff(&self.text, &self.options)?;
            let names: Vec<String> = plan.extra.iter().map(|&column| plan.headers[column].clone()).collect();
            self.lines = Lines::new(&names);
            self.number = plan.before;
            if plan.total_columns > 0 {
                (0..plan.total_columns).for_each(|_| self.reasons.add("total-column", plan.header_record));
            }
            self.plan = Some(plan);
            self.text.drain(..used);
        }
        self.consume(last)
    }

    fn consume(&mut self, last: bool) -> Result<()> {
        let Some(plan) = self.plan.take() else { return Ok(()) };
        let text = std::mem::take(&mut self.text);
        let mut records = std::mem::take(&mut self.records);
        records.start(&text, plan.dialect);
        let outcome = loop {
            match records.next(&text, plan.dialect, last, self.number + 1) {
                Ok(Found::Row(row)) => {
                    self.number += 1;
                    if !row.is_ended && row.len() < plan.headers.len() {
                        self.cut_off = true;
                        self.number -= 1;
                    } else if !row.is_blank() {
                        match &plan.melt {
                            None => {
                                self.read += 1;
                                self.line(&plan, &row);
                            }
                            Some(melt) => self.melt(&plan, melt, &row),
                        }
                    }
                }
                Ok(Found::CutOff) => {
                    self.cut_off = true;
                    break Ok(());
                }
                Ok(Found::Partial | Found::End) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        self.text = text;
        self.text.drain(..if self.cut_off { self.text.len() } else { records.used() });
        self.records = records;
        self.plan = Some(plan);
        outcome
    }

    /// Adds the lines of a record that holds several.
    fn melt(&mut self, plan: &Plan, melt: &Melt, row: &Row<'_>) {
        let across = melt.shape.is_across();
        if across {
            self.read += 1;
            let margin = [Role::Product, Role::Name, Role::Date].into_iter().filter_map(|role| melt.source(role));
            let mut named = margin.map(|column| row.field(column)).filter(|cell| !cell.is_empty());
            if named.next().is_none_or(shape::is_total) {
                return self.reasons.add("total-row", self.number);
            }
        }
        let before = self.lines.len();
        let mut made = std::mem::take(&mut self.made);
        melt.each(
            |column| row.field(column),
            &mut made,
            |made| {
                self.read += u64::from(!across);
                self.line(plan, &Row::made(made));
            },
        );
        self.made = made;
        self.rows_melted += u64::from(across && self.lines.len() > before);
    }

    fn line(&mut self, plan: &Plan, row: &Row<'_>) {
        let cell = |role: Role| plan.cell(row, role);
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
                if !(same || plan.preset.fills_down) || !written.is_empty() {
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
        let other = || plan.product_else.iter().map(|&column| row.field(column)).find(|cell| !cell.is_empty());
        let mut key = std::borrow::Cow::Borrowed(text(if sku.is_empty() { other().unwrap_or(name) } else { sku }));
        if plan.preset.upper_case && key.iter().any(u8::is_ascii_lowercase) {
            key = key.to_ascii_uppercase().into();
        }
        let number = self.number;
        if plan.column(Role::Quantity).is_some_and(|column| column >= row.len()) {
            return self.loose.push((number, "short-row"));
        }
        let units = cell(Role::Quantity);
        if units.is_empty() && date.is_empty() && key.is_empty() {
            return self.loose.push((number, "total-row"));
        }
        if row.len() > plan.width && (plan.width..row.len()).any(|column| !row.field(column).is_empty()) {
            return self.reasons.add("long-row", number);
        }
        self.loose.drain(..).for_each(|(number, reason)| self.reasons.add(reason, number));
        let mut quantity = match numbers::parse(units, plan.decimal) {
            Some(quantity) => quantity,
            None if units.is_empty() && plan.preset.one_per_line => 1.0,
            None if units.is_empty() => f64::NAN,
            None => return self.reasons.add("bad-number", number),
        };
        let mut price = numbers::parse(cell(Role::Price), plan.decimal).unwrap_or(f64::NAN);
        if price.is_nan() && quantity > 0.0 {
            price = numbers::parse(cell(Role::Revenue), plan.decimal).map_or(f64::NAN, |revenue| revenue / quantity);
        }
        if let Some(column) = plan.returned
            && !self.options.counts("returned")
            && let Some(returned) = numbers::parse(row.field(column), plan.decimal)
            && returned != 0.0
        {
            quantity -= returned.abs();
            if quantity <= 0.0 {
                return self.reasons.add("returned", number);
            }
        }
        let mut verdict = self.statuses.judge(plan.preset, status);
        if let Some(column) = plan.second_status
            && !matches!(verdict, Verdict::LeaveOut(_))
        {
            let second = self.statuses.judge(plan.preset, row.field(column));
            verdict = if second == Verdict::Use { verdict } else { second };
        }
        if let Some(judge) = plan.preset.judge {
            let line = Line { product: &key, order, cancelled, quantity, price, row, watched: &plan.watched };
            // A cancelled order is one whatever became of its payment.
            verdict = match (verdict, judge(&line)) {
                (status, Verdict::Use) | (status @ Verdict::LeaveOut(_), Verdict::UseAndNote(_)) => status,
                (_, line) => line,
            };
        }
        let note = match verdict {
            Verdict::Use => None,
            Verdict::UseAndNote(kind) if self.options.uncounted.iter().any(|known| known == kind) => {
                self.repeats.left_out(kind);
                return self.reasons.add(kind, number);
            }
            Verdict::UseAndNote(code) => Some(code),
            Verdict::LeaveOut(reason) if self.options.counts(reason) => Some(reason),
            Verdict::LeaveOut(reason) => {
                self.repeats.left_out(reason);
                self.lines.see(date, plan.serial);
                return self.reasons.add(reason, number);
            }
        };
        if date.is_empty() && !plan.undated {
            let is_total = key.is_empty() || quantity.is_nan() || shape::is_total(&key);
            return self.reasons.add(if is_total { "total-row" } else { "no-date" }, number);
        }
        if key.is_empty() {
            return self.reasons.add(if shape::is_total(date) { "total-row" } else { "no-product" }, number);
        }
        // A blank is a missing value of a series, but no order.
        if quantity.is_nan() && (plan.column(Role::Order).is_some() || plan.column(Role::Status).is_some()) {
            return self.reasons.add("no-quantity", number);
        }
        let stamp = if plan.undated { Some(dates::UNKNOWN) } else { self.lines.stamp(date, plan.serial) };
        let Some(stamp) = stamp else {
            let is_total = shape::is_total(date) || shape::is_total(&key);
            return self.reasons.add(if is_total { "total-row" } else { "bad-date" }, number);
        };
        let currency = match plan.money {
            Some(column) if currency.is_empty() => numbers::currency(row.field(column)),
            _ => currency,
        };
        if !currency.is_empty() {
            match self.currencies.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(currency)) {
                Some((_, lines)) => *lines += 1,
                None => self.currencies.push((currency.to_vec(), 1)),
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
            plan.extra.iter().map(|&column| numbers::parse(row.field(column), plan.decimal).unwrap_or(f64::NAN));
        let has_price = plan.column(Role::Price).is_some() || plan.column(Role::Revenue).is_some();
        self.lines.add(&line, extra, has_price, plan.column(Role::Store).is_some());
        if let Some(code) = note
            && self.noted.last().is_none_or(|&(known, line)| known != code || line < self.repeats.begins_at())
        {
            self.noted.push((code, self.lines.len() - 1));
        }
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
        let sums = self.lines.sums();
        self.lines.leave_out(&sums, "total-row", &mut reasons);
        let repeats = self.repeats.finish(&self.lines);
        let mut notes = plan.notes.clone();
        if self.options.counts("duplicate") && !repeats.is_empty() {
            let lines = repeats.iter().map(std::ops::Range::len).sum::<usize>() as u64;
            notes.push(counted_note("duplicate", lines));
        } else {
            self.lines.leave_out(&repeats, "duplicate", &mut reasons);
        }
        let footer = std::mem::take(&mut self.loose);
        if !footer.is_empty() {
            self.read -= footer.len() as u64;
            notes.push(
                Note::info("footer-skipped", "the lines after the last record are a footer, and are skipped")
                    .count(footer.len() as u64)
                    .arg("record", footer[0].0),
            );
        }
        if decode.replaced() > 0 {
            notes.push(decode::replaced_note(decode.replaced()));
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
            notes.push(match code {
                "pending-kept" => Note::info(code, "orders still to be paid are counted").count(count),
                "partly-refunded-kept" => Note::info(code, "partly refunded orders are counted in full").count(count),
                reason => counted_note(reason, count),
            });
        }
        let mut questions = plan.questions_of_columns();
        questions.extend(plan.questions.iter().cloned());
        let mut currencies: Vec<(String, u64)> =
            self.currencies.iter().map(|(code, lines)| (String::from_utf8_lossy(code).into_owned(), *lines)).collect();
        // The commonest first: it is the likeliest answer.
        sort_few(&mut currencies, |a, b| b.1 < a.1);
        if currencies.len() > 1 && self.options.currency.is_none() && questions.is_empty() {
            questions.push(currency_question(&currencies));
        }
        let largest = self.lines.evidence().largest;
        if largest.0 > 12 && largest.1 > 12 && self.options.date_order.is_none() {
            let text = "some dates can be read with the day first only, others with the month first only; \
                a spreadsheet may have changed a part of them";
            notes.push(Note::warning("mixed-dates", text));
        }
        let (order, doubt) = self.date_order(plan.date_order);
        if doubt && questions.is_empty() {
            questions.push(self.date_question(&plan));
        }
        let (orders, without, used) = std::mem::take(&mut self.lines).finish(order, &mut reasons);
        let mut left = reasons.finish();
        let left_out: Vec<LeftOut> = left.iter().map(Left::told).collect();
        if orders.product.is_empty() && questions.is_empty() {
            let why: Vec<String> = left_out.iter().map(|left| format!("{} {}", left.count, left.reason)).collect();
            return Err(Error::input(
                "nothing-left",
                format!("none of the {} rows can be used: {}", self.read, why.join(", ")),
            )
            .remedy("check the columns, or export another time span"));
        }
        let date_pattern = plan.date_pattern(order);
        if !footer.is_empty() {
            let records = footer.iter().map(|(number, _)| *number as u32).collect();
            left.push(Left { reason: FOOTER.into(), records });
        }
        let is_ordered = plan.column(Role::Order).is_some();
        let scan =
            Scan { dialect: plan.dialect, begin: plan.begin, before: plan.before, encoding: self.options.encoding };
        let rows = FileRows { file: self.name.clone(), scan: Some(scan), left, used, ..FileRows::default() };
        let report = Report {
            file: self.name,
            source: plan.preset.name.into(),
            sheet: None,
            encoding: decode.encoding().unwrap_or("UTF-8").to_lowercase(),
            delimiter: char::from(plan.dialect.delimiter).to_string(),
            header_record: plan.header_record,
            roles: plan.roles.iter().map(|(role, column)| (*role, plan.headers[*column].clone())).collect(),
            headers: plan.headers,
            preview: plan.preview,
            date_pattern,
            rows_read: self.read,
            rows_used: if plan.melt.as_ref().is_some_and(|melt| melt.shape.is_across()) {
                self.rows_melted
            } else {
                orders.product.len() as u64
            },
            left_out,
            currencies: currencies.into_iter().map(|(code, _)| code).collect(),
        };
        let mut part = Part { is_events: plan.preset.is_events, rows, ..Part::default() };
        part.is_ordered = is_ordered;
        part.uncounted = self.options.uncounted;
        (part.orders, part.left) = std::mem::take(&mut self.repeats).into_orders();
        if without.contains(&true) {
            let keep: Vec<bool> = without.iter().map(|without| !without).collect();
            part.keep(&keep);
        }
        part.needs = match plan.preset.holds {
            Holds::ItemsOf(file) => Needs::Days(file),
            Holds::OrdersOf(file) if self.options.without_products.is_none() => Needs::Items(file),
            _ => Needs::Nothing,
        };
        let orders = match part.needs {
            Needs::Nothing if questions.is_empty() => orders,
            Needs::Nothing => super::Orders::default(),
            _ => {
                part.held = orders;
                super::Orders::default()
            }
        };
        Ok(Reading { orders, report, questions, notes, part })
    }

    /// The order of day and month, and whether it is in doubt.
    fn date_order(&self, hint: Option<DateOrder>) -> (DateOrder, bool) {
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
            _ => hint.map_or((DateOrder::Dmy, true), |order| (order, false)),
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
        let choice = |value: &str, order| Choice { value: value.into(), consequence: read(order), count: None };
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

/// Says that lines count which would be left out.
fn counted_note(reason: &str, count: u64) -> Note {
    Note::info("counted", format!("{count} orders or lines count that would be left out: {reason}"))
        .count(count)
        .arg("reason", reason)
}

/// What a formula such as `="00123"` stands for: platforms write it so that spreadsheets keep the zeros.
fn text(cell: &[u8]) -> &[u8] {
    if cell.first() != Some(&b'=') {
        return cell;
    }
    let inner = cell.strip_prefix(b"=\"").and_then(|rest| rest.strip_suffix(b"\""));
    inner.filter(|inner| !inner.contains(&b'"')).unwrap_or(cell).trim_ascii()
}

/// Asks which currency to keep: amounts of several are never added up.
fn currency_question(currencies: &[(String, u64)]) -> Question {
    let codes: Vec<String> = currencies.iter().map(|(code, _)| code.clone()).collect();
    Question {
        code: "currency".into(),
        text: format!("The file has several currencies ({}): which orders shall be used?", codes.join(", ")),
        column: None,
        examples: codes,
        choices: currencies
            .iter()
            .map(|(code, lines)| Choice {
                value: code.clone(),
                consequence: format!("{lines} lines in {code}"),
                count: Some(*lines),
            })
            .collect(),
    }
}
