//! The ports of `store-user-data`.

use ::store_user_data::{PendingUser, StoreFault, StoreUser, Stored};

use super::Ports;
use crate::fault::Step;

impl ::store_user_data::Clients for Ports {
    fn users(&self, _: String) -> impl StoreUser {
        self.clone()
    }
}

impl StoreUser for Ports {
    async fn store(&self, user: PendingUser) -> Result<Stored, StoreFault> {
        self.table(Step::StoreUser, |inner| {
            let id = user.data.user_id.clone();
            let stored = inner.table.store(user);
            if stored == Stored::Stored {
                inner.watch.stored.insert(id);
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
