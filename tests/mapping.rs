//! What each column is read as, how sure that is, and what is said of all files of a layout.

use tillcast::calendar::Frequency;
use tillcast::ingest::mapping::{Column, Confidence, Found, Mapping, Use};
use tillcast::ingest::{DateOrder, Incoming, ReadOptions, Reader, Reading, Role};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn read(text: &str, options: ReadOptions) -> tillcast::Result<Reading> {
    let mut reader = Reader::new("orders.csv", options);
    reader.push(text.as_bytes())?;
    reader.finish()
}

fn plain(text: &str) -> tillcast::Result<Reading> {
    read(text, ReadOptions::default())
}

/// Role, confidence and how it was found, of the column with that header.
fn how(reading: &Reading, header: &str) -> Option<(Role, Confidence, Found)> {
    let column = column(reading, header)?;
    Some((column.role?, column.confidence?, column.found?))
}

fn column<'a>(reading: &'a Reading, header: &str) -> Option<&'a Column> {
    let report = &reading.report;
    let place = report.headers.iter().position(|known| known == header)?;
    report.columns.get(place)
}

fn own(roles: &[(Role, &str)]) -> Vec<(Role, String)> {
    roles.iter().map(|(role, header)| (*role, (*header).to_owned())).collect()
}

/// Two columns of whole numbers: pieces by the header, boxes by the truth.
const BOXES: &str = "day,item,pieces,boxes,remark\n\
    2026-01-01,A,2,20,x\n2026-01-02,A,3,30,y\n2026-01-03,B,1,10,z\n";

#[test]
fn whole_names_are_sure_and_doubles_are_not() -> Outcome {
    let reading = plain("date,sku,qty\n2026-01-01,A,2\n2026-01-02,B,3\n")?;
    assert_eq!(how(&reading, "date"), Some((Role::Date, Confidence::High, Found::Name)));
    assert_eq!(how(&reading, "qty"), Some((Role::Quantity, Confidence::High, Found::Name)));

    let doubled = plain("date,sku,qty,quantity\n2026-01-01,A,2,20\n2026-01-02,B,3,30\n")?;
    let roles: Vec<_> = doubled.report.roles.iter().filter(|(role, _)| *role == Role::Quantity).collect();
    let [(_, taken)] = roles[..] else { return Err("one column of units".into()) };
    let other = if taken == "qty" { "quantity" } else { "qty" };
    assert_eq!(how(&doubled, taken), Some((Role::Quantity, Confidence::Medium, Found::Name)));
    assert_eq!(column(&doubled, taken).and_then(|column| column.rival.as_deref()), Some(other));
    assert_eq!(column(&doubled, other).map(|column| column.usage), Some(Use::Unused));
    Ok(())
}

#[test]
fn parts_of_names_and_values_alone_are_less_sure() -> Outcome {
    let part = plain("date of delivery,sku,qty\n2026-01-01,A,2\n2026-01-02,B,3\n")?;
    assert_eq!(how(&part, "date of delivery"), Some((Role::Date, Confidence::Medium, Found::Name)));

    let values = plain("wann,was,wieviel\n2026-01-01,Tasse,2\n2026-01-02,Kanne,3\n")?;
    assert_eq!(how(&values, "wann"), Some((Role::Date, Confidence::Medium, Found::Content)));
    assert_eq!(how(&values, "was"), Some((Role::Product, Confidence::Medium, Found::Content)));
    assert_eq!(how(&values, "wieviel"), Some((Role::Quantity, Confidence::Medium, Found::Content)));

    let rivals = plain("wann,motiv,was,wieviel\n2026-01-01,Rose,Tasse,2\n2026-01-02,Lilie,Kanne,3\n")?;
    assert_eq!(how(&rivals, "motiv"), Some((Role::Product, Confidence::Low, Found::Content)));
    assert_eq!(column(&rivals, "motiv").and_then(|column| column.rival.as_deref()), Some("was"));
    Ok(())
}

#[test]
fn names_that_values_speak_against_are_less_sure() -> Outcome {
    // Half of the dates are broken: it is called a date, and is one all the same.
    let broken = plain("date,sku,qty\n2026-01-01,A,2\nsoon,A,2\n2026-01-03,B,3\n2026-01-04,B,1\n?,C,1\n")?;
    assert_eq!(how(&broken, "date"), Some((Role::Date, Confidence::Medium, Found::Name)));
    Ok(())
}

