//! The ports of the use case.

use contracts::sign_up::SignUpInput;
use contracts::values::{Cause, Timestamp, UserId};
use kit::Clock;
pub use kit::StoreFault;

use crate::fingerprint::{Fingerprint, RequestHash};

/// Keeps accepted sign-ups. IAM: `dynamodb:PutItem`, `dynamodb:GetItem`.
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

/// A sign-up that is to be accepted. Nothing in it is personal.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// The id that it gets if it is new.
    pub user_id: UserId,
    /// What tells whether a repeat asks for the same.
    pub fingerprint: Fingerprint,
    /// What stands for the client's idempotency key.
    pub request: Option<RequestHash>,
    /// Now.
    pub at: Timestamp,
}

/// What is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// This sign-up.
    New,
    /// Another one, which the same idempotency key made.
    Before {
        /// The id that it has.
        user_id: UserId,
        /// What was asked for.
        fingerprint: Fingerprint,
    },
}

/// The workflow cannot be started right now.
#[derive(Debug, thiserror::Error)]
#[error("the workflow cannot be started right now")]
pub struct StartFault(#[source] pub Cause);

/// What the function is connected to: [`Aws`](kit::Aws), or doubles of it.
pub trait Clients {
    /// Accepted sign-ups in the table of this name.
    fn sign_ups(&self, table: String) -> impl AcceptSignUp;
    /// The state machine of this ARN.
    fn workflow(&self, state_machine: String) -> impl StartSignUp;
    /// The clock.
    fn clock(&self) -> impl Clock;
}
