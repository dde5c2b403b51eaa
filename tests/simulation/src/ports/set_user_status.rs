//! The ports of `set-user-status`.

use ::set_user_status::{
    Claim, ClaimAddress, EndResult, EndSignUp, RecordResult, StoreFault, SupersedeUser, UnverifiedEnd,
};
use contracts::values::{AddressHash, ConfirmationScope, Timestamp, UserId};

use super::Ports;
use crate::fault::Operation;

impl ::set_user_status::Clients for Ports {
    fn users(&self, _: String) -> impl ClaimAddress + SupersedeUser + EndSignUp {
        self.clone()
    }
}

impl ClaimAddress for Ports {
    async fn claim(
        &self,
        user: &UserId,
        address: &AddressHash,
        scope: ConfirmationScope,
        at: Timestamp,
    ) -> Result<Claim, StoreFault> {
        self.table(Operation::ClaimAddress, |state| {
            let claim = state.table.claim(user, address, scope, at);
            let word = match claim {
                Claim::Claimed => "claimed",
                Claim::Held => "held",
                Claim::Superseded => "superseded before",
                Claim::Ended => "ended",
            };
            (Some(claim), word)
        })
        .await
    }
}

impl SupersedeUser for Ports {
    async fn supersede(&self, user: &UserId, at: Timestamp) -> Result<RecordResult, StoreFault> {
        self.table(Operation::SupersedeUser, |state| {
            let recorded = state.table.supersede(user, at);
            (Some(recorded), word(recorded))
        })
        .await
    }
}

impl EndSignUp for Ports {
    async fn end(&self, user: &UserId, end: UnverifiedEnd, at: Timestamp) -> Result<EndResult, StoreFault> {
        self.table(Operation::EndSignUp, |state| {
            let ended = state.table.end_sign_up(user, end, at);
            let word = match ended {
                EndResult::Recorded => "recorded",
                EndResult::Confirmed(_) => "confirmed before",
                EndResult::Ended => "ended otherwise",
            };
            (Some(ended), word)
        })
        .await
    }
}

fn word(recorded: RecordResult) -> &'static str {
    match recorded {
        RecordResult::Recorded => "recorded",
        RecordResult::Ended => "ended otherwise",
    }
}