#[test]
fn what_a_platform_or_the_user_says_is_sure() -> Outcome {
    let platform = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice\n\
        1,21000,Cup,2,2026-01-01,2.5\n2,21001,Can,3,2026-01-02,2.5\n";
    let reading = plain(platform)?;
    assert_eq!(how(&reading, "InvoiceDate"), Some((Role::Date, Confidence::High, Found::Platform)));

    let options = ReadOptions { roles: own(&[(Role::Quantity, "boxes")]), ..ReadOptions::default() };
    let given = read(BOXES, options)?;
    assert_eq!(how(&given, "boxes"), Some((Role::Quantity, Confidence::High, Found::Given)));
    assert_eq!(given.orders.quantity, [20.0, 30.0, 10.0]);
    Ok(())
}

#[test]
fn unused_columns_are_not_guessed() -> Outcome {
    let text = "date,sku,qty,price\n2026-01-01,A,2,5.5\n2026-01-02,B,3,6.5\n";
    assert_eq!(plain(text)?.orders.price, [5.5, 6.5]);
    let without = read(text, ReadOptions { unused: vec!["price".into()], ..ReadOptions::default() })?;
    assert!(without.orders.price.iter().all(|price| price.is_nan()));
    assert_eq!(column(&without, "price").map(|column| (column.usage, column.role)), Some((Use::Unused, None)));
    // A role that is given counts more than "not used".
    let options =
        ReadOptions { unused: vec!["price".into()], roles: own(&[(Role::Price, "price")]), ..ReadOptions::default() };
    assert_eq!(read(text, options)?.orders.price, [5.5, 6.5]);
    Ok(())
}

#[test]
fn a_mapping_holds_for_its_layout_and_no_other() -> Outcome {
    let first = plain(BOXES)?;
    assert!(!first.report.mapped);
    let mapping = Mapping {
        layout: first.report.layout.clone(),
        roles: own(&[(Role::Date, "day"), (Role::Product, "item"), (Role::Quantity, "boxes")]),
        unused: vec!["pieces".into(), "remark".into()],
        ..Mapping::default()
    };
    let options = ReadOptions { mappings: vec![mapping], ..ReadOptions::default() };
    // Another month of the same export.
    let next = "day,item,pieces,boxes,remark\n2026-02-01,A,4,40,x\n2026-02-02,C,5,50,\n";
    let reading = read(next, options.clone())?;
    assert_eq!((reading.report.mapped, &reading.orders.quantity[..]), (true, &[40.0, 50.0][..]));
    assert_eq!(how(&reading, "day"), Some((Role::Date, Confidence::High, Found::Given)));
    let other = read("day,item,boxes,pieces\n2026-02-01,A,4,40\n2026-02-02,C,5,50\n", options.clone())?;
    assert_eq!((other.report.mapped, &other.orders.quantity[..]), (false, &[40.0, 50.0][..]));
    assert_eq!(how(&other, "pieces"), Some((Role::Quantity, Confidence::High, Found::Name)));
    // What is said of one file counts more than what was said of its layout.
    let asked = ReadOptions { roles: own(&[(Role::Quantity, "pieces")]), ..options };
    assert_eq!(read(next, asked)?.orders.quantity, [4.0, 5.0]);
    Ok(())
}

#[test]
fn an_order_of_day_and_month_holds_for_the_layout_it_was_asked_of() -> Outcome {
    let files = ["date,sku,qty\n02/01/2026,A,1\n03/01/2026,A,2\n", "day,item,units\n05/04/2026,A,3\n06/04/2026,A,4\n"];
    let read_all = |options: &ReadOptions| {
        let readings = files.map(|text| read(text, options.clone()));
        readings.into_iter().collect::<tillcast::Result<Vec<_>>>()
    };
    let asked = read_all(&ReadOptions::default())?;
    let layouts: Vec<&str> = asked.iter().map(|reading| reading.report.layout.as_str()).collect();
    for (reading, layout) in asked.iter().zip(&layouts) {
        let told: Vec<_> = reading.questions.iter().map(|question| (&*question.code, &*question.layout)).collect();
        assert_eq!(told, [("date-order", *layout)]);
    }
    let said = |order: DateOrder| Mapping { layout: layouts[0].into(), date_order: Some(order), ..Mapping::default() };
    let mut options = ReadOptions { mappings: vec![said(DateOrder::Mdy)], ..ReadOptions::default() };
    let read_so = read_all(&options)?;
    let first_day = |reading: &Reading| Frequency::Day.label(reading.orders.minute[0].div_euclid(1440));
    assert_eq!((first_day(&read_so[0]), read_so[0].report.mapped), ("2026-02-01".into(), false));
    assert_eq!(read_so[1].questions.len(), 1, "the other layout is still asked about");
    let note = read_so[0].notes.iter().find(|note| note.code == "date-order-said").ok_or("no note")?;
    assert!(note.args.contains(&("layout".into(), layouts[0].into())));
    // What is said of all files goes before.
    options.date_order = Some(DateOrder::Dmy);
    let days: Vec<String> = read_all(&options)?.iter().map(first_day).collect();
    assert_eq!(days, ["2026-01-02", "2026-04-05"]);
    Ok(())
}

