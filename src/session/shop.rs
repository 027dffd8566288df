//! A shop: the order lines of one or several files, and their panel at the frequency being looked at.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::calendar::Frequency;
use crate::error::Result;
use crate::ingest::left_out::ShopRows;
use crate::ingest::{Joined, Orders, Question, ReadOptions, Reader, Reading, Report, join};
use crate::notes::Note;
use crate::panel::Panel;
use crate::panel::build::{self, BuildOptions, Built};
use crate::panel::demand::Demand;
use crate::panel::quality::{self, Finding, OddLines, Silence};

/// Name of the column that marks promotions.
pub const PROMOTION_COLUMN: &str = "promo";

/// Periods in a product's sparkline.
pub const RECENT_PERIODS: usize = 13;

/// Order lines of one shop and the panel made of them.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Name to show: the file's, or the sample's.
    pub name: String,
    /// Whether this is the invented sample shop.
    pub sample: bool,
    /// What was understood of each file.
    pub reports: Vec<Report>,
    /// What must be asked before the shop can be used; the panel is empty until then.
    pub questions: Vec<Question>,
    /// Series and what was decided on the way.
    pub built: Built,
    pub(super) rows: Rc<ShopRows>,
    reading_notes: Vec<Note>,
    orders: Orders,
    options: BuildOptions,
    /// What the shop said shall not count.
    uncounted: Vec<String>,
    /// Looked for when it is asked for: that takes as long as the panel itself.
    odd: Rc<OnceCell<Odd>>,
}

/// Codes of findings that the shop may have left out, or taken as unknown.
const SWITCHED: [&str; 4] = ["repeated-line", "quantity-outlier", "gap", "stock-out"];

/// What looks odd in a shop, and days of it that are taken as unknown.
#[derive(Debug, Default)]
struct Odd {
    findings: Vec<Finding>,
    unknown: Vec<Silence>,
    /// The series of `unknown` by key and store.
    series: Vec<(String, Option<String>)>,
}

/// One product of a shop's summary.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductSummary {
    /// Place in the panel and in every forecast.
    pub index: usize,
    /// Literal key.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// Category, where the file has one.
    pub category: Option<String>,
    /// Units over the whole history.
    pub units: f64,
    /// Revenue over the whole history, 0 where the file has no prices.
    pub revenue: f64,
    /// ISO name of the first period.
    pub first: String,
    /// ISO name of the last period.
    pub last: String,
    /// Units of the last 13 periods, oldest first; missing ones count 0.
    pub recent: Vec<f64>,
    /// How regularly it sells; none without a sale.
    pub demand: Option<Demand>,
}

/// What a front end shows of a shop.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShopSummary {
    /// Number the front end gave it.
    pub id: u32,
    /// Name to show.
    pub name: String,
    /// Whether this is the invented sample shop.
    pub sample: bool,
    /// What was understood of each file.
    pub reports: Vec<Report>,
    /// What must be asked first.
    pub questions: Vec<Question>,
    /// What was left out, repaired, or looks odd.
    pub notes: Vec<Note>,
    /// All products, in panel order.
    pub products: Vec<ProductSummary>,
    /// Spacing of the panel.
    pub frequency: Frequency,
    /// Spacings the data supports.
    pub frequencies: Vec<Frequency>,
    /// ISO name of the first period.
    pub from: String,
    /// ISO name of the last period.
    pub to: String,
    /// Units over the whole history.
    pub total_units: f64,
    /// Revenue over the whole history.
    pub total_revenue: f64,
}

