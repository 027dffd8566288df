//! Buffers on a device, and plans that run on them.

use std::cell::RefCell;

use super::gpu::{Gpu, GpuMemory, GpuPlan};
use crate::error::{Error, Result};
use crate::kernels::{Kernel, Shape};
use crate::work::Cancel;

/// Words of the smallest buffer.
const LEAST_WORDS: usize = 4;

/// Names and sizes of buffers, in words of 32 bits.
#[derive(Debug, Clone, Default)]
pub struct Layout(pub(super) Vec<(&'static str, usize)>);

impl Layout {
    /// Adds a buffer of so many words; none is smaller than four.
    #[must_use]
    pub fn with(mut self, name: &'static str, words: usize) -> Self {
        self.0.push((name, words.max(LEAST_WORDS)));
        self
    }

    /// Words of all buffers.
    pub fn words(&self) -> usize {
        self.0.iter().map(|(_, words)| words).sum()
    }
}

/// Kernel calls in order, each with the sizes it is made for and the buffers it works on.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub(super) calls: Vec<PlannedCall>,
}

/// One call of a plan.
#[derive(Debug, Clone)]
pub(super) struct PlannedCall {
    pub kernel: &'static Kernel,
    pub shape: Shape,
    pub buffers: Vec<&'static str>,
}

impl Plan {
    /// Adds a call on the buffers that bear the names of the kernel's bindings.
    #[must_use]
    pub fn call(self, kernel: &'static Kernel, shape: Shape) -> Self {
        self.call_on(kernel, shape, &[])
    }

    /// Adds a call with some bindings led to other buffers: pairs of binding and buffer.
    #[must_use]
    pub fn call_on(mut self, kernel: &'static Kernel, shape: Shape, renamed: &[(&str, &'static str)]) -> Self {
        let buffers = kernel
            .bindings
            .iter()
            .map(|binding| {
                renamed.iter().find(|(from, _)| *from == binding.name).map_or(binding.name, |(_, buffer)| *buffer)
            })
            .collect();
        self.calls.push(PlannedCall { kernel, shape, buffers });
        self
    }

    /// Number of kernel calls: on a GPU each is one dispatch.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }
}

/// A plan made ready for one memory.
#[derive(Debug)]
pub struct Recorded {
    calls: Vec<(&'static Kernel, Shape, Vec<usize>)>,
    gpu: Option<GpuPlan>,
}

impl Recorded {
    /// Number of kernel calls: on a GPU each is one dispatch.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }
}

/// Buffers on a device.
#[derive(Debug)]
pub struct Memory {
    names: Vec<&'static str>,
    store: Store,
}

#[derive(Debug)]
enum Store {
    Cpu(RefCell<Vec<Vec<u32>>>),
    Gpu(GpuMemory),
}

impl Memory {
    fn names(layout: &Layout) -> Vec<&'static str> {
        layout.0.iter().map(|(name, _)| *name).collect()
    }

    pub(super) fn on_cpu(layout: &Layout) -> Self {
        let store = layout.0.iter().map(|(_, words)| vec![0; *words]).collect();
        Self { names: Self::names(layout), store: Store::Cpu(RefCell::new(store)) }
    }

    pub(super) async fn on_gpu(gpu: &Gpu, layout: &Layout) -> Result<Self> {
        Ok(Self { names: Self::names(layout), store: Store::Gpu(gpu.allocate(layout).await?) })
    }

    fn place(&self, name: &str) -> Result<usize> {
        self.names
            .iter()
            .position(|known| *known == name)
            .ok_or_else(|| Error::internal(format!("no buffer is called \"{name}\"")))
    }

    /// Puts words at the beginning of a buffer. Calls that were run before see the old contents.
    ///
    /// # Errors
    /// Fails if there is no such buffer or it is smaller; a device error if the GPU is gone.
    pub fn write(&self, name: &str, words: &[u32]) -> Result<()> {
        let place = self.place(name)?;
        match &self.store {
            Store::Cpu(buffers) => {
                let mut buffers = buffers.borrow_mut();
                let buffer = buffers[place]
                    .get_mut(..words.len())
                    .ok_or_else(|| Error::internal(format!("buffer \"{name}\" is too small")))?;
                buffer.copy_from_slice(words);
                Ok(())
            }
            Store::Gpu(memory) => memory.write(place, words),
        }
    }

