//! Orders of a model, the process that they and its parameters make, and differences: taken, and undone.

use super::process::Process;

/// First partial autocorrelations of values and of misses before where a search begins: 0, and either side of where they
/// are the same.
const SIDES: [(f64, f64); 3] = [(0.0, 0.0), (0.6, -0.2), (-0.6, -0.8)];

/// Orders of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Orders {
    /// Values before.
    pub p: usize,
    /// Differences.
    pub d: usize,
    /// Misses before.
    pub q: usize,
    /// The same by seasons.
    pub seasonal: (usize, usize, usize),
    /// Periods in a season; 1 for none.
    pub season: usize,
    /// Whether the differences have a mean of their own: a level, or a drift where there is one difference.
    pub constant: bool,
}

impl Orders {
    /// Parameters of the polynomials.
    pub(super) fn parameters(&self) -> usize {
        self.p + self.q + self.seasonal.0 + self.seasonal.2
    }

    /// Where searches begin that nothing is known for: at no weights, and, where values and misses before could undo each
    /// other and so leave a valley along which nothing changes, on either side of it.
    pub(super) fn starts(&self) -> Vec<Vec<f64>> {
        let at = |value: f64, miss: f64| {
            let of = |count: usize, first: f64| (0..count).map(move |place| if place == 0 { first } else { 0.0 });
            let own = of(self.p, value).chain(of(self.q, miss));
            own.chain(of(self.seasonal.0, value)).chain(of(self.seasonal.2, miss)).collect::<Vec<f64>>()
        };
        let both = (self.p > 0 && self.q > 0) || (self.seasonal.0 > 0 && self.seasonal.2 > 0);
        if both { SIDES.map(|(value, miss)| at(value, miss)).into() } else { vec![at(0.0, 0.0)] }
    }

    /// Values that differences take from the history.
    pub(super) fn lost(&self) -> usize {
        self.d + self.seasonal.1 * self.season
    }

    /// Values before that the differences' process looks at.
    pub(super) fn reach(&self) -> usize {
        let (own, seasonal) = (self.p.max(self.q), self.seasonal.0.max(self.seasonal.2));
        own + seasonal * self.season
    }

    /// As it is written: `arima(p,d,q)(P,D,Q)`, without the second where there is no season.
    pub fn name(&self) -> String {
        let Self { p, d, q, seasonal: (sp, sd, sq), .. } = self;
        if self.season > 1 { format!("arima({p},{d},{q})({sp},{sd},{sq})") } else { format!("arima({p},{d},{q})") }
    }

    /// The process of partial autocorrelations, each written as a number without bounds.
    pub(super) fn process(&self, point: &[f64]) -> Process {
        let (ar, rest) = point.split_at(self.p);
        let (ma, rest) = rest.split_at(self.q);
        let (seasonal_ar, seasonal_ma) = rest.split_at(self.seasonal.0);
        let minus = |weights: Vec<f64>| weights.into_iter().map(|weight| -weight).collect::<Vec<_>>();
        Process {
            ar: multiplied(&weights(ar), &weights(seasonal_ar), self.season),
            ma: minus(multiplied(&weights(ma), &weights(seasonal_ma), self.season)),
        }
    }
}

/// Weights of a stationary recursion by its partial autocorrelations tanh(x) (Durbin and Levinson).
pub(super) fn weights(point: &[f64]) -> Vec<f64> {
    let mut made: Vec<f64> = Vec::with_capacity(point.len());
    for value in point {
        let partial = libm::tanh(*value);
        let before = made.clone();
        made.iter_mut().zip(before.iter().rev()).for_each(|(slot, other)| *slot -= partial * other);
        made.push(partial);
    }
    made
}

/// The partial autocorrelations of a recursion's weights; one at or beyond ±1 where it is not stationary.
pub(super) fn partials(weights: &[f64]) -> Vec<f64> {
    let mut left = weights.to_vec();
    let mut found = Vec::with_capacity(left.len());
    while let Some(last) = left.pop() {
        found.push(last);
        let before = left.clone();
        left.iter_mut()
            .zip(before.iter().rev())
            .for_each(|(slot, other)| *slot = (*slot + last * other) / (1.0 - last * last));
    }
    found.reverse();
    found
}

/// 1 − Σ wᵢBⁱ times 1 − Σ vᵢBˢⁱ, as weights of the same form.
fn multiplied(own: &[f64], seasonal: &[f64], season: usize) -> Vec<f64> {
    let mut made = vec![0.0; own.len() + seasonal.len() * season];
    made[..own.len()].copy_from_slice(own);
    for (place, weight) in seasonal.iter().enumerate() {
        let lag = (place + 1) * season;
        made[lag - 1] += weight;
        for (at, other) in own.iter().enumerate() {
            made[lag + at] -= weight * other;
        }
    }
    made
}

/// Values less those so many periods before.
pub(super) fn differenced(values: &[f64], lag: usize) -> Vec<f64> {
    values.iter().skip(lag).zip(values).map(|(now, then)| now - then).collect()
}

impl Orders {
    /// The history's differences; none where too few are left to fit to.
    pub(super) fn differences(&self, history: &[f64]) -> Option<Vec<f64>> {
        let needed = self.reach() + self.parameters() + 2;
        if history.len() < self.lost() + needed {
            return None;
        }
        let mut values = history.to_vec();
        for _ in 0..self.seasonal.1 {
            values = differenced(&values, self.season);
        }
        for _ in 0..self.d {
            values = differenced(&values, 1);
        }
        Some(values)
    }
}

/// The way back from differences to values.
pub(super) struct Undone {
    /// Weights of the values before in the next one, the last first.
    weights: Vec<f64>,
    values: Vec<f64>,
}

impl Undone {
    pub(super) fn new(orders: &Orders, history: &[f64]) -> Self {
        let mut weights = Vec::new();
        for _ in 0..orders.d {
            weights = multiplied(&weights, &[1.0], 1);
        }
        for _ in 0..orders.seasonal.1 {
            weights = multiplied(&weights, &[1.0], orders.season);
        }
        Self { values: history[history.len() - weights.len()..].to_vec(), weights }
    }

    pub(super) fn next(&mut self, difference: f64) -> f64 {
        let past: f64 = self.weights.iter().zip(self.values.iter().rev()).map(|(weight, value)| weight * value).sum();
        self.values.push(difference + past);
        difference + past
    }
}
