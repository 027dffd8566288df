//! How forecasts of groups and of products erred, and erred together, on the past.
//!
//! Full covariances are shrunk towards their diagonal by Schäfer and Strimmer (2005), "A shrinkage approach to
//! large-scale covariance matrix estimation": correlations keep the share 1 − Σ var(r) / Σ r², between 0 and 1. Errors of
//! one origin are alike for all of its periods, so that a few origins tell far less than so many periods would: the variance
//! of a correlation is taken from how origins differ. With more
//! than [`MOST_FULL`] groups and products only variances are used: a matrix of all of them would be large, and a few dozen
//! errors tell little of its entries.

/// Most groups and products, taken together, whose covariances are used.
pub const MOST_FULL: usize = 500;
/// Fewest errors of all at once that tell of correlations.
const LEAST: usize = 8;
/// Fewest origins. Of four, the usual number, variances alone did better on validation parts; correlations made sums up to
/// twice as wrong (docs/coherence.md).
const LEAST_ORIGINS: usize = 8;
/// Least variance in units of the mean one, so that equations have one solution.
const RIDGE: f64 = 1e-9;

/// Variances, or covariances row by row, of groups first and then of products.
#[derive(Debug, Clone, PartialEq)]
pub enum Covariance {
    /// None between two of them.
    Diagonal(Vec<f64>),
    /// All.
    Full(Vec<f64>),
}

impl Covariance {
    /// Of errors, a list for each group and then for each product, side by side in time, `NaN` where not known; `block` of them are of one origin. `sizes`
    /// are the forecasts: what has no errors is taken to err as the others do for their size, as sums of independent parts do.
    pub fn of(errors: &[Vec<f32>], block: usize, sizes: &[f64]) -> Self {
        let diagonal = Self::variances(errors, sizes);
        let (Covariance::Diagonal(variances) | Covariance::Full(variances)) = &diagonal;
        if errors.len() > MOST_FULL {
            return diagonal;
        }
        shrunk(errors, block.max(1), variances).map_or(diagonal, Covariance::Full)
    }

    /// The same without any covariances: mean squared errors.
    pub fn variances(errors: &[Vec<f32>], sizes: &[f64]) -> Self {
        let own: Vec<Option<f64>> = errors.iter().map(|list| mean_square(list)).collect();
        let known = || own.iter().zip(sizes).filter_map(|(own, size)| Some(((*own)?, *size)));
        let (squares, size) = known().fold((0.0, 0.0), |(squares, all), (own, size)| (squares + own, all + size));
        let ratio = if squares > 0.0 && size > 0.0 { squares / size } else { 1.0 };
        let variances = own.iter().zip(sizes).map(|(own, size)| own.unwrap_or(ratio * size)).collect();
        Covariance::Diagonal(with_ridge(variances))
    }
}

fn with_ridge(mut variances: Vec<f64>) -> Vec<f64> {
    let least = RIDGE * variances.iter().sum::<f64>() / variances.len().max(1) as f64;
    variances.iter_mut().for_each(|variance| *variance = variance.max(least));
    variances
}

fn mean_square(errors: &[f32]) -> Option<f64> {
    let known = || errors.iter().filter(|error| error.is_finite()).map(|error| f64::from(*error));
    let count = known().count();
    (count > 0).then(|| known().map(|error| error * error).sum::<f64>() / count as f64)
}

