//! Invariants of responses to people and of reported failures.

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{LinkToken, UserId};
use serde_json::{Value, json};

use super::Invariant;
use crate::fault::FunctionId;
use crate::scenario::SignUp;
use crate::state::{START, State};

/// The minimum lifetime of an idempotency key, in milliseconds.
const KEY_LIFETIME: i64 = 23 * 3_600_000;

impl State {
    /// A sign-up gets a 202.
    pub(crate) fn on_accepted(&mut self, user: &UserId, person: &SignUp) {
        let name = self.name(user);
        if !self.table.users.contains_key(user) {
            let found = format!("{name} is not recorded");
            self.monitor.violate(Invariant::AcceptedIsStarted, found);
        }
        if !self.monitor.started.contains(user) {
            let found = format!("{name} is not started");
            self.monitor.violate(Invariant::AcceptedIsStarted, found);
        }
        if let Some(key) = person.key {
            let new = (user.clone(), person.name(), self.now);
            let sent = (key, person.mailbox());
            let first = self.monitor.keys.entry(sent).or_insert_with(|| new.clone());
            let same = first.0 == new.0 && first.1 == new.1;
            if new.2 - first.2 >= KEY_LIFETIME {
                *first = new;
            } else if !same {
                let found = format!("{name} has the key of another sign-up");
                self.monitor.violate(Invariant::IdempotencyKey, found);
            }
        }
        self.monitor.accepted.insert(user.clone());
    }

    /// A sign-up gets a 422: its key must have been sent with the same address and another name.
    pub(crate) fn on_refused(&mut self, person: &SignUp) {
        let differs = |other: &&SignUp| {
            other.key == person.key && other.mailbox() == person.mailbox() && other.name() != person.name()
        };
        if person.key.is_none() || !self.scenario.sign_ups.iter().any(|other| differs(&other)) {
            let found = format!(
                "sign-up {} is refused, and nobody else has its key",
                person.number
            );
            self.monitor.violate(Invariant::IdempotencyKey, found);
        }
    }

    /// A status request gets its response.
    pub(crate) fn on_status_response(&mut self, status: u16, body: &Value) {
        let record = self.monitor.record.take();
        let Some(record) = record.filter(|_| status == 200) else {
            return;
        };
        let now = self.time_of(FunctionId::GetUser);
        let over = record.window_ends_at.is_some_and(|end| end <= now);
        let public = match record.status {
            UserStatus::Pending => "pending",
            UserStatus::Verified => "verified",
            UserStatus::Failed => "failed",
            UserStatus::Expired => "expired",
            UserStatus::AwaitingVerification | UserStatus::Superseded if over => "expired",
            UserStatus::AwaitingVerification | UserStatus::Superseded => "awaiting_verification",
        };
        let followed = matches!(record.status, UserStatus::Verified | UserStatus::Superseded);
        let steps = json!({
            "stored": record.stored,
            "mailed": record.mailed || followed,
            "confirmed": public == "verified",
        });
        let shown = (body.get("status"), body.get("steps"));
        if shown != (Some(&json!(public)), Some(&steps)) {
            let found = format!("{public} is shown as {:?}, {:?}", shown.0, shown.1);
            self.monitor.violate(Invariant::StatusMatchesTable, found);
        }
    }

    /// A click gets its response.
    pub(crate) fn on_click(&mut self, link: &LinkToken, status: u16, body: &Value, requested_at: i64) {
        let user = self.table.find_link(&link.hash());
        match status {
            202 => {
                if let Some(user) = &user {
                    self.check_link_is_spent(user);
                }
                self.monitor.confirmed.extend(user);
            }
            410 => {
                self.check_gone(body);
                if let Some(user) = user {
                    self.check_link_is_invalid(&user, requested_at);
                }
            }
            500.. => {}
            _ => {
                let found = format!("the response to a link is {status}");
                self.monitor.violate(Invariant::InvalidLinkGets410, found);
            }
        }
    }

    /// A link that was never mailed gets its response.
    pub(crate) fn on_guessed_link(&mut self, status: u16, body: &Value) {
        match status {
            410 => self.check_gone(body),
            500.. => {}
            _ => {
                let found = format!("the response to a link that was never mailed is {status}");
                self.monitor.violate(Invariant::InvalidLinkGets410, found);
            }
        }
    }

    /// All links that do not work must get the same response.
    fn check_gone(&mut self, body: &Value) {
        let body = body.to_string();
        let first = self.monitor.gone.get_or_insert_with(|| body.clone());
        if *first != body {
            let found = "there are two responses for links that do not work";
            self.monitor.violate(Invariant::InvalidLinkGets410, found);
        }
    }

    /// Without faults, the verification is spent when the person gets the 202.
    fn check_link_is_spent(&mut self, user: &UserId) {
        let faults = self.faults_of(self.running.sign_up);
        let state = self.table.verifications.get(user).map(|found| found.state);
        if faults == 0 && state != Some(VerificationState::Spent) {
            let found = format!("the link of {} was used and still works", self.name(user));
            self.monitor.violate(Invariant::UsedLinkIsSpent, found);
        }
    }

    /// A link may be rejected only if it is spent or over, or its sign-up has ended.
    fn check_link_is_invalid(&mut self, user: &UserId, requested_at: i64) {
        let Some(found) = self.table.verifications.get(user) else {
            return;
        };
        let status = self.table.status(user);
        let end = found.window_ends_at.epoch_millis() - START;
        let over = requested_at >= end - self.scenario.max_skew();
        let waits =
            status == Some(UserStatus::AwaitingVerification) && found.state != VerificationState::Spent;
        // Another click may have completed the task and not yet spent the link; a repeated click must still get a 202.
        let confirmed = status == Some(UserStatus::Verified) && found.state == VerificationState::Confirming;
        if (waits || confirmed) && !over {
            let found = format!(
                "the link of {} is rejected with {} ms left",
                self.name(user),
                end - requested_at
            );
            self.monitor.violate(Invariant::ValidLinkIsAccepted, found);
        }
    }

    /// A task's function fails. `SignUpEnded` is logged as an error that an operator investigates, so it must be true.
    pub(crate) fn on_task_failure(&mut self, user: Option<usize>, error: &str) {
        let Some(user) = self.owner(user).filter(|_| error == "SignUpEnded") else {
            return;
        };
        let spent = |found: &crate::table::Verification| found.state == VerificationState::Spent;
        let runs = self.table.status(user) == Some(UserStatus::AwaitingVerification);
        if runs && !self.table.verifications.get(user).is_some_and(spent) {
            let found = format!("{} has not ended, and a function says so", self.name(user));
            self.monitor.violate(Invariant::SignUpEndedIsTrue, found);
        }
    }

    /// Responses and errors must contain neither addresses nor links.
    pub(crate) fn check_for_personal_data(&mut self, text: &str) {
        let mut links = self.mailbox.mails.iter().filter_map(|mail| mail.link.as_ref());
        if text.contains("example.org") || links.any(|link| text.contains(&link.expose())) {
            let found = "an address or a link in a response or failure";
            self.monitor.violate(Invariant::NoPersonalData, found);
        }
    }
}
