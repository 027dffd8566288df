//! The command's contract: columns, rows, exit status, messages.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A folder of this test's own, made anew.
fn folder(name: &str) -> std::io::Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn tillcast(args: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_tillcast")).args(args).output()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Days of 2025 from 1 January, as ISO dates.
fn day(index: i32) -> String {
    const FIRST_OF_2025: i32 = 20_089;
    tillcast::calendar::Frequency::Day.label(FIRST_OF_2025 + index)
}

/// A series file: three products with a weekday pattern; the last one ends a week before the others.
fn series_file() -> String {
    let mut text = String::from("product,date,quantity,promo\n");
    for (product, level, days) in [("A", 10, 140), ("B", 40, 140), ("C", 5, 133)] {
        for index in 0..days {
            let promo = i32::from(index % 10 == 0);
            let _ = writeln!(text, "{product},{},{},{promo}", day(index), level + index % 7 * 2 + promo * level);
        }
    }
    text
}

#[test]
fn forecast_has_the_columns_and_rows_of_the_contract() -> Outcome {
    let folder = folder("forecast")?;
    let file = folder.join("series.csv");
    std::fs::write(&file, series_file())?;
    let out = folder.join("out.csv");
    let (file, out_name) = (file.display().to_string(), out.display().to_string());
    let call = ["forecast", &file, "--horizon", "14", "--model", "seasonal-naive"];
    let done = tillcast(&[&call[..], &["--quantiles", "0.10,0.5,0.9", "--totals", "--out", &out_name]].concat())?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    let made = std::fs::read_to_string(out)?;
    let mut lines = made.lines();
    assert_eq!(lines.next(), Some("product,date,model,mean,q0.10,q0.5,q0.9"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 3 * 15, "14 steps and a total for each product");
    let first_of = |product: &str| rows.iter().find(|row| row[0] == product).map(|row| row[1].to_owned());
    assert_eq!(first_of("A"), Some(day(140)));
    assert_eq!(first_of("C"), Some(day(133)), "each product of a series file starts after its own end");
    assert_eq!(rows.iter().filter(|row| row[1] == "total").count(), 3);
    for row in &rows {
        let numbers: Vec<f64> = row[3..].iter().map(|number| number.parse()).collect::<Result<_, _>>()?;
        assert!(numbers.iter().all(|number| *number >= 0.0));
        assert!(numbers[1] <= numbers[2] && numbers[2] <= numbers[3], "{row:?}");
    }
    Ok(())
}

#[test]
fn known_columns_need_their_future() -> Outcome {
    let folder = folder("known")?;
    let file = folder.join("series.csv");
    std::fs::write(&file, series_file())?;
    let file = file.display().to_string();
    let missing = tillcast(&["forecast", &file, "--horizon", "2", "--model", "seasonal-naive", "--known", "promo"])?;
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("--future"));
    let future = folder.join("future.csv");
    let mut rows = String::from("product,date,promo\n");
    for (product, end) in [("A", 140), ("B", 140), ("C", 133)] {
        for step in 0..2 {
            let _ = writeln!(rows, "{product},{},1", day(end + step));
        }
    }
    std::fs::write(&future, &rows)?;
    let future_name = future.display().to_string();
    let call = [
        "forecast",
        &file,
        "--horizon",
        "2",
        "--model",
        "seasonal-naive",
        "--known",
        "promo",
        "--future",
        &future_name,
    ];
    let done = tillcast(&call)?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    std::fs::write(&future, rows.lines().take(6).collect::<Vec<_>>().join("\n"))?;
    let gap = tillcast(&call)?;
    assert_eq!(gap.status.code(), Some(1));
    assert!(text(&gap.stderr).contains("no value of \"promo\" for \"C\""), "{}", text(&gap.stderr));

    // A file of dates and values alone holds for all products; a flag may be written as a word.
    let days =
        |from: i32| (from..142).map(|step| format!("{},{}\n", day(step), if step % 2 == 0 { "yes" } else { "no" }));
    let all = |from: i32| format!("date,promo\n{}", days(from).collect::<String>());
    std::fs::write(&future, all(133))?;
    let done = tillcast(&call)?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    std::fs::write(&future, all(134))?;
    let gap = tillcast(&call)?;
    let expected = format!("no value of \"promo\" for \"C\" on {}", day(133));
    assert!(text(&gap.stderr).contains(&expected), "{}", text(&gap.stderr));
    std::fs::write(&future, all(133).replace("date,promo", "date,promo,sku").replace('\n', ",A\n"))?;
    let other = tillcast(&call)?;
    assert!(text(&other.stderr).contains("no column is called \"product\""), "{}", text(&other.stderr));
    std::fs::write(&future, all(133).replace("yes", "perhaps"))?;
    let word = tillcast(&call)?;
    assert!(text(&word.stderr).contains("\"perhaps\" is no number"), "{}", text(&word.stderr));
    Ok(())
}

#[test]
fn inspect_names_the_further_columns_it_keeps() -> Outcome {
    let folder = folder("inspect-kept")?;
    let file = folder.join("orders.csv");
    std::fs::write(
        &file,
        "date,sku,qty,Aktion,Einkaufspreis,Lieferant\n2026-01-05,A,2,ja,4.5,Acme\n2026-01-06,A,3,nein,4.5,Acme\n",
    )?;
    let file = file.display().to_string();
    let told = text(&tillcast(&["inspect", &file])?.stdout);
    for line in ["  supplier   Lieferant", "  kept       Aktion  (promotion)", "  kept       Einkaufspreis  (cost)"] {
        assert!(told.lines().any(|known| known == line), "{line:?} in {told}");
    }
    let told: serde_json::Value = serde_json::from_slice(&tillcast(&["inspect", &file, "--json"])?.stdout)?;
    assert_eq!(
        told["extras"][0],
        serde_json::json!({ "name": "Aktion", "kind": "promotion", "flag": true, "varies": true })
    );
    assert_eq!(told["products"][0]["supplier"], "Acme");
    Ok(())
}

#[test]
fn a_price_may_be_known_ahead_by_its_own_header_and_a_name_that_is_no_column_is_told() -> Outcome {
    let folder = folder("known-price")?;
    let (file, future) = (folder.join("series.csv"), folder.join("future.csv"));
    let mut rows = String::from("product,date,quantity,unit price\n");
    for step in 0..40 {
        let _ = writeln!(rows, "A,{},{},{}.5", day(step), 3 + step % 7, 4 + step % 2);
    }
    std::fs::write(&file, rows)?;
    std::fs::write(&future, format!("product,date,unit price\nA,{},4.5\nA,{},5.5\n", day(40), day(41)))?;
    let (file, future) = (file.display().to_string(), future.display().to_string());
    let call = |known| {
        tillcast(&["forecast", &file, "--horizon", "2", "--model", "ets", "--known", known, "--future", &future])
    };
    let done = call("unit price")?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    let unknown = call("weather")?;
    assert_eq!(unknown.status.code(), Some(1));
    assert!(text(&unknown.stderr).contains("\"weather\""), "{}", text(&unknown.stderr));
    Ok(())
}

/// An orders file of two products in two stores, each with a level of its own.
fn stores_file() -> String {
    let mut text = String::from("date,branch,product,quantity,promo\n");
    for index in 0..140 {
        for (product, store, level) in
            [("A", "North", 10), ("A", "South", 100), ("B", "North", 1000), ("B", "South", 5000)]
        {
            let promo = i32::from(index % 10 == 0);
            let _ = writeln!(text, "{},{store},{product},{},{promo}", day(index), level + index % 7);
        }
    }
    text
}

const PAIRS: [(&str, &str, f64); 4] =
    [("A", "North", 10.), ("A", "South", 100.), ("B", "North", 1000.), ("B", "South", 5000.)];

#[test]
fn forecasts_by_store_say_which_store() -> Outcome {
    let folder = folder("forecast-stores")?;
    let (file, future) = (folder.join("orders.csv"), folder.join("future.csv"));
    std::fs::write(&file, stores_file())?;
    let (file, future_name) = (file.display().to_string(), future.display().to_string());
    let plain = ["forecast", &file, "--horizon", "7", "--model", "seasonal-naive", "--totals"];
    let summed = text(&tillcast(&plain)?.stdout);
    assert!(summed.starts_with("product,date,model,"), "stores are summed unless asked for: {summed}");
    let call = [&plain[..], &["--by", "store"]].concat();
    let done = tillcast(&call)?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    let made = text(&done.stdout);
    let mut lines = made.lines();
    assert_eq!(lines.next(), Some("product,store,date,model,mean,q0.1,q0.25,q0.5,q0.75,q0.9"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 4 * 8);
    for (rows, (product, store, level)) in rows.chunks(8).zip(PAIRS) {
        for (row, step) in rows.iter().zip(0..) {
            let date = if step == 7 { "total".to_owned() } else { day(140 + step) };
            assert_eq!(row[..3], [product, store, &date]);
        }
        let means = rows.iter().map(|row| row[4].parse()).collect::<Result<Vec<f64>, _>>()?;
        let week: Vec<f64> = (0..7).map(|step| level + f64::from(step)).collect();
        assert_eq!(means, [&week[..], &[week.iter().sum()]].concat(), "{product} in {store}");
    }

    // What is known ahead must say its store, too.
    let call = [&call[..], &["--known", "promo", "--future", &future_name]].concat();
    let mut ahead = String::from("product,store,date,promo\n");
    for (product, store, _) in PAIRS {
        for step in 0..7 {
            let _ = writeln!(ahead, "{product},{store},{},0", day(140 + step));
        }
    }
    std::fs::write(&future, &ahead)?;
    let done = tillcast(&call)?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(text(&done.stdout).lines().count(), 1 + 4 * 8);
    std::fs::write(&future, ahead.replace(&format!("A,South,{},0\n", day(143)), ""))?;
    let gap = tillcast(&call)?;
    assert_eq!(gap.status.code(), Some(1));
    let expected = format!("no value of \"promo\" for \"A\" in store \"South\" on {}", day(143));
    assert!(text(&gap.stderr).contains(&expected), "{}", text(&gap.stderr));
    std::fs::write(&future, ahead.replace("North,", "").replace("South,", "").replace("store,", ""))?;
    let nameless = tillcast(&call)?;
    assert_eq!(nameless.status.code(), Some(1));
    assert!(text(&nameless.stderr).contains("\"store\""), "{}", text(&nameless.stderr));
    Ok(())
}

#[test]
fn backtests_by_store_say_which_store() -> Outcome {
    let folder = folder("backtest-stores")?;
    let file = folder.join("orders.csv");
    std::fs::write(&file, stores_file())?;
    let file = file.display().to_string();
    let call = ["backtest", &file, "--horizon", "7", "--folds", "1", "--models", "moving-average", "--by", "store"];
    let done = tillcast(&call)?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    let table = text(&done.stdout);
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0][..5], ["product", "store", "model", "fold", "MAE"]);
    let keys: Vec<[&str; 2]> = rows[1..].iter().map(|row| [row[0], row[1]]).collect();
    let mut expected = vec![["", ""]];
    expected.extend(PAIRS.map(|(product, store, _)| [product, store]));
    assert_eq!(keys, expected, "the shop's own line, then one per product and store");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let as_json: serde_json::Value = serde_json::from_slice(&tillcast(&[&call[..], &["--json"]].concat())?.stdout)?;
    let products = as_json["models"][0]["products"].as_array().cloned().unwrap_or_default();
    let keys: Vec<_> =
        products.iter().filter_map(|row| Some([row["product"].as_str()?, row["store"].as_str()?])).collect();
    assert_eq!(keys, expected[1..]);
    let seen = tillcast(&["inspect", &file, "--by", "store", "--json"])?;
    let seen: serde_json::Value = serde_json::from_slice(&seen.stdout)?;
    assert_eq!((&seen["products"][1]["id"], &seen["products"][1]["store"]), (&"A".into(), &"South".into()));
    Ok(())
}

