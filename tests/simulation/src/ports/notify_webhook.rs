//! The ports of `notify-webhook`.

use ::notify_webhook::{
    Attempt, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, Secret, SecretFault, SignedEvent,
    SigningSecret, StoreFault, WebhookEvent, WebhookUrl,
};
use contracts::values::UserId;

use kit::StartError;

use super::Ports;
use crate::fault::Operation;

/// What events are signed with.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

impl ::notify_webhook::Clients for Ports {
    fn deliveries(&self, _: String) -> impl KeepEvent + RecordAttempt {
        self.clone()
    }

    fn secret(&self, _: String) -> impl SigningSecret {
        self.clone()
    }

    fn endpoint(&self, _: WebhookUrl) -> Result<impl Deliver, StartError> {
        Ok(self.clone())
    }
}

impl KeepEvent for Ports {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        self.table(Operation::KeepEvent, |state| {
            let kept = state.table.keep(event);
            let word = match kept {
                Some(KeepResult::Undelivered(_)) => "undelivered",
                Some(KeepResult::Delivered) => "delivered before",
                None => "cannot be read",
            };
            (kept, word)
        })
        .await
    }
}

impl RecordAttempt for Ports {
    async fn record(&self, user: &UserId, attempt: Attempt) -> Result<(), StoreFault> {
        self.table(Operation::RecordAttempt, |state| {
            let word = match attempt {
                Attempt::Delivered { .. } => "delivered",
                Attempt::Failed { .. } => "failed",
            };
            state.table.record_attempt(user, attempt);
            (Some(()), word)
        })
        .await
    }
}

impl SigningSecret for Ports {
    async fn get(&self) -> Result<Secret, SecretFault> {
        self.perform(
            Operation::ReadSecret,
            |_| match SECRET.parse() {
                Ok(secret) => (Ok(secret), "there"),
                Err(_) => (Err(SecretFault("it cannot be parsed".into())), "cannot be parsed"),
            },
            || SecretFault("as planned".into()),
        )
        .await
    }
}

impl Deliver for Ports {
    async fn deliver(&self, event: &SignedEvent) -> Result<u16, NoResponse> {
        self.perform(
            Operation::Deliver,
            |state| {
                let status = state.error_status.take().unwrap_or(204);
                state.on_webhook(event, status);
                (
                    Ok(status),
                    if status == 204 { "accepted" } else { "not accepted" },
                )
            },
            || NoResponse::Timeout,
        )
        .await
    }
}
