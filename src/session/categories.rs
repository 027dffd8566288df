//! What stands beside the forecast of a category.

use super::forecast::Run;
use crate::panel::totals::{self, RECENT_PERIODS};
use crate::select::groups::Groups;

/// A category as it sold.
#[derive(Debug, Clone, PartialEq)]
pub struct AboutCategory {
    /// Products in it.
    pub products: usize,
    /// The last values, oldest first.
    pub recent: Vec<f64>,
    /// Sum over the same span one year before; none where the history does not reach back.
    pub year_before: Option<f64>,
    /// Whether sales peaked in that span; see [`totals::peak_once`].
    pub peak_once: bool,
}

impl Run {
    /// How the category at that place sold.
    pub fn about_category(&self, place: usize) -> AboutCategory {
        let (panel, groups) = (&*self.panel, Groups::of(&self.panel));
        let is_in = |index: usize| groups.is_in(index, place + 1);
        let (frequency, horizon) = (panel.frequency(), self.options.horizon);
        let sold = totals::total_of(panel, is_in);
        let written = totals::total_of(&panel.as_written(), is_in).values;
        AboutCategory {
            products: (0..panel.len()).filter(|index| is_in(*index)).count(),
            recent: written[written.len().saturating_sub(RECENT_PERIODS)..].to_vec(),
            year_before: sold.year_before(frequency, horizon),
            peak_once: totals::peak_once(&sold.values, frequency, horizon),
        }
    }
}
