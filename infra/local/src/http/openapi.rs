//! The OpenAPI document.

use axum::http::header;
use axum::response::IntoResponse;

const DESCRIPTION: &str = include_str!("../../../openapi.yaml");

/// `GET /openapi.yaml`, with the media type of RFC 9512.
pub(super) async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], DESCRIPTION)
}
