//! One record: the order line it is, or why it is none.

use std::borrow::Cow;

use super::Reader;
use crate::ingest::left_out::{BY_STATUS, RETURNS_KEPT, STATUS};
use crate::ingest::lines::NewLine;
use crate::ingest::plan::{Cells, Plan, ROLE_COUNT};
use crate::ingest::presets::{Line, Preset, Verdict, generic};
use crate::ingest::records::Row;
use crate::ingest::{
    ALL_CURRENCIES, Role, UnknownStatus, dates, extras, groups, kinds, numbers, shape, units, variants,
};
use crate::order::sort_few;

/// What the statuses seen so far mean, and how many lines have each: few differ, and each is judged once.
#[derive(Default)]
pub(super) struct Statuses(Vec<(Vec<u8>, Verdict, u64)>);

/// Why lines are left out all of whose pieces came back.
const RETURNED: &str = "returned";

/// Different statuses remembered; a column with more is no status.
const MOST_STATUSES: usize = 64;

impl Statuses {
    pub(super) fn judge(&mut self, means: &dyn Fn(&[u8]) -> Verdict, status: &[u8]) -> Verdict {
        if status.is_empty() {
            return Verdict::Use;
        }
        if let Some((_, verdict, lines)) = self.0.iter_mut().find(|(known, ..)| known == status) {
            *lines += 1;
            return *verdict;
        }
        let verdict = means(status);
        if self.0.len() < MOST_STATUSES {
            self.0.push((status.to_vec(), verdict, 1));
        }
        verdict
    }

    /// The lines by status, to go along with a section.
    pub(super) fn counts(self) -> Vec<(Vec<u8>, u64)> {
        self.0.into_iter().map(|(status, _, lines)| (status, lines)).collect()
    }

    /// Puts those of a section behind.
    pub(super) fn append(&mut self, means: &dyn Fn(&[u8]) -> Verdict, counts: Vec<(Vec<u8>, u64)>) {
        for (status, more) in counts {
            self.judge(means, &status);
            if let Some((.., lines)) = self.0.iter_mut().find(|(known, ..)| *known == status) {
                *lines += more - 1;
            }
        }
    }

    /// The statuses of which no word is known, the commonest first; none where all lines have one and the same, or where
    /// the column is none of statuses.
    pub(super) fn unknown(&self, uncounted: &[String]) -> Vec<UnknownStatus> {
        if !(2..MOST_STATUSES).contains(&self.0.len()) {
            return Vec::new();
        }
        let open = self.0.iter().filter(|(status, verdict, _)| {
            matches!(verdict, Verdict::Use | Verdict::LeaveOut(BY_STATUS)) && !generic::is_understood(status)
        });
        let told = open.map(|(status, _, lines)| {
            let word = String::from_utf8_lossy(status).trim().to_owned();
            UnknownStatus { lines: *lines, counts: !is_named(uncounted, status), word }
        });
        let mut told: Vec<UnknownStatus> = told.collect();
        sort_few(&mut told, |one, other| (other.lines, &one.word) < (one.lines, &other.word));
        told
    }

    /// Whether any of them says that nothing was sold.
    pub(super) fn has_left_out(&self) -> bool {
        self.0.iter().any(|(_, verdict, _)| matches!(verdict, Verdict::LeaveOut(reason) if *reason != BY_STATUS))
    }
}

/// Whether lines of a status shall not count: [`ReadOptions::uncounted`](crate::ingest::ReadOptions) names it.
fn is_named(uncounted: &[String], status: &[u8]) -> bool {
    let named = |kind: &String| kind.strip_prefix(STATUS).is_some_and(|word| word.as_bytes() == status.trim_ascii());
    uncounted.iter().any(named)
}

/// What a status means in a file of that platform, unless the shop said that it does not count.
pub(super) fn meaning<'a>(preset: &'static Preset, uncounted: &'a [String]) -> impl Fn(&[u8]) -> Verdict + 'a {
    |status| match (preset.status)(status) {
        Verdict::Use if is_named(uncounted, status) => Verdict::LeaveOut(BY_STATUS),
        verdict => verdict,
    }
}

/// Fields that stand only on the first line of an order, kept for its other lines.
#[derive(Default)]
pub(super) struct OrderFields {
    date: Vec<u8>,
    status: Vec<u8>,
    cancelled: Vec<u8>,
    currency: Vec<u8>,
}

/// What a line tells, or its order's first line for it.
struct OfOrder<'a> {
    date: &'a [u8],
    status: &'a [u8],
    cancelled: &'a [u8],
    currency: &'a [u8],
}

