//! The whole sign-up in one process, with no AWS account.
//!
//! The handlers and the definition are those of AWS, and so are the functions' clients: the [`Suite`] serves the
//! few AWS APIs that they call on loopback. The README says what is real here and what is not.

mod aws;
pub mod cli;
pub mod demo;
mod environment;
mod functions;
mod http;
mod journal;
pub mod outbox;
mod private_file;
mod runner;
mod secrets;
mod serve;
mod stop;
pub mod suite;
pub mod webhooks;

pub use functions::functions;
pub use suite::{Settings, StartError, Suite};
