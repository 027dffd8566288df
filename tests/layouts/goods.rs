//! What is a product and what is none: keys beside names, postage among goods, pieces that came back, counts with words.

use super::{Outcome, daily, left_out, read, read_with};
use tillcast::ingest::{ReadOptions, Role};

/// A key and a name that two products share, under those headers, as a file of the language would hold them.
fn two_shirts(date: &str, key: &str, name: &str, units: &str, name_first: bool) -> String {
    let row = |day: u32, code: &str, title: &str, count: u32| match name_first {
        true => format!("2026-01-{day:02};{title};{code};{count}\n"),
        false => format!("2026-01-{day:02};{code};{title};{count}\n"),
    };
    let header = if name_first { [date, name, key, units] } else { [date, key, name, units] };
    header.join(";")
        + "\n"
        + &row(5, "10-A", "T-Shirt", 1)
        + &row(6, "10-B", "T-Shirt", 2)
        + &row(7, "20-A", "Mug blue", 4)
        + &row(8, "10-A", "T-Shirt", 8)
        + &row(9, "20-A", "Mug blue", 16)
}

#[test]
fn a_code_beside_a_name_is_the_key() -> Outcome {
    let headers = [
        ("Date", "Item no.|Item", "Quantity"),
        ("Date", "Item|Name", "Quantity"),
        ("Date", "Item|Description", "Quantity"),
        ("Date", "Code|Product", "Units"),
        ("Date", "Ref|Product name", "Units"),
        ("Datum", "Artikel|Name", "Menge"),
        ("Datum", "Artikel|Bezeichnung", "Menge"),
        ("Datum", "Artikel|Artikelname", "Menge"),
        ("Datum", "Art.-Nr.|Bezeichnung", "Menge"),
        ("Datum", "Artikel-Nr.|Artikel", "Menge"),
        ("Datum", "Produktnr.|Produkt", "Menge"),
        ("Datum", "Nr.|Artikel", "Menge"),
        ("Date", "Réf.|Désignation", "Quantité"),
        ("Date", "Code article|Libellé", "Quantité"),
        ("Date", "Code|Produit", "Quantité"),
        ("Date", "Article|Désignation", "Quantité"),
        ("Fecha", "Código|Producto", "Cantidad"),
        ("Fecha", "Ref.|Descripción", "Cantidad"),
        ("Fecha", "Cód. artículo|Artículo", "Cantidad"),
        ("Data", "Codice|Descrizione", "Quantità"),
        ("Data", "Cod. articolo|Articolo", "Quantità"),
        ("Data", "Articolo|Descrizione", "Quantità"),
        ("Datum", "Artikelcode|Omschrijving", "Aantal"),
        ("Datum", "Artikel|Omschrijving", "Aantal"),
        ("Data", "Kod|Nazwa", "Ilość"),
        ("Data", "Indeks|Nazwa towaru", "Ilość"),
        ("Data", "Código|Produto", "Quantidade"),
        ("Data", "Cód.|Descrição", "Quantidade"),
        ("日付", "商品コード|商品名", "数量"),
        ("日付", "品番|品名", "数量"),
        ("日期", "商品编码|商品名称", "数量"),
        ("日期", "货号|品名", "数量"),
        ("日期", "编码|名称", "数量"),
    ];
    for (date, pair, units) in headers {
        let (key, name) = pair.split_once('|').ok_or(pair)?;
        for name_first in [false, true] {
            let reading = read(&two_shirts(date, key, name, units, name_first))?;
            assert!(reading.questions.is_empty(), "{pair}: {:?}", reading.questions);
            let sold = [
                "10-A 2026-01-05 1",
                "10-A 2026-01-08 8",
                "10-B 2026-01-06 2",
                "20-A 2026-01-07 4",
                "20-A 2026-01-09 16",
            ];
            assert_eq!(daily(&reading.orders), sold, "{pair} {name_first}: {:?}", reading.report.roles);
            assert_eq!(reading.orders.products[0].name, "T-Shirt", "{pair}");
        }
    }
    Ok(())
}