impl OrderFields {
    /// The fields of a record, `same` saying that the one before is of its order.
    fn of<'a>(&'a mut self, plan: &Plan, cells: &Cells<'a>, same: bool) -> OfOrder<'a> {
        let cell = |role: Role| cells[role as usize];
        if !plan.preset.fills_forward {
            let (date, status) = (cell(Role::Date), cell(Role::Status));
            return OfOrder { date, status, cancelled: cell(Role::Cancelled), currency: cell(Role::Currency) };
        }
        for (kept, role) in [
            (&mut self.date, Role::Date),
            (&mut self.status, Role::Status),
            (&mut self.cancelled, Role::Cancelled),
            (&mut self.currency, Role::Currency),
        ] {
            let written = cell(role);
            if !(same || plan.preset.fills_down) || !written.is_empty() {
                kept.clear();
                kept.extend_from_slice(written);
            }
        }
        OfOrder { date: &self.date, status: &self.status, cancelled: &self.cancelled, currency: &self.currency }
    }
}

impl Reader {
    /// Takes a record as a line, or leaves it out.
    pub(super) fn line(&mut self, plan: &Plan, row: &Row<'_>) {
        if let Err(reason) = self.order_line(plan, row) {
            let reason = if is_header(plan, row) { "header-row" } else { reason };
            self.reasons.add(reason, self.number);
        }
    }

