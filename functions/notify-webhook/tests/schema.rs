//! The page for receivers of webhooks: what the function sends, against its schema and its example.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

mod support;

use std::fs;
use std::path::Path;

use contracts::notify_webhook::NotifyWebhookInput;
use kit::TaskFunction;
use kit::testing::{FixedClock, sample_event};
use notify_webhook::App;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Collector, EmptyStore, FixedSecret, settings};

/// The content that is sent for this input.
fn sent(input: Value) -> String {
    let endpoint = Collector::default();
    let input: NotifyWebhookInput = serde_json::from_value(input).unwrap();
    let app = App::new(
        EmptyStore,
        FixedSecret("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz".to_owned()),
        endpoint.clone(),
        FixedClock("2026-01-01T12:00:01Z"),
        settings(),
    );
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(app.call(input)).unwrap();
    let [event] = std::mem::take(&mut *endpoint.0.lock().unwrap())
        .try_into()
        .unwrap();
    event.event.content
}

/// The text of a file of the documents.
fn document(path: &str) -> String {
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    fs::read_to_string(documents.join(path)).unwrap()
}

fn schema() -> Value {
    serde_json::from_str(&document("webhooks/user.signed_up.schema.json")).unwrap()
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
    let content = sent(sample_event("campaign"));

    let page = document("webhooks.md");
    assert!(page.lines().any(|line| line == content), "{content}");
}
