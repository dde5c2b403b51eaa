//! HTTP/1 connections, bounded in number and in time.
//!
//! Every process of the machine can connect. A server of [`axum::serve`] waits without limit for a client that sends nothing,
//! and speaks HTTP/2 as soon as another crate enables that.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use crate::shutdown::Shutdown;

/// The pause after a failed `accept`, for example if there are no free file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// What one server grants to its clients.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The maximum number of open connections. Further ones wait until another is closed; the next response closes its own then.
    connections: usize,
    /// The maximum time from the end of a request, or from the connection's start, to the last byte of the next one's headers.
    idle: Duration,
    /// The maximum time from a request's headers to its response, the arrival of the body included.
    request: Duration,
    /// The maximum time that a connection is used for new requests. It also ends those whose client reads no response.
    age: Duration,
}

/// The number is low enough for all servers together at the lowest common limit of open files, 256.
const LIMITS: Limits = Limits {
    connections: 64,
    idle: Duration::from_secs(10),
    request: Duration::from_secs(30),
    age: Duration::from_mins(5),
};

/// Serves until the shutdown, and then until all responses are sent.
pub(crate) fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) -> JoinHandle<()> {
    tokio::spawn(accept_all(listener, router, LIMITS, shutdown))
}

async fn accept_all(listener: TcpListener, router: Router, limits: Limits, shutdown: Shutdown) {
    let crowded = Arc::new(AtomicBool::new(false));
    let respond = Responding {
        limit: limits.request,
        crowded: Arc::clone(&crowded),
    };
    let router = router.layer(middleware::from_fn_with_state(respond, respond_in_time));
    let permits = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            () = shutdown.clone().wait() => break,
            // Frees the memory of a connection that has ended.
            Some(_) = connections.join_next() => continue,
            stream = accept(&listener) => stream,
        };
        crowded.store(permits.available_permits() == 0, Ordering::Relaxed);
        let permit = tokio::select! {
            () = shutdown.clone().wait() => break,
            permit = Arc::clone(&permits).acquire_owned() => permit,
        };
        crowded.store(false, Ordering::Relaxed);
        let (router, shutdown) = (router.clone(), shutdown.clone());
        connections.spawn(async move {
            converse(stream, router, limits, shutdown).await;
            drop(permit);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                sleep(PAUSE).await;
            }
        }
    }
}

/// Answers the requests of a connection.
async fn converse(stream: TcpStream, router: Router, limits: Limits, shutdown: Shutdown) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    // The errors are those of the client: it is gone, too slow, or speaks something else.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = shutdown.wait() => {}
        () = sleep(limits.age) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.request, connection).await;
}

#[derive(Debug, Clone)]
struct Responding {
    limit: Duration,
    /// Whether a connection waits for another to be closed.
    crowded: Arc<AtomicBool>,
}

/// Middleware that responds with 408 if there is no response in time, and closes the connection if another waits. An idle connection
/// is not closed for that: its client may be about to send.
async fn respond_in_time(State(responding): State<Responding>, request: Request, next: Next) -> Response {
    let mut response = match timeout(responding.limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    if responding.crowded.swap(false, Ordering::Relaxed) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

#[cfg(test)]
mod tests;
