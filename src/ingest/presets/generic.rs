//! Any table with a date, a product and units.

use super::{Line, Preset, Verdict};

/// Any table with a date, a product and units.
pub static PRESET: Preset = Preset {
    name: "generic",
    marks: &[],
    roles: &[],
    fills_forward: false,
    one_per_line: false,
    upper_case: false,
    judge,
};

/// Words of a status that say that nothing was sold, in the platforms' languages.
const NO_DEMAND: [(&str, &[&str]); 5] = [
    ("cancelled", &["cancel", "storn", "annul", "void", "batal", "关闭", "取消", "キャンセル"]),
    ("refunded", &["refund", "erstattet", "rembours", "reembols", "退款成功", "已退款", "返金"]),
    ("returned", &["returned", "retour", "devol", "退货", "返品"]),
    ("unpaid", &["unpaid", "pending payment", "awaiting payment", "expired", "等待买家付款", "待付款", "belum bayar"]),
    ("failed", &["failed", "declined", "draft"]),
];

/// The reason to leave a line out that its status gives.
pub fn status_reason(status: &[u8]) -> Option<&'static str> {
    if status.is_empty() {
        return None;
    }
    let status = String::from_utf8_lossy(status).to_lowercase();
    // Part of an order that came back is told by its units, not by its status.
    if status.contains("partial") || status.contains("not ") {
        return None;
    }
    NO_DEMAND.iter().find(|(_, words)| words.iter().any(|word| status.contains(word))).map(|(reason, _)| *reason)
}

fn judge(line: &Line<'_>) -> Verdict {
    if let Some(reason) = status_reason(line.status) {
        return Verdict::LeaveOut(reason);
    }
    let cancelled = String::from_utf8_lossy(line.cancelled).to_lowercase();
    if !matches!(cancelled.as_str(), "" | "0" | "no" | "false" | "n") {
        return Verdict::LeaveOut("cancelled");
    }
    Verdict::Use
}
