//! Goods that the shop had none of, by its own count beside the units or by long silences of lists: their days are unknown.
#![allow(missing_docs, reason = "tests")]

use std::fmt::Write as _;

use tillcast::calendar::Frequency;
use tillcast::ingest::{ReadOptions, Reader};
use tillcast::panel::build::BuildOptions;
use tillcast::panel::quality::{Done, Finding};
use tillcast::session::Shop;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const DAYS: i32 = 140;
const FIRST: i32 = 20_454;

fn day(index: i32) -> String {
    Frequency::Day.label(FIRST + index)
}

fn shop(text: &str, counted: &[&str], uncounted: &[&str]) -> Outcome<Shop> {
    let said = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let options = ReadOptions { counted: said(counted), uncounted: said(uncounted), ..ReadOptions::default() };
    let mut reader = Reader::new("sales.csv", options);
    reader.push(text.as_bytes())?;
    Ok(Shop::open("shop", vec![reader.finish()?], BuildOptions::default())?)
}

fn unknown(shop: &Shop, index: usize) -> Vec<usize> {
    let values = shop.built.panel.values(index);
    (0..values.len()).filter(|&at| values[at].is_nan()).collect()
}

fn found(shop: &Shop, code: &str) -> Outcome<Option<Finding>> {
    Ok(shop.findings()?.into_iter().find(|finding| finding.code == code))
}

/// A row for each day and two products; the first has no stock on two days, and sells nothing on ten others though there is
/// some.
fn table(header: &str, stock: impl Fn(i32) -> i32) -> String {
    let mut text = format!("date,sku,qty,{header}\n");
    for at in 0..DAYS {
        let is_silent = [50, 51].contains(&at) || (80..90).contains(&at);
        let _ = writeln!(text, "{},A,{},{}", day(at), if is_silent { 0 } else { 3 + at % 3 }, stock(at));
        let _ = writeln!(text, "{},B,2,40", day(at));
    }
    text
}

#[test]
fn a_day_without_stock_and_sale_is_unknown_and_one_with_stock_is_not() -> Outcome {
    for header in ["stock on hand", "Lagerbestand", "库存"] {
        let text = table(header, |at| if [50, 51].contains(&at) { 0 } else { 20 - at % 7 });
        let read = shop(&text, &[], &[])?;
        assert_eq!(unknown(&read, 0), [50, 51], "{header}");
        assert_eq!(unknown(&read, 1), [0; 0]);
        let told = found(&read, "counted-out")?.ok_or("nothing is told")?;
        assert_eq!((told.count, told.done, told.optional), (1, Done::Missing, true));
        assert_eq!((&told.examples[0].from, told.examples[0].until.as_ref()), (&day(50), Some(&day(51))));
        assert!(found(&read, "stock-out")?.is_none(), "the shop had some on the ten other days");
        let counted = shop(&text, &["stock-out"], &[])?;
        assert_eq!(unknown(&counted, 0), [0; 0]);
        assert_eq!(found(&counted, "counted-out")?.map(|finding| finding.done), Some(Done::Zero));
    }
    Ok(())
}

#[test]
fn a_count_that_is_not_kept_tells_nothing() -> Outcome {
    // What is in stock today stands on every row; or nobody writes down what comes.
    for stock in [|_| 0, |at| i32::from(at < 30)] as [fn(i32) -> i32; 2] {
        let read = shop(&table("stock", stock), &[], &[])?;
        assert_eq!((unknown(&read, 0), found(&read, "counted-out")?), (vec![], None));
        // Zeros of a table were written, and stand; whoever knows better may say so.
        let told = found(&read, "stock-out")?.ok_or("nothing is told")?;
        assert_eq!((told.count, told.done), (1, Done::Zero));
        let without = shop(&table("stock", stock), &[], &["stock-out"])?;
        assert_eq!(unknown(&without, 0), (80..90).collect::<Vec<_>>());
    }
    Ok(())
}

#[test]
fn what_is_left_after_a_sale_holds_until_the_next() -> Outcome {
    // The third column of a till's list; the last piece goes on day 60, new ones come ten days later.
    let mut text = String::from("time,sku,qty,stock after sale,closing stock\n");
    for at in 0..DAYS {
        if at % 2 == 0 && !(61..70).contains(&at) {
            let left = if at == 60 { 0 } else { 30 - at % 20 };
            let _ = writeln!(text, "{} 09:30,A,2,,{}\n{} 17:00,A,1,,{left}", day(at), left + 1, day(at));
        }
        let _ = writeln!(text, "{} 12:00,B,1,,9", day(at));
    }
    let read = shop(&text, &[], &[])?;
    assert_eq!(unknown(&read, 0), (61..70).collect::<Vec<_>>());
    Ok(())
}

#[test]
fn an_origin_knows_no_later_count() -> Outcome {
    let text = |later: i32| {
        table("stock", move |at| if at > 51 { later } else { 20 * i32::from(at < 50) + at % 7 * i32::from(at < 50) })
    };
    let mut seen = Vec::new();
    for later in [0, 1, 30] {
        let panel = shop(&text(later), &[], &[])?.built.panel.before((DAYS - 52) as usize);
        seen.push(panel.values(0).iter().map(|value| value.to_bits()).collect::<Vec<_>>());
        assert!(panel.values(0)[50].is_nan() && panel.values(0)[51].is_nan());
    }
    assert!(seen.iter().all(|one| *one == seen[0]));
    Ok(())
}

