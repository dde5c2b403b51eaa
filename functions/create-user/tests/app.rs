//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use contracts::sign_up::SignUpInput;
use contracts::values::Timestamp;
use create_user::{
    AcceptResult, AcceptSignUp, Acceptance, App, Fingerprint, FingerprintKey, Limits, StartFault,
    StartSignUp, StoreFault, TakeTokens,
};
use kit::limit::{Bucket, Empty, Rate};
use kit::testing::{MemoryBuckets, NOON, sample_event, unavailable_store};
use kit::{Clock, Handler};
use serde_json::{Value, json};

/// A store that forgets nothing.
#[derive(Clone, Default)]
struct Memory {
    acceptances: Arc<Mutex<Vec<Acceptance>>>,
}

impl AcceptSignUp for Memory {
    async fn accept(&self, acceptance: &Acceptance) -> Result<AcceptResult, StoreFault> {
        let mut acceptances = self.acceptances.lock().unwrap();
        let before = acceptances
            .iter()
            .find(|before| before.request.is_some() && before.request == acceptance.request);
        if let Some(before) = before {
            return Ok(AcceptResult::Before {
                user_id: before.user_id.clone(),
                fingerprint: before.fingerprint.clone(),
            });
        }
        acceptances.push(acceptance.clone());
        Ok(AcceptResult::New)
    }
}

/// A store that is unavailable.
struct NoStore;

impl AcceptSignUp for NoStore {
    async fn accept(&self, _: &Acceptance) -> Result<AcceptResult, StoreFault> {
        Err(unavailable_store())
    }
}

impl TakeTokens for NoStore {
    async fn take(&self, _: &Bucket, _: Timestamp) -> Result<Result<(), Empty>, StoreFault> {
        Err(unavailable_store())
    }
}

/// A workflow that records its inputs.
#[derive(Clone, Default)]
struct Workflow {
    started: Arc<Mutex<Vec<SignUpInput>>>,
    fails: Arc<Mutex<bool>>,
}

impl Workflow {
    fn started(&self) -> Vec<SignUpInput> {
        self.started.lock().unwrap().clone()
    }
}

impl StartSignUp for Workflow {
    async fn start(&self, input: &SignUpInput) -> Result<(), StartFault> {
        if *self.fails.lock().unwrap() {
            return Err(StartFault("no response".into()));
        }
        self.started.lock().unwrap().push(input.clone());
        Ok(())
    }
}

fn key() -> FingerprintKey {
    FingerprintKey::new(&"k".repeat(32)).unwrap()
}

/// The function and its mocks.
struct Function {
    handler: Handler,
    memory: Memory,
    buckets: MemoryBuckets,
    workflow: Workflow,
}

fn limits(per_source: u32, per_mailbox_and_source: u32) -> Limits {
    let a_day = |tokens| Rate::new(NonZeroU32::new(tokens).unwrap(), Duration::from_hours(24));
    Limits {
        per_source: a_day(per_source),
        per_mailbox_and_source: a_day(per_mailbox_and_source),
    }
}

fn function() -> Function {
    function_with(limits(10, 10))
}

fn function_with(limits: Limits) -> Function {
    let (memory, workflow, buckets) = (Memory::default(), Workflow::default(), MemoryBuckets::default());
    let app = App::new(
        memory.clone(),
        buckets.clone(),
        workflow.clone(),
        NOON,
        key(),
        limits,
    );
    Function {
        handler: Handler::api("CreateUser", app),
        memory,
        buckets,
        workflow,
    }
}

/// A sign-up of this address from this source.
fn request_from(source: &str, email: &str) -> Value {
    let mut event = request_of(&json!({"email": email}));
    event["requestContext"]["http"]["sourceIp"] = source.into();
    event
}

async fn status(function: &Function, event: Value) -> u64 {
    let response = function.handler.invoke(event).await.unwrap();
    response["statusCode"].as_u64().unwrap()
}

/// A request with this body.
fn request_of(body: &Value) -> Value {
    let mut event = sample_event("ok");
    event["body"] = body.to_string().into();
    event
}

/// A request with this idempotency key and body.
fn request_with_key(key: &str, body: &Value) -> Value {
    let mut event = request_of(body);
    event["headers"]["idempotency-key"] = key.into();
    event
}

