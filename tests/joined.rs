//! Files of one shop that do not have the same columns: no line takes another's store, price or further number.

use tillcast::Result;
use tillcast::ingest::{ReadOptions, Reader, Reading, join};

fn read(name: &str, text: &str) -> Result<Reading> {
    let mut reader = Reader::new(name, ReadOptions::default());
    reader.push(text.as_bytes())?;
    reader.finish()
}

#[test]
fn files_with_other_columns_keep_their_lines_apart() -> Result<()> {
    let stores = read(
        "stores.csv",
        "date,sku,quantity,store,cost\n2026-01-01,A,1,North,2.5\n2026-01-02,A,2,South,2.5\n2026-01-03,B,3,North,4\n",
    )?;
    let web =
        read("web.csv", "date,sku,quantity,price,promo\n2026-02-01,B,4,9,1\n2026-02-02,C,5,8,0\n2026-02-03,A,6,7,1\n")?;
    for readings in [[stores.clone(), web.clone()], [web, stores]] {
        let orders = join(readings.into())?.orders;
        let mut lines: Vec<_> = (0..orders.product.len())
            .map(|line| {
                let extra = |name: &str| {
                    let column = orders.extra.iter().find(|column| column.name == name);
                    column.map_or_else(|| "none".into(), |column| column.values[line].to_string())
                };
                format!(
                    "{} {} {} {} {} {}",
                    orders.quantity[line],
                    orders.products[orders.product[line] as usize].id,
                    orders.stores[orders.store[line] as usize],
                    orders.price[line],
                    extra("cost"),
                    extra("promo"),
                )
            })
            .collect();
        lines.sort();
        let expected = [
            "1 A North NaN 2.5 NaN",
            "2 A South NaN 2.5 NaN",
            "3 B North NaN 4 NaN",
            "4 B  9 NaN 1",
            "5 C  8 NaN 0",
            "6 A  7 NaN 1",
        ];
        assert_eq!(lines, expected);
    }
    Ok(())
}

#[test]
fn no_file_is_no_shop() {
    assert!(join(Vec::new()).is_err_and(|error| error.code() == "no-file"));
}

/// Units of all lines, rows used and left out for a newer file, by file.
fn once(readings: Vec<Reading>) -> Result<(f64, Vec<(u64, u64)>)> {
    let joined = join(readings)?;
    let told = |report: &tillcast::ingest::Report| {
        let left = report.left_out.iter().find(|left| left.reason == "newer-file").map_or(0, |left| left.count);
        (report.rows_used, left)
    };
    Ok((joined.orders.quantity.iter().sum(), joined.reports.iter().map(told).collect()))
}

#[test]
fn a_period_in_several_tables_counts_once() -> Result<()> {
    // Mug in October counts from the newer file, and the month of the older export was not over.
    let old = "product,Aug 2025,Sep 2025,Oct 2025,Nov 2025\nMug,10,20,30,4\nCup,1,2,3,0\nGone,5,5,5,5\n";
    let new = "product,Sep 2025,Oct 2025,Nov 2025,Dec 2025\nMug,20,31,40,50\nCup,2,3,4,5\n";
    let other = "product,Sep 2025,Oct 2025,Nov 2025,Dec 2025\nHat,100,100,100,100\n";
    let (all_old, all_new) = (10.0 + 1.0 + 20.0, 141.0 + 14.0);
    for turn in 0..3 {
        let mut files = vec![read("old.csv", old)?, read("new.csv", new)?, read("other.csv", other)?];
        files.rotate_left(turn);
        let (units, _) = once(files)?;
        assert_eq!(units, all_old + all_new + 400.0, "{turn}");
    }
    // A row is left out where nothing of it counts; the later of two files that end alike wins.
    let (units, told) = once(vec![read("a.csv", new)?, read("b.csv", &new.replace("50", "60"))?])?;
    assert_eq!((units, told), (all_new + 10.0, vec![(0, 2), (2, 0)]));
    // Products across: the rows are days.
    let old = "date,Mug,Cup\n2025-12-01,1,2\n2025-12-02,3,4\n2025-12-03,5,1\n";
    let new = "date,Mug,Cup,Hat\n2025-12-02,3,4,0\n2025-12-03,5,6,0\n2025-12-04,7,8,9\n";
    assert_eq!(once(vec![read("old.csv", old)?, read("new.csv", new)?])?, (3.0 + 42.0, vec![(1, 2), (3, 0)]));
    Ok(())
}