#[test]
fn a_product_that_was_out_for_long_has_a_note_with_its_days() -> Outcome {
    let text = table("stock", |at| if [50, 51].contains(&at) || (80..90).contains(&at) { 0 } else { 20 });
    let told = |shop: &Shop| -> Vec<tillcast::notes::Note> {
        shop.notes().into_iter().filter(|note| note.code == "out-of-stock").collect()
    };
    let read = shop(&text, &[], &[])?;
    let notes = told(&read);
    let args: Vec<&str> = notes[0].args.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!((notes.len(), notes[0].product.as_deref(), notes[0].count), (1, Some("A"), Some(12)));
    assert_eq!(args, [day(50), day(89)]);
    let finding = found(&read, "counted-out")?.ok_or("nothing is told")?;
    assert_eq!((finding.count, finding.days), (2, Some(12)));
    assert!(finding.text.contains("12 days"), "{}", finding.text);
    // Two days are seen in the chart; and what counts as zero is not unknown.
    assert_eq!(told(&shop(&table("stock", |at| if [50, 51].contains(&at) { 0 } else { 20 }), &[], &[])?), []);
    assert_eq!(told(&shop(&text, &["stock-out"], &[])?), []);
    Ok(())
}

/// A list by months, of which A has none in those of `out`, though it sells some `pieces` in the others.
fn by_months(months: i32, pieces: i32, out: &[i32]) -> String {
    let mut list = String::from("month,sku,qty\n");
    for at in 0..months {
        let month = format!("{}-{:02}-01", 2021 + at / 12, 1 + at % 12);
        for sku in ["A", "B", "C"] {
            let sold = if sku == "A" { pieces + at * 7 % 5 } else { 20 + at % 6 };
            if sku != "A" || (sold > 0 && !out.contains(&at)) {
                let _ = writeln!(list, "{month},{sku},{sold}");
            }
        }
    }
    list
}

#[test]
fn months_of_a_list_that_cannot_be_zero_are_unknown() -> Outcome {
    let read =
        |pieces, out: &[i32]| -> Outcome<Vec<usize>> { Ok(unknown(&shop(&by_months(36, pieces, out), &[], &[])?, 0)) };
    assert_eq!(read(60, &[20])?, [20], "five dozen a month, and then none in one");
    assert_eq!(read(10, &[20, 21])?, [20, 21]);
    assert_eq!(read(60, &[20, 34, 35])?, [20, 34, 35], "it may be out by now");
    // Some a month may all stay away; what is gone for half a year, or each winter, is out of season.
    assert_eq!(read(4, &[20])?, [0; 0]);
    assert_eq!(read(60, &[20, 21, 22, 23, 24, 25])?, [0; 0]);
    assert_eq!(read(60, &[12, 13, 24, 25])?, [12, 13], "the first winter alone might have been a stock-out");
    let told = found(&shop(&by_months(36, 60, &[20]), &[], &[])?, "stock-out")?.ok_or("nothing is told")?;
    assert_eq!((told.count, told.days, told.done, &*told.examples[0].from), (1, Some(30), Done::Missing, "2022-09-01"));
    Ok(())
}

#[test]
fn long_silences_of_a_list_by_weeks_are_stock_outs_and_written_zeros_are_told() -> Outcome {
    let weeks = 90;
    // A list: no row where nothing was sold.
    let mut list = String::from("week,sku,qty\n");
    let mut wide = [String::from("sku"), String::from("A"), String::from("B"), String::from("C")];
    for at in 0..weeks {
        let is_out = (60..64).contains(&at);
        let _ = write!(wide[0], ",{}", day(at * 7));
        for (place, sku) in ["A", "B", "C"].iter().enumerate() {
            let sold = if is_out && place == 0 { 0 } else { 5 + at % 4 };
            let _ = write!(wide[place + 1], ",{sold}");
            if sold > 0 {
                let _ = writeln!(list, "{},{sku},{sold}", day(at * 7));
            }
        }
    }
    let read = shop(&list, &[], &[])?;
    assert_eq!(unknown(&read, 0), [60, 61, 62, 63]);
    let told = found(&read, "stock-out")?.ok_or("nothing is told")?;
    assert_eq!((told.count, told.done, &told.examples[0].from), (1, Done::Missing, &day(60 * 7 - 3)));
    assert_eq!(unknown(&shop(&list, &["stock-out"], &[])?, 0), [0; 0]);
    let table = wide.join("\n");
    let read = shop(&table, &[], &[])?;
    assert_eq!(unknown(&read, 0), [0; 0]);
    assert_eq!(found(&read, "stock-out")?.map(|finding| finding.done), Some(Done::Zero));
    assert_eq!(unknown(&shop(&table, &[], &["stock-out"])?, 0), [60, 61, 62, 63]);
    Ok(())
}
