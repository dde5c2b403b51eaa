//! Requests.

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, header};

use super::{Fields, Problem, Route, Source};

/// The maximum length of a body, in bytes.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// A request. Its `Debug` shows no body and no header: both may be personal.
#[derive(Clone)]
pub struct Request {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
    route: Option<Route>,
    parameter: String,
    source: Source,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// A request that does not come from an event, for tests.
    pub fn new(method: Method, path: &str, headers: HeaderMap, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers,
            body: body.into(),
            route: None,
            parameter: String::new(),
            source: Source::of(""),
        }
    }

    pub(super) fn from_event(event: ApiGatewayV2httpRequest, headers: HeaderMap) -> Self {
        let context = event.request_context;
        let path = event.raw_path.or(context.http.path).unwrap_or_default();
        // The path begins with the stage, unless that is the default one.
        let stage = context
            .stage
            .filter(|stage| stage != "$default")
            .map(|stage| format!("/{stage}"));
        let within = stage.as_deref().and_then(|stage| path.strip_prefix(stage));
        let path = within
            .filter(|rest| rest.starts_with('/'))
            .unwrap_or(&path)
            .to_owned();
        let text = event.body.unwrap_or_default();
        // A body that is not base64 stays as it is, and is reported as malformed JSON.
        let decoded = event
            .is_base64_encoded
            .then(|| STANDARD.decode(&text).ok())
            .flatten();
        let body = decoded.unwrap_or_else(|| text.into_bytes());
        Self {
            source: Source::of(context.http.source_ip.as_deref().unwrap_or_default()),
            method: context.http.method,
            path,
            headers,
            body,
            route: None,
            parameter: String::new(),
        }
    }

    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, without stage and query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path parameter, such as the id in `/users/{id}`.
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// The route that the request matched; `None` as long as it has matched none.
    pub fn route(&self) -> Option<Route> {
        self.route
    }

    pub(super) fn matched(mut self, route: Route, parameter: String) -> Self {
        self.route = Some(route);
        self.parameter = parameter;
        self
    }

    /// The network that the request came from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The header's value, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The header's bytes, if it is there: for callers that distinguish a header that is not text from a missing one.
    pub fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        Some(self.headers.get(name)?.as_bytes())
    }

    pub(super) fn check_size(&self) -> Result<(), Problem> {
        if self.body.len() > MAX_BODY_BYTES {
            Err(Problem::body_too_long())
        } else {
            Ok(())
        }
    }

    /// The body as a JSON object, field by field.
    ///
    /// # Errors
    ///
    /// 415 if the content type is not JSON, 400 if the body is not JSON, 422 if it is JSON but not an object, or has two members of
    /// one name.
    pub fn fields(&self) -> Result<Fields, Problem> {
        let content_type = self.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Problem::not_json_content());
        }
        Fields::read(&self.body)
    }
}
