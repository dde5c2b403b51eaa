//! The table operations of `store-user-data`.

use std::time::Duration;

use contracts::store_user_data::StorageOutcome;
use contracts::table::UserStatus;
use contracts::values::{AddressHash, UserId};
use store_user_data::{NewUser, StoreResult};

use super::Table;

const KEPT: Duration = Duration::from_hours(15 * 24);

impl Table {
    /// Whether a verified account of another user has the address.
    pub fn is_held(&self, address: &AddressHash, user: &UserId) -> bool {
        let claim = self.claims.get(address.as_str());
        claim.is_some_and(|owner| owner != user)
    }

    /// Stores the user with this outcome, unless a claim of the address says otherwise.
    pub fn store(&mut self, pending: &NewUser, outcome: StorageOutcome) -> StoreResult {
        let data = &pending.input;
        let held = outcome == StorageOutcome::Held;
        let claim_changed = held != self.is_held(&pending.address_hash, &data.user_id);
        let Some(user) = self.users.get_mut(&data.user_id) else {
            return StoreResult::NotPending;
        };
        if !matches!(
            user.status,
            UserStatus::Pending | UserStatus::AwaitingVerification
        ) {
            return StoreResult::NotPending;
        }
        if claim_changed {
            return StoreResult::ClaimChanged;
        }
        user.status = UserStatus::AwaitingVerification;
        user.stored_at = user.stored_at.or(Some(pending.now));
        user.expires_at = Some(pending.now.plus(KEPT).epoch_seconds());
        if held {
            user.held = true;
            return StoreResult::Stored;
        }
        user.email = Some(data.email.clone());
        user.name = data.name.clone().or(user.name.take());
        user.phone = data.phone.clone().or(user.phone.take());
        user.locale = data.locale.clone().or(user.locale.take());
        user.campaign = data.campaign.clone().or(user.campaign.take());
        StoreResult::Stored
    }
}
