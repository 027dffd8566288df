//! The fuzz targets with a stable compiler: our samples as they are, then changed at random for some seconds
//! (`TILLCAST_FUZZ_SECONDS`, 3 unless said) from a seed that a failure names.

use std::path::Path;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

#[path = "../fuzz/targets.rs"]
mod targets;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Larger samples would leave time for few changes.
const MOST_BYTES: u64 = 40_000;

/// Work without an end is told by this: a sheet of millions of blank cells takes seconds in a build that is not optimised.
const ENDLESS: Duration = Duration::from_secs(60);

/// The bytes of all files in those folders of `tests/data`.
fn samples(folders: &[&str]) -> std::io::Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for folder in folders {
        let mut paths: Vec<_> =
            std::fs::read_dir(Path::new("tests/data").join(folder))?.collect::<Result<Vec<_>, _>>()?;
        paths.sort_by_key(std::fs::DirEntry::path);
        for entry in paths {
            if entry.metadata()?.is_file() && entry.metadata()?.len() <= MOST_BYTES {
                found.push(std::fs::read(entry.path())?);
            }
        }
    }
    Ok(found)
}

/// Some changes of the kinds that files suffer: bytes lost, doubled, exchanged, taken from elsewhere.
fn changed(bytes: &[u8], other: &[u8], random: &mut Pcg64Mcg) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..6) {
        let length = bytes.len();
        let from = random.random_range(0..=length);
        let until = (from + random.random_range(0..40)).min(length);
        match random.random_range(0..6) {
            0 => bytes.truncate(from),
            1 => drop(bytes.drain(from..until)),
            2 => {
                let piece = bytes[from..until].to_vec();
                bytes.splice(from..from, piece);
            }
            3 if from < length => bytes[from] = random.random(),
            4 if from < length => {
                bytes[from] = *b"\"',;\t\r\n\0.-0:/\xff\xef=".get(random.random_range(0..17)).unwrap_or(&b' ')
            }
            _ => {
                let at = random.random_range(0..=other.len());
                let piece = &other[at..(at + random.random_range(0..40)).min(other.len())];
                bytes.splice(from..until, piece.iter().copied());
            }
        }
    }
    bytes
}

/// Throws samples at a target, as they are and changed.
fn throw(name: &str, samples: &[Vec<u8>]) -> Outcome {
    let (_, target) = targets::TARGETS.into_iter().find(|(known, _)| *known == name).ok_or("no such target")?;
    let seconds = std::env::var("TILLCAST_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    assert!(!samples.is_empty());
    samples.iter().for_each(|sample| target(sample));
    let (until, mut seed) = (Instant::now() + Duration::from_secs(seconds), 0_u64);
    while Instant::now() < until {
        seed += 1;
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let [one, other] = [0; 2].map(|_| &samples[random.random_range(0..samples.len())]);
        let bytes = changed(one, other, &mut random);
        let begun = Instant::now();
        let outcome = std::panic::catch_unwind(|| target(&bytes));
        assert!(outcome.is_ok(), "{name} panicked with seed {seed}: {:?}", String::from_utf8_lossy(&bytes));
        assert!(begun.elapsed() < ENDLESS, "{name} took {:?} with seed {seed}", begun.elapsed());
    }
    eprintln!("{name}: {seed} changed samples");
    Ok(())
}

#[test]
fn any_file_is_read_or_refused() -> Outcome {
    throw("read", &samples(&["samples"])?)
}

#[test]
fn any_cell_is_a_date_or_a_number_or_none() -> Outcome {
    let mut cells: Vec<Vec<u8>> = Vec::new();
    for sample in samples(&["samples"])? {
        cells.extend(sample.split(|byte| b",;\t\n\"".contains(byte)).take(400).map(<[u8]>::to_vec));
    }
    cells.sort();
    cells.dedup();
    throw("cells", &cells)
}

#[test]
fn any_workbook_is_read_or_refused() -> Outcome {
    throw("packed", &samples(&["workbooks"])?)
}
