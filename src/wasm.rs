//! The wasm-bindgen boundary, nothing else: values in, values out, errors as plain objects.

mod bench;
mod left_out;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Array, Float64Array, Object, Promise, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::calendar::Frequency;
use crate::context::Context;
use crate::device::{Device, DeviceChoice};
use crate::error::{Error, ErrorKind, Result};
use crate::evaluate::backtest::BacktestOptions;
use crate::ingest::{self, Incoming, ReadOptions};
use crate::models::{LEVELS, SeriesForecast};
use crate::notes::Notes;
use crate::panel::KnownAhead;
use crate::panel::build::BuildOptions;
use crate::panel::clean::CleanOptions;
use crate::present::Look;
use crate::present::export::Rows;
use crate::session::forecast::{ForecastOptions, Run};
use crate::session::{self, Shop, figures};
use crate::work::{Cancel, Event, Job, LocalBoxFuture, Pool, Progress, breathe, pack, unpack};

#[wasm_bindgen]
extern "C" {
    /// The page's pool of compute workers.
    pub type WorkPool;
    #[wasm_bindgen(method, getter)]
    fn width(this: &WorkPool) -> u32;
    #[wasm_bindgen(method, catch)]
    fn map(
        this: &WorkPool,
        kinds: Vec<String>,
        inputs: Array,
        on_event: &JsValue,
    ) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn cancel(this: &WorkPool);
}

/// Prints a panic's message before the instance dies.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| failure(&Error::internal(error.to_string())))
}

fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|error| failure(&Error::usage("bad-option", error.to_string())))
}

fn read_options(options: JsValue) -> Result<ReadOptions, JsValue> {
    if options.is_undefined() || options.is_null() { Ok(ReadOptions::default()) } else { from_js(options) }
}

/// The plain object that the page sees of an error.
fn failure(error: &Error) -> JsValue {
    #[derive(Serialize)]
    struct Failure<'a> {
        kind: &'a str,
        code: &'a str,
        message: &'a str,
        remedy: &'a str,
        args: &'a [(String, String)],
        position: &'a crate::error::Position,
    }
    let kind = match error.kind() {
        ErrorKind::Input => "input",
        ErrorKind::Usage => "usage",
        ErrorKind::Cancelled => "cancelled",
        ErrorKind::Device => "device",
        ErrorKind::Memory => "memory",
        _ => "internal",
    };
    let plain = Failure {
        kind,
        code: error.code(),
        message: error.message(),
        remedy: error.remedy_text(),
        args: error.args(),
        position: error.position(),
    };
    plain.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// An error from what the pool threw: our own object, or anything else as an internal error.
