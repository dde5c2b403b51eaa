//! The ports of the use case.

use contracts::table::UserStatus;
use contracts::values::{Cause, TaskToken, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;
/// Limits requests for another mail. IAM: `dynamodb:UpdateItem`.
pub use kit::limit::TakeTokens;

/// Finds sign-ups. IAM: `dynamodb:GetItem`.
pub trait FindSignUp: Send + Sync + 'static {
    /// The record of the user's sign-up, if there is one.
    fn find(&self, user: &UserId) -> impl Future<Output = Result<Option<SignUpRecord>, StoreFault>> + Send;
}

/// What a sign-up's public status depends on: not whether it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignUpRecord {
    /// The status. Not every status is public.
    pub status: UserStatus,
    /// The end of the window in which its mails are valid; `None` before the mail step.
    pub window_ends_at: Option<Timestamp>,
}

/// Counts the mails that people ask for. IAM: `dynamodb:UpdateItem`.
pub trait TakeMail: Send + Sync + 'static {
    /// Uses up one of the user's mails, unless the last mail is too fresh or none is left.
    ///
    /// The mail takes a token of the mail limit of its own.
    fn take(
        &self,
        user: &UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<MailRequest, StoreFault>> + Send;
}

/// Whether a person may have another mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRequest {
    /// The request is counted. The task is the newest one that has opened the verification.
    Taken(TaskToken),
    /// The last mail was sent or asked for at this time, which is less than a minute ago.
    TooSoon {
        last: Timestamp,
    },
    UsedUp,
    /// The first mail is not made yet.
    NotMailed,
}

/// Asks the workflow for another mail. IAM: `states:SendTaskFailure`.
pub trait RequestMail: Send + Sync + 'static {
    /// Fails the task with [`ResendRequested`](contracts::values::ResendRequested), which the workflow retries.
    ///
    fn request(&self, task: &TaskToken) -> impl Future<Output = Result<Asked, TaskFault>> + Send;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Asked,
    /// No task waits for this token: either the next attempt is about to mail, or the sign-up has just ended.
    NotWaiting,
}

#[derive(Debug, thiserror::Error)]
pub enum TaskFault {
    /// There was no response, or the call was throttled.
    #[error("the workflow cannot be asked right now")]
    Unavailable { source: Cause },
    /// The token was rejected, which a retry does not change.
    #[error("the request to the workflow was rejected")]
    Rejected { source: Cause },
}

/// All ports on the table.
pub trait MailRequests: FindSignUp + TakeMail {}

impl<R: FindSignUp + TakeMail> MailRequests for R {}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn mail_requests(&self, table: String) -> impl MailRequests;
    fn tokens(&self, table: String) -> impl TakeTokens;
    fn tasks(&self) -> impl RequestMail;
}
