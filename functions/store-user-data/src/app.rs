//! The use case, generic over its ports.

use contracts::store_user_data::{
    StorageOutcome, StoreUserData, StoreUserDataError, StoreUserDataInput, StoreUserDataOutput,
};
use kit::{Clock, TaskFunction};

use crate::ports::{FindClaim, NewUser, StoreFault, StoreResult, StoreUser};

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

impl<U: FindClaim + StoreUser, C: Clock> TaskFunction for App<U, C> {
    type Contract = StoreUserData;

    /// Makes the same calls for a held address as for a free one: whoever polls the status could otherwise time the difference.
    async fn call(&self, input: StoreUserDataInput) -> Result<StoreUserDataOutput, StoreUserDataError> {
        let address_key = input.email.hash();
        let held = self.users.is_held(&address_key, &input.user_id).await;
        let user = NewUser {
            input,
            address_hash: address_key.clone(),
            now: self.clock.now(),
        };
        let mut outcome = if held.map_err(unavailable)? {
            StorageOutcome::Held
        } else {
            StorageOutcome::Stored
        };
        let mut stored = self.users.store(&user, outcome).await.map_err(unavailable)?;
        if stored == StoreResult::ClaimChanged {
            // Another sign-up for the address was verified between the two calls.
            outcome = StorageOutcome::Held;
            stored = self.users.store(&user, outcome).await.map_err(unavailable)?;
        }
        match stored {
            StoreResult::Stored => Ok(StoreUserDataOutput { outcome, address_key }),
            StoreResult::NotPending => Err(StoreUserDataError::SignUpNotPending),
            StoreResult::ClaimChanged => Err(StoreUserDataError::StoreUnavailable {
                source: "the address is neither held nor free".into(),
            }),
        }
    }
}

fn unavailable(StoreFault(source): StoreFault) -> StoreUserDataError {
    StoreUserDataError::StoreUnavailable { source }
}
