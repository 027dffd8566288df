//! Files as the platforms write them in other locales and wrote them before, with what is to be read of them.

/// A layout: its name, the file, the source it is told as, units, and what is left out.
pub type Case = (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// All of them.
pub const LAYOUTS: &[Case] = &[
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
         02/25/16,9:35:00,Eastern Time (US & Canada),Gifts,Mug,1,Regular,MUG-1,,($14.50),$0.00,($14.50),$0.00,TX4,P4,,,\n\
         02/25/16,9:45:00,Eastern Time (US & Canada),Gifts,Mug,2,Regular,MUG-1,,-$29.00,$0.00,-$29.00,$0.00,TX5,P5,,,\n\
         02/26/16,9:15:00,Eastern Time (US & Canada),Gifts,Mug,2,Regular,MUG-1,,$29.00,-$29.00,$0.00,$0.00,TX6,P6,,,\n\
         02/26/16,9:25:00,Eastern Time (US & Canada),None,Custom Amount,1,Regular,,,$5.00,$0.00,$5.00,$0.00,TX3,P3,,,\n",
        "square",
        &["MUG-1 2016-02-25 3", "MUG-1 2016-02-26 2"],
        &["not-a-product 1", "refunded 3"],
    ),
    (
        "Square with refunds however they are written",
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option\n\
         02/25/24,9:15:00,Eastern Time (US & Canada),Gifts,Mug,2.5,Regular,MUG-1,,$43.50,$0.00,$43.50,$0.00,TX1,P1,,,,Payment,Main,\n\
         02/25/24,9:25:00,Eastern Time (US & Canada),Gifts,Mug,-1.0,Regular,MUG-1,,($14.50),$0.00,($14.50),$0.00,TX2,P2,,,,Refund,Main,\n\
         02/25/24,9:35:00,Eastern Time (US & Canada),Gifts,Mug,1.0,Regular,MUG-1,,($14.50),$0.00,($14.50),$0.00,TX3,P3,,,,REFUND,Main,\n\
         02/25/24,9:45:00,Eastern Time (US & Canada),Gifts,Mug,1.0,Regular,MUG-1,,$14.50,$0.00,$14.50,$0.00,TX4,P4,,,,Refund,Main,\n\
         02/25/24,9:55:00,Eastern Time (US & Canada),Gifts,Mug,1.0,Regular,MUG-1,,$14.50,$0.00,$14.50,$0.00,TX5,P5,,,,Partial Refund,Main,\n\
         02/25/24,9:55:00,Eastern Time (US & Canada),Gifts,Mug,(0.5),Regular,MUG-1,,-$7.25,$0.00,-$7.25,$0.00,TX6,P6,,,,,Main,\n",
        "square",
        &["MUG-1 2024-02-25 2.5"],
        &["refunded 5"],
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
        "eBay of Germany",
        ";;;;;;;;\nVerkaufsprotokollnummer;Bestellnummer;Nutzername des Käufers;Artikelnummer;Angebotstitel;Bestandseinheit;Anzahl;Verkauft für;Verpackung und Versand;Gesamtbetrag;Verkauft am;Zahlungsdatum\n;;;;;;;;;;;\n\
         1;23-1;bob;110011;Tasse blau;TB-1;2;\"16,99 €\";\"4,99 €\";\"38,97 €\";10-Dez-25;10-Dez-25\n\
         2;23-2;ann;;;;3;\"50,00 €\";\"0,00 €\";\"50,00 €\";11-Mär-26;11-Mär-26\n\
         2;23-2;ann;110012;Kanne;K-1;1;\"20,00 €\";;;11-Mär-26;11-Mär-26\n\
         2;23-2;ann;110011;Tasse blau;TB-1;2;\"15,00 €\";;;11-Mär-26;11-Mär-26\n\
         3;23-3;cem;110012;Kanne;K-1;1;\"20,00 €\";\"0,00 €\";\"20,00 €\";12-Mai-26;\n;;\n3;Datensätze heruntergeladen;;\n",
        "ebay",
        &["K-1 2026-03-11 1", "TB-1 2025-12-10 2", "TB-1 2026-03-11 2"],
        &["summary-row 1", "unpaid 1"],
    ),
    (
        "Douyin as importers read it",
        "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品金额,订单提交时间,支付完成时间,订单状态,售后状态\n\
         691\t,691-1\t,杯子,蓝,2,77\t,B-1,19.9,2026-01-05 10:00:00,2026-01-05 10:01:00,已完成,-\n\
         692\t,692-1\t,壶,,1,78\t,,59,2026-01-06 10:00:00,,已关闭,-\n\
         693,693-1,壶,,1,78,,59,2026-01-07 10:00:00,2026-01-07 10:00:10,已发货,退款成功\n\
         694,694-1,壶,,3,78,,59,2026-01-08 10:00:00,2026-01-08 10:00:10,已发货,-\n",
        "douyin",
        &["78 2026-01-08 3", "B-1 2026-01-05 2"],
        &["cancelled 1", "refunded 1"],
    ),
    (
        "Pinduoduo",
        "商品,订单号,订单状态,商品总价(元),商品数量(件),订单成交时间,商品id,样式ID,商家编码-规格维度,商家编码-商品维度,售后状态\n\
         杯子,260220-1,已收货,88.00,2,2026-02-20 08:03:00\t,1,11,MUG-1,M,无售后或售后取消\n\
         杯子,260220-2,已发货，待收货,44.00,1,2026-02-20 09:03:00\t,1,11,MUG-1,M,退款成功\n\
         杯子,260220-3,已取消,44.00,1,2026-02-20 10:03:00\t,1,11,MUG-1,M,无售后或售后取消\n\
         杯子,260220-4,待支付,44.00,1,2026-02-20 11:03:00\t,1,11,MUG-1,M,无售后或售后取消\n",
        "pinduoduo",
        &["MUG-1 2026-02-20 2"],
        &["cancelled 1", "refunded 1", "unpaid 1"],
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
    (
        "products across that begin like months",
        "date,Product 10,Product 11,Product 12\n2026-01-01,3,4,7\n2026-01-02,5,,5\n",
        "generic",
        &[
            "Product 10 2026-01-01 3",
            "Product 10 2026-01-02 5",
            "Product 11 2026-01-01 4",
            "Product 12 2026-01-01 7",
            "Product 12 2026-01-02 5",
        ],
        &[],
    ),
    (
        "products across that are called like months",
        "date,Margarita 12,Set 10,Set 15,Out 20,May 18\n2026-01-01,3,4,7,1,1\n2026-01-02,5,,5,,\n",
        "generic",
        &[
            "Margarita 12 2026-01-01 3",
            "Margarita 12 2026-01-02 5",
            "May 18 2026-01-01 1",
            "Out 20 2026-01-01 1",
            "Set 10 2026-01-01 4",
            "Set 15 2026-01-01 7",
            "Set 15 2026-01-02 5",
        ],
        &[],
    ),
    (
        "months across beside a date",
        "Artikel;Einführung;Jan 2026;Feb 2026;Mär 2026\nA-1;03.05.2024;1;3;2\nB-2;17.08.2025;5;4;2\n",
        "generic",
        &[
            "A-1 2026-01-01 1",
            "A-1 2026-02-01 3",
            "A-1 2026-03-01 2",
            "B-2 2026-01-01 5",
            "B-2 2026-02-01 4",
            "B-2 2026-03-01 2",
        ],
        &[],
    ),
    (
        "reasons beside a status",
        "date,sku,qty,status\n2026-01-05,A,2,Completed\n2026-01-06,A,64,Cancelled - item not available\n\
         2026-01-07,A,128,Refunded: item not as described\n2026-01-08,A,256,Canceled (not paid)\n\
         2026-01-09,A,4,Not cancelled\n",
        "generic",
        &["A 2026-01-05 2", "A 2026-01-09 4"],
        &["cancelled 2", "refunded 1"],
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
        "money beside pieces, headers that say nothing",
        "When,What,How many,Paid\n2026-01-05,Scarf,2 pcs,\"€ 50,00\"\n2026-01-06,Shawl,1 pcs,\"€ 25,00\"\n2026-01-07,Scarf,3 x,\"€ 75,00\"\n",
        "generic",
        &["Scarf 2026-01-05 2", "Scarf 2026-01-07 3", "Shawl 2026-01-06 1"],
        &[],
    ),
    (
        "the German status of an order",
        "Auftrag;Auftragsdatum;Artikel;Anzahl;Auftragsstatus\nA-1;2026-01-05;X;2;ausgeliefert\nA-2;2026-01-06;X;3;storniert durch Kunde\n",
        "generic",
        &["X 2026-01-05 2"],
        &["cancelled 1"],
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
    (
        "days across with two measures of each, of which one may mean either",
        "Item,2026-01-01 Net sales,2026-01-01 Units sold,2026-01-02 Net sales,2026-01-02 Units sold,2026-01-03 Net sales,2026-01-03 Units sold\nMug,20,2,30,3,10,1\n",
        "generic",
        &["Mug 2026-01-01 2", "Mug 2026-01-02 3", "Mug 2026-01-03 1"],
        &[],
    ),
    (
        "days across in Chinese, money first",
        "商品,2026-01-01销售额,2026-01-01销量,2026-01-02销售额,2026-01-02销量,2026-01-03销售额,2026-01-03销量\n杯子,20,2,30,3,10,1\n",
        "generic",
        &["杯子 2026-01-01 2", "杯子 2026-01-02 3", "杯子 2026-01-03 1"],
        &[],
    ),
    (
        "days across beside goods without a header",
        "2026-01-01,,2026-01-02,2026-01-03\n1,Mug,2,3\n4,Cup,0,1\n",
        "generic",
        &[
            "Cup 2026-01-01 4",
            "Cup 2026-01-02 0",
            "Cup 2026-01-03 1",
            "Mug 2026-01-01 1",
            "Mug 2026-01-02 2",
            "Mug 2026-01-03 3",
        ],
        &[],
    ),
];
