//! A shop: the order lines of one or several files, and their panel at the frequency being looked at.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::known::{self, AheadRow, Carried, Extra, UsualTable};
use super::odd::{self, Odd};
use crate::calendar::Frequency;
use crate::error::{Error, Result};
use crate::ingest::extras::Kind;
use crate::ingest::left_out::{Left, ShopRows};
use crate::ingest::{Joined, Orders, Question, ReadOptions, Reader, Reading, Report, join};
use crate::models::orders;
use crate::notes::Note;
use crate::panel::build::{self, BuildOptions, Built};
use crate::panel::demand::{Demand, has_ended};
use crate::panel::quality::{self, Finding};
use crate::panel::sizes::with_sizes;
use crate::panel::{KnownAhead, Panel, Unknown};

/// Periods in a product's sparkline.
pub const RECENT_PERIODS: usize = 13;

/// Order lines of one shop and the panel made of them.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Name to show: the file's, or the sample's.
    pub name: String,
    /// Whether this is the invented sample shop.
    pub sample: bool,
    /// What was understood of each file. What its rows became depends on the spacing too: a period that is not whole is
    /// left out.
    pub reports: Vec<Report>,
    /// The same as they were when all was read.
    read: Vec<Report>,
    /// What must be asked before the shop can be used; the panel is empty until then.
    pub questions: Vec<Question>,
    /// Series and what was decided on the way.
    pub built: Built,
    pub(super) rows: Rc<ShopRows>,
    reading_notes: Vec<Note>,
    orders: Orders,
    options: BuildOptions,
    unknown: Unknown,
    /// Found when first asked for, unless the shop has said something about it.
    odd: OnceCell<Rc<Odd>>,
    /// The panel with the columns that were last said to be known ahead.
    planned: RefCell<Option<(Vec<String>, Panel)>>,
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
    /// Supplier, where the file has one.
    pub supplier: Option<String>,
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
    /// Whether it has been silent for far longer than ever before.
    pub ended: bool,
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
    /// Numbers beside the units that may be known ahead.
    pub extras: Vec<Extra>,
}

impl Shop {
    /// Puts the files of one shop together and builds its panel.
    ///
    /// # Errors
    /// Fails if no line is left to build series of.
    pub fn open(name: &str, readings: Vec<Reading>, mut options: BuildOptions) -> Result<Self> {
        let mut joined = join(readings)?;
        joined.orders.shrink_to_fit();
        options.far_dates |= joined.counted.iter().any(|said| said == quality::FAR_DATES);
        let is_said = joined.questions.is_empty() && Odd::is_about_lines(&joined.uncounted);
        let mut odd = is_said.then(|| Odd::without(&mut joined, &options));
        let mut built = if joined.questions.is_empty() {
            build(&joined.orders, &options)?
        } else {
            build(&Orders::default(), &options).or_else(|_| empty(&options))?
        };
        let unknown = odd::unknown(&built, &joined.counted, &joined.uncounted);
        if let Some(odd) = &mut odd {
            odd.of_days(&built, &joined.orders, &options, unknown)?;
        }
        built.panel = odd::doubt(&built, unknown, &joined.orders, &options);
        let Joined { orders, reports: read, questions, notes: mut reading_notes, rows, .. } = joined;
        // First, as everything that follows is too low by it.
        rows.lost_note(&built.unused)
            .filter(|_| questions.is_empty())
            .into_iter()
            .for_each(|note| reading_notes.insert(0, note));
        let (name, rows) = (name.into(), Rc::new(rows));
        let reports = reports(&read, &rows, &built);
        let odd = odd.map_or_else(OnceCell::new, |odd| Rc::new(odd).into());
        let planned = RefCell::default();
        Ok(Self {
            name,
            sample: false,
            reports,
            read,
            questions,
            built,
            rows,
            reading_notes,
            orders,
            options,
            unknown,
            odd,
            planned,
        })
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
        built.panel = odd::doubt(&built, self.unknown, &self.orders, &options);
        self.reports = reports(&self.read, &self.rows, &built);
        (self.built, self.options) = (built, options);
        self.planned.take();
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
        let told = self.reading_notes.iter().chain(&self.built.notes).cloned();
        told.chain(odd::out_notes(&self.built.panel)).collect()
    }

