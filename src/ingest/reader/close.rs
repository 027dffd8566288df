//! The end of a file: what must be asked, what is noted, what was left out.

use super::Reader;
use super::order::Why;
use super::unread::Asks;
use crate::error::{Error, Result};
use crate::ingest::join::{Needs, Part};
use crate::ingest::left_out::{FOOTER, FileRows, Left, RETURNS_KEPT, Scan, counted_note};
use crate::ingest::marks::GIFT_CARD;
use crate::ingest::plan::Plan;
use crate::ingest::presets::Holds;
use crate::ingest::{
    ALL_CURRENCIES, Answered, Choice, LeftOut, NOTHING_LEFT, Orders, Question, Reading, Report, Role, UnknownStatus,
    decode,
};
use crate::notes::Note;
use crate::order::sort_few;

/// Why postage, fees and the like are left out.
const NO_GOODS: &str = "not-a-product";

impl Reader {
    /// Ends the file.
    ///
    /// # Errors
    /// Fails if the file holds no usable order lines, with what it is and what to do.
    pub fn finish(mut self) -> Result<Reading> {
        let name = self.name.clone();
        self.end()?;
        self.close().map_err(|error| error.in_file(&name))
    }

    /// Takes what is left of the file; after it, [`Reader::close`].
    pub(in crate::ingest) fn end(&mut self) -> Result<()> {
        self.take(&[], true).map_err(|error| error.in_file(&self.name))
    }

