//! How far what came lay from what was said: counts of misses, and the conformal rule that makes factors of them.
//!
//! A miss is measured in widths of the range as it was said, so that products of all sizes speak together. Misses are
//! pooled over products and origins by kind of demand: what sells in lumps is missed in another way than what sells
//! evenly. Single periods are told apart by the half of the horizon that they lie in, totals stand by themselves; where
//! too few of a kind speak, all kinds do. A product is never judged by its own past alone: a few windows say nothing of
//! one end.
//!
//! Sources: Romano, Patterson and Candès (2019), "Conformalized quantile regression"; Lei and others (2018),
//! "Distribution-free predictive inference for regression", for the rank.

use crate::models::forecast::{LEVELS, MEDIAN};

/// Misses needed to speak of a share.
const LEAST: u32 = 50;
/// Widest that a range is made, and narrowest.
const WIDEST: f64 = 3.0;
const NARROWEST: f64 = 0.5;
/// Origins that must speak for a narrower range, and how far that of single periods then follows the second widest of them.
/// Products of one origin are missed together, so a calm origin or two promise nothing; nor does one wild origin forbid
/// everything. On six to ten older origins of eight sets 7.2 to 10 % of single periods lay below the tenth by half of the way
/// to the widest origin, 8.0 to 10.7 % by half of the way to the second, at .5 % more or less of the quantile loss; in full or
/// after fewer origins ranges held too seldom. Totals are said far too wide where many methods' doubts of the level are averaged: up to two
/// times on the validation parts of store_item and nn5_daily, on which their 95 % quantile held 98 to 100 % and by both
/// sides in full 96 to 98 %. It cannot know of a shock that no origin had: at one of four older origins of rossmann
/// it held 43 % before and 9 % then.
const LEAST_ORIGINS: usize = 4;
const FOLLOWED: f64 = 0.5;
/// Misses are told apart to one part in so many of a width, up to the widest factor and a bin beyond.
const BINS_PER_WIDTH: usize = 50;
const BINS: usize = BINS_PER_WIDTH * WIDEST as usize + 2;

/// Kinds of demand.
pub const KINDS: usize = 4;
/// Totals, and periods of the first and of the second half of the horizon.
pub const SCOPES: usize = 3;
/// The scope of totals.
pub const TOTALS: usize = 0;
/// Below the median and above.
pub const SIDES: usize = 2;
/// Levels of each side that misses are counted at, from the median outwards, as places among [`LEVELS`].
pub const ENDS: [[usize; DEPTHS]; SIDES] = [[3, 1, 0], [9, 11, 12]];
/// Levels a side.
pub const DEPTHS: usize = 3;

/// A group of misses: kind of demand (none: all), scope, side and level.
#[derive(Clone, Copy)]
pub struct Group {
    /// Kind of demand.
    pub kind: Option<usize>,
    /// Totals or a half of the horizon.
    pub scope: usize,
    /// Below or above the median.
    pub side: usize,
    /// Level of the side.
    pub depth: usize,
}

/// How often a miss of each size came.
#[derive(Clone)]
struct Sizes([u32; BINS]);

impl Sizes {
    const NONE: Sizes = Sizes([0; BINS]);

    /// `miss` in widths; 0 where the value lay on the other side of the median.
    fn add(&mut self, miss: f64) {
        // What lies just on an end is inside, whatever rounding makes of it.
        let bin = (miss.max(0.0) * BINS_PER_WIDTH as f64 - 1e-6).ceil().max(0.0);
        self.0[(bin as usize).min(BINS - 1)] += 1;
    }

    fn extend(&mut self, more: &Self) {
        self.0.iter_mut().zip(&more.0).for_each(|(own, more)| *own += more);
    }

    /// By what the width must be multiplied so that no more than a share lies `beyond`; none of too few.
    fn factor(&self, beyond: f64) -> Option<f64> {
        let count: u32 = self.0.iter().sum();
        let rank = ((1.0 - beyond) * (f64::from(count) + 1.0)).ceil() as u32;
        let mut so_far = 0;
        let bin = self.0.iter().position(|count| {
            so_far += count;
            so_far >= rank
        });
        let factor = bin.unwrap_or(BINS - 1) as f64 / BINS_PER_WIDTH as f64;
        (count >= LEAST).then(|| factor.clamp(NARROWEST, WIDEST))
    }
}

/// The misses of some origins, each by itself.
#[derive(Default)]
pub struct Misses(Vec<Vec<Sizes>>);

