//! The network as a whole: gradients against finite differences, one device against the other, failures on the way.
//!
//! Tests on a GPU use whatever adapter there is, a software one too. Without one they say so and pass, unless
//! `TILLCAST_REQUIRE_GPU=1` is set.
#![allow(missing_docs, reason = "tests")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tillcast::calendar::Frequency;
use tillcast::context::Context;
use tillcast::device::{Cpu, Device, DeviceChoice, Shape};
use tillcast::error::Error;
use tillcast::kernels::WEIGHT_GRADIENT;
use tillcast::models::recurrent::{JOBS, Lstm};
use tillcast::models::{Forecast, Forecaster};
use tillcast::nn::{Data, Network, block_on_ready, starting_weights};
use tillcast::notes::Notes;
use tillcast::panel::{Column, KnownAhead, Panel, Series};
use tillcast::work::{Cancel, Event, Inline, Job, LocalBoxFuture, Pool, Progress};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn gpu() -> Result<Option<Device>, Box<dyn std::error::Error>> {
    let (device, info) = pollster::block_on(Device::start(DeviceChoice::Gpu));
    if device.is_gpu() {
        return Ok(Some(device));
    }
    if std::env::var("TILLCAST_REQUIRE_GPU").is_ok_and(|value| value == "1") {
        return Err(format!("a GPU is required here, and there is none ({})", info.reason).into());
    }
    println!("SKIPPED: no graphics adapter ({}); install a Vulkan driver such as mesa-vulkan-drivers", info.reason);
    Ok(None)
}

fn run_job(job: &Job, progress: &Progress, cancel: &Cancel) -> tillcast::Result<Vec<u8>> {
    let row = JOBS.iter().find(|(kind, _)| *kind == job.kind);
    row.ok_or_else(|| Error::internal("no such job"))?.1(job, progress, cancel)
}

fn context(device: Device, progress: Progress) -> Context {
    Context {
        device,
        pool: Rc::new(Inline { run: run_job }),
        seed: 11,
        progress,
        cancel: Cancel::default(),
        notes: Notes::default(),
    }
}

/// A shop with a weekly season, a promotion planned ahead that triples sales, closed Sundays and a missing value.
fn shop(products: usize, days: usize) -> tillcast::Result<Panel> {
    let (mut series, mut promo) = (Vec::new(), Vec::new());
    for product in 0..products {
        let mut values = Vec::new();
        for day in 0..days {
            let planned = (day / 5 + product).is_multiple_of(4);
            let noise = ((day * 7919 + product * 104_729) % 101) as f64 / 101.0;
            let level = 4.0 + product as f64;
            let value = match day % 7 {
                6 => 0.0,
                weekday => level * (1.0 + 0.2 * weekday as f64) * if planned { 3.0 } else { 1.0 } + noise,
            };
            values.push(if day == 40 { f64::NAN } else { value });
            promo.push(f64::from(planned));
        }
        let id = format!("p{product}");
        series.push((Series { name: id.clone(), id, store: None, category: None, start: 19_000 }, values));
    }
    Panel::new(Frequency::Day, series)?.with_column(Column { name: "promo".into(), planned: true, values: promo })
}

fn quick() -> Lstm {
    Lstm { batch: 32, epochs: 4, patience: 5, work: (3e9, 3e9), ..Lstm::default() }
}

fn forecast(lstm: &Lstm, panel: &Panel, known: &KnownAhead, cx: &Context) -> tillcast::Result<Forecast> {
    pollster::block_on(async { lstm.fit(panel, known.horizon, cx).await?.predict(known.horizon, known, cx).await })
}

/// Largest difference of two forecasts in shares of the second's mean.
fn distance(one: &Forecast, other: &Forecast) -> f64 {
    let (mut worst, mut size, mut count) = (0.0_f64, 0.0, 0.0);
    for (a, b) in one.series.iter().zip(&other.series) {
        for (x, y) in a.quantiles.iter().zip(&b.quantiles) {
            worst = worst.max((x - y).abs());
            size += y;
            count += 1.0;
        }
    }
    worst / (size / count)
}

// ---- gradients ----

fn tiny_shape(hidden: u32, quantiles: bool) -> Shape {
    Shape {
        batch: 32,
        encoder: 6,
        decoder: if quantiles { 4 } else { 0 },
        features: 10,
        hidden,
        head_steps: if quantiles { 4 } else { 1 },
        outputs: 5,
        quantiles,
        dropout: 0,
        sampled: true,
        calendar: 2,
        planned: 0,
        season: 3,
        long_season: 0,
    }
}

