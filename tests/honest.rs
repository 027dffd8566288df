//! What is decided, counted or left out is said: none of it happens silently.

use tillcast::ingest::{ReadOptions, Reader, Reading};

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
fn a_column_of_totals_is_no_row() -> Outcome {
    let reading = read("Artikel;Jan 2026;Feb 2026;Mär 2026;Summe\nA;1;3;1;5\nB;2;2;1;5\nSumme;3;5;2;10\n")?;
    let left: Vec<_> = reading.report.left_out.iter().map(|left| (&*left.reason, left.count)).collect();
    assert_eq!(left, [("total-row", 1)]);
    let told = reading.notes.iter().find(|note| note.code == "total-column").ok_or("a note")?;
    assert_eq!((told.count, &*told.args[0].1), (Some(1), "Summe"));
    assert_eq!(reading.report.rows_used + 1, reading.report.rows_read);
    Ok(())
}
