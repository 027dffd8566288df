//! Forecasts as CSV: `product,date,model,mean,q0.1,…`, before `product` a `level` where groups stand beside products, and after
//! it a `store` where there are stores; quoted as by RFC 4180, lines ended by a line feed. A table that is to stand by itself has `name,unit,frequency,until` at the end of each row.

use std::borrow::Cow;

use crate::calendar::Frequency;
use crate::error::{Error, Result};
use crate::models::forecast::interpolate;
use crate::models::spans::Spans;
use crate::models::{Forecast, SeriesForecast};

/// Digits that a written number keeps for other programs: far more than is known.
const DIGITS: i32 = 7;

/// Decimals that a number keeps for people, and digits where that is more: of 12.333333333 pieces a year from now the
/// third decimal says nothing, while 0.0123 may be kilograms.
const DECIMALS: i32 = 2;
/// See [`DECIMALS`].
const PLAIN_DIGITS: i32 = 3;

/// What spreadsheets take for the beginning of a formula, full-width forms included (OWASP, "CSV Injection").
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// What forecasts are of, but those of a shop's orders or revenue.
const PIECES: &str = "pieces";

/// What the column `frequency` says of a row that is the sum over the horizon.
const TOTAL: &str = "total";
/// What it says of one that is a sum over a part of it.
const SPAN: &str = "span";

/// Which rows a table has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rows {
    /// One a step: sums over them are sums of sales.
    #[default]
    Steps,
    /// After the steps of each series the sum over the horizon, with the date `total`.
    StepsAndTotals,
    /// Only the sum over the horizon of each series, with the date of its first step.
    Totals,
}

/// How to write a forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct CsvOptions {
    /// Levels of the quantile columns, each in (0, 1).
    pub levels: Vec<f64>,
    /// How each level is written in the name of its column; none for the shortest way.
    pub level_names: Option<Vec<String>>,
    /// What each series is, in the forecast's order, for a first column `level`; none for no such column.
    pub kinds: Option<Vec<&'static str>>,
    /// Store of each series, in the forecast's order, for a column after the product; none for no such column.
    pub stores: Option<Vec<String>>,
    /// Which rows.
    pub rows: Rows,
    /// After the steps of each series, sums over its first so many steps, with the first and last step as `FROM..TO` for
    /// a date. Those longer than the horizon are left out.
    pub spans: Vec<usize>,
    /// Name of each series, in the forecast's order, for the columns `name,unit,frequency,until` at the end of each row
    /// (`until`: the last day, or hour, that the row is about); none for no such columns.
    pub names: Option<Vec<String>>,
    /// What stands in the column `unit`.
    pub unit: &'static str,
    /// Whether text that a spreadsheet would run as a formula gets an apostrophe before it. For downloads; the
    /// command writes keys literally.
    pub escape_formulas: bool,
    /// Whether the file begins with a UTF-8 byte order mark, by which spreadsheets know the encoding.
    pub byte_order_mark: bool,
    /// Whether numbers are rounded for people: to two decimals, or to three digits where that keeps more. For downloads;
    /// the command writes seven digits.
    pub rounded: bool,
}

impl Default for CsvOptions {
    /// Levels 0.1, 0.5 and 0.9, no stores, steps only and no spans, no names, literal keys, no mark, seven digits.
    fn default() -> Self {
        Self {
            levels: vec![0.1, 0.5, 0.9],
            level_names: None,
            kinds: None,
            stores: None,
            rows: Rows::Steps,
            spans: Vec::new(),
            names: None,
            unit: PIECES,
            escape_formulas: false,
            byte_order_mark: false,
            rounded: false,
        }
    }
}

impl CsvOptions {
    /// As the page downloads: safe for spreadsheets, in an encoding that they recognise, in numbers that can be read.
    #[must_use]
    pub fn for_spreadsheets(self) -> Self {
        Self { escape_formulas: true, byte_order_mark: true, rounded: true, ..self }
    }
}

