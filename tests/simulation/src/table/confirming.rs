//! The table operations of `confirm-contact` and `get-user`.

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{LinkTokenHash, TaskToken, Timestamp, UserId};
use get_user::SignUpRecord;

use super::Table;

impl Table {
    /// The user that the link was mailed to.
    pub fn find_link(&self, link: &LinkTokenHash) -> Option<UserId> {
        self.links.get(link.as_str()).map(|link| link.user.clone())
    }

    /// Marks the verification as confirming, if its window is open or it is confirming already.
    pub fn begin(&mut self, user: &UserId, now: Timestamp) -> Option<TaskToken> {
        let found = self.verifications.get_mut(user)?;
        let open = found.state == VerificationState::Open && found.window_ends_at > now;
        if open || found.state == VerificationState::Confirming {
            found.state = VerificationState::Confirming;
            Some(found.task_token.clone())
        } else {
            None
        }
    }

    /// Marks the verification as spent, if it is confirming.
    pub fn end_confirming(&mut self, user: &UserId) {
        let found = self.verifications.get_mut(user);
        if let Some(found) = found.filter(|found| found.state == VerificationState::Confirming) {
            found.state = VerificationState::Spent;
        }
    }

    /// The status of the user's sign-up.
    pub fn status(&self, user: &UserId) -> Option<UserStatus> {
        self.users.get(user).map(|user| user.status)
    }

    /// The part of the sign-up that the status endpoint uses.
    pub fn find_sign_up(&self, user: &UserId) -> Option<SignUpRecord> {
        self.users.get(user).map(|user| SignUpRecord {
            status: user.status,
            stored: user.stored_at.is_some(),
            mailed: user.mailed,
            window_ends_at: user.window_ends_at,
        })
    }
}
