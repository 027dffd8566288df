//! What is thrown at: each target takes any bytes, and must not panic. Used by cargo-fuzz and, on a stable compiler, by
//! `tests/fuzz.rs`.

use tillcast::ingest::{DateOrder, ReadOptions, Reader, dates, join, numbers, packed, table};
use tillcast::panel::build::{BuildOptions, build};

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 3] = [("read", read), ("cells", cells), ("packed", unpack)];

/// A whole file: decoded, sniffed, divided, read, put on a calendar. Its first byte says with which options and in pieces
/// of which length.
pub fn read(bytes: &[u8]) {
    let Some((&first, bytes)) = bytes.split_first() else { return };
    let options = ReadOptions {
        date_order: [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)][usize::from(first % 3)],
        delimiter: [None, Some(';')][usize::from(first / 3 % 2)],
        ..ReadOptions::default()
    };
    drop(table(bytes, &options));
    let mut reader = Reader::new("fuzz", options);
    let pushed = bytes.chunks(1 + 61 * usize::from(first)).try_for_each(|piece| reader.push(piece));
    let Ok(joined) = pushed.and_then(|()| reader.finish()).and_then(|reading| join(vec![reading])) else { return };
    let orders = &joined.orders;
    let lines = orders.product.len();
    assert!(orders.minute.len() == lines && orders.quantity.len() == lines, "columns of one length");
    assert!(orders.product.iter().all(|&product| (product as usize) < orders.products.len()), "products that exist");
    if let Ok(built) = build(orders, &BuildOptions::default()) {
        let values = (0..built.panel.len()).flat_map(|index| built.panel.values(index));
        assert!(values.into_iter().all(|value| value.is_nan() || *value >= 0.0), "no sales below zero");
    }
}

/// A date and a number.
pub fn cells(bytes: &[u8]) {
    for serial in [false, true] {
        if let Some(stamp) = dates::parse(bytes, serial) {
            assert!(stamp.minute.is_none_or(|minute| minute < 24 * 60), "a minute of a day");
            for order in [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd] {
                // Minutes since 1970 fit, too.
                assert!(stamp.day.in_order(order).is_none_or(|days| days.checked_mul(24 * 60).is_some()), "a day");
            }
        }
    }
    for mark in *b".," {
        assert!(numbers::parse(bytes, mark).is_none_or(|value| !value.is_nan()), "a number");
    }
    assert!(numbers::currency(bytes).len() <= bytes.len(), "a part of the cell");
    assert!(!numbers::is_missing(bytes, true) || numbers::parse(bytes, b'.').is_none(), "no number is missing");
}

/// A workbook or an archive.
pub fn unpack(bytes: &[u8]) {
    let Ok(files) = packed::read("fuzz", bytes.to_vec(), &ReadOptions::default()) else { return };
    drop(tillcast::ingest::finish(files).and_then(join));
}
