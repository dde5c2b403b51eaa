//! The binary, as Lambda runs it: against a stub of the Runtime API.
//!
//! Source: [Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::process::{Child, Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const BINARY: &str = env!("CARGO_BIN_EXE_store-user-data");

/// Hands out one event, then nothing, and passes on what the function answers.
#[derive(Clone)]
struct Runtime {
    event: Arc<Mutex<Option<&'static str>>>,
    answers: mpsc::UnboundedSender<(String, Value)>,
}

async fn next(State(runtime): State<Runtime>) -> impl IntoResponse {
    let event = runtime.event.lock().unwrap().take();
    let Some(event) = event else {
        std::future::pending().await
    };
    let headers = [
        ("lambda-runtime-aws-request-id", "request"),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:123456789012:function:f",
        ),
    ];
    (headers, event)
}

async fn answer(
    State(runtime): State<Runtime>,
    Path((_, kind)): Path<(String, String)>,
    body: String,
) -> StatusCode {
    runtime
        .answers
        .send((kind, serde_json::from_str(&body).unwrap()))
        .unwrap();
    StatusCode::ACCEPTED
}

/// Ends the process with the test, however that ends.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_failure_is_reported_by_the_name_that_workflows_match() {
    let (answers, mut answered) = mpsc::unbounded_channel();
    let event = Arc::new(Mutex::new(Some(include_str!("../events/bad-email.json"))));
    let api = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{kind}", post(answer))
        .with_state(Runtime { event, answers });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, api).await });

    let _process = Process(
        Command::new(BINARY)
            .env_clear()
            .envs([
                ("AWS_LAMBDA_FUNCTION_NAME", "f"),
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ])
            .envs([
                ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
                ("AWS_REGION", "eu-west-1"),
                ("TABLE_NAME", "t"),
            ])
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .spawn()
            .unwrap(),
    );
    let (kind, body) = tokio::time::timeout(Duration::from_secs(20), answered.recv())
        .await
        .unwrap()
        .unwrap();

    assert_eq!(kind, "error");
    assert_eq!(body["errorType"], "InvalidInput");
    assert!(
        !body["errorMessage"].as_str().unwrap().contains("not an address"),
        "{body}"
    );
}

#[test]
fn a_missing_setting_ends_the_process_with_its_name() {
    let Output { status, stderr, .. } = Command::new(BINARY).env_clear().output().unwrap();

    assert!(!status.success());
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(stderr.contains("TABLE_NAME"), "{stderr}");
}
