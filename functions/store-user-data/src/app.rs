//! The use case.

use contracts::store_user_data::{
    StorageOutcome, StoreUserData, StoreUserDataError, StoreUserDataInput, StoreUserDataOutput,
};
use kit::{Clock, TaskFunction};

use crate::ports::{PendingUser, StoreFault, StoreUser, Stored};

/// Stores the data of a sign-up.
#[derive(Debug)]
pub struct App<U, C> {
    users: U,
    clock: C,
}

impl<U, C> App<U, C> {
    pub fn new(users: U, clock: C) -> Self {
        Self { users, clock }
    }
}

impl<U: StoreUser, C: Clock> TaskFunction for App<U, C> {
    type Contract = StoreUserData;

    async fn call(&self, input: StoreUserDataInput) -> Result<StoreUserDataOutput, StoreUserDataError> {
        let address_key = input.email.key();
        let user = PendingUser {
            data: input,
            address: address_key.clone(),
            at: self.clock.now(),
        };
        let outcome = match self.users.store(user).await {
            Ok(Stored::Stored) => StorageOutcome::Stored,
            Ok(Stored::Held) => StorageOutcome::Held,
            Ok(Stored::NotPending) => return Err(StoreUserDataError::SignUpNotPending),
            Err(StoreFault(source)) => return Err(StoreUserDataError::StoreUnavailable { source }),
        };
        Ok(StoreUserDataOutput { outcome, address_key })
    }
}