#[test]
fn what_tells_no_products_apart_is_no_key() -> Outcome {
    // A number of the row is another one in each.
    let rows: String =
        (1..=9).map(|row| format!("{row},2026-01-{:02},{},1\n", row + 4, ["Mug", "Cup"][row % 2])).collect();
    let reading = read(&("No,Date,Name,Qty\n".to_owned() + &rows))?;
    assert_eq!(reading.orders.products.len(), 2, "{:?}", reading.report.roles);
    // A customer's name goes with no product.
    let names = ["Ann", "Ben", "Cem", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida"];
    let rows: String = names
        .iter()
        .enumerate()
        .map(|(row, name)| format!("2026-01-{:02},{},1,{name}\n", row + 5, ["Tasse", "Kanne"][row % 2]))
        .collect();
    for header in ["Datum,Artikel,Menge,Name\n", "Date,Product,Qty,Name\n"] {
        let reading = read(&(header.to_owned() + &rows))?;
        let found: Vec<(&str, &str)> =
            reading.orders.products.iter().map(|product| (product.id.as_str(), product.name.as_str())).collect();
        assert_eq!(found, [("Tasse", "Tasse"), ("Kanne", "Kanne")], "{header}");
    }
    Ok(())
}

#[test]
fn remarks_and_second_names_are_no_keys() -> Outcome {
    // A remark to each line, and one to some: neither tells products apart.
    for remark in [|row: usize| format!("for order {row}"), |row: usize| format!("remark {}", row / 2)] {
        let rows: String = (0..12)
            .map(|row| format!("2026-01-{:02},{},{},1\n", row + 5, ["Mug", "Cup"][row % 2], remark(row)))
            .collect();
        for header in ["Date,Item name,Description,Qty\n", "Date,Name,Description,Qty\n"] {
            let reading = read(&(header.to_owned() + &rows))?;
            assert_eq!(reading.orders.products.len(), 2, "{header}: {:?}", reading.report.roles);
        }
    }
    // Keys without digits.
    let text = "Datum,Artikel,Bezeichnung,Menge\n2026-01-05,TSH-BLK,T-Shirt,1\n2026-01-06,TSH-WHT,T-Shirt,2\n2026-01-07,TSH-BLK,T-Shirt,4\n";
    assert_eq!(daily(&read(text)?.orders), ["TSH-BLK 2026-01-05 1", "TSH-BLK 2026-01-07 4", "TSH-WHT 2026-01-06 2"]);
    Ok(())
}

#[test]
fn units_may_say_what_they_count() -> Outcome {
    let text = "date,product,quantity\n2026-01-05,A,2 pcs\n2026-01-06,A,3 Stk.\n2026-01-07,A,x4\n2026-01-08,A,5 x\n\
        2026-01-09,A,6件\n2026-01-10,A,7 个\n2026-01-11,A,2 boxes\n2026-01-12,A,8\n2026-01-13,A,blue\n";
    let reading = read(text)?;
    assert!(reading.questions.is_empty(), "{:?}", reading.questions);
    assert_eq!(reading.orders.quantity, [2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 2.0, 8.0]);
    assert_eq!(left_out(&reading), ["bad-number 1"]);
    assert!(reading.notes.iter().any(|note| note.code == "units-unknown"), "a box is not a piece");
    // Weights go by their units, as those in a column of their own do.
    let text = "Datum;Artikel;Menge\n05.01.2026;Mehl;500 g\n16.01.2026;Mehl;1,5 kg\n17.01.2026;Mehl;2 kg\n";
    let reading = read(text)?;
    assert_eq!(reading.orders.quantity, [500.0, 1.5, 2.0]);
    assert!(reading.notes.iter().any(|note| note.code == "units-mixed"));
    let options = ReadOptions { smallest_unit: true, ..ReadOptions::default() };
    assert_eq!(read_with(text.as_bytes(), options)?.orders.quantity, [500.0, 1500.0, 2000.0]);
    // A size beside the units is a size.
    let reading = read("date,product,size,qty\n2026-01-05,Flour,500 g,3\n2026-01-06,Flour,1 kg,2\n")?;
    assert_eq!(reading.orders.quantity, [3.0, 2.0]);
    Ok(())
}

#[test]
fn postage_among_goods_is_left_out_by_its_whole_name() -> Outcome {
    let text = "date,order,sku,name,qty\n2026-01-05,1,A,Mug,2\n2026-01-05,1,,Versandkosten,1\n2026-01-06,2,S-1,Shipping,3\n\
        2026-01-06,2,,Shipping boxes,4\n2026-01-06,2,,Gift Wrap,1\n2026-01-07,3,,运费,1\n2026-01-07,3,A,Mug,1\n";
    let reading = read(text)?;
    let sold = ["A 2026-01-05 2", "A 2026-01-07 1", "S-1 2026-01-06 3", "Shipping boxes 2026-01-06 4"];
    assert_eq!(daily(&reading.orders), sold);
    assert_eq!(left_out(&reading), ["not-a-product 3"]);
    assert!(reading.report.left_out[0].optional);
    let options = ReadOptions { counted: vec!["not-a-product".into()], ..ReadOptions::default() };
    let counted = read_with(text.as_bytes(), options)?;
    assert_eq!(counted.orders.product.len(), 7);
    assert!(counted.notes.iter().any(|note| note.code == "counted" && note.count == Some(3)));
    // Insurance of parcels has a key of its own.
    let insured = "date,sku,name,qty\n2026-01-05,A,Mug,2\n2026-01-05,ROUTEINS10,Shipping Protection by Route,1\n2026-01-06,A,Mug,1\n";
    assert_eq!(daily(&read(insured)?.orders), ["A 2026-01-05 2", "A 2026-01-06 1"]);
    // Where nothing else is sold it is what is sold.
    let reading = read("date,product,qty\n2026-01-05,Shipping,2\n2026-01-06,Shipping,1\n")?;
    assert_eq!(reading.orders.quantity, [2.0, 1.0]);
    Ok(())
}

#[test]
fn a_line_may_say_that_it_came_back() -> Outcome {
    for (header, sale, back) in [
        ("Type", "Sale", "Return"),
        ("Transaction type", "Order", "Refund"),
        ("Belegart", "Rechnung", "Gutschrift"),
        ("类型", "销售", "退货"),
    ] {
        let text = format!(
            "date,{header},sku,qty\n2026-01-05,{sale},A,5\n2026-01-06,{back},A,2\n2026-01-07,{back},A,-1\n2026-01-08,{sale},A,3\n"
        );
        let reading = read(&text)?;
        assert_eq!(reading.orders.quantity, [5.0, -2.0, -1.0, 3.0], "{header}");
        assert!(reading.report.roles.contains(&(Role::Kind, header.to_owned())));
        assert!(reading.notes.iter().any(|note| note.code == "returns-kept" && note.count == Some(2)));
        let options = ReadOptions { uncounted: vec!["returns-kept".into()], ..ReadOptions::default() };
        let reading = read_with(text.as_bytes(), options)?;
        assert_eq!((reading.orders.quantity, left_out_of(&text)?), (vec![5.0, 3.0], vec!["returns-kept 2".to_owned()]));
    }
    // Kinds of products say nothing of sales; a column that is said to be one is read as one.
    let text = "date,type,sku,qty\n2026-01-05,Simple,A,5\n2026-01-06,Return box,B,2\n2026-01-07,Refund,A,1\n";
    assert_eq!(read(text)?.orders.quantity, [5.0, 2.0, 1.0]);
    let options = ReadOptions { roles: vec![(Role::Kind, "type".into())], ..ReadOptions::default() };
    assert_eq!(read_with(text.as_bytes(), options)?.orders.quantity, [5.0, 2.0, -1.0]);
    Ok(())
}

fn left_out_of(text: &str) -> tillcast::Result<Vec<String>> {
    let options = ReadOptions { uncounted: vec!["returns-kept".into()], ..ReadOptions::default() };
    Ok(left_out(&read_with(text.as_bytes(), options)?))
}

#[test]
fn stock_at_the_opening_is_stock() -> Outcome {
    let reading = read("date,sku,qty,opening stock\n2026-01-05,A,5,40\n2026-01-06,A,2,35\n")?;
    assert_eq!(reading.orders.extra.first().map(|extra| extra.values.clone()), Some(vec![40.0, 35.0]));
    Ok(())
}

#[test]
fn pieces_that_came_back_in_a_column_of_their_own_are_taken_off() -> Outcome {
    // The table says itself what remains, wherever it says so.
    for header in
        ["Sold Qty,Return Qty,Net Qty", "Menge,Retouren,Menge netto", "Sold,Returns,Net units", "销量,退货,净销量"]
    {
        let text = format!("Date,SKU,{header}\n2026-01-05,A,5,2,3\n2026-01-06,A,4,0,4\n2026-01-07,A,1,3,-2\n");
        let reading = read(&text)?;
        assert!(reading.questions.is_empty(), "{header}: {:?}", reading.questions);
        assert_eq!(daily(&reading.orders), ["A 2026-01-05 3", "A 2026-01-06 4", "A 2026-01-07 -2"], "{header}");
    }
    // What remains of something else does not, nor does an amount of money.
    let text = "Date,SKU,Qty,Returns,Net\n2026-01-05,A,5,2,30\n2026-01-06,A,4,0,40\n";
    assert_eq!(daily(&read(text)?.orders), ["A 2026-01-05 5", "A 2026-01-06 4"]);
    // Without it they are taken off, and the whole order is none.
    let text =
        "Order number,Date,SKU,Qty,Quantity refunded\n1,2026-01-05,A,5,2\n2,2026-01-06,A,4,0\n3,2026-01-07,A,1,1\n";
    let reading = read(text)?;
    assert_eq!(daily(&reading.orders), ["A 2026-01-05 3", "A 2026-01-06 4"]);
    assert_eq!(left_out(&reading), ["returned 1"]);
    let told = reading.notes.iter().find(|note| note.code == "returns-kept").and_then(|note| note.count);
    assert_eq!(told, Some(1));
    for options in [
        ReadOptions { uncounted: vec!["returns-kept".into()], ..ReadOptions::default() },
        ReadOptions { counted: vec!["returned".into()], ..ReadOptions::default() },
    ] {
        let gross = read_with(text.as_bytes(), options)?;
        assert_eq!(daily(&gross.orders), ["A 2026-01-05 5", "A 2026-01-06 4", "A 2026-01-07 1"]);
    }
    // A day's returns may be more than its sales.
    let days = read("Date,SKU,Units sold,Units returned\n2026-01-05,A,5,1\n2026-01-06,A,1,3\n")?;
    assert_eq!(daily(&days.orders), ["A 2026-01-05 4", "A 2026-01-06 -2"]);
    Ok(())
}
