//! How much work goes into one submit.

/// Aim for the time of one submit: long enough to hide what a submit costs, far below any watchdog's patience.
const SUBMIT_MS: f64 = 40.0;
/// Most runs of a plan in one submit, while nothing is known about how long one takes.
const MOST: usize = 4096;

/// Learns how long a run of a plan takes, and says how many to submit at once. Times only cut the work into submits,
/// they change no result.
#[derive(Debug, Default)]
pub(super) struct Pacing {
    run_ms: Option<f64>,
}

impl Pacing {
    /// Runs to put into the next submit.
    pub fn runs(&self) -> usize {
        self.run_ms.map_or(1, |run_ms| ((SUBMIT_MS / run_ms.max(1e-3)) as usize).clamp(1, MOST))
    }

    /// Tells that so many runs took so long.
    pub fn learn(&mut self, runs: usize, took_ms: f64) {
        let now = took_ms / runs.max(1) as f64;
        // A growing cost is believed at once, a falling one slowly.
        self.run_ms = Some(self.run_ms.map_or(now, |known| if now > known { now } else { 0.5 * (known + now) }));
    }
}

/// A clock for pacing, in milliseconds from anywhere.
pub(super) fn now_ms() -> f64 {
    #[cfg(target_arch = "wasm32")]
    {
        js_sys::Date::now()
    }
    #[cfg(not(target_arch = "wasm32"))]
    {
        use std::sync::OnceLock;
        use std::time::Instant;
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submits_stay_short() {
        let mut pacing = Pacing::default();
        assert_eq!(pacing.runs(), 1, "the first run is measured alone");
        pacing.learn(1, 2.0);
        assert_eq!(pacing.runs(), 20);
        pacing.learn(20, 2000.0);
        assert_eq!(pacing.runs(), 1);
    }
}
