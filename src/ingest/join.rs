//! Several files of one shop: lines whose orders stand in another file, and exports that overlap in time.
//!
//! Where the same order stands in two exports of one platform, the newer export says what became of it. Two shops may
//! number their orders alike; then the days of the shared numbers differ, and both files count.

mod newest;

use std::borrow::Cow;
use std::collections::HashMap;

use super::left_out::{FileRows, ShopRows, is_optional};
use super::{ExtraColumn, LeftOut, Orders, Question, Reading, Report};
use crate::calendar::Frequency;
use crate::error::{Error, Result};
use crate::notes::Note;

/// What the other files of a shop must know of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// Orders with a number, and their lines.
    pub(super) orders: Vec<OrderLines>,
    /// Orders all of whose lines were left out, and why.
    pub(super) left: Vec<(u64, Cow<'static, str>)>,
    /// What is missing without another file.
    pub(super) needs: Needs,
    /// Whether a later record may be about an order without telling its state, as a refund does.
    pub(super) is_events: bool,
    /// Lines that wait for another file.
    pub(super) held: Orders,
    /// Records of the lines, and of what was left out.
    pub(super) rows: FileRows,
    /// Whether lines have order numbers.
    pub(super) is_ordered: bool,
    /// Orders that count though they are of a kind worth a note: its code, and one of their lines.
    pub(super) noted: Vec<(Cow<'static, str>, u32)>,
    /// What the shop said shall not count.
    pub(super) uncounted: Vec<String>,
    /// What it said shall.
    pub(super) counted: Vec<String>,
}

/// What a file lacks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    #[default]
    Nothing,
    /// The days of its lines; the name of the file that has them.
    Days(&'static str),
    /// The lines of its orders; the name of the file that has them.
    Items(&'static str),
}

/// An order of a file and its lines there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderLines {
    /// Hash of its number.
    pub name: u64,
    /// Its first line.
    pub begin: u32,
    /// The line after its last.
    pub end: u32,
}

/// The files of one shop put together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joined {
    /// All lines.
    pub orders: Orders,
    /// What was understood of each file.
    pub reports: Vec<Report>,
    /// What must be asked.
    pub questions: Vec<Question>,
    /// What was noted.
    pub notes: Vec<Note>,
    /// What became of the files' rows.
    pub rows: ShopRows,
    /// What the shop said shall not count.
    pub uncounted: Vec<String>,
    /// What it said shall.
    pub counted: Vec<String>,
}

impl Joined {
    /// Leaves out lines, each for the first reason that is given.
    pub fn leave_out(&mut self, reasons: &[(&str, Vec<u32>)]) {
        let mut keep = vec![true; self.orders.product.len()];
        for (reason, lines) in reasons {
            let mut gone = vec![true; keep.len()];
            for line in lines.iter().map(|&line| line as usize).filter(|&line| std::mem::take(&mut keep[line])) {
                gone[line] = false;
            }
            let mut first = 0;
            for (file, report) in self.rows.files.iter_mut().zip(&mut self.reports) {
                let own = &gone[first..first + file.used.len()];
                first += own.len();
                let count = file.add_unkept_rows(own, reason);
                if count > 0 {
                    report.rows_used = report.rows_used.saturating_sub(count);
                    leave_out(report, reason, count);
                }
            }
        }
        let mut kept = keep.iter();
        for file in &mut self.rows.files {
            file.used.retain(|_| kept.next().copied().unwrap_or(false));
        }
        self.orders.retain(&keep);
    }
}