#[test]
fn backtest_has_the_columns_and_the_shops_own_line() -> Outcome {
    let folder = folder("backtest")?;
    let file = folder.join("series.csv");
    std::fs::write(&file, series_file())?;
    let file = file.display().to_string();
    let call = ["backtest", &file, "--horizon", "7", "--folds", "2", "--models", "seasonal-naive,moving-average"];
    let done = tillcast(&call)?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    let table = text(&done.stdout);
    let mut lines = table.lines();
    let expected = "product,model,fold,MAE,RMSE,sMAPE,WAPE,MASE,RMSSE,WQL,coverage80,bias";
    assert!(lines.next().is_some_and(|header| header.starts_with(expected)));
    assert_eq!(lines.filter(|line| line.starts_with(",seasonal-naive,")).count(), 2, "one line of the shop per fold");
    let as_json: serde_json::Value = serde_json::from_slice(&tillcast(&[&call[..], &["--json"]].concat())?.stdout)?;
    assert_eq!(as_json["schema"], 1);
    assert_eq!(as_json["models"][0]["products"].as_array().map(Vec::len), Some(3));
    Ok(())
}

#[test]
fn inspect_and_panel_say_what_was_read() -> Outcome {
    let folder = folder("inspect")?;
    let file = folder.join("orders.csv");
    std::fs::write(&file, "date,sku,qty\n2026-01-01,A,2\n2026-01-03,A,1\n2026-01-01,B,5\n2026-01-04,A,1\n")?;
    let file = file.display().to_string();
    let seen: serde_json::Value = serde_json::from_slice(&tillcast(&["inspect", &file, "--json"])?.stdout)?;
    assert_eq!(seen["schema"], 1);
    assert_eq!(seen["products"].as_array().map(Vec::len), Some(2));
    let panel = text(&tillcast(&["panel", &file])?.stdout);
    let mut expected = String::from("product,date,quantity\n");
    for (product, values) in [("A", [2, 0, 1, 1]), ("B", [5, 0, 0, 0])] {
        for (value, date) in values.iter().zip(1..) {
            let _ = writeln!(expected, "{product},2026-01-0{date},{value}");
        }
    }
    assert_eq!(panel, expected);
    Ok(())
}

