//! Where networks are computed: the processor or a GPU behind one type.
//!
//! A [`Plan`] is a list of kernel calls on named buffers, recorded once. [`Device::allocate`] gives a [`Memory`]: the
//! buffers themselves, on which plans are run. [`Memory::read`] is the place that waits for results.

mod gpu;
mod memory;
mod pacing;

pub use gpu::{Gpu, GpuInfo, NO_MEMORY};
pub use memory::{Layout, Memory, Plan, Recorded};

use crate::error::{Error, Result};

pub use crate::kernels::{Access, Binding, Case, Cases, Kernel, Shape, Twin};

/// CPU execution.
#[derive(Debug, Clone, Default)]
pub struct Cpu;

/// A place to compute.
#[derive(Debug, Clone)]
pub enum Device {
    /// The processor.
    Cpu(Cpu),
    /// A graphics processor through WebGPU, Vulkan, Metal or Direct3D.
    Gpu(Gpu),
}

/// Which device to look for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// A real GPU if there is one, else the processor.
    #[default]
    Auto,
    /// A GPU, be it one made of software.
    Gpu,
    /// The processor.
    Cpu,
}

impl std::str::FromStr for DeviceChoice {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(Self::Auto),
            "gpu" => Ok(Self::Gpu),
            "cpu" => Ok(Self::Cpu),
            other => {
                Err(Error::usage("unknown-device", format!("\"{other}\" is no device")).remedy("use auto, gpu or cpu"))
            }
        }
    }
}

/// What was found, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DeviceInfo {
    /// `gpu` or `cpu`.
    pub kind: String,
    /// Maker of the GPU; empty on the processor.
    pub vendor: String,
    /// Family of the GPU; empty on the processor.
    pub architecture: String,
    /// Why it is the processor: `chosen`, `none` (no adapter), `software` (only a software adapter), `refused` (no
    /// device given) or `wrong` (it failed its known answers); empty on a GPU.
    pub reason: String,
}

impl Device {
    /// Looks for a device. Never fails for want of a GPU: then it is the processor, and the reason is told.
    pub async fn start(choice: DeviceChoice) -> (Self, DeviceInfo) {
        let on_cpu = |reason: &str| {
            let info = DeviceInfo { kind: "cpu".into(), reason: reason.into(), ..DeviceInfo::default() };
            (Self::Cpu(Cpu), info)
        };
        if choice == DeviceChoice::Cpu {
            return on_cpu("chosen");
        }
        match Gpu::start(choice == DeviceChoice::Gpu).await {
            Ok(gpu) => {
                let GpuInfo { vendor, architecture, .. } = gpu.info().clone();
                let info = DeviceInfo { kind: "gpu".into(), vendor, architecture, reason: String::new() };
                (Self::Gpu(gpu), info)
            }
            Err(error) => on_cpu(error.code().strip_prefix("gpu-").unwrap_or("refused")),
        }
    }

    /// Whether it is a GPU.
    pub fn is_gpu(&self) -> bool {
        matches!(self, Self::Gpu(_))
    }

    /// Makes the buffers of a layout, filled with zeros.
    ///
    /// # Errors
    /// A device error if a GPU has not the memory or is gone.
    pub async fn allocate(&self, layout: &Layout) -> Result<Memory> {
        match self {
            Self::Cpu(_) => Ok(Memory::on_cpu(layout)),
            Self::Gpu(gpu) => Memory::on_gpu(gpu, layout).await,
        }
    }
}
