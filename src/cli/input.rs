//! Reading files for the command.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::civil::Date;

use super::args::{ByArg, DateOrderArg, EndsArg, Files, TotalsArg};
use super::{kinds, system};
use crate::calendar::days_from_date;
use crate::error::{Error, Position, Result};
use crate::ingest::covered::Covered;
use crate::ingest::{
    self, DateOrder, Incoming, LEAVE_OUT, NOTHING_LEFT, ReadOptions, Report, Role, Totals, is_date_format, packed,
};
use crate::panel::Panel;
use crate::panel::build::{BuildOptions, Ends};
use crate::session::Shop;

/// Bytes read from a file at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// Reads the files as one shop. `known` names columns known ahead.
///
/// # Errors
/// Fails where a file cannot be read, or asks what only the user can say (naming the flag that answers).
pub fn shop(files: &Files, known: &[String]) -> Result<Shop> {
    let options = read_options(files, known)?;
    let mut incoming = Vec::new();
    check_report_periods(files)?;
    for path in &files.files {
        let report_period = report_period(files, &file_name(path));
        incoming.extend(read(path, &ReadOptions { report_period, ..options.clone() })?);
    }
    let readings = ingest::finish(incoming)?;
    for reading in &readings {
        if let Some(question) = reading.questions.first() {
            let at =
                Position { file: Some(reading.report.file.clone()), record: None, column: question.column.clone() };
            if question.code == NOTHING_LEFT {
                return Err(Error::input(NOTHING_LEFT, question.text.clone())
                    .remedy(
                        "name the columns (--date COL, --product COL, --quantity COL), count what is left out \
                         (--count REASON), or export another time span",
                    )
                    .at(at));
            }
            let flag = match question.code.strip_prefix("column-") {
                Some(role) => format!("--{role} COL"),
                None => format!("--{} VALUE", question.code),
            };
            if question.choices.is_empty() {
                let remedy = "say it with --report-period FILE=FROM..TO, such as january.csv=2026-01-01..2026-01-31";
                return Err(Error::input(&question.code, question.text.clone()).remedy(remedy).at(at));
            }
            let choices: Vec<String> =
                question.choices.iter().map(|choice| format!("{} ({})", choice.value, choice.consequence)).collect();
            return Err(Error::input(&question.code, question.text.clone())
                .remedy(format!("say it with {flag}; choices: {}", choices.join(", ")))
                .at(at));
        }
    }
    let name = files.files.first().map_or_else(String::new, |path| file_name(path));
    let columns: Vec<String> = known
        .iter()
        .map(|header| readings.iter().find_map(|reading| panel_column(&reading.report, header)).unwrap_or(header))
        .map(str::to_owned)
        .collect();
    let shop = Shop::open(&name, readings, build_options(files, &columns)?)?;
    if let Some((header, _)) =
        known.iter().zip(&columns).find(|(_, column)| place_of(&shop.built.panel, column).is_none())
    {
        return Err(Error::input("no-column", format!("no column of numbers is called \"{header}\""))
            .remedy("name columns after --known as in the file's header")
            .arg("column", header));
    }
    Ok(shop)
}

/// What the panel calls a column of the file that has a role there.
pub(super) fn panel_column(report: &Report, header: &str) -> Option<&'static str> {
    report.roles.iter().any(|(role, of)| *role == Role::Price && of == header).then_some("price")
}

fn place_of(panel: &Panel, column: &str) -> Option<usize> {
    panel.columns().iter().position(|known| known.name == column)
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The bytes of a file.
pub(super) enum Opened {
    /// All of a workbook or archive.
    Packed(Vec<u8>),
    /// The first of a text, and the rest.
    Text(Vec<u8>, Box<dyn Read>),
}

/// Opens a file, `-` being standard input.
pub(super) fn open(path: &Path) -> Result<Opened> {
    let mut source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(|error| system("open", path, &error))?)
    };
    let mut first = Vec::new();
    let begin = (&mut source).take(packed::MAGIC_BYTES as u64).read_to_end(&mut first);
    begin.map_err(|error| system("read", path, &error))?;
    if !packed::is_packed(&first) {
        return Ok(Opened::Text(first, source));
    }
    // One byte more than is allowed is refused; what follows it need not be read for that.
    let rest = source.take(packed::MOST_FILE_BYTES).read_to_end(&mut first);
    rest.map_err(|error| system("read", path, &error))?;
    Ok(Opened::Packed(first))
}

