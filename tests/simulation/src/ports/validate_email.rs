//! The ports of `validate-email`.

use ::validate_email::{
    Grant, GrantMail, Mail, MailFault, OpenResult, OpenVerification, RecordMailStep, RecordResult, SendMail,
    StoreFault, Verification,
};
use contracts::values::{EmailAddress, RecipientHash, Timestamp, UserId};
use kit::limit::Bucket;

use super::Ports;
use crate::fault::Operation;
use crate::state::{MailRefusal, State};

impl ::validate_email::Clients for Ports {
    fn verifications(&self, _: String) -> impl OpenVerification + GrantMail + RecordMailStep {
        self.clone()
    }

    fn mail(&self, _: String, _: Option<String>) -> impl SendMail {
        self.clone()
    }
}

impl OpenVerification for Ports {
    async fn open(&self, verification: Verification) -> Result<OpenResult, StoreFault> {
        self.table(Operation::OpenVerification, |state| {
            let opened = state.table.open(&verification);
            let word = match opened {
                Some(OpenResult::Open) => "open",
                Some(OpenResult::StaleAttempt) => "stale attempt",
                Some(OpenResult::Confirmed(_)) => "confirmed before",
                Some(OpenResult::Suppressed) => "bounced before",
                Some(OpenResult::Ended) => "ended",
                None => "condition failed",
            };
            (opened, word)
        })
        .await
    }
}

impl GrantMail for Ports {
    async fn grant(
        &self,
        bucket: &Bucket,
        recipient: &RecipientHash,
        user: &UserId,
        at: Timestamp,
    ) -> Result<Grant, StoreFault> {
        self.table(Operation::GrantMail, |state| {
            let grant = state.table.grant(bucket, recipient, user, at);
            match grant {
                Grant::Granted => state.on_mail_granted(user, at),
                Grant::UsedUp | Grant::Suppressed => {
                    state.monitor.withheld.insert(user.clone());
                }
            }
            let word = match grant {
                Grant::Granted => "granted",
                Grant::UsedUp => "used up",
                Grant::Suppressed => "suppressed",
            };
            (Some(grant), word)
        })
        .await
    }
}

impl SendMail for Ports {
    async fn send(&self, to: &EmailAddress, mail: &Mail) -> Result<(), MailFault> {
        self.perform(
            Operation::SendMail,
            |state| {
                if let Some(refusal) = state.mail_refusal.take() {
                    return refused(state, refusal);
                }
                let sign_up = state.running.sign_up;
                let word = state.deliver_mail(sign_up, to, mail);
                (Ok(()), word)
            },
            || MailFault::Unavailable("as planned".into()),
        )
        .await
    }
}

fn refused(state: &mut State, refusal: MailRefusal) -> (Result<(), MailFault>, &'static str) {
    let cause = "as planned".into();
    match refusal {
        MailRefusal::Rejected => {
            state.on_mail_rejected();
            (Err(MailFault::Rejected(cause)), "rejected permanently")
        }
        MailRefusal::RateExceeded => (Err(MailFault::RateExceeded(cause)), "over the rate"),
        MailRefusal::QuotaUsedUp => (Err(MailFault::QuotaUsedUp(cause)), "over the quota"),
    }
}

impl RecordMailStep for Ports {
    async fn record(&self, user: &UserId, window_ends_at: Timestamp) -> Result<RecordResult, StoreFault> {
        self.table(Operation::RecordMailStep, |state| {
            let recorded = state.table.record_mailed(user, window_ends_at);
            let word = match recorded {
                RecordResult::Recorded => "recorded",
                RecordResult::Ended => "ended",
            };
            (Some(recorded), word)
        })
        .await
    }
}
