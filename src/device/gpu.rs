//! The GPU: finding it, compiling for it, running plans on it, and noticing when it is gone.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use futures_channel::oneshot;

use super::memory::Layout;
use super::pacing::{Pacing, now_ms};
use crate::error::{Error, Result};
use crate::kernels::{Access, Kernel, Shape};
use crate::work::{Cancel, breathe};

/// Submits that may wait in the queue.
const IN_FLIGHT: usize = 2;
const WORD_BYTES: u64 = 4;

/// Code of the error of work that is too large for a GPU's memory, or for what it takes at once; the GPU is still there.
pub const NO_MEMORY: &str = "gpu-memory";

/// Which GPU it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GpuInfo {
    /// Maker.
    pub vendor: String,
    /// Family, or the driver's name for it.
    pub architecture: String,
    /// Whether it is made of software.
    pub software: bool,
}

/// A GPU. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Gpu(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    device: wgpu::Device,
    queue: wgpu::Queue,
    info: GpuInfo,
    health: Health,
    pipelines: RefCell<BTreeMap<(&'static str, Shape), wgpu::ComputePipeline>>,
}

/// What the device reported on its own, shared with its callbacks.
#[derive(Debug, Clone, Default)]
struct Health(Arc<Mutex<Reports>>);

#[derive(Debug, Default)]
struct Reports {
    trouble: Option<Error>,
    waiting: Vec<Answer>,
}

/// Somebody waits for it; whoever comes first, the result or the loss of the device, answers.
type Answer = Arc<Mutex<Option<oneshot::Sender<bool>>>>;

fn answer(to: &Answer, done: bool) {
    if let Some(sender) = to.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // It fails if nobody waits any more: then there is nothing to tell.
        let _ = sender.send(done);
    }
}

impl Health {
    fn report(&self, error: Error) {
        let waiting = {
            let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            reports.trouble.get_or_insert(error);
            std::mem::take(&mut reports.waiting)
        };
        for one in &waiting {
            answer(one, false);
        }
    }

    fn check(&self) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).trouble.clone().map_or(Ok(()), Err)
    }

    fn expect(&self) -> (Answer, oneshot::Receiver<bool>) {
        let (sender, receiver) = oneshot::channel();
        let one: Answer = Arc::new(Mutex::new(Some(sender)));
        let mut reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reports.waiting.retain(|other| other.lock().unwrap_or_else(PoisonError::into_inner).is_some());
        if reports.trouble.is_some() {
            answer(&one, false);
        } else {
            reports.waiting.push(one.clone());
        }
        (one, receiver)
    }
}

fn lost(message: impl Into<String>) -> Error {
    Error::device("gpu-lost", message).remedy("the work can go on on the processor")
}

fn trouble(error: &wgpu::Error) -> Error {
    match error {
        wgpu::Error::OutOfMemory { .. } => Error::device(NO_MEMORY, "the GPU has not enough memory")
            .remedy("close other programs that use the GPU, or choose the processor"),
        other => Error::device("gpu-error", format!("the GPU reported: {other}")),
    }
}

