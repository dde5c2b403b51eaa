//! The ports of `store-user-data`.

use ::store_user_data::{NewUser, StoreFault, StoreResult, StoreUser};

use super::Ports;
use crate::fault::Operation;

impl ::store_user_data::Clients for Ports {
    fn users(&self, _: String) -> impl StoreUser {
        self.clone()
    }
}

impl StoreUser for Ports {
    async fn store(&self, user: NewUser) -> Result<StoreResult, StoreFault> {
        self.table(Operation::StoreUser, |state| {
            let id = user.input.user_id.clone();
            let stored = state.table.store(user);
            if stored == StoreResult::Stored {
                state.monitor.stored.insert(id);
            }
            let word = match stored {
                StoreResult::Stored => "stored",
                StoreResult::Held => "held",
                StoreResult::NotPending => "not pending",
            };
            (Some(stored), word)
        })
        .await
    }
}
