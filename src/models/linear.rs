//! Linear equations, few of them.

/// Solves rows of `size` unknowns and a right side each, by elimination with the largest pivots; none where they have no
/// single solution.
pub fn solve(rows: &mut [f64], size: usize) -> Option<Vec<f64>> {
    let width = size + 1;
    for column in 0..size {
        let pivot =
            (column..size).max_by(|a, b| rows[a * width + column].abs().total_cmp(&rows[b * width + column].abs()))?;
        let largest = rows[pivot * width + column].abs();
        if largest.is_nan() || largest <= f64::MIN_POSITIVE {
            return None;
        }
        for place in column..width {
            rows.swap(column * width + place, pivot * width + place);
        }
        let (above, below) = rows.split_at_mut((column + 1) * width);
        let lead = &above[column * width..];
        for row in below.chunks_exact_mut(width) {
            let factor = row[column] / lead[column];
            if factor != 0.0 {
                row[column..].iter_mut().zip(&lead[column..]).for_each(|(slot, value)| *slot -= factor * value);
            }
        }
    }
    let mut found = vec![0.0; size];
    for place in (0..size).rev() {
        let row = &rows[place * width..(place + 1) * width];
        let known: f64 = row[place + 1..size].iter().zip(&found[place + 1..]).map(|(a, b)| a * b).sum();
        found[place] = (row[size] - known) / row[place];
    }
    Some(found)
}

/// A column of a regression without the parts along earlier ones, of length 1; none where nothing is left of it.
pub fn apart(column: &[f64], earlier: &[Vec<f64>]) -> Option<Vec<f64>> {
    let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
    let size = dot(column, column).sqrt();
    let mut left = column.to_vec();
    // Twice, as what rounding leaves of the first time is taken out by the second.
    for _ in 0..2 {
        for known in earlier {
            let along = dot(&left, known);
            left.iter_mut().zip(known).for_each(|(slot, part)| *slot -= along * part);
        }
    }
    let rest = dot(&left, &left).sqrt();
    (rest > 1e-10 * size).then(|| left.iter().map(|part| part / rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_solved_whatever_their_order() {
        // y = 2 and x + 3y = 7; then two that say the same.
        assert_eq!(solve(&mut [0.0, 1.0, 2.0, 1.0, 3.0, 7.0], 2), Some(vec![1.0, 2.0]));
        assert_eq!(solve(&mut [1.0, 1.0, 2.0, 2.0, 2.0, 4.0], 2), None);
    }
}
