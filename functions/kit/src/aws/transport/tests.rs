//! The transport against a server that counts connections and requests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;

use super::*;
use crate::aws::dynamodb::Table;

/// A server on a thread of its own, which goes on while a test blocks the runtime.
struct Server {
    url: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

/// When the server closes a connection.
#[derive(Clone, Copy, PartialEq)]
enum Closes {
    Never,
    AfterResponse,
    AtOnce,
}

impl Server {
    fn start(closes: Closes) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (connections, requests) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let counted = (Arc::clone(&connections), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.0.fetch_add(1, Ordering::SeqCst);
                let requests = Arc::clone(&counted.1);
                thread::spawn(move || {
                    while closes != Closes::AtOnce && answer(&stream, &requests) {
                        if closes == Closes::AfterResponse {
                            break;
                        }
                    }
                });
            }
        });
        Self {
            url,
            connections,
            requests,
        }
    }

    /// The connections and requests until now.
    fn counts(&self) -> (usize, usize) {
        (
            self.connections.load(Ordering::SeqCst),
            self.requests.load(Ordering::SeqCst),
        )
    }

    /// A table of this server. No call is tried twice, so that nothing is hidden by a retry.
    fn table(&self, transport: &Transport) -> Table {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
            .endpoint_url(&self.url)
            .http_client(transport.clone())
            .region(Region::new("eu-west-1"))
            .retry_config(RetryConfig::disabled())
            .sleep_impl(TokioSleep::new())
            .build();
        Table::new(Client::new(&config), "table")
    }
}

/// Reads a request, counts it, and answers it; `false` if there is none.
fn answer(mut stream: &TcpStream, requests: &AtomicUsize) -> bool {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return false;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    // Before the response, after which the client may look.
    requests.fetch_add(1, Ordering::SeqCst);
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        .is_ok()
}

async fn read(table: &Table) -> bool {
    table.get("key".to_owned(), &[]).await.is_ok()
}

/// Lets the server act while the runtime does nothing, as while a Lambda is frozen.
fn freeze() {
    thread::sleep(Duration::from_millis(100));
}

#[tokio::test]
async fn calls_share_a_connection() {
    let server = Server::start(Closes::Never);
    let table = server.table(&Transport::new(Roots::bundled()));

    assert!(read(&table).await);
    assert!(read(&table).await);

    assert_eq!(server.counts(), (1, 2));
}

#[tokio::test]
async fn a_connection_that_died_while_frozen_costs_one_new_connection() {
    let server = Server::start(Closes::AfterResponse);
    let table = server.table(&Transport::new(Roots::bundled()));
    assert!(read(&table).await);
    freeze();

    assert!(read(&table).await);

    assert_eq!(server.counts(), (2, 2));
}

#[tokio::test]
async fn a_rehearsal_opens_the_connection_and_sends_nothing() {
    let server = Server::start(Closes::Never);
    let transport = Transport::new(Roots::bundled());
    let table = server.table(&transport);

    transport.rehearse(true);
    assert!(read(&table).await);
    assert!(read(&table).await);
    transport.rehearse(false);
    freeze();

    assert_eq!(server.counts(), (1, 0));
    assert!(read(&table).await);
    assert_eq!(server.counts(), (1, 1));
}

#[tokio::test]
async fn a_rehearsed_connection_that_died_while_frozen_is_replaced() {
    let server = Server::start(Closes::AtOnce);
    let transport = Transport::new(Roots::bundled());
    let table = server.table(&transport);
    transport.rehearse(true);
    assert!(read(&table).await);
    transport.rehearse(false);
    freeze();

    // The new connection dies, too: that it was opened is what counts.
    assert!(!read(&table).await);

    assert_eq!(server.counts().0, 2);
}

#[tokio::test]
async fn a_rehearsal_without_a_server_is_no_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = Server {
        url,
        connections: Arc::default(),
        requests: Arc::default(),
    };
    let transport = Transport::new(Roots::bundled());

    transport.rehearse(true);

    assert!(read(&server.table(&transport)).await);
}
