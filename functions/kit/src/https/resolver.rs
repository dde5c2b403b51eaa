//! Resolution of host names.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use futures::future::BoxFuture;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

type Resolve = dyn Fn(Name) -> BoxFuture<'static, Result<Vec<IpAddr>, BoxError>> + Send + Sync;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Resolves the host names of a [connector](super::Connector), which connects to no other addresses than these. Hosts that are
/// addresses already are not resolved.
#[derive(Clone)]
pub struct Resolver(Arc<Resolve>);

/// A host name has an address that the resolver was told to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host's name resolves to an address that is not allowed")]
pub struct ForbiddenAddress;

impl Resolver {
    /// The system's resolver.
    pub fn system() -> Self {
        Self(Arc::new(|name| {
            let found = GaiResolver::new().call(name);
            Box::pin(async { Ok(found.await?.map(|address| address.ip()).collect()) })
        }))
    }

    /// A resolver that looks names up by this function.
    pub fn of(look_up: impl Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |name| {
            let found = look_up(name.as_str()).map_err(BoxError::from);
            Box::pin(async { found })
        }))
    }

    /// The same resolver without names that have an address which is not allowed. They fail with a [`ForbiddenAddress`], even if
    /// they have other addresses: nobody means such a name, and what happens would depend on the order of its addresses.
    pub fn allowing(self, allows: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        let allows = Arc::new(allows);
        Self(Arc::new(move |name| {
            let (found, allows) = ((self.0)(name), Arc::clone(&allows));
            Box::pin(async move {
                let found = found.await?;
                if found.iter().all(|address| allows(*address)) {
                    Ok(found)
                } else {
                    Err(ForbiddenAddress.into())
                }
            })
        }))
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Resolver")
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = (self.0)(name);
        Box::pin(async {
            // The connector sets the port.
            let addresses: Vec<_> = found
                .await?
                .into_iter()
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            Ok(addresses.into_iter())
        })
    }
}
