//! The built-in webhook receiver: verifies and stores deliveries.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use contracts::values::Timestamp;
use serde::{Deserialize, Serialize};
use standardwebhooks::{HEADER_WEBHOOK_ID, Webhook};

use crate::journal::{self, JournalError, JournalFile};
use crate::secrets::WebhookSecret;

/// The maximum size of a stored body, in octets. Own deliveries are far smaller.
const MAX_CONTENT: usize = 64 * 1024;

/// Adds a row, or replaces the one with the same id and validity.
const UPSERT: &str = "INSERT INTO webhooks (id, is_valid, at, json) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id, is_valid) DO UPDATE SET at = excluded.at, json = excluded.json";

/// All deliveries with the same id and the same validity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedWebhook {
    /// The id; empty if the header was missing.
    pub id: String,
    pub valid: bool,
    /// Whether a later delivery had another content than the first.
    pub conflicting: bool,
    pub count: u32,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// The content of the first delivery.
    pub content: String,
}

/// A receiver as the marketing endpoint would be: it verifies Standard Webhooks signatures and stores deliveries. Clones
/// share them.
#[derive(Clone)]
pub struct Webhooks {
    verifier: Arc<Webhook>,
    received: Arc<Mutex<Vec<ReceivedWebhook>>>,
    journal: JournalFile,
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
    /// A receiver that verifies with this secret, with the deliveries of the journal.
    pub(crate) fn open(secret: &WebhookSecret, journal: JournalFile) -> Result<Self, JournalError> {
        Ok(Self {
            verifier: Arc::new(secret.verifier()),
            received: Arc::new(Mutex::new(journal.read("webhooks")?)),
            journal,
        })
    }

    /// Stores a delivery and returns whether its signature is valid. When this returns, the delivery is in the journal.
    pub(crate) fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Result<bool, JournalError> {
        let valid = body.len() <= MAX_CONTENT && self.verifier.verify(body, headers).is_ok();
        let id = headers
            .get(HEADER_WEBHOOK_ID)
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default();
        self.store(id, body, valid)?;
        Ok(valid)
    }

    fn store(&self, id: &str, body: &[u8], valid: bool) -> Result<(), JournalError> {
        let now = Timestamp::now();
        let content = String::from_utf8_lossy(body.get(..MAX_CONTENT).unwrap_or(body)).into_owned();
        let mut received = self.lock();
        // A forged delivery does not change the valid one with the same id.
        let known = received
            .iter_mut()
            .find(|known| known.id == id && known.valid == valid);
        let mut seen = known.as_deref().cloned().unwrap_or_else(|| ReceivedWebhook {
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
        let row = (&seen.id, valid, now.epoch_millis(), journal::json(&seen));
        self.journal.write(UPSERT, row)?;
        match known {
            Some(known) => *known = seen,
            None => received.push(seen),
        }
        Ok(())
    }

    /// All deliveries, in the order of their first arrival.
    pub fn all(&self) -> Vec<ReceivedWebhook> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<ReceivedWebhook>> {
        // A panic cannot leave an entry half written.
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
        Webhooks::open(&WebhookSecret::of(SECRET), JournalFile::in_memory()).unwrap()
    }

    #[test]
    fn repeated_deliveries_are_counted() {
        let webhooks = fresh();

        for _ in 0..2 {
            assert!(webhooks.receive(&signed("msg_1", b"{}", SECRET), b"{}").unwrap());
        }

        let [delivery] = webhooks.all().try_into().unwrap();
        assert_eq!((delivery.count, delivery.conflicting), (2, false));
    }

    #[test]
    fn different_contents_with_the_same_id_conflict() {
        let webhooks = fresh();

        for content in [b"1", b"2"] {
            webhooks
                .receive(&signed("msg_1", content, SECRET), content)
                .unwrap();
        }

        assert!(webhooks.all()[0].conflicting);
    }

    #[test]
    fn a_forged_delivery_does_not_change_the_valid_one() {
        let webhooks = fresh();
        let other = "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";

        webhooks.receive(&signed("msg_1", b"1", SECRET), b"1").unwrap();
        assert!(!webhooks.receive(&signed("msg_1", b"2", other), b"2").unwrap());

        let [truth, forged] = webhooks.all().try_into().unwrap();
        assert!(truth.valid && !truth.conflicting && !forged.valid);
    }
}