    fn order_line(&mut self, plan: &Plan, row: &Row<'_>) -> Result<(), &'static str> {
        if let Some(head) = plan.groups.as_ref().and_then(|groups| groups.head(row)) {
            self.read -= 1;
            self.above.keep(head, self.number);
            return Ok(());
        }
        let mut cells: Cells<'_> = [&[]; ROLE_COUNT];
        plan.fill(row, &mut cells);
        let is_below = plan.groups.as_ref().is_some_and(|groups| self.above.fill(groups, &mut cells));
        let cell = |role: Role| cells[role as usize];
        let order = cell(Role::Order);
        let same = self.repeats.continues(order);
        if !same {
            self.repeats.begin(order, self.lines.len());
        }
        let OfOrder { date, status, cancelled, currency } = self.order.of(plan, &cells, same);
        let number = self.number;
        if plan.column(Role::Quantity).is_some_and(|column| column >= row.len()) {
            self.loose.push((number, "short-row".into()));
            return Ok(());
        }
        // Slices of the record wherever they can be: what is owned by few lines would be carried about for all.
        let owned: [Cow<'_, [u8]>; 3];
        let mut variant: &[u8] = &[];
        let (mut key, mut name) = (key(plan, row, &cells), cell(Role::Name));
        if !plan.variants.is_empty() || plan.preset.upper_case && key.iter().any(u8::is_ascii_lowercase) {
            owned = named(plan, row, key, name, self.options.variants);
            (key, name, variant) = (&owned[0], &owned[1], &owned[2]);
        }
        let units = cell(Role::Quantity);
        if units.is_empty() && date.is_empty() && key.is_empty() {
            self.loose.push((number, "total-row".into()));
            return Ok(());
        }
        if row.len() > plan.width && (plan.width..row.len()).any(|column| !row.field(column).is_empty()) {
            return Err("long-row");
        }
        self.met_whole = true;
        if !self.loose.is_empty() {
            self.loose.drain(..).for_each(|(number, reason)| self.reasons.add(&reason, number));
        }
        let leaves_out = |kind: &str| self.options.uncounted.iter().any(|known| known == kind);
        // A table's own column is as lines below zero are: sales alone are looked at without it.
        let is_gross = self.options.counts("returned") || plan.preset.returned.is_empty() && leaves_out(RETURNS_KEPT);
        let amounts = match amounts(plan, row, &cells, is_gross) {
            Ok(amounts) => amounts,
            Err(reason) => {
                if reason == RETURNED {
                    // Another file may still know nothing of it.
                    self.repeats.left_out(reason);
                }
                return Err(reason);
            }
        };
        let Amounts { mut quantity, price, unit, is_less } = amounts;
        let mut verdict = self.statuses.judge(&meaning(plan.preset, &self.options.uncounted), status);
        if let Some(column) = plan.second_status
            && !matches!(verdict, Verdict::LeaveOut(_))
        {
            let second = self.seconds.judge(&plan.preset.status, row.field(column));
            verdict = if second == Verdict::Use { verdict } else { second };
        }
        if let Some(column) = plan.column(Role::Kind) {
            match self.kinds.judge(&kinds::verdict, row.field(column)) {
                // Pieces that came back stand without a sign where the kind of the line says so.
                Verdict::UseAndNote(RETURNS_KEPT) => quantity = -quantity.abs(),
                kind @ Verdict::LeaveOut(_) if !matches!(verdict, Verdict::LeaveOut(_)) => verdict = kind,
                _ => {}
            }
        }
        if let Some(judge) = plan.preset.judge {
            let line = Line { product: key, order, cancelled, quantity, price, row, watched: &plan.watched };
            // A cancelled order is one whatever became of its payment.
            verdict = match (verdict, judge(&line)) {
                (status, Verdict::Use) | (status @ Verdict::LeaveOut(_), Verdict::UseAndNote(_)) => status,
                (_, line) => line,
            };
        }
        if plan.melt.is_none()
            && let Some(reason) = self.marked.reason(plan, row, same)
            && !matches!(verdict, Verdict::LeaveOut(_))
        {
            verdict = Verdict::LeaveOut(reason);
        }
        // What came back is taken off what was sold, unless the shop looks at sales alone.
        if quantity < 0.0
            && (verdict == Verdict::Use || matches!(verdict, Verdict::UseAndNote(_)) && leaves_out(RETURNS_KEPT))
        {
            verdict = Verdict::UseAndNote(RETURNS_KEPT);
        }
        if is_less && verdict == Verdict::Use {
            verdict = Verdict::UseAndNote(RETURNS_KEPT);
        }
        let left_out = match verdict {
            Verdict::UseAndNote(kind) if leaves_out(kind) => Some(kind),
            Verdict::LeaveOut(reason) if !self.options.counts(reason) => Some(reason),
            _ => None,
        };
        if let Some(reason) = left_out {
            self.repeats.left_out(reason);
            // How dates are read is told by all of them.
            self.lines.see(date, plan.serial);
            return Err(reason);
        }
        let note = match verdict {
            Verdict::Use => None,
            Verdict::UseAndNote(code) | Verdict::LeaveOut(code) => Some(code),
        };
        if date.is_empty() && !plan.undated {
            // "Summe Januar 2024" is that of a month.
            let is_of_time =
                |key| shape::total_of(key).is_some_and(|rest| dates::parse(rest.as_bytes(), false).is_some());
            let is_sum = |key| shape::is_total(key) || plan.groups.is_some() && groups::is_sum(key) || is_of_time(key);
            let is_total = key.is_empty() || quantity.is_nan() || is_sum(key);
            return Err(if is_total { "total-row" } else { "no-date" });
        }
        // A till's journal says as well when its drawer was opened.
        let is_nothing = quantity.is_nan() && cell(Role::Price).is_empty() && cell(Role::Revenue).is_empty();
        if key.is_empty() {
            let is_total = shape::total_of(date).is_some() || shape::names_total(date);
            return Err(if is_total {
                "total-row"
            } else if is_nothing {
                "nothing-sold"
            } else {
                "no-product"
            });
        }
        // A blank is a missing value of a series, but no order.
        if quantity.is_nan() && (plan.column(Role::Order).is_some() || plan.column(Role::Status).is_some()) {
            let has_price = plan.column(Role::Price).or(plan.column(Role::Revenue)).is_some();
            return Err(if has_price && is_nothing { "nothing-sold" } else { "no-quantity" });
        }
        if plan.undated {
            self.lines.undate();
        } else if let Some(format) = &self.options.unreadable_dates
            && self.unread.read(&mut self.lines, format, date, plan.serial)
        {
            // Before the usual reading: 2025-12-01 is no December where 2025-13-01 is no month.
        } else if !self.lines.read_date(date, plan.serial) {
            let is_total = shape::is_total(date) || shape::is_total(key);
            // "N/A", "Pending" and 0000-00-00 say that there is none.
            if !is_total && date.iter().any(|byte| (b'1'..=b'9').contains(byte)) {
                self.unread.add(date, false);
            }
            return Err(if is_total { "total-row" } else { "bad-date" });
        }
        let currency = match plan.money {
            Some(column) if currency.is_empty() => numbers::currency(row.field(column)),
            _ => currency,
        };
        if !currency.is_empty() {
            match self.currencies.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(currency)) {
                Some((_, lines)) => *lines += 1,
                None => self.currencies.push((currency.to_vec(), 1)),
            }
            let is_other =
                |wanted: &String| wanted != ALL_CURRENCIES && !wanted.as_bytes().eq_ignore_ascii_case(currency);
            if self.options.currency.as_ref().is_some_and(is_other) {
                self.lines.add_other();
                return Err("other-currency");
            }
        }
        let unit = plan.unit.map_or(unit, |column| row.field(column));
        let (quantity, price) = if self.options.smallest_unit {
            let size = units::size(unit);
            (quantity * size, price / size)
        } else {
            (quantity, price)
        };
        let line = NewLine {
            key,
            name,
            has_variants: !plan.variants.is_empty(),
            variant,
            unit,
            category: cell(Role::Category),
            supplier: cell(Role::Supplier),
            store: cell(Role::Store),
            quantity,
            price,
            record: number,
        };
        let extra = plan.extra.iter().map(|&column| extras::value(row.field(column), plan.decimal));
        let has_price = plan.column(Role::Price).is_some() || plan.column(Role::Revenue).is_some();
        self.lines.add(&line, extra, has_price, plan.column(Role::Store).is_some());
        self.below += u64::from(is_below);
        if let Some(code) = note
            && self.noted.last().is_none_or(|(known, line)| known != code || *line < self.repeats.begins_at())
        {
            self.noted.push((code.into(), self.lines.len() - 1));
        }
        Ok(())
    }
}

/// Whether a record is the file's header once more, as where exports were put together by hand.
fn is_header(plan: &Plan, row: &Row<'_>) -> bool {
    plan.melt.is_none()
        && plan.header_record > 0
        && row.len() >= plan.headers.len()
        && plan.headers.iter().enumerate().all(|(column, header)| header.trim().as_bytes() == row.field(column))
}

/// What tells the product: its own column, or the first of those that stand in for it.
fn key<'a>(plan: &Plan, row: &Row<'a>, cells: &Cells<'a>) -> &'a [u8] {
    let own = cells[Role::Product as usize];
    let other = || {
        let mut others = plan.product_else.iter().map(|&column| row.field(column));
        others.find(|cell| !cell.is_empty()).unwrap_or_else(|| cells[Role::Name as usize])
    };
    text(if own.is_empty() { other() } else { own })
}

/// Key and name of a product whose file has variations, or keys in small letters that mean the same; and the variation.
#[cold]
fn named<'a>(plan: &Plan, row: &Row<'a>, key: &'a [u8], name: &'a [u8], is_apart: bool) -> [Cow<'a, [u8]>; 3] {
    let variant = if plan.variants.is_empty() { Cow::default() } else { variants::of(plan, row) };
    let apart = |product| if is_apart { variants::apart(product, &variant) } else { product };
    let key = if plan.preset.upper_case { key.to_ascii_uppercase().into() } else { key.into() };
    [apart(key), apart(name.into()), variant]
}

