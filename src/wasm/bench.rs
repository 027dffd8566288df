//! The training benchmark, callable from a page: what is timed is what is shipped.

use js_sys::{Date, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::failure;
use crate::device::{Device, DeviceChoice};
use crate::error::{Error, Result};
use crate::nn::bench::Bench;

/// Trains the standard workload (8 inputs, 64 units, 56 steps, 28 answers) for `steps` steps after one that warms up, on
/// `gpu` (a software adapter too) or `cpu`. A promise of `{ samplesPerSecond, firstLoss, lastLoss }`; fails where there
/// is no such device.
#[wasm_bindgen(js_name = benchLstm)]
pub fn bench_lstm(device: String, batch: u32, steps: u32) -> Promise {
    future_to_promise(async move {
        let timed = async {
            let choice: DeviceChoice = device.parse()?;
            let (found, info) = Device::start(choice).await;
            if info.kind != device {
                return Err(Error::device("no-gpu", format!("there is no {device} here: {}", info.reason)));
            }
            let bench = Bench::new(&found, batch).await?;
            let first_loss = bench.run(1).await?;
            let begun_ms = Date::now();
            let last_loss = bench.run(steps).await?;
            let seconds = (Date::now() - begun_ms) / 1000.0;
            Ok((f64::from(batch) * f64::from(steps) / seconds, first_loss, last_loss))
        };
        let timed: Result<(f64, f64, f64)> = timed.await;
        let (speed, first_loss, last_loss) = timed.map_err(|error| failure(&error))?;
        let answer = Object::new();
        for (name, value) in [("samplesPerSecond", speed), ("firstLoss", first_loss), ("lastLoss", last_loss)] {
            Reflect::set(&answer, &name.into(), &value.into())?;
        }
        Ok(answer.into())
    })
}
