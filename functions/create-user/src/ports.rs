//! The ports of the use case.

use contracts::sign_up::SignUpInput;
use contracts::values::{Cause, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;
/// Limits sign-ups. IAM: `dynamodb:UpdateItem`.
pub use kit::limit::TakeTokens;

use crate::fingerprint::{Fingerprint, RequestHash};

/// Stores accepted sign-ups. IAM: `dynamodb:PutItem`, `dynamodb:GetItem`.
pub trait AcceptSignUp: Send + Sync + 'static {
    /// Stores the sign-up as `pending`, unless its idempotency key was used before. Idempotent.
    fn accept(
        &self,
        acceptance: &Acceptance,
    ) -> impl Future<Output = Result<AcceptResult, StoreFault>> + Send;
}

/// Starts sign-ups. IAM: `states:StartExecution`.
pub trait StartSignUp: Send + Sync + 'static {
    /// Starts the workflow with the user's id as its name. Idempotent.
    fn start(&self, input: &SignUpInput) -> impl Future<Output = Result<(), StartFault>> + Send;
}

/// A sign-up to accept. Nothing in it is personal.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// The id, if the sign-up is new.
    pub user_id: UserId,
    pub fingerprint: Fingerprint,
    /// The hash of the client's idempotency key for this address.
    pub request: Option<RequestHash>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcceptResult {
    New,
    /// The idempotency key was used before, for this sign-up.
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
    fn tokens(&self, table: String) -> impl TakeTokens;
    fn workflow(&self, state_machine: String) -> impl StartSignUp;
}
