//! The built-in webhook receiver.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::Site;

/// The longest delivery that is read, in octets.
const LONGEST_BODY: usize = 64 * 1024;

/// Takes a delivery: 204 if its signature is valid, 401 if not.
pub(super) async fn receive(State(site): State<Arc<Site>>, headers: HeaderMap, body: Body) -> StatusCode {
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    if site.webhooks.receive(&headers, &body) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::UNAUTHORIZED
    }
}
