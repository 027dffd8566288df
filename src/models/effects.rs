//! What columns known ahead do to sales: taken out of the past, and put back on the forecast.
//!
//! Where a flag (*open* at 0, a closure at 1) leaves no sales, the period is taken for missing and the forecast there is
//! 0. Of the others each multiplies sales by exp(β·x), x being the flag, or the logarithm of a positive number such as a
//! price. β is found by least squares on the logarithms of sales, against their mean at the same phase of the season in
//! the same weeks, so that neither level nor season passes for an effect; a product's β is drawn towards that of all
//! products (Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 7 and 10; the shrinkage is that of a
//! normal prior). Any method then forecasts the rest. The wrong choice for effects that differ by weekday or season, and
//! for columns that stand for time itself.

use super::SeriesForecast;
use super::linear::solve;
use crate::calendar::Frequency;
use crate::panel::{KnownAhead, Panel};
use crate::work::breathe;

/// Seasons within which the level counts as constant.
const BLOCK_SEASONS: usize = 8;
/// Share of the logarithms' variance that effects must explain to be believed, over all products.
const LEAST_SHARE: f64 = 0.01;
/// How much all products say of one, in products.
const PRIOR: f64 = 0.5;
/// Added to the diagonal, as a share of it: columns may say the same.
const RIDGE: f64 = 1e-3;
/// Most that effects make of sales, as a logarithm.
const STRONGEST: f64 = 1.5;
/// A logarithm that is farther from 0 is no effect: the factor would be no number, nor would what it is told against.
const FARTHEST: f64 = 50.0;
/// A flag closes if so few of its periods had sales, of so many at least, and sells otherwise.
const MOST_OPEN: f64 = 0.02;
const LEAST_PERIODS: usize = 10;
const LEAST_OTHERS: f64 = 0.5;
/// Most columns that are looked at.
const MOST_COLUMNS: usize = 12;

/// A planned column.
struct Planned {
    name: String,
    place: usize,
    /// Whether logarithms are taken.
    log: bool,
    /// Least and largest number of the past, so that nothing is drawn on beyond.
    range: (f64, f64),
    /// The flag at which nothing is sold.
    closes: Option<f64>,
}

impl Planned {
    fn number(&self, value: f64) -> f64 {
        let value = value.clamp(self.range.0, self.range.1);
        if self.log { libm::log(value) } else { value }
    }
}

/// What planned columns of a panel do, per series.
pub struct Effects {
    columns: Vec<Planned>,
    /// `betas[series][column]`; empty where nothing is multiplied.
    betas: Vec<Vec<f64>>,
}

/// Sums of products over a series: of columns with each other, and with the logarithms of sales.
#[derive(Clone)]
struct Products {
    squares: Vec<f64>,
    with_sales: Vec<f64>,
    sales: f64,
}

impl Products {
    fn none(columns: usize) -> Self {
        Self { squares: vec![0.0; columns * columns], with_sales: vec![0.0; columns], sales: 0.0 }
    }

    fn add(&mut self, more: &Self, share: f64) {
        self.squares.iter_mut().zip(&more.squares).for_each(|(sum, one)| *sum += share * one);
        self.with_sales.iter_mut().zip(&more.with_sales).for_each(|(sum, one)| *sum += share * one);
        self.sales += share * more.sales;
    }

    /// The least squares' solution; nothing where there is none.
    fn solve(&self) -> Vec<f64> {
        let count = self.with_sales.len();
        let most = (0..count).map(|at| self.squares[at * count + at]).fold(0.0, f64::max);
        let mut rows = Vec::with_capacity(count * (count + 1));
        for at in 0..count {
            let own = &self.squares[at * count..(at + 1) * count];
            rows.extend_from_slice(own);
            rows[at * (count + 1) + at] += RIDGE * (own[at] + RIDGE * most);
            rows.push(self.with_sales[at]);
        }
        solve(&mut rows, count).unwrap_or_else(|| vec![0.0; count])
    }
}

impl Effects {
    /// What a panel shows of its planned columns; none without any that does something.
    pub async fn of(panel: &Panel) -> Option<Self> {
        let planned = panel.columns().iter().enumerate().filter(|(_, column)| column.planned).take(MOST_COLUMNS);
        let columns: Vec<Planned> =
            planned.map(|(place, column)| look(panel, place, &column.name, &column.values)).collect();
        if columns.is_empty() {
            return None;
        }
        let mut all = Products::none(columns.len());
        let mut own = Vec::with_capacity(panel.len());
        for index in 0..panel.len() {
            own.push(products(panel, index, &columns));
            all.add(&own[index], 1.0);
            breathe().await;
        }
        let usual = all.solve();
        let explained: f64 = usual.iter().zip(&all.with_sales).map(|(beta, with)| beta * with).sum();
        let betas = if explained.is_nan() || explained <= LEAST_SHARE * all.sales {
            Vec::new()
        } else {
            let count = columns.len();
            let share = PRIOR / panel.len().max(1) as f64;
            let mut prior = Products::none(count);
            prior.add(&all, share);
            // What all products say, as if each had been multiplied by the common effects alone.
            for at in 0..count {
                prior.with_sales[at] =
                    (0..count).map(|column| prior.squares[at * count + column] * usual[column]).sum();
            }
            own.into_iter()
                .map(|mut own| {
                    own.add(&prior, 1.0);
                    own.solve()
                })
                .collect()
        };
        let made = Self { columns, betas };
        (!made.betas.is_empty() || made.columns.iter().any(|column| column.closes.is_some())).then_some(made)
    }

