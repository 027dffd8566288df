//! Any table with a date, a product and units.

use super::{BASE, Line, Preset, Verdict};
use crate::ingest::marks;

/// Any table with a date, a product and units.
pub static PRESET: Preset = Preset { judge: Some(judge), ..BASE };

/// Words of a status that say that nothing was sold, in the platforms' languages.
const NO_DEMAND: [(&str, &str); 5] = [
    (
        "cancelled",
        "cancel|storn|annul|void|batal|关闭|取消|キャンセル|ยกเลิก|đã hủy|已取消|отмен|anulad|anulat|anulov|anulow|\
         avbrut|iptal|kansell|makuler|sztorn|töröl|zrušen|ακυρω|ακυρώ|취소",
    ),
    // Not "ramburs", which is cash on delivery.
    (
        "refunded",
        "refund|erstattet|rembours|reembols|rimbors|退款成功|已退款|返金|возврат|rambursat|terugbeta|tilbagebetal|\
         tilbakebetal|visszatérít|återbetal|환불",
    ),
    (
        "returned",
        "returned|returning|retour|devol|退货|返品|dikembalikan|restitu|iade|returnat|returner|visszaküld|vrácen|\
         zwrot|zwróc|επιστρ|반품",
    ),
    (
        "unpaid",
        "unpaid|pending payment|payment pending|awaiting payment|expired|等待买家付款|待付款|未付款|待支付|未支付|\
         belum bayar|belum dibayar|unbezahlt|nicht bezahlt|ausstehende zahlung|zahlung ausstehend|pendiente de pago|\
         aguardando pagamento|chờ thanh toán|attente paiement|attente de paiement|in attesa di pagamento|\
         wachtend op betaling",
    ),
    ("failed", "failed|declined|draft|trash|fehlgeschlagen|échou|fallid|falhou|fallit|mislukt"),
];

/// Parts of a status that say that it holds for a part of the order.
const PARTLY: &str = "partial|partly|teilweise|parcial|parzial|partiel|parțial|parţial|częściow|částečn|gedeeltelijk|delvis|kısmi|\
     kismi|kısmen|részleg|részben|μερικ|부분|部分";

/// Parts of a status that say that an order is still open: not paid yet, or not sent.
const OPEN: &str = "pending|processing|on hold|on-hold|onhold|unfulfilled|unshipped|awaiting|in progress|backorder|preparing|not yet|\
     not paid|not shipped|not fulfilled|not sent|to be shipped|ready to ship|bearbeitung|offen|ausstehend|wartend|\
     wartet|zurückgestellt|unversandt|nicht versandt|nicht versendet|in vorbereitung|en attente|en cours de trait|\
     en cours de prép|en préparation|à traiter|à expédier|à préparer|non expédié|pendiente|pendente|en proceso|\
     procesando|en espera|en preparación|por enviar|sin enviar|processando|em processamento|em preparação|em aberto|\
     em separação|em andamento|aguardando|in attesa|in lavorazione|in elaborazione|in preparazione|da spedire|\
     da evadere|in sospeso|in behandeling|in de wacht|openstaand|in afwachting|oczekuj|w realizacji|przygotow|\
     bekliyor|beklemede|hazırlanıyor|в обработке|обрабатыва|ожида|menunggu|diproses|tertunda|perlu dikirim|chờ|\
     đang xử lý|đang chuẩn bị|รอดำเนิน|รอชำระ|รอจัดส่ง|รอการ|กำลังดำเนินการ|กำลังเตรียม|ที่ต้องจัดส่ง|待发货|待發貨|\
     待出貨|待出库|待处理|待處理|待确认|待審核|待审核|待配送|待揽收|等待卖家发货|等待发货|未发货|未發貨|备货|處理中|\
     处理中|進行中|进行中|暂停|処理中|保留|未発送|発送待ち|発送準備|出荷待ち|入金待ち|支払い待ち|支払待ち|未入金|\
     準備中|対応中|처리중|처리 중|대기|준비중|준비 중|미발송|보류";

/// Words that say the same where nothing stands beside them.
const OPEN_ALONE: &str = "open|new|hold|neu|en cours|in corso|nuevo|nueva|nouveau|nouvelle|nuovo|novo|nowe|yeni|новый|baru|mới|新規|新建|\
     未处理|未處理|受付";

/// Parts of a status that say that it was sold: paid, sent, delivered.
const DONE: &str = "complet|deliver|shipped|dispatch|fulfil|paid|sent|closed|success|finish|received|receipt|done|invoiced|approved|\
     accepted|confirm|collected|picked|active|settled|captured|authori|sold|normal|abgeschlossen|versandt|versendet|\
     verschickt|bezahlt|geliefert|zugestellt|erledigt|fertig|abgeholt|bestätigt|terminé|expédi|livré|payé|envoyé|\
     finalis|validé|accepté|completad|enviad|entregad|pagad|finalizad|concluíd|concluid|entregue|pago|aprovad|\
     completat|spedit|consegnat|pagat|evaso|conclus|voltooid|verzonden|geleverd|betaald|afgerond|zrealizow|wysłan|\
     dostarcz|opłac|zakończ|teslim|tamam|kargo|öden|gönderil|onayland|доставл|выполн|оплач|отправл|заверш|получ|\
     selesai|dikirim|terkirim|lunas|hoàn thành|đã giao|đang giao|đã thanh toán|đã nhận|สำเร็จ|จัดส่งแล้ว|ชำระแล้ว|\
     การจัดส่ง|完成|成功|已发货|已發貨|已出貨|已付款|已签收|已收货|已收貨|已支付|已出库|已送达|已评价|完了|済|완료|\
     확정|배송|발송|doručen|dokonč|odeslán|vyřízen|zaplacen|leverer|levert|leveret|skickad|sendt|betal|teljesít|\
     kiszállít|kézbesít|fizetve|livrat|finalizat|plătit|expediat|παραδό|ολοκληρ|αποστ|πληρ|transit|trânsito|tránsito|\
     ready|payment|packed|pickup|booked|caminho|camino|chegou|llegó|pacote de|paquete de";

