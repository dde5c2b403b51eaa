//! The table operations of functions that ask a person to confirm.

use std::collections::BTreeSet;
use std::time::Duration;

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{CodeHash, ConfirmationScope, Contact, Timestamp, UserId};
use verifications::{OpenResult, RecordResult};

use super::{Link, Table, Verification};

const KEPT_AFTER_WINDOW: Duration = Duration::from_hours(24);

impl Table {
    /// Opens the verification with the newest task token, unless it is confirmed, stale or over; `None` if the link
    /// belongs to another user.
    pub fn open(&mut self, new: &verifications::Verification) -> Option<OpenResult> {
        let user = self.users.get_mut(&new.user);
        let Some(user) = user.filter(|user| user.status == UserStatus::AwaitingVerification) else {
            return Some(OpenResult::Ended);
        };
        if let Some(found) = self.verifications.get(&new.user) {
            if found.state != VerificationState::Open {
                let scope = found.confirmed.map(|(_, scope)| scope);
                return Some(OpenResult::Confirmed(scope.unwrap_or(ConfirmationScope::All)));
            }
            if found.suppressed_at.is_some() {
                return Some(OpenResult::Suppressed);
            }
            if found.attempt > new.attempt {
                return Some(OpenResult::StaleAttempt);
            }
        }
        let link = new.link.as_str();
        if self.links.get(link).is_some_and(|link| link.user != new.user) {
            return None;
        }
        let expires_at = new.window_ends_at.plus(KEPT_AFTER_WINDOW).epoch_seconds();
        user.window_ends_at = Some(new.window_ends_at);
        let found = self.verifications.shift_remove(&new.user);
        let mail_granted = found.as_ref().is_some_and(|found| found.mail_granted);
        let sms = found.as_ref().and_then(|found| found.sms);
        let (mail_requests, code_tries, last_mail_at) =
            found.as_ref().map_or((None, None, new.opened_at), |found| {
                (found.mail_requests, found.code_tries, found.last_mail_at)
            });
        let (mut codes, mut phone_codes, mut unconfirmed) = found
            .map(|found| (found.codes, found.phone_codes, found.unconfirmed))
            .unwrap_or_default();
        add(&mut codes, new.attempt, &new.code);
        if let Some(code) = &new.phone_code {
            add(&mut phone_codes, new.attempt, code);
            unconfirmed.get_or_insert_with(|| BTreeSet::from([Contact::Email, Contact::Phone]));
        }
        let verification = Verification {
            task_token: new.task_token.clone(),
            attempt: new.attempt,
            state: VerificationState::Open,
            window_ends_at: new.window_ends_at,
            expires_at,
            last_mail_at,
            mail_requests,
            mail_granted,
            sms,
            codes,
            phone_codes,
            unconfirmed,
            confirmed: None,
            suppressed_at: None,
            code_tries,
        };
        self.verifications.insert(new.user.clone(), verification);
        let user = new.user.clone();
        self.links.insert(link.to_owned(), Link { user, expires_at });
        Some(OpenResult::Open)
    }

    /// Records that the mail was sent or withheld.
    pub fn record_mailed(&mut self, user: &UserId, window_ends_at: Timestamp) -> RecordResult {
        use UserStatus::{AwaitingVerification, Superseded, Suppressed, Verified};

        match self.users.get_mut(user) {
            Some(user)
                if matches!(
                    user.status,
                    AwaitingVerification | Verified | Superseded | Suppressed
                ) =>
            {
                user.mailed = true;
                user.window_ends_at = Some(window_ends_at);
                RecordResult::Recorded
            }
            _ => RecordResult::Ended,
        }
    }
}

/// Adds the code to a set: a retry of the same call adds nothing.
fn add(codes: &mut Vec<(u64, CodeHash)>, attempt: u64, code: &CodeHash) {
    codes.retain(|(other, known)| *other != attempt || known.as_str() != code.as_str());
    codes.push((attempt, code.clone()));
}
