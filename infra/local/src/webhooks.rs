//! What the built-in webhook receiver has received.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use contracts::values::{Cause, Timestamp};
use serde::{Deserialize, Serialize};
use standardwebhooks::{HEADER_WEBHOOK_ID, Webhook};

use crate::journal::Journal;
use crate::secrets::WebhookSecret;

/// The most that is remembered of an id or of a content, in octets: nobody's own deliveries come near it.
const LONGEST: usize = 64 * 1024;

/// A delivery, by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Received {
    /// The delivery's id; empty where it had none.
    pub id: String,
    /// Whether every delivery of this id had a valid signature.
    pub valid: bool,
    /// Whether a later delivery of this id had another content than the first.
    pub conflicting: bool,
    /// How often it came.
    pub count: u32,
    /// When it came first.
    pub first_at: Timestamp,
    /// When it came last.
    pub last_at: Timestamp,
    /// The first delivery's content.
    pub content: String,
}

/// A receiver as marketing would run one: it checks Standard Webhooks signatures and remembers what came.
/// A clone is the same receiver.
#[derive(Clone)]
pub struct Webhooks {
    verifier: Arc<Webhook>,
    received: Arc<Mutex<Vec<Received>>>,
    /// Nothing for a receiver in memory.
    journal: Option<Journal>,
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Webhooks")
            .field("received", &self.lock().len())
            .finish_non_exhaustive()
    }
}

impl Webhooks {
    /// A receiver that knows the secret; `None` if the secret is none.
    pub(crate) fn new(secret: &WebhookSecret) -> Option<Self> {
        Some(Self {
            verifier: Arc::new(Webhook::new(secret.expose()).ok()?),
            received: Arc::default(),
            journal: None,
        })
    }

    /// The same, with what the journal has kept, and what it is to keep.
    pub(crate) fn kept_in(self, journal: Journal, received: Vec<Received>) -> Self {
        Self {
            received: Arc::new(Mutex::new(received)),
            journal: Some(journal),
            ..self
        }
    }

    /// Takes a delivery in. Says whether its signature is valid. When this returns, the delivery is kept.
    pub(crate) fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<bool, Cause> {
        let valid = body.len() <= LONGEST && self.verifier.verify(body, headers).is_ok();
        let id = headers
            .get(HEADER_WEBHOOK_ID)
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default();
        self.remember(id, body, valid)?;
        Ok(valid)
    }

    fn remember(&self, id: &str, body: &[u8], valid: bool) -> Result<(), Cause> {
        let now = Timestamp::now();
        let content = String::from_utf8_lossy(body.get(..LONGEST).unwrap_or(body)).into_owned();
        let mut received = self.lock();
        // A forged delivery under a known id says nothing about the true one.
        let known = received
            .iter_mut()
            .find(|known| known.id == id && known.valid == valid);
        let mut seen = known.as_deref().cloned().unwrap_or_else(|| Received {
            id: id.to_owned(),
            valid,
            conflicting: false,
            count: 0,
            first_at: now,
            last_at: now,
            content: content.clone(),
        });
        seen.count += 1;
        seen.last_at = now;
        seen.conflicting |= seen.content != content;
        if let Some(journal) = &self.journal {
            journal.keep_webhook(&seen)?;
        }
        match known {
            Some(known) => *known = seen,
            None => received.push(seen),
        }
        Ok(())
    }

    /// All deliveries, in the order in which their ids came first.
    pub fn all(&self) -> Vec<Received> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Received>> {
        // What is remembered is changed entry by entry, and each entry as a whole.
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    fn signed(id: &str, body: &[u8], secret: &str) -> HeaderMap {
        let now = Timestamp::now().epoch_seconds();
        let signature = Webhook::new(secret).unwrap().sign(id, now, body).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", id.parse().unwrap());
        headers.insert("webhook-timestamp", now.into());
        headers.insert("webhook-signature", signature.parse().unwrap());
        headers
    }

    fn fresh() -> Webhooks {
        Webhooks::new(&WebhookSecret::of(SECRET)).unwrap()
    }

    #[test]
    fn a_delivery_that_comes_again_is_counted() {
        let webhooks = fresh();

        for _ in 0..2 {
            assert!(webhooks.receive(&signed("msg_1", b"{}", SECRET), b"{}").unwrap());
        }

        let [delivery] = webhooks.all().try_into().unwrap();
        assert_eq!((delivery.count, delivery.conflicting), (2, false));
    }

    #[test]
    fn another_content_under_the_same_id_is_a_conflict() {
        let webhooks = fresh();

        for content in [b"1", b"2"] {
            webhooks
                .receive(&signed("msg_1", content, SECRET), content)
                .unwrap();
        }

        assert!(webhooks.all()[0].conflicting);
    }

    #[test]
    fn a_forged_delivery_does_not_touch_the_true_one() {
        let webhooks = fresh();
        let other = "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";

        webhooks.receive(&signed("msg_1", b"1", SECRET), b"1").unwrap();
        assert!(!webhooks.receive(&signed("msg_1", b"2", other), b"2").unwrap());

        let [truth, forged] = webhooks.all().try_into().unwrap();
        assert!(truth.valid && !truth.conflicting && !forged.valid);
    }
}
