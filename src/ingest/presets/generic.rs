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

/// The reason to leave a line out that its status gives.
pub fn status_reason(status: &[u8]) -> Option<&'static str> {
    if status.is_empty() {
        return None;
    }
    let status = String::from_utf8_lossy(status).to_lowercase();
    // Part of an order that came back is told by its units, not by its status.
    if holds_any(&status, &["partial", "not ", "teilweise", "parcial", "partiel", "部分", "没有"]) {
        return None;
    }
    NO_DEMAND.iter().find(|(_, words)| holds_any(&status, words)).map(|(reason, _)| *reason)
}

/// What a status means by its words.
pub fn status(status: &[u8]) -> Verdict {
    status_reason(status).map_or(Verdict::Use, Verdict::LeaveOut)
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
