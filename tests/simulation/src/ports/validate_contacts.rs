//! The ports of `validate-contacts` beyond those of `validate-email`.

use std::future::pending;

use ::validate_contacts::{
    Claim, ClaimSms, Clients, DropPhone, Dropped, GrantMail, OpenVerification, RecordMailStep, ReturnSms,
    SendMail, SendSms, SenderId, Sms, SmsFault, StoreFault,
};
use contracts::values::{PhoneNumber, Timestamp, UserId};
use kit::limit::Bucket;

use super::Ports;
use crate::fault::Operation;
use crate::state::Verdict;

impl Clients for Ports {
    fn verifications(&self, _: String) -> impl OpenVerification + GrantMail + RecordMailStep {
        self.clone()
    }

    fn mail(&self, _: String, _: Option<String>) -> impl SendMail {
        self.clone()
    }

    fn text_messages(&self, _: String) -> impl ClaimSms + ReturnSms + DropPhone {
        self.clone()
    }

    fn sms(&self, _: Option<SenderId>) -> impl SendSms {
        self.clone()
    }
}

impl ClaimSms for Ports {
    async fn claim(&self, user: &UserId, buckets: &[Bucket; 2], now: Timestamp) -> Result<Claim, StoreFault> {
        self.table(Operation::ClaimSms, |state| {
            let before = state.text_tokens(buckets);
            let claim = state.table.claim_sms(user, buckets, now);
            let tokens_taken = state.text_tokens(buckets) != before;
            state.on_text_claimed(user, claim, tokens_taken, now);
            let word = match claim {
                Claim::Claimed => "claimed",
                Claim::NotNeeded => "not needed",
                Claim::UsedUp(_) => "used up",
            };
            (Some(claim), word)
        })
        .await
    }
}

impl ReturnSms for Ports {
    async fn give_back(&self, user: &UserId) -> Result<(), StoreFault> {
        self.table(Operation::ReturnSms, |state| {
            state.table.give_sms_back(user);
            (Some(()), "given back")
        })
        .await
    }
}

impl DropPhone for Ports {
    async fn drop_phone(&self, user: &UserId, now: Timestamp) -> Result<Dropped, StoreFault> {
        self.table(Operation::DropPhone, |state| {
            let before = state.table.verifications.get(user).cloned();
            let dropped = state.table.drop_phone(user, now);
            state.on_phone_dropped(user, before.as_ref(), dropped);
            let word = match dropped {
                Dropped::Unconfirmed => "dropped",
                Dropped::Confirmed => "dropped, and all else is confirmed",
            };
            (Some(dropped), word)
        })
        .await
    }
}

impl SendSms for Ports {
    async fn send(&self, to: &PhoneNumber, sms: &Sms) -> Result<(), SmsFault> {
        let send = || self.act(Operation::SendSms, |state| state.take_text(to, sms));
        match self.ask(Operation::SendSms).await {
            Verdict::Do => send(),
            // The caller does not learn the result.
            Verdict::DoAndFail => {
                drop(send());
                Err(SmsFault::Unknown("as planned".into()))
            }
            Verdict::DoAndEnd => {
                drop(send());
                pending().await
            }
            Verdict::Fail => Err(self.shared.lock().fail_text()),
        }
    }
}
