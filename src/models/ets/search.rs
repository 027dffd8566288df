//! The likeliest parameters and first states of all forms that are compared, and no more work for a form than it may be
//! worth.
//!
//! Forms that differ in one component have much in common: where the search of one ended is where that of the other may
//! begin. So each form is searched once, from the best of the usual starts and of its neighbours' ends; then those that are
//! near the best one once more, from the usual starts that they have not begun at, as a likelihood may have several
//! valleys. A search is left when the least criterion so far is out of its reach.

use tillcast_kernels::smoothing::{self, Form, Places, SMALL, Season, State, Trend};

use super::fit::{Fit, penalty};
use crate::models::seasonal::seasonal_figure;
use crate::models::squares::{Ends, least_squares};
use crate::order::sort_few;

/// Bounds of α, of β as a share of it, of γ as a share of 1 − α, and of φ. A trend that follows the level faster runs after
/// noise: of bounds from 0.05 to 1 this one forecast the validation parts of five data sets best.
const ALPHA: (f64, f64) = (1e-4, 0.9999);
const BETA: (f64, f64) = (1e-4, 0.2);
const GAMMA: (f64, f64) = (1e-4, 1.0);
const PHI: (f64, f64) = (0.8, 0.98);
/// Where searches usually begin, α, the shares of β and γ and φ, each for forms whose criterion is above the least by no
/// more than so much: over 500 series of ten sets, and 500 of M3's months, the choice was then no worse than with two
/// searches of all forms.
const STARTS: [([f64; 4], f64); 3] =
    [([0.1, 0.1, 0.05, 0.97], 10.0), ([0.6, 0.1, 0.1, 0.9], 10.0), ([0.3, 0.05, 0.01, 0.97], 2.0)];
/// The share of β and φ of a trend that a form without one gets.
const NEW_TREND: (f64, f64) = (0.01, 0.9);
/// Steps of a search, and −2 log-likelihood that is not worth another one.
const STEPS: usize = 60;
const NEAR: f64 = 1e-4;
/// A form of a history.
struct Ground<'a> {
    history: &'a [f64],
    form: Form,
    places: Places,
    /// First states to search from.
    first: State,
    /// What its number of parameters adds to its criterion.
    penalty: f64,
}

/// The best place found in it.
struct Found<'a> {
    ground: Ground<'a>,
    point: Vec<f64>,
    likelihood: f64,
    /// Which of the usual starts was searched from.
    tried: Option<usize>,
}

impl Found<'_> {
    fn aicc(&self) -> f64 {
        self.likelihood + self.ground.penalty
    }
}

/// The fits of forms, in their order; without those that cannot have made the history. Forms with fewer components come
/// before those with more.
pub fn fits(history: &[f64], length: usize, forms: &[Form]) -> Vec<Fit> {
    let mut all: Vec<Found<'_>> = Vec::new();
    let mut least = f64::INFINITY;
    for form in forms {
        let found = Ground::of(history, *form, length).and_then(|ground| ground.found(&all, least));
        if let Some(found) = found {
            least = least.min(found.aicc());
            all.push(found);
        }
    }
    let mut order: Vec<usize> = (0..all.len()).collect();
    sort_few(&mut order, |one, other| all[*one].aicc() < all[*other].aicc());
    for place in order {
        let found = &mut all[place];
        found.again(least);
        least = least.min(found.aicc());
    }
    all.iter().filter_map(Found::fit).collect()
}

/// The likeliest fit of one form, searched to the end from all usual starts: what [`fits`] is held against.
pub fn alone(history: &[f64], length: usize, form: Form) -> Option<Fit> {
    let ground = Ground::of(history, form, length)?;
    let ends = STARTS.iter().map(|(start, _)| ground.search(&ground.usual(*start), f64::INFINITY));
    let (point, likelihood) = ends.reduce(|one, other| if other.1 < one.1 { other } else { one })?;
    Found { ground, point, likelihood, tried: None }.fit()
}

impl<'a> Ground<'a> {
    fn of(history: &'a [f64], form: Form, length: usize) -> Option<Self> {
        let places = Places::of(form, length);
        let penalty = penalty(places.count + 1, history.len());
        let first = first_state(history, form, length);
        (penalty.is_finite() && is_valid(form, &first)).then_some(Self { history, form, places, first, penalty })
    }

