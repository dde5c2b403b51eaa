//! The ports of the use case.

use contracts::sign_up::SignUpInput;
use contracts::values::{Cause, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

use crate::fingerprint::{Fingerprint, RequestHash};

/// Records accepted sign-ups. IAM: `dynamodb:PutItem`, `dynamodb:GetItem`.
pub trait AcceptSignUp: Send + Sync + 'static {
    /// Records the sign-up as accepted, unless its idempotency key has made one before. A repeat changes
    /// nothing.
    fn accept(&self, acceptance: &Acceptance) -> impl Future<Output = Result<Accepted, StoreFault>> + Send;
}

/// Starts sign-ups. IAM: `states:StartExecution`.
pub trait StartSignUp: Send + Sync + 'static {
    /// Starts the workflow under the user's id. One that was started before counts as started.
    fn start(&self, input: &SignUpInput) -> impl Future<Output = Result<(), StartFault>> + Send;
}

/// A sign-up to accept. Nothing in it is personal.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Its id, if it is new.
    pub user_id: UserId,
    pub fingerprint: Fingerprint,
    /// The hash of the client's idempotency key.
    pub request: Option<RequestHash>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    New,
    /// An earlier one with the same idempotency key.
    Before {
        user_id: UserId,
        fingerprint: Fingerprint,
    },
}

/// The workflow cannot be started right now.
#[derive(Debug, thiserror::Error)]
#[error("the workflow cannot be started right now")]
pub struct StartFault(#[source] pub Cause);

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn sign_ups(&self, table: String) -> impl AcceptSignUp;
    fn workflow(&self, state_machine: String) -> impl StartSignUp;
}
