//! The network's operations: each is a shader, its twin on the processor, and one row of [`KERNELS`].
//!
//! To add one: `name.wgsl`, `name.rs` with a function of that name, a [`Kernel`] here, and its row with cases on which
//! both are compared.
//! Shapes become constants of the shader text ([`Shape::shader`]). Twins are the reference: same order of bindings,
//! same buffers, results equal within the tolerance.
//!
//! A crate of its own because the browser build compiles it for speed and everything else for size. What reading a file
//! does with every byte or line, which is no operation of the network, is here for that too: [`marks`], [`keys`],
//! [`decimal`] and [`sums`]; so are the inner loops of exponential smoothing, [`smoothing`], and
//! of ARIMA, [`innovations`].

pub mod decimal;
mod kernel;
pub mod innovations;
pub mod keys;
pub mod marks;
pub mod math;
pub mod product;
pub mod smoothing;
pub mod sums;
mod adam;
mod cases;
mod gather;
mod linear;
mod linear_gradient;
mod loss;
mod lstm_backward;
mod lstm_forward;
mod reduce;
mod weight_gradient;

pub use adam::transpose;
pub use gather::{MISSING, OWN_FEATURES, SCALES, TABLE, WINDOW};
pub use kernel::{Access, Binding, Case, Cases, Kernel, Shape, Twin};

/// Contents of buffers that a kernel should write, before it does.
pub const SENTINEL: u32 = 0xC640_E400; // -12345.0

const fn reads(name: &'static str) -> Binding {
    Binding { name, access: Access::Read }
}

const fn writes(name: &'static str) -> Binding {
    Binding { name, access: Access::Write }
}

fn lanes(count: u32) -> (u32, u32) {
    (count.div_ceil(Shape::LANES), 1)
}

/// Cuts windows out of the resident panel.
pub static GATHER: Kernel = Kernel {
    name: "gather",
    wgsl: include_str!("gather.wgsl"),
    cpu: gather::gather,
    bindings: &[
        reads("state"),
        reads("table"),
        reads("windows"),
        reads("panel"),
        reads("scales"),
        reads("calendar"),
        writes("inputs"),
        writes("targets"),
    ],
    groups: |shape| lanes((shape.steps() * shape.batch).max(shape.head_batch() * shape.targets())),
    // Differences and products of single numbers; a shader's compiler may fuse a product with a sum.
    tolerance: (1e-5, 1.0),
};

/// All time steps of the cell.
pub static LSTM_FORWARD: Kernel = Kernel {
    name: "lstm_forward",
    wgsl: include_str!("lstm_forward.wgsl"),
    cpu: lstm_forward::lstm_forward,
    bindings: &[reads("weights"), reads("inputs"), writes("gates"), writes("hidden"), writes("cells")],
    groups: |shape| (shape.batch / shape.forward_rows(), 1),
    // Sums of about a hundred terms near 1 (1e-5 at worst), carried on over the steps by gates that shrink them.
    tolerance: (5e-5, 1.0),
};

/// The head.
pub static LINEAR: Kernel = Kernel {
    name: "linear",
    wgsl: include_str!("linear.wgsl"),
    cpu: linear::linear,
    bindings: &[reads("weights"), reads("hidden"), reads("state"), writes("answers")],
    groups: |shape| lanes(shape.head_batch() * shape.outputs),
    // One sum of at most 65 terms below 1.
    tolerance: (1e-5, 1.0),
};

/// The loss and its slope.
pub static LOSS: Kernel = Kernel {
    name: "loss",
    wgsl: include_str!("loss.wgsl"),
    cpu: loss::loss,
    bindings: &[reads("answers"), reads("targets"), reads("levels"), writes("answer_gradient"), writes("losses")],
    groups: |shape| (shape.loss_groups(), 1),
    // Sums of some thousand terms of one sign.
    tolerance: (2e-5, 1e-5),
};

/// Backwards through the head.
pub static LINEAR_GRADIENT: Kernel = Kernel {
    name: "linear_gradient",
    wgsl: include_str!("linear_gradient.wgsl"),
    cpu: linear_gradient::linear_gradient,
    bindings: &[
        reads("weights"),
        reads("hidden"),
        reads("answer_gradient"),
        reads("state"),
        writes("hidden_gradient"),
        writes("head_pieces"),
    ],
    groups: |shape| (shape.head_pieces(), 1),
    // Sums of at most 32 terms below 1.
    tolerance: (1e-5, 1.0),
};

/// All time steps of the cell backwards.
pub static LSTM_BACKWARD: Kernel = Kernel {
    name: "lstm_backward",
    wgsl: include_str!("lstm_backward.wgsl"),
    cpu: lstm_backward::lstm_backward,
    bindings: &[reads("transposed"), writes("gates"), reads("cells"), reads("hidden_gradient")],
    groups: |shape| (shape.batch / shape.backward_rows(), 1),
    // Sums of 256 terms near 1 a step, as forwards.
    tolerance: (1e-4, 1.0),
};

/// Gradient of the cell's weights.
pub static WEIGHT_GRADIENT: Kernel = Kernel {
    name: "weight_gradient",
    wgsl: include_str!("weight_gradient.wgsl"),
    cpu: weight_gradient::weight_gradient,
    bindings: &[reads("inputs"), reads("hidden"), reads("gates"), writes("pieces")],
    groups: |shape| (shape.rows().div_ceil(shape.gradient_tile()), shape.pieces()),
    // Sums of 512 terms near 1: rounding grows with the number of terms at worst.
    tolerance: (1e-4, 1.0),
};

/// Adds the pieces of all gradients.
pub static REDUCE: Kernel = Kernel {
    name: "reduce",
    wgsl: include_str!("reduce.wgsl"),
    cpu: reduce::reduce,
    bindings: &[reads("pieces"), reads("head_pieces"), writes("gradient"), writes("norms"), writes("state")],
    groups: |shape| (shape.weight_groups(), 1),
    // The same order of a few dozen terms; the sum of squares has 64 of one sign.
    tolerance: (2e-5, 1.0),
};

/// Moves the weights.
pub static ADAM: Kernel = Kernel {
    name: "adam",
    wgsl: include_str!("adam.wgsl"),
    cpu: adam::adam,
    bindings: &[
        writes("weights"),
        writes("moments"),
        writes("transposed"),
        reads("gradient"),
        reads("norms"),
        reads("state"),
    ],
    groups: |shape| (shape.weight_groups(), 1),
    // The bias correction 1 - 0.999^n loses four digits in single precision, in a step of a hundredth of a weight.
    tolerance: (1e-5, 1.0),
};

/// Every operation with the inputs on which shader and twin are compared. These stand beside the operations, not in them,
/// so that they are no part of a program that compares nothing.
pub static KERNELS: [(&Kernel, Cases); 9] = [
    (&GATHER, cases::gather),
    (&LSTM_FORWARD, cases::lstm_forward),
    (&LINEAR, cases::linear),
    (&LOSS, cases::loss),
    (&LINEAR_GRADIENT, cases::linear_gradient),
    (&LSTM_BACKWARD, cases::lstm_backward),
    (&WEIGHT_GRADIENT, cases::weight_gradient),
    (&REDUCE, cases::reduce),
    (&ADAM, cases::adam),
];