    /// By what sales of series `index` are multiplied where `value` gives each column's number; 0 where it is closed.
    fn factor(&self, index: usize, value: impl Fn(usize) -> f64) -> f64 {
        let mut sum = 0.0;
        for (at, column) in self.columns.iter().enumerate() {
            let number = value(at);
            if column.closes.is_some_and(|closes| (number - closes).abs() < 1e-9) {
                return 0.0;
            }
            if let Some(betas) = self.betas.get(index)
                && number.is_finite()
            {
                sum += betas[at] * column.number(number);
            }
        }
        libm::exp(sum.clamp(-FARTHEST, FARTHEST))
    }

    /// Sales of series `index` as if no column did anything, missing where it was closed; and by what each of the
    /// `horizon` steps ahead is to be multiplied.
    pub fn without(&self, panel: &Panel, index: usize, known: &KnownAhead, horizon: usize) -> (Vec<f64>, Vec<f64>) {
        let past: Vec<&[f64]> = self.columns.iter().map(|column| panel.column_values(column.place, index)).collect();
        let factors: Vec<f64> =
            (0..panel.values(index).len()).map(|at| self.factor(index, |column| past[column][at])).collect();
        // Effects are told against the usual, so that the level stays one of sales.
        let open = factors.iter().filter(|factor| **factor > 0.0);
        let count = open.clone().count().max(1) as f64;
        let usual = libm::exp(open.map(|factor| libm::log(*factor)).sum::<f64>() / count);
        let held = |factor: f64| {
            let most = libm::exp(STRONGEST);
            if factor > 0.0 { (factor / usual).clamp(1.0 / most, most) } else { 0.0 }
        };
        let taken = panel.values(index).iter().zip(&factors);
        let values = taken.map(|(value, factor)| match held(*factor) {
            0.0 => f64::NAN,
            factor => value / factor,
        });
        let ahead: Vec<Option<&[f64]>> = self.columns.iter().map(|column| known.values(&column.name, index)).collect();
        let step = |step: usize| {
            let number = |column: usize| ahead[column].and_then(|all| all.get(step)).copied().unwrap_or(f64::NAN);
            // Of what is not known the usual is expected.
            let is_known = (0..self.columns.len()).all(|column| number(column).is_finite());
            let factor = self.factor(index, number);
            if is_known || factor <= 0.0 { held(factor) } else { 1.0 }
        };
        (values.collect(), (0..horizon).map(step).collect())
    }

    /// For methods that take columns themselves: sales of series `index`, missing where it was closed; 0 for each of the
    /// steps ahead where it is closed and 1 elsewhere; and the columns that do something, over past and steps, each as
    /// the number that is multiplied, the usual where that is not known.
    pub fn beside(
        &self,
        panel: &Panel,
        index: usize,
        known: &KnownAhead,
        horizon: usize,
    ) -> (Vec<f64>, Vec<f64>, Vec<Vec<f64>>) {
        let closed = |column: &Planned, value: f64| column.closes.is_some_and(|closes| (value - closes).abs() < 1e-9);
        let mut values = panel.values(index).to_vec();
        let mut open = vec![1.0; horizon];
        let mut columns = Vec::new();
        for column in &self.columns {
            let past = panel.column_values(column.place, index);
            let ahead = known.values(&column.name, index).unwrap_or_default();
            for (slot, value) in values.iter_mut().zip(past) {
                *slot = if closed(column, *value) { f64::NAN } else { *slot };
            }
            for (slot, value) in open.iter_mut().zip(ahead) {
                *slot = if closed(column, *value) { 0.0 } else { *slot };
            }
            let finite: Vec<f64> =
                past.iter().filter(|value| value.is_finite()).map(|value| column.number(*value)).collect();
            let moves = finite.windows(2).any(|pair| pair[0] != pair[1]);
            if column.closes.is_none() && !self.betas.is_empty() && moves {
                let usual = finite.iter().sum::<f64>() / finite.len() as f64;
                let number = |value: f64| if value.is_finite() { column.number(value) } else { usual };
                let all =
                    past.iter().copied().chain((0..horizon).map(|step| ahead.get(step).copied().unwrap_or(f64::NAN)));
                columns.push(all.map(number).collect());
            }
        }
        (values, open, columns)
    }
}