    /// Numbers the files have beside the units, which may be known ahead.
    pub fn extras(&self) -> Vec<Extra> {
        known::extras(&self.orders)
    }

    /// The panel with the columns of these names, and no others, planned ahead.
    ///
    /// # Errors
    /// Fails where there is no such column, or the panel would be too large.
    pub fn planned(&self, names: &[String]) -> Result<Panel> {
        if *names == self.options.known {
            return Ok(self.built.panel.clone());
        }
        if let Some((known, panel)) = &*self.planned.borrow()
            && known == names
        {
            return Ok(panel.clone());
        }
        self.columns(names)?;
        let options = BuildOptions { known: names.to_vec(), ..self.options.clone() };
        let panel = odd::doubt(&build(&self.orders, &options)?, self.unknown, &self.orders, &options);
        self.planned.replace(Some((names.to_vec(), panel.clone())));
        Ok(panel)
    }

    /// A panel of this shop with what methods of these names read beside it: orders and their sizes, where its lines are
    /// orders.
    ///
    /// # Errors
    /// Fails only on a panel of another shop.
    pub fn for_models<'a>(&self, panel: Panel, mut names: impl Iterator<Item = &'a str>) -> Result<Panel> {
        let are_orders = self.built.spacing.is_none() || self.rows.ordered().any(|(_, is_ordered)| is_ordered);
        if are_orders && names.any(|name| name == orders::NAME) { with_sizes(panel, &self.orders) } else { Ok(panel) }
    }

    fn columns(&self, names: &[String]) -> Result<Vec<Extra>> {
        let extras = self.extras();
        let of = |name: &String| {
            extras.iter().find(|extra| extra.name == *name).cloned().ok_or_else(|| {
                let known: Vec<&str> = extras.iter().map(|extra| extra.name.as_str()).collect();
                Error::usage("no-column", format!("no column of numbers is called \"{name}\""))
                    .remedy(format!("the shop has {}", known.join(", ")))
                    .arg("column", name)
            })
        };
        names.iter().map(of).collect()
    }

    /// What is known ahead of the columns of these names; `values` of the rows are in their order. Rows of other periods
    /// than the panel's tell the steps that its own leave open: of days said while the panel is by weeks the mean, as of
    /// days of the past, and of a week said while it is by days the same on each. What no row tells is as usual, which a
    /// note says.
    ///
    /// # Errors
    /// Fails where there is no such column, on a date or number that is none, on two values for one step, and on a horizon
    /// that none can be forecast over.
    pub fn ahead(&self, names: &[String], rows: &[AheadRow], horizon: usize) -> Result<(KnownAhead, Option<Note>)> {
        let (panel, columns) = (self.planned(names)?, self.columns(names)?);
        super::forecast::check(&panel, horizon, &[])?;
        let mut ahead = known::ahead(&panel, &columns, rows, horizon)?;
        let filled = known::fill(&mut ahead, &panel, &columns, &Carried::of(&panel, rows)?);
        let note = (filled > 0).then(|| {
            Note::info("known-usual", "what was not said to be planned ahead is taken as usual").count(filled)
        });
        Ok((ahead, note))
    }

    /// What is usual of the columns of these names over a horizon, for a product or for all; with what rows of other
    /// periods than the panel's say of it.
    ///
    /// # Errors
    /// Fails where there is no such column or product, on a date that is none, and on a horizon that none can be forecast
    /// over.
    pub fn usual(
        &self,
        names: &[String],
        rows: &[AheadRow],
        horizon: usize,
        product: Option<usize>,
    ) -> Result<UsualTable> {
        let panel = self.planned(names)?;
        super::forecast::check(&panel, horizon, &[])?;
        if let Some(index) = product.filter(|index| *index >= panel.len()) {
            return Err(Error::usage("no-product", format!("there is no product number {index}")).arg("index", index));
        }
        Ok(known::usual_table(&panel, &self.columns(names)?, &Carried::of(&panel, rows)?, horizon, product))
    }

    /// What looks odd, what was done about it, and whether the shop may say otherwise. To look for it takes a part of the
    /// time that reading took, and is done once.
    ///
    /// # Errors
    /// Fails where a panel by days would be too large.
    pub fn findings(&self) -> Result<Vec<Finding>> {
        if let Some(odd) = self.odd.get() {
            return Ok(odd.findings.clone());
        }
        let mut odd = Odd::of_lines(&self.orders, &self.rows, self.built.spacing.is_some(), &[]).0;
        odd.of_days(&self.built, &self.orders, &self.options, self.unknown)?;
        Ok(self.odd.get_or_init(|| Rc::new(odd)).findings.clone())
    }

    /// What a front end shows.
    pub fn summary(&self, id: u32) -> ShopSummary {
        let panel = &self.built.panel;
        let (sold, frequency) = (panel.as_written(), panel.frequency());
        let from = (0..panel.len()).map(|index| panel.series(index).start).min().unwrap_or(0);
        let to = (0..panel.len()).map(|index| panel.end(index) - 1).max().unwrap_or(0);
        // Thousands of products begin and end in some hundreds of periods.
        let mut labels: Vec<Option<String>> = vec![None; usize::try_from(to - from + 1).unwrap_or(0)];
        let mut label = |period: i32| match usize::try_from(period - from).ok().and_then(|place| labels.get_mut(place))
        {
            Some(known) => known.get_or_insert_with(|| frequency.label(period)).clone(),
            // The end of a series without values.
            None => frequency.label(period),
        };
        let products: Vec<ProductSummary> = (0..panel.len())
            .map(|index| {
                let (series, values) = (panel.series(index), sold.values(index));
                let clean = |value: &f64| if value.is_finite() { *value } else { 0.0 };
                ProductSummary {
                    index,
                    id: series.id.clone(),
                    name: series.name.clone(),
                    category: series.category.clone(),
                    supplier: self.built.suppliers.get(index).cloned().flatten(),
                    units: values.iter().map(clean).sum(),
                    revenue: self.built.revenue.get(index).copied().unwrap_or(0.0),
                    first: label(series.start),
                    last: label(panel.end(index) - 1),
                    recent: values[values.len().saturating_sub(RECENT_PERIODS)..].iter().map(clean).collect(),
                    demand: Demand::of(panel.values(index)),
                    ended: has_ended(panel.values(index), panel.frequency()),
                }
            })
            .collect();
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
            extras: self.extras(),
            frequencies: self.frequencies(),
            from: frequency.label(from),
            to: frequency.label(to),
        }
    }
}

