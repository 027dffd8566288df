//! The list of rows that were left out: every one of them, with its number, its reason and its text as it stands.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use tillcast::ingest::{self, Incoming, ReadOptions, packed};
use tillcast::panel::build::BuildOptions;
use tillcast::session::Shop;
use tillcast::session::left_out::{LeftOutList, LeftOutOptions};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A shop of files, read as one.
fn shop(files: &[(&str, &[u8])], options: &ReadOptions) -> Outcome<Shop> {
    let mut incoming = Vec::new();
    for (name, bytes) in files {
        if packed::is_packed(bytes) {
            incoming.extend(packed::read(name, bytes.to_vec(), options)?);
            continue;
        }
        let mut file = Incoming::file(name, options.clone());
        file.push(bytes)?;
        incoming.push(file);
    }
    Ok(Shop::open("shop", ingest::finish(incoming)?, BuildOptions::default())?)
}

/// The list, the files given in pieces of so many bytes.
fn list(shop: &Shop, files: &[(&str, &[u8])], piece: usize, options: LeftOutOptions) -> Outcome<String> {
    let list = std::cell::RefCell::new(LeftOutList::new(shop, options));
    let mut text = list.borrow().head();
    let out = std::cell::RefCell::new(String::new());
    for (name, bytes) in files {
        let begin = &mut || {
            let rest = list.borrow_mut().begin()?;
            out.borrow_mut().push_str(&rest);
            Ok(())
        };
        let take = &mut |bytes: &[u8]| {
            for piece in bytes.chunks(piece) {
                let rows = list.borrow_mut().push(piece)?;
                out.borrow_mut().push_str(&rows);
            }
            Ok(())
        };
        if packed::is_packed(bytes) {
            packed::texts(name, bytes.to_vec(), None, begin, take)?;
        } else {
            begin()?;
            take(bytes)?;
        }
    }
    text.push_str(&out.borrow());
    text.push_str(&list.borrow_mut().end()?);
    Ok(text)
}

fn plain(files: &[(&str, &[u8])]) -> Outcome<Vec<Vec<String>>> {
    let shop = shop(files, &ReadOptions::default())?;
    Ok(records(&list(&shop, files, 1 << 20, LeftOutOptions::default())?))
}

/// The records of a CSV file by RFC 4180.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            c => field.push(c),
        }
    }
    records
}

