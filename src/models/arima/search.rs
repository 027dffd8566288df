//! Orders by the stepwise search of Hyndman and Khandakar (2008): from four models on to whichever neighbour has the
//! smaller AICc, until none has.
//!
//! As in their program: differences first, by tests (KPSS; the season's strength or OCSB), of what least squares leave where something is known ahead; at most five of the neighbours and two of the seasons; a mean where
//! nothing is differenced and a drift where one difference is taken, with or without it; models near a unit root are none.

use super::differences::needed;
use super::{Choice, Fit, NEAR, Orders, Sample};
use crate::models::summary::Candidate;

/// Most of the neighbours and of the seasons.
const MOST: (usize, usize) = (5, 2);
/// Most models tried.
const MODELS: usize = 94;
/// Changes of (p, q, P, Q) that are tried from the best model so far, in this order.
const CHANGES: [[i8; 4]; 16] = [
    [0, 0, -1, 0],
    [0, 0, 0, -1],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
    [0, 0, -1, -1],
    [0, 0, -1, 1],
    [0, 0, 1, -1],
    [0, 0, 1, 1],
    [-1, 0, 0, 0],
    [0, -1, 0, 0],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [-1, -1, 0, 0],
    [-1, 1, 0, 0],
    [1, -1, 0, 0],
    [1, 1, 0, 0],
];

/// What has been tried.
struct Search<'a> {
    sample: &'a Sample<'a>,
    tried: Vec<Orders>,
    candidates: Vec<Candidate>,
    best: Option<Fit>,
}

impl Search<'_> {
    /// Tries a model that was not tried yet; answers whether it is the best one so far.
    fn improves(&mut self, orders: Orders) -> bool {
        if self.tried.contains(&orders) || self.tried.len() >= MODELS {
            return false;
        }
        self.tried.push(orders);
        let start = self.best.as_ref().map(|best| begun(best, &orders));
        let Some(fit) = Fit::beside(orders, self.sample, start.as_deref(), NEAR).filter(Fit::is_sound) else {
            return false;
        };
        self.candidates.push(fit.candidate(Choice::Stepwise));
        let better = fit.aicc.is_finite() && self.best.as_ref().is_none_or(|best| fit.aicc < best.aicc);
        if better {
            self.best = Some(fit);
        }
        better
    }
}

/// The parameters of another model as far as both have them.
fn begun(from: &Fit, orders: &Orders) -> Vec<f64> {
    let theirs = from.orders;
    let counts = |orders: &Orders| [orders.p, orders.q, orders.seasonal.0, orders.seasonal.2];
    let mut rest = from.point.as_slice();
    let mut start = Vec::with_capacity(orders.parameters());
    for (own, other) in counts(orders).into_iter().zip(counts(&theirs)) {
        let (part, behind) = rest.split_at(other);
        start.extend((0..own).map(|place| part.get(place).copied().unwrap_or(0.0)));
        rest = behind;
    }
    start
}

/// The model of a history, and all sound ones that were tried; none where none fits.
pub(super) fn search(sample: &Sample<'_>, season: usize) -> Option<(Fit, Vec<Candidate>)> {
    let history = sample.history;
    let season = if history.len() > 2 * season { season } else { 1 };
    let (d, seasonal_d) = needed(&sample.unexplained(), season);
    let third = history.len() / 3;
    let most = [
        MOST.0.min(third),
        MOST.0.min(third),
        if season > 1 { MOST.1.min(third / season) } else { 0 },
        if season > 1 { MOST.1.min(third / season) } else { 0 },
    ];
    let has_constant = d + seasonal_d <= 1;
    let orders = |counts: [usize; 4], constant: bool| Orders {
        p: counts[0].min(most[0]),
        d,
        q: counts[1].min(most[1]),
        seasonal: (counts[2].min(most[2]), seasonal_d, counts[3].min(most[3])),
        season,
        constant,
    };
    let mut search = Search { sample, tried: Vec::new(), candidates: Vec::new(), best: None };
    for counts in [[2, 2, 1, 1], [0, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]] {
        search.improves(orders(counts, has_constant));
    }
    if has_constant {
        search.improves(orders([0; 4], false));
    }
    while let Some(now) = search.best.as_ref().map(|best| best.orders) {
        let counts = [now.p, now.q, now.seasonal.0, now.seasonal.2];
        let mut moved = false;
        for change in CHANGES {
            let mut next = [0; 4];
            let mut allowed = true;
            for (slot, (count, (step, most))) in next.iter_mut().zip(counts.iter().zip(change.iter().zip(most))) {
                match count.checked_add_signed(isize::from(*step)).filter(|count| *count <= most) {
                    Some(count) => *slot = count,
                    None => allowed = false,
                }
            }
            moved = allowed && search.improves(orders(next, now.constant));
            if moved {
                break;
            }
        }
        if !moved && has_constant {
            moved = search.improves(Orders { constant: !now.constant, ..now });
        }
        if !moved {
            break;
        }
    }
    let Search { best, candidates, .. } = search;
    best.map(|best| (best.refined(sample), candidates))
}