    pub(in crate::ingest) fn close(mut self) -> Result<Reading> {
        let (Some(plan), Some(decode)) = (self.plan.take(), self.decode.take()) else {
            return Err(Error::internal("the file was never planned"));
        };
        let mut reasons = std::mem::take(&mut self.reasons);
        let sums = self.lines.sums();
        self.lines.leave_out(&sums, "total-row", &mut reasons);
        let repeats = self.repeats.finish(&self.lines);
        let mut notes = plan.notes.clone();
        // What a platform's own rules count is counted; what a record holds many of has no names of its own.
        let fees = if plan.melt.is_none() { self.lines.fees() } else { Vec::new() };
        for (reason, lines) in [(NO_GOODS, fees), (GIFT_CARD, self.lines.gift_cards())] {
            if self.options.counts(reason) && !lines.is_empty() {
                notes.push(counted_note(reason, lines.len() as u64));
            } else {
                self.lines.leave_out(&lines, reason, &mut reasons);
            }
        }
        if self.options.counts("duplicate") && !repeats.is_empty() {
            let lines = repeats.iter().map(std::ops::Range::len).sum::<usize>() as u64;
            notes.push(counted_note("duplicate", lines));
        } else {
            self.lines.leave_out(&repeats, "duplicate", &mut reasons);
        }
        if let Some(number) = plan.groups.as_ref().and_then(|groups| self.above.take_last(groups)) {
            self.loose.push((number, "total-row".into()));
            self.read += 1;
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
        let mut noted: Vec<(String, u64)> = Vec::new();
        for (code, _) in self.noted.iter().filter(|(_, line)| !self.lines.is_left_out(*line)) {
            match noted.iter_mut().find(|(known, _)| known == code) {
                Some((_, count)) => *count += 1,
                None => noted.push((code.to_string(), 1)),
            }
        }
        for (code, count) in noted {
            notes.push(match code.as_str() {
                "pending-kept" => {
                    Note::info(&code, "orders that are still open, not paid or not sent yet, are counted").count(count)
                }
                "partly-refunded-kept" => Note::info(&code, "partly refunded orders are counted in full").count(count),
                RETURNS_KEPT => Note::info(&code, "lines of returned pieces are taken off the sales").count(count),
                reason => counted_note(reason, count),
            });
        }
        let statuses = self.statuses.unknown(&self.options.uncounted);
        if !self.statuses.has_left_out() {
            // First, as much hangs on it.
            statuses_note(&statuses, self.read).into_iter().for_each(|note| notes.insert(0, note));
        }
        notes.extend(self.above.notes(self.below));
        notes.extend(self.lines.variants_note(self.options.variants));
        notes.extend(self.lines.units_notes(self.options.smallest_unit));
        let mut questions = plan.questions_of_columns();
        questions.extend(plan.questions.iter().cloned());
        let mut currencies: Vec<(String, u64)> =
            self.currencies.iter().map(|(code, lines)| (String::from_utf8_lossy(code).into_owned(), *lines)).collect();
        // The commonest first: it is the likeliest answer.
        sort_few(&mut currencies, |a, b| b.1 < a.1);
        let mut answered = plan.answered.clone();
        let mut without_prices = false;
        if currencies.len() > 1 {
            let question = currency_question(&plan, &currencies);
            match &self.options.currency {
                // Money of several currencies is added up by nobody's wish.
                Some(said) if !(plan.counts_money && said == ALL_CURRENCIES) => {
                    without_prices = said == ALL_CURRENCIES;
                    answered.push(Answered { question, value: said.clone() });
                }
                _ if questions.is_empty() => questions.push(question),
                _ => {}
            }
        }
        if without_prices {
            let codes: Vec<&str> = currencies.iter().map(|(code, _)| code.as_str()).collect();
            let text = format!("pieces count whatever they were paid in ({}), without their prices", codes.join(", "));
            notes.push(Note::info("currencies-all", text).arg("currencies", codes.join(", ")));
        }
        let (order, why) = self.date_order(&plan);
        let largest = self.lines.evidence().largest;
        let mixed = why != Why::Said && self.lines.is_mixed();
        if largest.0 > 12 && largest.1 > 12 && why != Why::Said {
            let text = "some dates can be read with the day first only, others with the month first only; \
                a spreadsheet may have changed a part of them, or parts of two files stand one below the other";
            notes.push(Note::warning("mixed-dates", text));
        }
        if why == Why::Doubt && questions.is_empty() {
            questions.push(self.date_question(&plan));
        }
        notes.extend(self.date_note(&plan, order, why));
        let (mut orders, without, used) = std::mem::take(&mut self.lines).finish(order, mixed, &mut reasons);
        if without_prices {
            orders.price = Vec::new();
        }
        if let Some(covered) = plan.covered {
            orders.minute.fill(covered.day * 24 * 60);
            orders.spacing = Some(covered.spacing);
        }
        let mut left = reasons.finish();
        let left_out: Vec<LeftOut> = left.iter().map(Left::told).collect();
        if questions.is_empty() {
            match self.asks_of_dates(&plan, orders.product.len()) {
                Asks::Nothing => {}
                Asks::Answered(told) => answered.push(told),
                Asks::Question(question) => questions.push(question),
            }
        }
        if orders.product.is_empty() && questions.is_empty() {
            let why: Vec<String> = left_out.iter().map(|left| format!("{} {}", left.count, left.reason)).collect();
            // Where columns were taken for what they are not, the user can say what they are.
            questions.push(Question {
                code: NOTHING_LEFT.into(),
                text: format!("none of the {} rows can be used: {}", self.read, why.join(", ")),
                layout: plan.layout.clone(),
                file: String::new(),
                column: None,
                examples: Vec::new(),
                choices: Vec::new(),
            });
        }
        let asked = answered.iter_mut().map(|answered| &mut answered.question).chain(&mut questions);
        asked.for_each(|question| question.file.clone_from(&self.name));
        let said = self.options.report_period.take().filter(|_| plan.covered.is_some());
        let date_pattern = said.unwrap_or_else(|| plan.date_pattern(order));
        if !footer.is_empty() {
            let records = footer.iter().map(|(number, _)| *number as u32).collect();
            left.push(Left { reason: FOOTER.into(), records });
        }
        let is_ordered = plan.column(Role::Order).is_some();
        let scan =
            Scan { dialect: plan.dialect, begin: plan.begin, before: plan.before, encoding: self.options.encoding };
        let is_across = plan.melt.as_ref().is_some_and(|melt| melt.shape.is_across());
        let rows = FileRows { file: self.name.clone(), scan: Some(scan), left, used, is_across, ..FileRows::default() };
        let report = Report {
            file: self.name,
            source: plan.preset.name.into(),
            sheet: None,
            other_sheets: Vec::new(),
            encoding: decode.encoding().unwrap_or("UTF-8").to_lowercase(),
            delimiter: char::from(plan.dialect.delimiter).to_string(),
            header_record: plan.header_record,
            roles: plan.roles.iter().map(|(role, column)| (*role, plan.headers[*column].clone())).collect(),
            headers: plan.headers,
            layout: plan.layout,
            mapped: plan.mapped,
            columns: plan.meanings,
            preview: plan.preview,
            date_pattern,
            rows_read: self.read,
            rows_used: if is_across { self.rows_melted } else { orders.product.len() as u64 },
            left_out,
            currencies: currencies.into_iter().map(|(code, _)| code).collect(),
            statuses,
            answered,
        };
        let mut part = Part { is_events: plan.preset.is_events, rows, ..Part::default() };
        part.is_ordered = is_ordered;
        part.noted = self.noted.into_iter().map(|(code, line)| (code, line as u32)).collect();
        part.uncounted = self.options.uncounted;
        part.counted = self.options.counted;
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
            Needs::Nothing => Orders::default(),
            _ => {
                part.held = orders;
                Orders::default()
            }
        };
        Ok(Reading { orders, report, questions, notes, part })
    }
}

