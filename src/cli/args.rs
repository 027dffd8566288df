//! Arguments of the command.

use std::convert::Infallible;
use std::fmt;
use std::num::ParseFloatError;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::calendar::Frequency;
use crate::panel::clean::{CleanOptions, Missing, Outliers};
use crate::session::forecast::DEFAULT_LEVELS;

/// Sales forecasts from an orders file, on this machine.
#[derive(Debug, Parser)]
#[command(name = "tillcast", version, about, max_term_width = 100)]
pub struct Call {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the command can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what was understood of a file
    Inspect(Inspect),
    /// Write the regular series: product,date,quantity
    Panel(PanelCall),
    /// Forecast every product
    Forecast(ForecastCall),
    /// Test methods on the file's own past
    Backtest(BacktestCall),
    /// List the methods
    Models {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the invented sample shop's orders
    Sample(Sample),
}

/// Files and how to read them.
#[derive(Debug, Args)]
pub struct Files {
    /// Orders or series files; several are one shop, - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Order of day and month in all files: dmy, mdy, ymd
    #[arg(long, value_name = "ORDER")]
    pub date_order: Option<DateOrderArg>,
    /// Where many dates cannot be read: leave-out for their rows, or how they are written, such as DDMMYYYY or YYYY-DD-MM
    #[arg(long, value_name = "FORMAT")]
    pub unreadable_dates: Option<String>,
    /// First and last day that a report without dates covers, one day, seven or a month, such as 2026-01-01..2026-01-31; of
    /// several files, each by its name: january.csv=2026-01-01..2026-01-31
    #[arg(long, value_name = "[FILE=]FROM..TO")]
    pub report_period: Vec<String>,
    /// Encoding, such as utf-8, gb18030, windows-1252
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Delimiter; the word tab for a tab
    #[arg(long, value_name = "CHAR")]
    pub delimiter: Option<String>,
    /// Decimal mark: . or ,
    #[arg(long, value_name = "CHAR")]
    pub decimal: Option<char>,
    /// Sheet of a workbook; by default the first with a table
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Use only lines in this currency; all: the pieces of all lines, without prices
    #[arg(long, value_name = "CODE")]
    pub currency: Option<String>,
    /// Count lines left out by default for these reasons: cancelled, refunded, returned, unpaid, free, duplicate,
    /// dates-far-off and others; stock-out: days on which a product was out of stock, or seems to have been, are days
    /// without sales
    #[arg(long, value_name = "REASONS", value_delimiter = ',')]
    pub count: Vec<String>,
    /// Leave out what counts by default: pending, partly-refunded, returns, repeated-line, quantity-outlier, and
    /// status:WORD for lines of that status; of a bulk-order all but the usual size; sales in a gap are taken as unknown, as in a stock-out, of order lines anyway
    #[arg(long, value_name = "KINDS", value_delimiter = ',')]
    pub leave_out: Vec<String>,
    /// What to forecast of a file of orders without products: orders, revenue
    #[arg(long, value_name = "WHAT")]
    pub without_products: Option<TotalsArg>,
    /// Column of the date
    #[arg(long, value_name = "COL")]
    pub date: Option<String>,
    /// Column of the product key
    #[arg(long, value_name = "COL")]
    pub product: Option<String>,
    /// Column of the product name
    #[arg(long, value_name = "COL")]
    pub name: Option<String>,
    /// Column of the units
    #[arg(long, value_name = "COL")]
    pub quantity: Option<String>,
    /// Column of the unit price
    #[arg(long, value_name = "COL")]
    pub price: Option<String>,
    /// Column of the line total
    #[arg(long, value_name = "COL")]
    pub revenue: Option<String>,
    /// Column of the order number
    #[arg(long, value_name = "COL")]
    pub order: Option<String>,
    /// Column of the status
    #[arg(long, value_name = "COL")]
    pub status: Option<String>,
    /// Column of when or whether it was cancelled
    #[arg(long, value_name = "COL")]
    pub cancelled: Option<String>,
    /// Column that tells sales from pieces that came back
    #[arg(long, value_name = "COL")]
    pub kind: Option<String>,
    /// Column of the currency
    #[arg(long, value_name = "COL")]
    pub currency_column: Option<String>,
    /// Column of the store
    #[arg(long, value_name = "COL")]
    pub store: Option<String>,
    /// Column of the category
    #[arg(long, value_name = "COL")]
    pub category: Option<String>,
    /// Columns of the variation: size, colour
    #[arg(long, value_name = "COLS", value_delimiter = ',')]
    pub variant: Vec<String>,
    /// Count each variation of a product as a product of its own: product is then the key and the variation
    #[arg(long)]
    pub variants: bool,
    /// Count what a column says is sold by g and kg, ml and l, piece and dozen in the smallest of these
    #[arg(long)]
    pub smallest_unit: bool,
    /// Column of the supplier
    #[arg(long, value_name = "COL")]
    pub supplier: Option<String>,
    /// Columns that have no role, and are not guessed to have one
    #[arg(long, value_name = "COLS", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Where series end: at the file's cut-off or each at its own last row
    #[arg(long)]
    pub ends: Option<EndsArg>,
    /// Split series by store instead of summing stores: a column store after product
    #[arg(long)]
    pub by: Option<ByArg>,
    /// Days to use, such as 2025-01-01..2025-12-31; either end may be left open
    #[arg(long, value_name = "FROM..TO", conflicts_with_all = ["from", "to"])]
    pub period: Option<String>,
    /// First day to use, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Last day to use, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// Spacing of the series: hour, day, week, month
    #[arg(long, value_name = "F")]
    pub freq: Option<Frequency>,
}

/// Order of day and month.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DateOrderArg {
    /// Day first.
    Dmy,
    /// Month first.
    Mdy,
    /// Year first.
    Ymd,
}

