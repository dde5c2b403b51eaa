//! The ports of the use case.

use contracts::table::UserStatus;
use contracts::values::{Cause, EmailConfirmed, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

/// Finds the user of a link. IAM: `dynamodb:GetItem`.
pub trait FindVerification: Send + Sync + 'static {
    /// The user whose link it is, if it was ever mailed.
    fn find(&self, link: &LinkTokenHash) -> impl Future<Output = Result<Option<UserId>, StoreFault>> + Send;
}

/// Begins the confirmation of a verification. IAM: `dynamodb:UpdateItem`.
pub trait BeginConfirming: Send + Sync + 'static {
    /// Marks the verification as confirming, if its links work at this time or it is confirming already, and
    /// returns its task token. `None` if it is spent or absent, or its window is over.
    fn begin(
        &self,
        user: &UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<TaskToken>, StoreFault>> + Send;
}

/// Closes a verification. IAM: `dynamodb:UpdateItem`.
pub trait EndConfirming: Send + Sync + 'static {
    /// Marks the verification as spent, if it is confirming. A repeat changes nothing.
    fn end(&self, user: &UserId) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Reads the status of a sign-up. IAM: `dynamodb:GetItem`.
pub trait ReadStatus: Send + Sync + 'static {
    /// The status of the user's sign-up; `None` if there is none.
    fn status(&self, user: &UserId) -> impl Future<Output = Result<Option<UserStatus>, StoreFault>> + Send;
}

/// Completes waiting tasks. IAM: `states:SendTaskSuccess`.
pub trait CompleteTask: Send + Sync + 'static {
    fn complete(
        &self,
        token: &TaskToken,
        output: &EmailConfirmed,
    ) -> impl Future<Output = Result<Completion, TaskFault>> + Send;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    Completed,
    /// Nothing waits for this token: the task was completed before, has timed out, or is being tried again
    /// under another token.
    NotWaiting,
}

#[derive(Debug, thiserror::Error)]
pub enum TaskFault {
    /// There was no answer, or the call was throttled.
    #[error("the task cannot be completed right now")]
    Unavailable { source: Cause },
    /// The token or the output was refused: a retry would be refused as well.
    #[error("the completion of the task was refused")]
    Refused { source: Cause },
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn verifications(
        &self,
        table: String,
    ) -> impl FindVerification + BeginConfirming + EndConfirming + ReadStatus;
    fn tasks(&self) -> impl CompleteTask;
}
