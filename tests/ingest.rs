//! Every sample export: units per product and day, lines left out, questions, just as expected.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tillcast::calendar::Frequency;
use tillcast::ingest::{ReadOptions, Reader, Reading, join};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/samples")
}

fn read(bytes: &[u8], piece_bytes: usize) -> tillcast::Result<Reading> {
    let mut reader = Reader::new("sample", ReadOptions::default());
    for piece in bytes.chunks(piece_bytes) {
        reader.push(piece)?;
    }
    reader.finish()
}

fn read_whole(bytes: &[u8]) -> tillcast::Result<Reading> {
    read(bytes, bytes.len().max(1))
}

fn daily(reading: &Reading) -> BTreeMap<(String, String), f64> {
    let orders = &reading.orders;
    let mut units = BTreeMap::new();
    for (line, &product) in orders.product.iter().enumerate() {
        let day = Frequency::Day.label(orders.minute[line].div_euclid(1440));
        *units.entry((orders.products[product as usize].id.clone(), day)).or_insert(0.0) += orders.quantity[line];
    }
    units.retain(|_, units| *units != 0.0);
    units
}

fn expected_daily(expected: &Value) -> BTreeMap<(String, String), f64> {
    let mut units = BTreeMap::new();
    for (product, days) in expected["daily_units"].as_object().into_iter().flatten() {
        for (day, count) in days.as_object().into_iter().flatten() {
            units.insert((product.clone(), day.clone()), count.as_f64().unwrap_or(f64::NAN));
        }
    }
    units.retain(|_, units| *units != 0.0);
    units
}

/// What is wrong with the number of lines left out.
fn miscounted(expected: &Value, reading: &Reading) -> Option<String> {
    let excluded = expected["excluded"].as_array().map_or(0, Vec::len) as u64;
    // A column of totals is no row, and is told by a note.
    let columns = reading.notes.iter().filter(|note| note.code == "total-column").filter_map(|note| note.count);
    let left = reading.report.left_out.iter().map(|left| left.count).chain(columns).sum::<u64>();
    (left != excluded).then(|| format!("{left} left out instead of {excluded}: {:?}", reading.report.left_out))
}

/// How a sample writes its dates, without what is only known about them; none where that is a description.
fn pattern(expected: &Value) -> Option<String> {
    // Of two files that belong together the other one has the dates.
    if expected["companion"].is_string() {
        return None;
    }
    let told = expected["date"]["pattern"].as_str()?;
    let bare = told.split(" (").next()?.trim_end_matches(" in header");
    (!["ISO 8601", "Excel"].iter().any(|name| bare.starts_with(name))).then(|| bare.to_owned())
}

/// What is wrong with the reading of a sample; none if it is as expected.
fn fault(expected: &Value, bytes: &[u8]) -> Option<String> {
    let outcome = expected["outcome"].as_str().unwrap_or_default();
    // Some samples are one file of several; the ones before or beside it come with it.
    let others = [&expected["companion"], &expected["policy"]["import_after"]];
    let mut others: Vec<&str> = others.iter().filter_map(|other| other.as_str()).collect();
    let mut readings = Vec::new();
    for other in others.drain(..) {
        let read = std::fs::read(samples().join(other)).map_err(|error| error.to_string());
        match read.map(|bytes| read_whole(&bytes)) {
            Ok(Ok(reading)) => readings.push(reading),
            failed => return Some(format!("{other}: {failed:?}")),
        }
    }
    let alone = read_whole(bytes);
    let reading = match alone {
        Ok(reading) => {
            readings.push(reading);
            join(readings).map(|mut joined| {
                let report = joined.reports.pop().unwrap_or_default();
                Reading {
                    orders: joined.orders,
                    questions: joined.questions,
                    notes: joined.notes,
                    report,
                    ..Reading::default()
                }
            })
        }
        failed => failed,
    };
    match (outcome, reading) {
        ("reject_no_date", Err(error)) if error.code() == "no-date-column" => None,
        ("ok" | "must_warn", Ok(reading)) => {
            let (found, wanted) = (daily(&reading), expected_daily(expected));
            if found != wanted {
                let odd: Vec<_> = wanted.iter().filter(|(key, units)| found.get(*key) != Some(units)).take(3).collect();
                let extra: Vec<_> = found.keys().filter(|key| !wanted.contains_key(*key)).take(3).collect();
                return Some(format!("units differ: wanted {odd:?}, not wanted {extra:?}"));
            }
            // Which days have one digit, the first records may not tell.
            let bare = |pattern: &str| pattern.replace("DD", "D");
            if let Some(wanted) = pattern(expected)
                && bare(&wanted) != bare(&reading.report.date_pattern)
            {
                return Some(format!("dates are written {wanted:?}, not {:?}", reading.report.date_pattern));
            }
            miscounted(expected, &reading)
        }
        ("ok_no_product", Ok(reading))
            if reading.questions.len() == 1 && reading.questions[0].code == "without-products" =>
        {
            miscounted(expected, &reading)
        }
        ("needs_period", Ok(reading)) if reading.questions.iter().all(|question| question.code == "report-period") => {
            reading.questions.is_empty().then(|| "the period must be asked".into())
        }
        ("must_ask_user", Ok(reading)) if !reading.questions.is_empty() => None,
        (_, Ok(reading)) => Some(format!(
            "{outcome}: read {} lines, {} questions",
            reading.orders.product.len(),
            reading.questions.len()
        )),
        (_, Err(error)) => Some(format!("{outcome}: {error}")),
    }
}

