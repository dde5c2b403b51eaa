//! What is checked when somebody is answered.

use contracts::table::{UserStatus, VerificationState};
use contracts::values::{LinkToken, UserId};
use serde_json::{Value, json};

use super::Rule;
use crate::fault::Function;
use crate::inner::{Inner, START};
use crate::plan::SignUp;

/// How long an idempotency key is surely remembered, in milliseconds.
const KEY_IS_KEPT: i64 = 23 * 3_600_000;

impl Inner {
    /// A sign-up is answered with 202.
    pub(crate) fn accepted(&mut self, user: &UserId, person: &SignUp) {
        let name = self.name(user);
        if !self.table.users.contains_key(user) {
            self.watch
                .violate(Rule::Started, format!("{name} is not recorded"));
        }
        if !self.watch.started.contains(user) {
            self.watch
                .violate(Rule::Started, format!("{name} is not started"));
        }
        if let Some(key) = person.key {
            let new = (user.clone(), person.mailbox(), self.now);
            let first = self.watch.keys.entry(key).or_insert_with(|| new.clone());
            let (same, kept) = (
                first.0 == new.0 && first.1 == new.1,
                new.2 - first.2 < KEY_IS_KEPT,
            );
            if !kept {
                *first = new;
            } else if !same {
                self.watch
                    .violate(Rule::SameKey, format!("{name} has the key of another"));
            }
        }
        self.watch.accepted.insert(user.clone());
    }

    /// Somebody is told where a sign-up stands.
    pub(crate) fn told(&mut self, status: u64, body: &Value) {
        let record = self.watch.record.take();
        let Some(record) = record.filter(|_| status == 200) else {
            return;
        };
        let now = self.time_of(Function::GetUser);
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
        let told = (body.get("status"), body.get("steps"));
        if told != (Some(&json!(public)), Some(&steps)) {
            let found = format!("{public} is told as {:?}, {:?}", told.0, told.1);
            self.watch.violate(Rule::ToldTheTruth, found);
        }
    }

    /// A click is answered.
    pub(crate) fn clicked(&mut self, link: &LinkToken, status: u64, body: &Value, asked_at: i64) {
        let user = self.table.find_link(&link.hash());
        match status {
            202 => {
                if let Some(user) = &user {
                    self.check_used_up(user);
                }
                self.watch.confirmed.extend(user);
            }
            410 => {
                self.check_gone(body);
                if let Some(user) = user {
                    self.refused(&user, asked_at);
                }
            }
            500.. => {}
            _ => {
                let found = format!("a link is answered with {status}");
                self.watch.violate(Rule::SameAnswers, found);
            }
        }
    }

    /// Somebody has made a link up.
    pub(crate) fn guessed(&mut self, status: u64, body: &Value) {
        match status {
            410 => self.check_gone(body),
            500.. => {}
            _ => {
                let found = format!("a link that was never mailed is answered with {status}");
                self.watch.violate(Rule::SameAnswers, found);
            }
        }
    }

    /// All links that do not work are answered alike.
    fn check_gone(&mut self, body: &Value) {
        let body = body.to_string();
        let first = self.watch.gone.get_or_insert_with(|| body.clone());
        if *first != body {
            self.watch.violate(
                Rule::SameAnswers,
                "there are two answers for links that do not work",
            );
        }
    }

    /// Where nothing went wrong, the verification is spent when the person hears of it.
    fn check_used_up(&mut self, user: &UserId) {
        let sign_up = self.running.sign_up;
        let hurt = self.hurt_by_sign_up.get(&sign_up).copied().unwrap_or_default() > 0;
        let state = self.table.verifications.get(user).map(|found| found.state);
        if !hurt && state != Some(VerificationState::Spent) {
            let found = format!("the link of {} was used and still works", self.name(user));
            self.watch.violate(Rule::UsedUp, found);
        }
    }

    fn refused(&mut self, user: &UserId, asked_at: i64) {
        let Some(found) = self.table.verifications.get(user) else {
            return;
        };
        let waits = self
            .table
            .users
            .get(user)
            .is_some_and(|user| user.status == UserStatus::AwaitingVerification);
        let end = found.window_ends_at.epoch_millis() - START;
        let late = asked_at >= end - self.plan.largest_skew();
        // Another click may be between the completion and its end; whoever comes again is told how it went.
        let confirmed = self.table.status(user) == Some(UserStatus::Verified)
            && found.state == VerificationState::Confirming;
        if (waits && found.state != VerificationState::Spent || confirmed) && !late {
            let found = format!("{} is refused with {} ms left", self.name(user), end - asked_at);
            self.watch.violate(Rule::GoodLinksWork, found);
        }
    }

    /// A task's function has failed, whoever may hear of it: an operator looks after what is logged as an error.
    pub(crate) fn failed(&mut self, user: Option<usize>, error: &str) {
        let found = user.and_then(|index| self.owners.get_index(index));
        let Some((user, _)) = found.filter(|_| error == "SignUpEnded") else {
            return;
        };
        let spent = |found: &crate::table::Verification| found.state == VerificationState::Spent;
        let runs = self.table.status(user) == Some(UserStatus::AwaitingVerification);
        if runs && !self.table.verifications.get(user).is_some_and(spent) {
            let found = format!("{} is said to have ended, and runs", self.name(user));
            self.watch.violate(Rule::SaysEnded, found);
        }
    }

    /// Whatever is said to the outside.
    pub(crate) fn said(&mut self, text: &str) {
        let link = |letter: &crate::mailbox::Letter| {
            letter
                .link
                .as_ref()
                .is_some_and(|link| text.contains(&link.expose()))
        };
        if text.contains("example.org") || self.mailbox.letters.iter().any(link) {
            self.watch
                .violate(Rule::NothingPersonal, "an address or a link is told");
        }
    }
}
