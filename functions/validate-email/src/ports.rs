//! The ports of the use case.

use contracts::values::{AddressKey, Cause, EmailAddress, LinkTokenHash, TaskToken, Timestamp, UserId};
use kit::Clock;
pub use kit::StoreFault;

use crate::mail::Mail;

/// Keeps what waits for a person, and the links that lead there. IAM: `dynamodb:UpdateItem`,
/// `dynamodb:PutItem`.
pub trait OpenVerification: Send + Sync + 'static {
    /// Opens the user's verification, or gives an open one the newest task token, adds the link, and tells the
    /// sign-up until when it works: all or nothing.
    ///
    /// The task token of an earlier attempt can complete nothing any more, so every link leads to the newest, and an
    /// earlier attempt that comes late changes nothing. The same attempt may come twice.
    fn open(&self, verification: Verification) -> impl Future<Output = Result<Opened, StoreFault>> + Send;
}

/// Grants mails. IAM: `dynamodb:UpdateItem`.
pub trait GrantMail: Send + Sync + 'static {
    /// Grants the user's sign-up to mail the address on the day of `at`, in UTC, unless `most` others have that
    /// grant.
    ///
    /// A grant is for the day, not for one mail: retries of a sign-up have it already, and a lost answer neither uses
    /// one up nor makes one more. None is ever taken back.
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
    /// Hands the mail over to be delivered, once: a repeat would be a second mail.
    fn send(&self, to: &EmailAddress, mail: &Mail) -> impl Future<Output = Result<(), MailFault>> + Send;
}

/// What waits for a person.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Whose address is to be confirmed.
    pub user: UserId,
    /// What completes the task.
    pub task_token: TaskToken,
    /// Which attempt of the task it is: later ones have higher numbers.
    pub attempt: u64,
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
    /// As many others may as may on one day.
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

/// A mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    /// The mail service did not answer, or does not take mails right now.
    #[error("the mail service cannot be used right now")]
    Unavailable(#[source] Cause),
    /// The mail service will never take this mail.
    #[error("the mail service refused the mail")]
    Refused(#[source] Cause),
}

/// What the function is connected to: [`Aws`](kit::Aws), or doubles of it.
pub trait Clients {
    /// Verifications in the table of this name.
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailed;
    /// Mails from this sender, under this configuration set.
    fn mail(&self, from: String, configuration_set: Option<String>) -> impl SendMail;
    /// The clock.
    fn clock(&self) -> impl Clock;
}
