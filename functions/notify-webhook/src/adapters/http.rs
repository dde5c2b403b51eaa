//! The marketing endpoint over HTTP.

use std::io;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, Request, Uri};
use http_body_util::Full;
use kit::https::{self, Bytes, Connector, ForbiddenAddress, HttpsClient, Resolver, Roots};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};

use crate::config::{InvalidWebhookUrl, WebhookUrl};
use crate::event::SignedEvent;
use crate::ports::{Answer, Deliver, NoResponse};

const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// How long an idle connection is reused: the other side may close it unnoticed while the Lambda is frozen.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The marketing endpoint. Its `Debug` does not show the address, which may have a key in it.
#[derive(Clone)]
pub struct HttpEndpoint {
    client: HttpsClient<Full<Bytes>>,
    address: Uri,
    timeout: Duration,
}

contracts::hide_in_debug!(HttpEndpoint);

#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// The timeout of the TCP connection. Default: 2 s.
    pub connect: Duration,
    /// The timeout of the whole request, from the resolution of the name to the status. Default: 4 s, which leaves one of the five
    /// seconds that an endpoint may cost to the calls around it.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(2),
            total: Duration::from_secs(4),
        }
    }
}

impl HttpEndpoint {
    /// The endpoint at this URL, which is verified by these root certificates. The client is made here, once. It connects to no
    /// address outside of the URL's network, follows no redirect, since a signed event is for the configured address and for no
    /// other, and uses no proxy from the environment.
    ///
    /// # Errors
    ///
    /// If the URL has parts that HTTP cannot express.
    pub fn new(
        url: &WebhookUrl,
        timeouts: Timeouts,
        roots: Roots,
        resolver: Resolver,
    ) -> Result<Self, InvalidWebhookUrl> {
        let network = url.network();
        // The URL has checked a host that is an address.
        let resolver = resolver.allowing(move |address| network.contains(address));
        Ok(Self {
            client: https::client(Connector::new(roots, resolver, timeouts.connect), IDLE_TIMEOUT),
            address: address_of(url)?,
            timeout: timeouts.total,
        })
    }

    fn request(&self, signed: &SignedEvent) -> http::Result<Request<Full<Bytes>>> {
        Request::post(self.address.clone())
            .header(USER_AGENT, AGENT)
            .header(CONTENT_TYPE, "application/json")
            .header(HEADER_WEBHOOK_ID, &signed.event.id)
            .header(HEADER_WEBHOOK_TIMESTAMP, signed.sent_at.epoch_seconds())
            .header(HEADER_WEBHOOK_SIGNATURE, &signed.signature)
            .body(Full::from(signed.event.content.clone()))
    }
}

impl Deliver for HttpEndpoint {
    async fn deliver(&self, signed: &SignedEvent) -> Result<Answer, NoResponse> {
        // The address is valid, so only a header's value could be refused.
        let request = self.request(signed).map_err(|_| NoResponse::ConnectionLost)?;
        let Ok(result) = tokio::time::timeout(self.timeout, self.client.request(request)).await else {
            return Err(NoResponse::Timeout);
        };
        match result {
            // The body is not read: nothing depends on it, and it could be endless.
            Ok(response) => Ok(Answer {
                status: response.status().as_u16(),
                retry_after: retry_after(response.headers()),
            }),
            // The error itself is dropped: it quotes the address.
            Err(error) if source::<ForbiddenAddress>(&error).is_some() => Err(NoResponse::ForbiddenAddress),
            Err(error) if source(&error).is_some_and(has_timed_out) => Err(NoResponse::Timeout),
            Err(error) if error.is_connect() => Err(NoResponse::Unreachable),
            Err(_) => Err(NoResponse::ConnectionLost),
        }
    }
}

/// The URL without the fragment, which is not sent.
fn address_of(url: &WebhookUrl) -> Result<Uri, InvalidWebhookUrl> {
    let mut url = url.expose().clone();
    url.set_fragment(None);
    url.as_str().parse().map_err(|_| InvalidWebhookUrl::Malformed)
}

/// The header's time: a number of seconds, or a date.
///
/// Source: [RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110.html#section-10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    // A date that is over asks for no pause.
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

fn has_timed_out(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TimedOut
}

/// The first error of this type in the chain.
fn source<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |error| error.source()).find_map(<dyn std::error::Error>::downcast_ref)
}
