//! Numbers a shop keeps beside units: promotions, discounts, cost, stock on hand, opening. Told by the header in the
//! platforms' languages; flags may be written as words (yes, ja, 是), and are then 1 or 0.

use super::numbers;
use super::words::is_one_of;

/// What a further column of numbers is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The unit price.
    Price,
    /// Whether it is promoted.
    Promotion,
    /// What is taken off the price.
    Discount,
    /// What one piece costs the shop.
    Cost,
    /// Pieces on hand.
    Stock,
    /// Whether the shop is open.
    Opening,
    /// Whether it is a holiday.
    Holiday,
}

/// Headers by kind, as [`super::roles::plain`] writes them, divided by bars: a list of texts would weigh twice as much.
const WORDS: [(Kind, &str); 6] = [
    (
        Kind::Promotion,
        "promo|promotion|onpromotion|on promotion|on promo|is promo|is promotion|promo flag|promotion flag|\
         on sale|on offer|campaign|aktion|in aktion|werbeaktion|promoción|en promoción|oferta|en oferta|\
         promoção|em promoção|en promotion|promozione|in promozione|in offerta|actie|aanbieding|promocja|\
         kampanj|kampagne|kampanje|kampanya|promosyon|акция|промо|프로모션|행사|khuyến mãi|โปรโมชั่น|promosi|促销|\
         是否促销|促销活动|促銷|是否促銷|セール|セール対象|キャンペーン",
    ),
    (
        Kind::Discount,
        "discount|discount rate|discount percent|discount percentage|discount amount|markdown|rabatt|\
         rabatt in|nachlass|preisnachlass|descuento|desconto|remise|sconto|korting|rabat|zniżka|i̇ndirim|\
         indirim|скидка|할인|할인율|할인금액|giảm giá|chiết khấu|ส่วนลด|diskon|折扣|折扣率|优惠|优惠金额|折扣金额|優惠|値引|値引き|割引|割引率|\
         割引額",
    ),
    (
        Kind::Cost,
        "cost|unit cost|cost price|cost per item|cost per unit|item cost|purchase price|buying price|\
         wholesale price|cogs|einkaufspreis|ek|ek preis|einstandspreis|stückkosten|kosten|costo|\
         costo unitario|coste|coste unitario|precio de compra|precio de coste|precio de costo|custo|\
         custo unitário|preço de custo|preço de compra|coût|coût unitaire|prix d achat|prix de revient|\
         prezzo d acquisto|prezzo di acquisto|prezzo di costo|kostprijs|inkoopprijs|koszt|cena zakupu|\
         inköpspris|indkøbspris|innkjøpspris|maliyet|alış fiyatı|себестоимость|закупочная цена|цена закупки|\
         원가|매입가|매입단가|giá vốn|giá nhập|ต้นทุน|ราคาทุน|harga modal|harga beli|harga pokok|成本|成本价|单位成本|进价|进货价|\
         采购价|成本價|進價|原価|仕入値|仕入単価|仕入価格",
    ),
    (
        Kind::Stock,
        "stock|stock on hand|stock level|stock quantity|stock qty|in stock|on hand|qty on hand|\
         quantity on hand|available stock|available quantity|inventory|inventory level|inventory quantity|\
         bestand|lagerbestand|existencias|stock disponible|inventario|estoque|quantidade em estoque|\
         quantité en stock|en stock|giacenza|voorraad|stan magazynowy|lagersaldo|lagerbeholdning|stok|\
         stok miktarı|остаток|остатки|остаток на складе|재고|재고수량|tồn kho|số lượng tồn|สต็อก|คงเหลือ|\
         stok barang|jumlah stok|opening stock|closing stock|opening inventory|closing inventory|beginning stock|\
         ending stock|stock at hand|anfangsbestand|endbestand|stock initial|stock final|期初库存|期末库存|库存|库存数量|可用库存|庫存|庫存數量|在庫|在庫数",
    ),
    (Kind::Opening, "open|is open|geöffnet|abierto|aberto|ouvert|aperto|营业|是否营业|営業日"),
    (
        Kind::Holiday,
        "holiday|isholiday|is holiday|schoolholiday|school holiday|stateholiday|feiertag|ferien|schulferien|\
         festivo|feriado|jour férié|vacances|feestdag|праздник|공휴일|节假日|是否节假日|祝日",
    ),
];

/// What a column with that header is about; none for headers that are not known.
pub fn kind_of(header: &str) -> Option<Kind> {
    WORDS.iter().find(|(_, words)| is_one_of(words, header)).map(|(kind, _)| *kind)
}

