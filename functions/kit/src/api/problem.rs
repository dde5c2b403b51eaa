//! Problem documents.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::request::MAX_BODY_BYTES;
use super::{Refusal, Request, Response};

/// A problem document by [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457): the error of a request.
///
/// Its type is `about:blank`, so `title` is the status's own phrase. It never quotes what the client sent.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    refusal: Refusal,
    detail: String,
    errors: Vec<FieldError>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field, as a JSON pointer into the body (RFC 6901).
    pub pointer: String,
    pub detail: String,
}

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Problem {
    fn new(status: StatusCode, refusal: Refusal, detail: impl Into<String>) -> Self {
        Self {
            status,
            refusal,
            detail: detail.into(),
            errors: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// 404 Not Found.
    pub fn not_found(detail: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, Refusal::NotFound, detail)
    }

    /// 405 Method Not Allowed, with the methods in `Allow`.
    pub(super) fn method_not_allowed(request: &Request, allowed: &str) -> Self {
        let detail = format!(
            "this resource does not support {}, only {allowed}",
            known_method(request)
        );
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, Refusal::Invalid, detail);
        problem
            .headers
            .extend(HeaderValue::from_str(allowed).map(|allowed| (header::ALLOW, allowed)));
        problem
    }

    /// 400 Bad Request: a header is invalid.
    pub fn invalid_header(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Refusal::Invalid, detail)
    }

    pub(super) fn not_json(line: usize, column: usize) -> Self {
        let detail = format!("the body is not JSON: see line {line}, column {column}");
        Self::new(StatusCode::BAD_REQUEST, Refusal::Invalid, detail)
    }

    pub(super) fn body_too_long() -> Self {
        let detail = format!("the body is longer than {MAX_BODY_BYTES} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Refusal::Invalid, detail)
    }

    pub(super) fn not_json_content() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Refusal::Invalid,
            "the content type must be application/json",
        )
    }

    pub(super) fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::Invalid,
            "the body has invalid fields; see `errors`",
        );
        problem.errors = errors;
        problem
    }

    /// 422 Unprocessable Entity: this field of the body is well-formed, and its value does not work.
    pub fn unacceptable_field(name: &str, detail: &str) -> Self {
        Self::invalid_fields(vec![FieldError {
            pointer: format!("/{name}"),
            detail: detail.to_owned(),
        }])
    }

    /// 422 Unprocessable Entity: the request conflicts with an earlier one.
    pub fn conflicting_request(detail: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, Refusal::Conflict, detail)
    }

    /// 422 Unprocessable Entity: the code in this field is not one of the sign-up.
    pub fn wrong_code(name: &str, detail: &str) -> Self {
        let mut problem = Self::unacceptable_field(name, detail);
        problem.refusal = Refusal::WrongCode;
        problem
    }

    /// 410 Gone.
    pub fn gone(detail: &str) -> Self {
        Self::new(StatusCode::GONE, Refusal::Gone, detail)
    }

    /// 429 Too Many Requests: the same request can be sent again after this time, which is rounded up to whole seconds.
    pub fn too_many_requests(detail: &str, after: Duration) -> Self {
        let seconds = after.as_millis().div_ceil(1000).max(1);
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, Refusal::Limited, detail);
        let after = HeaderValue::from_str(&seconds.to_string());
        problem
            .headers
            .extend(after.map(|after| (header::RETRY_AFTER, after)));
        problem
    }

    /// 500 Internal Server Error.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Refusal::Internal,
            "internal error; see the log of the service",
        )
    }

    /// 503 Service Unavailable: the same request can be sent again, after a second.
    pub fn try_again(detail: &str) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, Refusal::Unavailable, detail);
        problem
            .headers
            .push((header::RETRY_AFTER, HeaderValue::from_static("1")));
        problem
    }

    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub fn refusal(&self) -> Refusal {
        self.refusal
    }
}

/// The name of the method, if it is a known one: an unknown name is the client's own text.
fn known_method(request: &Request) -> &str {
    let known = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ];
    known
        .into_iter()
        .find(|known| request.method().as_str() == *known)
        .unwrap_or("this method")
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        let document = Document {
            title: problem.status.canonical_reason().unwrap_or_default(),
            status: problem.status.as_u16(),
            detail: &problem.detail,
            errors: &problem.errors,
        };
        let mut response = Self::with_content(problem.status, "application/problem+json", &document);
        for (name, value) in problem.headers {
            response = response.header(name, value);
        }
        response
    }
}
