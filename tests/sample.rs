//! The invented shop: the same everywhere, like a real export, and true to what it says about itself.

use std::collections::BTreeMap;

use tillcast::sample::{DAYS, DEFAULT_LAST_DAY, DEFAULT_SEED, Sample, Truth, write};

type Check = Result<(), Box<dyn std::error::Error>>;

fn sample() -> Sample {
    write(DEFAULT_SEED, DEFAULT_LAST_DAY)
}

/// All records of a file, read by a parser that is not the crate's own.
fn records(csv: &[u8]) -> Result<Vec<Vec<String>>, Box<dyn std::error::Error>> {
    let mut reader = csv_core::Reader::new();
    let (mut field, mut record, mut records) = (Vec::new(), Vec::new(), Vec::new());
    let mut input = csv;
    let mut buffer = [0; 256];
    loop {
        let (result, read, written) = reader.read_field(input, &mut buffer);
        input = &input[read..];
        field.extend_from_slice(&buffer[..written]);
        match result {
            csv_core::ReadFieldResult::Field { record_end } => {
                record.push(String::from_utf8(std::mem::take(&mut field))?);
                if record_end {
                    records.push(std::mem::take(&mut record));
                }
            }
            csv_core::ReadFieldResult::End => return Ok(records),
            csv_core::ReadFieldResult::InputEmpty | csv_core::ReadFieldResult::OutputFull => {}
        }
    }
}

/// Units that stand, by product and day as written, every order once.
fn sold(truth: &Truth) -> BTreeMap<(String, String), u32> {
    let mut units = BTreeMap::new();
    for product in &truth.products {
        for (day, &sold) in (truth.first_day..).zip(&product.sold) {
            if sold > 0 {
                units.insert((product.id.clone(), tillcast::calendar::Frequency::Day.label(day)), sold);
            }
        }
    }
    units
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    assert!(sample() == sample());
    assert!(write(DEFAULT_SEED + 1, DEFAULT_LAST_DAY).csv != sample().csv);
    // These bytes must be the same on every machine; a change of the generator changes them on purpose.
    let sum = sample()
        .csv
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    assert_eq!(format!("{sum:016x}"), "ea38b5b9736da4ee");
}

#[test]
fn the_file_says_what_the_truth_says() -> Check {
    let sample = sample();
    let records = records(&sample.csv)?;
    let header = &records[0];
    assert_eq!(header.len(), 79);
    assert!(records.iter().all(|record| record.len() == 79));
    assert_eq!(records.len() as u64 - 1, sample.truth.records);
    assert!((25_000..60_000).contains(&sample.truth.records), "{}", sample.truth.records);
    let of = |name: &str| header.iter().position(|known| known == name).ok_or(format!("no column {name}"));
    let (order, created, status) = (of("Name")?, of("Created at")?, of("Financial Status")?);
    let (cancelled, sku, name) = (of("Cancelled at")?, of("Lineitem sku")?, of("Lineitem name")?);
    let (quantity, notes) = (of("Lineitem quantity")?, of("Notes")?);

    let mut units: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut seen = std::collections::HashSet::new();
    let mut stands = true;
    let mut is_repeat = false;
    for record in &records[1..] {
        if !record[status].is_empty() {
            is_repeat = !seen.insert(record[order].clone());
            stands = record[cancelled].is_empty() && !["refunded", "voided"].contains(&record[status].as_str());
        }
        if stands && !is_repeat {
            let id = if record[sku].is_empty() { &record[name] } else { &record[sku] };
            *units.entry((id.clone(), record[created][..10].to_owned())).or_default() +=
                record[quantity].parse::<u32>()?;
        }
    }
    assert!(units == sold(&sample.truth));
    assert!(!sample.truth.repeated.is_empty() && sample.truth.no_sale.iter().all(|reason| reason.lines > 0));
    // What real exports are feared for is there.
    let any = |column: usize, text: &str| records[1..].iter().any(|record| record[column].contains(text));
    assert!(any(created, "-0400") && any(created, "-0500") && any(notes, "\n") && any(name, "\""));
    assert!(records[1..].iter().any(|record| record[status].is_empty()) && any(sku, "0045120"));
    Ok(())
}

