//! What is decided, counted or left out is said: none of it happens silently.

use tillcast::calendar::Frequency;
use tillcast::ingest::{DateOrder, Incoming, ReadOptions, Reader, Reading, Role, finish};
use tillcast::panel::build::BuildOptions;
use tillcast::session::Shop;
use tillcast::session::left_out::{LeftOutList, LeftOutOptions};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn read_with(text: &str, options: ReadOptions) -> tillcast::Result<Reading> {
    let mut reader = Reader::new("orders.csv", options);
    reader.push(text.as_bytes())?;
    reader.finish()
}

fn read(text: &str) -> tillcast::Result<Reading> {
    read_with(text, ReadOptions::default())
}

/// Units used of a file.
fn units(reading: &Reading) -> f64 {
    reading.orders.quantity.iter().sum()
}

/// Codes and counts of notes.
fn notes(reading: &Reading) -> Vec<(&str, Option<u64>)> {
    reading.notes.iter().map(|note| (note.code.as_str(), note.count)).collect()
}

#[test]
fn open_orders_of_a_plain_table_count_and_are_told() -> Outcome {
    let open = [
        "In Bearbeitung",
        "processing",
        "Pending",
        "on hold",
        "on-hold",
        "unfulfilled",
        "Open",
        "not paid yet",
        "Nicht versandt",
        "待发货",
        "处理中",
        "处理中",
        "処理中",
        "入金待ち",
        "en cours",
        "En cours de traitement",
        "in attesa",
        "Pendiente",
        "aguardando envio",
        "в обработке",
        "배송준비중",
    ];
    for status in open {
        let text = format!(
            "order,date,sku,qty,status\n1,2026-01-01,A,2,done\n2,2026-01-02,A,3,{status}\n3,2026-01-02,B,4,{status}\n"
        );
        let reading = read(&text)?;
        assert_eq!((units(&reading), notes(&reading)), (9.0, vec![("pending-kept", Some(2))]), "{status}");
        let without =
            read_with(&text, ReadOptions { uncounted: vec!["pending-kept".into()], ..ReadOptions::default() })?;
        assert_eq!(units(&without), 2.0, "{status}");
        let left: Vec<_> =
            without.report.left_out.iter().map(|left| (&*left.reason, left.count, left.optional)).collect();
        assert_eq!(left, [("pending-kept", 2, true)], "{status}");
    }
    let closed = ["shipped", "Abgeschlossen", "paid", "已完成", "待收货", "発送済み", "livré", "New York"];
    for status in closed {
        let reading =
            read(&format!("order,date,sku,qty,status\n1,2026-01-01,A,2,{status}\n2,2026-01-02,A,3,{status}\n"))?;
        assert_eq!((units(&reading), notes(&reading)), (5.0, vec![]), "{status}");
    }
    // What was never paid is left out, as before, and what was paid back in part is told.
    let reading = read("order,date,sku,qty,status\n1,2026-01-01,A,2,待付款\n2,2026-01-02,A,3,partially refunded\n")?;
    assert_eq!((units(&reading), notes(&reading)), (3.0, vec![("partly-refunded-kept", Some(1))]));
    assert_eq!(reading.report.left_out[0].reason, "unpaid");
    Ok(())
}

#[test]
fn a_file_of_which_nothing_can_be_used_asks_what_its_columns_are() -> Outcome {
    // The codes of the goods were taken for their numbers.
    let text = "day,qty,number,what\n2026-01-01,A-1,3,Mug\n2026-01-02,A-2,4,Cup\n";
    let roles = vec![(Role::Quantity, "qty".to_owned())];
    let reading = read_with(text, ReadOptions { roles, ..ReadOptions::default() })?;
    let asked: Vec<_> = reading.questions.iter().map(|question| (&*question.code, question.choices.len())).collect();
    assert_eq!(asked, [("nothing-left", 0)]);
    assert_eq!((reading.report.rows_used, reading.report.left_out[0].count), (0, 2));
    assert_eq!(reading.report.headers, ["day", "qty", "number", "what"]);
    let shop = Shop::open("shop", vec![reading], BuildOptions::default())?;
    assert_eq!(shop.questions.len(), 1);
    let roles = vec![(Role::Quantity, "number".to_owned())];
    assert_eq!(units(&read_with(text, ReadOptions { roles, ..ReadOptions::default() })?), 7.0);
    Ok(())
}

