//! Other locales and older layouts of the platforms, and the pollutions that exports come with.

mod cases;
mod doubts;
mod goods;
mod groups;
mod locales;
mod marks;
mod reports;
mod sets;
mod statuses;

use std::collections::BTreeMap;

use tillcast::calendar::Frequency;
use tillcast::ingest::{ReadOptions, Reader, Reading, Totals, join};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn read_with(text: &[u8], options: ReadOptions) -> tillcast::Result<Reading> {
    let mut reader = Reader::new("sample", options);
    reader.push(text)?;
    reader.finish()
}

fn read(text: &str) -> tillcast::Result<Reading> {
    read_with(text.as_bytes(), ReadOptions::default())
}

/// "product day units" for each product and day, and the reasons for what was left out.
fn daily(orders: &tillcast::ingest::Orders) -> Vec<String> {
    let mut units: BTreeMap<(String, String), f64> = BTreeMap::new();
    for (line, &product) in orders.product.iter().enumerate() {
        let day = Frequency::Day.label(orders.minute[line].div_euclid(1440));
        *units.entry((orders.products[product as usize].id.clone(), day)).or_insert(0.0) += orders.quantity[line];
    }
    units.into_iter().map(|((product, day), units)| format!("{product} {day} {units}")).collect()
}

fn left_out(reading: &Reading) -> Vec<String> {
    let mut left: Vec<String> =
        reading.report.left_out.iter().map(|left| format!("{} {}", left.reason, left.count)).collect();
    left.sort();
    left
}

#[test]
fn amazon_of_japan_is_told_by_its_bytes() -> Outcome {
    let header = "amazon-order-id\tpurchase-date\torder-status\tproduct-name\tsku\tquantity\tcurrency\titem-price\n";
    let line = |day: u32, status: &str| {
        format!(
            "250-{day}\t2026-02-{day:02}T23:30:00+09:00\t{status}\t陶器のマグカップ 300ml ブルー\t00123\t2\tJPY\t3000\n"
        )
    };
    let text = header.to_owned() + &line(20, "Shipped") + &line(21, "Cancelled") + &line(22, "Shipped");
    let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(&text);
    let reading = read_with(&bytes, ReadOptions::default())?;
    assert_eq!((reading.report.source.as_str(), reading.report.encoding.as_str()), ("amazon", "shift_jis"));
    assert_eq!(daily(&reading.orders), ["00123 2026-02-20 2", "00123 2026-02-22 2"]);
    assert_eq!(reading.orders.products[0].name, "陶器のマグカップ 300ml ブルー");
    Ok(())
}

#[test]
fn an_excel_text_file_is_read() -> Outcome {
    let text =
        "\u{feff}Date\tSKU\tName\tQty\r\n25.02.2026\t00123\tBecher \"groß\"\t1.200\r\n26.02.2026\t00123\tBecher\t3\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let options = ReadOptions { decimal: Some(','), ..ReadOptions::default() };
    assert_eq!(daily(&read_with(&bytes, options)?.orders), ["00123 2026-02-25 1200", "00123 2026-02-26 3"]);
    Ok(())
}

#[test]
fn rows_of_another_length_are_left_out() -> Outcome {
    let good: String = (10..20).map(|day| format!("2026-01-{day},B,Cup,1\n")).collect();
    let text = good + "2026-01-05,A,Mug,1\n2026-01-06,A,Mug, large,7\n2026-01-07,A\n2026-01-08,A,Mug,2,\n";
    let reading = read(&("date,sku,name,qty\n".to_owned() + &text))?;
    let of_a: Vec<String> = daily(&reading.orders).into_iter().filter(|line| line.starts_with("A ")).collect();
    assert_eq!(of_a, ["A 2026-01-05 1", "A 2026-01-08 2"]);
    assert_eq!(left_out(&reading), ["long-row 1", "short-row 1"]);
    Ok(())
}

#[test]
fn of_two_columns_of_numbers_one_is_asked_about() -> Outcome {
    let text = "2026-01-05,1001,3\n2026-01-06,1002,1\n2026-01-07,1001,2\n";
    let asked = read(text)?;
    let codes: Vec<&str> = asked.questions.iter().map(|question| question.code.as_str()).collect();
    assert_eq!(codes, ["column-product"]);
    let roles = vec![(tillcast::ingest::Role::Product, "column 2".to_owned())];
    let answered = read_with(text.as_bytes(), ReadOptions { roles, ..ReadOptions::default() })?;
    assert_eq!(daily(&answered.orders), ["1001 2026-01-05 3", "1001 2026-01-07 2", "1002 2026-01-06 1"]);
    Ok(())
}