/// Puts the files of one shop together.
///
/// # Errors
/// Fails without a file, or if a file needs another that is not among them.
pub fn join(mut readings: Vec<Reading>) -> Result<Joined> {
    if readings.is_empty() {
        return Err(Error::usage("no-file", "no file was given").remedy("name at least one file"));
    }
    settle(&mut readings);
    let kinds: Vec<newest::Kinds> = readings.iter().map(newest::kinds).collect();
    date_items(&mut readings)?;
    newest::same_events_once(&mut readings);
    newest::newest_wins(&mut readings);
    super::periods::same_days_once(&mut readings);
    if readings.len() > 1 {
        newest::count_kinds(&mut readings, &kinds);
    }
    // Seven days from another weekday on share days with two of the others.
    let spacing = |reading: &Reading| {
        let Orders { spacing, minute, .. } = &reading.orders;
        let week = spacing.filter(|spacing| *spacing == Frequency::Week);
        minute.first().map(|minute| (*spacing, week.map(|_| minute.div_euclid(24 * 60).rem_euclid(7))))
    };
    let is_other = |pair: &[&Reading]| spacing(pair[0]) != spacing(pair[1]);
    let used: Vec<&Reading> = readings.iter().filter(|reading| spacing(reading).is_some()).collect();
    if let Some(pair) = used.windows(2).find(|pair| is_other(pair)) {
        let sums = if pair[0].orders.spacing.is_some() { pair[0] } else { pair[1] };
        let text =
            "this report has the sums of one period, and another file has those of other periods, or single sales";
        return Err(Error::input("mixed-periods", text)
            .remedy("give reports of periods of one length together, or orders")
            .in_file(&sums.report.file));
    }
    let mut joined = Joined::default();
    let mut first = true;
    for reading in readings {
        joined.reports.push(reading.report);
        joined.questions.extend(reading.questions);
        joined.notes.extend(reading.notes);
        for (all, own) in [(&mut joined.uncounted, reading.part.uncounted), (&mut joined.counted, reading.part.counted)]
        {
            let new: Vec<String> = own.into_iter().filter(|said| !all.contains(said)).collect();
            all.extend(new);
        }
        let mut rows = reading.part.rows;
        rows.is_ordered = reading.part.is_ordered;
        if reading.orders.product.is_empty() {
            // Its lines only served another file, or wait for an answer.
            rows.used.clear();
        }
        joined.rows.files.push(rows);
        if std::mem::take(&mut first) {
            joined.orders = reading.orders;
        } else {
            append(&mut joined.orders, reading.orders);
        }
    }
    Ok(joined)
}

/// Takes back what orders without products ask, where another file has the products.
pub(super) fn settle(readings: &mut [Reading]) {
    if readings.iter().any(|reading| matches!(reading.part.needs, Needs::Days(_))) {
        let orders = readings.iter_mut().filter(|reading| matches!(reading.part.needs, Needs::Items(_)));
        orders.for_each(|reading| reading.questions.retain(|question| question.code != "without-products"));
    }
}

/// Why a line is left out whose order stands in no file.
const NO_ORDER: &str = "no-order";

/// Gives lines the days of their orders, which stand in other files.
fn date_items(readings: &mut [Reading]) -> Result<()> {
    let mut known: HashMap<u64, std::result::Result<i32, Cow<'static, str>>> = HashMap::new();
    let mut has_time = false;
    for reading in readings.iter() {
        if let Needs::Items(_) = reading.part.needs {
            let part = &reading.part;
            has_time |= part.held.has_time;
            known.extend(part.left.iter().map(|(name, reason)| (*name, Err(reason.clone()))));
            let dated = part
                .orders
                .iter()
                .filter_map(|order| part.held.minute.get(order.begin as usize).map(|&minute| (order.name, Ok(minute))));
            known.extend(dated);
        }
    }
    for reading in readings.iter_mut() {
        let Needs::Days(file) = reading.part.needs else { continue };
        let mut orders = std::mem::take(&mut reading.part.held);
        let mut keep = vec![false; orders.product.len()];
        let mut left: Vec<(&str, u64)> = Vec::new();
        let mut is_numbered = vec![false; keep.len()];
        for order in &reading.part.orders {
            let lines = order.begin as usize..order.end as usize;
            is_numbered[lines.clone()].fill(true);
            match known.get(&order.name) {
                Some(Ok(minute)) => {
                    keep[lines.clone()].fill(true);
                    orders.minute[lines].fill(*minute);
                }
                outcome => {
                    let reason = outcome.and_then(|outcome| outcome.as_ref().err()).map_or(NO_ORDER, |reason| reason);
                    lines.clone().for_each(|line| reading.part.rows.add(line, reason));
                    match left.iter_mut().find(|(known, _)| *known == reason) {
                        Some((_, count)) => *count += lines.len() as u64,
                        None => left.push((reason, lines.len() as u64)),
                    }
                }
            }
        }
        for line in (0..keep.len()).filter(|&line| !is_numbered[line]) {
            reading.part.rows.add(line, NO_ORDER);
            match left.iter_mut().find(|(known, _)| *known == NO_ORDER) {
                Some((_, count)) => *count += 1,
                None => left.push((NO_ORDER, 1)),
            }
        }
        if !keep.contains(&true) && reading.questions.is_empty() {
            return Err(Error::input("other-file", format!("the days of these orders stand in another file, {file}"))
                .remedy(format!("give both files together: this one and {file}"))
                .arg("other", file)
                .in_file(&reading.report.file));
        }
        orders.has_time = has_time;
        let report = &mut reading.report;
        for (reason, count) in left {
            report.rows_used -= count;
            leave_out(report, reason, count);
        }
        retain(&mut orders, &mut reading.part, &keep);
        reading.orders = orders;
        reading.part.needs = Needs::Nothing;
    }
    Ok(())
}

