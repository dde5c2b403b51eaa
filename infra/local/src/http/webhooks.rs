//! The endpoint of the webhook receiver.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::Site;

/// The maximum size of a delivery, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Receives a delivery: 204 if its signature is valid, 401 if not, and 500 if it cannot be stored.
pub(super) async fn receive(State(site): State<Arc<Site>>, headers: HeaderMap, body: Body) -> StatusCode {
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    match site.webhooks.receive(&headers, &body) {
        Ok(true) => StatusCode::NO_CONTENT,
        Ok(false) => StatusCode::UNAUTHORIZED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
