//! The whole sign-up in one process, without an AWS account.
//!
//! [`Suite`] runs the deployed handlers and the deployed definition. The functions keep their AWS SDK clients: the suite
//! serves the AWS APIs that they call on loopback. The README lists what is real and what is emulated.

mod aws;
pub mod cli;
pub mod demo;
mod environment;
mod functions;
mod host;
mod http;
mod journal;
pub mod outbox;
mod private_file;
mod runner;
mod secrets;
mod serve;
mod shutdown;
pub mod suite;
pub mod webhooks;

pub use functions::functions;
pub use suite::{Settings, StartError, Suite};
