//! The `NotifyWebhook` function: reports what happens in sign-ups to the marketing endpoint. `README.md` is the contract page.

mod adapters;
mod app;
mod circuit;
mod config;
mod event;
mod network;
mod ports;
mod redelivery;
mod secret;

pub use adapters::dynamodb::DynamoDeliveries;
pub use adapters::http::{HttpEndpoint, Timeouts};
pub use adapters::secrets_manager::{CACHE_TIME, StoredSecret};
pub use app::{App, Settings};
pub use circuit::Circuit;
use config::Config;
pub use config::{InvalidWebhookUrl, WebhookUrl};
pub use event::{SignedEvent, WebhookEvent};
use kit::{Environment, Handler, StartError};
pub use network::{Network, UnknownNetwork};
pub use ports::{
    Answer, Attempt, Clients, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, SecretFault,
    ShareCircuit, SigningSecret, Store, StoreFault, TakeTokens,
};
pub use redelivery::{InvalidSchedule, Schedule};
pub use secret::{Secret, UnusableSecret};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit, or the client of the endpoint cannot be set up.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    Ok(Handler::task(App::new(
        clients.store(config.table),
        clients.secret(config.secret_arn),
        clients.endpoint(config.url)?,
        clients.clock(),
        config.app,
    )))
}
