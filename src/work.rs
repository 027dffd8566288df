//! Parallel work as a list of serialisable jobs: threads natively, the page's workers in the browser.
//!
//! Results come back in job order, and how work is split never depends on the number of workers, so that the split
//! never changes an answer. This module knows no model: the table of jobs is assembled in `session`.

#[cfg(target_arch = "wasm32")]
mod breath;

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// A future that stays on its thread.
pub type LocalBoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Something worth telling while work goes on.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Event {
    /// Share done (0 to 1) of a phase such as `reading`, `fitting`, `training`, `testing`.
    Progress {
        /// Stable name of the phase, lower case.
        phase: String,
        /// From 0 to 1.
        done: f64,
    },
    /// An epoch of a network ended.
    Epoch {
        /// Model name.
        model: String,
        /// From 1.
        epoch: u32,
        /// Most epochs that may follow, this one included.
        epochs: u32,
        /// Mean training loss of the epoch.
        training_loss: f64,
        /// Loss on the later part kept aside for early stopping.
        validation_loss: f64,
    },
    /// State to go on from if the worker dies, told by a job to whatever runs it, which gives it back as [`Job::from`];
    /// of no use to others.
    Checkpoint(Vec<u8>),
}

/// Where events go. Cloning shares the receiver.
#[derive(Clone)]
pub struct Progress(Rc<dyn Fn(Event)>);

impl Progress {
    /// Sends every event to `receiver`.
    pub fn new(receiver: impl Fn(Event) + 'static) -> Self {
        Self(Rc::new(receiver))
    }

    /// Throws events away.
    pub fn silent() -> Self {
        Self::new(|_| ())
    }

    /// Tells an event.
    pub fn tell(&self, event: Event) {
        (self.0)(event);
    }

    /// Tells how much of a phase is done.
    pub fn done(&self, phase: &str, done: f64) {
        self.tell(Event::Progress { phase: phase.into(), done });
    }

    /// The same receiver, with this part's progress told as `from..to` of `phase`.
    #[must_use]
    pub fn part(&self, phase: &'static str, from: f64, to: f64) -> Progress {
        let outer = self.clone();
        Progress::new(move |event| match event {
            Event::Progress { done, .. } => outer.done(phase, from + (to - from) * done),
            other => outer.tell(other),
        })
    }
}

/// A flag that stops work. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the work to stop.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Fails once the work was asked to stop.
    ///
    /// # Errors
    /// `Cancelled` after [`Cancel::stop`].
    pub fn check(&self) -> Result<()> {
        if self.is_stopped() { Err(Error::cancelled()) } else { Ok(()) }
    }
}

/// One piece of work: the name of a row in the table of jobs and its serialised input.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Job {
    /// Row of the table of jobs.
    pub kind: String,
    /// Input, serialised with postcard.
    pub input: Vec<u8>,
    /// The last [`Event::Checkpoint`] of an attempt whose worker died, to go on from; empty at the first attempt.
    pub from: Vec<u8>,
}

impl Job {
    /// A job with a serialised input.
    ///
    /// # Errors
    /// Fails if the input does not serialise.
    pub fn new(kind: &str, input: &impl serde::Serialize) -> Result<Self> {
        Ok(Self { kind: kind.into(), input: pack(input)?, from: Vec::new() })
    }
}

/// Runs one job to its serialised output, on whatever thread it is.
pub type RunJob = fn(&Job, &Progress, &Cancel) -> Result<Vec<u8>>;

/// Bytes of what is needed later that stay in memory.
pub const MOST_HELD_BYTES: usize = 16 << 20;

/// Something that runs jobs side by side.
pub trait Pool {
    /// How many jobs run at once.
    fn width(&self) -> usize;

    /// Runs all jobs; outputs in job order. Progress of the whole list is told under the phase `jobs`;
    /// events of single jobs other than their progress are passed on, of a single job its progress too.
    fn map<'a>(
        &'a self,
        jobs: Vec<Job>,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Vec<Vec<u8>>>>;

    /// Bytes that may be held in memory where there is a shelf.
    fn held_bytes(&self) -> usize {
        MOST_HELD_BYTES
    }