/// Multiplies a forecast step by step.
pub fn multiply(made: &mut SeriesForecast, factors: &[f64]) {
    let before = made.total_mean();
    for (step, factor) in factors.iter().enumerate().take(made.mean.len()) {
        made.mean[step] *= factor;
        made.quantiles.row_mut(step).mapv_inplace(|value| value * factor);
    }
    let kept = if before > 0.0 { made.total_mean() / before } else { 1.0 };
    made.total.iter_mut().for_each(|value| *value *= kept);
}

/// A column's numbers, and whether one of them closes.
fn look(panel: &Panel, place: usize, name: &str, values: &[f64]) -> Planned {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let range =
        finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let is_flag = finite().all(|value| value == 0.0 || value == 1.0);
    // Periods at 0 and at 1, and those of them with sales.
    let (mut all, mut sold) = ([0_usize; 2], [0_usize; 2]);
    if is_flag {
        for index in 0..panel.len() {
            for (value, flag) in panel.values(index).iter().zip(panel.column_values(place, index)) {
                if value.is_finite() && flag.is_finite() {
                    let side = usize::from(*flag > 0.5);
                    all[side] += 1;
                    sold[side] += usize::from(*value > 0.0);
                }
            }
        }
    }
    let closes = (0..2).find(|&side| {
        let other = 1 - side;
        all[side] >= LEAST_PERIODS
            && sold[side] as f64 <= MOST_OPEN * all[side] as f64
            && sold[other] as f64 >= LEAST_OTHERS * all[other] as f64
            && all[other] > 0
    });
    Planned { name: name.into(), place, log: !is_flag && range.0 > 0.0, range, closes: closes.map(|side| side as f64) }
}

