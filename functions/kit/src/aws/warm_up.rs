//! What is done before the first event, so that the first event does not wait for it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, join_all};

use super::{Transport, config};

/// The timeout of all warm-ups together. Without it, a function without a network would wait for it in vain.
const TIMEOUT: Duration = Duration::from_secs(1);

/// One rehearsed call of each service that a function calls.
///
/// A rehearsal runs all of the SDK's code: the endpoint's rules, credentials, signature, serialisation. The
/// [transport](Transport) sends nothing, but opens the connection and leaves it to the first real call: the host's name is
/// resolved, and the TLS handshake made. Nothing is billed, and no permission is needed.
#[derive(Clone)]
pub(super) struct WarmUps {
    transport: Transport,
    calls: Arc<Mutex<BTreeMap<&'static str, BoxFuture<'static, ()>>>>,
}

impl fmt::Debug for WarmUps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WarmUps").finish_non_exhaustive()
    }
}

impl WarmUps {
    pub(super) fn new(transport: Transport) -> Self {
        Self {
            transport,
            calls: Arc::default(),
        }
    }

    /// Adds a call of this service, unless there is one.
    pub(super) fn add(&self, service: &'static str, call: impl Future<Output = ()> + Send + 'static) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.entry(service).or_insert_with(|| Box::pin(call));
    }

    /// Rehearses all calls. Whatever fails is left to the first event.
    ///
    /// Calls of a server on this machine are not worth it: it has no TLS, and connects at once.
    pub(super) async fn run(&self) {
        if config::is_local() {
            return;
        }
        let calls = std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        self.transport.rehearse(true);
        let result = tokio::time::timeout(TIMEOUT, join_all(calls.into_values())).await;
        self.transport.rehearse(false);
        if result.is_err() {
            tracing::warn!("connections were not opened in time for the first event");
        }
    }
}
