//! The ports of the step by mail.

use contracts::values::{
    Cause, CodeHash, ConfirmationScope, EmailAddress, LinkTokenHash, RecipientHash, TaskToken, Timestamp,
    UserId,
};
pub use kit::StoreFault;
use kit::limit::Bucket;

use crate::mail::Mail;

/// Stores verifications with their codes and links. IAM: `dynamodb:UpdateItem`, `dynamodb:PutItem`.
pub trait OpenVerification: Send + Sync + 'static {
    /// In one transaction: creates the verification or replaces its task token, adds the codes and the link, and stores the end of the window
    /// on the user. The first opening says which contacts are to be confirmed.
    ///
    /// A stale attempt (lower `attempt`) changes nothing: its task token can no longer complete the task, and all links complete
    /// the newest. A confirmation that is recorded is final: it changes nothing either. Idempotent for the same attempt.
    fn open(&self, verification: Verification)
    -> impl Future<Output = Result<OpenResult, StoreFault>> + Send;
}

/// Enforces the mail limit of a mailbox, and the suppression of an address. IAM: `dynamodb:UpdateItem`, `dynamodb:ConditionCheckItem`.
pub trait GrantMail: Send + Sync + 'static {
    /// Takes a token of the mailbox's bucket for the newest mail of this sign-up, unless it has one already or the bucket is empty.
    /// Nothing is granted while mails to the recipient are suppressed.
    ///
    /// The mail's retries take no other token; another mail that is asked for does. A token is never put back.
    fn grant(
        &self,
        bucket: &Bucket,
        recipient: &RecipientHash,
        user: &UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Grant, StoreFault>> + Send;
}

/// Records the end of the mail step. IAM: `dynamodb:UpdateItem`.
pub trait RecordMailStep: Send + Sync + 'static {
    /// Records the end of the mail step, whether or not the limit withheld the mail, and the end of the window. Idempotent.
    fn record(
        &self,
        user: &UserId,
        window_ends_at: Timestamp,
    ) -> impl Future<Output = Result<RecordResult, StoreFault>> + Send;
}

/// Sends mails. IAM: `ses:SendEmail`.
pub trait SendMail: Send + Sync + 'static {
    /// Sends the mail, in one attempt: a retry could be a second mail.
    fn send(&self, to: &EmailAddress, mail: &Mail) -> impl Future<Output = Result<(), MailFault>> + Send;
}

/// The callback task that waits for a confirmation, and the codes and the link of one attempt.
#[derive(Debug, Clone)]
pub struct Verification {
    pub user: UserId,
    pub task_token: TaskToken,
    /// The number of the task's attempt.
    pub attempt: u64,
    pub link: LinkTokenHash,
    pub code: CodeHash,
    /// The code of a text message, if the phone is to be confirmed as well.
    pub phone_code: Option<CodeHash>,
    /// When the mail is made.
    pub opened_at: Timestamp,
    /// The end of the window in which codes and links are valid.
    pub window_ends_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenResult {
    /// The verification is open, and the code and the link are stored.
    Open,
    /// The verification belongs to a later attempt; this attempt's task token can no longer complete the task.
    StaleAttempt,
    /// The sign-up was confirmed while no task waited, and awaits the record of it.
    Confirmed(ConfirmationScope),
    /// A mail of the sign-up bounced, or its recipient complained, while no task waited.
    Suppressed,
    /// There is no sign-up with this id that awaits verification.
    Ended,
}

/// Whether a sign-up may mail its mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    Granted,
    /// The mail limit of the mailbox is reached.
    UsedUp,
    /// A mail to the address bounced, or its owner complained, not long ago.
    Suppressed,
}

/// Whether the end of the mail step was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordResult {
    Recorded,
    /// There is no sign-up with this id that awaits verification or is verified.
    Ended,
}

#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    #[error("the mail service cannot be used right now")]
    Unavailable(#[source] Cause),
    #[error("the sending rate of the mail service is exceeded")]
    RateExceeded(#[source] Cause),
    #[error("the daily quota of the mail service is used up")]
    QuotaUsedUp(#[source] Cause),
    #[error("the mail service rejected the mail")]
    Rejected(#[source] Cause),
}