/// Fewer, and the folder is not what it was when this was written.
const LEAST_SAMPLES: usize = 29;

#[test]
fn samples_are_read_as_expected() -> Outcome {
    let mut faults = Vec::new();
    let mut passed = 0;
    let mut files: Vec<_> =
        std::fs::read_dir(samples())?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.to_string_lossy().ends_with(".expected.json")) {
        let expected: Value = serde_json::from_slice(&std::fs::read(path)?)?;
        let Some(file) = expected["file"].as_str() else { continue };
        let name =
            path.file_name().map(|name| name.to_string_lossy().replace(".expected.json", "")).unwrap_or_default();
        let file = samples().join(file);
        let bytes = std::fs::read(&file).map_err(|error| format!("{name}: {}: {error}", file.display()))?;
        let fault = fault(&expected, &bytes);
        match fault {
            Some(fault) => faults.push(format!("{name}: {fault}")),
            None => passed += 1,
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(passed >= LEAST_SAMPLES, "only {passed} samples were found");
    Ok(())
}

#[test]
fn pieces_do_not_change_the_reading_of_long_records() -> Outcome {
    // Four hundred records would reach beyond the bytes that are looked at.
    let mut text = String::from("date,sku,qty,remark\n");
    for line in 0..500 {
        let units = if line < 300 { "2" } else { "many" };
        text += &format!("2026-03-04,S{},{units},{}\n", line % 7, "long ".repeat(250));
    }
    let whole = read_whole(text.as_bytes())?;
    for piece_bytes in [1000, 300_000] {
        assert!(format!("{whole:?}") == format!("{:?}", read(text.as_bytes(), piece_bytes)?), "{piece_bytes}");
    }
    assert_eq!(whole.report.left_out.iter().map(|left| left.count).sum::<u64>(), 200);
    Ok(())
}

#[test]
fn pieces_do_not_change_the_reading() -> Outcome {
    for name in ["shopify_orders.csv", "generic_eu_semicolon.csv", "generic_sku_traps.csv", "amazon_all_orders.txt"] {
        let bytes = std::fs::read(samples().join(name))?;
        let whole = read(&bytes, bytes.len())?;
        for piece_bytes in [1, 7, 1000] {
            assert_eq!(
                format!("{whole:?}"),
                format!("{:?}", read(&bytes, piece_bytes)?),
                "{name} in pieces of {piece_bytes}"
            );
        }
    }
    Ok(())
}

#[test]
fn gzip_is_read_as_what_is_inside() -> Outcome {
    use std::io::Write;
    let bytes = std::fs::read(samples().join("shopify_orders.csv"))?;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&bytes)?;
    let packed = packer.finish()?;
    assert_eq!(daily(&read(&packed, 333)?), daily(&read(&bytes, bytes.len())?));
    let cut = read(&packed[..packed.len() / 2], 333).err().map(|error| error.code().to_owned());
    assert!(matches!(cut.as_deref(), Some("cut-gzip" | "damaged-gzip")), "{cut:?}");
    Ok(())
}

