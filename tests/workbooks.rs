//! Spreadsheets and archives: what they hold is read like the same table as text, and damage is named.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use tillcast::ingest::{self, Incoming, ReadOptions, Reader, Reading, packed};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn read(name: &str, bytes: Vec<u8>, options: &ReadOptions) -> tillcast::Result<Vec<Reading>> {
    assert!(packed::is_packed(&bytes), "{name} is told by its first bytes");
    ingest::finish(packed::read(name, bytes, options)?)
}

fn one(name: &str) -> Outcome<Reading> {
    let bytes = std::fs::read(data("workbooks").join(name))?;
    let mut readings = read(name, bytes, &ReadOptions::default())?;
    assert_eq!(readings.len(), 1, "{name}");
    readings.pop().ok_or_else(|| "no reading".into())
}

/// The error of bytes that must not be read, with its file.
fn refused(name: &str, bytes: &[u8]) -> (String, String) {
    match read(name, bytes.to_vec(), &ReadOptions::default()) {
        Ok(_) => ("read".into(), String::new()),
        Err(error) => {
            assert!(!error.remedy_text().is_empty(), "{name}: {error} says what to do");
            (error.code().to_owned(), error.position().file.clone().unwrap_or_default())
        }
    }
}

/// An archive of those members.
fn packed_up(members: &[(&str, &[u8])]) -> Outcome<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated))?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// A workbook with the sheets' own XML.
fn workbook(sheets: &[(&str, &str)], book: &str) -> Outcome<Vec<u8>> {
    let (mut list, mut links) = (String::new(), String::new());
    for (place, (attributes, _)) in sheets.iter().enumerate() {
        list += &format!(r#"<sheet {attributes} sheetId="{0}" r:id="r{0}"/>"#, place + 1);
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
        links += &format!(r#"<Relationship Id="r{0}" Type="{kind}" Target="worksheets/s{0}.xml"/>"#, place + 1);
    }
    let named = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let book = format!("<workbook {named}>{book}<sheets>{list}</sheets></workbook>");
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned();
    let links = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#
    );
    let mut parts: Vec<(String, String)> = vec![
        ("[Content_Types].xml".into(), types.into()),
        ("_rels/.rels".into(), root),
        ("xl/workbook.xml".into(), book),
        ("xl/_rels/workbook.xml.rels".into(), links),
    ];
    for (place, (_, cells)) in sheets.iter().enumerate() {
        let sheet = format!("<worksheet {named}><sheetData>{cells}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/s{}.xml", place + 1), sheet));
    }
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    packed_up(&parts)
}

