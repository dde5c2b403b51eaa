//! The ports of the use case: those of the step by mail, and those of text messages.

use contracts::values::{Cause, PhoneNumber, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;
use kit::limit::Bucket;
/// Enforces the mail limit of a mailbox, and the suppression of an address. IAM: `dynamodb:UpdateItem`, `dynamodb:ConditionCheckItem`.
pub use verifications::GrantMail;
/// Stores verifications with their codes and links. IAM: `dynamodb:UpdateItem`, `dynamodb:PutItem`.
pub use verifications::OpenVerification;
/// Records the end of the mail step. IAM: `dynamodb:UpdateItem`.
pub use verifications::RecordMailStep;
/// Sends mails. IAM: `ses:SendEmail`.
pub use verifications::SendMail;

pub use crate::config::{InvalidSenderId, SenderId};
pub use crate::sms::Sms;

/// Enforces the limits of text messages, and that each one that is asked for is sent once. IAM: `dynamodb:UpdateItem`.
pub trait ClaimSms: Send + Sync + 'static {
    /// Takes a token of each bucket for the newest text message of this sign-up and marks it as sent, unless it is marked already or the
    /// phone is not to be confirmed. A message that was [given back](ReturnSms::give_back) takes no other tokens.
    ///
    /// It is marked before it is sent: a message is lost with the process, and never sent twice.
    fn claim(
        &self,
        user: &UserId,
        buckets: &[Bucket; 2],
        now: Timestamp,
    ) -> impl Future<Output = Result<Claim, StoreFault>> + Send;
}

/// Gives back what was not sent. IAM: `dynamodb:UpdateItem`.
pub trait ReturnSms: Send + Sync + 'static {
    /// Marks the newest text message of this sign-up as not sent, so that a retry sends it.
    fn give_back(&self, user: &UserId) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Asks no more for the phone. IAM: `dynamodb:UpdateItem`.
pub trait DropPhone: Send + Sync + 'static {
    /// Removes the phone from what is to be confirmed. If nothing else is left, that is the confirmation.
    fn drop_phone(
        &self,
        user: &UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Dropped, StoreFault>> + Send;
}

/// Sends text messages. IAM: `sns:Publish`.
pub trait SendSms: Send + Sync + 'static {
    /// Sends the text message, in one attempt: a retry could be a second message, which costs as much as the first.
    fn send(&self, to: &PhoneNumber, sms: &Sms) -> impl Future<Output = Result<(), SmsFault>> + Send;
}

/// Whether a text message is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    Claimed,
    /// It was sent before, or the phone is not to be confirmed.
    NotNeeded,
    /// A limit is reached: the bucket of this index is empty.
    UsedUp(usize),
}

/// Whether the sign-up is confirmed without the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// The address is to be confirmed, or the sign-up is over.
    Unconfirmed,
    /// The address was confirmed before: the sign-up is confirmed with this.
    Confirmed,
}

#[derive(Debug, thiserror::Error)]
pub enum SmsFault {
    /// It was certainly not sent, and may be later.
    #[error("the text message service cannot be used right now")]
    NotSent(#[source] Cause),
    /// There was no response: it may have been sent.
    #[error("it is not known whether the text message was sent")]
    Unknown(#[source] Cause),
    #[error("the text message service does not accept the number")]
    Refused(#[source] Cause),
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn verifications(&self, table: String) -> impl OpenVerification + GrantMail + RecordMailStep;
    fn mail(&self, from: String, configuration_set: Option<String>) -> impl SendMail;
    fn text_messages(&self, table: String) -> impl ClaimSms + ReturnSms + DropPhone;
    fn sms(&self, sender_id: Option<SenderId>) -> impl SendSms;
}