/// Builds a panel with the columns that a forecast or a figure reads.
pub(super) fn build(orders: &Orders, options: &BuildOptions) -> Result<Built> {
    let promotions = orders.extra.iter().map(|extra| &extra.name).filter(|name| is_promotion(name));
    let columns = options.known.iter().chain(promotions).cloned().collect();
    build::build(orders, &BuildOptions { columns: Some(columns), ..options.clone() })
}

/// Whether a column of that name marks promotions.
pub(super) fn is_promotion(name: &str) -> bool {
    known::kind_of(name) == Some(Kind::Promotion)
}

/// What was understood of each file, with the rows that the panel left out.
fn reports(read: &[Report], rows: &ShopRows, built: &Built) -> Vec<Report> {
    let mut reports = read.to_vec();
    for (report, later) in reports.iter_mut().zip(rows.later(&built.unused)) {
        for left in later.iter().map(Left::told) {
            report.rows_used = report.rows_used.saturating_sub(left.count);
            report.left_out.push(left);
        }
    }
    reports
}

fn empty(options: &BuildOptions) -> Result<Built> {
    Ok(Built {
        panel: crate::panel::Panel::new(options.frequency.unwrap_or(Frequency::Day), Vec::new())?,
        ends: options.ends,
        spacing: None,
        is_list: false,
        revenue: Vec::new(),
        suppliers: Vec::new(),
        notes: Vec::new(),
        unused: Vec::new(),
    })
}
