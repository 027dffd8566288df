//! Clear marks of orders that were only a test, and of gift cards: a column that says so, or a word that platforms write.
//! Nobody's demand is told by such lines; a gift card is money for goods that are bought later. Names alone tell neither.

use super::numbers;
use super::presets::Verdict;
use super::records::Record;
use super::roles::plain;
use super::words::is_one_of;

/// Why lines of test orders are left out.
pub const TEST: &str = "test-order";
/// Why gift cards are.
pub const GIFT_CARD: &str = "gift-card";

/// What a column marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Whether the order is a test.
    IsTest,
    /// Whether it is none.
    IsLive,
    /// How the shop was running.
    Mode,
    /// How it was paid: test orders by a gateway that moves no money.
    Payment,
    /// Words that the shop put on it.
    Tags,
    /// Its number.
    Number,
    /// Whether the line is a gift card.
    IsGiftCard,
    /// What kind of goods the line is.
    Goods,
}

/// Headers of such columns, as [`plain`] writes them.
const HEADERS: [(Mark, &str); 7] = [
    (
        Mark::IsTest,
        "test|is test|istest|test order|is test order|testorder|test mode|testmode|is test mode|test transaction|\
         is test transaction|testbestellung|commande test|pedido de prueba|ordine di prova|测试订单|是否测试|是否测试订单|\
         テスト注文",
    ),
    (Mark::IsLive, "livemode|live mode|is live"),
    (Mark::Mode, "mode|environment|payment mode|transaction mode|order mode"),
    (
        Mark::Payment,
        "payment method|payment methods|payment gateway|gateway|payment|payment method title|payment provider|\
         payment type|zahlungsart|zahlungsmethode|zahlungsanbieter|mode de paiement|méthode de paiement|\
         moyen de paiement|forma de pago|método de pago|forma de pagamento|método de pagamento|metodo di pagamento|\
         betaalmethode|metoda płatności|支付方式|付款方式|支払方法|決済方法|결제수단",
    ),
    (
        Mark::Tags,
        "tags|order tags|tag|order tag|labels|schlagwörter|étiquettes|etiquetas|tag ordine|标签|订单标签|タグ",
    ),
    (
        Mark::IsGiftCard,
        "gift card|is gift card|giftcard|is giftcard|lineitem gift card|line gift card|gift card item|ist geschenkgutschein|\
         是否礼品卡",
    ),
    (
        Mark::Goods,
        "product type|item type|line item type|lineitem type|itemization type|type|category|product category|\
         item category|produktart|produkttyp|kategorie|warengruppe|type de produit|catégorie|tipo de producto|categoría|\
         tipo de produto|categoria|tipo di prodotto|producttype|categorie|商品类型|类目|分类|品类|商品タイプ|カテゴリ|カテゴリー|카테고리",
    ),
];

/// What a test is called where nothing stands beside it.
const TESTS: &str = "test|test order|testorder|test orders|testing|testbestellung|commande test|commande de test|pedido de prueba|\
     pedido de teste|ordine di prova|ordine test|testorder nl|zamówienie testowe|测试|测试订单|測試訂單|テスト|テスト注文|테스트|\
     테스트 주문";

/// Gateways of platforms that move no money.
const TEST_GATEWAYS: &str = "bogus|bogus gateway|for testing bogus gateway|test|test gateway|test payment|test payments|test mode|\
     test card|dummy|dummy gateway|dummy payment|sandbox|testzahlung|paiement test|pago de prueba|测试支付|テスト決済";

/// What gift cards are called as a kind of goods.
const GIFT_CARDS: &str = "gift card|gift cards|giftcard|giftcards|e gift card|e gift cards|egift card|egift cards|digital gift card|\
     physical gift card|gift voucher|gift vouchers|gift certificate|gift certificates|geschenkgutschein|\
     geschenkgutscheine|geschenkkarte|geschenkkarten|gutscheinkarte|carte cadeau|cartes cadeau|cartes cadeaux|\
     chèque cadeau|tarjeta regalo|tarjeta de regalo|tarjetas regalo|tarjetas de regalo|buono regalo|buoni regalo|\
     carta regalo|carte regalo|cadeaubon|cadeaubonnen|cadeaukaart|karta podarunkowa|vale presente|cartão presente|\
     cartão de presente|presentkort|gavekort|礼品卡|禮品卡|礼物卡|ギフトカード|ギフト券|기프트카드|상품권";

/// Values longer than any of those.
const MOST_BYTES: usize = 64;

/// Columns that mark lines, and what.
#[derive(Debug, Clone, Default)]
pub struct Marks(Vec<(usize, Mark)>);

impl Marks {
    /// Finds them among the headers of a file with these rows; `order` is the column of order numbers. What would mark most
    /// rows is about something else, unless its very name says what it is.
    pub fn find(headers: &[String], unused: &[bool], rows: &[&Record], order: Option<usize>) -> Self {
        let named = |column: usize| {
            let found = HEADERS.iter().find(|(_, words)| is_one_of(words, &headers[column]));
            found.map(|(mark, _)| (column, *mark))
        };
        let mut found: Vec<(usize, Mark)> =
            (0..headers.len()).filter(|&column| !unused[column]).filter_map(named).collect();
        found.extend(order.map(|column| (column, Mark::Number)));
        found.retain(|&(column, mark)| {
            let marked = rows.iter().filter(|row| mark.reason(row.field(column)).is_some()).count();
            mark == Mark::IsLive || marked * 2 <= rows.len()
        });
        Self(found)
    }

