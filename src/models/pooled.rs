//! Negative binomial regression: what a product sells ahead, from its own past and from what became of all products' pasts.
//!
//! The mean of a period is a weighted mean of the product's exponentially weighted means and of the mean of all products,
//! by days times the weekday's factor, times a drift; its variance is m + m²/r, the logarithm of r being linear in those
//! of m and of the usual size of a sale. Weights, drift and r are those under which what came after earlier origins was
//! most likely over all products (Hilbe 2011, "Negative Binomial Regression"; Cameron and Trivedi 2013). A product with
//! few sales is thereby drawn towards the others as far as that came true before, and goods that fade out all over the
//! shop fade out (Efron and Morris 1975 for what is gained). Sums are wider than those of independent periods by a share of
//! the variance that periods have in common, learned likewise.
//! The wrong choice for trends and yearly seasons, for a few products, and for what is not counted in pieces, of which
//! only mean and variance are used. With too few products to learn from it answers as the negative binomial of one does.

use ndarray::Array2;

use super::counts::{self, quantiles_of};
use super::forecast::LEVELS;
use super::local::{Answer, Task};
use super::optimise::nelder_mead;
use crate::calendar::Frequency;
use crate::panel::Panel;
use crate::work::breathe;

/// Name as the command writes it.
pub const NAME: &str = "negative-binomial-regression";

/// Periods in which a value's weight halves, of each mean.
const HALF_LIVES: [f64; 3] = [3.0, 12.0, 48.0];
/// A product's means, and that of all.
const MEANS: usize = HALF_LIVES.len() + 1;
/// Origins that are learned from, a horizon apart.
const ORIGINS: usize = 3;
/// Most products that are learned from, and steps of each: more change little.
const MOST_SERIES: usize = 800;
const MOST_STEPS: usize = 6;
/// Products and origins, taken together, that are enough to learn from.
const LEAST: usize = 60;
/// Values before an origin that are enough to say something.
const LEAST_VALUES: usize = 4;
/// First steps of the searches one after the other, and calls of each.
const STEPS: [f64; 5] = [0.5, 0.5, 0.3, 0.2, 0.1];
const CALLS: usize = 100;
/// Least mean of a period: what never sold may sell.
const LEAST_MEAN: f64 = 1e-4;
/// Bounds of the logarithm of r.
const SHAPES: (f64, f64) = (-5.0, 8.0);
/// Largest counts whose rising powers are multiplied out.
const FEW: f64 = 12.0;
/// A value so many means high says nothing of weekdays.
const MOST_MEANS: f64 = 20.0;
/// Shares of the variance in common that are tried.
const SHARES: [f64; 7] = [0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8];

/// A product as an origin sees it.
struct Past {
    means: [f64; MEANS],
    /// Logarithm of the usual size of a sale.
    size: f64,
}

impl Past {
    /// Of a history; `factor` is that of a place, `all` the mean of all products, where it is known.
    fn of(history: &[f64], factor: impl Fn(usize) -> f64, all: f64) -> Self {
        let decay = HALF_LIVES.map(|half| libm::exp(-std::f64::consts::LN_2 / half));
        let (mut sums, mut weights) = ([0.0; HALF_LIVES.len()], [0.0; HALF_LIVES.len()]);
        let (mut sold, mut sales) = (0.0, 0.0);
        for (place, value) in history.iter().enumerate() {
            for at in 0..decay.len() {
                sums[at] *= decay[at];
                weights[at] *= decay[at];
            }
            if !value.is_finite() {
                continue;
            }
            let value = value.max(0.0);
            for at in 0..decay.len() {
                sums[at] += value;
                weights[at] += factor(place);
            }
            sold += value;
            sales += f64::from(u8::from(value > 0.0));
        }
        let mean = |at: usize| if weights[at] > 0.0 { sums[at] / weights[at] } else { 0.0 };
        // One sale of one piece is mixed in: a product that never sold has a size too.
        Self {
            means: std::array::from_fn(|at| if at < decay.len() { mean(at) } else { all }),
            size: libm::log((sold + 1.0) / (sales + 1.0)),
        }
    }
}

/// What came after an origin.
struct Lesson {
    past: Past,
    origin: usize,
    /// Weekday's factor and value of some steps.
    came: Vec<(f64, f64)>,
    /// Sum of the factors, of their squares, and of the values of all steps; none where some are missing.
    total: Option<(f64, f64, f64)>,
}

