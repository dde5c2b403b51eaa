//! Ports of the function for its tests.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::notify_webhook::{Delivery, EventKind, NotifyWebhookInput};
use contracts::values::Timestamp;
use kit::Clock;
use kit::limit::{Bucket, Empty, Rate};
use kit::testing::MemoryBuckets;
use notify_webhook::{
    Answer, Attempt, Circuit, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, Schedule, Secret,
    SecretFault, Settings, ShareCircuit, SignedEvent, SigningSecret, StoreFault, TakeTokens, WebhookEvent,
};
use serde_json::json;

/// Settings with the defaults of the deployment.
pub(crate) fn settings() -> Settings {
    Settings {
        endpoint: "endpoint".to_owned(),
        failures_before_pause: 10,
        schedule: Schedule::default(),
        redeliveries: Rate::new(NonZeroU32::new(10).unwrap(), Duration::from_secs(1)),
    }
}

/// An answer without headers.
pub(crate) fn answer(status: u16) -> Answer {
    Answer {
        status,
        retry_after: None,
    }
}

/// A store in which each event is new.
pub(crate) struct EmptyStore;

impl KeepEvent for EmptyStore {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        Ok(KeepResult::Undelivered(event))
    }
}

impl RecordAttempt for EmptyStore {
    async fn record(&self, _: &WebhookEvent, _: Attempt) -> Result<(), StoreFault> {
        Ok(())
    }
}

impl ShareCircuit for EmptyStore {
    async fn circuit(&self, _: &str) -> Result<Circuit, StoreFault> {
        Ok(Circuit::Closed { since: None })
    }

    async fn change(&self, _: &str, _: Circuit, _: Circuit) -> Result<bool, StoreFault> {
        Ok(true)
    }
}

impl TakeTokens for EmptyStore {
    async fn take(&self, _: &Bucket, _: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        Ok(Ok(()))
    }
}

/// A store in memory, with a circuit that functions share. Clones share it.
#[derive(Clone)]
pub(crate) struct MemoryStore(pub(crate) Arc<Mutex<Stored>>, MemoryBuckets);

#[derive(Default)]
pub(crate) struct Stored {
    pub(crate) events: BTreeMap<String, Kept>,
    pub(crate) circuit: Option<Circuit>,
    /// All changes of the circuit.
    pub(crate) changes: Vec<Circuit>,
}

pub(crate) struct Kept {
    pub(crate) event: WebhookEvent,
    pub(crate) delivery: Delivery,
    pub(crate) failures: usize,
}

impl MemoryStore {
    pub(crate) fn new() -> Self {
        Self(Arc::default(), MemoryBuckets::default())
    }

    pub(crate) fn delivery(&self, id: &str) -> Delivery {
        self.0.lock().unwrap().events.get(id).unwrap().delivery
    }
}

impl KeepEvent for MemoryStore {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        let mut stored = self.0.lock().unwrap();
        let kept = stored.events.entry(event.id.clone()).or_insert(Kept {
            event,
            delivery: Delivery::Undelivered,
            failures: 0,
        });
        Ok(match kept.delivery {
            Delivery::Delivered => KeepResult::Delivered,
            _ => KeepResult::Undelivered(kept.event.clone()),
        })
    }
}

impl RecordAttempt for MemoryStore {
    async fn record(&self, event: &WebhookEvent, attempt: Attempt) -> Result<(), StoreFault> {
        let mut stored = self.0.lock().unwrap();
        let kept = stored.events.get_mut(&event.id).unwrap();
        match attempt {
            Attempt::Delivered { .. } => kept.delivery = Delivery::Delivered,
            Attempt::Failed { .. } => kept.failures += 1,
            Attempt::GivenUp => kept.delivery = Delivery::Dead,
        }
        Ok(())
    }
}

impl ShareCircuit for MemoryStore {
    async fn circuit(&self, _: &str) -> Result<Circuit, StoreFault> {
        let stored = self.0.lock().unwrap();
        Ok(stored.circuit.unwrap_or(Circuit::Closed { since: None }))
    }

    async fn change(&self, _: &str, from: Circuit, to: Circuit) -> Result<bool, StoreFault> {
        let mut stored = self.0.lock().unwrap();
        if stored.circuit.unwrap_or(Circuit::Closed { since: None }) != from {
            return Ok(false);
        }
        stored.circuit = Some(to);
        stored.changes.push(to);
        Ok(true)
    }
}

impl TakeTokens for MemoryStore {
    async fn take(&self, bucket: &Bucket, now: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        self.1.take(bucket, now).await
    }
}

/// A clock that a test sets. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct SetClock(Arc<AtomicI64>);

impl SetClock {
    pub(crate) fn advance(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_epoch_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// An endpoint that answers what is set. Clones share it.
#[derive(Clone)]
pub(crate) struct SetEndpoint(pub(crate) Arc<Mutex<Answers>>);

pub(crate) struct Answers {
    pub(crate) next: Result<Answer, NoResponse>,
    /// The ids of all that it got.
    pub(crate) received: Vec<String>,
}

impl SetEndpoint {
    pub(crate) fn new(next: Result<Answer, NoResponse>) -> Self {
        let received = Vec::new();
        Self(Arc::new(Mutex::new(Answers { next, received })))
    }

    pub(crate) fn set(&self, next: Result<Answer, NoResponse>) {
        self.0.lock().unwrap().next = next;
    }

    pub(crate) fn received(&self) -> usize {
        self.0.lock().unwrap().received.len()
    }
}

impl Deliver for SetEndpoint {
    async fn deliver(&self, event: &SignedEvent) -> Result<Answer, NoResponse> {
        // Others go on meanwhile.
        tokio::task::yield_now().await;
        let mut answers = self.0.lock().unwrap();
        answers.received.push(event.event.id.clone());
        answers.next
    }
}

/// The input of an event of the user with this digit.
pub(crate) fn input_of(digit: char) -> NotifyWebhookInput {
    let id = digit.to_string().repeat(32);
    let input = json!({"userId": id, "convertedAt": "1970-01-01T00:00:00Z"});
    serde_json::from_value(input).unwrap()
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
    async fn deliver(&self, event: &SignedEvent) -> Result<Answer, NoResponse> {
        self.0.lock().unwrap().push(event.clone());
        Ok(answer(204))
    }
}

/// An event with a signature that is none.
pub(crate) fn signed() -> SignedEvent {
    SignedEvent {
        event: WebhookEvent {
            user: "0123456789abcdef0123456789abcdef".parse().unwrap(),
            kind: EventKind::SignedUp,
            id: "msg_1".to_owned(),
            content: "{}".to_owned(),
        },
        sent_at: "2026-01-01T12:00:00Z".parse().unwrap(),
        signature: "v1,signature".to_owned(),
    }
}
