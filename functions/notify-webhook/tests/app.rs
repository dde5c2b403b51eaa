//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

mod support;

use std::sync::{Arc, Mutex};

use contracts::notify_webhook::{Delivery, EventKind, NotifyWebhookError, NotifyWebhookInput};
use contracts::values::Timestamp;
use kit::limit::{Bucket, Empty};
use kit::testing::{FixedClock, sample_event, unavailable_store};
use kit::{Clock, Handler, TaskFunction};
use notify_webhook::{
    Answer, App, Attempt, Circuit, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, Secret,
    SecretFault, ShareCircuit, SignedEvent, SigningSecret, StoreFault, TakeTokens, WebhookEvent,
};
use serde_json::{Value, json};
use support::{answer, settings};

const ID: &str = "0123456789abcdef0123456789abcdef";
const CONTENT: &str = "{\"type\":\"user.signed_up\",\"timestamp\":\"2026-01-01T12:00:00.250Z\",\
                       \"data\":{\"userId\":\"0123456789abcdef0123456789abcdef\",\
                       \"campaign\":\"spring-2026\"}}";

/// An hour after the sign-up.
const LATER: FixedClock = FixedClock("2026-01-01T13:00:00Z");

/// Ports with configured results, which record their calls.
#[derive(Clone)]
struct StubPorts {
    keep: fn(WebhookEvent) -> Result<KeepResult, StoreFault>,
    record: fn() -> Result<(), StoreFault>,
    secret: fn() -> Result<Secret, SecretFault>,
    status: Result<u16, NoResponse>,
    sent: Arc<Mutex<Vec<SignedEvent>>>,
    recorded: Arc<Mutex<Vec<Attempt>>>,
}

impl KeepEvent for StubPorts {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        (self.keep)(event)
    }
}

impl RecordAttempt for StubPorts {
    async fn record(&self, _: &WebhookEvent, attempt: Attempt) -> Result<(), StoreFault> {
        self.recorded.lock().unwrap().push(attempt);
        (self.record)()
    }
}

/// The circuit is closed, and there are tokens: `circuit.rs` and `redelivery.rs` have the other cases.
impl ShareCircuit for StubPorts {
    async fn circuit(&self, _: &str) -> Result<Circuit, StoreFault> {
        Ok(Circuit::Closed { since: None })
    }

    async fn change(&self, _: &str, _: Circuit, _: Circuit) -> Result<bool, StoreFault> {
        Ok(true)
    }
}

impl TakeTokens for StubPorts {
    async fn take(&self, _: &Bucket, _: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        Ok(Ok(()))
    }
}

impl SigningSecret for StubPorts {
    async fn get(&self) -> Result<Secret, SecretFault> {
        (self.secret)()
    }
}

impl Deliver for StubPorts {
    async fn deliver(&self, event: &SignedEvent) -> Result<Answer, NoResponse> {
        self.sent.lock().unwrap().push(event.clone());
        self.status.map(answer)
    }
}

/// Ports whose calls succeed, and the endpoint with this status.
fn ports(status: Result<u16, NoResponse>) -> StubPorts {
    StubPorts {
        keep: |event| Ok(KeepResult::Undelivered(event)),
        record: || Ok(()),
        secret: || Ok("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz".parse().unwrap()),
        status,
        sent: Arc::default(),
        recorded: Arc::default(),
    }
}

fn app(ports: &StubPorts) -> App<StubPorts, StubPorts, StubPorts, FixedClock> {
    App::new(ports.clone(), ports.clone(), ports.clone(), LATER, settings())
}

fn failed(reason: &str) -> Attempt {
    Attempt::Failed {
        reason: reason.to_owned(),
    }
}

fn input() -> NotifyWebhookInput {
    serde_json::from_value(sample_event("campaign")).unwrap()
}

#[tokio::test]
async fn a_2xx_status_means_delivered() {
    for status in [200, 204, 299] {
        let ports = ports(Ok(status));

        let output = app(&ports).call(input()).await.unwrap();

        let at = LATER.now();
        assert_eq!(output.delivery, Delivery::Delivered);
        assert_eq!(*ports.recorded.lock().unwrap(), [Attempt::Delivered { at }]);
    }
}

#[tokio::test]
async fn the_event_has_only_user_time_and_campaign() {
    let ports = ports(Ok(200));

    app(&ports).call(input()).await.unwrap();

    let sent = ports.sent.lock().unwrap();
    assert_eq!(sent[0].event.content, CONTENT);
    assert_eq!(sent[0].event.id, format!("msg_{ID}"));
    assert_eq!(sent[0].sent_at, LATER.now());
}

