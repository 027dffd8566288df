//! Pinduoduo: the merchant back end's order export; and Douyin's, which is alike. The headers of both are those that
//! several public importers of 2023 to 2026 read.

use super::{BASE, Preset, Verdict, generic, holds_any};
use crate::ingest::Role;

/// Pinduoduo: an order is one product.
pub static PRESET: Preset = Preset {
    name: "pinduoduo",
    marks: &[
        &["订单号"],
        &["商品数量 件", "商品数量"],
        &["商品", "商品名称"],
        &["订单成交时间", "支付时间", "拼单成功时间", "成团时间"],
    ],
    roles: &[
        (Role::Order, "订单号"),
        (Role::Date, "订单成交时间"),
        (Role::Date, "支付时间"),
        (Role::Date, "拼单成功时间"),
        (Role::Date, "成团时间"),
        (Role::Product, "商家编码-规格维度"),
        (Role::Name, "商品"),
        (Role::Name, "商品名称"),
        (Role::Quantity, "商品数量(件)"),
        (Role::Quantity, "商品数量"),
        (Role::Revenue, "商品总价(元)"),
        (Role::Status, "订单状态"),
    ],
    second_status: &["售后状态"],
    product_else: &["商家编码 商品维度", "样式id", "商品id"],
    status,
    ..BASE
};

/// Douyin.
pub static DOUYIN: Preset = Preset {
    name: "douyin",
    marks: &[&["主订单编号"], &["选购商品"], &["商品数量"], &["订单提交时间"]],
    roles: &[
        (Role::Order, "主订单编号"),
        (Role::Date, "订单提交时间"),
        (Role::Product, "商家编码"),
        (Role::Name, "选购商品"),
        (Role::Quantity, "商品数量"),
        (Role::Price, "商品单价"),
        (Role::Price, "商品金额"),
        (Role::Status, "订单状态"),
    ],
    second_status: &["售后状态"],
    product_else: &["货号", "商品id"],
    status,
    ..BASE
};

fn status(status: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(status);
    // Of the wishes after a sale only a repayment that came about undoes it.
    if holds_any(&text, &["无售后", "售后取消", "售后关闭", "售后中"]) {
        return Verdict::Use;
    }
    if holds_any(&text, &["待支付", "待付款", "未支付"]) {
        return Verdict::LeaveOut("unpaid");
    }
    generic::status(status)
}