fn body(response: &Value) -> Value {
    serde_json::from_str(response["body"].as_str().unwrap()).unwrap()
}

async fn fingerprint_of(request: Value) -> Fingerprint {
    let function = function();
    function.handler.invoke(request_of(&request)).await.unwrap();
    function.memory.acceptances.lock().unwrap()[0].fingerprint.clone()
}

#[tokio::test]
async fn a_sign_up_is_accepted_under_a_new_id() {
    let function = function();

    let response = function.handler.invoke(sample_event("ok")).await.unwrap();

    let body = body(&response);
    let id = body["id"].as_str().unwrap();
    assert_eq!(response["statusCode"], 202);
    assert_eq!(response["headers"]["location"], format!("/users/{id}"));
    assert_eq!(body, json!({"id": id, "status": "pending"}));
    let accepted = function.memory.acceptances.lock().unwrap();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].user_id.as_str(), id);
    assert_eq!(accepted[0].at, NOON.now());
}

#[tokio::test]
async fn the_workflow_gets_the_data_of_the_request() {
    let function = function();

    let response = function.handler.invoke(sample_event("ok")).await.unwrap();

    let started = function.workflow.started();
    assert_eq!(
        serde_json::to_value(&started).unwrap(),
        json!([{
            "userId": body(&response)["id"],
            "email": "ada@example.org",
            "name": "Ada",
            "locale": "en-GB",
            "campaign": "spring-2026",
        }])
    );
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let request = json!({"email": "ada@example.org", "unheard_of": 1});

    let response = function().handler.invoke(request_of(&request)).await.unwrap();

    assert_eq!(response["statusCode"], 202);
}

#[tokio::test]
async fn the_accepted_record_has_no_personal_data() {
    let function = function();

    function.handler.invoke(sample_event("ok")).await.unwrap();

    let accepted = format!("{:?}", function.memory.acceptances.lock().unwrap());
    assert!(
        !accepted.contains("ada@") && !accepted.contains("Ada"),
        "{accepted}"
    );
}

#[tokio::test]
async fn without_a_key_every_request_is_a_new_sign_up() {
    let function = function();

    let first = function.handler.invoke(sample_event("ok")).await.unwrap();
    let second = function.handler.invoke(sample_event("ok")).await.unwrap();

    assert_ne!(body(&first)["id"], body(&second)["id"]);
}