/// A forecast as CSV: one row per series and step, in the forecast's order, or what else `rows` says.
///
/// # Errors
/// Fails if a level is not between 0 and 1, or if there are kinds, stores or names but not one per series.
pub fn forecast_csv(forecast: &Forecast, options: &CsvOptions) -> Result<String> {
    if let Some(level) = options.levels.iter().find(|level| !(**level > 0.0 && **level < 1.0)) {
        return Err(Error::usage("bad-level", format!("{level} is no quantile level"))
            .arg("level", level)
            .remedy("use levels between 0 and 1, such as 0.1,0.5,0.9"));
    }
    for (what, list) in [("store name", &options.stores), ("name", &options.names)] {
        if list.as_ref().is_some_and(|list| list.len() != forecast.series.len()) {
            return Err(Error::internal(format!("the forecast has not one series per {what}")));
        }
    }
    if options.kinds.as_ref().is_some_and(|kinds| kinds.len() != forecast.series.len()) {
        return Err(Error::internal("the forecast has not one series per kind"));
    }
    let mut out = String::new();
    if options.byte_order_mark {
        out.push('\u{feff}');
    }
    if options.kinds.is_some() {
        out.push_str("level,");
    }
    out.push_str(if options.stores.is_some() { "product,store,date,model,mean" } else { "product,date,model,mean" });
    for (place, level) in options.levels.iter().enumerate() {
        match options.level_names.as_ref().and_then(|names| names.get(place)) {
            Some(name) => out.push_str(&format!(",q{name}")),
            None => out.push_str(&format!(",q{level}")),
        }
    }
    if options.names.is_some() {
        out.push_str(",name,unit,frequency,until");
    }
    out.push('\n');
    for (place, series) in forecast.series.iter().enumerate() {
        let kind = options.kinds.as_ref().and_then(|kinds| kinds.get(place));
        let mut key = kind.map_or(String::new(), |kind| format!("{kind},"));
        key.push_str(&cell(&series.id, options));
        if let Some(store) = options.stores.as_ref().and_then(|stores| stores.get(place)) {
            key.push(',');
            key.push_str(&cell(store, options));
        }
        let name = options.names.as_ref().and_then(|names| names.get(place)).map(|name| cell(name, options));
        write_series(&mut out, &key, name.as_deref(), forecast, series, options);
    }
    Ok(out)
}

/// Writes the rows of a series; `key` is the beginning of each and `name` what follows the numbers, quoted already.
fn write_series(
    out: &mut String,
    key: &str,
    name: Option<&str>,
    forecast: &Forecast,
    series: &SeriesForecast,
    options: &CsvOptions,
) {
    let model = cell(&series.model, options);
    let frequency = forecast.frequency;
    let number = if options.rounded { rounded } else { number };
    let mut row = |date: &str, mean: f64, quantile: &dyn Fn(f64) -> f64, of: &str, last: i32| {
        out.push_str(&format!("{key},{date},{model},{}", number(mean)));
        for level in &options.levels {
            out.push(',');
            out.push_str(&number(quantile(*level)));
        }
        if let Some(name) = name {
            out.push_str(&format!(",{name},{},{of},{}", options.unit, end_of(frequency, last)));
        }
        out.push('\n');
    };
    let steps = series.mean.len().min(series.quantiles.nrows());
    if options.rows != Rows::Totals {
        for (step, mean) in series.mean.iter().enumerate().take(steps) {
            let period = series.start.saturating_add(step as i32);
            row(&frequency.label(period), *mean, &|level| series.quantile(step, level), frequency.name(), period);
        }
    }
    let within = || options.spans.iter().copied().filter(|length| (1..=steps).contains(length));
    let sums = within().next().map(|_| Spans::of(series));
    for (length, sums) in within().filter_map(|length| Some((length, sums.as_ref()?))) {
        let last = series.start.saturating_add(length as i32 - 1);
        let date = format!("{}..{}", frequency.label(series.start), frequency.label(last));
        let quantiles = sums.quantiles(0..length);
        row(&date, sums.mean(0..length), &|level| interpolate(quantiles.iter().copied(), level), SPAN, last);
    }
    if options.rows != Rows::Steps {
        let last = series.start.saturating_add(steps.max(1) as i32 - 1);
        let date = if options.rows == Rows::Totals { frequency.label(series.start) } else { TOTAL.to_owned() };
        row(&date, series.total_mean(), &|level| series.total_quantile(level), TOTAL, last);
    }
}

/// The last day of a period as an ISO 8601 date; an hour by its own name.
fn end_of(frequency: Frequency, period: i32) -> String {
    match frequency {
        Frequency::Hour => frequency.label(period),
        _ => Frequency::Day.label(frequency.first_day(period.saturating_add(1)) - 1),
    }
}

/// A number with at most seven digits, without trailing zeros; empty where there is none.
pub fn number(value: f64) -> String {
    written(value, DIGITS - 1 - super::format::magnitude(value))
}

/// A number with at most two decimals, or three digits where that is more; else like [`number`].
fn rounded(value: f64) -> String {
    written(value, DECIMALS.max(PLAIN_DIGITS - 1 - super::format::magnitude(value)))
}

