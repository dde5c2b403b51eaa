//! Invariants of the final state, when no event is left.

use contracts::notify_webhook::{Delivery, EventKind};
use contracts::table::UserStatus;
use contracts::values::UserId;
use simulator::{Description, Status};

use super::Invariant;
use crate::state::{START, State};

/// Longer than any time to live, in seconds.
const LONG_AFTER: i64 = 60 * 24 * 3_600;

/// The number of attempts of a redelivery.
const ATTEMPTS: usize = 9;

/// The longest pause of an endpoint, with what a redelivery adds to it, in milliseconds.
const LONGEST_PAUSE: i64 = 32 * 3_600_000;

/// How long a redelivery tries at most, in milliseconds.
const LONGEST_REDELIVERY: i64 = 7 * 24 * 3_600_000;

/// How long after its confirmation a sign-up ends, in milliseconds, if nothing fails.
const PROMPT: i64 = 60_000;

impl State {
    /// Checks the final state; then expires what has a time to live, and checks what remains.
    pub(crate) fn check_final_state(&mut self) {
        if self.monitor.violation.is_some() {
            return;
        }
        self.report([
            (Invariant::EveryExecutionEnds, self.executions_ended()),
            (
                Invariant::FailsOnlyIfMailRefused,
                self.failures_are_mail_rejected(),
            ),
            (Invariant::ConfirmationIsKept, self.confirmations_are_kept()),
            (
                Invariant::AllConfirmedIsVerified,
                self.all_confirmed_are_verified(),
            ),
            (Invariant::ConfirmationIsPrompt, self.confirmations_are_prompt()),
            (Invariant::WebhookIsNotLost, self.events_are_kept()),
            (Invariant::DeadOnlyAtTheEnd, self.dead_only_at_the_end()),
            (Invariant::MailsAreBounded, self.mails_are_bounded()),
            (Invariant::RequestedMailIsSent, self.requested_mails_are_sent()),
            (Invariant::RequestedTextIsSent, self.requested_texts_are_sent()),
            (Invariant::MailedFlagIsAccurate, self.mails_are_recorded()),
            (Invariant::SuppressedOnlyByEvent, self.suppressed_by_event()),
            (Invariant::SuppressionEndsTheWait, self.marks_end_the_wait()),
            (Invariant::DataIsRemoved, self.credentials_are_removed()),
        ]);
        self.table.expire((START + self.now) / 1_000 + LONG_AFTER);
        self.report([
            (Invariant::DataIsRemoved, self.nothing_is_left()),
            (Invariant::OneAccount, self.accounts()),
        ]);
    }

