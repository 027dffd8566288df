//! Any table with a date, a product and units.

use super::{BASE, Line, Preset, Verdict, holds_any};

/// Any table with a date, a product and units.
pub static PRESET: Preset = Preset { judge: Some(judge), ..BASE };

/// Words of a status that say that nothing was sold, in the platforms' languages.
const NO_DEMAND: [(&str, &[&str]); 5] = [
    (
        "cancelled",
        &[
            "cancel",
            "storn",
            "annul",
            "void",
            "batal",
            "关闭",
            "取消",
            "キャンセル",
            "ยกเลิก",
            "đã hủy",
            "已取消",
            "отмен",
            "anulad",
        ],
    ),
    ("refunded", &["refund", "erstattet", "rembours", "reembols", "rimbors", "退款成功", "已退款", "返金", "возврат"]),
    ("returned", &["returned", "returning", "retour", "devol", "退货", "返品", "dikembalikan", "restitu"]),
    (
        "unpaid",
        &[
            "unpaid",
            "pending payment",
            "payment pending",
            "awaiting payment",
            "expired",
            "等待买家付款",
            "待付款",
            "未付款",
            "待支付",
            "未支付",
            "belum bayar",
            "belum dibayar",
            "unbezahlt",
            "nicht bezahlt",
            "ausstehende zahlung",
            "zahlung ausstehend",
            "pendiente de pago",
            "aguardando pagamento",
            "chờ thanh toán",
        ],
    ),
    ("failed", &["failed", "declined", "draft", "trash", "fehlgeschlagen", "échou", "fallid", "falhou"]),
];

/// Parts of a status that say that an order is still open: not paid yet, or not sent.
const OPEN: &[&str] = &[
    // English
    "pending",
    "processing",
    "on hold",
    "on-hold",
    "onhold",
    "unfulfilled",
    "unshipped",
    "awaiting",
    "in progress",
    "backorder",
    "preparing",
    "not yet",
    "not paid",
    "not shipped",
    "not fulfilled",
    "not sent",
    "to be shipped",
    "ready to ship",
    // German
    "bearbeitung",
    "offen",
    "ausstehend",
    "wartend",
    "wartet",
    "zurückgestellt",
    "unversandt",
    "nicht versandt",
    "nicht versendet",
    "in vorbereitung",
    // French
    "en attente",
    "en cours de trait",
    "en cours de prép",
    "en préparation",
    "à traiter",
    "à expédier",
    "à préparer",
    "non expédié",
    // Spanish and Portuguese
    "pendiente",
    "pendente",
    "en proceso",
    "procesando",
    "en espera",
    "en preparación",
    "por enviar",
    "sin enviar",
    "processando",
    "em processamento",
    "em preparação",
    "em aberto",
    "em separação",
    "em andamento",
    "aguardando",
    // Italian
    "in attesa",
    "in lavorazione",
    "in elaborazione",
    "in preparazione",
    "da spedire",
    "da evadere",
    "in sospeso",
    // Dutch, Polish, Turkish, Russian
    "in behandeling",
    "openstaand",
    "in afwachting",
    "oczekuj",
    "w realizacji",
    "przygotow",
    "bekliyor",
    "beklemede",
    "hazırlanıyor",
    "в обработке",
    "обрабатыва",
    "ожида",
    // Indonesian, Vietnamese, Thai
    "menunggu",
    "diproses",
    "tertunda",
    "perlu dikirim",
    "chờ",
    "đang xử lý",
    "đang chuẩn bị",
    "รอดำเนิน",
    "รอชำระ",
    "รอจัดส่ง",
    "รอการ",
    "กำลังดำเนินการ",
    "กำลังเตรียม",
    "ที่ต้องจัดส่ง",
    // Chinese
    "待发货",
    "待發貨",
    "待出貨",
    "待出库",
    "待处理",
    "待處理",
    "待确认",
    "待審核",
    "待审核",
    "待配送",
    "待揽收",
    "等待卖家发货",
    "等待发货",
    "未发货",
    "未發貨",
    "备货",
    "處理中",
    "处理中",
    "進行中",
    "进行中",
    "暂停",
    // Japanese and Korean
    "処理中",
    "保留",
    "未発送",
    "発送待ち",
    "発送準備",
    "出荷待ち",
    "入金待ち",
    "支払い待ち",
    "支払待ち",
    "未入金",
    "準備中",
    "対応中",
    "처리중",
    "처리 중",
    "대기",
    "준비중",
    "준비 중",
    "미발송",
    "보류",
];

/// Words that say the same where nothing stands beside them.
const OPEN_ALONE: &[&str] = &[
    "open",
    "new",
    "hold",
    "neu",
    "en cours",
    "in corso",
    "nuevo",
    "nueva",
    "nouveau",
    "nouvelle",
    "nuovo",
    "novo",
    "nowe",
    "yeni",
    "новый",
    "baru",
    "mới",
    "新規",
    "新建",
    "未处理",
    "未處理",
    "受付",
];

/// The reason to leave a line out that its status gives.
pub fn status_reason(status: &[u8]) -> Option<&'static str> {
    match self::status(status) {
        Verdict::LeaveOut(reason) => Some(reason),
        _ => None,
    }
}

/// What a status means by its words.
pub fn status(status: &[u8]) -> Verdict {
    if status.is_empty() {
        return Verdict::Use;
    }
    let status = String::from_utf8_lossy(status).to_lowercase();
    let reason = NO_DEMAND.iter().find(|(_, words)| holds_any(&status, words)).map(|(reason, _)| *reason);
    // Part of an order that came back is told by its units, not by its status.
    if holds_any(&status, &["partial", "partly", "teilweise", "parcial", "parzial", "partiel", "部分"]) {
        return match reason {
            Some("refunded") => Verdict::UseAndNote("partly-refunded-kept"),
            _ => Verdict::Use,
        };
    }
    if let Some(reason) = reason
        && !holds_any(&status, &["not ", "没有"])
    {
        return Verdict::LeaveOut(reason);
    }
    // What is open was ordered, and counts; the shop may say otherwise.
    match OPEN_ALONE.contains(&status.trim()) || holds_any(&status, OPEN) {
        true => Verdict::UseAndNote("pending-kept"),
        false => Verdict::Use,
    }
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
