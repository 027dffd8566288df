//! What looks odd in a shop, and what the shop said about it.

use super::shop::build;
use crate::calendar::Frequency;
use crate::error::Result;
use crate::ingest::left_out::ShopRows;
use crate::ingest::{Joined, Orders};
use crate::panel::build::{BuildOptions, Built, spacing};
use crate::panel::quality::{self, Done, Finding, OddLines, SoldOn};
use crate::panel::{Panel, Unknown};

/// Code of days on which a product seems to have run out.
pub const STOCK_OUT: &str = "stock-out";

/// Code of lines of about a hundred times the usual quantity.
pub const OUTLIER: &str = "quantity-outlier";

/// Days of a shop that are taken as unknown. Of a series file every row was written on purpose, zeros too.
pub fn unknown(built: &Built, counted: &[String], uncounted: &[String]) -> Unknown {
    let says = |said: &[String], code: &str| said.iter().any(|one| one == code);
    match built.spacing {
        Some(_) => Unknown::default(),
        None => Unknown { gaps: says(uncounted, "gap"), stock_outs: !says(counted, STOCK_OUT) },
    }
}

/// The panel of a shop with those days as unknown.
pub fn doubt(panel: Panel, unknown: Unknown, orders: &Orders, options: &BuildOptions) -> Panel {
    if unknown == Unknown::default() || panel.is_empty() {
        return panel;
    }
    // A shop whose days are too many for a panel goes without.
    match daily(&panel, orders, options) {
        Ok(daily) => panel.with_unknown(unknown, &daily),
        Err(_) => panel,
    }
}

/// The shop by days, as it is written in its files.
fn daily(panel: &Panel, orders: &Orders, options: &BuildOptions) -> Result<Panel> {
    if panel.frequency() == Frequency::Day {
        return Ok(panel.as_written());
    }
    Ok(build(orders, &BuildOptions { frequency: Some(Frequency::Day), ..options.clone() })?.panel)
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
        uncounted.iter().any(|said| matches!(said.as_str(), "repeated-line" | OUTLIER))
    }

    /// Looks at the lines.
    pub fn of_lines(orders: &Orders, rows: &ShopRows, uncounted: &[String]) -> (Self, OddLines) {
        let mut ordered: Vec<(usize, bool)> = Vec::new();
        for (lines, is_ordered) in rows.ordered() {
            ordered.push((ordered.last().map_or(0, |(end, _)| *end) + lines, is_ordered));
        }
        let is_ordered = |line: usize| ordered.iter().find(|(end, _)| line < *end).is_some_and(|(_, is)| *is);
        let lines = OddLines::find(orders, is_ordered);
        let findings = lines.findings(orders, |code| uncounted.iter().any(|said| said == code));
        (Self { findings }, lines)
    }

    /// Looks at the lines, and leaves out those that the shop does not want counted. Of a series, or a list by weeks or
    /// months, what is far too much is unknown: without a row it would count as zero. An order is left out whole.
    pub fn without(joined: &mut Joined, options: &BuildOptions) -> Self {
        let (mut odd, lines) = Self::of_lines(&joined.orders, &joined.rows, &joined.uncounted);
        let says = |code: &str| joined.uncounted.iter().any(|said| said == code);
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
        if built.spacing.is_some() || orders.minute.is_empty() {
            return Ok(());
        }
        let panel = daily(&built.panel, orders, options)?;
        let sold = SoldOn::new(&panel);
        let (gaps, stock_outs) = (quality::gaps(&sold), quality::stock_outs(&panel, &sold));
        self.findings.extend(quality::silences(&panel, &gaps, &stock_outs, unknown));
        Ok(())
    }
}
