//! What of the order lines lies outside the series: units for the notes, and the lines themselves.

use super::spans::{Span, Spans};
use crate::calendar::Frequency;
use crate::notes::Note;

/// Products of which there is nothing but returns.
pub(super) const ONLY_RETURNS: &str = "only-returns";

/// Why something lies outside its series' span, in the order of [`REASONS`].
#[derive(Clone, Copy)]
enum Reason {
    First,
    Last,
    Launch,
    Returns,
    Nothing,
    Edges,
}

/// Their codes and what is noted.
const REASONS: [(&str, &str); 6] = [
    ("partial-first-period", "The first period is not whole and was left out"),
    ("partial-last-period", "The last period is not whole and was left out"),
    ("partial-launch", "The period in which a product was launched is not whole and was left out of its series"),
    ("returns-before-sale", "Returns before a product's first sale were left out"),
    ("nothing-before-sale", "Lines of no pieces before a product's first sale were left out"),
    ("partial-ends", "Partial periods at the ends of single series were left out"),
];

fn reason(spans: &Spans, span: &Span, period: i32, units: f64) -> Reason {
    if period < spans.whole.0 {
        Reason::First
    } else if period > spans.whole.1 {
        Reason::Last
    } else if span.launched && period + 1 == span.start {
        Reason::Launch
    } else if period < span.start && units < 0.0 {
        Reason::Returns
    } else if period < span.start && units == 0.0 {
        Reason::Nothing
    } else {
        Reason::Edges
    }
}

/// What lies outside its series' span, by reason.
#[derive(Default)]
pub(super) struct LeftOut {
    /// Shares of lines, and their units.
    units: [(u64, f64); REASONS.len()],
    /// Places of lines of which nothing lies inside.
    lines: [Vec<u32>; REASONS.len()],
    /// Lines of series that have nothing but returns.
    only_returns: Vec<u32>,
}

impl LeftOut {
    /// Counts a share of a line that lies outside.
    pub(super) fn count(&mut self, spans: &Spans, span: &Span, period: i32, units: f64) {
        let (lines, sum) = &mut self.units[reason(spans, span, period, units) as usize];
        *lines += 1;
        *sum += if units.is_nan() { 0.0 } else { units };
    }

    /// Keeps the place of a line of which nothing lies inside; `period` is its first.
    pub(super) fn keep(&mut self, spans: &Spans, span: &Span, period: i32, units: f64, line: u32) {
        self.lines[reason(spans, span, period, units) as usize].push(line);
    }

    /// Keeps the place of a line whose series has no span.
    pub(super) fn keep_return(&mut self, line: u32) {
        self.only_returns.push(line);
    }

    /// The lines that were kept, by the codes of the notes that tell of their units.
    pub(super) fn lines(self) -> impl Iterator<Item = (&'static str, Vec<u32>)> {
        let reasons = REASONS.iter().map(|(code, _)| *code).zip(self.lines);
        reasons.chain([(ONLY_RETURNS, self.only_returns)]).filter(|(_, lines)| !lines.is_empty())
    }

    /// Notes what was left out, with its units.
    pub(super) fn tell(&self, frequency: Frequency, spans: &Spans, notes: &mut Vec<Note>) {
        let launched = spans.of_key.iter().flatten().filter(|span| span.launched).count() as u64;
        for (place, ((code, text), &(lines, units))) in REASONS.into_iter().zip(&self.units).enumerate() {
            let is = |reason: Reason| place == reason as usize;
            let count = if is(Reason::Launch) { launched } else { lines };
            if count == 0 {
                continue;
            }
            let note = Note::info(code, text).count(count).arg("units", units).arg("frequency", frequency.name());
            notes.push(match place {
                _ if is(Reason::First) => note.arg("period", frequency.label(spans.whole.0 - 1)),
                _ if is(Reason::Last) => note.arg("period", frequency.label(spans.whole.1 + 1)),
                _ => note,
            });
        }
    }
}
