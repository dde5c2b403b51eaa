//! The table operation of `store-user-data`.

use std::time::Duration;

use contracts::table::UserStatus;
use store_user_data::{NewUser, StoreResult};

use super::Table;

const KEPT: Duration = Duration::from_hours(15 * 24);

impl Table {
    /// Stores the user's data, unless a verified account has the address.
    pub fn store(&mut self, pending: NewUser) -> StoreResult {
        let data = pending.input;
        let claim = self.claims.get(pending.address_hash.as_str());
        let held = claim.is_some_and(|user| *user != data.user_id);
        let Some(user) = self.users.get_mut(&data.user_id) else {
            return StoreResult::NotPending;
        };
        if !matches!(
            user.status,
            UserStatus::Pending | UserStatus::AwaitingVerification
        ) {
            return StoreResult::NotPending;
        }
        user.status = UserStatus::AwaitingVerification;
        user.stored_at = user.stored_at.or(Some(pending.now));
        user.expires_at = Some(pending.now.plus(KEPT).epoch_seconds());
        if held {
            user.held = true;
            return StoreResult::Held;
        }
        user.email = Some(data.email);
        user.name = data.name.or(user.name.take());
        user.phone = data.phone.or(user.phone.take());
        user.locale = data.locale.or(user.locale.take());
        user.campaign = data.campaign.or(user.campaign.take());
        StoreResult::Stored
    }
}