#[test]
fn dates_that_a_spreadsheet_half_changed_are_warned_about() -> Outcome {
    let reading = read("date,sku,qty\n25/01/2026,A,1\n01/25/2026,A,2\n26/01/2026,A,3\n")?;
    assert!(reading.notes.iter().any(|note| note.code == "mixed-dates"));
    assert_eq!(left_out(&reading), ["bad-date 1"]);
    // Two exports one below the other: each date is read as it can be, the others as those around them.
    let us = ["01/13/2026", "01/14/2026", "01/15/2026", "02/03/2026", "02/13/2026"];
    let eu = ["01/03/2026", "14/03/2026", "15/03/2026", "01/04/2026", "16/04/2026"];
    let rows: String = us.iter().chain(&eu).map(|date| format!("{date},A,1\n")).collect();
    let reading = read(&format!("date,sku,qty\n{rows}"))?;
    let days = ["01-13", "01-14", "01-15", "02-03", "02-13", "03-01", "03-14", "03-15", "04-01", "04-16"];
    assert_eq!(daily(&reading.orders), days.map(|day| format!("A 2026-{day} 1")));
    assert!(reading.report.left_out.is_empty() && reading.notes.iter().any(|note| note.code == "mixed-dates"));
    Ok(())
}

#[test]
fn blanks_may_be_written_in_words() -> Outcome {
    // As databases and statistics programs write them.
    for word in ["NULL", "\\N", "NaN", "nan", "None", "N/A", "#N/A", "-"] {
        let text = format!(
            "order_id,created_at,cancelled_at,sku,name,qty,store\n1,2026-01-05,{word},A,Mug,1,NA\n\
             2,2026-01-06,2026-01-07,A,Mug,5,NA\n3,2026-01-07,{word},,Cup,2,NA\n4,2026-01-08,{word},A,Mug,{word},NA\n"
        );
        let reading = read(&text)?;
        assert_eq!(daily(&reading.orders), ["A 2026-01-05 1", "Cup 2026-01-07 2"], "{word}");
        let is_by_hand = word.contains(['/', '-']);
        let unknown = if is_by_hand { ["bad-number 1", "cancelled 1"] } else { ["cancelled 1", "no-quantity 1"] };
        assert_eq!(left_out(&reading), unknown, "{word}");
        assert_eq!(reading.orders.stores, ["NA"]);
    }
    let mut text = String::from("date,product,sales\n");
    for day in 1..29 {
        text += &format!("2026-01-{day:02},A,{}\n", if day % 4 == 0 { "NA".to_owned() } else { day.to_string() });
    }
    let missing = read(&text)?.orders.quantity.iter().filter(|quantity| quantity.is_nan()).count();
    assert_eq!(missing, 7);
    Ok(())
}

#[test]
fn plain_headers_of_small_shops_are_known() -> Outcome {
    let chinese = "单号,下单时间,商品名称,规格,数量,单价(元),实付金额,状态\n\
        D1,2026-01-05 10:00,茶杯,红,2,35.00,70.00,交易成功\nD2,2026-01-06 11:00,茶杯,红,1,35.00,35.00,已取消\n\
        D3,2026-01-07 12:00,茶壶,白,3,20.00,60.00,已退款\nD4,2026-01-08 12:00,茶壶,白,1,20.00,20.00,交易成功\n";
    let reading = read(chinese)?;
    assert_eq!(daily(&reading.orders), ["茶壶 2026-01-08 1", "茶杯 2026-01-05 2"]);
    assert_eq!(left_out(&reading), ["cancelled 1", "refunded 1"]);
    assert_eq!(reading.orders.price, [35.0, 20.0]);
    let german = "Bestellnummer;Bestelldatum;Status;Artikelnummer (SKU);Artikelname;Menge;Artikelpreis;Zeilensumme\n\
        1;05.01.2026;Abgeschlossen;TEE-1;Kräutertee;2;4,50;9,00\n2;16.01.2026;Zahlung ausstehend;TEE-1;Kräutertee;1;4,50;4,50\n";
    let reading = read(german)?;
    assert_eq!((&*reading.orders.products[0].name, reading.orders.price[0]), ("Kräutertee", 4.5));
    assert_eq!(left_out(&reading), ["unpaid 1"]);
    Ok(())
}

