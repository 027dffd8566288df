//! Searches for the few parameters of a smoothing model: the golden section (Kiefer 1953) for one, Nelder and Mead's
//! simplex (1965) for more, and Broyden, Fletcher, Goldfarb and Shanno's descent (1970) where `f` is smooth.

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

/// Change of a parameter by which a slope is measured.
const NUDGE: f64 = 1e-4;
/// A descent stops where a step gains less than this share of the value's size.
const GAIN: f64 = 1e-9;
/// Share of the gain that the slope promises, which a step must bring.
const WORTH: f64 = 1e-4;
/// Halvings of a step that brings too little.
const HALVINGS: usize = 12;
/// Longest first step along an axis.
const LONGEST: f64 = 0.5;

/// Smallest value found of a smooth `f` downhill from `start`, within so many slopes measured.
pub fn descend(start: &[f64], slopes: usize, f: &mut dyn FnMut(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let size = start.len();
    let mut point = start.to_vec();
    let mut value = f(&point);
    if size == 0 || !value.is_finite() {
        return (point, value);
    }
    let mut slope = gradient(&point, f);
    // The inverse of the curvature, as far as the steps so far have shown it.
    let mut inverse: Option<Vec<f64>> = None;
    for _ in 0..slopes {
        let mut way: Vec<f64> = match &inverse {
            Some(rows) => rows.chunks_exact(size).map(|row| -dot(row, &slope)).collect(),
            None => {
                let longest = slope.iter().fold(0.0_f64, |most, part| most.max(part.abs()));
                slope.iter().map(|part| -part * (LONGEST / longest.max(LONGEST))).collect()
            }
        };
        let mut promised = dot(&way, &slope);
        if promised.is_nan() || promised >= 0.0 {
            if inverse.take().is_none() {
                break;
            }
            continue;
        }
        let mut halvings = 0;
        let (next, found) = loop {
            let next: Vec<f64> = point.iter().zip(&way).map(|(place, step)| place + step).collect();
            let found = f(&next);
            if found <= value + WORTH * promised || halvings == HALVINGS {
                break (next, found);
            }
            halvings += 1;
            way.iter_mut().for_each(|step| *step *= 0.5);
            promised *= 0.5;
        };
        if found.is_nan() || found >= value {
            if inverse.take().is_none() {
                break;
            }
            continue;
        }
        let there = gradient(&next, f);
        let turn: Vec<f64> = there.iter().zip(&slope).map(|(now, before)| now - before).collect();
        let bend = dot(&way, &turn);
        if bend > 0.0 {
            let rows = inverse.get_or_insert_with(|| {
                let scale = bend / dot(&turn, &turn);
                (0..size * size).map(|at| if at % (size + 1) == 0 { scale } else { 0.0 }).collect()
            });
            let pulled: Vec<f64> = rows.chunks_exact(size).map(|row| dot(row, &turn)).collect();
            let factor = (1.0 + dot(&turn, &pulled) / bend) / bend;
            for row in 0..size {
                for column in 0..size {
                    rows[row * size + column] += factor * way[row] * way[column]
                        - (pulled[row] * way[column] + way[row] * pulled[column]) / bend;
                }
            }
        }
        let gained = value - found;
        (point, value, slope) = (next, found, there);
        if gained <= GAIN * (value.abs() + GAIN) {
            break;
        }
    }
    (point, value)
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Slopes of `f` along each axis; 0 where it has no number beside the point.
fn gradient(point: &[f64], f: &mut dyn FnMut(&[f64]) -> f64) -> Vec<f64> {
    let mut beside = point.to_vec();
    (0..point.len())
        .map(|axis| {
            beside[axis] = point[axis] + NUDGE;
            let ahead = f(&beside);
            beside[axis] = point[axis] - NUDGE;
            let slope = (ahead - f(&beside)) / (2.0 * NUDGE);
            beside[axis] = point[axis];
            if slope.is_finite() { slope } else { 0.0 }
        })
        .collect()
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

    #[test]
    fn descends_into_a_narrow_valley() {
        let rosenbrock = |p: &[f64]| (1.0 - p[0]).powi(2) + 100.0 * (p[1] - p[0] * p[0]).powi(2);
        let (point, value) = descend(&[-1.2, 1.0], 200, &mut |p| rosenbrock(p));
        assert!(value < 1e-6 && (point[0] - 1.0).abs() < 1e-2, "{point:?} {value}");
        assert_eq!(descend(&[], 10, &mut |_| 3.0), (Vec::new(), 3.0));
    }
}
