//! Sales to orders, orders to the rows of Shopify's orders export.

use super::catalog::CATALOG;
use super::random::Random;
use super::{DAYS, NoSale, Repeated, Sample, TrueProduct, Truth};
use crate::calendar::{date_from_days, days_from_date};
use crate::order::sort_many;

/// Header of the orders export, 79 columns.
pub(super) const HEADER: &str = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,\
Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,\
Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,\
Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,\
Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,\
Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,\
Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,\
Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,\
Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,\
Payment References";

/// Columns of [`HEADER`] that are written, counted from 0.
mod column {
    pub(super) const NAME: usize = 0;
    pub(super) const EMAIL: usize = 1;
    pub(super) const FINANCIAL_STATUS: usize = 2;
    pub(super) const PAID_AT: usize = 3;
    pub(super) const FULFILLMENT_STATUS: usize = 4;
    pub(super) const ACCEPTS_MARKETING: usize = 6;
    pub(super) const CURRENCY: usize = 7;
    pub(super) const SUBTOTAL: usize = 8;
    pub(super) const SHIPPING: usize = 9;
    pub(super) const TAXES: usize = 10;
    pub(super) const TOTAL: usize = 11;
    pub(super) const DISCOUNT_AMOUNT: usize = 13;
    pub(super) const CREATED_AT: usize = 15;
    pub(super) const QUANTITY: usize = 16;
    pub(super) const ITEM: usize = 17;
    pub(super) const PRICE: usize = 18;
    pub(super) const COMPARE_AT: usize = 19;
    pub(super) const SKU: usize = 20;
    pub(super) const REQUIRES_SHIPPING: usize = 21;
    pub(super) const TAXABLE: usize = 22;
    pub(super) const ITEM_STATUS: usize = 23;
    pub(super) const SHIPPING_COUNTRY: usize = 42;
    pub(super) const NOTES: usize = 44;
    pub(super) const CANCELLED_AT: usize = 46;
    pub(super) const PAYMENT_METHOD: usize = 47;
    pub(super) const REFUNDED: usize = 49;
    pub(super) const VENDOR: usize = 50;
    pub(super) const ID: usize = 55;
    pub(super) const SOURCE: usize = 58;
    pub(super) const DISCOUNT: usize = 59;
    pub(super) const COUNT: usize = 79;
}

/// Share of orders that are taken back, beside those that stand.
const TAKEN_BACK: f64 = 0.035;
/// Chances of one, two, three and four lines in an order.
const BASKET: [f64; 4] = [0.60, 0.24, 0.11, 0.05];
/// Orders by hour of the day.
const HOURS: [f64; 24] = [
    1.0, 0.6, 0.4, 0.3, 0.3, 0.5, 1.2, 2.5, 3.8, 5.0, 5.6, 5.8, 6.0, 5.6, 5.4, 5.2, 5.3, 5.6, 6.2, 7.0, 7.4, 6.8, 4.8,
    2.4,
];
/// The file was put together from two exports; this day's orders are in both.
const SEAM_DAY: usize = 366;
const FIRST_ORDER: u64 = 1001;
const FIRST_ID: u64 = 5_500_000_000_000;
const SHIPPING_CENTS: u32 = 500;
const FREE_SHIPPING_FROM_CENTS: u32 = 6000;
const DAY_SECONDS: i32 = 24 * 3600;

/// What became of an order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    Pending,
    PartlyRefunded,
    Cancelled,
    Refunded,
    Voided,
}

impl Fate {
    fn status(self) -> &'static str {
        match self {
            Fate::Paid => "paid",
            Fate::Pending => "pending",
            Fate::PartlyRefunded => "partially_refunded",
            Fate::Cancelled | Fate::Refunded => "refunded",
            Fate::Voided => "voided",
        }
    }

    fn no_sale(self) -> Option<usize> {
        match self {
            Fate::Paid | Fate::Pending | Fate::PartlyRefunded => None,
            Fate::Cancelled => Some(0),
            Fate::Refunded => Some(1),
            Fate::Voided => Some(2),
        }
    }
}

struct Line {
    product: usize,
    units: u32,
}

struct Order {
    second: i32,
    fate: Fate,
    lines: Vec<Line>,
    note: Option<&'static str>,
}

