//! The ports of the use case.

use contracts::table::UserStatus;
use contracts::values::{Cause, EmailConfirmed, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::Clock;
pub use kit::StoreFault;

/// Finds out whose verification a link is for. IAM: `dynamodb:GetItem`.
pub trait FindVerification: Send + Sync + 'static {
    /// The user that the link was mailed to, if it was mailed.
    fn find(&self, link: &LinkTokenHash) -> impl Future<Output = Result<Option<UserId>, StoreFault>> + Send;
}

/// Claims a verification for its completion. IAM: `dynamodb:UpdateItem`.
pub trait BeginConfirming: Send + Sync + 'static {
    /// Marks the verification as confirming, if its links work at this moment or if it is confirming already,
    /// and hands out what completes its task. `None` if it is spent, its window is over or it is gone.
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

/// Reads where a sign-up stands. IAM: `dynamodb:GetItem`.
pub trait ReadStatus: Send + Sync + 'static {
    /// Where the user's sign-up stands; `None` if there is none.
    fn status(&self, user: &UserId) -> impl Future<Output = Result<Option<UserStatus>, StoreFault>> + Send;
}

/// Completes waiting tasks. IAM: `states:SendTaskSuccess`.
pub trait CompleteTask: Send + Sync + 'static {
    /// Completes the task that the token is of.
    fn complete(
        &self,
        token: &TaskToken,
        output: &EmailConfirmed,
    ) -> impl Future<Output = Result<Completion, TaskFault>> + Send;
}

/// What became of a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// The task is complete.
    Completed,
    /// Nothing waits for this token: the task was completed before, has timed out, or is being tried again
    /// under another token.
    NotWaiting,
}

/// Why it is not known to be complete.
#[derive(Debug, thiserror::Error)]
pub enum TaskFault {
    /// There was no answer, or one that asked to be called less often.
    #[error("the task cannot be completed right now")]
    Unavailable {
        /// What was answered.
        #[source]
        source: Cause,
    },
    /// The token or the output was refused, which no repeat alone can mend.
    #[error("the completion of the task was refused")]
    Refused {
        /// What was answered.
        #[source]
        source: Cause,
    },
}

/// What the function is connected to: [`Aws`](kit::Aws), or doubles of it.
pub trait Clients {
    /// Verifications in the table of this name.
    fn verifications(
        &self,
        table: String,
    ) -> impl FindVerification + BeginConfirming + EndConfirming + ReadStatus;
    /// Tasks that wait for their tokens.
    fn tasks(&self) -> impl CompleteTask;
    /// The clock.
    fn clock(&self) -> impl Clock;
}
