//! Reading files to daily series on one core, natively, against the csv crate merely dividing the same bytes into fields:
//! `cargo bench --bench reading -- FILE…`, or `npm run bench -- native`, which makes the files.

use std::hint::black_box;
use std::time::Instant;

use tillcast::Result;
use tillcast::error::Error;
use tillcast::ingest::{Incoming, ReadOptions, finish};
use tillcast::panel::build::BuildOptions;
use tillcast::session::shop::Shop;

const ROUNDS: usize = 7;
const PIECE_BYTES: usize = 1 << 20;

fn main() -> Result<()> {
    for name in std::env::args().skip(1).filter(|word| !word.starts_with('-')) {
        compare(&name)?;
    }
    Ok(())
}

fn compare(name: &str) -> Result<()> {
    let bytes = std::fs::read(name).map_err(|error| Error::input("unreadable", format!("{name}: {error}")))?;
    let megabytes = bytes.len() as f64 / 1e6;
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    let mut found = String::new();
    // In turns, so that what else the machine does meets both; the first round warms up.
    for round in 0..=ROUNDS {
        let begun = Instant::now();
        found = to_series(&bytes)?;
        let own = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        let fields = divided(&bytes)?;
        let other = begun.elapsed().as_secs_f64();
        if black_box(fields) > 0 && round > 0 {
            ours.push(own);
            peer.push(other);
        }
    }
    let label = std::path::Path::new(name).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
    let (ours, peer) = (median(ours), median(peer));
    println!("{label}: {megabytes:.1} MB, {found}");
    println!("tillcast, bytes in memory to series   {ours:.3} s {:4.0} MB/s", megabytes / ours);
    println!("csv crate, bytes in memory to fields  {peer:.3} s {:4.0} MB/s", megabytes / peer);
    println!("native-{label} cpu ratio {:.2}", peer / ours);
    Ok(())
}

/// All that opening a file does; says what was found.
fn to_series(bytes: &[u8]) -> Result<String> {
    let mut file = Incoming::file("orders.csv", ReadOptions::default());
    for piece in bytes.chunks(PIECE_BYTES) {
        file.push(piece)?;
    }
    let readings = finish(vec![file])?;
    let rows: u64 = readings.iter().map(|reading| reading.report.rows_read).sum();
    let shop = Shop::open("orders", readings, BuildOptions::default())?;
    Ok(format!("{rows} rows, {} series of {} values", shop.built.panel.len(), shop.built.panel.total_len()))
}

/// The peer's quickest way: one record's memory for all of them, bytes that are not looked at as text.
fn divided(bytes: &[u8]) -> Result<usize> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    let mut fields = 0;
    while reader.read_byte_record(&mut record).map_err(|error| Error::input("unreadable", error.to_string()))? {
        fields += record.len();
    }
    Ok(fields)
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
