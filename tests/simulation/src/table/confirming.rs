//! The table operations of `confirm-contact` and `get-user`.

use std::cmp::Reverse;

use confirm_contact::{Preview, Proof, StartedConfirmation};
use contracts::table::{MAX_CODE_TRIES, NEWEST_CODES, UserStatus, VerificationState};
use contracts::values::{CodeHash, ConfirmationScope, EmailConfirmed, LinkTokenHash, Timestamp, UserId};
use get_user::{Mails, SignUpRecord};

use super::Table;

impl Table {
    /// The user that the link was mailed to.
    pub fn find_link(&self, link: &LinkTokenHash) -> Option<UserId> {
        self.links.get(link.as_str()).map(|link| link.user.clone())
    }

    /// Uses up a try, and returns the codes of the newest attempts; `None` if none is left.
    pub fn take_try(&mut self, user: &UserId) -> Option<Vec<CodeHash>> {
        let found = self.verifications.get_mut(user)?;
        let tries = found.code_tries.unwrap_or(0);
        if tries >= MAX_CODE_TRIES {
            return None;
        }
        found.code_tries = Some(tries + 1);
        let mut codes = found.codes.clone();
        codes.sort_by_key(|(attempt, _)| Reverse(*attempt));
        codes.truncate(NEWEST_CODES);
        Some(codes.into_iter().map(|(_, code)| code).collect())
    }

    /// Marks the verification as confirming, if its window is open or it is confirming already. A code's try is given back.
    pub fn begin(
        &mut self,
        user: &UserId,
        proof: Proof,
        scope: ConfirmationScope,
        now: Timestamp,
    ) -> Option<StartedConfirmation> {
        let found = self.verifications.get_mut(user)?;
        let open = found.state == VerificationState::Open && found.window_ends_at > now;
        if !open && found.state != VerificationState::Confirming {
            return None;
        }
        found.state = VerificationState::Confirming;
        if proof == Proof::Code {
            found.code_tries = Some(found.code_tries.unwrap_or(0) - 1);
        }
        let (confirmed_at, scope) = *found.confirmed.get_or_insert((now, scope));
        Some(StartedConfirmation {
            task: found.task_token.clone(),
            output: EmailConfirmed {
                confirmed_at,
                scope: Some(scope),
            },
        })
    }

    /// What a link of the user's sign-up confirms, if it works now.
    pub fn preview(&self, user: &UserId, now: Timestamp) -> Option<Preview> {
        let (sign_up, found) = (self.users.get(user)?, self.verifications.get(user)?);
        let works = match found.state {
            VerificationState::Open => found.window_ends_at > now,
            VerificationState::Confirming => true,
            VerificationState::Spent => false,
        };
        (works && sign_up.status == UserStatus::AwaitingVerification).then(|| Preview {
            requested_at: sign_up.accepted_at,
            name: sign_up.name.clone(),
            phone: sign_up.phone.clone(),
        })
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
        let mails = self.verifications.get(user).map(|verification| Mails {
            last_at: verification.last_mail_at,
            requests: verification.mail_requests.unwrap_or(0),
        });
        self.users.get(user).map(|user| SignUpRecord {
            status: user.status,
            stored: user.stored_at.is_some(),
            mailed: user.mailed,
            window_ends_at: user.window_ends_at,
            mails,
        })
    }
}
