//! Collections of delimited text that others keep, of which none is in this project: `TILLCAST_SUITES` names their folder.
//! Without it nothing is run, and that is said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tillcast::ingest::{ReadOptions, Reader, table};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Longest that reading or refusing a small file may take.
const LIMIT: Duration = Duration::from_secs(1);

/// The folder of a suite; none, said aloud, where it is not there.
fn suite(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TILLCAST_SUITES").map(|root| Path::new(&root).join(name)).filter(|at| at.is_dir());
    if folder.is_none() {
        eprintln!("not run: {name} (TILLCAST_SUITES names no folder that has it)");
    }
    folder
}

/// All files under a folder, in order.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

fn json(path: &Path) -> Result<Value, Box<dyn std::error::Error>> {
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

fn cells(bytes: &[u8]) -> tillcast::Result<Vec<Vec<String>>> {
    table(bytes, &ReadOptions::default())
}

/// A table of an oracle, where blanks may be `null`.
fn wanted(rows: &Value) -> Vec<Vec<String>> {
    let cell = |cell: &Value| cell.as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| row.as_array().into_iter().flatten().map(cell).collect();
    rows.as_array().into_iter().flatten().map(row).collect()
}

#[test]
fn csv_spectrum() -> Outcome {
    let Some(folder) = suite("csv-spectrum") else { return Ok(()) };
    let cases = files(&folder.join("csvs"))?;
    assert!(cases.len() > 5);
    for case in cases {
        let name = case.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let rows = cells(&std::fs::read(&case)?)?;
        let named: Vec<BTreeMap<&str, &str>> = rows[1..]
            .iter()
            .map(|row| rows[0].iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect())
            .collect();
        let oracle = std::fs::read_to_string(folder.join("json").join(&name).with_extension("json"))?;
        // A copy of the collection may have lost the carriage returns inside its cells.
        let has_returns = rows.iter().flatten().any(|cell| cell.contains('\r'));
        let oracle: Value = serde_json::from_str(&if has_returns { oracle } else { oracle.replace("\\r\\n", "\\n") })?;
        // One oracle is a single row, with another telephone number than its own file has: its other cells are compared.
        let (row, is_row) = (named.first().cloned().unwrap_or_default(), oracle.is_object());
        if is_row {
            let other = |(key, value): &(&&str, &&str)| oracle[**key] != **value;
            assert_eq!(row.iter().filter(other).count(), 1, "{name}: {row:?}");
            eprintln!("{name}: compared but for the cell in which the oracle is not of its file");
            continue;
        }
        assert_eq!(serde_json::to_value(&named)?, oracle, "{name}");
    }
    Ok(())
}

#[test]
fn papaparse() -> Outcome {
    let Some(folder) = suite("papaparse") else { return Ok(()) };
    let suites = json(&folder.join("cases.json"))?;
    let (mut run, mut passed, mut others) = (0, 0, 0);
    for case in suites["core"].as_array().into_iter().flatten().filter(|case| case["portable"] == true) {
        // Comments, other quotes and the like are that parser's options, and errors its way of telling.
        let options = case["config"].as_object().map(|config| config.keys().cloned().collect::<Vec<_>>());
        let known = ["delimiter", "newline"];
        if options.iter().flatten().any(|key| !known.contains(&key.as_str()))
            || case["expected"]["errors"].as_array().is_some_and(|errors| !errors.is_empty())
        {
            others += 1;
            continue;
        }
        run += 1;
        let input = case["input"].as_str().unwrap_or_default();
        // What it takes for the delimiter unless told otherwise.
        let delimiter = case["config"]["delimiter"].as_str().and_then(|text| text.chars().next()).or(Some(','));
        let found = table(input.as_bytes(), &ReadOptions { delimiter, ..ReadOptions::default() })?;
        let oracle = wanted(&case["expected"]["data"]);
        if found == oracle {
            passed += 1;
        } else {
            eprintln!("{input:?}: {found:?} instead of {oracle:?}");
        }
    }
    eprintln!("papaparse core: {passed} of {run}, {others} more are about options that are not here");
    assert!(run > 15);
    assert_eq!(passed, run);
    Ok(())
}

#[test]
fn univocity() -> Outcome {
    let Some(folder) = suite("univocity") else { return Ok(()) };
    let found = cells(&std::fs::read(folder.join("correctness.csv"))?)?;
    assert_eq!(found, wanted(&json(&folder.join("correctness.expected.json"))?));
    Ok(())
}

#[test]
fn twins_in_other_encodings_are_the_same_table() -> Outcome {
    let Some(folder) = suite("w3c-csvw") else { return Ok(()) };
    let mut twins: BTreeMap<String, Vec<Vec<Vec<String>>>> = BTreeMap::new();
    for path in files(&folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path)?;
        if let Some((family, _)) = name.split_once("test-utf") {
            twins.entry(family.to_owned()).or_default().push(cells(&bytes)?);
        } else {
            assert!(read_or_refused(&name, &bytes) < LIMIT, "{name}");
        }
    }
    let pairs = twins.values().filter(|tables| tables.len() > 1);
    assert!(pairs.clone().count() >= 4);
    for tables in pairs {
        assert!(tables[0].len() > 1 && tables.iter().all(|table| *table == tables[0]));
    }
    Ok(())
}

#[test]
fn every_duckdb_file_is_read_or_refused_in_time() -> Outcome {
    let Some(folder) = suite("duckdb") else { return Ok(()) };
    let paths = files(&folder)?;
    assert!(paths.len() > 300);
    for path in paths {
        let name = path.to_string_lossy();
        let taken = read_or_refused(&name, &std::fs::read(&path)?);
        assert!(taken < LIMIT, "{name}: {taken:?}");
    }
    Ok(())
}

/// How long it takes to read a file, or to say why not.
fn read_or_refused(name: &str, bytes: &[u8]) -> Duration {
    let begun = Instant::now();
    let mut reader = Reader::new(name, ReadOptions::default());
    let outcome = reader.push(bytes).and_then(|()| reader.finish());
    if let Err(error) = outcome {
        assert_ne!(error.code(), "internal", "{name}: {error}");
        assert!(!error.to_string().is_empty());
    }
    begun.elapsed()
}
