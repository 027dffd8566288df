//! What an order holds beside goods: postage, fees, tips, wrapping, discounts. Exports with a line for each write them as
//! products.

use super::roles::plain;
use super::words::is_one_of;

/// What such lines are called, as [`plain`] writes it, in the platforms' languages. Whole names only: a shop may sell
/// "Shipping boxes".
const NAMES: &str = "shipping|shipping cost|shipping costs|shipping fee|shipping fees|shipping charge|shipping and handling|\
     shipping handling|standard shipping|express shipping|free shipping|delivery|delivery fee|delivery charge|postage|\
     postage and packing|postage packing|freight|handling|handling fee|service fee|payment fee|transaction fee|\
     processing fee|cod fee|tip|tips|gratuity|gift wrap|gift wrapping|discount|discounts|order discount|coupon|voucher|\
     rounding|sales tax|tax|vat|deposit|surcharge|versand|versandkosten|porto|versand und verpackung|lieferkosten|\
     liefergebühr|versandkostenfrei|frachtkosten|zahlungsgebühr|nachnahmegebühr|trinkgeld|geschenkverpackung|rabatt|\
     gutschein|pfand|mehrwertsteuer|mwst|rundung|livraison|frais de port|frais de livraison|frais d expédition|\
     frais de service|port|pourboire|emballage cadeau|papier cadeau|remise|réduction|bon de réduction|tva|envío|envio|\
     gastos de envío|gastos de envio|costes de envío|coste de envío|costo de envío|propina|envoltorio de regalo|\
     papel de regalo|descuento|cupón|iva|spedizione|spese di spedizione|costi di spedizione|consegna|mancia|\
     confezione regalo|sconto|buono sconto|verzending|verzendkosten|bezorgkosten|fooi|cadeauverpakking|korting|btw|\
     wysyłka|dostawa|koszt wysyłki|koszty wysyłki|koszt dostawy|napiwek|rabat|frete|taxa de entrega|custo de envio|\
     gorjeta|embalagem para presente|desconto|cupom|kargo|kargo ücreti|доставка|скидка|frakt|fragt|ongkir|\
     ongkos kirim|phí vận chuyển|ค่าจัดส่ง|运费|邮费|快递费|配送费|小费|包装费|礼品包装|优惠|折扣|優惠券|运费险|運費|送料|配送料|\
     手数料|代引手数料|ギフト包装|ギフトラッピング|割引|クーポン|배송비|택배비|할인";

/// What names of deliveries begin with, whoever delivers.
const DELIVERIES: &str = "express delivery|standard delivery|home delivery|express shipping|standard shipping|\
     expressversand|standardversand|expresslieferung|standardlieferung|livraison express|livraison standard|envío exprés|\
     spedizione express|spedizione standard";
/// Codes under which shops keep them among their goods: only where the name says so too.
const CODES: &str = "ship|shp|shipping|post|postage|freight|frt|delivery|del|carriage|disc|dsc|discount|tax|vat|fee|tip|\
     versand|porto|rabatt";
/// What stands before the code of a discount.
const DISCOUNTS: &str = "discount|discount code|coupon|coupon code|voucher code|promo code|rabatt|rabattcode|gutscheincode|\
     remise|code promo|descuento|sconto|korting|desconto";

/// Insurance of parcels, sold under keys of its own: a whole name, or one with who gives it behind.
const INSURANCES: &str = "shipping protection|package protection|route protection|order protection|delivery protection|\
     parcel protection|route shipping protection|route package protection|shipping insurance|package insurance|\
     route shipping insurance|route insurance|versandversicherung|paketversicherung|assurance livraison|seguro de envío|\
     assicurazione spedizione";

/// The words by which goods are told from what is none.
pub struct Fees {
    names: Vec<&'static str>,
    deliveries: Vec<&'static str>,
    discounts: Vec<&'static str>,
}

impl Fees {
    /// Divides the words, once for thousands of products.
    pub fn new() -> Self {
        let [names, deliveries, discounts] = [NAMES, DELIVERIES, DISCOUNTS].map(|words| words.split('|').collect());
        Self { names, deliveries, discounts }
    }

    /// Whether a product of that key and name is none: it has no key of its own, and its name says so.
    /// Under a code such as SHIP the beginning of the name is enough: "Shipping - Royal Mail".
    pub fn has(&self, id: &str, name: &str) -> bool {
        // No longer name is among them.
        if name.len() > 64 {
            return false;
        }
        let plain_name = plain(name);
        if is_one_of(INSURANCES, plain_name.split(" by ").next().unwrap_or_default()) {
            return true;
        }
        let is_code = || is_one_of(CODES, &plain(id));
        let begins =
            || name.split_once(" - ").or_else(|| name.split_once(": ")).is_some_and(|(head, _)| self.is_called(head));
        if self.is_called(name) { id == name || self.is_called(id) || is_code() } else { begins() && is_code() }
    }

    fn is_called(&self, text: &str) -> bool {
        let name = plain(text);
        self.names.contains(&name.as_str()) || self.is_longer(&name)
    }

    /// Whether a name is that of a delivery with more behind it, or of a discount with a code of letters and digits behind
    /// it.
    fn is_longer(&self, name: &str) -> bool {
        let after = |words: &[&str], is: &dyn Fn(&str) -> bool| {
            words.iter().any(|word| name.strip_prefix(word).and_then(|rest| rest.strip_prefix(' ')).is_some_and(is))
        };
        let is_code = |rest: &str| !rest.contains(' ') && rest.bytes().any(|byte| byte.is_ascii_digit());
        after(&self.deliveries, &|_| true) || after(&self.discounts, &is_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_without_a_key_are_no_goods() {
        let fees = Fees::new();
        let is_fee = |id: &str, name: &str| fees.has(id, name);
        let mut seen = std::collections::BTreeSet::new();
        for word in NAMES.split('|') {
            assert_eq!(plain(word), word);
            assert!(seen.insert(word), "{word} is there twice");
            assert!(is_fee(word, word));
        }
        assert!(is_fee("Versandkosten", "Versandkosten") && is_fee("SHIPPING", "Shipping & Handling"));
        assert!(is_fee("SHIP", "Shipping - Royal Mail") && is_fee("DISC", "Discount WELCOME10"));
        assert!(!is_fee("SHIP", "Model ship - HMS Victory") && !is_fee("BOX-1", "Shipping - box"));
        assert!(!is_fee("SH-1", "Shipping") && !is_fee("Shipping box", "Shipping box"));
        for name in ["Express delivery DHL", "Discount WELCOME10", "Discount: SPRING25"] {
            assert!(is_fee(name, name), "{name}");
        }
        for name in ["Shipping Protection by Route", "Package protection", "Versandversicherung"] {
            assert!(is_fee("ROUTEINS10", name) && is_fee(name, name), "{name}");
        }
        assert!(!is_fee("TAPE-1", "Package protection tape") && !is_fee("MAP", "Route protection map"));
        for name in ["Delivery van, toy", "Discount bag", "Discount book 2 volumes"] {
            assert!(!is_fee(name, name), "{name}");
        }
    }
}
