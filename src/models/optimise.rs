//! Searches for the few parameters of a smoothing model: the golden section (Kiefer 1953) for one, Nelder and Mead's
//! simplex (1965) for more.

use crate::order::sort_few;

/// Stops when the simplex' values differ by less than this share of their size.
const TOLERANCE: f64 = 1e-7;

/// Place of the smallest value of `f` between two bounds, to within `near`; where `f` has several valleys, of one of them.
pub fn golden_section((mut low, mut high): (f64, f64), near: f64, f: &mut dyn FnMut(f64) -> f64) -> f64 {
    let share = 2.0 / (5.0_f64.sqrt() + 1.0);
    let (mut left, mut right) = (high - share * (high - low), low + share * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    while high - low >= near && at_left != at_right {
        if at_left < at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - share * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + share * (high - low);
            at_right = f(right);
        }
    }
    0.5 * (low + high)
}

/// Smallest value found of `f` from `start` with first steps of size `step`, within `evaluations` calls. Where `f` is
/// not finite, the point is taken for infinitely bad.
pub fn nelder_mead(
    start: &[f64],
    step: &[f64],
    evaluations: usize,
    f: &mut dyn FnMut(&[f64]) -> f64,
) -> (Vec<f64>, f64) {
    let size = start.len();
    let mut calls = 0;
    let mut value = |point: &[f64]| {
        calls += 1;
        let found = f(point);
        (if found.is_finite() { found } else { f64::INFINITY }, calls)
    };
    let mut simplex: Vec<(Vec<f64>, f64)> = vec![(start.to_vec(), value(start).0)];
    for axis in 0..size {
        let mut point = start.to_vec();
        point[axis] += step[axis];
        let found = value(&point).0;
        simplex.push((point, found));
    }
    loop {
        sort_few(&mut simplex, |a, b| a.1 < b.1);
        let (best, worst) = (simplex[0].1, simplex[size].1);
        let mut center = vec![0.0; size];
        for (point, _) in &simplex[..size] {
            center.iter_mut().zip(point).for_each(|(sum, part)| *sum += part / size as f64);
        }
        let toward = |factor: f64, from: &[f64]| -> Vec<f64> {
            center.iter().zip(from).map(|(c, p)| c + factor * (p - c)).collect()
        };
        let reflected = toward(-1.0, &simplex[size].0);
        let (mirrored, calls) = value(&reflected);
        if calls >= evaluations || (worst - best).abs() <= TOLERANCE * (best.abs() + TOLERANCE) {
            return simplex.swap_remove(0);
        }
        if mirrored < best {
            let expanded = toward(-2.0, &simplex[size].0);
            let (further, _) = value(&expanded);
            simplex[size] = if further < mirrored { (expanded, further) } else { (reflected, mirrored) };
        } else if mirrored < simplex[size - 1].1 {
            simplex[size] = (reflected, mirrored);
        } else {
            let contracted =
                if mirrored < worst { toward(-0.5, &simplex[size].0) } else { toward(0.5, &simplex[size].0) };
            let (nearer, _) = value(&contracted);
            if nearer < mirrored.min(worst) {
                simplex[size] = (contracted, nearer);
            } else {
                let anchor = simplex[0].0.clone();
                for (point, found) in &mut simplex[1..] {
                    point.iter_mut().zip(&anchor).for_each(|(part, fixed)| *part = fixed + 0.5 * (*part - fixed));
                    *found = value(point).0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_between_bounds_and_at_one() {
        assert!((golden_section((-1.0, 4.0), 1e-9, &mut |x| (x - 1.5).abs()) - 1.5).abs() < 1e-8);
        assert!((golden_section((2.0, 4.0), 1e-9, &mut |x| x * x) - 2.0).abs() < 1e-8);
    }

    #[test]
    fn finds_the_bottom_of_a_bent_valley() {
        let rosenbrock = |p: &[f64]| (1.0 - p[0]).powi(2) + 100.0 * (p[1] - p[0] * p[0]).powi(2);
        let (point, value) = nelder_mead(&[-1.2, 1.0], &[0.5, 0.5], 2000, &mut |p| rosenbrock(p));
        assert!(value < 1e-6 && (point[0] - 1.0).abs() < 1e-2, "{point:?} {value}");
    }
}
