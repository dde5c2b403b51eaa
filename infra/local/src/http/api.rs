//! API Gateway: requests as events, and functions' outputs as responses.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contracts::values::Timestamp;
use futures::StreamExt;
use kit::api::{MAX_BODY_BYTES, find_route};
use serde::{Deserialize, Serialize};

use super::Site;

/// The maximum body that is passed on whole, in bytes. A longer one is cut to a length that the functions still reject.
const MAX_KEPT: usize = 1024 * 1024;

/// The maximum body that is read, in bytes. Up to it the rest is read and dropped, since most clients read no response before
/// they have sent everything.
const MAX_READ: usize = 64 * 1024 * 1024;

/// An event of API Gateway's payload format 2.0.
///
/// Source: [Payload format version](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.proxy-format).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    version: &'static str,
    route_key: String,
    raw_path: String,
    raw_query_string: String,
    headers: BTreeMap<String, String>,
    request_context: Context,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    account_id: &'static str,
    api_id: &'static str,
    stage: &'static str,
    route_key: String,
    time_epoch: i64,
    http: Http,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    path: String,
    protocol: &'static str,
    source_ip: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionOutput {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// The fallback of this server: invokes the function of the route.
pub(super) async fn invoke(State(site): State<Arc<Site>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(body) = read(body).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Some((function, route_key)) = find_route(&site.functions.0, parts.method.as_str(), parts.uri.path())
    else {
        return failed();
    };
    let response = match serde_json::to_value(event(&parts, body, &route_key)) {
        Ok(event) => function.invoke(event).await.ok().and_then(response),
        Err(_) => None,
    };
    response.unwrap_or_else(failed)
}

/// The body, or as much of it as shows that it is too long; nothing if the client goes away.
async fn read(body: Body) -> Option<Vec<u8>> {
    let mut stream: BodyDataStream = body.into_data_stream();
    let (mut kept, mut length) = (Vec::new(), 0);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.ok()?;
        length += chunk.len();
        if length > MAX_READ {
            break;
        }
        if length > MAX_KEPT {
            kept.truncate(MAX_BODY_BYTES + 1);
        } else {
            kept.extend_from_slice(&chunk);
        }
    }
    // A single chunk may be longer than all that is kept.
    if length > MAX_KEPT {
        kept.resize(MAX_BODY_BYTES + 1, b' ');
    }
    Some(kept)
}

fn event(parts: &Parts, body: Vec<u8>, route_key: &str) -> Event {
    let (body, is_base64_encoded) = match String::from_utf8(body) {
        Ok(text) => ((!text.is_empty()).then_some(text), false),
        Err(other) => (Some(STANDARD.encode(other.as_bytes())), true),
    };
    Event {
        version: "2.0",
        route_key: route_key.to_owned(),
        raw_path: parts.uri.path().to_owned(),
        raw_query_string: parts.uri.query().unwrap_or_default().to_owned(),
        headers: joined(&parts.headers),
        request_context: Context {
            account_id: crate::aws::ACCOUNT,
            api_id: "local",
            stage: "$default",
            route_key: route_key.to_owned(),
            time_epoch: Timestamp::now().epoch_millis(),
            http: Http {
                method: parts.method.as_str().to_owned(),
                path: parts.uri.path().to_owned(),
                protocol: "HTTP/1.1",
                source_ip: "127.0.0.1",
            },
        },
        body,
        is_base64_encoded,
    }
}

/// "Duplicate headers are combined with commas", and names are in lower case.
fn joined(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut joined = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str().to_owned())
            .and_modify(|values| {
                values.push(',');
                values.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    joined
}

fn response(output: serde_json::Value) -> Option<Response> {
    let output: FunctionOutput = serde_json::from_value(output).ok()?;
    let body = output.body.unwrap_or_default();
    let body = if output.is_base64_encoded {
        STANDARD.decode(body).ok()?
    } else {
        body.into_bytes()
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(output.status_code).ok()?;
    for (name, value) in output.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        response
            .headers_mut()
            .insert(name, HeaderValue::from_str(&value).ok()?);
    }
    Some(response)
}

/// API Gateway's response if the function fails.
fn failed() -> Response {
    let body = r#"{"message":"Internal Server Error"}"#;
    let json = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::INTERNAL_SERVER_ERROR, json, body).into_response()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parts(request: axum::http::request::Builder) -> Parts {
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn repeated_headers_are_joined() {
        let request = Request::post("/users?a=b").header("x-a", "1").header("x-a", "2");

        let event = event(&parts(request), b"{}".to_vec(), "POST /users");

        assert_eq!(event.headers["x-a"], "1,2");
        assert_eq!(
            (event.raw_path.as_str(), event.raw_query_string.as_str()),
            ("/users", "a=b")
        );
        assert_eq!(event.body.as_deref(), Some("{}"));
    }

    #[test]
    fn a_body_that_is_not_utf8_is_base64() {
        let event = event(&parts(Request::post("/users")), vec![0xff], "POST /users");

        assert_eq!(
            (event.body.as_deref(), event.is_base64_encoded),
            (Some("/w=="), true)
        );
    }

    #[tokio::test]
    async fn a_body_beyond_the_limit_is_cut_and_still_too_long() {
        let read = read(Body::from(vec![b' '; 4 * 1024 * 1024])).await.unwrap();

        assert_eq!(read.len(), MAX_BODY_BYTES + 1);
    }

    #[test]
    fn an_output_becomes_a_response() {
        let response = response(json!({
            "statusCode": 405, "headers": {"allow": "POST"}, "multiValueHeaders": {}, "body": "{}",
            "isBase64Encoded": false, "cookies": [],
        }))
        .unwrap();

        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "POST");
    }
}
