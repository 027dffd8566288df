//! Exports that are called `.xls` and are web pages or XML: their tables are read like any sheet.
#![allow(missing_docs, reason = "tests")]

use std::path::Path;

use tillcast::ingest::{self, ReadOptions, Reading, packed};
use tillcast_workbooks::Packed;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn fixture(name: &str) -> std::io::Result<Vec<u8>> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/workbooks").join(name))
}

fn read(bytes: &[u8], sheet: Option<&str>) -> tillcast::Result<Reading> {
    let options = ReadOptions { sheet: sheet.map(Into::into), ..ReadOptions::default() };
    assert!(packed::is_packed(bytes), "told by its first bytes");
    let mut readings = ingest::finish(packed::read("orders.xls", bytes.to_vec(), &options)?)?;
    Ok(readings.pop().unwrap_or_default())
}

/// What a table becomes before anything is made of it.
fn text(bytes: &[u8]) -> Outcome<String> {
    let mut text = Vec::new();
    let mut packed = Packed::open(bytes.to_vec(), None)?;
    let mut table = packed.next_table()?.ok_or("no table")?;
    while table.read(&mut text)? {}
    Ok(String::from_utf8(text)?)
}

/// "key units" of each line.
fn lines(reading: &Reading) -> Vec<String> {
    let orders = &reading.orders;
    let key = |line: usize| &orders.products[orders.product[line] as usize].id;
    (0..orders.quantity.len()).map(|line| format!("{} {}", key(line), orders.quantity[line])).collect()
}

#[test]
fn a_page_that_is_called_a_workbook_is_one() -> Outcome {
    let bytes = fixture("page.xls")?;
    let reading = read(&bytes, None)?;
    assert_eq!(reading.report.sheet.as_deref(), Some("Orders & more"));
    assert_eq!(lines(&reading), ["00123 2", "B-7 1", "00123 3", "B-7 4"]);
    assert_eq!(reading.orders.products[0].name, "Café mug, \"large\" blue");
    assert_eq!(reading.orders.products[1].name, "Candle <small>");
    assert_eq!(reading.orders.price, [14.5, 7.25, 14.5, 7.25]);
    assert_eq!(reading.orders.minute[0], reading.orders.minute[1], "a cell over two rows holds for both");
    // The same in the encodings that such pages come in.
    let page = String::from_utf8(bytes)?.replace("&eacute;", "é");
    let names = |bytes: &[u8]| -> Outcome<String> { Ok(read(bytes, None)?.orders.products[0].name.clone()) };
    for (label, encoding) in [("utf-8", encoding_rs::UTF_8), ("windows-1252", encoding_rs::WINDOWS_1252)] {
        let said = page.replace("charset=utf-8", &format!("charset={label}"));
        assert_eq!(names(&encoding.encode(&said).0)?, "Café mug, \"large\" blue", "{label}");
    }
    let wide: Vec<u8> = [0xfeff].into_iter().chain(page.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(names(&wide)?, "Café mug, \"large\" blue");
    Ok(())
}

#[test]
fn excels_xml_of_2003_is_a_workbook() -> Outcome {
    let bytes = fixture("spreadsheetml.xls")?;
    assert_eq!(
        text(&bytes)?,
        "Order date,SKU,Note,Quantity\n2026-03-02,00123,,2\n,,,\n,,,\n2026-03-03 09:30:00,A & B,,3\n"
    );
    let reading = read(&bytes, None)?;
    assert_eq!((reading.report.sheet.as_deref(), reading.report.other_sheets.len()), (Some("Orders"), 0));
    assert_eq!(lines(&reading), ["00123 2", "A & B 3"]);
    Ok(())
}

#[test]
fn of_several_tables_the_first_with_dates_is_read_and_another_can_be_chosen() -> Outcome {
    let table = |rows: &str| format!("<table>{rows}</table>");
    let goods = table("<tr><td>sku</td><td>stock</td></tr><tr><td>A</td><td>5</td></tr><tr><td>B</td><td>5</td></tr>");
    let sales = |sku: &str| {
        let rows = (1..9).map(|day| format!("<tr><td>2026-01-0{day}</td><td>{sku}</td><td>2</td></tr>"));
        table(&format!("<tr><td>date</td><td>sku</td><td>qty</td></tr>{}", rows.collect::<String>()))
    };
    let page = format!("\u{feff}\n<!DOCTYPE HTML><body>Welcome {goods} {} {}", sales("A"), sales("B"));
    let reading = read(page.as_bytes(), None)?;
    assert_eq!((reading.report.sheet.as_deref(), &*lines(&reading)[0]), (Some("Table 2"), "A 2"));
    assert_eq!(reading.report.other_sheets, ["Table 1", "Table 3"]);
    assert_eq!(lines(&read(page.as_bytes(), Some("table 3"))?)[0], "B 2");
    Ok(())
}

#[test]
fn pages_without_a_table_are_refused_and_text_is_text() {
    let pages = [
        "<!DOCTYPE html><html><body>Sign in</body></html>",
        "<html><table><tr><td>Name</td></tr><tr><td>Password</td></tr></table></html>",
        "<?xml version=\"1.0\"?><feed><entry>orders</entry></feed>",
        "<table",
        "<html><tr><td>1<td>2",
    ];
    for page in pages {
        let told = read(page.as_bytes(), None).map_err(|error| error.code().to_owned());
        assert_eq!(told.err().as_deref(), Some("not-a-table"), "{page}");
    }
    for text in ["<TICKER>,<DATE>,<VOL>\nA,20260102,4\n", "date,sku,qty\n2026-01-01,<html>,2\n", "<", ""] {
        assert!(!packed::is_packed(text.as_bytes()), "{text}");
    }
}

#[test]
fn a_page_that_claims_more_cells_than_it_has_costs_little() {
    let wide = "<tr><td colspan=99999>1</td><td>2</td></tr>".repeat(20_000);
    let high =
        format!("<tr><td rowspan=99999>{}</td><td>2</td></tr>", "x".repeat(100_000)) + &"<tr><td>1".repeat(5_000);
    for rows in [wide, high] {
        let page = format!("<table>{rows}</table>");
        let told = read(page.as_bytes(), None).map_err(|error| error.code().to_owned());
        assert_eq!(told.err().as_deref(), Some("inflates-too-far"));
    }
    // Damage anywhere ends in tables or in an error.
    for name in ["page.xls", "spreadsheetml.xls"] {
        let bytes = fixture(name).unwrap_or_default();
        for end in (1..bytes.len()).step_by(7).filter(|end| packed::is_packed(&bytes[..*end])) {
            drop(read(&bytes[..end], None));
        }
    }
}