/// A series' sums of products, each value against the mean of its phase in its block of seasons.
fn products(panel: &Panel, index: usize, columns: &[Planned]) -> Products {
    let phases = match panel.frequency() {
        Frequency::Hour | Frequency::Day => panel.frequency().season_length(),
        // A year's phase comes once in any block.
        Frequency::Week | Frequency::Month => 1,
    };
    let (values, count) = (panel.values(index), columns.len());
    let numbers: Vec<&[f64]> = columns.iter().map(|column| panel.column_values(column.place, index)).collect();
    let mut made = Products::none(count);
    let block = phases * BLOCK_SEASONS;
    let mut rows: Vec<f64> = Vec::new();
    for first in (0..values.len()).step_by(block) {
        for phase in 0..phases {
            rows.clear();
            for at in (first + phase..values.len().min(first + block)).step_by(phases) {
                if values[at] > 0.0 && numbers.iter().all(|own| own[at].is_finite()) {
                    rows.push(libm::log(values[at]));
                    rows.extend(columns.iter().zip(&numbers).map(|(column, own)| column.number(own[at])));
                }
            }
            let found = rows.len() / (count + 1);
            for at in 0..=count {
                let mean = rows.iter().skip(at).step_by(count + 1).sum::<f64>() / found.max(1) as f64;
                rows.iter_mut().skip(at).step_by(count + 1).for_each(|value| *value -= mean);
            }
            for row in rows.chunks_exact(count + 1) {
                made.sales += row[0] * row[0];
                for at in 0..count {
                    made.with_sales[at] += row[0] * row[at + 1];
                    (0..count).for_each(|other| made.squares[at * count + other] += row[at + 1] * row[other + 1]);
                }
            }
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Result;
    use crate::panel::{Column, Series};

    const DAYS: usize = 140;
    const HORIZON: usize = 14;

    fn promoted(index: usize, day: usize) -> bool {
        (day + 3 * index) % 9 < 2
    }

    /// Five products of a shop that is closed on the 20th of each 30 days; promotions multiply sales by `effect`.
    fn panel(effect: f64) -> Result<(Panel, KnownAhead)> {
        let open = |day: usize| f64::from(day % 30 != 20);
        let sold = |index: usize, day: usize| {
            let usual = 40.0 + 10.0 * (day % 7) as f64 + ((day * 5 + index) % 3) as f64;
            open(day) * usual * if promoted(index, day) { effect } else { 1.0 }
        };
        let info = |index: usize| {
            let id = format!("{index}");
            Series { name: id.clone(), id, store: None, category: None, start: 0 }
        };
        let all = (0..5).map(|index| (info(index), (0..DAYS).map(|day| sold(index, day)).collect())).collect();
        let column = |name: &str, days: std::ops::Range<usize>, value: &dyn Fn(usize, usize) -> f64| Column {
            name: name.into(),
            planned: true,
            values: (0..5).flat_map(|index| days.clone().map(move |day| value(index, day))).collect(),
        };
        let promo = |index: usize, day: usize| f64::from(promoted(index, day));
        let is_open = |_: usize, day: usize| open(day);
        let panel = Panel::new(Frequency::Day, all)?
            .with_column(column("open", 0..DAYS, &is_open))?
            .with_column(column("promo", 0..DAYS, &promo))?;
        let ahead = DAYS..DAYS + HORIZON;
        let columns = vec![column("open", ahead.clone(), &is_open), column("promo", ahead, &promo)];
        Ok((panel, KnownAhead { horizon: HORIZON, columns }))
    }

    #[test]
    fn a_column_far_out_of_range_leaves_numbers() -> Result<()> {
        let (panel, _) = panel(1.5)?;
        let planned = Planned { name: "promo".into(), place: 1, log: false, range: (-1e9, 1e9), closes: None };
        let effects = Effects { columns: vec![planned], betas: vec![vec![1e6]; 5] };
        let ahead = Column { name: "promo".into(), planned: true, values: vec![1e9; 5 * HORIZON] };
        let known = KnownAhead { horizon: HORIZON, columns: vec![ahead] };
        let (values, factors) = effects.without(&panel, 0, &known, HORIZON);
        assert!(values.iter().chain(&factors).all(|number| number.is_finite()), "{factors:?}");
        Ok(())
    }

    #[test]
    fn a_promotion_is_taken_out_and_put_back_and_closed_days_are_none() -> Result<()> {
        let (panel, known) = panel(2.0)?;
        let effects = pollster::block_on(Effects::of(&panel)).expect("promotions double sales");
        let (values, ahead) = effects.without(&panel, 1, &known, HORIZON);
        assert!(values[20].is_nan() && values.iter().filter(|value| value.is_nan()).count() == 4);
        let mean = |wanted: bool| {
            let chosen: Vec<f64> =
                (0..DAYS).filter(|day| promoted(1, *day) == wanted && day % 30 != 20).map(|day| values[day]).collect();
            chosen.iter().sum::<f64>() / chosen.len() as f64
        };
        assert!((mean(true) / mean(false) - 1.0).abs() < 0.1, "{} {}", mean(true), mean(false));
        let of = |day: usize| ahead[day - DAYS];
        assert_eq!(of(140), 0.0, "closed");
        let (with, without) = ((141..154).find(|day| promoted(1, *day)), (141..154).find(|day| !promoted(1, *day)));
        let (with, without) = (with.map_or(0.0, of), without.map_or(1.0, of));
        assert!((with / without - 2.0).abs() < 0.2, "{with} {without}");
        Ok(())
    }

    #[test]
    fn a_column_that_does_nothing_changes_nothing() -> Result<()> {
        let (panel, known) = panel(1.0)?;
        let effects = pollster::block_on(Effects::of(&panel)).expect("the shop closes");
        let (values, ahead) = effects.without(&panel, 0, &known, HORIZON);
        let same = values.iter().zip(panel.values(0)).filter(|(one, _)| !one.is_nan());
        assert!(same.clone().count() > 130 && same.clone().all(|(one, other)| (one - other).abs() < 1e-9));
        assert!(ahead.iter().all(|factor| *factor == 0.0 || (factor - 1.0).abs() < 1e-9), "{ahead:?}");
        let plain = Panel::new(Frequency::Day, vec![(panel.series(0).clone(), panel.values(0).to_vec())])?;
        assert!(pollster::block_on(Effects::of(&plain)).is_none());
        Ok(())
    }

    #[test]
    fn odd_columns_leave_every_number_finite() -> Result<()> {
        let (panel, _) = panel(2.0)?;
        for values in [[f64::NAN; 5], [1e300; 5], [-7.0; 5], [0.0; 5]] {
            let all: Vec<f64> = (0..panel.total_len()).map(|at| values[at % 5] * (at % 2) as f64).collect();
            let odd = panel.clone().with_column(Column { name: "odd".into(), planned: true, values: all })?;
            let Some(effects) = pollster::block_on(Effects::of(&odd)) else { continue };
            let columns = ["open", "promo", "odd"].map(|name| Column {
                name: name.into(),
                planned: true,
                values: vec![1e305; 5 * HORIZON],
            });
            let known = KnownAhead { horizon: HORIZON, columns: columns.into() };
            let (past, ahead) = effects.without(&odd, 2, &known, HORIZON);
            assert!(past.iter().all(|value| value.is_nan() || (*value >= 0.0 && value.is_finite())), "{past:?}");
            assert!(ahead.iter().all(|factor| factor.is_finite()), "{ahead:?}");
        }
        Ok(())
    }
}
