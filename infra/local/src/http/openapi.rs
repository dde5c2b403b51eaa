//! The description of the API.

use axum::http::header;
use axum::response::IntoResponse;

const DESCRIPTION: &str = include_str!("../../../openapi.yaml");

/// Shows the description, under the media type of RFC 9512.
pub(super) async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], DESCRIPTION)
}
