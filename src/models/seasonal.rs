//! Seasonal figures by classical decomposition, and whether there is a season at all.

/// Divisors below this count as this.
const SMALL: f64 = 1e-10;
/// Share of series without a season that pass for seasonal: one side of 5 %.
const NORMAL_95: f64 = 1.644_853_626_951_472_2;

/// Places of a history that a centred moving average over a season covers.
fn covered(history: &[f64], length: usize) -> std::ops::Range<usize> {
    let half = length / 2;
    half..history.len().saturating_sub(half)
}

/// A covered value against the moving average around it.
fn detrended(history: &[f64], place: usize, length: usize, multiplicative: bool) -> f64 {
    let half = length / 2;
    let window = &history[place - half..=place + half];
    let mut sum: f64 = window.iter().sum();
    if length.is_multiple_of(2) {
        sum -= 0.5 * (window[0] + window[length]);
    }
    let trend = sum / length as f64;
    match multiplicative {
        true if trend > SMALL => history[place] / trend,
        true => 1.0,
        false => history[place] - trend,
    }
}

/// Classical seasonal figure: averages by phase of the values against a centred moving average; adds to 0, or has mean 1.
pub fn seasonal_figure(history: &[f64], length: usize, multiplicative: bool) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); length];
    for place in covered(history, length) {
        let sum = &mut sums[place % length];
        *sum = (sum.0 + detrended(history, place, length, multiplicative), sum.1 + 1.0);
    }
    let neutral = if multiplicative { 1.0 } else { 0.0 };
    let mut figure: Vec<f64> =
        sums.iter().map(|(sum, count)| if *count > 0.0 { sum / count } else { neutral }).collect();
    let mean = figure.iter().sum::<f64>() / length as f64;
    for value in &mut figure {
        *value = if multiplicative { *value / mean.max(SMALL) } else { *value - mean };
    }
    figure
}

/// Share of a figure that is more than chance, 0 to 1: one less the variance that means of so few seasons have over the
/// figure's own (James and Stein's estimator; Miller and Williams 2003, "Shrinkage estimators of time series seasonal
/// factors").
pub fn certain_share(history: &[f64], figure: &[f64], multiplicative: bool) -> f64 {
    let length = figure.len();
    let places = covered(history, length);
    let seasons = places.len() as f64 / length as f64;
    let squares = |misses: &mut dyn Iterator<Item = f64>| misses.map(|miss| miss * miss).sum::<f64>();
    let neutral = if multiplicative { 1.0 } else { 0.0 };
    let own = squares(&mut figure.iter().map(|part| part - neutral)) / (length - 1) as f64;
    let chance =
        squares(&mut places.map(|place| detrended(history, place, length, multiplicative) - figure[place % length]));
    // Of a single season nothing tells chance from figure: it passes for certain.
    let free = (seasons - 1.0) * length as f64;
    if free < 1.0 || own <= 0.0 { 1.0 } else { (1.0 - chance / free / seasons / own).max(0.0) }
}

/// Whether values one season apart go together, beyond what their neighbours' going together explains (Fiorucci et al.
/// 2016): the autocorrelation at the season's lag against Bartlett's error. Fewer than two seasons never do.
pub fn is_seasonal(history: &[f64], length: usize) -> bool {
    const SHORTEST: usize = 4;
    let count = history.len();
    if length < SHORTEST || count < 2 * length {
        return false;
    }
    let mean = history.iter().sum::<f64>() / count as f64;
    let product = |lag: usize| -> f64 {
        history.iter().skip(lag).zip(history).map(|(now, then)| (now - mean) * (then - mean)).sum()
    };
    let variance = product(0);
    let squares: f64 = (1..length).map(|lag| product(lag) / variance).map(|one| one * one).sum();
    let error = ((1.0 + 2.0 * squares) / count as f64).sqrt();
    // A constant history has no number here.
    (product(length) / variance).abs() / error > NORMAL_95
}
