//! The whole sign-up in one process, without an AWS account.
//!
//! [`LocalServer`] runs the deployed handlers and the deployed definition. The functions keep their AWS SDK clients, whose requests
//! go to the AWS APIs in the same process; for tools, these are served on loopback. The README lists what is real and what is emulated.

mod aws;
pub mod cli;
mod connections;
pub mod demo;
mod environment;
mod functions;
mod host;
mod http;
mod journal;
mod mail_events;
pub mod outbox;
mod private_file;
mod receive;
mod runner;
mod secrets;
mod serve;
pub mod server;
mod shutdown;
mod start_secrets;
pub mod webhooks;

pub use functions::functions;
pub use server::{LocalServer, Settings, StartupError};
pub use workflows::Contacts;