impl Shop {
    /// Puts the files of one shop together and builds its panel.
    ///
    /// # Errors
    /// Fails if no line is left to build series of.
    pub fn open(name: &str, readings: Vec<Reading>, mut options: BuildOptions) -> Result<Self> {
        let mut joined = join(readings)?;
        options.far_dates |= joined.counted.iter().any(|said| said == quality::FAR_DATES);
        let is_asked = !joined.questions.is_empty();
        // What is to be left out must be looked for at once.
        let switches = !is_asked && joined.uncounted.iter().any(|code| SWITCHED.contains(&code.as_str()));
        let mut odd = Odd::default();
        if switches {
            odd.of_lines(&mut joined);
        }
        let mut built = if is_asked {
            build(&Orders::default(), &options).or_else(|_| empty(&options))?
        } else {
            build(&joined.orders, &options)?
        };
        if switches {
            odd.of_days(&built, &joined.orders, &joined.uncounted, &options)?;
        }
        if !odd.unknown.is_empty() {
            built.panel = odd.blanked(&built.panel)?;
        }
        let odd = Rc::new(if switches || is_asked { OnceCell::from(odd) } else { OnceCell::new() });
        let Joined { orders, reports, questions, notes: reading_notes, rows, uncounted, .. } = joined;
        let (name, rows, sample) = (name.into(), Rc::new(rows), false);
        Ok(Self { name, sample, reports, questions, built, rows, reading_notes, orders, options, uncounted, odd })
    }

    /// What looks odd in the data, what was done about it, and whether the shop may say otherwise.
    ///
    /// # Errors
    /// Fails only if a daily panel cannot be built.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        if let Some(odd) = self.odd.get() {
            return Ok(odd.findings.clone());
        }
        let mut odd = Odd::default();
        odd.look_at_lines(&self.orders, &self.rows, &self.uncounted);
        odd.of_days(&self.built, &self.orders, &self.uncounted, &self.options)?;
        Ok(self.odd.get_or_init(|| odd).findings.clone())
    }

    /// The invented sample shop.
    ///
    /// # Errors
    /// Fails only if what the generator writes cannot be read.
    pub fn sample() -> Result<Self> {
        let made = crate::sample::default();
        let mut reader = Reader::new(crate::sample::FILE_NAME, ReadOptions::default());
        reader.push(&made.csv)?;
        Ok(Self { sample: true, ..Self::open("", vec![reader.finish()?], BuildOptions::default())? })
    }

    /// The same shop at another spacing.
    ///
    /// # Errors
    /// Fails if the data has no such spacing, for example hours of a file with days only.
    pub fn regroup(&mut self, frequency: Frequency) -> Result<()> {
        let options = BuildOptions { frequency: Some(frequency), ..self.options.clone() };
        let mut built = build(&self.orders, &options)?;
        if let Some(odd) = self.odd.get()
            && !odd.unknown.is_empty()
        {
            built.panel = odd.blanked(&built.panel)?;
        }
        (self.built, self.options) = (built, options);
        Ok(())
    }

    /// Spacings the data supports, finest first: what is coarser than the file's own rows, and has at least four
    /// periods.
    pub fn frequencies(&self) -> Vec<Frequency> {
        let finest = self.built.spacing.unwrap_or(if self.orders.has_time { Frequency::Hour } else { Frequency::Day });
        let minutes =
            self.orders.minute.iter().fold((i32::MAX, i32::MIN), |(low, high), &at| (low.min(at), high.max(at)));
        let days = if minutes.0 > minutes.1 { 0 } else { (minutes.1 - minutes.0) / (24 * 60) };
        [(Frequency::Hour, 0), (Frequency::Day, 0), (Frequency::Week, 4 * 7), (Frequency::Month, 4 * 31)]
            .into_iter()
            .filter(|&(frequency, least_days)| frequency >= finest && days >= least_days)
            .map(|(frequency, _)| frequency)
            .collect()
    }

    /// Everything noted so far.
    pub fn notes(&self) -> Vec<Note> {
        self.reading_notes.iter().chain(&self.built.notes).cloned().collect()
    }

    /// What a front end shows.
    pub fn summary(&self, id: u32) -> ShopSummary {
        let panel = &self.built.panel;
        let frequency = panel.frequency();
        let products: Vec<ProductSummary> = (0..panel.len())
            .map(|index| {
                let (series, values) = (panel.series(index), panel.values(index));
                let clean = |value: &f64| if value.is_finite() { *value } else { 0.0 };
                ProductSummary {
                    index,
                    id: series.id.clone(),
                    name: series.name.clone(),
                    category: series.category.clone(),
                    units: values.iter().map(clean).sum(),
                    revenue: self.built.revenue.get(index).copied().unwrap_or(0.0),
                    first: frequency.label(series.start),
                    last: frequency.label(panel.end(index) - 1),
                    recent: values[values.len().saturating_sub(RECENT_PERIODS)..].iter().map(clean).collect(),
                    demand: Demand::of(values),
                }
            })
            .collect();
        let from = (0..panel.len()).map(|index| panel.series(index).start).min().unwrap_or(0);
        let to = (0..panel.len()).map(|index| panel.end(index) - 1).max().unwrap_or(0);
        ShopSummary {
            id,
            name: self.name.clone(),
            sample: self.sample,
            reports: self.reports.clone(),
            questions: self.questions.clone(),
            notes: self.notes(),
            total_units: products.iter().map(|product| product.units).sum(),
            total_revenue: products.iter().map(|product| product.revenue).sum(),
            products,
            frequency,
            frequencies: self.frequencies(),
            from: frequency.label(from),
            to: frequency.label(to),
        }
    }
}

