//! The page's compute workers: jobs that run in one, and all of them as the crate's [`Pool`].

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::values::{failure, from_failure};
use crate::error::Result;
use crate::session;
use crate::work::{Cancel, Event, Job, LocalBoxFuture, MOST_HELD_BYTES, Pool, Progress, pack, unpack};

#[wasm_bindgen]
extern "C" {
    /// The page's pool of compute workers.
    pub type WorkPool;
    #[wasm_bindgen(method, getter)]
    pub(super) fn width(this: &WorkPool) -> u32;
    #[wasm_bindgen(method, catch)]
    fn map(
        this: &WorkPool,
        kinds: Vec<String>,
        inputs: Array,
        on_event: &JsValue,
    ) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    pub(super) fn cancel(this: &WorkPool);
    #[wasm_bindgen(method, getter, js_name = heldBytes)]
    fn held_bytes(this: &WorkPool) -> Option<f64>;
    #[wasm_bindgen(method, catch, js_name = openShelf)]
    fn open_shelf(this: &WorkPool) -> std::result::Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = putAway)]
    fn put_away(this: &WorkPool, bytes: &[u8]) -> std::result::Result<f64, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn bring(this: &WorkPool, place: f64, into: &mut [u8]) -> std::result::Result<bool, JsValue>;
    #[wasm_bindgen(method, catch, js_name = emptyShelf)]
    fn empty_shelf(this: &WorkPool) -> std::result::Result<(), JsValue>;
}

/// Runs one job of the table; for compute workers. `on_event` and `on_checkpoint` are called while it runs; `from` is the
/// last checkpoint of an earlier attempt, empty at the first.
#[wasm_bindgen(js_name = runJob)]
pub fn run_job(
    kind: String,
    input: Vec<u8>,
    from: Vec<u8>,
    on_event: js_sys::Function,
    on_checkpoint: js_sys::Function,
) -> Result<Uint8Array, JsValue> {
    let progress = Progress::new(move |event| {
        // A listener that throws must not stop the job.
        let tell = |listener: &js_sys::Function, bytes: &[u8]| {
            drop(listener.call1(&JsValue::NULL, &Uint8Array::from(bytes).into()));
        };
        match event {
            Event::Checkpoint(bytes) => tell(&on_checkpoint, &bytes),
            event => drop(pack(&event).map(|bytes| tell(&on_event, &bytes))),
        }
    });
    let output = session::tables::run_job(&Job { kind, input, from }, &progress, &Cancel::default())
        .map_err(|error| failure(&error))?;
    Ok(Uint8Array::from(output.as_slice()))
}

/// The worker pool of the page as the crate's [`Pool`].
pub(super) struct Workers(pub(super) Rc<WorkPool>);

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

    fn held_bytes(&self) -> usize {
        self.0.held_bytes().map_or(MOST_HELD_BYTES, |bytes| bytes as usize)
    }

    fn open_shelf(&self) -> LocalBoxFuture<'_, bool> {
        Box::pin(async move {
            let Ok(promise) = self.0.open_shelf() else { return false };
            JsFuture::from(promise).await.is_ok_and(|opened| opened.is_truthy())
        })
    }

    fn put_away(&self, bytes: &[u8]) -> Option<u64> {
        self.0.put_away(bytes).ok().filter(|place| *place >= 0.0).map(|place| place as u64)
    }

    fn bring(&self, place: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.0.bring(place as f64, &mut bytes).is_ok_and(|whole| whole).then_some(bytes)
    }

    fn empty_shelf(&self) {
        // A shelf that cannot be emptied is as one that is not there.
        drop(self.0.empty_shelf());
    }
}
