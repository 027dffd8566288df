//! What an operation is to a device: a shader, its twin on the processor, and the buffers both work on.

use std::fmt::Write as _;

/// Sizes that shaders are specialised for: they become constants of the shader text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Shape {
    /// Series windows trained side by side; a multiple of [`Shape::BATCH_UNIT`].
    pub batch: u32,
    /// Steps of history that the network reads.
    pub encoder: u32,
    /// Steps of the future that the network runs through; 0 if it answers at the last step of history.
    pub decoder: u32,
    /// Inputs per step.
    pub features: u32,
    /// Units of the cell, see [`Shape::HIDDEN`].
    pub hidden: u32,
    /// Last steps that answer.
    pub head_steps: u32,
    /// Answers per step.
    pub outputs: u32,
    /// Whether answers are quantiles of one target (pinball loss) rather than one target each (squared error).
    pub quantiles: bool,
    /// Share of the head's inputs dropped while training, in thousandths.
    pub dropout: u32,
    /// Whether windows are drawn at random on the device rather than listed.
    pub sampled: bool,
    /// Calendar features among the inputs.
    pub calendar: u32,
    /// Columns known ahead among the inputs.
    pub planned: u32,
    /// Periods of the short season.
    pub season: u32,
    /// Periods of the long season; 0 if there is none.
    pub long_season: u32,
}

impl Shape {
    /// Batches are multiples of it.
    pub const BATCH_UNIT: u32 = 32;
    /// Sizes of a cell that kernels are written for.
    pub const HIDDEN: [u32; 2] = [32, 64];
    /// Terms of the long sums of the weights' gradient that are added in one piece.
    pub const GRADIENT_ROWS: u32 = 512;
    /// Rows of the head's gradient that are added in one piece.
    pub const HEAD_ROWS: u32 = 32;
    /// Threads of a workgroup of pointwise kernels.
    pub const LANES: u32 = 64;
    /// Threads of a workgroup of matrix kernels, the most that every device has.
    pub const THREADS: u32 = 256;

    /// All time steps.
    pub fn steps(&self) -> u32 {
        self.encoder + self.decoder
    }

    /// Rows of the cell's weights: inputs, units, one for the bias.
    pub fn rows(&self) -> u32 {
        self.features + self.hidden + 1
    }

    /// Number of the cell's weights.
    pub fn cell_weights(&self) -> u32 {
        self.rows() * self.hidden * 4
    }

    /// Number of the head's weights, biases included.
    pub fn head_weights(&self) -> u32 {
        (self.hidden + 1) * self.outputs
    }

    /// Number of all weights.
    pub fn weights(&self) -> u32 {
        self.cell_weights() + self.head_weights()
    }

    /// Rows of the head: answering steps of all windows.
    pub fn head_batch(&self) -> u32 {
        self.head_steps * self.batch
    }

    /// Targets per answering step.
    pub fn targets(&self) -> u32 {
        if self.quantiles { 1 } else { self.outputs }
    }

    /// Pieces of the weights' gradient.
    pub fn pieces(&self) -> u32 {
        (self.steps() * self.batch).div_ceil(Self::GRADIENT_ROWS)
    }

    /// Pieces of the head's gradient.
    pub fn head_pieces(&self) -> u32 {
        self.head_batch() / Self::HEAD_ROWS
    }

    /// Workgroups of the kernels that go over all weights.
    pub fn weight_groups(&self) -> u32 {
        self.weights().div_ceil(Self::LANES)
    }

    /// Workgroups of the loss.
    pub fn loss_groups(&self) -> u32 {
        self.head_batch().div_ceil(Self::LANES)
    }

    /// Rows of the batch that a workgroup of the forward pass holds: one thread a unit, several rows a thread.
    pub fn forward_rows(&self) -> u32 {
        16
    }

    /// Rows of the batch that a workgroup of the backward pass holds.
    pub fn backward_rows(&self) -> u32 {
        8
    }

    /// Weight rows that a workgroup of the weights' gradient computes.
    pub fn gradient_tile(&self) -> u32 {
        4 * Self::THREADS / self.hidden
    }

