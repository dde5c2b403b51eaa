//! Tells marketing about a conversion. The README is this function's contract page.

mod adapters;
mod app;
mod config;
mod event;
mod ports;
mod secret;

pub use adapters::dynamodb::DynamoDeliveries;
pub use adapters::http::{HttpEndpoint, TimeLimits};
pub use adapters::secrets_manager::{KEPT_FOR, StoredSecret};
pub use app::App;
pub use config::{Config, InvalidConfig, InvalidWebhookUrl, WebhookUrl};
pub use event::{Event, SignedEvent};
pub use ports::{
    Attempt, Deliver, KeepEvent, Kept, NoAnswer, RecordAttempt, SecretFault, SigningSecret, StoreFault,
};
pub use secret::{Secret, UnusableSecret};