fn written(value: f64, decimals: i32) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let decimals = decimals.clamp(0, DIGITS) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text cell: formulas made harmless if asked, then quoted where needed.
fn cell(text: &str, options: &CsvOptions) -> String {
    let text = if options.escape_formulas { defused(text) } else { Cow::Borrowed(text) };
    field(&text).into_owned()
}

/// A text as a field of a CSV record: quoted where it needs to be, literal otherwise.
pub fn field(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, ',' | '"' | '\n' | '\r' | ';' | '\t');
    if text.contains(special) || text.starts_with(' ') || text.ends_with(' ') {
        Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Text with an apostrophe before every line that a spreadsheet would take for a formula; numbers stay as they are.
pub fn defused(text: &str) -> Cow<'_, str> {
    if is_number(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 1);
    let mut at_start = true;
    for (place, c) in text.char_indices() {
        // The line feed of a CR LF belongs to the line's end.
        if at_start && c != '\n' && starts_formula(&text[place..]) {
            out.push('\'');
        }
        out.push(c);
        at_start = matches!(c, '\n' | '\r');
    }
    if out.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Whether a line begins with a formula, spaces and invisible characters before it notwithstanding.
fn starts_formula(line: &str) -> bool {
    let blank = |c: &char| {
        let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
        invisible || matches!(c, '\0' | '\u{feff}') || (c.is_whitespace() && !matches!(c, '\t' | '\r' | '\n'))
    };
    line.chars().find(|c| !blank(c)).is_some_and(|c| FORMULA_STARTS.contains(&c))
}

/// Whether a cell is a plain number, sign and decimals allowed.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::days_from_date;
    use crate::models::LEVELS;
    use ndarray::Array2;

    fn shop(id: &str) -> Forecast {
        let quantiles = Array2::from_shape_fn((2, LEVELS.len()), |(step, level)| (step + level) as f64 + 0.5);
        let series = SeriesForecast::new(id.into(), 20_423, "ets", vec![6.25, 1.0 / 3.0], quantiles, 0.5);
        Forecast { frequency: Frequency::Day, horizon: 2, series: vec![series] }
    }

    #[test]
    fn rows_follow_the_contract() -> Result<()> {
        let csv =
            forecast_csv(&shop("a \"b\", c"), &CsvOptions { rows: Rows::StepsAndTotals, ..CsvOptions::default() })?;
        let lines: Vec<_> = csv.lines().collect();
        assert_eq!(lines[0], "product,date,model,mean,q0.1,q0.5,q0.9");
        assert_eq!(lines[1], "\"a \"\"b\"\", c\",2025-12-01,ets,6.25,1.5,6.5,11.5");
        assert_eq!(lines[2], "\"a \"\"b\"\", c\",2025-12-02,ets,0.3333333,2.5,7.5,12.5");
        assert!(lines[3].starts_with("\"a \"\"b\"\", c\",total,ets,6.583333,"), "{}", lines[3]);
        assert_eq!(lines.len(), 4);
        Ok(())
    }

    #[test]
    fn sums_over_the_first_steps_have_both_ends_for_a_date() -> Result<()> {
        let forecast = shop("a");
        let options = CsvOptions { spans: vec![1, 2, 3], ..CsvOptions::default() };
        let csv = forecast_csv(&forecast, &options)?;
        let lines: Vec<_> = csv.lines().collect();
        assert_eq!(lines[3], "a,2025-12-01..2025-12-01,ets,6.25,1.5,6.5,11.5", "one step is that step");
        let total = forecast_csv(&forecast, &CsvOptions { rows: Rows::StepsAndTotals, ..CsvOptions::default() })?;
        let total = total.lines().nth(3).map(|line| line.replace("total", "2025-12-01..2025-12-02"));
        assert_eq!(Some(lines[4]), total.as_deref(), "all steps are the total");
        assert_eq!(lines.len(), 5, "three steps are beyond the horizon");
        Ok(())
    }

    #[test]
    fn stores_stand_after_the_product_and_one_per_series() -> Result<()> {
        let mut twice = shop("a");
        twice.series.push(twice.series[0].clone());
        let stores = Some(vec!["North, old".to_owned(), "=1".to_owned()]);
        let options = CsvOptions { rows: Rows::StepsAndTotals, stores, ..CsvOptions::default() }.for_spreadsheets();
        let csv = forecast_csv(&twice, &options)?;
        let lines: Vec<_> = csv.lines().collect();
        assert_eq!(lines[0], "\u{feff}product,store,date,model,mean,q0.1,q0.5,q0.9");
        assert!(lines[1].starts_with("a,\"North, old\",2025-12-01,ets,6.25,"), "{}", lines[1]);
        assert!(lines[3].starts_with("a,\"North, old\",total,ets,"), "{}", lines[3]);
        assert!(lines[4].starts_with("a,'=1,2025-12-01,ets,"), "{}", lines[4]);
        assert!(forecast_csv(&shop("a"), &options).is_err(), "two stores for one series");
        Ok(())
    }

    #[test]
    fn a_table_for_itself_ends_with_names_units_and_days() -> Result<()> {
        let table = |frequency, rows| {
            let names = Some(vec!["=Cup, blue".to_owned()]);
            let options = CsvOptions { rows, names, ..CsvOptions::default() }.for_spreadsheets();
            forecast_csv(&Forecast { frequency, ..shop("A-1") }, &options)
        };
        let days = table(Frequency::Day, Rows::Steps)?;
        let lines: Vec<_> = days.lines().collect();
        assert_eq!(lines[0], "\u{feff}product,date,model,mean,q0.1,q0.5,q0.9,name,unit,frequency,until");
        assert_eq!(lines[1], "A-1,2025-12-01,ets,6.25,1.5,6.5,11.5,\"'=Cup, blue\",pieces,day,2025-12-01");
        assert_eq!(lines.len(), 3);
        // Sums have their own table: in one with the steps they would be counted twice.
        let totals = table(Frequency::Day, Rows::Totals)?;
        let lines: Vec<_> = totals.lines().collect();
        assert!(lines[1].starts_with("A-1,2025-12-01,ets,6.58,"), "{}", lines[1]);
        assert!(lines[1].ends_with(",pieces,total,2025-12-02"), "{}", lines[1]);
        assert_eq!(lines.len(), 2);
        let day = days_from_date(jiff::civil::date(2024, 2, 14));
        let end = |frequency: Frequency| end_of(frequency, frequency.period_of_days(day));
        assert_eq!(end(Frequency::Hour), "2024-02-14T00:00");
        assert_eq!(end(Frequency::Week), "2024-02-18", "a Sunday");
        assert_eq!(end(Frequency::Month), "2024-02-29");
        Ok(())
    }

    #[test]
    fn levels_outside_0_and_1_are_refused() {
        for level in [0.0, 1.0, -0.1, f64::NAN] {
            let options = CsvOptions { levels: vec![level], ..CsvOptions::default() };
            assert!(forecast_csv(&shop("a"), &options).is_err_and(|error| error.code() == "bad-level"));
        }
    }

    #[test]
    fn downloads_hold_no_formulas_and_the_command_writes_literally() -> Result<()> {
        for bad in
            ["=1+1", "+A1", "-A1", "@SUM", "\tx", "\rx", "  =1", "\u{a0}=1", "＝1", "\u{feff}=1", "-1+1", "+49 30 1"]
        {
            assert_eq!(defused(bad), format!("'{bad}"));
            let literal = forecast_csv(&shop(bad), &CsvOptions::default())?;
            assert!(literal.contains(bad) && !literal.contains(&format!("'{bad}")));
            let safe = forecast_csv(&shop(bad), &CsvOptions::default().for_spreadsheets())?;
            assert!(safe.starts_with('\u{feff}') && safe.contains(&format!("'{bad}")));
        }
        assert_eq!(defused("mug\n=1\r\n @x"), "mug\n'=1\r\n' @x");
        for good in ["-12.5", "+3", "007", "mug", "a=b", "", " a", "mug\nbig"] {
            assert_eq!(defused(good), good);
        }
        Ok(())
    }

    #[test]
    fn numbers_keep_seven_digits() {
        let written = [0.0, 1.0, 118.370_001_234, 1e7, 123_456_789.0, 1e-9, f64::NAN].map(number);
        assert_eq!(written, ["0", "1", "118.37", "10000000", "123456789", "0", ""]);
    }

    #[test]
    fn downloads_are_rounded_to_what_can_be_read() {
        let cases = [12.333_333_333_333_334, 2.0, 0.125, 0.012_345, 1_234.567_8, 99.999, 1e-9, -0.001_2, f64::NAN];
        assert_eq!(cases.map(rounded), ["12.33", "2", "0.125", "0.0123", "1234.57", "100", "0", "-0.0012", ""]);
        let table = |options: CsvOptions| forecast_csv(&shop("a"), &options).unwrap_or_default();
        assert!(table(CsvOptions::default().for_spreadsheets()).contains(",ets,0.333,"));
        assert!(table(CsvOptions::default()).contains(",ets,0.3333333,"), "the command's own digits stay");
    }
}
