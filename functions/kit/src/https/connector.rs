//! Connections, some of them opened ahead of the request that uses them.

use std::collections::HashMap;
use std::future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures::future::BoxFuture;
use http::Uri;
use http::uri::Authority;
use hyper::rt::{Read, ReadBuf};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::{Resolver, Roots};

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Opens connections for a [client](super::client). One that was opened ahead is used first.
#[derive(Debug, Clone)]
pub struct Connector {
    https: HttpsConnector<HttpConnector<Resolver>>,
    ahead: Arc<Mutex<HashMap<Authority, Ahead>>>,
}

/// A connection without a request.
#[derive(Debug)]
enum Ahead {
    Opening,
    Open(Box<Stream>),
}

impl Connector {
    /// Connections by HTTP/1.1, over TLS with these roots for `https`, to the addresses of this resolver. `timeout` is that of the
    /// TCP connection; what follows is for the caller to limit.
    pub fn new(roots: Roots, resolver: Resolver, timeout: Duration) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(resolver);
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(timeout));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(roots.into_tls())
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        Self {
            https,
            ahead: Arc::default(),
        }
    }

    /// Resolves the host's name, connects, and makes the TLS handshake, for the first request to that host. Sends nothing else.
    ///
    /// # Errors
    ///
    /// If there is no connection.
    pub(crate) async fn open_ahead(&self, uri: Uri) -> Result<(), BoxError> {
        let authority = uri.authority().cloned().ok_or("an address without a host")?;
        if self.with_ahead(|ahead| ahead.contains_key(&authority)) {
            return Ok(());
        }
        self.with_ahead(|ahead| ahead.insert(authority.clone(), Ahead::Opening));
        let opened = self.https.clone().call(uri).await;
        self.with_ahead(|ahead| match opened {
            Ok(stream) => {
                ahead.insert(authority, Ahead::Open(Box::new(stream)));
                Ok(())
            }
            Err(error) => {
                ahead.remove(&authority);
                Err(error)
            }
        })
    }

    /// The connection to this host that was opened ahead, if the other side has not closed it meanwhile.
    fn take(&self, uri: &Uri) -> Option<Stream> {
        let ahead = self.with_ahead(|ahead| ahead.remove(uri.authority()?))?;
        match ahead {
            Ahead::Opening => None,
            Ahead::Open(mut stream) => is_silent(&mut stream).then_some(*stream),
        }
    }

    fn with_ahead<T>(&self, with: impl FnOnce(&mut HashMap<Authority, Ahead>) -> T) -> T {
        with(&mut self.ahead.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        match self.take(&uri) {
            Some(stream) => Box::pin(future::ready(Ok(stream))),
            None => self.https.call(uri),
        }
    }
}

/// Whether the other side has neither closed the connection nor sent anything but what belongs to TLS.
fn is_silent(stream: &mut Stream) -> bool {
    let mut buffer = [0; 1];
    let mut buffer = ReadBuf::new(&mut buffer);
    let mut context = Context::from_waker(Waker::noop());
    Pin::new(stream)
        .poll_read(&mut context, buffer.unfilled())
        .is_pending()
}