#[test]
fn a_column_of_totals_is_no_row() -> Outcome {
    let reading = read("Artikel;Jan 2026;Feb 2026;Mär 2026;Summe\nA;1;3;1;5\nB;2;2;1;5\nSumme;3;5;2;10\n")?;
    let left: Vec<_> = reading.report.left_out.iter().map(|left| (&*left.reason, left.count)).collect();
    assert_eq!(left, [("total-row", 1)]);
    let told = reading.notes.iter().find(|note| note.code == "total-column").ok_or("a note")?;
    assert_eq!((told.count, &*told.args[0].1), (Some(1), "Summe"));
    assert_eq!(reading.report.rows_used + 1, reading.report.rows_read);
    Ok(())
}

/// "row reason" of each row that is listed as left out.
fn listed(shop: &Shop, text: &str) -> Outcome<Vec<String>> {
    let mut list = LeftOutList::new(shop, LeftOutOptions::default());
    let mut made = list.begin()?;
    made += &list.push(text.as_bytes())?;
    made += &list.end()?;
    let cells = made.lines().map(|line| line.split(',').collect::<Vec<_>>());
    Ok(cells.map(|cells| format!("{} {}", cells[1], cells[2])).collect())
}

/// Rows used, and what its report says was left out.
fn told(shop: &Shop) -> (u64, Vec<(&str, u64)>) {
    let report = &shop.reports[0];
    (report.rows_used, report.left_out.iter().map(|left| (&*left.reason, left.count)).collect())
}

#[test]
fn rows_that_the_series_leave_out_are_counted_and_listed() -> Outcome {
    // The first of January 2026 is a Thursday; the second product comes back before it is ever sold.
    let mut text = String::from("order,date,sku,qty\n0,2026-01-01,B,-1\n");
    const FIRST_OF_2026: i32 = 20_454;
    for order in 1..=37 {
        text += &format!("{order},{},A,2\n", Frequency::Day.label(FIRST_OF_2026 + order - 1));
    }
    text += "38,2026-01-13,B,4\n39,2026-01-14,C,-1\n";
    let mut shop = Shop::open("shop", vec![read(&text)?], BuildOptions::default())?;
    assert_eq!(told(&shop), (38, vec![("returns-before-sale", 1), ("only-returns", 1)]));
    assert_eq!(listed(&shop, &text)?, ["2 returns-before-sale", "41 only-returns"]);
    shop.regroup(Frequency::Week)?;
    let left =
        vec![("partial-first-period", 5), ("partial-last-period", 5), ("partial-launch", 1), ("only-returns", 1)];
    assert_eq!(told(&shop), (40 - 12, left));
    let listed = listed(&shop, &text)?;
    assert_eq!((listed.len(), &*listed[0], &*listed[11]), (12, "2 partial-first-period", "41 only-returns"));
    assert_eq!(shop.summary(1).reports[0], shop.reports[0]);
    shop.regroup(Frequency::Day)?;
    assert_eq!(told(&shop).0, 38, "what periods leave out depends on their length");
    let cut = BuildOptions { from: Some(FIRST_OF_2026 + 4), ..BuildOptions::default() };
    let cut = Shop::open("shop", vec![read(&text)?], cut)?;
    assert_eq!(told(&cut).1[0], ("outside-range", 5));
    Ok(())
}