/// What is forecast of orders without products.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TotalsArg {
    /// Their number.
    Orders,
    /// Their value.
    Revenue,
}

/// Where series end.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum EndsArg {
    /// At the file's cut-off.
    File,
    /// At their own last row.
    Own,
}

/// What series are split by.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ByArg {
    /// One series per product and store.
    Store,
}

/// `inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// Files and how to read them.
    #[command(flatten)]
    pub files: Files,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Write the rows that were left out here: file,row,reason,text
    #[arg(long, value_name = "OUT.csv")]
    pub left_out: Option<PathBuf>,
}

/// `panel`.
#[derive(Debug, Args)]
pub struct PanelCall {
    /// Files and how to read them.
    #[command(flatten)]
    pub files: Files,
    /// Write here instead of to standard output
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// Where to compute.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DeviceArg {
    /// A GPU where there is a real one.
    Auto,
    /// The processor.
    Cpu,
    /// Any GPU, a software one too.
    Gpu,
}

/// Horizon, device, seed.
#[derive(Debug, Args)]
pub struct Work {
    /// Steps to forecast
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub horizon: u32,
    /// Where networks are trained
    #[arg(long, default_value = "auto")]
    pub device: DeviceArg,
    /// Columns known ahead, such as promo,open
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    pub known: Vec<String>,
    /// Equal input, options and seed give equal output
    #[arg(long, default_value_t = crate::session::forecast::DEFAULT_SEED)]
    pub seed: u64,
    /// What methods learn of missing values
    #[arg(long, default_value = "keep")]
    pub missing: MissingArg,
    /// What methods learn of values far from the usual
    #[arg(long, default_value = "keep")]
    pub outliers: OutliersArg,
}

impl Work {
    /// How to clean what methods learn from.
    pub fn clean(&self) -> CleanOptions {
        CleanOptions {
            missing: match self.missing {
                MissingArg::Keep => Missing::Keep,
                MissingArg::Zero => Missing::Zero,
                MissingArg::Interpolate => Missing::Interpolate,
                MissingArg::Seasonal => Missing::Seasonal,
            },
            outliers: match self.outliers {
                OutliersArg::Keep => Outliers::Keep,
                OutliersArg::Clip => Outliers::Clip,
                OutliersArg::SeasonalHybrid => Outliers::SeasonalHybrid,
            },
        }
    }
}

