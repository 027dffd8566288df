//! What the command writes.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::rc::Rc;

use serde_json::json;

use super::args::{DeviceArg, Inspect, PanelCall, Sample, Work};
use super::{input, left_out, progress, system};
use crate::context::Context;
use crate::device::{Device, DeviceChoice};
use crate::error::{Error, Result};
use crate::ingest::left_out::{KEPT, ROWS_LOST};
use crate::ingest::mapping::{Column, Confidence, Found, Use};
use crate::models::Scope;
use crate::notes::{Note, Notes, Severity};
use crate::panel::quality::{BULK_ORDER, COUNTED_OUT, Done, FAR_DATES, STOCK_OUT};
use crate::present::export;
use crate::session::odd::OUT_OF_STOCK;
use crate::session::tables;
use crate::work::{Cancel, Threads};

/// Version of the shape of all JSON output.
pub(super) const SCHEMA: u32 = 1;

/// Writes to a file, or to standard output.
pub(super) fn write(out: Option<&Path>, text: &[u8]) -> Result<()> {
    let Some(path) = out else {
        return match std::io::stdout().lock().write_all(text) {
            // Whoever reads may stop early, as `head` does.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(system("write", Path::new("-"), &error))
            }
            _ => Ok(()),
        };
    };
    std::fs::write(path, text).map_err(|error| system("write", path, &error))
}

pub(super) fn write_json(out: Option<&Path>, value: &serde_json::Value) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::internal(error.to_string()))?;
    write(out, (text + "\n").as_bytes())
}

/// Warnings go to standard error.
pub(super) fn warn(notes: &[Note]) {
    for note in notes.iter().filter(|note| note.severity == Severity::Warning) {
        let product = note.product.as_ref().map_or(String::new(), |product| format!("{product}: "));
        eprintln!("tillcast: note: {product}{}{}", note.text, hint(note));
    }
}

/// Where what a note is about can be seen.
fn hint(note: &Note) -> &'static str {
    if note.code == ROWS_LOST { " (tillcast inspect FILE --left-out OUT.csv lists them)" } else { "" }
}

/// How a column was found, where that is not certain.
fn doubt_of(column: &Column) -> Option<String> {
    let how = match column.found? {
        Found::Content => "by its values alone",
        Found::Name => "by its name",
        Found::Given | Found::Platform => "",
    };
    match (column.confidence?, &column.rival) {
        (Confidence::High, _) => None,
        (_, Some(rival)) => Some(format!("{how}; {rival:?} could be it as well")),
        (_, None) => Some(how.to_owned()),
    }
}

