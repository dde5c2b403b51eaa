//! The ports of the use case.

use contracts::values::{AddressKey, Cause, EmailAddress, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

use crate::mail::Mail;

/// Stores verifications and their links. IAM: `dynamodb:UpdateItem`,
/// `dynamodb:PutItem`.
pub trait OpenVerification: Send + Sync + 'static {
    /// Opens the user's verification, or gives an open one the newest task token, adds the link, and records in the
    /// sign-up until when it works: all or nothing.
    ///
    /// The task token of an earlier attempt can complete nothing any more, so every link leads to the newest, and an
    /// earlier attempt that arrives late changes nothing. The same attempt may arrive twice.
    fn open(&self, verification: Verification) -> impl Future<Output = Result<Opened, StoreFault>> + Send;
}

/// Enforces the daily limit of an address. IAM: `dynamodb:UpdateItem`.
pub trait GrantMail: Send + Sync + 'static {
    /// Grants the user's sign-up to mail the address on the day of `at`, in UTC, unless `most` others have that
    /// grant.
    ///
    /// A grant is for the day, not for one mail: retries of a sign-up have it already, and a lost answer does not use up
    /// another. A grant is never taken back.
    fn grant(
        &self,
        address: &AddressKey,
        user: &UserId,
        at: Timestamp,
        most: u32,
    ) -> impl Future<Output = Result<Grant, StoreFault>> + Send;
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
    /// Sends the mail, in one attempt: a repeat would be a second mail.
    fn send(&self, to: &EmailAddress, mail: &Mail) -> impl Future<Output = Result<(), MailFault>> + Send;
}

/// A task that waits until an address is confirmed.
#[derive(Debug, Clone)]
pub struct Verification {
    pub user: UserId,
    pub task_token: TaskToken,
    /// Which attempt of the task it is: later ones have higher numbers.
    pub attempt: u64,
    pub link: LinkTokenHash,
    /// Until when links work.
    pub window_ends_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It is open, and the link leads to it.
    Open,
    /// A later attempt has opened it; this one's task token completes nothing any more.
    Overtaken,
    /// The address was confirmed before, or no sign-up of this id awaits verification; there is nothing to open.
    Ended,
}

/// Whether a sign-up may mail an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// It may, all day.
    Granted,
    /// The daily limit of the address is reached.
    UsedUp,
}

/// Whether the end of the mail step was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Recorded,
    /// No sign-up of this id awaits verification or was confirmed.
    Ended,
}

#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    #[error("the mail service cannot be used right now")]
    Unavailable(#[source] Cause),
    #[error("the mail service refused the mail")]
    Refused(#[source] Cause),
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailed;
    fn mail(&self, from: String, configuration_set: Option<String>) -> impl SendMail;
}