fn sample(name: &str) -> Outcome<Vec<u8>> {
    Ok(std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/samples").join(name))?)
}

const ORDERS: &str = "order,date,sku,qty,status\n\
    1,2026-01-01,A,2,paid\n\
    2,2026-01-02,A,3,cancelled\n\
    3,someday,B,1,paid\n\
    4,2026-01-03,\"B \"\"big\"\",\nblue\",x,paid\n\
    \n\
    5,2026-01-04,B,1,paid\n\
    6,2026-01-05,=1+1,1,cancelled\n\
    1,2026-01-01,A,2,paid\n\
    Total,,,,\n";

#[test]
fn every_row_is_listed_with_its_number_reason_and_text() -> Outcome {
    let found = plain(&[("orders.csv", ORDERS.as_bytes())])?;
    let rows: Vec<[&str; 4]> = found.iter().map(|row| [&*row[0], &*row[1], &*row[2], &*row[3]]).collect();
    assert_eq!(
        rows,
        [
            ["file", "row", "reason", "text"],
            ["orders.csv", "3", "cancelled", "2,2026-01-02,A,3,cancelled"],
            ["orders.csv", "4", "bad-date", "3,someday,B,1,paid"],
            ["orders.csv", "5", "bad-number", "4,2026-01-03,\"B \"\"big\"\",\nblue\",x,paid"],
            ["orders.csv", "8", "cancelled", "6,2026-01-05,=1+1,1,cancelled"],
            ["orders.csv", "9", "duplicate", "1,2026-01-01,A,2,paid"],
            ["orders.csv", "10", "footer", "Total,,,,"],
        ]
    );
    Ok(())
}

#[test]
fn pieces_compression_and_encodings_change_nothing() -> Outcome {
    let files: [(&str, &[u8]); 1] = [("orders.csv", ORDERS.as_bytes())];
    let opened = shop(&files, &ReadOptions::default())?;
    let whole = list(&opened, &files, 1 << 20, LeftOutOptions::default())?;
    for piece in [1, 3, 64] {
        assert_eq!(list(&opened, &files, piece, LeftOutOptions::default())?, whole, "{piece} bytes at a time");
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(ORDERS.as_bytes())?;
    let gzip = gzip.finish()?;
    let mut wide = vec![0xff, 0xfe];
    ORDERS.encode_utf16().for_each(|unit| wide.extend(unit.to_le_bytes()));
    for bytes in [&gzip[..], &wide] {
        let files = [("orders.csv", bytes)];
        let opened = shop(&files, &ReadOptions::default())?;
        assert_eq!(list(&opened, &files, 1 << 20, LeftOutOptions::default())?, whole);
    }
    Ok(())
}

#[test]
fn several_files_and_archives_keep_their_order() -> Outcome {
    let newer = "order,date,sku,qty,status\n\
        5,2026-01-04,B,1,cancelled\n6,2026-01-05,C,1,paid\n7,2026-01-06,B,4,paid\n8,2026-01-07,A,1,paid\n";
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("read me.txt", "Thank you for your order.\n"), ("old.csv", ORDERS), ("new.csv", newer)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default())?;
        archive.write_all(text.as_bytes())?;
    }
    let archive = archive.finish()?.into_inner();
    let apart = plain(&[("old.csv", ORDERS.as_bytes()), ("new.csv", newer.as_bytes())])?;
    let packed = plain(&[("orders.zip", &archive)])?;
    assert_eq!(apart.len(), packed.len());
    for (apart, packed) in apart.iter().zip(&packed).skip(1) {
        assert_eq!((format!("orders.zip/{}", apart[0]), &apart[1..]), (packed[0].clone(), &packed[1..]));
    }
    // Order 5 was cancelled since: what the newer file says counts, for the older one's row too.
    let superseded = apart.iter().find(|row| row[2] == "newer-file").ok_or("a row of the older file")?;
    assert_eq!(superseded[..], ["old.csv", "7", "newer-file", "5,2026-01-04,B,1,paid"]);
    assert_eq!(apart.iter().filter(|row| row[0] == "new.csv").count(), 1);
    Ok(())
}

#[test]
fn what_the_panel_leaves_out_is_listed_too() -> Outcome {
    let mut text = String::from("order,date,sku,qty\n");
    for order in 0..20 {
        text += &format!("{order},2026-01-{:02},A,1\n", 1 + order % 9);
    }
    text += "20,2206-01-05,A,1\n";
    let found = plain(&[("orders.csv", text.as_bytes())])?;
    assert_eq!(found[1][1..], ["22", "dates-far-off", "20,2206-01-05,A,1"]);
    assert_eq!(found.len(), 2);
    Ok(())
}

#[test]
fn downloads_hold_no_formulas_and_call_reasons_by_their_names() -> Outcome {
    let text = "date,sku,qty\n2026-01-01,A,2\n=HYPERLINK(1),A,1\n2026-01-02,A,1\n";
    let files: [(&str, &[u8]); 1] = [("=orders.csv", text.as_bytes())];
    let words = vec![("bad-date".to_owned(), "ein Datum, das nicht lesbar ist".to_owned())];
    let options = LeftOutOptions { words, for_spreadsheets: true };
    let made = list(&shop(&files, &ReadOptions::default())?, &files, 7, options)?;
    assert_eq!(
        made,
        "\u{feff}file,row,reason,why,text\n\
         '=orders.csv,3,bad-date,\"ein Datum, das nicht lesbar ist\",\"'=HYPERLINK(1),A,1\"\n"
    );
    Ok(())
}

