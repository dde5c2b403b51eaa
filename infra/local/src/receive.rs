//! The command `receive`: an endpoint to try webhooks with, which prints what arrives and can be told to fail.

use std::collections::HashMap;
use std::env;
use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware;
use axum::routing::post;
use contracts::values::Timestamp;
use standardwebhooks::{HEADER_WEBHOOK_ID, Webhook};

use crate::connections::serve;
use crate::host::{self, Hosts};
use crate::private_file;
use crate::secrets::{Secrets, WebhookSecret};
use crate::serve::interrupted;
use crate::server::{StartupError, bind, local_address};
use crate::shutdown;

/// The variable with the signing secret of another sender than the local server.
const SECRET_VARIABLE: &str = "WEBHOOK_SECRET";

/// The maximum size of a delivery, in bytes.
const MAX_BODY: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Settings {
    /// The loopback address to listen on.
    pub(crate) listen: SocketAddr,
    /// The data directory with the secret that verifies, if the environment has none.
    pub(crate) data: PathBuf,
    pub(crate) plan: Plan,
}

/// How verified deliveries are answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) status: u16,
    /// The time before the answer.
    pub(crate) delay: Duration,
    /// How many deliveries are answered like that, before all others get a 204 at once. `None` is all.
    pub(crate) first: Option<u32>,
}

impl Plan {
    /// The status and the delay for the delivery with this number, from 0 on.
    fn answer(&self, number: u32) -> (StatusCode, Duration) {
        match StatusCode::from_u16(self.status) {
            Ok(status) if self.first.is_none_or(|first| number < first) => (status, self.delay),
            _ => (StatusCode::NO_CONTENT, Duration::ZERO),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.status)?;
        if !self.delay.is_zero() {
            write!(formatter, " after {} s", self.delay.as_secs())?;
        }
        match self.first {
            Some(first) => write!(formatter, " for the first {first}, then 204"),
            None => Ok(()),
        }
    }
}

struct Endpoint {
    verifier: Webhook,
    plan: Plan,
    received: Mutex<Received>,
}

/// The verified deliveries.
#[derive(Debug, Default)]
struct Received {
    count: u32,
    /// The content of the first delivery of each id, and how many deliveries there were.
    by_id: HashMap<String, (Vec<u8>, u32)>,
}

impl Endpoint {
    /// Verifies a delivery, and says how to answer it, when, and what to print.
    fn receive(&self, headers: &HeaderMap, body: &[u8]) -> (StatusCode, Duration, String) {
        let id = headers.get(HEADER_WEBHOOK_ID).and_then(|id| id.to_str().ok());
        let id = id.unwrap_or("(no id)");
        if let Err(error) = self.verifier.verify(body, headers) {
            return (
                StatusCode::UNAUTHORIZED,
                Duration::ZERO,
                format!("{id:<36}  not verified: {error}"),
            );
        }
        // A panic cannot leave an entry half written.
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let (status, delay) = self.plan.answer(received.count);
        received.count = received.count.saturating_add(1);
        let (first, count) = received
            .by_id
            .entry(id.to_owned())
            .or_insert_with(|| (body.to_owned(), 0));
        *count = count.saturating_add(1);
        let note = if *first == body {
            ""
        } else {
            ", not what came first"
        };
        // Nothing that a terminal would obey, from whoever has the secret.
        let content = String::from_utf8_lossy(body).replace(char::is_control, "\u{fffd}");
        (
            status,
            delay,
            format!("{id:<36}  delivery {count}{note}  {content}"),
        )
    }
}

/// Listens, prints where, and prints each delivery until Ctrl-C.
pub(crate) async fn until_interrupted(settings: Settings) -> Result<(), StartupError> {
    let listener = bind(settings.listen).await?;
    let address = local_address(&listener, settings.listen)?;
    let (secret, source) = secret(&settings)?;
    let endpoint = Arc::new(Endpoint {
        verifier: secret.verifier(),
        plan: settings.plan,
        received: Mutex::default(),
    });
    let routes = Router::new()
        .fallback(post(receive))
        .layer(middleware::from_fn_with_state(Hosts::of(address), host::check))
        .with_state(endpoint);
    let (trigger, shutdown) = shutdown::channel();
    let server = serve(listener, routes, shutdown);
    let lines = [
        ("Secret", source),
        ("Answers", settings.plan.to_string()),
        ("Send", format!("cargo run -- --webhook-url http://{address}/")),
    ];
    print(format_args!(
        "Webhooks are received at http://{address}/. Ctrl-C stops it.\n\n"
    ));
    for (name, value) in lines {
        print(format_args!("  {name:<9} {value}\n"));
    }
    print(format_args!("\n"));
    interrupted().await;
    print(format_args!("\nStopping.\n"));
    drop(trigger);
    // A panic of a request has been logged.
    let _ = server.await;
    Ok(())
}

/// The secret that verifies, and where it is from.
fn secret(settings: &Settings) -> Result<(WebhookSecret, String), StartupError> {
    match env::var(SECRET_VARIABLE) {
        Ok(value) => {
            let secret = WebhookSecret::new(value.trim()).ok_or(StartupError::WebhookSecret)?;
            Ok((secret, format!("the variable {SECRET_VARIABLE}")))
        }
        Err(env::VarError::NotUnicode(_)) => Err(StartupError::WebhookSecret),
        Err(env::VarError::NotPresent) => {
            private_file::create_directory(&settings.data).map_err(|source| StartupError::Data {
                path: settings.data.clone(),
                source,
            })?;
            let secrets = Secrets::load_or_make(&settings.data)?;
            let source = format!("that of the local server in {}", settings.data.display());
            Ok((secrets.webhook_secret, source))
        }
    }
}

/// Prints a delivery, and answers as planned; 401 if it is not verified.
async fn receive(State(endpoint): State<Arc<Endpoint>>, headers: HeaderMap, body: Body) -> StatusCode {
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let (status, delay, line) = endpoint.receive(&headers, &body);
    print(format_args!(
        "{}  {}  {line}\n",
        Timestamp::now(),
        status.as_u16()
    ));
    tokio::time::sleep(delay).await;
    status
}

/// A closed standard output does not stop the receiver.
fn print(text: fmt::Arguments<'_>) {
    let _ = io::stdout().write_fmt(text);
}
