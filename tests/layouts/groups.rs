//! Files in which a date, or a product, stands once above all rows that it holds for.

use super::{Outcome, daily, left_out, read};

fn count(reading: &tillcast::ingest::Reading, code: &str) -> Option<u64> {
    reading.notes.iter().find(|note| note.code == code).and_then(|note| note.count)
}

const DAYS: [&str; 5] = ["A 2025-03-04 5", "A 2025-03-05 6", "B 2025-03-04 2", "B 2025-03-05 3", "C 2025-03-05 1"];

#[test]
fn dates_in_merged_cells_hold_for_the_rows_below() -> Outcome {
    let text = "Date,Product,Sold,Price\nTue 4 Mar 2025,A,5,4.5\n,B,2,2.2\n,Total,7,\nWed 5 Mar 2025,A,6,4.5\n,B,3,2.2\n,C,1,3\n,,,\n";
    let reading = read(text)?;
    assert_eq!(daily(&reading.orders), DAYS);
    assert_eq!((count(&reading, "date-above"), left_out(&reading)), (Some(3), vec!["total-row 1".to_owned()]));
    // The store and the order were merged along with the date.
    let text = "date,store,order,sku,qty\n2025-03-04,East,1,A,5\n,,,B,2\n2025-03-05,West,2,A,6\n,,,B,3\n,,,C,1\n";
    let reading = read(text)?;
    assert_eq!(daily(&reading.orders), DAYS);
    assert_eq!(
        (reading.orders.store, reading.orders.stores),
        (vec![0, 0, 1, 1, 1], vec!["East".into(), "West".into()])
    );
    Ok(())
}

#[test]
fn a_blank_date_of_another_order_or_among_repeated_dates_is_no_date() -> Outcome {
    // Not sent yet.
    let text = "shipped on,order,sku,qty\n2025-03-04,1,A,5\n,2,B,2\n2025-03-05,3,A,6\n,4,B,3\n,5,C,1\n";
    assert_eq!(left_out(&read(text)?), ["no-date 3"]);
    let text = "date,sku,qty\n2025-03-04,A,5\n2025-03-04,B,1\n,B,2\n2025-03-04,C,1\n2025-03-05,A,6\n,B,3\n,C,1\n";
    assert_eq!(left_out(&read(text)?), ["no-date 3"]);
    Ok(())
}

#[test]
fn rows_of_nothing_but_a_date_head_the_rows_of_that_day() -> Outcome {
    for ends in [",,", ""] {
        let text = format!(
            "Product,Sold,Price\n\"Tuesday, 4 March 2025\"{ends}\nA,5,4.5\nB,2,2.2\nTotal,7,\n\"Wednesday, 5 March 2025\"{ends}\nA,6,4.5\nB,3,2.2\nC,1,3\n"
        );
        let reading = read(&text)?;
        assert_eq!(reading.questions, []);
        assert_eq!(daily(&reading.orders), DAYS);
        assert_eq!((count(&reading, "date-rows"), left_out(&reading)), (Some(2), vec!["total-row 1".to_owned()]));
        assert_eq!((reading.report.rows_read, reading.report.rows_used), (6, 5));
        assert_eq!(reading.report.date_pattern, "DAY, D MONTH YYYY");
    }
    // In a column of their own.
    let text = "Date,Product,Sold\n2025-03-04,,\n,A,5\n,B,2\n2025-03-05,,\n,A,6\n,B,3\n,C,1\n";
    assert_eq!(daily(&read(text)?.orders), DAYS);
    // Day and month are told apart as elsewhere.
    let text = "Product,Sold\n03/04/2025,\nA,5\n03/05/2025,\nA,6\n";
    assert_eq!(read(text)?.questions.first().map(|question| question.code.as_str()), Some("date-order"));
    Ok(())
}

#[test]
fn rows_of_nothing_but_a_product_name_it_for_the_rows_below() -> Outcome {
    let text = "Sales by Product Detail\n\n,Transaction date,Num,Customer,Memo,Quantity,Amount\n\
        A,,,,,,\n,03/04/2025,1,Marina,,5.00,9.00\n,03/05/2025,2,Marina,,6.00,9.00\nTotal for A,,,,,11.00,18.00\n\
        B,,,,,,\n,03/04/2025,3,Harbour,,2.00,9.00\n,03/05/2025,4,Marina,,3.00,9.00\nTotal for B,,,,,5.00,18.00\n\
        C,,,,,,\n,03/05/2025,5,Marina,,1.00,9.00\n,03/25/2025,6,Marina,,1.00,9.00\nTotal for C,,,,,2.00,18.00\nTOTAL,,,,,18.00,54.00\n\n\
        \"Tuesday, July 01, 2025 09:12 AM GMT-05:00 - Accrual Basis\"\n";
    let reading = read(text)?;
    assert_eq!((&reading.questions[..], count(&reading, "footer-skipped")), (&[][..], Some(1)));
    assert_eq!(daily(&reading.orders)[..5], DAYS);
    assert_eq!((count(&reading, "product-rows"), left_out(&reading)), (Some(3), vec!["total-row 4".to_owned()]));
    Ok(())
}
