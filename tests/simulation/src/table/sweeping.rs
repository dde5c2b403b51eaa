//! What DynamoDB's time to live removes.

use super::Table;

impl Table {
    /// Removes all that may be removed at this time, in epoch seconds.
    ///
    /// Real removals come later and one by one, in no order; nothing rests on them but what is left behind.
    pub fn sweep(&mut self, now: i64) {
        self.users
            .retain(|_, user| user.expires_at.is_none_or(|at| at > now));
        self.requests.retain(|_, request| request.expires_at > now);
        self.grants.retain(|_, grants| grants.expires_at > now);
        self.verifications
            .retain(|_, verification| verification.expires_at > now);
        self.links.retain(|_, link| link.expires_at > now);
    }
}