#[tokio::test]
async fn a_verified_user_is_another_event_with_an_id_of_its_own() {
    let ports = ports(Ok(200));
    let input = NotifyWebhookInput {
        event: Some(EventKind::Verified),
        ..input()
    };

    app(&ports).call(input).await.unwrap();

    let sent = ports.sent.lock().unwrap();
    assert_eq!(sent[0].event.content, CONTENT.replace("signed_up", "verified"));
    assert_eq!(sent[0].event.id, format!("msg_{ID}_verified"));
}

#[tokio::test]
async fn an_event_without_a_campaign_does_not_mention_one() {
    let ports = ports(Ok(200));

    Handler::task(app(&ports))
        .invoke(sample_event("no-campaign"))
        .await
        .unwrap();

    let sent = ports.sent.lock().unwrap();
    let content: Value = serde_json::from_str(&sent[0].event.content).unwrap();
    assert_eq!(content["data"], json!({ "userId": ID }));
}

#[tokio::test]
async fn retries_send_the_content_that_was_stored_first() {
    let ports = StubPorts {
        keep: |event| {
            let content = "kept before".to_owned();
            Ok(KeepResult::Undelivered(WebhookEvent { content, ..event }))
        },
        ..ports(Ok(200))
    };

    app(&ports).call(input()).await.unwrap();

    assert_eq!(ports.sent.lock().unwrap()[0].event.content, "kept before");
}

#[tokio::test]
async fn a_delivered_event_is_not_sent_again() {
    let ports = StubPorts {
        keep: |_| Ok(KeepResult::Delivered),
        ..ports(Ok(200))
    };

    let output = Handler::task(app(&ports))
        .invoke(sample_event("campaign"))
        .await
        .unwrap();

    assert_eq!(output, json!({ "delivery": "delivered" }));
    assert!(ports.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_event_is_stored_before_it_is_sent() {
    let ports = StubPorts {
        keep: |_| Err(unavailable_store()),
        ..ports(Ok(200))
    };

    let error = app(&ports).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::StoreUnavailable { .. }));
    assert!(ports.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn no_event_is_sent_without_a_secret() {
    let ports = StubPorts {
        secret: || Err(SecretFault("no response".into())),
        ..ports(Ok(200))
    };

    let error = app(&ports).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::SecretUnavailable { .. }));
    assert!(ports.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn retryable_statuses_are_transient() {
    for status in [408, 425, 429, 500, 503, 599] {
        let ports = ports(Ok(status));

        let error = app(&ports).call(input()).await.unwrap_err();

        assert!(
            matches!(error, NotifyWebhookError::WebhookUnavailable { .. }),
            "{status}"
        );
        assert_eq!(*ports.recorded.lock().unwrap(), [failed(&status.to_string())]);
    }
}

#[tokio::test]
async fn any_other_status_is_a_rejection() {
    for status in [101, 301, 302, 400, 401, 404, 600] {
        let ports = ports(Ok(status));

        let error = app(&ports).call(input()).await.unwrap_err();

        assert!(
            matches!(error, NotifyWebhookError::WebhookRefused { .. }),
            "{status}"
        );
        assert_eq!(*ports.recorded.lock().unwrap(), [failed(&status.to_string())]);
    }
}

#[tokio::test]
async fn a_missing_response_is_transient() {
    let ports = ports(Err(NoResponse::Timeout));

    let failure = Handler::task(app(&ports))
        .invoke(sample_event("campaign"))
        .await
        .unwrap_err();

    assert_eq!(failure.name, "WebhookUnavailable");
    assert_eq!(*ports.recorded.lock().unwrap(), [failed("no response in time")]);
}

#[tokio::test]
async fn a_failed_attempt_is_reported_even_if_it_cannot_be_stored() {
    let ports = StubPorts {
        record: || Err(unavailable_store()),
        ..ports(Ok(404))
    };

    let error = app(&ports).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::WebhookRefused { .. }));
}

#[tokio::test]
async fn a_delivery_that_cannot_be_stored_is_retried() {
    let ports = StubPorts {
        record: || Err(unavailable_store()),
        ..ports(Ok(200))
    };

    let error = app(&ports).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::StoreUnavailable { .. }));
}

#[tokio::test]
async fn an_invalid_campaign_is_reported_by_its_field_without_its_value() {
    let handler = Handler::task(app(&ports(Ok(200))));

    let failure = handler.invoke(sample_event("bad-campaign")).await.unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`campaign`"), "{}", failure.message);
    assert!(!failure.message.contains("ada@"), "{}", failure.message);
}