#[test]
fn failures_say_why_in_one_line_and_by_status() -> Outcome {
    let folder = folder("failures")?;
    let missing = tillcast(&["inspect", &folder.join("none.csv").display().to_string()])?;
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(text(&missing.stderr).trim_end().lines().count(), 1);
    let misused = tillcast(&["forecast", "x.csv"])?;
    assert_eq!(misused.status.code(), Some(2), "a missing --horizon is misuse");
    let file = folder.join("series.csv");
    std::fs::write(&file, series_file())?;
    let unknown = tillcast(&["forecast", &file.display().to_string(), "--horizon", "3", "--model", "magic"])?;
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("seasonal-naive"), "the message names the known models");
    // A machine without a GPU is no mistake in the call; where there is one whatever is hidden, the call succeeds.
    let without = Command::new(env!("CARGO_BIN_EXE_tillcast"))
        .args(["forecast", &file.display().to_string(), "--horizon", "3", "--model", "lstm", "--device", "gpu"])
        .envs([("VK_DRIVER_FILES", ""), ("VK_ICD_FILENAMES", "")])
        .output()?;
    assert!(without.status.success() || without.status.code() == Some(1), "{:?}", without.status);
    Ok(())
}

#[test]
fn a_period_cuts_the_history_for_every_command() -> Outcome {
    let folder = folder("period")?;
    let file = folder.join("orders.csv");
    let mut orders = String::from("date,sku,qty\n");
    for index in 0..60 {
        let _ = writeln!(orders, "{},A,{}", day(index), 1 + index % 7);
    }
    std::fs::write(&file, &orders)?;
    let file = file.display().to_string();
    let panel = |period: &str| Ok::<_, std::io::Error>(text(&tillcast(&["panel", &file, "--period", period])?.stdout));
    for (period, first, last) in [("2025-01-11..2025-02-09", 10, 39), ("2025-01-11..", 10, 59), ("..2025-02-09", 0, 39)]
    {
        let rows = panel(period)?;
        let days: Vec<&str> = rows.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
        assert_eq!(days.first().copied(), Some(day(first).as_str()), "{period}");
        assert_eq!(days.last().copied(), Some(day(last).as_str()), "{period}");
        assert_eq!(days.len(), 1 + (last - first) as usize, "{period}");
    }
    let period = ["--period", "2025-01-11..2025-02-09"];
    let seen = text(&tillcast(&["inspect", &file, period[0], period[1]])?.stdout);
    assert!(seen.contains("2025-01-11 to 2025-02-09") && seen.contains("not used (30)"), "{seen}");
    let made = text(
        &tillcast(&["forecast", &file, "--horizon", "2", "--model", "moving-average", period[0], period[1]])?.stdout,
    );
    assert!(made.contains(&format!("A,{},", day(40))), "{made}");
    let tested =
        tillcast(&["backtest", &file, "--horizon", "2", "--models", "moving-average", "--json", period[0], period[1]])?;
    let cut = tillcast(&[
        "backtest",
        &file,
        "--horizon",
        "2",
        "--models",
        "moving-average",
        "--json",
        "--from",
        "2025-01-11",
        "--to",
        "2025-02-09",
    ])?;
    let whole = tillcast(&["backtest", &file, "--horizon", "2", "--models", "moving-average", "--json"])?;
    assert!(tested.status.success() && tested.stdout == cut.stdout && tested.stdout != whole.stdout);
    for wrong in ["2025-01-11", "2025-01-11..soon", "2025-02-09..2025-01-11"] {
        let refused = tillcast(&["panel", &file, "--period", wrong])?;
        assert_eq!(refused.status.code(), Some(2), "{wrong}");
    }
    assert_eq!(tillcast(&["panel", &file, period[0], period[1], "--from", "2025-01-11"])?.status.code(), Some(2));
    Ok(())
}

