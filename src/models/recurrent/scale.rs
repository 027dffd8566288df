//! How a window is scaled: from its history alone.

/// Numbers that scale the window which begins at one position of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// Mean of the window's history.
    pub level: f32,
    /// One over the spread of the window's history: scales the network's inputs.
    pub inverse_spread: f32,
    /// The unit of the answers: the usual change from season to season.
    pub unit: f32,
}

/// Smallest unit, as a share of the mean of all history.
const UNIT_SHARE: f64 = 0.02;
/// Smallest unit of a series that never sold.
const LEAST_UNIT: f64 = 1e-3;

/// Scales at every position from 0 to the series' length: what a window that begins there may know.
pub(super) fn scales(values: &[f64], season: usize, encoder: usize) -> Vec<Scale> {
    let mut made = Vec::with_capacity(values.len() + 1);
    let (mut all_change, mut changes, mut all_size, mut sizes) = (0.0, 0.0, 0.0, 0.0);
    for origin in 0..=values.len() {
        if origin > 0 {
            let last = values[origin - 1];
            if last.is_finite() {
                all_size += last.abs();
                sizes += 1.0;
                if let Some(before) = change_at(values, origin - 1, season) {
                    all_change += before;
                    changes += 1.0;
                }
            }
        }
        let window = origin.saturating_sub(encoder)..origin;
        let seen = || values[window.clone()].iter().copied().filter(|value| value.is_finite());
        // Goods that ran out long ago are worth what they were, not nothing.
        if let Some(last) = made.last().copied().filter(|_| seen().next().is_none()) {
            made.push(last);
            continue;
        }
        let count = seen().count().max(1) as f64;
        let level = seen().sum::<f64>() / count;
        let spread = seen().map(|value| (value - level).abs()).sum::<f64>() / count;
        let (mut change, mut near) = (0.0, 0.0);
        for at in window.clone() {
            if let Some(one) = change_at(values, at, season) {
                change += one;
                near += 1.0;
            }
        }
        let mean_size = if sizes > 0.0 { all_size / sizes } else { 0.0 };
        let long = if changes > 0.0 { all_change / changes } else { spread };
        let short = if near > 0.0 { change / near } else { long };
        let unit = (0.5 * (short + long)).max(UNIT_SHARE * mean_size).max(LEAST_UNIT);
        made.push(Scale {
            level: level as f32,
            inverse_spread: (1.0 / spread.max(0.5 * unit)) as f32,
            unit: unit as f32,
        });
    }
    made
}

fn change_at(values: &[f64], at: usize, season: usize) -> Option<f64> {
    let before = values.get(at.checked_sub(season)?)?;
    let change = (values[at] - before).abs();
    change.is_finite().then_some(change)
}

/// Most seasons averaged for the base.
pub(super) const MOST_SEASONS: usize = 4;

/// Seasons averaged for the base: the choice with the least absolute error near the series' end, one season ahead.
/// 0 stands for the window's level: so it is where not one whole season is known.
pub(super) fn base_seasons(values: &[f64], scales: &[Scale], season: usize, encoder: usize) -> u32 {
    const CHOICES: [u32; 4] = [1, 2, MOST_SEASONS as u32, 0];
    const WINDOWS: usize = 3;
    if values.len() < season {
        return 0;
    }
    let first = values.len().saturating_sub(WINDOWS * encoder).max(season);
    let mut errors = [0.0_f64; CHOICES.len()];
    for at in first..values.len() {
        if !values[at].is_finite() {
            continue;
        }
        for (error, seasons) in errors.iter_mut().zip(CHOICES) {
            let level = f64::from(scales[at + 1 - season.min(at)].level);
            let base = seasonal_mean(values, at, season, seasons).unwrap_or(level);
            *error += (values[at] - base).abs();
        }
    }
    let best = errors.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(place, _)| place);
    CHOICES[best]
}

fn seasonal_mean(values: &[f64], at: usize, season: usize, seasons: u32) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for k in 1..=seasons as usize {
        let value = at.checked_sub(k * season).map_or(f64::NAN, |place| values[place]);
        if value.is_finite() {
            sum += value;
            count += 1.0;
        }
    }
    (count > 0.0).then(|| sum / count)
}

/// The base of a step after `origin`, as the gather kernel computes it.
pub(super) fn base(values: &[f64], origin: usize, step: usize, season: usize, seasons: u32, level: f32) -> f32 {
    let back = (step / season + 1) * season;
    let (mut sum, mut count) = (0.0_f32, 0.0_f32);
    for k in 0..seasons as usize {
        let at = (origin + step).checked_sub(back + k * season);
        let value = at.and_then(|at| values.get(at)).copied().unwrap_or(f64::NAN);
        if value.is_finite() {
            sum += value as f32;
            count += 1.0;
        }
    }
    if count > 0.0 { sum / count } else { level }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_that_ran_out_before_the_window_keep_their_scale() {
        let values: Vec<f64> = (0..60).map(|day| if day < 20 { 8.0 + f64::from(day % 3) } else { f64::NAN }).collect();
        let made = scales(&values, 7, 28);
        assert_eq!(made[60], made[47], "the last window that saw a sale");
        assert!(made[60].level > 8.0 && made[60].inverse_spread.is_finite());
    }
}
