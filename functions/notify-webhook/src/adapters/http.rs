//! The marketing endpoint over HTTP.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, redirect};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};

use crate::config::WebhookUrl;
use crate::event::SignedEvent;
use crate::ports::{Deliver, NoResponse};

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// How long an idle connection is reused: the other side may close it unnoticed while the Lambda is frozen.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub struct HttpEndpoint {
    client: Client,
    url: WebhookUrl,
}

#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// The timeout to connect. Default: 2 s.
    pub connect: Duration,
    /// The timeout of the whole request, until the status. Default: 8 s.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            total: Duration::from_secs(8),
        }
    }
}

impl HttpEndpoint {
    /// The endpoint at this address. The client is made here, once.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up, for example without root certificates.
    pub fn new(url: WebhookUrl, timeouts: Timeouts) -> Result<Self, reqwest::Error> {
        // Only the first installation in a process succeeds, and any provider will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(USER_AGENT)
            // A signed event is for the configured address and for no other.
            .redirect(redirect::Policy::none())
            // No proxy from the environment: settings come from the configuration alone.
            .no_proxy()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.total)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build()?;
        Ok(Self { client, url })
    }
}

impl Deliver for HttpEndpoint {
    async fn deliver(&self, signed: &SignedEvent) -> Result<u16, NoResponse> {
        let result = self
            .client
            .post(self.url.expose().clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(HEADER_WEBHOOK_ID, &signed.event.id)
            .header(HEADER_WEBHOOK_TIMESTAMP, signed.sent_at.epoch_seconds())
            .header(HEADER_WEBHOOK_SIGNATURE, &signed.signature)
            .body(signed.event.content.clone())
            .send()
            .await;
        match result {
            // The body is not read: nothing depends on it, and it could be endless.
            Ok(response) => Ok(response.status().as_u16()),
            // The error itself is dropped: it quotes the address.
            Err(error) if error.is_timeout() => Err(NoResponse::Timeout),
            Err(error) if error.is_connect() => Err(NoResponse::Unreachable),
            Err(_) => Err(NoResponse::ConnectionLost),
        }
    }
}