/// Share of a file's lines whose unknown statuses are worth a warning: fewer are told by their switches alone.
const WORTH_A_WARNING: f64 = 0.05;

/// Says that statuses of which no word is known count, where much hangs on it and nothing was said yet.
fn statuses_note(statuses: &[UnknownStatus], read: u64) -> Option<Note> {
    let lines: u64 = statuses.iter().map(|status| status.lines).sum();
    if statuses.iter().any(|status| !status.counts) || lines == 0 || (lines as f64) < WORTH_A_WARNING * read as f64 {
        return None;
    }
    /// Words that are named; the others have a switch too.
    const NAMED: usize = 3;
    let words: Vec<&str> = statuses.iter().take(NAMED).map(|status| status.word.as_str()).collect();
    let words = words.join(", ") + if statuses.len() > NAMED { ", …" } else { "" };
    let text = format!(
        "lines with statuses that are not known count as sales: {words}; where one of them means cancelled, leave it \
         out (status:WORD)"
    );
    Some(Note::warning("statuses-unknown", text).count(lines).arg("words", words))
}

/// Asks which currency to keep: amounts of several are never added up, while pieces may be.
fn currency_question(plan: &Plan, currencies: &[(String, u64)]) -> Question {
    let lines = currencies.iter().map(|(_, lines)| lines).sum();
    let all = Choice {
        value: ALL_CURRENCIES.into(),
        consequence: format!("the pieces of all {lines} lines, without their prices"),
        count: Some(lines),
    };
    let codes: Vec<String> = currencies.iter().map(|(code, _)| code.clone()).collect();
    Question {
        code: "currency".into(),
        text: format!("The file has several currencies ({}): which orders shall be used?", codes.join(", ")),
        layout: plan.layout.clone(),
        file: String::new(),
        column: None,
        examples: codes,
        // Forecasts are of pieces: most shops want all of them.
        choices: Some(all)
            .filter(|_| !plan.counts_money)
            .into_iter()
            .chain(currencies.iter().map(|(code, lines)| Choice {
                value: code.clone(),
                consequence: format!("{lines} lines in {code}"),
                count: Some(*lines),
            }))
            .collect(),
    }
}