#[test]
fn kinds_that_are_none_are_refused_with_those_that_are() -> Outcome {
    let folder = folder("kinds")?;
    let file = folder.join("orders.csv");
    std::fs::write(
        &file,
        "order,date,sku,qty,status\n1,2026-01-01,A,2,paid\n2,2026-01-03,A,1,open\n3,2026-01-04,A,-1,void\n",
    )?;
    let file = file.display().to_string();
    for (flag, wrong, known) in [("--leave-out", "cancelled", "pending, "), ("--count", "canceled", "cancelled, ")] {
        let refused = tillcast(&["inspect", &file, flag, wrong])?;
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(wrong) && said.contains(known), "{said}");
    }
    for known in ["pending", "pending-kept", "partly-refunded,returns", "repeated-line,quantity-outlier,gap,stock-out"]
    {
        assert!(tillcast(&["inspect", &file, "--leave-out", known])?.status.success(), "{known}");
    }
    for known in
        ["cancelled,refunded,voided,expired,unpaid,failed", "returned,free,not-a-product,duplicate,dates-far-off"]
    {
        assert!(tillcast(&["inspect", &file, "--count", known])?.status.success(), "{known}");
    }
    let seen = text(&tillcast(&["inspect", &file])?.stdout);
    assert!(seen.contains("are counted (1)") && seen.contains("--leave-out pending leaves"), "{seen}");
    Ok(())
}

