//! The standard workload for comparing speed: an LSTM with 8 inputs, 64 units, 56 steps, 28 answers, Adam, squared
//! error.

use crate::device::{Device, Shape};
use crate::error::Result;
use crate::kernels::{OWN_FEATURES, SCALES};
use crate::nn::network::{mean_loss, word};
use crate::nn::{Data, Network, starting_weights};
use crate::work::Cancel;

const SERIES: u32 = 512;
const LENGTH: u32 = 400;
const STEPS: u32 = 56;
const OUTPUTS: u32 = 28;
const SEASON: u32 = 7;

/// Sizes of the standard workload.
pub fn shape(batch: u32) -> Shape {
    Shape {
        batch,
        encoder: STEPS,
        decoder: 0,
        features: OWN_FEATURES,
        hidden: 64,
        head_steps: 1,
        outputs: OUTPUTS,
        quantiles: false,
        dropout: 0,
        sampled: true,
        calendar: 0,
        planned: 0,
        season: SEASON,
        long_season: 0,
    }
}

/// Invented series with a weekly season: waves of different heights.
pub fn data() -> Data {
    let mut data = Data::default();
    for series in 0..SERIES {
        let row = LENGTH + 1;
        data.table.extend([series * row, LENGTH, 0, STEPS, LENGTH - STEPS - OUTPUTS, LENGTH, 1, 0]);
        data.drawn.push(series);
        for at in 0..row {
            let turn = std::f64::consts::TAU * f64::from(at + series) / f64::from(SEASON);
            let height = 1.0 + f64::from(series % 17) / 17.0;
            data.panel.push((height * (1.0 + libm::sin(turn)) + 0.1 * f64::from((at * 7919 + series) % 13)) as f32);
            data.scales.extend([1.0; SCALES]);
        }
    }
    data
}

/// The standard workload, ready to be timed.
#[derive(Debug)]
pub struct Bench {
    network: Network,
    batch: u32,
}

impl Bench {
    /// Puts the workload on a device; `batch` is a multiple of 32.
    ///
    /// # Errors
    /// A device error if the GPU has not the memory or is gone.
    pub async fn new(device: &Device, batch: u32) -> Result<Self> {
        let shape = shape(batch);
        let network = Network::new(device, shape, data()).await?;
        network.set_weights(&starting_weights(&shape, 1, &[]), None)?;
        let mut state = [0; word::COUNT];
        state[word::SEED] = 1;
        state[word::RATE] = 1e-3_f32.to_bits();
        state[word::CLIP] = f32::MAX.to_bits();
        state[word::DRAWN] = SERIES;
        network.set_state(state)?;
        Ok(Self { network, batch })
    }

    /// Trains so many steps and waits for their end; returns the mean loss of these steps. The caller holds the clock:
    /// `batch × steps` samples were trained.
    ///
    /// # Errors
    /// A device error if the GPU is gone.
    pub async fn run(&self, steps: u32) -> Result<f64> {
        self.network.memory().write("losses", &vec![0; self.batch.div_ceil(Shape::LANES) as usize * 2])?;
        self.network.train(steps as usize, &Cancel::default()).await?;
        let read = self.network.memory().read(&["losses"]).await?;
        Ok(mean_loss(read.first().map_or(&[], Vec::as_slice)))
    }
}