fn from_failure(thrown: &JsValue) -> Error {
    let text =
        |name: &str| Reflect::get(thrown, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default();
    let kind = match text("kind").as_str() {
        "input" => ErrorKind::Input,
        "usage" => ErrorKind::Usage,
        "cancelled" => ErrorKind::Cancelled,
        "device" => ErrorKind::Device,
        "memory" => ErrorKind::Memory,
        _ => ErrorKind::Internal,
    };
    let (code, message) = (text("code"), text("message"));
    Error::new(
        kind,
        if code.is_empty() { "internal" } else { &code },
        if message.is_empty() { format!("{thrown:?}") } else { message },
    )
    .remedy(text("remedy"))
}

/// Runs one job of the table; for compute workers. `on_event` is called while it runs.
#[wasm_bindgen(js_name = runJob)]
pub fn run_job(kind: String, input: Vec<u8>, on_event: js_sys::Function) -> Result<Uint8Array, JsValue> {
    let progress = Progress::new(move |event| {
        if let Ok(bytes) = pack(&event) {
            // A listener that throws must not stop the job.
            drop(on_event.call1(&JsValue::NULL, &Uint8Array::from(bytes.as_slice()).into()));
        }
    });
    let output = session::tables::run_job(&Job { kind, input }, &progress, &Cancel::default())
        .map_err(|error| failure(&error))?;
    Ok(Uint8Array::from(output.as_slice()))
}

/// The worker pool of the page as the crate's [`Pool`].
struct Workers(Rc<WorkPool>);

impl Pool for Workers {
    fn width(&self) -> usize {
        self.0.width().max(1) as usize
    }

    fn map<'a>(
        &'a self,
        jobs: Vec<Job>,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Vec<Vec<u8>>>> {
        Box::pin(async move {
            cancel.check()?;
            let count = jobs.len();
            let shares: Rc<RefCell<Vec<f64>>> = Rc::new(RefCell::new(vec![0.0; count]));
            let (told, kept) = (progress.clone(), shares.clone());
            let on_event = Closure::<dyn Fn(u32, JsValue)>::new(move |place: u32, event: JsValue| {
                let Some(bytes) = event.dyn_ref::<Uint8Array>() else { return };
                match unpack::<Event>(&bytes.to_vec()) {
                    Ok(Event::Progress { done, .. }) => {
                        let mut shares = kept.borrow_mut();
                        if let Some(share) = shares.get_mut(place as usize) {
                            *share = done;
                        }
                        let sum: f64 = shares.iter().sum();
                        let share = sum / shares.len().max(1) as f64;
                        drop(shares);
                        told.done("jobs", share);
                    }
                    Ok(event) => told.tell(event),
                    Err(_) => {}
                }
            });
            let (kinds, inputs): (Vec<String>, Vec<Vec<u8>>) =
                jobs.into_iter().map(|job| (job.kind, job.input)).unzip();
            let inputs: Array =
                inputs.into_iter().map(|input| JsValue::from(Uint8Array::from(input.as_slice()))).collect();
            let promise = self.0.map(kinds, inputs, on_event.as_ref()).map_err(|thrown| from_failure(&thrown))?;
            let outputs = JsFuture::from(promise).await.map_err(|thrown| from_failure(&thrown))?;
            cancel.check()?;
            progress.done("jobs", 1.0);
            Ok(Array::from(&outputs).iter().map(|output| Uint8Array::new(&output).to_vec()).collect())
        })
    }
}

/// Whether text that begins like this must be decoded by the other module first; `label` is the user's encoding.
#[wasm_bindgen(js_name = isLegacy)]
pub fn is_legacy(head: &[u8], label: Option<String>) -> bool {
    ingest::decode::is_legacy(head, label.as_deref())
}

/// A file being read: push its bytes, then hand it to [`Engine::open`].
#[wasm_bindgen]
pub struct FileReader(Incoming);

#[wasm_bindgen]
impl FileReader {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.push(bytes).map_err(|error| failure(&error))
    }

    /// What the workbook of a sheet told beside its text.
    #[wasm_bindgen(js_name = sheetTold)]
    pub fn sheet_told(&mut self, others: Vec<String>, error_cells: f64) {
        self.0.sheet_told(&others, error_cells as u64);
    }

    /// Says that the bytes were made UTF-8 of text in another encoding, and how many malformed sequences it had.
    pub fn decoded(&mut self, encoding: &str, replaced: f64) {
        self.0.decoded(encoding, replaced as u64);
    }

    /// Members of the archive that were not even tried.
    #[wasm_bindgen(js_name = leftOut)]
    pub fn left_out(&mut self, names: Vec<String>) {
        self.0.left_out(&names);
    }
}

#[derive(Default)]
struct Held {
    shops: BTreeMap<u32, Rc<Shop>>,
    /// Forecasts by their numbers, with the shops they are of.
    runs: BTreeMap<u32, (u32, Rc<Run>)>,
    example: Option<Rc<Run>>,
    next: u32,
}

/// Forecasts of a shop that are kept: those that a page may still be showing.
const RUNS_KEPT: usize = 4;

impl Held {
    /// Keeps a forecast, and lets the oldest ones of the same shop go.
    fn keep_run(&mut self, id: u32, shop: u32, run: Rc<Run>) {
        self.runs.insert(id, (shop, run));
        let of_shop: Vec<u32> = self.runs.iter().filter(|(_, (of, _))| *of == shop).map(|(id, _)| *id).collect();
        for old in &of_shop[..of_shop.len().saturating_sub(RUNS_KEPT)] {
            self.runs.remove(old);
        }
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}

/// Everything the coordinator worker holds: shops, forecasts, the device.
#[wasm_bindgen]
pub struct Engine {
    pool: Rc<WorkPool>,
    device: Rc<RefCell<Device>>,
    held: Rc<RefCell<Held>>,
    cancel: Rc<RefCell<Cancel>>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine on the page's workers, on the CPU until [`Engine::start_device`].
    #[wasm_bindgen(constructor)]
    pub fn new(pool: WorkPool) -> Self {
        Self {
            pool: Rc::new(pool),
            device: Rc::new(RefCell::new(Device::Cpu(crate::device::Cpu))),
            held: Rc::default(),
            cancel: Rc::default(),
        }
    }

