//! The ports of the use case.

use contracts::values::{Cause, Timestamp, UserId};
pub use kit::StoreFault;
use kit::{Clock, StartError};

use crate::config::WebhookUrl;
use crate::event::{SignedEvent, WebhookEvent};
use crate::secret::Secret;

/// Keeps events until they are delivered. IAM: `dynamodb:PutItem`.
pub trait KeepEvent: Send + Sync + 'static {
    /// Keeps the event as undelivered, unless it is kept already. A repeat changes nothing.
    fn keep(&self, event: WebhookEvent) -> impl Future<Output = Result<Kept, StoreFault>> + Send;
}

/// Keeps what became of attempts. IAM: `dynamodb:UpdateItem`.
pub trait RecordAttempt: Send + Sync + 'static {
    /// Adds an attempt to the user's event.
    fn record(&self, user: &UserId, attempt: Attempt) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Knows what events are signed with. IAM: `secretsmanager:GetSecretValue`.
pub trait SigningSecret: Send + Sync + 'static {
    /// The secret.
    fn get(&self) -> impl Future<Output = Result<Secret, SecretFault>> + Send;
}

/// Sends events to the marketing endpoint. IAM: none; an HTTPS call.
pub trait Deliver: Send + Sync + 'static {
    /// Sends the event once; returns the status code of the answer, whatever it is.
    fn deliver(&self, event: &SignedEvent) -> impl Future<Output = Result<u16, NoAnswer>> + Send;
}

/// What is kept of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It is to be delivered, with the content that was kept first.
    Undelivered(WebhookEvent),
    /// It was delivered before.
    Delivered,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The endpoint took the event.
    Delivered {
        /// Now.
        at: Timestamp,
    },
    /// The endpoint did not.
    Failed {
        /// The status code of the answer, or why there was none.
        reason: String,
    },
}

/// The endpoint did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// Not in time.
    #[error("no answer in time")]
    InTime,
    /// There is no connection to it.
    #[error("the endpoint cannot be reached")]
    Unreachable,
    /// The connection ended before an answer came.
    #[error("the connection broke off")]
    BrokenOff,
}

/// The signing secret cannot be had or cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the signing secret cannot be used")]
pub struct SecretFault(#[source] pub Cause);

/// What the function is connected to: [`Aws`](kit::Aws), or doubles of it.
pub trait Clients {
    /// Deliveries in the table of this name.
    fn deliveries(&self, table: String) -> impl KeepEvent + RecordAttempt;
    /// The signing secret of this ARN.
    fn secret(&self, arn: String) -> impl SigningSecret;
    /// The endpoint at this address.
    ///
    /// # Errors
    ///
    /// If its client cannot be set up.
    fn endpoint(&self, url: WebhookUrl) -> Result<impl Deliver, StartError>;
    /// The clock.
    fn clock(&self) -> impl Clock;
}
