//! The AWS services that the functions call, served on loopback for the SDK's own clients.
//!
//! DynamoDB is an embedded [engine](dynamodb) behind a server of its own. The others are the few operations that the
//! functions use, behind one server. No web page is answered by either.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use simulator::wall_clock::WallClock;

use crate::http::host::Hosts;
use crate::outbox::Outbox;
use crate::secrets::WebhookSecret;

pub(crate) mod client;
pub(crate) mod dynamodb;
mod protocol;
pub(crate) mod secrets_manager;
mod ses;
pub(crate) mod step_functions;

use protocol::ApiError;

/// The region that everything is in.
pub(crate) const REGION: &str = "us-east-1";

/// The account that everything belongs to.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The most that any of the operations takes, in octets: an execution's input of 256 KiB, escaped and wrapped.
const LONGEST_BODY: usize = 2 * 1024 * 1024;

/// What the services work on.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    pub(crate) executions: WallClock,
    pub(crate) outbox: Outbox,
    pub(crate) webhook_secret: WebhookSecret,
}

/// Step Functions, SES and Secrets Manager.
pub(crate) fn router(services: Services, hosts: Hosts) -> Router {
    Router::new()
        .route("/", post(by_target))
        .route("/v2/email/outbound-emails", post(ses::send_email))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn(signed_only))
        .layer(middleware::from_fn(crate::http::host::no_pages))
        .layer(middleware::from_fn_with_state(hosts, crate::http::host::check))
        .with_state(services)
}

/// An operation of a service that speaks AWS JSON, which names it in a header.
async fn by_target(
    State(services): State<Services>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    match target.split_once('.') {
        Some(("AWSStepFunctions", operation)) => step_functions::answer(&services, operation, &body),
        Some(("secretsmanager", operation)) => secrets_manager::answer(&services, operation, &body),
        _ => Err(ApiError::unknown_operation()),
    }
}

/// Lets only signed requests through. Anybody's signature will do; but no web page that a browser shows can send
/// one without asking first, and it is not answered when it asks.
async fn signed_only(request: Request, next: Next) -> Response {
    let signed = request
        .headers()
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 "));
    if signed {
        next.run(request).await
    } else {
        ApiError::unsigned().into_response()
    }
}
