//! What methods with a likelihood say of themselves, product by product.

use super::forecast::{Run, choice, method};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::evaluate::diagnostics::Diagnostics;
use crate::evaluate::diagnostics::worked::{Step, steps};
use crate::models::{FitSummary, parts};
use crate::panel::clean::CleanOptions;
use crate::panel::{Panel, Series, totals};
use crate::present::{self, Axis, Figure, Look, Stems};

/// Fits a method to the whole past of each product, and tests what is left; none for methods without a likelihood, the
/// automatic choices among them, and where a past is too short or constant. In panel order.
///
/// # Errors
/// Fails on an unknown model, or when cancelled.
pub async fn diagnose(
    panel: &Panel,
    name: &str,
    clean: &CleanOptions,
    cx: &Context,
) -> Result<Vec<Option<Diagnostics>>> {
    if choice(name).is_some() {
        return Ok(vec![None; panel.len()]);
    }
    let (model, season) = (method(name, clean)?, panel.frequency().season_length());
    let mut made = Vec::with_capacity(panel.len());
    for places in parts(panel.len()) {
        let fits = model.summaries(panel, places, cx).await?;
        made.extend(fits.into_iter().map(|fit| fit.map(|fit| Diagnostics::of(&fit, season))));
    }
    Ok(made)
}

/// Steps of a calculation that are told.
const STEPS: usize = 5;
/// Standard deviations within which 19 of 20 misses lie.
const USUAL: f64 = 1.96;

/// What a fit to one product says of itself, with its figures.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inside {
    /// Tests, criteria, parameters.
    pub diagnostics: Diagnostics,
    /// Of an autoregression, how its next values are worked out.
    pub steps: Option<Vec<Step>>,
    /// Misses by period.
    pub misses: Figure,
    /// How misses go together by lag.
    pub together: Figure,
}

/// A method's fit to a product of a run (by its place), or to the sum of all; none where it has none.
///
/// # Errors
/// Fails on an unknown model or product, or when cancelled.
pub async fn fit(run: &Run, name: &str, product: Option<usize>, cx: &Context) -> Result<Option<FitSummary>> {
    if choice(name).is_some() {
        return Ok(None);
    }
    let model = method(name, &run.options.clean)?;
    let fits = match product {
        Some(index) if index < run.panel.len() => model.summaries(&run.panel, index..index + 1, cx).await?,
        Some(index) => {
            let text = format!("there is no product number {index}");
            return Err(Error::usage("no-product", text).arg("index", index));
        }
        None => {
            let total = totals::total(&run.panel);
            let all =
                Series { id: String::new(), name: String::new(), store: None, category: None, start: total.start };
            let panel = Panel::new(run.panel.frequency(), vec![(all, total.values)])?;
            model.summaries(&panel, 0..1, cx).await?
        }
    };
    Ok(fits.into_iter().next().flatten())
}

/// All of such a fit.
///
/// # Errors
/// Fails only if the drawing library does.
pub fn inside(run: &Run, product: Option<usize>, fit: &FitSummary, look: Look) -> Result<Inside> {
    let frequency = run.panel.frequency();
    let diagnostics = Diagnostics::of(fit, frequency.season_length());
    let end = match product {
        Some(index) => run.panel.end(index),
        None => run.all.start,
    };
    let residuals = &fit.residuals;
    let start = end - residuals.len() as i32;
    let usual = vec![USUAL * fit.variance.sqrt(); residuals.len()];
    let misses = Stems { axis: Axis::Time(frequency, start), values: residuals, band: &usual };
    let own = diagnostics.residuals.correlations.as_ref();
    let (acf, band) = own.map_or((&[][..], &[][..]), |own| (&own.acf[..], &own.acf_band[..]));
    let together = Stems { axis: Axis::Lags, values: acf, band };
    Ok(Inside {
        steps: steps(fit, STEPS),
        misses: present::stems(&misses, look)?,
        together: present::stems(&together, look)?,
        diagnostics,
    })
}
