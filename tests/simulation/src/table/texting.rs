//! The table operations of `validate-contacts`.

use std::collections::BTreeSet;

use contracts::table::{SmsState, VerificationState};
use contracts::values::{ConfirmationScope, Contact, Timestamp, UserId};
use kit::limit::Bucket;
use validate_contacts::{Claim, Dropped};

use super::Table;

impl Table {
    /// Takes a token of each bucket for the newest text message of a sign-up, unless it was sent or the phone is not to be confirmed.
    pub fn claim_sms(&mut self, user: &UserId, buckets: &[Bucket; 2], now: Timestamp) -> Claim {
        let found = self.verifications.get_mut(user);
        let wanted = found.filter(|found| {
            let asks = |contacts: &BTreeSet<Contact>| contacts.contains(&Contact::Phone);
            found.state == VerificationState::Open && found.unconfirmed.as_ref().is_some_and(asks)
        });
        let Some(found) = wanted else {
            return Claim::NotNeeded;
        };
        match found.sms {
            Some(SmsState::Sent) => return Claim::NotNeeded,
            Some(SmsState::Unsent) => {
                found.sms = Some(SmsState::Sent);
                return Claim::Claimed;
            }
            None => {}
        }
        for (index, bucket) in buckets.iter().enumerate() {
            let full_at = self.buckets.get(bucket.key()).map(|found| found.full_at);
            if bucket.level_at(full_at, now).is_err() {
                return Claim::UsedUp(index);
            }
        }
        for bucket in buckets {
            // Both have a token.
            let _ = self.take(bucket, now);
        }
        if let Some(found) = self.verifications.get_mut(user) {
            found.sms = Some(SmsState::Sent);
        }
        Claim::Claimed
    }

    /// Marks the newest text message as not sent, if it is marked as sent.
    pub fn give_sms_back(&mut self, user: &UserId) {
        let found = self.verifications.get_mut(user);
        if let Some(found) = found.filter(|found| found.sms == Some(SmsState::Sent)) {
            found.sms = Some(SmsState::Unsent);
        }
    }

    /// Removes the phone from what is to be confirmed; if nothing else is left, that is the confirmation.
    pub fn drop_phone(&mut self, user: &UserId, now: Timestamp) -> Dropped {
        let Some(found) = self.verifications.get_mut(user) else {
            return Dropped::Unconfirmed;
        };
        let Some(unconfirmed) = &mut found.unconfirmed else {
            return Dropped::Unconfirmed;
        };
        if unconfirmed.len() > 1 {
            unconfirmed.remove(&Contact::Phone);
            return Dropped::Unconfirmed;
        }
        let open = found.state == VerificationState::Open && found.window_ends_at > now;
        if !open || !unconfirmed.contains(&Contact::Phone) {
            return Dropped::Unconfirmed;
        }
        found.state = VerificationState::Confirming;
        found.confirmed.get_or_insert((now, ConfirmationScope::All));
        Dropped::Confirmed
    }
}
