//! The same orders in several exports: the newest says what became of them.
//!
//! Which that is, the orders themselves tell: they are paid, sent, and then perhaps sent back, never the other way round.
//! Only where they tell nothing it is the file that goes further in time, and at last the one that was given later.

use std::collections::HashMap;

use super::{Needs, OrderLines, drop_lines, retain};
use crate::ingest::Reading;
use crate::ingest::left_out::{COUNTED, KEPT, counted_note};
use crate::ingest::periods::Cell;
use crate::notes::Note;
use crate::order::sort_few;
use tillcast_kernels::keys::mix;

/// How far an order has come, by why its lines are left out or noted: open, settled, a part of it undone, undone.
fn stage(reason: &str) -> u8 {
    match reason {
        "pending-kept" | "unpaid" => 0,
        "partly-refunded-kept" | "returns-kept" => 2,
        "cancelled" | "refunded" | "voided" | "expired" | "failed" | "returned" => 3,
        _ => 1,
    }
}

/// Whether the lines of a file's orders are there: while something must be asked, they are not.
fn has_lines(reading: &Reading) -> bool {
    reading.part.orders.iter().all(|order| order.end as usize <= reading.orders.quantity.len())
}

/// How far each order of a file has come, by its name: the stage first, then the fewer units, as pieces that came back are
/// taken off.
type Stages = HashMap<Cell, f64>;

/// More units than any order has.
const STAGE: f64 = 1e9;

fn stages(reading: &Reading) -> Stages {
    let part = &reading.part;
    let mut stages = Stages::with_capacity(part.orders.len() + part.left.len());
    for order in &part.orders {
        let from = part.noted.partition_point(|(_, line)| *line < order.begin);
        let noted = part.noted[from..].iter().take_while(|(_, line)| *line < order.end);
        let reached = noted.map(|(code, _)| stage(code)).max().unwrap_or(1);
        let units: f64 = reading.orders.quantity[order.begin as usize..order.end as usize].iter().sum();
        let come = f64::from(reached) * STAGE - if units.is_nan() { 0.0 } else { units };
        stages.entry((order.name, 0, 0)).and_modify(|known| *known = known.max(come)).or_insert(come);
    }
    for (name, reason) in &part.left {
        stages.entry((*name, 0, 0)).or_insert(f64::from(stage(reason)) * STAGE);
    }
    stages
}

/// By how many of the orders that both have the first file is the newer one; below 0 if the second is.
fn lead(one: &Stages, other: &Stages) -> i64 {
    let (few, many, sign) = if one.len() <= other.len() { (one, other, 1) } else { (other, one, -1) };
    let both = few.iter().filter_map(|(name, own)| Some((own, many.get(name)?)));
    sign * both.map(|(own, known)| i64::from(own > known) - i64::from(own < known)).sum::<i64>()
}

/// Takes events out of files that stand in another file too: they never change.
pub(super) fn same_events_once(readings: &mut [Reading]) {
    // By name, units and moment the place of the file that each counts from.
    let mut known: HashMap<Cell, f64> = HashMap::new();
    for (place, reading) in
        readings.iter_mut().enumerate().filter(|(_, reading)| reading.part.is_events && has_lines(reading))
    {
        let source = reading.report.source.bytes().fold(0, |hash, byte| mix(hash, u64::from(byte)));
        let orders = &reading.orders;
        let key = |order: &OrderLines| {
            let lines = order.begin as usize..order.end as usize;
            let units: f64 = orders.quantity[lines.clone()].iter().sum();
            let minute = orders.minute.get(lines.start).copied().unwrap_or_default();
            (mix(source, order.name), mix(lines.len() as u64, units.to_bits()), minute)
        };
        let mut keep = vec![true; orders.product.len()];
        let mut superseded = 0;
        for order in &reading.part.orders {
            if *known.entry(key(order)).or_insert(place as f64) != place as f64 {
                superseded += 1;
                keep[order.begin as usize..order.end as usize].fill(false);
            }
        }
        take_out(reading, &keep, superseded);
    }
}