#[tokio::test]
async fn a_retry_with_its_key_gets_the_same_response() {
    let function = function();

    let first = function
        .handler
        .invoke(sample_event("with-idempotency-key"))
        .await;
    let second = function
        .handler
        .invoke(sample_event("with-idempotency-key"))
        .await;

    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(function.memory.acceptances.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_retry_starts_an_accepted_sign_up_that_was_never_started() {
    let function = function();
    *function.workflow.fails.lock().unwrap() = true;
    let first = function
        .handler
        .invoke(sample_event("with-idempotency-key"))
        .await;
    *function.workflow.fails.lock().unwrap() = false;

    let second = function
        .handler
        .invoke(sample_event("with-idempotency-key"))
        .await;

    assert_eq!(first.unwrap()["statusCode"], 503);
    assert_eq!(second.unwrap()["statusCode"], 202);
    let accepted = function.memory.acceptances.lock().unwrap()[0].user_id.clone();
    assert_eq!(function.workflow.started()[0].user_id, accepted);
}

#[tokio::test]
async fn retries_are_recognised_in_normal_form() {
    let function = function();
    let composed = json!({"email": "zo\u{eb}@example.org"});
    let decomposed = json!({"email": " ZOE\u{308}@EXAMPLE.org", "name": null});

    let first = function.handler.invoke(request_with_key("key", &composed)).await;
    let second = function
        .handler
        .invoke(request_with_key("key", &decomposed))
        .await;

    assert_eq!(first.unwrap(), second.unwrap());
}

#[tokio::test]
async fn a_key_of_a_different_request_for_the_address_is_rejected() {
    let function = function();
    let (one, other) = (
        json!({"email": "a@example.org"}),
        json!({"email": "A@example.org", "name": "Ada"}),
    );

    function
        .handler
        .invoke(request_with_key("key", &one))
        .await
        .unwrap();
    let response = function
        .handler
        .invoke(request_with_key("key", &other))
        .await
        .unwrap();

    assert_eq!(response["statusCode"], 422);
    assert_eq!(function.workflow.started().len(), 1);
}

#[tokio::test]
async fn people_who_choose_the_same_key_do_not_meet() {
    let function = function();
    let mut ids = Vec::new();

    for email in ["a@example.org", "b@example.org", "a+b@example.org"] {
        let request = request_with_key("1", &json!({"email": email}));
        let response = function.handler.invoke(request).await.unwrap();
        assert_eq!(response["statusCode"], 202, "{email}");
        ids.push(body(&response)["id"].clone());
    }

    assert_eq!(function.workflow.started().len(), 3);
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

#[tokio::test]
async fn addresses_that_cannot_be_mailed_are_rejected_with_the_reason() {
    let function = function();

    for (email, reason) in [
        ("ada@example.invalid", "reserved"),
        ("ada@nobody.onion", "reserved"),
        ("ada@example.o", "does not exist"),
        ("ada@127.0.0.0x1", "does not exist"),
        ("=?utf-8?q?ada=40example.com=3e=00?=@example.org", "encoded word"),
    ] {
        let response = function
            .handler
            .invoke(request_of(&json!({"email": email})))
            .await
            .unwrap();

        let error = &body(&response)["errors"][0];
        assert_eq!(response["statusCode"], 422, "{email}");
        assert_eq!(error["pointer"], "/email");
        assert!(error["detail"].as_str().unwrap().contains(reason), "{error}");
    }
    assert!(function.memory.acceptances.lock().unwrap().is_empty());
}

#[tokio::test]
async fn every_field_is_part_of_the_fingerprint() {
    let fields = [
        ("email", "b@example.org"),
        ("name", "Ada"),
        ("phone", "+493012345678"),
        ("locale", "de-CH"),
        ("campaign", "spring"),
    ];
    let plain = fingerprint_of(json!({"email": "a@example.org"})).await;

    for (field, value) in fields {
        let mut request = json!({"email": "a@example.org"});
        request[field] = value.into();

        assert_ne!(fingerprint_of(request).await, plain, "{field}");
    }
}

#[tokio::test]
async fn the_same_text_in_another_field_is_a_different_request() {
    let name = fingerprint_of(json!({"email": "a@example.org", "name": "de"})).await;
    let locale = fingerprint_of(json!({"email": "a@example.org", "locale": "de"})).await;

    assert_ne!(name, locale);
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_ascii_characters_without_commas() {
    let request = json!({"email": "a@example.org"});
    let status = async |key: &str| {
        let response = function().handler.invoke(request_with_key(key, &request)).await;
        response.unwrap()["statusCode"].as_u64().unwrap()
    };

    assert_eq!(status("!").await, 202);
    assert_eq!(status(&"~".repeat(255)).await, 202);
    for key in ["", "two words", "cl\u{e9}", "tab\t", "two,keys", &"x".repeat(256)] {
        assert_eq!(status(key).await, 400, "{key:?}");
    }
}

#[tokio::test]
async fn idempotency_keys_are_stored_as_hashes_only() {
    let function = function();
    let request = json!({"email": "a@example.org"});

    let request = request_with_key("canary", &request);
    function.handler.invoke(request).await.unwrap();

    let accepted = format!("{:?}", function.memory.acceptances.lock().unwrap());
    assert!(!accepted.contains("canary"), "{accepted}");
}

#[tokio::test]
async fn all_invalid_fields_are_named_without_their_values() {
    let response = function()
        .handler
        .invoke(sample_event("bad-email"))
        .await
        .unwrap();

    let errors = body(&response)["errors"].clone();
    assert_eq!(response["statusCode"], 422);
    assert_eq!(errors[0]["pointer"], "/email");
    assert_eq!(errors[1]["pointer"], "/phone");
    assert!(!response.to_string().contains("not an address"), "{response}");
}

#[tokio::test]
async fn invalid_requests_are_neither_accepted_nor_started() {
    let function = function();

    for (name, status) in [
        ("not-json", 400),
        ("wrong-method", 405),
        ("wrong-content-type", 415),
        ("bad-email", 422),
    ] {
        let response = function.handler.invoke(sample_event(name)).await.unwrap();

        assert_eq!(response["statusCode"], status, "{name}");
        assert_eq!(response["headers"]["content-type"], "application/problem+json");
    }
    assert!(function.memory.acceptances.lock().unwrap().is_empty());
    assert!(function.workflow.started().is_empty());
}

#[tokio::test]
async fn an_unavailable_store_gets_503() {
    let workflow = Workflow::default();
    let app = App::new(
        NoStore,
        MemoryBuckets::default(),
        workflow.clone(),
        NOON,
        key(),
        limits(1, 1),
    );
    let handler = Handler::api("CreateUser", app);

    let response = handler.invoke(sample_event("ok")).await.unwrap();

    assert_eq!(response["statusCode"], 503);
    assert_eq!(response["headers"]["retry-after"], "1");
    assert!(!response.to_string().contains("no response"), "{response}");
    assert!(workflow.started().is_empty());
}

#[tokio::test]
async fn an_unavailable_limit_gets_503() {
    let (memory, workflow) = (Memory::default(), Workflow::default());
    let app = App::new(memory.clone(), NoStore, workflow, NOON, key(), limits(1, 1));

    let response = Handler::api("CreateUser", app)
        .invoke(sample_event("ok"))
        .await
        .unwrap();

    assert_eq!(response["statusCode"], 503);
    assert!(memory.acceptances.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_source_over_its_limit_gets_429_with_the_time_to_wait() {
    let function = function_with(limits(2, 10));
    for email in ["a@example.org", "b@example.org"] {
        assert_eq!(status(&function, request_from("192.0.2.1", email)).await, 202);
    }

    let event = request_from("192.0.2.99", "c@example.org");
    let response = function.handler.invoke(event).await.unwrap();

    assert_eq!(response["statusCode"], 429);
    assert_eq!(response["headers"]["retry-after"], "43200");
    assert_eq!(function.memory.acceptances.lock().unwrap().len(), 2);
    assert_eq!(
        status(&function, request_from("198.51.100.1", "c@example.org")).await,
        202
    );
}

#[tokio::test]
async fn a_source_over_its_limit_for_a_mailbox_can_sign_up_for_others() {
    let function = function_with(limits(10, 2));
    for email in ["victim+1@gmail.com", "v.ictim+2@googlemail.com"] {
        assert_eq!(status(&function, request_from("2001:db8::1", email)).await, 202);
    }

    let limited = status(&function, request_from("2001:db8::2", "victim+3@gmail.com")).await;

    assert_eq!(limited, 429);
    assert_eq!(
        status(&function, request_from("2001:db8::2", "other@gmail.com")).await,
        202
    );
    assert_eq!(
        status(&function, request_from("2001:db8:0:1::2", "victim@gmail.com")).await,
        202
    );
}

#[tokio::test]
async fn a_forwarded_header_is_no_source() {
    let function = function_with(limits(1, 10));
    let mut status = Vec::new();

    for client in ["192.0.2.1", "198.51.100.1"] {
        let mut event = request_from("203.0.113.1", "a@example.org");
        event["headers"]["x-forwarded-for"] = client.into();
        event["headers"]["forwarded"] = format!("for={client}").into();
        status.push(self::status(&function, event).await);
    }

    assert_eq!(status, [202, 429]);
}

#[tokio::test]
async fn invalid_requests_take_no_tokens() {
    let function = function();

    for name in ["not-json", "wrong-content-type", "bad-email"] {
        function.handler.invoke(sample_event(name)).await.unwrap();
    }

    assert_eq!(function.buckets.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn sources_and_mailboxes_are_stored_as_hashes_only() {
    let function = function();

    status(&function, request_from("192.0.2.1", "canary@example.org")).await;

    let keys = function.buckets.keys();
    assert_eq!(keys.len(), 2);
    for key in keys {
        let hash = key.rsplit('#').next().unwrap();
        assert!(
            hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit()),
            "{key}"
        );
    }
}