/// What is learned from.
struct Lessons {
    lessons: Vec<Lesson>,
    /// Mean of all products.
    all: f64,
    /// Of each phase of the season.
    factors: Vec<f64>,
}

impl Lessons {
    /// None where too few series are long enough.
    async fn of(panel: &Panel, horizon: usize, values: impl Fn(usize) -> Vec<f64>) -> Option<Self> {
        let stride = panel.len().div_ceil(MOST_SERIES).max(1);
        let taken: Vec<(i64, Vec<f64>)> = (0..panel.len())
            .step_by(stride)
            .map(|index| (i64::from(panel.series(index).start), values(index)))
            .collect();
        let factors = factors(panel.frequency(), &taken);
        // Of short pasts a third is kept for what came after.
        let longest = taken.iter().map(|(_, values)| values.len()).max().unwrap_or_default();
        let horizon = horizon.min(longest / 3).max(1);
        breathe().await;
        let (mut lessons, mut alls) = (Vec::new(), Vec::new());
        for origin in 0..ORIGINS {
            let seen =
                |values: &[f64]| values.len().checked_sub((origin + 1) * horizon).filter(|at| *at >= LEAST_VALUES);
            let own = lessons.len();
            for (start, values) in &taken {
                let Some(at) = seen(values) else { continue };
                let factor = |place: usize| factors[phase(*start, place, factors.len())];
                let past = Past::of(&values[..at], factor, 0.0);
                let ahead = || (at..at + horizon).map(|place| (factor(place), values[place]));
                let known = |pair: &(f64, f64)| pair.1.is_finite();
                let came = ahead().step_by(horizon.div_ceil(MOST_STEPS)).filter(known).collect();
                let total = ahead().fold((0.0, 0.0, 0.0), |sum, (factor, value)| {
                    (sum.0 + factor, sum.1 + factor * factor, sum.2 + value.max(0.0))
                });
                lessons.push(Lesson { past, origin, came, total: Some(total).filter(|total| total.2.is_finite()) });
            }
            let all = mean_of(lessons[own..].iter().map(|lesson| &lesson.past));
            lessons[own..].iter_mut().for_each(|lesson| lesson.past.means[MEANS - 1] = all);
            alls.push(all);
            breathe().await;
        }
        if lessons.len() < LEAST || alls[0] <= 0.0 {
            return None;
        }
        let pasts: Vec<Past> = taken
            .iter()
            .map(|(start, values)| Past::of(values, |place| factors[phase(*start, place, factors.len())], 0.0))
            .collect();
        let all = mean_of(pasts.iter());
        breathe().await;
        Some(Self { lessons, all, factors })
    }
}

/// What is learned of all products together.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    weights: [f64; MEANS],
    drift: f64,
    shape: [f64; 3],
    /// Share of the variance beyond chance that the periods of a sum have in common.
    common: f64,
    /// Mean of all products.
    all: f64,
    /// Of each phase of the season.
    factors: Vec<f64>,
}

/// Numbers of it besides the factors.
const NUMBERS: usize = MEANS + 6;

impl Learned {
    /// From a panel whose series have these values; none where too few are long enough.
    pub async fn of(panel: &Panel, horizon: usize, values: impl Fn(usize) -> Vec<f64>) -> Option<Self> {
        let lessons = Lessons::of(panel, horizon, values).await?;
        Some(search(lessons).await)
    }

    /// As numbers, to go along with a job.
    pub fn numbers(&self) -> Vec<f64> {
        let Self { weights, drift, shape, common, all, factors } = self;
        weights.iter().chain([drift]).chain(shape).chain([common, all]).chain(factors).copied().collect()
    }

    fn from_numbers(numbers: &[f64]) -> Option<Self> {
        let (own, factors) = numbers.split_at_checked(NUMBERS)?;
        let [drift, first, second, third, common, all] = own[MEANS..] else { return None };
        let weights = std::array::from_fn(|at| own[at]);
        Some(Self { weights, drift, shape: [first, second, third], common, all, factors: factors.to_vec() })
    }

    fn mean(&self, past: &Past, drift: f64) -> f64 {
        let level: f64 = self.weights.iter().zip(past.means).map(|(weight, mean)| weight * mean).sum();
        level * libm::exp(drift) + LEAST_MEAN
    }