    /// Looks for a GPU; a promise of what was found. Never fails for want of one.
    #[wasm_bindgen(js_name = startDevice)]
    pub fn start_device(&self, choice: String) -> Promise {
        let (device, workers) = (self.device.clone(), self.pool.width());
        future_to_promise(async move {
            let choice: DeviceChoice = choice.parse().map_err(|error| failure(&error))?;
            let (found, info) = Device::start(choice).await;
            *device.borrow_mut() = found;
            let told = to_js(&info)?;
            Reflect::set(&told, &"workers".into(), &workers.into())?;
            Ok(told)
        })
    }

    /// Loses the GPU on purpose, as a driver reset would; for tests.
    #[wasm_bindgen(js_name = loseDevice)]
    pub fn lose_device(&self) {
        if let Device::Gpu(gpu) = &*self.device.borrow() {
            gpu.lose();
        }
    }

    /// Whether there was a GPU that can no longer be used.
    #[wasm_bindgen(js_name = deviceLost)]
    pub fn device_lost(&self) -> bool {
        matches!(&*self.device.borrow(), Device::Gpu(gpu) if gpu.check().is_err())
    }

    /// A reader for a file.
    pub fn reader(&self, name: String, options: JsValue) -> Result<FileReader, JsValue> {
        Ok(FileReader(Incoming::file(&name, read_options(options)?)))
    }

    /// A reader for a table that was packed: `member` says that it is one of an archive's, `sheet` that it is a sheet.
    #[wasm_bindgen(js_name = packedReader)]
    pub fn packed_reader(
        &self,
        name: String,
        options: JsValue,
        member: bool,
        sheet: Option<String>,
    ) -> Result<FileReader, JsValue> {
        let options = read_options(options)?;
        let begin = if member { Incoming::member } else { Incoming::file };
        let file = begin(&name, options.clone());
        Ok(FileReader(match sheet {
            Some(sheet) => file.of_sheet(&sheet, options),
            None => file,
        }))
    }

    /// Makes a shop of the files that were read.
    pub fn open(&self, readers: Vec<FileReader>, name: String) -> Result<JsValue, JsValue> {
        let files = readers.into_iter().map(|reader| reader.0).collect();
        let readings = ingest::finish(files).map_err(|error| failure(&error))?;
        let shop = Shop::open(&name, readings, BuildOptions::default()).map_err(|error| failure(&error))?;
        self.keep_shop(shop)
    }

    /// Makes the invented sample shop.
    pub fn sample(&self) -> Result<JsValue, JsValue> {
        let shop = Shop::sample().map_err(|error| failure(&error))?;
        self.keep_shop(shop)
    }

    /// The same shop at another spacing.
    pub fn regroup(&self, shop: u32, frequency: JsValue) -> Result<JsValue, JsValue> {
        let frequency: Frequency = from_js(frequency)?;
        let mut regrouped = (*self.shop(shop)?).clone();
        regrouped.regroup(frequency).map_err(|error| failure(&error))?;
        let summary = to_js(&regrouped.summary(shop))?;
        self.held.borrow_mut().shops.insert(shop, Rc::new(regrouped));
        Ok(summary)
    }

