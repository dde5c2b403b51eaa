//! The ports of the use case.

use contracts::store_user_data::{StorageOutcome, StoreUserDataInput};
use contracts::values::{AddressHash, Timestamp, UserId};
use kit::HasClock;
pub use kit::StoreFault;

/// Finds out whether an address is held. IAM: `dynamodb:GetItem`.
pub trait FindClaim: Send + Sync + 'static {
    /// Whether another user has claimed the address.
    fn is_held(
        &self,
        address: &AddressHash,
        user: &UserId,
    ) -> impl Future<Output = Result<bool, StoreFault>> + Send;
}

/// Stores users. IAM: `dynamodb:UpdateItem`, `dynamodb:ConditionCheckItem`.
pub trait StoreUser: Send + Sync + 'static {
    /// Stores the user with this outcome: with the data, or as held without them. One transaction in both cases, on the condition
    /// that the outcome is still right. Idempotent.
    fn store(
        &self,
        user: &NewUser,
        outcome: StorageOutcome,
    ) -> impl Future<Output = Result<StoreResult, StoreFault>> + Send;
}

/// The data of a pending sign-up.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub input: StoreUserDataInput,
    pub address_hash: AddressHash,
    pub now: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreResult {
    /// Stored with the outcome that was asked for.
    Stored,
    /// Nothing is stored: whether the address is held has changed. A claim is never released, so it is held now.
    ClaimChanged,
    /// There is no pending sign-up with this id.
    NotPending,
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn users(&self, table: String) -> impl FindClaim + StoreUser;
}
