//! Files of which a part is not what it seems: lists of products, order numbers, dates that are none.

use std::fmt::Write as _;

use super::{Outcome, daily, left_out, read, read_with};
use tillcast::ingest::{Question, ReadOptions};

#[test]
fn lists_of_products_are_divided_whatever_their_column_is_called() -> Outcome {
    let text = "Data,N. ordine,Ricavi (formattati),Stato,Cliente,Contenuto,Pezzi,Ricavi netti\n\
        2025-01-01 06:45:30,4001,\"74,20&nbsp;&euro;\",Completato,Rossi Maria,\"4× Olio, 500 ml, 2× Miele\",6,74.20\n\
        2025-01-02 00:52:55,4002,\"34,20&nbsp;&euro;\",Annullato,Rossi Maria,1× Olio,1,34.20\n\
        2025-01-02 01:08:31,4003,\"21,70&nbsp;&euro;\",Completato,Rossi Maria,\"1× Olio, 500 ml, 3× Miele\",4,21.70\n";
    let reading = read(text)?;
    assert_eq!(reading.questions, []);
    assert_eq!(
        daily(&reading.orders),
        ["Miele 2025-01-01 2", "Miele 2025-01-02 3", "Olio, 500 ml 2025-01-01 4", "Olio, 500 ml 2025-01-02 1"]
    );
    assert_eq!(left_out(&reading), ["cancelled 1"]);
    assert!(reading.orders.price.iter().all(|price| price.is_nan()), "amounts are of whole orders");
    // One product a row, sold in pairs.
    let text = "date,product,qty\n2025-01-01,2× Cable,5\n2025-01-02,2× Cable,1\n2025-01-03,2× Plug,3\n";
    assert_eq!(daily(&read(text)?.orders).len(), 3);
    assert_eq!(daily(&read(text)?.orders)[0], "2× Cable 2025-01-01 5");
    Ok(())
}

#[test]
fn order_numbers_and_names_count_nothing() -> Outcome {
    let mut text = String::from("date,customer,sku,ref,weight,volume\n");
    for row in 0..40 {
        let _ = writeln!(text, "2025-01-{:02},Rossi,S{},{},{},{}", 1 + row / 2, row % 3, 4001 + row, row % 5, row % 7);
    }
    let questions = read(&text)?.questions;
    let offered: Vec<&str> = questions[0].choices.iter().map(|choice| choice.value.as_str()).collect();
    assert_eq!((questions[0].code.as_str(), offered), ("column-quantity", vec!["weight", "volume"]));
    // The only numbers: still no units.
    let numbered: String =
        text.lines().map(|line| line.rsplitn(3, ',').last().unwrap_or("").to_owned() + "\n").collect();
    assert_eq!(read(&numbered)?.questions[0].code, "column-quantity");
    // Sales that grow are sales.
    let grown: String = (0..40).map(|row| format!("2025-01-{:02},S,{}\n", 1 + row % 28, 10 + 3 * row)).collect();
    assert_eq!(read(&("date,sku,number\n".to_owned() + &grown))?.questions, []);
    Ok(())
}

