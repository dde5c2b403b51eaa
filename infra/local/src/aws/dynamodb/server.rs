//! DynamoDB's API over HTTP.
//!
//! The engine brings a server of its own, which answers any web page that finds its port. This one answers only under
//! its own names, and no page at all.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dynoxide::Database;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::aws::protocol::ApiError;
use crate::http::host::{self, Hosts};

/// The most that an operation takes, in octets: what DynamoDB takes in one batch.
///
/// Source: [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
const LONGEST_BODY: usize = 16 * 1024 * 1024;

pub(super) fn router(database: Database, hosts: Hosts) -> Router {
    Router::new()
        .route("/", post(answer))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn(super::super::signed_only))
        .layer(middleware::from_fn(host::no_pages))
        .layer(middleware::from_fn_with_state(hosts, host::check))
        .with_state(database)
}

async fn answer(State(database): State<Database>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let Some(operation) = target.strip_prefix("DynamoDB_20120810.") else {
        return ApiError::unknown_operation().into_response();
    };
    let operation = operation.to_owned();
    // The engine waits for the disk.
    let answer = tokio::task::spawn_blocking(move || run(&database, &operation, &body)).await;
    answer.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn run(database: &Database, operation: &str, body: &[u8]) -> Response {
    match operation {
        "BatchGetItem" => call(body, |request| database.batch_get_item(request)),
        "BatchWriteItem" => call(body, |request| database.batch_write_item(request)),
        "CreateTable" => call(body, |request| database.create_table(request)),
        "DeleteItem" => call(body, |request| database.delete_item(request)),
        "DescribeTable" => call(body, |request| database.describe_table(request)),
        "DescribeTimeToLive" => call(body, |request| database.describe_time_to_live(request)),
        "GetItem" => call(body, |request| database.get_item(request)),
        "ListTables" => call(body, |request| database.list_tables(request)),
        "PutItem" => call(body, |request| database.put_item(request)),
        "Query" => call(body, |request| database.query(request)),
        "Scan" => call(body, |request| database.scan(request)),
        "TransactGetItems" => call(body, |request| database.transact_get_items(request)),
        "TransactWriteItems" => call(body, |request| database.transact_write_items(request)),
        "UpdateItem" => call(body, |request| database.update_item(request)),
        "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
        _ => ApiError::unknown_operation().into_response(),
    }
}

fn call<I, O>(body: &[u8], operation: impl FnOnce(I) -> dynoxide::Result<O>) -> Response
where
    I: DeserializeOwned,
    O: Serialize,
{
    // serde's own message may quote a value, which may be personal.
    let Ok(request) = serde_json::from_slice(body) else {
        return ApiError::new("SerializationException", "the request does not fit the operation")
            .into_response();
    };
    let (status, json) = match operation(request) {
        Ok(answer) => match serde_json::to_string(&answer) {
            Ok(json) => (StatusCode::OK, json),
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        Err(error) => {
            let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, error.to_json())
        }
    };
    (
        status,
        [(header::CONTENT_TYPE, "application/x-amz-json-1.0")],
        json,
    )
        .into_response()
}
