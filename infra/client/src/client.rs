//! The client.

use contracts::values::{LinkToken, UserId};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{RequestBuilder, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answers::{Confirmation, Preview, Receipt, User};
use crate::api_url::ApiUrl;
use crate::error::ClientError;
use crate::exchange::send;
use crate::idempotency_key::IdempotencyKey;
use crate::limits::Idempotency::{self, Idempotent, NotIdempotent};
use crate::limits::Limits;
use crate::requests::{PreviewRequest, SignUp, Verification};

const USER_AGENT: &str = concat!("sign-up/", env!("CARGO_PKG_VERSION"));

/// A client of the sign-up's API. Clones share their connections.
///
/// Each call is retried within its [`Limits`], with the same `Idempotency-Key`: after `Retry-After`, or else with exponential
/// back-off and full jitter. Confirmations and requests for mails, which are not idempotent, are retried only if the API has
/// not processed them.
///
/// # Errors
///
/// All calls fail with a [`ClientError`]: [`Problem`](crate::Problem) if the API rejected the request, other variants if
/// there was no usable response.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    api: ApiUrl,
    limits: Limits,
}

/// The HTTP client cannot be created, for example without root certificates.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be created: {0}")]
pub struct SetupError(#[source] reqwest::Error);

impl Client {
    /// A client of the API at this URL, with default limits.
    ///
    /// Proxies of the environment (`HTTPS_PROXY`) are used, but not for an API on this machine.
    ///
    /// # Errors
    ///
    /// If the HTTP client cannot be created.
    pub fn new(api: ApiUrl) -> Result<Self, SetupError> {
        // Only the first installation in a process succeeds, and any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            // Personal data and tokens are for the given API and for no other.
            .redirect(redirect::Policy::none());
        if api.is_loopback() {
            http = http.no_proxy();
        }
        Ok(Self {
            http: http.build().map_err(SetupError)?,
            api,
            limits: Limits::default(),
        })
    }

    /// The same client with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// `POST /users`: signs a person up.
    #[expect(clippy::missing_errors_doc, reason = "the same for all calls: see the type")]
    pub async fn create_user(&self, sign_up: &SignUp, key: &IdempotencyKey) -> Result<Receipt, ClientError> {
        self.create_user_from_json(to_json(sign_up), key).await
    }

    /// `POST /users` with a body that is sent as it is.
    #[expect(clippy::missing_errors_doc, reason = "the same for all calls: see the type")]
    pub async fn create_user_from_json(
        &self,
        body: String,
        key: &IdempotencyKey,
    ) -> Result<Receipt, ClientError> {
        let request = self.post(&["users"], body);
        let request = request.header("Idempotency-Key", key.as_str());
        self.call(request, Idempotent).await
    }

    /// `GET /users/{id}`: where a sign-up is.
    #[expect(clippy::missing_errors_doc, reason = "the same for all calls: see the type")]
    pub async fn user(&self, id: &UserId) -> Result<User, ClientError> {
        let request = self.http.get(self.api.join(&["users", id.as_str()]));
        self.call(request, Idempotent).await
    }

    /// `POST /verifications`: confirms a contact, or the address alone.
    #[expect(clippy::missing_errors_doc, reason = "the same for all calls: see the type")]
    pub async fn verify(&self, verification: &Verification) -> Result<Confirmation, ClientError> {
        let request = self.post(&["verifications"], to_json(verification));
        self.call(request, NotIdempotent).await
    }

    /// `POST /verifications/preview`: what a mailed link would confirm. It changes nothing.
    #[expect(clippy::missing_errors_doc, reason = "the same for all calls: see the type")]
    pub async fn preview(&self, token: &LinkToken) -> Result<Preview, ClientError> {
        let request = self.post(&["verifications", "preview"], to_json(&PreviewRequest { token }));
        self.call(request, Idempotent).await
    }

    /// `POST /users/{id}/mails`: requests another mail.
    #[expect(clippy::missing_errors_doc, reason = "the same for all calls: see the type")]
    pub async fn request_mail(&self, id: &UserId) -> Result<Receipt, ClientError> {
        let request = self.http.post(self.api.join(&["users", id.as_str(), "mails"]));
        // Some servers reject a POST without its length, which an empty one does not get by itself.
        let request = request.header(CONTENT_LENGTH, 0);
        self.call(request, NotIdempotent).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        idempotency: Idempotency,
    ) -> Result<T, ClientError> {
        send(request, idempotency, &self.limits).await
    }

    fn post(&self, path: &[&str], body: String) -> RequestBuilder {
        self.http
            .post(self.api.join(path))
            .header(CONTENT_TYPE, "application/json")
            .body(body)
    }
}

#[expect(clippy::expect_used, reason = "requests are plain structs of texts")]
fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("a request is JSON")
}