#[test]
fn encodings_are_told_by_content() -> Outcome {
    let text = "日期,商品编码,商品名称,数量\n".to_owned()
        + &(1..=28)
            .map(|day| format!("2026-02-{day:02},A-{},手工蜡烛 香草味 礼品装,{day}\n", day % 3))
            .collect::<String>();
    let (gbk, ..) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &gbk, &utf16] {
        let reading = read(bytes, bytes.len())?;
        assert_eq!(reading.orders.products.len(), 3, "{}", reading.report.encoding);
        assert_eq!(reading.orders.products[0].name, "手工蜡烛 香草味 礼品装", "{}", reading.report.encoding);
        assert_eq!(reading.orders.quantity.iter().sum::<f64>(), 406.0);
    }
    Ok(())
}

#[test]
fn unusable_files_say_what_they_are() {
    let cases: [(&[u8], &str); 10] = [
        (b"%PDF-1.7 something", "not-a-table"),
        (b"\xef\xbb\xbf[\n {\n  \"date\": \"2026-01-05\", \"sku\": \"A\" }\n]", "not-a-table"),
        (b"{\"orders\":[]}", "not-a-table"),
        (b"[[\"date\",\"sku\"]]", "not-a-table"),
        (b"\x89PNG\r\n\x1a\n", "not-a-table"),
        (b"PK\x03\x04 and more", "not-a-table"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not-a-table"),
        (b"", "empty-file"),
        (b"date,sku,qty\n", "no-data-rows"),
        (b"sku,name,units\nA,Mug,4\nB,Cup,5\n", "no-date-column"),
    ];
    let kind = |bytes: &[u8]| read(bytes, bytes.len()).err().map(|error| error.to_string());
    assert!(kind(b"PK\x03\x04....[Content_Types].xml..").is_some_and(|said| said.contains("Excel")));
    assert!(kind(b"PK\x03\x04....orders.csv..").is_some_and(|said| said.contains("zip")));
    for (bytes, code) in cases {
        let error = read(bytes, bytes.len().max(1)).err();
        assert_eq!(error.as_ref().map(tillcast::Error::code), Some(code));
        assert!(error.is_some_and(|error| !error.remedy_text().is_empty()), "{code} has a remedy");
    }
}

#[test]
fn day_and_month_are_asked_only_when_in_doubt() -> Outcome {
    let file = |dates: &[&str]| {
        dates.iter().fold(String::from("date,sku,qty\n"), |text, date| text + &format!("{date},A,1\n")).into_bytes()
    };
    let told = read(&file(&["01/02/2026", "25/02/2026"]), 1000)?;
    assert_eq!((told.questions.len(), told.report.date_pattern.as_str()), (0, "DD/MM/YYYY"));
    let doubt = file(&["01/02/2026", "03/02/2026", "02/02/2026"]);
    let asked = read(&doubt, 1000)?;
    assert_eq!(asked.questions.first().map(|question| question.code.as_str()), Some("date-order"));
    assert!(asked.orders.product.is_empty(), "nothing is used before it is answered");
    let options = ReadOptions { date_order: Some(tillcast::ingest::DateOrder::Mdy), ..ReadOptions::default() };
    let mut reader = Reader::new("sample", options);
    reader.push(&doubt)?;
    let answered = reader.finish()?;
    assert!(answered.questions.is_empty());
    assert_eq!(Frequency::Day.label(answered.orders.minute[0] / 1440), "2026-01-02");
    Ok(())
}

#[test]
fn an_online_retail_file_follows_its_rules() -> Outcome {
    let file = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n\
        536365,85123a,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n\
        536366,85123A,HOLDER,2,2010-12-01 09:26:00,2.55,,United Kingdom\n\
        C536379,85123A,HOLDER,-1,2010-12-01 09:41:00,2.55,14527.0,United Kingdom\n\
        536380,POST,POSTAGE,1,2010-12-02 09:41:00,18,14527.0,France\n\
        536381,22632,,5,2010-12-02 09:41:00,0,,United Kingdom\n\
        536382,22632,,-5,2010-12-02 09:41:00,1,,United Kingdom\n";
    let reading = read(file.as_bytes(), 64)?;
    assert_eq!(reading.report.source, "uci-online-retail");
    assert_eq!(daily(&reading), BTreeMap::from([(("85123A".into(), "2010-12-01".into()), 8.0)]));
    let mut reasons: Vec<(&str, u64)> =
        reading.report.left_out.iter().map(|left| (left.reason.as_str(), left.count)).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, [("cancelled", 1), ("free", 1), ("not-a-product", 1), ("returned", 1)]);
    Ok(())
}

fn left_out(reading: &Reading) -> Vec<(&str, u64, &[u64])> {
    reading.report.left_out.iter().map(|left| (left.reason.as_str(), left.count, &left.records[..])).collect()
}

