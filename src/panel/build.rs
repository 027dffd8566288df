//! Order lines to a panel: dense calendar, gaps filled, partial first and last periods recognised.

mod mended;

use std::borrow::Cow;
use std::collections::HashMap;

use tillcast_kernels::sums;

use super::columns::Columns;
use super::lines::{Line, Lines};
use super::outside::LeftOut;
use super::shape::{DAY_MINUTES, FAR_OFF_DAYS, Shape, believable_days, detect, list};
use super::spans::{Span, Spans, reports_missing, rows_missing, shares, spans_of_lines, spans_of_rows, straddles};
use super::{Panel, Series};
use crate::calendar::Frequency;
use crate::error::{Error, ErrorKind, Result};
use crate::ingest::Orders;
use crate::notes::Note;
use mended::{Mended, rows_of};

/// Most values a panel and its columns may hold together: 512 MB.
const MOST_VALUES: usize = 64 << 20;

/// Where series end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ends {
    /// `Own` for a series file, `File` for order lines and lists with rows missing.
    #[default]
    Auto,
    /// All series end at the file's cut-off; days without a line are zero.
    File,
    /// Each series ends at its own last row; blanks are missing.
    Own,
}

/// How to build a panel.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BuildOptions {
    /// Spacing; the file's own, else day.
    pub frequency: Option<Frequency>,
    /// Where series end.
    pub ends: Ends,
    /// One series per product and store instead of per product.
    pub by_store: bool,
    /// First day to use, as days since 1970.
    pub from: Option<i32>,
    /// Last day to use, as days since 1970.
    pub to: Option<i32>,
    /// Names of extra columns that are planned ahead.
    pub known: Vec<String>,
    /// Names of the columns to make beside the quantities; all unless said. Each is as large as the quantities themselves.
    pub columns: Option<Vec<String>>,
    /// Whether order lines dated years away from nearly all others count, rather than being taken for slips of the pen.
    pub far_dates: bool,
}

/// A panel and what was decided on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The series.
    pub panel: Panel,
    /// `File` or `Own`.
    pub ends: Ends,
    /// Spacing of the file's own rows, where it is a series file or a list by weeks or months.
    pub spacing: Option<Frequency>,
    /// Whether that is a list, with rows missing: nothing was sold then.
    pub is_list: bool,
    /// Revenue per series over its whole length (0 where prices are unknown).
    pub revenue: Vec<f64>,
    /// Supplier of each series, where the file has one.
    pub suppliers: Vec<Option<String>>,
    /// Partial periods left out, gaps filled, returns clipped …
    pub notes: Vec<Note>,
    /// Lines of which nothing is in the series, by the code of their note.
    pub unused: Vec<(&'static str, Vec<u32>)>,
}

/// Frequencies that a file supports: its own spacing (day for order lines, hour where they carry a time of day) and
/// all coarser ones.
pub fn supported(spacing: Option<Frequency>, has_time: bool) -> &'static [Frequency] {
    const ALL: [Frequency; 4] = [Frequency::Hour, Frequency::Day, Frequency::Week, Frequency::Month];
    match spacing {
        Some(Frequency::Hour) => &ALL,
        Some(Frequency::Week) => &ALL[2..],
        Some(Frequency::Month) => &ALL[3..],
        None if has_time => &ALL,
        Some(Frequency::Day) | None => &ALL[1..],
    }
}