#[test]
fn a_file_of_which_nothing_can_be_used_says_why() -> Outcome {
    let folder = folder("nothing-left")?;
    let file = folder.join("orders.csv");
    std::fs::write(&file, "date,sku,qty,status\n2026-01-01,A,2,cancelled\n2026-01-02,A,1,cancelled\n")?;
    let refused = tillcast(&["inspect", &file.display().to_string()])?;
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("none of the 2 rows can be used: 2 cancelled") && said.contains("--quantity"), "{said}");
    Ok(())
}

#[test]
fn unknown_statuses_and_several_currencies_have_flags() -> Outcome {
    let folder = folder("statuses")?;
    let file = folder.join("orders.csv");
    let mut orders = String::from("date,sku,qty,price,currency,status\n");
    for index in 0..30 {
        let (currency, status) = (["EUR", "USD"][index % 2], ["Shipped", "Peruttu hetki"][usize::from(index % 3 == 0)]);
        let _ = writeln!(orders, "{},A,2,5.00,{currency},{status}", day(index as i32));
    }
    std::fs::write(&file, orders)?;
    let file = file.display().to_string();
    let asked = tillcast(&["inspect", &file])?;
    let message = text(&asked.stderr);
    assert_eq!(asked.status.code(), Some(1));
    assert!(message.contains("--currency VALUE") && message.contains("all (the pieces of all 30 lines"), "{message}");
    let told = text(&tillcast(&["inspect", &file, "--currency", "all"])?.stdout);
    assert!(told.contains("1 products, 60 units"), "{told}");
    assert!(told.contains("10 lines with \"Peruttu hetki\" count; --leave-out \"status:Peruttu hetki\""), "{told}");
    let options = ["inspect", &file, "--currency", "EUR", "--leave-out", "status:Peruttu hetki"];
    let told = text(&tillcast(&options)?.stdout);
    assert!(told.contains("1 products, 20 units") && told.contains("left out   10 status"), "{told}");
    Ok(())
}

