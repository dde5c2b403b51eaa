//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::sync::{Arc, Mutex};

use contracts::notify_webhook::{Delivery, NotifyWebhookError, NotifyWebhookInput};
use contracts::values::UserId;
use kit::testing::{FixedClock, event, no_answer};
use kit::{Clock, Handler, TaskFunction};
use notify_webhook::{
    App, Attempt, Deliver, KeepEvent, Kept, NoAnswer, RecordAttempt, Secret, SecretFault, SignedEvent,
    SigningSecret, StoreFault, WebhookEvent,
};
use serde_json::{Value, json};

const ID: &str = "0123456789abcdef0123456789abcdef";
const CONTENT: &str = "{\"type\":\"user.signed_up\",\"timestamp\":\"2026-01-01T12:00:00.250Z\",\
                       \"data\":{\"userId\":\"0123456789abcdef0123456789abcdef\",\
                       \"campaign\":\"spring-2026\"}}";

/// An hour after the conversion.
const LATER: FixedClock = FixedClock("2026-01-01T13:00:00Z");

/// Gives the configured answers, and records the calls.
#[derive(Clone)]
struct Answers {
    keep: fn(WebhookEvent) -> Result<Kept, StoreFault>,
    record: fn() -> Result<(), StoreFault>,
    secret: fn() -> Result<Secret, SecretFault>,
    answer: Result<u16, NoAnswer>,
    sent: Arc<Mutex<Vec<SignedEvent>>>,
    recorded: Arc<Mutex<Vec<Attempt>>>,
}

impl KeepEvent for Answers {
    async fn keep(&self, event: WebhookEvent) -> Result<Kept, StoreFault> {
        (self.keep)(event)
    }
}

impl RecordAttempt for Answers {
    async fn record(&self, _: &UserId, attempt: Attempt) -> Result<(), StoreFault> {
        self.recorded.lock().unwrap().push(attempt);
        (self.record)()
    }
}

impl SigningSecret for Answers {
    async fn get(&self) -> Result<Secret, SecretFault> {
        (self.secret)()
    }
}

impl Deliver for Answers {
    async fn deliver(&self, event: &SignedEvent) -> Result<u16, NoAnswer> {
        self.sent.lock().unwrap().push(event.clone());
        self.answer
    }
}

/// Every call succeeds, except for the answer of the endpoint.
fn answers(answer: Result<u16, NoAnswer>) -> Answers {
    Answers {
        keep: |event| Ok(Kept::Undelivered(event)),
        record: || Ok(()),
        secret: || Ok("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz".parse().unwrap()),
        answer,
        sent: Arc::default(),
        recorded: Arc::default(),
    }
}

fn app(answers: &Answers) -> App<Answers, Answers, Answers, FixedClock> {
    App::new(answers.clone(), answers.clone(), answers.clone(), LATER)
}

fn failed(reason: &str) -> Attempt {
    Attempt::Failed {
        reason: reason.to_owned(),
    }
}

fn input() -> NotifyWebhookInput {
    serde_json::from_value(event("campaign")).unwrap()
}

#[tokio::test]
async fn an_event_that_the_endpoint_takes_is_delivered() {
    for status in [200, 204, 299] {
        let answers = answers(Ok(status));

        let output = app(&answers).call(input()).await.unwrap();

        let at = LATER.now();
        assert_eq!(output.delivery, Delivery::Delivered);
        assert_eq!(*answers.recorded.lock().unwrap(), [Attempt::Delivered { at }]);
    }
}

#[tokio::test]
async fn the_event_says_who_when_and_which_campaign_and_nothing_else() {
    let answers = answers(Ok(200));

    app(&answers).call(input()).await.unwrap();

    let sent = answers.sent.lock().unwrap();
    assert_eq!(sent[0].event.content, CONTENT);
    assert_eq!(sent[0].event.id, format!("msg_{ID}"));
    assert_eq!(sent[0].sent_at, LATER.now());
}

