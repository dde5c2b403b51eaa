#![doc = include_str!("../README.md")]

pub mod api;
pub mod aws;
mod clock;
mod environment;
mod failure;
mod handler;
pub mod https;
pub mod limit;
mod loopback;
mod queue;
mod start;
mod store_fault;
mod telemetry;
#[cfg(feature = "test-support")]
pub mod testing;

pub use aws::Aws;
pub use clock::{Clock, HasClock, SystemClock};
pub use environment::{Environment, MissingSettings};
pub use failure::{Failure, chain};
pub use handler::{CallbackFunction, Handler, TaskFunction, TaskMetadata};
pub use loopback::is_loopback;
pub use queue::QueueFunction;
pub use start::{StartError, start};
pub use store_fault::StoreFault;
