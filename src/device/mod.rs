//! Where networks are computed: the CPU or a GPU behind one type.

/// CPU execution.
#[derive(Debug, Clone, Default)]
pub struct Cpu;

/// A place to compute.
#[derive(Debug, Clone)]
pub enum Device {
    /// The processor.
    Cpu(Cpu),
}
