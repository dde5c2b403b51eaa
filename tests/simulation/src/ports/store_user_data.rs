//! The ports of `store-user-data`.

use ::store_user_data::{FindClaim, NewUser, StoreFault, StoreResult, StoreUser};
use contracts::store_user_data::StorageOutcome;
use contracts::values::{AddressHash, UserId};

use super::Ports;
use crate::fault::Operation;

impl ::store_user_data::Clients for Ports {
    fn users(&self, _: String) -> impl FindClaim + StoreUser {
        self.clone()
    }
}

impl FindClaim for Ports {
    async fn is_held(&self, address: &AddressHash, user: &UserId) -> Result<bool, StoreFault> {
        self.table(Operation::FindClaim, |state| {
            let held = state.table.is_held(address, user);
            (Some(held), if held { "held" } else { "free" })
        })
        .await
    }
}

impl StoreUser for Ports {
    async fn store(&self, user: &NewUser, outcome: StorageOutcome) -> Result<StoreResult, StoreFault> {
        self.table(Operation::StoreUser, |state| {
            let stored = state.table.store(user, outcome);
            let word = match (stored, outcome) {
                (StoreResult::Stored, StorageOutcome::Stored) => {
                    state.monitor.stored.insert(user.input.user_id.clone());
                    "stored"
                }
                (StoreResult::Stored, StorageOutcome::Held) => "stored as held",
                (StoreResult::ClaimChanged, _) => "claim changed",
                (StoreResult::NotPending, _) => "not pending",
            };
            (Some(stored), word)
        })
        .await
    }
}
