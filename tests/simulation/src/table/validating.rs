//! The table operations of `validate-email`.

use std::time::Duration;

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{Timestamp, UserId};
use validate_email::{OpenResult, RecordResult};

use super::{Link, Table, Verification};

const KEPT_AFTER_WINDOW: Duration = Duration::from_hours(24);

impl Table {
    /// Opens the verification with the newest task token, unless it is spent, stale or over; `None` if the link
    /// belongs to another user.
    pub fn open(&mut self, new: &validate_email::Verification) -> Option<OpenResult> {
        let user = self.users.get_mut(&new.user);
        let Some(user) = user.filter(|user| user.status == UserStatus::AwaitingVerification) else {
            return Some(OpenResult::Ended);
        };
        if let Some(found) = self.verifications.get(&new.user)
            && (found.state == VerificationState::Spent || found.attempt > new.attempt)
        {
            let spent = found.state == VerificationState::Spent;
            return Some(if spent {
                OpenResult::Ended
            } else {
                OpenResult::StaleAttempt
            });
        }
        let link = new.link.as_str();
        if self.links.get(link).is_some_and(|link| link.user != new.user) {
            return None;
        }
        let expires_at = new.window_ends_at.plus(KEPT_AFTER_WINDOW).epoch_seconds();
        user.window_ends_at = Some(new.window_ends_at);
        let (mut codes, code_tries, confirmed) = match self.verifications.shift_remove(&new.user) {
            Some(found) => (found.codes, found.code_tries, found.confirmed),
            None => (Vec::new(), None, None),
        };
        // A set: a retry of the same call adds nothing.
        codes.retain(|(attempt, code)| *attempt != new.attempt || code.as_str() != new.code.as_str());
        codes.push((new.attempt, new.code.clone()));
        let verification = Verification {
            task_token: new.task_token.clone(),
            attempt: new.attempt,
            state: VerificationState::Open,
            window_ends_at: new.window_ends_at,
            expires_at,
            codes,
            confirmed,
            code_tries,
        };
        self.verifications.insert(new.user.clone(), verification);
        let user = new.user.clone();
        self.links.insert(link.to_owned(), Link { user, expires_at });
        Some(OpenResult::Open)
    }

    /// Records that the mail was sent or withheld.
    pub fn record_mailed(&mut self, user: &UserId, window_ends_at: Timestamp) -> RecordResult {
        use UserStatus::{AwaitingVerification, Superseded, Verified};

        match self.users.get_mut(user) {
            Some(user) if matches!(user.status, AwaitingVerification | Verified | Superseded) => {
                user.mailed = true;
                user.window_ends_at = Some(window_ends_at);
                RecordResult::Recorded
            }
            _ => RecordResult::Ended,
        }
    }
}