/// Rows of text as a sheet; blank cells are missing, as programs leave them out.
fn cells(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (row, fields) in rows.iter().enumerate() {
        text += &format!(r#"<row r="{}">"#, row + 1);
        for (column, field) in fields.iter().enumerate().filter(|(_, field)| !field.is_empty()) {
            let (high, low) = (column / 26, (b'A' + (column % 26) as u8) as char);
            let high = if high == 0 { String::new() } else { ((b'A' - 1 + high as u8) as char).to_string() };
            let plain = field.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text += &format!(
                r#"<c r="{high}{low}{}" t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>"#,
                row + 1
            );
        }
        text += "</row>";
    }
    text
}

#[test]
fn every_format_holds_the_same_orders() -> Outcome {
    let first = one("orders.xlsx")?;
    for name in ["orders.xlsx", "orders-1904.xlsx", "orders.xls", "orders-1904.xls", "orders.ods"] {
        let Reading { orders, report, questions, .. } = one(name)?;
        assert!(questions.is_empty(), "{name}: {questions:?}");
        assert_eq!(report.sheet.as_deref(), Some("Orders 2026"), "{name}");
        assert_eq!((report.rows_read, report.rows_used), (28, 28), "{name}: {:?}", report.left_out);
        // 2 March 2026, 9:30.
        assert_eq!(orders.minute.first(), Some(&(20_514 * 1440 + 570)), "{name}");
        assert_eq!(orders.minute, first.orders.minute, "{name}");
        assert_eq!(orders.quantity, first.orders.quantity, "{name}");
        let names: Vec<&str> = orders.products.iter().map(|product| product.name.as_str()).collect();
        assert_eq!(names, ["Kettle, 1.5 l \"classic\"", "茶壶"], "{name}");
        // Only the .xlsx formats say how a number is shown.
        let key = if name.ends_with(".xlsx") { "00712" } else { "712" };
        let keys: Vec<&str> = orders.products.iter().map(|product| product.id.as_str()).collect();
        assert_eq!(keys, [key, "4006381333931"], "{name}");
        assert_eq!(orders.price[0], 24.5, "{name}");
        // The cell with #N/A is blank.
        assert_eq!(orders.price[2].is_nan(), name.ends_with(".xlsx"), "{name}: {}", orders.price[2]);
    }
    let codes: Vec<(&str, Option<u64>)> = first.notes.iter().map(|note| (note.code.as_str(), note.count)).collect();
    assert_eq!(codes, [("other-sheets", Some(1)), ("error-cells", Some(1))], "{:?}", first.notes);
    Ok(())
}

/// Every sample as a workbook of text gives what its CSV gives.
#[test]
fn samples_read_alike_as_workbooks() -> Outcome {
    let mut compared = 0;
    for entry in std::fs::read_dir(data("samples"))? {
        let path = entry?.path();
        let name = path.file_name().ok_or("no name")?.to_string_lossy().into_owned();
        let bytes = std::fs::read(&path)?;
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        // Those have quotes that are none, or are not as they would stand in a sheet.
        if name.ends_with(".json")
            || name.ends_with(".txt")
            || ["sep", "trunc", "hostile"].iter().any(|part| name.contains(part))
        {
            continue;
        }
        let delimiter = if text.lines().nth(5).is_some_and(|line| line.matches(';').count() > 3) { b';' } else { b',' };
        let rows = records(text.trim_start_matches('\u{feff}'), delimiter);
        let mut reader = Reader::new(&name, ReadOptions::default());
        let plain = reader.push(&bytes).and_then(|()| reader.finish());
        let book = workbook(&[(r#"name="Sheet1""#, &cells(&rows))], "")?;
        let sheet = read(&name, book, &ReadOptions::default());
        match (plain, sheet) {
            (Ok(plain), Ok(sheet)) => {
                assert_eq!(sheet[0].orders.products, plain.orders.products, "{name}");
                assert_eq!(sheet[0].orders.minute, plain.orders.minute, "{name}");
                assert_eq!(sheet[0].orders.quantity, plain.orders.quantity, "{name}");
                assert_eq!(sheet[0].report.rows_used, plain.report.rows_used, "{name}");
                // A row of a sheet has all columns, so none is too short.
                let counted = |reading: &Reading| -> Vec<(String, u64)> {
                    let reasons = reading.report.left_out.iter();
                    reasons.map(|left| (left.reason.replace("short-row", "total-row"), left.count)).collect()
                };
                assert_eq!(counted(&sheet[0]), counted(&plain), "{name}");
            }
            (Err(plain), Err(sheet)) => assert_eq!(plain.code(), sheet.code(), "{name}"),
            (plain, sheet) => return Err(format!("{name}: {plain:?}\n{sheet:?}").into()),
        }
        compared += 1;
    }
    assert!(compared > 15, "only {compared} samples were compared");
    Ok(())
}

fn records(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let (mut fields, mut ends) = (vec![0; text.len() + 1], vec![0; 512]);
    let (mut rest, mut all) = (text.as_bytes(), Vec::new());
    loop {
        let (result, read, _, count) = reader.read_record(rest, &mut fields, &mut ends);
        rest = &rest[read..];
        match result {
            csv_core::ReadRecordResult::Record => {}
            csv_core::ReadRecordResult::InputEmpty if rest.is_empty() => continue,
            _ => return all,
        }
        let starts = std::iter::once(0).chain(ends[..count].iter().copied());
        all.push(
            starts.zip(&ends[..count]).map(|(from, &to)| String::from_utf8_lossy(&fields[from..to]).into()).collect(),
        );
    }
}

#[test]
fn rows_are_counted_like_the_sheets_own() -> Outcome {
    let mut rows = vec![vec![], vec![], vec!["date".into(), "sku".into(), "qty".into(), "note".into()]];
    for day in 1..=9 {
        rows.push(vec![format!("2026-01-0{day}"), "A".into(), if day == 4 { "many".into() } else { "2".into() }]);
    }
    let book = workbook(&[(r#"name="Orders""#, &cells(&rows))], "")?;
    let reading = read("rows.xlsx", book, &ReadOptions::default())?.remove(0);
    let left = &reading.report.left_out;
    assert_eq!((left.len(), left[0].reason.as_str(), &left[0].records[..]), (1, "bad-number", &[7][..]), "{left:?}");
    assert_eq!(reading.report.rows_used, 8);
    Ok(())
}

#[test]
fn a_sheet_is_chosen_by_what_it_holds_or_by_its_name() -> Outcome {
    let table = |sku: &str| {
        let mut rows = vec![vec!["date".to_owned(), "sku".into(), "qty".into()]];
        rows.extend((1..=9).map(|day| vec![format!("2026-01-0{day}"), sku.to_owned(), "2".into()]));
        cells(&rows)
    };
    let cover = cells(&[vec!["Orders".into()], vec![], vec!["of January".into()]]);
    let (hidden, shown) = (table("hidden"), table("shown"));
    let sheets = [
        (r#"name="Cover""#, cover.as_str()),
        (r#"name="Old" state="hidden""#, hidden.as_str()),
        (r#"name="New""#, &shown),
    ];
    let of = |options: &ReadOptions, sheets: &[(&str, &str)]| -> Outcome<String> {
        let readings = read("sheets.xlsx", workbook(sheets, "")?, options)?;
        Ok(readings[0].orders.products[0].id.clone())
    };
    assert_eq!(of(&ReadOptions::default(), &sheets)?, "shown");
    assert_eq!(of(&ReadOptions { sheet: Some("old".into()), ..ReadOptions::default() }, &sheets)?, "hidden");
    let chosen = ReadOptions { sheet: Some("old".into()), ..ReadOptions::default() };
    let chosen = read("sheets.xlsx", workbook(&sheets, "")?, &chosen)?;
    assert_eq!(chosen[0].report.other_sheets, ["New"], "whoever chose one may want another with a table");
    assert_eq!(of(&ReadOptions::default(), &sheets[1..2])?, "hidden", "the only one, hidden or not");
    let customers = cells(&[vec!["name".into(), "city".into()], vec!["Ann".into(), "Rome".into()]]);
    let behind = [(r#"name="Customers""#, customers.as_str()), (r#"name="Sales""#, &shown)];
    let read_on = read("sheets.xlsx", workbook(&behind, "")?, &ReadOptions::default())?;
    assert_eq!(read_on[0].report.other_sheets, ["Customers"], "what has dates goes first");
    let wrong = ReadOptions { sheet: Some("None".into()), ..ReadOptions::default() };
    let error = read("sheets.xlsx", workbook(&sheets, "")?, &wrong);
    assert!(error.is_err_and(|error| error.code() == "no-sheet" && error.message().contains("Cover, Old, New")));
    let blank = workbook(&[(r#"name="A""#, "")], "")?;
    assert_eq!(refused("blank.xlsx", &blank).0, "empty-file");
    Ok(())
}

#[test]
fn one_sheets_name_is_read_in_the_workbooks_of_an_archive_that_have_it() -> Outcome {
    let table = |sku: &str| {
        let mut rows = vec![vec!["date".to_owned(), "sku".into(), "qty".into()]];
        rows.extend((1..=9).map(|day| vec![format!("2026-01-0{day}"), sku.to_owned(), "2".into()]));
        cells(&rows)
    };
    let (a, b, c) = (table("A"), table("B"), table("C"));
    let both = workbook(&[(r#"name="Stock""#, &a), (r#"name="Sales""#, &b)], "")?;
    let other = workbook(&[(r#"name="Orders""#, &c)], "")?;
    let archive =
        packed_up(&[("other.xlsx", &other), ("both.xlsx", &both), ("plain.csv", b"date,sku,qty\n2026-01-01,D,2\n")])?;
    let skus = |readings: &[Reading]| -> Vec<String> {
        readings.iter().map(|reading| reading.orders.products[0].id.clone()).collect()
    };
    let wanted = |sheet: &str| ReadOptions { sheet: Some(sheet.into()), ..ReadOptions::default() };
    let readings = read("all.zip", archive.clone(), &wanted("sales"))?;
    assert_eq!(skus(&readings), ["B", "D"]);
    let note = readings[0].notes.iter().find(|note| note.code == "sheet-missing").ok_or("no note")?;
    assert!(note.count == Some(1) && note.text.contains("other.xlsx") && note.text.contains("sales"), "{}", note.text);
    assert_eq!(skus(&read("all.zip", archive.clone(), &ReadOptions::default())?), ["C", "A", "D"]);
    let error = read("all.zip", archive, &wanted("None"));
    assert!(error.is_err_and(|error| error.code() == "no-sheet" && error.message().contains("Orders")));
    Ok(())
}

#[test]
fn an_archive_gives_every_table_in_it() -> Outcome {
    let csv = |sku: &str| {
        let mut text = String::from("date,sku,qty\n");
        (1..=9).for_each(|day| text += &format!("2026-01-0{day},{sku},2\n"));
        text
    };
    let (a, b) = (csv("A"), csv("B"));
    let utf16: Vec<u8> = csv("C").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let book = std::fs::read(data("workbooks/orders.xlsx"))?;
    let inner = packed_up(&[("deep.csv", a.as_bytes())])?;
    let members: [(&str, &[u8]); 9] = [
        ("a.csv", a.as_bytes()),
        ("2026/b.dat", b.as_bytes()),
        ("no-name", &utf16),
        ("book.bin", &book),
        ("readme.txt", b"Dear customer,\nthis is your export.\nRegards\n"),
        ("logo.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("inner.zip", &inner),
        ("__MACOSX/._a.csv", b"\0\x05\x16\x07"),
        ("empty.csv", b""),
    ];
    let readings = read("all.zip", packed_up(&members)?, &ReadOptions::default())?;
    let files: Vec<(&str, usize)> =
        readings.iter().map(|reading| (reading.report.file.as_str(), reading.orders.quantity.len())).collect();
    assert_eq!(
        files,
        [("all.zip/a.csv", 9), ("all.zip/2026/b.dat", 9), ("all.zip/no-name", 9), ("all.zip/book.bin", 28)]
    );
    let note = readings[0].notes.iter().find(|note| note.code == "members-left-out").ok_or("no note")?;
    for name in ["readme.txt", "logo.csv", "inner.zip", "empty.csv"] {
        assert!(note.text.contains(name), "{}", note.text);
    }
    assert_eq!(note.count, Some(4), "{}", note.text);

    assert_eq!(refused("none.zip", &packed_up(&members[5..])?).0, "no-tables");
    assert_eq!(refused("prose.zip", &packed_up(&members[4..6])?).0, "not-a-table");
    assert_eq!(refused("nothing.zip", &packed_up(&[])?).0, "no-tables");
    Ok(())
}

#[test]
fn protected_files_are_named() -> Outcome {
    let bytes = std::fs::read(data("workbooks/protected.xlsx"))?;
    assert_eq!(refused("protected.xlsx", &bytes), ("password".into(), "protected.xlsx".into()));
    assert_eq!(refused("in.zip", &packed_up(&[("p.xlsx", &bytes)])?), ("password".into(), "in.zip/p.xlsx".into()));

    // An old workbook under a password begins with a record that says so.
    let mut bytes = std::fs::read(data("workbooks/orders.xls"))?;
    let begin = find(&bytes, b"\x09\x08\x10\x00\x00\x06\x05\x00").ok_or("no workbook")?;
    bytes[begin + 20..begin + 26].copy_from_slice(&[0x2f, 0, 2, 0, 1, 0]);
    assert_eq!(refused("protected.xls", &bytes).0, "password");

    // The flag stands in a member's own head and in the directory.
    let mut bytes = packed_up(&[("a.csv", b"date,sku,qty\n2026-01-01,A,2\n")])?;
    let directory = find(&bytes, b"PK\x01\x02").ok_or("no directory")?;
    bytes[6] |= 1;
    bytes[directory + 8] |= 1;
    assert_eq!(refused("protected.zip", &bytes).0, "password");
    Ok(())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|found| found == wanted)
}

#[test]
fn other_kinds_are_named() -> Outcome {
    for (part, kind) in
        [("word/document.xml", "document"), ("Index/Document.iwa", "numbers"), ("xl/workbook.bin", "xlsb")]
    {
        let bytes = packed_up(&[("[Content_Types].xml", b"<Types/>"), (part, b"")])?;
        let error = packed::read(part, bytes, &ReadOptions::default()).err().ok_or(part)?;
        assert_eq!((error.code(), error.args()), ("not-a-table", &[("kind".to_owned(), kind.to_owned())][..]));
    }
    let document = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 2000]].concat();
    assert_eq!(refused("old.doc", &document).0, "not-a-table");
    Ok(())
}

/// Wherever a download stops, and whatever byte is wrong, there is an answer.
#[test]
fn damage_is_an_error_and_no_panic() -> Outcome {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    for name in ["orders.xlsx", "orders.xls", "orders.ods"] {
        let bytes = std::fs::read(data("workbooks").join(name))?;
        for end in (8..bytes.len() - 1).step_by(97) {
            let (code, _) = refused(name, &bytes[..end]);
            let known = ["damaged-archive", "damaged-workbook", "not-a-table", "read", "empty-file"];
            assert!(known.contains(&code.as_str()), "{name} cut at {end}: {code}");
        }
        for place in (8..bytes.len()).step_by(13) {
            let mut bytes = bytes.clone();
            bytes[place] ^= 0x55;
            if packed::is_packed(&bytes) {
                refused(name, &bytes);
            }
        }
    }
    std::panic::set_hook(quiet);
    let whole = std::fs::read(data("workbooks/orders.xlsx"))?;
    assert_eq!(refused("cut.xlsx", &whole[..whole.len() / 2]).0, "damaged-archive");
    Ok(())
}

/// What an old workbook says of its size is not believed, and a stray cell far out is not paid for.
#[test]
fn old_workbooks_swell_no_memory() -> Outcome {
    let whole = std::fs::read(data("workbooks/orders.xls"))?;
    let find = |start: &[u8]| whole.windows(start.len()).position(|window| window == start).ok_or("no such record");
    let mut claims = whole.clone();
    let size = find(b"\x00\x02\x0e\x00")?;
    claims[size + 4..size + 18].copy_from_slice(b"\0\0\0\0\xff\xff\xff\x0f\0\0\xff\xff\0\0");
    let [claimed, plain] = [&claims, &whole].map(|bytes| read("orders.xls", bytes.clone(), &ReadOptions::default()));
    assert_eq!(claimed?[0].orders.quantity, plain?[0].orders.quantity);
    let mut far = whole.clone();
    let cell = find(b"\xfd\x00\x0a\x00")?;
    far[cell + 4..cell + 8].fill(0xff);
    assert_eq!(refused("far.xls", &far).0, "damaged-workbook");
    Ok(())
}

#[test]
fn bombs_are_stopped() -> Outcome {
    let zeros = vec![b'0'; 100 << 20];
    let bomb = packed_up(&[("a.csv", &zeros)])?;
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused("bomb.zip", &bomb), ("inflates-too-far".into(), "bomb.zip/a.csv".into()));

    // One that claims to be small.
    let mut liar = bomb;
    let directory = find(&liar, b"PK\x01\x02").ok_or("no directory")?;
    liar[directory + 24..directory + 28].copy_from_slice(&1000_u32.to_le_bytes());
    assert_eq!(refused("liar.zip", &liar).0, "inflates-too-far");

    // Far too many files.
    let names: Vec<String> = (0..1001).map(|place| format!("{place}.csv")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert_eq!(refused("many.zip", &packed_up(&many)?).0, "too-many-files");

    let blanks = " ".repeat(100 << 20);
    let sheet = workbook(&[(r#"name="A""#, &blanks)], "")?;
    assert_eq!(refused("bomb.xlsx", &sheet).0, "inflates-too-far");

    // Room is made for as many shared texts as are claimed.
    let claim = br#"<sst uniqueCount="9999999999"></sst>"#;
    let parts: [(&str, &[u8]); 2] = [("[Content_Types].xml", b"<Types/>"), ("xl/sharedStrings.xml", claim)];
    assert_eq!(refused("claims.xlsx", &packed_up(&parts)?).0, "damaged-workbook");
    Ok(())
}

/// Cells at the far corner, rows out of order, a dimension that is not true: nothing swells and nothing is lost.
#[test]
fn strange_sheets_stay_small() -> Outcome {
    let row = |at: u32, sku: &str| {
        format!(
            r#"<row r="{at}"><c r="A{at}" t="d"><v>2026-01-{:02}T00:00:00</v></c><c r="B{at}" t="str"><v>{sku}</v></c><c r="C{at}"><v>2</v></c></row>"#,
            at % 28 + 1
        )
    };
    let mut text = cells(&[vec!["date".into(), "sku".into(), "qty".into()]]);
    (2..=9).for_each(|at| text += &row(at, "A"));
    text += &row(1_048_576, "B");
    text += r#"<row r="1048577"><c r="AZ1048577" t="str"><v>far</v></c></row>"#;
    let book = workbook(&[(r#"name="A""#, &text)], "")?;
    let reading = read("far.xlsx", book, &ReadOptions::default())?.remove(0);
    assert_eq!(reading.orders.products.len(), 2, "{:?}", reading.report);
    assert_eq!(reading.report.rows_used, 9);
    Ok(())
}

/// An archive member goes through the same reader as a file.
#[test]
fn a_gzip_in_an_archive_is_read() -> Outcome {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"date,sku,qty\n2026-01-01,A,2\n2026-01-02,A,3\n")?;
    let readings = read("g.zip", packed_up(&[("a.csv.gz", &gzip.finish()?)])?, &ReadOptions::default())?;
    assert_eq!(readings[0].orders.quantity, [2.0, 3.0]);
    // A file of its own beside it, as the command reads them.
    let mut plain = Incoming::file("b.csv", ReadOptions::default());
    plain.push(b"date,sku,qty\n2026-01-03,A,4\n2026-01-04,A,5\n")?;
    assert_eq!(ingest::finish(vec![plain])?[0].orders.quantity, [4.0, 5.0]);
    Ok(())
}
