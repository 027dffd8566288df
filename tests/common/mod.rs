//! Panels and surroundings that several tests share.
#![allow(dead_code, reason = "each test uses a part")]

use std::rc::Rc;

use tillcast::calendar::Frequency;
use tillcast::context::Context;
use tillcast::device::{Cpu, Device};
use tillcast::notes::Notes;
use tillcast::panel::{Column, Panel, Series};
use tillcast::session::tables;
use tillcast::work::{Cancel, Progress, Threads};

/// Surroundings on the processor, with the whole table of jobs.
pub fn context() -> Context {
    Context {
        device: Device::Cpu(Cpu),
        pool: Rc::new(Threads { run: tables::run_job }),
        seed: 11,
        progress: Progress::silent(),
        cancel: Cancel::default(),
        notes: Notes::default(),
    }
}

/// A number in 0..1 that looks random and depends on nothing but its places.
pub fn noise(a: usize, b: usize) -> f64 {
    let mut mixed = (a as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (b as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    mixed ^= mixed >> 31;
    mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed ^= mixed >> 29;
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

/// Series of the given values from one start on.
pub fn panel(frequency: Frequency, all: Vec<Vec<f64>>) -> tillcast::Result<Panel> {
    let named = all.into_iter().enumerate().map(|(place, values)| {
        let id = format!("p{place}");
        (Series { name: id.clone(), id, store: None, category: None, start: 19_000 }, values)
    });
    Panel::new(frequency, named.collect())
}

/// A shop with growth, a weekly season, noise, and a promotion planned ahead that doubles sales.
pub fn shop(products: usize, days: usize) -> tillcast::Result<Panel> {
    let planned = |product: usize, day: usize| (day / 4 + product).is_multiple_of(7);
    let week = [1.0, 0.8, 0.9, 1.0, 1.3, 1.6, 0.4];
    let value = |product: usize, day: usize| {
        let level = (6.0 + 3.0 * product as f64) * (1.0 + day as f64 / 600.0);
        let lift = if planned(product, day) { 2.0 } else { 1.0 };
        (level * week[day % 7] * lift * (0.8 + 0.4 * noise(product, day))).round()
    };
    let all = (0..products).map(|product| (0..days).map(|day| value(product, day)).collect()).collect();
    let promo = (0..products).flat_map(|product| (0..days).map(move |day| f64::from(planned(product, day))));
    panel(Frequency::Day, all)?.with_column(Column { name: "promo".into(), planned: true, values: promo.collect() })
}