    /// Minus twice the log-likelihood at a point, up to a constant; infinite where there is none.
    fn value(&self, point: &[f64]) -> f64 {
        let (parameters, mut state) = self.places.decode(self.form, point);
        if !is_valid(self.form, &state) {
            return f64::INFINITY;
        }
        smoothing::run(self.history, self.form, &parameters, &mut state, None)
    }

    /// One of the usual starts.
    fn usual(&self, [alpha, beta, gamma, phi]: [f64; 4]) -> Vec<f64> {
        let (places, first) = (&self.places, &self.first);
        let mut point = vec![0.0; places.count];
        (point[0], point[places.level]) = (alpha, first.level);
        for (place, number) in
            [(places.beta, beta), (places.gamma, gamma), (places.phi, phi), (places.trend, first.trend)]
        {
            if let Some(place) = place {
                point[place] = number;
            }
        }
        point[places.season..].iter_mut().zip(&first.season).for_each(|(slot, part)| *slot = *part);
        point
    }

    /// Where the search of a neighbour ended: the same with other errors, without a trend, or with added seasons.
    fn beside(&self, other: &Found<'_>) -> Option<Vec<f64>> {
        let (form, from, places) = (&other.ground.form, &other.point, &other.ground.places);
        match (form.errors == self.form.errors, form.trend == self.form.trend, form.season == self.form.season) {
            (false, true, true) => Some(from.clone()),
            (true, true, false) if (form.season, self.form.season) == (Season::Additive, Season::Multiplicative) => {
                let mean = self.history.iter().sum::<f64>() / self.history.len() as f64;
                let mut point = from.clone();
                point[places.season..].iter_mut().for_each(|part| *part = 1.0 + *part / mean);
                Some(point)
            }
            (true, false, true) if form.trend == Trend::None => {
                let mut point = self.usual([from[0], NEW_TREND.0, 0.0, NEW_TREND.1]);
                if let (Some(own), Some(theirs)) = (self.places.gamma, places.gamma) {
                    point[own] = from[theirs];
                }
                if let Some(trend) = self.places.trend {
                    point[trend] = 0.0;
                }
                point[self.places.level] = from[places.level];
                point[self.places.season..].copy_from_slice(&from[places.season..]);
                Some(point)
            }
            _ => None,
        }
    }

