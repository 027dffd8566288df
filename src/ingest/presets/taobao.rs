//! Taobao and Tmall: the seller back end's lists of sold items and of orders.

use super::{BASE, Holds, Preset};
use crate::ingest::Role;

const ITEM_ROLES: &[(Role, &str)] = &[
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
];

/// Items sold, one record per item of an order.
pub static ITEMS: Preset = Preset {
    name: "taobao",
    marks: &[&["主订单编号", "订单编号"], &["购买数量"], &["订单创建时间"]],
    roles: ITEM_ROLES,
    second_status: &["退款状态"],
    product_else: &["外部系统编号"],
    ..BASE
};

/// The older list of items, whose days stand in the list of orders.
pub static UNDATED_ITEMS: Preset = Preset {
    name: "taobao-items",
    marks: &[&["主订单编号", "订单编号"], &["购买数量"], &["标题", "商品标题", "宝贝标题"], &["价格", "商品价格"]],
    holds: Holds::ItemsOf("ExportOrderList (订单报表)"),
    roles: ITEM_ROLES,
    second_status: &["退款状态"],
    product_else: &["外部系统编号"],
    ..BASE
};

/// The list of orders: products of an order cannot be told apart.
pub static ORDERS: Preset = Preset {
    name: "taobao-orders",
    marks: &[&["订单编号", "主订单编号"], &["宝贝总数量", "宝贝种类"], &["订单创建时间"]],
    holds: Holds::OrdersOf("ExportOrderDetailList (宝贝报表)"),
    roles: &[
        (Role::Order, "订单编号"),
        (Role::Order, "主订单编号"),
        (Role::Date, "订单创建时间"),
        (Role::Revenue, "买家实际支付金额"),
        (Role::Revenue, "总金额"),
        (Role::Status, "订单状态"),
    ],
    ..BASE
};
