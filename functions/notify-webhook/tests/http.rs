//! The HTTP adapter, against a local server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::convert::Infallible;
use std::future;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use contracts::values::{Timestamp, UserId};
use futures::stream;
use kit::{Clock, TaskFunction};
use notify_webhook::{
    App, Attempt, Deliver, HttpEndpoint, KeepEvent, Kept, NoAnswer, RecordAttempt, Secret, SecretFault,
    SignedEvent, SigningSecret, StoreFault, TimeLimits, WebhookEvent,
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
    let limits = TimeLimits {
        total,
        ..TimeLimits::default()
    };
    HttpEndpoint::new(url.parse().unwrap(), limits).unwrap()
}

/// A time limit that no response exceeds.
const PATIENT: Duration = Duration::from_secs(8);

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

        let answer = endpoint(routes, PATIENT).await.deliver(&signed()).await;

        assert_eq!(answer, Ok(status));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let found = || future::ready((StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]));
    let routes = Router::new()
        .route("/hook", post(found))
        .route("/elsewhere", get(|| future::ready("followed")));

    let answer = endpoint(routes, PATIENT).await.deliver(&signed()).await;

    assert_eq!(answer, Ok(302));
}

#[tokio::test]
async fn a_slow_endpoint_gives_no_answer_in_time() {
    let routes = Router::new().route("/hook", post(future::pending::<()>));

    let endpoint = endpoint(routes, Duration::from_millis(50)).await;
    let answer = endpoint.deliver(&signed()).await;

    assert_eq!(answer, Err(NoAnswer::InTime));
}

#[tokio::test]
async fn the_body_of_the_answer_is_not_read() {
    let endless = || future::ready(Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()));
    let routes = Router::new().route("/hook", post(endless));
    let endpoint = endpoint(routes, PATIENT).await;
    let start = Instant::now();

    let answer = endpoint.deliver(&signed()).await;

    assert_eq!(answer, Ok(200));
    assert!(start.elapsed() < PATIENT / 2);
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let endpoint = HttpEndpoint::new(url.parse().unwrap(), TimeLimits::default()).unwrap();

    let answer = endpoint.deliver(&signed()).await;

    assert_eq!(answer, Err(NoAnswer::Unreachable));
}

#[tokio::test]
async fn a_connection_that_ends_without_an_answer_broke_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await);
        }
    });
    let endpoint = HttpEndpoint::new(url.parse().unwrap(), TimeLimits::default()).unwrap();

    let answer = endpoint.deliver(&signed()).await;

    assert_eq!(answer, Err(NoAnswer::BrokenOff));
}

/// An empty store, and the secret.
struct Ready;

impl KeepEvent for Ready {
    async fn keep(&self, event: WebhookEvent) -> Result<Kept, StoreFault> {
        Ok(Kept::Undelivered(event))
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
    let endpoint = endpoint(Router::new().route("/hook", post(hook)), PATIENT).await;
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
