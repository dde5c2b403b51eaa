//! The ports of `get-user`.

use ::get_user::{FindSignUp, SignUpRecord, StoreFault};
use contracts::values::UserId;

use super::Ports;
use crate::fault::Operation;

impl ::get_user::Clients for Ports {
    fn sign_ups(&self, _: String) -> impl FindSignUp {
        self.clone()
    }
}

impl FindSignUp for Ports {
    async fn find(&self, user: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        self.table(Operation::FindSignUp, |state| {
            let found = state.table.find_sign_up(user);
            let word = found.as_ref().map_or("unknown", |record| record.status.as_str());
            state.monitor.on_status_read(user, found.as_ref());
            (Some(found), word)
        })
        .await
    }
}