impl Odd {
    /// Looks at the lines.
    fn look_at_lines(&mut self, orders: &Orders, rows: &ShopRows, uncounted: &[String]) -> OddLines {
        let mut ordered: Vec<(usize, bool)> = Vec::new();
        for (lines, is_ordered) in rows.ordered() {
            ordered.push((ordered.last().map_or(0, |(end, _)| *end) + lines, is_ordered));
        }
        let is_ordered = |line: usize| ordered.iter().find(|(end, _)| line < *end).is_some_and(|(_, is)| *is);
        let odd = OddLines::find(orders, is_ordered);
        self.findings = odd.findings(orders, |code| uncounted.iter().any(|said| said == code));
        odd
    }

    /// Looks at the lines, and leaves out what the shop does not want counted.
    fn of_lines(&mut self, joined: &mut Joined) {
        let odd = self.look_at_lines(&joined.orders, &joined.rows, &joined.uncounted);
        let says = |code: &str| joined.uncounted.iter().any(|said| said == code);
        let repeated = says("repeated-line").then_some(("repeated-line", odd.repeated));
        let outliers: Vec<u32> = odd.outliers.iter().map(|(line, _)| *line).collect();
        let outliers = says("quantity-outlier").then_some(("quantity-outlier", outliers));
        let mut gone: Vec<u32> = Vec::new();
        for (reason, lines) in repeated.into_iter().chain(outliers) {
            // Places move up for each line before them that is gone already.
            let moved = lines.iter().filter(|line| gone.binary_search(line).is_err());
            let moved: Vec<u32> = moved.map(|line| line - gone.partition_point(|lost| lost < line) as u32).collect();
            joined.leave_out(&moved, reason);
            gone.extend(&lines);
            gone.sort_unstable();
        }
    }

    /// Looks at the days.
    fn of_days(
        &mut self,
        built: &Built,
        orders: &Orders,
        uncounted: &[String],
        options: &BuildOptions,
    ) -> Result<()> {
        if options.far_dates || built.unused.iter().any(|(code, _)| *code == quality::FAR_DATES) {
            self.findings.splice(0..0, quality::far_dates(orders, options.far_dates));
        }
        // Of a series file every row was written on purpose, zeros too.
        if built.spacing.is_some() {
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
    fn blanked(&self, panel: &Panel) -> Result<Panel> {
        let places: BTreeMap<(&str, Option<&str>), usize> = (0..panel.len())
            .map(|index| ((panel.series(index).id.as_str(), panel.series(index).store.as_deref()), index))
            .collect();
        let place = |series: usize| {
            let (id, store) = self.series.get(series)?;
            places.get(&(id.as_str(), store.as_deref())).copied()
        };
        quality::blank(panel, &self.unknown, place)
    }
}

/// Builds a panel. Columns that neither a forecast nor a figure reads, such as prices that are not planned, would be as
/// large as the sales themselves.
fn build(orders: &Orders, options: &BuildOptions) -> Result<Built> {
    let mut built = build::build(orders, options)?;
    built.panel = built.panel.with_columns(|column| column.planned || column.name == PROMOTION_COLUMN);
    Ok(built)
}

fn empty(options: &BuildOptions) -> Result<Built> {
    Ok(Built {
        panel: crate::panel::Panel::new(options.frequency.unwrap_or(Frequency::Day), Vec::new())?,
        ends: options.ends,
        spacing: None,
        revenue: Vec::new(),
        notes: Vec::new(),
        unused: Vec::new(),
    })
}
