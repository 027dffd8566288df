//! Charts of a run.

use std::borrow::Cow;

use super::forecast::Run;
use super::shop::is_promotion;
use crate::calendar::Frequency;
use crate::calendar::holidays::{self, Holiday};
use crate::error::{Error, Result};
use crate::panel::totals;
use crate::present::{self, Fan, Figure, Look, Loss, Spark};
use crate::select::groups::Groups;

/// What can be drawn of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FigureKind {
    /// History, forecast and its bands.
    Fan,
    /// Training and validation loss by epoch.
    Loss,
    /// A tiny line without words.
    Spark,
}

/// What a chart is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The whole shop.
    Shop,
    /// A product, by its place.
    Product(usize),
    /// A category, by its place.
    Category(usize),
}

/// Draws a product, a category or the whole shop.
///
/// # Errors
/// Fails if there is no such product or category, or nothing of that kind was trained.
pub fn draw(run: &Run, kind: FigureKind, subject: Subject, look: Look) -> Result<Figure> {
    if kind == FigureKind::Loss {
        let curve = run
            .training
            .last()
            .ok_or_else(|| Error::usage("no-training", "no network was trained for this forecast"))?;
        let loss = Loss {
            model: &curve.model,
            epochs: &curve.epochs,
            training: &curve.training,
            validation: &curve.validation,
        };
        return present::loss(&loss, look);
    }
    let panel = &*run.panel;
    let (start, history, forecast) = match subject {
        Subject::Product(index) => {
            let forecast = run.forecast.get(index)?.ok_or_else(|| {
                Error::usage("no-product", format!("there is no product number {index}")).arg("index", index)
            })?;
            (panel.series(index).start, panel.as_written().values(index).to_vec(), Cow::Owned(forecast))
        }
        Subject::Category(place) => {
            let category = run.categories.get(place).ok_or_else(|| {
                Error::usage("no-category", format!("there is no category number {place}")).arg("index", place)
            })?;
            let groups = Groups::of(panel);
            let total = totals::total_of(&panel.as_written(), |index| groups.is_in(index, place + 1));
            (total.start, total.values, Cow::Borrowed(&category.forecast))
        }
        Subject::Shop => {
            let total = totals::total(&panel.as_written());
            (total.start, total.values, Cow::Borrowed(&run.all))
        }
    };
    let forecast = &*forecast;
    if kind == FigureKind::Spark {
        return present::spark(&Spark { frequency: panel.frequency(), start, history: &history, forecast }, look);
    }
    let product = if let Subject::Product(index) = subject { Some(index) } else { None };
    let name = match subject {
        Subject::Product(index) => &panel.series(index).name,
        Subject::Category(place) => &run.categories[place].name,
        Subject::Shop => "",
    };
    let tested = match subject {
        Subject::Category(place) => run.categories[place].held.tested > 0,
        _ => run.is_tested(product),
    };
    let promotions = product.map_or_else(Vec::new, |index| promotions(run, index));
    let stock_outs = product.map_or_else(Vec::new, |index| panel.stock_outs(index));
    let rule = run.rule_of(subject);
    let named = named_holidays(panel.frequency(), start, forecast.start + forecast.mean.len() as i32);
    let mut holidays: Vec<i32> = named.iter().map(|(period, _)| *period).collect();
    holidays.dedup();
    let fan = Fan {
        frequency: panel.frequency(),
        name,
        start,
        history: &history,
        forecast,
        rule: rule.as_deref(),
        tested,
        promotions: &promotions,
        holidays: &holidays,
        stockouts: &stock_outs,
        unit: totals::unit(panel).map(|unit| present::words::unit(unit, look.language)),
        shown: None,
    };
    let mut figure = present::fan(&fan, look)?;
    for point in &mut figure.points {
        let of_period = named.iter().filter(|(period, _)| f64::from(*period) == point.x);
        point.holidays = of_period.map(|(_, holiday)| holiday.code().to_owned()).collect();
    }
    Ok(figure)
}

fn promotions(run: &Run, index: usize) -> Vec<i32> {
    let panel = &run.panel;
    let Some(column) = panel.columns().iter().position(|column| is_promotion(&column.name)) else {
        return Vec::new();
    };
    let ahead = run.known.values(&panel.columns()[column].name, index).unwrap_or(&[]);
    panel
        .column_values(column, index)
        .iter()
        .chain(ahead)
        .zip(panel.series(index).start..)
        .filter(|(value, _)| **value > 0.0)
        .map(|(_, period)| period)
        .collect()
}

/// Holidays from `start` to before `end` with their periods; none for months, where every one would have a mark.
fn named_holidays(frequency: Frequency, start: i32, end: i32) -> Vec<(i32, Holiday)> {
    if frequency == Frequency::Month || end <= start {
        return Vec::new();
    }
    let marks = holidays::marks(frequency.first_day(start), frequency.first_day(end) - 1);
    marks.into_iter().map(|(day, holiday)| (frequency.period_of_days(day), holiday)).collect()
}