/// What a formula such as `="00123"` stands for: platforms write it so that spreadsheets keep the zeros.
fn text(cell: &[u8]) -> &[u8] {
    if cell.first() != Some(&b'=') {
        return cell;
    }
    let inner = cell.strip_prefix(b"=\"").and_then(|rest| rest.strip_suffix(b"\""));
    inner.filter(|inner| !inner.contains(&b'"')).unwrap_or(cell).trim_ascii()
}

/// What a line says of how many and how much; `NaN` where unknown.
struct Amounts<'a> {
    /// Units, less those that came back unless they count.
    quantity: f64,
    /// The price of one.
    price: f64,
    /// What the units' own cell says that they are; mostly empty.
    unit: &'a [u8],
    /// Whether a table of no platform's says that pieces of them came back.
    is_less: bool,
}

fn amounts<'a>(
    plan: &Plan,
    row: &Row<'_>,
    cells: &Cells<'a>,
    counts_returned: bool,
) -> Result<Amounts<'a>, &'static str> {
    let units = cells[Role::Quantity as usize];
    let mut unit = &[][..];
    let mut quantity = match numbers::parse(units, plan.decimal) {
        Some(quantity) => quantity,
        None if units.is_empty() && plan.preset.one_per_line => 1.0,
        None if units.is_empty() => f64::NAN,
        None => {
            let (quantity, word) = units::read(units, plan.decimal).ok_or("bad-number")?;
            unit = word;
            quantity
        }
    };
    let mut price = numbers::parse(cells[Role::Price as usize], plan.decimal).unwrap_or(f64::NAN);
    if price.is_nan() && quantity > 0.0 {
        let revenue = numbers::parse(cells[Role::Revenue as usize], plan.decimal);
        price = revenue.map_or(f64::NAN, |revenue| revenue / quantity);
    }
    let mut is_less = false;
    if let Some(column) = plan.returned
        && !counts_returned
        && let Some(returned) = numbers::parse(row.field(column), plan.decimal)
        && returned != 0.0
    {
        quantity -= returned.abs();
        is_less = plan.preset.returned.is_empty();
        // A day's returns may be those of sales before it; an order's are its own.
        if quantity <= 0.0 && (!is_less || plan.column(Role::Order).is_some()) {
            return Err(RETURNED);
        }
    }
    if let Some(pieces) = plan.per_set.and_then(|column| numbers::parse(row.field(column), plan.decimal)) {
        quantity *= pieces;
        price = if pieces > 0.0 { price / pieces } else { f64::NAN };
    }
    Ok(Amounts { quantity, price, unit, is_less })
}