#[test]
fn models_are_listed() -> Outcome {
    let listed: serde_json::Value = serde_json::from_slice(&tillcast(&["models", "--json"])?.stdout)?;
    let names: Vec<&str> =
        listed["models"].as_array().into_iter().flatten().filter_map(|row| row["name"].as_str()).collect();
    for name in ["seasonal-naive", "moving-average", "ets", "lstm", "auto"] {
        assert!(names.contains(&name), "{name} is missing from {names:?}");
    }
    Ok(())
}

#[test]
fn left_out_rows_are_listed_and_standard_input_is_refused_for_it() -> Outcome {
    let folder = folder("left-out")?;
    let (file, out) = (folder.join("orders.csv"), folder.join("rows.csv"));
    let mut orders = String::from("order,date,sku,qty,status\n");
    for order in 1..=20 {
        let status = if order == 7 { "cancelled" } else { "paid" };
        let _ = writeln!(orders, "{order},{},A,{order},{status}", day(order));
    }
    std::fs::write(&file, &orders)?;
    let (file, out_name) = (file.display().to_string(), out.display().to_string());
    let done = tillcast(&["inspect", &file, "--left-out", &out_name])?;
    assert!(done.status.success(), "{}", text(&done.stderr));
    let wanted = format!("file,row,reason,text\norders.csv,8,cancelled,\"7,{},A,7,cancelled\"\n", day(7));
    assert_eq!(std::fs::read_to_string(&out)?, wanted);
    let counted = tillcast(&["inspect", &file, "--count", "cancelled", "--left-out", &out_name])?;
    assert!(counted.status.success() && std::fs::read_to_string(&out)? == "file,row,reason,text\n");
    let refused = tillcast(&["inspect", "-", "--left-out", &out_name])?;
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("read but once"), "{}", text(&refused.stderr));
    Ok(())
}
