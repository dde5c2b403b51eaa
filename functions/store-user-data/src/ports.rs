//! The ports of the use case.

use contracts::store_user_data::StoreUserDataInput;
use contracts::values::{AddressKey, Timestamp};
use kit::HasClock;
pub use kit::StoreFault;

/// Stores users. IAM: `dynamodb:UpdateItem`, `dynamodb:ConditionCheckItem`.
pub trait StoreUser: Send + Sync + 'static {
    /// Stores the user's data, unless a verified account has the address. A repeat changes nothing.
    fn store(&self, user: PendingUser) -> impl Future<Output = Result<Stored, StoreFault>> + Send;
}

/// A user whose address is not confirmed yet.
#[derive(Debug, Clone)]
pub struct PendingUser {
    pub data: StoreUserDataInput,
    /// The key that the address is claimed by.
    pub address: AddressKey,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Stored,
    /// A verified account has the address; the sign-up is recorded, its data is not.
    Held,
    /// No sign-up of this id awaits its data.
    NotPending,
}

/// The clients that a function is connected to: [`Aws`](kit::Aws), or test doubles.
pub trait Clients: HasClock {
    fn users(&self, table: String) -> impl StoreUser;
}