/// Says that lines or rows of a file count from a newer one.
pub(super) fn drop_lines(reading: &mut Reading, lines: u64) {
    reading.report.rows_used = reading.report.rows_used.saturating_sub(lines);
    if lines > 0 {
        leave_out(&mut reading.report, "newer-file", lines);
    }
}

fn leave_out(report: &mut Report, reason: &str, count: u64) {
    match report.left_out.iter_mut().find(|known| known.reason == reason) {
        Some(known) => known.count += count,
        None => {
            let optional = is_optional(reason);
            report.left_out.push(LeftOut { reason: reason.into(), count, records: Vec::new(), optional });
        }
    }
}

/// Keeps those lines, and the orders they are of.
pub(super) fn retain(orders: &mut Orders, part: &mut Part, keep: &[bool]) {
    orders.retain(keep);
    let mut kept = keep.iter();
    part.rows.used.retain(|_| kept.next().copied().unwrap_or(false));
    part.keep(keep);
}

impl Part {
    /// Follows lines that were left out of the file.
    pub(super) fn keep(&mut self, keep: &[bool]) {
        let mut place = 0;
        let places: Vec<u32> = keep
            .iter()
            .map(|&keep| {
                place += u32::from(keep);
                place - u32::from(keep)
            })
            .collect();
        let new = |old: u32| places.get(old as usize).copied().unwrap_or(place);
        for order in &mut self.orders {
            (order.begin, order.end) = (new(order.begin), new(order.end));
        }
        self.orders.retain(|order| order.begin < order.end);
        self.noted.retain(|(_, line)| keep.get(*line as usize).copied().unwrap_or(false));
        self.noted.iter_mut().for_each(|(_, line)| *line = new(*line));
    }
}

/// Appends another file's lines; products and stores are matched by their keys, columns by name.
fn append(all: &mut Orders, more: Orders) {
    let lines = all.product.len();
    let mut places: HashMap<String, u32> =
        all.products.iter().zip(0..).map(|(product, place)| (product.id.clone(), place)).collect();
    let products: Vec<u32> = more
        .products
        .into_iter()
        .map(|product| {
            *places.entry(product.id.clone()).or_insert_with(|| {
                all.products.push(product);
                all.products.len() as u32 - 1
            })
        })
        .collect();
    all.product.extend(more.product.iter().map(|&place| products[place as usize]));
    if !all.stores.is_empty() || !more.stores.is_empty() {
        // Lines of a file without stores belong to one without a name.
        let mut store_of = |name: String| match all.stores.iter().position(|known| *known == name) {
            Some(place) => place as u32,
            None => {
                all.stores.push(name);
                all.stores.len() as u32 - 1
            }
        };
        let nameless =
            if all.store.len() < lines || more.store.len() < more.quantity.len() { store_of(String::new()) } else { 0 };
        let stores: Vec<u32> = more.stores.into_iter().map(store_of).collect();
        all.store.resize(lines, nameless);
        all.store.extend(more.store.iter().map(|&place| stores[place as usize]));
        all.store.resize(lines + more.quantity.len(), nameless);
    }
    let total = lines + more.quantity.len();
    if !all.price.is_empty() || !more.price.is_empty() {
        all.price.resize(lines, f64::NAN);
        all.price.extend(more.price);
        all.price.resize(total, f64::NAN);
    }
    for column in more.extra {
        match all.extra.iter_mut().find(|known| known.name == column.name) {
            Some(known) => known.values.extend(column.values),
            None => {
                let mut values = vec![f64::NAN; lines];
                values.extend(column.values);
                all.extra.push(ExtraColumn { name: column.name, values });
            }
        }
    }
    for column in &mut all.extra {
        column.values.resize(total, f64::NAN);
    }
    all.minute.extend(more.minute);
    all.others.extend(more.others);
    all.quantity.extend(more.quantity);
    all.has_time |= more.has_time;
}
