//! Words in headers: what exports call their columns, in the platforms' languages.

use super::Role;
use super::extras::is_kept;

/// Headers by role, in order of trust and divided by bars: a list of texts would weigh twice as much. Compared in lower
/// case without punctuation.
pub const WORDS: [(Role, &str); 14] = [
    (
        Role::Date,
        "date|order date|day|created at|purchase date|sale date|invoice date|invoicedate|order created|\
         created time|createtime|created|timestamp|datetime|time|week|month|ds|datum|bestelldatum|verkaufsdatum|\
         fecha|fecha de venta|data|data da venda|date de commande|jour|日期|订单创建时间|下单时间|订单付款时间|\
         注文日|日付|購入日|order time|waktu pesanan dibuat|order_date|order purchase timestamp|data ordine|\
         data vendita|data zamówienia|data sprzedaży|orderdatum|besteldatum|ordredato|dato|tarih|sipariş tarihi|\
         дата|дата заказа|주문일|주문일시|결제일|ngày|ngày đặt hàng|วันที่|วันที่สั่งซื้อ|tanggal|\
         tanggal pesanan|fecha de pedido|fecha del pedido|data do pedido|rechnungsdatum|auftragsdatum|\
         transaction date|sales date|sold date|period|注文日時|受注日|売上日|成交时间|付款时间|支付时间|创建时间|\
         訂單日期|訂單成立日期",
    ),
    (
        Role::Product,
        "sku|product id|item id|product sku|item sku|seller sku|sellersku|merchant sku|stockcode|stock code|\
         product variant sku|variant sku|item number|item no|item code|article|article number|artikelnummer|\
         artikelnr|artikel nr|part|asin|unique id|series|referencia|referência|référence|商家编码|商品编码|货号|\
         商品id|商品编号|商品コード|品番|art nr|artnr|art no|artikel no|artikel id|artikelid|product no|\
         product nr|productnr|product number|productnummer|produktnummer|produkt nr|produktnr|produktcode|produkt id|\
         warennummer|code article|code produit|réf article|réf produit|référence article|référence produit|ref article|\
         ref produit|id produit|código artículo|código de artículo|cód artículo|cod artículo|código producto|\
         ref producto|referencia producto|id producto|id de producto|cod articolo|cod art|cod prodotto|id prodotto|\
         kod towaru|nr artykułu|numer artykułu|nr katalogowy|id produktu|cód produto|código produto|id do produto|\
         referência do produto|商品编码|商品代码|产品编号|产品编码|产品代码|款号|条码|型号|sku编码|sku编号|存货编码|\
         jan|janコード|型番|商品no|品目コード|product|item|sku id|product code|item nbr|item sku id|variant id|\
         prodotto sku|codice articolo|codice prodotto|código|código do produto|código de producto|artikelcode|\
         kod produktu|symbol|ürün kodu|артикул|код товара|상품코드|상품번호|mã sản phẩm|mã sku|รหัสสินค้า|\
         kode produk|kode barang|商品管理番号|商品番号|管理番号|商品貨號|料号|物料编码|规格编码|asin id|upc|ean|\
         barcode|gtin",
    ),
    (
        Role::Name,
        "name|product name|product title|item name|item title|title|description|bezeichnung|artikel|produktname|\
         producto|produto|produit|nombre|nome|désignation|商品名称|宝贝标题|标题|商品名|商品标题|nama produk|\
         product|item|produktbezeichnung|artikelbezeichnung|artikelname|nombre del producto|nome do produto|\
         nome prodotto|descrizione|descripción|descrição|productnaam|omschrijving|nazwa|nazwa produktu|ürün adı|\
         nazwa towaru|towar|libellé|article name|nom|nom du produit|nom produit|artículo|articolo|prodotto|\
         nome del prodotto|produkt|nombre producto|nome produto|product description|item description|名称|商品|产品|\
         название|наименование|товар|상품명|tên sản phẩm|ชื่อสินค้า|nama barang|品名|产品名称|産品名稱|商品名稱|存货名称|\
         物料名称",
    ),
    (
        Role::Quantity,
        "quantity|qty|units|units sold|quantity sold|quantity ordered|qty sold|items sold|net items sold|\
         amount sold|sales quantity|sold|pieces|count|demand|sales|y|value|menge|anzahl|stückzahl|stück|cantidad|\
         unidades|quantidade|quantité|qté|数量|购买数量|销量|件数|销售数量|個数|jumlah|order quantity|\
         item quantity|qty ordered|ordered qty|units ordered|unit sales|pcs|verkaufte menge|quantità|qtà|qtd|\
         ilość|sztuk|antal|adet|miktar|количество|кол во|수량|판매수량|구매수|구매수 수량|số lượng|จำนวน|\
         jumlah terjual|kuantitas|販売数|注文数|商品数量|訂購數量",
    ),
    (
        Role::Price,
        "price|unit price|unitprice|item price|selling price|einzelpreis|preis|precio|preço|prix|prix unitaire|\
         单价|价格|単価|harga|prezzo|prezzo unitario|cena|cena jednostkowa|prijs|stuksprijs|pris|fiyat|\
         birim fiyat|цена|단가|판매가|đơn giá|giá|ราคา|harga satuan|販売価格|销售单价|artikelpreis|stückpreis",
    ),
    (
        Role::Revenue,
        "revenue|total|line total|amount|turnover|net sales|gross sales|umsatz|importe|valor|montant|金额|销售额|\
         実付|売上|totale|importo|totaal|omzet|wartość|kwota|tutar|сумма|выручка|금액|매출|결제금액|thành tiền|\
         doanh thu|ยอดขาย|pendapatan|合計金額|销售金额|实付金额|成交金额|zeilensumme|positionssumme|gesamtpreis|\
         gesamtbetrag|order total|order amount|order value|total amount|total price|total paid|amount paid|bestellwert|\
         bestellsumme|rechnungsbetrag|montant total|total commande|total de la commande|importe total|total del pedido|\
         valor total|total do pedido|totale ordine|importo totale|totaalbedrag|订单金额|订单总价|订单总额|总金额|注文金額|\
         total ht|total ttc|montant ht|montant ttc|betrag|takings|net amount|gross amount|价税合计|含税金额",
    ),
    (
        Role::Order,
        "order|order id|order number|order no|invoice|invoiceno|invoice no|invoice number|bestellnummer|pedido|\
         commande|订单编号|订单号|注文番号|transaction id|receipt|receipt number|receipt id|order ref|ordine|\
         numero ordine|ordernummer|numer zamówienia|sipariş no|номер заказа|주문번호|mã đơn hàng|\
         หมายเลขคำสั่งซื้อ|no pesanan|nomor pesanan|número de pedido|numéro de commande|auftragsnummer|\
         belegnummer|受注番号|訂單編號|单号|订单|bestellnr|bestell nr|rechnungsnummer|auftrag|auftragsnr|auftrags nr|\
         belegnr|beleg nr|bestellung|orderno|order nr",
    ),
    (
        Role::Status,
        "status|order status|financial status|state|payment status|estado|statut|bestellstatus|订单状态|\
         ステータス|status pesanan|order state|stato|stato ordine|status zamówienia|durum|статус|статус заказа|\
         주문상태|trạng thái|trạng thái đơn hàng|สถานะ|estado del pedido|estado do pedido|estatus|訂單狀態|状态|\
         交易状态|状態|zahlungsstatus|상태|auftragsstatus|lieferstatus|versandstatus|belegstatus|orderstatus|\
         statut de la commande|statut commande|stato dell ordine|estado pedido|situação|situação do pedido",
    ),
    (Role::Cancelled, "cancelled at|canceled at|cancelled|canceled|storniert"),
    (
        Role::Store,
        "store|shop|location|branch|outlet|channel|filiale|tienda|loja|magasin|门店|店铺|店舗|store id|store nbr|\
         store number|store name|shop id|sales channel|marketplace|negozio|winkel|sklep|magazyn|mağaza|магазин|\
         склад|지점|매장|cửa hàng|สาขา|cabang|toko|sucursal|filial|standort|lager|仓库|渠道|店名|verkaufskanal|\
         canal|canal de venta|canal de vendas|canal de vente|canale|canale di vendita|verkoopkanaal|kanał|\
         satış kanalı|канал продаж|채널|판매채널|kênh bán hàng|ช่องทางขาย|saluran|销售渠道|銷售管道|チャネル|\
         販売チャネル",
    ),
    (
        Role::Category,
        "category|product type|product category|department|kategorie|categoría|categoria|catégorie|类目|品类|\
         分类|product line|family|item category|categorie|kategoria|kategori|категория|카테고리|danh mục|\
         หมวดหมู่|类别|カテゴリ|カテゴリー",
    ),
    (
        Role::Currency,
        "currency|currency code|währung|moneda|moeda|devise|币种|valuta|waluta|para birimi|валюта|통화|tiền tệ|\
         mata uang|通貨|货币",
    ),
    (
        Role::Supplier,
        "supplier|vendor|lieferant|fournisseur|proveedor|fornecedor|fornitore|leverancier|dostawca|leverantör|\
         leverandør|tedarikçi|поставщик|공급업체|nhà cung cấp|ซัพพลายเออร์|pemasok|供应商|供應商|仕入先",
    ),
    (
        Role::Variant,
        "variation|variations|variant|variants|variation name|variation details|variant title|variant name|\
         product variant|product variant title|product variant title at time of sale|product variation|\
         product variations|item variation|item variation name|lineitem variant|lineitem variant title|\
         price point name|option|options|option value|product options|item options|selected options|size|sizes|\
         color|colour|colors|colours|size color|size colour|color size|colour size|flavor|flavour|scent|größe|\
         groesse|farbe|größe farbe|farbe größe|variante|varianten|ausführung|taille|couleur|taille couleur|\
         variación|variaciones|talla|tamaño|variação|variações|nome da variação|tamanho|cor|taglia|colore|\
         variazione|maat|kleur|rozmiar|kolor|wariant|beden|renk|varyant|размер|цвет|вариант|nama variasi|variasi|\
         tên phân loại hàng|phân loại hàng|ชื่อตัวเลือก|商品選項名稱|規格|规格|规格名称|商品规格|商品属性|\
         宝贝属性|销售属性|颜色分类|颜色|顏色|尺码|尺碼|尺寸|颜色尺码|バリエーション|バリエーション名|サイズ|\
         カラー|색상|사이즈|옵션|옵션명|옵션정보",
    ),
];

