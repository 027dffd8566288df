//! Other locales and older layouts of the platforms, and the pollutions that exports come with.

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

/// A layout: its name, the file, the source it is told as, units, and what is left out.
type Case = (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const LAYOUTS: &[Case] = &[
    (
        "Shopee in English",
        "Order ID,Order Status,Cancel reason,Order Creation Date,Parent SKU Reference No.,Product Name,SKU Reference No.,Variation Name,Original Price,Deal Price,Quantity,Returned quantity\n\
         A1,Completed,,2026-02-20 08:06,P,Shirt,S-1,\"White,M\",25.90,20.90,3,0\n\
         A2,Cancelled,Buyer,2026-02-20 09:06,P,Shirt,S-1,,25.90,20.90,1,0\n\
         A3,Completed,,2026-02-21 09:06,,Sticker,,,1.00,1.00,2,1\n\
         A4,Unpaid,,2026-02-21 10:06,,Sticker,,,1.00,1.00,2,0\n",
        "shopee",
        &["S-1 2026-02-20 3", "Sticker 2026-02-21 1"],
        &["cancelled 1", "unpaid 1"],
    ),
    (
        "Shopee in Thai",
        "หมายเลขคำสั่งซื้อ,สถานะการสั่งซื้อ,วันที่ทำการสั่งซื้อ,เลขอ้างอิง Parent SKU,ชื่อสินค้า,เลขอ้างอิง SKU (SKU Reference No.),ชื่อตัวเลือก,ราคาตั้งต้น,ราคาขาย,จำนวน,จำนวนที่ส่งคืน\n\
         A1,สำเร็จแล้ว,2026-02-20 08:06,,เสื้อ,S-1,,259.00,209.00,3,0\n\
         A2,ยกเลิกแล้ว,2026-02-20 09:06,,เสื้อ,S-1,,259.00,209.00,1,0\n",
        "shopee",
        &["S-1 2026-02-20 3"],
        &["cancelled 1"],
    ),
    (
        "Shopee in Chinese of Taiwan",
        "訂單編號,訂單狀態,退貨 / 退款狀態,訂單成立日期,商品名稱,主商品貨號,商品選項名稱,商品選項貨號,商品原價,商品活動價格,數量\n\
         A1,完成,,2026-02-20 08:06,襯衫,P,白,S-1,259,209,3\n\
         A2,不成立,,2026-02-20 09:06,襯衫,P,白,S-1,259,209,1\n",
        "shopee",
        &["S-1 2026-02-20 3"],
        &["cancelled 1"],
    ),
    (
        "Shopee in Vietnamese",
        "Mã đơn hàng,Trạng Thái Đơn Hàng,Ngày đặt hàng,SKU sản phẩm,Tên sản phẩm,SKU phân loại hàng,Giá gốc,Giá ưu đãi,Số lượng\n\
         A1,Hoàn thành,2026-02-20 08:06,P,Áo,S-1,125.000,99.000,3\n\
         A2,Đã hủy,2026-02-20 09:06,P,Áo,S-1,125.000,99.000,1\n",
        "shopee",
        &["S-1 2026-02-20 3"],
        &["cancelled 1"],
    ),
    (
        "Shopee in Portuguese",
        "ID do pedido,Status do pedido,Data de criação do pedido,Nome do Produto,Número de referência SKU,Preço original,Preço acordado,Quantidade,Returned quantity\n\
         A1,Concluído,2026-02-20 08:06,Camisa,S-1,59.90,49.90,3,0\n\
         A2,Cancelado,2026-02-20 09:06,Camisa,S-1,59.90,49.90,1,0\n\
         A3,Não pago,2026-02-20 09:06,Camisa,S-1,59.90,49.90,1,0\n",
        "shopee",
        &["S-1 2026-02-20 3"],
        &["cancelled 1", "unpaid 1"],
    ),
    (
        "TikTok Shop with its row of descriptions and tabs",
        "Order ID,Order Status,Order Substatus,SKU ID,Seller SKU,Product Name,Variation,Quantity,Sku Quantity of return,SKU Unit Original Price,Created Time,Cancelled Time\n\
         Platform unique order ID.,Order status.,Sub status.,Platform SKU ID.,Seller input SKU.,Product name.,Variation.,Units sold.,Units returned.,Price.,Order created time.,Cancelled time.\n\
         576461413038785752\t,Completed,Delivered,1729382476852921367\t,MUG-1\t,Mug,Blue,3,0,USD 19.00,25/02/2026 14:20:11\t,\t\n\
         576461413038785753\t,Canceled,Canceled,1729382476852921367\t,MUG-1\t,Mug,Blue,1,0,USD 19.00,25/02/2026 15:20:11\t,26/02/2026 10:00:00\t\n\
         576461413038785754\t,Completed,Delivered,1729382476852921367\t,MUG-1\t,Mug,Blue,2,2,USD 19.00,26/02/2026 15:20:11\t,\t\n",
        "tiktok",
        &["MUG-1 2026-02-25 3"],
        &["cancelled 1", "returned 1"],
    ),
    (
        "TikTok Shop of the United States",
        "Order ID,Order Status,SKU ID,Seller SKU,Product Name,Quantity,Sku Quantity of return,Created Time\n\
         5764,Completed,17,MUG-1,Mug,3,0,02/25/2026 9:30:33 AM\n\
         5765,Unpaid,17,MUG-1,Mug,1,0,02/26/2026 9:30:33 PM\n",
        "tiktok",
        &["MUG-1 2026-02-25 3"],
        &["unpaid 1"],
    ),
    (
        "Lazada as its older sheet",
        "Order Item Id,Order Type,Seller SKU,Lazada SKU,Created at,Order Number,Item Name,Unit Price,Paid Price,Status\n\
         9001,Normal,S-1,100_SG-0,2026-02-20 08:03,8001,Shirt,19.00,19.00,delivered\n\
         9002,Normal,S-1,100_SG-0,2026-02-20 08:03,8001,Shirt,19.00,19.00,delivered\n\
         9003,Normal,S-1,100_SG-0,2026-02-20 09:03,8002,Shirt,19.00,19.00,canceled\n",
        "lazada",
        &["S-1 2026-02-20 2"],
        &["cancelled 1"],
    ),
    (
        "eBay of the United Kingdom",
        ",,,,,,,\n\
         Sales record number,Order number,Item number,Item title,Custom label,Quantity,Sold for,Sale date,Paid on date,Post to name\n\
         ,,,,,,,,,\n\
         301,11-1,2201,Mug,MUG-1,3,£5.00,07-Sep-26,07-Sep-26,X\n\
         302,11-2,,,,3,£12.00,08-Sep-26,08-Sep-26,X\n\
         302,11-2,2201,Mug,MUG-1,1,£5.00,08-Sep-26,08-Sep-26,X\n\
         302,11-2,2202,Cup,CUP-1,2,£3.50,08-Sep-26,08-Sep-26,X\n\
         303,11-3,2202,Cup,CUP-1,1,£3.50,08-Sep-26,,X\n\
         ,,,,,,,,,\n\
         3,record(s) downloaded,from Sep-01-26 to Sep-30-26,,,,,,,\n\
         Seller ID : x,,,,,,,,,\n",
        "ebay",
        &["CUP-1 2026-09-08 2", "MUG-1 2026-09-07 3", "MUG-1 2026-09-08 1"],
        &["summary-row 1", "unpaid 1"],
    ),
    (
        "Square in its oldest layout",
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details\n\
         02/25/16,9:15:00,Eastern Time (US & Canada),Gifts,Mug,3,Regular,MUG-1,,$43.50,$0.00,$43.50,$0.00,TX1,P1,,,\n\
         02/25/16,9:25:00,Eastern Time (US & Canada),Gifts,Mug,-1,Regular,MUG-1,,($14.50),$0.00,($14.50),$0.00,TX2,P2,,,\n\
         02/26/16,9:25:00,Eastern Time (US & Canada),None,Custom Amount,1,Regular,,,$5.00,$0.00,$5.00,$0.00,TX3,P3,,,\n",
        "square",
        &["MUG-1 2016-02-25 3"],
        &["not-a-product 1", "refunded 1"],
    ),
    (
        "Mercado Libre in Spanish",
        "Ventas;;;;;;\n\
         ;;;;;;\n\
         # de venta;Fecha de venta;Estado;Unidades;SKU;# de publicación;Título de la publicación;Precio unitario de venta de la publicación (MXN)\n\
         2000001;24 de marzo de 2026 22:36 hs.;Entregado;2;MUG-1;MLM1;Taza;1.234,50\n\
         2000002;25 de marzo de 2026 08:00 hs.;Venta cancelada;1;MUG-1;MLM1;Taza;1.234,50\n\
         2000003;25 de marzo de 2026 09:00 hs.;Paquete de 2 productos;;;;;\n\
         2000004;25 de marzo de 2026 09:00 hs.;Devolución finalizada;1;MUG-1;MLM1;Taza;1.234,50\n",
        "mercado",
        &["MUG-1 2026-03-24 2"],
        &["cancelled 1", "returned 1", "summary-row 1"],
    ),
    (
        "JD",
        "订单号,商品编号,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,订单状态\n\
         2001,1000123,杯子,2,在线支付,2026-02-20 08:03:00,88.00,176.00,完成\n\
         2002,1000123,杯子,1,在线支付,2026-02-20 09:03:00,88.00,88.00,(删除)等待出库\n\
         2003,1000123,杯子,1,在线支付,2026-02-20 10:03:00,88.00,88.00,等待付款\n",
        "jd",
        &["1000123 2026-02-20 2"],
        &["cancelled 1", "unpaid 1"],
    ),
    (
        "Pinduoduo",
        "商品,订单号,订单状态,商品总价(元),商品数量(件),订单成交时间,商品id,样式ID,商家编码-规格维度,商家编码-商品维度,售后状态\n\
         杯子,260220-1,已收货,88.00,2,2026-02-20 08:03:00\t,1,11,MUG-1,M,无售后或售后取消\n\
         杯子,260220-2,已发货，待收货,44.00,1,2026-02-20 09:03:00\t,1,11,MUG-1,M,退款成功\n\
         杯子,260220-3,已取消,44.00,1,2026-02-20 10:03:00\t,1,11,MUG-1,M,无售后或售后取消\n",
        "pinduoduo",
        &["MUG-1 2026-02-20 2"],
        &["cancelled 1", "refunded 1"],
    ),
    (
        "WooCommerce Analytics with all products in one cell",
        "\u{feff}Date,\"Order #\",\"N. Revenue\",Status,Customer,\"Customer type\",Product(s),\"Items sold\",Coupon(s)\n\
         \"2026-02-20 08:06:00\",7101,29.00,completed,X,new,\"2× Mug, 12 oz, 1× Soap &amp; Salt\",3,\n\
         \"2026-02-21 08:06:00\",7102,9.50,cancelled,X,new,\"1× Mug, 12 oz\",1,\n",
        "woocommerce-orders",
        &["Mug, 12 oz 2026-02-20 2", "Soap & Salt 2026-02-20 1"],
        &["cancelled 1"],
    ),
    (
        "Magento's report, where the interval stands once and sums stand between",
        "\"Interval\",\"Product\",\"SKU\",\"Order Quantity\"\n\
         \"Jan 30, 2026\",\"Mug\",\"MUG-1\",\"5.0000\"\n\
         \"\",\"Cup\",\"CUP-1\",\"2.0000\"\n\
         \"\",\"Subtotal\",\"\",\"7.0000\"\n\
         \"Jan 31, 2026\",\"Mug\",\"MUG-1\",\"1.0000\"\n\
         \"Total\",\"\",\"\",\"8.0000\"\n",
        "magento-ordered-products",
        &["CUP-1 2026-01-30 2", "MUG-1 2026-01-30 5", "MUG-1 2026-01-31 1"],
        &["total-row 2"],
    ),
    (
        "Shopify analytics under their older names",
        "day,product_title,variant_sku,net_quantity,net_sales\n2026-02-20,Mug,MUG-1,3,30.00\n2026-02-21,Mug,MUG-1,-1,-10.00\n",
        "shopify-sales",
        &["MUG-1 2026-02-20 3", "MUG-1 2026-02-21 -1"],
        &[],
    ),
    (
        "Shopify orders of fewer columns, as Squarespace writes them",
        "Order ID,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Cancelled at\n\
         00012,x@example.com,PAID,2026-02-20 08:06:00 -0500,FULFILLED,USD,29.00,29.00,2026-02-20 08:06:00 -0500,2,Mug,10.00,MUG-1,\n\
         00012,x@example.com,,,,,,,,1,Cup,9.00,CUP-1,\n\
         00013,x@example.com,REFUNDED,2026-02-20 08:06:00 -0500,FULFILLED,USD,9.00,9.00,2026-02-20 09:06:00 -0500,1,Cup,9.00,CUP-1,\n",
        "shopify",
        &["CUP-1 2026-02-20 1", "MUG-1 2026-02-20 2"],
        &["refunded 1"],
    ),
    (
        "Amazon's unshipped orders with its older names",
        "order-id\torder-item-id\tpurchase-date\tsku\tproduct-name\tquantity-purchased\n\
         111-1\t1\t2026-02-20T14:03:07-08:00\t00123\tStand for 27\" screens\t2\n",
        "amazon",
        &["00123 2026-02-20 2"],
        &[],
    ),
    (
        "months across, with a total row and column",
        "Artikel;Jan 2026;Feb 2026;Mär 2026;Summe\nA-1;1.200;3;;1.203\nB-2;;4,5;2;6,5\nSumme;1.200;7,5;2;1.209,5\n",
        "generic",
        &["A-1 2026-01-01 1200", "A-1 2026-02-01 3", "A-1 2026-03-01 0", "B-2 2026-02-01 4.5", "B-2 2026-03-01 2"],
        &["total-row 1"],
    ),
    (
        "weeks across",
        "sku,name,2026-W01,2026-W02,2026-W03\n00123,Mug,1,2,3\n",
        "generic",
        &["00123 2025-12-29 1", "00123 2026-01-05 2", "00123 2026-01-12 3"],
        &[],
    ),
    (
        "products across without a word for units",
        "Date,Product A,Product B,Total\n2026-01-01,3,4,7\n2026-01-02,5,,5\n",
        "generic",
        &["Product A 2026-01-01 3", "Product A 2026-01-02 5", "Product B 2026-01-01 4"],
        &[],
    ),
    ("one series", "ds,y\n2026-01-01,3\n2026-01-02,5\n", "generic", &["y 2026-01-01 3", "y 2026-01-02 5"], &[]),
    (
        "no header, prices beside units",
        "2026-01-01,MUG-1,3,9.99\n2026-01-02,MUG-1,1,9.99\n2026-01-02,CUP-1,2,4.50\n",
        "generic",
        &["CUP-1 2026-01-02 2", "MUG-1 2026-01-01 3", "MUG-1 2026-01-02 1"],
        &[],
    ),
    (
        "a preamble that a spreadsheet padded, and a total at the end",
        "Sales report,,,\nFrom,2026-01-01,,\n,,,\nDate,SKU,Description,Units\n2026-01-05,MUG-1,Mug,3\n2026-01-06,CUP-1,Cup,1\nTotal,,,4\n",
        "generic",
        &["CUP-1 2026-01-06 1", "MUG-1 2026-01-05 3"],
        &["total-row 1"],
    ),
    (
        "formulas that keep zeros",
        "date,sku,qty\n2026-01-05,\"=\"\"00123\"\"\",\"=\"\"3\"\"\"\n2026-01-06,=\"00123\",1\n",
        "generic",
        &["00123 2026-01-05 3", "00123 2026-01-06 1"],
        &[],
    ),
    (
        "padded headers, thousands and parentheses",
        " Order Date ,  SKU , Qty , Line Total\n2026-01-05,A,\"1,200\",\"$2,400.00\"\n2026-01-06,A,(3),($6.00)\n",
        "generic",
        &["A 2026-01-05 1200", "A 2026-01-06 -3"],
        &[],
    ),
    (
        "a table in French",
        "Date de commande;Référence;Désignation;Quantité;Prix unitaire;Statut\n05/01/2026;A-1;Tasse;3;12,50;Expédiée\n25/01/2026;A-1;Tasse;1;12,50;Annulée\n",
        "generic",
        &["A-1 2026-01-05 3"],
        &["cancelled 1"],
    ),
    (
        "a table in Italian with days that both ways would do",
        "Data ordine,Numero ordine,Codice articolo,Descrizione,Quantità,Prezzo unitario,Stato\n05/01/2026,1,A-1,Tazza,3,12.50,Spedito\n06/01/2026,2,A-1,Tazza,1,12.50,Annullato\n",
        "generic",
        &["A-1 2026-01-05 3"],
        &["cancelled 1"],
    ),
    (
        "a table in Korean",
        "주문일,주문번호,상품코드,상품명,수량,단가\n2026년 1월 5일,1001,00123,머그,3,\"1,200\"\n2026. 1. 6.,1002,00123,머그,1,\"1,200\"\n",
        "generic",
        &["00123 2026-01-05 3", "00123 2026-01-06 1"],
        &[],
    ),
    (
        "a table in Japanese",
        "注文日,注文番号,商品コード,商品名,数量,単価\n2026年1月5日,1001,00123,マグ,3,\"1,200\"\n2026年1月6日,1002,00123,マグ,1,\"1,200\"\n",
        "generic",
        &["00123 2026-01-05 3", "00123 2026-01-06 1"],
        &[],
    ),
];

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
    for (name, text, source, units, left) in LAYOUTS {
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
    let refused = [
        "\"(Übergeordnete) ASIN\",\"(Untergeordnete) ASIN\",Titel,SKU,\"Bestellte Einheiten\"\nP,C,Tasse,A-1,\"1.231\"\n",
        "（親）ASIN,（子）ASIN,タイトル,SKU,注文された商品点数\nP,C,マグ,A-1,\"1,231\"\n",
        "(Parent) ASIN,(Child) ASIN,Title,Units Ordered\nP,C,Mug,1231\n",
        "sku,name,units\nA,Mug,4\nB,Cup,5\n",
    ];
    for text in refused {
        let error = read(text).err().ok_or(text)?;
        assert_eq!(error.code(), "no-date-column");
        assert!(error.remedy_text().contains("export"), "{}", error.remedy_text());
    }
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
    assert_eq!(question.choices.iter().map(|choice| choice.value.as_str()).collect::<Vec<_>>(), ["USD", "EUR"]);
    let options = ReadOptions { currency: Some("EUR".into()), ..ReadOptions::default() };
    assert_eq!(daily(&read_with(text.as_bytes(), options)?.orders), ["A 2026-01-06 2"]);
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