impl Gpu {
    /// Looks for a GPU and tries it on known answers.
    ///
    /// # Errors
    /// A device error whose code says why there is none: `gpu-none`, `gpu-software` unless `forced`, `gpu-refused`,
    /// `gpu-wrong`.
    pub async fn start(forced: bool) -> Result<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..wgpu::RequestAdapterOptions::default()
        };
        let adapter = instance
            .request_adapter(&options)
            .await
            .map_err(|error| Error::device("gpu-none", format!("no GPU was found: {error}")))?;
        let info = describe(&adapter.get_info());
        if info.software && !forced {
            return Err(Error::device("gpu-software", "the only GPU found is made of software")
                .remedy("the processor is faster"));
        }
        // Every device of the standard has these; asking for no more keeps results the same everywhere.
        let limits = wgpu::Limits { max_compute_workgroup_storage_size: 16_384, ..wgpu::Limits::default() };
        let descriptor = wgpu::DeviceDescriptor { required_limits: limits, ..wgpu::DeviceDescriptor::default() };
        let (device, queue) = adapter
            .request_device(&descriptor)
            .await
            .map_err(|error| Error::device("gpu-refused", format!("the GPU was refused: {error}")))?;
        let health = Health::default();
        let reports = health.clone();
        device.set_device_lost_callback(move |reason, message| {
            reports.report(lost(format!("the GPU was lost ({reason:?}): {message}")));
        });
        let reports = health.clone();
        device.on_uncaptured_error(Arc::new(move |error| reports.report(trouble(&error))));
        #[cfg(target_arch = "wasm32")]
        let info = name_in_browser(&device, info);
        let gpu = Self(Rc::new(Inner { device, queue, info, health, pipelines: RefCell::default() }));
        gpu.try_known_answer().await?;
        Ok(gpu)
    }

    /// Which GPU it is.
    pub fn info(&self) -> &GpuInfo {
        &self.0.info
    }

    /// Loses the device on purpose, as a driver's reset would: for tests.
    pub fn lose(&self) {
        self.0.device.destroy();
        self.0.health.report(lost("the GPU was lost on purpose"));
    }

    /// Fails if the device is lost or reported trouble.
    ///
    /// # Errors
    /// The first trouble that was reported.
    pub fn check(&self) -> Result<()> {
        self.0.health.check()
    }

    /// Sums whose result is known: a driver that gets these wrong is not to be trusted with anyone's forecast.
    async fn try_known_answer(&self) -> Result<()> {
        const COUNT: u32 = 64;
        static TRIAL: Kernel = Kernel {
            name: "trial",
            wgsl: include_str!("trial.wgsl"),
            cpu: |_, _| (),
            bindings: &[super::Binding { name: "numbers", access: Access::Write }],
            groups: |_| (1, 1),
            tolerance: (0.0, 0.0),
        };
        let shape = Shape {
            batch: 0,
            encoder: 0,
            decoder: 0,
            features: 0,
            hidden: 64,
            head_steps: 0,
            outputs: 0,
            quantiles: false,
            dropout: 0,
            sampled: false,
            calendar: 0,
            planned: 0,
            season: 1,
            long_season: 0,
        };
        let memory = self.allocate(&Layout::default().with("numbers", COUNT as usize)).await?;
        let numbers: Vec<u32> = (0..COUNT).map(|place| (place as f32).to_bits()).collect();
        memory.write(0, &numbers)?;
        let plan = memory.record(&[(&TRIAL, shape, vec![0])]).await?;
        memory.run(&plan, 1, &Cancel::default()).await?;
        let read = memory.read(&[0]).await?;
        let right = read.first().is_some_and(|words| {
            words.iter().enumerate().all(|(place, &word)| {
                let place = place as f32;
                let expected = libm::expf(-place / 8.0) + place * ((COUNT - 1) as f32 - place);
                (f32::from_bits(word) - expected).abs() <= 1e-5 * expected.max(1.0)
            })
        });
        if right { Ok(()) } else { Err(Error::device("gpu-wrong", "the GPU computes wrong results")) }
    }

    pub(super) async fn allocate(&self, layout: &Layout) -> Result<GpuMemory> {
        self.check()?;
        let Inner { device, .. } = &*self.0;
        let largest = device.limits().max_storage_buffer_binding_size;
        if layout.0.iter().any(|(_, words)| *words as u64 * WORD_BYTES > largest) {
            return Err(Error::device(NO_MEMORY, "a piece of the work is larger than the GPU takes at once"));
        }
        let memory_scope = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let validation_scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
        let buffers = layout
            .0
            .iter()
            .map(|(name, words)| {
                let size = *words as u64 * WORD_BYTES;
                let descriptor = wgpu::BufferDescriptor { label: Some(*name), size, usage, mapped_at_creation: false };
                device.create_buffer(&descriptor)
            })
            .collect();
        let (validation, memory) = (validation_scope.pop(), memory_scope.pop());
        let (validation, memory) = (validation.await, memory.await);
        if let Some(error) = validation.or(memory) {
            return Err(trouble(&error));
        }
        self.check()?;
        Ok(GpuMemory { gpu: self.clone(), buffers })
    }

    async fn pipeline(&self, kernel: &'static Kernel, shape: Shape) -> Result<wgpu::ComputePipeline> {
        if let Some(known) = self.0.pipelines.borrow().get(&(kernel.name, shape)) {
            return Ok(known.clone());
        }
        let device = &self.0.device;
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let descriptor = wgpu::ShaderModuleDescriptor {
            label: Some(kernel.name),
            source: wgpu::ShaderSource::Wgsl(shape.shader(kernel.wgsl).into()),
        };
        // SAFETY: every index of these shaders follows from the constants of their shape, the sizes of the buffers are
        // made from the same shape, and words read from tables are checked when the tables are made; every loop ends
        // by such a constant. Checks cost a native build most of its speed; browsers put in their own.
        #[allow(unsafe_code, reason = "the only way to leave out checks that cannot fail")]
        let module = unsafe { device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) };
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(kernel.name),
            layout: None,
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        if let Some(error) = scope.pop().await {
            return Err(trouble(&error).context(format!("preparing \"{}\"", kernel.name)));
        }
        self.check()?;
        self.0.pipelines.borrow_mut().insert((kernel.name, shape), pipeline.clone());
        Ok(pipeline)
    }

    /// Waits for everything submitted so far.
    async fn wait(&self, receiver: oneshot::Receiver<bool>) -> Result<()> {
        #[cfg(not(target_arch = "wasm32"))]
        if let Err(error) = self.0.device.poll(wgpu::PollType::wait_indefinitely()) {
            self.0.health.report(lost(format!("the GPU was lost while waiting: {error}")));
        }
        let done = receiver.await.unwrap_or(false);
        self.check()?;
        if done { Ok(()) } else { Err(lost("the GPU gave no answer")) }
    }
}

