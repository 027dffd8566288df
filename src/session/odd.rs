//! What looks odd in a shop, and what the shop said about it.

use super::shop::build;
use crate::calendar::Frequency;
use crate::error::Result;
use crate::ingest::left_out::ShopRows;
use crate::ingest::{Joined, Orders};
use crate::panel::Panel;
use crate::panel::build::{BuildOptions, Built};
use crate::panel::quality::{self, Finding, OddLines, Silence};

/// Codes of findings about which the shop may say that they shall not count.
pub const SAID: [&str; 4] = ["repeated-line", "quantity-outlier", "gap", "stock-out"];

/// What looks odd, and days that are taken as unknown for it.
#[derive(Debug, Default)]
pub struct Odd {
    /// What was found.
    pub findings: Vec<Finding>,
    unknown: Vec<Silence>,
    /// The series of `unknown` by key and store.
    series: Vec<(String, Option<String>)>,
}

impl Odd {
    /// Whether anything is said about it.
    pub fn is_about(uncounted: &[String]) -> bool {
        uncounted.iter().any(|said| SAID.contains(&said.as_str()))
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
        (Self { findings, ..Self::default() }, lines)
    }

    /// Looks at the lines, and leaves out those that the shop does not want counted.
    pub fn without(joined: &mut Joined) -> Self {
        let (odd, lines) = Self::of_lines(&joined.orders, &joined.rows, &joined.uncounted);
        let says = |code: &str| joined.uncounted.iter().any(|said| said == code);
        let outliers = lines.outliers.iter().map(|(line, _)| *line).collect();
        let mut said = vec![("repeated-line", lines.repeated), ("quantity-outlier", outliers)];
        said.retain(|(code, _)| says(code));
        joined.leave_out(&said);
        odd
    }

    /// Looks at the days.
    ///
    /// # Errors
    /// Fails where a panel by days would be too large.
    pub fn of_days(
        &mut self,
        built: &Built,
        orders: &Orders,
        options: &BuildOptions,
        uncounted: &[String],
    ) -> Result<()> {
        if options.far_dates || built.unused.iter().any(|(code, _)| *code == quality::FAR_DATES) {
            self.findings.splice(0..0, quality::far_dates(orders, options.far_dates));
        }
        // Of a series file every row was written on purpose, zeros too.
        if built.spacing.is_some() || orders.minute.is_empty() {
            return Ok(());
        }
        let daily;
        let panel = if built.panel.frequency() == Frequency::Day {
            &built.panel
        } else {
            daily = build(orders, &BuildOptions { frequency: Some(Frequency::Day), ..options.clone() })?;
            &daily.panel
        };
        let (gaps, stock_outs) = (quality::gaps(panel), quality::stock_outs(panel));
        let says = |code: &str| uncounted.iter().any(|said| said == code);
        self.findings.extend(quality::silences(panel, &gaps, &stock_outs, says));
        let said = [("gap", gaps), ("stock-out", stock_outs)].into_iter().filter(|(code, _)| says(code));
        self.unknown = said.flat_map(|(_, silences)| silences).collect();
        self.series =
            (0..panel.len()).map(|index| panel.series(index)).map(|one| (one.id.clone(), one.store.clone())).collect();
        Ok(())
    }

    /// A panel of the same shop with those days as missing.
    ///
    /// # Errors
    /// Only if the panel is not in order.
    pub fn blanked(&self, panel: Panel) -> Result<Panel> {
        if self.unknown.is_empty() {
            return Ok(panel);
        }
        let place = |series: usize| {
            let (id, store) = self.series.get(series)?;
            (0..panel.len()).find(|&index| panel.series(index).id == *id && panel.series(index).store == *store)
        };
        quality::blank(&panel, &self.unknown, place)
    }
}