/// What becomes of missing values.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum MissingArg {
    /// They stay missing.
    Keep,
    /// Nothing was sold.
    Zero,
    /// On a line between their neighbours.
    Interpolate,
    /// As a season before and after.
    Seasonal,
}

/// What becomes of outliers.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum OutliersArg {
    /// They stay.
    Keep,
    /// Down to five robust standard deviations.
    Clip,
    /// What stands out of season and level becomes both (S-H-ESD).
    SeasonalHybrid,
}

/// A quantile's level as it was written, which names its column.
#[derive(Debug, Clone)]
pub struct Level {
    /// The level.
    pub value: f64,
    /// As it was written.
    pub text: String,
}

impl Level {
    fn of(value: f64) -> Self {
        Self { value, text: value.to_string() }
    }
}

impl FromStr for Level {
    type Err = ParseFloatError;

    fn from_str(text: &str) -> Result<Self, ParseFloatError> {
        Ok(Self { value: text.parse()?, text: text.to_owned() })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// Names with commas between them, which may have commas of their own within parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl FromStr for Names {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut depth = 0_i32;
        let between = |letter: char| {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            letter == ',' && depth <= 0
        };
        Ok(Self(text.split(between).map(str::to_owned).collect()))
    }
}

/// `forecast`.
#[derive(Debug, Args)]
pub struct ForecastCall {
    /// Files and how to read them.
    #[command(flatten)]
    pub files: Files,
    /// Horizon, device, seed.
    #[command(flatten)]
    pub work: Work,
    /// Method (see `tillcast models`), or auto
    #[arg(long, default_value = "auto")]
    pub model: String,
    /// Past origins that methods are compared and ranges calibrated on; 0 for a method's own ranges
    #[arg(long, value_name = "K", default_value_t = crate::session::forecast::DEFAULT_FOLDS as u32, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub folds: u32,
    /// Levels in (0, 1)
    #[arg(long, value_name = "LEVEL,…", value_delimiter = ',', default_values_t = DEFAULT_LEVELS.map(Level::of))]
    pub quantiles: Vec<Level>,
    /// Values of the known columns over the horizon: product,date and the columns; store too with --by store. Without
    /// product and store they hold for all
    #[arg(long, value_name = "FUTURE.csv")]
    pub future: Option<PathBuf>,
    /// Add rows with date = total: quantiles of the sum over the horizon
    #[arg(long)]
    pub totals: bool,
    /// Add rows with date = FROM..TO: quantiles of the sums over the first so many steps, such as 7,14
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub sums: Vec<u32>,
    /// Write joint sample paths here: product,date and a column a path; sums over products and days are futures of the shop
    #[arg(long, value_name = "PATHS.csv")]
    pub paths: Option<PathBuf>,
    /// How many paths
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub path_count: u32,
    /// Add rows for the whole shop, categories and stores that add up with the products', and a first column level
    #[arg(long, value_name = "HOW")]
    pub reconcile: Option<ReconcileArg>,
    /// Write here instead of to standard output
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// How forecasts are made to add up.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ReconcileArg {
    /// Sums of the products.
    BottomUp,
    /// The shop's own forecast, shared out.
    TopDown,
    /// The least change that past errors justify (minimum trace).
    Mint,
}

/// `backtest`.
#[derive(Debug, Args)]
pub struct BacktestCall {
    /// Files and how to read them.
    #[command(flatten)]
    pub files: Files,
    /// Horizon, device, seed.
    #[command(flatten)]
    pub work: Work,
    /// Test origins, one horizon apart
    #[arg(long, value_name = "K", default_value_t = crate::session::forecast::DEFAULT_FOLDS as u32, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub folds: u32,
    /// Methods, or all
    #[arg(long, value_name = "a,b,…", default_value = "all")]
    pub models: Vec<Names>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Write here instead of to standard output
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// `sample`.
#[derive(Debug, Args)]
pub struct Sample {
    /// Another seed makes another shop
    #[arg(long, default_value_t = crate::sample::DEFAULT_SEED)]
    pub seed: u64,
    /// Write here instead of to standard output
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Write the truth behind it here, as JSON
    #[arg(long)]
    pub truth: Option<PathBuf>,
}
