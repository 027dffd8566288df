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
/// A step that brought so many times what was foreseen is made as often again, and twice that, while it brings something.
const SURPRISING: f64 = 1.2;
/// So many steps like the last one are left to a search that has a value to reach: some go slowly before they go fast.
const PATIENCE: f64 = 32.0;

/// Share of the step before that one near the end brings.
const SETTLED: f64 = 0.1;

/// When a search ends.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// Most steps that bring something.
    pub steps: usize,
    /// A step that brings less is the last one.
    pub near: f64,
    /// The search is left when this value is out of reach.
    pub wanted: f64,
}

/// Place of the smallest value found from `start` on, and the value. `value` is n·ln of the sum of the n squares whose
/// `slopes` are asked for only at points that it was finite at, and a constant; both are asked for points within `bounds`
/// alone.
pub fn least_squares(
    start: &[f64],
    bounds: &[(f64, f64)],
    ends: Ends,
    value: &mut dyn FnMut(&[f64]) -> f64,
    slopes: &mut dyn FnMut(&[f64]) -> Slopes,
) -> (Vec<f64>, f64) {
    let mut point: Vec<f64> = start.iter().zip(bounds).map(|(at, (low, high))| at.clamp(*low, *high)).collect();
    let mut best = value(&point);
    if !best.is_finite() {
        return (point, f64::INFINITY);
    }
    if point.is_empty() {
        return (point, best);
    }
    let is_worth = |best: f64, gain: f64| gain > ends.near && best - PATIENCE * gain <= ends.wanted;
    let (mut damping, mut last) = (DAMPING, f64::INFINITY);
    for _ in 0..ends.steps {
        let turned = slopes(&point);
        let (before, mut foreseen) = (best, f64::INFINITY);
        while damping <= MOST_DAMPING {
            if let Some(way) = step(&turned, &point, bounds, damping) {
                foreseen = gain(&turned, &way);
                if !is_worth(best, foreseen) {
                    return (point, best);
                }
                let mut times = 1.0;
                loop {
                    let next: Vec<f64> = (point.iter().zip(&way).zip(bounds))
                        .map(|((at, by), (low, high))| (at + times * by).clamp(*low, *high))
                        .collect();
                    let found = value(&next);
                    let is_better = found < best;
                    if is_better {
                        (point, best) = (next, found);
                    }
                    if !is_better || before - best < SURPRISING * foreseen {
                        break;
                    }
                    times *= 2.0;
                }
                if best < before {
                    damping = (damping / EASED).max(LEAST_DAMPING);
                    break;
                }
            }
            damping *= TIGHTENED;
        }
        // Near the end a step brings what was foreseen, and what it did not bring is left to the next one. Far from it one
        // may do so by chance.
        let gained = before - best;
        let is_settled = gained * (1.0 - gained / foreseen).abs() <= ends.near && gained <= SETTLED * last;
        if !is_worth(best, gained) || is_settled {
            break;
        }
        last = gained;
    }
    (point, best)
}

/// What a step brings if the misses turn all the way as they do at its begin.
fn gain(turned: &Slopes, way: &[f64]) -> f64 {
    let rows = turned.products.chunks_exact(way.len());
    let change = rows.zip(&turned.gradient).zip(way).map(|((row, slope), by)| {
        let along: f64 = row.iter().zip(way).map(|(product, other)| product * other).sum();
        by * (2.0 * slope + along)
    });
    -turned.count * libm::log((1.0 + change.sum::<f64>() / turned.squares).max(f64::MIN_POSITIVE))
}

/// The step between bounds: what would cross one stops there, and the others are solved for anew.
fn step(turned: &Slopes, point: &[f64], bounds: &[(f64, f64)], damping: f64) -> Option<Vec<f64>> {
    let size = point.len();
    let mut gradient = turned.gradient.clone();
    // At a bound that the way downhill would cross, or stopped at one.
    let mut held = vec![false; size];
    for place in 0..size {
        let (at, (low, high)) = (point[place], bounds[place]);
        held[place] = (at <= low && gradient[place] > 0.0) || (at >= high && gradient[place] < 0.0);
    }
    let mut stopped = vec![0.0; size];
    loop {
        let mut way = solved(turned, &gradient, &held, damping)?;
        let mut is_within = true;
        for place in 0..size {
            let (at, (low, high)) = (point[place] + way[place], bounds[place]);
            if !held[place] && (at < low || at > high) {
                (held[place], stopped[place], is_within) = (true, at.clamp(low, high) - point[place], false);
                let row = &turned.products[place * size..(place + 1) * size];
                gradient.iter_mut().zip(row).for_each(|(slope, product)| *slope += stopped[place] * product);
            }
        }
        if is_within {
            way.iter_mut().zip(&stopped).for_each(|(by, until)| *by += until);
            return Some(way);
        }
    }
}