    fn shape(&self, past: &Past, mean: f64) -> f64 {
        let [base, by_mean, by_size] = self.shape;
        libm::exp((base + by_mean * libm::log(mean) + by_size * past.size).clamp(SHAPES.0, SHAPES.1))
    }
}

/// Place of a value's phase in the season.
fn phase(start: i64, place: usize, season: usize) -> usize {
    (start + place as i64).rem_euclid(season as i64) as usize
}

fn mean_of<'a>(pasts: impl Iterator<Item = &'a Past>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for past in pasts {
        sum += past.means[MEANS - 2];
        count += 1.0;
    }
    sum / f64::max(count, 1.0)
}

/// Factors of the phases, of mean 1, over all products alike; only weekdays have some.
fn factors(frequency: Frequency, taken: &[(i64, Vec<f64>)]) -> Vec<f64> {
    let season = if frequency == Frequency::Day { frequency.season_length() } else { 1 };
    let mut sums = vec![(0.0, 0.0); season];
    for (start, values) in taken {
        let known = || values.iter().filter(|value| value.is_finite());
        let mean = known().map(|value| value.max(0.0)).sum::<f64>() / (known().count() as f64).max(1.0);
        for (place, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
            let (sold, usual) = &mut sums[phase(*start, place, season)];
            *sold += value.clamp(0.0, MOST_MEANS * mean);
            *usual += mean;
        }
    }
    let made: Vec<f64> = sums.iter().map(|(sold, usual)| if *usual > 0.0 { sold / usual } else { 1.0 }).collect();
    let whole = made.iter().sum::<f64>() / season as f64;
    made.into_iter().map(|factor| if whole > 0.0 { factor / whole } else { 1.0 }).collect()
}

/// What makes the lessons most likely.
async fn search(Lessons { lessons, all, factors }: Lessons) -> Learned {
    let origins = lessons.iter().map(|lesson| lesson.origin).max().unwrap_or_default() + 1;
    let read = |point: &[f64]| {
        // The first weight is what the others are measured by.
        let mut weights = [1.0; MEANS];
        weights[1..].iter_mut().zip(point).for_each(|(weight, log)| *weight = libm::exp(*log));
        let whole: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= whole);
        let rest = &point[MEANS - 1..];
        Learned { weights, drift: 0.0, shape: [rest[0], rest[1], rest[2]], common: 0.0, all, factors: Vec::new() }
    };
    let drifts = MEANS + 2;
    let mut unlikely = |point: &[f64]| -> f64 {
        let made = read(point);
        let of = |lesson: &Lesson| {
            let mean = made.mean(&lesson.past, point[drifts + lesson.origin]);
            let shape = made.shape(&lesson.past, mean);
            lesson.came.iter().map(|(factor, count)| log_chance(*count, mean * factor + LEAST_MEAN, shape)).sum::<f64>()
        };
        -lessons.iter().map(of).sum::<f64>()
    };
    let start = [0.0; MEANS - 1].into_iter().chain([-0.5, 0.5, -0.5]).chain(vec![0.0; origins]).collect::<Vec<f64>>();
    // Begun afresh from where it came to, so that the worker breathes, and no corner holds it.
    let mut point = start;
    for step in STEPS {
        point = nelder_mead(&point, &vec![step; point.len()], CALLS, &mut unlikely).0;
        breathe().await;
    }
    let mut made = read(&point);
    // As if there had been one origin more, without: a horizon may have had a season.
    let drift = point[drifts..].iter().sum::<f64>() / (origins as f64 + 1.0);
    let unlikely = |common: f64| -> f64 {
        let of = |lesson: &Lesson| {
            let Some((factors, squares, count)) = lesson.total else { return 0.0 };
            let mean = made.mean(&lesson.past, point[drifts + lesson.origin]);
            let extra = mean * mean / made.shape(&lesson.past, mean);
            let variance = mean * factors + extra * (squares + common * (factors * factors - squares));
            log_chance_of_sum(count, mean * factors, variance)
        };
        -lessons.iter().map(of).sum::<f64>()
    };
    let best = SHARES.iter().map(|share| (unlikely(*share), *share)).min_by(|one, other| one.0.total_cmp(&other.0));
    made.common = best.map_or(0.0, |(_, share)| share);
    made.drift = drift;
    made.factors = factors;
    made
}

fn log_chance_of_sum(count: f64, mean: f64, variance: f64) -> f64 {
    log_chance(count, mean, mean * mean / (variance - mean).max(1e-6 * mean))
}

