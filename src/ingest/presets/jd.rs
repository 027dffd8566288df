//! JD.com: the seller back end's order export. The headers are from descriptions of it; no public importer was found that
//! reads the file itself.

use super::{BASE, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

/// Orders, one record per item.
pub static PRESET: Preset = Preset {
    name: "jd",
    marks: &[
        &["订单号", "订单编号"],
        &["下单时间"],
        &["订购数量", "购买数量", "商品数量"],
        &["京东价", "商品编号", "商家skuid", "商品id"],
    ],
    roles: &[
        (Role::Order, "订单号"),
        (Role::Order, "订单编号"),
        (Role::Date, "下单时间"),
        (Role::Product, "商家SKUID"),
        (Role::Name, "商品名称"),
        (Role::Quantity, "订购数量"),
        (Role::Quantity, "购买数量"),
        (Role::Quantity, "商品数量"),
        (Role::Price, "京东价"),
        (Role::Status, "订单状态"),
    ],
    product_else: &["商品编号", "商品id"],
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status);
    // "(删除)等待出库", "(锁定)等待确认": taken back, or held until the buyer's wish to take it back is decided.
    if holds_any(&text, &["删除", "锁定"]) {
        return Verdict::LeaveOut("cancelled");
    }
    if holds_any(&text, &["等待付款", "待付款"]) {
        return Verdict::LeaveOut("unpaid");
    }
    generic::status(status.trim_ascii())
}
