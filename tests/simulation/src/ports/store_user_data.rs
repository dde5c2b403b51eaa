//! The ports of `store-user-data`.

use ::store_user_data::{PendingUser, StoreFault, StoreUser, Stored};

use super::Ports;
use crate::fault::Operation;

impl ::store_user_data::Clients for Ports {
    fn users(&self, _: String) -> impl StoreUser {
        self.clone()
    }
}

impl StoreUser for Ports {
    async fn store(&self, user: PendingUser) -> Result<Stored, StoreFault> {
        self.table(Operation::StoreUser, |state| {
            let id = user.data.user_id.clone();
            let stored = state.table.store(user);
            if stored == Stored::Stored {
                state.monitor.stored.insert(id);
            }
            let word = match stored {
                Stored::Stored => "stored",
                Stored::Held => "held",
                Stored::NotPending => "not pending",
            };
            (Some(stored), word)
        })
        .await
    }
}
