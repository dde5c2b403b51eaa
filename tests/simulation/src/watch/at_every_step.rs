//! What is checked after every step.

use std::collections::BTreeMap;

use contracts::table::UserStatus;
use contracts::values::{Campaign, Locale, PersonName, PhoneNumber, UserId};

use super::Rule;
use crate::inner::{Inner, START};
use crate::plan::SignUp;
use crate::table::User;
use crate::world::people::{CAMPAIGN, LOCALE, NAME, PHONE};

impl Inner {
    /// Holds the table against itself and against what it was.
    pub(crate) fn check(&mut self) {
        if self.watch.violation.is_some() {
            return;
        }
        let checks = [
            (Rule::OneAccount, self.accounts()),
            (Rule::ForAReason, self.somebody_was_first()),
            (Rule::Mailed, self.mailed_or_withheld()),
        ];
        for (rule, found) in checks {
            if let Err(found) = found {
                self.watch.violate(rule, found);
            }
        }
        self.check_ends();
    }

    /// The person whose sign-up it is; nobody for the account from before.
    fn person(&self, user: &UserId) -> Option<&SignUp> {
        let number = self.owners.get(user)?;
        self.plan
            .sign_ups
            .iter()
            .find(|sign_up| sign_up.number == *number)
    }

    /// The mailbox behind a user's sign-up. The account from before has the first.
    fn mailbox(&self, user: &UserId) -> u8 {
        self.person(user).map_or(0, |person| person.address)
    }

    fn somebody_was_first(&self) -> Result<(), String> {
        for (id, user) in &self.table.users {
            if !user.held && user.status != UserStatus::Superseded {
                continue;
            }
            let mailbox = self.mailbox(id);
            let mut others = self.table.users.iter().filter(|(other, _)| *other != id);
            if !others
                .any(|(other, found)| found.status == UserStatus::Verified && self.mailbox(other) == mailbox)
            {
                return Err(format!("{} comes second to nobody", self.name(id)));
            }
        }
        Ok(())
    }

    fn mailed_or_withheld(&self) -> Result<(), String> {
        for (index, id) in self.owners.keys().enumerate() {
            let recorded = self.table.users.get(id).is_some_and(|user| user.mailed);
            let mut letters = self.mailbox.letters.iter();
            if recorded
                && !self.watch.withheld.contains(id)
                && !letters.any(|letter| letter.user == Some(index))
            {
                return Err(format!("{} is recorded as mailed and was not", self.name(id)));
            }
        }
        Ok(())
    }

    /// Everything that the person has signed up with; yesterday's machine knew less.
    fn is_complete(&self, id: &UserId, user: &User) -> bool {
        if self.person(id).is_none() {
            return true;
        }
        let named = user.name.as_ref().map(PersonName::expose) == Some(NAME)
            && user.phone.as_ref().map(PhoneNumber::expose) == Some(PHONE);
        let read = user.locale.as_ref().map(Locale::as_str) == Some(LOCALE)
            && user.campaign.as_ref().map(Campaign::as_str) == Some(CAMPAIGN);
        named && (read || self.plan.deployed_at.is_some())
    }

    pub(super) fn accounts(&self) -> Result<(), String> {
        for owner in self.table.claims.values() {
            let status = self.table.users.get(owner).map(|user| user.status);
            if status != Some(UserStatus::Verified) {
                return Err(format!("{} has an address and is not verified", self.name(owner)));
            }
        }
        for (id, user) in &self.table.users {
            if user.status != UserStatus::Verified {
                continue;
            }
            let Some(email) = &user.email else {
                return Err(format!(
                    "{} is verified and its address is not stored",
                    self.name(id)
                ));
            };
            if !self.is_complete(id, user) {
                return Err(format!("{} is verified without all of its data", self.name(id)));
            }
            if self.table.claims.get(email.key().as_str()) != Some(id) {
                return Err(format!(
                    "{} is verified and does not have its address",
                    self.name(id)
                ));
            }
        }
        self.one_for_each_mailbox()
    }

    /// Judged by the people, not by how the code under test compares addresses: all spellings of one are one.
    fn one_for_each_mailbox(&self) -> Result<(), String> {
        let mut owners: BTreeMap<u8, &UserId> = BTreeMap::new();
        for (id, user) in &self.table.users {
            if user.status != UserStatus::Verified {
                continue;
            }
            if let Some(other) = owners.insert(self.mailbox(id), id) {
                return Err(format!(
                    "{} and {} are verified for one mailbox",
                    self.name(other),
                    self.name(id)
                ));
            }
        }
        Ok(())
    }

    fn check_ends(&mut self) {
        for (id, user) in &self.table.users {
            let before = self.watch.statuses.get(id).copied();
            if before == Some(user.status) {
                continue;
            }
            let name = || match (self.owners.get_index_of(id), self.owners.get(id)) {
                (Some(index), Some(sign_up)) => format!("user {index} (sign-up {sign_up})"),
                _ => "an account from before".to_owned(),
            };
            let running = [
                None,
                Some(UserStatus::Pending),
                Some(UserStatus::AwaitingVerification),
            ];
            if !running.contains(&before) {
                let words = before.map_or("nothing", UserStatus::as_str);
                let found = format!("{} was {words} and is {}", name(), user.status.as_str());
                self.watch.violate(Rule::EndsOnce, found);
                return;
            }
            if user.status == UserStatus::Expired {
                let end = user
                    .window_ends_at
                    .map_or(i64::MAX, |end| end.epoch_millis() - START);
                // A sign-up whose mail never went out has no window, and its workflow has waited for a day all the same.
                if end != i64::MAX && self.now < end {
                    let found = format!("{} expires {} ms early", name(), end - self.now);
                    self.watch.violate(Rule::Expires, found);
                    return;
                }
            }
            self.watch.statuses.insert(id.clone(), user.status);
        }
    }
}