/// Logarithm of a negative binomial count's chance, but for what depends on the count alone.
fn log_chance(count: f64, mean: f64, shape: f64) -> f64 {
    let none = shape * libm::log(shape / (shape + mean));
    if count <= 0.0 {
        return none;
    }
    let rising = if count <= FEW && count.fract() == 0.0 {
        libm::log((0..count as usize).map(|place| shape + place as f64).product())
    } else {
        libm::lgamma(shape + count) - libm::lgamma(shape)
    };
    none + rising + count * libm::log(mean / (shape + mean))
}

/// Forecasts a series.
pub fn forecast(task: &Task<'_>) -> Answer {
    let Some(learned) = Learned::from_numbers(task.shared) else {
        return counts::forecast(task, counts::Kind::NegativeBinomial);
    };
    let start = i64::from(task.end) - task.history.len() as i64;
    let factor = |place: usize| learned.factors[phase(start, place, learned.factors.len())];
    let past = Past::of(task.history, factor, learned.all);
    let level = learned.mean(&past, learned.drift);
    let extra = level * level / learned.shape(&past, level);
    let whole = task.history.iter().all(|value| value.fract() == 0.0);
    let ahead: Vec<f64> = (0..task.horizon).map(|step| factor(task.history.len() + step)).collect();
    let mut quantiles = Array2::zeros((task.horizon, LEVELS.len()));
    let mut known: Vec<(f64, [f64; LEVELS.len()])> = Vec::new();
    for (factor, mut row) in ahead.iter().zip(quantiles.rows_mut()) {
        let place = known.iter().position(|(of, _)| of == factor).unwrap_or_else(|| {
            known.push((*factor, quantiles_of(level * factor, level * factor + extra * factor * factor, 0.0, whole)));
            known.len() - 1
        });
        row.iter_mut().zip(known[place].1).for_each(|(slot, value)| *slot = value);
    }
    let (sum, squares) = ahead[task.unknown..]
        .iter()
        .fold((0.0, 0.0), |(sum, squares), factor| (sum + factor, squares + factor * factor));
    let variance = level * sum + extra * (squares + learned.common * (sum * sum - squares));
    let total = quantiles_of(level * sum, variance, 0.0, whole).to_vec();
    let mean = ahead.iter().map(|factor| level * factor).collect();
    Answer { model: NAME.into(), mean, quantiles, total: Some(total), correlation: learned.common }
}

#[cfg(test)]
mod tests {
    use rand_pcg::Pcg64Mcg;
    use rand_pcg::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::error::Result;
    use crate::models::gamma::Gamma;
    use crate::panel::Series;

    const PERIODS: usize = 36;
    const HORIZON: usize = 6;

