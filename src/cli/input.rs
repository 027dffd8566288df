//! Reading files for the command.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::civil::Date;

use super::args::{ByArg, DateOrderArg, EndsArg, Files, TotalsArg};
use super::{kinds, system};
use crate::calendar::days_from_date;
use crate::error::{Error, Position, Result};
use crate::ingest::{self, DateOrder, Incoming, NOTHING_LEFT, ReadOptions, Report, Role, Totals, packed};
use crate::panel::build::{BuildOptions, Ends};
use crate::panel::{KnownAhead, Panel};
use crate::session::Shop;
use crate::session::known::{self, AheadRow, Extra};

/// Bytes read from a file at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// Reads the files as one shop. `known` names columns known ahead.
///
/// # Errors
/// Fails where a file cannot be read, or asks what only the user can say (naming the flag that answers).
pub fn shop(files: &Files, known: &[String]) -> Result<Shop> {
    let options = read_options(files, known)?;
    let mut incoming = Vec::new();
    for path in &files.files {
        incoming.extend(read(path, &options)?);
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
fn panel_column(report: &Report, header: &str) -> Option<&'static str> {
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
        currency: files.currency.clone(),
        counted: kinds::counted(&files.count)?,
        uncounted: kinds::left_out(&files.leave_out)?,
        without_products: files.without_products.map(|totals| match totals {
            TotalsArg::Orders => Totals::Orders,
            TotalsArg::Revenue => Totals::Revenue,
        }),
        extra: known.to_vec(),
        sheet: files.sheet.clone(),
    })
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

/// Values of the planned columns over the horizon, from a file with `date`, those columns, `product`, and `store` where
/// series are split by it; a file without `product` holds for all products. Several rows for one step, such as those of
/// stores that are not told apart, must agree.
///
/// # Errors
/// Fails if a planned column is missing, a date or number cannot be read, or a series has no value for a step or two
/// different ones.
pub fn future(path: Option<&Path>, shop: &Shop, known: &[String], horizon: usize) -> Result<KnownAhead> {
    let panel = &shop.built.panel;
    if known.is_empty() {
        return Ok(KnownAhead { horizon, columns: Vec::new() });
    }
    let Some(path) = path else {
        return Err(Error::usage("no-future", "columns are known ahead, but no file says their values")
            .remedy("give --future FUTURE.csv with product, date and those columns"));
    };
    let name = file_name(path);
    let at = |record: u64, column: Option<&str>| Position {
        file: Some(name.clone()),
        record: Some(record),
        column: column.map(str::to_owned),
    };
    let records = records(path)?;
    let Some((header, rows)) = records.split_first() else {
        return Err(Error::input("empty-file", "the file is empty").at(at(1, None)));
    };
    let find = |wanted: &str| header.iter().position(|found| found.trim().eq_ignore_ascii_case(wanted));
    let place = |wanted: &str| {
        find(wanted).ok_or_else(|| {
            Error::input("no-column", format!("no column is called \"{wanted}\""))
                .remedy(format!("the file has {}", header.join(", ")))
                .at(at(1, None))
        })
    };
    let date = place("date")?;
    let places = known.iter().map(|name| place(name)).collect::<Result<Vec<_>>>()?;
    // A file of dates and values alone holds for every product; another column may be the product's by another name.
    let is_common = header.len() == 1 + places.len();
    let product = (!is_common).then(|| place("product")).transpose()?;
    let store = if is_common || panel.stores().is_none() { find("store") } else { Some(place("store")?) };
    let extras = shop.extras();
    let columns: Vec<Extra> = known
        .iter()
        .map(|header| {
            let name = shop.reports.iter().find_map(|report| panel_column(report, header)).unwrap_or(header);
            let known = extras.iter().find(|extra| extra.name == *name).cloned();
            known.unwrap_or_else(|| Extra { name: name.to_owned(), kind: None, flag: false })
        })
        .collect();
    let ahead = rows.iter().zip(2..).map(|(row, record)| {
        let field = |place: usize| row.get(place).map_or("", |text| text.trim());
        let values = places.iter().zip(&columns).map(|(&place, column)| {
            let text = field(place);
            if text.is_empty() {
                return Ok(f64::NAN);
            }
            let value = text.parse().unwrap_or_else(|_| ingest::extras::value(text.as_bytes(), b'.'));
            if value.is_finite() {
                return Ok(value);
            }
            Err(Error::input("bad-number", format!("\"{text}\" is no number")).at(at(record, Some(&column.name))))
        });
        Ok(AheadRow {
            product: product.map(|place| field(place).to_owned()),
            store: store.map(|place| field(place).to_owned()),
            date: field(date).to_owned(),
            values: values.collect::<Result<_>>()?,
            record,
        })
    });
    let ahead = ahead.collect::<Result<Vec<_>>>()?;
    let known = known::ahead(panel, &columns, &ahead, horizon).map_err(|error| error.in_file(&name))?;
    for column in &known.columns {
        if let Some(missing) = column.values.iter().position(|value| value.is_nan()) {
            let (index, step) = (missing / horizon, missing % horizon);
            let id = &panel.series(index).id;
            let store = panel.stores().map_or(String::new(), |stores| format!(" in store \"{}\"", stores[index]));
            let date = panel.frequency().label(panel.end(index) + step as i32);
            let text = format!("no value of \"{}\" for \"{id}\"{store} on {date}", column.name);
            let remedy = match panel.stores() {
                Some(_) => "give every product a row for every store and step of the horizon",
                None => "give every product a row for every step of the horizon",
            };
            return Err(Error::input("future-gap", text).remedy(remedy).in_file(&name));
        }
    }
    Ok(known)
}