/// Maker and family in words; browsers give them as words, drivers as numbers.
fn describe(info: &wgpu::AdapterInfo) -> GpuInfo {
    let software = info.device_type == wgpu::DeviceType::Cpu;
    let known = match info.vendor {
        0x1002 => "AMD",
        0x10DE => "NVIDIA",
        0x8086 => "Intel",
        0x106B => "Apple",
        0x5143 => "Qualcomm",
        0x13B5 => "ARM",
        0x10005 => "Mesa",
        0x1414 => "Microsoft",
        0x1AE0 => "Google",
        _ => "",
    };
    let first = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let vendor = if known.is_empty() { first(&info.driver) } else { known.to_owned() };
    let architecture = if info.name.is_empty() { info.driver_info.clone() } else { info.name.clone() };
    GpuInfo { vendor, architecture, software }
}

/// Browsers tell maker and family by words that the library does not pass on.
#[cfg(target_arch = "wasm32")]
fn name_in_browser(device: &wgpu::Device, info: GpuInfo) -> GpuInfo {
    let told = device.as_webgpu().and_then(|device| {
        let device: &wasm_bindgen::JsValue = device.as_ref();
        js_sys::Reflect::get(device, &"adapterInfo".into()).ok()
    });
    let word = |name: &str| {
        let told = told.as_ref()?;
        js_sys::Reflect::get(told, &name.into()).ok()?.as_string().filter(|word| !word.is_empty())
    };
    let (vendor, architecture) = (word("vendor"), word("architecture"));
    GpuInfo {
        vendor: vendor.unwrap_or(info.vendor),
        architecture: architecture.unwrap_or(info.architecture),
        software: info.software,
    }
}

/// Buffers on a GPU.
#[derive(Debug)]
pub(super) struct GpuMemory {
    gpu: Gpu,
    buffers: Vec<wgpu::Buffer>,
}

/// A plan with its pipelines and bindings.
#[derive(Debug)]
pub(super) struct GpuPlan {
    calls: Vec<(wgpu::ComputePipeline, wgpu::BindGroup, (u32, u32))>,
    pacing: Rc<RefCell<Pacing>>,
    /// When the last wait ended, in milliseconds.
    free_ms: Rc<Cell<f64>>,
}

impl GpuMemory {
    pub(super) fn write(&self, place: usize, words: &[u32]) -> Result<()> {
        self.gpu.check()?;
        self.gpu.0.queue.write_buffer(&self.buffers[place], 0, bytemuck::cast_slice(words));
        Ok(())
    }