pub(super) fn write(random: &mut Random, first_day: i32, products: Vec<TrueProduct>) -> Sample {
    let mut truth = Truth {
        first_day,
        products,
        no_sale: ["cancelled", "refunded", "voided"].map(|reason| NoSale { reason, lines: 0, units: 0 }).to_vec(),
        repeated: Vec::new(),
        records: 0,
    };
    let mut csv = Vec::with_capacity(8 << 20);
    csv.extend_from_slice(HEADER.as_bytes());
    csv.push(b'\n');
    let mut number = 0;
    for place in 0..DAYS {
        let orders = orders_of_day(random, &truth.products, place);
        let day_starts = csv.len();
        for order in &orders {
            write_order(&mut csv, &truth.products, first_day, place, order, number);
            number += 1;
            truth.records += order.lines.len() as u64;
            if let Some(reason) = order.fate.no_sale() {
                truth.no_sale[reason].lines += order.lines.len() as u64;
                truth.no_sale[reason].units += order.lines.iter().map(|line| u64::from(line.units)).sum::<u64>();
            }
        }
        if place == SEAM_DAY {
            csv.extend_from_within(day_starts..);
            for order in &orders {
                let is_sale = order.fate.no_sale().is_none();
                truth.records += order.lines.len() as u64;
                truth.repeated.extend(order.lines.iter().map(|line| Repeated {
                    product: line.product,
                    day: first_day + place as i32,
                    units: line.units,
                    is_sale,
                }));
            }
        }
    }
    Sample { csv, truth }
}

/// The orders of one day by time: what was sold, dealt into baskets, and some that were taken back.
fn orders_of_day(random: &mut Random, products: &[TrueProduct], place: usize) -> Vec<Order> {
    let mut lines = Vec::new();
    for (product, truth) in products.iter().enumerate() {
        let mut left = truth.sold[place];
        while left > 0 {
            let units = units_of_line(random, product, left);
            left -= units;
            lines.push(Line { product, units });
        }
    }
    random.shuffle(&mut lines);
    let mut orders = Vec::new();
    let mut lines = lines.into_iter().peekable();
    while lines.peek().is_some() {
        let size = 1 + random.weighted(&BASKET);
        let basket: Vec<Line> = lines.by_ref().take(size).collect();
        let fate = match random.unit() {
            draw if draw < 0.006 => Fate::Pending,
            draw if draw < 0.014 && basket.len() > 1 => Fate::PartlyRefunded,
            _ => Fate::Paid,
        };
        orders.push(order(random, fate, basket));
    }
    // Orders taken back come on top: what is sold stays what was wanted.
    let weights: Vec<f64> =
        products.iter().map(|product| if product.sold[place] > 0 { product.expected[place] } else { 0.0 }).collect();
    if !orders.is_empty() {
        for _ in 0..random.poisson(TAKEN_BACK * orders.len() as f64) {
            let fate = [Fate::Cancelled, Fate::Refunded, Fate::Voided][random.weighted(&[0.45, 0.45, 0.1])];
            let size = 1 + random.weighted(&BASKET);
            let basket = (0..size).map(|_| {
                let product = random.weighted(&weights);
                Line { product, units: units_of_line(random, product, u32::MAX) }
            });
            let basket = basket.collect();
            orders.push(order(random, fate, basket));
        }
    }
    sort_many(&mut orders, |one, other| one.second.cmp(&other.second));
    orders
}

fn units_of_line(random: &mut Random, product: usize, left: u32) -> u32 {
    const MOST: u32 = 6;
    let mut units = 1;
    while units < left.min(MOST) && random.chance(CATALOG[product].more) {
        units += 1;
    }
    units
}

fn order(random: &mut Random, fate: Fate, basket: Vec<Line>) -> Order {
    // One line a product, as the checkout makes it.
    let mut lines: Vec<Line> = Vec::with_capacity(basket.len());
    for line in basket {
        match lines.iter_mut().find(|known| known.product == line.product) {
            Some(known) => known.units += line.units,
            None => lines.push(line),
        }
    }
    let second = random.weighted(&HOURS) as i32 * 3600 + random.between(0, 3600) as i32;
    let note = match random.unit() {
        draw if draw < 0.004 => Some("Please leave it with the neighbour,\nthe bell is broken."),
        draw if draw < 0.007 => Some("It is a gift: no invoice, please.\n\nCard: \"Happy birthday!\""),
        draw if draw < 0.009 => Some("Merci, à bientôt"),
        _ => None,
    };
    Order { second, fate, lines, note }
}

