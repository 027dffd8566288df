//! Dates that cannot be read: a few are left out, of many it is asked how they are meant.

use super::Reader;
use crate::calendar::Frequency;
use crate::ingest::dates::{self, format};
use crate::ingest::lines::Lines;
use crate::ingest::plan::Plan;
use crate::ingest::{Answered, Choice, LEAVE_OUT, Question, Role};

/// Lines of which one in this many may have a date that cannot be read: with more, most of a forecast would be guesswork.
const UNREADABLE_IN: usize = 5;
/// With one in this many they are told as answered: the shop may say how they are written after all.
const WORTH_ANSWERING_IN: usize = 20;
/// Fewer than this are told as left out, whatever their share.
const FEWEST_UNREADABLE: usize = 10;
/// Different dates that are kept to find a format by.
const MOST_KEPT: usize = 60;
/// Those that are shown.
const SHOWN: usize = 3;

/// Dates that no usual form reads.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Unread {
    /// Lines whose date is unread in the end.
    lines: usize,
    /// Lines whose date the format reads that the shop told.
    by_format: usize,
    /// The first of them, each once.
    dates: Vec<String>,
}

impl Unread {
    /// Keeps the date of a line; `is_read` by the format that the shop told.
    pub(super) fn add(&mut self, date: &[u8], is_read: bool) {
        *(if is_read { &mut self.by_format } else { &mut self.lines }) += 1;
        if self.dates.len() < MOST_KEPT {
            let date = String::from_utf8_lossy(date);
            if !self.dates.iter().any(|known| *known == date) {
                self.dates.push(date.into_owned());
            }
        }
    }

    /// Reads the next line's date by the format that the shop told; false if it is in another.
    pub(super) fn read(&mut self, lines: &mut Lines, format: &str, date: &[u8], serial: bool) -> bool {
        let is_read = lines.read_date_by(format, date);
        if is_read && dates::parse(date, serial).is_none() {
            self.add(date, true);
        }
        is_read
    }

    /// Puts those of a section behind.
    pub(super) fn append(&mut self, next: Self) {
        self.lines += next.lines;
        self.by_format += next.by_format;
        let new: Vec<String> = next.dates.into_iter().filter(|date| !self.dates.contains(date)).collect();
        self.dates.extend(new);
        self.dates.truncate(MOST_KEPT);
    }
}

/// What there is to ask about unread dates.
pub(super) enum Asks {
    Nothing,
    /// It was answered.
    Answered(Answered),
    Question(Question),
}

impl Reader {
    /// What there is to ask of a file with so many lines whose dates were read.
    pub(super) fn asks_of_dates(&self, plan: &Plan, lines: usize) -> Asks {
        let Unread { lines: unread, by_format, dates } = &self.unread;
        let (all, doubtful) = (lines + unread, unread + by_format);
        let formats: Vec<&str> = format::fitting(dates.iter().map(String::as_str)).collect();
        let is_few = doubtful < FEWEST_UNREADABLE || doubtful * WORTH_ANSWERING_IN < all;
        // Of a column without any date that is known it is asked what else it could be.
        if is_few || lines == 0 && formats.is_empty() {
            return Asks::Nothing;
        }
        // One that the formats read differently tells most.
        let day = |format: &str, date: &str| format::read(format, date.as_bytes());
        let differs = |date: &&String| formats.windows(2).any(|two| day(two[0], date) != day(two[1], date));
        let telling = dates.iter().find(differs).or(dates.first()).map_or("", String::as_str);
        let of = |format: &str| day(format, telling).map_or(String::new(), |day| Frequency::Day.label(day));
        let formats =
            formats.iter().map(|&format| Choice { value: format.into(), consequence: of(format), count: None });
        let leave_out = Choice {
            value: LEAVE_OUT.into(),
            consequence: format!("{doubtful} of {all} rows are left out"),
            count: Some((all - doubtful) as u64),
        };
        let others = dates.iter().map(String::as_str).filter(|date| *date != telling);
        let examples = [telling].into_iter().chain(others);
        let question = Question {
            code: "unreadable-dates".into(),
            text: format!(
                "{doubtful} of {all} rows have a date that cannot be read, such as {telling}: how are they written (such as \
                 DDMMYYYY), or shall these rows be left out?"
            ),
            layout: plan.layout.clone(),
            file: String::new(),
            column: plan.column(Role::Date).map(|column| plan.headers[column].clone()),
            examples: examples.take(SHOWN).map(str::to_owned).collect(),
            choices: formats.chain([leave_out]).collect(),
        };
        match &self.options.unreadable_dates {
            // A format that most of them are not in answers nothing.
            Some(said) if said == LEAVE_OUT || unread * UNREADABLE_IN < all && 2 * by_format >= doubtful => {
                Asks::Answered(Answered { question, value: said.clone() })
            }
            None if doubtful * UNREADABLE_IN < all => Asks::Answered(Answered { question, value: LEAVE_OUT.into() }),
            _ => Asks::Question(question),
        }
    }
}
