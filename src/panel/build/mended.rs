//! Values that are mended: periods of which some rows are blank, and those with more returns than sales.

use crate::calendar::Frequency;
use crate::notes::Note;

/// Share of a coarser period's rows that must be known for the rest to be scaled up.
const LEAST_KNOWN_SHARE: f64 = 0.75;

/// How many rows of a list a period has.
pub(super) fn rows_of(spacing: Frequency, frequency: Frequency, period: i32) -> f64 {
    const WEEK_DAYS: f64 = 7.0;
    let days = || f64::from(frequency.first_day(period + 1) - frequency.first_day(period));
    match (spacing, frequency) {
        (Frequency::Week, Frequency::Month) => days() / WEEK_DAYS,
        (Frequency::Day, Frequency::Week | Frequency::Month) => days(),
        _ => 1.0,
    }
}

/// What was mended in the values.
#[derive(Default)]
pub(super) struct Mended {
    pub(super) missing: u64,
    scaled: (u64, f64),
    clipped: (u64, f64),
}

impl Mended {
    /// Scales periods with few missing rows, and blanks those with many. `rows` are all and the known ones.
    pub(super) fn fill_missing(&mut self, values: &mut [f64], rows: &[(f64, f64)]) {
        for (value, &(all, known)) in values.iter_mut().zip(rows) {
            if known >= all {
                continue;
            }
            if known < all * LEAST_KNOWN_SHARE {
                *value = f64::NAN;
                self.missing += 1;
            } else {
                let whole = *value * all / known;
                self.scaled.0 += 1;
                self.scaled.1 += whole - *value;
                *value = whole;
            }
        }
    }

    /// Lets no period fall below zero.
    pub(super) fn clip(&mut self, values: &mut [f64]) {
        for value in values.iter_mut().filter(|value| **value < 0.0) {
            self.clipped.0 += 1;
            self.clipped.1 -= *value;
            *value = 0.0;
        }
    }

    pub(super) fn tell(&self, notes: &mut Vec<Note>) {
        if self.missing > 0 {
            notes.push(Note::info("missing-values", "Blank values count as missing, not as zero").count(self.missing));
        }
        if self.scaled.0 > 0 {
            notes.push(
                Note::info("missing-scaled", "Periods with a few blank values were scaled up from the others")
                    .count(self.scaled.0)
                    .arg("units", self.scaled.1),
            );
        }
        if self.clipped.0 > 0 {
            notes.push(
                Note::info("returns-clipped", "Periods with more returns than sales count as zero")
                    .count(self.clipped.0)
                    .arg("units", self.clipped.1),
            );
        }
    }
}