#[test]
fn of_many_broken_dates_it_is_asked_how_they_are_meant() -> Outcome {
    let file = |broken: u32, write: fn(u32) -> String| {
        let row = |row: u32| match row % 6 < broken {
            true => format!("{},S,2\n", write(1 + row % 28)),
            false => format!("2025-01-{:02},S,2\n", 1 + row % 28),
        };
        "date,sku,qty\n".to_owned() + &(0..60).map(row).collect::<String>()
    };
    let say = |said: &str| ReadOptions { unreadable_dates: Some(said.into()), ..ReadOptions::default() };
    let offered = |question: &Question| -> Vec<String> {
        question.choices.iter().map(|choice| format!("{} {}", choice.value, choice.consequence)).collect()
    };
    let foreign: fn(u32) -> String = |day| format!("{day:02}-foo-25");
    let few = read(&file(1, foreign))?;
    assert_eq!(left_out(&few), ["bad-date 10"], "a few are told as left out");
    assert_eq!((&*few.report.answered[0].value, few.questions.len()), ("leave-out", 0), "and may be read after all");
    let own = file(1, |day| format!("d{day:02}m02y25"));
    assert_eq!(left_out(&read(&own)?), ["bad-date 10"]);
    let said = read_with(own.as_bytes(), say("dDDmMMyYY"))?;
    assert_eq!((left_out(&said).len(), &*said.report.answered[0].value), (0, "dDDmMMyYY"));
    let text = file(3, foreign);
    let question = read(&text)?.questions.pop().ok_or("half of them are none")?;
    assert_eq!((&*question.code, &*question.examples[0]), ("unreadable-dates", "01-foo-25"));
    assert!(question.text.contains("30 of 60 rows"), "{}", question.text);
    assert_eq!(offered(&question), ["leave-out 30 of 60 rows are left out"]);
    let reading = read_with(text.as_bytes(), say("leave-out"))?;
    assert_eq!((reading.orders.quantity.len(), left_out(&reading)), (30, vec!["bad-date 30".to_owned()]));
    assert_eq!((&*reading.report.answered[0].value, reading.questions.len()), ("leave-out", 0));
    assert_eq!(read_with(text.as_bytes(), say("DDMMYYYY"))?.questions.len(), 1, "that answers nothing");
    // A form of which two readings are possible, in half of the rows or in all.
    for broken in [3, 4, 6] {
        let text = file(broken, |day| format!("{:02}022025", 1 + day % 12));
        let question = read(&text)?.questions.pop().ok_or("no question")?;
        assert_eq!(offered(&question)[..2], ["DDMMYYYY 2025-02-03", "MMDDYYYY 2025-03-02"], "an example that differs");
        assert_eq!(question.examples[0], "03022025");
        let reading = read_with(text.as_bytes(), say("DDMMYYYY"))?;
        assert_eq!((reading.questions.len(), left_out(&reading).len(), reading.orders.quantity.len()), (0, 0, 60));
        assert!(daily(&reading.orders).iter().any(|line| line.starts_with("S 2025-02-12 ")), "{broken}");
    }
    // The day in the middle of an ISO date.
    let text = file(6, |day| format!("2025-{day:02}-01"));
    let question = read(&text)?.questions.pop();
    assert_eq!(question.map(|question| offered(&question)[0].clone()), Some("YYYY-DD-MM 2025-01-13".to_owned()));
    let reading = read_with(text.as_bytes(), say("YYYY-DD-MM"))?;
    let days = daily(&reading.orders);
    assert_eq!((days.len(), &*days[1], &*days[27]), (28, "S 2025-01-02 6", "S 2025-01-28 4"));
    Ok(())
}

#[test]
fn sums_of_months_are_called_totals_and_rows_are_named_once() -> Outcome {
    let text = "Date,Article,Qté,Montant\n2025-01-02,Café,3,8.40\n2025-01-31,Thé,2,5\nTotal mois,,5,13.40\n2025-02-01,Café,1,2.80\n\
        2025-02-02,Thé,1,2.50\nTOTAL GÉNÉRAL,,7,18.70\n";
    assert_eq!(left_out(&read(text)?), ["total-row 2"]);
    let day = |day: u32| format!("{day:02}.01.2024;Tee;3\n{day:02}.01.2024;Tasse;1\n");
    let text =
        format!("Datum;Artikel;Menge\n{}{};Summe Januar 2024;8\n;Gesamte Ernte Tee;4\n{}", day(2), day(13), day(14));
    assert_eq!(left_out(&read(&text)?), ["no-date 1", "total-row 1"]);
    let lists = "date,status,items\n2026-03-01,Cancelled,\"2× Mug, 1× Cup\"\n2026-03-02,Done,\"1× Mug, 3× Cup\"\n2026-03-03,Cancelled,1× Cup\n";
    let reading = read(lists)?;
    assert_eq!((reading.report.left_out[0].count, &reading.report.left_out[0].records[..]), (3, &[2, 4][..]));
    Ok(())
}

#[test]
fn sums_headers_and_rows_of_no_sale_are_told_as_such() -> Outcome {
    let mut journal = String::from("Belegnummer;Zeitpunkt;Vorgang;Artikelnr;Bezeichnung;Menge;Einzelpreis\n");
    for day in 3..=12 {
        journal += &format!(
            "{day};{day:02}.03.2025;Verkauf;0007;Semmel;2;0,55\n{day};{day:02}.03.2025;Lade geöffnet;;;;\n\
             {day};{day:02}.03.2025;Lade geöffnet;Lade;;;\n;Tagessumme {day:02}.03.2025;;;;99;\n"
        );
    }
    let mut months = String::new();
    for month in 1..=3 {
        months += "Date,SKU,Product,Qty,Price\n";
        months += &(1..=5).map(|day| format!("2026-{month:02}-{day:02},X,Cup,2,4.50\n")).collect::<String>();
        months += "Sum X,,,10,\nMonth total,,,10,\n";
    }
    let wanted = [(journal, vec!["nothing-sold 20", "total-row 10"]), (months, vec!["header-row 2", "total-row 6"])];
    for (text, left) in wanted {
        assert_eq!(left_out(&read(&text)?), left);
    }
    // A row that says how many were sold, or for how much, is lost without a product.
    let reading = read(
        "order,date,sku,qty,price\n1,2026-01-05,A,1,2.00\n2,2026-01-06,,3,\n3,2026-01-07,,,2.00\n4,2026-01-08,A,,2.00\n",
    )?;
    assert_eq!(left_out(&reading), ["no-product 2", "no-quantity 1"]);
    Ok(())
}
