//! What is checked when nothing happens any more.

use contracts::notify_webhook::Delivery;
use contracts::table::UserStatus;
use contracts::values::UserId;
use simulator::Status;

use super::Rule;
use crate::inner::{Inner, START};
use crate::table::User;

/// Later than anything is kept that is not kept for good, in seconds.
const LONG_AFTER: i64 = 60 * 24 * 3_600;

/// How often an event is tried again for the endpoint's own troubles, as the machine says.
const ATTEMPTS: usize = 7;

impl Inner {
    /// Holds everything against each other; then lets DynamoDB remove what it may, and looks at what is left.
    pub(crate) fn check_the_end(&mut self) {
        if self.watch.violation.is_some() {
            return;
        }
        let checks = [
            (Rule::Ended, self.all_ended()),
            (Rule::Reasons, self.failed_for_a_reason()),
            (Rule::ClicksCount, self.clicks_counted()),
            (Rule::Delivered, self.events_delivered()),
            (Rule::Persistent, self.given_up_for_a_reason()),
            (Rule::OneMail, self.mails_few()),
            (Rule::Mailed, self.withheld_alike()),
            (Rule::NothingLeft, self.tokens_gone()),
        ];
        for (rule, found) in checks {
            if let Err(found) = found {
                self.watch.violate(rule, found);
            }
        }
        self.table.sweep((START + self.now) / 1_000 + LONG_AFTER);
        let checks = [
            (Rule::NothingLeft, self.nothing_left()),
            (Rule::OneAccount, self.accounts()),
        ];
        for (rule, found) in checks {
            if let Err(found) = found {
                self.watch.violate(rule, found);
            }
        }
    }

    fn all_ended(&self) -> Result<(), String> {
        for execution in self.machines.list(None) {
            let Ok(user) = execution.name.parse::<UserId>() else {
                continue;
            };
            let name = self.name(&user);
            let status = self.table.status(&user).map_or("unknown", UserStatus::as_str);
            let ended = match &execution.status {
                Status::Succeeded { output } => output.get("outcome").and_then(|outcome| outcome.as_str()),
                Status::Failed { .. } => Some("failed"),
                other => {
                    return Err(format!("the workflow of {name} is {}", other.name()));
                }
            };
            // Started by hand, for nobody: it fails, and leaves nothing.
            let status = if self.owners.contains_key(&user) {
                status
            } else {
                "failed"
            };
            if ended != Some(status) {
                let ended = ended.unwrap_or("without an outcome");
                return Err(format!(
                    "the workflow of {name} ended {ended}, and the table says {status}"
                ));
            }
        }
        for user in &self.watch.accepted {
            if !self.watch.started.contains(user) {
                return Err(format!("{} was accepted and never started", self.name(user)));
            }
        }
        Ok(())
    }

    fn failed_for_a_reason(&self) -> Result<(), String> {
        for (id, user) in &self.table.users {
            if user.status == UserStatus::Failed && !self.watch.refused.contains(id) {
                return Err(format!("{} has failed for no such reason", self.name(id)));
            }
        }
        Ok(())
    }

    fn clicks_counted(&self) -> Result<(), String> {
        for user in &self.watch.confirmed {
            let status = self.table.status(user);
            if !matches!(status, Some(UserStatus::Verified | UserStatus::Superseded)) {
                let status = status.map_or("unknown", UserStatus::as_str);
                return Err(format!("{} was confirmed and is {status}", self.name(user)));
            }
        }
        Ok(())
    }

    fn events_delivered(&self) -> Result<(), String> {
        for user in &self.watch.stored {
            if self.table.users.get(user).is_some_and(|user| user.held) {
                continue;
            }
            let name = self.name(user);
            let Some(event) = self.table.deliveries.get(user) else {
                return Err(format!("the event of {name} is lost"));
            };
            match event.status {
                Some(Delivery::Delivered) if !self.watch.taken.contains(user) => {
                    return Err(format!("the event of {name} is marked as delivered and was not"));
                }
                None => return Err(format!("the event of {name} is kept without its content")),
                _ => {}
            }
        }
        Ok(())
    }

    /// Each thing that goes wrong takes one attempt at the most.
    fn given_up_for_a_reason(&self) -> Result<(), String> {
        for (user, event) in &self.table.deliveries {
            let sign_up = self.owners.get(user).copied().unwrap_or_default();
            let faults = self.hurt_by_sign_up.get(&sign_up).copied().unwrap_or_default();
            let delivered = event.status == Some(Delivery::Delivered);
            if !delivered && !self.watch.turned_away.contains(user) && faults < ATTEMPTS {
                return Err(format!(
                    "the event of {} was given up after {faults} faults",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// Who is mailed nothing, because others were, must not see it.
    fn withheld_alike(&self) -> Result<(), String> {
        for user in &self.watch.withheld {
            let found = self.table.users.get(user);
            if found.is_some_and(|found| found.status == UserStatus::Expired && !found.mailed) {
                return Err(format!(
                    "the mail of {} was withheld, and that shows",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    fn mails_few(&self) -> Result<(), String> {
        for (index, (user, sign_up)) in self.owners.iter().enumerate() {
            let letters = self.mailbox.letters.iter();
            let mails = letters.filter(|letter| letter.user == Some(index)).count();
            let faults = self.hurt_by_sign_up.get(sign_up).copied().unwrap_or_default();
            if mails > 1 + faults {
                return Err(format!(
                    "{} has {mails} mails for {faults} faults",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// A task token is a credential: one that is of no use is not kept.
    fn tokens_gone(&self) -> Result<(), String> {
        for user in self.table.verifications.keys() {
            let status = self.table.status(user);
            if !matches!(status, Some(UserStatus::Verified | UserStatus::Superseded)) {
                return Err(format!("the verification of {} is left", self.name(user)));
            }
        }
        for (id, user) in &self.table.users {
            if user.status != UserStatus::Verified && user.is_personal() && user.ended_at.is_some() {
                return Err(format!("the person behind {} is left", self.name(id)));
            }
        }
        Ok(())
    }

    fn nothing_left(&self) -> Result<(), String> {
        let table = &self.table;
        let left = [
            ("requests", table.requests.len()),
            ("grants", table.grants.len()),
            ("verifications", table.verifications.len()),
            ("links", table.links.len()),
        ];
        if let Some((what, count)) = left.into_iter().find(|(_, count)| *count > 0) {
            return Err(format!("{count} {what} are left after two months"));
        }
        let unended = |user: &&User| user.ended_at.is_none();
        if table.users.values().filter(unended).count() > 0 {
            return Err("a record is left that never ended".to_owned());
        }
        Ok(())
    }
}