/// Builds the panel of an orders file.
///
/// Products come in the order of their first appearance, with `by_store` the pairs of product and store. Quantities
/// are summed per period; returns count against the period in which they stand, and a period never falls below zero.
///
/// *Order lines*: each series runs from its first sale to the file's cut-off, periods without a line are zero. A
/// first or last week or month that the file does not cover, a last day or hour that clearly ends early, and the first
/// week or month of a product launched inside it are left out.
///
/// *Series files* (one row per series and period without a gap, see [`Built::spacing`]): each series ends at its own
/// last row, blanks are missing, the last period is whole. *Lists* by weeks or months, with rows missing, likewise, but
/// each series ends with the file, and periods without a row are zero. Made coarser, a period with up to a quarter of its rows
/// missing is scaled up from the rest, with more it is missing; a week that straddles two months is shared by days.
///
/// # Errors
/// Fails if no line is left, if a finer frequency is asked for than the file has, or if the panel would be too large.
pub fn build(orders: &Orders, options: &BuildOptions) -> Result<Built> {
    let (mut notes, mut unused) = (Vec::new(), Vec::new());
    let (key, keys) = fine_keys(orders);
    let all = (0..orders.minute.len() as u32).collect();
    let (mut used, shape) = usable(orders, options, all, (&key, keys.len()), &mut notes, &mut unused);
    let frequency = spacing_asked(orders, options, shape)?;
    let odd_rows = match shape {
        Shape::List(spacing) => list::notes(orders, &used, &key, spacing),
        _ => Vec::new(),
    };
    let seen = extent(orders, &used);
    let is_outside = |line: &mut u32| {
        let day = orders.minute[*line as usize].div_euclid(DAY_MINUTES);
        options.from.is_some_and(|from| day < from) || options.to.is_some_and(|to| day > to)
    };
    if options.from.or(options.to).is_some() {
        let outside: Vec<u32> = used.extract_if(.., is_outside).collect();
        if !outside.is_empty() {
            notes.push(
                Note::info("outside-range", "Lines before or after the chosen dates were not used")
                    .count(outside.len() as u64),
            );
            unused.push(("outside-range", outside));
        }
    }
    let Some(seen) = seen.filter(|_| !used.is_empty()) else {
        return Err(Error::input("no-order-lines", "no order line with a date and a quantity is left")
            .remedy("choose a wider range of dates, or check which lines were left out and why"));
    };
    let (key, keys) = if options.by_store { (key, keys) } else { by_product(orders) };
    let input = Input { orders, options, lines: &Lines::new(orders, used, &key, keys.len()), frequency, shape };
    let spans = match shape {
        Shape::Series(spacing) => spans_of_rows(&input, spacing),
        Shape::List(spacing) => {
            let spans = spans_of_rows(&input, spacing);
            notes.extend(reports_missing(&input, spacing));
            notes.extend(rows_missing(&input, spacing));
            notes.extend(odd_rows);
            spans
        }
        Shape::Lines => spans_of_lines(&input, seen, &mut notes),
    };
    assemble(&input, &keys, &spans, notes, unused)
}

/// What is being built from what.
pub(super) struct Input<'a> {
    pub(super) orders: &'a Orders,
    pub(super) options: &'a BuildOptions,
    /// Lines that count.
    pub(super) lines: &'a Lines<'a>,
    pub(super) frequency: Frequency,
    pub(super) shape: Shape,
}

impl Input<'_> {
    /// `File` or `Own`: where series end.
    pub(super) fn ends(&self) -> Ends {
        match (self.options.ends, self.shape) {
            (Ends::Auto, Shape::Series(_)) => Ends::Own,
            (Ends::Auto, _) => Ends::File,
            (said, _) => said,
        }
    }
}

/// Product and store of a series.
type Key = (u32, Option<u32>);

/// The series of every line by product and store, and the series in order of first appearance.
fn fine_keys(orders: &Orders) -> (Cow<'_, [u32]>, Vec<Key>) {
    if orders.store.is_empty() {
        return by_product(orders);
    }
    let mut places = HashMap::new();
    let mut keys = Vec::new();
    let of_line = orders.product.iter().zip(&orders.store).map(|(&product, &store)| {
        *places.entry((product, store)).or_insert_with(|| {
            keys.push((product, Some(store)));
            keys.len() as u32 - 1
        })
    });
    (of_line.collect(), keys)
}

