//! The table operations of token buckets.

use contracts::values::{RecipientHash, Timestamp, UserId};
use kit::limit::{Bucket, Empty, Level};
use verifications::Grant;

use super::Table;

impl Table {
    /// Takes a token, unless the bucket is empty.
    ///
    /// # Errors
    ///
    /// If it is empty.
    pub fn take(&mut self, bucket: &Bucket, now: Timestamp) -> Result<(), Empty> {
        let full_at = self.buckets.get(bucket.key()).map(|found| found.full_at);
        let from = match bucket.level_at(full_at, now)? {
            Level::Full => now.epoch_millis(),
            Level::Used => full_at.unwrap_or_default(),
        };
        let item = super::Bucket {
            full_at: from + bucket.rate().interval_millis(),
            expires_at: bucket.expires_at(now),
        };
        self.buckets.insert(bucket.key().to_owned(), item);
        Ok(())
    }

    /// Takes a token for the newest mail of a sign-up, unless it has one, or mails to the recipient are suppressed.
    pub fn grant(
        &mut self,
        bucket: &Bucket,
        recipient: &RecipientHash,
        user: &UserId,
        now: Timestamp,
    ) -> Grant {
        if self.is_suppressed(recipient, now) {
            return Grant::Suppressed;
        }
        if self
            .verifications
            .get(user)
            .is_none_or(|found| found.mail_granted)
        {
            return Grant::Granted;
        }
        if self.take(bucket, now).is_err() {
            return Grant::UsedUp;
        }
        if let Some(found) = self.verifications.get_mut(user) {
            found.mail_granted = true;
        }
        Grant::Granted
    }
}