/// All records of a small comma-separated file, gzip or plain, or of a workbook.
fn records(path: &Path) -> Result<Vec<Vec<String>>> {
    let mut bytes = std::fs::read(path).map_err(|error| system("read", path, &error))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut inflated = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut inflated)
            .map_err(|error| system("inflate", path, &error))?;
        bytes = inflated;
    }
    if packed::is_packed(&bytes) {
        bytes = packed::first_table(&file_name(path), bytes)?;
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut input = text.trim_start_matches('\u{feff}').as_bytes();
    let mut parser = csv_core::Reader::new();
    let (mut records, mut fields, mut ends) = (Vec::new(), vec![0; input.len() + 1], vec![0; 1024]);
    loop {
        let (mut filled, mut ended) = (0, 0);
        loop {
            let (result, read, written, more) = parser.read_record(input, &mut fields[filled..], &mut ends[ended..]);
            input = &input[read..];
            filled += written;
            ended += more;
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => fields.resize(fields.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                csv_core::ReadRecordResult::Record => break,
                csv_core::ReadRecordResult::End => return Ok(records),
            }
        }
        let starts = std::iter::once(0).chain(ends[..ended].iter().copied());
        records.push(
            starts
                .zip(&ends[..ended])
                .map(|(start, &end)| String::from_utf8_lossy(&fields[start..end]).into_owned())
                .collect(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Call, Command};
    use clap::Parser;

    /// Reads the orders split by store, and what `ahead` says of a promotion over two days.
    fn split(name: &str, ahead: &str) -> Result<KnownAhead> {
        read_ahead(name, ahead, &["--by", "store"])
    }

    fn read_ahead(name: &str, ahead: &str, options: &[&str]) -> Result<KnownAhead> {
        let folder = std::env::temp_dir().join(format!("tillcast-{}-{name}", std::process::id()));
        let failed = |error: std::io::Error| system("write", &folder, &error);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let (orders, future_file) = (folder.join("orders.csv"), folder.join("future.csv"));
        let mut text = String::from("product,store,date,quantity,promo\n");
        for day in 1..=9 {
            for (product, store) in [("A", "North"), ("A", "South"), ("B", "North")] {
                text += &format!("{product},{store},2026-01-0{day},{day},0\n");
            }
        }
        std::fs::write(&orders, text).map_err(failed)?;
        std::fs::write(&future_file, ahead).map_err(failed)?;
        let file = orders.display().to_string();
        let call = Call::try_parse_from(["tillcast", "panel", &file].iter().chain(options));
        let Ok(Call { command: Command::Panel(call) }) = call else {
            return Err(Error::internal("the arguments were not understood"));
        };
        let known = ["promo".to_owned()];
        let made = shop(&call.files, &known).and_then(|shop| future(Some(&future_file), &shop, &known, 2));
        std::fs::remove_dir_all(&folder).map_err(failed)?;
        made
    }

    #[test]
    fn what_is_known_ahead_goes_to_its_own_store() -> Result<()> {
        let rows = [
            "promo,date,store,product",
            "6,2026-01-11,North,B",
            "1,2026-01-10,North,A",
            "3,2026-01-10,South,A",
            "2,2026-01-11,North,A",
            "4,2026-01-11,South,A",
            "9,2026-01-10,South,B",
            "5,2026-01-10,North,B",
        ];
        let known = split("own-store", &rows.join("\n"))?;
        let of = |index| known.values("promo", index);
        assert_eq!([of(0), of(1), of(2)], [Some(&[1., 2.][..]), Some(&[3., 4.][..]), Some(&[5., 6.][..])]);
        Ok(())
    }

    #[test]
    fn stores_that_are_not_told_apart_must_agree_on_what_is_ahead() -> Result<()> {
        let rows = |south: u8| {
            let mut text = String::from("product,store,date,promo\n");
            for (product, store) in [("A", "North"), ("A", "South"), ("B", "North")] {
                let promo = if store == "South" { south } else { 1 };
                text += &format!("{product},{store},2026-01-10,1\n{product},{store},2026-01-11,{promo}\n");
            }
            text
        };
        let known = read_ahead("agree", &rows(1), &[])?;
        assert_eq!([known.values("promo", 0), known.values("promo", 1)], [Some(&[1., 1.][..]); 2]);
        let Err(error) = read_ahead("differ", &rows(0), &[]) else {
            return Err(Error::internal("two values of one step were taken"));
        };
        assert_eq!((error.code(), error.position().record), ("future-twice", Some(5)));
        assert!(error.message().contains("\"promo\" for \"A\" on 2026-01-11"), "{}", error.message());
        assert!(error.remedy_text().contains("--by store"), "{}", error.remedy_text());
        let apart = split("apart", &rows(0))?;
        assert_eq!(apart.values("promo", 1), Some(&[1., 0.][..]));
        let days = "product,date,promo\nA,2026-01-10,1\nA,2026-01-10,0\n";
        assert!(read_ahead("days", days, &[]).is_err_and(|error| !error.remedy_text().contains("store")));
        Ok(())
    }

    #[test]
    fn a_file_ahead_without_stores_or_with_a_gap_in_one_is_refused() {
        let without = split("no-store", "product,date,promo\nA,2026-01-10,1\n");
        assert!(without.is_err_and(|error| error.code() == "no-column" && error.message().contains("\"store\"")));
        let rows = ["product,store,date,promo", "A,North,2026-01-10,1", "A,North,2026-01-11,1", "A,South,2026-01-11,1"];
        let gap = split("gap", &rows.join("\n"));
        assert!(gap.is_err_and(|error| error.message().contains("for \"A\" in store \"South\" on 2026-01-10")));
    }
}