    fn executions_ended(&self) -> Result<(), String> {
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
                    return Err(format!("the execution of {name} is {}", other.name()));
                }
            };
            // An execution that was started by hand for an unknown sign-up must fail and leave nothing behind.
            let status = if self.owners.contains_key(&user) {
                status
            } else {
                "failed"
            };
            if ended != Some(status) {
                let ended = ended.unwrap_or("without an outcome");
                return Err(format!(
                    "the execution of {name} ended as {ended}, and the table says {status}"
                ));
            }
        }
        for user in &self.monitor.accepted {
            if !self.monitor.started.contains(user) {
                return Err(format!("{} was accepted and never started", self.name(user)));
            }
        }
        Ok(())
    }

    fn failures_are_mail_rejected(&self) -> Result<(), String> {
        for (id, user) in &self.table.users {
            if user.status == UserStatus::Failed && !self.monitor.mail_rejected.contains(id) {
                return Err(format!(
                    "{} has failed, and its mail was not rejected",
                    self.name(id)
                ));
            }
        }
        Ok(())
    }

    fn confirmations_are_kept(&self) -> Result<(), String> {
        for user in self.monitor.confirmed.keys() {
            let status = self.table.status(user);
            if !matches!(status, Some(UserStatus::Verified | UserStatus::Superseded)) {
                let status = status.map_or("unknown", UserStatus::as_str);
                return Err(format!("{} was confirmed and is {status}", self.name(user)));
            }
        }
        Ok(())
    }

    fn confirmations_are_prompt(&self) -> Result<(), String> {
        let confirmed = self.monitor.confirmed.iter().map(|(user, at)| (user, *at));
        let confirmed = confirmed.filter(|(user, _)| self.faults_of_user(user) == 0);
        for (user, at) in confirmed.chain(self.undisturbed_drops()) {
            let ended_at = self.table.users.get(user).and_then(|found| found.ended_at);
            let took = ended_at.map_or(i64::MAX, |end| end.epoch_millis() - START - at);
            if took > PROMPT + self.scenario.max_skew() {
                return Err(format!(
                    "{} ends {took} ms after its confirmation",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// Each event is delivered or dead, also those whose redelivery took days, and their executions say the same.
    fn events_are_kept(&self) -> Result<(), String> {
        for user in &self.monitor.stored {
            if self.table.users.get(user).is_some_and(|user| user.held) {
                continue;
            }
            if !self
                .table
                .deliveries
                .contains_key(&(user.clone(), EventKind::SignedUp))
            {
                return Err(format!("the webhook of {} is lost", self.name(user)));
            }
        }
        for (key, event) in &self.table.deliveries {
            let name = self.name(&key.0);
            match event.status {
                Some(Delivery::Delivered) if self.monitor.delivered.contains(key) => {}
                Some(Delivery::Delivered) => {
                    return Err(format!(
                        "the webhook of {name} is marked as delivered and was not"
                    ));
                }
                Some(Delivery::Dead) => {}
                Some(_) => return Err(format!("the webhook of {name} is neither delivered nor dead")),
                None => return Err(format!("the webhook of {name} is stored without its content")),
            }
            if let Some(redelivery) = self.redelivery(key) {
                let Status::Succeeded { output } = &redelivery.status else {
                    let status = redelivery.status.name();
                    return Err(format!("the redelivery of {name} is {status}"));
                };
                let says = output.get("delivery").and_then(|delivery| delivery.as_str());
                // What was sent before the end may arrive after it.
                let is_late =
                    says == Some(Delivery::Dead.as_str()) && event.status == Some(Delivery::Delivered);
                if says != event.status.map(Delivery::as_str) && !is_late {
                    return Err(format!("the redelivery of {name} ended as {says:?}"));
                }
            }
        }
        Ok(())
    }

    /// The execution that redelivers this event.
    fn redelivery(&self, (user, event): &(UserId, EventKind)) -> Option<Description> {
        let name = event.webhook_id(user);
        let executions = self.machines.list(None);
        executions.into_iter().find(|execution| execution.name == name)
    }

    /// Each fault uses up one attempt at most.
    fn dead_only_at_the_end(&self) -> Result<(), String> {
        for (key, event) in &self.table.deliveries {
            let faults = self.faults_of_user(&key.0);
            let is_dead = event.status == Some(Delivery::Dead);
            if is_dead
                && !self.monitor.is_endpoint_gone
                && faults < ATTEMPTS
                && !self.was_unavailable_for_a_week(key)
            {
                return Err(format!(
                    "the webhook of {} is dead after {faults} faults",
                    self.name(&key.0)
                ));
            }
        }
        Ok(())
    }

    /// Whether the redelivery took a week, and the endpoint did not accept something else in its last day.
    fn was_unavailable_for_a_week(&self, key: &(UserId, EventKind)) -> bool {
        let Some(redelivery) = self.redelivery(key) else {
            return false;
        };
        let end = redelivery.stopped_at.unwrap_or(redelivery.started_at).as_millis();
        let failed_at = self.monitor.endpoint_failed_at.map_or(0, |at| START + at);
        end - redelivery.started_at.as_millis() >= LONGEST_REDELIVERY && end - failed_at <= LONGEST_PAUSE
    }

    /// A mail that was sent is recorded before the sign-up expires. So is one that the limit has withheld: its sign-up must
    /// look like one that was mailed.
    fn mails_are_recorded(&self) -> Result<(), String> {
        for (index, user) in self.owners.keys().enumerate() {
            let sent = self.mailbox.mails.iter().any(|mail| mail.user == Some(index));
            let found = self.table.users.get(user);
            let unrecorded = found.is_some_and(|found| found.status == UserStatus::Expired && !found.mailed);
            if unrecorded && (sent || self.monitor.withheld.contains(user)) {
                return Err(format!(
                    "the mail of {} was sent or withheld and is not recorded as sent",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    fn mails_are_bounded(&self) -> Result<(), String> {
        for (index, user) in self.owners.keys().enumerate() {
            let mails = self.mailbox.mails.iter();
            let mails = mails.filter(|mail| mail.user == Some(index)).count();
            let faults = self.faults_of_user(user);
            let asked = self.monitor.mails_taken.get(user).map_or(0, Vec::len);
            if mails > 1 + asked + faults {
                return Err(format!(
                    "{} has {mails} mails for {asked} requests and {faults} faults",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// A sign-up that nothing disturbs and nobody confirms mails once, and once more for each request.
    fn requested_mails_are_sent(&self) -> Result<(), String> {
        for (index, user) in self.owners.keys().enumerate() {
            let undisturbed = self.faults_of_user(user) == 0 && !self.monitor.withheld.contains(user);
            if !undisturbed
                || self.monitor.scopes.contains_key(user)
                || self.monitor.asked_late.contains(user)
                || self.monitor.marked.contains_key(user)
            {
                continue;
            }
            let mails = self.mailbox.mails.iter();
            let mails = mails.filter(|mail| mail.user == Some(index)).count();
            let accepted = self.monitor.mails_accepted.get(user).copied().unwrap_or(0);
            if mails != 1 + accepted {
                return Err(format!(
                    "{} has {mails} mails for {accepted} requests",
                    self.name(user)
                ));
            }
        }
        Ok(())
    }

    /// Task tokens are credentials, and are removed with the personal data when a sign-up ends without an account.
    fn credentials_are_removed(&self) -> Result<(), String> {
        for user in self.table.verifications.keys() {
            let status = self.table.status(user);
            let stays = matches!(
                status,
                Some(UserStatus::Verified | UserStatus::Superseded | UserStatus::Suppressed)
            );
            if !stays {
                return Err(format!("the verification of {} remains", self.name(user)));
            }
        }
        for (id, user) in &self.table.users {
            if user.status != UserStatus::Verified && user.is_personal() && user.ended_at.is_some() {
                return Err(format!("personal data of {} remains", self.name(id)));
            }
        }
        Ok(())
    }

    fn nothing_is_left(&self) -> Result<(), String> {
        let table = &self.table;
        let left = [
            ("requests", table.requests.len()),
            ("buckets", table.buckets.len()),
            ("verifications", table.verifications.len()),
            ("links", table.links.len()),
        ];
        if let Some((what, count)) = left.into_iter().find(|(_, count)| *count > 0) {
            return Err(format!("{count} {what} remain after two months"));
        }
        if table.users.values().any(|user| user.ended_at.is_none()) {
            return Err("a sign-up that never ended remains".to_owned());
        }
        Ok(())
    }
}