/// Gives all bytes of a text piece by piece, until `take` has enough.
pub(super) fn stream(
    path: &Path,
    first: &[u8],
    mut rest: Box<dyn Read>,
    take: &mut dyn FnMut(&[u8]) -> Result<bool>,
) -> Result<()> {
    let mut more = take(first)?;
    let mut chunk = vec![0; CHUNK_BYTES];
    while more {
        let count = rest.read(&mut chunk).map_err(|error| system("read", path, &error))?;
        more = count > 0 && take(&chunk[..count])?;
    }
    Ok(())
}

/// Begins a file, or all tables of a workbook or archive.
fn read(path: &Path, options: &ReadOptions) -> Result<Vec<Incoming>> {
    let name = file_name(path);
    let (first, rest) = match open(path)? {
        Opened::Packed(bytes) => return packed::read(&name, bytes, options),
        Opened::Text(first, rest) => (first, rest),
    };
    let mut file = Incoming::file(&name, options.clone());
    stream(path, &first, rest, &mut |piece| {
        file.push(piece).map_err(|error| error.in_file(&name))?;
        Ok(true)
    })?;
    Ok(vec![file])
}

fn read_options(files: &Files, known: &[String]) -> Result<ReadOptions> {
    let roles = [
        (Role::Date, &files.date),
        (Role::Product, &files.product),
        (Role::Name, &files.name),
        (Role::Quantity, &files.quantity),
        (Role::Price, &files.price),
        (Role::Revenue, &files.revenue),
        (Role::Order, &files.order),
        (Role::Status, &files.status),
        (Role::Cancelled, &files.cancelled),
        (Role::Kind, &files.kind),
        (Role::Currency, &files.currency_column),
        (Role::Store, &files.store),
        (Role::Category, &files.category),
        (Role::Supplier, &files.supplier),
    ];
    let delimiter = match files.delimiter.as_deref() {
        None => None,
        Some("tab" | "\\t") => Some('\t'),
        Some(text) => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(only), None) => Some(only),
                _ => {
                    return Err(Error::usage(
                        "bad-delimiter",
                        format!("the delimiter \"{text}\" is not one character"),
                    )
                    .remedy("give one character, or the word tab"));
                }
            }
        }
    };
    Ok(ReadOptions {
        roles: roles
            .into_iter()
            .filter_map(|(role, header)| header.clone().map(|header| (role, header)))
            .chain(files.variant.iter().map(|header| (Role::Variant, header.clone())))
            .collect(),
        variants: files.variants,
        smallest_unit: files.smallest_unit,
        unused: files.ignore.clone(),
        mappings: Vec::new(),
        encoding: files.encoding.clone(),
        delimiter,
        decimal: files.decimal,
        date_order: files.date_order.map(|order| match order {
            DateOrderArg::Dmy => DateOrder::Dmy,
            DateOrderArg::Mdy => DateOrder::Mdy,
            DateOrderArg::Ymd => DateOrder::Ymd,
        }),
        unreadable_dates: unreadable_dates(files)?,
        currency: files.currency.clone(),
        counted: kinds::counted(&files.count)?,
        uncounted: kinds::left_out(&files.leave_out)?,
        without_products: files.without_products.map(|totals| match totals {
            TotalsArg::Orders => Totals::Orders,
            TotalsArg::Revenue => Totals::Revenue,
        }),
        extra: known.to_vec(),
        sheet: files.sheet.clone(),
        report_period: None,
    })
}