#[test]
fn a_row_of_many_days_is_left_out_only_where_all_of_them_are() -> Outcome {
    let days: Vec<String> = (1..=31).map(|day| format!("2026-01-{day:02}")).collect();
    let ones = vec!["1"; 31].join(",");
    let text = format!("sku,{}\nA,{ones}\nB,{ones}\n", days.join(","));
    let mut shop = Shop::open("shop", vec![read(&text)?], BuildOptions::default())?;
    shop.regroup(Frequency::Week)?;
    assert!(shop.notes().iter().any(|note| note.code.starts_with("partial-")), "{:?}", shop.notes());
    assert_eq!(told(&shop), (2, vec![]));
    assert_eq!(listed(&shop, &text)?, [""; 0]);
    Ok(())
}

/// Orders of some days, none after the twelfth, written as `write` writes day and month.
fn ambiguous(header: &str, write: impl Fn(u32, u32) -> String) -> String {
    let days = (1..=4).flat_map(|month| (1..=12).map(move |day| (day, month)));
    days.fold(format!("{header}\n"), |text, (day, month)| text + &format!("{},A,{day}\n", write(day, month)))
}

/// An argument of the only note on dates.
fn date_note<'a>(reading: &'a Reading, name: &str) -> Option<(&'a str, &'a str)> {
    let mut notes = reading.notes.iter().filter(|note| note.code.starts_with("date-order-"));
    let (note, None) = (notes.next()?, notes.next()) else { return None };
    note.args.iter().find(|(arg, _)| arg == name).map(|(_, value)| (note.code.as_str(), value.as_str()))
}

#[test]
fn a_day_or_month_that_is_only_likely_to_be_first_is_told() -> Outcome {
    let text = ambiguous("date,sku,qty", |day, month| format!("{month:02}/{day:02}/2026"));
    let reading = read(&text)?;
    assert!(reading.questions.is_empty());
    assert_eq!(date_note(&reading, "example"), Some(("date-order-running", "01/02/2026")));
    assert_eq!(date_note(&reading, "date"), Some(("date-order-running", "2026-01-02")));
    assert_eq!(date_note(&reading, "other"), Some(("date-order-running", "2026-02-01")));
    assert_eq!(date_note(&reading, "answer"), Some(("date-order-running", "dmy")));
    let other = read_with(&text, ReadOptions { date_order: Some(DateOrder::Dmy), ..ReadOptions::default() })?;
    assert_eq!(date_note(&other, "date"), Some(("date-order-said", "2026-02-01")));
    assert_eq!(date_note(&other, "answer"), Some(("date-order-said", "mdy")));
    let german = read("Datum;Artikel;Menge\n05/02/2026;A;1\n03/01/2026;A;2\n")?;
    assert_eq!(date_note(&german, "date"), Some(("date-order-language", "2026-02-05")));
    // What is certain needs no word.
    for certain in ["date,sku,qty\n2026-02-05,A,1\n", "date,sku,qty\n05/02/2026,A,1\n13/02/2026,A,2\n"] {
        assert_eq!(date_note(&read(certain)?, "date"), None, "{certain}");
    }
    Ok(())
}

#[test]
fn a_file_of_the_same_columns_answers_for_dates_that_can_be_read_both_ways() -> Outcome {
    let doubtful = "date,sku,qty\n02/05/2026,A,1\n01/03/2026,A,2\n";
    let read_all = |files: &[&str]| -> tillcast::Result<Vec<Reading>> {
        let incoming = files.iter().enumerate().map(|(place, text)| {
            let mut file = Incoming::file(&format!("{place}.csv"), ReadOptions::default());
            file.push(text.as_bytes()).map(|()| file)
        });
        finish(incoming.collect::<tillcast::Result<_>>()?)
    };
    assert_eq!(read_all(&[doubtful])?[0].questions.len(), 1);
    let (dmy, mdy) = ("date,sku,qty\n14/06/2026,A,1\n", "date,sku,qty\n06/14/2026,A,1\n");
    for (sibling, date) in [(dmy, "2026-05-02"), (mdy, "2026-02-05")] {
        for (files, place) in [([doubtful, sibling], 0), ([sibling, doubtful], 1)] {
            let readings = read_all(&files)?;
            assert!(readings.iter().all(|reading| reading.questions.is_empty()));
            assert_eq!(date_note(&readings[place], "date"), Some(("date-order-sibling", date)));
            assert_eq!(Frequency::Day.label(readings[place].orders.minute[0] / 1440), date);
        }
    }
    // Another layout says nothing, nor do files that disagree.
    let other = "day,sku,qty\n14/06/2026,A,1\n";
    assert_eq!(read_all(&[doubtful, other])?[0].questions.len(), 1);
    assert_eq!(read_all(&[dmy, doubtful, mdy])?[1].questions.len(), 1);
    Ok(())
}

