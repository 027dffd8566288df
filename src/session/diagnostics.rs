//! What methods with a likelihood say of themselves, product by product.

use super::forecast::{choice, method};
use crate::context::Context;
use crate::error::Result;
use crate::evaluate::diagnostics::Diagnostics;
use crate::models::parts;
use crate::panel::Panel;
use crate::panel::clean::CleanOptions;

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
