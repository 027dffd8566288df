//! Reports of sums and of money: what is counted once, and of which days.

use tillcast::calendar::Frequency;
use tillcast::ingest::{ReadOptions, join};
use tillcast::panel::build::{BuildOptions, build};

use super::{Outcome, daily, left_out, read, read_with};

#[test]
fn a_settlement_counts_each_piece_once() -> Outcome {
    let line = |kind: &str, order: &str, part: &str, amount: &str, pieces: &str| {
        format!(
            "17\t\t\t{kind}\t{order}\tAmazon.de\t{}\t{part}\t{amount}\t03.03.2025\tMUG\t{pieces}\n",
            if amount.starts_with("-4") { "Promotion" } else { "ItemPrice" }
        )
    };
    let header = "settlement-id\tsettlement-start-date\ttotal-amount\ttransaction-type\torder-id\tmarketplace-name\tamount-type\tamount-description\tamount\tposted-date\tsku\tquantity-purchased\n17\t03.03.2025 00:00:00 UTC\t99,50\t\t\t\t\t\t\t\t\t\n";
    let text = [
        header.to_owned(),
        line("Order", "1", "Principal", "40,00", "2"),
        line("Order", "1", "Tax", "7,60", "2"),
        line("Order", "1", "Commission", "-6,00", "2"),
        line("Order", "1", "Principal", "-4,00", "2"),
        line("Order", "2", "Principal", "20,00", "1"),
        line("Refund", "1", "Principal", "-20,00", ""),
    ];
    let reading = read(&text.concat())?;
    assert_eq!((reading.report.source.as_str(), reading.questions.len()), ("amazon-settlement", 0));
    assert_eq!(daily(&reading.orders), ["MUG 2025-03-03 3"]);
    assert_eq!(reading.orders.price, [20.0, 20.0]);
    assert_eq!(left_out(&reading), ["not-a-product 3", "refunded 1", "total-row 1"]);
    Ok(())
}

#[test]
fn sums_of_a_period_are_asked_which_and_several_make_a_series() -> Outcome {
    let of = |period: &str| ReadOptions { report_period: Some(period.into()), ..ReadOptions::default() };
    let reports = [
        "\"(Übergeordnete) ASIN\",\"(Untergeordnete) ASIN\",Titel,SKU,\"Bestellte Einheiten\",\"Durch bestellte Produkte erzielter Umsatz\"\nP,C,Tasse,A-1,\"1.231\",\"2.462,00 €\"\n",
        "（親）ASIN,（子）ASIN,タイトル,SKU,注文された商品点数,注文商品の売上額\nP,C,マグ,A-1,\"1,231\",\"￥2,462,000\"\n",
        "(Parent) ASIN,(Child) ASIN,Title,SKU,Units Ordered,Ordered Product Sales\nP,C,Mug,A-1,\"1,231\",\"$2,462.00\"\n",
    ];
    for text in reports {
        let asked = read(text)?;
        let codes: Vec<&str> = asked.questions.iter().map(|question| question.code.as_str()).collect();
        assert_eq!(codes, ["report-period"], "{text}");
        assert!(asked.orders.product.is_empty() && asked.questions[0].text.contains("All Orders"));
        let wrong = read_with(text.as_bytes(), of("2026-01-01..2026-01-20"))?;
        assert_eq!(
            wrong.questions.first().and_then(|question| question.examples.get(1)).map(String::as_str),
            Some("2026-01-01..2026-01-20")
        );
        let said = read_with(text.as_bytes(), of("2026-01-01..2026-01-31"))?;
        assert_eq!(daily(&said.orders), ["A-1 2026-01-01 1231"], "{text}");
        assert_eq!((said.orders.spacing, said.report.answered.len()), (Some(Frequency::Month), 1));
    }
    // Two months are one month and the next, though two dates tell no spacing; what a month lacks was not sold in it.
    let month =
        |rows: &str| format!("(Parent) ASIN,(Child) ASIN,Title,SKU,Units Ordered,Ordered Product Sales\n{rows}");
    let january =
        read_with(month("P,C,Mug,A-1,40,$80.00\nP,D,Cup,B-1,7,$7.00\n").as_bytes(), of("2026-01-01..2026-01-31"))?;
    let february = read_with(month("P,C,Mug,A-1,50,$100.00\n").as_bytes(), of("2026-02-01..2026-02-28"))?;
    let joined = join(vec![january.clone(), february])?;
    let built = build(&joined.orders, &BuildOptions::default())?;
    assert_eq!(built.panel.frequency(), Frequency::Month);
    assert_eq!((built.panel.values(0), built.panel.values(1)), (&[40.0, 50.0][..], &[7.0, 0.0][..]));
    // A month of which no report was given is unknown, and said to be.
    let text = month("P,C,Mug,A-1,60,$120.00\nP,D,Cup,B-1,3,$3.00\n");
    let april = read_with(text.as_bytes(), of("2026-04-01..2026-04-30"))?;
    let february = read_with(month("P,C,Mug,A-1,50,$100.00\n").as_bytes(), of("2026-02-01..2026-02-28"))?;
    let built = build(&join(vec![january.clone(), february, april])?.orders, &BuildOptions::default())?;
    assert_eq!(built.panel.values(1)[..2], [7.0, 0.0]);
    assert!(built.panel.values(0)[2].is_nan() && built.panel.values(1)[2].is_nan());
    assert_eq!((built.panel.values(0)[3], built.panel.values(1)[3]), (60.0, 3.0));
    let told = |code: &str| built.notes.iter().find(|note| note.code == code);
    assert!(told("reports-missing").is_some_and(|note| note.text.contains("covers 2026-03;")));
    assert_eq!(told("list-by-months").and_then(|note| note.count), Some(1));
    assert!(told("missing-values").is_none());
    let days = read("date,sku,qty\n2026-02-01,A-1,3\n2026-02-02,A-1,4\n")?;
    assert_eq!(join(vec![january, days]).err().map(|error| error.code().to_owned()), Some("mixed-periods".into()));
    Ok(())
}