#[test]
fn a_whole_mapping_of_what_was_found_changes_nothing() -> Outcome {
    let texts = [
        BOXES,
        "date,sales\n2026-01-01,3\n2026-01-02,4\n2026-01-03,5\n",
        "date,Mug,Cup\n2026-01-01,3,1\n2026-01-02,4,1\n2026-01-03,5,2\n",
        "product,2026-01-01,2026-01-02,2026-01-03,total\nMug,1,2,3,6\nCup,2,0,1,3\n",
        "date,sku,qty,promo\n2026-01-01,A,2,0\n2026-01-02,A,3,1\n2026-01-03,A,3,1\n",
        "2026-01-05,Mug,3\n2026-01-06,Cup,1\n2026-01-07,Mug,2\n",
    ];
    for text in texts {
        let found = plain(text)?;
        let report = &found.report;
        let of = |usage: Use| {
            let columns = report.headers.iter().zip(&report.columns);
            columns.filter(move |(_, column)| column.usage == usage).map(|(header, _)| header.clone()).collect()
        };
        let mapping = Mapping {
            layout: report.layout.clone(),
            roles: report.roles.clone(),
            unused: of(Use::Unused),
            extra: of(Use::Extra),
            date_order: None,
        };
        let again = read(text, ReadOptions { mappings: vec![mapping], ..ReadOptions::default() })?;
        assert!(again.report.mapped && again.questions.is_empty(), "{text}");
        assert_eq!(format!("{:?}", again.orders), format!("{:?}", found.orders), "{text}");
        let usage = |reading: &Reading| reading.report.columns.iter().map(|column| column.usage).collect::<Vec<_>>();
        assert_eq!(usage(&again), usage(&found), "{text}");
    }
    Ok(())
}

#[test]
fn a_column_with_few_dates_is_asked_about() -> Outcome {
    let text = "moment,sku,qty\nsoon,A,1\n2026-01-01,A,2\nlater,B,3\n?,B,3\n";
    let asked = plain(text)?;
    let codes: Vec<&str> = asked.questions.iter().map(|question| question.code.as_str()).collect();
    assert_eq!(codes, ["column-date"]);
    assert_eq!((asked.report.headers.len(), asked.report.preview.len()), (3, 4));
    assert_eq!(asked.questions[0].choices[0].value, "moment");
    // It is offered where it was taken for something else, too.
    let taken = plain("moment,what,count\nsoon,A,1\n2026-01-01,A,2\nlater,B,3\n?,B,3\n")?;
    let choices: Vec<&str> = taken.questions[0].choices.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!(choices, ["moment"]);
    let options = ReadOptions { roles: own(&[(Role::Date, "moment")]), ..ReadOptions::default() };
    assert_eq!(read(text, options)?.orders.quantity, [2.0]);
    Ok(())
}

#[test]
fn the_sheets_that_were_not_read_stand_in_the_report() -> Outcome {
    let mut file = Incoming::file("book.xlsx", ReadOptions::default()).of_sheet("Orders", ReadOptions::default());
    file.push(b"date,sku,qty\n2026-01-01,A,2\n2026-01-02,A,3\n")?;
    file.sheet_told(&["Returns".into(), "Notes".into()], 0);
    let readings = tillcast::ingest::finish(vec![file])?;
    let report = &readings[0].report;
    assert_eq!(report.sheet.as_deref(), Some("Orders"));
    assert_eq!(report.other_sheets, ["Returns", "Notes"]);
    Ok(())
}
