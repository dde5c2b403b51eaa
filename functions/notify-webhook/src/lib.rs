//! The `NotifyWebhook` function: reports a new sign-up to the marketing endpoint. `README.md` is the contract page.

mod adapters;
mod app;
mod config;
mod event;
mod network;
mod ports;
mod secret;

pub use adapters::dynamodb::DynamoDeliveries;
pub use adapters::http::{HttpEndpoint, Timeouts};
pub use adapters::secrets_manager::{CACHE_TIME, StoredSecret};
pub use app::App;
use config::Config;
pub use config::{InvalidWebhookUrl, WebhookUrl};
pub use event::{SignedEvent, WebhookEvent};
use kit::{Environment, Handler, StartError};
pub use network::{Network, UnknownNetwork};
pub use ports::{
    Attempt, Clients, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, SecretFault, SigningSecret,
    StoreFault,
};
pub use secret::{Secret, UnusableSecret};

/// The function, connected to its clients.
///
/// # Errors
///
/// If a setting is missing or does not fit, or the client of the endpoint cannot be set up.
pub fn handler(environment: Environment, clients: &impl Clients) -> Result<Handler, StartError> {
    let config = Config::from_env(environment)?;
    Ok(Handler::task(App::new(
        clients.deliveries(config.table),
        clients.secret(config.secret_arn),
        clients.endpoint(config.url)?,
        clients.clock(),
    )))
}
