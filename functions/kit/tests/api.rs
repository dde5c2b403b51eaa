//! The handler of API functions: from JSON event to JSON response.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests panic on unexpected results"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use kit::Handler;
use kit::api::{ApiFunction, MAX_BODY_BYTES, Problem, Request, Response, Route};
use serde_json::{Value, json};

/// Echoes the text of the request; panics on `panic`.
struct Echo;

impl ApiFunction for Echo {
    const ROUTES: &'static [Route] = &[Route::new("POST", "/users")];

    async fn respond(&self, request: Request) -> Result<Response, Problem> {
        let mut fields = request.fields()?;
        let text = fields.required::<String>("text");
        let text = fields.finish_with(text)?;
        assert_ne!(text, "panic", "injected panic");
        Ok(Response::json(StatusCode::OK, &json!({"text": text})))
    }
}

fn event(body: &str) -> Value {
    json!({
        "version": "2.0",
        "rawPath": "/users",
        "headers": {"content-type": "application/json"},
        "body": body,
        "isBase64Encoded": false,
        "requestContext": {"stage": "$default", "http": {"method": "POST", "path": "/users"}},
    })
}

/// Status and body.
async fn respond(event: Value) -> (u64, Value) {
    let response = Handler::api("Echo", Echo).invoke(event).await.unwrap();
    assert_eq!(response["headers"]["cache-control"], "no-store");
    let body: Value = serde_json::from_str(response["body"].as_str().unwrap()).unwrap();
    let content = response["headers"]["content-type"].as_str().unwrap();
    let status = response["statusCode"].as_u64().unwrap();
    assert_eq!(
        content == "application/problem+json",
        status >= 400,
        "{status} {content}"
    );
    (status, body)
}

#[tokio::test]
async fn a_body_may_come_in_base64() {
    let mut event = event(&STANDARD.encode(r#"{"text": "hello"}"#));
    event["isBase64Encoded"] = json!(true);

    assert_eq!(respond(event).await, (200, json!({"text": "hello"})));
}

#[tokio::test]
async fn a_body_of_16_kib_is_read_and_a_longer_one_is_not() {
    let filler = MAX_BODY_BYTES - r#"{"text": ""}"#.len();
    let max = format!(r#"{{"text": "{}"}}"#, "x".repeat(filler));
    let too_long = format!("{max} ");

    assert_eq!(max.len(), MAX_BODY_BYTES);
    assert_eq!(respond(event(&max)).await.0, 200);
    assert_eq!(respond(event(&too_long)).await.0, 413);
}

#[tokio::test]
async fn json_other_than_an_object_gets_422() {
    for body in ["[]", "null", "42", "\"text\""] {
        let (status, problem) = respond(event(body)).await;

        assert_eq!(status, 422, "{body}");
        assert_eq!(problem["errors"][0]["pointer"], "");
    }
}

#[tokio::test]
async fn malformed_json_gets_400_with_line_and_column() {
    let (status, problem) = respond(event("{\"text\": canary}")).await;

    assert_eq!(status, 400);
    assert!(!problem.to_string().contains("canary"), "{problem}");
    assert!(problem.to_string().contains("column"), "{problem}");
}

#[tokio::test]
async fn two_members_of_one_name_get_422_however_they_are_spelt() {
    for body in [
        r#"{"text": "a", "text": "b"}"#,
        r#"{"text": "a", "\u0074ext": "b"}"#,
        r#"{"other": 1, "other": 1, "text": "a"}"#,
    ] {
        let (status, problem) = respond(event(body)).await;

        assert_eq!(status, 422, "{body}");
        assert_eq!(
            problem["errors"],
            json!([{"pointer": "", "detail": "has two members of the same name"}])
        );
    }
}

#[tokio::test]
async fn members_that_nobody_reads_may_hold_any_json() {
    let deep = format!("{}{}", "[".repeat(7_000), "]".repeat(7_000));
    for value in ["1e999", "\"\\ud800\"", "{\"a\": 1, \"a\": 2}", &deep] {
        let body = format!(r#"{{"other": {value}, "text": "hello"}}"#);

        assert_eq!(respond(event(&body)).await, (200, json!({"text": "hello"})));
    }
}

#[tokio::test]
async fn what_is_json_is_not_called_otherwise() {
    for (body, pointer) in [
        (r#"{"text": 1e999}"#, "/text"),
        (r#"{"text": "\ud800"}"#, "/text"),
        (r#"{"\ud800": 1, "text": "a"}"#, ""),
    ] {
        let (status, problem) = respond(event(body)).await;

        assert_eq!(status, 422, "{body}");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_get_400_with_their_place() {
    let mut event = event(&STANDARD.encode(b"{\n\"text\": \"\xff\"}"));
    event["isBase64Encoded"] = json!(true);

    let (status, problem) = respond(event).await;

    assert_eq!(status, 400);
    assert_eq!(problem["detail"], "the body is not JSON: see line 2, column 10");
}

#[tokio::test]
async fn other_content_types_get_415() {
    let mut event = event("{}");
    event["headers"]["content-type"] = json!("text/plain");

    assert_eq!(respond(event).await.0, 415);
}

#[tokio::test]
async fn the_stage_is_removed_from_the_path() {
    let with = |stage: &str, path: &str| {
        let mut event = event(r#"{"text": "hello"}"#);
        event["requestContext"]["stage"] = json!(stage);
        event["rawPath"] = json!(path);
        event
    };

    assert_eq!(respond(with("prod", "/prod/users")).await.0, 200);
    assert_eq!(respond(with("prod", "/users")).await.0, 200);
    assert_eq!(respond(with("u", "/users")).await.0, 200);
    assert_eq!(respond(with("users", "/users")).await.0, 200);
    assert_eq!(respond(with("prod", "/prod/nowhere")).await.0, 404);
}

#[tokio::test]
async fn a_panic_gets_500() {
    let (status, problem) = respond(event(r#"{"text": "panic"}"#)).await;

    assert_eq!(status, 500);
    assert_eq!(problem["status"], 500);
}

#[tokio::test]
async fn a_malformed_event_gets_500_without_quotes() {
    let (status, problem) = respond(json!({"canary": {"deep": []}})).await;

    assert_eq!(status, 500);
    assert!(!problem.to_string().contains("canary"), "{problem}");
}
