//! The ports of the use case.

use contracts::values::{AddressKey, Timestamp, UserId};
use kit::Clock;
pub use kit::StoreFault;

/// Gives an address to whoever confirmed it first. IAM: `dynamodb:PutItem`, `dynamodb:UpdateItem`.
pub trait ClaimAddress: Send + Sync + 'static {
    /// Claims the address and records the user as verified, both or neither. A repeat changes nothing.
    fn claim(
        &self,
        user: &UserId,
        address: &AddressKey,
        at: Timestamp,
    ) -> impl Future<Output = Result<Claim, StoreFault>> + Send;
}

/// Records who came too late. IAM: `dynamodb:UpdateItem`.
pub trait SupersedeUser: Send + Sync + 'static {
    /// Records that another user had the address first, and removes what is personal.
    ///
    /// The verification stays, so that following its link still comes to an end; it is of no use to anybody
    /// else, and has its own expiry.
    fn supersede(
        &self,
        user: &UserId,
        at: Timestamp,
    ) -> impl Future<Output = Result<Recorded, StoreFault>> + Send;
}

/// Records that a sign-up came to nothing. IAM: `dynamodb:UpdateItem`, `dynamodb:DeleteItem`.
pub trait EndSignUp: Send + Sync + 'static {
    /// Records the end, removes what is personal, and removes the verification: the task token in it is a
    /// credential, and goes as soon as it is of no use.
    fn end(
        &self,
        user: &UserId,
        end: DeadEnd,
        at: Timestamp,
    ) -> impl Future<Output = Result<Recorded, StoreFault>> + Send;
}

/// What became of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The user has the address and is verified.
    Claimed,
    /// Another verified user has the address.
    Taken,
    /// The user was recorded as superseded before.
    Superseded,
    /// The sign-up is unknown or has ended otherwise.
    Ended,
}

/// How a sign-up comes to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadEnd {
    /// Nobody confirmed the address in time.
    Expired,
    /// A step failed for good.
    Failed,
}

/// Whether an end was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is.
    Recorded,
    /// The sign-up is unknown or has ended otherwise.
    Ended,
}

/// What the function is connected to: [`Aws`](kit::Aws), or doubles of it.
pub trait Clients {
    /// Users in the table of this name.
    fn users(&self, table: String) -> impl ClaimAddress + SupersedeUser + EndSignUp;
    /// The clock.
    fn clock(&self) -> impl Clock;
}