/// Whether a status says anything by its words: whatever it says, it is understood.
pub fn is_understood(status: &[u8]) -> bool {
    let text = lower(status);
    let holds = |words: &str| words.split('|').any(|word| text.contains(word));
    OPEN_ALONE.split('|').any(|word| word == text.trim())
        || [DONE, PARTLY, OPEN].into_iter().chain(NO_DEMAND.map(|(_, words)| words)).any(holds)
}

fn lower(status: &[u8]) -> String {
    // "İ" becomes an "i" and a dot of its own; "ready_to_ship" is a program's way to write a word.
    String::from_utf8_lossy(status).to_lowercase().replace('\u{307}', "").replace('_', " ")
}

/// What a status means by its words.
pub fn status(status: &[u8]) -> Verdict {
    if status.is_empty() {
        return Verdict::Use;
    }
    let status = lower(status);
    let says = |words: &str| words.split('|').any(|word| is_said(&status, word));
    let holds = |words: &str| words.split('|').any(|word| status.contains(word));
    if marks::is_test_status(&status) {
        return Verdict::LeaveOut(marks::TEST);
    }
    let reason = NO_DEMAND.iter().find(|(_, words)| says(words)).map(|(reason, _)| *reason);
    // Part of an order that came back is told by its units, not by its status.
    if holds(PARTLY) {
        return match reason {
            Some("refunded") => Verdict::UseAndNote("partly-refunded-kept"),
            _ => Verdict::Use,
        };
    }
    if let Some(reason) = reason {
        return Verdict::LeaveOut(reason);
    }
    // What is open was ordered, and counts; the shop may say otherwise.
    match OPEN_ALONE.split('|').any(|word| word == status.trim()) || holds(OPEN) {
        true => Verdict::UseAndNote("pending-kept"),
        false => Verdict::Use,
    }
}

/// Whether a status says this of an order, and does not say that it is not so.
fn is_said(status: &str, word: &str) -> bool {
    const NOT: [&str; 12] =
        ["not ", "not yet ", "not been ", "nicht ", "niet ", "ikke ", "inte ", "non ", "non-", "não ", "没有", "未"];
    status.match_indices(word).any(|(place, _)| !NOT.iter().any(|not| status[..place].ends_with(not)))
}

fn judge(line: &Line<'_>) -> Verdict {
    match line.cancelled {
        b"" | b"0" => return Verdict::Use,
        _ => {}
    }
    let no: [&[u8]; 4] = [b"no", b"false", b"n", b"nein"];
    if no.iter().any(|word| line.cancelled.eq_ignore_ascii_case(word)) {
        return Verdict::Use;
    }
    Verdict::LeaveOut("cancelled")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_understood_in_many_languages() {
        let table: [(&str, &str); 4] = [
            (
                "cancelled",
                "취소완료|취소|Anulowane|Zamówienie anulowane|Zrušeno|ZRUŠENÁ|Makulerad|Avbruten|Annulleret|Kansellert|\
                 İptal|İPTAL EDİLDİ|iptal edildi|Törölve|Sztornó|Anulat|Ακυρώθηκε|ΑΚΥΡΩΘΗΚΕ|Geannuleerd|Cancelled",
            ),
            (
                "refunded",
                "환불|환불완료|Terugbetaald|Återbetald|Refunderet|Refundert|Tilbagebetalt|Visszatérítve|Rambursat",
            ),
            (
                "returned",
                "반품완료|Zwrócone|Zwrot|Geretourneerd|Vráceno|İade|İADE EDİLDİ|Returnerad|Returnat|Επιστροφή",
            ),
            (
                "",
                "배송완료|구매확정|Zrealizowane|Geleverd|Doručeno|Levererad|Leveret|Teslim edildi|Teljesítve|Livrat|Ramburs|\
                 Παραδόθηκε|Niet terugbetaald|Ikke refunderet|Częściowo zwrócone|Kısmi İade|KISMİ İADE|Delvis returnerad",
            ),
        ];
        for (reason, statuses) in table {
            for said in statuses.split('|') {
                match status(said.as_bytes()) {
                    Verdict::LeaveOut(found) => assert_eq!(found, reason, "{said}"),
                    Verdict::Use | Verdict::UseAndNote(_) => assert_eq!(reason, "", "{said}"),
                }
            }
        }
    }
}