/// Whether a word is one of those that bars divide.
pub fn is_one_of(words: &str, word: &str) -> bool {
    // By bytes, as it is asked of every column of tables that have thousands.
    words.as_bytes().split(|byte| *byte == b'|').any(|known| known == word.as_bytes())
}

/// Whether a header, as [`super::roles::plain`] writes it, is a word for any role.
pub fn is_known(header: &str) -> bool {
    WORDS.iter().any(|(_, words)| is_one_of(words, header))
}

/// Words for a date in languages that write the day first.
const DAY_FIRST: &str = "datum|bestelldatum|verkaufsdatum|rechnungsdatum|auftragsdatum|tag|verkauft am|fecha|fecha de venta|\
     fecha de compra|fecha de pedido|fecha del pedido|día|data|data da venda|data do pedido|data da compra|\
     data ordine|data vendita|data vânzării|data sprzedaży|data zamówienia|date de commande|date de vente|\
     date de la vente|date commande|jour|dia|giorno|orderdatum|besteldatum|verkoopdatum|dato|ordredato|päivä|\
     päivämäärä|tarih|sipariş tarihi|дата|дата заказа|tanggal|tanggal pesanan|ngày|ngày đặt hàng";

/// Whether that header of a date is of a language that writes the day first.
pub fn is_day_first(header: &str) -> bool {
    is_one_of(DAY_FIRST, header)
}