/// Where the damped squares of the parameters that are not held are least, by Cholesky's factors; none where they are not.
fn solved(turned: &Slopes, gradient: &[f64], held: &[bool], damping: f64) -> Option<Vec<f64>> {
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
        way.push((-gradient[free[row]] - known) / own[row]);
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

    /// Rosenbrock's valley as squares of 10·(y − x²) and 1 − x, and 1 that stays.
    fn valley(bounds: [(f64, f64); 2], wanted: f64) -> ((Vec<f64>, f64), u32) {
        let misses = |p: &[f64]| [10.0 * (p[1] - p[0] * p[0]), 1.0 - p[0], 1.0];
        let squares = |p: &[f64]| misses(p).iter().map(|miss| miss * miss).sum::<f64>();
        let mut turns = 0;
        let mut slopes = |p: &[f64]| {
            turns += 1;
            let (rows, misses) = ([[-20.0 * p[0], 10.0], [-1.0, 0.0], [0.0, 0.0]], misses(p));
            let sum = |of: &dyn Fn(usize) -> f64| (0..2).map(of).sum::<f64>();
            Slopes {
                count: 3.0,
                squares: squares(p),
                gradient: (0..2).map(|one| sum(&|at| misses[at] * rows[at][one])).collect(),
                products: (0..4).map(|both| sum(&|at| rows[at][both / 2] * rows[at][both % 2])).collect(),
            }
        };
        let ends = Ends { steps: 100, near: 1e-12, wanted };
        let found = least_squares(&[-1.2, 1.0], &bounds, ends, &mut |p| 3.0 * libm::log(squares(p)), &mut slopes);
        (found, turns)
    }

    #[test]
    fn the_bottom_of_a_bent_valley_is_found() {
        let ((point, value), _) = valley([(-5.0, 5.0); 2], f64::INFINITY);
        assert!(value < 1e-10 && (point[0] - 1.0).abs() < 1e-5, "{point:?} {value}");
    }

    #[test]
    fn bounds_hold_and_what_one_stops_lets_the_others_go_on() {
        // At x = 0.5 the best y is 0.25, and 0.25 is left.
        let ((point, value), _) = valley([(-5.0, 0.5), (-5.0, 5.0)], f64::INFINITY);
        assert!((point[0] - 0.5).abs() < 1e-9 && (point[1] - 0.25).abs() < 1e-6, "{point:?}");
        assert!((value - 3.0 * libm::log(1.25)).abs() < 1e-9, "{value}");
        // From (0, 0) with x up to 0.5: x stops there, and y goes all the way to what is best beside it.
        let turned =
            Slopes { count: 2.0, squares: 2.0, gradient: vec![-1.0, 0.0], products: vec![1.0, -0.5, -0.5, 1.0] };
        let way = step(&turned, &[0.0, 0.0], &[(-5.0, 0.5), (-5.0, 5.0)], 0.0);
        assert_eq!(way, Some(vec![0.5, 0.25]));
    }

    #[test]
    fn a_search_for_what_is_out_of_reach_is_left() {
        let (found, all) = valley([(-5.0, 5.0); 2], f64::INFINITY);
        let (reached, same) = valley([(-5.0, 5.0); 2], 5.0);
        assert_eq!((found, all), (reached, same), "a value within reach changes nothing");
        let ((_, value), few) = valley([(-5.0, 5.0); 2], -1e3);
        assert!(few < all && value > 1e-3, "{few} of {all} turns, {value}");
    }

    #[test]
    fn a_start_without_a_value_is_its_own_end() {
        let ends = Ends { steps: 9, near: 0.0, wanted: f64::INFINITY };
        let none = least_squares(&[3.0], &[(0.0, 1.0)], ends, &mut |_| f64::NAN, &mut |_| Slopes::default());
        assert_eq!(none, (vec![1.0], f64::INFINITY));
    }
}