#[test]
fn negative_lines_are_taken_off_unless_the_shop_says_otherwise() -> Outcome {
    let text = "date,sku,qty\n2026-01-05,A,3\n2026-01-05,B,1\n2026-01-06,A,-1\n2026-01-07,A,2\n2026-01-07,B,-2\n";
    let told = |reading: &tillcast::ingest::Reading| {
        reading.notes.iter().find(|note| note.code == "returns-kept").and_then(|note| note.count)
    };
    let net = read(text)?;
    assert_eq!((net.orders.quantity.iter().sum::<f64>(), told(&net)), (3.0, Some(2)));
    let uncounted = vec!["returns-kept".to_owned()];
    let gross = read_with(text.as_bytes(), ReadOptions { uncounted, ..ReadOptions::default() })?;
    assert_eq!((gross.orders.quantity.iter().sum::<f64>(), told(&gross)), (6.0, None));
    assert_eq!(left_out(&gross), ["returns-kept 2"]);
    Ok(())
}

#[test]
fn years_that_stand_for_never_are_no_dates() -> Outcome {
    let reading = read("date,sku,qty\n2026-01-05,A,1\n9999-12-31,A,2\n0001-01-01,A,3\n2026-01-06,A,4\n")?;
    assert_eq!(daily(&reading.orders), ["A 2026-01-05 1", "A 2026-01-06 4"]);
    assert_eq!(left_out(&reading), ["bad-date 2"]);
    Ok(())
}