    /// Whether no column marks anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The columns and what they mark.
    pub fn each(&self) -> impl Iterator<Item = (usize, Mark)> + '_ {
        self.0.iter().copied()
    }
}

impl Mark {
    /// Whether what it says of one line holds for all of its order.
    pub fn is_of_order(self) -> bool {
        !matches!(self, Mark::IsGiftCard | Mark::Goods)
    }

    /// What a cell of the column says of its line.
    pub fn verdict(self, cell: &[u8]) -> Verdict {
        self.reason(cell).map_or(Verdict::Use, Verdict::LeaveOut)
    }

    fn reason(self, cell: &[u8]) -> Option<&'static str> {
        if cell.is_empty() || numbers::is_missing(cell, true) {
            return None;
        }
        let is_short = cell.len() <= MOST_BYTES;
        let is = |words: &str| is_short && is_one_of(words, &plain(&String::from_utf8_lossy(cell)));
        let is_marked = match self {
            Mark::IsTest | Mark::IsGiftCard => is("true|yes|y|1|t|wahr|ja|oui|vrai|sí|si|verdadero|sì|vero|是|はい|예"),
            Mark::IsLive => is("false|no|n|0|f"),
            Mark::Mode => is("test|sandbox|testing|test mode"),
            Mark::Payment => is(TEST_GATEWAYS),
            Mark::Tags => is_tagged(cell),
            Mark::Number => is_test_number(cell),
            Mark::Goods => is(GIFT_CARDS),
        };
        is_marked.then_some(if self.is_of_order() { TEST } else { GIFT_CARD })
    }
}

/// Whether a status is that of a test, and of nothing else.
pub fn is_test_status(status: &str) -> bool {
    is_one_of(TESTS, status.trim())
}

/// Whether one of a list of tags is a test's.
fn is_tagged(cell: &[u8]) -> bool {
    // Most have none of the kind.
    let may = |window: &[u8]| window.eq_ignore_ascii_case(b"tes") || window[0] >= 0x80;
    cell.windows(3).any(may) && {
        let text = String::from_utf8_lossy(cell);
        text.split([',', ';', '|', '，', '；']).any(|tag| is_one_of(TESTS, &plain(tag)))
    }
}

/// Whether an order's number is a test's: "TEST-9003" among those that have numbers only, or other letters.
fn is_test_number(cell: &[u8]) -> bool {
    let cell = cell.strip_prefix(b"#").unwrap_or(cell);
    let letters = cell.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    cell[..letters].eq_ignore_ascii_case(b"test") && !cell[letters..].iter().any(u8::is_ascii_alphabetic)
}

/// Whether a key that stands beside a name is that of a gift card, as platforms write it: "gift-card", "GIFTCARD-50".
pub fn is_gift_key(key: &str, name: &str) -> bool {
    if key == name || key.len() > MOST_BYTES {
        return false;
    }
    let key = plain(key);
    let bare = key.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
    is_one_of("gift card|giftcard|gift cards|giftcards|e gift card|egift card", bare)
}

/// Whether a name begins as a platform calls its own gift cards.
pub fn is_gift_name(name: &[u8]) -> bool {
    let name = plain(&String::from_utf8_lossy(name));
    let begins = |word: &str| name.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    GIFT_CARDS.split('|').any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_words_that_say_nothing_else() {
        let cases: [(Mark, &[&str], &[&str]); 8] = [
            (Mark::IsTest, &["true", "Yes", "1", "是"], &["false", "no", "0", "", "B"]),
            (Mark::IsLive, &["false", "0"], &["true", "1", ""]),
            (Mark::Mode, &["TEST", "sandbox"], &["live", "express"]),
            (Mark::Payment, &["bogus", "(for testing) Bogus Gateway", "Test"], &["Visa", "Testa Bank", "PayPal"]),
            (Mark::Tags, &["test", "vip, TEST order", "测试"], &["latest", "tester kit", "vip", "Contest winner"]),
            (Mark::Number, &["TEST-9003", "#test12", "Test_1"], &["TESTER-1", "1001", "SO-12", "test-A1"]),
            (Mark::IsGiftCard, &["true"], &["25.00", "false"]),
            (Mark::Goods, &["Gift Card", "Geschenkgutscheine", "礼品卡"], &["Gifts", "Cards", "Gift card holders"]),
        ];
        for (mark, marked, others) in cases {
            marked.iter().for_each(|cell| assert!(mark.reason(cell.as_bytes()).is_some(), "{mark:?} {cell}"));
            others.iter().for_each(|cell| assert!(mark.reason(cell.as_bytes()).is_none(), "{mark:?} {cell}"));
        }
        for word in HEADERS.iter().flat_map(|(_, words)| words.split('|')) {
            assert_eq!(plain(word), word);
        }
        assert!(is_gift_key("GIFTCARD-50", "Gift card £50") && is_gift_key("gift-card", "Voucher"));
        assert!(!is_gift_key("Gift card", "Gift card") && !is_gift_key("GIFT-BOX", "Gift box"));
    }
}
