//! What looks odd in a shop's data is found, told, and changed only where the shop says so.

use std::fmt::Write as _;

use tillcast::calendar::Frequency;
use tillcast::ingest::{ReadOptions, Reader};
use tillcast::panel::build::BuildOptions;
use tillcast::panel::quality::{Done, Finding};
use tillcast::session::Shop;

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const DAYS: i32 = 150;

fn day(index: i32) -> String {
    Frequency::Day.label(20_454 + index)
}

/// Order lines of thirty steady products: number, day, product, units and price, changed by `change`; none where it says so.
fn lines(change: impl Fn(i32, i32) -> Option<(f64, f64)>) -> String {
    let mut text = String::from("order,date,sku,qty,price\n");
    let mut order = 0;
    for at in 0..DAYS {
        for product in 0..30 {
            order += 1;
            if let Some((quantity, price)) = change(at, product) {
                let _ = writeln!(text, "{order},{},P{product},{quantity},{price}", day(at));
            }
        }
    }
    text
}

fn shop(text: &str, uncounted: &[&str]) -> Outcome<Shop> {
    let uncounted = uncounted.iter().map(|kind| (*kind).to_owned()).collect();
    let mut reader = Reader::new("orders.csv", ReadOptions { uncounted, ..ReadOptions::default() });
    reader.push(text.as_bytes())?;
    Ok(Shop::open("shop", vec![reader.finish()?], BuildOptions::default())?)
}

fn found(shop: &Shop) -> Result<Vec<Finding>, tillcast::Error> {
    shop.findings()
}

fn units(shop: &Shop) -> f64 {
    shop.summary(1).total_units
}

#[test]
fn a_clean_shop_has_no_findings() -> Outcome {
    assert_eq!(found(&shop(&lines(|at, product| Some((1.0 + f64::from((at * product) % 3), 4.0))), &[])?)?, []);
    Ok(())
}

#[test]
fn a_slip_of_the_pen_is_told_and_left_out_only_if_asked() -> Outcome {
    let text = lines(|at, product| Some((if (at, product) == (40, 3) { 200.0 } else { 2.0 }, 4.0)));
    let plain = shop(&text, &[])?;
    let told = found(&plain)?;
    assert_eq!((told.len(), &*told[0].code, told[0].count, told[0].done), (1, "quantity-outlier", 1, Done::Counted));
    let example = &told[0].examples[0];
    assert_eq!((example.product.as_deref(), &*example.from), (Some("P3"), &*day(40)));
    assert_eq!((example.value, example.usual), (Some(200.0), Some(2.0)));
    let without = shop(&text, &["quantity-outlier"])?;
    assert_eq!(found(&without)?[0].done, Done::LeftOut);
    assert!((units(&plain) - units(&without) - 200.0).abs() < 1e-9);
    let report = &without.reports[0];
    assert_eq!(
        (report.rows_used, report.left_out.last().map(|left| (&*left.reason, left.count))),
        (4499, Some(("quantity-outlier", 1)))
    );
    Ok(())
}

#[test]
fn a_slip_left_out_of_a_list_by_weeks_is_unknown_and_its_row_stays() -> Outcome {
    let weeks: Vec<String> = (0..30).map(|week| format!(",{}", day(week * 7))).collect();
    let mut wide = format!("sku{}\n", weeks.concat());
    let mut long = String::from("week,sku,qty\n");
    for product in 0..3 {
        let _ = write!(wide, "P{product}");
        for week in 0..30 {
            let units = if (product, week) == (1, 9) { 4000 } else { 40 + week % 3 };
            let _ = write!(wide, ",{units}");
            let _ = writeln!(long, "{},P{product},{units}", day(week * 7));
        }
        wide.push('\n');
    }
    for (text, rows) in [(wide, 3), (long, 90)] {
        let without = shop(&text, &["quantity-outlier"])?;
        assert_eq!((without.built.spacing, without.built.panel.frequency()), (Some(Frequency::Week), Frequency::Week));
        assert!(without.built.panel.values(1)[9].is_nan());
        assert!((without.built.panel.values(1)[10] - 41.0).abs() < 1e-9);
        assert_eq!(found(&without)?[0].done, Done::Missing);
        assert_eq!((without.reports[0].rows_used, without.reports[0].left_out.len()), (rows, 0));
    }
    Ok(())
}