/// Orders of 60 days; the row of every `each`th one is written by `spoil`.
fn spoilt(each: usize, spoil: impl Fn(usize) -> String) -> String {
    (0..60).fold(String::from("order,date,sku,qty,status\n"), |text, at| {
        let day = tillcast::calendar::Frequency::Day.label(20_454 + at as i32);
        text + &if at % each == 0 { spoil(at) } else { format!("{at},{day},A,2,paid\n") }
    })
}

#[test]
fn rows_that_are_lost_make_a_forecast_low_and_are_told_first() -> Outcome {
    let lost = |text: &str| -> Outcome<Option<tillcast::notes::Note>> {
        let shop = shop(&[("orders.csv", text.as_bytes())], &ReadOptions::default())?;
        Ok(shop.notes().into_iter().next().filter(|note| note.code == "rows-lost"))
    };
    let note = lost(&spoilt(6, |at| format!("{at},some day,A,2,paid\n")))?.ok_or("nothing is told")?;
    assert_eq!((note.severity, note.count), (tillcast::notes::Severity::Warning, Some(10)));
    let args: Vec<(&str, &str)> = note.args.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(args, [("all", "60"), ("percent", "17"), ("reasons", "bad-date")]);
    assert!(note.text.contains("about 17 % too low"), "{}", note.text);
    let units = spoilt(15, |at| format!("{at},2026-01-0{},A,many,paid\n", 1 + at / 15))
        + "60,2026-02-01,,2,paid\n61,2026-02-01,A,,paid\n";
    let note = lost(&units)?.ok_or("nothing is told")?;
    assert_eq!((note.count, &*note.args[2].1), (Some(6), "bad-number,no-product,no-quantity"));
    // A few rows change nothing, and what is left out on purpose is no loss.
    assert_eq!(lost(&spoilt(30, |at| format!("{at},some day,A,2,paid\n")))?, None);
    assert_eq!(lost(&spoilt(2, |at| format!("{at},2026-01-05,A,2,cancelled\n")))?, None);
    // Nor are sums, the header again, and rows of nothing.
    let rows = ["order,date,sku,qty,status\n", ",Sum A,,9,\n", ",Tagessumme 05.01.2026,,9,\n", "7,2026-01-05,,,paid\n"];
    for row in rows {
        assert_eq!(lost(&spoilt(4, |_| row.to_owned()))?, None, "{row}");
    }
    Ok(())
}

/// Of each sample: as many rows as its report says, each told once; of rows that hold several lines, each row once.
#[test]
fn every_sample_lists_what_its_report_counts() -> Outcome {
    let mut checked = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/samples");
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Outcome<_>>()?;
    names.sort();
    for name in names.iter().filter(|name| !name.ends_with(".json")) {
        let bytes = sample(name)?;
        let files: [(&str, &[u8]); 1] = [(name, &bytes)];
        let Ok(shop) = shop(&files, &ReadOptions::default()) else { continue };
        let mut told: BTreeMap<String, u64> = BTreeMap::new();
        for row in records(&list(&shop, &files, 1000, LeftOutOptions::default())?).into_iter().skip(1) {
            assert_eq!(row.len(), 4, "{name}");
            *told.entry(row[2].clone()).or_default() += 1;
        }
        told.retain(|reason, _| reason != "footer");
        let left = shop.reports[0].left_out.iter();
        let wanted: BTreeMap<String, u64> = left.map(|left| (left.reason.clone(), left.count)).collect();
        if shop.reports[0].source == "bigcommerce" {
            let fewer = |reason: &String| told.get(reason).is_some_and(|rows| *rows > 0 && *rows < wanted[reason]);
            assert!(told.len() == wanted.len() && wanted.keys().all(fewer), "{name}: {told:?} of {wanted:?}");
        } else {
            assert_eq!(told, wanted, "{name}");
        }
        checked += wanted.len();
    }
    assert!(checked > 20, "only {checked} reasons were met");
    Ok(())
}
