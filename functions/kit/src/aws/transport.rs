//! The SDK's calls over the [HTTPS client](crate::https).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use hyper_util::client::legacy::Error;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};

use crate::https::{self, Connector, HttpsClient, Resolver, Roots};

/// The timeout to connect, without TLS. The SDK limits whole attempts.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// How long an idle connection is used again. AWS's SDK for Java drops connections after 60 s by default, so that it does not use
/// those that a service is about to close.
///
/// Source: [`SdkHttpConfigurationOption`](https://sdk.amazonaws.com/java/api/latest/software/amazon/awssdk/http/SdkHttpConfigurationOption.html), `CONNECTION_MAX_IDLE_TIMEOUT`.
const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// Sends the SDK's requests, with one pool of connections for all services.
///
/// While it rehearses, it sends none, and opens the connections that they would need.
#[derive(Debug, Clone)]
pub struct Transport {
    client: HttpsClient<SdkBody>,
    connector: Connector,
    rehearses: Arc<AtomicBool>,
}

impl Transport {
    /// Connections to servers with these roots.
    pub fn new(roots: Roots) -> Self {
        let connector = Connector::new(roots, Resolver::system(), CONNECT_TIMEOUT);
        Self {
            client: https::client(connector.clone(), IDLE_TIMEOUT),
            connector,
            rehearses: Arc::default(),
        }
    }

    /// Whether requests are answered by empty responses of our own, without sending them. Their connections are opened
    /// nevertheless, for the first requests afterwards.
    pub(super) fn rehearse(&self, rehearses: bool) {
        self.rehearses.store(rehearses, Ordering::Relaxed);
    }

    async fn answer(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        if let Ok(uri) = request.uri().parse::<http::Uri>() {
            let opened = self.connector.open_ahead(uri).await;
            // Not an error of the call, which would be retried: the first event has seconds for that.
            if opened.is_err() {
                tracing::warn!("a connection could not be opened before the first event");
            }
        }
        let is_json = request
            .headers()
            .get("content-type")
            .is_some_and(|content| content.contains("json"));
        let (status, body) = if is_json { (200, "{}") } else { (400, "") };
        let status =
            StatusCode::try_from(status).map_err(|error| ConnectorError::other(error.into(), None))?;
        Ok(HttpResponse::new(status, SdkBody::from(body)))
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if self.rehearses.load(Ordering::Relaxed) {
            return HttpConnectorFuture::new(self.clone().answer(request));
        }
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let connection = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || metadata(&connection));
        }
        let client = self.client.clone();
        HttpConnectorFuture::new(async move {
            // While a Lambda was frozen, the other side may have closed idle connections. The runtime looks at its sockets while
            // this task yields, so that the pool knows, and opens a new connection instead of losing a request.
            tokio::task::yield_now().await;
            let response = client.request(request).await.map_err(connector_error)?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// What the SDK needs to keep a connection from being used again, after a failure that a new one may not have.
fn metadata(connection: &CaptureConnection) -> Option<ConnectionMetadata> {
    connection.connection_metadata().as_ref()?;
    let connection = connection.clone();
    let poison = move || {
        if let Some(connected) = connection.connection_metadata().as_ref() {
            connected.poison();
        }
    };
    Some(
        ConnectionMetadata::builder()
            .proxied(false)
            .poison_fn(poison)
            .build(),
    )
}

/// The error in the classes that the SDK's retries know.
fn connector_error(error: Error) -> ConnectorError {
    let error = BoxError::from(error);
    if let Some(io) = source::<io::Error>(&*error) {
        return match io.kind() {
            io::ErrorKind::TimedOut => ConnectorError::timeout(error),
            _ => ConnectorError::io(error),
        };
    }
    match source::<hyper::Error>(&*error) {
        Some(hyper) if hyper.is_user() => ConnectorError::user(error),
        Some(hyper) if hyper.is_incomplete_message() => {
            ConnectorError::other(error, Some(ErrorKind::TransientError))
        }
        Some(hyper) if hyper.is_closed() || hyper.is_canceled() => ConnectorError::io(error),
        _ => ConnectorError::other(error, None),
    }
}

/// The first error of this type in the chain.
fn source<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |error| error.source()).find_map(<dyn std::error::Error>::downcast_ref)
}

#[cfg(test)]
mod tests;
