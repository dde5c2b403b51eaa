//! The use case, generic over its ports.

use contracts::store_user_data::{
    StorageOutcome, StoreUserData, StoreUserDataError, StoreUserDataInput, StoreUserDataOutput,
};
use kit::{Clock, TaskFunction};

use crate::ports::{NewUser, StoreFault, StoreResult, StoreUser};

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
        let address_key = input.email.hash();
        let user = NewUser {
            input,
            address_hash: address_key.clone(),
            now: self.clock.now(),
        };
        let outcome = match self.users.store(user).await {
            Ok(StoreResult::Stored) => StorageOutcome::Stored,
            Ok(StoreResult::Held) => StorageOutcome::Held,
            Ok(StoreResult::NotPending) => return Err(StoreUserDataError::SignUpNotPending),
            Err(StoreFault(source)) => return Err(StoreUserDataError::StoreUnavailable { source }),
        };
        Ok(StoreUserDataOutput { outcome, address_key })
    }
}
