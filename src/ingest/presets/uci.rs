//! UCI "Online Retail" (Chen, Sain and Guo 2012) and "Online Retail II": a British web shop's invoices.

use super::{BASE, Line, Preset, Verdict};
use crate::ingest::Role;

/// Online Retail.
pub static PRESET: Preset = FIRST;

const FIRST: Preset = Preset {
    name: "uci-online-retail",
    marks: &[&["invoiceno"], &["stockcode"], &["invoicedate"], &["quantity"], &["unitprice"]],
    roles: &[
        (Role::Order, "InvoiceNo"),
        (Role::Product, "StockCode"),
        (Role::Name, "Description"),
        (Role::Quantity, "Quantity"),
        (Role::Date, "InvoiceDate"),
        (Role::Price, "UnitPrice"),
    ],
    upper_case: true,
    status: |_| Verdict::Use,
    judge: Some(judge),
    ..BASE
};

/// Online Retail II, with other headers.
pub static SECOND: Preset = Preset {
    marks: &[&["invoice"], &["stockcode"], &["invoicedate"], &["quantity"], &["price"]],
    roles: &[
        (Role::Order, "Invoice"),
        (Role::Product, "StockCode"),
        (Role::Name, "Description"),
        (Role::Quantity, "Quantity"),
        (Role::Date, "InvoiceDate"),
        (Role::Price, "Price"),
    ],
    ..FIRST
};

/// Stock codes of goods begin with this many digits; others are postage, fees, samples and vouchers.
const CODE_DIGITS: usize = 5;

fn judge(line: &Line<'_>) -> Verdict {
    if line.order.first().is_some_and(u8::is_ascii_alphabetic) {
        return Verdict::LeaveOut("cancelled");
    }
    if line.quantity <= 0.0 {
        return Verdict::LeaveOut("returned");
    }
    if line.price <= 0.0 {
        return Verdict::LeaveOut("free");
    }
    let digits = line.product.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits < CODE_DIGITS { Verdict::LeaveOut("not-a-product") } else { Verdict::Use }
}