    /// Puts numbers at the beginning of a buffer.
    ///
    /// # Errors
    /// As [`Memory::write`].
    pub fn write_floats(&self, name: &str, values: &[f32]) -> Result<()> {
        self.write(name, bytemuck::cast_slice(values))
    }

    /// Makes these numbers a buffer's contents. On the processor they become the buffer, which may have been made without
    /// room for them.
    ///
    /// # Errors
    /// As [`Memory::write`].
    pub fn put(&self, name: &str, mut words: Vec<u32>) -> Result<()> {
        let place = self.place(name)?;
        match &self.store {
            Store::Cpu(buffers) => {
                words.resize(words.len().max(LEAST_WORDS), 0);
                buffers.borrow_mut()[place] = words;
                Ok(())
            }
            Store::Gpu(memory) => memory.write(place, &words),
        }
    }

    /// Makes a plan ready. On a GPU this compiles its shaders, once per kernel and shape.
    ///
    /// # Errors
    /// Fails if the plan names an unknown buffer; a device error if the GPU refuses a shader or is gone.
    pub async fn record(&self, plan: &Plan) -> Result<Recorded> {
        let mut calls = Vec::with_capacity(plan.calls.len());
        for call in &plan.calls {
            let places = call.buffers.iter().map(|name| self.place(name)).collect::<Result<Vec<_>>>()?;
            calls.push((call.kernel, call.shape, places));
        }
        let gpu = match &self.store {
            Store::Cpu(_) => None,
            Store::Gpu(memory) => Some(memory.record(&calls).await?),
        };
        Ok(Recorded { calls, gpu })
    }

    /// Runs a plan so many times. On a GPU the work is cut into submits of some 40 ms, of which two may wait; the
    /// results may be later than the return, reading them waits.
    ///
    /// # Errors
    /// `Cancelled` between two submits; a device error if the GPU is gone.
    pub async fn run(&self, plan: &Recorded, times: usize, cancel: &Cancel) -> Result<()> {
        match (&self.store, &plan.gpu) {
            (Store::Gpu(memory), Some(recorded)) => memory.run(recorded, times, cancel).await,
            (Store::Cpu(buffers), _) => {
                for _ in 0..times {
                    cancel.check()?;
                    // No pause: whoever trains on the processor is a compute worker or a thread, and polls once.
                    run_on_cpu(&mut buffers.borrow_mut(), &plan.calls);
                }
                Ok(())
            }
            (Store::Gpu(_), None) => Err(Error::internal("a plan was recorded for another memory")),
        }
    }

    /// Contents of buffers, after everything that was run: waits for the device, once for all of them.
    ///
    /// # Errors
    /// Fails on an unknown buffer; a device error if the GPU is gone or reported trouble since the last read.
    pub async fn read(&self, names: &[&str]) -> Result<Vec<Vec<u32>>> {
        let places = names.iter().map(|name| self.place(name)).collect::<Result<Vec<_>>>()?;
        match &self.store {
            Store::Cpu(buffers) => {
                let buffers = buffers.borrow();
                Ok(places.into_iter().map(|place| buffers[place].clone()).collect())
            }
            Store::Gpu(memory) => memory.read(&places).await,
        }
    }

    /// Contents of one buffer as numbers.
    ///
    /// # Errors
    /// As [`Memory::read`].
    pub async fn read_floats(&self, name: &str) -> Result<Vec<f32>> {
        let mut read = self.read(&[name]).await?;
        Ok(bytemuck::cast_vec(read.pop().unwrap_or_default()))
    }
}

/// Twins get their buffers by value for the time of a call: no two bindings of a call are the same buffer.
fn run_on_cpu(buffers: &mut [Vec<u32>], calls: &[(&'static Kernel, Shape, Vec<usize>)]) {
    for (kernel, shape, places) in calls {
        let mut taken: Vec<Vec<u32>> = places.iter().map(|&place| std::mem::take(&mut buffers[place])).collect();
        (kernel.cpu)(shape, &mut taken);
        for (&place, buffer) in places.iter().zip(taken) {
            buffers[place] = buffer;
        }
    }
}