    pub(super) async fn record(&self, calls: &[(&'static Kernel, Shape, Vec<usize>)]) -> Result<GpuPlan> {
        let mut ready = Vec::with_capacity(calls.len());
        for (kernel, shape, places) in calls {
            let pipeline = self.gpu.pipeline(kernel, *shape).await?;
            let entries: Vec<_> = (0..)
                .zip(places)
                .map(|(binding, &place)| wgpu::BindGroupEntry {
                    binding,
                    resource: self.buffers[place].as_entire_binding(),
                })
                .collect();
            let group = self.gpu.0.device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(kernel.name),
                layout: &pipeline.get_bind_group_layout(0),
                entries: &entries,
            });
            ready.push((pipeline, group, (kernel.groups)(shape)));
        }
        self.gpu.check()?;
        Ok(GpuPlan { calls: ready, pacing: Rc::default(), free_ms: Rc::default() })
    }

    /// Submits the plan so many times, each submit short, at most two of them waiting.
    pub(super) async fn run(&self, plan: &GpuPlan, times: usize, cancel: &Cancel) -> Result<()> {
        let Inner { device, queue, health, .. } = &*self.gpu.0;
        let mut waiting = std::collections::VecDeque::new();
        let mut left = times;
        while left > 0 || !waiting.is_empty() {
            // Work that was submitted is waited for also after a stop: buffers must not change under it.
            let stopped = cancel.is_stopped();
            if left > 0 && waiting.len() < IN_FLIGHT && !stopped {
                self.gpu.check()?;
                let runs = plan.pacing.borrow().runs().min(left);
                left -= runs;
                let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
                {
                    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
                    for _ in 0..runs {
                        for (pipeline, group, (x, y)) in &plan.calls {
                            pass.set_pipeline(pipeline);
                            pass.set_bind_group(0, group, &[]);
                            pass.dispatch_workgroups(*x, *y, 1);
                        }
                    }
                }
                let started = now_ms();
                let (one, receiver) = health.expect();
                queue.submit([encoder.finish()]);
                queue.on_submitted_work_done(move || answer(&one, true));
                waiting.push_back((runs, started, receiver));
                // The very first run is measured alone.
                if plan.pacing.borrow().runs() > 1 && waiting.len() < IN_FLIGHT && left > 0 {
                    continue;
                }
            }
            if let Some((runs, started, receiver)) = waiting.pop_front() {
                self.gpu.wait(receiver).await?;
                let now = now_ms();
                // Work that stood in the queue began when the work before it ended.
                plan.pacing.borrow_mut().learn(runs, now - started.max(plan.free_ms.get()));
                plan.free_ms.set(now);
                breathe().await;
            } else {
                cancel.check()?;
            }
        }
        cancel.check()
    }

    pub(super) async fn read(&self, places: &[usize]) -> Result<Vec<Vec<u32>>> {
        self.gpu.check()?;
        let Inner { device, queue, health, .. } = &*self.gpu.0;
        let size: u64 = places.iter().map(|&place| self.buffers[place].size()).sum();
        let scope = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let staging = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("read"),
            size,
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        if let Some(error) = scope.pop().await {
            return Err(trouble(&error));
        }
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut offset = 0;
        for &place in places {
            let length = self.buffers[place].size();
            encoder.copy_buffer_to_buffer(&self.buffers[place], 0, &staging, offset, length);
            offset += length;
        }
        queue.submit([encoder.finish()]);
        let (one, receiver) = health.expect();
        staging.map_async(wgpu::MapMode::Read, .., move |result| answer(&one, result.is_ok()));
        self.gpu.wait(receiver).await?;
        let mut read = Vec::with_capacity(places.len());
        {
            let mapped = staging.get_mapped_range(..).map_err(|error| lost(format!("reading back failed: {error}")))?;
            let mut offset = 0;
            for &place in places {
                let length = self.buffers[place].size() as usize;
                read.push(bytemuck::pod_collect_to_vec(&mapped[offset..offset + length]));
                offset += length;
            }
        }
        staging.unmap();
        Ok(read)
    }
}
