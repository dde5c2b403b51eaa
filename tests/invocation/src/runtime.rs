//! A stub of the Runtime API.
//!
//! Source: [Using the Lambda runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The event to serve, and the channel for the result.
#[derive(Clone)]
struct Runtime {
    event: Arc<Mutex<Option<String>>>,
    result: Arc<Mutex<Option<oneshot::Sender<Value>>>>,
}

/// Serves one event. Returns the address in the form of `AWS_LAMBDA_RUNTIME_API`, and a receiver of the binary's post: the output
/// under `response`, or the failure under `error`.
pub(crate) async fn start(event: String) -> (String, oneshot::Receiver<Value>) {
    let (sender, result) = oneshot::channel();
    let runtime = Runtime {
        event: Arc::new(Mutex::new(Some(event))),
        result: Arc::new(Mutex::new(Some(sender))),
    };
    let api = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{kind}", post(receive_result))
        .with_state(runtime);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, api).await });
    (address, result)
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
            "arn:aws:lambda:eu-west-1:123456789012:function:function",
        ),
    ];
    (headers, event)
}

async fn receive_result(
    State(runtime): State<Runtime>,
    Path((_, kind)): Path<(String, String)>,
    body: String,
) -> StatusCode {
    let body: Value = serde_json::from_str(&body).unwrap();
    let sender = runtime.result.lock().unwrap().take().unwrap();
    // The test may have given up.
    let _ = sender.send(json!({kind: body}));
    StatusCode::ACCEPTED
}
