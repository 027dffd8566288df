//! What looks odd in a shop, and what the shop said about it.

use super::shop::build;
use crate::calendar::Frequency;
use crate::error::Result;
use crate::ingest::left_out::ShopRows;
use crate::ingest::{Joined, Orders};
use crate::notes::Note;
use crate::panel::build::{BuildOptions, Built, spacing};
use crate::panel::quality::{self, BULK_ORDER, Done, Finding, OddLines, STOCK_OUT, Silences};
use crate::panel::{Panel, Unknown};

/// Code of lines of about a hundred times the usual quantity.
pub const OUTLIER: &str = "quantity-outlier";

/// Days of a shop that are taken as unknown. Of a series file every row was written on purpose, zeros too: only those
/// beside which it says that there was none in stock are unknown unless the shop says more.
pub fn unknown(built: &Built, counted: &[String], uncounted: &[String]) -> Unknown {
    let says = |said: &[String], code: &str| said.iter().any(|one| one == code);
    let is_written = built.spacing.is_some() && !built.is_list;
    let counted_out = !says(counted, STOCK_OUT);
    let stock_outs = counted_out && (!is_written || says(uncounted, STOCK_OUT));
    Unknown { gaps: built.spacing.is_none() && says(uncounted, "gap"), stock_outs, counted_out }
}

/// The panel of a shop with those days as unknown.
pub fn doubt(built: &Built, unknown: Unknown, orders: &Orders, options: &BuildOptions) -> Panel {
    if unknown == Unknown::default() || built.panel.is_empty() {
        return built.panel.clone();
    }
    // A shop whose days are too many for a panel goes without.
    match base(built, orders, options) {
        Ok(base) => built.panel.clone().with_unknown(unknown, &base),
        _ => built.panel.clone(),
    }
}

/// The shop by days, or by the weeks or months of its list, as it is written in its files, with what was on hand where they
/// say so.
fn base(built: &Built, orders: &Orders, options: &BuildOptions) -> Result<Panel> {
    let frequency = match built.spacing {
        Some(spacing @ (Frequency::Week | Frequency::Month)) => spacing,
        Some(Frequency::Hour | Frequency::Day) | None => Frequency::Day,
    };
    let is_carried = built.spacing.is_none() || built.is_list;
    if built.panel.frequency() == frequency {
        return quality::with_on_hand(&built.panel.as_written(), orders, is_carried);
    }
    let built = build(orders, &BuildOptions { frequency: Some(frequency), ..options.clone() })?;
    quality::with_on_hand(&built.panel, orders, is_carried)
}

/// Days in all from which a product's times without stock are told with its forecast; shorter ones are seen in its chart.
const LONG_OUT_DAYS: i32 = 7;
/// Code of the note that tells them.
pub const OUT_OF_STOCK: &str = "out-of-stock";

/// A note for each product that was out of stock for long.
pub fn out_notes(panel: &Panel) -> Vec<Note> {
    let told = panel.days_out().chunk_by(|(one, _), (other, _)| one == other).filter_map(|outs| {
        let (series, first) = &outs[0];
        let days: i32 = outs.iter().map(|(_, days)| days.end - days.start).sum();
        let last = outs.last().map_or(first.end, |(_, days)| days.end) - 1;
        let (from, until) = (Frequency::Day.label(first.start), Frequency::Day.label(last));
        let text = format!(
            "out of stock, or so it seems, on {days} days between {from} and {until}: what would have been sold then is taken \
             as unknown, not as none, and what is forecast is what would sell in stock"
        );
        let note = Note::info(OUT_OF_STOCK, text).product(&panel.series(*series).id).count(days as u64);
        (days >= LONG_OUT_DAYS).then(|| note.arg("from", from).arg("until", until))
    });
    told.collect()
}

/// What looks odd.
#[derive(Debug, Default)]
pub struct Odd {
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Odd {
    /// Whether the shop says anything about single lines.
    pub fn is_about_lines(uncounted: &[String]) -> bool {
        uncounted.iter().any(|said| matches!(said.as_str(), "repeated-line" | OUTLIER | BULK_ORDER))
    }

    /// Looks at the lines; of a series or list they are sums by periods, where they have no order numbers.
    pub fn of_lines(orders: &Orders, rows: &ShopRows, is_series: bool, uncounted: &[String]) -> (Self, OddLines) {
        let mut ordered: Vec<(usize, bool)> = Vec::new();
        for (lines, is_ordered) in rows.ordered() {
            ordered.push((ordered.last().map_or(0, |(end, _)| *end) + lines, is_ordered));
        }
        let is_ordered = |line: usize| ordered.iter().find(|(end, _)| line < *end).is_some_and(|(_, is)| *is);
        let lines = OddLines::find(orders, is_ordered, !is_series || ordered.iter().any(|(_, is)| *is));
        let findings = lines.findings(orders, |code| uncounted.iter().any(|said| said == code));
        (Self { findings }, lines)
    }

    /// Looks at the lines, and leaves out those that the shop does not want counted. Of a series, or a list by weeks or
    /// months, what is far too much is unknown: without a row it would count as zero. An order is left out whole. A bulk
    /// order that is not wanted counts as one of the usual size: somebody came.
    pub fn without(joined: &mut Joined, options: &BuildOptions) -> Self {
        let is_series = spacing(&joined.orders, options, &[]).is_some();
        let (mut odd, lines) = Self::of_lines(&joined.orders, &joined.rows, is_series, &joined.uncounted);
        let says = |code: &str| joined.uncounted.iter().any(|said| said == code);
        for (line, usual) in lines.bulk.iter().filter(|_| says(BULK_ORDER)) {
            joined.orders.quantity[*line as usize] = *usual;
        }
        let outliers: Vec<u32> = lines.outliers.iter().map(|(line, _)| *line).collect();
        let mut said = vec![("repeated-line", lines.repeated), (OUTLIER, outliers)];
        said.retain(|(code, _)| says(code));
        let repeated = said.first().filter(|(code, _)| *code != OUTLIER).map_or(&[][..], |(_, lines)| lines);
        let is_ordered = joined.rows.ordered().any(|(_, is_ordered)| is_ordered);
        if says(OUTLIER) && !is_ordered && spacing(&joined.orders, options, repeated).is_some() {
            for line in said.pop_if(|(code, _)| *code == OUTLIER).map_or(Vec::new(), |(_, lines)| lines) {
                joined.orders.quantity[line as usize] = f64::NAN;
            }
            let outliers = odd.findings.iter_mut().filter(|finding| finding.code == OUTLIER);
            outliers.for_each(|finding| finding.done = Done::Missing);
        }
        joined.leave_out(&said);
        odd
    }

    /// Looks at the days.
    ///
    /// # Errors
    /// Fails where a panel by days would be too large.
    pub fn of_days(&mut self, built: &Built, orders: &Orders, options: &BuildOptions, unknown: Unknown) -> Result<()> {
        if options.far_dates || built.unused.iter().any(|(code, _)| *code == quality::FAR_DATES) {
            self.findings.splice(0..0, quality::far_dates(orders, options.far_dates));
        }
        if orders.minute.is_empty() {
            return Ok(());
        }
        let base = base(built, orders, options)?;
        let mut silences = Silences::find(&base);
        if built.spacing.is_some() {
            // The rows are there, and say that nothing was sold.
            silences.gaps.clear();
        }
        self.findings.extend(silences.findings(&base, unknown));
        Ok(())
    }
}
