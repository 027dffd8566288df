//! Least squares between bounds: Levenberg's (1944) and Marquardt's (1963) steps, between those of Gauss and Newton and
//! those downhill, along whichever bounds hold them.

pub use tillcast_kernels::smoothing::Slopes;

/// Share of the products' diagonal that is added to it: at first, and within which bounds.
const DAMPING: f64 = 1e-3;
const LEAST_DAMPING: f64 = 1e-9;
const MOST_DAMPING: f64 = 1e9;
/// By what it is divided after a step that brought something, and multiplied after one that did not.
const EASED: f64 = 6.0;
const TIGHTENED: f64 = 4.0;

/// Place of the smallest value found from `start` on, and the value, within so many steps that bring something: a step
/// that brings less than `near` is the last one. `value` grows with the sum of squares whose `slopes` are asked for only
/// at points that it was finite at; both are asked for points within `bounds` alone.
pub fn least_squares(
    start: &[f64],
    bounds: &[(f64, f64)],
    (steps, near): (usize, f64),
    value: &mut dyn FnMut(&[f64]) -> f64,
    slopes: &mut dyn FnMut(&[f64]) -> Slopes,
) -> (Vec<f64>, f64) {
    let mut point: Vec<f64> = start.iter().zip(bounds).map(|(at, (low, high))| at.clamp(*low, *high)).collect();
    let mut best = value(&point);
    if !best.is_finite() {
        return (point, f64::INFINITY);
    }
    let mut damping = DAMPING;
    for _ in 0..steps {
        let turned = slopes(&point);
        let (before, held) = (best, held(&point, bounds, &turned.gradient));
        while damping <= MOST_DAMPING {
            let next = step(&turned, &held, damping).map(|way| {
                let moved = point.iter().zip(&way).zip(bounds);
                moved.map(|((at, by), (low, high))| (at + by).clamp(*low, *high)).collect::<Vec<f64>>()
            });
            if let Some(next) = next {
                let found = value(&next);
                if found < best {
                    (point, best) = (next, found);
                    damping = (damping / EASED).max(LEAST_DAMPING);
                    break;
                }
            }
            damping *= TIGHTENED;
        }
        if before - best <= near {
            break;
        }
    }
    (point, best)
}

/// Which parameters lie at a bound that the way downhill would cross.
fn held(point: &[f64], bounds: &[(f64, f64)], gradient: &[f64]) -> Vec<bool> {
    let at = |((at, (low, high)), slope): ((&f64, &(f64, f64)), &f64)| {
        (at <= low && *slope > 0.0) || (at >= high && *slope < 0.0)
    };
    point.iter().zip(bounds).zip(gradient).map(at).collect()
}

/// The step of the parameters that are not held, by Cholesky's factors; none where there is none.
fn step(turned: &Slopes, held: &[bool], damping: f64) -> Option<Vec<f64>> {
    let size = held.len();
    // What turns nothing stays where it is.
    let free: Vec<usize> =
        (0..size).filter(|place| !held[*place] && turned.products[place * (size + 1)] > 0.0).collect();
    let count = free.len();
    let mut root = vec![0.0; count * count];
    let mut way: Vec<f64> = Vec::with_capacity(count);
    for row in 0..count {
        let (above, own) = root.split_at_mut(row * count);
        for column in 0..=row {
            let mut left = turned.products[free[row] * size + free[column]];
            let other = if column == row { &own[..column] } else { &above[column * count..column * count + column] };
            left -= own[..column].iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
            if column == row {
                left += damping * turned.products[free[row] * size + free[row]];
                if left.is_nan() || left <= 0.0 {
                    return None;
                }
                own[row] = left.sqrt();
            } else {
                own[column] = left / above[column * count + column];
            }
        }
        let known: f64 = own[..row].iter().zip(&way).map(|(one, other)| one * other).sum();
        way.push((-turned.gradient[free[row]] - known) / own[row]);
    }
    for row in (0..count).rev() {
        let known: f64 = (row + 1..count).map(|below| root[below * count + row] * way[below]).sum();
        way[row] = (way[row] - known) / root[row * count + row];
    }
    let mut all = vec![0.0; size];
    free.iter().zip(way).for_each(|(place, by)| all[*place] = by);
    all.iter().all(|by| by.is_finite()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley as squares of 10·(y − x²) and 1 − x.
    fn valley(bounds: [(f64, f64); 2]) -> (Vec<f64>, f64) {
        let misses = |p: &[f64]| [10.0 * (p[1] - p[0] * p[0]), 1.0 - p[0]];
        let mut value = |p: &[f64]| misses(p).iter().map(|miss| miss * miss).sum();
        let mut slopes = |p: &[f64]| {
            let (rows, misses) = ([[-20.0 * p[0], 10.0], [-1.0, 0.0]], misses(p));
            let sum = |of: &dyn Fn(usize) -> f64| (0..2).map(of).sum::<f64>();
            Slopes {
                gradient: (0..2).map(|one| sum(&|at| misses[at] * rows[at][one])).collect(),
                products: (0..4).map(|both| sum(&|at| rows[at][both / 2] * rows[at][both % 2])).collect(),
            }
        };
        least_squares(&[-1.2, 1.0], &bounds, (100, 1e-14), &mut value, &mut slopes)
    }

    #[test]
    fn the_bottom_of_a_bent_valley_is_found() {
        let (point, value) = valley([(-5.0, 5.0); 2]);
        assert!(value < 1e-12 && (point[0] - 1.0).abs() < 1e-5, "{point:?} {value}");
    }

    #[test]
    fn bounds_hold() {
        // At x = 0.5 the best y is 0.25, and 0.25 is left.
        let (point, value) = valley([(-5.0, 0.5), (-5.0, 5.0)]);
        assert!((point[0] - 0.5).abs() < 1e-9 && (point[1] - 0.25).abs() < 1e-6, "{point:?}");
        assert!((value - 0.25).abs() < 1e-6, "{value}");
    }

    #[test]
    fn a_start_without_a_value_is_its_own_end() {
        let none = least_squares(&[3.0], &[(0.0, 1.0)], (9, 0.0), &mut |_| f64::NAN, &mut |_| Slopes::default());
        assert_eq!(none, (vec![1.0], f64::INFINITY));
    }
}
