//! The network's buffers and plans on one device.

use crate::device::{Device, Layout, Memory, Plan, Recorded, Shape};
use crate::error::{Error, Result};
use crate::kernels;
use crate::nn::Data;
use crate::work::Cancel;

/// Place of words in the state buffer.
pub(super) mod word {
    pub const STEP: usize = 0;
    pub const SEED: usize = 1;
    pub const RATE: usize = 2;
    pub const CLIP: usize = 3;
    pub const DRAWN: usize = 4;
    pub const DECAY: usize = 5;
    pub const COUNT: usize = 8;
}

/// A network on a device with the data it works on.
#[derive(Debug)]
pub struct Network {
    pub(super) shape: Shape,
    /// Series that training draws from.
    pub(super) drawn: u32,
    /// Windows to judge by: series, origin, end of what targets may see.
    judged: Vec<[u32; 3]>,
    memory: Memory,
    training: Recorded,
    judging: Recorded,
    answering: Recorded,
}

impl Network {
    /// Puts data on a device and records the plans. The processor has no copy of what it is given.
    ///
    /// # Errors
    /// A device error if the GPU has not the memory or is gone; fails on a shape that kernels are not written for.
    pub async fn new(device: &Device, shape: Shape, data: Data) -> Result<Self> {
        if !Shape::HIDDEN.contains(&shape.hidden) || !shape.batch.is_multiple_of(Shape::BATCH_UNIT) || shape.batch == 0
        {
            return Err(Error::internal(format!("no kernels for {shape:?}")));
        }
        let count = |number: u32| number as usize;
        let long = count(shape.steps() * shape.batch);
        let states = count((shape.steps() + 1) * shape.batch * shape.hidden);
        let room = |words: usize| if device.is_gpu() { words } else { 0 };
        let layout = Layout::default()
            .with("state", word::COUNT)
            .with("table", room(data.table.len()))
            .with("drawn", room(data.drawn.len()))
            .with("windows", count(shape.batch) * kernels::WINDOW)
            .with("panel", room(data.panel.len()))
            .with("scales", room(data.scales.len()))
            .with("calendar", room(data.calendar.len()))
            .with("levels", room(data.levels.len()))
            .with("inputs", long * count(shape.features))
            .with("targets", count(shape.head_batch() * shape.targets()) * 2)
            .with("gates", long * count(shape.hidden) * 4)
            .with("hidden", states)
            .with("cells", states)
            .with("answers", count(shape.head_batch() * shape.outputs))
            .with("answer_gradient", count(shape.head_batch() * shape.outputs))
            .with("losses", count(shape.loss_groups()) * 2)
            .with("judged_losses", count(shape.loss_groups()) * 2)
            .with("hidden_gradient", count(shape.head_batch() * shape.hidden))
            .with("pieces", count(shape.pieces() * shape.cell_weights()))
            .with("head_pieces", count(shape.head_pieces() * shape.head_weights()))
            .with("gradient", count(shape.weights()))
            .with("norms", count(shape.weight_groups()))
            .with("weights", count(shape.weights()))
            .with("moments", count(shape.weights()) * 2)
            .with("transposed", count(shape.hidden * shape.hidden) * 4);
        let memory = device.allocate(&layout).await?;
        let Data { table, panel, scales, calendar, drawn, judged, levels } = data;
        let drawn_count = drawn.len() as u32;
        for (name, words) in [("table", table), ("drawn", drawn)] {
            memory.put(name, words)?;
        }
        for (name, floats) in [("panel", panel), ("scales", scales), ("calendar", calendar), ("levels", levels)] {
            memory.put(name, bytemuck::allocation::cast_vec(floats))?;
        }
        let training = memory.record(&Self::training_plan(shape)).await?;
        let listed = Shape { sampled: false, dropout: 0, ..shape };
        let answer_plan = Plan::default()
            .call(&kernels::GATHER, listed)
            .call(&kernels::LSTM_FORWARD, listed)
            .call(&kernels::LINEAR, listed);
        let answering = memory.record(&answer_plan).await?;
        let judge_plan = answer_plan.call_on(&kernels::LOSS, listed, &[("losses", "judged_losses")]);
        let judging = memory.record(&judge_plan).await?;
        Ok(Self { shape, drawn: drawn_count, judged, memory, training, judging, answering })
    }

    /// One training step: its length does not depend on the number of time steps.
    pub fn training_plan(shape: Shape) -> Plan {
        let windows = if shape.sampled { "drawn" } else { "windows" };
        Plan::default()
            .call_on(&kernels::GATHER, shape, &[("windows", windows)])
            .call(&kernels::LSTM_FORWARD, shape)
            .call(&kernels::LINEAR, shape)
            .call(&kernels::LOSS, shape)
            .call(&kernels::LINEAR_GRADIENT, shape)
            .call(&kernels::LSTM_BACKWARD, shape)
            .call(&kernels::WEIGHT_GRADIENT, shape)
            .call(&kernels::REDUCE, shape)
            .call(&kernels::ADAM, shape)
    }

    /// Windows kept aside to judge by: series, origin, end of what targets may see.
    pub fn judged(&self) -> &[[u32; 3]] {
        &self.judged
    }

