//! The ports of the use case.

use std::time::Duration;

use contracts::values::{Cause, Timestamp};
pub use kit::StoreFault;
pub use kit::limit::TakeTokens;
use kit::{HasClock, StartError};

use crate::circuit::Circuit;
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
    /// Adds what happened to the event. Idempotent, but for the number of attempts.
    fn record(
        &self,
        event: &WebhookEvent,
        attempt: Attempt,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Stores the endpoint's circuit, which all functions share. IAM: `dynamodb:GetItem` and `dynamodb:UpdateItem`.
pub trait ShareCircuit: Send + Sync + 'static {
    /// The circuit of the endpoint with this hash. It may be some milliseconds old.
    fn circuit(&self, endpoint: &str) -> impl Future<Output = Result<Circuit, StoreFault>> + Send;

    /// Changes the circuit, unless another function has changed it since it was `from`; returns whether it was changed.
    fn change(
        &self,
        endpoint: &str,
        from: Circuit,
        to: Circuit,
    ) -> impl Future<Output = Result<bool, StoreFault>> + Send;
}

/// Provides the secret that events are signed with. IAM: `secretsmanager:GetSecretValue`.
pub trait SigningSecret: Send + Sync + 'static {
    fn get(&self) -> impl Future<Output = Result<Secret, SecretFault>> + Send;
}

/// Sends events to the marketing endpoint. IAM: none; an HTTPS call.
pub trait Deliver: Send + Sync + 'static {
    /// Sends the event once, and returns the answer, even if it is an error.
    fn deliver(&self, event: &SignedEvent) -> impl Future<Output = Result<Answer, NoResponse>> + Send;
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
    /// There will be no other attempt. An event that was delivered meanwhile stays delivered.
    GivenUp,
}

/// An answer of the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The time in its `Retry-After`, whatever its form there.
    pub retry_after: Option<Duration>,
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

/// What the function does with the table.
pub trait Store: KeepEvent + RecordAttempt + ShareCircuit + TakeTokens {}

impl<S: KeepEvent + RecordAttempt + ShareCircuit + TakeTokens> Store for S {}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn store(&self, table: String) -> impl Store;
    fn secret(&self, arn: String) -> impl SigningSecret;
    /// The endpoint at this address.
    ///
    /// # Errors
    ///
    /// If its client cannot be set up.
    fn endpoint(&self, url: WebhookUrl) -> Result<impl Deliver, StartError>;
}