#[test]
fn layouts_are_read() {
    let mut faults = Vec::new();
    for (name, text, source, units, left) in cases::LAYOUTS {
        match read(text) {
            Ok(reading) => {
                let found = (reading.report.source.as_str(), daily(&reading.orders), left_out(&reading));
                let wanted: (_, Vec<String>, Vec<String>) = (
                    *source,
                    units.iter().map(|&unit| unit.into()).collect(),
                    left.iter().map(|&left| left.into()).collect(),
                );
                let questions: Vec<&str> = reading.questions.iter().map(|question| question.code.as_str()).collect();
                if found != wanted || !questions.is_empty() {
                    faults.push(format!("{name}: {found:?}, asks {questions:?}\n   roles {:?}", reading.report.roles));
                }
            }
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn reports_without_products_or_days_name_the_right_one() -> Outcome {
    let asked = [
        (
            "Date,Ordered Product Sales,Units Ordered,Total Order Items,Sessions\n2026-01-05,\"$1,234.00\",12,10,100\n",
            "All Orders",
        ),
        (
            "Datum,Durch bestellte Produkte erzielter Umsatz,Bestellte Einheiten,Sitzungen\n25.01.2026,\"1.234,00 €\",12,100\n",
            "All Orders",
        ),
        ("Day,Orders,Gross sales,Net sales,Total sales\n2026-01-05,3,30.00,28.00,30.00\n", "product variant"),
        ("Date,Orders,Gross sales,Returns,Coupons,Net sales\n2026-01-05,3,30.00,0,2.00,28.00\n", "Analytics → Orders"),
        (
            "Sale Date,Order ID,Full Name,Number of Items,Order Value,Currency\n01/25/26,1,X,2,20.00,USD\n",
            "Order Items",
        ),
        (
            "Date,Time,Gross Sales,Net Sales,Total Collected,Transaction ID,Description\n2026-01-05,09:00:00,$5.00,$5.00,$5.50,TX1,Mug\n",
            "Items Detail",
        ),
        (
            "ID,Purchase Point,Purchase Date,Bill-to Name,Grand Total (Base),Status\n1,Main,2026-01-05 10:00:00,X,$5.00,complete\n",
            "Products → Ordered",
        ),
        (
            "order_id,order_date,customer,total,status\n1,2026-01-05,X,5.00,paid\n2,2026-01-06,Y,7.00,paid\n",
            "each product",
        ),
    ];
    for (text, report) in asked {
        let reading = read(text)?;
        let question = reading.questions.first().ok_or(text)?;
        assert_eq!((question.code.as_str(), reading.orders.product.len()), ("without-products", 0), "{text}");
        assert!(question.text.contains(report), "{}", question.text);
    }
    let text = "sku,name,units\nA,Mug,4\nB,Cup,5\n";
    let error = read(text).err().ok_or(text)?;
    assert_eq!(error.code(), "no-date-column");
    assert!(error.remedy_text().contains("export"), "{}", error.remedy_text());
    Ok(())
}

#[test]
fn orders_without_products_can_be_counted_or_added_up() -> Outcome {
    let text = "id,Description,Created (UTC),Amount,Amount Refunded,Currency,Status\n\
        ch_1,x,2026-01-05 10:00,20.50,0.00,usd,Paid\nch_2,x,2026-01-05 11:00,4.50,0.00,usd,Paid\nch_3,x,2026-01-05 12:00,9.00,9.00,usd,Refunded\n";
    let answered =
        |totals| read_with(text.as_bytes(), ReadOptions { without_products: Some(totals), ..ReadOptions::default() });
    assert_eq!(daily(&answered(Totals::Orders)?.orders), ["orders 2026-01-05 2"]);
    assert_eq!(daily(&answered(Totals::Revenue)?.orders), ["revenue 2026-01-05 25"]);
    Ok(())
}

#[test]
fn currencies_are_never_added_up() -> Outcome {
    let text = "order id,date,sku,qty,price,currency\n1,2026-01-05,A,1,5.00,USD\n2,2026-01-06,A,2,4.00,EUR\n";
    let asked = read(text)?;
    let question = asked.questions.first().ok_or("no question")?;
    assert_eq!(question.code, "currency");
    assert_eq!(question.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>(), ["all", "USD", "EUR"]);
    let options = ReadOptions { currency: Some("EUR".into()), ..ReadOptions::default() };
    let chosen = read_with(text.as_bytes(), options)?;
    assert_eq!(daily(&chosen.orders), ["A 2026-01-06 2"]);
    // The answer stands beside the question, so that it can be another one.
    let [answered] = &chosen.report.answered[..] else { return Err("one answer".into()) };
    assert_eq!((answered.question.code.as_str(), answered.value.as_str()), ("currency", "EUR"));
    assert_eq!(answered.question.choices.len(), 3);
    // Pieces are pieces whatever they were paid in; prices of several currencies are none.
    let options = ReadOptions { currency: Some("all".into()), ..ReadOptions::default() };
    let all = read_with(text.as_bytes(), options)?;
    assert_eq!(daily(&all.orders), ["A 2026-01-05 1", "A 2026-01-06 2"]);
    assert!(all.orders.price.is_empty() && all.report.left_out.is_empty());
    assert!(all.notes.iter().any(|note| note.code == "currencies-all"));
    Ok(())
}

#[test]
fn totals_of_orders_are_asked_about_and_money_of_several_currencies_is_never_one_sum() -> Outcome {
    let text = "Order ID,Date,Customer,Order total,Currency\n1,2026-01-05,Ann,20.50,EUR\n2,2026-01-05,Ben,4.50,EUR\n3,2026-01-06,Cem,9.00,USD\n";
    let asked = read(text)?;
    let question = asked.questions.first().ok_or("no question")?;
    assert_eq!(question.code, "without-products");
    assert_eq!(question.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>(), ["orders", "revenue"]);
    let with = |totals, currency: &str| {
        let currency = Some(currency.to_owned());
        read_with(text.as_bytes(), ReadOptions { without_products: Some(totals), currency, ..ReadOptions::default() })
    };
    let orders = with(Totals::Orders, "all")?;
    assert_eq!(daily(&orders.orders), ["orders 2026-01-05 2", "orders 2026-01-06 1"]);
    let told: Vec<&str> = orders.report.answered.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(told, ["orders", "all"]);
    let revenue = with(Totals::Revenue, "all")?;
    let choices = revenue.questions.first().map(|question| question.choices.len());
    assert_eq!(choices, Some(2), "which of the two");
    assert_eq!(daily(&with(Totals::Revenue, "EUR")?.orders), ["revenue 2026-01-05 25"]);
    Ok(())
}

#[test]
fn a_point_before_three_digits_is_asked_about() -> Outcome {
    let text = "date,sku,qty\n2026-01-05,A,1.500\n2026-01-06,A,2.250\n";
    let asked = read(text)?;
    assert_eq!(asked.questions.first().map(|question| question.code.as_str()), Some("decimal"));
    let answered = |decimal| {
        let options = ReadOptions { decimal: Some(decimal), ..ReadOptions::default() };
        read_with(text.as_bytes(), options).map(|reading| reading.orders.quantity)
    };
    assert_eq!(answered('.')?, [1.5, 2.25]);
    assert_eq!(answered(',')?, [1500.0, 2250.0]);
    Ok(())
}

#[test]
fn taobaos_lists_of_items_and_orders_are_one_shop() -> Outcome {
    let items = "订单编号,标题,价格,购买数量,外部系统编号,商品属性,订单状态,商家编码\n\
        \"=\"\"2001\"\"\",杯子,35.00,2,,,交易成功,MUG-1\n\"=\"\"2002\"\"\",杯子,35.00,1,,,交易关闭,MUG-1\n";
    let orders = "订单编号,买家实际支付金额,订单状态,订单创建时间,宝贝种类,宝贝总数量\n\
        \"=\"\"2001\"\"\",70.00,交易成功,2026-02-20 08:00:00,1,2\n\"=\"\"2002\"\"\",35.00,交易关闭,2026-02-20 09:00:00,1,1\n";
    let alone = join(vec![read(items)?]);
    assert!(alone.is_err_and(|error| error.code() == "other-file" && error.to_string().contains("ExportOrderList")));
    let question = read(orders)?.questions.first().map(|question| question.text.clone()).unwrap_or_default();
    assert!(question.contains("ExportOrderDetailList"), "{question}");
    for both in [vec![read(items)?, read(orders)?], vec![read(orders)?, read(items)?]] {
        let joined = join(both)?;
        assert!(joined.questions.is_empty());
        assert_eq!(daily(&joined.orders), ["MUG-1 2026-02-20 2"]);
    }
    Ok(())
}

#[test]
fn a_file_given_twice_counts_once() -> Outcome {
    let orders = "order id,date,sku,qty,status\n1,2026-01-05,A,1,paid\n2,2026-01-06,A,2,paid\n";
    let plain: String = "date,sku,qty\n".to_owned()
        + &(1..=20).map(|day| format!("2026-01-{day:02},A,{}\n", day % 4 + 1)).collect::<String>();
    for text in [orders, plain.as_str()] {
        let once = daily(&join(vec![read(text)?])?.orders);
        let twice = join(vec![read(text)?, read(text)?])?;
        assert_eq!(daily(&twice.orders), once);
        let used: u64 = twice.reports.iter().map(|report| report.rows_used).sum();
        assert_eq!(used, once.len() as u64, "{:?}", twice.reports);
        assert!(twice.notes.iter().any(|note| note.code == "newer-file"));
    }
    // Two shops may number their orders alike: their days differ.
    let other = "order id,date,sku,qty,status\n1,2026-02-05,A,1,paid\n2,2026-02-06,A,2,paid\n";
    assert_eq!(daily(&join(vec![read(orders)?, read(other)?])?.orders).len(), 4);
    // Two stores may sell on the same days: their units differ.
    let store: String = "date,sku,qty\n".to_owned()
        + &(1..=20).map(|day| format!("2026-01-{day:02},A,{}\n", day % 5 + 2)).collect::<String>();
    let both = join(vec![read(&plain)?, read(&store)?])?;
    assert_eq!(both.orders.quantity.len(), 40);
    Ok(())
}

#[test]
fn what_counts_as_demand_can_be_switched() -> Outcome {
    let text = "Name,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at\n\
        #1,paid,2026-03-01 10:00:00 +0000,1,Mug,5.00,A,\n\
        #2,pending,2026-03-01 11:00:00 +0000,2,Mug,5.00,A,\n\
        #3,refunded,2026-03-01 12:00:00 +0000,4,Mug,5.00,A,\n\
        #4,paid,2026-03-01 13:00:00 +0000,8,Mug,5.00,A,2026-03-02 10:00:00 +0000\n";
    let units = |counted: &[&str], uncounted: &[&str]| {
        let own = |words: &[&str]| words.iter().map(|&word| word.into()).collect();
        let options = ReadOptions { counted: own(counted), uncounted: own(uncounted), ..ReadOptions::default() };
        read_with(text.as_bytes(), options).map(|reading| reading.orders.quantity.iter().sum::<f64>())
    };
    assert_eq!(units(&[], &[])?, 3.0);
    assert_eq!(units(&["refunded"], &[])?, 7.0);
    assert_eq!(units(&["refunded", "cancelled"], &["pending-kept"])?, 13.0);
    Ok(())
}

#[test]
fn a_total_among_the_products_of_a_day_is_none() -> Outcome {
    let reading = read(
        "date,product,units\n2026-01-05,A,1\n2026-01-05,B,2\n2026-01-05,Total,3\n2026-01-06,A,4\n2026-01-06,Total,4\n",
    )?;
    assert_eq!(daily(&reading.orders), ["A 2026-01-05 1", "A 2026-01-06 4", "B 2026-01-05 2"]);
    assert_eq!(left_out(&reading), ["total-row 2"]);
    let named = read("date,product,units\n2026-01-05,A,1\n2026-01-05,Total,9\n2026-01-06,Total,7\n2026-01-06,A,4\n")?;
    assert_eq!(left_out(&named), [""; 0], "a product that happens to be called so");
    Ok(())
}

#[test]
fn currencies_are_told_by_their_signs() -> Outcome {
    let text = "date,sku,qty,price\n2026-01-05,A,1,$5.00\n2026-01-06,A,2,€4.00\n2026-01-07,A,3,$5.00\n";
    let asked = read(text)?;
    assert_eq!(asked.questions.first().map(|question| question.code.as_str()), Some("currency"));
    let options = ReadOptions { currency: Some("$".into()), ..ReadOptions::default() };
    assert_eq!(daily(&read_with(text.as_bytes(), options)?.orders), ["A 2026-01-05 1", "A 2026-01-07 3"]);
    Ok(())
}

#[test]
fn a_cell_that_the_sample_cuts_tells_no_decimal_mark() -> Outcome {
    // A point before three digits throughout, which must be asked about: wherever the sample ends, nothing tells it.
    let columns = 300;
    for shift in 0..7 {
        let header: Vec<String> = (0..columns).map(|column| format!("Artikel {column:03}")).collect();
        let mut text = format!("Datum;{}{}\n", "x".repeat(shift), header.join(";"));
        for day in 1..=200 {
            let row: Vec<&str> = (0..columns).map(|column| if column % 3 == 0 { "7" } else { "5.750" }).collect();
            text += &format!("{:02}.{:02}.2026;{}\n", day % 28 + 1, day / 28 + 1, row.join(";"));
        }
        let reading = read(&text)?;
        let asked: Vec<&str> = reading.questions.iter().map(|question| question.code.as_str()).collect();
        assert_eq!(asked, ["decimal"], "{shift}");
    }
    Ok(())
}

#[test]
fn further_columns_tell_the_decimal_mark_where_units_do_not() -> Outcome {
    let reading = read("datum;sku;menge;promo;rabatt\n05.01.2026;A;3;1,0;10,5\n16.01.2026;A;4;0,0;0,0\n")?;
    let values = |name: &str| {
        let column = reading.orders.extra.iter().find(|column| column.name == name);
        column.map(|column| column.values.clone())
    };
    assert_eq!(values("promo"), Some(vec![1.0, 0.0]));
    assert_eq!(values("rabatt"), Some(vec![10.5, 0.0]));
    Ok(())
}

#[test]
fn returns_are_left_out_whatever_their_status_and_still_tell_dates() -> Outcome {
    let text = "date,sku,qty,status\n05/01/2026,A,3,Completed\n06/01/2026,A,-64,Partially refunded\n\
        07/01/2026,A,-256,Pending\n25/01/2026,A,-1,Completed\n08/01/2026,A,9,Pending\n";
    let kept = read(text)?;
    assert_eq!(kept.orders.quantity.iter().sum::<f64>(), 3.0 - 64.0 - 256.0 - 1.0 + 9.0);
    let options = ReadOptions { uncounted: vec!["returns-kept".into()], ..ReadOptions::default() };
    let reading = read_with(text.as_bytes(), options)?;
    assert!(
        reading.questions.is_empty(),
        "the day of what is left out tells which comes first: {:?}",
        reading.questions
    );
    assert_eq!(daily(&reading.orders), ["A 2026-01-05 3", "A 2026-01-08 9"]);
    assert_eq!(left_out(&reading), ["returns-kept 3"]);
    Ok(())
}

#[test]
fn what_a_table_with_days_across_lets_go_is_not_said_to_be_kept() -> Outcome {
    let reading = read("sku,stock,2026-01-05,2026-01-06,2026-01-07\nA,40,1,2,3\nB,20,4,5,6\n")?;
    assert!(reading.orders.extra.is_empty());
    assert!(reading.report.columns.iter().all(|column| column.usage != tillcast::ingest::mapping::Use::Extra));
    Ok(())
}