    /// Kernel calls of a training step.
    pub fn training_calls(&self) -> usize {
        self.training.len()
    }

    /// The buffers.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Sets weights and, if given, the optimiser's moments; else these are zero.
    ///
    /// # Errors
    /// Fails if there are more than the shape says; a device error if the GPU is gone.
    pub fn set_weights(&self, weights: &[f32], moments: Option<&[f32]>) -> Result<()> {
        let count = self.shape.weights() as usize;
        if weights.len() != count || moments.is_some_and(|moments| moments.len() != 2 * count) {
            return Err(Error::internal("weights of another network"));
        }
        let mut transposed = vec![0.0; (self.shape.hidden * self.shape.hidden * 4) as usize];
        kernels::transpose(&self.shape, weights, &mut transposed);
        self.memory.write_floats("weights", weights)?;
        self.memory.write_floats("transposed", &transposed)?;
        match moments {
            Some(moments) => self.memory.write_floats("moments", moments),
            None => self.memory.write_floats("moments", &vec![0.0; 2 * count]),
        }
    }

    /// Sets the state buffer's words in order.
    pub(super) fn set_state(&self, words: [u32; word::COUNT]) -> Result<()> {
        self.memory.write("state", &words)
    }

    /// Runs training steps.
    ///
    /// # Errors
    /// `Cancelled`, or a device error.
    pub async fn train(&self, steps: usize, cancel: &Cancel) -> Result<()> {
        self.memory.run(&self.training, steps, cancel).await
    }

    fn list(&self, windows: &[[u32; 3]]) -> Result<()> {
        let mut words: Vec<u32> = windows.iter().flatten().copied().collect();
        // A batch is always full: repeated windows with no target are not counted.
        let last = windows.last().map_or([0, 0, 0], |&[series, origin, _]| [series, origin, 0]);
        while words.len() < self.shape.batch as usize * kernels::WINDOW {
            words.extend(last);
        }
        self.memory.write("windows", &words)
    }

    /// Adds the loss of windows to the sums that [`Network::sums`] reads.
    ///
    /// # Errors
    /// `Cancelled`, or a device error.
    pub async fn judge(&self, windows: &[[u32; 3]], cancel: &Cancel) -> Result<()> {
        for batch in windows.chunks(self.shape.batch as usize) {
            self.list(batch)?;
            self.memory.run(&self.judging, 1, cancel).await?;
        }
        Ok(())
    }

    /// Answers for windows: `windows × head steps × outputs`, in units of each window's scale around its base.
    ///
    /// # Errors
    /// `Cancelled`, or a device error.
    pub async fn answer(&self, windows: &[[u32; 3]], cancel: &Cancel) -> Result<Vec<f32>> {
        let Shape { batch, head_steps, outputs, .. } = self.shape;
        let (batch, steps, outputs) = (batch as usize, head_steps as usize, outputs as usize);
        let mut all = Vec::with_capacity(windows.len() * steps * outputs);
        for listed in windows.chunks(batch) {
            self.list(listed)?;
            self.memory.run(&self.answering, 1, cancel).await?;
            let answers = self.memory.read_floats("answers").await?;
            for row in 0..listed.len() {
                for step in 0..steps {
                    all.extend_from_slice(&answers[(step * batch + row) * outputs..][..outputs]);
                }
            }
        }
        Ok(all)
    }
}

/// Mean loss from a loss buffer's sums.
pub(super) fn mean_loss(words: &[u32]) -> f64 {
    let sums: &[f32] = bytemuck::cast_slice(words);
    let (mut loss, mut weight) = (0.0_f64, 0.0_f64);
    for pair in sums.as_chunks::<2>().0 {
        loss += f64::from(pair[0]);
        weight += f64::from(pair[1]);
    }
    if weight > 0.0 { loss / weight } else { f64::NAN }
}

/// Weights to begin with: uniform after Glorot and Bengio (2010), forget gates open (Jozefowicz et al., 2015), biases
/// of the head as given.
pub fn starting_weights(shape: &Shape, seed: u64, head_bias: &[f32]) -> Vec<f32> {
    use rand::{RngExt, SeedableRng};
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(seed);
    let (features, units, outputs) = (shape.features as usize, shape.hidden as usize, shape.outputs as usize);
    let mut weights = Vec::with_capacity(shape.weights() as usize);
    let mut uniform = |limit: f32| limit * (2.0 * random.random::<f32>() - 1.0);
    let (outside, inside) = ((6.0 / (features + units) as f32).sqrt() * 0.5, (3.0 / units as f32).sqrt() * 0.5);
    for row in 0..features + units {
        let limit = if row < features { outside } else { inside };
        weights.extend((0..units * 4).map(|_| uniform(limit)));
    }
    weights.extend((0..units * 4).map(|place| if place % 4 == 1 { 1.0 } else { 0.0 }));
    let limit = (6.0 / (units + outputs) as f32).sqrt() * 0.5;
    weights.extend((0..units * outputs).map(|_| uniform(limit)));
    weights.extend((0..outputs).map(|q| head_bias.get(q).copied().unwrap_or(0.0)));
    weights
}
