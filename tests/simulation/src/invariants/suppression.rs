//! Invariants of bounces and complaints, by the addresses of the scenario and not by hashes of the code under test.

use contracts::table::UserStatus;
use contracts::values::UserId;

use super::Invariant;
use crate::state::{START, State};

/// How long after its mark a sign-up ends, in milliseconds, if nothing fails.
const PROMPT: i64 = 60_000;

impl State {
    /// The address of the running sign-up is suppressed.
    pub(crate) fn on_suppressed(&mut self) {
        let person = self.scenario.sign_up(self.running.sign_up);
        let address = person.map(crate::scenario::SignUp::mailbox);
        self.monitor.suppressed.extend(address);
    }

    /// The verification of this user is marked.
    pub(crate) fn on_marked(&mut self, user: &UserId) {
        let now = self.now;
        self.monitor.marked.entry(user.clone()).or_insert(now);
    }

    /// The running sign-up may mail its address. No run lasts until a suppression expires.
    pub(super) fn check_is_not_suppressed(&mut self, user: &UserId) {
        let person = self.scenario.sign_up(self.running.sign_up);
        if person.is_some_and(|person| self.monitor.suppressed.contains(&person.mailbox())) {
            let found = format!("{} may mail an address that is suppressed", self.name(user));
            self.monitor.violate(Invariant::NoMailAfterSuppression, found);
        }
    }

    pub(super) fn suppressed_by_event(&self) -> Result<(), String> {
        for (user, found) in &self.table.users {
            let address = self
                .owners
                .get(user)
                .and_then(|number| self.scenario.sign_up(*number));
            let has_event = address.is_some_and(|person| self.monitor.suppressed.contains(&person.mailbox()));
            if found.status == UserStatus::Suppressed && !has_event {
                return Err(format!("{} is suppressed, and no mail bounced", self.name(user)));
            }
        }
        Ok(())
    }

    pub(super) fn marks_end_the_wait(&self) -> Result<(), String> {
        for (user, at) in &self.monitor.marked {
            let Some(found) = self.table.users.get(user) else {
                continue;
            };
            let undisturbed = self
                .owners
                .get(user)
                .is_some_and(|number| self.faults_of(*number) == 0);
            let took = found
                .ended_at
                .map_or(i64::MAX, |end| end.epoch_millis() - START - at);
            let is_confirmed = matches!(found.status, UserStatus::Verified | UserStatus::Superseded);
            // The wait may have ended at the same moment.
            let is_over = matches!(found.status, UserStatus::Expired) && took < PROMPT;
            let in_time = !undisturbed || took <= PROMPT + self.scenario.max_skew();
            let ended = found.status == UserStatus::Suppressed && in_time;
            let refused = found.status == UserStatus::Failed && self.monitor.mail_rejected.contains(user);
            let late = found.status == UserStatus::Expired && !undisturbed;
            if !(is_confirmed || is_over || ended || refused || late) {
                let status = found.status.as_str();
                return Err(format!(
                    "{} is marked, and {status} {took} ms later",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }
}