const ETSY: &str = "Sale Date,Item Name,Buyer,Quantity,Price,Currency,Transaction ID,Listing ID,Order ID,Variations,SKU\n\
    02/20/26,\"Print, A4\",x,1,12.00,USD,1,9,31,Frame:Oak,\n\
    02/21/26,\"Print, A4\",x,2,12.00,USD,2,9,32,Frame:Ash,\n\
    02/21/26,Mug,x,4,12.00,USD,3,8,33,,\n\
    02/22/26,Card,x,8,2.00,USD,4,7,34,Paper:Thick,CARD-T\n";

/// Code, count and example of a note.
type Told<'a> = (&'a str, Option<u64>, &'a str);

/// Keys of a reading's products, and the note on their variations.
fn products(reading: &Reading) -> (Vec<&str>, Option<Told<'_>>) {
    let note = reading.notes.iter().find(|note| note.code.starts_with("variants-"));
    let keys = reading.orders.products.iter().map(|product| product.id.as_str()).collect();
    (keys, note.map(|note| (note.code.as_str(), note.count, note.args[0].1.as_str())))
}

#[test]
fn variations_are_told_and_can_be_told_apart() -> Outcome {
    let apart = || ReadOptions { variants: true, ..ReadOptions::default() };
    let together = read(ETSY)?;
    assert_eq!(
        products(&together),
        (vec!["Print, A4", "Mug", "CARD-T"], Some(("variants-together", Some(1), "Print, A4")))
    );
    let told = read_with(ETSY, apart())?;
    let keys = vec!["Print, A4 · Frame:Oak", "Print, A4 · Frame:Ash", "Mug", "CARD-T · Paper:Thick"];
    assert_eq!(products(&told), (keys, Some(("variants-apart", Some(3), "Print, A4 · Frame:Oak"))));
    assert_eq!(told.orders.products[3].name, "Card · Paper:Thick");
    // In any table; several columns make one variation, and what says that there is none is none.
    let table =
        "date,product,Size,Color,qty\n2026-01-01,Shirt,M,red,1\n2026-01-02,Shirt,L,red,2\n2026-01-03,Cap,,Default,3\n";
    assert_eq!(products(&read(table)?), (vec!["Shirt", "Cap"], Some(("variants-together", Some(1), "Shirt"))));
    assert_eq!(products(&read_with(table, apart())?).0, ["Shirt · M, red", "Shirt · L, red", "Cap"]);
    let unused = ReadOptions { unused: vec!["Size".into(), "Color".into()], ..apart() };
    assert_eq!(products(&read_with(table, unused)?), (vec!["Shirt", "Cap"], None));
    let roles = vec![(Role::Variant, "Color".to_owned())];
    assert_eq!(products(&read_with(table, ReadOptions { roles, ..apart() })?).0, ["Shirt · red", "Cap"]);
    // One variation each is nothing to tell; a table of sizes alone has them for products.
    assert_eq!(products(&read("date,sku,size,qty\n2026-01-01,A,M,1\n2026-01-02,B,L,2\n")?), (vec!["A", "B"], None));
    assert_eq!(products(&read("date,size,qty\n2026-01-01,M,1\n2026-01-02,L,2\n")?), (vec!["M", "L"], None));
    let across = "sku,size,2026-01-01,2026-01-02,2026-01-03\nA,M,1,2,3\nA,L,3,4,5\n";
    assert_eq!(products(&read(across)?), (vec!["A"], Some(("variants-together", Some(1), "A"))));
    assert_eq!(products(&read_with(across, apart())?).0, ["A · M", "A · L"]);
    Ok(())
}
