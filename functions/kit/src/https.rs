//! HTTP clients: HTTP/1.1 over TLS by rustls, with root certificates that are part of the binary.
//!
//! One stack for the calls of AWS services and for all others. ADR 0012 compares it with the SDK's own.

use std::time::Duration;

use hyper_util::client::legacy::{Builder, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};

mod connector;
mod resolver;
mod roots;

pub use connector::Connector;
pub use hyper::body::Bytes;
pub use resolver::{ForbiddenAddress, Resolver};
pub use roots::{InvalidRoots, Roots};

/// An HTTP client, with a pool of idle connections.
pub type HttpsClient<B> = Client<Connector, B>;

/// A client that connects by this connector, and uses connections again that have been idle for at most this time.
pub fn client<B>(connector: Connector, idle_timeout: Duration) -> HttpsClient<B>
where
    B: hyper::body::Body + Send,
    B::Data: Send,
{
    Builder::new(TokioExecutor::new())
        .pool_idle_timeout(idle_timeout)
        .pool_timer(TokioTimer::new())
        .build(connector)
}
