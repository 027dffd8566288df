//! The network: one LSTM over all series, its buffers on a device, its training and its answers.

pub mod bench;
mod data;
mod network;
mod train;

pub use data::Data;
pub use network::{Network, starting_weights};
pub use train::{Checkpoint, Progressed, TrainOptions, train};

/// The value of a future that never waits: on the processor all device futures are such.
///
/// # Errors
/// Fails if the future does wait.
pub fn block_on_ready<T>(future: impl Future<Output = crate::Result<T>>) -> crate::Result<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => Err(crate::Error::internal("work on the processor waited for something")),
    }
}
