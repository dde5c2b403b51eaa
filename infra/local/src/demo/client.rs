//! An HTTP client of the API.

use std::time::Duration;

use contracts::values::{Cause, UserId};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;

/// The maximum number of retries after a 503.
const MAX_RETRIES: usize = 5;

const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The maximum `Retry-After` that is respected, in seconds.
const MAX_RETRY_AFTER: u64 = 10;

#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    url: String,
}

#[derive(Debug)]
pub(super) enum CreateUserResponse {
    Accepted(UserId),
    Rejected(ProblemDocument),
}

/// The fields of a problem document that the demo prints.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ProblemDocument {
    pub(super) status: u16,
    pub(super) detail: String,
    #[serde(default)]
    pub(super) errors: Vec<FieldError>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct FieldError {
    pub(super) pointer: String,
    pub(super) detail: String,
}

/// The fields of `GET /users/{id}` that the demo reads.
#[derive(Debug, Deserialize)]
pub(super) struct SignUp {
    pub(super) status: String,
    pub(super) steps: Steps,
}

#[derive(Debug, Deserialize)]
pub(super) struct Steps {
    pub(super) mailed: bool,
}

#[derive(Deserialize)]
struct Created {
    id: UserId,
}

/// An unexpected response, or none.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error("the request failed: {0}")]
    Http(#[from] reqwest::Error),
    #[error("the response was {0}")]
    Status(StatusCode),
    #[error("the response does not have the expected form")]
    Form(#[from] serde_json::Error),
}

impl Client {
    pub(super) fn new(url: &str) -> Result<Self, Cause> {
        // An error means that the process already has a provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIME_LIMIT)
            .build()?;
        Ok(Self {
            http,
            url: url.to_owned(),
        })
    }

    /// `POST /users` with this idempotency key.
    pub(super) async fn create(&self, body: &str, key: &str) -> Result<CreateUserResponse, ClientError> {
        let request = self
            .post("/users", body.to_owned())
            .header("idempotency-key", key);
        let response = send(request).await?;
        let status = response.status();
        let text = response.text().await?;
        if status == StatusCode::ACCEPTED {
            let created: Created = serde_json::from_str(&text)?;
            Ok(CreateUserResponse::Accepted(created.id))
        } else if status == StatusCode::UNPROCESSABLE_ENTITY {
            Ok(CreateUserResponse::Rejected(serde_json::from_str(&text)?))
        } else {
            Err(ClientError::Status(status))
        }
    }

    /// `GET /users/{id}`.
    pub(super) async fn sign_up(&self, user: &UserId) -> Result<SignUp, ClientError> {
        let request = self.http.get(format!("{}/users/{user}", self.url));
        let response = send(request).await?;
        match response.status() {
            StatusCode::OK => Ok(serde_json::from_str(&response.text().await?)?),
            status => Err(ClientError::Status(status)),
        }
    }

    /// Confirms by a mailed link as a browser does: gets the page and posts the token of the fragment.
    #[expect(
        clippy::expect_used,
        reason = "`Mailboxes` finds links by what comes before the token"
    )]
    pub(super) async fn confirm(&self, link: &str) -> Result<(), ClientError> {
        let (page, token) = link.split_once('#').expect("a link has a fragment");
        let response = send(self.http.get(page)).await?;
        if response.status() != StatusCode::OK {
            return Err(ClientError::Status(response.status()));
        }
        let body = serde_json::json!({"token": token}).to_string();
        let response = send(self.post("/verifications", body)).await?;
        match response.status() {
            StatusCode::ACCEPTED => Ok(()),
            status => Err(ClientError::Status(status)),
        }
    }

    fn post(&self, path: &str, body: String) -> RequestBuilder {
        self.http
            .post(format!("{}{path}", self.url))
            .header(CONTENT_TYPE, "application/json")
            .body(body)
    }
}

/// Sends the request, with retries while the response is 503.
#[expect(clippy::expect_used, reason = "only a streamed body cannot be cloned")]
async fn send(request: RequestBuilder) -> Result<Response, ClientError> {
    for _ in 0..MAX_RETRIES {
        let attempt = request.try_clone().expect("no body is streamed");
        let response = attempt.send().await?;
        if response.status() != StatusCode::SERVICE_UNAVAILABLE {
            return Ok(response);
        }
        tokio::time::sleep(retry_after(&response)).await;
    }
    Ok(request.send().await?)
}

/// The pause before a retry; a second if the response does not say.
fn retry_after(response: &Response) -> Duration {
    let seconds = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1).min(MAX_RETRY_AFTER))
}
