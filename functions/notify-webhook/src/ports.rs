//! The ports of the use case.

use contracts::values::{Cause, Timestamp, UserId};
pub use kit::StoreFault;
use kit::{HasClock, StartError};

use crate::config::WebhookUrl;
use crate::event::{SignedEvent, WebhookEvent};
use crate::secret::Secret;

/// Stores events until they are delivered. IAM: `dynamodb:PutItem`.
pub trait KeepEvent: Send + Sync + 'static {
    /// Stores the event as `undelivered`, unless it is already stored. Idempotent.
    fn keep(&self, event: WebhookEvent) -> impl Future<Output = Result<KeepResult, StoreFault>> + Send;
}

/// Stores attempts. IAM: `dynamodb:UpdateItem`.
pub trait RecordAttempt: Send + Sync + 'static {
    /// Adds an attempt to the user's event.
    fn record(&self, user: &UserId, attempt: Attempt) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Provides the secret that events are signed with. IAM: `secretsmanager:GetSecretValue`.
pub trait SigningSecret: Send + Sync + 'static {
    fn get(&self) -> impl Future<Output = Result<Secret, SecretFault>> + Send;
}

/// Sends events to the marketing endpoint. IAM: none; an HTTPS call.
pub trait Deliver: Send + Sync + 'static {
    /// Sends the event once, and returns the status code, even of an error.
    fn deliver(&self, event: &SignedEvent) -> impl Future<Output = Result<u16, NoResponse>> + Send;
}

/// The delivery of a stored event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeepResult {
    /// To be delivered, with the content that was stored first.
    Undelivered(WebhookEvent),
    Delivered,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    Delivered {
        at: Timestamp,
    },
    Failed {
        /// The status code, or the reason that there was none.
        reason: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoResponse {
    #[error("no response in time")]
    Timeout,
    #[error("the endpoint's name has an address that is not public")]
    ForbiddenAddress,
    #[error("the endpoint cannot be reached")]
    Unreachable,
    #[error("the connection was lost")]
    ConnectionLost,
}

#[derive(Debug, thiserror::Error)]
#[error("the signing secret cannot be used")]
pub struct SecretFault(#[source] pub Cause);

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn deliveries(&self, table: String) -> impl KeepEvent + RecordAttempt;
    fn secret(&self, arn: String) -> impl SigningSecret;
    /// The endpoint at this address.
    ///
    /// # Errors
    ///
    /// If its client cannot be set up.
    fn endpoint(&self, url: WebhookUrl) -> Result<impl Deliver, StartError>;
}