    /// Value of a constant that shader texts may name.
    fn constant(&self, name: &str) -> Option<u32> {
        Some(match name {
            "BATCH" => self.batch,
            "ENCODER" => self.encoder,
            "DECODER" => self.decoder,
            "STEPS" => self.steps(),
            "FEATURES" => self.features,
            "HIDDEN" => self.hidden,
            "ROWS" => self.rows(),
            "CELL_WEIGHTS" => self.cell_weights(),
            "HEAD_WEIGHTS" => self.head_weights(),
            "WEIGHTS" => self.weights(),
            "HEAD_STEPS" => self.head_steps,
            "HEAD_BATCH" => self.head_batch(),
            "OUTPUTS" => self.outputs,
            "TARGETS" => self.targets(),
            "QUANTILES" => u32::from(self.quantiles),
            "DROPOUT" => self.dropout,
            "SAMPLED" => u32::from(self.sampled),
            "CALENDAR" => self.calendar,
            "PLANNED" => self.planned,
            "SEASON" => self.season,
            "LONG_SEASON" => self.long_season,
            "PIECES" => self.pieces(),
            "HEAD_PIECES" => self.head_pieces(),
            "WEIGHT_GROUPS" => self.weight_groups(),
            "GRADIENT_ROWS" => Self::GRADIENT_ROWS,
            "HEAD_ROWS" => Self::HEAD_ROWS,
            "GROUPS" => Self::THREADS / self.hidden,
            "FORWARD_ROWS" => self.forward_rows(),
            "FORWARD_EACH" => self.forward_rows() * self.hidden / Self::THREADS,
            "BACKWARD_ROWS" => self.backward_rows(),
            "BACKWARD_EACH" => self.backward_rows() * self.hidden / Self::THREADS,
            "GRADIENT_TILE" => self.gradient_tile(),
            _ => return None,
        })
    }

    /// The shader text for these sizes: `{NAME}` becomes the constant of that name, and the text between
    /// `//# each v NAME` and `//# end` is repeated that often with `$v` counting from 0, because loops over registers
    /// that the compiler does not unroll end in memory.
    pub fn shader(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        let mut repeated: Option<(&str, u32, String)> = None;
        for line in template.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            match (words.as_slice(), &mut repeated) {
                (["//#", "each", variable, count], None) => {
                    let times = self.constant(count).or_else(|| count.parse().ok()).unwrap_or(0);
                    repeated = Some((*variable, times, String::new()));
                }
                (["//#", "end"], Some((variable, times, body))) => {
                    let mark = format!("${variable}");
                    for place in 0..*times {
                        text.push_str(&body.replace(&mark, &place.to_string()));
                    }
                    repeated = None;
                }
                (_, Some((_, _, body))) => {
                    body.push_str(line);
                    body.push('\n');
                }
                (_, None) => {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
        self.constants(&text)
    }

    fn constants(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            filled.push_str(before);
            let name_length = after[1..].bytes().take_while(|byte| byte.is_ascii_uppercase() || *byte == b'_').count();
            let closed = after[1 + name_length..].starts_with('}');
            match self.constant(&after[1..=name_length]).filter(|_| closed) {
                Some(value) => {
                    // Writing to a string cannot fail.
                    let _ = write!(filled, "{value}u");
                    rest = &after[name_length + 2..];
                }
                None => {
                    filled.push('{');
                    rest = &after[1..];
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

/// How a kernel uses a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reads it.
    Read,
    /// Reads and writes it.
    Write,
}

/// One buffer of a kernel.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Its name, the same wherever the buffer is used.
    pub name: &'static str,
    /// Whether the kernel changes it.
    pub access: Access,
}

/// The twin of a shader on the processor: works on the same buffers, in the order of the bindings.
pub type Twin = fn(&Shape, &mut [Vec<u32>]);

/// One operation.
pub struct Kernel {
    /// Name, also of its files.
    pub name: &'static str,
    /// Text of its shader, see [`Shape::shader`]; the entry point is `main`.
    pub wgsl: &'static str,
    /// The same operation on the processor.
    pub cpu: Twin,
    /// Its buffers, in binding order; at most eight.
    pub bindings: &'static [Binding],
    /// Workgroups along x and y.
    pub groups: fn(&Shape) -> (u32, u32),
    /// Largest difference allowed between shader and twin, relative to the larger of the value and the second number.
    pub tolerance: (f32, f32),
}

/// Inputs of one comparison.
pub struct Case {
    /// Sizes.
    pub shape: Shape,
    /// Contents of the buffers, in binding order; those that are only written hold the sentinel.
    pub buffers: Vec<Vec<u32>>,
}

/// Makes the inputs of a kernel's comparisons.
pub type Cases = fn() -> Vec<Case>;

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel").field("name", &self.name).finish_non_exhaustive()
    }
}