fn by_product(orders: &Orders) -> (Cow<'_, [u32]>, Vec<Key>) {
    ((&orders.product).into(), (0..orders.products.len() as u32).map(|product| (product, None)).collect())
}

/// Spacing of the file's own rows but `without`, places in file order, as [`Built::spacing`] tells it.
pub(crate) fn spacing(orders: &Orders, options: &BuildOptions, without: &[u32]) -> Option<Frequency> {
    let (key, keys) = fine_keys(orders);
    let used = (0..orders.minute.len() as u32).filter(|line| without.binary_search(line).is_err()).collect();
    usable(orders, options, used, (&key, keys.len()), &mut Vec::new(), &mut Vec::new()).1.spacing()
}

/// The lines of `used` that count and what they are.
fn usable(
    orders: &Orders,
    options: &BuildOptions,
    mut used: Vec<u32>,
    (key, keys): (&[u32], usize),
    notes: &mut Vec<Note>,
    unused: &mut Vec<(&'static str, Vec<u32>)>,
) -> (Vec<u32>, Shape) {
    let mut shape = detect(orders, &used, key, keys);
    if shape == Shape::Lines && !options.far_dates {
        let believable = believable_days(orders);
        let before = used.len();
        if let Some((first, last)) = believable {
            let day = |line: u32| orders.minute[line as usize].div_euclid(DAY_MINUTES);
            let far: Vec<u32> = used.extract_if(.., |line| !(first..=last).contains(&day(*line))).collect();
            let example = far.first().map(|&line| Frequency::Day.label(day(line)));
            unused.push(("dates-far-off", far));
            notes.push(
                Note::warning(
                    "dates-far-off",
                    "Lines dated more than five years away from nearly all others were left out",
                )
                .count((before - used.len()) as u64)
                .arg("example", example.unwrap_or_default()),
            );
            shape = detect(orders, &used, key, keys);
        }
    }
    if shape == Shape::Lines {
        let before = used.len();
        if orders.quantity.iter().any(|quantity| quantity.is_nan()) {
            unused.push((
                "blank-quantity",
                used.extract_if(.., |line| orders.quantity[*line as usize].is_nan()).collect(),
            ));
        }
        if used.len() < before {
            notes.push(
                Note::info("blank-quantity", "Order lines without a quantity were left out")
                    .count((before - used.len()) as u64),
            );
        }
    }
    (used, shape)
}

fn spacing_asked(orders: &Orders, options: &BuildOptions, shape: Shape) -> Result<Frequency> {
    let spacing = shape.spacing();
    let frequency = options.frequency.or(spacing).unwrap_or(Frequency::Day);
    let finest = supported(spacing, orders.has_time)[0];
    if frequency < finest {
        return Err(Error::usage(
            "frequency-too-fine",
            format!("the file has one value per {}, not per {}", finest.name(), frequency.name()),
        )
        .arg("finest", finest.name())
        .arg("asked", frequency.name())
        .remedy(format!("choose {} or a longer period", finest.name())));
    }
    Ok(frequency)
}

/// First and last minute that the files cover: those of the lines, and of others near them.
fn extent(orders: &Orders, used: &[u32]) -> Option<(i32, i32)> {
    let reach = |(low, high): (i32, i32), at: i32| (low.min(at), high.max(at));
    let lines = used.iter().map(|&line| orders.minute[line as usize]).fold((i32::MAX, i32::MIN), reach);
    let near = lines.0.saturating_sub(FAR_OFF_DAYS * DAY_MINUTES)..=lines.1.saturating_add(FAR_OFF_DAYS * DAY_MINUTES);
    let others = orders.others.iter().copied().filter(|at| near.contains(at));
    (!used.is_empty()).then(|| others.fold(lines, reach))
}

/// Puts the lines into their periods.
fn assemble(
    input: &Input<'_>,
    keys: &[Key],
    spans: &Spans,
    mut notes: Vec<Note>,
    mut unused: Vec<(&'static str, Vec<u32>)>,
) -> Result<Built> {
    let Input { orders, frequency, shape, .. } = *input;
    let mut offsets = Vec::with_capacity(spans.of_key.len() + 1);
    let mut length = 0_usize;
    for span in &spans.of_key {
        offsets.push(length);
        length += span.as_ref().map_or(0, Span::len);
    }
    let columns = Columns::new(input);
    if length.saturating_mul(1 + columns.len()) > MOST_VALUES {
        return Err(Error::new(
            ErrorKind::Memory,
            "panel-too-large",
            format!("{} series would hold {length} values", spans.of_key.len()),
        )
        .remedy("choose a longer period (days instead of hours), or a later first day"));
    }
    let mut values = vec![0.0_f64; length];
    let Summed { revenue, has_returns, rows, left_out } = add_up(input, spans, &offsets, &mut values);
    let mut mended = Mended::default();
    mended.fill_missing(&mut values, &rows);
    if !spans.uncovered.is_empty() && !input.lines.all().any(|line| line.units.is_nan()) {
        // They are told as reports that are missing.
        mended.missing = 0;
    }
    for (key, span) in spans.of_key.iter().enumerate() {
        if let Some(span) = span.as_ref().filter(|_| has_returns[key]) {
            mended.clip(&mut values[offsets[key]..][..span.len()]);
        }
    }
    let columns = columns.fill(input, spans, length);
    left_out.tell(frequency, spans, &mut notes);
    mended.tell(&mut notes);
    unused.extend(left_out.lines());

    let kept: Vec<usize> = (0..keys.len()).filter(|&key| spans.of_key[key].is_some()).collect();
    if kept.is_empty() {
        return Err(Error::input("no-sales", "the file holds returns only, not one sale")
            .remedy("export orders, not refunds alone"));
    }
    let series = kept.iter().filter_map(|&place| {
        let span = spans.of_key[place].as_ref()?;
        let (product, store) = keys[place];
        let product = &orders.products[product as usize];
        Some(Series {
            id: product.id.clone(),
            name: product.name.clone(),
            store: store.and_then(|store| orders.stores.get(store as usize).cloned()),
            category: product.category.clone(),
            start: span.start,
        })
    });
    let panel_offsets = kept.iter().map(|&place| offsets[place]).chain([length]).collect();
    let mut panel = Panel::from_parts(frequency, series.collect(), panel_offsets, values)?;
    // Keys without a span have no room, so columns over all keys are columns over the kept ones.
    for column in columns {
        panel = panel.with_column(column)?;
    }
    Ok(Built {
        panel,
        ends: input.ends(),
        spacing: shape.spacing(),
        is_list: matches!(shape, Shape::List(_)),
        revenue: kept.iter().map(|&place| revenue[place]).collect(),
        suppliers: kept.iter().map(|&place| orders.products[keys[place].0 as usize].supplier.clone()).collect(),
        notes,
        unused,
    })
}

/// What adding up leaves beside the values.
#[derive(Default)]
struct Summed {
    revenue: Vec<f64>,
    has_returns: Vec<bool>,
    /// Of each value all rows and the known ones, which differ only in a series file with blanks; else empty.
    rows: Vec<(f64, f64)>,
    left_out: LeftOut,
}

/// Adds the lines to the values of their periods.
fn add_up(input: &Input<'_>, spans: &Spans, offsets: &[usize], values: &mut [f64]) -> Summed {
    let Input { lines, frequency, shape, .. } = *input;
    let has_blanks =
        !spans.uncovered.is_empty() || shape != Shape::Lines && lines.all().any(|line| line.units.is_nan());
    match spans.periods.days().filter(|_| !has_blanks && !straddles(shape, frequency)) {
        Some(days) => add_whole(input, spans, days, offsets, values),
        None => add_shares(input, spans, offsets, values, has_blanks),
    }
}

/// The usual way: each line is known and lies in one period.
fn add_whole(input: &Input<'_>, spans: &Spans, days: sums::Days<'_>, offsets: &[usize], values: &mut [f64]) -> Summed {
    let of_key = spans.of_key.iter().zip(offsets).map(|(span, &offset)| {
        span.as_ref().map_or_else(sums::Series::default, |span| {
            let (start, end) = (span.start, span.end);
            sums::Series { offset: offset as u32, start, end, counts: true, ..Default::default() }
        })
    });
    let mut series: Vec<sums::Series> = of_key.collect();
    let lines = input.lines.columns();
    let mut left_out = LeftOut::default();
    let mut outside = |line: u32, key: u32, period| {
        let Some(span) = &spans.of_key[key as usize] else { return left_out.keep_return(line) };
        let units = lines.units[line as usize];
        left_out.count(spans, span, period, units);
        left_out.keep(spans, span, period, units, line);
    };
    sums::add(lines, days, &mut series, values, &mut outside);
    let (revenue, has_returns) = series.iter().map(|one| (one.revenue, one.has_returns)).unzip();
    Summed { revenue, has_returns, left_out, ..Summed::default() }
}

/// Lines by hours, rows that straddle two periods, and blanks.
fn add_shares(input: &Input<'_>, spans: &Spans, offsets: &[usize], values: &mut [f64], has_blanks: bool) -> Summed {
    let Input { orders, lines, frequency, shape, .. } = *input;
    let mut revenue = vec![0.0_f64; lines.keys()];
    let mut has_returns = vec![false; lines.keys()];
    let mut rows = vec![(0.0_f64, 0.0_f64); if has_blanks { values.len() } else { 0 }];
    if let Shape::List(spacing) = shape
        && has_blanks
    {
        // Of a list the rows that are missing are known too: nothing was sold then.
        for (span, &offset) in
            spans.of_key.iter().zip(offsets).filter_map(|(span, offset)| Some((span.as_ref()?, offset)))
        {
            for (row, period) in rows[offset..].iter_mut().zip(span.start..span.end) {
                let all = rows_of(spacing, frequency, period);
                *row = (all, all);
            }
            for &minute in &spans.uncovered {
                for (period, weight) in shares(shape, frequency, &spans.periods, minute) {
                    if (span.start..span.end).contains(&period) {
                        rows[offset + (period - span.start) as usize].1 -= weight;
                    }
                }
            }
        }
    }
    let is_list = matches!(shape, Shape::List(_));
    let mut left_out = LeftOut::default();
    for Line { place, key, minute, units } in lines.all() {
        let Some(span) = &spans.of_key[key] else {
            left_out.keep_return(place as u32);
            continue;
        };
        has_returns[key] |= units < 0.0;
        let price = orders.price.get(place).copied().unwrap_or(f64::NAN);
        let (mut first, mut is_inside) = (None, false);
        for (period, weight) in shares(shape, frequency, &spans.periods, minute) {
            first.get_or_insert(period);
            if period < span.start || period >= span.end {
                left_out.count(spans, span, period, units * weight);
                continue;
            }
            // A week that straddles two months is in use where one of them is.
            is_inside = true;
            let slot = offsets[key] + (period - span.start) as usize;
            if has_blanks {
                let (all, known) = &mut rows[slot];
                match (is_list, units.is_nan()) {
                    (true, true) => *known -= weight,
                    (true, false) => {}
                    (false, is_blank) => {
                        *all += weight;
                        *known += if is_blank { 0.0 } else { weight };
                    }
                }
            }
            if units.is_nan() {
                continue;
            }
            values[slot] += units * weight;
            if price.is_finite() {
                revenue[key] += units * weight * price;
            }
        }
        if let Some(period) = first.filter(|_| !is_inside) {
            left_out.keep(spans, span, period, units, place as u32);
        }
    }
    Summed { revenue, has_returns, rows, left_out }
}
