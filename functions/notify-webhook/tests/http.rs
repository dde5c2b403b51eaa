//! The HTTP adapter, against a local server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

use std::convert::Infallible;
use std::future;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use contracts::values::{Timestamp, UserId};
use futures::stream;
use kit::https::Roots;
use kit::{Clock, TaskFunction};
use notify_webhook::{
    App, Attempt, Deliver, HttpEndpoint, KeepEvent, KeepResult, NoResponse, RecordAttempt, Secret,
    SecretFault, SignedEvent, SigningSecret, StoreFault, Timeouts, WebhookEvent,
};
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

/// Serves the routes on a port of this machine, and returns the endpoint at `/hook` of it.
async fn endpoint(routes: Router, total: Duration) -> HttpEndpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let timeouts = Timeouts {
        total,
        ..Timeouts::default()
    };
    HttpEndpoint::new(&url.parse().unwrap(), timeouts, Roots::bundled()).unwrap()
}

/// A timeout that no response exceeds.
const LONG_TIMEOUT: Duration = Duration::from_secs(8);

fn signed() -> SignedEvent {
    SignedEvent {
        event: WebhookEvent {
            user: "0123456789abcdef0123456789abcdef".parse().unwrap(),
            id: "msg_1".to_owned(),
            content: "{}".to_owned(),
        },
        sent_at: "2026-01-01T12:00:00Z".parse().unwrap(),
        signature: "v1,signature".to_owned(),
    }
}

#[tokio::test]
async fn every_status_is_returned() {
    for status in [200, 204, 400, 410, 429, 500, 503] {
        let code = StatusCode::from_u16(status).unwrap();
        let routes = Router::new().route("/hook", post(move || future::ready(code)));

        let result = endpoint(routes, LONG_TIMEOUT).await.deliver(&signed()).await;

        assert_eq!(result, Ok(status));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let found = || future::ready((StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]));
    let routes = Router::new()
        .route("/hook", post(found))
        .route("/elsewhere", get(|| future::ready("followed")));

    let result = endpoint(routes, LONG_TIMEOUT).await.deliver(&signed()).await;

    assert_eq!(result, Ok(302));
}

#[tokio::test]
async fn a_slow_endpoint_times_out() {
    let routes = Router::new().route("/hook", post(future::pending::<()>));

    let endpoint = endpoint(routes, Duration::from_millis(50)).await;
    let result = endpoint.deliver(&signed()).await;

    assert_eq!(result, Err(NoResponse::Timeout));
}

#[tokio::test]
async fn the_body_of_the_response_is_not_read() {
    let endless = || future::ready(Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()));
    let routes = Router::new().route("/hook", post(endless));
    let endpoint = endpoint(routes, LONG_TIMEOUT).await;
    let start = Instant::now();

    let result = endpoint.deliver(&signed()).await;

    assert_eq!(result, Ok(200));
    assert!(start.elapsed() < LONG_TIMEOUT / 2);
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let endpoint = HttpEndpoint::new(&url.parse().unwrap(), Timeouts::default(), Roots::bundled()).unwrap();

    let result = endpoint.deliver(&signed()).await;

    assert_eq!(result, Err(NoResponse::Unreachable));
}

#[tokio::test]
async fn user_and_password_of_the_url_are_sent_as_a_header() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "http://a%20user:canary@{}/hook#fragment",
        listener.local_addr().unwrap()
    );
    let hook = |uri: Uri, headers: HeaderMap| {
        let expected = "Basic YSB1c2VyOmNhbmFyeQ==";
        future::ready(match (uri.path(), headers[header::AUTHORIZATION].to_str()) {
            ("/hook", Ok(found)) if found == expected => StatusCode::OK,
            _ => StatusCode::UNAUTHORIZED,
        })
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(hook))).await });
    let endpoint = HttpEndpoint::new(&url.parse().unwrap(), Timeouts::default(), Roots::bundled()).unwrap();

    let result = endpoint.deliver(&signed()).await;

    assert_eq!(result, Ok(200));
    assert_eq!(format!("{endpoint:?}"), "HttpEndpoint(hidden)");
}

#[tokio::test]
async fn a_connection_that_closes_without_a_response_is_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    let endpoint = HttpEndpoint::new(&url.parse().unwrap(), Timeouts::default(), Roots::bundled()).unwrap();

    let result = endpoint.deliver(&signed()).await;

    assert_eq!(result, Err(NoResponse::ConnectionLost));
}

/// An empty store, and the secret.
struct Ready;

impl KeepEvent for Ready {
    async fn keep(&self, event: WebhookEvent) -> Result<KeepResult, StoreFault> {
        Ok(KeepResult::Undelivered(event))
    }
}

impl RecordAttempt for Ready {
    async fn record(&self, _: &UserId, _: Attempt) -> Result<(), StoreFault> {
        Ok(())
    }
}

impl SigningSecret for Ready {
    async fn get(&self) -> Result<Secret, SecretFault> {
        Ok(SECRET.parse().unwrap())
    }
}

/// The system clock, which the receiver uses too.
struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[tokio::test]
async fn standard_webhooks_verifies_the_delivery() {
    let (arrive, mut arrived) = mpsc::unbounded_channel();
    let hook = move |headers: HeaderMap, body: Bytes| {
        arrive.send((headers, body)).unwrap();
        future::ready(StatusCode::NO_CONTENT.into_response())
    };
    let endpoint = endpoint(Router::new().route("/hook", post(hook)), LONG_TIMEOUT).await;
    let app = App::new(Ready, Ready, endpoint, Now);
    let input = serde_json::from_str(include_str!("../events/campaign.json")).unwrap();

    app.call(input).await.unwrap();

    let (headers, body) = arrived.recv().await.unwrap();
    Webhook::new(SECRET).unwrap().verify(&body, &headers).unwrap();
    assert_eq!(headers["webhook-id"], "msg_0123456789abcdef0123456789abcdef");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(
        headers["user-agent"],
        concat!("notify-webhook/", env!("CARGO_PKG_VERSION"))
    );
}
