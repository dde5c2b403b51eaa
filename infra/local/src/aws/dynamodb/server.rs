//! DynamoDB's API over HTTP.
//!
//! The engine's own server would respond to any web page. This one has the [checks](super::super::protected) of all AWS APIs here.

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use dynoxide::Database;
use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::aws::protocol::ApiError;
use crate::aws::{protected, target};
use crate::host::Hosts;
use crate::start_secrets::AccessKey;

/// The maximum request body, in bytes: DynamoDB's limit for a batch.
///
/// Source: [BatchWriteItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
const MAX_BODY: usize = 16 * 1024 * 1024;

/// The engine. Clones share it.
#[derive(Clone)]
pub(super) struct Engine {
    database: Database,
    turn: Arc<Mutex<()>>,
    /// Whether a transaction that is sent again is recognised by its token. For each transaction, the engine looks at the tokens
    /// of the last ten minutes.
    recognises_tokens: bool,
}

impl Engine {
    pub(super) fn new(database: Database) -> Self {
        Self {
            database,
            turn: Arc::default(),
            recognises_tokens: true,
        }
    }

    /// The API, for clients in this process. No response to them is lost, so they send nothing again.
    pub(super) fn router(&self) -> Router {
        Self {
            recognises_tokens: false,
            ..self.clone()
        }
        .routes()
    }

    /// The API, for clients from outside.
    pub(super) fn protected_router(&self, key: &AccessKey, hosts: Hosts) -> Router {
        protected(self.clone().routes(), key, MAX_BODY, hosts)
    }

    fn routes(self) -> Router {
        Router::new().route("/", post(respond)).with_state(self)
    }
}

async fn respond(State(engine): State<Engine>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(("DynamoDB_20120810", operation)) = target(&headers) else {
        return ApiError::unknown_operation().into_response();
    };
    // The engine takes one call at a time, of some 100 µs. Its lock would stop the thread, and to hand a call to another thread
    // and back takes as long as the call.
    let _turn = engine.turn.lock().await;
    run(&engine, operation, &body)
}

fn run(engine: &Engine, operation: &str, body: &[u8]) -> Response {
    let database = &engine.database;
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
        "TransactWriteItems" => call(body, |mut request: TransactWriteItemsRequest| {
            request.client_request_token = request.client_request_token.filter(|_| engine.recognises_tokens);
            database.transact_write_items(request)
        }),
        "UpdateItem" => call(body, |request| database.update_item(request)),
        "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
        _ => ApiError::unknown_operation().into_response(),
    }
}

#[expect(
    clippy::expect_used,
    reason = "the engine's errors have the status codes of DynamoDB"
)]
fn call<I, O>(body: &[u8], operation: impl FnOnce(I) -> dynoxide::Result<O>) -> Response
where
    I: DeserializeOwned,
    O: Serialize,
{
    // serde's message may quote personal data.
    let Ok(request) = serde_json::from_slice(body) else {
        return ApiError::new(
            "SerializationException",
            "the request is invalid for this operation",
        )
        .into_response();
    };
    let (status, json) = match operation(request) {
        Ok(output) => match serde_json::to_string(&output) {
            Ok(json) => (StatusCode::OK, json),
            Err(error) => return failed(&error),
        },
        Err(error) => {
            let status = StatusCode::from_u16(error.status_code()).expect("an HTTP status code");
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

fn failed(error: &dyn Error) -> Response {
    tracing::error!(%error, "the table's engine failed");
    ApiError::failed().into_response()
}