    /// Products' rates follow a gamma distribution of shape ½ and mean 1, their sales Poisson's; `level` is that of a period.
    fn shop(products: usize, frequency: Frequency, level: impl Fn(i32) -> f64) -> Result<(Panel, Vec<f64>)> {
        let mut random = Pcg64Mcg::seed_from_u64(3);
        let mut uniform = move || (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let rates: Vec<f64> = (0..products).map(|_| 2.0 * Gamma::new(0.5).quantile(uniform().max(1e-9))).collect();
        let series = rates.iter().enumerate().map(|(place, rate)| {
            // Some begin later, in the middle of a week.
            let start = (place % 5) as i32;
            let info = Series { name: String::new(), id: format!("{place}"), store: None, category: None, start };
            let sold = |period: i32, chance: f64| {
                let (mut count, mut mass, mut below) = (0.0, libm::exp(-rate * level(period)), 0.0);
                while below + mass < chance && count < 1e4 {
                    below += mass;
                    count += 1.0;
                    mass *= rate * level(period) / count;
                }
                count
            };
            let values = (start..PERIODS as i32).map(|period| sold(period, uniform())).collect();
            (info, values)
        });
        Ok((Panel::new(frequency, series.collect())?, rates.clone()))
    }

    fn learned(panel: &Panel) -> Option<Learned> {
        pollster::block_on(Learned::of(panel, HORIZON, |at| panel.values(at).to_vec()))
    }

    fn made(panel: &Panel, index: usize, shared: &[f64]) -> Answer {
        made_after(panel, index, shared, 0)
    }

    fn made_after(panel: &Panel, index: usize, shared: &[f64], unknown: usize) -> Answer {
        let (history, end) = (panel.values(index), panel.end(index));
        let random = Pcg64Mcg::seed_from_u64(1);
        forecast(&Task {
            history,
            frequency: panel.frequency(),
            horizon: unknown + 14,
            unknown,
            known: Vec::new(),
            shared,
            end,
            random,
        })
    }

    #[test]
    fn a_product_is_drawn_towards_the_others_as_far_as_that_came_true() -> Result<()> {
        let (panel, rates) = shop(200, Frequency::Week, |_| 1.0)?;
        let shared = learned(&panel).expect("many products").numbers();
        let (mut ours, mut recent, mut held) = (0.0, 0.0, 0.0);
        for (index, rate) in rates.iter().enumerate() {
            let answer = made(&panel, index, &shared);
            let last = &panel.values(index)[panel.values(index).len() - 12..];
            ours += (answer.mean[0] - rate).powi(2);
            recent += (last.iter().sum::<f64>() / 12.0 - rate).powi(2);
            let total = answer.total.unwrap_or_default();
            let (sum, spread) = (14.0 * rate, (14.0 * rate).sqrt());
            held += f64::from(u8::from(total[1] <= sum + spread && sum - spread <= total[11]));
        }
        let (now, later) = (made(&panel, 7, &shared), made_after(&panel, 7, &shared, 5));
        assert_eq!((later.mean.len(), later.total), (19, now.total), "what was stepped over is in no sum");
        assert!(ours < 0.8 * recent, "{ours} for {recent} by the mean of the last twelve");
        assert!(held > 0.9 * rates.len() as f64, "{held} sums hold");
        Ok(())
    }

    #[test]
    fn weekdays_are_those_of_the_calendar_and_what_fades_everywhere_fades() -> Result<()> {
        let (panel, _) = shop(200, Frequency::Day, |day| if day.rem_euclid(7) == 6 { 0.0 } else { 2.0 })?;
        let shared = learned(&panel).expect("many products").numbers();
        for index in [0, 3, 4] {
            let answer = made(&panel, index, &shared);
            for (step, mean) in answer.mean.iter().enumerate() {
                let is_closed = (panel.end(index) + step as i32).rem_euclid(7) == 6;
                assert_eq!(*mean < 1e-3, is_closed, "{index}, {step}: {:?}", answer.mean);
            }
        }
        let (panel, _) = shop(200, Frequency::Month, |month| 3.0 * libm::pow(0.94, f64::from(month)))?;
        let fading = learned(&panel).expect("many products");
        assert!((-1.0..-0.2).contains(&fading.drift), "{fading:?}");
        let answer = made(&panel, 1, &fading.numbers());
        let past = panel.values(1).iter().sum::<f64>() / panel.values(1).len() as f64;
        assert!(answer.mean[0] < 0.7 * past, "{:?} after {past}", answer.mean);
        assert_eq!(Learned::from_numbers(&fading.numbers()), Some(fading));
        Ok(())
    }

    #[test]
    fn few_products_are_answered_one_by_one_and_odd_ones_too() -> Result<()> {
        let (panel, _) = shop(12, Frequency::Week, |_| 1.0)?;
        assert_eq!(learned(&panel), None);
        assert_eq!(made(&panel, 0, &[]).model, "negative-binomial");
        let odd = |place: usize| match place % 4 {
            0 => 1e12 + place as f64,
            1 => 0.0,
            2 => 0.37 * (place % 7) as f64,
            _ => f64::NAN,
        };
        let series = (0..80).map(|place| {
            let info = Series { name: String::new(), id: format!("{place}"), store: None, category: None, start: 0 };
            (info, (0..30).map(|period| odd(place + period % 3 * 4)).collect())
        });
        let panel = Panel::new(Frequency::Week, series.collect())?;
        let shared = learned(&panel).map_or_else(Vec::new, |made| made.numbers());
        assert!(shared.iter().all(|number| number.is_finite()), "{shared:?}");
        for index in (0..80).filter(|index| index % 4 != 3) {
            let answer = made(&panel, index, &shared);
            let all = answer.mean.iter().chain(&answer.quantiles).chain(answer.total.iter().flatten());
            assert!(
                all.clone().all(|value| value.is_finite() && *value >= 0.0),
                "{index}: {answer:?}",
                answer = answer.mean
            );
        }
        Ok(())
    }
}