#[test]
fn a_slip_in_the_year_is_left_out_and_counts_if_asked() -> Outcome {
    let mut text = lines(|_, product| (product < 2).then_some((2.0, 4.0)));
    text += "9999,1999-12-31,P1,5,4\n";
    let plain = shop(&text, &[])?;
    let told = found(&plain)?;
    assert_eq!((&*told[0].code, told[0].count, told[0].done), ("dates-far-off", 1, Done::LeftOut));
    assert_eq!((&*told[0].examples[0].from, told[0].examples[0].value), ("1999-12-31", Some(5.0)));
    let mut reader =
        Reader::new("orders.csv", ReadOptions { counted: vec!["dates-far-off".into()], ..ReadOptions::default() });
    reader.push(text.as_bytes())?;
    let with = Shop::open("shop", vec![reader.finish()?], BuildOptions::default())?;
    assert_eq!(found(&with)?[0].done, Done::Counted);
    assert!((units(&with) - units(&plain) - 5.0).abs() < 1e-9);
    Ok(())
}

#[test]
fn equal_lines_are_told_where_no_order_number_tells_them_apart() -> Outcome {
    let mut text = String::from("date,sku,qty,price\n");
    for at in 0..60 {
        let _ = writeln!(text, "{} 10:{:02}:00,A,2,4\n{} 11:30:00,B,1,9", day(at), at, day(at));
    }
    // The last ten days once more, as where two exports overlap.
    for at in 50..60 {
        let _ = writeln!(text, "{} 10:{:02}:00,A,2,4\n{} 11:30:00,B,1,9", day(at), at, day(at));
    }
    let plain = shop(&text, &[])?;
    let told = found(&plain)?;
    assert_eq!((&*told[0].code, told[0].count, told[0].done), ("repeated-line", 20, Done::Counted));
    let without = shop(&text, &["repeated-line"])?;
    assert!((units(&plain) - units(&without) - 30.0).abs() < 1e-9, "{} {}", units(&plain), units(&without));
    // With order numbers the same lines are what was bought.
    let numbered: String = text.lines().enumerate().map(|(at, line)| format!("{at},{line}\n")).collect();
    assert_eq!(found(&shop(&numbered.replacen("0,date", "order,date", 1), &[])?)?, []);
    Ok(())
}

#[test]
fn packs_among_pieces_are_told() -> Outcome {
    let text = lines(|at, product| Some((1.0, if product == 5 && at % 4 == 1 { 48.0 } else { 4.0 })));
    let told = found(&shop(&text, &[])?)?;
    assert_eq!((told.len(), &*told[0].code, told[0].count, told[0].optional), (1, "mixed-unit", 1, false));
    let example = &told[0].examples[0];
    assert_eq!((example.product.as_deref(), &*example.from, example.value), (Some("P5"), &*day(1), Some(48.0)));
    Ok(())
}

#[test]
fn a_silent_shop_and_a_product_that_ran_out_are_told_apart_and_taken_as_unknown_as_the_shop_says() -> Outcome {
    let gap = 70..73;
    let out = 100..115;
    let text = lines(|at, product| (!gap.contains(&at) && (product != 7 || !out.contains(&at))).then_some((2.0, 4.0)));
    let plain = shop(&text, &[])?;
    let told = found(&plain)?;
    let codes: Vec<_> = told.iter().map(|one| (&*one.code, one.count, one.done)).collect();
    assert_eq!(codes, [("gap", 3, Done::Zero), ("stock-out", 1, Done::Missing)]);
    assert_eq!((&*told[0].examples[0].from, told[0].examples[0].until.as_deref()), (&*day(70), Some(&*day(72))));
    assert_eq!(told[1].examples[0].product.as_deref(), Some("P7"));
    assert_eq!((&*told[1].examples[0].from, told[1].examples[0].until.as_deref()), (&*day(100), Some(&*day(114))));
    let missing =
        |shop: &Shop, index: usize| shop.built.panel.values(index).iter().filter(|value| value.is_nan()).count();
    assert_eq!((missing(&plain, 0), missing(&plain, 7)), (0, 15));
    let mut unknown = shop(&text, &["gap"])?;
    assert_eq!((missing(&unknown, 0), missing(&unknown, 7)), (3, 18));
    assert_eq!(found(&unknown)?[1].done, Done::Missing);
    // By weeks: the gap makes one unknown, the fifteen days of product 7 three more.
    unknown.regroup(Frequency::Week)?;
    assert_eq!((missing(&unknown, 0), missing(&unknown, 7)), (1, 4));
    // The same where it was by weeks from the start, and the shop says that the product was in stock.
    let [uncounted, counted] = ["gap", "stock-out"].map(|kind| vec![kind.to_owned()]);
    let mut reader = Reader::new("orders.csv", ReadOptions { uncounted, counted, ..ReadOptions::default() });
    reader.push(text.as_bytes())?;
    let options = BuildOptions { frequency: Some(Frequency::Week), ..BuildOptions::default() };
    let weekly = Shop::open("shop", vec![reader.finish()?], options)?;
    assert_eq!((missing(&weekly, 0), missing(&weekly, 7)), (1, 1));
    Ok(())
}

