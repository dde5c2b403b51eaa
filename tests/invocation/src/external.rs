//! Stubs of the other AWS services, whose operations all succeed, and of the webhook's endpoint.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The signing secret of webhooks.
const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// Serves all stubs. Returns their address.
pub(crate) async fn start() -> String {
    let router = Router::new()
        .route("/", post(by_target))
        .route(
            "/v2/email/outbound-emails",
            post(async || Json(json!({"MessageId": "mail"}))),
        )
        .route("/webhooks", post(async || StatusCode::NO_CONTENT));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// An operation of a service with the AWS JSON protocol, named by a header.
async fn by_target(headers: HeaderMap) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    match target {
        Some("AWSStepFunctions.StartExecution") => aws_json(&json!({
            "executionArn": "arn:aws:states:eu-west-1:123456789012:execution:SignUp:execution",
            "startDate": 0,
        })),
        Some("AWSStepFunctions.SendTaskSuccess" | "AWSStepFunctions.SendTaskFailure") => aws_json(&json!({})),
        Some("secretsmanager.GetSecretValue") => aws_json(&json!({"SecretString": SECRET})),
        _ => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

fn aws_json(body: &Value) -> Response {
    let content_type = [(header::CONTENT_TYPE, "application/x-amz-json-1.1")];
    (content_type, body.to_string()).into_response()
}