fn write_order(csv: &mut Vec<u8>, products: &[TrueProduct], first_day: i32, place: usize, order: &Order, number: u64) {
    let created = moment(first_day + place as i32, order.second);
    let name = format!("#{}", FIRST_ORDER + number);
    // A buyer comes back now and then.
    let email = format!("buyer{}@example.com", (number * 7919) % 6007);
    let subtotal: u32 = order.lines.iter().map(|line| products[line.product].price_cents[place] * line.units).sum();
    let shipping = if subtotal >= FREE_SHIPPING_FROM_CENTS { 0 } else { SHIPPING_CENTS };
    let refunded = match order.fate {
        Fate::Refunded | Fate::Cancelled => subtotal + shipping,
        Fate::PartlyRefunded => products[order.lines[0].product].price_cents[place] * order.lines[0].units,
        _ => 0,
    };
    for (position, line) in order.lines.iter().enumerate() {
        let product = &products[line.product];
        let price = product.price_cents[place];
        let usual = product.price_cents[place..].iter().chain(&product.price_cents[..place]);
        let mut row = Row { csv, column: 0 };
        row.put(column::NAME, &name);
        row.put(column::EMAIL, &email);
        if position == 0 {
            row.put(column::FINANCIAL_STATUS, order.fate.status());
            if !matches!(order.fate, Fate::Pending | Fate::Voided) {
                row.put(column::PAID_AT, &created);
            }
            let is_sent = matches!(order.fate, Fate::Paid | Fate::PartlyRefunded | Fate::Refunded);
            row.put(column::FULFILLMENT_STATUS, if is_sent { "fulfilled" } else { "unfulfilled" });
            row.put(column::ACCEPTS_MARKETING, if number.is_multiple_of(3) { "yes" } else { "no" });
            row.put(column::CURRENCY, "USD");
            row.put(column::SUBTOTAL, &money(subtotal));
            row.put(column::SHIPPING, &money(shipping));
            row.put(column::TAXES, "0.00");
            row.put(column::TOTAL, &money(subtotal + shipping));
            row.put(column::DISCOUNT_AMOUNT, "0.00");
        }
        row.put(column::CREATED_AT, &created);
        row.put(column::QUANTITY, &line.units.to_string());
        row.put(column::ITEM, &product.name);
        row.put(column::PRICE, &money(price));
        let day = first_day + place as i32;
        if product.promotions.iter().any(|promotion| (promotion.from..=promotion.to).contains(&day)) {
            // The usual price is the highest near this day.
            let usual = usual.take(30).copied().max().unwrap_or(price);
            row.put(column::COMPARE_AT, &money(usual));
        }
        row.put(column::SKU, &product.sku);
        row.put(column::REQUIRES_SHIPPING, "true");
        row.put(column::TAXABLE, "true");
        row.put(column::ITEM_STATUS, "fulfilled");
        if position == 0 {
            row.put(column::SHIPPING_COUNTRY, "US");
            if let Some(note) = order.note {
                row.put(column::NOTES, note);
            }
            if order.fate == Fate::Cancelled {
                row.put(column::CANCELLED_AT, &moment(day, (order.second + 5400).min(DAY_SECONDS - 1)));
            }
            row.put(column::PAYMENT_METHOD, "Shopify Payments");
            row.put(column::REFUNDED, &money(refunded));
        }
        row.put(column::VENDOR, "Wren & Fable (invented)");
        if position == 0 {
            row.put(column::ID, &(FIRST_ID + number).to_string());
            row.put(column::SOURCE, "web");
        }
        row.put(column::DISCOUNT, "0.00");
        row.end();
    }
}

/// One record: fields in the order of the columns, quoted where needed.
struct Row<'a> {
    csv: &'a mut Vec<u8>,
    column: usize,
}

impl Row<'_> {
    fn put(&mut self, column: usize, text: &str) {
        self.move_to(column);
        if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            self.csv.push(b'"');
            self.csv.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            self.csv.push(b'"');
        } else {
            self.csv.extend_from_slice(text.as_bytes());
        }
    }

    fn move_to(&mut self, column: usize) {
        self.csv.extend(std::iter::repeat_n(b',', column - self.column));
        self.column = column;
    }

    fn end(mut self) {
        self.move_to(column::COUNT - 1);
        self.csv.push(b'\n');
    }
}

fn money(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A moment by the clock of New York, `YYYY-MM-DD HH:MM:SS ±HHMM`.
fn moment(day: i32, second: i32) -> String {
    let date = date_from_days(day);
    let (mut hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    // Since 2007: from two o'clock on the second Sunday of March to two o'clock on the first Sunday of November.
    const CHANGE_HOUR: i32 = 2;
    let sunday = |month: i8, nth: i32| {
        let first = days_from_date(jiff::civil::date(date.year(), month, 1));
        // Days since 1970 modulo 7 are 3 on Sundays.
        first + (3 - first).rem_euclid(7) + 7 * (nth - 1)
    };
    let (begins, ends) = (sunday(3, 2), sunday(11, 1));
    if day == begins && hour == CHANGE_HOUR {
        // This hour does not exist.
        hour += 1;
    }
    let now = day * 24 + hour;
    let is_summer = now >= begins * 24 + CHANGE_HOUR && now < ends * 24 + CHANGE_HOUR;
    let offset = if is_summer { "-0400" } else { "-0500" };
    let (year, month, day) = (date.year(), date.month(), date.day());
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} {offset}")
}
