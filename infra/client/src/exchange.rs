//! One request and its response.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::ClientError;
use crate::limits::{Idempotency, Limits};
use crate::problem::Problem;

/// The maximum body of a response that is read, in bytes: far more than any of this API.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Sends the request, with retries within the limits, and reads the body of a successful response.
pub(crate) async fn send<T: DeserializeOwned>(
    request: RequestBuilder,
    idempotency: Idempotency,
    limits: &Limits,
) -> Result<T, ClientError> {
    let request = request.timeout(limits.request);
    let mut retries = 0;
    loop {
        let error = match attempt(&request).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let Some(pause) = limits.pause(retries, idempotency, &error) else {
            return Err(error);
        };
        tokio::time::sleep(pause).await;
        retries += 1;
    }
}

#[expect(clippy::expect_used, reason = "only a streamed body cannot be cloned")]
async fn attempt<T: DeserializeOwned>(request: &RequestBuilder) -> Result<T, ClientError> {
    let request = request.try_clone().expect("no body is streamed");
    let response = request.send().await.map_err(ClientError::no_response)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = read(response).await?;
    if status.is_success() {
        serde_json::from_slice(&body).map_err(|error| ClientError::Body {
            status,
            // Not its message, which can quote the body.
            line: error.line(),
            column: error.column(),
        })
    } else {
        Err(rejection(status, &headers, &body))
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ClientError::no_response)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY_BYTES {
            return Err(ClientError::BodyTooLong {
                status: response.status(),
            });
        }
    }
    Ok(body)
}

/// The error of an unsuccessful response.
fn rejection(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ClientError {
    let retry_after = retry_after(headers);
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_problem = media_type.is_some_and(|value| value.starts_with("application/problem+json"));
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) if is_problem => ClientError::Problem(Problem {
            // The document's status is a copy, which a proxy may have made wrong.
            status: status.as_u16(),
            retry_after,
            ..problem
        }),
        _ => ClientError::Status { status, retry_after },
    }
}

/// A `Retry-After` in seconds. The API sends no dates.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}
