//! What is checked after every step.

use std::collections::BTreeMap;

use contracts::table::UserStatus;
use contracts::values::UserId;

use super::Rule;
use crate::inner::{Inner, START};

impl Inner {
    /// Holds the table against itself and against what it was.
    pub(crate) fn check(&mut self) {
        if self.watch.violation.is_some() {
            return;
        }
        let found = self.accounts();
        if let Err(found) = found {
            self.watch.violate(Rule::OneAccount, found);
        }
        self.check_ends();
    }

    fn accounts(&self) -> Result<(), String> {
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
            let address = match self.owners.get(id) {
                Some(number) => self
                    .plan
                    .sign_ups
                    .iter()
                    .find(|sign_up| sign_up.number == *number),
                None => None,
            };
            let address = address.map_or(0, |sign_up| sign_up.address);
            if let Some(other) = owners.insert(address, id) {
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
