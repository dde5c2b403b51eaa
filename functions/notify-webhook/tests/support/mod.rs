//! Ports of the function for its tests.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::sync::{Arc, Mutex};

use contracts::values::UserId;
use notify_webhook::{
    Attempt, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, Secret, SecretFault, SignedEvent,
    SigningSecret, StoreFault, WebhookEvent,
};

/// A store in which each event is new.
pub(crate) struct EmptyStore;

impl KeepEvent for EmptyStore {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        Ok(KeepResult::Undelivered(event))
    }
}

impl RecordAttempt for EmptyStore {
    async fn record(&self, _: &UserId, _: Attempt) -> Result<(), StoreFault> {
        Ok(())
    }
}

/// Always this secret.
pub(crate) struct FixedSecret(pub(crate) String);

impl SigningSecret for FixedSecret {
    async fn get(&self) -> Result<Secret, SecretFault> {
        Ok(self.0.parse().unwrap())
    }
}

/// An endpoint that accepts and keeps what it gets. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Collector(pub(crate) Arc<Mutex<Vec<SignedEvent>>>);

impl Deliver for Collector {
    async fn deliver(&self, event: &SignedEvent) -> Result<u16, NoResponse> {
        self.0.lock().unwrap().push(event.clone());
        Ok(204)
    }
}

/// An event with a signature that is none.
pub(crate) fn signed() -> SignedEvent {
    SignedEvent {
        event: WebhookEvent {
            user: "0123456789abcdef0123456789abcdef".parse().unwrap(),
            id: "msg_1".to_owned(),
            content: "{}".to_owned(),
        },
        sent_at: "2026-01-01T12:00:00Z".parse().unwrap(),
        signature: "v1,signature".to_owned(),
    }
}
