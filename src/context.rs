//! What every piece of long work is given: where to compute, a seed, and lines to its user.

use std::rc::Rc;

use crate::device::Device;
use crate::notes::Notes;
use crate::work::{Cancel, Pool, Progress};

/// Surroundings of a fit, a forecast or a backtest.
#[derive(Clone)]
pub struct Context {
    /// Where networks are trained.
    pub device: Device,
    /// Where local models are fitted, and networks when there is no GPU.
    pub pool: Rc<dyn Pool>,
    /// Equal input, options and seed give equal output on one device.
    pub seed: u64,
    /// Told how far the work is.
    pub progress: Progress,
    /// Asked whether to stop.
    pub cancel: Cancel,
    /// Told what was left out, repaired or done in another way.
    pub notes: Notes,
}