#[test]
fn an_order_exported_twice_counts_once() -> Outcome {
    // Two exports put together; order 2 holds the same line twice, as a shop's counter makes it.
    let first = ["1,2026-03-01,A,1", "2,2026-03-01,A,1", "2,2026-03-01,A,1", "2,2026-03-01,B,3", "3,2026-03-02,B,1"];
    let again = ["2,2026-03-01,B,3", "2,2026-03-01,A,1", "2,2026-03-01,A,1", "1,2026-03-01,A,1", "4,2026-03-02,B,1"];
    let file = |lines: &[&str]| format!("order id,date,sku,qty\n{}\n", lines.join("\n")).into_bytes();
    let both = file(&[&first[..], &again].concat());
    let reading = read(&both, both.len())?;
    assert_eq!(left_out(&reading), [("duplicate", 4, &[7, 8, 9, 10][..])]);
    assert_eq!(reading.orders.quantity, [1.0, 1.0, 1.0, 3.0, 1.0, 1.0]);
    assert_eq!(reading.report.rows_used + 4, reading.report.rows_read);
    assert_eq!(format!("{reading:?}"), format!("{:?}", read(&both, 3)?));
    // Nothing but the very same order is left out: not one that differs in a line, a day, units or its number, not
    // orders without a number, and not lines of one block.
    for line in ["2,2026-03-01,A,1", "1,2026-03-02,A,1", "1,2026-03-01,A,2", "1,2026-03-01,B,1", "5,2026-03-01,A,1"] {
        let bytes = file(&[&first[..], &[line]].concat());
        assert_eq!(left_out(&read(&bytes, 100)?), [], "{line}");
    }
    assert_eq!(left_out(&read(&file(&[",2026-03-01,A,1", "7,2026-03-01,A,1", ",2026-03-01,A,1"]), 100)?), []);
    assert_eq!(left_out(&read(&file(&["7,2026-03-01,A,1", "7,2026-03-01,A,1"]), 100)?), []);
    let counts: &[u8] = b"date,sku,qty\n2026-03-01,A,1\n2026-03-01,B,1\n2026-03-01,A,1\n";
    assert_eq!(left_out(&read(counts, 100)?), [], "without order numbers lines are summed");
    Ok(())
}

#[test]
fn an_order_exported_twice_says_nothing_about_its_date() -> Outcome {
    // Read day first, these days run one way; the order that comes again would make them turn back.
    let days = (1..=2).flat_map(|month| (1..=12).map(move |day| format!("{day:02}/{month:02}/2026")));
    let mut lines: Vec<String> = days.enumerate().map(|(order, day)| format!("{order},{day},A,1")).collect();
    lines.insert(20, lines[15].clone());
    let file = format!("order id,date,sku,qty\n{}\n", lines.join("\n"));
    let reading = read(file.as_bytes(), 100)?;
    assert!(reading.questions.is_empty(), "{:?}", reading.questions);
    assert_eq!(left_out(&reading), [("duplicate", 1, &[22][..])]);
    assert_eq!((reading.orders.minute.len(), daily(&reading).len()), (24, 24));
    assert_eq!(Frequency::Day.label(reading.orders.minute[23] / 1440), "2026-02-12");
    Ok(())
}

#[test]
fn notes_count_orders_not_lines() -> Outcome {
    let file = "Name,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n\
        #1,pending,2026-03-01 10:00:00 +0000,1,Mug,5.00,A\n\
        #1,,2026-03-01 10:00:00 +0000,2,Cup,4.00,B\n\
        #2,paid,2026-03-01 11:00:00 +0000,1,Mug,5.00,A\n\
        #1,pending,2026-03-01 10:00:00 +0000,1,Mug,5.00,A\n\
        #1,,2026-03-01 10:00:00 +0000,2,Cup,4.00,B\n";
    let reading = read(file.as_bytes(), file.len())?;
    assert_eq!(reading.report.source, "shopify");
    assert_eq!(left_out(&reading), [("duplicate", 2, &[5, 6][..])]);
    let notes: Vec<_> = reading.notes.iter().map(|note| (note.code.as_str(), note.count)).collect();
    assert_eq!(notes, [("pending-kept", Some(1))]);
    Ok(())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..600)) {
        drop(read(&bytes, 97));
        let mut table = b"date,sku,qty\n".to_vec();
        table.extend(&bytes);
        drop(read(&table, 97));
    }
}