#[test]
fn a_period_in_several_reports_counts_once() -> Result<()> {
    let report = |days: std::ops::RangeInclusive<u32>, product: &str, more: u32| {
        let units = |day: u32, store: u32| (day * 7 + store * 3) % 11 + if day > 9 { more } else { 0 };
        days.flat_map(|day| (1..=2).map(move |store| (day, store)))
            .map(|(day, store)| format!("2026-01-{day:02},{product},{store},{}\n", units(day, store)))
            .fold("date,item,store,sales\n".to_owned(), |text, line| text + &line)
    };
    let total = |text: &str| text.lines().skip(1).filter_map(|line| line.rsplit(',').next()?.parse::<f64>().ok()).sum();
    let (new, before): (f64, f64) = (total(&report(4..=14, "A", 0)), total(&report(1..=3, "A", 0)));
    for more in [0, 2] {
        // Of the days 4 to 10 the last says more in the older file.
        let files = || -> Result<Vec<Reading>> {
            Ok(vec![
                read("old.csv", &report(1..=10, "A", more))?,
                read("new.csv", &report(4..=14, "A", 0).replace("sales", "units"))?,
                read("other.csv", &report(1..=12, "B", 0))?,
            ])
        };
        let (units, told) = once(files()?)?;
        assert_eq!(units, before + new + total(&report(1..=12, "B", 0)), "{more}");
        assert_eq!(told, [(6, 14), (22, 0), (24, 0)]);
        let mut reversed = files()?;
        reversed.reverse();
        assert_eq!(once(reversed)?.0, units);
    }
    // Two shops that sell little and now and then: one piece on the days they share.
    let shop = |step: u32| {
        (0..28)
            .step_by(step as usize)
            .fold("date,sku,qty\n".to_owned(), |text, day| text + &format!("2026-01-{:02},A,1\n", day + 1))
    };
    assert_eq!(once(vec![read("north.csv", &shop(2))?, read("south.csv", &shop(3))?])?.0, 14.0 + 10.0);
    // Several lines of a product and day are sales, not a table, and of other columns not the same sales.
    let lines = "date,sku,qty\n2026-01-01,A,1\n2026-01-01,A,1\n2026-01-02,A,2\n";
    let more = lines.replace("qty", "units") + "2026-01-03,A,1\n";
    assert_eq!(once(vec![read("a.csv", lines)?, read("b.csv", &more)?])?.0, 4.0 + 5.0);
    Ok(())
}

/// Orders as a platform exports them: number, status, day of March 2026, units and product.
fn orders(rows: &[(u32, &str, u32, u32, &str)]) -> String {
    let row = |(number, status, day, units, sku): &(u32, &str, u32, u32, &str)| {
        format!("#{number},{status},EUR,2026-03-{day:02} 10:00:00 +0100,{units},{sku},9,{sku},\n")
    };
    "Name,Financial Status,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at\n"
        .to_owned()
        + &rows.iter().map(row).collect::<String>()
}

/// Kinds of orders that are noted, and how many.
type Kinds = Vec<(String, Option<u64>)>;

/// Units and the noted kinds of orders of files given in that order.
fn joined(files: &[&str]) -> Result<(f64, Kinds)> {
    let joined = join(files.iter().map(|text| read("orders.csv", text)).collect::<Result<_>>()?)?;
    let kinds = joined.notes.into_iter().filter(|note| note.code.ends_with("-kept"));
    Ok((joined.orders.quantity.iter().sum(), kinds.map(|note| (note.code, note.count)).collect()))
}

#[test]
fn what_became_of_an_order_wins_in_whatever_order_the_files_are_given() -> Result<()> {
    // The same days exported twice: what was open is paid or void, what was partly refunded is refunded.
    let old = orders(&[
        (1, "paid", 1, 1, "A"),
        (2, "pending", 2, 2, "A"),
        (3, "partially_refunded", 3, 4, "A"),
        (4, "paid", 4, 8, "B"),
        (5, "pending", 5, 16, "B"),
        (6, "pending", 6, 32, "B"),
    ]);
    let new = orders(&[
        (1, "paid", 1, 1, "A"),
        (2, "paid", 2, 2, "A"),
        (3, "refunded", 3, 4, "A"),
        (4, "partially_refunded", 4, 8, "B"),
        (5, "voided", 5, 16, "B"),
        (6, "pending", 6, 32, "B"),
    ]);
    let told = (43.0, vec![("partly-refunded-kept".into(), Some(1)), ("pending-kept".into(), Some(1))]);
    for files in [vec![&*old, &*new], vec![&*new, &*old], vec![&*old, &*new, &*old], vec![&*new]] {
        let (units, mut kinds) = joined(&files)?;
        kinds.sort();
        assert_eq!((units, kinds), told, "{} files", files.len());
    }
    // The older file goes further: it is of another time, and holds what the newer one does not reach.
    let seventh = orders(&[(7, "pending", 9, 64, "B")]);
    let further = format!("{old}{}\n", seventh.lines().nth(1).unwrap_or_default());
    assert_eq!(joined(&[&further, &new])?.0, 43.0 + 64.0);
    assert_eq!(joined(&[&new, &further])?.0, 43.0 + 64.0);
    Ok(())
}

