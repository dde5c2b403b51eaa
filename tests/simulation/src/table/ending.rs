//! The table operations of `set-user-status`.

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{AddressHash, ConfirmationScope, Timestamp, UserId};
use set_user_status::{Claim, EndResult, RecordResult, UnverifiedEnd};

use super::{Table, User};

impl Table {
    /// Claims the address and records the user as verified, atomically.
    pub fn claim(
        &mut self,
        user: &UserId,
        address: &AddressHash,
        scope: ConfirmationScope,
        at: Timestamp,
    ) -> Claim {
        let is_claimed = self
            .claims
            .get(address.as_str())
            .is_some_and(|owner| owner != user);
        if is_claimed {
            return Claim::Held;
        }
        match self.users.get_mut(user) {
            Some(found)
                if matches!(
                    found.status,
                    UserStatus::AwaitingVerification | UserStatus::Verified
                ) =>
            {
                found.status = UserStatus::Verified;
                found.ended_at = found.ended_at.or(Some(at));
                found.expires_at = None;
                if scope == ConfirmationScope::Address {
                    found.name = None;
                    found.phone = None;
                }
                self.claims.insert(address.as_str().to_owned(), user.clone());
                Claim::Claimed
            }
            Some(found) if found.status == UserStatus::Superseded => Claim::Superseded,
            _ => Claim::Ended,
        }
    }

    /// Records that another user had the address first.
    pub fn supersede(&mut self, user: &UserId, at: Timestamp) -> RecordResult {
        let from = [UserStatus::AwaitingVerification, UserStatus::Superseded];
        self.end_without_account(user, UserStatus::Superseded, &from, at)
    }

    /// Records that the sign-up has failed or expired or is suppressed, and removes its verification but in the last case, unless it
    /// is confirmed.
    pub fn end_sign_up(&mut self, user: &UserId, end: UnverifiedEnd, at: Timestamp) -> EndResult {
        let end = match end {
            UnverifiedEnd::Expired => UserStatus::Expired,
            UnverifiedEnd::Suppressed => UserStatus::Suppressed,
            UnverifiedEnd::Failed => UserStatus::Failed,
        };
        if self.status(user) == Some(end) {
            return EndResult::Recorded;
        }
        let from = [UserStatus::Pending, UserStatus::AwaitingVerification];
        let verification = self.verifications.get(user);
        if let Some(found) = verification.filter(|found| found.state != VerificationState::Open) {
            let scope = found.confirmed.map(|(_, scope)| scope);
            return EndResult::Confirmed(scope.unwrap_or(ConfirmationScope::All));
        }
        let found = self.users.get(user);
        if !found.is_some_and(|found| from.contains(&found.status)) {
            return EndResult::Ended;
        }
        self.end_without_account(user, end, &from, at);
        if end != UserStatus::Suppressed {
            self.verifications.shift_remove(user);
        }
        EndResult::Recorded
    }

    fn end_without_account(
        &mut self,
        user: &UserId,
        end: UserStatus,
        from: &[UserStatus],
        at: Timestamp,
    ) -> RecordResult {
        let found = self.users.get_mut(user);
        let Some(found) = found.filter(|found: &&mut User| from.contains(&found.status)) else {
            return RecordResult::Ended;
        };
        found.status = end;
        found.ended_at = found.ended_at.or(Some(at));
        found.expires_at = None;
        found.remove_personal_data();
        RecordResult::Recorded
    }
}
