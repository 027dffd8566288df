//! Test orders and gift cards: no demand where a column or a platform's own word says so, and only there.

use super::{Outcome, daily, left_out, read, read_with};
use tillcast::ingest::{ReadOptions, Totals};

/// Orders under these headers, the last of which is marked; each has two lines.
fn orders(header: &str, usual: &str, marked: &str) -> String {
    let mut text = format!("order,date,sku,qty,{header}\n");
    for order in 0..6 {
        let cell = if order == 5 { marked } else { usual };
        text += &format!("{order},2026-03-0{},A,1,{cell}\n{order},2026-03-0{},B,2,\n", 1 + order, 1 + order);
    }
    text
}

#[test]
fn an_order_that_a_column_calls_a_test_is_left_out_whole() -> Outcome {
    for (header, usual, marked) in [
        ("test", "false", "true"),
        ("Is test order", "no", "yes"),
        ("livemode", "true", "false"),
        ("Payment Method", "Visa", "bogus"),
        ("Payment gateway", "Stripe", "(for testing) Bogus Gateway"),
        ("Tags", "contest; vip", "\"vip, test\""),
        ("Status", "paid", "Test order"),
        ("Mode", "live", "sandbox"),
        ("是否测试", "否", "是"),
    ] {
        let text = orders(header, usual, marked);
        let reading = read(&text)?;
        let lines = if header == "Status" { 1 } else { 2 };
        assert_eq!(left_out(&reading), [format!("test-order {lines}")], "{header}");
        assert!(reading.report.left_out[0].optional);
        let counted = ReadOptions { counted: vec!["test-order".into()], ..ReadOptions::default() };
        let reading = read_with(text.as_bytes(), counted)?;
        assert_eq!((left_out(&reading).len(), reading.orders.quantity.len()), (0, 12), "{header}");
        assert!(reading.notes.iter().any(|note| note.code == "counted"), "{header}");
    }
    Ok(())
}

#[test]
fn a_number_of_letters_that_spell_test_is_a_test_among_others() -> Outcome {
    let text = |number: &dyn Fn(u32) -> String| {
        let row = |at: u32| format!("{},2026-03-0{at},Pregnancy test,1\n", number(at));
        format!("order no,date,product,qty\n{}", (1..7).map(row).collect::<String>())
    };
    let reading = read(&text(&|at| if at == 4 { "TEST-9004".into() } else { format!("SO-900{at}") }))?;
    assert_eq!(left_out(&reading), ["test-order 1"]);
    // Where all are called so, it is how they are called; and what is sold may be called anything.
    assert_eq!(left_out(&read(&text(&|at| format!("TEST-{at}")))?), [""; 0]);
    assert_eq!(left_out(&read(&text(&|at| format!("TESTER-{at}")))?), [""; 0]);
    Ok(())
}

#[test]
fn shopify_says_on_the_first_line_of_an_order_that_it_is_a_test() -> Outcome {
    let header = "Name,Financial Status,Currency,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,\
                  Lineitem requires shipping,Payment Method,Tags,Cancelled at";
    let text = format!(
        "{header}\n#1,paid,EUR,2026-03-01 10:00:00 +0100,1,Mug,9,MUG,true,Visa,,\n#1,,,,2,Gift Card - €50.00,50,,false,,,\n\
         #2,paid,EUR,2026-03-02 10:00:00 +0100,1,Mug,9,MUG,true,bogus,,\n#2,,,,4,Cup,9,CUP,true,,,\n\
         #3,paid,EUR,2026-03-03 10:00:00 +0100,1,Mug,9,MUG,true,Visa,test,\n#4,paid,EUR,2026-03-04 10:00:00 +0100,3,Mug,9,MUG,true,Visa,,\n\
         #5,paid,EUR,2026-03-05 10:00:00 +0100,1,Gift card holder,9,GIFT-H,true,Visa,,\n#6,paid,EUR,2026-03-06 10:00:00 +0100,1,Course,9,,false,Visa,,\n"
    );
    let reading = read(&text)?;
    assert_eq!(left_out(&reading), ["gift-card 1", "test-order 3"]);
    assert_eq!(
        daily(&reading.orders),
        ["Course 2026-03-06 1", "GIFT-H 2026-03-05 1", "MUG 2026-03-01 1", "MUG 2026-03-04 3"]
    );
    Ok(())
}

#[test]
fn gift_cards_are_told_by_a_column_or_a_key_and_never_by_a_name() -> Outcome {
    for (header, usual, marked) in [
        ("Product type", "Mugs", "Gift Card"),
        ("Kategorie", "Tassen", "Geschenkgutscheine"),
        ("Gift card", "no", "yes"),
    ] {
        assert_eq!(left_out(&read(&orders(header, usual, marked))?), ["gift-card 1"], "{header}");
    }
    let keyed = "date,sku,product name,qty\n2026-03-01,MUG,Mug,1\n2026-03-02,GIFTCARD-25,Gift card €25,1\n2026-03-03,MUG,Mug,2\n";
    let reading = read(keyed)?;
    assert_eq!((left_out(&reading), daily(&reading.orders).len()), (vec!["gift-card 1".to_owned()], 2));
    let counted = ReadOptions { counted: vec!["gift-card".into()], ..ReadOptions::default() };
    assert_eq!(left_out(&read_with(keyed.as_bytes(), counted)?), [""; 0]);
    let named = "date,product,qty\n2026-03-01,Mug,1\n2026-03-02,Gift card €25,1\n2026-03-03,Mug,2\n";
    assert_eq!(left_out(&read(named)?), [""; 0]);
    Ok(())
}

#[test]
fn payments_in_test_mode_are_no_orders() -> Outcome {
    let mut text = String::from("id,Created (UTC),Amount,Amount Refunded,Currency,Status,livemode\n");
    for at in 1..8 {
        text += &format!("ch_{at},2026-03-0{at} 10:00,12.50,0.00,eur,Paid,{}\n", at != 3);
    }
    let options = ReadOptions { without_products: Some(Totals::Orders), ..ReadOptions::default() };
    let reading = read_with(text.as_bytes(), options)?;
    assert_eq!((reading.orders.quantity.len(), left_out(&reading)), (6, vec!["test-order 1".to_owned()]));
    assert_eq!((reading.report.rows_read, reading.report.rows_used), (7, 6));
    Ok(())
}
