//! The `ServePages` function: the pages on which people sign up and confirm, and the public keys of the webhook. `README.md` is
//! the contract page.

mod app;
mod assets;
mod config;
mod language;
mod pages;
mod public_keys;
mod words;

pub use app::App;
use config::Config;
use kit::{Environment, Handler, StartError};
pub use language::Language;
pub use public_keys::{InvalidPublicKeys, PublicKeys};

/// The function. It has no clients: its pages call the API like any other client.
///
/// # Errors
///
/// If a setting does not fit.
pub fn handler(environment: Environment) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    Ok(Handler::api("ServePages", App::new(config.webhook_keys)))
}