fn tiny_data() -> Data {
    let mut data = Data { levels: vec![0.1, 0.3, 0.5, 0.7, 0.9], drawn: vec![0, 1], ..Data::default() };
    for series in 0..2_u32 {
        let (length, room) = (60, 10);
        data.table.extend([series * (length + room), length, 0, 8, 40, length, 2, 0]);
        for at in 0..length + room {
            let value = 1.0 + f64::from((at * 37 + series * 11) % 17) / 7.0;
            data.panel.push(if at < length && at % 13 != 5 { value as f32 } else { -2e30 });
            data.scales.extend([2.0, 0.8, 0.7, 0.1, 0.2]);
        }
    }
    data.calendar = (0..300).map(|place| ((place * 29) % 19) as f32 / 19.0).collect();
    data
}

/// The loss in double precision, written from the equations alone.
fn reference_loss(shape: &Shape, weights: &[f64], inputs: &[f32], targets: &[f32], levels: &[f32]) -> f64 {
    let (batch, features, units) = (shape.batch as usize, shape.features as usize, shape.hidden as usize);
    let (steps, head_steps, outputs) = (shape.steps() as usize, shape.head_steps as usize, shape.outputs as usize);
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let head = &weights[shape.cell_weights() as usize..];
    let mut loss = 0.0;
    for row in 0..batch {
        let (mut h, mut c) = (vec![0.0; units], vec![0.0; units]);
        for t in 0..steps {
            let x = &inputs[(t * batch + row) * features..][..features];
            let full: Vec<f64> =
                x.iter().map(|&value| f64::from(value)).chain(h.iter().copied()).chain([1.0]).collect();
            for j in 0..units {
                let gate =
                    |g: usize| full.iter().enumerate().map(|(k, v)| v * weights[(k * units + j) * 4 + g]).sum::<f64>();
                c[j] = sigmoid(gate(1)) * c[j] + sigmoid(gate(0)) * gate(2).tanh();
                h[j] = sigmoid(gate(3)) * c[j].tanh();
            }
            let Some(step) = (t + head_steps).checked_sub(steps) else { continue };
            for q in 0..outputs {
                let answer = head[units * outputs + q] + (0..units).map(|k| h[k] * head[k * outputs + q]).sum::<f64>();
                let place = if shape.quantiles { step * batch + row } else { (step * batch + row) * outputs + q };
                let difference = f64::from(targets[place * 2]) - answer;
                let one = if shape.quantiles {
                    let level = f64::from(levels[q]);
                    2.0 * (level * difference).max((level - 1.0) * difference)
                } else {
                    difference * difference
                };
                loss += one * f64::from(targets[place * 2 + 1]);
            }
        }
    }
    loss / (head_steps * batch * outputs) as f64
}

/// Gradients of one training step on a device, and the windows it drew.
fn one_step(device: &Device, shape: Shape, weights: &[f32]) -> tillcast::Result<[Vec<f32>; 3]> {
    pollster::block_on(async {
        let network = Network::new(device, shape, tiny_data()).await?;
        network.set_weights(weights, None)?;
        network.memory().write("state", &[0, 5, 0, f32::MAX.to_bits(), 2, 0, 0, 0])?;
        network.train(1, &Cancel::default()).await?;
        let memory = network.memory();
        Ok([
            memory.read_floats("gradient").await?,
            memory.read_floats("inputs").await?,
            memory.read_floats("targets").await?,
        ])
    })
}

fn check_gradients(device: &Device) -> Outcome {
    for (hidden, quantiles) in [(32, true), (64, false)] {
        let shape = tiny_shape(hidden, quantiles);
        let weights = starting_weights(&shape, 3, &[-1.0, -0.5, 0.0, 0.5, 1.0]);
        let [gradient, inputs, targets] = one_step(device, shape, &weights)?;
        let mut exact: Vec<f64> = weights.iter().map(|&weight| f64::from(weight)).collect();
        let levels = tiny_data().levels;
        let count = exact.len();
        // Every kind of weight: inputs, recurrent ones, biases, the head.
        let places = (0..24).map(|k| k * 7919 % count).chain([count - 1, count - 7, shape.cell_weights() as usize - 1]);
        for place in places {
            let step = 1e-5;
            let kept = exact[place];
            exact[place] = kept + step;
            let above = reference_loss(&shape, &exact, &inputs, &targets, &levels);
            exact[place] = kept - step;
            let below = reference_loss(&shape, &exact, &inputs, &targets, &levels);
            exact[place] = kept;
            let expected = (above - below) / (2.0 * step);
            let found = f64::from(gradient[place]);
            // Single precision through a dozen steps; a kink of the pinball loss within the step moves a term.
            let near = (found - expected).abs() <= 2e-3 * expected.abs() + 2e-5;
            assert!(near, "weight {place} of {shape:?}: {found} for {expected}");
        }
        assert!(gradient.iter().filter(|value| value.abs() > 1e-7).count() > count / 2, "gradients are there");
    }
    Ok(())
}

