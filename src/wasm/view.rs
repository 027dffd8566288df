//! What the page sees of a forecast and of the way there.

use std::collections::BTreeMap;

use js_sys::{Array, Float64Array, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::values::{failure, to_js};
use crate::calendar::Frequency;
use crate::error::Result;
use crate::models::{LEVELS, SeriesForecast};
use crate::session;
use crate::session::forecast::Run;
use crate::work::breathe;

/// What the page sees of progress: `{phase, done}`.
pub(super) fn progress_object((phase, done): &(String, f64)) -> Object {
    let told = Object::new();
    for (name, value) in [("phase", JsValue::from(phase.as_str())), ("done", JsValue::from(*done))] {
        drop(Reflect::set(&told, &name.into(), &value));
    }
    told
}

/// Products whose numbers share a buffer.
const TOGETHER: usize = 256;

/// Where numbers are put for the page: many arrays in one buffer, as each buffer costs as much as a short array.
#[derive(Default)]
struct Room {
    numbers: Option<Float64Array>,
    used: u32,
}

impl Room {
    /// An array of these numbers; `more` is how much room is made at once.
    fn take(&mut self, numbers: &[f64], more: usize) -> Float64Array {
        let length = numbers.len() as u32;
        let has_room = |room: &&Float64Array| room.length() - self.used >= length;
        let room = self.numbers.as_ref().filter(has_room).cloned().unwrap_or_else(|| {
            self.used = 0;
            Float64Array::new_with_length(length.max(more as u32))
        });
        let taken = room.subarray(self.used, self.used + length);
        taken.copy_from(numbers);
        self.used += length;
        self.numbers = Some(room);
        taken
    }
}

/// What the page sees of a forecast: numbers as typed arrays, equal date lists shared.
pub(super) async fn view(id: u32, shop: u32, run: &Run) -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Rest<'a> {
        id: u32,
        shop: u32,
        stage: session::forecast::Stage,
        frequency: Frequency,
        horizon: usize,
        levels: &'a [f64],
        accuracy: Option<&'a session::Accuracy>,
        training: &'a [session::forecast::TrainingCurve],
        notes: &'a [crate::notes::Note],
        year_before: Vec<Option<f64>>,
        year_before_all: Option<f64>,
        peak_once: Vec<bool>,
        peak_once_all: bool,
    }
    let levels = &run.options.levels;
    let year_before = run.year_before();
    let told = to_js(&Rest {
        id,
        shop,
        stage: run.stage,
        frequency: run.forecast.frequency,
        horizon: run.options.horizon,
        levels,
        accuracy: run.accuracy.as_ref(),
        training: &run.training,
        notes: &run.notes,
        year_before_all: run.year_before_all(),
        peak_once: run.peak_once(),
        peak_once_all: run.peak_once_all(),
        year_before,
    })?;
    let mut dates: BTreeMap<i32, Array> = BTreeMap::new();
    // What a series has of numbers; tens of thousands of small arrays would be tens of megabytes more.
    let more = run.forecast.len().clamp(1, TOGETHER) * run.options.horizon * (1 + levels.len());
    let mut room = Room::default();
    let mut one = |index: usize, series: &SeriesForecast| -> Result<JsValue, JsValue> {
        let labels = dates.entry(series.start).or_insert_with(|| {
            (series.start..)
                .take(run.options.horizon)
                .map(|period| JsValue::from(run.forecast.frequency.label(period)))
                .collect()
        });
        let made = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&made, &name.into(), value);
        set("index", &(index as u32).into())?;
        set("id", &series.id.as_str().into())?;
        set("model", &series.model.as_str().into())?;
        set("dates", labels)?;
        set("mean", &room.take(&series.mean, more))?;
        let quantiles: Array = levels
            .iter()
            .map(|&level| {
                let row: Vec<f64> = match LEVELS.iter().position(|known| (known - level).abs() < 1e-9) {
                    Some(place) => series.quantiles.column(place).to_vec(),
                    None => (0..series.mean.len()).map(|step| series.quantile(step, level)).collect(),
                };
                JsValue::from(room.take(&row, more))
            })
            .collect();
        set("quantiles", &quantiles)?;
        let total = Object::new();
        Reflect::set(&total, &"mean".into(), &series.total_mean().into())?;
        let sums: Array = levels.iter().map(|&level| JsValue::from(series.total_quantile(level))).collect();
        Reflect::set(&total, &"quantiles".into(), &sums)?;
        set("total", &total)?;
        Ok(made.into())
    };
    let products = Array::new();
    for piece in run.forecast.pieces() {
        for series in piece.map_err(|error| failure(&error))? {
            products.push(&one(products.length() as usize, &series)?);
        }
        breathe().await;
    }
    Reflect::set(&told, &"products".into(), &products)?;
    Reflect::set(&told, &"all".into(), &one(run.forecast.len(), &run.all)?)?;
    let categories = Array::new();
    for (place, category) in run.categories.iter().enumerate() {
        let made = one(place, &category.forecast)?;
        let set = |name: &str, value: JsValue| Reflect::set(&made, &name.into(), &value);
        let about = run.about_category(place);
        set("id", category.name.as_str().into())?;
        set("products", (about.products as u32).into())?;
        set("held", category.held.held.into())?;
        set("tested", category.held.tested.into())?;
        set("yearBefore", about.year_before.map_or(JsValue::NULL, JsValue::from))?;
        set("peakOnce", about.peak_once.into())?;
        set("recent", Float64Array::from(about.recent.as_slice()).into())?;
        categories.push(&made);
    }
    Reflect::set(&told, &"categories".into(), &categories)?;
    Ok(told)
}