/// Whether a column of numbers with that header is worth keeping in any table, and is nothing else: neither the units
/// nor the selling price.
pub fn is_kept(header: &str) -> bool {
    kind_of(header).is_some()
}

/// Words for yes in the platforms' languages, lower case, and the marks of a ticked box.
const YES: &str = "yes|y|true|t|on|x|ja|j|wahr|oui|o|vrai|sí|si|s|verdadero|sim|verdadeiro|sì|vero|waar|tak|prawda|evet|\
         да|истина|是|有|√|✓|✔|はい|あり|○|예|네|có|ใช่|ya";

/// Words for no.
const NO: &str = "no|n|false|f|off|nein|falsch|non|faux|falso|não|nao|nee|onwaar|nie|fałsz|hayır|нет|ложь|否|无|無|×|いいえ|\
         なし|아니오|không|ไม่|ไม่ใช่|tidak|nej|nei";

/// A yes or no in words as 1 or 0; none for anything else.
fn flag(cell: &[u8]) -> Option<f64> {
    /// Longer than any of the words.
    const MOST_BYTES: usize = 30;
    if cell.is_empty() || cell.len() > MOST_BYTES {
        return None;
    }
    let lower = std::str::from_utf8(cell).ok()?.trim().to_lowercase();
    if is_one_of(YES, &lower) { Some(1.0) } else { is_one_of(NO, &lower).then_some(0.0) }
}

/// The number in a cell: as written (of "20 %" 20), or 1 and 0 for a yes and a no; `NaN` for a blank and anything else.
pub fn value(cell: &[u8], decimal: u8) -> f64 {
    if cell.is_empty() || numbers::is_missing(cell, true) {
        return f64::NAN;
    }
    let percent = || numbers::parse(cell.strip_suffix(b"%")?.trim_ascii_end(), decimal);
    numbers::parse(cell, decimal).or_else(percent).or_else(|| flag(cell)).unwrap_or(f64::NAN)
}

/// Whether at least half of a column's filled cells are numbers, or a yes or no.
pub fn are_values<'a>(cells: impl Iterator<Item = &'a [u8]>) -> bool {
    let (mut filled, mut read) = (0_usize, 0_usize);
    for cell in cells.filter(|cell| !cell.is_empty() && !numbers::is_missing(cell, true)) {
        filled += 1;
        read += usize::from([b'.', b','].iter().any(|mark| value(cell, *mark).is_finite()));
    }
    filled > 0 && read * 2 >= filled
}

#[cfg(test)]
mod tests {
    use super::super::roles::plain;
    use super::*;

    #[test]
    fn headers_are_written_as_they_are_compared_and_each_stands_for_one_kind() {
        let mut seen = std::collections::BTreeSet::new();
        for word in WORDS.iter().flat_map(|(_, words)| words.split('|')) {
            // Of a Turkish capital its dot stays behind as a mark.
            assert_eq!(plain(&word.replace("i̇", "İ")), word);
            assert!(seen.insert(word), "{word} is there twice");
        }
    }

    #[test]
    fn flags_are_read_in_words_of_many_languages() {
        for (yes, no) in [
            ("Yes", "No"),
            ("TRUE", "FALSE"),
            ("ja", "nein"),
            ("WAHR", "FALSCH"),
            ("Oui", "Non"),
            ("Sí", "no"),
            ("sim", "Não"),
            ("VERO", "FALSO"),
            ("tak", "nie"),
            ("Evet", "Hayır"),
            ("да", "Нет"),
            ("是", "否"),
            ("有", "無"),
            ("はい", "いいえ"),
            ("예", "아니오"),
            ("có", "không"),
            ("ใช่", "ไม่"),
            ("ya", "tidak"),
            ("1", "0"),
        ] {
            assert_eq!((value(yes.as_bytes(), b'.'), value(no.as_bytes(), b'.')), (1.0, 0.0), "{yes} {no}");
        }
        assert_eq!(value(b"20%", b'.'), 20.0);
        assert_eq!(value("12,5 %".as_bytes(), b','), 12.5);
        for other in ["", "-", "n/a", "SUMMER", "maybe", "yes please"] {
            assert!(value(other.as_bytes(), b'.').is_nan(), "{other}");
        }
        let cells = |text: &'static str| text.split(' ').map(str::as_bytes);
        assert!(
            are_values(cells("ja nein ja")) && are_values(cells("3,5 2,0")) && !are_values(cells("SUMMER FALL ja"))
        );
        assert!(!are_values(std::iter::empty()));
    }
}
