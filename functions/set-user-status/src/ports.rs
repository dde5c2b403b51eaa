//! The ports of the use case.

use contracts::values::{AddressKey, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

/// Claims addresses, each for the user who confirmed it first. IAM: `dynamodb:PutItem`, `dynamodb:UpdateItem`.
pub trait ClaimAddress: Send + Sync + 'static {
    /// Claims the address and records the user as verified, both or neither. A repeat changes nothing.
    fn claim(
        &self,
        user: &UserId,
        address: &AddressKey,
        at: Timestamp,
    ) -> impl Future<Output = Result<Claim, StoreFault>> + Send;
}

/// Records superseded users. IAM: `dynamodb:UpdateItem`.
pub trait SupersedeUser: Send + Sync + 'static {
    /// Records that another user claimed the address first, and removes personal data.
    ///
    /// The verification stays until it expires, so that whoever follows its link again gets a final answer.
    fn supersede(
        &self,
        user: &UserId,
        at: Timestamp,
    ) -> impl Future<Output = Result<Recorded, StoreFault>> + Send;
}

/// Records sign-ups that end without an account. IAM: `dynamodb:UpdateItem`, `dynamodb:DeleteItem`.
pub trait EndSignUp: Send + Sync + 'static {
    /// Records the end, and removes personal data and the verification: the task token in it is a credential.
    fn end(
        &self,
        user: &UserId,
        end: DeadEnd,
        at: Timestamp,
    ) -> impl Future<Output = Result<Recorded, StoreFault>> + Send;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The user has the address and is verified.
    Claimed,
    /// Another verified user has the address.
    Taken,
    /// The user was recorded as superseded before.
    Superseded,
    /// The sign-up is unknown or has ended in another way.
    Ended,
}

/// The end of a sign-up without an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadEnd {
    Expired,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    Recorded,
    /// The sign-up is unknown or has ended in another way.
    Ended,
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn users(&self, table: String) -> impl ClaimAddress + SupersedeUser + EndSignUp;
}