/// The units that the file says its lines are in, told and counted in the smallest where that is asked.
#[test]
fn units_of_certain_size_are_counted_in_the_smallest_only_if_asked() -> Outcome {
    let text = "date,sku,qty,unit,price\n2026-01-05,Tea,500,g,0.05\n2026-01-06,Tea,2,KG,50\n2026-01-07,Tea,250,g,0.05\n\
                2026-01-05,Egg,3,dozen,3.6\n2026-01-06,Egg,6,pcs,0.3\n2026-01-07,Egg,6,Stk.,0.3\n\
                2026-01-05,Cup,1,6-pack,9\n2026-01-06,Cup,2,piece,2\n2026-01-05,Mug,1,piece,2\n2026-01-06,Mug,1,pcs,2\n";
    let read = |smallest_unit: bool| {
        let mut reader = Reader::new("orders.csv", ReadOptions { smallest_unit, ..ReadOptions::default() });
        reader.push(text.as_bytes())?;
        reader.finish()
    };
    let told = |reading: &tillcast::ingest::Reading| -> Vec<(String, Option<u64>, String)> {
        let of = |note: &&tillcast::notes::Note| note.code.starts_with("units-");
        let list = |note: &tillcast::notes::Note| note.args.last().map_or_else(String::new, |(_, value)| value.clone());
        reading.notes.iter().filter(of).map(|note| (note.code.clone(), note.count, list(note))).collect()
    };
    let plain = read(false)?;
    assert_eq!(plain.orders.quantity, [500., 2., 250., 3., 6., 6., 1., 2., 1., 1.]);
    let unknown = ("units-unknown".into(), Some(1), "piece, …".into());
    assert_eq!(told(&plain), [("units-mixed".into(), Some(2), "g, kg".into()), unknown.clone()]);
    let smallest = read(true)?;
    assert_eq!(smallest.orders.quantity, [500., 2000., 250., 36., 6., 6., 1., 2., 1., 1.]);
    assert_eq!(smallest.orders.price[..4], [0.05, 0.05, 0.05, 3.6 / 12.0], "revenue stays");
    assert_eq!(told(&smallest), [("units-smallest".into(), Some(2), "g, kg".into()), unknown]);
    Ok(())
}

#[test]
fn a_bulk_order_is_told_and_counts_as_a_usual_one_only_if_asked() -> Outcome {
    let text = lines(|at, product| Some((if (at, product) == (40, 3) { 90.0 } else { 2.0 }, 4.0)));
    let plain = shop(&text, &[])?;
    let told = found(&plain)?;
    assert_eq!((told.len(), &*told[0].code, told[0].count, told[0].done), (1, "bulk-order", 1, Done::Counted));
    let example = &told[0].examples[0];
    assert_eq!((example.product.as_deref(), &*example.from), (Some("P3"), &*day(40)));
    assert_eq!((example.value, example.usual), (Some(90.0), Some(2.0)));
    let usual = shop(&text, &["bulk-order"])?;
    let told = found(&usual)?;
    assert_eq!((told[0].done, told[0].examples[0].value), (Done::Usual, Some(90.0)));
    assert!((units(&plain) - units(&usual) - 88.0).abs() < 1e-9);
    let report = &usual.reports[0];
    assert_eq!((report.rows_used, report.left_out.len()), (4500, 0), "the order itself stays");
    Ok(())
}

#[test]
fn a_large_value_of_a_series_is_no_order() -> Outcome {
    let mut text = String::from("date,sku,units\n");
    for at in 0..120 {
        let _ = writeln!(text, "{},A,{}", day(at), if at == 60 { 90 } else { 2 });
    }
    let told = found(&shop(&text, &[])?)?;
    assert!(told.iter().all(|finding| finding.code != "bulk-order"), "{told:?}");
    Ok(())
}