/// Whether a header is a word for one of these roles.
pub fn is_word_of(header: &str, roles: &[Role]) -> bool {
    WORDS.iter().any(|(role, words)| roles.contains(role) && is_one_of(words, header))
}

/// Whether a header begins or ends with a word, or holds it in a script without blanks.
pub fn is_part(header: &str, word: &str) -> bool {
    word.chars().count() > 2
        && (header.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
            || header.strip_suffix(word).is_some_and(|rest| rest.ends_with(' '))
            || (!word.is_ascii() && header.contains(word)))
}

/// Whether a word for that role is a part of a header.
pub fn is_within(header: &str, role: Role) -> bool {
    let is_named = !(is_kept(header) || matches!(role, Role::Product | Role::Name) && is_no_name(header));
    let mut known = WORDS.iter().filter(|(known, _)| *known == role);
    is_named && known.any(|(_, words)| words.split('|').any(|word| is_part(header, word)))
}

/// How surely a header such as "2026-01 units" is that of pieces: 2 where a word says so, 1 where the word may mean money
/// as well.
pub fn says_units(header: &str) -> u8 {
    const EITHER: [&str; 3] = ["sales", "value", "y"];
    let parts = header.split(|letter: char| letter == ' ' || letter.is_ascii_digit());
    let units = parts.filter(|part| is_word_of(part, &[Role::Quantity]));
    units.map(|part| if EITHER.contains(&part) { 1 } else { 2 }).max().unwrap_or(0)
}

/// Words in headers of columns about people, places and payments, which never name a product.
const NO_NAMES: &str = "customer|buyer|billing|shipping|ship|email|mail|address|city|country|payment|paid|user|username|recipient|\
     phone|zip|postal|first|last|full|company|province|method|note|notes|tracking|carrier|courier|gateway|coupon|\
     currency|status|state|time|zone|kunde|käufer|cliente|client|买家|收货人|employee|seller";

/// Whether a column with that header cannot name a product.
pub fn is_no_name(header: &str) -> bool {
    header.split(' ').any(|word| is_one_of(NO_NAMES, word)) || header.contains("买家") || header.contains("收货")
}
