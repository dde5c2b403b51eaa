//! The ports of the use case.

use std::collections::BTreeSet;

use contracts::table::UserStatus;
use contracts::values::{
    Cause, CodeHash, ConfirmationScope, Contact, EmailConfirmed, LinkTokenHash, PersonName, PhoneNumber,
    TaskToken, Timestamp, UserId,
};
use kit::HasClock;
pub use kit::StoreFault;
/// Limits confirmations. IAM: `dynamodb:UpdateItem`.
pub use kit::limit::TakeTokens;

/// Finds the user of a link. IAM: `dynamodb:GetItem`.
pub trait FindLink: Send + Sync + 'static {
    /// The user of the link, if there is such a link. Links of notices and of withheld mails are stored as well, but never mailed.
    fn user_of(
        &self,
        link: &LinkTokenHash,
    ) -> impl Future<Output = Result<Option<UserId>, StoreFault>> + Send;
}

/// Counts tries of codes. IAM: `dynamodb:UpdateItem`.
pub trait TakeTry: Send + Sync + 'static {
    /// Uses up one of the tries of the user's sign-up, and returns its codes. `None` if there is no such sign-up, or no try
    /// is left.
    ///
    /// The try is counted before anything is compared, so that requests at the same time cannot share it. A right code gives it
    /// back: see [`StartConfirming::start`].
    fn take_try(&self, user: &UserId) -> impl Future<Output = Result<Option<Codes>, StoreFault>> + Send;
}

/// The codes of a sign-up, by the contact that each was sent to.
#[derive(Debug, Clone, Default)]
pub struct Codes {
    pub email: Vec<CodeHash>,
    pub phone: Vec<CodeHash>,
}

impl Codes {
    /// The contact that the code was sent to. The code is compared with all codes, whichever it is, so that the time tells nothing.
    ///
    /// The address, if it is also a code of the phone: a chance of one in a million for each code.
    pub fn contact_of(&self, code: &CodeHash) -> Option<Contact> {
        let (email, phone) = (code.is_one_of(&self.email), code.is_one_of(&self.phone));
        match (email, phone) {
            (true, _) => Some(Contact::Email),
            (false, true) => Some(Contact::Phone),
            (false, false) => None,
        }
    }
}

/// Starts a confirmation. IAM: `dynamodb:UpdateItem`.
pub trait StartConfirming: Send + Sync + 'static {
    /// Sets the verification to `confirming`, if it is `open` within its window or already `confirming`, and records what is
    /// confirmed, unless that is recorded already: the first choice counts. If other contacts are to be confirmed as well, it
    /// records only that this one is: the address alone needs no other.
    ///
    /// `None` if it is `spent` or absent, or its window is over.
    ///
    /// A [code](Proof::Code) gives the try back that was taken for it.
    fn start(
        &self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Confirmation>, StoreFault>> + Send;
}

/// What a proof confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// All that was asked for.
    Complete(StartedConfirmation),
    /// One contact; these are left.
    Partial(BTreeSet<Contact>),
}

/// A confirmation that is recorded, and the task to complete with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedConfirmation {
    pub task: TaskToken,
    pub output: EmailConfirmed,
}

/// Reads what a link confirms. IAM: `dynamodb:GetItem`.
pub trait ReadPreview: Send + Sync + 'static {
    /// What the user signed up with, if a link could confirm it now.
    fn preview(
        &self,
        user: &UserId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Preview>, StoreFault>> + Send;
}

/// What a link confirms beside the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// When the sign-up was accepted.
    pub requested_at: Timestamp,
    pub name: Option<PersonName>,
    pub phone: Option<PhoneNumber>,
}

/// What somebody who confirms has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A code that was sent to this contact.
    Code(Contact),
    /// The link of a mail.
    Link,
}

impl Proof {
    /// The contact that it proves to be the person's.
    pub fn contact(self) -> Contact {
        match self {
            Self::Code(contact) => contact,
            Self::Link => Contact::Email,
        }
    }
}

/// Marks verifications as spent. IAM: `dynamodb:UpdateItem`.
pub trait MarkSpent: Send + Sync + 'static {
    /// Sets the verification to `spent`, if it is `confirming`. Idempotent.
    fn mark(&self, user: &UserId) -> impl Future<Output = Result<(), StoreFault>> + Send;
}

/// Reads the status of a sign-up. IAM: `dynamodb:GetItem`.
pub trait ReadStatus: Send + Sync + 'static {
    /// The status of the user's sign-up; `None` if there is none.
    fn status(&self, user: &UserId) -> impl Future<Output = Result<Option<UserStatus>, StoreFault>> + Send;
}

/// Completes callback tasks. IAM: `states:SendTaskSuccess`.
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
    /// No task waits for this token: it was completed before, has timed out, or is retried with another token.
    NotWaiting,
}

#[derive(Debug, thiserror::Error)]
pub enum TaskFault {
    /// There was no response, or the call was throttled.
    #[error("the task cannot be completed right now")]
    Unavailable { source: Cause },
    /// The token or the output was rejected, which a retry does not change.
    #[error("the completion of the task was rejected")]
    Rejected { source: Cause },
}

/// All ports on verifications.
pub trait Verifications: FindLink + ReadPreview + TakeTry + StartConfirming + MarkSpent + ReadStatus {}

impl<V: FindLink + ReadPreview + TakeTry + StartConfirming + MarkSpent + ReadStatus> Verifications for V {}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn verifications(&self, table: String) -> impl Verifications;
    fn tokens(&self, table: String) -> impl TakeTokens;
    fn tasks(&self) -> impl CompleteTask;
}