/// What is said of a report's period: its file, where it is named, and the days.
fn report_periods(files: &Files) -> impl Iterator<Item = (Option<&str>, &str)> + Clone {
    files.report_period.iter().map(|said| match said.rsplit_once('=') {
        Some((file, span)) => (Some(file), span),
        None => (None, said.as_str()),
    })
}

/// Refuses what would be passed over: no period, a file that is not given, one period for several files.
fn check_report_periods(files: &Files) -> Result<()> {
    let refused = |text: String, remedy: &str| Err(Error::usage("bad-period", text).remedy(remedy));
    let said = report_periods(files);
    if let Some((_, wrong)) = said.clone().find(|(_, span)| Covered::parse(span).is_none()) {
        let text = format!("\"{wrong}\" after --report-period is no day, no seven days and no month");
        return refused(text, "write its first and last day, such as 2026-01-01..2026-01-31");
    }
    if files.files.len() > 1 && said.clone().any(|(file, _)| file.is_none()) {
        let text = "--report-period without a file's name says the same of several files".to_owned();
        return refused(text, "name each: january.csv=2026-01-01..2026-01-31");
    }
    let names: Vec<String> = files.files.iter().map(|path| file_name(path)).collect();
    match said.clone().filter_map(|(file, _)| file).find(|file| !names.iter().any(|name| name == file)) {
        Some(file) => {
            refused(format!("--report-period names {file}, which is not among the files"), "name it as it is called")
        }
        None => Ok(()),
    }
}

/// What was said of the period of the file of that name.
fn report_period(files: &Files, name: &str) -> Option<String> {
    let mut said = report_periods(files);
    said.find(|(file, _)| file.is_none_or(|file| file == name)).map(|(_, span)| span.to_owned())
}

fn unreadable_dates(files: &Files) -> Result<Option<String>> {
    let Some(said) = &files.unreadable_dates else { return Ok(None) };
    if said == LEAVE_OUT || is_date_format(said) {
        return Ok(Some(said.clone()));
    }
    Err(Error::usage("bad-format", format!("\"{said}\" after --unreadable-dates is no format of dates"))
        .remedy(format!("write it with YYYY or YY, MM and DD, such as DDMMYYYY, or say {LEAVE_OUT}")))
}

fn build_options(files: &Files, known: &[String]) -> Result<BuildOptions> {
    let (from, to) = period(files)?;
    Ok(BuildOptions {
        frequency: files.freq,
        ends: match files.ends {
            None => Ends::Auto,
            Some(EndsArg::File) => Ends::File,
            Some(EndsArg::Own) => Ends::Own,
        },
        by_store: matches!(files.by, Some(ByArg::Store)),
        from,
        to,
        far_dates: false,
        known: known.to_vec(),
        columns: None,
    })
}

/// First and last day to use, as `--period`, or `--from` and `--to`, say.
fn period(files: &Files) -> Result<(Option<i32>, Option<i32>)> {
    let day = |text: &str, flag: &str| -> Result<i32> {
        text.trim().parse::<Date>().map(days_from_date).map_err(|_| {
            Error::usage("bad-day", format!("\"{text}\" after {flag} is no day")).remedy("write it as YYYY-MM-DD")
        })
    };
    let open = |text: &str| (!text.trim().is_empty()).then(|| day(text, "--period")).transpose();
    let (from, to) = match &files.period {
        Some(period) => {
            let (from, to) = period.split_once("..").ok_or_else(|| {
                Error::usage("bad-period", format!("\"{period}\" after --period is no span of days"))
                    .remedy("write it as FROM..TO, such as 2025-01-01..2025-12-31; either may be left open")
            })?;
            (open(from)?, open(to)?)
        }
        None => {
            let of = |text: &Option<String>, flag: &str| text.as_deref().map(|text| day(text, flag)).transpose();
            (of(&files.from, "--from")?, of(&files.to, "--to")?)
        }
    };
    if let (Some(first), Some(last)) = (from, to)
        && first > last
    {
        return Err(
            Error::usage("bad-period", "the first day to use is after the last").remedy("write the earlier first")
        );
    }
    Ok((from, to))
}
