//! The built-in webhook receiver: verifies and stores deliveries.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use contracts::values::Timestamp;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use standardwebhooks::{HEADER_WEBHOOK_ID, Webhook};

use crate::journal::{self, JournalError, JournalFile};
use crate::secrets::WebhookSecret;

/// The maximum size of a body, in bytes. Own deliveries are far smaller.
const MAX_CONTENT: usize = 64 * 1024;

/// How many webhooks with an invalid signature are kept, and how much of the id of each, in characters. Anybody can send them.
const MAX_REJECTED: usize = 50;
const MAX_REJECTED_ID: usize = 64;

/// How many times of arrival are kept for each webhook.
const MAX_ARRIVALS: usize = 20;

/// Adds a row, or replaces the one with the same id and validity.
const UPSERT: &str = "INSERT INTO webhooks (id, is_valid, at, json) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id, is_valid) DO UPDATE SET at = excluded.at, json = excluded.json";

const DELETE_REJECTED: &str = "DELETE FROM webhooks WHERE id = ?1 AND NOT is_valid";

/// All deliveries of one webhook: those with the same id and the same validity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookDeliveries {
    /// The id; empty if the header was missing.
    pub id: String,
    pub valid: bool,
    /// Whether a later delivery had another content than the first.
    pub conflicting: bool,
    pub count: u32,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// The times of the newest deliveries, oldest first. Older versions stored none.
    #[serde(default)]
    pub arrivals: Vec<Timestamp>,
    /// The content of the first delivery; empty if its signature is invalid.
    pub content: String,
}

/// The webhooks by id and validity, in the order of their first arrival.
type Received = IndexMap<(String, bool), WebhookDeliveries>;

/// A stand-in for the marketing endpoint: verifies Standard Webhooks signatures and stores deliveries.
/// Clones share them.
#[derive(Clone)]
pub struct WebhookReceiver {
    verifier: Arc<Webhook>,
    received: Arc<Mutex<Received>>,
    journal: JournalFile,
}

impl fmt::Debug for WebhookReceiver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebhookReceiver")
            .field("received", &self.lock().len())
            .finish_non_exhaustive()
    }
}

impl WebhookReceiver {
    /// A receiver that verifies with this secret, with the deliveries of the journal.
    pub(crate) fn open(secret: &WebhookSecret, journal: JournalFile) -> Result<Self, JournalError> {
        Ok(Self {
            verifier: Arc::new(secret.verifier()),
            received: Arc::new(Mutex::new(by_id(journal.read("webhooks")?))),
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
        let (id, content) = if valid {
            (id.to_owned(), String::from_utf8_lossy(body).into_owned())
        } else {
            (id.chars().take(MAX_REJECTED_ID).collect(), String::new())
        };
        let mut received = self.lock();
        if !valid {
            self.make_room(&mut received, &id)?;
        }
        // A forged delivery does not change the valid one with the same id.
        let known = received.get(&(id.clone(), valid)).cloned();
        let mut deliveries = known.unwrap_or_else(|| WebhookDeliveries {
            id: id.clone(),
            valid,
            conflicting: false,
            count: 0,
            first_at: now,
            last_at: now,
            arrivals: Vec::new(),
            content: content.clone(),
        });
        deliveries.count = deliveries.count.saturating_add(1);
        deliveries.last_at = now;
        let surplus = (deliveries.arrivals.len() + 1).saturating_sub(MAX_ARRIVALS);
        deliveries.arrivals.drain(..surplus);
        deliveries.arrivals.push(now);
        deliveries.conflicting |= deliveries.content != content;
        let row = (
            &deliveries.id,
            valid,
            now.epoch_millis(),
            journal::json(&deliveries),
        );
        self.journal.write(UPSERT, row)?;
        received.insert((id, valid), deliveries);
        Ok(())
    }

    /// Forgets the oldest rejected webhook if one with a new id would be one too many.
    fn make_room(&self, received: &mut Received, id: &str) -> Result<(), JournalError> {
        let rejected = || received.values().filter(|known| !known.valid);
        if rejected().count() < MAX_REJECTED || rejected().any(|known| known.id == id) {
            return Ok(());
        }
        if let Some(oldest) = rejected().next().map(|known| known.id.clone()) {
            self.journal.write(DELETE_REJECTED, [&oldest])?;
            received.shift_remove(&(oldest, false));
        }
        Ok(())
    }

    /// All webhooks, in the order of their first arrival.
    pub fn all(&self) -> Vec<WebhookDeliveries> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Received> {
        // A panic cannot leave an entry half written.
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_id(all: Vec<WebhookDeliveries>) -> Received {
    let all = all.into_iter();
    all.map(|deliveries| ((deliveries.id.clone(), deliveries.valid), deliveries))
        .collect()
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

    fn fresh() -> WebhookReceiver {
        WebhookReceiver::open(&WebhookSecret::new(SECRET).unwrap(), JournalFile::in_memory()).unwrap()
    }

    #[test]
    fn duplicate_deliveries_are_counted() {
        let webhooks = fresh();

        for _ in 0..2 {
            assert!(webhooks.receive(&signed("msg_1", b"{}", SECRET), b"{}").unwrap());
        }

        let [webhook] = webhooks.all().try_into().unwrap();
        assert_eq!((webhook.count, webhook.conflicting), (2, false));
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

        let [valid, forged] = webhooks.all().try_into().unwrap();
        assert!(valid.valid && !valid.conflicting && !forged.valid);
    }
    #[test]
    fn rejected_deliveries_are_bounded_in_number_and_size() {
        let journal = JournalFile::in_memory();
        let webhooks = WebhookReceiver::open(&WebhookSecret::new(SECRET).unwrap(), journal.clone()).unwrap();
        webhooks.receive(&signed("msg_1", b"1", SECRET), b"1").unwrap();
        let body = vec![b'x'; MAX_CONTENT];

        for number in 0..3 * MAX_REJECTED {
            let mut headers = HeaderMap::new();
            let id = format!("{number:08}{}", "x".repeat(1000));
            headers.insert("webhook-id", id.parse().unwrap());
            for _ in 0..2 {
                assert!(!webhooks.receive(&headers, &body).unwrap());
            }
        }

        let kept = webhooks.all();
        assert_eq!(kept.len(), 1 + MAX_REJECTED);
        assert!(kept[0].valid && kept[0].content == "1");
        assert_eq!((&kept[1].id[..8], kept[1].count), ("00000100", 2));
        assert!(journal::json(&kept).len() < 20_000);
        let journalled: Vec<WebhookDeliveries> = journal.read("webhooks").unwrap();
        assert_eq!(journalled, kept);
    }

    #[test]
    fn the_newest_times_of_arrival_are_kept() {
        let webhooks = fresh();

        for _ in 0..MAX_ARRIVALS + 2 {
            webhooks.receive(&signed("msg_1", b"{}", SECRET), b"{}").unwrap();
        }

        let [webhook] = webhooks.all().try_into().unwrap();
        assert_eq!(webhook.arrivals.len(), MAX_ARRIVALS);
        assert_eq!(webhook.arrivals.last(), Some(&webhook.last_at));
    }
}
