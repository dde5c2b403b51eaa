//! The ports of the use case.

use contracts::values::{Cause, RecipientHash, TaskToken, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

/// Suppresses mails to addresses. IAM: `dynamodb:UpdateItem`.
pub trait SuppressAddress: Send + Sync + 'static {
    /// Suppresses mails to this address until then, unless they are suppressed for longer. Idempotent.
    fn suppress(
        &self,
        recipient: &RecipientHash,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Marks sign-ups whose mails bounce. IAM: `dynamodb:UpdateItem`.
pub trait MarkSignUp: Send + Sync + 'static {
    /// Marks the verification, unless it is confirmed, so that the next attempt of its task ends the wait if none waits now. Returns
    /// the newest task; `None` if the sign-up has ended or is confirmed. Idempotent.
    fn mark(
        &self,
        user: &UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<TaskToken>, StoreFault>> + Send;
}

/// Ends the wait for a confirmation. IAM: `states:SendTaskFailure`.
pub trait EndWait: Send + Sync + 'static {
    /// Fails the task with [`AddressSuppressed`](contracts::values::AddressSuppressed), which the workflow catches.
    fn end(&self, task: &TaskToken) -> impl Future<Output = Result<Ended, TaskFault>> + Send;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Ended,
    /// No task waits for this token: the next attempt finds the mark, or the sign-up has ended.
    NotWaiting,
}

#[derive(Debug, thiserror::Error)]
pub enum TaskFault {
    /// There was no response, or the call was throttled.
    #[error("the workflow cannot be reached right now")]
    Unavailable { source: Cause },
    /// The token was rejected, which a retry does not change.
    #[error("the end of the wait was rejected")]
    Rejected { source: Cause },
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn suppressions(&self, table: String) -> impl SuppressAddress + MarkSignUp;
    fn tasks(&self) -> impl EndWait;
}
