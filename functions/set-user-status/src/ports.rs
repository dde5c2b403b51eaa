//! The ports of the use case.

use contracts::values::{AddressHash, ConfirmationScope, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

/// Claims addresses, for the user who confirmed first. IAM: `dynamodb:PutItem`, `dynamodb:UpdateItem`.
pub trait ClaimAddress: Send + Sync + 'static {
    /// In one transaction: claims the address, sets the user's status to `verified`, and removes the data that was not confirmed.
    /// Idempotent.
    fn claim(
        &self,
        user: &UserId,
        address: &AddressHash,
        scope: ConfirmationScope,
        at: Timestamp,
    ) -> impl Future<Output = Result<Claim, StoreFault>> + Send;
}

/// Records superseded users. IAM: `dynamodb:UpdateItem`.
pub trait SupersedeUser: Send + Sync + 'static {
    /// Sets the status to `superseded`, and removes personal data.
    ///
    /// The verification stays until it expires, so that another click on its link gets a final response.
    fn supersede(
        &self,
        user: &UserId,
        at: Timestamp,
    ) -> impl Future<Output = Result<RecordResult, StoreFault>> + Send;
}

/// Records sign-ups that end without an account. IAM: `dynamodb:UpdateItem`, `dynamodb:DeleteItem`, `dynamodb:ConditionCheckItem`.
pub trait EndSignUp: Send + Sync + 'static {
    /// Sets the status, and removes personal data and the verification: the task token in it is a credential. A confirmation that
    /// is recorded changes all that: it stays, and nothing is written.
    ///
    /// The verification of a [suppressed](UnverifiedEnd::Suppressed) sign-up stays until it expires, since to the public it still waits.
    fn end(
        &self,
        user: &UserId,
        end: UnverifiedEnd,
        at: Timestamp,
    ) -> impl Future<Output = Result<EndResult, StoreFault>> + Send;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The user has the address and is verified.
    Claimed,
    /// The address is held: another verified user has it.
    Held,
    /// The user is already superseded.
    Superseded,
    /// The sign-up is unknown or has ended in another way.
    Ended,
}

/// The end of a sign-up without an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnverifiedEnd {
    Expired,
    /// Its mails bounce, or are not wanted.
    Suppressed,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordResult {
    Recorded,
    /// The sign-up is unknown or has ended in another way.
    Ended,
}

/// Whether a sign-up ended without an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndResult {
    Recorded,
    /// It was confirmed while no task waited.
    Confirmed(ConfirmationScope),
    /// The sign-up is unknown or has ended in another way.
    Ended,
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn users(&self, table: String) -> impl ClaimAddress + SupersedeUser + EndSignUp;
}