/// Shrunk covariances; none where too little is known. What is missing is taken for the mean: the matrix stays one of
/// covariances, with correlations the nearer to 0 the fewer errors speak.
fn shrunk(errors: &[Vec<f32>], block: usize, variances: &[f64]) -> Option<Vec<f64>> {
    let (count, length) = (errors.len(), errors.iter().map(Vec::len).max()?);
    let together = (0..length).filter(|at| errors.iter().filter(|list| is_known(list, *at)).count() > 1).count();
    if together < LEAST || length.div_ceil(block) < LEAST_ORIGINS || count < 2 {
        return None;
    }
    let mut scaled = vec![0.0; count * length];
    let mut deviations = vec![0.0; count];
    for (place, list) in errors.iter().enumerate() {
        let known = || list.iter().enumerate().filter(|(_, error)| error.is_finite());
        let own = known().count() as f64;
        let mean = known().map(|(_, error)| f64::from(*error)).sum::<f64>() / own.max(1.0);
        let squares: f64 = known().map(|(_, error)| (f64::from(*error) - mean) * (f64::from(*error) - mean)).sum();
        deviations[place] = if own > 1.0 { (squares / (own - 1.0)).sqrt() } else { variances[place].max(0.0).sqrt() };
        let spread = (squares / length as f64).sqrt();
        if spread > 0.0 {
            known().for_each(|(at, error)| scaled[place * length + at] = (f64::from(*error) - mean) / spread);
        }
    }
    // A correlation is a mean of n products; from how the origins' sums of them differ its variance.
    let n = length as f64;
    let origins = length.div_ceil(block) as f64;
    let factor = origins / (origins - 1.0) / (n * n);
    let (mut noise, mut squares) = (0.0, 0.0);
    let mut full = vec![0.0; count * count];
    let mut products = vec![0.0; length];
    for one in 0..count {
        for other in 0..one {
            let pair = scaled[one * length..(one + 1) * length].iter().zip(&scaled[other * length..]);
            products.iter_mut().zip(pair).for_each(|(slot, (a, b))| *slot = a * b);
            let mean = products.iter().sum::<f64>() / n;
            let apart = products.chunks(block).map(|own| own.iter().sum::<f64>() - own.len() as f64 * mean);
            noise += factor * apart.map(|apart| apart * apart).sum::<f64>();
            squares += mean * mean;
            full[one * count + other] = mean;
        }
    }
    let kept = 1.0 - if squares > 0.0 { (noise / squares).clamp(0.0, 1.0) } else { 1.0 };
    let least = RIDGE * deviations.iter().map(|one| one * one).sum::<f64>() / count as f64;
    for one in 0..count {
        for other in 0..one {
            let value = kept * full[one * count + other] * deviations[one] * deviations[other];
            full[one * count + other] = value;
            full[other * count + one] = value;
        }
        full[one * count + one] = (deviations[one] * deviations[one]).max(least);
    }
    Some(full)
}

fn is_known(errors: &[f32], at: usize) -> bool {
    errors.get(at).is_some_and(|error| error.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_errs_together_keeps_most_of_it_and_chance_is_shrunk_away() {
        let wave = |at: usize, turn: usize| ((at * turn + at * at * 7) % 23) as f32 - 11.0;
        let alike: Vec<Vec<f32>> =
            (0..3).map(|place| (0..40).map(|at| wave(at, 5) + 0.2 * wave(at, 3 + place)).collect()).collect();
        let Covariance::Full(full) = Covariance::of(&alike, 1, &[1.0; 3]) else { unreachable!() };
        let correlation =
            |full: &[f64], one: usize, other: usize| full[one * 3 + other] / (full[one * 4] * full[other * 4]).sqrt();
        assert!(correlation(&full, 0, 1) > 0.85, "{full:?}");
        let strange: Vec<Vec<f32>> =
            [5, 11, 17].map(|turn| (0..40).map(|at| wave(at * turn % 37, turn)).collect()).to_vec();
        let Covariance::Full(full) = Covariance::of(&strange, 1, &[1.0; 3]) else { unreachable!() };
        assert!(correlation(&full, 0, 1).abs() < 0.15, "{full:?}");
    }

    #[test]
    fn a_few_origins_that_missed_together_tell_little() {
        // Ten origins of ten periods; at each all three miss by about the same.
        let level = [5.0, -3.0, 4.0, -6.0, 2.0, 5.0, -4.0, 3.0, -5.0, -1.0];
        let lists: Vec<Vec<f32>> = (0..3)
            .map(|place| (0..100).map(|at| level[at / 10] + ((at * (7 + place)) % 11) as f32 / 5.0).collect())
            .collect();
        let kept = |block: usize| {
            let Covariance::Full(full) = Covariance::of(&lists, block, &[1.0; 3]) else { unreachable!() };
            full[1] / (full[0] * full[4]).sqrt()
        };
        assert!(kept(10) < kept(1) - 0.02 && kept(10) > 0.0, "{} {}", kept(10), kept(1));
        assert!(matches!(Covariance::of(&lists, 20, &[1.0; 3]), Covariance::Diagonal(_)), "five origins are too few");
    }

    #[test]
    fn what_has_no_errors_is_taken_to_err_for_its_size() {
        let errors = vec![vec![2.0, -2.0], vec![1.0, f32::NAN], Vec::new()];
        let Covariance::Diagonal(made) = Covariance::of(&errors, 1, &[4.0, 1.0, 3.0]) else { unreachable!() };
        assert_eq!(made, [4.0, 1.0, 3.0], "two errors tell nothing of correlations");
        let Covariance::Diagonal(made) = Covariance::of(&[Vec::new(), Vec::new()], 1, &[4.0, 1.0]) else {
            unreachable!()
        };
        assert_eq!(made, [4.0, 1.0], "without any, variances are in proportion to sizes");
    }
}
