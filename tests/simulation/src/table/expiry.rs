//! Expiry by DynamoDB's time to live.

use super::Table;

impl Table {
    /// Removes all items that have expired at this time, in epoch seconds.
    ///
    /// DynamoDB removes expired items later and in no order; only the final state depends on it.
    pub fn expire(&mut self, now: i64) {
        self.users
            .retain(|_, user| user.expires_at.is_none_or(|at| at > now));
        self.requests.retain(|_, request| request.expires_at > now);
        self.buckets.retain(|_, bucket| bucket.expires_at > now);
        self.verifications
            .retain(|_, verification| verification.expires_at > now);
        self.links.retain(|_, link| link.expires_at > now);
        self.suppressions.retain(|_, until| until.epoch_seconds() > now);
    }
}
