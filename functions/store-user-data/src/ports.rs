//! The ports of the use case.

use contracts::store_user_data::StoreUserDataInput;
use contracts::values::{AddressKey, Timestamp};
use kit::Clock;
pub use kit::StoreFault;

/// Keeps users. IAM: `dynamodb:UpdateItem`, `dynamodb:ConditionCheckItem`.
pub trait StoreUser: Send + Sync + 'static {
    /// Stores the user's data, unless a verified account has the address. A repeat changes nothing.
    fn store(&self, user: PendingUser) -> impl Future<Output = Result<Stored, StoreFault>> + Send;
}

/// A user whose address is not confirmed yet.
#[derive(Debug, Clone)]
pub struct PendingUser {
    /// What the person signed up with.
    pub data: StoreUserDataInput,
    /// What the address is claimed by.
    pub address: AddressKey,
    /// Now.
    pub at: Timestamp,
}

/// What became of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is stored.
    Stored,
    /// A verified account has the address; the sign-up is recorded, its data is not.
    Held,
    /// No sign-up of this id awaits its data.
    NotPending,
}

/// What the function is connected to: [`Aws`](kit::Aws), or doubles of it.
pub trait Clients {
    /// Users in the table of this name.
    fn users(&self, table: String) -> impl StoreUser;
    /// The clock.
    fn clock(&self) -> impl Clock;
}