#[tokio::test]
async fn an_event_without_a_campaign_does_not_mention_one() {
    let answers = answers(Ok(200));

    Handler::task(app(&answers))
        .invoke(event("no-campaign"))
        .await
        .unwrap();

    let sent = answers.sent.lock().unwrap();
    let content: Value = serde_json::from_str(&sent[0].event.content).unwrap();
    assert_eq!(content["data"], json!({ "userId": ID }));
}

#[tokio::test]
async fn what_is_sent_is_what_was_kept_first() {
    let answers = Answers {
        keep: |event| {
            let content = "kept before".to_owned();
            Ok(Kept::Undelivered(WebhookEvent { content, ..event }))
        },
        ..answers(Ok(200))
    };

    app(&answers).call(input()).await.unwrap();

    assert_eq!(answers.sent.lock().unwrap()[0].event.content, "kept before");
}

#[tokio::test]
async fn a_delivered_event_is_not_sent_again() {
    let answers = Answers {
        keep: |_| Ok(Kept::Delivered),
        ..answers(Ok(200))
    };

    let output = Handler::task(app(&answers))
        .invoke(event("campaign"))
        .await
        .unwrap();

    assert_eq!(output, json!({ "delivery": "delivered" }));
    assert!(answers.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_event_that_is_not_kept_is_not_sent() {
    let answers = Answers {
        keep: |_| Err(no_answer()),
        ..answers(Ok(200))
    };

    let error = app(&answers).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::StoreUnavailable { .. }));
    assert!(answers.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn without_a_secret_nothing_is_sent() {
    let answers = Answers {
        secret: || Err(SecretFault("no answer".into())),
        ..answers(Ok(200))
    };

    let error = app(&answers).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::SecretUnavailable { .. }));
    assert!(answers.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn busy_answers_are_transient() {
    for status in [408, 425, 429, 500, 503, 599] {
        let answers = answers(Ok(status));

        let error = app(&answers).call(input()).await.unwrap_err();

        assert!(
            matches!(error, NotifyWebhookError::WebhookUnavailable { .. }),
            "{status}"
        );
        assert_eq!(*answers.recorded.lock().unwrap(), [failed(&status.to_string())]);
    }
}

#[tokio::test]
async fn any_other_answer_is_a_refusal() {
    for status in [101, 301, 302, 400, 401, 404, 410, 600] {
        let answers = answers(Ok(status));

        let error = app(&answers).call(input()).await.unwrap_err();

        assert!(
            matches!(error, NotifyWebhookError::WebhookRefused { .. }),
            "{status}"
        );
        assert_eq!(*answers.recorded.lock().unwrap(), [failed(&status.to_string())]);
    }
}

#[tokio::test]
async fn a_missing_answer_is_transient() {
    let answers = answers(Err(NoAnswer::InTime));

    let failure = Handler::task(app(&answers))
        .invoke(event("campaign"))
        .await
        .unwrap_err();

    assert_eq!(failure.name, "WebhookUnavailable");
    assert_eq!(*answers.recorded.lock().unwrap(), [failed("no answer in time")]);
}

#[tokio::test]
async fn a_failure_that_cannot_be_recorded_is_reported_all_the_same() {
    let answers = Answers {
        record: || Err(no_answer()),
        ..answers(Ok(410))
    };

    let error = app(&answers).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::WebhookRefused { .. }));
}

#[tokio::test]
async fn a_delivery_that_cannot_be_recorded_is_tried_again() {
    let answers = Answers {
        record: || Err(no_answer()),
        ..answers(Ok(200))
    };

    let error = app(&answers).call(input()).await.unwrap_err();

    assert!(matches!(error, NotifyWebhookError::StoreUnavailable { .. }));
}

#[tokio::test]
async fn a_bad_campaign_is_reported_by_its_field_and_never_by_its_value() {
    let handler = Handler::task(app(&answers(Ok(200))));

    let failure = handler.invoke(event("bad-campaign")).await.unwrap_err();

    assert_eq!(failure.name, "InvalidInput");
    assert!(failure.message.contains("`campaign`"), "{}", failure.message);
    assert!(!failure.message.contains("ada@"), "{}", failure.message);
}