#[test]
fn pieces_that_came_back_since_the_first_export_are_taken_off() -> Result<()> {
    let export = |refunded: [u32; 3]| {
        let row = |order: usize| {
            format!("{},2026-03-0{},A,Mug,4,{},3.00,Completed\n", 101 + order, 1 + order, 4 - refunded[order])
        };
        "Order Number,Order Date,SKU,Item Name,Quantity,Quantity (- Refund),Item Cost,Order Status\n".to_owned()
            + &(0..3).map(row).collect::<String>()
    };
    let (old, new) = (export([0, 0, 0]), export([0, 1, 4]));
    assert_eq!((joined(&[&old, &new])?.0, joined(&[&new, &old])?.0), (7.0, 7.0));
    Ok(())
}

#[test]
fn sales_and_refunds_of_a_till_count_once_in_exports_that_overlap() -> Result<()> {
    let row = |number: u32| format!("2026-03-{number:02},10:00:00,Mug,1.0,Regular,MUG,$9.00,T{number},Payment\n");
    let export = |days: std::ops::Range<u32>| {
        "Date,Time,Item,Qty,Price Point Name,SKU,Gross Sales,Transaction ID,Event Type\n".to_owned()
            + &days.map(row).collect::<String>()
    };
    let (first, second) = (export(1..15), export(8..22));
    assert_eq!(joined(&[&first, &second])?.0, 21.0);
    assert_eq!(joined(&[&second, &first, &second])?.0, 21.0);
    Ok(())
}

#[test]
fn a_file_ends_with_its_last_line_in_whatever_currency() -> std::result::Result<(), Box<dyn std::error::Error>> {
    // Euros to the tenth of April, pounds to the twentieth.
    let mut text = String::from("order,date,sku,qty,price,currency\n");
    for day in 1..51_u32 {
        let date = if day > 31 { format!("2026-04-{:02}", day - 31) } else { format!("2026-03-{day:02}") };
        let pays = if day > 41 || day % 3 == 0 { "GBP" } else { "EUR" };
        text += &format!("{day},{date},A,1,9,{pays}\n");
    }
    let options = ReadOptions { currency: Some("EUR".into()), ..ReadOptions::default() };
    let mut reader = Reader::new("orders.csv", options);
    reader.push(text.as_bytes())?;
    let shop =
        tillcast::session::Shop::open("shop", vec![reader.finish()?], tillcast::panel::build::BuildOptions::default())?;
    assert_eq!(shop.summary(1).to, "2026-04-19", "nothing was sold for euros in the last nine days");
    assert_eq!(shop.summary(1).total_units, 28.0);
    Ok(())
}

#[test]
fn files_of_which_something_must_be_asked_wait_together() -> Result<()> {
    let till = "When,Time,Item,Qty,Price Point Name,SKU,Gross Sales,Transaction ID,Event Type\n\
        2026-03-01,10:00,Mug,1.0,Regular,MUG,$9.00,T1,Payment\n2026-03-02,10:00,Mug,1.0,Regular,MUG,$9.00,T2,Payment\n";
    let shop =
        orders(&[(1, "paid", 1, 1, "A"), (2, "paid", 2, 2, "A")]).replace("Lineitem quantity", "Lineitem pieces");
    let money = orders(&[(1, "paid", 1, 1, "A"), (2, "paid", 2, 2, "A")]).replacen("paid,EUR", "paid,USD", 1);
    for text in [till, &shop, &money] {
        let asked = join(vec![read("one.csv", text)?, read("two.csv", text)?])?;
        assert!(asked.questions.len() + asked.orders.quantity.len() > 0);
    }
    Ok(())
}
