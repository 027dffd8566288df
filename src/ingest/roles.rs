//! Which column means what: by the header's words in the platforms' languages, checked against the content.

use super::Role;
use super::numbers::Mark;
use super::records::Record;
use super::{dates, numbers};

/// Headers by role, in order of trust; compared in lower case without punctuation.
const WORDS: [(Role, &[&str]); 12] = [
    (
        Role::Date,
        &[
            "date",
            "order date",
            "day",
            "created at",
            "purchase date",
            "sale date",
            "invoice date",
            "invoicedate",
            "order created",
            "created time",
            "createtime",
            "created",
            "timestamp",
            "datetime",
            "time",
            "week",
            "month",
            "ds",
            "datum",
            "bestelldatum",
            "verkaufsdatum",
            "fecha",
            "fecha de venta",
            "data",
            "data da venda",
            "date de commande",
            "jour",
            "日期",
            "订单创建时间",
            "下单时间",
            "订单付款时间",
            "注文日",
            "日付",
            "購入日",
            "order time",
            "waktu pesanan dibuat",
            "order_date",
            "order purchase timestamp",
        ],
    ),
    (
        Role::Product,
        &[
            "sku",
            "product id",
            "item id",
            "product sku",
            "item sku",
            "seller sku",
            "sellersku",
            "merchant sku",
            "stockcode",
            "stock code",
            "product variant sku",
            "variant sku",
            "item number",
            "item no",
            "item code",
            "article",
            "article number",
            "artikelnummer",
            "artikelnr",
            "artikel nr",
            "part",
            "asin",
            "unique id",
            "series",
            "referencia",
            "referência",
            "référence",
            "商家编码",
            "商品编码",
            "货号",
            "商品id",
            "商品编号",
            "商品コード",
            "品番",
            "product",
            "item",
        ],
    ),
    (
        Role::Name,
        &[
            "name",
            "product name",
            "product title",
            "item name",
            "item title",
            "title",
            "description",
            "bezeichnung",
            "artikel",
            "produktname",
            "producto",
            "produto",
            "produit",
            "nombre",
            "nome",
            "désignation",
            "商品名称",
            "宝贝标题",
            "标题",
            "商品名",
            "商品标题",
            "nama produk",
            "product",
            "item",
        ],
    ),
    (
        Role::Quantity,
        &[
            "quantity",
            "qty",
            "units",
            "units sold",
            "quantity sold",
            "quantity ordered",
            "qty sold",
            "items sold",
            "net items sold",
            "amount sold",
            "sales quantity",
            "sold",
            "pieces",
            "count",
            "demand",
            "sales",
            "y",
            "value",
            "menge",
            "anzahl",
            "stückzahl",
            "stück",
            "cantidad",
            "unidades",
            "quantidade",
            "quantité",
            "qté",
            "数量",
            "购买数量",
            "销量",
            "件数",
            "销售数量",
            "個数",
            "jumlah",
            "order quantity",
            "item quantity",
        ],
    ),
    (
        Role::Price,
        &[
            "price",
            "unit price",
            "unitprice",
            "item price",
            "selling price",
            "einzelpreis",
            "preis",
            "precio",
            "preço",
            "prix",
            "prix unitaire",
            "单价",
            "价格",
            "単価",
            "harga",
        ],
    ),
    (
        Role::Revenue,
        &[
            "revenue",
            "total",
            "line total",
            "amount",
            "turnover",
            "net sales",
            "gross sales",
            "umsatz",
            "importe",
            "valor",
            "montant",
            "金额",
            "销售额",
            "実付",
            "売上",
        ],
    ),
    (
        Role::Order,
        &[
            "order",
            "order id",
            "order number",
            "order no",
            "invoice",
            "invoiceno",
            "invoice no",
            "invoice number",
            "bestellnummer",
            "pedido",
            "commande",
            "订单编号",
            "订单号",
            "注文番号",
        ],
    ),
    (
        Role::Status,
        &[
            "status",
            "order status",
            "financial status",
            "state",
            "payment status",
            "estado",
            "statut",
            "bestellstatus",
            "订单状态",
            "ステータス",
            "status pesanan",
        ],
    ),
    (Role::Cancelled, &["cancelled at", "canceled at", "cancelled", "canceled", "storniert"]),
    (
        Role::Store,
        &[
            "store", "shop", "location", "branch", "outlet", "channel", "filiale", "tienda", "loja", "magasin", "门店",
            "店铺", "店舗",
        ],
    ),
    (
        Role::Category,
        &[
            "category",
            "product type",
            "product category",
            "department",
            "kategorie",
            "categoría",
            "categoria",
            "catégorie",
            "类目",
            "品类",
            "分类",
        ],
    ),
    (Role::Currency, &["currency", "currency code", "währung", "moneda", "moeda", "devise", "币种"]),
];

/// Share of a column's filled cells that must be dates or numbers.
const MOST: f64 = 0.8;

