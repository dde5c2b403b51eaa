//! The ports of `notify-webhook`.

use std::time::Duration;

use ::notify_webhook::{
    Answer, Attempt, Circuit, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, Secret, SecretFault,
    ShareCircuit, SignedEvent, SigningSecret, Store, StoreFault, WebhookEvent, WebhookUrl,
};

use kit::StartError;

use super::Ports;
use crate::fault::Operation;

/// The pause that an endpoint asks for with a 429.
const RETRY_AFTER: Duration = Duration::from_mins(10);

/// What events are signed with.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

impl ::notify_webhook::Clients for Ports {
    fn store(&self, _: String) -> impl Store {
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
    async fn record(&self, event: &WebhookEvent, attempt: Attempt) -> Result<(), StoreFault> {
        self.table(Operation::RecordAttempt, |state| {
            let word = match attempt {
                Attempt::Delivered { .. } => "delivered",
                Attempt::Failed { .. } => "failed",
                Attempt::GivenUp => "given up",
            };
            state.table.record_attempt(event, attempt);
            (Some(()), word)
        })
        .await
    }
}

impl ShareCircuit for Ports {
    async fn circuit(&self, _: &str) -> Result<Circuit, StoreFault> {
        self.table(Operation::ReadCircuit, |state| {
            let circuit = state.table.circuit();
            (Some(circuit), circuit_word(circuit))
        })
        .await
    }

    async fn change(&self, _: &str, from: Circuit, to: Circuit) -> Result<bool, StoreFault> {
        self.table(Operation::ChangeCircuit, |state| {
            let changed = state.table.change_circuit(from, to);
            if changed {
                state.on_circuit_changed(to);
            }
            let word = if changed {
                circuit_word(to)
            } else {
                "changed by others"
            };
            (Some(changed), word)
        })
        .await
    }
}

fn circuit_word(circuit: Circuit) -> &'static str {
    match circuit {
        Circuit::Closed { .. } => "closed",
        Circuit::Open { .. } => "open",
        Circuit::HalfOpen { .. } => "half open",
        Circuit::Disabled { .. } => "disabled",
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
    async fn deliver(&self, event: &SignedEvent) -> Result<Answer, NoResponse> {
        self.perform(
            Operation::Deliver,
            |state| {
                let status = state.error_status.take().unwrap_or(204);
                state.on_webhook(event, status);
                let retry_after = (status == 429).then_some(RETRY_AFTER);
                (
                    Ok(Answer { status, retry_after }),
                    if status == 204 { "accepted" } else { "not accepted" },
                )
            },
            || NoResponse::Timeout,
        )
        .await
    }
}
