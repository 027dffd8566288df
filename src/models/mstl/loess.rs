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

/// Values smoothed by the `window` (odd) nearest ones at each place.
pub fn loess(values: &[f64], window: usize, degree: Degree) -> Vec<f64> {
    let count = values.len();
    if count < 2 {
        return values.to_vec();
    }
    let wide = window.min(count);
    // Away from the ends all places have the same weights.
    let mut inner: Option<Vec<f64>> = None;
    let at = |place: usize| {
        let left = place.saturating_sub(window / 2).min(count - wide);
        let near = &values[left..left + wide];
        let is_inner = wide == window && place == left + window / 2;
        let own = match &inner {
            Some(known) if is_inner => return weighted(known, near),
            _ => weights(place as f64, left, left + wide - 1, window, count, degree),
        };
        let Some(own) = own else { return values[place] };
        let smooth = weighted(&own, near);
        if is_inner {
            inner = Some(own);
        }
        smooth
    };
    (0..count).map(at).collect()
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

/// The season and the trend of values, at least two seasons of `length`; `window` (odd) years or weeks of each phase make
/// its season.
pub fn decompose(values: &[f64], length: usize, window: usize) -> (Vec<f64>, Vec<f64>) {
    let count = values.len();
    let odd = |number: usize| number + usize::from(number.is_multiple_of(2));
    let trend_window = odd((1.5 * length as f64 / (1.0 - 1.5 / window as f64)).ceil() as usize);
    let low_window = odd(length + 1);
    let (mut season, mut trend) = (vec![0.0; count], vec![0.0; count]);
    let mut cycle = vec![0.0; count + 2 * length];
    for _ in 0..ROUNDS {
        for phase in 0..length {
            let own = || values.iter().zip(&trend).skip(phase).step_by(length);
            let own: Vec<f64> = own().map(|(value, trend)| value - trend).collect();
            let smooth = loess(&own, window, Degree::Constant);
            cycle[phase] = beyond(&own, &smooth, false, window);
            for (place, value) in smooth.iter().enumerate() {
                cycle[phase + (place + 1) * length] = *value;
            }
            cycle[phase + (own.len() + 1) * length] = beyond(&own, &smooth, true, window);
        }
        let low = loess(&means(&means(&means(&cycle, length), length), 3), low_window, Degree::Line);
        let own = cycle[length..].iter().zip(&low).map(|(value, low)| value - low);
        season.iter_mut().zip(own).for_each(|(slot, value)| *slot = value);
        let without: Vec<f64> = values.iter().zip(&season).map(|(value, season)| value - season).collect();
        trend = loess(&without, trend_window, Degree::Line);
    }
    (season, trend)
}