    /// Searched once, beside the forms that were searched before, for a criterion below the least; none where no start has
    /// a likelihood.
    fn found(self, others: &[Found<'_>], least: f64) -> Option<Found<'a>> {
        let usual = STARTS.iter().enumerate().map(|(tried, start)| (self.usual(start.0), Some(tried)));
        let besides = others.iter().filter_map(|other| self.beside(other)).map(|point| (point, None));
        let (_, (start, tried)) = usual
            .chain(besides)
            .map(|start| (self.value(&start.0), start))
            .filter(|(value, _)| value.is_finite())
            .reduce(|one, other| if other.0 < one.0 { other } else { one })?;
        let (point, likelihood) = self.search(&start, least - self.penalty);
        Some(Found { ground: self, point, likelihood, tried })
    }

    fn search(&self, start: &[f64], wanted: f64) -> (Vec<f64>, f64) {
        let mut bounds = vec![(f64::NEG_INFINITY, f64::INFINITY); self.places.count];
        bounds[0] = ALPHA;
        for (place, range) in [(self.places.beta, BETA), (self.places.gamma, GAMMA), (self.places.phi, PHI)] {
            if let Some(place) = place {
                bounds[place] = range;
            }
        }
        let ends = Ends { steps: STEPS, near: NEAR, wanted };
        let mut slopes = |point: &[f64]| smoothing::slopes(self.history, self.form, &self.places, point);
        least_squares(start, &bounds, ends, &mut |point| self.value(point), &mut slopes)
    }
}

impl Found<'_> {
    /// Searched from the other usual starts too, where that may be worth it.
    fn again(&mut self, least: f64) {
        let above = self.aicc() - least;
        for (place, (start, reach)) in STARTS.into_iter().enumerate() {
            if self.tried == Some(place) || above > reach {
                continue;
            }
            let wanted = self.likelihood.min(least - self.ground.penalty);
            let (point, likelihood) = self.ground.search(&self.ground.usual(start), wanted);
            if likelihood < self.likelihood {
                (self.point, self.likelihood) = (point, likelihood);
            }
        }
    }

    fn fit(&self) -> Option<Fit> {
        let (parameters, state) = self.ground.places.decode(self.ground.form, &self.point);
        Fit::new(self.ground.history, self.ground.form, parameters, state)
    }
}

/// First states to search from: seasonal figure of the first few seasons, level and slope of a line through what is left.
fn first_state(history: &[f64], form: Form, length: usize) -> State {
    const SEASONS: usize = 4;
    let season = form.season;
    let figure = match season {
        Season::None => Vec::new(),
        _ => seasonal_figure(&history[..history.len().min(SEASONS * length)], length, season == Season::Multiplicative),
    };
    let adjusted = |place: usize| match season {
        Season::None => history[place],
        Season::Additive => history[place] - figure[place % length],
        Season::Multiplicative => history[place] / figure[place % length].max(SMALL),
    };
    let count = history.len().min(10.max(2 * length * usize::from(season != Season::None))).max(2).min(history.len());
    let center = (count as f64 - 1.0) / 2.0;
    let mean = (0..count).map(adjusted).sum::<f64>() / count as f64;
    let spread: f64 = (0..count).map(|place| (place as f64 - center).powi(2)).sum();
    let slope = if spread > 0.0 {
        (0..count).map(|place| (place as f64 - center) * adjusted(place)).sum::<f64>() / spread
    } else {
        0.0
    };
    let (level, trend) = if form.trend == Trend::None { (mean, 0.0) } else { (mean - slope * (center + 1.0), slope) };
    State { level, trend, season: figure, phase: 0 }
}

/// Whether a first state can be one: factors are above zero.
fn is_valid(form: Form, state: &State) -> bool {
    form.season != Season::Multiplicative || state.season.iter().all(|factor| *factor > SMALL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::ets::forms;

    /// Levels that wander or do not, trends, seasons from none to strong, and noise from small to large.
    fn made(place: u32) -> Vec<f64> {
        let mut state = place + 1;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24) - 0.5
        };
        let kind = |parts: u32, unit: f64| f64::from(place / parts % 3) * unit;
        let mut level = 100.0;
        (0..90)
            .map(|time| {
                level += kind(1, 0.4) + kind(3, 3.0) * noise();
                let season = 1.0 + kind(9, 0.12) * f64::from(u8::from(time % 4 == 1));
                (level * season * (1.0 + (0.03 + kind(2, 0.1)) * noise())).max(1.0)
            })
            .collect()
    }

    #[test]
    fn the_choice_is_as_good_as_if_each_form_were_searched_alone() {
        for place in 0..27 {
            let history = made(place);
            let forms = forms(&history, 4, None);
            let least = |fits: &mut dyn Iterator<Item = Fit>| fits.map(|fit| fit.aicc).fold(f64::INFINITY, f64::min);
            let together = least(&mut fits(&history, 4, &forms).into_iter());
            let alone = least(&mut forms.iter().filter_map(|form| Fit::best(&history, *form, 4)));
            assert!(together <= alone + 1e-2, "series {place}: {together} for {alone}");
        }
    }

    /// As likely as that end, or nearly: the states are the same.
    #[test]
    fn a_form_begins_where_its_neighbour_ended() {
        let history = made(13);
        let forms = forms(&history, 4, None);
        let find = |form: Form| Ground::of(&history, form, 4).and_then(|ground| ground.found(&[], f64::INFINITY));
        let mut seen = 0;
        for found in forms.iter().filter_map(|form| find(*form)) {
            for form in &forms {
                let Some(ground) = Ground::of(&history, *form, 4) else { continue };
                let Some(point) = ground.beside(&found) else { continue };
                seen += 1;
                assert_eq!(point.len(), ground.places.count);
                let (here, there) = (ground.value(&point), found.likelihood);
                let is_near = (here - there).abs() < 0.02 * there.abs();
                assert!(is_near, "{form:?} from {:?}: {here} for {there}", found.ground.form);
            }
        }
        assert_eq!(seen, 10 + 2 * 6 + 3, "a trend added, other errors, and factors for added seasons");
    }
}
