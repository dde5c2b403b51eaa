//! Other processes of the machine that do not behave, over raw sockets.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[expect(dead_code, reason = "the server's tests use the rest")]
mod support;

use std::fs;
use std::path::Path;
use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use support::{Fixture, token_in};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The bound of the main server.
const MAX_CONNECTIONS: usize = 64;

/// Beyond the server's limit for silent clients.
const PATIENCE: Duration = Duration::from_secs(25);

async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.strip_prefix("http://").unwrap())
        .await
        .unwrap()
}

/// Sends this, and returns whether the server closes the connection without an answer of success.
async fn is_closed(url: &str, sent: &[u8]) -> bool {
    let mut stream = connect(url).await;
    stream.write_all(sent).await.unwrap();
    let mut received = Vec::new();
    match timeout(PATIENCE, stream.read_to_end(&mut received)).await {
        // A reset is a close as well.
        Ok(_) => !String::from_utf8_lossy(&received).contains(" 200 "),
        Err(_) => false,
    }
}

#[tokio::test]
async fn silent_clients_are_closed_and_whoever_waits_is_served() {
    let fixture = Fixture::new().await;
    let half: &[u8] = b"POST / HTTP/1.1\r\nhost: loc";
    let [api, dynamodb] = [fixture.server.url(), fixture.server.dynamodb_url()];
    let all = [(api, MAX_CONNECTIONS), (dynamodb, 8)];
    let silent = all
        .into_iter()
        .flat_map(|(url, count)| (0..count).map(move |number| (url, number)))
        .map(|(url, number)| is_closed(url, if number % 2 == 0 { half } else { b"" }));
    let silent = join_all(silent);

    let sign_up = async {
        // The silent clients come first.
        tokio::time::sleep(Duration::from_millis(200)).await;
        fixture.sign_up(json!({"email": "ada@example.org"})).await
    };
    let (are_closed, id) = tokio::join!(silent, sign_up);

    assert!(are_closed.into_iter().all(|is_closed| is_closed));
    let mail = fixture.mail(1).await;
    assert_eq!(fixture.confirm(&token_in(&mail)).await.status(), 202);
    fixture.user_once(&id, "verified").await;
}

#[tokio::test]
async fn no_server_speaks_http_2() {
    let fixture = Fixture::new().await;

    for url in [fixture.server.url(), fixture.server.dynamodb_url()] {
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
        let mut stream = connect(url).await;
        stream.write_all(preface).await.unwrap();
        let mut received = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut received))
            .await
            .unwrap();

        let is_http_1 = received.starts_with(b"HTTP/1.1 4") || received.starts_with(b"HTTP/1.1 5");
        assert!(received.is_empty() || is_http_1, "{received:?}");
    }
}

/// The size of all files in a directory, in bytes.
fn size(directory: &Path) -> u64 {
    let files = fs::read_dir(directory).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

#[tokio::test]
async fn unsigned_webhooks_do_not_fill_memory_or_disk() {
    let fixture = Fixture::new().await;
    let before = size(fixture.server.data());

    for number in 0..300 {
        let request = fixture
            .post("/webhooks", "x".repeat(64 * 1024))
            .header("webhook-id", format!("msg_{number}"));
        assert_eq!(request.send().await.unwrap().status(), 401);
    }

    let kept = serde_json::to_vec(&fixture.server.webhooks().all()).unwrap();
    assert!(kept.len() < 50_000, "{}", kept.len());
    // The write-ahead log keeps the pages of each write until the next checkpoint, which is due at 4 MB.
    let grown = size(fixture.server.data()) - before;
    assert!(grown < 6_000_000, "{grown}");
}