#[test]
fn sales_follow_the_expected_demand_with_honest_noise() {
    let truth = sample().truth;
    let (mut expected, mut sold, mut scatter, mut days) = (0.0, 0.0, 0.0, 0.0);
    for product in &truth.products {
        assert_eq!((product.expected.len(), product.sold.len()), (DAYS, DAYS));
        for (place, day) in (truth.first_day..).take(DAYS).enumerate() {
            let (mean, units) = (product.expected[place], f64::from(product.sold[place]));
            if product.stock_outs.iter().any(|(from, to)| (*from..=*to).contains(&day)) {
                assert!(units == 0.0 && mean > 0.0, "{} sold while out of stock", product.id);
                continue;
            }
            expected += mean;
            sold += units;
            if mean > 1.0 {
                scatter += (units - mean) * (units - mean) / mean;
                days += 1.0;
            }
        }
    }
    assert!((sold / expected - 1.0_f64).abs() < 0.02, "{sold} sold of {expected}");
    // Poisson alone would be 1.
    assert!((1.1..2.0).contains(&(scatter / days)), "{}", scatter / days);
}

#[test]
fn the_shop_has_what_it_is_said_to_have() {
    let truth = sample().truth;
    assert_eq!(truth.products.len(), 60);
    let count = |has: &dyn Fn(&tillcast::sample::TrueProduct) -> bool| truth.products.iter().filter(|p| has(p)).count();
    assert!(count(&|p| p.launched.is_some()) >= 4 && count(&|p| p.ended.is_some()) >= 2);
    assert!(count(&|p| !p.stock_outs.is_empty()) >= 8, "{}", count(&|p| !p.stock_outs.is_empty()));
    assert!(count(&|p| p.promotions.len() >= 3) >= 30);
    assert!(count(&|p| p.sold.iter().filter(|units| **units > 0).count() < DAYS / 10) >= 4, "rarely sold goods");
    let total = |range: std::ops::Range<usize>| -> f64 {
        truth.products.iter().flat_map(|p| &p.sold[range.clone()]).map(|units| f64::from(*units)).sum()
    };
    let growth = total(DAYS - 365..DAYS) / total(0..365);
    assert!((1.1..1.5).contains(&growth), "{growth}");
    // The last day is 31 May; the middle of December lies 167 days before.
    let december = total(DAYS - 182..DAYS - 158) / 24.0;
    assert!(december > 1.8 * total(DAYS - 120..DAYS - 60) / 60.0, "{december} a day in December");
}

#[test]
fn reading_the_file_gives_the_units_that_were_really_sold() -> Check {
    use tillcast::ingest::{ReadOptions, Reader};
    let sample = sample();
    let mut reader = Reader::new(tillcast::sample::FILE_NAME, ReadOptions::default());
    for piece in sample.csv.chunks(1 << 16) {
        reader.push(piece)?;
    }
    let reading = reader.finish()?;
    assert!(reading.questions.is_empty(), "{:?}", reading.questions);
    assert_eq!(reading.report.rows_read, sample.truth.records);
    let mut units: BTreeMap<(String, String), i64> = BTreeMap::new();
    let orders = &reading.orders;
    for (line, &product) in orders.product.iter().enumerate() {
        let day = orders.minute[line].div_euclid(24 * 60);
        let key = (orders.products[product as usize].id.clone(), tillcast::calendar::Frequency::Day.label(day));
        *units.entry(key).or_default() += orders.quantity[line] as i64;
    }
    let expected: BTreeMap<_, _> =
        sold(&sample.truth).into_iter().map(|(key, units)| (key, i64::from(units))).collect();
    let wrong: Vec<_> = expected
        .iter()
        .filter(|(key, units_sold)| units.get(*key) != Some(units_sold))
        .map(|(key, sold)| (key, sold, units.get(key)))
        .take(5)
        .collect();
    assert!(units == expected, "{wrong:?}, {} days read, {} expected", units.len(), expected.len());
    let twice = sample.truth.repeated.iter().filter(|line| line.is_sale).count() as u64;
    let duplicate = reading.report.left_out.iter().find(|left_out| left_out.reason == "duplicate");
    assert_eq!(duplicate.map(|left_out| left_out.count), Some(twice));
    for reason in &sample.truth.no_sale {
        let found = reading.report.left_out.iter().find(|left_out| left_out.reason == reason.reason);
        assert!(found.is_some_and(|found| found.count >= reason.lines), "{reason:?}, {found:?}");
    }
    Ok(())
}
