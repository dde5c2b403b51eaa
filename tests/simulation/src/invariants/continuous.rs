//! Invariants of the table that are checked after every event.

use std::collections::BTreeMap;

use contracts::table::UserStatus;
use contracts::values::{Campaign, ConfirmationScope, Locale, PersonName, PhoneNumber, UserId};

use super::Invariant;
use crate::run::people::{CAMPAIGN, LOCALE};
use crate::scenario::SignUp;
use crate::state::{START, State};
use crate::table::User;

impl State {
    /// Checks the table for consistency, and against its earlier state.
    pub(crate) fn check_continuously(&mut self) {
        if self.monitor.violation.is_some() {
            return;
        }
        self.report([
            (Invariant::OneAccount, self.accounts()),
            (Invariant::SupersededOnlyByVerified, self.held_by_another()),
            (Invariant::MailedFlagIsAccurate, self.mailed_or_withheld()),
            (Invariant::UnconfirmedIsAccurate, self.unconfirmed_is_accurate()),
        ]);
        self.check_transitions();
    }

    /// The person whose sign-up it is; the account from before the run belongs to nobody.
    pub(super) fn person(&self, user: &UserId) -> Option<&SignUp> {
        self.scenario.sign_up(*self.owners.get(user)?)
    }

    /// The number of the user's address in the scenario, independent of how the code under test compares addresses. The
    /// account from before the run has the first.
    fn address(&self, user: &UserId) -> u8 {
        self.person(user).map_or(0, |person| person.address)
    }

    fn held_by_another(&self) -> Result<(), String> {
        for (id, user) in &self.table.users {
            if !user.held && user.status != UserStatus::Superseded {
                continue;
            }
            let address = self.address(id);
            let is_verified = |(other, found): (&UserId, &User)| {
                other != id && found.status == UserStatus::Verified && self.address(other) == address
            };
            if !self.table.users.iter().any(is_verified) {
                return Err(format!(
                    "{} is held or superseded, and nobody is verified for its address",
                    self.name(id)
                ));
            }
        }
        Ok(())
    }

    fn mailed_or_withheld(&self) -> Result<(), String> {
        for (index, id) in self.owners.keys().enumerate() {
            let recorded = self.table.users.get(id).is_some_and(|user| user.mailed);
            let mut mails = self.mailbox.mails.iter();
            if recorded && !self.monitor.withheld.contains(id) && !mails.any(|mail| mail.user == Some(index))
            {
                return Err(format!("{} is recorded as mailed and was not", self.name(id)));
            }
        }
        Ok(())
    }

    /// Whether a user has all data that the person signed up with and confirmed, and no other. The previous version stored less.
    fn is_complete(&self, id: &UserId, user: &User) -> bool {
        let Some(person) = self.person(id) else {
            return true;
        };
        let confirmed = self.monitor.scopes.get(id) != Some(&ConfirmationScope::Address);
        let phone = person.phone_number().filter(|_| confirmed);
        let required = user.name.as_ref().map(PersonName::expose) == confirmed.then_some(person.name())
            && user.phone.as_ref().map(PhoneNumber::expose) == phone;
        let optional = user.locale.as_ref().map(Locale::as_str) == Some(LOCALE)
            && user.campaign.as_ref().map(Campaign::as_str) == Some(CAMPAIGN);
        required && (optional || self.scenario.deployed_at.is_some())
    }

    pub(super) fn accounts(&self) -> Result<(), String> {
        for owner in self.table.claims.values() {
            if self.table.status(owner) != Some(UserStatus::Verified) {
                return Err(format!(
                    "{} has claimed an address and is not verified",
                    self.name(owner)
                ));
            }
        }
        let mut owners: BTreeMap<u8, &UserId> = BTreeMap::new();
        for (id, user) in &self.table.users {
            if user.status != UserStatus::Verified {
                continue;
            }
            let name = self.name(id);
            let Some(email) = &user.email else {
                return Err(format!("{name} is verified and its address is not stored"));
            };
            if !self.is_complete(id, user) {
                return Err(format!(
                    "{name} is verified without exactly the data that was confirmed"
                ));
            }
            if self.table.claims.get(email.hash().as_str()) != Some(id) {
                return Err(format!("{name} is verified and has not claimed its address"));
            }
            if let Some(other) = owners.insert(self.address(id), id) {
                let other = self.name(other);
                return Err(format!("{other} and {name} are verified for one address"));
            }
        }
        Ok(())
    }

    /// Checks each change of a status since the last event.
    fn check_transitions(&mut self) {
        let users = self.table.users.iter();
        let changes: Vec<_> = users
            .map(|(id, user)| (id.clone(), user.status, user.window_ends_at))
            .filter(|(id, status, _)| self.monitor.statuses.get(id) != Some(status))
            .collect();
        for (id, status, window_ends_at) in changes {
            let name = self.name(&id);
            let before = self.monitor.statuses.insert(id.clone(), status);
            if let Some(before) = before
                && !matches!(before, UserStatus::Pending | UserStatus::AwaitingVerification)
            {
                let found = format!("{name} was {} and is {}", before.as_str(), status.as_str());
                self.monitor.violate(Invariant::FinalStatusIsStable, found);
            }
            if status == UserStatus::Verified {
                self.check_verified_by_all(&id);
            }
            // Without a mail there is no window to compare with; the execution has waited for a day nevertheless.
            if let (UserStatus::Expired, Some(end)) = (status, window_ends_at) {
                let early = end.epoch_millis() - START - self.now;
                if early > 0 {
                    let found = format!("{name} expires {early} ms early");
                    self.monitor.violate(Invariant::NoEarlyExpiry, found);
                }
            }
        }
    }
}
