//! The HTTP adapter, against a local server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests panic on unexpected results"
)]

mod support;

use std::convert::Infallible;
use std::future;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use futures::stream;
use kit::https::{Resolver, Roots};
use kit::{SystemClock, TaskFunction};
use notify_webhook::{App, Deliver, HttpEndpoint, Network, NoResponse, Timeouts, WebhookUrl};
use standardwebhooks::Webhook;
use support::{EmptyStore, FixedSecret, answer, settings, signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

/// Serves the routes on a port of this machine, and returns the endpoint at `/hook` of it.
async fn endpoint(routes: Router, total: Duration) -> HttpEndpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    endpoint_at(&url, total)
}

/// The endpoint at this URL of this machine.
fn endpoint_at(url: &str, total: Duration) -> HttpEndpoint {
    let url = WebhookUrl::new(url, Network::Loopback).unwrap();
    let timeouts = Timeouts {
        total,
        ..Timeouts::default()
    };
    HttpEndpoint::new(&url, timeouts, Roots::bundled(), Resolver::system()).unwrap()
}

/// An endpoint that answers each request by writing this text, and then this other one again and again.
async fn raw_endpoint(first: &'static str, again: &'static str, total: Duration) -> HttpEndpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut connection, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                // What comes before the request is no answer to it.
                connection.read_exact(&mut [0; 64]).await.unwrap();
                let mut written = connection.write_all(first.as_bytes()).await;
                while written.is_ok() {
                    written = connection.write_all(again.as_bytes()).await;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            });
        }
    });
    endpoint_at(&url, total)
}

/// A timeout that no response exceeds.
const LONG_TIMEOUT: Duration = Duration::from_secs(8);

#[tokio::test]
async fn every_status_is_returned() {
    for status in [200, 204, 400, 410, 429, 500, 503] {
        let code = StatusCode::from_u16(status).unwrap();
        let routes = Router::new().route("/hook", post(move || future::ready(code)));

        let result = endpoint(routes, LONG_TIMEOUT).await.deliver(&signed()).await;

        assert_eq!(result, Ok(answer(status)));
    }
}

/// The time in the `Retry-After` of an endpoint that has this one.
async fn retry_after(value: &str) -> Option<Duration> {
    let value = value.to_owned();
    let busy = move || future::ready((StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, value)]));
    let endpoint = endpoint(Router::new().route("/hook", post(busy)), LONG_TIMEOUT).await;
    let answer = endpoint.deliver(&signed()).await.unwrap();
    assert_eq!(answer.status, 503);
    answer.retry_after
}

#[tokio::test]
async fn retry_after_is_a_number_of_seconds_or_a_date() {
    let date = |after| httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(after));

    assert_eq!(retry_after("120").await, Some(Duration::from_mins(2)));
    assert_eq!(retry_after(" 0 ").await, Some(Duration::ZERO));
    let in_an_hour = retry_after(&date(3_600)).await.unwrap();
    assert!((3_590..=3_600).contains(&in_an_hour.as_secs()), "{in_an_hour:?}");
    assert_eq!(
        retry_after("Thu, 01 Jan 1970 00:00:00 GMT").await,
        Some(Duration::ZERO)
    );
    for text in ["", "soon", "-1", "1.5", "99999999999999999999999"] {
        assert_eq!(retry_after(text).await, None, "{text}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let found = || future::ready((StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]));
    let routes = Router::new()
        .route("/hook", post(found))
        .route("/elsewhere", get(|| future::ready("followed")));

    let result = endpoint(routes, LONG_TIMEOUT).await.deliver(&signed()).await;

    assert_eq!(result, Ok(answer(302)));
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

    assert_eq!(result, Ok(answer(200)));
    assert!(start.elapsed() < LONG_TIMEOUT / 2);
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);

    let result = endpoint_at(&url, LONG_TIMEOUT).deliver(&signed()).await;

    assert_eq!(result, Err(NoResponse::Unreachable));
}

/// Slow and endless answers, each with what they end as.
#[tokio::test]
async fn no_answer_lasts_longer_than_the_timeout() {
    let total = Duration::from_millis(300);
    for (first, again, expected) in [
        ("", "", NoResponse::Timeout),
        ("HTTP/1.1 200 OK\r\n", "", NoResponse::Timeout),
        ("HTTP/1.1 20", "", NoResponse::Timeout),
        ("", "HTTP/1.1 100 Continue\r\n\r\n", NoResponse::Timeout),
        ("HTTP/1.1 200 OK\r\nslow: ", "x", NoResponse::Timeout),
        ("no HTTP", "", NoResponse::ConnectionLost),
    ] {
        let endpoint = raw_endpoint(first, again, total).await;
        let start = Instant::now();

        let result = endpoint.deliver(&signed()).await;

        assert_eq!(result, Err(expected), "{first:?} {again:?}");
        assert!(start.elapsed() < 2 * total, "{first:?} {again:?}");
    }
}

#[tokio::test]
async fn endless_headers_are_read_up_to_a_bound() {
    let line = concat!(
        "x: ",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "\r\n"
    );
    let lines: &'static str = line.repeat(200).leak();
    let endpoint = raw_endpoint("HTTP/1.1 200 OK\r\n", lines, LONG_TIMEOUT).await;
    let start = Instant::now();

    let result = endpoint.deliver(&signed()).await;

    assert_eq!(result, Err(NoResponse::ConnectionLost));
    assert!(start.elapsed() < LONG_TIMEOUT / 2);
}

#[test]
fn an_endpoint_costs_less_than_five_seconds() {
    assert!(Timeouts::default().total <= Duration::from_secs(4));
}

#[test]
fn debug_hides_the_url() {
    let endpoint = endpoint_at("http://127.0.0.1/canary", LONG_TIMEOUT);

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

    let result = endpoint_at(&url, LONG_TIMEOUT).deliver(&signed()).await;

    assert_eq!(result, Err(NoResponse::ConnectionLost));
}

#[tokio::test]
async fn standard_webhooks_verifies_the_delivery() {
    let (arrive, mut arrived) = mpsc::unbounded_channel();
    let hook = move |headers: HeaderMap, body: Bytes| {
        arrive.send((headers, body)).unwrap();
        future::ready(StatusCode::NO_CONTENT.into_response())
    };
    let endpoint = endpoint(Router::new().route("/hook", post(hook)), LONG_TIMEOUT).await;
    let app = App::new(
        EmptyStore,
        FixedSecret(SECRET.to_owned()),
        endpoint,
        SystemClock,
        settings(),
    );
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
