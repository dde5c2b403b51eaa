//! The ports of the use case.

use contracts::store_user_data::StoreUserDataInput;
use contracts::values::{AddressHash, Timestamp};
use kit::HasClock;
pub use kit::StoreFault;

/// Stores users. IAM: `dynamodb:UpdateItem`, `dynamodb:ConditionCheckItem`.
pub trait StoreUser: Send + Sync + 'static {
    /// Stores the user's data, unless the address is held. Idempotent.
    fn store(&self, user: NewUser) -> impl Future<Output = Result<StoreResult, StoreFault>> + Send;
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
    Stored,
    /// A verified account has the address; the status is stored, the data is not.
    Held,
    /// There is no pending sign-up with this id.
    NotPending,
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn users(&self, table: String) -> impl StoreUser;
}