    /// Makes a shelf ready: room outside of memory for what is needed later. Whether there is one.
    fn open_shelf(&self) -> LocalBoxFuture<'_, bool> {
        Box::pin(async { false })
    }

    /// Puts bytes on the shelf; their place there, none where it has no room.
    fn put_away(&self, _bytes: &[u8]) -> Option<u64> {
        None
    }

    /// So many bytes from a place on the shelf; none where they are not there.
    fn bring(&self, _place: u64, _length: usize) -> Option<Vec<u8>> {
        None
    }

    /// Forgets all that is on the shelf.
    fn empty_shelf(&self) {}
}

/// Serialises with postcard.
///
/// # Errors
/// Fails if the value does not serialise.
pub fn pack(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    postcard::to_stdvec(value).map_err(|error| Error::internal(format!("could not serialise: {error}")))
}

/// Reads what [`pack`] wrote.
///
/// # Errors
/// Fails on bytes that `pack` did not write for this type.
pub fn unpack<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    postcard::from_bytes(bytes).map_err(|error| Error::internal(format!("could not read serialised data: {error}")))
}

/// Lets the browser handle messages if it has waited long; natively does nothing. Call it inside long loops of
/// asynchronous work: nothing computes more than 50 ms at a stretch in the coordinator.
pub async fn breathe() {
    #[cfg(target_arch = "wasm32")]
    breath::breathe().await;
}

/// Runs jobs on the calling thread, one after the other: for tests and inside workers.
pub struct Inline {
    /// The table of jobs.
    pub run: RunJob,
}

impl Pool for Inline {
    fn width(&self) -> usize {
        1
    }

    fn map<'a>(
        &'a self,
        jobs: Vec<Job>,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Vec<Vec<u8>>>> {
        Box::pin(async move {
            let count = jobs.len();
            let mut outputs = Vec::with_capacity(count);
            for (place, job) in jobs.iter().enumerate() {
                cancel.check()?;
                let inner = progress.part("jobs", place as f64 / count as f64, (place + 1) as f64 / count as f64);
                outputs.push((self.run)(job, &inner, cancel)?);
                breathe().await;
            }
            progress.done("jobs", 1.0);
            Ok(outputs)
        })
    }
}

/// Runs jobs on the machine's threads.
#[cfg(not(target_arch = "wasm32"))]
pub struct Threads {
    /// The table of jobs.
    pub run: RunJob,
}

#[cfg(not(target_arch = "wasm32"))]
impl Pool for Threads {
    fn width(&self) -> usize {
        rayon::current_num_threads()
    }

    fn map<'a>(
        &'a self,
        jobs: Vec<Job>,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> LocalBoxFuture<'a, Result<Vec<Vec<u8>>>> {
        use rayon::prelude::*;
        enum Told {
            Event(Event),
            Done,
        }
        Box::pin(async move {
            let count = jobs.len();
            let (sender, receiver) = std::sync::mpsc::channel::<Told>();
            let run = self.run;
            let outputs = std::thread::scope(|scope| {
                let work = scope.spawn(move || {
                    jobs.par_iter()
                        .map_with(sender, |sender, job| {
                            cancel.check()?;
                            let events = sender.clone();
                            // A receiver that is gone has nobody left to tell.
                            let inner = Progress::new(move |event| drop(events.send(Told::Event(event))));
                            let output = run(job, &inner, cancel);
                            drop(sender.send(Told::Done));
                            output
                        })
                        .collect::<Result<Vec<_>>>()
                });
                let mut finished = 0;
                for told in receiver {
                    match told {
                        Told::Done => {
                            finished += 1;
                            progress.done("jobs", f64::from(finished) / count as f64);
                        }
                        Told::Event(Event::Progress { done, .. }) if count == 1 => progress.done("jobs", done),
                        // A thread does not die alone: nobody would go on from a checkpoint.
                        Told::Event(Event::Progress { .. } | Event::Checkpoint(_)) => {}
                        Told::Event(event) => progress.tell(event),
                    }
                }
                work.join()
            });
            outputs.unwrap_or_else(|_| Err(Error::internal("a worker thread panicked")))
        })
    }
}
