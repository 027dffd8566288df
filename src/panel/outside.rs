//! What of the order lines lies outside the series: units for the notes, and the lines themselves.

use super::build::Input;
use super::lines::Line;
use super::spans::{Span, Spans, shares};
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

/// Units that lie outside their series' span, by reason.
#[derive(Default)]
pub(super) struct LeftOut([(u64, f64); REASONS.len()]);

impl LeftOut {
    /// Counts a share of a line that lies outside.
    pub(super) fn count(&mut self, spans: &Spans, span: &Span, period: i32, units: f64) {
        let slot = &mut self.0[reason(spans, span, period, units) as usize];
        slot.0 += 1;
        slot.1 += if units.is_nan() { 0.0 } else { units };
    }

    /// Notes what was left out, with its units.
    pub(super) fn tell(&self, frequency: Frequency, spans: &Spans, notes: &mut Vec<Note>) {
        let launched = spans.of_key.iter().flatten().filter(|span| span.launched).count() as u64;
        for (place, ((code, text), &(lines, units))) in REASONS.into_iter().zip(&self.0).enumerate() {
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

/// The lines of which nothing lies inside their series' spans, by the codes of the notes that count their units. Only
/// where there is such a note are the lines looked through.
pub(super) fn lines(input: &Input<'_>, spans: &Spans, notes: &[Note]) -> Vec<(&'static str, Vec<u32>)> {
    let is_told = |note: &Note| note.code == ONLY_RETURNS || REASONS.iter().any(|(code, _)| note.code == *code);
    if !notes.iter().any(is_told) {
        return Vec::new();
    }
    let mut found: [Vec<u32>; REASONS.len()] = Default::default();
    let mut only_returns = Vec::new();
    for Line { place, key, minute, units } in input.lines.all() {
        let Some(span) = &spans.of_key[key] else {
            only_returns.push(place as u32);
            continue;
        };
        let mut periods = shares(input.shape, input.frequency, &spans.periods, minute).map(|(period, _)| period);
        let first = periods.next().unwrap_or_default();
        // A week that straddles two months is in use where one of them is.
        let is_inside = |period: i32| (span.start..span.end).contains(&period);
        if !is_inside(first) && !periods.any(is_inside) {
            found[reason(spans, span, first, units) as usize].push(place as u32);
        }
    }
    let reasons = REASONS.iter().map(|(code, _)| *code).zip(found);
    reasons.chain([(ONLY_RETURNS, only_returns)]).filter(|(_, lines)| !lines.is_empty()).collect()
}
