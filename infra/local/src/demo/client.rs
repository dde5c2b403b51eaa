//! The API as a client sees it.

use std::time::Duration;

use contracts::values::{Cause, UserId};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::Deserialize;

/// How often a request is repeated that is answered with 503.
const REPEATS: usize = 5;

/// The longest that one request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest pause that a server can ask for.
const LONGEST_PAUSE: u64 = 10;

/// Speaks HTTP with the suite.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    url: String,
}

/// What `POST /users` answered.
#[derive(Debug)]
pub(super) enum Accepting {
    /// The sign-up is accepted under this id.
    Accepted(UserId),
    /// The body is no sign-up.
    Refused(Refusal),
}

/// A problem document, as far as the demo shows it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) detail: String,
    #[serde(default)]
    pub(super) errors: Vec<FieldError>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FieldError {
    pub(super) pointer: String,
    pub(super) detail: String,
}

/// What `GET /users/{id}` answers, as far as the demo reads it.
#[derive(Debug, Deserialize)]
pub(super) struct SignUp {
    pub(super) status: String,
    pub(super) steps: Steps,
}

/// How far a sign-up is.
#[derive(Debug, Deserialize)]
pub(super) struct Steps {
    pub(super) mailed: bool,
}

#[derive(Deserialize)]
struct Created {
    id: UserId,
}

/// The server did not answer as it should.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    #[error("the request failed: {0}")]
    Http(#[from] reqwest::Error),
    #[error("the answer was {0}")]
    Status(StatusCode),
    #[error("the answer does not have the expected form")]
    Form(#[from] serde_json::Error),
}

impl Client {
    /// A client of the suite at this URL.
    pub(super) fn new(url: &str) -> Result<Self, Cause> {
        // An error means that the process has one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            http,
            url: url.to_owned(),
        })
    }

    /// `POST /users`. The key lets a repeat be known as one.
    pub(super) async fn create(&self, body: &str, key: &str) -> Result<Accepting, ClientError> {
        let request = self
            .post("/users", body.to_owned())
            .header("idempotency-key", key);
        let answer = patiently(request).await?;
        let status = answer.status();
        let text = answer.text().await?;
        if status == StatusCode::ACCEPTED {
            let created: Created = serde_json::from_str(&text)?;
            Ok(Accepting::Accepted(created.id))
        } else if status == StatusCode::UNPROCESSABLE_ENTITY {
            Ok(Accepting::Refused(serde_json::from_str(&text)?))
        } else {
            Err(ClientError::Status(status))
        }
    }

    /// `GET /users/{id}`.
    pub(super) async fn sign_up(&self, user: &UserId) -> Result<SignUp, ClientError> {
        let request = self.http.get(format!("{}/users/{user}", self.url));
        let answer = patiently(request).await?;
        match answer.status() {
            StatusCode::OK => Ok(serde_json::from_str(&answer.text().await?)?),
            status => Err(ClientError::Status(status)),
        }
    }

    /// Does what a browser does with a mailed link whose button is pressed: gets the page, which does not see the
    /// fragment, and posts the fragment.
    pub(super) async fn follow(&self, link: &str) -> Result<(), ClientError> {
        let (page, token) = link.split_once('#').unwrap_or((link, ""));
        let answer = patiently(self.http.get(page)).await?;
        if answer.status() != StatusCode::OK {
            return Err(ClientError::Status(answer.status()));
        }
        let body = serde_json::json!({"token": token}).to_string();
        let answer = patiently(self.post("/verifications", body)).await?;
        match answer.status() {
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

/// Sends the request, and again where the answer asks for that.
async fn patiently(request: RequestBuilder) -> Result<Response, ClientError> {
    let mut repeats = 0;
    loop {
        // Only a streamed body cannot be cloned, and none is.
        let Some(attempt) = request.try_clone() else {
            return Ok(request.send().await?);
        };
        let answer = attempt.send().await?;
        if answer.status() != StatusCode::SERVICE_UNAVAILABLE || repeats == REPEATS {
            return Ok(answer);
        }
        repeats += 1;
        tokio::time::sleep(pause(&answer)).await;
    }
}

/// How long the server wants to be left alone; a second if it does not say.
fn pause(answer: &Response) -> Duration {
    let asked = answer
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(asked.unwrap_or(1).min(LONGEST_PAUSE))
}