impl Misses {
    /// Adds those of another origin.
    pub fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Counts, at the latest origin, what came of a product of that kind against what was said; `said` is asked for
    /// quantiles by their place among [`LEVELS`]. A range without width on a side has none to stretch and says nothing
    /// of the others; nor does one that begins at 0, below which nothing can lie.
    pub fn see(&mut self, kind: usize, scope: usize, came: f64, said: impl Fn(usize) -> f64) {
        if self.0.is_empty() {
            self.0.push(vec![Sizes::NONE; KINDS * SCOPES * SIDES * DEPTHS]);
        }
        let Some(now) = self.0.last_mut() else { return };
        let middle = said(MEDIAN);
        for (side, ends) in ENDS.iter().enumerate() {
            for (depth, end) in ends.iter().map(|place| said(*place)).enumerate() {
                let (width, miss) =
                    if side == 0 { (middle - end, middle - came) } else { (end - middle, came - middle) };
                let can_be_missed = side > 0 || end > 0.0;
                if width > 0.0 && can_be_missed {
                    now[place(kind, scope, side, depth)].add(miss / width);
                }
            }
        }
    }

    /// By what the distance from the median must be multiplied in a group so that on the past the level would have held
    /// as often as it says; 1 where too few misses speak. More than 1 as all origins together say. Less only where
    /// several origins speak: of single periods as all but one of them say, of totals as both sides together do, since a shop's
    /// good months might as well have been bad ones.
    pub fn factor(&self, group: Group) -> f64 {
        let own = self.rule(group);
        own.or_else(|| self.rule(Group { kind: None, ..group })).unwrap_or(1.0)
    }

    fn rule(&self, group: Group) -> Option<f64> {
        let level = LEVELS[ENDS[group.side][group.depth]];
        let beyond = level.min(1.0 - level);
        let mut all = Sizes::NONE;
        let own: Vec<Sizes> = self.0.iter().map(|origin| pooled(origin, group)).collect();
        own.iter().for_each(|origin| all.extend(origin));
        let together = all.factor(beyond)?;
        if together >= 1.0 {
            return Some(together);
        }
        let mut each: Vec<f64> = own.iter().filter_map(|origin| origin.factor(beyond)).collect();
        if each.len() < LEAST_ORIGINS {
            return Some(1.0);
        }
        if group.scope == TOTALS {
            let other = Group { side: SIDES - 1 - group.side, ..group };
            self.0.iter().for_each(|origin| all.extend(&pooled(origin, other)));
            return all.factor(beyond).map(|both| both.clamp(together, 1.0));
        }
        each.sort_unstable_by(|one, other| other.total_cmp(one));
        Some(1.0 - FOLLOWED * (1.0 - each[1].clamp(together, 1.0)))
    }
}

/// An origin's misses of a group.
fn pooled(origin: &[Sizes], Group { kind, scope, side, depth }: Group) -> Sizes {
    let mut all = Sizes::NONE;
    let kinds = kind.map_or(0..KINDS, |kind| kind..kind + 1);
    kinds.for_each(|kind| all.extend(&origin[place(kind, scope, side, depth)]));
    all
}

fn place(kind: usize, scope: usize, side: usize, depth: usize) -> usize {
    ((kind * SCOPES + scope) * SIDES + side) * DEPTHS + depth
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: usize = TOTALS + 1;

    /// Origins of a hundred products each, whose values lie up to so many widths below and above the median.
    fn origins(reach: &[f64]) -> Misses {
        let mut all = Misses::default();
        for reach in reach {
            let mut now = Misses::default();
            for product in 0..100 {
                let came = 50.0 + 5.0 * reach * (f64::from(product) - 49.5) / 49.5;
                now.see(0, SCOPE, came, |place| 50.0 + (place as f64 - MEDIAN as f64));
            }
            all.extend(now);
        }
        all
    }

    fn narrowed(reach: &[f64]) -> f64 {
        origins(reach).factor(Group { kind: Some(0), scope: SCOPE, side: 1, depth: 1 })
    }

    #[test]
    fn one_wild_origin_does_not_keep_ranges_wide_and_two_do() {
        let calm = narrowed(&[0.5; 4]);
        assert!((0.7..0.8).contains(&calm), "half of the way to a half: {calm}");
        assert!((narrowed(&[0.5, 1.2, 0.5, 0.5]) - calm).abs() < 1e-12);
        let twice = narrowed(&[0.5, 1.1, 1.0, 0.5]);
        assert!(twice > 0.85 && twice <= 1.0, "{twice}");
        assert!((narrowed(&[0.5; 3]) - 1.0).abs() < 1e-12, "three origins are too few");
    }
}
