//! Files of which a part is not what it seems: lists of products, order numbers, dates that are none.

use std::fmt::Write as _;

use super::{Outcome, daily, left_out, read};

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
fn a_file_with_many_broken_dates_is_refused_with_an_example() -> Outcome {
    let file = |broken: i32| {
        let rows = (0..60).map(|row| match row % 6 < broken {
            true => format!("{:02}-foo-25,S,2\n", 1 + row % 28),
            false => format!("2025-01-{:02},S,2\n", 1 + row % 28),
        });
        "date,sku,qty\n".to_owned() + &rows.collect::<String>()
    };
    let error = read(&file(3)).err().ok_or("half of them are none")?;
    assert_eq!(error.code(), "dates-unreadable");
    assert!(error.to_string().contains("50 % of the rows") && error.to_string().contains("01-foo-25"), "{error}");
    assert_eq!(left_out(&read(&file(1))?), ["bad-date 10"]);
    Ok(())
}
