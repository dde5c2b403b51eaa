//! The ports of `get-user`.

use ::get_user::{FindSignUp, SignUpRecord, StoreFault};
use contracts::values::UserId;

use super::Ports;
use crate::fault::Step;

impl ::get_user::Clients for Ports {
    fn sign_ups(&self, _: String) -> impl FindSignUp {
        self.clone()
    }
}

impl FindSignUp for Ports {
    async fn find(&self, user: &UserId) -> Result<Option<SignUpRecord>, StoreFault> {
        self.table(Step::FindSignUp, |inner| {
            let found = inner.table.find_sign_up(user);
            let word = found.as_ref().map_or("unknown", |record| record.status.as_str());
            inner.watch.looked(user, found.as_ref());
            (Some(found), word)
        })
        .await
    }
}