    /// Forecasts a shop; a promise of the final forecast. `on_event` gets `{phase, done, forecast?, training?}`.
    pub fn forecast(&self, shop: u32, options: JsValue, on_event: js_sys::Function) -> Promise {
        let prepared = self.shop(shop).and_then(|held| {
            #[derive(serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Asked {
                #[serde(flatten)]
                options: ForecastOptions,
                seed: Option<u64>,
            }
            let asked: Asked = from_js(options)?;
            Ok((held, asked.options, asked.seed.unwrap_or(crate::session::forecast::DEFAULT_SEED)))
        });
        let (held, cx) = (self.held.clone(), self.context());
        future_to_promise(async move {
            let (shop_held, options, seed) = prepared?;
            let id = held.borrow_mut().number();
            let curves_of = on_event.clone();
            let (training, curves) = session::forecast::record_training(&options.model, &Progress::silent());
            let reached = Rc::new(RefCell::new((String::from("fitting"), 0.0)));
            let last = reached.clone();
            let progress = Progress::new(move |event| {
                training.tell(event.clone());
                if let Event::Progress { phase, done } = &event {
                    *last.borrow_mut() = (phase.clone(), *done);
                }
                let told = progress_object(&last.borrow());
                let set = |name: &str, value: JsValue| drop(Reflect::set(&told, &name.into(), &value));
                match &event {
                    Event::Progress { .. } => {}
                    Event::Epoch { model, .. } => {
                        let curve = curves.borrow().iter().find(|curve| curve.model == *model).cloned();
                        set("training", curve.and_then(|curve| to_js(&curve).ok()).unwrap_or(JsValue::UNDEFINED));
                    }
                    Event::Checkpoint(_) => return,
                }
                drop(curves_of.call1(&JsValue::NULL, &told));
            });
            let cx = Context { progress, seed, ..cx };
            let (kept, tell) = (held.clone(), on_event.clone());
            let newest = Rc::new(Cell::new(0_u32));
            let count = newest.clone();
            let on_stage = move |run: Run| {
                let run = Rc::new(run);
                kept.borrow_mut().keep_run(id, shop, run.clone());
                let told = progress_object(&reached.borrow());
                let tell = tell.clone();
                let (mine, count) = (count.get() + 1, count.clone());
                count.set(mine);
                // Beside the work, which goes on: many products take a moment to hand over.
                wasm_bindgen_futures::spawn_local(async move {
                    let Ok(view) = view(id, shop, &run).await else { return };
                    // A better one that came meanwhile must not be replaced by this.
                    if count.get() == mine {
                        drop(Reflect::set(&told, &"forecast".into(), &view));
                        drop(tell.call1(&JsValue::NULL, &told));
                    }
                });
            };
            let run = session::forecast::run(&shop_held, &options, &KnownAhead::default(), &cx, &on_stage)
                .await
                .map_err(|error| failure(&error))?;
            newest.set(u32::MAX);
            let run = Rc::new(run);
            held.borrow_mut().keep_run(id, shop, run.clone());
            view(id, shop, &run).await
        })
    }

    /// Stops the work in hand; its promise fails with kind `cancelled`.
    pub fn cancel(&self) {
        self.cancel.borrow().stop();
        *self.cancel.borrow_mut() = Cancel::default();
        self.pool.cancel();
    }

    /// Draws a forecast: `fan`, `loss` or `spark` of `options.product`, or of the whole shop without it.
    pub fn figure(&self, forecast: u32, kind: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
        #[derive(serde::Deserialize)]
        struct Asked {
            #[serde(flatten)]
            look: Look,
            product: Option<usize>,
        }
        let asked: Asked = from_js(options)?;
        let run = self.run(forecast)?;
        let figure = figures::draw(&run, from_js(kind)?, asked.product, asked.look).map_err(|error| failure(&error))?;
        to_js(&figure)
    }

    /// A promise of a living example for the start screen: one product of the sample shop, really forecast.
    #[wasm_bindgen(js_name = exampleFigure)]
    pub fn example_figure(&self, options: JsValue) -> Promise {
        let (held, cx) = (self.held.clone(), self.context());
        future_to_promise(async move {
            let look: Look = from_js(options)?;
            let kept = held.borrow().example.clone();
            let run = match kept {
                Some(run) => run,
                None => Rc::new(session::example::run(&cx).await.map_err(|error| failure(&error))?),
            };
            held.borrow_mut().example = Some(run.clone());
            to_js(&session::example::draw(&run, look).map_err(|error| failure(&error))?)
        })
    }

    /// A forecast as CSV for a spreadsheet, byte order mark, formulas made harmless: its steps, or their totals.
    #[wasm_bindgen(js_name = exportCsv)]
    pub fn export_csv(&self, forecast: u32, totals: bool) -> Result<Uint8Array, JsValue> {
        let run = self.run(forecast)?;
        let rows = if totals { Rows::Totals } else { Rows::Steps };
        let csv = session::forecast::download(&run, rows).map_err(|error| failure(&error))?;
        Ok(Uint8Array::from(csv.as_bytes()))
    }

