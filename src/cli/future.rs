//! What the command is told of the periods ahead: a file with the values of planned columns.

use std::io::Read;
use std::path::Path;

use jiff::civil::Date;

use super::input::{file_name, panel_column};
use super::system;
use crate::calendar::{Frequency, days_from_date};
use crate::error::{Error, Position, Result};
use crate::ingest::{extras, packed};
use crate::panel::KnownAhead;
use crate::session::Shop;
use crate::session::known::{self, AheadRow, Extra};

/// Values of the planned columns over the horizon, from a file with `date`, those columns, `product`, and `store` where
/// series are split by it; a file without `product` holds for all products. Several rows for one step, such as those of
/// stores that are not told apart, must agree.
///
/// # Errors
/// Fails if a planned column is missing, a date or number cannot be read, or a series has no value for a step or two
/// different ones.
pub fn read(path: Option<&Path>, shop: &Shop, known: &[String], horizon: usize) -> Result<KnownAhead> {
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
            known.unwrap_or_else(|| Extra { name: name.to_owned(), kind: None, flag: false, varies: true })
        })
        .collect();
    let ahead = rows.iter().zip(2..).map(|(row, record)| {
        let field = |place: usize| row.get(place).map_or("", |text| text.trim());
        let values = places.iter().zip(&columns).map(|(&place, column)| {
            let text = field(place);
            if text.is_empty() {
                return Ok(f64::NAN);
            }
            let value = text.parse().unwrap_or_else(|_| extras::value(text.as_bytes(), b'.'));
            if value.is_finite() {
                return Ok(value);
            }
            Err(Error::input("bad-number", format!("\"{text}\" is no number")).at(at(record, Some(&column.name))))
        });
        Ok(AheadRow {
            product: product.map(|place| field(place).to_owned()),
            store: store.map(|place| field(place).to_owned()),
            date: field(date).to_owned(),
            per: None,
            values: values.collect::<Result<_>>()?,
            record,
        })
    });
    let mut ahead = ahead.collect::<Result<Vec<_>>>()?;
    // Days of which a forecast by weeks is told are put together, as those of the past are.
    if let Some(per) = spacing(&ahead).filter(|per| *per < panel.frequency()) {
        let by_store = panel.stores().is_some();
        for row in &mut ahead {
            row.per = Some(per);
            row.store = row.store.take().filter(|_| by_store);
        }
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let (known, open) = shop.ahead(&names, &ahead, horizon).map_err(|error| error.in_file(&name))?;
        return match open.and_then(|note| note.count) {
            None => Ok(known),
            Some(count) => {
                let of = panel.frequency().name();
                let text = format!("{count} values of the horizon are not said for all of their {of}");
                let remedy = format!("give every product a row for every {} of each {of} of the horizon", per.name());
                Err(Error::input("future-gap", text).remedy(remedy).in_file(&name))
            }
        };
    }
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

/// How far apart the rows of a file of planned values stand; none where they do not tell.
fn spacing(rows: &[AheadRow]) -> Option<Frequency> {
    let date = |row: &AheadRow| row.date.get(..10)?.parse::<Date>().ok().map(days_from_date);
    if rows.iter().any(|row| row.date.len() > 10) {
        return Some(Frequency::Hour);
    }
    let mut days = rows.iter().map(date).collect::<Option<Vec<i32>>>()?;
    days.sort_unstable();
    days.dedup();
    let least = days.windows(2).map(|pair| pair[1] - pair[0]).min()?;
    Some(match least {
        ..7 => Frequency::Day,
        7..28 => Frequency::Week,
        _ => Frequency::Month,
    })
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
    use crate::cli::input::shop;
    use clap::Parser;

    /// Reads the orders split by store, and what `ahead` says of a promotion over two days.
    fn split(name: &str, ahead: &str) -> Result<KnownAhead> {
        read_ahead(name, ahead, &["--by", "store"])
    }

    fn read_ahead(name: &str, ahead: &str, options: &[&str]) -> Result<KnownAhead> {
        let mut text = String::from("product,store,date,quantity,promo\n");
        for day in 1..=9 {
            for (product, store) in [("A", "North"), ("A", "South"), ("B", "North")] {
                text += &format!("{product},{store},2026-01-0{day},{day},0\n");
            }
        }
        read_both(name, &text, ahead, options)
    }

    fn read_both(name: &str, text: &str, ahead: &str, options: &[&str]) -> Result<KnownAhead> {
        let folder = std::env::temp_dir().join(format!("tillcast-{}-{name}", std::process::id()));
        let failed = |error: std::io::Error| system("write", &folder, &error);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let (orders, future_file) = (folder.join("orders.csv"), folder.join("future.csv"));
        std::fs::write(&orders, text).map_err(failed)?;
        std::fs::write(&future_file, ahead).map_err(failed)?;
        let file = orders.display().to_string();
        let call = Call::try_parse_from(["tillcast", "panel", &file].iter().chain(options));
        let Ok(Call { command: Command::Panel(call) }) = call else {
            return Err(Error::internal("the arguments were not understood"));
        };
        let known = ["promo".to_owned()];
        let made = shop(&call.files, &known).and_then(|shop| read(Some(&future_file), &shop, &known, 2));
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
    fn days_known_ahead_are_put_together_for_a_forecast_by_weeks() -> Result<()> {
        let mut text = String::from("product,date,quantity,promo\n");
        // Four whole weeks; the next begins on the second of February.
        (5..=31).for_each(|day| text += &format!("A,2026-01-{day:02},3,0\n"));
        text += "A,2026-02-01,3,0\n";
        let days = |last: u32| -> String {
            let rows = (2..=last).map(|day| format!("2026-02-{day:02},{}\n", u8::from(day < 12)));
            "date,promo\n".to_owned() + &rows.collect::<String>()
        };
        let known = read_both("by-weeks", &text, &days(15), &["--freq", "week"])?;
        assert_eq!(known.values("promo", 0), Some(&[1.0, 3.0 / 7.0][..]));
        let open = read_both("by-weeks-open", &text, &days(14), &["--freq", "week"]).err();
        assert_eq!(open.map(|error| error.code().to_owned()).as_deref(), Some("future-gap"));
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
