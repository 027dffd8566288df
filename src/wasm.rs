//! The wasm-bindgen boundary, nothing else: values in, values out, errors as plain objects.

mod bench;
mod diagnose;
mod known;
mod left_out;
mod pool;
mod reader;
mod section;
mod summary;
mod values;
mod view;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::{Promise, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use self::pool::Workers;
pub use self::pool::{WorkPool, run_job};
pub use self::reader::{FileReader, is_legacy};
use self::summary::summary_object;
use self::values::{failure, from_js, read_options, to_js};
use self::view::{progress_object, view};
use crate::calendar::Frequency;
use crate::context::Context;
use crate::device::{Device, DeviceChoice};
use crate::error::{Error, Result};
use crate::evaluate::backtest::BacktestOptions;
use crate::ingest::{self, Incoming};
use crate::notes::Notes;
use crate::panel::build::BuildOptions;
use crate::panel::clean::CleanOptions;
use crate::present::Look;
use crate::present::export::Rows;
use crate::session::figures::Subject;
use crate::session::forecast::{ForecastOptions, Run};
use crate::session::{self, Shop, figures};
use crate::work::{Cancel, Event, Progress};

/// Prints a panic's message before the instance dies.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| web_sys::console::error_1(&info.to_string().into())));
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

    /// What looks odd in a shop's data.
    pub fn findings(&self, shop: u32) -> Result<JsValue, JsValue> {
        let findings = self.shop(shop)?.findings().map_err(|error| failure(&error))?;
        to_js(&findings)
    }

    /// The same shop at another spacing.
    pub fn regroup(&self, shop: u32, frequency: JsValue) -> Result<JsValue, JsValue> {
        let frequency: Frequency = from_js(frequency)?;
        let mut regrouped = (*self.shop(shop)?).clone();
        regrouped.regroup(frequency).map_err(|error| failure(&error))?;
        let summary = summary_object(regrouped.summary(shop))?;
        self.held.borrow_mut().shops.insert(shop, Rc::new(regrouped));
        Ok(summary)
    }

    /// Forecasts a shop; a promise of the final forecast. `on_event` gets `{phase, done, forecast?, training?}`. `known` names
    /// the columns that are known ahead, `future` and `values` are [`known::rows`] of them.
    pub fn forecast(
        &self,
        shop: u32,
        options: JsValue,
        known: Vec<String>,
        future: Vec<String>,
        values: Vec<f64>,
        on_event: js_sys::Function,
    ) -> Promise {
        let prepared = self.shop(shop).and_then(|held| {
            #[derive(serde::Deserialize)]
            struct Seeded {
                seed: Option<u64>,
            }
            // Each takes its own keys: flattened into one they would cost every visitor six kilobytes.
            let Seeded { seed } = from_js(options.clone())?;
            let options: ForecastOptions = from_js(options)?;
            let rows = known::rows(&future, &values, known.len());
            let known = held.ahead(&known, &rows, options.horizon).map_err(|error| failure(&error))?;
            Ok((held, options, known, seed.unwrap_or(crate::session::forecast::DEFAULT_SEED)))
        });
        let (held, cx) = (self.held.clone(), self.context());
        future_to_promise(async move {
            let (shop_held, options, (known, note), seed) = prepared?;
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
            note.into_iter().for_each(|note| cx.notes.add(note));
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
            let run = session::forecast::run(&shop_held, &options, &known, &cx, &on_stage)
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

    /// Draws a forecast: `fan`, `loss` or `spark` of `options.product` or `options.category`, or of the whole shop without.
    pub fn figure(&self, forecast: u32, kind: JsValue, options: JsValue) -> Result<JsValue, JsValue> {
        #[derive(serde::Deserialize)]
        struct Which {
            product: Option<usize>,
            category: Option<usize>,
        }
        let Which { product, category } = from_js(options.clone())?;
        let subject = match (product, category) {
            (Some(product), _) => Subject::Product(product),
            (None, Some(category)) => Subject::Category(category),
            (None, None) => Subject::Shop,
        };
        let run = self.run(forecast)?;
        let figure =
            figures::draw(&run, from_js(kind)?, subject, from_js(options)?).map_err(|error| failure(&error))?;
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
            #[serde(default)]
            known: Vec<String>,
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
            let panel = shop
                .planned(&asked.known)
                .and_then(|panel| shop.for_models(panel, names.iter().map(String::as_str)))
                .map_err(|error| failure(&error))?;
            let tested = session::forecast::test(&panel, &names, &test, &asked.clean, &cx)
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
        let summary = summary_object(shop.summary(id))?;
        held.shops.insert(id, Rc::new(shop));
        Ok(summary)
    }
}
