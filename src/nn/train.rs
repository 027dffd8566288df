//! The training loop: epochs, early stopping on the latest windows, a checkpoint after each epoch.

use crate::error::Result;
use crate::nn::Network;
use crate::nn::network::{mean_loss, word};
use crate::work::{Cancel, Event, Progress};

/// How long and how fast to learn. A fixed amount of work: no clock decides.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TrainOptions {
    /// Name told with the events.
    pub model: String,
    /// Most epochs.
    pub epochs: u32,
    /// Training steps per epoch.
    pub steps: u32,
    /// Epochs without a better judgement after which it stops.
    pub patience: u32,
    /// Learning rate at the beginning; it falls to a twentieth along a cosine.
    pub rate: f32,
    /// Longest gradient; longer ones are shortened to it.
    pub clip: f32,
    /// Weight decay per step and unit of learning rate.
    pub decay: f32,
    /// Seed of windows and dropout.
    pub seed: u32,
}

/// Everything to go on from after an epoch.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Checkpoint {
    /// Epochs finished.
    pub epoch: u32,
    /// Weights after the last epoch.
    pub weights: Vec<f32>,
    /// Moments of the optimiser.
    pub moments: Vec<f32>,
    /// Weights after the best epoch.
    pub best: Vec<f32>,
    /// Loss of the best epoch on the windows kept aside.
    pub best_loss: f64,
    /// Epochs since the best one.
    pub waited: u32,
}

/// Told at each epoch's end, before the next begins.
pub type Progressed<'a> = &'a dyn Fn(&Checkpoint);

impl Checkpoint {
    /// The beginning.
    pub fn start(weights: Vec<f32>) -> Self {
        let moments = vec![0.0; weights.len() * 2];
        Self { epoch: 0, moments, best: weights.clone(), best_loss: f64::INFINITY, waited: 0, weights }
    }
}

/// Learning rate of an epoch.
fn rate(options: &TrainOptions, epoch: u32) -> f32 {
    const LAST_SHARE: f64 = 0.05;
    let turn = std::f64::consts::PI * f64::from(epoch) / f64::from(options.epochs.max(1));
    let share = LAST_SHARE + (1.0 - LAST_SHARE) * 0.5 * (1.0 + libm::cos(turn));
    (f64::from(options.rate) * share) as f32
}

/// Trains from a checkpoint to the end; the last checkpoint holds the best weights. One read from the device an epoch.
/// A network without windows to judge by keeps its last weights.
///
/// # Errors
/// `Cancelled`; a device error, after which the last checkpoint told is the one to go on from.
pub async fn train(
    network: &Network,
    options: &TrainOptions,
    mut at: Checkpoint,
    told: Progressed<'_>,
    (progress, cancel): (&Progress, &Cancel),
) -> Result<Checkpoint> {
    let (shape, judged) = (network.shape, network.judged());
    network.set_weights(&at.weights, Some(&at.moments))?;
    let memory = network.memory();
    while at.epoch < options.epochs && at.waited < options.patience {
        let mut state = [0; word::COUNT];
        state[word::STEP] = at.epoch * options.steps;
        state[word::SEED] = options.seed;
        state[word::RATE] = rate(options, at.epoch).to_bits();
        state[word::CLIP] = options.clip.to_bits();
        state[word::DRAWN] = network.drawn;
        state[word::DECAY] = options.decay.to_bits();
        network.set_state(state)?;
        let zeros = vec![0; shape.loss_groups() as usize * 2];
        memory.write("losses", &zeros)?;
        memory.write("judged_losses", &zeros)?;
        // Cut so that progress is seen, at places that no clock decides.
        let mut done = 0;
        while done < options.steps {
            let part = (options.steps / 10).max(1).min(options.steps - done);
            network.train(part as usize, cancel).await?;
            done += part;
            let epochs = f64::from(at.epoch) + f64::from(done) / f64::from(options.steps);
            progress.done("training", epochs / f64::from(options.epochs));
        }
        network.judge(judged, cancel).await?;
        let mut read = memory.read(&["losses", "judged_losses", "weights", "moments"]).await?.into_iter();
        let mut next = || read.next().unwrap_or_default();
        let (training_loss, mut judged_loss) = (mean_loss(&next()), mean_loss(&next()));
        let (weights, moments) = (next(), next());
        let count = shape.weights() as usize;
        at.weights = bytemuck::cast_slice(&weights[..count]).to_vec();
        at.moments = bytemuck::cast_slice(&moments[..2 * count]).to_vec();
        at.epoch += 1;
        if judged.is_empty() {
            judged_loss = training_loss;
        }
        if judged_loss < at.best_loss || (judged.is_empty() && training_loss.is_finite()) {
            at.best_loss = judged_loss;
            at.best.clone_from(&at.weights);
            at.waited = 0;
        } else {
            at.waited += 1;
        }
        told(&at);
        progress.tell(Event::Epoch {
            model: options.model.clone(),
            epoch: at.epoch,
            epochs: options.epochs,
            training_loss,
            validation_loss: judged_loss,
        });
    }
    progress.done("training", 1.0);
    Ok(at)
}
