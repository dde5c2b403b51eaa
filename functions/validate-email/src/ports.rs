//! What the use case needs from outside.

use contracts::values::{AddressKey, Cause, EmailAddress, LinkTokenHash, TaskToken, Timestamp, UserId};

use crate::mail::Mail;

/// Keeps what waits for a person, and the links that lead there. IAM: `dynamodb:UpdateItem`,
/// `dynamodb:PutItem`.
pub trait OpenVerification: Send + Sync + 'static {
    /// Opens the user's verification, or gives an open one the newest task token, adds the link, and tells the
    /// sign-up until when it works: all or nothing.
    ///
    /// The task token of an earlier try can complete nothing any more, so every link leads to the newest.
    fn open(&self, verification: Verification) -> impl Future<Output = Result<Opened, StoreFault>> + Send;
}

/// Counts mails. IAM: `dynamodb:UpdateItem`.
pub trait CountMail: Send + Sync + 'static {
    /// Counts one more mail to the address on the day of `at`, in UTC, unless it had `most` by then.
    fn count(
        &self,
        address: &AddressKey,
        at: Timestamp,
        most: u32,
    ) -> impl Future<Output = Result<Allowance, StoreFault>> + Send;

    /// Takes one back that was counted on the day of `at` and not sent.
    fn give_back(
        &self,
        address: &AddressKey,
        at: Timestamp,
    ) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Records that the mail step is over. IAM: `dynamodb:UpdateItem`.
pub trait RecordMailed: Send + Sync + 'static {
    /// Records it, and until when links work. A repeat changes nothing.
    fn record(
        &self,
        user: &UserId,
        window_ends_at: Timestamp,
    ) -> impl Future<Output = Result<Recorded, StoreFault>> + Send;
}

/// Sends mails. IAM: `ses:SendEmail`.
pub trait SendMail: Send + Sync + 'static {
    /// Hands the mail over to be delivered.
    fn send(&self, to: &EmailAddress, mail: &Mail) -> impl Future<Output = Result<(), MailFault>> + Send;
}

/// What waits for a person.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Whose address is to be confirmed.
    pub user: UserId,
    /// What completes the task.
    pub task_token: TaskToken,
    /// The link that is about to be mailed.
    pub link: LinkTokenHash,
    /// Until when links work.
    pub window_ends_at: Timestamp,
}

/// What became of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It is open, and the link leads to it.
    Open,
    /// The address was confirmed before, or no sign-up of this id awaits verification; there is nothing to open.
    Ended,
}

/// Whether an address may get a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// It may, and it is counted.
    Granted,
    /// It had as many as it may have on one day.
    UsedUp,
}

/// Whether the end of the mail step was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is.
    Recorded,
    /// No sign-up of this id awaits verification or was confirmed.
    Ended,
}

/// The store cannot be used right now.
#[derive(Debug, thiserror::Error)]
#[error("the store cannot be used right now")]
pub struct StoreFault(#[source] pub Cause);

/// A mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    /// The mail service did not answer, or asked to be called less often.
    #[error("the mail service cannot be used right now")]
    Unavailable(#[source] Cause),
    /// The mail service will not take this mail.
    #[error("the mail service refused the mail")]
    Refused(#[source] Cause),
}