/// Takes orders out of older files that stand in newer ones.
pub(super) fn newest_wins(readings: &mut [Reading]) {
    let last = |reading: &Reading| reading.orders.minute.iter().copied().max().unwrap_or(i32::MIN);
    let has_orders = |part: &super::Part| !part.orders.is_empty() || !part.left.is_empty();
    let mut newest_first: Vec<usize> = (0..readings.len())
        .filter(|&place| {
            let part = &readings[place].part;
            part.needs == Needs::Nothing && !part.is_events && has_orders(part) && has_lines(&readings[place])
        })
        .collect();
    if newest_first.len() < 2 {
        return;
    }
    let known: Vec<(Stages, i32)> = readings
        .iter()
        .enumerate()
        .map(|(place, reading)| match newest_first.contains(&place) {
            true => (stages(reading), last(reading)),
            false => Default::default(),
        })
        .collect();
    sort_few(&mut newest_first, |one, other| {
        let ((own, end), (others, others_end)) = (&known[*one], &known[*other]);
        (lead(own, others), *end, *one) > (0, *others_end, *other)
    });
    // First minute of each order of the newer files; none where all its lines were left out.
    let mut newer: HashMap<(u32, u64), Option<i32>> = HashMap::new();
    let mut sources: Vec<String> = Vec::new();
    for place in newest_first {
        let reading = &mut readings[place];
        let source = match sources.iter().position(|known| *known == reading.report.source) {
            Some(known) => known,
            None => {
                sources.push(reading.report.source.clone());
                sources.len() - 1
            }
        } as u32;
        let minute = |order: &OrderLines| reading.orders.minute.get(order.begin as usize).copied();
        let (mut both, mut alike) = (0_u64, 0_u64);
        for order in &reading.part.orders {
            if let Some(Some(known)) = newer.get(&(source, order.name)) {
                both += 1;
                alike += u64::from(minute(order) == Some(*known));
            }
        }
        if alike * 2 >= both {
            let mut keep = vec![true; reading.orders.product.len()];
            let mut superseded = 0;
            for order in &reading.part.orders {
                if newer.contains_key(&(source, order.name)) {
                    superseded += 1;
                    keep[order.begin as usize..order.end as usize].fill(false);
                }
            }
            take_out(reading, &keep, superseded);
        }
        let reading = &readings[place];
        for order in &reading.part.orders {
            let minute = reading.orders.minute.get(order.begin as usize).copied();
            newer.entry((source, order.name)).or_insert(minute);
        }
        for (name, _) in &reading.part.left {
            newer.entry((source, *name)).or_insert(None);
        }
    }
}

/// Takes lines out of a file that count from another, and says of how many orders.
fn take_out(reading: &mut Reading, keep: &[bool], superseded: u64) {
    let lines = keep.iter().filter(|keep| !**keep).count() as u64;
    if lines > 0 {
        reading.part.rows.add_unkept(keep, "newer-file");
        retain(&mut reading.orders, &mut reading.part, keep);
        drop_lines(reading, lines);
        let text = format!("{superseded} orders stand in a newer file too, which says what became of them");
        reading.notes.push(Note::info("newer-file", text).count(superseded));
    }
}

/// How many orders of each kind are noted.
pub(super) type Kinds = Vec<(String, u64)>;

/// How many orders of each kind are noted in a file.
pub(super) fn kinds(reading: &Reading) -> Kinds {
    let mut kinds = Kinds::new();
    for (code, _) in &reading.part.noted {
        match kinds.iter_mut().find(|(known, _)| known == code) {
            Some((_, count)) => *count += 1,
            None => kinds.push((code.to_string(), 1)),
        }
    }
    kinds
}

/// Counts noted orders in all files together, without those that count from another file; `before` are those of each file
/// as it was read.
pub(super) fn count_kinds(readings: &mut [Reading], before: &[Kinds]) {
    let of = |kinds: &Kinds, kind: &str| kinds.iter().find(|(known, _)| known == kind).map_or(0, |(_, count)| *count);
    let mut all = Kinds::new();
    for (reading, before) in readings.iter().zip(before) {
        let now = kinds(reading);
        for note in &reading.notes {
            let Some(kind) = kind(note) else { continue };
            let count = note.count.unwrap_or_default() + of(&now, &kind) - of(before, &kind).max(of(&now, &kind));
            match all.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, known)) => *known += count,
                None => all.push((kind, count)),
            }
        }
    }
    // Each is said once, in the file where it is met first.
    for reading in readings {
        reading.notes.retain_mut(|note| {
            let Some(kind) = kind(note) else { return true };
            let Some(place) = all.iter().position(|(known, _)| *known == kind) else { return false };
            let (kind, count) = all.swap_remove(place);
            match note.code == COUNTED {
                true => *note = counted_note(&kind, count),
                false => note.count = Some(count),
            }
            count > 0
        });
    }
}

/// The kind of lines that a note tells of, if it does.
fn kind(note: &Note) -> Option<String> {
    if note.code == COUNTED {
        return note.args.iter().find(|(name, _)| name == "reason").map(|(_, reason)| reason.clone());
    }
    note.code.ends_with(KEPT).then(|| note.code.clone())
}
