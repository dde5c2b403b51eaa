//! Responses.

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::encodings::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::security;

/// A response. Each has the [security headers](super::security_headers) of its kind.
#[derive(Debug, Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Response {
    pub fn json(status: StatusCode, body: &impl Serialize) -> Self {
        Self::with_content(status, "application/json", body)
    }

    /// A page for people. It can run and load only the [assets](Self::asset) of its own origin.
    pub fn page(html: String) -> Self {
        let mut headers = security::headers_of_page();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
        Self {
            status: StatusCode::OK,
            headers,
            body: html,
        }
    }

    /// A page's script, style or image. Its address must change with its content: caches keep it for a year.
    pub fn asset(content_type: &'static str, content: &str) -> Self {
        let mut headers = security::headers_of_asset();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        headers.insert(CACHE_CONTROL, forever);
        Self {
            status: StatusCode::OK,
            headers,
            body: content.to_owned(),
        }
    }

    pub(super) fn with_content(status: StatusCode, content: &'static str, body: &impl Serialize) -> Self {
        let mut headers = security::security_headers();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
        Self {
            status,
            headers,
            body: serde_json::to_string(body).unwrap_or_default(),
        }
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub fn body(&self) -> &str {
        &self.body
    }

    /// The response to `HEAD`.
    pub(super) fn without_body(self) -> Self {
        Self {
            body: String::new(),
            ..self
        }
    }

    pub(super) fn into_event(self) -> Value {
        let mut event = ApiGatewayV2httpResponse::default();
        event.status_code = self.status.as_u16().into();
        event.headers = self.headers;
        event.body = Some(Body::Text(self.body));
        serde_json::to_value(event).unwrap_or_default()
    }
}

/// For what is about one person at one time, or has a token in its address: caches must not keep it.
const NO_STORE: &str = "no-store";