    /// Tests models on the shop's own past; a promise of their pooled measures.
    pub fn backtest(&self, shop: u32, options: JsValue, on_event: js_sys::Function) -> Promise {
        #[derive(serde::Deserialize)]
        struct Asked {
            horizon: usize,
            folds: Option<usize>,
            models: Option<Vec<String>>,
            frequency: Option<Frequency>,
            seed: Option<u64>,
            #[serde(default)]
            clean: CleanOptions,
        }
        let prepared = self.shop(shop).and_then(|held| Ok((held, from_js::<Asked>(options)?)));
        let cx = self.context();
        future_to_promise(async move {
            let (held, asked) = prepared?;
            let mut shop = (*held).clone();
            if let Some(frequency) = asked.frequency {
                shop.regroup(frequency).map_err(|error| failure(&error))?;
            }
            let names = match asked.models {
                Some(names) if names != ["all"] => names,
                _ => session::tables::names(),
            };
            let progress = Progress::new(move |event| {
                let Event::Progress { phase, done } = event else { return };
                drop(on_event.call1(&JsValue::NULL, &progress_object(&(phase, done))));
            });
            let cx = Context { progress, seed: asked.seed.unwrap_or(session::forecast::DEFAULT_SEED), ..cx };
            let folds = asked.folds.unwrap_or(session::forecast::DEFAULT_FOLDS);
            let test = BacktestOptions { horizon: asked.horizon, folds };
            let tested = session::forecast::test(&shop.built.panel, &names, &test, &asked.clean, &cx)
                .await
                .map_err(|error| failure(&error))?;
            #[derive(Serialize)]
            struct Told {
                horizon: usize,
                folds: usize,
                models: Vec<session::accuracy::ModelAccuracy>,
            }
            to_js(&Told {
                horizon: tested.horizon,
                folds: tested.backs.len(),
                models: session::accuracy::pooled(&tested),
            })
        })
    }

    /// All models by name, with one sentence each.
    pub fn models(&self) -> Result<JsValue, JsValue> {
        #[derive(Serialize)]
        struct Row {
            name: &'static str,
            about: &'static str,
        }
        to_js(&session::tables::listed().map(|(name, about)| Row { name, about }).collect::<Vec<_>>())
    }

    /// Forgets a shop and its forecasts.
    #[wasm_bindgen(js_name = closeShop)]
    pub fn close_shop(&self, shop: u32) {
        let mut held = self.held.borrow_mut();
        held.shops.remove(&shop);
        held.runs.retain(|_, (of, _)| *of != shop);
    }

    fn context(&self) -> Context {
        Context {
            device: self.device.borrow().clone(),
            pool: Rc::new(Workers(self.pool.clone())),
            seed: crate::session::forecast::DEFAULT_SEED,
            progress: Progress::silent(),
            cancel: self.cancel.borrow().clone(),
            notes: Notes::default(),
        }
    }

    fn shop(&self, id: u32) -> Result<Rc<Shop>, JsValue> {
        let held = self.held.borrow();
        held.shops
            .get(&id)
            .cloned()
            .ok_or_else(|| failure(&Error::usage("no-shop", "this shop was closed").remedy("open the file again")))
    }

    fn run(&self, id: u32) -> Result<Rc<Run>, JsValue> {
        let held = self.held.borrow();
        held.runs
            .get(&id)
            .map(|(_, run)| run.clone())
            .ok_or_else(|| failure(&Error::usage("no-forecast", "this forecast is gone").remedy("forecast again")))
    }

    fn keep_shop(&self, shop: Shop) -> Result<JsValue, JsValue> {
        let mut held = self.held.borrow_mut();
        let id = held.number();
        let summary = to_js(&shop.summary(id))?;
        held.shops.insert(id, Rc::new(shop));
        Ok(summary)
    }
}

/// What the page sees of progress: `{phase, done}`.
fn progress_object((phase, done): &(String, f64)) -> Object {
    let told = Object::new();
    for (name, value) in [("phase", JsValue::from(phase.as_str())), ("done", JsValue::from(*done))] {
        drop(Reflect::set(&told, &name.into(), &value));
    }
    told
}

/// Products handed over between two breaths.
const BREATH_PRODUCTS: usize = 256;

/// What the page sees of a forecast: numbers as typed arrays, equal date lists shared.
async fn view(id: u32, shop: u32, run: &Run) -> Result<JsValue, JsValue> {
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
        year_before,
    })?;
    let mut dates: BTreeMap<i32, Array> = BTreeMap::new();
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
        set("mean", &Float64Array::from(series.mean.as_slice()))?;
        let quantiles: Array = levels
            .iter()
            .map(|&level| {
                let row: Vec<f64> = match LEVELS.iter().position(|known| (known - level).abs() < 1e-9) {
                    Some(place) => series.quantiles.column(place).to_vec(),
                    None => (0..series.mean.len()).map(|step| series.quantile(step, level)).collect(),
                };
                JsValue::from(Float64Array::from(row.as_slice()))
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
    for (index, series) in run.forecast.series.iter().enumerate() {
        products.push(&one(index, series)?);
        if index % BREATH_PRODUCTS == 0 {
            breathe().await;
        }
    }
    Reflect::set(&told, &"products".into(), &products)?;
    Reflect::set(&told, &"all".into(), &one(run.forecast.series.len(), &run.all)?)?;
    Ok(told)
}
