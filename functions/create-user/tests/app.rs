//! The use case, with mocked ports.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::sync::{Arc, Mutex};

use contracts::sign_up::SignUpInput;
use create_user::{
    AcceptResult, AcceptSignUp, Acceptance, App, Fingerprint, FingerprintKey, StartFault, StartSignUp,
    StoreFault,
};
use kit::testing::{NOON, sample_event, unavailable_store};
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
    workflow: Workflow,
}

fn function() -> Function {
    let (memory, workflow) = (Memory::default(), Workflow::default());
    let app = App::new(memory.clone(), workflow.clone(), key(), NOON);
    Function {
        handler: Handler::api("CreateUser", app),
        memory,
        workflow,
    }
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
async fn a_key_of_a_different_request_is_rejected() {
    let function = function();
    let (one, other) = (
        json!({"email": "a@example.org"}),
        json!({"email": "b@example.org"}),
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
async fn a_key_is_1_to_255_visible_ascii_characters() {
    let request = json!({"email": "a@example.org"});
    let status = async |key: &str| {
        let response = function().handler.invoke(request_with_key(key, &request)).await;
        response.unwrap()["statusCode"].as_u64().unwrap()
    };

    assert_eq!(status("!").await, 202);
    assert_eq!(status(&"~".repeat(255)).await, 202);
    for key in ["", "two words", "cl\u{e9}", "tab\t", &"x".repeat(256)] {
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
    let handler = Handler::api("CreateUser", App::new(NoStore, workflow.clone(), key(), NOON));

    let response = handler.invoke(sample_event("ok")).await.unwrap();

    assert_eq!(response["statusCode"], 503);
    assert_eq!(response["headers"]["retry-after"], "1");
    assert!(!response.to_string().contains("no response"), "{response}");
    assert!(workflow.started().is_empty());
}
