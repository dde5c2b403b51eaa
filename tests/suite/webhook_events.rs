//! The page for receivers of webhooks: what `NotifyWebhook` sends, against its schema and its example.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use contracts::notify_webhook::NotifyWebhookInput;
use contracts::values::UserId;
use kit::TaskFunction;
use kit::testing::FixedClock;
use notify_webhook::{
    App, Attempt, Deliver, KeepEvent, KeepResult, NoResponse, RecordAttempt, Secret, SecretFault,
    SignedEvent, SigningSecret, StoreFault, WebhookEvent,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::contract_pages::folder;

/// An empty store and an endpoint that takes everything, and keeps it.
#[derive(Clone, Default)]
struct Ports(Arc<Mutex<Vec<SignedEvent>>>);

impl KeepEvent for Ports {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        Ok(KeepResult::Undelivered(event))
    }
}

impl RecordAttempt for Ports {
    async fn record(&self, _: &UserId, _: Attempt) -> Result<(), StoreFault> {
        Ok(())
    }
}

impl SigningSecret for Ports {
    async fn get(&self) -> Result<Secret, SecretFault> {
        Ok("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz".parse().unwrap())
    }
}

impl Deliver for Ports {
    async fn deliver(&self, event: &SignedEvent) -> Result<u16, NoResponse> {
        self.0.lock().unwrap().push(event.clone());
        Ok(204)
    }
}

/// The content that is sent for this input.
fn sent(input: Value) -> String {
    let ports = Ports::default();
    let input: NotifyWebhookInput = serde_json::from_value(input).unwrap();
    let app = App::new(
        ports.clone(),
        ports.clone(),
        ports.clone(),
        FixedClock("2026-01-01T12:00:01Z"),
    );
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(app.call(input)).unwrap();
    let [event] = std::mem::take(&mut *ports.0.lock().unwrap()).try_into().unwrap();
    event.event.content
}

fn documents() -> PathBuf {
    folder("").join("../docs")
}

fn schema() -> Value {
    let text = fs::read_to_string(documents().join("webhooks/user.signed_up.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn is_valid(schema: &Value, event: &Value) -> bool {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).unwrap().is_valid(event)
}

/// Whether each member of the value, and of those below, is one that the schema describes.
fn is_described(schema: &Value, value: &Value) -> bool {
    let Some(members) = value.as_object() else {
        return true;
    };
    members.iter().all(|(name, member)| {
        let described = &schema["properties"][name];
        described.is_object() && is_described(described, member)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_event_that_is_sent_has_the_published_schema(
        id in "[0-9a-f]{32}",
        campaign in prop::option::of("[A-Za-z0-9_.:-]{1,128}"),
        millis in 0..1000_u32,
        minute in 0..60_u32,
    ) {
        let at = format!("2027-02-28T23:{minute:02}:59.{millis:03}Z");
        let input = json!({"userId": id, "campaign": campaign, "convertedAt": at});

        let event: Value = serde_json::from_str(&sent(input)).unwrap();

        let schema = schema();
        prop_assert!(is_valid(&schema, &event), "{event}");
        prop_assert!(is_described(&schema, &event), "{event}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_such_event() {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let event = json!({
        "type": "user.signed_up",
        "timestamp": "2026-01-01T12:00:00.250Z",
        "data": {"userId": "0123456789abcdef0123456789abcdef", "campaign": "spring-2026"},
    });
    assert!(is_valid(&schema, &event));
    for (pointer, wrong) in [
        ("/type", json!("user.verified")),
        ("/timestamp", json!("2026-01-01")),
        ("/timestamp", json!("2026-13-01T12:00:00.250Z")),
        ("/timestamp", json!(1_767_268_801)),
        ("/data", json!({})),
        ("/data", Value::Null),
        ("/data/userId", json!("ada@example.org")),
        ("/data/campaign", json!("spring 2026")),
        ("/data/campaign", Value::Null),
    ] {
        let mut changed = event.clone();
        *changed.pointer_mut(pointer).unwrap() = wrong;
        assert!(!is_valid(&schema, &changed), "{changed}");
    }
    for name in ["type", "timestamp", "data"] {
        let mut changed = event.clone();
        changed.as_object_mut().unwrap().remove(name);
        assert!(!is_valid(&schema, &changed), "{changed}");
    }
}

#[test]
fn the_example_on_the_page_is_what_is_sent() {
    let sample = fs::read_to_string(folder("notify-webhook").join("events/campaign.json")).unwrap();
    let page = fs::read_to_string(documents().join("webhooks.md")).unwrap();

    let content = sent(serde_json::from_str(&sample).unwrap());

    assert!(page.lines().any(|line| line == content), "{content}");
}
