//! Local regression on evenly spaced values, and the decomposition into trend, one season and remainder by it.
//!
//! Source: Cleveland, Cleveland, McRae and Terpenning (1990), "STL: a seasonal-trend decomposition procedure based on loess",
//! without its robustness weights.

/// Rounds in which season and trend are found from each other.
const ROUNDS: usize = 5;

/// How a series is smoothed at a place: by a weighted mean, or by a weighted line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degree {
    /// A mean.
    Constant,
    /// A line.
    Line,
}

/// Weights of the values from `left` to `right` (both included) for the smoothed value at `place`, which may lie beyond
/// them; none where they say nothing of it. The `window` says how wide tricube weights reach where it is wider than all
/// `count` values.
fn weights(place: f64, left: usize, right: usize, window: usize, count: usize, degree: Degree) -> Option<Vec<f64>> {
    let mut reach = (place - left as f64).max(right as f64 - place);
    if window > count {
        reach += ((window - count) / 2) as f64;
    }
    let weight = |at: usize| {
        let off = (at as f64 - place).abs();
        match off {
            _ if off > 0.999 * reach => 0.0,
            _ if off <= 0.001 * reach => 1.0,
            _ => {
                let share = off / reach;
                let rest = 1.0 - share * share * share;
                rest * rest * rest
            }
        }
    };
    let mut made: Vec<f64> = (left..=right).map(weight).collect();
    let all: f64 = made.iter().sum();
    if all <= 0.0 {
        return None;
    }
    made.iter_mut().for_each(|weight| *weight /= all);
    if reach > 0.0 && degree == Degree::Line {
        let center: f64 = made.iter().zip(left..).map(|(weight, at)| weight * at as f64).sum();
        let spread: f64 = made.iter().zip(left..).map(|(weight, at)| weight * (at as f64 - center).powi(2)).sum();
        // Values at one place make no line.
        if spread.sqrt() > 0.001 * (count as f64 - 1.0) {
            let slope = (place - center) / spread;
            made.iter_mut().zip(left..).for_each(|(weight, at)| *weight *= slope * (at as f64 - center) + 1.0);
        }
    }
    Some(made)
}

fn weighted(weights: &[f64], values: &[f64]) -> f64 {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}

/// Smoothing of so many values by the `window` (odd) nearest ones at each place. Its weights do not depend on the values,
/// and are most of the work.
struct Smoother {
    count: usize,
    window: usize,
    /// Where all places but those near the ends have the same weights.
    inner: Vec<f64>,
    /// Weights of the places near the beginning, then of those near the end; none where the values say nothing of it.
    ends: [Vec<Option<Vec<f64>>>; 2],
}

impl Smoother {
    fn new(count: usize, window: usize, degree: Degree) -> Self {
        let (half, wide) = (window / 2, window.min(count));
        let at = |place: usize| {
            let left = place.saturating_sub(half).min(count - wide);
            weights(place as f64, left, left + wide - 1, window, count, degree)
        };
        // Of few values all places lie near an end.
        let (early, late) = if window <= count { (half, count - half) } else { (count, count) };
        let inner = if early < late { at(early).unwrap_or_default() } else { Vec::new() };
        Self { count, window, inner, ends: [(0..early).map(at).collect(), (late..count).map(at).collect()] }
    }

    fn smooth(&self, values: &[f64]) -> Vec<f64> {
        let (half, wide) = (self.window / 2, self.window.min(self.count));
        let [early, late] = &self.ends;
        let from = self.count - late.len();
        let own = |place: usize| match place {
            _ if place < early.len() => early[place].as_ref(),
            _ if place >= from => late[place - from].as_ref(),
            _ => Some(&self.inner),
        };
        let at = |place: usize| {
            let left = place.saturating_sub(half).min(self.count - wide);
            own(place).map_or(values[place], |own| weighted(own, &values[left..left + wide]))
        };
        (0..self.count).map(at).collect()
    }
}

/// What some values come to one place before the first or behind the last, by the same smoothing; as `smooth` has it at
/// that end, where they say nothing of it.
fn beyond(values: &[f64], smooth: &[f64], behind: bool, window: usize) -> f64 {
    let count = values.len();
    let wide = window.min(count);
    let (place, left, nearest) = if behind { (count as f64, count - wide, count - 1) } else { (-1.0, 0, 0) };
    let own = weights(place, left, left + wide - 1, window, count, Degree::Constant);
    own.map_or(smooth[nearest], |own| weighted(&own, &values[left..left + wide]))
}

/// Moving means of so many values.
fn means(values: &[f64], length: usize) -> Vec<f64> {
    let mut sum: f64 = values[..length].iter().sum();
    let mut made = vec![sum / length as f64];
    for (gone, new) in values.iter().zip(&values[length..]) {
        sum += new - gone;
        made.push(sum / length as f64);
    }
    made
}

/// The decomposition of so many values, at least two seasons of a length.
pub struct Decomposition {
    length: usize,
    window: usize,
    /// Of a phase's values, of which there may be one more than of others.
    phases: [Smoother; 2],
    low: Smoother,
    trend: Smoother,
}

impl Decomposition {
    /// `window` (odd) years or weeks of each phase make its season.
    pub fn new(count: usize, length: usize, window: usize) -> Self {
        let odd = |number: usize| number + usize::from(number.is_multiple_of(2));
        let trend = odd((1.5 * length as f64 / (1.0 - 1.5 / window as f64)).ceil() as usize);
        let each = count / length;
        Self {
            length,
            window,
            phases: [each, each + 1].map(|count| Smoother::new(count, window, Degree::Constant)),
            low: Smoother::new(count, odd(length + 1), Degree::Line),
            trend: Smoother::new(count, trend, Degree::Line),
        }
    }

    /// The season and the trend of values.
    pub fn parts(&self, values: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let Self { length, window, .. } = *self;
        let count = values.len();
        let (mut season, mut trend) = (vec![0.0; count], vec![0.0; count]);
        let mut cycle = vec![0.0; count + 2 * length];
        for _ in 0..ROUNDS {
            for phase in 0..length {
                let own = values.iter().zip(&trend).skip(phase).step_by(length);
                let own: Vec<f64> = own.map(|(value, trend)| value - trend).collect();
                let smooth = self.phases[own.len() - count / length].smooth(&own);
                cycle[phase] = beyond(&own, &smooth, false, window);
                for (place, value) in smooth.iter().enumerate() {
                    cycle[phase + (place + 1) * length] = *value;
                }
                cycle[phase + (own.len() + 1) * length] = beyond(&own, &smooth, true, window);
            }
            let low = self.low.smooth(&means(&means(&means(&cycle, length), length), 3));
            let own = cycle[length..].iter().zip(&low).map(|(value, low)| value - low);
            season.iter_mut().zip(own).for_each(|(slot, value)| *slot = value);
            let without: Vec<f64> = values.iter().zip(&season).map(|(value, season)| value - season).collect();
            trend = self.trend.smooth(&without);
        }
        (season, trend)
    }
}