/// Header in lower case, punctuation as single blanks.
pub fn plain(header: &str) -> String {
    let mut out = String::new();
    for letter in header.trim().trim_start_matches('\u{feff}').chars() {
        if letter.is_alphanumeric() {
            out.extend(letter.to_lowercase());
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.trim_end().to_owned()
}

/// The place of a header among those that [`plain`] wrote; the name may be written as the platform writes it.
pub fn place(headers: &[String], name: &str) -> Option<usize> {
    let found = headers.iter().position(|header| header == name);
    // Names beyond ASCII, or in capitals, are written plainly first.
    let is_plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b' ');
    if found.is_some() || is_plain {
        return found;
    }
    let name = plain(name);
    headers.iter().position(|header| *header == name)
}

/// Whether a header, as [`plain`] writes it, is a word for any role.
pub fn is_known(header: &str) -> bool {
    WORDS.iter().any(|(_, words)| words.contains(&header))
}

/// Words for a date in languages that write the day first.
const DAY_FIRST: [&str; 44] = [
    "datum",
    "bestelldatum",
    "verkaufsdatum",
    "rechnungsdatum",
    "auftragsdatum",
    "tag",
    "verkauft am",
    "fecha",
    "fecha de venta",
    "fecha de compra",
    "fecha de pedido",
    "fecha del pedido",
    "día",
    "data",
    "data da venda",
    "data do pedido",
    "data da compra",
    "data ordine",
    "data vendita",
    "data vânzării",
    "data sprzedaży",
    "data zamówienia",
    "date de commande",
    "date de vente",
    "date de la vente",
    "date commande",
    "jour",
    "dia",
    "giorno",
    "orderdatum",
    "besteldatum",
    "verkoopdatum",
    "dato",
    "ordredato",
    "päivä",
    "päivämäärä",
    "tarih",
    "sipariş tarihi",
    "дата",
    "дата заказа",
    "tanggal",
    "tanggal pesanan",
    "ngày",
    "ngày đặt hàng",
];

/// Whether that header of a date is of a language that writes the day first.
pub fn is_day_first(header: &str) -> bool {
    DAY_FIRST.contains(&header)
}

/// Whether a header is a word for one of these roles.
pub fn is_word_of(header: &str, roles: &[Role]) -> bool {
    WORDS.iter().any(|(role, words)| roles.contains(role) && words.contains(&header))
}

/// Whether a header has a word for that role among its words.
pub fn has_word_of(header: &str, role: Role) -> bool {
    WORDS.iter().any(|(known, words)| *known == role && header.split(' ').any(|part| words.contains(&part)))
}

/// Whether a column of numbers with that header is worth keeping in any table.
pub fn is_kept(header: &str) -> bool {
    KEPT_COLUMNS.contains(&header)
}

/// Headers of numeric columns worth keeping in any table, as [`plain`] writes them.
const KEPT_COLUMNS: [&str; 14] = [
    "promo",
    "promotion",
    "onpromotion",
    "on promotion",
    "open",
    "holiday",
    "isholiday",
    "is holiday",
    "schoolholiday",
    "school holiday",
    "stateholiday",
    "discount",
    "stock",
    "stock on hand",
];

/// Words in headers of columns about people, places and payments, which never name a product.
const NO_NAMES: [&str; 44] = [
    "customer",
    "buyer",
    "billing",
    "shipping",
    "ship",
    "email",
    "mail",
    "address",
    "city",
    "country",
    "payment",
    "paid",
    "user",
    "username",
    "recipient",
    "phone",
    "zip",
    "postal",
    "first",
    "last",
    "full",
    "company",
    "province",
    "method",
    "note",
    "notes",
    "tracking",
    "carrier",
    "courier",
    "gateway",
    "coupon",
    "currency",
    "status",
    "state",
    "time",
    "zone",
    "kunde",
    "käufer",
    "cliente",
    "client",
    "买家",
    "收货人",
    "employee",
    "seller",
];

/// Whether a column with that header cannot name a product.
fn is_no_name(header: &str) -> bool {
    header.split(' ').any(|word| NO_NAMES.contains(&word)) || header.contains("买家") || header.contains("收货")
}

/// What the cells of a column are like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Content {
    /// Share of filled cells that are dates.
    pub dates: f64,
    /// The same, spreadsheets' day numbers and seconds since 1970 allowed.
    pub serial_dates: f64,
    /// Share of filled cells that are numbers.
    pub numbers: f64,
    /// Share of filled cells that are whole numbers.
    pub whole: f64,
    /// Share of cells that are filled.
    pub filled: f64,
    /// Share of filled cells that differ from all before.
    pub distinct: f64,
}

