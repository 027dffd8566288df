//! Columns that a shop has beside dates, products and units: found in the languages of the platforms, kept line by line.

use tillcast::ingest::extras::Kind;
use tillcast::ingest::mapping::Use;
use tillcast::ingest::{ReadOptions, Reader, Reading, Role};
use tillcast::panel::build::{BuildOptions, Built, build};
use tillcast::session::Shop;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn read_with(text: &str, options: ReadOptions) -> tillcast::Result<Reading> {
    let mut reader = Reader::new("orders.csv", options);
    reader.push(text.as_bytes())?;
    reader.finish()
}

fn read(text: &str) -> tillcast::Result<Reading> {
    read_with(text, ReadOptions::default())
}

fn known(text: &str, column: &str) -> tillcast::Result<Built> {
    build(&read(text)?.orders, &BuildOptions { known: vec![column.into()], ..BuildOptions::default() })
}

fn column(built: &Built, name: &str) -> Vec<f64> {
    let place = built.panel.columns().iter().position(|column| column.name == name);
    place.map_or_else(Vec::new, |place| built.panel.column_values(place, 0).to_vec())
}

/// A language: headers of date, product, units, price, cost, discount, promotion, stock, supplier, category, channel,
/// and its words for yes and no.
type Language = (&'static str, [&'static str; 11], [&'static str; 2]);

const LANGUAGES: &[Language] = &[
    (
        "English",
        [
            "date",
            "sku",
            "qty",
            "price",
            "cost price",
            "discount %",
            "promo",
            "stock on hand",
            "supplier",
            "category",
            "sales channel",
        ],
        ["Yes", "no"],
    ),
    (
        "German",
        [
            "Datum",
            "Artikelnummer",
            "Menge",
            "Einzelpreis",
            "Einkaufspreis",
            "Rabatt",
            "Aktion",
            "Lagerbestand",
            "Lieferant",
            "Kategorie",
            "Verkaufskanal",
        ],
        ["ja", "Nein"],
    ),
    (
        "French",
        [
            "Date de commande",
            "Référence",
            "Quantité",
            "Prix unitaire",
            "Prix d'achat",
            "Remise",
            "En promotion",
            "Quantité en stock",
            "Fournisseur",
            "Catégorie",
            "Canal de vente",
        ],
        ["oui", "non"],
    ),
    (
        "Spanish",
        [
            "Fecha",
            "Referencia",
            "Cantidad",
            "Precio",
            "Precio de compra",
            "Descuento",
            "En oferta",
            "Existencias",
            "Proveedor",
            "Categoría",
            "Canal de venta",
        ],
        ["Sí", "No"],
    ),
    (
        "Portuguese",
        [
            "Data",
            "Código",
            "Quantidade",
            "Preço",
            "Preço de custo",
            "Desconto",
            "Promoção",
            "Estoque",
            "Fornecedor",
            "Categoria",
            "Canal",
        ],
        ["Sim", "Não"],
    ),
    (
        "Italian",
        [
            "Data ordine",
            "Codice articolo",
            "Quantità",
            "Prezzo",
            "Prezzo d'acquisto",
            "Sconto",
            "In promozione",
            "Giacenza",
            "Fornitore",
            "Categoria",
            "Canale",
        ],
        ["VERO", "FALSO"],
    ),
    (
        "Dutch",
        [
            "Orderdatum",
            "Artikelcode",
            "Aantal",
            "Prijs",
            "Inkoopprijs",
            "Korting",
            "Actie",
            "Voorraad",
            "Leverancier",
            "Categorie",
            "Verkoopkanaal",
        ],
        ["ja", "nee"],
    ),
    (
        "Polish",
        [
            "Data sprzedaży",
            "Kod produktu",
            "Ilość",
            "Cena",
            "Cena zakupu",
            "Zniżka",
            "Promocja",
            "Stan magazynowy",
            "Dostawca",
            "Kategoria",
            "Kanał",
        ],
        ["tak", "nie"],
    ),
    (
        "Turkish",
        [
            "Sipariş tarihi",
            "Ürün kodu",
            "Adet",
            "Birim fiyat",
            "Alış fiyatı",
            "İndirim",
            "Kampanya",
            "Stok miktarı",
            "Tedarikçi",
            "Kategori",
            "Satış kanalı",
        ],
        ["Evet", "Hayır"],
    ),
    (
        "Russian",
        [
            "Дата заказа",
            "Артикул",
            "Количество",
            "Цена",
            "Закупочная цена",
            "Скидка",
            "Акция",
            "Остаток на складе",
            "Поставщик",
            "Категория",
            "Канал продаж",
        ],
        ["Да", "нет"],
    ),
    (
        "Chinese",
        ["日期", "商品编码", "数量", "单价", "成本价", "折扣", "是否促销", "库存数量", "供应商", "类目", "渠道"],
        ["是", "否"],
    ),
    (
        "Chinese of Taiwan",
        [
            "訂單日期",
            "商品貨號",
            "訂購數量",
            "单价",
            "成本價",
            "優惠",
            "是否促銷",
            "庫存",
            "供應商",
            "类别",
            "銷售管道",
        ],
        ["是", "否"],
    ),
    (
        "Japanese",
        [
            "注文日",
            "商品コード",
            "個数",
            "単価",
            "原価",
            "割引率",
            "セール対象",
            "在庫数",
            "仕入先",
            "カテゴリ",
            "販売チャネル",
        ],
        ["はい", "いいえ"],
    ),
    (
        "Korean",
        [
            "주문일",
            "상품코드",
            "수량",
            "단가",
            "매입가",
            "할인율",
            "행사",
            "재고수량",
            "공급업체",
            "카테고리",
            "판매채널",
        ],
        ["예", "아니오"],
    ),
    (
        "Vietnamese",
        [
            "Ngày đặt hàng",
            "Mã sản phẩm",
            "Số lượng",
            "Đơn giá",
            "Giá vốn",
            "Chiết khấu",
            "Khuyến mãi",
            "Tồn kho",
            "Nhà cung cấp",
            "Danh mục",
            "Kênh bán hàng",
        ],
        ["có", "không"],
    ),
    (
        "Thai",
        [
            "วันที่สั่งซื้อ",
            "รหัสสินค้า",
            "จำนวน",
            "ราคา",
            "ต้นทุน",
            "ส่วนลด",
            "โปรโมชั่น",
            "คงเหลือ",
            "ซัพพลายเออร์",
            "หมวดหมู่",
            "ช่องทางขาย",
        ],
        ["ใช่", "ไม่"],
    ),
    (
        "Indonesian",
        [
            "Tanggal pesanan",
            "Kode barang",
            "Jumlah terjual",
            "Harga satuan",
            "Harga beli",
            "Diskon",
            "Promosi",
            "Stok barang",
            "Pemasok",
            "Kategori",
            "Saluran",
        ],
        ["ya", "tidak"],
    ),
];

#[test]
fn a_shops_further_columns_are_found_and_kept_in_every_language() -> Outcome {
    let kinds = [Kind::Price, Kind::Cost, Kind::Discount, Kind::Promotion, Kind::Stock];
    for (language, headers, [yes, no]) in LANGUAGES {
        let text = format!(
            "{}\n2026-01-20,A-1,3,9.5,4.25,10%,{yes},40,Acme,Tea,web\n2026-01-21,A-1,2,9.0,4.5,0%,{no},38,Acme,Tea,shop\n\
             2026-01-21,B-2,1,7.5,3.25,0%,{no},12,Other,Mugs,web\n",
            headers.join(",")
        );
        let reading = read(&text)?;
        let of = |role: Role| {
            reading.report.roles.iter().find(|(known, _)| *known == role).map_or("", |(_, header)| header.as_str())
        };
        let roles =
            [Role::Date, Role::Product, Role::Quantity, Role::Price, Role::Supplier, Role::Category, Role::Store];
        let wanted = [0, 1, 2, 3, 8, 9, 10].map(|place: usize| headers[place]);
        assert_eq!(roles.map(of), wanted, "{language}: {:?}", reading.report.roles);
        let orders = &reading.orders;
        assert_eq!(orders.products[0].supplier.as_deref(), Some("Acme"), "{language}");
        assert_eq!(orders.products[1].supplier.as_deref(), Some("Other"), "{language}");
        let values: Vec<&[f64]> = orders.extra.iter().map(|column| column.values.as_slice()).collect();
        let kept: [&[f64]; 4] = [&[4.25, 4.5, 3.25], &[10., 0., 0.], &[1., 0., 0.], &[40., 38., 12.]];
        assert_eq!(values, kept, "{language}");
        let shop = Shop::open("shop", vec![reading], BuildOptions::default())?;
        let summary = shop.summary(1);
        assert_eq!(summary.extras.iter().filter_map(|extra| extra.kind).collect::<Vec<_>>(), kinds, "{language}");
        assert_eq!(
            summary.extras.iter().map(|extra| extra.flag).collect::<Vec<_>>(),
            [false, false, false, true, false]
        );
        assert_eq!(summary.products[1].supplier.as_deref(), Some("Other"), "{language}");
    }
    Ok(())
}

#[test]
fn cost_and_stock_are_taken_for_neither_price_nor_units() -> Outcome {
    let reading =
        read("date,sku,pieces out,cost price,stock quantity\n2026-01-20,A,3,4.5,40\n2026-01-21,A,2,4.5,38\n")?;
    let told = |header: &str| {
        let place = reading.report.headers.iter().position(|known| known == header)?;
        reading.report.columns.get(place).cloned()
    };
    assert_eq!(told("pieces out").and_then(|column| column.role), Some(Role::Quantity));
    assert_eq!(told("pieces out").and_then(|column| column.rival), None, "stock is no rival of the units");
    for header in ["cost price", "stock quantity"] {
        assert_eq!(told(header).map(|column| (column.usage, column.role)), Some((Use::Extra, None)), "{header}");
    }
    // Words that are no flag are not kept.
    let words = read("date,sku,qty,promotion\n2026-01-20,A,3,SUMMER\n2026-01-21,A,2,WINTER\n")?;
    assert!(words.orders.extra.is_empty());
    // What is said not to be used is not.
    let unused = ReadOptions { unused: vec!["promo".into()], ..ReadOptions::default() };
    assert!(read_with("date,sku,qty,promo\n2026-01-20,A,3,1\n2026-01-21,A,2,0\n", unused)?.orders.extra.is_empty());
    Ok(())
}

#[test]
fn a_box_without_its_tick_is_a_no() -> Outcome {
    let rows: String =
        (1..=9).map(|day| format!("2026-01-0{day},A,{day},{}\n", if day % 4 == 0 { "x" } else { "" })).collect();
    let built = known(&format!("date,sku,qty,promo\n{rows}"), "promo")?;
    assert_eq!(column(&built, "promo"), [0., 0., 0., 1., 0., 0., 0., 1., 0.]);
    Ok(())
}

#[test]
fn tables_keep_what_they_say_of_the_day() -> Outcome {
    let days = |row: fn(usize) -> String| (1..=9).map(row).collect::<String>();
    let single = format!("date,sales,promo\n{}", days(|day| format!("2026-01-0{day},{},{}\n", day + 2, day % 2)));
    let built = known(&single, "promo")?;
    assert_eq!(built.panel.len(), 1);
    assert_eq!(column(&built, "promo"), [1., 0., 1., 0., 1., 0., 1., 0., 1.]);
    let wide = format!(
        "date,Tea,Mug,feiertag\n{}",
        days(|day| format!("2026-01-0{day},{},{},{}\n", day, 2 * day, if day == 6 { "ja" } else { "nein" }))
    );
    let built = known(&wide, "feiertag")?;
    assert_eq!((built.panel.len(), built.panel.series(1).id.as_str()), (2, "Mug"));
    assert_eq!(built.panel.column_values(0, 1), [0., 0., 0., 0., 0., 1., 0., 0., 0.]);
    Ok(())
}

#[test]
fn shopifys_vendor_is_the_products_supplier() -> Outcome {
    let orders = "Name,Financial Status,Created at,Currency,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,\
                  Cancelled at,Vendor\n\
                  #1,paid,2026-03-02 14:20:12 -0500,USD,2,Mug,9.00,MUG,,Acme\n#1,,,,1,Cup,5.00,CUP,,Other & Sons\n";
    let over_time =
        "Day,Product title,Product vendor,Net items sold\n2026-03-02,Mug,Acme,2\n2026-03-03,Cup,Other & Sons,1\n";
    for (text, source) in [(orders, "shopify"), (over_time, "shopify-sales")] {
        let reading = read(text)?;
        assert_eq!(reading.report.source, source);
        let suppliers: Vec<_> = reading.orders.products.iter().map(|product| product.supplier.as_deref()).collect();
        assert_eq!(suppliers, [Some("Acme"), Some("Other & Sons")], "{source}");
    }
    Ok(())
}