/// `tillcast inspect`.
pub fn inspect(call: &Inspect) -> Result<()> {
    if call.left_out.is_some() {
        left_out::check(&call.files)?;
    }
    let shop = input::shop(&call.files, &[])?;
    if let Some(path) = &call.left_out {
        left_out::write(&call.files, &shop, path)?;
    }
    let (summary, findings) = (shop.summary(1), shop.findings()?);
    if call.json {
        let mut value = serde_json::to_value(&summary).map_err(|error| Error::internal(error.to_string()))?;
        if let Some(object) = value.as_object_mut() {
            object.remove("id");
            object.insert("schema".into(), json!(SCHEMA));
            object.insert("findings".into(), json!(findings));
        }
        if let Some(stores) = shop.built.panel.stores() {
            for (index, store) in stores.into_iter().enumerate() {
                value["products"][index]["store"] = json!(store);
            }
        }
        return write_json(None, &value);
    }
    let mut text = String::new();
    for report in &summary.reports {
        let _ = match &report.sheet {
            Some(sheet) => writeln!(text, "{}: {}, sheet {sheet:?}", report.file, report.source),
            None => writeln!(
                text,
                "{}: {}, {}, delimiter {:?}",
                report.file, report.source, report.encoding, report.delimiter
            ),
        };
        for (role, header) in &report.roles {
            let doubt = report.columns.iter().find(|column| column.role == Some(*role)).and_then(doubt_of);
            let _ = writeln!(
                text,
                "  {:<10} {header}{}",
                format!("{role:?}").to_lowercase(),
                doubt.map_or(String::new(), |doubt| format!("  ({doubt})"))
            );
        }
        for (header, _) in report.headers.iter().zip(&report.columns).filter(|(_, column)| column.usage == Use::Extra) {
            let kind = summary.extras.iter().find(|extra| extra.name == *header).and_then(|extra| extra.kind);
            let about = kind.map_or(String::new(), |kind| format!("  ({})", format!("{kind:?}").to_lowercase()));
            let _ = writeln!(text, "  kept       {header}{about}");
        }
        let _ = writeln!(text, "  dates      {}", report.date_pattern);
        let _ = writeln!(text, "  rows       {} read, {} used", report.rows_read, report.rows_used);
        for left in &report.left_out {
            let records: Vec<String> = left.records.iter().map(u64::to_string).collect();
            // What another file takes out has no record numbers.
            let places = if records.is_empty() { String::new() } else { format!(" (record {})", records.join(", ")) };
            let _ = writeln!(text, "  left out   {} {}{places}", left.count, left.reason);
        }
        for status in report.statuses.iter().filter(|status| status.counts) {
            let _ = writeln!(
                text,
                "  status     {} lines with {:?} count; --leave-out \"status:{}\" leaves them out",
                status.lines, status.word, status.word
            );
        }
    }
    let _ = writeln!(
        text,
        "{} products, {} units, {} to {}, by {}",
        summary.products.len(),
        summary.total_units,
        summary.from,
        summary.to,
        summary.frequency.name()
    );
    for finding in &findings {
        let done = match (finding.done, finding.optional) {
            (Done::Counted, _) if finding.code == FAR_DATES => "counted, as was asked".into(),
            (Done::Counted, true) if finding.code == BULK_ORDER => {
                format!("counted as it stands; --leave-out {BULK_ORDER} counts the usual size instead")
            }
            (Done::Usual, _) => "counted as the usual size, as was asked".into(),
            (Done::Counted, true) => format!("counted as it stands; --leave-out {} leaves it out", finding.code),
            (Done::Zero, _) if finding.code == COUNTED_OUT => "taken as no sales, as was asked".into(),
            (Done::Zero, true) => format!("taken as no sales; --leave-out {} takes it as unknown", finding.code),
            (Done::Counted | Done::Zero, false) => "counted as it stands".into(),
            (Done::LeftOut, _) if finding.code == FAR_DATES => format!("left out; --count {FAR_DATES} counts them"),
            (Done::LeftOut, _) => "left out".into(),
            (Done::Missing, _) if [STOCK_OUT, COUNTED_OUT].contains(&&*finding.code) => {
                format!("taken as unknown; --count {STOCK_OUT} takes it as no sales")
            }
            (Done::Missing, _) => "taken as unknown".into(),
        };
        let _ = writeln!(text, "odd: {} ({done})", finding.text);
        for example in &finding.examples {
            let product = example.product.as_ref().map_or(String::new(), |product| format!("{product}, "));
            let until = example.until.as_ref().filter(|until| **until != example.from);
            let until = until.map_or(String::new(), |until| format!(" to {until}"));
            let value = match (example.value, example.usual) {
                (Some(value), Some(usual)) if finding.done != Done::Zero && finding.done != Done::Missing => {
                    format!(": {value}, usually {usual}")
                }
                _ => String::new(),
            };
            let _ = writeln!(text, "     {product}{}{until}{value}", example.from);
        }
    }
    // Times without stock are told above.
    for note in summary.notes.iter().filter(|note| note.code != OUT_OF_STOCK) {
        let product = note.product.as_ref().map_or(String::new(), |product| format!("{product}: "));
        let arg = |wanted: &str| note.args.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let switch = match (note.code.strip_suffix(KEPT), arg("answer"), arg("other")) {
            (Some(kind), ..) => format!("; --leave-out {kind} leaves them out"),
            (_, Some(answer), Some(other)) => format!("; --date-order {answer} reads it as {other}"),
            _ if note.code == "variants-together" => "; --variants tells them apart".into(),
            _ if note.code == "units-mixed" => "; --smallest-unit puts them together".into(),
            _ => hint(note).into(),
        };
        let count = match note.count {
            Some(count) if !note.text.contains(&count.to_string()) => format!(" ({count})"),
            _ => String::new(),
        };
        let _ = writeln!(text, "note: {product}{}{count}{switch}", note.text);
    }
    write(None, text.as_bytes())
}

