//! Taobao and Tmall: the seller back end's list of sold items.

use super::{BASE, Preset};
use crate::ingest::Role;

/// Items sold, one record per item of an order.
pub static PRESET: Preset = Preset {
    name: "taobao",
    marks: &[&["主订单编号", "订单编号"], &["购买数量"], &["订单创建时间"]],
    roles: &[
        (Role::Order, "主订单编号"),
        (Role::Order, "订单编号"),
        (Role::Date, "订单创建时间"),
        (Role::Product, "商家编码"),
        (Role::Name, "商品标题"),
        (Role::Name, "宝贝标题"),
        (Role::Name, "标题"),
        (Role::Quantity, "购买数量"),
        (Role::Price, "商品价格"),
        (Role::Price, "价格"),
        (Role::Status, "订单状态"),
    ],
    second_status: &["退款状态"],
    product_else: &["外部系统编号"],
    ..BASE
};