#[test]
fn gradients_are_those_of_the_loss_on_the_processor() -> Outcome {
    check_gradients(&Device::Cpu(Cpu))
}

#[test]
fn gradients_are_those_of_the_loss_on_the_gpu() -> Outcome {
    gpu()?.map_or(Ok(()), |device| check_gradients(&device))
}

#[test]
fn calls_of_a_training_step_do_not_grow_with_its_length() -> Outcome {
    let calls = |encoder, decoder| -> tillcast::Result<usize> {
        let shape = Shape { encoder, decoder, ..tiny_shape(32, true) };
        let network = block_on_ready(Network::new(&Device::Cpu(Cpu), shape, tiny_data()))?;
        Ok(network.training_calls())
    };
    assert_eq!(calls(6, 4)?, calls(365, 90)?);
    assert!(calls(365, 90)? < 12);
    assert_eq!((WEIGHT_GRADIENT.groups)(&tiny_shape(64, true)).0, 5, "tiles cover inputs, units and the bias");
    Ok(())
}

// ---- training ----

#[test]
fn it_learns_the_season_and_the_promotion() -> Outcome {
    let panel = shop(8, 300)?;
    let (train, known) = (panel.before(14), panel.known_after(14, 14));
    let lstm = Lstm { work: (4e10, 4e10), epochs: 10, ..quick() };
    let cx = context(Device::Cpu(Cpu), Progress::silent());
    let made = forecast(&lstm, &train, &known, &cx)?;
    let (mut error, mut naive, mut inside, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (index, series) in made.series.iter().enumerate() {
        assert_eq!((series.model.as_str(), series.mean.len()), ("lstm", 14));
        let (all, history) = (panel.values(index), train.values(index));
        for step in 0..14 {
            let actual = all[history.len() + step];
            error += (actual - series.quantile(step, 0.5)).abs();
            naive += (actual - history[history.len() - 7 + step % 7]).abs();
            inside += f64::from(series.quantile(step, 0.05) <= actual && actual <= series.quantile(step, 0.95));
            count += 1.0;
        }
    }
    assert!(error < 0.35 * naive, "{error} against {naive} of the seasonal naive forecast");
    assert!(inside / count > 0.6, "{} inside the range", inside / count);
    Ok(())
}

#[test]
fn same_seed_same_bits_and_other_seed_others() -> Outcome {
    let panel = shop(4, 150)?;
    let (train, known) = (panel.before(7), panel.known_after(7, 7));
    let cx = context(Device::Cpu(Cpu), Progress::silent());
    let first = forecast(&quick(), &train, &known, &cx)?;
    assert_eq!(first, forecast(&quick(), &train, &known, &cx)?);
    assert_ne!(first, forecast(&quick(), &train, &known, &Context { seed: 12, ..cx })?);
    Ok(())
}

#[test]
fn what_comes_after_the_origin_changes_nothing() -> Outcome {
    let panel = shop(4, 160)?;
    let known = panel.known_after(10, 10);
    let cx = context(Device::Cpu(Cpu), Progress::silent());
    let fitted = pollster::block_on(quick().fit(&panel.before(10), 10, &cx))?;
    let honest = pollster::block_on(fitted.predict(10, &known, &cx))?;
    // The same origin reached from a scrambled future, through an update as a backtest does it.
    let mut series = Vec::new();
    let mut promo = Vec::new();
    for index in 0..panel.len() {
        let mut values = panel.values(index).to_vec();
        let length = values.len();
        values[length - 10..].iter_mut().enumerate().for_each(|(step, value)| *value = 1e6 * step as f64);
        promo.extend_from_slice(panel.column_values(0, index));
        series.push((panel.series(index).clone(), values));
    }
    let scrambled = Panel::new(Frequency::Day, series)?.with_column(Column {
        name: "promo".into(),
        planned: true,
        values: promo,
    })?;
    let again = pollster::block_on(fitted.update(&scrambled.before(10), &cx))?;
    assert_eq!(honest, pollster::block_on(again.predict(10, &known, &cx))?);
    // A control: what is known ahead does change the forecast.
    let nothing = KnownAhead { horizon: 10, columns: Vec::new() };
    assert_ne!(honest, pollster::block_on(again.predict(10, &nothing, &cx))?);
    Ok(())
}

#[test]
fn odd_series_get_an_answer() -> Outcome {
    let series = |id: &str, values: Vec<f64>| {
        (Series { id: id.into(), name: id.into(), store: None, category: None, start: 19_000 }, values)
    };
    let panel = Panel::new(
        Frequency::Day,
        vec![
            series("empty", vec![]),
            series("one", vec![3.0]),
            series("missing", vec![f64::NAN; 50]),
            series("zeros", vec![0.0; 200]),
            series("steady", vec![5.0; 200]),
            series("short", vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
        ],
    )?;
    let cx = context(Device::Cpu(Cpu), Progress::silent());
    let made = forecast(&quick(), &panel, &KnownAhead { horizon: 9, columns: Vec::new() }, &cx)?;
    for series in &made.series {
        assert!(series.quantiles.iter().chain(&series.mean).all(|value| value.is_finite() && *value >= 0.0));
    }
    assert_eq!(made.series[0].model, "lstm-too-short");
    assert_eq!(made.series[2].model, "lstm-too-short");
    assert!((made.series[4].quantile(0, 0.5) - 5.0).abs() < 0.5, "{:?}", made.series[4].quantiles);
    Ok(())
}

#[test]
fn a_saved_network_is_the_same_and_can_be_refined() -> Outcome {
    let panel = shop(4, 150)?;
    let known = panel.known_after(0, 7);
    let cx = context(Device::Cpu(Cpu), Progress::silent());
    let fitted = pollster::block_on(quick().fit(&panel, 7, &cx))?;
    let state = fitted.state()?;
    let again = Lstm::resume(&state, &panel)?;
    let made = pollster::block_on(fitted.predict(7, &known, &cx))?;
    assert_eq!(made, pollster::block_on(again.predict(7, &known, &cx))?);
    let epochs = Rc::new(RefCell::new(0));
    let seen = epochs.clone();
    let counting = Progress::new(move |event| *seen.borrow_mut() += u32::from(matches!(event, Event::Epoch { .. })));
    let refined = Lstm { start: Some(state), ..quick() };
    pollster::block_on(refined.fit(&panel, 7, &Context { progress: counting, ..cx }))?;
    assert_eq!(*epochs.borrow(), 1, "a quarter of the epochs");
    assert!(Lstm::resume(&[1, 2, 3], &panel).is_err());
    Ok(())
}

#[test]
fn a_stop_is_heard() -> Outcome {
    let panel = shop(4, 150)?;
    let cancel = Cancel::default();
    let stopper = cancel.clone();
    let progress = Progress::new(move |event| {
        if matches!(event, Event::Epoch { epoch: 1, .. }) {
            stopper.stop();
        }
    });
    let cx = Context { cancel, ..context(Device::Cpu(Cpu), progress) };
    let stopped = pollster::block_on(quick().fit(&panel, 7, &cx)).err();
    assert!(stopped.is_some_and(|error| error.is_cancelled()));
    Ok(())
}

// ---- the GPU ----

/// Weeks of training move the devices' rounding apart; forecasts may differ by this share of the mean forecast.
const DEVICE_TOLERANCE: f64 = 0.02;

#[test]
fn the_gpu_trains_the_same_network() -> Outcome {
    let Some(gpu) = gpu()? else { return Ok(()) };
    let panel = shop(6, 150)?;
    let (train, known) = (panel.before(7), panel.known_after(7, 7));
    let losses = |device: Device| -> tillcast::Result<(Forecast, Vec<(f64, f64)>)> {
        let told = Rc::new(RefCell::new(Vec::new()));
        let kept = told.clone();
        let progress = Progress::new(move |event| {
            if let Event::Epoch { training_loss, validation_loss, .. } = event {
                kept.borrow_mut().push((training_loss, validation_loss));
            }
        });
        let cx = context(device, progress);
        let made = forecast(&quick(), &train, &known, &cx)?;
        assert!(cx.notes.take().is_empty());
        Ok((made, told.take()))
    };
    let (by_gpu, gpu_losses) = losses(gpu)?;
    let (by_cpu, cpu_losses) = losses(Device::Cpu(Cpu))?;
    assert_eq!((gpu_losses.len(), cpu_losses.len()), (4, 4));
    for (a, b) in gpu_losses.iter().zip(&cpu_losses) {
        assert!((a.0 - b.0).abs() <= 2e-3 * b.0 && (a.1 - b.1).abs() <= 5e-3 * b.1, "{a:?} against {b:?}");
    }
    let apart = distance(&by_gpu, &by_cpu);
    assert!(apart <= DEVICE_TOLERANCE, "forecasts differ by {apart}");
    Ok(())
}

/// A pool as the page's: the worker of the first training dies after its second epoch, and the job is done once more,
/// from the last checkpoint on that was told.
struct Mortal {
    deaths: Cell<u32>,
}

impl Pool for Mortal {
    fn width(&self) -> usize {
        1
    }

    fn map<'a>(
        &'a self,
        mut jobs: Vec<Job>,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, tillcast::Result<Vec<Vec<u8>>>> {
        Box::pin(async move {
            for job in jobs.iter_mut().filter(|job| job.kind == "lstm-train") {
                let (worker, checkpoint) = (Cancel::default(), Rc::new(RefCell::new(Vec::new())));
                let (outer, killed, kept) = (progress.clone(), worker.clone(), checkpoint.clone());
                let watched = Progress::new(move |event| match event {
                    Event::Checkpoint(bytes) => *kept.borrow_mut() = bytes,
                    event => {
                        if matches!(event, Event::Epoch { epoch: 2, .. }) {
                            killed.stop();
                        }
                        outer.tell(event);
                    }
                });
                if run_job(job, &watched, &worker).is_err_and(|error| error.is_cancelled()) {
                    self.deaths.set(self.deaths.get() + 1);
                    job.from = checkpoint.take();
                }
            }
            Inline { run: run_job }.map(jobs, progress, cancel).await
        })
    }
}

#[test]
fn training_whose_worker_dies_goes_on_from_its_last_epoch() -> Outcome {
    let panel = shop(6, 150)?;
    let (train, known) = (panel.before(7), panel.known_after(7, 7));
    let expected = forecast(&quick(), &train, &known, &context(Device::Cpu(Cpu), Progress::silent()))?;
    let epochs = Rc::new(RefCell::new(Vec::new()));
    let kept = epochs.clone();
    let progress = Progress::new(move |event| {
        if let Event::Epoch { epoch, .. } = event {
            kept.borrow_mut().push(epoch);
        }
    });
    let mortal = Rc::new(Mortal { deaths: Cell::new(0) });
    let cx = Context { pool: mortal.clone(), ..context(Device::Cpu(Cpu), progress) };
    let made = forecast(&quick(), &train, &known, &cx)?;
    assert_eq!(mortal.deaths.get(), 1);
    assert_eq!(*epochs.borrow(), [1, 2, 3, 4], "no epoch is trained twice or left out");
    assert_eq!(distance(&made, &expected), 0.0, "the same bits as without a death");
    Ok(())
}

#[test]
fn a_lost_gpu_is_replaced_by_the_processor_in_any_phase() -> Outcome {
    let panel = shop(6, 150)?;
    let (train, known) = (panel.before(7), panel.known_after(7, 7));
    let expected = forecast(&quick(), &train, &known, &context(Device::Cpu(Cpu), Progress::silent()))?;
    // Before the first step, within the training, and before the forecast.
    for phase in ["training", "epoch", "forecast"] {
        let Some(device) = gpu()? else { return Ok(()) };
        let Device::Gpu(handle) = device.clone() else { return Ok(()) };
        let (loser, epochs) = (handle.clone(), Rc::new(RefCell::new(Vec::new())));
        let kept = epochs.clone();
        let progress = Progress::new(move |event| match event {
            Event::Progress { phase: told, .. } if phase == "training" && told == "training" => loser.lose(),
            Event::Epoch { epoch, .. } => {
                kept.borrow_mut().push(epoch);
                if phase == "epoch" && epoch == 2 {
                    loser.lose();
                }
            }
            _ => {}
        });
        let cx = context(device, progress);
        let fitted = pollster::block_on(quick().fit(&train, 7, &cx))?;
        if phase == "forecast" {
            handle.lose();
        }
        let made = pollster::block_on(fitted.predict(7, &known, &cx))?;
        let apart = distance(&made, &expected);
        assert!(apart <= DEVICE_TOLERANCE, "lost in {phase}: forecasts differ by {apart}");
        let told = cx.notes.take().iter().filter(|note| note.code == "gpu-lost").count();
        assert_eq!(told, 1, "the loss in {phase} is told once");
        assert_eq!(*epochs.borrow(), [1, 2, 3, 4], "no epoch is trained twice or left out");
    }
    Ok(())
}
