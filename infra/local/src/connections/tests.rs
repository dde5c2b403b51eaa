//! Clients that do not behave, over raw sockets.

use std::net::SocketAddr;
use std::time::Instant;

use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::shutdown::{self, ShutdownTrigger};

/// Generous enough for a busy machine, except where a test waits for the limit.
const GENEROUS: Limits = Limits {
    connections: 2,
    idle: Duration::from_secs(20),
    request: Duration::from_secs(20),
    age: Duration::from_secs(20),
};

const SHORT: Duration = Duration::from_millis(150);

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

async fn start(limits: Limits) -> (SocketAddr, ShutdownTrigger, JoinHandle<()>) {
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/echo", post(async |body: Bytes| body));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (trigger, shutdown) = shutdown::channel();
    let server = tokio::spawn(accept_all(listener, router, limits, shutdown));
    (address, trigger, server)
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Sends this and returns all that comes back until the server closes the connection.
async fn until_closed(mut stream: TcpStream, sent: &[u8]) -> String {
    stream.write_all(sent).await.unwrap();
    let mut received = Vec::new();
    // A reset is a close as well.
    let _ = stream.read_to_end(&mut received).await;
    String::from_utf8_lossy(&received).into_owned()
}

/// Sends a request and returns the first part of the response; nothing if none comes for a while.
async fn ask(stream: &mut TcpStream) -> Option<String> {
    stream.write_all(REQUEST).await.unwrap();
    let mut part = [0; 1024];
    let length = timeout(4 * SHORT, stream.read(&mut part)).await.ok()?.unwrap();
    Some(String::from_utf8_lossy(&part[..length]).into_owned())
}

#[tokio::test]
async fn half_sent_headers_and_silence_end_the_connection() {
    let limits = Limits {
        idle: SHORT,
        ..GENEROUS
    };
    let (address, _trigger, _) = start(limits).await;

    for sent in [&b""[..], b"GET / HTTP/1.1\r\nhost: lo"] {
        let begun = Instant::now();
        let received = until_closed(connect(address).await, sent).await;

        assert!(!received.contains("200"), "{received}");
        assert!(begun.elapsed() >= SHORT, "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn silence_after_a_response_ends_the_connection() {
    let limits = Limits {
        idle: SHORT,
        ..GENEROUS
    };
    let (address, _trigger, _) = start(limits).await;

    let received = until_closed(connect(address).await, REQUEST).await;

    assert!(received.ends_with("hello"), "{received}");
}

#[tokio::test]
async fn a_body_that_never_ends_gets_408() {
    let limits = Limits {
        request: SHORT,
        ..GENEROUS
    };
    let (address, _trigger, _) = start(limits).await;

    let sent = b"POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nabc";
    let received = until_closed(connect(address).await, sent).await;

    assert!(received.starts_with("HTTP/1.1 408"), "{received}");
}

#[tokio::test]
async fn an_old_connection_is_closed_after_its_response() {
    let limits = Limits {
        age: SHORT,
        ..GENEROUS
    };
    let (address, _trigger, _) = start(limits).await;

    let begun = Instant::now();
    let received = until_closed(connect(address).await, REQUEST).await;

    assert!(received.ends_with("hello"), "{received}");
    assert!(
        (SHORT..GENEROUS.idle).contains(&begun.elapsed()),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_connection_beyond_the_bound_waits_until_the_next_response_closes_another() {
    let (address, _trigger, _) = start(GENEROUS).await;
    let (mut first, mut second) = (connect(address).await, connect(address).await);
    assert!(ask(&mut first).await.is_some() && ask(&mut second).await.is_some());

    let mut third = connect(address).await;

    assert_eq!(ask(&mut third).await, None);
    let last = ask(&mut first).await.unwrap();
    assert!(last.contains("connection: close"), "{last}");
    let mut part = [0; 15];
    third.read_exact(&mut part).await.unwrap();
    assert_eq!(&part, b"HTTP/1.1 200 OK");
    let kept = ask(&mut second).await.unwrap();
    assert!(!kept.contains("connection: close"), "{kept}");
}

/// It is the preface of RFC 9113, section 3.4, and an empty SETTINGS frame.
#[tokio::test]
async fn http_2_is_not_spoken() {
    let (address, _trigger, _) = start(GENEROUS).await;

    let sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let received = until_closed(connect(address).await, sent).await;

    // An answer in HTTP/2 would begin with the nine bytes of a SETTINGS frame.
    assert!(
        received.is_empty() || received.starts_with("HTTP/1.1 "),
        "{received:?}"
    );
    assert!(!received.contains("200"), "{received:?}");
}

#[tokio::test]
async fn a_shutdown_closes_idle_connections() {
    let (address, trigger, server) = start(GENEROUS).await;
    let mut idle = connect(address).await;
    assert!(ask(&mut idle).await.is_some());

    drop(trigger);

    timeout(GENEROUS.idle / 2, server).await.unwrap().unwrap();
}