/// Looks at the columns of some records.
pub fn contents(records: &[&Record], columns: usize) -> Vec<Content> {
    (0..columns)
        .map(|column| {
            let cells: Vec<&[u8]> =
                records.iter().map(|record| record.field(column)).filter(|cell| !cell.is_empty()).collect();
            let share = |test: &dyn Fn(&[u8]) -> bool| {
                if cells.is_empty() {
                    0.0
                } else {
                    cells.iter().filter(|cell| test(cell)).count() as f64 / cells.len() as f64
                }
            };
            let decimal = match numbers::decimal_mark(cells.iter().copied()) {
                Mark::Told(mark) | Mark::Either(mark) => mark,
                Mark::None => b'.',
            };
            let mut sorted = cells.clone();
            sorted.sort_unstable();
            sorted.dedup();
            Content {
                dates: share(&|cell| dates::parse(cell, false).is_some()),
                serial_dates: share(&|cell| dates::parse(cell, true).is_some()),
                numbers: share(&|cell| numbers::parse(cell, decimal).is_some()),
                whole: share(&|cell| numbers::parse(cell, decimal).is_some_and(|number| number == number.trunc())),
                filled: cells.len() as f64 / records.len().max(1) as f64,
                distinct: sorted.len() as f64 / cells.len().max(1) as f64,
            }
        })
        .collect()
}

/// Finds each role's column. `given` are the user's words, `preset` a platform's, both by header; with a platform, only
/// the `needed` roles that it does not name are guessed.
pub fn assign(
    headers: &[String],
    contents: &[Content],
    given: &[(Role, String)],
    preset: &[(Role, &str)],
    needed: &[Role],
) -> Vec<(Role, usize)> {
    let plain_headers: Vec<String> = headers.iter().map(|header| plain(header)).collect();
    let mut taken: Vec<(Role, usize)> = Vec::new();
    for (role, header) in given {
        let exact = headers.iter().position(|known| known.trim() == header.trim());
        if let Some(column) = exact.or_else(|| plain_headers.iter().position(|known| *known == plain(header))) {
            taken.push((*role, column));
        }
    }
    for (role, header) in preset {
        if taken.iter().all(|(known, _)| known != role)
            && let Some(column) = place(&plain_headers, header)
        {
            taken.push((*role, column));
        }
    }
    let is_open = |role: Role, taken: &[(Role, usize)]| {
        let known = |wanted: Role| taken.iter().any(|(known, _)| *known == wanted);
        let named = matches!(role, Role::Product | Role::Name) && (known(Role::Product) || known(Role::Name));
        !known(role) && (preset.is_empty() || needed.contains(&role) && !named)
    };
    let fits = |role: Role, column: usize| {
        let content = contents.get(column).copied().unwrap_or_default();
        match role {
            Role::Date => content.serial_dates >= MOST,
            Role::Quantity | Role::Price | Role::Revenue => content.numbers >= MOST && content.dates < MOST,
            Role::Product => content.dates < MOST && content.filled > 0.0,
            _ => true,
        }
    };
    for (role, words) in WORDS {
        if !is_open(role, &taken) {
            continue;
        }
        let free = |column: &usize| !taken.iter().any(|(_, used)| used == column) && fits(role, *column);
        let exact = words
            .iter()
            .find_map(|word| (0..headers.len()).find(|column| plain_headers[*column] == *word && free(column)));
        let within = || {
            words.iter().filter(|word| word.chars().count() > 2).find_map(|word| {
                (0..headers.len()).find(|column| {
                    let header = &plain_headers[*column];
                    free(column)
                        && !(matches!(role, Role::Product | Role::Name) && is_no_name(header))
                        && (header.starts_with(&format!("{word} "))
                            || header.ends_with(&format!(" {word}"))
                            || (!word.is_ascii() && header.contains(word)))
                })
            })
        };
        let guessed = matches!(
            role,
            Role::Date | Role::Product | Role::Name | Role::Quantity | Role::Price | Role::Store | Role::Category
        );
        if let Some(column) = exact.or_else(|| if guessed { within() } else { None }) {
            taken.push((role, column));
        }
    }
    // By content alone: the first column of dates, the only free column of numbers, the first of words.
    let first = |taken: &[(Role, usize)], test: &dyn Fn(Content) -> bool| -> Vec<usize> {
        let free = |column: &usize| !taken.iter().any(|(_, used)| used == column);
        (0..headers.len())
            .filter(free)
            .filter(|column| contents.get(*column).is_some_and(|content| test(*content)))
            .collect()
    };
    if is_open(Role::Date, &taken) {
        taken.extend(first(&taken, &|content| content.dates >= MOST).first().map(|column| (Role::Date, *column)));
    }
    if is_open(Role::Quantity, &taken) {
        let numeric = first(&taken, &|content| content.numbers >= MOST && content.dates < MOST);
        // Beside prices units are the one column of whole numbers.
        let whole: Vec<usize> = numeric.iter().copied().filter(|column| contents[*column].whole >= 1.0).collect();
        if let ([only], _) | (_, [only]) = (&numeric[..], &whole[..]) {
            taken.push((Role::Quantity, *only));
        }
    }
    if is_open(Role::Product, &taken) && is_open(Role::Name, &taken) {
        let words = first(&taken, &|content| content.filled > 0.5 && content.numbers < MOST && content.dates < MOST);
        let named = words.iter().find(|column| !is_no_name(&plain_headers[**column]));
        taken.extend(named.map(|column| (Role::Product, *column)));
    }
    taken
}
