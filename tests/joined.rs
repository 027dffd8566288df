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
