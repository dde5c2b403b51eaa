//! A receiver of webhooks that verifies their signatures: with the library of Standard Webhooks, or by the sender's public key.
//!
//! ```sh
//! WEBHOOK_SECRET=whsec_... cargo run -p notify-webhook --example receiver
//! WEBHOOK_PUBLIC_KEY=whpk_... cargo run -p notify-webhook --example receiver
//! ```
//!
//! It listens on loopback, and needs a TLS proxy in front of it. A delivery with a valid signature gets a 204, any other a 401.
#![allow(clippy::print_stdout, reason = "it shows its address and what arrives")]

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook};
use tokio::net::TcpListener;

/// The maximum size of a delivery, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// The maximum difference between a delivery's timestamp and now, in seconds.
const TOLERANCE: u64 = 5 * 60;

enum Verifier {
    Symmetric(Webhook),
    Asymmetric(UnparsedPublicKey<Vec<u8>>),
}

impl Verifier {
    fn from_env() -> Result<Self, Box<dyn Error>> {
        if let Ok(key) = env::var("WEBHOOK_PUBLIC_KEY") {
            let key = STANDARD.decode(key.strip_prefix("whpk_").unwrap_or(&key))?;
            return Ok(Self::Asymmetric(UnparsedPublicKey::new(&ED25519, key)));
        }
        Ok(Self::Symmetric(Webhook::new(&env::var("WEBHOOK_SECRET")?)?))
    }

    /// Whether one of the signatures is of these octets. Parse the body after that.
    fn is_valid(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        match self {
            Self::Symmetric(webhook) => webhook.verify(body, headers).is_ok(),
            Self::Asymmetric(key) => is_signed_by(key, headers, body).unwrap_or(false),
        }
    }
}

/// Whether one of the signatures `v1a` was made by this key; `None` if a header is missing or malformed. The library does not
/// know such signatures yet.
fn is_signed_by(key: &UnparsedPublicKey<Vec<u8>>, headers: &HeaderMap, body: &[u8]) -> Option<bool> {
    let header = |name| headers.get(name)?.to_str().ok();
    let (id, timestamp) = (header(HEADER_WEBHOOK_ID)?, header(HEADER_WEBHOOK_TIMESTAMP)?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    if now.abs_diff(timestamp.parse().ok()?) > TOLERANCE {
        return None;
    }
    let signed = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    let signatures = header(HEADER_WEBHOOK_SIGNATURE)?.split(' ');
    let decoded = signatures.filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1a,")?).ok());
    Some(
        decoded
            .into_iter()
            .any(|signature| key.verify(&signed, &signature).is_ok()),
    )
}

async fn receive(State(verifier): State<Arc<Verifier>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if !verifier.is_valid(&headers, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    // Deliveries are repeated: drop those whose id is known, and answer when the event is stored.
    println!("{:?}", headers.get(HEADER_WEBHOOK_ID));
    StatusCode::NO_CONTENT
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let verifier = Arc::new(Verifier::from_env()?);
    let port = env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    println!("http://{}", listener.local_addr()?);
    let routes = Router::new().fallback(post(receive)).with_state(verifier);
    axum::serve(listener, routes.layer(DefaultBodyLimit::max(MAX_BODY))).await?;
    Ok(())
}
