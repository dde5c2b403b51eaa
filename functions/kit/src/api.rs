//! Functions behind the HTTP API.
//!
//! An API function gets a [`Request`] and returns a [`Response`] or a [`Problem`]. Requests that match no [route](ROUTES) and no
//! [page](PAGES) get the same problem documents from every function, so that any of them can serve the `$default` route.

use std::panic::AssertUnwindSafe;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;

mod fields;
mod members;
mod problem;
mod refusal;
mod request;
mod response;
mod routes;
mod security;
mod source;

pub use fields::Fields;
pub use problem::{FieldError, Problem};
pub use refusal::Refusal;
pub use request::{MAX_BODY_BYTES, Request};
pub use response::Response;
pub use routes::{
    ASSET, PAGES, ROUTES, Route, SIGN_UP_PAGE, VERIFY_PAGE, WEBHOOK_KEYS, find_route, no_route_response,
};
pub use security::security_headers;
pub use source::Source;

/// The use case of a function behind the HTTP API.
pub trait ApiFunction: Send + Sync + 'static {
    const ROUTES: &'static [Route];

    /// Responds to a request that matches one of the [routes](Self::ROUTES), which is its [`route`](Request::route).
    fn respond(&self, request: Request) -> impl Future<Output = Result<Response, Problem>> + Send;

    /// The keyed hash of a request's source, for functions that limit by it: the same that their buckets have. Such a function logs
    /// each request.
    fn source_hash(&self, _request: &Request) -> Option<String> {
        None
    }
}

/// Handles an event of API Gateway's payload format 2.0.
///
/// The output is always a response of the API, even if the event is malformed or the function panics: API Gateway would return
/// its own error body for a failed invocation.
pub(crate) async fn handle<A: ApiFunction>(function: &A, event: Value) -> Value {
    let result = AssertUnwindSafe(respond(function, event)).catch_unwind().await;
    let response = result.unwrap_or_else(|_| {
        tracing::error!("the function panicked");
        Response::from(Problem::internal())
    });
    response.into_event()
}

async fn respond<A: ApiFunction>(function: &A, mut event: Value) -> Response {
    let headers = take_headers(&mut event);
    let Ok(event) = serde_json::from_value::<ApiGatewayV2httpRequest>(event) else {
        // The field is not named: the path to it may hold text from the client.
        tracing::error!("the event is not in API Gateway's payload format 2.0");
        return Problem::internal().into();
    };
    let request = Request::from_event(event, headers);
    let is_head = request.method() == Method::HEAD;
    let result = match A::ROUTES.iter().find_map(|route| route.matches(&request)) {
        Some(request) => {
            let source = function.source_hash(&request);
            let route = request.route();
            let result = match request.check_size() {
                Ok(()) => function.respond(request).await,
                Err(problem) => Err(problem),
            };
            if let (Some(source), Some(route)) = (source, route) {
                log(&source, route, &result);
            }
            result
        }
        None => Err(no_route_response(&request)),
    };
    let response = result.unwrap_or_else(Response::from);
    if is_head {
        response.without_body()
    } else {
        response
    }
}

/// Logs a request by its source. The metric `Refused` counts these lines by their `refusal`.
///
/// The line is made of route and response alone, so that operators learn no more from it than the client did: not whether an address
/// has an account.
fn log(source: &str, route: Route, result: &Result<Response, Problem>) {
    let (status, refusal) = match result {
        Ok(response) => (response.status().as_u16(), None),
        Err(problem) => (problem.status(), Some(problem.refusal().name())),
    };
    tracing::info!(source, route = route.key(), status, refusal, "responded");
}

/// The headers, taken out of the event: the event's own type rejects the whole event if one header is not ASCII.
fn take_headers(event: &mut Value) -> HeaderMap {
    let Some(Value::Object(headers)) = event.get_mut("headers").map(Value::take) else {
        return HeaderMap::new();
    };
    let headers = headers.iter().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(value.as_str()?.as_bytes()).ok()?;
        Some((name, value))
    });
    headers.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_header_that_is_not_ascii_leaves_the_others_readable() {
        let mut event = json!({"headers": {"a": "\u{e9}", "b": "text", "c": "two\nlines", "d": 1}});

        let headers = take_headers(&mut event);

        assert_eq!(headers["a"].as_bytes(), "\u{e9}".as_bytes());
        assert_eq!(headers["b"], "text");
        assert_eq!(headers.len(), 2);
    }
}
