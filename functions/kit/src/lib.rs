//! What every function's `main` shares: how a raw event becomes a call of the use case, and how what comes
//! of it gets the name that a workflow can match.
//!
//! - [`Handler`]: a task, a callback task or an API function, from raw JSON to raw JSON; [`run`] serves it as
//!   a Lambda.
//! - [`api`]: requests, responses, problem documents, and the table of routes.
//! - [`aws`]: the configuration that all clients share, and what is kept of a failed call.
//! - [`Environment`]: settings, read once, with all that is missing in one error.
//! - [`Clock`] and [`StoreFault`]: the port, and the fault of a port, that use cases share.

pub mod api;
pub mod aws;
mod clock;
mod environment;
mod failure;
mod handler;
mod store_fault;
mod telemetry;

pub use clock::{Clock, SystemClock};
pub use environment::{Environment, MissingSettings};
pub use failure::{Failure, chain};
pub use handler::{CallbackFunction, Handler, TaskFunction, run};
pub use store_fault::StoreFault;
pub use telemetry::init_telemetry;

/// What ends a function's process before it serves its first event.
pub type StartError = lambda_runtime::Error;
