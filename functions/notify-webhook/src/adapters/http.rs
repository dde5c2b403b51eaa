//! The marketing endpoint over HTTP.

use std::error::Error;
use std::io;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Request, Uri};
use http_body_util::Full;
use kit::https::{self, Bytes, Connector, HttpsClient, Roots};
use percent_encoding::percent_decode_str;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};

use crate::config::{InvalidWebhookUrl, WebhookUrl};
use crate::event::SignedEvent;
use crate::ports::{Deliver, NoResponse};

const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// How long an idle connection is reused: the other side may close it unnoticed while the Lambda is frozen.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The marketing endpoint. Its `Debug` does not show the address, which may have a key in it.
#[derive(Clone)]
pub struct HttpEndpoint {
    client: HttpsClient<Full<Bytes>>,
    address: Uri,
    /// The user and password of the URL, if it has any.
    authorization: Option<HeaderValue>,
    timeout: Duration,
}

contracts::hide_in_debug!(HttpEndpoint);

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
    /// The endpoint at this URL, which is verified by these root certificates. The client is made here, once. It follows no
    /// redirect, since a signed event is for the configured address and for no other, and it uses no proxy from the environment.
    ///
    /// # Errors
    ///
    /// If the URL has parts that HTTP cannot express.
    pub fn new(url: &WebhookUrl, timeouts: Timeouts, roots: Roots) -> Result<Self, InvalidWebhookUrl> {
        Ok(Self {
            client: https::client(Connector::new(roots, timeouts.connect), IDLE_TIMEOUT),
            address: address_of(url)?,
            authorization: authorization_of(url)?,
            timeout: timeouts.total,
        })
    }

    fn request(&self, signed: &SignedEvent) -> http::Result<Request<Full<Bytes>>> {
        let mut request = Request::post(self.address.clone())
            .header(USER_AGENT, AGENT)
            .header(CONTENT_TYPE, "application/json")
            .header(HEADER_WEBHOOK_ID, &signed.event.id)
            .header(HEADER_WEBHOOK_TIMESTAMP, signed.sent_at.epoch_seconds())
            .header(HEADER_WEBHOOK_SIGNATURE, &signed.signature);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        request.body(Full::from(signed.event.content.clone()))
    }
}

impl Deliver for HttpEndpoint {
    async fn deliver(&self, signed: &SignedEvent) -> Result<u16, NoResponse> {
        // The address is valid, so only a header's value could be refused.
        let request = self.request(signed).map_err(|_| NoResponse::ConnectionLost)?;
        let Ok(result) = tokio::time::timeout(self.timeout, self.client.request(request)).await else {
            return Err(NoResponse::Timeout);
        };
        match result {
            // The body is not read: nothing depends on it, and it could be endless.
            Ok(response) => Ok(response.status().as_u16()),
            // The error itself is dropped: it quotes the address.
            Err(error) if has_timed_out(&error) => Err(NoResponse::Timeout),
            Err(error) if error.is_connect() => Err(NoResponse::Unreachable),
            Err(_) => Err(NoResponse::ConnectionLost),
        }
    }
}

/// The URL without what is not sent as the address of the request: user, password and fragment.
fn address_of(url: &WebhookUrl) -> Result<Uri, InvalidWebhookUrl> {
    let mut url = url.expose().clone();
    url.set_fragment(None);
    url.set_username("").map_err(|()| InvalidWebhookUrl)?;
    url.set_password(None).map_err(|()| InvalidWebhookUrl)?;
    url.as_str().parse().map_err(|_| InvalidWebhookUrl)
}

/// The user and password of the URL, by [RFC 7617](https://www.rfc-editor.org/rfc/rfc7617#section-2).
fn authorization_of(url: &WebhookUrl) -> Result<Option<HeaderValue>, InvalidWebhookUrl> {
    let url = url.expose();
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let user = percent_decode_str(url.username()).chain([b':']);
    let password = percent_decode_str(url.password().unwrap_or_default());
    let credentials: Vec<u8> = user.chain(password).collect();
    let value = format!("Basic {}", STANDARD.encode(credentials));
    let mut value = HeaderValue::try_from(value).map_err(|_| InvalidWebhookUrl)?;
    value.set_sensitive(true);
    Ok(Some(value))
}

fn has_timed_out(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut) {
            return true;
        }
        next = error.source();
    }
    false
}
