//! Whether the day or the month comes first in dates that can be read both ways: what tells it, and what is said of that.

use super::Reader;
use crate::calendar::Frequency;
use crate::ingest::dates::Day;
use crate::ingest::plan::Plan;
use crate::ingest::{Choice, DateOrder, Question, Role, mapping};
use crate::notes::Note;

/// Share of day-or-month evidence from the file's order that must point one way.
const ORDER_EVIDENCE: u32 = 20;

/// What told the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The dates themselves, or the platform, which writes them so everywhere.
    Certain,
    /// The user.
    Said,
    /// Read so, the file is in the order of its dates.
    Running,
    /// A file with the same headers tells it.
    Sibling,
    /// The language of the headers, or a delimiter of places that write the day first.
    Language,
    /// Nothing.
    Doubt,
}

impl Reader {
    /// The layout of the file, and the order that its numbers prove: one above twelve is no month. For a file that was
    /// read to its [`Reader::end`].
    pub(in crate::ingest) fn proves(&self) -> Option<(&str, DateOrder)> {
        let plan = self.plan.as_ref().filter(|plan| plan.header_record > 0)?;
        Some((&plan.layout, proof(self.lines.evidence().largest)?))
    }

    /// The layout of the file.
    pub(in crate::ingest) fn layout(&self) -> Option<&str> {
        self.plan.as_ref().map(|plan| plan.layout.as_str())
    }

    /// Says what the other files of its layout prove, for where this one does not tell.
    pub(in crate::ingest) fn follow(&mut self, order: DateOrder) {
        self.sibling = Some(order);
    }

    /// The order of day and month, and what told it.
    pub(super) fn date_order(&self, plan: &Plan) -> (DateOrder, Why) {
        let of_layout = || mapping::of_layout(&self.options, &plan.layout)?.date_order;
        if let Some(order) = self.options.date_order.or_else(of_layout) {
            return (order, Why::Said);
        }
        if !self.lines.is_undecided() {
            return (DateOrder::Ymd, Why::Certain);
        }
        let evidence = self.lines.evidence();
        if let Some(order) = proof(evidence.largest) {
            return (order, Why::Certain);
        }
        // Both cannot be months: most files that mix were half changed by a spreadsheet; the first reading stands.
        if evidence.largest.0 > 12 {
            return (DateOrder::Dmy, Why::Certain);
        }
        // A file in the order of its dates runs one way when read right.
        let runs = |back: u32, forth: u32| back.min(forth) == 0 && back.max(forth) >= ORDER_EVIDENCE;
        let (back, forth) = (evidence.backwards, evidence.forwards);
        match (runs(back.0, forth.0), runs(back.1, forth.1)) {
            (true, false) => return (DateOrder::Dmy, Why::Running),
            (false, true) => return (DateOrder::Mdy, Why::Running),
            _ => {}
        }
        match (self.sibling, plan.preset.date_order, plan.date_order) {
            (Some(order), ..) => (order, Why::Sibling),
            (None, Some(order), _) => (order, Why::Certain),
            (None, None, Some(order)) => (order, Why::Language),
            (None, None, None) => (DateOrder::Dmy, Why::Doubt),
        }
    }

    /// A date of the file that reads differently both ways.
    fn telling(&self) -> Option<(u8, u8, i16)> {
        self.lines.undecided().find(|(first, second, _)| first != second)
    }

    /// Tells what was decided without being certain, by a date that would be another one otherwise.
    pub(super) fn date_note(&self, plan: &Plan, order: DateOrder, why: Why) -> Option<Note> {
        let (code, because) = match why {
            Why::Said => ("date-order-said", "as was said"),
            Why::Running => ("date-order-running", "because the rows run in the order of their dates then"),
            Why::Sibling => ("date-order-sibling", "as another file with the same columns shows"),
            Why::Language => ("date-order-language", "as is usual in the language of the file"),
            Why::Certain | Why::Doubt => return None,
        };
        let (first, second, year) = self.telling()?;
        let other = if order == DateOrder::Mdy { DateOrder::Dmy } else { DateOrder::Mdy };
        let (read, example) = (read(first, second, year), format!("{first:02}/{second:02}/{year}"));
        let (date, otherwise) = (read(order)?, read(other)?);
        let flag = if other == DateOrder::Dmy { "dmy" } else { "mdy" };
        let text = format!("{example} is read as {date}, {because}");
        let note = Note::info(code, text).arg("example", example).arg("date", date);
        Some(note.arg("other", otherwise).arg("answer", flag).arg("layout", &plan.layout))
    }

    pub(super) fn date_question(&self, plan: &Plan) -> Question {
        // An example that reads differently both ways tells most.
        let example = self.telling().or_else(|| self.lines.undecided().next());
        let (first, second, year) = example.unwrap_or((1, 2, 2026));
        let read = read(first, second, year);
        let choice = |value: &str, order| Choice {
            value: value.into(),
            consequence: read(order).unwrap_or_default(),
            count: None,
        };
        let column = plan.column(Role::Date).map(|column| plan.headers[column].clone());
        let examples =
            plan.preview.iter().filter_map(|row| plan.column(Role::Date).and_then(|column| row.get(column)).cloned());
        Question {
            code: "date-order".into(),
            text: format!(
                "{first:02}/{second:02}/{year} can be read two ways: which comes first, the day or the month?"
            ),
            layout: plan.layout.clone(),
            file: String::new(),
            column,
            examples: examples.take(3).collect(),
            choices: vec![choice("dmy", DateOrder::Dmy), choice("mdy", DateOrder::Mdy)],
        }
    }
}

/// What numbers prove: one above twelve is no month. Nothing where both are.
fn proof((first, second): (u8, u8)) -> Option<DateOrder> {
    match (first > 12, second > 12) {
        (true, false) => Some(DateOrder::Dmy),
        (false, true) => Some(DateOrder::Mdy),
        _ => None,
    }
}

/// A date as ISO, by the order in which it is read; none if there is no such day.
fn read(first: u8, second: u8, year: i16) -> impl Fn(DateOrder) -> Option<String> {
    move |order| Day::Either { first, second, year }.in_order(order).map(|days| Frequency::Day.label(days))
}
