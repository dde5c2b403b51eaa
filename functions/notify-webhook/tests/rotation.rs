//! The signing key is rotated while events are sent: at every moment there is a key that a receiver can verify with.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

mod support;

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::notify_webhook::NotifyWebhookInput;
use futures::future;
use kit::testing::sample_event;
use kit::{SystemClock, TaskFunction};
use notify_webhook::{App, CACHE_TIME, SignedEvent, StoredSecret};
use standardwebhooks::Webhook;
use support::{Collector, EmptyStore, settings};

/// The keys in the order in which they become the current one.
fn key(number: usize) -> String {
    format!("whsec_{}", STANDARD.encode([u8::try_from(number).unwrap(); 24]))
}

/// A secret with the versions `AWSCURRENT` and `AWSPREVIOUS`.
#[derive(Clone, Default)]
struct SecretsManager(Arc<Mutex<Versions>>);

#[derive(Default)]
struct Versions {
    /// When each key became the current one. The first two have always been there.
    rotations: Vec<Instant>,
    /// Whether the key is rotated after the next read.
    rotates_after_read: bool,
}

impl Versions {
    fn current(&self) -> usize {
        self.rotations.len() + 1
    }
}

impl SecretsManager {
    fn rotate(&self) {
        self.0.lock().unwrap().rotations.push(Instant::now());
    }

    fn version(&self, stage: &'static str) -> Rule {
        let versions = Arc::clone(&self.0);
        mock!(Client::get_secret_value)
            .match_requests(move |request| request.version_stage() == Some(stage))
            .then_output(move || {
                let mut versions = versions.lock().unwrap();
                let age = usize::from(stage == "AWSPREVIOUS");
                let text = key(versions.current() - age);
                if std::mem::take(&mut versions.rotates_after_read) {
                    versions.rotations.push(Instant::now());
                }
                GetSecretValueOutput::builder().secret_string(text).build()
            })
    }

    fn secret(&self, cache_time: Duration) -> StoredSecret {
        let [current, previous] = ["AWSCURRENT", "AWSPREVIOUS"].map(|stage| self.version(stage));
        let client = mock_client!(aws_sdk_secretsmanager, RuleMode::MatchAny, [&current, &previous]);
        StoredSecret::new(client, "arn".to_owned(), cache_time)
    }
}

/// Sends an event, and returns it.
async fn send(
    app: &App<EmptyStore, StoredSecret, Collector, SystemClock>,
    endpoint: &Collector,
) -> SignedEvent {
    let input: NotifyWebhookInput = serde_json::from_value(sample_event("campaign")).unwrap();
    app.call(input).await.unwrap();
    endpoint.0.lock().unwrap().pop().unwrap()
}

/// Whether a receiver that knows this key alone accepts the event.
fn verifies(number: usize, signed: &SignedEvent) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", signed.event.id.parse().unwrap());
    headers.insert("webhook-timestamp", signed.sent_at.epoch_seconds().into());
    headers.insert("webhook-signature", signed.signature.parse().unwrap());
    let receiver = Webhook::new(&key(number)).unwrap();
    receiver.verify(signed.event.content.as_bytes(), &headers).is_ok()
}

#[tokio::test]
async fn each_key_verifies_from_the_cache_time_on_until_the_second_next() {
    const CACHE: Duration = Duration::from_millis(30);
    const ROTATIONS: usize = 6;
    let (service, endpoint) = (SecretsManager::default(), Collector::default());
    let app = App::new(
        EmptyStore,
        service.secret(CACHE),
        endpoint.clone(),
        SystemClock,
        settings(),
    );
    let (sent, is_over) = (RefCell::new(Vec::new()), Cell::new(false));

    let sending = async {
        while !is_over.get() {
            let start = Instant::now();
            let events = future::join_all((0..8).map(|_| send(&app, &endpoint))).await;
            let finish = Instant::now();
            sent.borrow_mut()
                .extend(events.into_iter().map(|event| (start, event, finish)));
            tokio::task::yield_now().await;
        }
    };
    let rotating = async {
        for _ in 0..ROTATIONS {
            service.rotate();
            tokio::time::sleep(2 * CACHE).await;
            // However slow this machine is: events that began after the cache time.
            let enough = sent.borrow().len() + 32;
            while sent.borrow().len() < enough {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        is_over.set(true);
    };
    future::join(sending, rotating).await;

    let rotations = &service.0.lock().unwrap().rotations;
    let mut checked = [0; ROTATIONS];
    for (start, event, finish) in sent.borrow().iter() {
        for (index, at) in rotations.iter().enumerate() {
            let is_replaced = rotations.get(index + 2).is_some_and(|next| next <= finish);
            if *at + CACHE <= *start && !is_replaced {
                assert!(verifies(index + 2, event), "key {}", index + 2);
                checked[index] += 1;
            }
        }
    }
    assert!(checked.iter().all(|events| *events >= 16), "{checked:?}");
}

#[tokio::test]
async fn a_rotation_between_the_reads_of_both_versions_loses_no_key() {
    let (service, endpoint) = (SecretsManager::default(), Collector::default());
    service.0.lock().unwrap().rotates_after_read = true;
    let app = App::new(
        EmptyStore,
        service.secret(CACHE_TIME),
        endpoint.clone(),
        SystemClock,
        settings(),
    );

    let event = send(&app, &endpoint).await;

    assert_eq!(service.0.lock().unwrap().current(), 2);
    assert!(verifies(1, &event));
}