/// Product and, where series have one, store, as the first fields of a row.
pub(super) fn key(product: &str, store: Option<&str>) -> String {
    let mut key = export::field(product).into_owned();
    if let Some(store) = store {
        let _ = write!(key, ",{}", export::field(store));
    }
    key
}

/// `tillcast panel`.
pub fn panel(call: &PanelCall) -> Result<()> {
    let shop = input::shop(&call.files, &[])?;
    warn(&shop.notes());
    // What was sold; unknown days only where they are asked for.
    let says = |kind: &str| call.files.leave_out.iter().any(|said| said.trim() == kind);
    let panel = &shop.built.panel;
    let panel = if says("gap") || says(STOCK_OUT) { panel.clone() } else { panel.as_written() };
    let stores = panel.stores();
    let mut text =
        String::from(if stores.is_some() { "product,store,date,quantity\n" } else { "product,date,quantity\n" });
    for index in 0..panel.len() {
        let series = panel.series(index);
        let key = key(&series.id, stores.as_ref().map(|stores| stores[index]));
        for (value, period) in panel.values(index).iter().zip(series.start..) {
            let date = panel.frequency().label(period);
            let _ =
                if value.is_nan() { writeln!(text, "{key},{date},") } else { writeln!(text, "{key},{date},{value}") };
        }
    }
    write(call.out.as_deref(), text.as_bytes())
}

/// Surroundings of the work; a device is looked for only where a network is trained.
pub(super) fn context<'a>(work: &Work, mut models: impl Iterator<Item = &'a str>) -> Result<Context> {
    let is_local = |name: &str| tables::model(name).is_ok_and(|model| model.scope() == Scope::Local);
    let choice = match work.device {
        _ if models.all(is_local) => DeviceChoice::Cpu,
        DeviceArg::Auto => DeviceChoice::Auto,
        DeviceArg::Cpu => DeviceChoice::Cpu,
        DeviceArg::Gpu => DeviceChoice::Gpu,
    };
    let (device, info) = pollster::block_on(Device::start(choice));
    if choice == DeviceChoice::Gpu && !device.is_gpu() {
        return Err(Error::device("no-gpu", format!("no GPU can be used here ({})", info.reason))
            .remedy("leave out --device gpu; the CPU gives the same answers"));
    }
    Ok(Context {
        device,
        pool: Rc::new(Threads { run: tables::run_job }),
        seed: work.seed,
        progress: progress::shown(),
        cancel: Cancel::default(),
        notes: Notes::default(),
    })
}

/// `tillcast models`.
pub fn models(as_json: bool) -> Result<()> {
    let rows = tables::listed();
    if as_json {
        let models: Vec<_> = rows.map(|(name, about)| json!({ "name": name, "about": about })).collect();
        return write_json(None, &json!({ "schema": SCHEMA, "models": models }));
    }
    let text: String = rows.map(|(name, about)| format!("{name:<16} {about}\n")).collect();
    write(None, text.as_bytes())
}

/// `tillcast sample`.
pub fn sample(call: &Sample) -> Result<()> {
    let made = crate::sample::write(call.seed, crate::sample::DEFAULT_LAST_DAY);
    if let Some(path) = &call.truth {
        let truth = serde_json::to_value(&made.truth).map_err(|error| Error::internal(error.to_string()))?;
        write_json(Some(path), &truth)?;
    }
    write(call.out.as_deref(), &made.csv)
}
