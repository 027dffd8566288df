//! What a fit looks like from inside.

use super::{Choice, Fit, Sample, fitted_to, weights};
use crate::models::summary::{Candidate, FitSummary};

impl Fit {
    /// Its row in the table of those that were compared.
    pub(super) fn candidate(&self, choice: Choice) -> Candidate {
        let parameters = self.orders.parameters() + usize::from(self.orders.constant) + self.effects.len() + 1;
        let note = match (self.orders.constant, self.orders.d + self.orders.seasonal.1) {
            (true, 1..) => " with drift",
            (false, 0) => " without mean",
            _ => "",
        };
        let name = choice.name(&self.orders) + note;
        Candidate::new(name, parameters, self.likelihood, self.differences.len())
    }

    /// Misses, the first ones shrunk to the spread of the later ones: with the same variance each.
    pub fn residuals(&self) -> Vec<f64> {
        self.misses.iter().zip(&self.innovations.variances).map(|(miss, variance)| miss / variance.sqrt()).collect()
    }

    /// Parameters by name: `ar1` … and `ma1` … of the neighbours, `sar1` … and `sma1` … by seasons, then the mean, or the
    /// drift.
    pub fn coefficients(&self) -> Vec<(String, f64)> {
        let orders = &self.orders;
        let parts = [("ar", orders.p), ("ma", orders.q), ("sar", orders.seasonal.0), ("sma", orders.seasonal.2)];
        let mut rest = self.point.as_slice();
        let mut named = Vec::with_capacity(self.point.len() + 1);
        for (name, count) in parts {
            let (part, behind) = rest.split_at(count);
            rest = behind;
            // Misses before are added, values before taken off, in the polynomials that are searched.
            let sign = if name.ends_with("ma") { -1.0 } else { 1.0 };
            let own = weights(part).into_iter().enumerate();
            named.extend(own.map(|(place, weight)| (format!("{name}{}", place + 1), sign * weight)));
        }
        if orders.constant {
            named.push((if orders.lost() == 0 { "mean" } else { "drift" }.into(), self.mean));
        }
        named
    }

    fn summary(&self, choice: Choice, candidates: Vec<Candidate>) -> FitSummary {
        FitSummary {
            model: choice.name(&self.orders),
            coefficients: self.coefficients(),
            free: self.orders.parameters(),
            variance: self.variance,
            values: self.history.clone(),
            residuals: self.residuals(),
            candidates,
        }
        .ordered()
    }
}

/// The model that a choice comes to for a history; none where there is none.
pub fn summary(history: &[f64], season: usize, choice: Choice) -> Option<FitSummary> {
    let (fit, candidates) = choice.fit(&Sample { history: fitted_to(history, season)?, known: &[] }, season)?;
    Some(fit.summary(choice, candidates))
}
