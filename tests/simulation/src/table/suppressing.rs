//! The table operations of `record-mail-event`.

use contracts::table::VerificationState;
use contracts::values::{RecipientHash, TaskToken, Timestamp, UserId};

use super::Table;

impl Table {
    /// Suppresses mails to the recipient until then, unless they are suppressed for longer.
    pub fn suppress(&mut self, recipient: &RecipientHash, until: Timestamp) {
        let found = self
            .suppressions
            .entry(recipient.as_str().to_owned())
            .or_insert(until);
        *found = until.max(*found);
    }

    pub(super) fn is_suppressed(&self, recipient: &RecipientHash, now: Timestamp) -> bool {
        self.suppressions
            .get(recipient.as_str())
            .is_some_and(|until| *until > now)
    }

    /// Marks the verification, and returns its newest task, unless it is confirmed or over.
    pub fn mark_suppressed(&mut self, user: &UserId, now: Timestamp) -> Option<TaskToken> {
        let found = self.verifications.get_mut(user)?;
        if found.state != VerificationState::Open {
            return None;
        }
        found.suppressed_at.get_or_insert(now);
        Some(found.task_token.clone())
    }
}
